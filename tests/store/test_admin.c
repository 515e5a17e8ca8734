#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/fixture.h"

/* One call, what becomes of it, and a part of the sentence. Each row starts from the same database. */
static const struct {
	const char *row;
	enum admin_call call;
	const char *argument[12]; /* name, value, … */
	enum err expected;
	const char *sentence;
} calls[] = {
	{ "make an application", ADMIN_APPLICATION_CREATE, { "name", "lab", "description", "a, \"b\"" }, ERR_OK, "" },
	{ "a name that is taken", ADMIN_APPLICATION_CREATE, { "name", "corp" }, ERR_CONFLICT, "There is an application of this name. (Key (name)=(corp) already exists.)" },
	{ "a name that is none", ADMIN_APPLICATION_CREATE, { "name", "Corp" }, ERR_VALUE, "1 to 64 of a-z" },
	{ "an empty name", ADMIN_APPLICATION_CREATE, { "name", "" }, ERR_VALUE, "1 to 64 of a-z" },
	{ "no name at all", ADMIN_APPLICATION_CREATE, { "description", "x" }, ERR_DB_SCHEMA, "does not exist" },
	{ "disable", ADMIN_APPLICATION_ALTER, { "name", "corp", "enabled", "false" }, ERR_OK, "" },
	{ "neither true nor false", ADMIN_APPLICATION_ALTER, { "name", "corp", "enabled", "maybe" }, ERR_VALUE, "maybe" },
	{ "alter what is not there", ADMIN_APPLICATION_ALTER, { "name", "nobody" }, ERR_NOT_FOUND, "there is no application \"nobody\"" },
	{ "delete what is not there", ADMIN_APPLICATION_DELETE, { "name", "nobody" }, ERR_NOT_FOUND, "nobody" },
	{ "delete what is in use", ADMIN_APPLICATION_DELETE, { "name", "corp" }, ERR_CONFLICT, "still has endpoints: detach them first" },
	{ "alter a CA", ADMIN_CA_ALTER, { "name", "sub", "description", "below root" }, ERR_OK, "" },
	{ "delete a CA that profiles use", ADMIN_CA_DELETE, { "name", "sub" }, ERR_CONFLICT, "Profiles use this CA" },
	{ "delete a CA that issued a CA", ADMIN_CA_DELETE, { "name", "root" }, ERR_CONFLICT, "names this one as its issuer" },
	{ "a policy of defaults", ADMIN_POLICY_CREATE, { "name", "q" }, ERR_OK, "" },
	{ "words in a list", ADMIN_POLICY_ALTER, { "name", "p", "ec_curves", " p384 , p256" }, ERR_OK, "" },
	{ "an empty list", ADMIN_POLICY_ALTER, { "name", "p", "ec_curves", "" }, ERR_OK, "" },
	{ "an unknown word in a list", ADMIN_POLICY_ALTER, { "name", "p", "ec_curves", "p256,k1" }, ERR_VALUE, "Curves are p256, p384 and p521" },
	{ "a word twice", ADMIN_POLICY_ALTER, { "name", "p", "ec_curves", "p256,p256" }, ERR_VALUE, "each at most once" },
	{ "quotes in a list stay one word", ADMIN_POLICY_ALTER, { "name", "p", "ec_curves", "p256\",\"p384" }, ERR_VALUE, "Curves are" },
	{ "not a number", ADMIN_POLICY_ALTER, { "name", "p", "max_validity_days", "ten" }, ERR_VALUE, "ten" },
	{ "a number too large", ADMIN_POLICY_ALTER, { "name", "p", "max_validity_days", "99999999999" }, ERR_VALUE, "out of range" },
	{ "no key type left", ADMIN_POLICY_ALTER, { "name", "p", "ec_curves", "", "ed25519", "false", "rsa_min_bits", "0", "rsa_max_bits", "0" }, ERR_VALUE, "some type of key" },
	{ "RSA-1024", ADMIN_POLICY_ALTER, { "name", "p", "rsa_min_bits", "1024" }, ERR_VALUE, "2048 to 8192" },
	{ "a policy shorter than its profile", ADMIN_POLICY_ALTER, { "name", "p", "max_validity_days", "29" }, ERR_VALUE, "longer validity than its policy" },
	{ "a policy as long as its profile", ADMIN_POLICY_ALTER, { "name", "p", "max_validity_days", "30" }, ERR_OK, "" },
	{ "delete a policy in use", ADMIN_POLICY_DELETE, { "name", "p" }, ERR_CONFLICT, "Profiles use this policy" },
	{ "add a rule", ADMIN_POLICY_RULE_ADD, { "policy", "p", "target", "san", "effect", "allow", "item", "ip", "pattern", "10.*" }, ERR_OK, "" },
	{ "a rule twice", ADMIN_POLICY_RULE_ADD, { "policy", "p", "target", "san", "effect", "allow", "item", "dns" }, ERR_CONFLICT, "has this rule already" },
	{ "a rule on nothing known", ADMIN_POLICY_RULE_ADD, { "policy", "p", "target", "san", "effect", "allow", "item", "CN" }, ERR_VALUE, "not known for this target" },
	{ "keyCertSign in a rule", ADMIN_POLICY_RULE_ADD, { "policy", "p", "target", "key_usage", "effect", "allow", "item", "keyCertSign" }, ERR_VALUE, "not known for this target" },
	{ "remove a rule", ADMIN_POLICY_RULE_REMOVE, { "policy", "p", "target", "san", "effect", "allow", "item", "dns" }, ERR_OK, "" },
	{ "remove a rule that is not there", ADMIN_POLICY_RULE_REMOVE, { "policy", "p", "target", "san", "effect", "deny", "item", "dns" }, ERR_NOT_FOUND, "no such rule" },
	{ "a profile of a CA that is not there", ADMIN_PROFILE_CREATE, { "name", "x", "ca", "none", "policy", "p" }, ERR_NOT_FOUND, "there is no CA \"none\"" },
	{ "a profile longer than its policy", ADMIN_PROFILE_CREATE, { "name", "x", "ca", "sub", "policy", "p", "validity_days", "826" }, ERR_VALUE, "longer validity than its policy" },
	{ "a profile with usages", ADMIN_PROFILE_CREATE, { "name", "x", "ca", "sub", "policy", "p", "key_usage", "digitalSignature", "extended_key_usage", "serverAuth,1.2.3.4" }, ERR_OK, "" },
	{ "an object identifier that is none", ADMIN_PROFILE_ALTER, { "name", "wifi", "extended_key_usage", "1.2." }, ERR_VALUE, "dotted object identifiers" },
	{ "attach again", ADMIN_ENDPOINT_ATTACH, { "application", "corp", "profile", "wifi" }, ERR_CONFLICT, "attached to this application already" },
	{ "single DES by name", ADMIN_ENDPOINT_ALTER, { "application", "corp", "profile", "wifi", "allowed_ciphers", "des-cbc", "allowed_digests", "md5,sha1" }, ERR_OK, "" },
	{ "no cipher at all", ADMIN_ENDPOINT_ALTER, { "application", "corp", "profile", "wifi", "allowed_ciphers", "" }, ERR_VALUE, "at least one" },
	{ "a replay window of 30 days", ADMIN_ENDPOINT_ALTER, { "application", "corp", "profile", "wifi", "replay_window_seconds", "2592000" }, ERR_OK, "" },
	{ "a second more", ADMIN_ENDPOINT_ALTER, { "application", "corp", "profile", "wifi", "replay_window_seconds", "2592001" }, ERR_VALUE, "0 to 30 days" },
	{ "an endpoint that is not there", ADMIN_ENDPOINT_ALTER, { "application", "corp", "profile", "none" }, ERR_NOT_FOUND, "there is no profile \"none\"" },
	{ "a challenge in the clear", ADMIN_CHALLENGE_SET, { "application", "corp", "profile", "wifi", "hash", "password1" }, ERR_VALUE, "never in the clear" },
	{ "a second challenge", ADMIN_CHALLENGE_SET, { "application", "corp", "profile", "wifi", "name", "next", "hash", "$y$j9T$aaaaaaaaaaaaaaaaaaaaa$bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb",
		"expires_at", "2030-01-01T00:00:00Z" }, ERR_OK, "" },
	{ "a time that is none", ADMIN_CHALLENGE_SET, { "application", "corp", "profile", "wifi", "hash", "$y$j9T$aaaaaaaaaaaaaaaaaaaaa$bbbbbbbbbbbbbb", "expires_at", "soon" }, ERR_VALUE, "soon" },
	{ "remove a challenge that is not there", ADMIN_CHALLENGE_REMOVE, { "application", "corp", "profile", "wifi", "name", "none" }, ERR_NOT_FOUND, "no challenge \"none\"" },
	{ "what opens an endpoint", ADMIN_ENDPOINT_ALTER, { "application", "corp", "profile", "wifi", "challenge_mode", "both", "approval", "rules", "renewal_window", "33%", "renewal_at_par", "true" }, ERR_OK, "" },
	{ "a challenge of two days", ADMIN_ENDPOINT_ALTER, { "application", "corp", "profile", "wifi", "challenge_lifetime_minutes", "2880" }, ERR_VALUE, "1 to 1440 minutes; with long_challenges" },
	{ "a window that is none", ADMIN_ENDPOINT_ALTER, { "application", "corp", "profile", "wifi", "renewal_window", "soon" }, ERR_VALUE, "renewal_window is any" },
	{ "a dynamic challenge where none is taken", ADMIN_CHALLENGE_CREATE, { "application", "corp", "profile", "wifi" }, ERR_CONFLICT, "takes no dynamic challenges" },
	{ "revoke a challenge that is not there", ADMIN_CHALLENGE_REVOKE, { "id", "7" }, ERR_NOT_FOUND, "there is no challenge 7" },
	{ "a token", ADMIN_TOKEN_CREATE, { "name", "jamf", "endpoints", "corp/wifi", "description", "the MDM", "expires_at", "2030-01-01T00:00:00Z" }, ERR_OK, "" },
	{ "a token for what is not there", ADMIN_TOKEN_CREATE, { "name", "jamf", "endpoints", "corp/wifi, corp/vpn" }, ERR_NOT_FOUND, "there is no profile \"vpn\"" },
	{ "a token that is not there", ADMIN_TOKEN_ALLOW, { "name", "none", "application", "corp", "profile", "wifi" }, ERR_NOT_FOUND, "there is no token \"none\"" },
	{ "a token that is not there either", ADMIN_TOKEN_DISALLOW, { "name", "none", "application", "corp", "profile", "wifi" }, ERR_NOT_FOUND, "none" },
	{ "revoke a token that is not there", ADMIN_TOKEN_REVOKE, { "name", "none" }, ERR_NOT_FOUND, "none" },
	{ "an approval rule", ADMIN_APPROVAL_RULE_ADD, { "application", "corp", "profile", "wifi", "kind", "subject", "item", "CN", "pattern", "*.example" }, ERR_OK, "" },
	{ "an approval rule on nothing known", ADMIN_APPROVAL_RULE_ADD, { "application", "corp", "profile", "wifi", "kind", "first_time", "item", "CN" }, ERR_VALUE, "first_time has neither item nor pattern" },
	{ "remove an approval rule that is not there", ADMIN_APPROVAL_RULE_REMOVE, { "application", "corp", "profile", "wifi", "kind", "first_time" }, ERR_NOT_FOUND, "no such approval rule" },
	{ "approve whatever waits", ADMIN_TRANSACTIONS_APPROVE, { "reason", "because" }, ERR_VALUE, "at least one filter" },
	{ "deny from a network that is none", ADMIN_TRANSACTIONS_DENY, { "client_network", "here" }, ERR_VALUE, "here" },
	{ "deny what nobody asked", ADMIN_TRANSACTIONS_DENY, { "application", "corp", "subject", "CN=*", "sans", "*", "created_before", "2030-01-01T00:00:00Z", "at_most", "5" }, ERR_OK, "" },
	{ "stop a lineage that is not there", ADMIN_LINEAGE_STOP, { "certificate_id", "7", "reason", "stolen" }, ERR_NOT_FOUND, "there is no certificate 7" },
	{ "resume a lineage that is not there", ADMIN_LINEAGE_RESUME, { "certificate_id", "7" }, ERR_NOT_FOUND, "there is no certificate 7" },
	{ "detach", ADMIN_ENDPOINT_DETACH, { "application", "corp", "profile", "wifi" }, ERR_OK, "" },
	{ "an argument that the function does not have", ADMIN_CHALLENGE_REMOVE, { "policy", "p" }, ERR_INTERNAL, "no parameter policy" },
};

