#include <config.h>

#include "web/challenge_handler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "service/fake_mint.h"
#include "support/unit.h"
#include "web/scrapers.h"

#define BEARER "Bearer " FAKE_TOKEN
#define POST_PATH "/scep/corp/devices/challenge"
#define PAGE_PATH "/scep/corp/devices/certsrv/mscep_admin"
#define JAMF "{\"webhook\":{\"webhookEvent\":\"SCEPChallenge\",\"id\":7},\"event\":{\"scepServerUrl\":\"https://ca.example/scep/corp/devices/pkiclient.exe\"}}"
#define JAMF_SEEN "{\"webhook\": {\"id\": \"7\"}, \"event\": {\"scepServerUrl\": \"https://ca.example/scep/corp/devices/pkiclient.exe\"}}"

/* One request; what is left out is a good POST with the token. */
struct row {
	const char *name;
	enum http_method method;
	const char *path;
	const char *authorization;  /* as it is sent; or "user:password", which is sent as Basic */
	const char *body;
	enum err store;             /* what the store answers */
	int status;
	const char *text;           /* in the reply */
	unsigned mints;             /* how often the store was asked for one */
};

static struct fake_mint fake;
static char log_line[8192];
static enum log_level log_line_level;
static unsigned log_lines;

static void write_line(void *context, enum log_level level, const char *line)
{
	(void)context;
	log_lines++;
	log_line_level = level;
	snprintf(log_line, sizeof log_line, "%s", line);
}

static int64_t now_utc = FAKE_NOW_UTC;

static void ask(const struct http_request *request, struct http_reply *reply)
{
	struct log log;
	struct service service = { .log = &log, .clock = clock_fixed(&now_utc), .store = fake_mint_store(&fake) };

	log_init(&log, "test", LOG_TARGET_STDERR, LOG_LEVEL_DEBUG);
	log.write = write_line;
	fake.mints = fake.defaults = log_lines = 0;
	fake.seen[0] = log_line[0] = '\0';
	challenge_handler(&service, request, reply);
	CU_ASSERT_EQUAL(1, log_lines);
	/* Whatever happens, neither token nor challenge stand in the log. */
	CU_ASSERT_PTR_NULL(strstr(log_line, "0123456789abcdef"));
	CU_ASSERT_PTR_NULL(strstr(log_line, FAKE_CHALLENGE));
}

/* The value of Authorization. @param value out: the caller's. */
static struct bytes authorization_of(const char *text, struct buf *value)
{
	const char *colon = strchr(text, ':');
	enum err e = ERR_OK;

	if (colon == NULL || strncmp(text, "Bearer", 6) == 0)
		return bytes_from_str(text);
	if ((e = buf_append_str(value, "Basic ")) != ERR_OK || (e = text_encode_base64(bytes_from_str(text), value)) != ERR_OK)
		abort();
	return buf_bytes(value);
}

static void ask_row(const struct row *row, struct http_reply *reply)
{
	struct buf value = { 0 };
	struct http_request request = {
		.method = row->method,
		.path = bytes_from_str(row->path != NULL ? row->path : POST_PATH),
		.authorization = authorization_of(row->authorization != NULL ? row->authorization : BEARER, &value),
		.body = bytes_from_str(row->body),
		.host = bytes_from_str("ca.example"),
		.client_address = "192.0.2.1",
		.user_agent = "agent"
	};

	unit_row(row->name);
	fake.answer = row->store;
	ask(&request, reply);
	buf_clear(&value);
}

