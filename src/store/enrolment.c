#include <config.h>

#include "store/enrolment.h"

#include "base/clock.h"
#include "base/text.h"
#include "store/internal.h"

/* Text made from what a device sent. PostgreSQL refuses what is not UTF-8, and an audit event must not be lost for that: then every byte beyond ASCII becomes '?'. */
static enum err text_for_database(const char *text, struct buf *out)
{
	struct bytes in = bytes_from_str(text);
	bool is_utf8 = text_is_utf8(in);
	enum err e = ERR_OK;

	for (size_t i = 0; i < in.len && e == ERR_OK; i++)
		e = buf_append_byte(out, is_utf8 || in.ptr[i] < 0x80 ? in.ptr[i] : '?');
	return e;
}

static const struct db_param nothing = { DB_PARAM_NULL, { NULL, 0 }, 0 };

/* The number of a row; 0: of none. */
static struct db_param row_id(int64_t id)
{
	return id == 0 ? nothing : db_number(id);
}

enum err enrolment_key_check(const struct enrolment_key *key, struct why *why)
{
	if (key->requester_spki_sha256.len != ENROLMENT_HASH_LEN || key->csr_sha256.len != ENROLMENT_HASH_LEN)
		return why_set(why, ERR_INTERNAL, "a digest that names a transaction does not have %d octets", ENROLMENT_HASH_LEN);
	return ERR_OK;
}

enum err enrolment_outcome_refused(struct bytes outcome, struct why *why)
{
	if (bytes_is_str(outcome, "challenge"))
		return why_set(why, ERR_CHALLENGE, "the challenge was removed or expired meanwhile");
	if (bytes_is_str(outcome, "foreign"))
		return why_set(why, ERR_CHALLENGE, "the same certification request was sent by another requester before");
	if (bytes_is_str(outcome, "unapproved"))
		return why_set(why, ERR_APPROVAL, "no operator has approved this request, or the endpoint does not ask for approval");
	if (bytes_is_str(outcome, "first_time"))
		return why_set(why, ERR_APPROVAL, "no certificate with these names was issued before, and the endpoint wants an operator to approve the first one");
	if (bytes_is_str(outcome, "renewal"))
		return why_set(why, ERR_RENEWAL, "the certificate was revoked or its renewals were stopped meanwhile, or the time to renew it is over");
	if (bytes_is_str(outcome, "barred"))
		return why_set(why, ERR_RENEWAL, "a certificate for this key was revoked or its renewals were stopped, so a static challenge does not certify it again");
	if (bytes_is_str(outcome, "full"))
		return why_set(why, ERR_APPROVAL, "too many requests wait for approval on this endpoint already");
	if (bytes_is_str(outcome, "address_full"))
		return why_set(why, ERR_APPROVAL, "too many requests from this address wait for approval already");
	if (bytes_is_str(outcome, "day_full"))
		return why_set(why, ERR_APPROVAL, "too many requests without challenge came to this endpoint within a day");
	return why_set(why, ERR_STALE, "the endpoint changed since it was loaded");
}

static enum err commit_outcome(const struct db_rows *rows, struct buf *recorded_der, struct why *why)
{
	struct bytes outcome = db_rows_get(rows, 0, 0);
	struct buf recorded = { 0 };
	enum err e;

	if (bytes_is_str(outcome, "issued") || bytes_is_str(outcome, "repeat")) {
		if ((e = buf_append(&recorded, db_rows_get(rows, 0, 1))) == ERR_OK)
			buf_move(recorded_der, &recorded);
		return e;
	}
	return enrolment_outcome_refused(outcome, why);
}

enum err enrolment_commit(struct store *store, const struct enrolment_key *key, const struct enrolment_record *record, struct buf *recorded_der, struct why *why)
{
	static const char sql[] = "SELECT outcome, recorded FROM scepgate.enrol_commit($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17, $18, $19, $20, $21, $22)";
	char not_before[CLOCK_ISO_SIZE], not_after[CLOCK_ISO_SIZE];
	struct buf subject = { 0 }, sans = { 0 }, notes = { 0 };
	struct db_rows *rows = NULL;
	enum err e;

