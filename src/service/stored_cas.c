#include <config.h>

#include "service/stored_cas.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "store/view.h"

static enum err add(struct stored_cas *cas, size_t row, struct why *why)
{
	const char *hex = rowset_find(&cas->rows, row, "certificate");
	struct buf der = { 0 };
	enum err e;

	if (hex == NULL)
		return why_set(why, ERR_INTERNAL, "the database gives no certificates of CAs");
	if ((e = text_decode_hex(bytes_from_str(hex), &der)) == ERR_OK && (e = cert_parse(buf_bytes(&der), &cas->cert[cas->count], why)) == ERR_OK)
		cas->count++;
	buf_clear(&der);
	return e;
}

enum err stored_cas_load(struct service *service, struct stored_cas *out, struct why *why)
{
	struct stored_cas cas = { 0 };
	enum err e;

	if ((e = view_read(service->store, VIEW_CA, NULL, 0, 0, &cas.rows, why)) != ERR_OK)
		return e;
	if ((cas.cert = calloc(cas.rows.row_count + 1, sizeof(*cas.cert))) == NULL)
		e = ERR_MEMORY;
	for (size_t i = 0; i < cas.rows.row_count && e == ERR_OK; i++)
		e = add(&cas, i, why);
	if (e == ERR_OK)
		*out = cas;
	else
		stored_cas_clear(&cas);
	return e;
}

void stored_cas_clear(struct stored_cas *cas)
{
	for (size_t i = 0; i < cas->count; i++)
		cert_free(cas->cert[i]);
	free(cas->cert);
	rowset_clear(&cas->rows);
	*cas = (struct stored_cas){ 0 };
}

const char *stored_cas_find(const struct stored_cas *cas, const struct cert *cert, bool *has_key)
{
	for (size_t i = 0; i < cas->count; i++) {
		if (!bytes_is_equal(buf_bytes(&cas->cert[i]->der), buf_bytes(&cert->der)))
			continue;
		if (has_key != NULL) {
			const char *key = rowset_find(&cas->rows, i, "key");

			*has_key = key != NULL && strcmp(key, "none") != 0;
		}
		return rowset_find(&cas->rows, i, "name");
	}
	return NULL;
}