static bool reply_has(const struct http_reply *reply, const char *text)
{
	return memmem(reply->body.ptr, reply->body.len, text, strlen(text)) != NULL;
}

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct http_reply reply = { 0 };

		ask_row(&rows[i], &reply);
		CU_ASSERT_EQUAL(rows[i].status, reply.status);
		CU_ASSERT_EQUAL(rows[i].mints, fake.mints);
		if (rows[i].status == 200) {
			UNIT_BYTES(bytes_from_str(FAKE_CHALLENGE), buf_bytes(&reply.body));
		} else {
			CU_ASSERT_TRUE(reply.body.len > 1 && reply.body.ptr[reply.body.len - 1] == '\n');
			CU_ASSERT_FALSE(reply_has(&reply, FAKE_CHALLENGE) || reply_has(&reply, "challenge password is") || reply_has(&reply, "sgt_") || reply_has(&reply, "db.internal"));
		}
		CU_ASSERT_TRUE(rows[i].text == NULL || reply_has(&reply, rows[i].text));
		CU_ASSERT_STRING_EQUAL("text/plain", reply.media_type);
		CU_ASSERT_EQUAL(reply.status == 401, reply.authenticate != HTTP_AUTHENTICATE_NONE);
		CU_ASSERT_EQUAL(reply.status == 405, reply.allow != NULL);
		CU_ASSERT_EQUAL(reply.status == 503 ? HTTP_RETRY_AFTER_S : reply.status == 429 ? HTTP_RETRY_LATER_S : 0, reply.retry_after_s);
		http_reply_clear(&reply);
	}
	unit_row(NULL);
}

#define CHECK_ROWS(rows) check_rows((rows), sizeof(rows) / sizeof((rows)[0]))

/* --- POST --- */

static void posts(void)
{
	static const struct row rows[] = {
		{ .name = "no body", .method = HTTP_POST, .status = 200, .mints = 1 },
		{ .name = "long form", .method = HTTP_POST, .path = "/scep/applications/corp/profiles/devices/challenge", .status = 200, .mints = 1 },
		{ .name = "any case, a slash", .method = HTTP_POST, .path = "/scep/corp/devices/Challenge/", .status = 200, .mints = 1 },
		{ .name = "Jamf", .method = HTTP_POST, .body = JAMF, .status = 200, .mints = 1 },
		{ .name = "Jamf, XML", .method = HTTP_POST, .body = "<JSSEvent><webhook><webhookEvent>SCEPChallenge</webhookEvent></webhook></JSSEvent>", .status = 200, .mints = 1 },
		{ .name = "Basic", .method = HTTP_POST, .authorization = "jamf:" FAKE_TOKEN, .status = 200, .mints = 1 },
		{ .name = "Basic with a domain", .method = HTTP_POST, .authorization = "CORP\\jamf:" FAKE_TOKEN, .status = 200, .mints = 1 },
		{ .name = "a proxy's SCEP address", .method = HTTP_POST, .body = "{\"event\":{\"scepServerUrl\":\"https://mdm.example/mdm/scep/proxy/x\"}}", .status = 200, .mints = 1 },
		{ .name = "no SCEP address", .method = HTTP_POST, .body = "{\"event\":{\"scepServerUrl\":\"\"}}", .status = 200, .mints = 1 },
		{ .name = "the default's SCEP address", .method = HTTP_POST, .body = "{\"event\":{\"scepServerUrl\":\"http://ca.example:8080/CertSrv/mscep/mscep.dll\"}}", .status = 200, .mints = 1 },
		{ .name = "another's SCEP address", .method = HTTP_POST, .body = "{\"event\":{\"scepServerUrl\":\"https://ca.example/scep/corp/printers\"}}", .status = 409,
			.text = "another endpoint", .mints = 1 },
		{ .name = "below the same prefix", .method = HTTP_POST, .path = "/pki/scep/corp/devices/challenge", .body = "{\"event\":{\"scepServerUrl\":\"/pki/scep/corp/printers\"}}",
			.status = 409, .mints = 1 },
		{ .name = "below another prefix", .method = HTTP_POST, .path = "/pki/scep/corp/devices/challenge", .body = "{\"event\":{\"scepServerUrl\":\"/scep/corp/printers\"}}",
			.status = 200, .mints = 1 },
		{ .name = "another's SCEP address, escaped", .method = HTTP_POST, .body = "{\"event\":{\"scepServerUrl\":\"https://ca.example/%73cep/corp/printers?x\"}}", .status = 409,
			.mints = 1 },
		{ .name = "another event", .method = HTTP_POST, .body = "{\"webhook\":{\"webhookEvent\":\"ComputerAdded\"}}", .status = 422, .text = "SCEPChallenge" },
		{ .name = "not JSON", .method = HTTP_POST, .body = "{", .status = 400, .text = "not JSON" },
		{ .name = "a form", .method = HTTP_POST, .body = "a=b", .status = 400 },
		{ .name = "DOCTYPE", .method = HTTP_POST, .body = "<!DOCTYPE a><JSSEvent/>", .status = 400, .text = "DOCTYPE" },
		{ .name = "a misspelt binding", .method = HTTP_POST, .body = "{\"challenge\":{\"sujbect\":\"CN=a\"}}", .status = 400, .text = "sujbect" },
		{ .name = "a subject that is none", .method = HTTP_POST, .body = "{\"challenge\":{\"subject\":\"printer\"}}", .status = 400, .text = "no name" },
	};

	CHECK_ROWS(rows);
}