	if ((e = enrolment_key_check(key, why)) != ERR_OK || (e = text_for_database(record->subject, &subject)) != ERR_OK || (e = text_for_database(record->sans, &sans)) != ERR_OK ||
		(e = text_for_database(record->notes, &notes)) != ERR_OK)
		goto out;
	clock_format_iso(record->not_before_utc, not_before);
	clock_format_iso(record->not_after_utc, not_after);
	/* Never a second time by itself: whether a lost connection recorded it is unknown, and the device's repeat finds out. */
	e = store_query(store, STORE_ONCE, sql, (struct db_param[]){
		db_number(key->endpoint_id), db_number(key->endpoint_version), db_octets(key->transaction_id), db_octets(key->requester_spki_sha256), db_octets(key->csr_sha256),
		db_number(record->message_type), db_text(record->authorisation), db_number(record->static_challenge_id), row_id(record->challenge_id),
		row_id(record->renewal_of), db_octets(record->csr_der), db_octets(record->certificate_der), db_octets(record->serial), db_octets(record->spki_sha256),
		db_text_bytes(buf_bytes(&subject)), db_text_bytes(buf_bytes(&sans)), db_text(not_before), db_text(not_after), db_text_bytes(buf_bytes(&notes)), db_text(record->client_address), db_text(record->reference),
		db_number(record->crl_partition) }, 22,
		DB_FORMAT_BINARY, &rows, why);
	if (e == ERR_OK)
		e = commit_outcome(rows, recorded_der, why);
	else if (e == ERR_CONFLICT || e == ERR_VALUE || e == ERR_NOT_FOUND)
		e = ERR_DB; /* a constraint of the inventory; nothing that a caller could have sent better */
out:
	db_rows_free(rows);
	buf_clear(&subject);
	buf_clear(&sans);
	buf_clear(&notes);
	return e;
}

enum err enrolment_pend(struct store *store, const struct enrolment_key *key, const struct enrolment_pending *request, enum enrolment_state *state, struct why *why)
{
	static const char sql[] = "SELECT outcome FROM scepgate.enrol_pend($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13, $14, $15, $16, $17)";
	struct buf subject = { 0 }, sans = { 0 }, because = { 0 };
	struct db_rows *rows = NULL;
	enum err e;

	if ((e = enrolment_key_check(key, why)) != ERR_OK || (e = text_for_database(request->subject, &subject)) != ERR_OK || (e = text_for_database(request->sans, &sans)) != ERR_OK ||
		(e = text_for_database(request->because, &because)) != ERR_OK)
		goto out;
	e = store_query(store, STORE_ONCE, sql, (struct db_param[]){
		db_number(key->endpoint_id), db_number(key->endpoint_version), db_octets(key->transaction_id), db_octets(key->requester_spki_sha256), db_octets(key->csr_sha256),
		db_number(request->message_type), db_number(request->static_challenge_id), row_id(request->challenge_id), row_id(request->renewal_of), db_octets(request->csr_der),
		db_octets(request->csr_spki_sha256), db_text_bytes(buf_bytes(&subject)), db_text_bytes(buf_bytes(&sans)), db_text_bytes(buf_bytes(&because)),
		db_text(request->client_address), db_text(request->reference), db_octets(request->asked_sha256) }, 17, DB_FORMAT_BINARY, &rows, why);
	if (e == ERR_OK && !enrolment_state_read(db_rows_get(rows, 0, 0), state))
		e = enrolment_outcome_refused(db_rows_get(rows, 0, 0), why);
	else if (e == ERR_CONFLICT || e == ERR_VALUE || e == ERR_NOT_FOUND)
		e = ERR_DB;
out:
	db_rows_free(rows);
	buf_clear(&subject);
	buf_clear(&sans);
	buf_clear(&because);
	return e;
}

enum err enrolment_refuse(struct store *store, const struct enrolment_refusal *refusal, struct why *why)
{
	struct buf detail = { 0 }, subject = { 0 };
	enum err e;

	if ((e = text_for_database(refusal->detail, &detail)) != ERR_OK || (e = text_for_database(refusal->subject, &subject)) != ERR_OK)
		goto out;
	e = store_query(store, STORE_ONCE, "SELECT scepgate.enrol_refuse($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)", (struct db_param[]){
		db_number(refusal->endpoint_id), db_octets(refusal->transaction_id), db_octets(refusal->requester_spki_sha256), db_number(refusal->message_type),
		db_text(err_name(refusal->error)), db_text_bytes(buf_bytes(&detail)), db_text_bytes(buf_bytes(&subject)), db_text(refusal->client_address),
		db_text(refusal->reference), refusal->attempt.len == 0 ? nothing : db_octets(refusal->attempt), row_id(refusal->breached_challenge_id) }, 11, DB_FORMAT_TEXT, NULL, why);
out:
	buf_clear(&detail);
	buf_clear(&subject);
	return e;
}
