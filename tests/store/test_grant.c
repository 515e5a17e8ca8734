#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/endpoint.h"
#include "store/fixture.h"

enum { SQL_SIZE = 512 };

/* What a worker knows of the endpoint after loading it now. */
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

/* A record without any right; serial number and certificate differ by `number`, the key that is certified is the requester's. */
static struct enrolment_record record_new(const struct enrolment_key *key, uint8_t number, const char *authorisation)
{
	static uint8_t serial[8], cert[8][3];
	size_t at = number % 8;

	serial[at] = number;
	memcpy(cert[at], (const uint8_t[]){ 0x30, 0xc0, number }, 3);
	return (struct enrolment_record){ .message_type = 19, .authorisation = authorisation, .csr_der = bytes_from("\x30\xcc", 2), .certificate_der = bytes_from(cert[at], 3),
		.serial = bytes_from(&serial[at], 1), .spki_sha256 = key->requester_spki_sha256, .subject = "CN=d", .sans = "", .not_before_utc = 1795312800, .not_after_utc = 1797904800,
		.notes = "", .client_address = "192.0.2.7", .reference = "ref" };
}

/* A digest by the database; from a ring of 4. */
static const uint8_t *sha256_of(const char *sql_octets)
{
	static uint8_t ring[4][ENROLMENT_HASH_LEN];
	static size_t next;
	uint8_t *hash = ring[next++ % 4];
	char sql[SQL_SIZE];

	snprintf(sql, sizeof(sql), "SELECT encode(sha256(%s), 'hex')", sql_octets);
	memcpy(hash, unit_hex(fixture_sql(sql)).ptr, ENROLMENT_HASH_LEN);
	return hash;
}

static void find(struct store *store, const struct enrolment_key *key, const uint8_t *challenge, const uint8_t *signer, struct enrolment_found *found)
{
	const struct enrolment_evidence evidence = { challenge, signer, "192.0.2.7" };
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, enrolment_lookup(store, key, &evidence, found, &why));
	if (*why.text != '\0')
		fprintf(stderr, "# %s\n", why.text);
}

static void text_is(const struct buf *text, const char *expected)
{
	CU_ASSERT_PTR_NOT_NULL_FATAL(text->ptr);
	CU_ASSERT_STRING_EQUAL((const char *)text->ptr, expected);
}

/* An endpoint that takes both kinds of challenges, and a dynamic one, "secret", with these values of its columns. */
static void prepare(const char *columns, const char *values)
{
	char sql[SQL_SIZE];

	fixture_reset();
	fixture_sql("SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'both')");
	snprintf(sql, sizeof(sql), "INSERT INTO scepgate.challenge (endpoint_id, hash, expires_at%s) VALUES (1, sha256('secret'), now() + interval '1 hour'%s)", columns, values);
	fixture_sql(sql);
}

static void test_unknown(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_found found = { .blocked_s = 7, .signer = ENROLMENT_SIGNER_LIVE, .challenge = { .state = ENROLMENT_CHALLENGE_LIVE } };
	struct enrolment_key key;

	prepare("", "");
	key = key_now(store, "tx", 1, 2);
	for (int shown = 0; shown < 2; shown++) {
		find(store, &key, shown ? sha256_of("'another'") : NULL, shown ? sha256_of("'certificate'") : NULL, &found);
		CU_ASSERT_EQUAL(found.state, ENROLMENT_NEW);
		CU_ASSERT_EQUAL(found.blocked_s, 0);
		CU_ASSERT_EQUAL(found.renewal_of, 0);
		CU_ASSERT_EQUAL(found.challenge.state, ENROLMENT_CHALLENGE_UNKNOWN);
		CU_ASSERT_EQUAL(found.challenge.id, 0);
		CU_ASSERT_FALSE(found.challenge.is_anothers || found.challenge.has_spki);
		text_is(&found.challenge.subject, "");
		text_is(&found.challenge.username, "");
		CU_ASSERT_EQUAL(found.signer, ENROLMENT_SIGNER_UNKNOWN);
		CU_ASSERT_EQUAL(found.signer_id, 0);
	}
	enrolment_found_clear(&found);
	store_free(store);
}

static void test_bound(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_found found = { 0 };
	struct enrolment_key key;

	prepare(", subject, sans, spki_sha256, device, username", ", 'CN=d', 'DNS:d.example', decode(repeat('77', 32), 'hex'), 'SN1', 'alice'");
	key = key_now(store, "tx", 1, 2);
	find(store, &key, sha256_of("'secret'"), NULL, &found);
	CU_ASSERT_EQUAL(found.challenge.state, ENROLMENT_CHALLENGE_LIVE);
	CU_ASSERT_EQUAL(found.challenge.id, 1);
	text_is(&found.challenge.subject, "CN=d");
	text_is(&found.challenge.sans, "DNS:d.example");
	text_is(&found.challenge.device, "SN1");
	text_is(&found.challenge.username, "alice");
	CU_ASSERT_TRUE(found.challenge.has_spki);
	UNIT_BYTES(fixture_hash(0x77), bytes_from(found.challenge.spki_sha256, sizeof(found.challenge.spki_sha256)));
	enrolment_found_clear(&found);
	CU_ASSERT_PTR_NULL(found.challenge.device.ptr);
	store_free(store);
}

