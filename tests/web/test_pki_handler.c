#include <config.h>

#include "web/pki_handler.h"

#include <stdio.h>
#include <string.h>

#include "support/unit.h"

/* The service behind the handler, played by this test. */
static struct {
	enum err answer;
	unsigned calls;
	char seen[128];
	unsigned lines;
} fake;

enum err publication_find(const struct service *service, struct publication_cache *cache, const struct publication_name *name, struct publication *out, struct why *why)
{
	(void)service;
	(void)cache;
	(void)why;
	fake.calls++;
	snprintf(fake.seen, sizeof(fake.seen), "%d %.*s %d", (int)name->kind, (int)name->ca.len, (const char *)name->ca.ptr, name->partition);
	if (fake.answer == ERR_OK)
		*out = (struct publication){ .media_type = "application/pkix-crl", .body = bytes_from_str("list"), .etag = "\"0123456789abcdef0123456789abcdef\"",
			.last_modified_utc = 784111777, .max_age_s = 300 };
	return fake.answer;
}

static void write_line(void *context, enum log_level level, const char *line)
{
	(void)context;
	(void)level;
	(void)line;
	fake.lines++;
}

static void ask(const struct http_request *request, struct http_reply *reply)
{
	struct log log;
	struct service service = { .log = &log };
	struct pki_site site = { &service, NULL };

	log_init(&log, "test", LOG_TARGET_STDERR, LOG_LEVEL_DEBUG);
	log.write = write_line;
	*reply = (struct http_reply){ 0 };
	pki_handler(&site, request, reply);
}

static void paths(void)
{
	static const struct {
		const char *path, *seen; /* NULL: none */
	} rows[] = {
		{ "/pki/root.crt", "0 root 0" },
		{ "/pki/root.cer", "0 root 0" },
		{ "/pki/root.p7c", "1 root 0" },
		{ "/pki/root.crl", "2 root 0" },
		{ "/pki/root-2.x.crl", "2 root-2.x 0" },
		{ "/pki/root/0.crl", "2 root 0" },
		{ "/pki/root/256.crl", "2 root 256" },
		{ "/pki/root/delta.crl", "3 root 0" },
		{ "/pki/root/7/delta.crl", "3 root 7" },
		{ "/below/pki//root.crl", "2 root 0" },
		{ "/pki/root.crl/", "2 root 0" },
		{ "/pki/root/257.crl", NULL },
		{ "/pki/root/07.crl", NULL },
		{ "/pki/root/-1.crl", NULL },
		{ "/pki/root/.crl", NULL },
		{ "/pki/root/7", NULL },
		{ "/pki/root/7/delta.crl/more", NULL },
		{ "/pki/root/x/delta.crl", NULL },
		{ "/pki/root/root.crl", NULL },
		{ "/pki/root", NULL },
		{ "/pki/.crl", NULL },
		{ "/pki/..crl", NULL },
		{ "/pki/Root.crl", NULL },
		{ "/pki/root.key", NULL },
		{ "/pki/", NULL },
		{ "/", NULL },
		{ "", NULL },
		{ "/root.crl", NULL },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_request request = { .method = HTTP_GET, .path = bytes_from_str(rows[i].path), .client_address = "", .user_agent = "" };
		struct http_reply reply;

		memset(&fake, 0, sizeof(fake));
		unit_row(rows[i].path);
		ask(&request, &reply);
		CU_ASSERT_EQUAL(reply.status, rows[i].seen == NULL ? 404 : 200);
		CU_ASSERT_STRING_EQUAL(fake.seen, rows[i].seen == NULL ? "" : rows[i].seen);
		http_reply_clear(&reply);
	}
	unit_row(NULL);
}

static void conditions(void)
{
	static const struct {
		const char *none_match, *since;
		int status;
	} rows[] = {
		{ "", "", 200 },
		{ "\"0123456789abcdef0123456789abcdef\"", "", 304 },
		{ "W/\"0123456789abcdef0123456789abcdef\"", "", 304 },
		{ "\"a\", \"0123456789abcdef0123456789abcdef\"", "", 304 },
		{ "*", "", 304 },
		{ "\"fedcba9876543210fedcba9876543210\"", "", 200 },
		{ "\"fedcba9876543210fedcba9876543210\"", "Sun, 06 Nov 1994 08:49:37 GMT", 200 },
		{ "", "Sun, 06 Nov 1994 08:49:37 GMT", 304 },
		{ "", "Sun, 06 Nov 1994 08:49:38 GMT", 304 },
		{ "", "Sun, 06 Nov 1994 08:49:36 GMT", 200 },
		{ "", "yesterday", 200 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_request request = { .method = i % 2 == 0 ? HTTP_GET : HTTP_HEAD, .path = bytes_from_str("/pki/root.crl"), .client_address = "", .user_agent = "",
			.if_none_match = bytes_from_str(rows[i].none_match), .if_modified_since = bytes_from_str(rows[i].since) };
		struct http_reply reply;

		memset(&fake, 0, sizeof(fake));
		unit_row(rows[i].none_match);
		ask(&request, &reply);
		CU_ASSERT_EQUAL(reply.status, rows[i].status);
		CU_ASSERT_EQUAL(reply.lent_body.len, rows[i].status == 200 ? 4 : 0);
		CU_ASSERT_STRING_EQUAL(reply.etag, "\"0123456789abcdef0123456789abcdef\"");
		CU_ASSERT_EQUAL(reply.max_age_s, 300);
		CU_ASSERT_EQUAL(reply.last_modified_utc, 784111777);
		http_reply_clear(&reply);
	}
	unit_row(NULL);
}

static void errors(void)
{
	static const struct {
		enum http_method method;
		enum err target, answer;
		int status;
		unsigned calls;
	} rows[] = {
		{ HTTP_POST, ERR_OK, ERR_OK, 405, 0 },
		{ HTTP_OTHER, ERR_OK, ERR_OK, 405, 0 },
		{ HTTP_GET, ERR_TEXT, ERR_OK, 400, 0 },
		{ HTTP_GET, ERR_HTTP_URI_TOO_LONG, ERR_OK, 414, 0 },
		{ HTTP_GET, ERR_OK, ERR_NOT_FOUND, 404, 1 },
		{ HTTP_HEAD, ERR_OK, ERR_DB_AWAY, 503, 1 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct http_request request = { .method = rows[i].method, .target_error = rows[i].target, .path = bytes_from_str("/pki/root.crl"), .client_address = "", .user_agent = "" };
		struct http_reply reply;

		memset(&fake, 0, sizeof(fake));
		fake.answer = rows[i].answer;
		ask(&request, &reply);
		CU_ASSERT_EQUAL(reply.status, rows[i].status);
		CU_ASSERT_EQUAL(fake.calls, rows[i].calls);
		CU_ASSERT_EQUAL(fake.lines, 1);
		CU_ASSERT_EQUAL(reply.etag[0], '\0');
		if (rows[i].status == 405)
			CU_ASSERT_STRING_EQUAL(reply.allow, "GET, HEAD");
		http_reply_clear(&reply);
	}
}

static const struct unit_case cases[] = {
	{ "a path names a certificate, a chain or a CRL, and nothing else is looked up", paths },
	{ "a client that has the thing already gets 304 and no body (RFC 9110 section 13.2.2)", conditions },
	{ "errors have their status, a line in the log and no tag", errors },
};

UNIT_MAIN("pki_handler", cases)
