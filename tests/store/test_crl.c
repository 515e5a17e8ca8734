#include <config.h>

#include <stdlib.h>
#include <string.h>

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

static void test_material(void)
{
	struct store *admin = fixture_store("scepgate_admin");
	struct crl_material material = { 0 };

	UNIT_ERR(ERR_NOT_FOUND, crl_material_load(admin, "nobody", &material, NULL));
	UNIT_ERR(ERR_OK, crl_material_load(admin, "sub", &material, NULL));
	CU_ASSERT_EQUAL(material.number, 1);
	CU_ASSERT_EQUAL(material.count, 0);
	crl_material_clear(&material);
	fixture_sql("INSERT INTO scepgate.certificate (ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, not_before, not_after, message_type, authorisation, revoked_at,"
		" revocation_reason) SELECT ca.id, s.serial, 1, 1, s.serial, 'csr', sha256('s'), 'CN=x', now(), now() + interval '1 day', 19, 'approval', s.at, s.reason FROM scepgate.ca,"
		" (VALUES ('\\x7f'::bytea, '2026-02-01T00:00:00Z'::timestamptz, 1), ('\\x00ff01', '2026-01-01T00:00:01.9Z', 0), ('\\x05', NULL, NULL),"
		" ('\\x0102030405060708090a0b0c0d0e0f1011121314', '1969-12-31T23:59:59Z', 10)) AS s (serial, at, reason) WHERE ca.name = 'sub'");
	UNIT_ERR(ERR_OK, crl_material_load(admin, "sub", &material, NULL));
	fixture_sql_is("SELECT id FROM scepgate.ca WHERE name = 'sub'", "2");
	CU_ASSERT_EQUAL(material.ca_id, 2);
	CU_ASSERT_EQUAL_FATAL(material.count, 3);
	UNIT_BYTES(unit_hex("00ff01"), material.entries[0].serial);
	UNIT_BYTES(unit_hex("0102030405060708090a0b0c0d0e0f1011121314"), material.entries[1].serial);
	UNIT_BYTES(unit_hex("7f"), material.entries[2].serial);
	CU_ASSERT_EQUAL(material.entries[0].reason, CRL_REASON_UNSPECIFIED);
	CU_ASSERT_EQUAL(material.entries[1].reason, CRL_REASON_AA_COMPROMISE);
	CU_ASSERT_EQUAL(material.entries[2].reason, CRL_REASON_KEY_COMPROMISE);
	CU_ASSERT_EQUAL(material.entries[0].revoked_at_utc, 1767225601);
	CU_ASSERT_EQUAL(material.entries[1].revoked_at_utc, -1);
	CU_ASSERT_EQUAL(material.entries[2].revoked_at_utc, 1769904000);
	crl_material_clear(&material);
	store_free(admin);
}

static void test_publish(void)
{
	struct store *admin = fixture_store("scepgate_admin"), *worker = fixture_store("scepgate_worker"), *person = fixture_store("scepgate_operator");
	struct crl_material material = { 0 };
	struct buf der = { 0 };
	struct why why = { 0 };

	UNIT_ERR(ERR_NOT_FOUND, crl_latest(worker, 2, &der, NULL));
	UNIT_ERR(ERR_OK, fixture_call(admin, ADMIN_CRL_PUBLISH, NULL, "ca", "sub", "number", "7", "this_update", "2026-01-01T00:00:00Z", "next_update", "2026-01-08T00:00:00Z", "der", "crl 7", NULL));
	UNIT_ERR(ERR_CONFLICT, fixture_call(admin, ADMIN_CRL_PUBLISH, &why, "ca", "sub", "number", "7", "this_update", "2026-01-01T00:00:00Z", "next_update", "2026-01-08T00:00:00Z", "der", "x", NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "CRL 7 or a later one"));
	UNIT_ERR(ERR_CONFLICT, fixture_call(admin, ADMIN_CRL_PUBLISH, NULL, "ca", "sub", "number", "6", "this_update", "2026-01-01T00:00:00Z", "next_update", "2026-01-08T00:00:00Z", "der", "x", NULL));
	UNIT_ERR(ERR_DB_DENIED, fixture_call(person, ADMIN_CRL_PUBLISH, NULL, "ca", "sub", "number", "8", "this_update", "2026-01-01T00:00:00Z", "next_update", "2026-01-08T00:00:00Z", "der", "x", NULL));
	UNIT_ERR(ERR_OK, buf_append_str(&der, "old"));
	UNIT_ERR(ERR_OK, crl_latest(worker, 2, &der, NULL));
	UNIT_BYTES(bytes_from_str("crl 7"), buf_bytes(&der));
	UNIT_ERR(ERR_NOT_FOUND, crl_latest(worker, 1, &der, NULL));
	UNIT_ERR(ERR_OK, crl_material_load(admin, "sub", &material, NULL));
	CU_ASSERT_EQUAL(material.number, 8);
	CU_ASSERT_EQUAL(material.count, 3);
	UNIT_ERR(ERR_DB_DENIED, crl_material_load(worker, "sub", &material, NULL));
	crl_material_clear(&material);
	buf_clear(&der);
	store_free(admin);
	store_free(worker);
	store_free(person);
}

CASES(crl,
	{ "the settings of RFC 8894 in full are loaded", test_settings },
	{ "the next certificate of a CA is announced and taken back (RFC 8894 section 4.7)", test_next },
	{ "the next CRL is made of what is revoked, in order of serial numbers (RFC 5280 section 5.1)", test_material },
	{ "a CRL is published once, with a higher number, and read by a worker", test_publish },
);
