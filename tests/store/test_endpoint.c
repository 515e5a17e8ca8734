#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/ext.h"
#include "store/endpoint.h"
#include "store/fixture.h"

static enum err load(struct store *store, const char *application, const char *profile, struct endpoint **out)
{
	struct why why = { 0 };

	return endpoint_load(store, bytes_from_str(application), bytes_from_str(profile), out, &why);
}

static void test_settings(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;

	fixture_reset();
	UNIT_ERR(ERR_OK, load(store, "corp", "wifi", &endpoint));
	CU_ASSERT_PTR_NOT_NULL_FATAL(endpoint);
	CU_ASSERT_EQUAL(endpoint->id, 1);
	CU_ASSERT_TRUE(endpoint->version > 1);
	CU_ASSERT_STRING_EQUAL(endpoint->application, "corp");
	CU_ASSERT_STRING_EQUAL(endpoint->profile_name, "wifi");
	CU_ASSERT_TRUE(endpoint->is_enabled);
	CU_ASSERT_EQUAL(endpoint->challenge_mode, ENDPOINT_CHALLENGE_STATIC);
	CU_ASSERT_EQUAL_FATAL(endpoint->challenge_count, 1);
	CU_ASSERT_EQUAL(endpoint->challenge[0].id, 1);
	CU_ASSERT_STRING_EQUAL(endpoint->challenge[0].name, "default");
	CU_ASSERT_STRING_EQUAL(endpoint->challenge[0].hash, "$2b$10$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUV0123456789.");
	CU_ASSERT_EQUAL(endpoint->challenge[0].expires_utc, 0);
	CU_ASSERT_EQUAL_FATAL(endpoint->ciphers.count, 4);
	CU_ASSERT_EQUAL(endpoint->ciphers.item[0], CIPHER_AES128_CBC);
	CU_ASSERT_EQUAL(endpoint->ciphers.item[3], CIPHER_DES3_CBC);
	CU_ASSERT_FALSE(cipher_list_has(&endpoint->ciphers, CIPHER_DES_CBC));
	CU_ASSERT_EQUAL_FATAL(endpoint->digests.count, 4);
	CU_ASSERT_EQUAL(endpoint->digests.item[0], DIGEST_SHA256);
	CU_ASSERT_FALSE(digest_list_has(&endpoint->digests, DIGEST_MD5));
	CU_ASSERT_TRUE(endpoint->include_chain);
	CU_ASSERT_EQUAL(endpoint->replay_window_s, 3600);
	endpoint_free(endpoint);
	store_free(store);
}

static void test_what_opens_defaults(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;

	UNIT_ERR(ERR_OK, load(store, "corp", "wifi", &endpoint));
	CU_ASSERT_PTR_NOT_NULL_FATAL(endpoint);
	CU_ASSERT_EQUAL(endpoint->approval, ENDPOINT_APPROVAL_NONE);
	CU_ASSERT_EQUAL(endpoint->approval_rules.count, 0);
	CU_ASSERT_FALSE(endpoint->signer_key_must_match);
	CU_ASSERT_TRUE(endpoint->renewal.is_allowed);
	CU_ASSERT_EQUAL(endpoint->renewal.window.kind, RENEWAL_WINDOW_ANY);
	CU_ASSERT_EQUAL(endpoint->renewal.grace_days, 0);
	CU_ASSERT_EQUAL(endpoint->renewal.identity, RENEWAL_IDENTITY_SAME);
	CU_ASSERT_FALSE(endpoint->renewal.needs_new_key || endpoint->renewal.needs_challenge || endpoint->renewal.is_at_par);
	endpoint_free(endpoint);
	store_free(store);
}

