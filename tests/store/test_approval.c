#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/certificate.h"
#include "store/endpoint.h"
#include "store/fixture.h"

/* What the worker knows of the endpoint after loading it now. */
static struct enrolment_key key_now(struct store *store, const char *transaction, uint8_t requester, uint8_t csr)
{
	struct enrolment_key key = { 0, 0, bytes_from_str(transaction), fixture_hash(requester), fixture_hash(csr) };
	struct endpoint *endpoint = NULL;

	UNIT_ERR(ERR_OK, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, NULL));
	if (endpoint != NULL) {
		key.endpoint_id = endpoint->id;
		key.endpoint_version = endpoint->version;
	}
	endpoint_free(endpoint);
	return key;
}

static const uint8_t csr_spki[ENROLMENT_HASH_LEN] = { 0x5c };

static const struct enrolment_pending request = { .message_type = 17, .static_challenge_id = 1, .csr_der = { (const uint8_t *)"\x00\xcc", 2 },
	.csr_spki_sha256 = { csr_spki, sizeof(csr_spki) }, .because = "a caf\xe9 is new", .subject = "CN=caf\xe9", .sans = "DNS:d.example",
	.client_address = "192.0.2.7", .reference = "0123456789abcdef" };

static struct enrolment_record record_new(const char *authorisation)
{
	return (struct enrolment_record){ .message_type = 20, .authorisation = authorisation, .static_challenge_id = 1, .csr_der = bytes_from("\x30\xcd", 2),
		.certificate_der = bytes_from("\x30\xc1", 2), .serial = bytes_from("\x11", 1), .spki_sha256 = fixture_hash(0x55), .subject = "CN=d", .sans = "",
		.not_before_utc = 1795312800, .not_after_utc = 1797904800, .notes = "", .client_address = "", .reference = "" };
}

/* What the operator saw, with an approval alone. */
static void texts_are(const struct enrolment_found *found, enum enrolment_state state)
{
	bool is_approved = state == ENROLMENT_APPROVED && found->subject.ptr != NULL && found->sans.ptr != NULL;

	CU_ASSERT_STRING_EQUAL(is_approved ? (const char *)found->subject.ptr : "", state == ENROLMENT_APPROVED ? "CN=caf?" : "");
	CU_ASSERT_STRING_EQUAL(is_approved ? (const char *)found->sans.ptr : "", state == ENROLMENT_APPROVED ? "DNS:d.example" : "");
	CU_ASSERT_EQUAL(found->subject.len > 0, state == ENROLMENT_APPROVED);
	CU_ASSERT_EQUAL(found->sans.len > 0, state == ENROLMENT_APPROVED);
}

/* A poll with buffers that hold something already, which must not stay. */
static void poll_is(struct store *store, const struct enrolment_key *key, enum enrolment_state state, const char *reason, struct bytes certificate, struct bytes csr)
{
	struct enrolment_found found = { .state = ENROLMENT_DENIED, .reason = "old" };
	uint8_t digest[ENROLMENT_HASH_LEN] = { 0 };
	struct buf csr_der = { 0 };

	UNIT_ERR(ERR_OK, buf_append_str(&found.certificate_der, "old"));
	UNIT_ERR(ERR_OK, buf_append_str(&found.subject, "old"));
	UNIT_ERR(ERR_OK, buf_append_str(&csr_der, "old"));
	UNIT_ERR(ERR_OK, enrolment_poll(store, key->endpoint_id, key->endpoint_version, key->transaction_id, key->requester_spki_sha256, &found, &csr_der, digest, NULL));
	CU_ASSERT_EQUAL(found.state, state);
	CU_ASSERT_STRING_EQUAL(found.reason, reason);
	UNIT_BYTES(certificate, buf_bytes(&found.certificate_der));
	UNIT_BYTES(csr, buf_bytes(&csr_der));
	texts_are(&found, state);
	if (state == ENROLMENT_APPROVED)
		UNIT_BYTES(key->csr_sha256, bytes_from(digest, sizeof(digest)));
	enrolment_found_clear(&found);
	buf_clear(&csr_der);
}

