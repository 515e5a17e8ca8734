#include <config.h>

#include <string.h>

#include "base/text.h"
#include "store/crl.h"
#include "store/endpoint.h"
#include "store/fixture.h"

static void test_settings(void)
{
	static const enum key_class keys[] = { KEY_CLASS_ED25519, KEY_CLASS_RSA_OTHER };
	struct store *store = fixture_store("scepgate_worker"), *admin = fixture_store("scepgate_admin");
	struct endpoint *endpoint = NULL;

	fixture_reset();
	UNIT_ERR(ERR_OK, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, NULL));
	CU_ASSERT_EQUAL(endpoint->approval, ENDPOINT_APPROVAL_NONE);
	CU_ASSERT_EQUAL(endpoint->ca_certs, ENDPOINT_CA_CERTS_RA);
	CU_ASSERT_TRUE(endpoint->include_root && !endpoint->append_chain && !endpoint->password_recipient);
	CU_ASSERT_EQUAL(endpoint->keys.count, 7);
	CU_ASSERT_FALSE(key_list_has(&endpoint->keys, KEY_CLASS_ED25519));
	CU_ASSERT_EQUAL(endpoint->pending_lifetime_s, 7 * 24 * 3600);
	CU_ASSERT_EQUAL(endpoint->next_ca.len, 0);
	endpoint_free(endpoint);
	endpoint = NULL;
	UNIT_ERR(ERR_OK, fixture_call(admin, ADMIN_ENDPOINT_ALTER, NULL, "application", "corp", "profile", "wifi", "approval", "always", "ca_certs", "ca", "include_root", "false",
		"append_chain", "true", "password_recipient", "true", "allowed_keys", "ed25519, rsa-other", "pending_lifetime_seconds", "60", NULL));
	UNIT_ERR(ERR_OK, fixture_call(admin, ADMIN_CA_NEXT_SET, NULL, "ca", "sub", "certificate", "next", "subject", "CN=sub", "not_before", "2030-01-01T00:00:00Z",
		"not_after", "2040-01-01T00:00:00Z", NULL));
	UNIT_ERR(ERR_OK, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, NULL));
	CU_ASSERT_EQUAL(endpoint->approval, ENDPOINT_APPROVAL_ALWAYS);
	CU_ASSERT_EQUAL(endpoint->ca_certs, ENDPOINT_CA_CERTS_CA);
	CU_ASSERT_TRUE(!endpoint->include_root && endpoint->append_chain && endpoint->password_recipient);
	CU_ASSERT_EQUAL(endpoint->keys.count, 2);
	CU_ASSERT_EQUAL(memcmp(endpoint->keys.item, keys, sizeof(keys)), 0);
	CU_ASSERT_EQUAL(endpoint->pending_lifetime_s, 60);
	UNIT_BYTES(bytes_from_str("next"), buf_bytes(&endpoint->next_ca));
	endpoint_free(endpoint);
	store_free(admin);
	store_free(store);
}

static void test_next(void)
{
	struct store *admin = fixture_store("scepgate_admin");
	const struct admin_argument arguments[] = { { "ca", bytes_from_str("sub") }, { "certificate", bytes_from_str("later") }, { "private_key", fixture_pkcs8(9) },
		{ "spki_sha256", fixture_hash(9) }, { "subject", bytes_from_str("CN=sub") }, { "not_before", bytes_from_str("2030-01-01") }, { "not_after", bytes_from_str("2040-01-01") } };

	UNIT_ERR(ERR_OK, admin_call(admin, ADMIN_CA_NEXT_SET, arguments, sizeof(arguments) / sizeof(arguments[0]), NULL, NULL));
	fixture_sql_is("SELECT ca, subject, key, convert_from(certificate, 'UTF8') FROM scepgate.next_cas", "sub|CN=sub|pkcs8|later");
	UNIT_ERR(ERR_OK, fixture_call(admin, ADMIN_CA_NEXT_REMOVE, NULL, "ca", "sub", NULL));
	UNIT_ERR(ERR_NOT_FOUND, fixture_call(admin, ADMIN_CA_NEXT_REMOVE, NULL, "ca", "sub", NULL));
	fixture_sql_is("SELECT count(*) FROM scepgate.private_key", "2");
	store_free(admin);
}