static void test_what_opens(void)
{
	static const struct {
		const char *change, *back;
		enum endpoint_challenge_mode mode;
		enum endpoint_approval approval;
		enum renewal_window_kind window;
		int amount;
	} rows[] = {
		{ "challenge_mode = 'none', renewal_window = '30d'", "challenge_mode = 'static'", ENDPOINT_CHALLENGE_NONE, ENDPOINT_APPROVAL_NONE, RENEWAL_WINDOW_DAYS, 30 },
		{ "challenge_mode = 'dynamic', approval = 'always', renewal_window = '9999d'", "approval = 'none'", ENDPOINT_CHALLENGE_DYNAMIC, ENDPOINT_APPROVAL_ALWAYS, RENEWAL_WINDOW_DAYS, 9999 },
		{ "challenge_mode = 'both', approval = 'rules', renewal_window = '33%'", "challenge_mode = 'static'", ENDPOINT_CHALLENGE_BOTH, ENDPOINT_APPROVAL_RULES, RENEWAL_WINDOW_PERCENT, 33 },
	};
	struct store *store = fixture_store("scepgate_worker");
	char sql[256];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct endpoint *endpoint = NULL;

		unit_row(rows[i].change);
		snprintf(sql, sizeof(sql), "UPDATE scepgate.endpoint SET %s", rows[i].change);
		fixture_sql(sql);
		UNIT_ERR(ERR_OK, load(store, "corp", "wifi", &endpoint));
		CU_ASSERT_PTR_NOT_NULL_FATAL(endpoint);
		CU_ASSERT_EQUAL(endpoint->challenge_mode, rows[i].mode);
		CU_ASSERT_EQUAL(endpoint->approval, rows[i].approval);
		CU_ASSERT_EQUAL(endpoint->renewal.window.kind, rows[i].window);
		CU_ASSERT_EQUAL(endpoint->renewal.window.amount, rows[i].amount);
		endpoint_free(endpoint);
		snprintf(sql, sizeof(sql), "UPDATE scepgate.endpoint SET %s", rows[i].back);
		fixture_sql(sql);
	}
	unit_row(NULL);
	store_free(store);
}

static void test_rules(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;

	fixture_sql("UPDATE scepgate.endpoint SET renewal = false, renewal_grace_days = 365, renewal_identity = 'unstructured', renewal_new_key = true, renewal_challenge = false,"
		" renewal_at_par = true, signer_key_must_match = true;"
		"SELECT scepgate.approval_rule_add('corp', 'wifi', 'subject', 'CN', '*.example'), scepgate.approval_rule_add('corp', 'wifi', 'san', 'dns', 'a\"b,{}'),"
		" scepgate.approval_rule_add('corp', 'wifi', 'first_time')");
	UNIT_ERR(ERR_OK, load(store, "corp", "wifi", &endpoint));
	CU_ASSERT_PTR_NOT_NULL_FATAL(endpoint);
	CU_ASSERT_TRUE(endpoint->signer_key_must_match);
	CU_ASSERT_FALSE(endpoint->renewal.is_allowed || endpoint->renewal.needs_challenge);
	CU_ASSERT_TRUE(endpoint->renewal.needs_new_key && endpoint->renewal.is_at_par);
	CU_ASSERT_EQUAL(endpoint->renewal.grace_days, 365);
	CU_ASSERT_EQUAL(endpoint->renewal.identity, RENEWAL_IDENTITY_UNSTRUCTURED);
	CU_ASSERT_EQUAL_FATAL(endpoint->approval_rules.count, 3);
	CU_ASSERT_EQUAL(endpoint->approval_rules.rule[0].kind, APPROVAL_SUBJECT);
	CU_ASSERT_STRING_EQUAL(endpoint->approval_rules.rule[0].item, "CN");
	CU_ASSERT_STRING_EQUAL(endpoint->approval_rules.rule[0].pattern, "*.example");
	CU_ASSERT_EQUAL(endpoint->approval_rules.rule[1].kind, APPROVAL_SAN);
	CU_ASSERT_STRING_EQUAL(endpoint->approval_rules.rule[1].pattern, "a\"b,{}");
	CU_ASSERT_EQUAL(endpoint->approval_rules.rule[2].kind, APPROVAL_FIRST_TIME);
	CU_ASSERT_STRING_EQUAL(endpoint->approval_rules.rule[2].item, "");
	endpoint_free(endpoint);
	store_free(store);
}