static void test_calls(void)
{
	struct store *store = fixture_store("scepgate_admin");

	fixture_reset();
	for (size_t i = 0; i < sizeof(calls) / sizeof(calls[0]); i++) {
		struct admin_argument arguments[6];
		struct why why = { 0 };
		size_t count = 0;

		unit_row(calls[i].row);
		for (; count < 6 && calls[i].argument[2 * count] != NULL; count++)
			arguments[count] = (struct admin_argument){ calls[i].argument[2 * count], bytes_from_str(calls[i].argument[2 * count + 1]) };
		UNIT_ERR(ERR_OK, admin_begin(store, &why));
		UNIT_ERR(calls[i].expected, admin_call(store, calls[i].call, arguments, count, NULL, &why));
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, calls[i].sentence));
		if (strstr(why.text, calls[i].sentence) == NULL)
			fprintf(stderr, "# %s: %s\n", calls[i].row, why.text);
		admin_rollback(store);
	}
	unit_row(NULL);
	store_free(store);
}

static void test_octets(void)
{
	const struct admin_argument arguments[] = { { "name", bytes_from_str("new") }, { "certificate", bytes_from("\x30\x00\xff", 3) }, { "private_key", fixture_pkcs8(9) },
		{ "spki_sha256", fixture_hash(9) }, { "subject", bytes_from_str("CN=new") }, { "not_before", bytes_from_str("2026-01-01T00:00:00Z") },
		{ "not_after", bytes_from_str("2036-01-01T00:00:00Z") } };
	struct admin_argument plain[sizeof(arguments) / sizeof(arguments[0])];
	struct store *store = fixture_store("scepgate_admin");
	struct buf cert = { 0 }, key = { 0 };
	struct rowset result = { 0 };
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, admin_call(store, ADMIN_CA_CREATE, arguments, 7, &result, &why));
	CU_ASSERT_EQUAL_FATAL(result.row_count, 1);
	CU_ASSERT_PTR_NOT_NULL(rowset_find(&result, 0, "id"));
	UNIT_ERR(ERR_OK, admin_ca_load(store, "new", &cert, &key, &why));
	UNIT_BYTES(arguments[1].value, buf_bytes(&cert));
	UNIT_BYTES(arguments[2].value, buf_bytes(&key));
	UNIT_ERR(ERR_NOT_FOUND, admin_ca_load(store, "none", &cert, &key, &why));
	memcpy(plain, arguments, sizeof(arguments));
	plain[0].value = bytes_from_str("plain");
	plain[1].value = bytes_from_str("other");
	plain[2].value = bytes_from("\x30\x82\x04\xbe\x02\x01\x00", 7);
	why = (struct why){ 0 };
	UNIT_ERR(ERR_VALUE, admin_call(store, ADMIN_CA_CREATE, plain, 7, NULL, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "encrypted PKCS#8"));
	fixture_sql_is("SELECT count(*) FROM scepgate.private_key", "3");
	UNIT_ERR(ERR_OK, fixture_call(store, ADMIN_CA_DELETE, &why, "name", "new", NULL));
	fixture_sql_is("SELECT count(*) FROM scepgate.private_key", "2");
	rowset_clear(&result);
	buf_clear(&cert);
	buf_clear(&key);
	store_free(store);
}