/* What a draft says, as "serial@seconds:reason", twice. */
static void draft_is(struct crl_draft *draft, const char *want)
{
	for (int walk = 0; walk < 2; walk++) {
		struct buf said = { 0 };
		struct crl_entry entry;
		enum err e;

		if (walk > 0)
			UNIT_ERR(ERR_OK, crl_draft_rewind(draft, NULL));
		while ((e = crl_draft_next(draft, &entry, NULL)) == ERR_OK) {
			UNIT_ERR(ERR_OK, text_encode_hex(entry.serial, &said));
			UNIT_ERR(ERR_OK, buf_append_format(&said, "@%lld:%d ", (long long)entry.revoked_at_utc, (int)entry.reason));
		}
		UNIT_ERR(ERR_NOT_FOUND, e);
		UNIT_ERR(ERR_NOT_FOUND, crl_draft_next(draft, &entry, NULL));
		UNIT_BYTES(bytes_from_str(want), buf_bytes(&said));
		buf_clear(&said);
	}
}

static void publish(struct store *admin, const struct crl_kind *kind, const char *want)
{
	struct crl_draft draft = { 0 };

	UNIT_ERR(ERR_OK, crl_draft_begin(admin, kind, false, &draft, NULL));
	draft_is(&draft, want);
	UNIT_ERR(ERR_OK, crl_draft_append(&draft, bytes_from_str("first, "), NULL));
	UNIT_ERR(ERR_OK, crl_draft_append(&draft, bytes_from_str("second"), NULL));
	UNIT_ERR(ERR_OK, crl_draft_publish(&draft, 1767225600, 1767830400, 3, NULL));
	crl_draft_clear(&draft);
}

static void test_draft(void)
{
	static const struct crl_kind all = { "sub", 0, false }, delta = { "sub", 0, true }, one = { "sub", 1, false };
	struct store *admin = fixture_store("scepgate_admin");
	struct crl_draft draft = { 0 };

	UNIT_ERR(ERR_NOT_FOUND, crl_draft_begin(admin, &(struct crl_kind){ "nobody", 0, false }, false, &draft, NULL));
	crl_draft_clear(&draft);
	UNIT_ERR(ERR_NOT_FOUND, crl_draft_begin(admin, &one, false, &draft, NULL));
	crl_draft_clear(&draft);
	UNIT_ERR(ERR_CONFLICT, crl_draft_begin(admin, &delta, false, &draft, NULL));
	crl_draft_clear(&draft);
	UNIT_ERR(ERR_OK, crl_draft_begin(admin, &all, false, &draft, NULL));
	CU_ASSERT_TRUE(draft.number == 1 && draft.base_number == 0 && draft.validity_hours == 168 && draft.crl_url_count == 0 && draft.delta_url_count == 0);
	draft_is(&draft, "");
	crl_draft_clear(&draft);
	fixture_sql_is("SELECT count(*) FROM scepgate.crl_sequence", "0");
	fixture_sql("INSERT INTO scepgate.certificate (ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, not_before, not_after, message_type, authorisation, revoked_at,"
		" revocation_reason, status_changed_at, crl_partition) SELECT ca.id, s.serial, 1, 1, s.serial, 'csr', sha256('s'), 'CN=x', now(), now() + interval '1 day', 19, 'approval', s.at, s.reason,"
		" s.at, s.part FROM scepgate.ca, (VALUES ('\\x7f'::bytea, '2026-02-01T00:00:00Z'::timestamptz, 1, 2), ('\\x00ff01', '2026-01-01T00:00:01.9Z', 0, 1), ('\\x05', NULL, NULL, 1),"
		" ('\\x0102030405060708090a0b0c0d0e0f1011121314', '1969-12-31T23:59:59Z', 10, 1)) AS s (serial, at, reason, part) WHERE ca.name = 'sub'");
	publish(admin, &all, "00ff01@1767225601:0 0102030405060708090a0b0c0d0e0f1011121314@-1:10 7f@1769904000:1 ");
	fixture_sql_is("SELECT number, partition, is_delta, revoked, extract(epoch FROM this_update)::bigint, extract(epoch FROM next_update)::bigint, convert_from(crl, 'UTF8') FROM scepgate.crls JOIN scepgate.crl_files USING (ca, number, partition, is_delta)",
		"1|0|f|3|1767225600|1767830400|first, second");
	fixture_sql("UPDATE scepgate.certificate SET revoked_at = NULL, revocation_reason = NULL, status_changed_at = '2099-01-01T00:00:00Z' WHERE serial = '\\x7f'");
	fixture_sql("UPDATE scepgate.certificate SET revoked_at = '2098-01-01T00:00:00Z', revocation_reason = 6, status_changed_at = '2099-01-01T00:00:00Z' WHERE serial = '\\x05'");
	publish(admin, &delta, "05@4039372800:6 7f@4070908800:8 ");
	fixture_sql_is("SELECT base_number FROM scepgate.crls WHERE number = 2", "1");
	UNIT_ERR(ERR_OK, fixture_call(admin, ADMIN_CA_ALTER, NULL, "name", "sub", "crl_partitions", "2", "crl_urls", "http://a.example/all, http://a.example/{partition}", "delta_crl_hours", "5",
		"delta_crl_urls", "http://a.example/delta", NULL));
	UNIT_ERR(ERR_OK, crl_draft_begin(admin, &one, false, &draft, NULL));
	draft_is(&draft, "00ff01@1767225601:0 0102030405060708090a0b0c0d0e0f1011121314@-1:10 05@4039372800:6 ");
	CU_ASSERT_TRUE(draft.crl_url_count == 1 && draft.delta_url_count == 0);
	UNIT_BYTES(bytes_from_str("http://a.example/1"), draft.crl_url[0]);
	crl_draft_clear(&draft);
	UNIT_ERR(ERR_OK, crl_draft_begin(admin, &all, false, &draft, NULL));
	CU_ASSERT_TRUE(draft.crl_url_count == 1 && draft.delta_url_count == 1);
	UNIT_BYTES(bytes_from_str("http://a.example/all"), draft.crl_url[0]);
	UNIT_BYTES(bytes_from_str("http://a.example/delta"), draft.delta_url[0]);
	crl_draft_clear(&draft);
	store_free(admin);
}

