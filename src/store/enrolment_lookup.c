#include <config.h>

#include "store/enrolment.h"

#include <string.h>

#include "store/internal.h"
#include "store/value.h"

enum { CHALLENGE_AT = 7 /* column of enrol_lookup() at which the challenge begins */ };

void enrolment_found_clear(struct enrolment_found *found)
{
	buf_clear(&found->certificate_der);
	buf_clear(&found->subject);
	buf_clear(&found->sans);
	buf_clear(&found->challenge.subject);
	buf_clear(&found->challenge.sans);
	buf_clear(&found->challenge.device);
	buf_clear(&found->challenge.username);
	buf_clear(&found->challenge.sid);
	buf_clear(&found->granted.device);
	buf_clear(&found->granted.username);
	buf_clear(&found->granted.sid);
	*found = (struct enrolment_found){ 0 };
}

/* Which of some words this is. @return false for any other; *out is then untouched. */
static bool word_read(struct bytes word, const char *const *words, size_t count, int *out)
{
	for (size_t i = 0; i < count; i++) {
		if (bytes_is_str(word, words[i])) {
			*out = (int)i;
			return true;
		}
	}
	return false;
}

bool enrolment_state_read(struct bytes word, enum enrolment_state *state)
{
	static const char *const words[] = { [ENROLMENT_NEW] = "new", [ENROLMENT_ISSUED] = "issued", [ENROLMENT_PENDING] = "pending", [ENROLMENT_APPROVED] = "approved",
		[ENROLMENT_DENIED] = "denied" };
	int which;

	if (!word_read(word, words, sizeof(words) / sizeof(words[0]), &which))
		return false;
	*state = (enum enrolment_state)which;
	return true;
}

/* A number of the first row; 0 when it is null. */
static bool number_read(const struct db_rows *rows, size_t column, int64_t *out)
{
	if (db_rows_is_null(rows, 0, column)) {
		*out = 0;
		return true;
	}
	return value_number(db_rows_get(rows, 0, column), out);
}

static enum err text_read(struct bytes text, struct buf *out)
{
	enum err e = buf_append(out, text);

	return e == ERR_OK ? buf_terminate(out) : e;
}

/* The row that enrol_lookup() and enrol_poll() start with: outcome, certificate, reason; subject and sans stand at `text_at`, the authorisation stands last. */
static enum err found_read(const struct db_rows *rows, size_t text_at, size_t authorisation_at, struct enrolment_found *found, struct why *why)
{
	struct bytes outcome = db_rows_get(rows, 0, 0), reason = db_rows_get(rows, 0, 2), authorisation = db_rows_get(rows, 0, authorisation_at);
	enum err e;

	if (bytes_is_str(outcome, "stale") || bytes_is_str(outcome, "foreign"))
		return enrolment_outcome_refused(outcome, why);
	if (!enrolment_state_read(outcome, &found->state) || reason.len >= sizeof(found->reason) ||
		authorisation.len >= sizeof(found->authorisation))
		return why_set(why, ERR_DB_SCHEMA, "the database gives a transaction in an unexpected state: run scepadm db upgrade");
	if (reason.len > 0)
		memcpy(found->reason, reason.ptr, reason.len);
	if (authorisation.len > 0)
		memcpy(found->authorisation, authorisation.ptr, authorisation.len);
	if (found->state == ENROLMENT_APPROVED)
		return (e = text_read(db_rows_get(rows, 0, text_at), &found->subject)) == ERR_OK ? text_read(db_rows_get(rows, 0, text_at + 1), &found->sans) : e;
	return found->state == ENROLMENT_ISSUED ? buf_append(&found->certificate_der, db_rows_get(rows, 0, 1)) : ERR_OK;
}

/* What the challenge of an approved request was minted for, in three columns. */
static enum err granted_read(const struct db_rows *rows, size_t at, struct enrolment_granted *granted)
{
	enum err e;

	if ((e = text_read(db_rows_get(rows, 0, at), &granted->device)) == ERR_OK && (e = text_read(db_rows_get(rows, 0, at + 1), &granted->username)) == ERR_OK)
		e = text_read(db_rows_get(rows, 0, at + 2), &granted->sid);
	return e;
}

static void found_move(struct enrolment_found *to, struct enrolment_found *from)
{
	enrolment_found_clear(to);
	*to = *from;
	*from = (struct enrolment_found){ 0 };
}

/* The dynamic challenge, in the columns from CHALLENGE_AT on: id, state, subject, sans, spki_sha256, device, username, is_anothers; the account stands behind the signer and the authorisation. */
static enum err challenge_read(const struct db_rows *rows, struct enrolment_challenge *challenge, struct why *why)
{
	static const char *const states[] = { [ENROLMENT_CHALLENGE_UNKNOWN] = "unknown", [ENROLMENT_CHALLENGE_LIVE] = "live", [ENROLMENT_CHALLENGE_SPENT] = "spent",
		[ENROLMENT_CHALLENGE_EXPIRED] = "expired" };
	struct bytes spki = db_rows_get(rows, 0, CHALLENGE_AT + 4);
	int state;
	enum err e;

