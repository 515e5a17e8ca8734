#include <config.h>

#include "web/scep_handler.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/scep_service.h"
#include "store/endpoint.h"
#include "support/unit.h"

/* The service and the store behind the handler, played by this test. */
static struct {
	enum err answer;            /* what scep_serve() says */
	const char *text;           /* its text */
	enum err default_answer;    /* what endpoint_default_find() says */
	unsigned calls;
	char seen[512];             /* what scep_serve() was asked */
	char line[8192];            /* last line of the log */
	unsigned lines;
} fake;

enum err scep_serve(struct service *service, const struct scep_call *call, struct scep_answer *answer, struct buf *text)
{
	(void)service;
	fake.calls++;
	snprintf(fake.seen, sizeof fake.seen, "%.*s/%.*s %s ?%.*s #%zu %s %s", (int)call->application.len, (const char *)call->application.ptr,
		(int)call->profile.len, (const char *)call->profile.ptr, call->is_post ? "POST" : "GET", (int)call->query.len, (const char *)call->query.ptr,
		call->body.len, call->client_address, call->user_agent);
	if (fake.text != NULL)
		buf_append_str(text, fake.text);
	if (fake.answer == ERR_OK) {
		answer->media_type = SCEP_TYPE_PKI_MESSAGE;
		buf_append_str(&answer->body, "answer");
	}
	return fake.answer;
}

enum err endpoint_default_find(struct store *store, struct bytes host, char **application, char **profile, struct why *why)
{
	(void)store;
	(void)why;
	if (fake.default_answer != ERR_OK)
		return fake.default_answer;
	if (bytes_copy_str(host, application) != ERR_OK || bytes_copy_str(bytes_from_str("default"), profile) != ERR_OK)
		abort();
	return ERR_OK;
}

static void write_line(void *context, enum log_level level, const char *line)
{
	(void)context;
	(void)level;
	fake.lines++;
	snprintf(fake.line, sizeof fake.line, "%s", line);
}

/* A request whose members a case may change. */
static struct http_request good_request(enum http_method method)
{
	return (struct http_request){
		.method = method,
		.path = bytes_from_str("/scep/corp/phones/pkiclient.exe"),
		.query = bytes_from_str("operation=PKIOperation"),
		.body = method == HTTP_POST ? bytes_from_str("body") : (struct bytes){ NULL, 0 },
		.host = bytes_from_str("scep.example.org"),
		.client_address = "192.0.2.1",
		.user_agent = "agent"
	};
}

static void ask(const struct http_request *request, struct http_reply *reply)
{
	struct log log;
	struct service service = { .log = &log };

	log_init(&log, "test", LOG_TARGET_STDERR, LOG_LEVEL_DEBUG);
	log.write = write_line;
	fake.calls = fake.lines = 0;
	fake.seen[0] = fake.line[0] = '\0';
	scep_handler(&service, request, reply);
}

static void served(void)
{
	static const struct {
		enum http_method method;
		const char *path, *seen;
	} rows[] = {
		{ HTTP_GET, "/scep/corp/phones", "corp/phones GET ?operation=PKIOperation #0 192.0.2.1 agent" },
		{ HTTP_HEAD, "/scep/corp/phones", "corp/phones GET ?operation=PKIOperation #0 192.0.2.1 agent" },
		{ HTTP_POST, "/scep/corp/phones", "corp/phones POST ?operation=PKIOperation #4 192.0.2.1 agent" },
		{ HTTP_POST, "/scep/applications/corp/profiles/phones/x", "corp/phones POST ?operation=PKIOperation #4 192.0.2.1 agent" },
		{ HTTP_GET, "/cgi-bin/PKIClient.exe", "scep.example.org/default GET ?operation=PKIOperation #0 192.0.2.1 agent" }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_request request = good_request(rows[i].method);
		struct http_reply reply = { 0 };

		request.path = bytes_from_str(rows[i].path);
		unit_row(rows[i].path);
		ask(&request, &reply);
		CU_ASSERT_EQUAL(reply.status, 200);
		CU_ASSERT_STRING_EQUAL(reply.media_type, "application/x-pki-message");
		UNIT_BYTES(bytes_from_str("answer"), buf_bytes(&reply.body));
		CU_ASSERT_STRING_EQUAL(fake.seen, rows[i].seen);
		CU_ASSERT_EQUAL(fake.lines, 0);
		http_reply_clear(&reply);
	}
	unit_row(NULL);
}