static void credentials(void)
{
	static const struct row rows[] = {
		{ .name = "none", .method = HTTP_POST, .authorization = "", .status = 401, .text = "Authorization" },
		{ .name = "none, and a body that cannot be read", .method = HTTP_POST, .authorization = "", .body = "{", .status = 401 },
		{ .name = "a wrong token", .method = HTTP_POST, .authorization = "Bearer " FAKE_TOKEN "0", .status = 401, .mints = 1 },
		{ .name = "a wrong token, and another's SCEP address", .method = HTTP_POST, .authorization = "Bearer " FAKE_TOKEN "0",
			.body = "{\"event\":{\"scepServerUrl\":\"https://ca.example/scep/corp/printers\"}}", .status = 401, .mints = 1 },
		{ .name = "another name", .method = HTTP_POST, .authorization = "fleet:" FAKE_TOKEN, .status = 401, .mints = 1 },
		{ .name = "no name", .method = HTTP_POST, .authorization = ":" FAKE_TOKEN, .status = 401 },
		{ .name = "token and name mixed up", .method = HTTP_POST, .authorization = FAKE_TOKEN ":jamf", .status = 401 },
		{ .name = "NTLM", .method = HTTP_POST, .authorization = "NTLM TlRMTVNTUAAB", .status = 401 },
		{ .name = "Negotiate", .method = HTTP_POST, .authorization = "Negotiate YII", .status = 401 },
		{ .name = "the page, none", .method = HTTP_GET, .path = PAGE_PATH, .authorization = "", .status = 401 },
		{ .name = "the page, a wrong token", .method = HTTP_GET, .path = PAGE_PATH, .authorization = "jamf:sgt_x", .status = 401, .mints = 1 },
		{ .name = "the page at the root, none", .method = HTTP_GET, .path = "/certsrv/mscep_admin/", .authorization = "", .status = 401 },
	};
	struct http_reply reply = { 0 };

	CHECK_ROWS(rows);
	ask_row(&rows[0], &reply);
	CU_ASSERT_EQUAL(HTTP_AUTHENTICATE_BASIC_OR_BEARER, reply.authenticate);
	CU_ASSERT_EQUAL(LOG_LEVEL_INFO, log_line_level);
	http_reply_clear(&reply);
	ask_row(&rows[9], &reply);
	CU_ASSERT_EQUAL(HTTP_AUTHENTICATE_BASIC, reply.authenticate);
	http_reply_clear(&reply);
	/* A name that was not proved is not logged: it may be a secret in the wrong field. */
	ask_row(&rows[4], &reply);
	CU_ASSERT_EQUAL(LOG_LEVEL_NOTICE, log_line_level);
	CU_ASSERT_PTR_NULL(strstr(log_line, "fleet"));
	http_reply_clear(&reply);
	unit_row(NULL);
}