static void test_spend(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_found found = { 0 };
	struct enrolment_key key, thief;
	struct enrolment_record record;
	struct buf der = { 0 };

	prepare("", "");
	key = key_now(store, "tx", 1, 2);
	thief = key_now(store, "tx-thief", 9, 9);
	record = record_new(&key, 1, "dynamic_challenge");
	UNIT_ERR(ERR_CHALLENGE, enrolment_commit(store, &key, &record, &der, NULL));
	record.challenge_id = 1;
	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &record, &der, NULL));
	record.certificate_der = bytes_from("\x30\xff", 2);
	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &record, &der, NULL));
	UNIT_BYTES(bytes_from("\x30\xc0\x01", 3), buf_bytes(&der));
	record = record_new(&thief, 2, "dynamic_challenge");
	record.challenge_id = 1;
	UNIT_ERR(ERR_CHALLENGE, enrolment_commit(store, &thief, &record, &der, NULL));
	find(store, &thief, sha256_of("'secret'"), NULL, &found);
	CU_ASSERT_EQUAL(found.challenge.state, ENROLMENT_CHALLENGE_SPENT);
	CU_ASSERT_TRUE(found.challenge.is_anothers);
	find(store, &key, sha256_of("'secret'"), NULL, &found);
	CU_ASSERT_EQUAL(found.state, ENROLMENT_ISSUED);
	CU_ASSERT_EQUAL(found.challenge.state, ENROLMENT_CHALLENGE_SPENT);
	CU_ASSERT_FALSE(found.challenge.is_anothers);
	fixture_sql_is("SELECT c.authorisation, c.challenge_id, d.state, d.uses_left, left(d.spent_by_spki_sha256, 4) FROM scepgate.certificates c, scepgate.challenges d",
		"dynamic_challenge|1|spent|0|0101");
	enrolment_found_clear(&found);
	buf_clear(&der);
	store_free(store);
}

static void test_expired(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_found found = { 0 };
	struct enrolment_key key;
	struct enrolment_record record;
	struct buf der = { 0 };

	prepare("", "");
	fixture_sql("SELECT scepgate.challenge_revoke(1)");
	key = key_now(store, "tx", 1, 2);
	find(store, &key, sha256_of("'secret'"), NULL, &found);
	CU_ASSERT_EQUAL(found.challenge.state, ENROLMENT_CHALLENGE_EXPIRED);
	record = record_new(&key, 1, "dynamic_challenge");
	record.challenge_id = 1;
	UNIT_ERR(ERR_CHALLENGE, enrolment_commit(store, &key, &record, &der, NULL));
	enrolment_found_clear(&found);
	store_free(store);
}

static void test_breach(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_refusal refusal = { .endpoint_id = 1, .transaction_id = bytes_from_str("tx-thief"), .requester_spki_sha256 = fixture_hash(9), .message_type = 19,
		.error = ERR_CHALLENGE, .detail = "spent by another key", .subject = "CN=d", .client_address = "192.0.2.7", .reference = "ref", .breached_challenge_id = 1 };

	prepare(", uses_left, spent_at, spent_by_spki_sha256", ", 0, now(), decode(repeat('01', 32), 'hex')");
	UNIT_ERR(ERR_OK, enrolment_refuse(store, &refusal, NULL));
	fixture_sql_is("SELECT event, detail ->> 'challenge_id', left(detail ->> 'spent_by_spki_sha256', 4), left(detail ->> 'requester_spki_sha256', 4) FROM scepgate.audit_event ORDER BY id DESC LIMIT 1",
		"challenge_breach|1|0101|0909");
	store_free(store);
}