static void test_due(void)
{
	static const struct crl_kind all = { "sub", 0, false }, delta = { "sub", 0, true };
	struct store *admin = fixture_store("scepgate_admin");
	struct crl_draft draft = { 0 };
	struct crl_due due = { 0 };

	fixture_sql("UPDATE scepgate.certificate SET revoked_at = now(), revocation_reason = 1, status_changed_at = now() WHERE serial = '\\x7f'");
	UNIT_ERR(ERR_NOT_FOUND, crl_due_load(admin, "nobody", &due, NULL));
	UNIT_ERR(ERR_OK, crl_due_load(admin, NULL, &due, NULL));
	CU_ASSERT_EQUAL_FATAL(due.count, 6);
	CU_ASSERT_STRING_EQUAL(due.item[0].ca, "sub");
	CU_ASSERT_TRUE(due.item[0].partition == 0 && !due.item[0].is_delta);
	CU_ASSERT_TRUE(due.item[1].partition == 0 && due.item[1].is_delta);
	CU_ASSERT_STRING_EQUAL(due.item[0].because, "time");
	CU_ASSERT_TRUE(due.item[4].partition == 2 && !due.item[4].is_delta);
	CU_ASSERT_STRING_EQUAL(due.item[4].because, "first");
	CU_ASSERT_STRING_EQUAL(due.item[5].because, "complete");
	crl_due_clear(&due);
	UNIT_ERR(ERR_OK, crl_draft_begin(admin, &all, true, &draft, NULL));
	UNIT_ERR(ERR_OK, crl_draft_append(&draft, bytes_from_str("x"), NULL));
	UNIT_ERR(ERR_OK, crl_draft_publish(&draft, 4102444800, 4103049600, 0, NULL));
	crl_draft_clear(&draft);
	UNIT_ERR(ERR_STALE, crl_draft_begin(admin, &all, true, &draft, NULL));
	crl_draft_clear(&draft);
	UNIT_ERR(ERR_OK, crl_draft_begin(admin, &delta, true, &draft, NULL));
	crl_draft_clear(&draft);
	store_free(admin);
}