static void methods_and_paths(void)
{
	static const struct row rows[] = {
		{ .name = "GET for POST", .method = HTTP_GET, .status = 405, .text = "POST" },
		{ .name = "HEAD for POST", .method = HTTP_HEAD, .status = 405 },
		{ .name = "PUT", .method = HTTP_OTHER, .status = 405 },
		{ .name = "POST for the page", .method = HTTP_POST, .path = PAGE_PATH, .status = 405, .text = "GET" },
		{ .name = "HEAD for the page", .method = HTTP_HEAD, .path = PAGE_PATH, .status = 405 },
		{ .name = "HEAD for the page, no credentials", .method = HTTP_HEAD, .path = PAGE_PATH, .authorization = "", .status = 405 },
		{ .name = "HEAD for the page at the root", .method = HTTP_HEAD, .path = "/certsrv/mscep_admin", .status = 405 },
		{ .name = "an endpoint", .method = HTTP_POST, .path = "/scep/corp/devices", .status = 404 },
		{ .name = "an endpoint's SCEP address", .method = HTTP_GET, .path = "/scep/corp/devices/pkiclient.exe", .status = 404 },
		{ .name = "the default's", .method = HTTP_GET, .path = "/certsrv/mscep/mscep.dll", .status = 404 },
		{ .name = "more behind it", .method = HTTP_POST, .path = POST_PATH "/x", .status = 404 },
		{ .name = "more behind the page", .method = HTTP_GET, .path = "/certsrv/mscep_admin/x", .status = 404 },
		{ .name = "a bad name", .method = HTTP_POST, .path = "/scep/Corp/devices/challenge", .status = 404 },
		{ .name = "nothing", .method = HTTP_POST, .path = "/", .status = 404 },
		{ .name = "dots", .method = HTTP_POST, .path = "/scep/corp/devices/../printers/challenge", .status = 404 },
	};
	struct http_reply reply = { 0 };

	CHECK_ROWS(rows);
	ask_row(&rows[0], &reply);
	CU_ASSERT_STRING_EQUAL("POST", reply.allow);
	http_reply_clear(&reply);
	ask_row(&rows[3], &reply);
	CU_ASSERT_STRING_EQUAL("GET", reply.allow);
	http_reply_clear(&reply);
	unit_row(NULL);
}

static void store_outcomes(void)
{
	static const struct row rows[] = {
		{ .name = "no such endpoint", .method = HTTP_POST, .store = ERR_NOT_FOUND, .status = 404, .mints = 1 },
		{ .name = "not for this token", .method = HTTP_POST, .store = ERR_HTTP_FORBIDDEN, .status = 403, .mints = 1 },
		{ .name = "no dynamic ones", .method = HTTP_POST, .store = ERR_CONFLICT, .status = 409, .text = "the store says ERR_CONFLICT", .mints = 1 },
		{ .name = "full", .method = HTTP_POST, .store = ERR_HTTP_TOO_MANY, .status = 429, .mints = 1 },
		{ .name = "a value", .method = HTTP_POST, .store = ERR_VALUE, .status = 400, .mints = 1 },
		{ .name = "away", .method = HTTP_POST, .store = ERR_DB_AWAY, .status = 503, .text = "the database cannot be reached\n", .mints = 1 },
		{ .name = "another schema", .method = HTTP_POST, .store = ERR_DB_SCHEMA, .status = 503, .text = "the database schema does not fit this program\n", .mints = 1 },
		{ .name = "refused", .method = HTTP_POST, .store = ERR_DB, .status = 500, .text = "the database refused a statement\n", .mints = 1 },
		{ .name = "role", .method = HTTP_POST, .store = ERR_DB_DENIED, .status = 500, .mints = 1 },
		{ .name = "memory", .method = HTTP_POST, .store = ERR_MEMORY, .status = 500, .mints = 1 },
		{ .name = "the page, no such endpoint", .method = HTTP_GET, .path = PAGE_PATH, .store = ERR_NOT_FOUND, .status = 404, .mints = 1 },
		{ .name = "the page, no dynamic ones", .method = HTTP_GET, .path = PAGE_PATH, .store = ERR_CONFLICT, .status = 409, .mints = 1 },
		{ .name = "the page, away", .method = HTTP_GET, .path = PAGE_PATH, .store = ERR_DB_AWAY, .status = 503, .mints = 1 },
		{ .name = "the page, refused", .method = HTTP_GET, .path = PAGE_PATH, .store = ERR_DB, .status = 500, .mints = 1 },
	};

	CHECK_ROWS(rows);
}

