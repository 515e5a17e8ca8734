#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/fixture.h"
#include "store/mint.h"

enum { TOKEN_SIZE = 128, SQL_SIZE = 512 };

/* The digest of a text, by the database. From a ring of 4. */
static struct bytes sha256_of(const char *text)
{
	static uint8_t ring[4][MINT_TOKEN_HASH_LEN];
	static size_t next;
	uint8_t *hash = ring[next++ % 4];
	char sql[SQL_SIZE];

	snprintf(sql, sizeof(sql), "SELECT encode(sha256('%s'), 'hex')", text);
	memcpy(hash, unit_hex(fixture_sql(sql)).ptr, MINT_TOKEN_HASH_LEN);
	return bytes_from(hash, MINT_TOKEN_HASH_LEN);
}

/* An endpoint with dynamic challenges, and a token "jamf" for it. */
static void prepare(char token[TOKEN_SIZE])
{
	fixture_reset();
	fixture_sql("SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'dynamic')");
	snprintf(token, TOKEN_SIZE, "%s", fixture_sql("SELECT token FROM scepgate.token_create('jamf', '{corp/wifi}')"));
}

static struct mint_request request_new(const char *token)
{
	return (struct mint_request){ .token_sha256 = sha256_of(token), .token_name = "", .application = bytes_from_str("corp"), .profile = bytes_from_str("wifi"), .subject = "",
		.sans = "", .device = "", .username = "", .context = "", .client_address = "192.0.2.7" };
}

static void test_minted(void)
{
	struct store *store = fixture_store("scepgate_minter");
	struct minted minted = { .page_encoding = "old" };
	struct mint_request request;
	char token[TOKEN_SIZE], sql[SQL_SIZE];
	struct why why = { 0 };

	prepare(token);
	request = request_new(token);
	UNIT_ERR(ERR_OK, buf_append_str(&minted.ca_der, "old"));
	UNIT_ERR(ERR_OK, mint_challenge(store, &request, &minted, &why));
	CU_ASSERT_EQUAL(strlen(minted.challenge), 32);
	CU_ASSERT_EQUAL(strspn(minted.challenge, "0123456789ABCDEF"), 32);
	CU_ASSERT_STRING_EQUAL(minted.page_encoding, "utf-16le-bom");
	UNIT_BYTES(unit_hex("30a1"), buf_bytes(&minted.ca_der));
	snprintf(sql, sizeof(sql), "SELECT abs(extract(epoch FROM expires_at) - %lld) <= 1, expires_at > now() + interval '59 minutes', state, token, host(client_address), created_by"
		" FROM scepgate.challenges JOIN scepgate.challenge USING (id, expires_at, client_address, created_by) WHERE hash = sha256('%s')", (long long)minted.expires_utc, minted.challenge);
	fixture_sql_is(sql, "t|t|live|jamf|192.0.2.7|scepgate_minter");
	minted_clear(&minted);
	CU_ASSERT_EQUAL(*minted.challenge, '\0');
	CU_ASSERT_EQUAL(minted.ca_der.len, 0);
	store_free(store);
}

static void test_binding(void)
{
	struct store *store = fixture_store("scepgate_minter");
	struct minted minted = { .expires_utc = 0 };
	struct mint_request request;
	char token[TOKEN_SIZE];
	struct why why = { 0 };

	prepare(token);
	fixture_sql("SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_page_encoding => 'utf-8', challenge_uses => 3)");
	request = request_new(token);
	request.token_name = "jamf";
	request.lifetime_minutes = 5;
	request.uses = 2;
	request.subject = "CN=caf\xc3\xa9";
	request.sans = "DNS:d.example";
	request.device = "SN\"1";
	request.username = "alice";
	request.spki_sha256 = fixture_hash(0x77);
	request.context = "{\"webhook\": {\"id\": 7}}";
	request.client_address = "no address";
	UNIT_ERR(ERR_OK, mint_challenge(store, &request, &minted, &why));
	CU_ASSERT_STRING_EQUAL(minted.page_encoding, "utf-8");
	fixture_sql_is("SELECT uses, subject, sans, left(spki_sha256, 4), device, username, context, client_address, expires_at < now() + interval '6 minutes' FROM scepgate.challenges",
		"2|CN=caf\xc3\xa9|DNS:d.example|7777|SN\"1|alice|{\"webhook\": {\"id\": 7}}||t");
	minted_clear(&minted);
	store_free(store);
}