static void test_publish(void)
{
	static const struct crl_kind all = { "sub", 0, false };
	struct store *admin = fixture_store("scepgate_admin"), *worker = fixture_store("scepgate_worker"), *person = fixture_store("scepgate_operator");
	struct crl_draft draft = { 0 };
	struct buf der = { 0 };
	struct why why = { 0 };

	UNIT_ERR(ERR_NOT_FOUND, crl_latest(worker, 1, &der, NULL));
	UNIT_ERR(ERR_OK, fixture_call(admin, ADMIN_CRL_PUBLISH, NULL, "ca", "sub", "number", "70", "this_update", "2026-01-01T00:00:00Z", "next_update", "2026-01-08T00:00:00Z", "der", "crl 70", NULL));
	UNIT_ERR(ERR_CONFLICT, fixture_call(admin, ADMIN_CRL_PUBLISH, &why, "ca", "sub", "number", "70", "this_update", "2026-01-01T00:00:00Z", "next_update", "2026-01-08T00:00:00Z", "der", "x", NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "CRL 70 or a later one"));
	UNIT_ERR(ERR_CONFLICT, fixture_call(admin, ADMIN_CRL_PUBLISH, NULL, "ca", "sub", "number", "69", "this_update", "2026-01-01T00:00:00Z", "next_update", "2026-01-08T00:00:00Z", "der", "x", NULL));
	UNIT_ERR(ERR_DB_DENIED, fixture_call(person, ADMIN_CRL_PUBLISH, NULL, "ca", "sub", "number", "80", "this_update", "2026-01-01T00:00:00Z", "next_update", "2026-01-08T00:00:00Z", "der", "x", NULL));
	UNIT_ERR(ERR_OK, fixture_call(admin, ADMIN_CRL_PUBLISH, NULL, "ca", "sub", "number", "71", "partition", "1", "this_update", "2026-01-01T00:00:00Z", "next_update", "2026-01-08T00:00:00Z", "der",
		"of partition 1", NULL));
	UNIT_ERR(ERR_OK, buf_append_str(&der, "old"));
	UNIT_ERR(ERR_OK, crl_latest(worker, 2, &der, NULL));
	UNIT_BYTES(bytes_from_str("crl 70"), buf_bytes(&der));
	UNIT_ERR(ERR_DB_DENIED, crl_draft_begin(worker, &all, false, &draft, NULL));
	crl_draft_clear(&draft);
	UNIT_ERR(ERR_DB_DENIED, crl_draft_begin(person, &all, false, &draft, NULL));
	crl_draft_clear(&draft);
	UNIT_ERR(ERR_OK, crl_draft_begin(admin, &all, false, &draft, NULL));
	CU_ASSERT_EQUAL(draft.number, 72);
	crl_draft_clear(&draft);
	buf_clear(&der);
	store_free(admin);
	store_free(worker);
	store_free(person);
}

static void test_pointers(void)
{
	struct store *store = fixture_store("scepgate_worker"), *admin = fixture_store("scepgate_admin");
	struct endpoint *endpoint = NULL;

	UNIT_ERR(ERR_OK, fixture_call(admin, ADMIN_CA_ALTER, NULL, "name", "sub", "ca_urls", "http://a.example/ca", NULL));
	UNIT_ERR(ERR_OK, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(endpoint);
	CU_ASSERT_EQUAL(endpoint->pointers.crl_partitions, 2);
	CU_ASSERT_EQUAL_FATAL(endpoint->pointers.crl_url_count, 2);
	CU_ASSERT_STRING_EQUAL(endpoint->pointers.crl_url[1], "http://a.example/{partition}");
	CU_ASSERT_EQUAL_FATAL(endpoint->pointers.ca_url_count, 1);
	CU_ASSERT_STRING_EQUAL(endpoint->pointers.ca_url[0], "http://a.example/ca");
	endpoint_free(endpoint);
	store_free(store);
	store_free(admin);
}

CASES(crl,
	{ "the settings of RFC 8894 in full are loaded", test_settings },
	{ "the next certificate of a CA is announced and taken back (RFC 8894 section 4.7)", test_next },
	{ "the next CRL is made of what is revoked, in order of serial numbers (RFC 5280 section 5.1), a delta of what changed (section 5.2.4)", test_draft },
	{ "what is due is told, and is not due once it is done", test_due },
	{ "a CRL is published once, with a higher number, and read by a worker", test_publish },
	{ "an endpoint knows where its CA's CRLs and certificate are", test_pointers },
);