static void http_errors(void)
{
	static const struct {
		enum err target_error, body_error;
		int status;
	} rows[] = {
		{ ERR_HTTP_URI_TOO_LONG, ERR_OK, 414 }, { ERR_TEXT, ERR_OK, 400 }, { ERR_OK, ERR_HTTP_TOO_LARGE, 413 }, { ERR_OK, ERR_HTTP_BODY, 400 }, { ERR_OK, ERR_HTTP_TIMEOUT, 408 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_request request = { .method = HTTP_POST, .path = bytes_from_str(POST_PATH), .authorization = bytes_from_str(BEARER), .client_address = "", .user_agent = "",
			.target_error = rows[i].target_error, .body_error = rows[i].body_error };
		struct http_reply reply = { 0 };

		ask(&request, &reply);
		CU_ASSERT_EQUAL(rows[i].status, reply.status);
		CU_ASSERT_EQUAL(0, fake.mints);
		http_reply_clear(&reply);
	}
}

static void what_is_asked(void)
{
	static const struct {
		const char *authorization, *body, *seen;
	} rows[] = {
		{ BEARER, "", "corp/devices by '' for 0, 0 uses; subject '' sans '' device '' user '' key 0; ; 192.0.2.1" },
		{ "jamf:" FAKE_TOKEN, JAMF, "corp/devices by 'jamf' for 0, 0 uses; subject '' sans '' device '' user '' key 0; " JAMF_SEEN "; 192.0.2.1" },
		{ BEARER, "{\"challenge\":{\"subject\":\"CN=a\",\"sans\":\"DNS:a\",\"device\":\"d\",\"username\":\"u\",\"uses\":2,\"lifetime_minutes\":3,"
			"\"key_sha256\":\"0011223344556677889900112233445566778899001122334455667788990011\"}}",
			"corp/devices by '' for 3, 2 uses; subject 'CN=a' sans 'DNS:a' device 'd' user 'u' key 32; ; 192.0.2.1" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_reply reply = { 0 };

		ask_row(&(struct row){ .name = rows[i].seen, .method = HTTP_POST, .authorization = rows[i].authorization, .body = rows[i].body }, &reply);
		CU_ASSERT_EQUAL(200, reply.status);
		CU_ASSERT_STRING_EQUAL(rows[i].seen, fake.seen);
		CU_ASSERT_PTR_NOT_NULL(strstr(log_line, "challenge-minted"));
		CU_ASSERT_PTR_NOT_NULL(strstr(log_line, "2026-09-21T"));
		CU_ASSERT_PTR_NOT_NULL(strstr(log_line, "corp"));
		CU_ASSERT_EQUAL(i == 1, strstr(log_line, "token=jamf") != NULL || strstr(log_line, "token=\"jamf\"") != NULL);
		http_reply_clear(&reply);
	}
	unit_row(NULL);
}

/* --- the page --- */

static void pages(void)
{
	static const char *const paths[] = { PAGE_PATH, PAGE_PATH "/", "/scep/applications/corp/profiles/devices/CertSrv/mscep_admin/", "/certsrv/mscep_admin", "/CertSrv/MSCEP_Admin/" };
	static const char *const encodings[] = { "", "utf-16le-bom", "utf-16le", "utf-8" };

	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++)
		for (size_t j = 0; j < sizeof encodings / sizeof encodings[0]; j++) {
			struct http_reply reply = { 0 };
			struct scraped scraped;

			fake.page_encoding = encodings[j];
			ask_row(&(struct row){ .name = paths[i], .method = HTTP_GET, .path = paths[i], .authorization = "CORP\\jamf:" FAKE_TOKEN }, &reply);
			CU_ASSERT_EQUAL(200, reply.status);
			CU_ASSERT_EQUAL(1, fake.mints);
			CU_ASSERT_EQUAL(0, strncmp(fake.seen, "corp/devices by 'jamf' ", 23));
			scraped = scrapers[0].scrape(buf_bytes(&reply.body), reply.media_type);
			CU_ASSERT_TRUE(scraped.has_challenge);
			CU_ASSERT_STRING_EQUAL(FAKE_CHALLENGE, scraped.challenge);
			http_reply_clear(&reply);
		}
	unit_row(NULL);
}

static void page_content(void)
{
	static const struct {
		int left_s;
		const char *text;
	} rows[] = {
		{ 3600, "will expire within 60 minutes." }, { 3629, "within 60 minutes." }, { 3570, "within 60 minutes." }, { 3569, "within 59 minutes." }, { 89, "within 1 minutes." },
		{ 59, "within 1 minutes." }, { 0, "within 1 minutes." }, { -5, "within 1 minutes." }, { 86400, "within 1440 minutes." },
	};

	fake.page_encoding = "utf-8";
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_reply reply = { 0 };

		now_utc = FAKE_EXPIRES_UTC - rows[i].left_s;
		ask_row(&(struct row){ .name = rows[i].text, .method = HTTP_GET, .path = PAGE_PATH }, &reply);
		CU_ASSERT_STRING_EQUAL("text/html; charset=utf-8", reply.media_type);
		CU_ASSERT_TRUE(reply_has(&reply, rows[i].text));
		/* MD5 of "abc", which stands for the CA certificate. */
		CU_ASSERT_TRUE(reply_has(&reply, "<B> 90015098 3CD24FB0 D6963F7D 28E17F72 </B>"));
		http_reply_clear(&reply);
	}
	now_utc = FAKE_NOW_UTC;
	unit_row(NULL);
}