static void test_refused(void)
{
	static const struct {
		const char *row, *before;
		struct mint_request change; /* what is not empty is put into the request */
		const char *token;
		enum err expected;
		const char *encoding;
	} rows[] = {
		{ "another token", "SELECT 1", { .token_name = NULL }, "sgt_00", ERR_HTTP_CREDENTIALS, "" },
		{ "no token", "SELECT 1", { .token_name = NULL }, "", ERR_HTTP_CREDENTIALS, "" },
		{ "another name", "SELECT 1", { .token_name = "fleet" }, NULL, ERR_HTTP_CREDENTIALS, "" },
		{ "a name that is no text", "SELECT 1", { .token_name = "jamf\xff" }, NULL, ERR_HTTP_CREDENTIALS, "" },
		{ "no such endpoint", "SELECT 1", { .application = { (const uint8_t *)"none", 4 } }, NULL, ERR_NOT_FOUND, "" },
		{ "octets that are no name", "SELECT 1", { .profile = { (const uint8_t *)"wifi\0\xff", 6 } }, NULL, ERR_NOT_FOUND, "" },
		{ "no such endpoint, and no token", "SELECT 1", { .application = { (const uint8_t *)"none", 4 } }, "sgt_00", ERR_HTTP_CREDENTIALS, "" },
		{ "too long a life", "SELECT 1", { .lifetime_minutes = 61 }, NULL, ERR_VALUE, "" },
		{ "a negative life", "SELECT 1", { .lifetime_minutes = -1 }, NULL, ERR_VALUE, "" },
		{ "too many uses", "SELECT 1", { .uses = 2 }, NULL, ERR_VALUE, "" },
		{ "a device of two lines", "SELECT 1", { .device = "a\nb" }, NULL, ERR_VALUE, "" },
		{ "a subject that is no text", "SELECT 1", { .subject = "CN=\xff" }, NULL, ERR_VALUE, "" },
		{ "a digest of one octet", "SELECT 1", { .spki_sha256 = { (const uint8_t *)"x", 1 } }, NULL, ERR_VALUE, "" },
		{ "a context that is no JSON", "SELECT 1", { .context = "{" }, NULL, ERR_VALUE, "" },
		{ "a context that is no object", "SELECT 1", { .context = "[1]" }, NULL, ERR_VALUE, "" },
		{ "as many as may be pending", "SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_max_pending => 1); SELECT scepgate.challenge_create('corp', 'wifi')", { .token_name = NULL },
			NULL, ERR_HTTP_TOO_MANY, "utf-16le-bom" },
		{ "a token for nothing", "SELECT scepgate.token_disallow('jamf', 'corp', 'wifi')", { .token_name = NULL }, NULL, ERR_HTTP_FORBIDDEN, "utf-16le-bom" },
		{ "static challenges alone", "SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'static')", { .token_name = NULL }, NULL, ERR_CONFLICT, "" },
		{ "a disabled application", "SELECT scepgate.application_alter('corp', enabled => false)", { .token_name = NULL }, NULL, ERR_NOT_FOUND, "" },
		{ "an expired token", "UPDATE scepgate.api_token SET expires_at = now()", { .token_name = NULL }, NULL, ERR_HTTP_CREDENTIALS, "" },
		{ "a revoked token", "SELECT scepgate.token_revoke('jamf')", { .token_name = NULL }, NULL, ERR_HTTP_CREDENTIALS, "" },
	};
	struct store *store = fixture_store("scepgate_minter");
	char token[TOKEN_SIZE];

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		const struct mint_request *change = &rows[i].change;
		struct minted minted = { .expires_utc = 0 };
		struct mint_request request;
		struct why why = { 0 };

		unit_row(rows[i].row);
		prepare(token);
		fixture_sql(rows[i].before);
		request = request_new(rows[i].token == NULL ? token : rows[i].token);
		request.token_name = change->token_name == NULL ? "" : change->token_name;
		request.application = change->application.len == 0 ? request.application : change->application;
		request.profile = change->profile.len == 0 ? request.profile : change->profile;
		request.lifetime_minutes = change->lifetime_minutes;
		request.uses = change->uses;
		request.subject = change->subject;
		request.device = change->device;
		request.spki_sha256 = change->spki_sha256;
		request.context = change->context;
		UNIT_ERR(rows[i].expected, mint_challenge(store, &request, &minted, &why));
		CU_ASSERT_EQUAL(*minted.challenge, '\0');
		CU_ASSERT_EQUAL(minted.ca_der.len, 0);
		CU_ASSERT_STRING_EQUAL(minted.page_encoding, rows[i].encoding);
		CU_ASSERT_NOT_EQUAL(*why.text, '\0');
		CU_ASSERT_PTR_NULL(strstr(why.text, "sgt_"));
		minted_clear(&minted);
	}
	unit_row(NULL);
	store_free(store);
}

