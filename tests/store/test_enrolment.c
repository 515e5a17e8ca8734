#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/endpoint.h"
#include "store/fixture.h"

/* What a worker knows of the endpoint after loading it now. */
static struct enrolment_key key_now(struct store *store, const char *transaction, uint8_t seed)
{
	struct enrolment_key key = { 0, 0, bytes_from_str(transaction), fixture_hash(seed), fixture_hash((uint8_t)(seed + 1)) };
	struct endpoint *endpoint = NULL;

	UNIT_ERR(ERR_OK, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, NULL));
	if (endpoint != NULL) {
		key.endpoint_id = endpoint->id;
		key.endpoint_version = endpoint->version;
	}
	endpoint_free(endpoint);
	return key;
}

/* A record that is good; the serial number and the certificate differ by `number`. */
static struct enrolment_record record_new(uint8_t number)
{
	static uint8_t serial[8], cert[8][3];
	size_t at = number % 8;

	serial[at] = number;
	memcpy(cert[at], (const uint8_t[]){ 0x30, 0xc0, number }, 3);
	return (struct enrolment_record){ .message_type = 19, .authorisation = "static_challenge", .static_challenge_id = 1, .csr_der = bytes_from("\x30\xcc", 2),
		.certificate_der = bytes_from(cert[at], 3), .serial = bytes_from(&serial[at], 1), .spki_sha256 = fixture_hash(0x55), .subject = "CN=d", .sans = "DNS:d.example",
		.not_before_utc = 1795312800, .not_after_utc = 1797904800, .notes = "", .client_address = "192.0.2.7", .reference = "0123456789abcdef" };
}

/* The certificate that a request has got; nothing when it has none. */
static enum err lookup(struct store *store, const struct enrolment_key *key, struct buf *der, struct why *why)
{
	struct enrolment_found found = { 0 };
	enum err e = enrolment_lookup(store, key, &fixture_no_evidence, &found, why);

	if (e == ERR_OK) {
		CU_ASSERT_EQUAL(found.state, found.certificate_der.len > 0 ? ENROLMENT_ISSUED : ENROLMENT_NEW);
		buf_move(der, &found.certificate_der);
	}
	enrolment_found_clear(&found);
	return e;
}

static void test_new(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_record record = record_new(1);
	struct buf der = { 0 };
	struct enrolment_key key;
	struct why why = { 0 };

	fixture_reset();
	key = key_now(store, "tx-1", 1);
	UNIT_ERR(ERR_OK, buf_append_str(&der, "old"));
	UNIT_ERR(ERR_OK, lookup(store, &key, &der, &why));
	CU_ASSERT_EQUAL(der.len, 0);
	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &record, &der, &why));
	UNIT_BYTES(record.certificate_der, buf_bytes(&der));
	UNIT_ERR(ERR_OK, lookup(store, &key, &der, &why));
	UNIT_BYTES(record.certificate_der, buf_bytes(&der));
	fixture_sql_is("SET timezone = 'UTC'; SET datestyle = 'ISO'; SELECT application, profile, ca, serial, subject, sans, not_before, not_after, reference FROM scepgate.certificates",
		"corp|wifi|sub|01|CN=d|DNS:d.example|2026-11-22 02:00:00+00|2026-12-22 02:00:00+00|0123456789abcdef");
	fixture_sql_is("SELECT event, actor, application, reference, client_address, detail ->> 'subject' FROM scepgate.audit_events ORDER BY id DESC LIMIT 1",
		"certificate_issued|scepgate_worker|corp|0123456789abcdef|192.0.2.7|CN=d");
	fixture_sql_is("SELECT transaction_id, serial, certificate_id FROM scepgate.transactions", "tx-1|01|1");
	buf_clear(&der);
	store_free(store);
}