static void lookup_is(struct store *store, const struct enrolment_key *key, enum enrolment_state state, const char *reason)
{
	struct enrolment_found found = { 0 };

	UNIT_ERR(ERR_OK, enrolment_lookup(store, key, &fixture_no_evidence, &found, NULL));
	CU_ASSERT_EQUAL(found.state, state);
	CU_ASSERT_STRING_EQUAL(found.reason, reason);
	CU_ASSERT_EQUAL(found.certificate_der.len > 0, state == ENROLMENT_ISSUED);
	CU_ASSERT_STRING_EQUAL(found.authorisation, state == ENROLMENT_ISSUED ? "approval" : "");
	texts_are(&found, state);
	enrolment_found_clear(&found);
	CU_ASSERT_EQUAL(found.subject.len + found.sans.len, 0);
}

static const struct bytes none;

static void test_pend(void)
{
	struct store *store = fixture_store("scepgate_worker");
	enum enrolment_state state = ENROLMENT_NEW;
	struct enrolment_key key;
	struct why why = { 0 };

	fixture_reset();
	key = key_now(store, "tx", 1, 2);
	UNIT_ERR(ERR_APPROVAL, enrolment_pend(store, &key, &request, &state, &why));
	fixture_sql("SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'always')");
	UNIT_ERR(ERR_STALE, enrolment_pend(store, &key, &request, &state, NULL));
	CU_ASSERT_EQUAL(state, ENROLMENT_NEW);
	key = key_now(store, "tx", 1, 2);
	poll_is(store, &key, ENROLMENT_NEW, "", none, none);
	UNIT_ERR(ERR_OK, enrolment_pend(store, &key, &request, &state, NULL));
	CU_ASSERT_EQUAL(state, ENROLMENT_PENDING);
	state = ENROLMENT_NEW;
	UNIT_ERR(ERR_OK, enrolment_pend(store, &key, &request, &state, NULL));
	CU_ASSERT_EQUAL(state, ENROLMENT_PENDING);
	lookup_is(store, &key, ENROLMENT_PENDING, "");
	poll_is(store, &key, ENROLMENT_PENDING, "", none, none);
	fixture_sql_is("SELECT state, message_type, subject, sans, host(client_address), reference, pended_because, is_authenticated FROM scepgate.transactions",
		"pending|17|CN=caf?|DNS:d.example|192.0.2.7|0123456789abcdef|a caf? is new|t");
	fixture_sql_is("SELECT count(*) FROM scepgate.audit_event WHERE event = 'enrolment_pending'", "1");
	store_free(store);
}

static void test_refused(void)
{
	static const struct {
		const char *row;
		int static_challenge_id, message_type;
		uint8_t csr_len;
		enum err expected;
	} rows[] = {
		{ "no challenge", 0, 19, 2, ERR_CHALLENGE },
		{ "a challenge that is not there", 99, 19, 2, ERR_CHALLENGE },
		{ "a poll is no request", 1, 20, 2, ERR_DB },
		{ "no request at all", 1, 19, 0, ERR_DB },
	};
	struct store *store = fixture_store("scepgate_worker");
	enum enrolment_state state = ENROLMENT_NEW;
	struct enrolment_key key = key_now(store, "tx-refused", 1, 2);

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct enrolment_pending bad = request;

		unit_row(rows[i].row);
		bad.static_challenge_id = rows[i].static_challenge_id;
		bad.message_type = rows[i].message_type;
		bad.csr_der.len = rows[i].csr_len;
		UNIT_ERR(rows[i].expected, enrolment_pend(store, &key, &bad, &state, NULL));
	}
	unit_row(NULL);
	key.csr_sha256.len--;
	UNIT_ERR(ERR_INTERNAL, enrolment_pend(store, &key, &request, &state, NULL));
	CU_ASSERT_EQUAL(state, ENROLMENT_NEW);
	fixture_sql_is("SELECT count(*) FROM scepgate.transaction", "1");
	store_free(store);
}