static void test_throttle(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_refusal refusal = { .endpoint_id = 1, .message_type = 19, .error = ERR_CHALLENGE, .detail = "wrong", .client_address = "192.0.2.7", .reference = "ref" };
	uint8_t attempt[ENROLMENT_ATTEMPT_LEN] = { 0 };
	struct enrolment_found found = { 0 };
	struct enrolment_key key;

	prepare("", "");
	key = key_now(store, "tx", 1, 2);
	refusal.attempt = bytes_from(attempt, sizeof(attempt));
	for (int i = 0; i < 30; i++) {
		attempt[0] = (uint8_t)(i < 20 ? 0 : i - 20);
		find(store, &key, NULL, NULL, &found);
		CU_ASSERT_EQUAL(found.blocked_s, 0);
		UNIT_ERR(ERR_OK, enrolment_refuse(store, &refusal, NULL));
	}
	find(store, &key, NULL, NULL, &found);
	CU_ASSERT_TRUE(found.blocked_s > 50 && found.blocked_s <= 60);
	fixture_sql_is("SELECT network, blocked, blocks, refusals FROM scepgate.throttles", "192.0.2.7|t|1|30");
	fixture_sql_is("SELECT count(*) FROM scepgate.audit_event WHERE event = 'challenge_throttled'", "1");
	enrolment_found_clear(&found);
	store_free(store);
}

/* A certificate of the endpoint that is good now, number 1. */
static void enrol_first(struct store *store)
{
	struct enrolment_key key = key_now(store, "tx-first", 1, 2);
	struct enrolment_record record = record_new(&key, 1, "static_challenge");
	struct buf der = { 0 };

	record.static_challenge_id = 1;
	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &record, &der, NULL));
	fixture_sql("UPDATE scepgate.certificate SET not_before = now() - interval '1 day', not_after = now() + interval '1 day'");
	buf_clear(&der);
}

static void test_renewal(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_found found = { 0 };
	struct enrolment_key key;
	struct enrolment_record record;
	struct buf der = { 0 };

	prepare("", "");
	enrol_first(store);
	key = key_now(store, "tx-next", 1, 3);
	find(store, &key, NULL, sha256_of("'\\x30c001'"), &found);
	CU_ASSERT_EQUAL(found.signer, ENROLMENT_SIGNER_LIVE);
	CU_ASSERT_EQUAL(found.signer_id, 1);
	record = record_new(&key, 2, "renewal");
	UNIT_ERR(ERR_RENEWAL, enrolment_commit(store, &key, &record, &der, NULL));
	record.renewal_of = 1;
	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &record, &der, NULL));
	fixture_sql_is("SELECT authorisation, renewal_of, lineage, challenge_id FROM scepgate.certificates ORDER BY id DESC LIMIT 1", "renewal|1|1|");
	enrolment_found_clear(&found);
	buf_clear(&der);
	store_free(store);
}

static void test_renewal_refused(void)
{
	static const struct {
		const char *before;
		enum enrolment_signer_state signer;
		enum err expected;
	} rows[] = {
		{ "SELECT scepgate.lineage_stop(1)", ENROLMENT_SIGNER_STOPPED, ERR_RENEWAL },
		{ "UPDATE scepgate.certificate SET revoked_at = now(), revocation_reason = 1", ENROLMENT_SIGNER_REVOKED, ERR_RENEWAL },
		{ "UPDATE scepgate.certificate SET not_after = now() - interval '2 seconds'", ENROLMENT_SIGNER_LIVE, ERR_RENEWAL },
		{ "UPDATE scepgate.endpoint SET renewal = false", ENROLMENT_SIGNER_LIVE, ERR_RENEWAL },
		{ "UPDATE scepgate.endpoint SET renewal_challenge = true", ENROLMENT_SIGNER_LIVE, ERR_CHALLENGE },
	};
	struct store *store = fixture_store("scepgate_worker");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct enrolment_found found = { 0 };
		struct enrolment_record record;
		struct enrolment_key key;
		struct buf der = { 0 };

		unit_row(rows[i].before);
		prepare("", "");
		enrol_first(store);
		fixture_sql(rows[i].before);
		key = key_now(store, "tx-next", 1, 3);
		find(store, &key, NULL, sha256_of("'\\x30c001'"), &found);
		CU_ASSERT_EQUAL(found.signer, rows[i].signer);
		CU_ASSERT_EQUAL(found.signer_id, 1);
		record = record_new(&key, 2, "renewal");
		record.renewal_of = 1;
		UNIT_ERR(rows[i].expected, enrolment_commit(store, &key, &record, &der, NULL));
		if (rows[i].expected == ERR_CHALLENGE) {
			record.challenge_id = 1;
			UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &record, &der, NULL));
			fixture_sql_is("SELECT state FROM scepgate.challenges", "spent");
		}
		enrolment_found_clear(&found);
		buf_clear(&der);
	}
	unit_row(NULL);
	store_free(store);
}

static struct enrolment_pending pending_new(const struct enrolment_key *key)
{
	return (struct enrolment_pending){ .message_type = 19, .csr_der = bytes_from("\x30\xcc", 2), .csr_spki_sha256 = key->requester_spki_sha256, .because = "", .subject = "CN=d", .sans = "",
		.client_address = "192.0.2.7", .reference = "ref" };
}