static void test_policy(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;
	const struct policy *policy;
	const struct profile *profile;

	UNIT_ERR(ERR_OK, load(store, "corp", "wifi", &endpoint));
	CU_ASSERT_PTR_NOT_NULL_FATAL(endpoint);
	policy = &endpoint->policy;
	profile = &endpoint->profile;
	CU_ASSERT_STRING_EQUAL(policy->name, "p");
	CU_ASSERT_EQUAL(policy->unlisted, POLICY_UNLISTED_DROP);
	CU_ASSERT_TRUE(policy->allow_empty_subject);
	CU_ASSERT_TRUE(policy->several_common_names);
	CU_ASSERT_EQUAL(policy->rsa_min_bits, 2048);
	CU_ASSERT_EQUAL(policy->rsa_max_bits, 4096);
	CU_ASSERT_TRUE(policy->ec_p256 && !policy->ec_p384 && policy->ec_p521 && policy->ed25519);
	CU_ASSERT_EQUAL(policy->max_validity_days, 825);
	CU_ASSERT_EQUAL_FATAL(policy->rule_count, 4);
	CU_ASSERT_EQUAL(policy->rule[0].target, POLICY_SUBJECT);
	CU_ASSERT_EQUAL(policy->rule[0].effect, POLICY_REQUIRE);
	CU_ASSERT_STRING_EQUAL(policy->rule[0].item, "CN");
	CU_ASSERT_STRING_EQUAL(policy->rule[0].pattern, "*.example");
	CU_ASSERT_EQUAL(policy->rule[1].target, POLICY_SAN);
	CU_ASSERT_EQUAL(policy->rule[1].effect, POLICY_ALLOW);
	CU_ASSERT_EQUAL(policy->rule[2].target, POLICY_EXT_KEY_USAGE);
	CU_ASSERT_EQUAL(policy->rule[2].effect, POLICY_DENY);
	CU_ASSERT_EQUAL(policy->rule[3].target, POLICY_KEY_USAGE);
	CU_ASSERT_STRING_EQUAL(profile->name, "wifi");
	CU_ASSERT_EQUAL(profile->validity_days, 30);
	CU_ASSERT_EQUAL(profile->key_usage, KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT);
	CU_ASSERT_EQUAL_FATAL(profile->eku_count, 2);
	CU_ASSERT_STRING_EQUAL(profile->eku[1], "1.3.6.1.5.5.7.3.14");
	CU_ASSERT_EQUAL(profile->backdate_s, 300);
	endpoint_free(endpoint);
	store_free(store);
}

static void test_signers(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;

	fixture_sql("SELECT scepgate.ra_certificate_set('corp', 'wifi', '\\x30b1', '\\x3000300006092a864886f70d01050d03', sha256('3'), 'CN=ra2', now(), now() + interval '1 year')");
	UNIT_ERR(ERR_OK, load(store, "corp", "wifi", &endpoint));
	CU_ASSERT_PTR_NOT_NULL_FATAL(endpoint);
	UNIT_BYTES(unit_hex("30a1"), buf_bytes(&endpoint->ca.cert_der));
	UNIT_BYTES(fixture_pkcs8(1), buf_bytes(&endpoint->ca.key_stored));
	CU_ASSERT_EQUAL_FATAL(endpoint->chain_count, 1);
	UNIT_BYTES(unit_hex("30a0"), buf_bytes(&endpoint->chain[0]));
	CU_ASSERT_EQUAL_FATAL(endpoint->ra_count, 2);
	UNIT_BYTES(unit_hex("30b1"), buf_bytes(&endpoint->ra[0].cert_der));
	UNIT_BYTES(fixture_pkcs8(3), buf_bytes(&endpoint->ra[0].key_stored));
	UNIT_BYTES(unit_hex("30b0"), buf_bytes(&endpoint->ra[1].cert_der));
	endpoint_free(endpoint);
	fixture_sql("UPDATE scepgate.ra_certificate SET state = 'retired' WHERE state = 'previous'");
	UNIT_ERR(ERR_OK, load(store, "corp", "wifi", &endpoint));
	CU_ASSERT_EQUAL(endpoint->ra_count, 1);
	endpoint_free(endpoint);
	store_free(store);
}

static void test_bare(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;

	fixture_sql("SELECT scepgate.application_create('bare'), scepgate.policy_create('none');"
		"SELECT scepgate.profile_create('bare', 'root', 'none', key_usage => '{}', extended_key_usage => '{}'); SELECT scepgate.endpoint_attach('bare', 'bare')");
	UNIT_ERR(ERR_OK, load(store, "bare", "bare", &endpoint));
	CU_ASSERT_PTR_NOT_NULL_FATAL(endpoint);
	CU_ASSERT_EQUAL(endpoint->challenge_mode, ENDPOINT_CHALLENGE_NONE);
	CU_ASSERT_EQUAL(endpoint->challenge_count + endpoint->ra_count + endpoint->chain_count + endpoint->policy.rule_count + endpoint->profile.eku_count, 0);
	CU_ASSERT_EQUAL(endpoint->ca.key_stored.len, 0);
	CU_ASSERT_EQUAL(endpoint->profile.key_usage, 0);
	endpoint_free(endpoint);
	store_free(store);
}