static void test_denied(void)
{
	static const char *const roles[] = { "scepgate_worker", "scepgate_admin", "scepgate_operator", "scepgate_auditor", "scepgate_public" };
	char token[TOKEN_SIZE];

	prepare(token);
	for (size_t i = 0; i < sizeof(roles) / sizeof(roles[0]); i++) {
		struct mint_request request = request_new(token);
		struct store *store = fixture_store(roles[i]);
		struct minted minted = { .expires_utc = 0 };

		unit_row(roles[i]);
		UNIT_ERR(ERR_DB_DENIED, mint_challenge(store, &request, &minted, NULL));
		store_free(store);
	}
	unit_row(NULL);
	fixture_sql_is("SELECT count(*) FROM scepgate.challenge", "0");
}

static void test_digest(void)
{
	struct store *store = fixture_store("scepgate_minter");
	struct minted minted = { .expires_utc = 0 };
	struct mint_request request = request_new("x");

	request.token_sha256.len--;
	UNIT_ERR(ERR_INTERNAL, mint_challenge(store, &request, &minted, NULL));
	store_free(store);
}

/* What the server wrote into its log, and what is stored, holds neither the token nor a challenge. */
static void test_nowhere(void)
{
	struct store *store = fixture_store("scepgate_minter");
	struct minted minted = { .expires_utc = 0 };
	struct mint_request request;
	char token[TOKEN_SIZE], line[SQL_SIZE];
	struct why why = { 0 };

	prepare(token);
	request = request_new(token);
	UNIT_ERR(ERR_OK, mint_challenge(store, &request, &minted, &why));
	snprintf(line, sizeof(line), "pg_dump >\"$PG_DIR/dump\" && test -s \"$PG_DIR/dump\" && ! grep -i -q -e '%s' -e '%s'"
		" -e \"$(printf %%s '%s' | od -An -tx1 | tr -d ' \\n')\" \"$PG_DIR/dump\" \"$PG_DIR/log\"",
		token, minted.challenge, minted.challenge);
	fixture_shell(line);
	minted_clear(&minted);
	store_free(store);
}

CASES(mint,
	{ "a challenge is minted for a caller with a token, and given out once", test_minted },
	{ "a challenge is bound to what the caller says", test_binding },
	{ "who may not mint is told why, credentials first", test_refused },
	{ "no other role mints for a caller", test_denied },
	{ "the digest of a token has its length", test_digest },
	{ "neither token nor challenge is in a dump or in the server's log", test_nowhere },
);
