#include <config.h>

#include "store/enrolment.h"

#include <string.h>

#include "store/internal.h"

void enrolment_found_clear(struct enrolment_found *found)
{
	buf_clear(&found->certificate_der);
	buf_clear(&found->subject);
	buf_clear(&found->sans);
	*found = (struct enrolment_found){ 0 };
}

bool enrolment_state_read(struct bytes word, enum enrolment_state *state)
{
	static const char *const words[] = { [ENROLMENT_NEW] = "new", [ENROLMENT_ISSUED] = "issued", [ENROLMENT_PENDING] = "pending", [ENROLMENT_APPROVED] = "approved",
		[ENROLMENT_DENIED] = "denied" };

	for (size_t i = 0; i < sizeof(words) / sizeof(words[0]); i++) {
		if (bytes_is_str(word, words[i])) {
			*state = (enum enrolment_state)i;
			return true;
		}
	}
	return false;
}

static enum err text_read(struct bytes text, struct buf *out)
{
	enum err e = buf_append(out, text);

	return e == ERR_OK ? buf_terminate(out) : e;
}

/* The row that enrol_lookup() and enrol_poll() start with: outcome, certificate, reason; subject and sans stand at `text_at`. */
static enum err found_read(const struct db_rows *rows, size_t text_at, struct enrolment_found *found, struct why *why)
{
	struct bytes outcome = db_rows_get(rows, 0, 0), reason = db_rows_get(rows, 0, 2);
	enum err e;

	if (bytes_is_str(outcome, "stale") || bytes_is_str(outcome, "foreign"))
		return enrolment_outcome_refused(outcome, why);
	if (!enrolment_state_read(outcome, &found->state) || reason.len >= sizeof(found->reason))
		return why_set(why, ERR_DB_SCHEMA, "the database gives a transaction in an unexpected state: run scepadm db upgrade");
	if (reason.len > 0)
		memcpy(found->reason, reason.ptr, reason.len);
	if (found->state == ENROLMENT_APPROVED)
		return (e = text_read(db_rows_get(rows, 0, text_at), &found->subject)) == ERR_OK ? text_read(db_rows_get(rows, 0, text_at + 1), &found->sans) : e;
	return found->state == ENROLMENT_ISSUED ? buf_append(&found->certificate_der, db_rows_get(rows, 0, 1)) : ERR_OK;
}

static void found_move(struct enrolment_found *to, struct enrolment_found *from)
{
	enrolment_found_clear(to);
	*to = *from;
	*from = (struct enrolment_found){ 0 };
}

enum err enrolment_lookup(struct store *store, const struct enrolment_key *key, struct enrolment_found *found, struct why *why)
{
	const struct db_param params[] = { db_number(key->endpoint_id), db_number(key->endpoint_version), db_octets(key->transaction_id), db_octets(key->requester_spki_sha256),
		db_octets(key->csr_sha256) };
	struct enrolment_found read = { 0 };
	struct db_rows *rows = NULL;
	enum err e;

	if ((e = enrolment_key_check(key, why)) != ERR_OK)
		return e;
	e = store_query(store, STORE_RETRY, "SELECT outcome, certificate, reason, subject, sans FROM scepgate.enrol_lookup($1, $2, $3, $4, $5)", params,
		sizeof(params) / sizeof(params[0]), DB_FORMAT_BINARY, &rows, why);
	if (e == ERR_OK && (e = found_read(rows, 3, &read, why)) == ERR_OK)
		found_move(found, &read);
	enrolment_found_clear(&read);
	db_rows_free(rows);
	return e;
}

enum err enrolment_poll(struct store *store, int endpoint_id, int64_t endpoint_version, struct bytes transaction_id, struct bytes requester_spki_sha256,
	struct enrolment_found *found, struct buf *csr_der, uint8_t csr_sha256[ENROLMENT_HASH_LEN], struct why *why)
{
	const struct db_param params[] = { db_number(endpoint_id), db_number(endpoint_version), db_octets(transaction_id), db_octets(requester_spki_sha256) };
	struct enrolment_found read = { 0 };
	struct db_rows *rows = NULL;
	struct buf csr = { 0 };
	struct bytes digest;
	enum err e;

	e = store_query(store, STORE_RETRY, "SELECT outcome, certificate, reason, csr, csr_sha256, subject, sans FROM scepgate.enrol_poll($1, $2, $3, $4)", params,
		sizeof(params) / sizeof(params[0]), DB_FORMAT_BINARY, &rows, why);
	if (e != ERR_OK || (e = found_read(rows, 5, &read, why)) != ERR_OK || (e = buf_append(&csr, db_rows_get(rows, 0, 3))) != ERR_OK)
		goto out;
	digest = db_rows_get(rows, 0, 4);
	if (digest.len != (read.state == ENROLMENT_APPROVED ? ENROLMENT_HASH_LEN : 0)) {
		e = why_set(why, ERR_DB_SCHEMA, "the database gives an approved request without its digest: run scepadm db upgrade");
		goto out;
	}
	if (digest.len > 0)
		memcpy(csr_sha256, digest.ptr, digest.len);
	buf_move(csr_der, &csr);
	found_move(found, &read);
out:
	enrolment_found_clear(&read);
	buf_clear(&csr);
	db_rows_free(rows);
	return e;
}