/* A challenge and a token come back once, beside their numbers, and are nowhere else. */
static void test_secrets(void)
{
	struct store *store = fixture_store("scepgate_admin");
	struct rowset challenge, token, none;
	struct why why = { 0 };
	char sql[512];

	fixture_reset();
	fixture_sql("SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'dynamic', challenge_max_pending => 1)");
	challenge = fixture_call_rows(store, ADMIN_CHALLENGE_CREATE, "application", "corp", "profile", "wifi", "device", "SN1", "context", "{\"a\": 1}", "lifetime_minutes", "5", NULL);
	CU_ASSERT_EQUAL_FATAL(challenge.row_count, 1);
	CU_ASSERT_EQUAL(strlen(rowset_find(&challenge, 0, "challenge")), 32);
	CU_ASSERT_STRING_EQUAL(rowset_find(&challenge, 0, "id"), "1");
	CU_ASSERT_PTR_NOT_NULL(strchr(rowset_find(&challenge, 0, "expires_at"), 'T'));
	snprintf(sql, sizeof(sql), "SELECT hash = sha256('%s'), device, context FROM scepgate.challenge", rowset_find(&challenge, 0, "challenge"));
	fixture_sql_is(sql, "t|SN1|{\"a\": 1}");
	UNIT_ERR(ERR_CONFLICT, fixture_call(store, ADMIN_CHALLENGE_CREATE, &why, "application", "corp", "profile", "wifi", NULL));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "challenge_max_pending"));
	UNIT_ERR(ERR_OK, fixture_call(store, ADMIN_CHALLENGE_REVOKE, NULL, "id", "1", NULL));
	token = fixture_call_rows(store, ADMIN_TOKEN_CREATE, "name", "jamf", "endpoints", "corp/wifi", NULL);
	CU_ASSERT_EQUAL_FATAL(token.row_count, 1);
	CU_ASSERT_EQUAL(strlen(rowset_find(&token, 0, "token")), 68);
	CU_ASSERT_STRING_EQUAL(rowset_find(&token, 0, "id"), "1");
	snprintf(sql, sizeof(sql), "SELECT name FROM scepgate.api_token WHERE hash = sha256('%s')", rowset_find(&token, 0, "token"));
	fixture_sql_is(sql, "jamf");
	none = fixture_call_rows(store, ADMIN_TRANSACTIONS_APPROVE, "application", "corp", NULL);
	CU_ASSERT_EQUAL(none.row_count, 0);
	rowset_clear(&challenge);
	rowset_clear(&token);
	rowset_clear(&none);
	store_free(store);
}