/* The same request again, recorded by a worker that did not see the first. */
static void test_repeat(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_record first = record_new(1), second = record_new(2);
	struct enrolment_key key = key_now(store, "tx-1", 1), other;
	struct buf der = { 0 };

	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &second, &der, NULL));
	UNIT_BYTES(first.certificate_der, buf_bytes(&der));
	fixture_sql_is("SELECT count(*) FROM scepgate.certificate", "1");
	other = key;
	other.csr_sha256 = fixture_hash(0x77);
	UNIT_ERR(ERR_OK, lookup(store, &other, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	other = key;
	other.requester_spki_sha256 = fixture_hash(0x77);
	other.csr_sha256 = fixture_hash(0x77);
	UNIT_ERR(ERR_OK, lookup(store, &other, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	other = key;
	other.transaction_id = bytes_from("tx-1\0", 5);
	UNIT_ERR(ERR_OK, lookup(store, &other, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	buf_clear(&der);
	store_free(store);
}

/* Somebody took the envelope of another device and signed it with a key of his own. */
static void test_foreign(void)
{
	static const char sentence[] = "the same certification request was sent by another requester before";
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_record second = record_new(2);
	struct enrolment_key key = key_now(store, "tx-1", 1);
	struct why why = { 0 }, why_commit = { 0 };
	struct buf der = { 0 };

	key.requester_spki_sha256 = fixture_hash(0x77);
	UNIT_ERR(ERR_CHALLENGE, lookup(store, &key, &der, &why));
	CU_ASSERT_STRING_EQUAL(why.text, sentence);
	key.transaction_id = bytes_from_str("tx-stolen");
	UNIT_ERR(ERR_CHALLENGE, lookup(store, &key, &der, NULL));
	UNIT_ERR(ERR_CHALLENGE, enrolment_commit(store, &key, &second, &der, &why_commit));
	CU_ASSERT_STRING_EQUAL(why_commit.text, sentence);
	key.requester_spki_sha256 = fixture_hash(1);
	UNIT_ERR(ERR_OK, lookup(store, &key, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	fixture_sql_is("SELECT (SELECT count(*) FROM scepgate.certificate), count(*) FROM scepgate.transaction", "1|1");
	buf_clear(&der);
	store_free(store);
}

static void test_window(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_record second = record_new(2);
	struct enrolment_key key = key_now(store, "tx-1", 1);
	struct buf der = { 0 };

	fixture_sql("UPDATE scepgate.transaction SET updated_at = now() - interval '3601 seconds'");
	UNIT_ERR(ERR_OK, lookup(store, &key, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	UNIT_ERR(ERR_OK, enrolment_commit(store, &key, &second, &der, NULL));
	UNIT_BYTES(second.certificate_der, buf_bytes(&der));
	fixture_sql_is("SELECT (SELECT count(*) FROM scepgate.certificate), count(*), max(serial) FROM scepgate.transactions", "2|1|02");
	buf_clear(&der);
	store_free(store);
}

static void test_stale(void)
{
	static const char *const changes[] = { "UPDATE scepgate.application SET description = 'x'", "UPDATE scepgate.ca SET enabled = true, description = 'x' WHERE name = 'root'",
		"UPDATE scepgate.policy SET ed25519 = NOT ed25519", "DELETE FROM scepgate.policy_rule WHERE target = 'san'", "UPDATE scepgate.profile SET validity_days = 29",
		"UPDATE scepgate.endpoint SET include_chain = false", "UPDATE scepgate.static_challenge SET name = 'renamed'", "UPDATE scepgate.ra_certificate SET subject = 'CN=x'",
		"UPDATE scepgate.private_key SET pkcs8 = pkcs8 || '\\x00' WHERE id = 1", "UPDATE scepgate.private_key SET pkcs8 = pkcs8 || '\\x00' WHERE id = 2",
		"UPDATE scepgate.endpoint SET version = 1" };
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_record record = record_new(3);
	struct buf der = { 0 };

	for (size_t i = 0; i < sizeof(changes) / sizeof(changes[0]); i++) {
		struct enrolment_key key = key_now(store, "tx-2", 3);

		unit_row(changes[i]);
		fixture_sql(changes[i]);
		UNIT_ERR(ERR_STALE, lookup(store, &key, &der, NULL));
		UNIT_ERR(ERR_STALE, enrolment_commit(store, &key, &record, &der, NULL));
	}
	unit_row(NULL);
	CU_ASSERT_EQUAL(der.len, 0);
	fixture_sql_is("SELECT count(*) FROM scepgate.certificate", "2");
	buf_clear(&der);
	store_free(store);
}

static void test_challenge(void)
{
	static const struct {
		const char *row, *before;
		int static_challenge_id;
		const char *authorisation;
	} rows[] = {
		{ "a challenge that is not there", "SELECT 1", 99, "static_challenge" },
		{ "no challenge", "SELECT 1", 0, "static_challenge" },
		{ "one that expired", "UPDATE scepgate.static_challenge SET expires_at = now()", 1, "static_challenge" },
		{ "an endpoint without challenges", "UPDATE scepgate.static_challenge SET expires_at = NULL; UPDATE scepgate.endpoint SET challenge_mode = 'none'", 1, "static_challenge" },
		{ "an authorisation that is unknown", "UPDATE scepgate.endpoint SET challenge_mode = 'static'", 1, "trust_me" },
		{ "one of another endpoint", "SELECT scepgate.application_create('other'); SELECT scepgate.endpoint_attach('other', 'wifi');"
			"SELECT scepgate.challenge_set('other', 'wifi', '$2b$10$abcdefghijklmnopqrstuv')", 2, "static_challenge" },
	};
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_record record = record_new(4);
	struct buf der = { 0 };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct enrolment_key key;

		unit_row(rows[i].row);
		fixture_sql(rows[i].before);
		key = key_now(store, "tx-3", 5);
		record.static_challenge_id = rows[i].static_challenge_id;
		record.authorisation = rows[i].authorisation;
		UNIT_ERR(ERR_CHALLENGE, enrolment_commit(store, &key, &record, &der, NULL));
	}
	unit_row(NULL);
	fixture_sql_is("SELECT (SELECT count(*) FROM scepgate.certificate), count(*) FROM scepgate.transaction", "2|1");
	buf_clear(&der);
	store_free(store);
}

/* What the inventory refuses is our own fault, not the device's. */
static void test_constraint(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct enrolment_record record = record_new(2);
	struct enrolment_key key = key_now(store, "tx-4", 7);
	struct buf der = { 0 };
	struct why why = { 0 };

	UNIT_ERR(ERR_DB, enrolment_commit(store, &key, &record, &der, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "certificate_serial_is_taken"));
	key.csr_sha256.len--;
	UNIT_ERR(ERR_INTERNAL, enrolment_commit(store, &key, &record, &der, NULL));
	UNIT_ERR(ERR_INTERNAL, lookup(store, &key, &der, NULL));
	fixture_sql_is("SELECT (SELECT count(*) FROM scepgate.certificate), count(*) FROM scepgate.transaction", "2|1");
	store_free(store);
}

static void test_refuse(void)
{
	static const struct {
		const char *row;
		struct enrolment_refusal refusal;
		const char *event; /* application, client_address, reference, detail */
	} rows[] = {
		{ "all there is", { 1, { (const uint8_t *)"tx", 2 }, { (const uint8_t *)"\xab", 1 }, 19, ERR_CHALLENGE, "wrong", "CN=d", "2001:db8::1", "ref", { NULL, 0 }, 0 },
			"corp|2001:db8::1|ref|ERR_CHALLENGE|wrong|CN=d|tx|19" },
		{ "nothing known", { 0, { NULL, 0 }, { NULL, 0 }, 0, ERR_CMS_SYNTAX, "", NULL, "", "", { NULL, 0 }, 0 }, "||null|ERR_CMS_SYNTAX||null|null|null" },
		{ "octets that are no text", { 1, { (const uint8_t *)"\x00\xff", 2 }, { NULL, 0 }, 19, ERR_POLICY, "caf\xe9", "CN=\xff", "unix:", "r", { NULL, 0 }, 0 }, "corp||r|ERR_POLICY|caf?|CN=?|0x00ff|19" },
		{ "text beyond ASCII", { 1, { NULL, 0 }, { NULL, 0 }, 19, ERR_POLICY, "caf\xc3\xa9 \"'\\", "", "fe80::1%eth0", "r", { NULL, 0 }, 0 }, "corp|fe80::1|r|ERR_POLICY|caf\xc3\xa9 \"'\\|null|null|19" },
	};
	struct store *store = fixture_store("scepgate_worker");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unit_row(rows[i].row);
		UNIT_ERR(ERR_OK, enrolment_refuse(store, &rows[i].refusal, NULL));
		fixture_sql_is("SELECT application, client_address, coalesce(reference, 'null'), detail ->> 'error', detail ->> 'detail', coalesce(detail ->> 'subject', 'null'),"
			" coalesce(detail ->> 'transaction_id', 'null'), coalesce(detail ->> 'message_type', 'null') FROM scepgate.audit_event WHERE event = 'enrolment_refused'"
			" ORDER BY id DESC LIMIT 1", rows[i].event);
	}
	unit_row(NULL);
	store_free(store);
}

CASES(enrolment,
	{ "a new request is recorded with certificate, transaction and audit event (RFC 8894 section 3.2.1.1)", test_new },
	{ "the same request gets the same certificate, another key, request or transactionID does not", test_repeat },
	{ "a request that another key sent before is refused, under any transactionID", test_foreign },
	{ "after the replay window the same request gets a new certificate", test_window },
	{ "any change of what an endpoint stands on makes a loaded one stale", test_stale },
	{ "without a challenge that is good at commit nothing is recorded", test_challenge },
	{ "what the inventory refuses leaves nothing behind", test_constraint },
	{ "a refusal is recorded whatever its bytes", test_refuse },
);
