#include <config.h>

#include "service/ca_request.h"

#include "pki/ca_cert.h"
#include "pki/crypto.h"
#include "pki/csr.h"
#include "pki/name.h"
#include "service/ca_create.h"
#include "service/ca_import.h"
#include "service/stored_key.h"
#include "store/admin.h"
#include "store/view.h"

static enum err make_csr(const struct ca_request_plan *plan, const struct key *key, struct buf *csr_der, struct why *why)
{
	struct csr_template request = { .key_usage = CA_CERT_KEY_USAGE, .ask_ca = true, .has_path_len = plan->has_path_len, .path_len = plan->path_len };
	struct buf subject = { 0 };
	enum err e;

	if ((e = name_parse_text(plan->subject, &subject, why)) != ERR_OK)
		return e;
	request.subject = buf_bytes(&subject);
	if (name_is_empty(request.subject))
		e = why_set(why, ERR_VALUE, "the subject of a CA may not be empty (RFC 5280 section 4.1.2.6)");
	else
		e = csr_encode(&request, key, DIGEST_SHA256, csr_der, why);
	buf_clear(&subject);
	return e;
}

static enum err store(struct service *service, const struct ca_request_plan *plan, const struct key *key, struct bytes csr_der, struct why *why)
{
	struct admin_argument argument[6];
	uint8_t hash[DIGEST_MAX_LEN];
	struct buf key_stored = { 0 }, subject = { 0 };
	struct csr *csr = NULL;
	size_t count = 0;
	enum err e;

	if ((e = csr_parse(csr_der, &csr, why)) != ERR_OK || (e = name_format(csr->subject, &subject)) != ERR_OK ||
	    (e = stored_key_encode(&service->keys, key, &key_stored, why)) != ERR_OK || (e = crypto_digest(DIGEST_SHA256, key_get_spki(key), hash)) != ERR_OK)
		goto out;
	argument[count++] = (struct admin_argument){ "name", bytes_from_str(plan->name) };
	argument[count++] = (struct admin_argument){ "csr", csr_der };
	argument[count++] = (struct admin_argument){ "subject", buf_bytes(&subject) };
	argument[count++] = (struct admin_argument){ "private_key", buf_bytes(&key_stored) };
	argument[count++] = (struct admin_argument){ "spki_sha256", bytes_from(hash, DIGEST_SHA256_LEN) };
	if (plan->description != NULL)
		argument[count++] = (struct admin_argument){ "description", bytes_from_str(plan->description) };
	e = admin_call(service->store, ADMIN_CA_REQUEST_CREATE, argument, count, NULL, why);
out:
	csr_free(csr);
	buf_clear(&subject);
	buf_clear(&key_stored);
	return e;
}

enum err ca_request(struct service *service, const struct ca_request_plan *plan, struct buf *csr_der, struct why *why)
{
	const struct key_plan key_plan = { plan->key_kind, plan->key_bits, plan->key_uri };
	struct buf der = { 0 };
	struct key *key = NULL;
	enum err e;

	if ((e = ca_key_make(service, &key_plan, false, &key, why)) != ERR_OK ||
	    (e = make_csr(plan, key, &der, why)) != ERR_OK)
		goto out;
	if ((e = store(service, plan, key, buf_bytes(&der), why)) == ERR_OK)
		e = buf_append(csr_der, buf_bytes(&der));
out:
	buf_clear(&der);
	key_free(key);
	return e;
}

/* Is the certificate for the key the one that was asked for? */
static enum err check_answer(const struct import *import, struct bytes subject, struct why *why)
{
	const struct cert *chain[CHAIN_MAX_LEN];
	size_t chain_count;
	enum err e = import_find_chain(import, chain, &chain_count, why);

	return e == ERR_OK ? ca_cert_check_installed(chain[0], import->key, subject, why) : e;
}

enum err ca_install(struct service *service, const char *name, bool is_partial, const struct import *import, struct why *why)
{
	const struct view_filter filter = { "name", name };
	struct ca_import_plan plan = { .name = name, .request = name, .is_partial = is_partial };
	struct rowset row = { 0 };
	struct buf csr_der = { 0 }, key_stored = { 0 };
	struct import whole = *import;
	struct csr *csr = NULL;
	struct key *key = NULL;
	enum err e;

	if (import->key != NULL)
		return why_set(why, ERR_VALUE, "the key of a CA that was requested is here already, but there is one in the files");
	if ((e = admin_ca_request_load(service->store, name, &csr_der, &key_stored, why)) != ERR_OK || (e = csr_parse(buf_bytes(&csr_der), &csr, why)) != ERR_OK ||
	    (e = stored_key_open(&service->keys, buf_bytes(&key_stored), &key, why)) != ERR_OK)
		goto out;
	whole.key = key;
	if ((e = view_read(service->store, VIEW_CA_REQUEST, &filter, 1, 1, &row, why)) != ERR_OK)
		goto out;
	plan.description = row.row_count == 1 ? rowset_find(&row, 0, "description") : NULL;
	if ((e = check_answer(&whole, csr->subject, why)) == ERR_OK)
		e = ca_import(service, &plan, &whole, why);
out:
	rowset_clear(&row);
	key_free(key);
	csr_free(csr);
	buf_clear(&csr_der);
	buf_clear(&key_stored);
	return e;
}