/* As many arguments as attaching an endpoint has. */
static void test_every_setting(void)
{
	static const char *const settings[][2] = { { "challenge_mode", "both" }, { "allowed_ciphers", "aes256-cbc" }, { "allowed_digests", "sha512" }, { "include_chain", "false" },
		{ "replay_window_seconds", "60" }, { "default_for_host", "scep.example" }, { "approval", "rules" }, { "ca_certs", "ca" }, { "include_root", "false" }, { "append_chain", "true" },
		{ "password_recipient", "true" }, { "allowed_keys", "rsa-2048" }, { "pending_lifetime_seconds", "60" }, { "challenge_lifetime_minutes", "5" }, { "long_challenges", "true" },
		{ "challenge_max_pending", "7" }, { "challenge_uses", "2" }, { "challenge_page_encoding", "utf-8" }, { "signer_key_must_match", "true" }, { "renewal", "false" },
		{ "renewal_window", "9d" }, { "renewal_grace_days", "9" }, { "renewal_identity", "unstructured" }, { "renewal_new_key", "true" }, { "renewal_challenge", "true" },
		{ "renewal_at_par", "true" }, { "pending_max_per_address", "3" }, { "pending_max_per_day", "4" } };
	enum { SETTINGS = sizeof(settings) / sizeof(settings[0]), FIXED = 8 };
	struct admin_argument arguments[FIXED + SETTINGS] = { { "application", bytes_from_str("corp") }, { "profile", bytes_from_str("wifi") },
		{ "ra_certificate", bytes_from("\x30\xb9", 2) }, { "ra_private_key", fixture_pkcs8(9) }, { "ra_spki_sha256", fixture_hash(9) }, { "ra_subject", bytes_from_str("CN=ra") },
		{ "ra_not_before", bytes_from_str("2026-01-01T00:00:00Z") }, { "ra_not_after", bytes_from_str("2036-01-01T00:00:00Z") } };
	struct store *store = fixture_store("scepgate_admin");
	struct why why = { 0 };

	fixture_sql("SELECT scepgate.endpoint_detach('corp', 'wifi')");
	for (size_t i = 0; i < SETTINGS; i++)
		arguments[FIXED + i] = (struct admin_argument){ settings[i][0], bytes_from_str(settings[i][1]) };
	UNIT_ERR(ERR_OK, admin_call(store, ADMIN_ENDPOINT_ATTACH, arguments, FIXED + SETTINGS, NULL, &why));
	for (size_t i = 0; i < SETTINGS; i++) {
		char sql[256];

		unit_row(settings[i][0]);
		snprintf(sql, sizeof(sql), "SELECT trim(%s::text, '{}') FROM scepgate.endpoints", settings[i][0]);
		fixture_sql_is(sql, settings[i][1]);
	}
	unit_row(NULL);
	store_free(store);
}