	if (!number_read(rows, CHALLENGE_AT, &challenge->id) || !word_read(db_rows_get(rows, 0, CHALLENGE_AT + 1), states, sizeof(states) / sizeof(states[0]), &state) ||
		(spki.len != 0 && spki.len != ENROLMENT_HASH_LEN) || !value_bool(db_rows_get(rows, 0, CHALLENGE_AT + 7), &challenge->is_anothers))
		return why_set(why, ERR_DB_SCHEMA, "the database gives a challenge in an unexpected state: run scepadm db upgrade");
	challenge->state = (enum enrolment_challenge_state)state;
	challenge->has_spki = spki.len > 0;
	if (spki.len > 0)
		memcpy(challenge->spki_sha256, spki.ptr, spki.len);
	if ((e = text_read(db_rows_get(rows, 0, CHALLENGE_AT + 2), &challenge->subject)) == ERR_OK &&
		(e = text_read(db_rows_get(rows, 0, CHALLENGE_AT + 3), &challenge->sans)) == ERR_OK &&
		(e = text_read(db_rows_get(rows, 0, CHALLENGE_AT + 5), &challenge->device)) == ERR_OK)
		e = text_read(db_rows_get(rows, 0, CHALLENGE_AT + 6), &challenge->username);
	if (e == ERR_OK)
		e = text_read(db_rows_get(rows, 0, CHALLENGE_AT + 11), &challenge->sid);
	return e;
}

/* What is known of what the request shows. */
static enum err evidence_read(const struct db_rows *rows, struct enrolment_found *found, struct why *why)
{
	static const char *const states[] = { [ENROLMENT_SIGNER_UNKNOWN] = "unknown", [ENROLMENT_SIGNER_LIVE] = "live", [ENROLMENT_SIGNER_REVOKED] = "revoked",
		[ENROLMENT_SIGNER_STOPPED] = "stopped" };
	int64_t blocked_s = 0;
	int signer;

	if (!number_read(rows, 5, &found->renewal_of) || !number_read(rows, 6, &blocked_s) || blocked_s < 0 || blocked_s > INT32_MAX ||
		!number_read(rows, CHALLENGE_AT + 8, &found->signer_id) || !word_read(db_rows_get(rows, 0, CHALLENGE_AT + 9), states, sizeof(states) / sizeof(states[0]), &signer))
		return why_set(why, ERR_DB_SCHEMA, "the database gives a certificate in an unexpected state: run scepadm db upgrade");
	found->blocked_s = (int)blocked_s;
	found->signer = (enum enrolment_signer_state)signer;
	return challenge_read(rows, &found->challenge, why);
}

static struct db_param hash_or_null(const uint8_t *hash)
{
	return hash == NULL ? (struct db_param){ DB_PARAM_NULL, { NULL, 0 }, 0 } : db_octets(bytes_from(hash, ENROLMENT_HASH_LEN));
}

enum err enrolment_lookup(struct store *store, const struct enrolment_key *key, const struct enrolment_evidence *evidence, struct enrolment_found *found, struct why *why)
{
	static const char sql[] = "SELECT outcome, certificate, reason, subject, sans, renewal_of, blocked_seconds, challenge_id, challenge_state, challenge_subject, challenge_sans,"
		" challenge_spki_sha256, challenge_device, challenge_username, challenge_is_anothers, signer_id, signer_state, authorisation, challenge_sid,"
		" granted_device, granted_username, granted_sid"
		" FROM scepgate.enrol_lookup($1, $2, $3, $4, $5, $6, $7, $8)";
	const struct db_param params[] = { db_number(key->endpoint_id), db_number(key->endpoint_version), db_octets(key->transaction_id), db_octets(key->requester_spki_sha256),
		db_octets(key->csr_sha256), hash_or_null(evidence->challenge_sha256), hash_or_null(evidence->signer_sha256), db_text(evidence->client_address) };
	struct enrolment_found read = { 0 };
	struct db_rows *rows = NULL;
	enum err e;

	if ((e = enrolment_key_check(key, why)) != ERR_OK)
		return e;
	e = store_query(store, STORE_RETRY, sql, params, sizeof(params) / sizeof(params[0]), DB_FORMAT_BINARY, &rows, why);
	if (e == ERR_OK && (e = found_read(rows, 3, 17, &read, why)) == ERR_OK && (e = evidence_read(rows, &read, why)) == ERR_OK &&
		(e = granted_read(rows, CHALLENGE_AT + 12, &read.granted)) == ERR_OK)
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

	e = store_query(store, STORE_RETRY, "SELECT outcome, certificate, reason, csr, csr_sha256, subject, sans, renewal_of, authorisation, granted_device, granted_username, granted_sid"
		" FROM scepgate.enrol_poll($1, $2, $3, $4)", params,
		sizeof(params) / sizeof(params[0]), DB_FORMAT_BINARY, &rows, why);
	if (e != ERR_OK || (e = found_read(rows, 5, 8, &read, why)) != ERR_OK || (e = granted_read(rows, 9, &read.granted)) != ERR_OK || (e = buf_append(&csr, db_rows_get(rows, 0, 3))) != ERR_OK)
		goto out;
	digest = db_rows_get(rows, 0, 4);
	if (digest.len != (read.state == ENROLMENT_APPROVED ? ENROLMENT_HASH_LEN : 0) || !number_read(rows, 7, &read.renewal_of)) {
		e = why_set(why, ERR_DB_SCHEMA, "the database gives an approved request without its digest, or of no certificate: run scepadm db upgrade");
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
