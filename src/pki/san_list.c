#include <config.h>

#include "pki/ext.h"

#include <stdint.h>

#include "pki/der.h"
#include "pki/name.h"

/* Several GeneralNames: reading them, and comparing them as sets (RFC 5280 section 7). */

static void lower(uint8_t *at, size_t len)
{
	for (size_t i = 0; i < len; i++)
		if (at[i] >= 'A' && at[i] <= 'Z')
			at[i] = (uint8_t)(at[i] - 'A' + 'a');
}

/* The mailbox stays as it is, the host behind the last '@' does not depend on case, RFC 5280 section 7.5. */
static void lower_host(struct buf *address)
{
	size_t at = address->len;

	while (at > 0 && address->ptr[at - 1] != '@')
		at--;
	if (at > 0)
		lower(address->ptr + at, address->len - at);
}

/* The text of a UPN stands where an otherName begins with an identifier: no text begins with that octet. */
static enum err put_folded(const struct san *san, struct buf *out)
{
	struct buf text = { 0 };
	enum err e = buf_append(&text, san->value);

	if (e == ERR_OK) {
		if (san->type == SAN_DNS)
			lower(text.ptr, text.len);
		else if (san->type == SAN_EMAIL)
			lower_host(&text);
		else
			name_fold_text(&text);
		e = der_put(out, san->raw.ptr[0], buf_bytes(&text));
	}
	buf_clear(&text);
	return e;
}

static enum err put_directory_name(const struct san *san, struct buf *out)
{
	struct buf name = { 0 };
	enum err e = name_canonicalise(san->value, NULL, 0, &name);

	if (e == ERR_OK)
		e = der_put(out, san->raw.ptr[0], buf_bytes(&name));
	else if (e != ERR_MEMORY)
		e = buf_append(out, san->raw);
	buf_clear(&name);
	return e;
}

enum err san_canonicalise(const struct san *san, struct buf *out)
{
	switch (san->type) {
	case SAN_DNS:
	case SAN_EMAIL:
	case SAN_UPN:
		return put_folded(san, out);
	case SAN_DIRECTORY_NAME:
		return put_directory_name(san, out);
	case SAN_IP:
	case SAN_URI:
	case SAN_REGISTERED_ID:
	case SAN_OTHER:
		return buf_append(out, san->raw);
	}
	return ERR_INTERNAL;
}

/* Names in their common form, one behind the other. */
struct canonical_list {
	struct buf store;
	size_t end[EXT_MAX_SAN];
};

static struct bytes list_get(const struct canonical_list *list, size_t at)
{
	size_t start = at == 0 ? 0 : list->end[at - 1];

	return bytes_from(list->store.ptr + start, list->end[at] - start);
}

static enum err list_fill(const struct san *names, size_t count, struct canonical_list *out)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < count && e == ERR_OK; i++) {
		e = san_canonicalise(&names[i], &out->store);
		out->end[i] = out->store.len;
	}
	return e;
}

enum err san_find_missing(const struct san *names, size_t count, const struct san *others, size_t others_count, const struct san **missing)
{
	struct canonical_list list = { 0 }, other_list = { 0 };
	uint64_t taken = 0;
	size_t i, j;
	enum err e;

	_Static_assert(EXT_MAX_SAN <= 64, "one bit a name");
	if ((e = list_fill(names, count, &list)) != ERR_OK || (e = list_fill(others, others_count, &other_list)) != ERR_OK)
		goto out;
	for (i = 0; i < count; i++) {
		for (j = 0; j < others_count; j++)
			if ((taken >> j & 1) == 0 && bytes_is_equal(list_get(&list, i), list_get(&other_list, j)))
				break;
		if (j == others_count)
			break;
		taken |= (uint64_t)1 << j;
	}
	*missing = i == count ? NULL : &names[i];
out:
	buf_clear(&list.store);
	buf_clear(&other_list.store);
	return e;
}

enum err san_parse_elements(struct bytes elements, struct san *san, size_t *count, struct why *why)
{
	struct der der = { elements };
	struct der_element name;
	size_t n;
	enum err e;

	for (n = 0; !der_is_end(&der); n++) {
		if (n == EXT_MAX_SAN)
			return why_set(why, ERR_CSR_SYNTAX, "the subjectAltName has more than %d names", EXT_MAX_SAN);
		if (der_read(&der, &name) != ERR_OK)
			return why_set(why, ERR_CSR_SYNTAX, "the subjectAltName cannot be read");
		if ((e = san_parse(name.raw, &san[n], why)) != ERR_OK)
			return e;
	}
	*count = n;
	return ERR_OK;
}