/* As scepgate_operator, who may do this and nothing else. */
static void test_decide(void)
{
	struct store *store = fixture_store("scepgate_worker"), *person = fixture_store("scepgate_operator");
	struct enrolment_key key = key_now(store, "tx", 1, 2), other = key_now(store, "tx", 9, 2);
	struct enrolment_record record = record_new("approval");
	struct buf der = { 0 };
	struct why why = { 0 }, why_again = { 0 };

	UNIT_ERR(ERR_APPROVAL, enrolment_commit(store, &key, &record, &der, NULL));
	UNIT_ERR(ERR_NOT_FOUND, fixture_call(person, ADMIN_TRANSACTION_APPROVE, NULL, "id", "77", NULL));
	UNIT_ERR(ERR_VALUE, fixture_call(person, ADMIN_TRANSACTION_DENY, &why, "id", "1", "reason", "two\nlines", NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "no control characters"));
	UNIT_ERR(ERR_OK, fixture_call(person, ADMIN_TRANSACTION_DENY, NULL, "id", "1", "reason", "caf\xc3\xa9 is closed", NULL));
	lookup_is(store, &key, ENROLMENT_DENIED, "caf\xc3\xa9 is closed");
	poll_is(store, &key, ENROLMENT_DENIED, "caf\xc3\xa9 is closed", none, none);
	UNIT_ERR(ERR_CONFLICT, fixture_call(person, ADMIN_TRANSACTION_DENY, &why_again, "id", "1", NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(why_again.text, "denied already, by scepgate_operator"));
	UNIT_ERR(ERR_OK, fixture_call(person, ADMIN_TRANSACTION_APPROVE, NULL, "id", "1", NULL));
	lookup_is(store, &key, ENROLMENT_APPROVED, "");
	poll_is(store, &key, ENROLMENT_APPROVED, "", none, request.csr_der);
	poll_is(store, &other, ENROLMENT_NEW, "", none, none);
	UNIT_ERR(ERR_DB_DENIED, fixture_call(store, ADMIN_TRANSACTION_APPROVE, NULL, "id", "1", NULL));
	buf_clear(&der);
	store_free(person);
	store_free(store);
}

static void test_issue(void)
{
	struct store *store = fixture_store("scepgate_worker"), *person = fixture_store("scepgate_operator");
	struct enrolment_key key = key_now(store, "tx", 1, 2), other = key_now(store, "tx", 9, 2);
	struct enrolment_record record = record_new("approval"), by_challenge = record_new("static_challenge");
	enum enrolment_state state = ENROLMENT_NEW;
	struct buf der = { 0 };

	UNIT_ERR(ERR_APPROVAL, enrolment_commit(store, &key, &by_challenge, &der, NULL));
	UNIT_ERR(ERR_CHALLENGE, enrolment_commit(store, &other, &record, &der, NULL));
	UNIT_ERR(ERR_CHALLENGE, enrolment_pend(store, &other, &request, &state, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &record, &der, NULL));
	UNIT_BYTES(record.certificate_der, buf_bytes(&der));
	record.certificate_der = bytes_from("\x30\xc2", 2);
	record.serial = bytes_from("\x12", 1);
	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &record, &der, NULL));
	UNIT_BYTES(bytes_from("\x30\xc1", 2), buf_bytes(&der));
	lookup_is(store, &key, ENROLMENT_ISSUED, "");
	poll_is(store, &key, ENROLMENT_ISSUED, "", bytes_from("\x30\xc1", 2), none);
	poll_is(store, &other, ENROLMENT_NEW, "", none, none);
	UNIT_ERR(ERR_CONFLICT, fixture_call(person, ADMIN_TRANSACTION_DENY, NULL, "id", "1", NULL));
	fixture_sql_is("SELECT (SELECT count(*) FROM scepgate.certificate), authorisation, message_type, encode(csr_der, 'hex') FROM scepgate.certificate", "1|approval|17|30cd");
	buf_clear(&der);
	store_free(person);
	store_free(store);
}