static void test_transaction(void)
{
	struct store *store = fixture_store("scepgate_admin");
	struct why why = { 0 };

	fixture_reset();
	UNIT_ERR(ERR_OK, admin_begin(store, &why));
	UNIT_ERR(ERR_INTERNAL, admin_begin(store, NULL));
	UNIT_ERR(ERR_OK, fixture_call(store, ADMIN_APPLICATION_CREATE, &why, "name", "one", NULL));
	UNIT_ERR(ERR_OK, fixture_call(store, ADMIN_ENDPOINT_ATTACH, &why, "application", "one", "profile", "wifi", NULL));
	fixture_sql_is("SELECT count(*) FROM scepgate.applications WHERE name = 'one'", "0");
	UNIT_ERR(ERR_OK, admin_commit(store, &why));
	fixture_sql_is("SELECT count(*) FROM scepgate.endpoints WHERE application = 'one'", "1");
	UNIT_ERR(ERR_INTERNAL, admin_commit(store, NULL));
	store_free(store);
}

static void test_transaction_fails(void)
{
	struct store *store = fixture_store("scepgate_admin");
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, admin_begin(store, &why));
	UNIT_ERR(ERR_OK, fixture_call(store, ADMIN_APPLICATION_CREATE, &why, "name", "two", NULL));
	UNIT_ERR(ERR_CONFLICT, fixture_call(store, ADMIN_APPLICATION_CREATE, NULL, "name", "two", NULL));
	UNIT_ERR(ERR_DB, admin_commit(store, &why));
	fixture_sql_is("SELECT count(*) FROM scepgate.applications WHERE name = 'two'", "0");
	/* And the store works on. */
	UNIT_ERR(ERR_OK, fixture_call(store, ADMIN_APPLICATION_CREATE, NULL, "name", "two", NULL));
	store_free(store);
}