static void page_refusals(void)
{
	static const char *const encodings[] = { "utf-16le-bom", "utf-16le", "utf-8" };

	for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++) {
		struct http_reply reply = { 0 };
		struct scraped scraped;

		fake.page_encoding = encodings[i];
		ask_row(&(struct row){ .name = encodings[i], .method = HTTP_GET, .path = PAGE_PATH, .store = ERR_HTTP_TOO_MANY }, &reply);
		scraped = scrapers[0].scrape(buf_bytes(&reply.body), reply.media_type);
		CU_ASSERT_TRUE(reply.status == 200 && scraped.is_full && !scraped.has_challenge);
		CU_ASSERT_PTR_NOT_NULL(strstr(log_line, "challenge-refused"));
		http_reply_clear(&reply);
		ask_row(&(struct row){ .name = encodings[i], .method = HTTP_GET, .path = PAGE_PATH, .store = ERR_HTTP_FORBIDDEN }, &reply);
		scraped = scrapers[0].scrape(buf_bytes(&reply.body), reply.media_type);
		CU_ASSERT_TRUE(reply.status == 200 && scraped.is_forbidden && !scraped.has_challenge);
		http_reply_clear(&reply);
	}
	unit_row(NULL);
}

static void no_default(void)
{
	struct http_request request = { .method = HTTP_GET, .path = bytes_from_str("/certsrv/mscep_admin"), .authorization = bytes_from_str(BEARER), .host = bytes_from_str("nowhere.example"),
		.client_address = "", .user_agent = "" };
	struct http_reply reply = { 0 };

	fake.answer = ERR_OK;
	ask(&request, &reply);
	CU_ASSERT_EQUAL(404, reply.status);
	http_reply_clear(&reply);
	request.authorization = bytes_from_str("Bearer sgt_x");
	ask(&request, &reply);
	CU_ASSERT_EQUAL(401, reply.status);
	http_reply_clear(&reply);
	fake.default_answer = ERR_DB_AWAY;
	ask(&request, &reply);
	CU_ASSERT_EQUAL(503, reply.status);
	fake.default_answer = ERR_OK;
	http_reply_clear(&reply);
}

static const struct unit_case cases[] = {
	{ "a POST gets the bare challenge as text without a newline; what is wrong with its body is said with 400, 409 or 422", posts },
	{ "who has no credentials, wrong ones or others than Basic and Bearer gets 401 with what is asked for, and no endpoint is told of (RFC 9110 section 11.6.1)", credentials },
	{ "another method gets 405 with Allow, so a HEAD mints nothing (RFC 9110 section 15.5.6); another path 404", methods_and_paths },
	{ "what the store says becomes its status; words about this server's inside are not sent", store_outcomes },
	{ "what never became a request is refused with its status", http_errors },
	{ "the store is asked for what the body says, and the log has who got what", what_is_asked },
	{ "a GET gets the page, per endpoint and for the default one, in the endpoint's encoding", pages },
	{ "the page says how long the challenge lives, and has the CA's fingerprint", page_content },
	{ "a scraper sees that there are none left or that it may not, with status 200", page_refusals },
	{ "without a default endpoint the page at the root is 404 for those with a token alone", no_default }
};

UNIT_MAIN("challenge_handler", cases)