static void test_expire(void)
{
	struct store *store = fixture_store("scepgate_worker"), *person = fixture_store("scepgate_operator");
	struct enrolment_key key = key_now(store, "tx-late", 3, 4);
	struct enrolment_record record = record_new("approval");
	enum enrolment_state state = ENROLMENT_NEW;
	struct buf der = { 0 };
	struct why why = { 0 };
	char id[32];

	record.serial = bytes_from("\x13", 1);
	UNIT_ERR(ERR_OK, enrolment_pend(store, &key, &request, &state, NULL));
	snprintf(id, sizeof(id), "%s", fixture_sql("SELECT max(id) FROM scepgate.transaction"));
	fixture_sql("UPDATE scepgate.transaction SET expires_at = clock_timestamp() WHERE state = 'pending'");
	lookup_is(store, &key, ENROLMENT_NEW, "");
	poll_is(store, &key, ENROLMENT_NEW, "", none, none);
	UNIT_ERR(ERR_CONFLICT, fixture_call(person, ADMIN_TRANSACTION_APPROVE, &why, "id", id, NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "has expired"));
	UNIT_ERR(ERR_OK, enrolment_pend(store, &key, &request, &state, NULL));
	CU_ASSERT_EQUAL(state, ENROLMENT_PENDING);
	UNIT_ERR(ERR_OK, fixture_call(person, ADMIN_TRANSACTION_APPROVE, NULL, "id", id, NULL));
	fixture_sql("UPDATE scepgate.transaction SET expires_at = clock_timestamp() WHERE state = 'approved'");
	UNIT_ERR(ERR_APPROVAL, enrolment_commit(store, &key, &record, &der, NULL));
	poll_is(store, &key, ENROLMENT_NEW, "", none, none);
	CU_ASSERT_EQUAL(der.len, 0);
	store_free(person);
	store_free(store);
}

/* Who may read which certificate is a table in tests/sql/inventory.sql. */
static void test_find(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_key key = key_now(store, "tx", 1, 2);
	uint8_t digest[ENROLMENT_HASH_LEN];
	struct buf der = { 0 };

	fixture_sql("UPDATE scepgate.certificate SET not_before = now() - interval '1 day', not_after = now() + interval '1 day'");
	memcpy(digest, unit_hex(fixture_sql("SELECT sha256 FROM scepgate.certificates")).ptr, sizeof(digest));
	UNIT_ERR(ERR_OK, certificate_find(store, key.endpoint_id, key.endpoint_version, bytes_from("\x11", 1), bytes_from(digest, sizeof(digest)), &der, NULL));
	UNIT_BYTES(bytes_from("\x30\xc1", 2), buf_bytes(&der));
	UNIT_ERR(ERR_NOT_FOUND, certificate_find(store, key.endpoint_id, key.endpoint_version, bytes_from("\x12", 1), bytes_from(digest, sizeof(digest)), &der, NULL));
	UNIT_ERR(ERR_STALE, certificate_find(store, key.endpoint_id, key.endpoint_version + 1, bytes_from("\x11", 1), bytes_from(digest, sizeof(digest)), &der, NULL));
	digest[0] ^= 1;
	UNIT_ERR(ERR_NOT_FOUND, certificate_find(store, key.endpoint_id, key.endpoint_version, bytes_from("\x11", 1), bytes_from(digest, sizeof(digest)), &der, NULL));
	UNIT_BYTES(bytes_from("\x30\xc1", 2), buf_bytes(&der));
	buf_clear(&der);
	store_free(store);
}

CASES(approval,
	{ "a request is pended once, and a repeat or a poll finds it pending (RFC 8894 sections 3.3.2.3 and 4.4)", test_pend },
	{ "without its challenge, or as another message type, nothing is pended", test_refused },
	{ "an operator denies and approves, and the device is told with the reason", test_decide },
	{ "an approved request is issued once, to its own requester alone", test_issue },
	{ "requests and approvals expire", test_expire },
	{ "GetCert finds by serial number for a good requester alone (RFC 8894 section 4.5)", test_find },
);