static void test_transaction_lost(void)
{
	struct store *store = fixture_store("scepgate_admin");

	UNIT_ERR(ERR_OK, admin_begin(store, NULL));
	UNIT_ERR(ERR_OK, fixture_call(store, ADMIN_APPLICATION_CREATE, NULL, "name", "lost", NULL));
	fixture_sql("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE usename = 'scepgate_admin'");
	UNIT_ERR(ERR_DB_AWAY, fixture_call(store, ADMIN_APPLICATION_CREATE, NULL, "name", "half", NULL));
	/* Not on a fresh connection, where it would stand alone. */
	UNIT_ERR(ERR_DB_AWAY, fixture_call(store, ADMIN_APPLICATION_CREATE, NULL, "name", "half", NULL));
	UNIT_ERR(ERR_DB_AWAY, admin_commit(store, NULL));
	fixture_sql_is("SELECT count(*) FROM scepgate.applications WHERE name IN ('lost', 'half')", "0");
	UNIT_ERR(ERR_OK, fixture_call(store, ADMIN_APPLICATION_CREATE, NULL, "name", "lost", NULL));
	store_free(store);
}

static void test_denied(void)
{
	static const char *const roles[] = { "scepgate_worker", "scepgate_operator", "scepgate_auditor", "scepgate_minter", "scepgate_public" };

	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		struct store *store = fixture_store(roles[i]);
		struct buf cert = { 0 }, key = { 0 };
		const char *role = NULL;

		unit_row(roles[i]);
		UNIT_ERR(ERR_DB_DENIED, fixture_call(store, ADMIN_APPLICATION_CREATE, NULL, "name", "no", NULL));
		UNIT_ERR(ERR_DB_DENIED, admin_ca_load(store, "sub", &cert, &key, NULL));
		UNIT_ERR(ERR_OK, store_role(store, &role, NULL));
		CU_ASSERT_STRING_EQUAL(role, roles[i]);
		buf_clear(&cert);
		buf_clear(&key);
		store_free(store);
	}
	unit_row(NULL);
}

CASES(admin,
	{ "each administrative call is done or refused with a sentence", test_calls },
	{ "certificates and encrypted keys go in and out unchanged, plain keys never", test_octets },
	{ "a minted challenge and a new token come back once, with their numbers", test_secrets },
	{ "an endpoint is attached with every setting that there is", test_every_setting },
	{ "several calls are one transaction", test_transaction },
	{ "a transaction in which a call failed cannot be committed", test_transaction_fails },
	{ "a transaction whose connection is lost is lost as a whole", test_transaction_lost },
	{ "no other role may administer or read a key", test_denied },
);