static void test_pend(void)
{
	struct store *store = fixture_store("scepgate_worker");
	enum enrolment_state state = ENROLMENT_NEW;
	uint8_t digest[ENROLMENT_HASH_LEN];
	struct enrolment_found found = { 0 };
	struct enrolment_pending request;
	struct enrolment_record record;
	struct enrolment_key key;
	struct buf der = { 0 }, csr = { 0 };

	prepare("", "");
	enrol_first(store);
	fixture_sql("SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'always', renewal_challenge => true)");
	key = key_now(store, "tx", 1, 3);
	request = pending_new(&key);
	request.renewal_of = 1;
	UNIT_ERR(ERR_CHALLENGE, enrolment_pend(store, &key, &request, &state, NULL));
	request.challenge_id = 1;
	UNIT_ERR(ERR_OK, enrolment_pend(store, &key, &request, &state, NULL));
	CU_ASSERT_EQUAL(state, ENROLMENT_PENDING);
	fixture_sql_is("SELECT t.challenge_id, t.renewal_of, t.is_authenticated, d.state FROM scepgate.transactions t, scepgate.challenges d WHERE t.state = 'pending'", "1|1|t|spent");
	fixture_sql("SELECT scepgate.transactions_approve('corp')");
	find(store, &key, NULL, NULL, &found);
	CU_ASSERT_EQUAL(found.state, ENROLMENT_APPROVED);
	CU_ASSERT_EQUAL(found.renewal_of, 1);
	UNIT_ERR(ERR_OK, enrolment_poll(store, key.endpoint_id, key.endpoint_version, key.transaction_id, key.requester_spki_sha256, &found, &csr, digest, NULL));
	CU_ASSERT_EQUAL(found.renewal_of, 1);
	record = record_new(&key, 2, "approval");
	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &record, &der, NULL));
	fixture_sql_is("SELECT authorisation, renewal_of, lineage, challenge_id FROM scepgate.certificates WHERE id = (SELECT max(id) FROM scepgate.certificate)", "approval|1|1|1");
	enrolment_found_clear(&found);
	buf_clear(&der);
	buf_clear(&csr);
	store_free(store);
}

static void test_room(void)
{
	static const struct {
		const char *setting, *sentence;
	} rows[] = { { "pending_max_per_address = 1", "from this address" }, { "pending_max_per_day = 1", "within a day" } };
	struct store *store = fixture_store("scepgate_worker");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		enum enrolment_state state = ENROLMENT_NEW;
		struct enrolment_key first, second;
		struct enrolment_pending request;
		struct why why = { 0 };
		char sql[SQL_SIZE];

		unit_row(rows[i].setting);
		fixture_reset();
		snprintf(sql, sizeof(sql), "UPDATE scepgate.endpoint SET challenge_mode = 'none', approval = 'always', %s", rows[i].setting);
		fixture_sql(sql);
		first = key_now(store, "tx-1", 1, 2);
		second = key_now(store, "tx-2", 3, 4);
		request = pending_new(&first);
		UNIT_ERR(ERR_OK, enrolment_pend(store, &first, &request, &state, NULL));
		request = pending_new(&second);
		UNIT_ERR(ERR_APPROVAL, enrolment_pend(store, &second, &request, &state, &why));
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, rows[i].sentence));
	}
	unit_row(NULL);
	store_free(store);
}

static void test_first_time(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_record record;
	struct enrolment_key key;
	struct why why = { 0 };
	struct buf der = { 0 };

	fixture_reset();
	fixture_sql("SELECT scepgate.endpoint_alter('corp', 'wifi', approval => 'rules'), scepgate.approval_rule_add('corp', 'wifi', 'first_time')");
	key = key_now(store, "tx", 1, 2);
	record = record_new(&key, 1, "static_challenge");
	record.static_challenge_id = 1;
	UNIT_ERR(ERR_APPROVAL, enrolment_commit(store, &key, &record, &der, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "approve the first one"));
	CU_ASSERT_EQUAL(der.len, 0);
	store_free(store);
}

CASES(grant,
	{ "what a request does not show, or nobody knows, is unknown", test_unknown },
	{ "a dynamic challenge is found with all that it is bound to", test_bound },
	{ "a dynamic challenge is spent with the certificate, and by nobody else", test_spend },
	{ "an expired or revoked challenge opens nothing", test_expired },
	{ "a challenge that another key had spent is told as a breach", test_breach },
	{ "ten different wrong challenges block, the same one does not", test_throttle },
	{ "a certificate is renewed once the database finds it good, and begins a lineage", test_renewal },
	{ "what was stopped, revoked, expired or not allowed is not renewed", test_renewal_refused },
	{ "a request that waits spends its challenge and stays a renewal", test_pend },
	{ "requests without challenge that wait are limited by address and day", test_room },
	{ "the first certificate with its names may need an operator", test_first_time },
);