static void refused(void)
{
	static const struct {
		const char *name;
		enum http_method method;
		const char *path, *body;
		enum err target_error, body_error, default_answer;
		int status;
		const char *allow;
		int retry_after_s;
	} rows[] = {
		{ "PUT", HTTP_OTHER, "/scep/a/b", "x", ERR_OK, ERR_OK, ERR_OK, 405, "GET, HEAD, POST", 0 },
		{ "unknown path", HTTP_GET, "/", "", ERR_OK, ERR_OK, ERR_OK, 404, NULL, 0 },
		{ "a challenge address", HTTP_POST, "/scep/a/b/challenge", "x", ERR_OK, ERR_OK, ERR_OK, 404, NULL, 0 },
		{ "the challenge page", HTTP_GET, "/certsrv/mscep_admin", "", ERR_OK, ERR_OK, ERR_OK, 404, NULL, 0 },
		{ "bad name", HTTP_GET, "/scep/A/b", "", ERR_OK, ERR_OK, ERR_OK, 404, NULL, 0 },
		{ "bad escape", HTTP_GET, "/scep/%", "", ERR_TEXT, ERR_OK, ERR_OK, 400, NULL, 0 },
		{ "long target", HTTP_GET, "/scep/a/b", "", ERR_HTTP_URI_TOO_LONG, ERR_OK, ERR_OK, 414, NULL, 0 },
		{ "empty POST", HTTP_POST, "/scep/a/b", "", ERR_OK, ERR_OK, ERR_OK, 400, NULL, 0 },
		{ "short POST", HTTP_POST, "/scep/a/b", "", ERR_OK, ERR_HTTP_BODY, ERR_OK, 400, NULL, 0 },
		{ "slow POST", HTTP_POST, "/scep/a/b", "", ERR_OK, ERR_HTTP_TIMEOUT, ERR_OK, 408, NULL, 0 },
		{ "long POST", HTTP_POST, "/scep/a/b", "", ERR_OK, ERR_HTTP_TOO_LARGE, ERR_OK, 413, NULL, 0 },
		{ "no default", HTTP_GET, "/certsrv/mscep/mscep.dll", "", ERR_OK, ERR_OK, ERR_NOT_FOUND, 404, NULL, 0 },
		{ "database away", HTTP_GET, "/certsrv/mscep/mscep.dll", "", ERR_OK, ERR_OK, ERR_DB_AWAY, 503, NULL, 10 }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_request request = good_request(rows[i].method);
		struct http_reply reply = { 0 };

		request.path = bytes_from_str(rows[i].path);
		request.body = bytes_from_str(rows[i].body);
		request.target_error = rows[i].target_error;
		request.body_error = rows[i].body_error;
		fake.default_answer = rows[i].default_answer;
		unit_row(rows[i].name);
		ask(&request, &reply);
		CU_ASSERT_EQUAL(reply.status, rows[i].status);
		CU_ASSERT_EQUAL(reply.retry_after_s, rows[i].retry_after_s);
		CU_ASSERT_STRING_EQUAL(reply.media_type, "text/plain");
		CU_ASSERT_TRUE(reply.body.len > 1 && reply.body.ptr[reply.body.len - 1] == '\n');
		CU_ASSERT_TRUE(rows[i].allow == NULL ? reply.allow == NULL : reply.allow != NULL && strcmp(reply.allow, rows[i].allow) == 0);
		CU_ASSERT_EQUAL(fake.calls, 0);
		CU_ASSERT_EQUAL(fake.lines, 1);
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, "192.0.2.1"));
		CU_ASSERT_PTR_NOT_NULL(strstr(fake.line, rows[i].path));
		http_reply_clear(&reply);
	}
	unit_row(NULL);
	fake.default_answer = ERR_OK;
}

static void service_errors(void)
{
	static const struct {
		enum err answer;
		const char *text;
		int status;
		const char *body;
		int retry_after_s;
	} rows[] = {
		{ ERR_HTTP_OPERATION, "unknown operation x", 400, "unknown operation x\n", 0 },
		{ ERR_ALG_CIPHER, "1.3.14.3.2.7", 400, "1.3.14.3.2.7\n", 0 },
		{ ERR_CMS_SYNTAX, NULL, 400, "this is not a pkiMessage\n", 0 },
		{ ERR_NOT_FOUND, NULL, 404, "not found\n", 0 },
		{ ERR_HTTP_TOO_LARGE, NULL, 413, "the message is too large\n", 0 },
		{ ERR_DB_AWAY, NULL, 503, "the database cannot be reached\n", 10 },
		{ ERR_STALE, NULL, 503, "the configuration changed meanwhile\n", 10 },
		{ ERR_MEMORY, NULL, 500, "out of memory\n", 0 },
		{ ERR_CHALLENGE, NULL, 500, "the challenge is missing or wrong\n", 0 }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_request request = good_request(HTTP_POST);
		struct http_reply reply = { 0 };

		fake.answer = rows[i].answer;
		fake.text = rows[i].text;
		unit_row(err_name(rows[i].answer));
		ask(&request, &reply);
		CU_ASSERT_EQUAL(fake.calls, 1);
		CU_ASSERT_EQUAL(reply.status, rows[i].status);
		CU_ASSERT_EQUAL(reply.retry_after_s, rows[i].retry_after_s);
		UNIT_BYTES(bytes_from_str(rows[i].body), buf_bytes(&reply.body));
		http_reply_clear(&reply);
	}
	unit_row(NULL);
	fake.answer = ERR_OK;
	fake.text = NULL;
}

static const struct unit_case cases[] = {
	{ "GET, HEAD and POST reach the service with the names of the path or of the default endpoint (RFC 8894 section 4.1)", served },
	{ "what cannot be served is refused with its status and one line in the log, and the service is not asked", refused },
	{ "an error of the service becomes its status and text, and never 200", service_errors }
};

UNIT_MAIN("scep_handler", cases)