static void test_disabled(void)
{
	static const char *const rows[][2] = {
		{ "UPDATE scepgate.endpoint SET enabled = false WHERE id = 1", "UPDATE scepgate.endpoint SET enabled = true" },
		{ "SELECT scepgate.application_alter('corp', enabled => false)", "SELECT scepgate.application_alter('corp', enabled => true)" },
		{ "SELECT scepgate.ca_alter('sub', enabled => false)", "SELECT scepgate.ca_alter('sub', enabled => true)" },
	};
	struct store *store = fixture_store("scepgate_worker");

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct endpoint *endpoint = NULL;

		unit_row(rows[i][0]);
		fixture_sql(rows[i][0]);
		UNIT_ERR(ERR_OK, load(store, "corp", "wifi", &endpoint));
		CU_ASSERT_FALSE(endpoint == NULL || endpoint->is_enabled);
		endpoint_free(endpoint);
		fixture_sql(rows[i][1]);
	}
	unit_row(NULL);
	store_free(store);
}

static void test_not_found(void)
{
	static const struct {
		const char *application, *profile;
	} rows[] = { { "corp", "bare" }, { "none", "wifi" }, { "", "" }, { "Corp", "wifi" }, { "corp\xff", "wifi" }, { "corp' OR true --", "wifi" } };
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		unit_row(rows[i].application);
		UNIT_ERR(ERR_NOT_FOUND, load(store, rows[i].application, rows[i].profile, &endpoint));
	}
	unit_row(NULL);
	UNIT_ERR(ERR_NOT_FOUND, endpoint_load(store, bytes_from("corp\0x", 6), bytes_from_str("wifi"), &endpoint, NULL));
	CU_ASSERT_PTR_NULL(endpoint);
	store_free(store);
}

static void test_default(void)
{
	static const struct {
		const char *host, *application;
	} rows[] = { { "scep.example", "bare" }, { "SCEP.Example", "bare" }, { "other.example", "corp" }, { "", "corp" }, { "\xff\xfe", "corp" } };
	struct store *store = fixture_store("scepgate_worker");
	char *application, *profile;

	fixture_sql("SELECT scepgate.endpoint_alter('bare', 'bare', default_for_host => 'SCEP.example')");
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		application = profile = NULL;
		unit_row(rows[i].host);
		UNIT_ERR(ERR_OK, endpoint_default_find(store, bytes_from_str(rows[i].host), &application, &profile, NULL));
		CU_ASSERT_STRING_EQUAL(application == NULL ? "" : application, rows[i].application);
		free(application);
		free(profile);
	}
	unit_row(NULL);
	fixture_sql("SELECT scepgate.endpoint_alter('corp', 'wifi', default_for_host => '')");
	UNIT_ERR(ERR_NOT_FOUND, endpoint_default_find(store, bytes_from_str("other.example"), &application, &profile, NULL));
	store_free(store);
}

static void test_denied(void)
{
	static const char *const roles[] = { "scepgate_operator", "scepgate_auditor", "scepgate_minter", "scepgate_public" };

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		struct store *store = fixture_store(roles[i]);
		struct endpoint *endpoint = NULL;

		unit_row(roles[i]);
		UNIT_ERR(ERR_DB_DENIED, load(store, "corp", "wifi", &endpoint));
		store_free(store);
	}
	unit_row(NULL);
}

CASES(endpoint,
	{ "an endpoint is loaded with its settings and challenges", test_settings },
	{ "what opens an endpoint has safe defaults: renewal under the same names, no approval", test_what_opens_defaults },
	{ "an endpoint is loaded with its challenge mode, approval and renewal window", test_what_opens },
	{ "an endpoint is loaded with its rules for renewal and approval, in their order", test_rules },
	{ "an endpoint is loaded with policy, rules and profile", test_policy },
	{ "an endpoint is loaded with CA, chain and RA certificates, the current one first, no retired one", test_signers },
	{ "an endpoint without anything is loaded, and nothing opens it", test_bare },
	{ "an endpoint is disabled by itself, its application or its CA", test_disabled },
	{ "what is no endpoint is not found, whatever the bytes", test_not_found },
	{ "the default endpoint is that of the host, or the one for all", test_default },
	{ "no other role but worker and administrator loads an endpoint with its keys", test_denied },
);
