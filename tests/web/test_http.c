#include <config.h>

#include "web/http.h"

#include <string.h>

#include "support/unit.h"
#include "web/cgi_reply.h"

static const char *head_of(const struct http_reply *reply, struct buf *out)
{
	buf_clear(out);
	UNIT_ERR(ERR_OK, cgi_reply_encode_head(reply, out));
	UNIT_ERR(ERR_OK, buf_terminate(out));
	return (const char *)out->ptr;
}

#define ERR_VALUES(name, text, http, fail, exit, level) name,
static const enum err errors[] = { ERR_TABLE(ERR_VALUES) };

static void every_error_has_a_status(void)
{
	for (size_t i = 0; i < sizeof errors / sizeof errors[0]; i++) {
		struct http_reply reply = { 0 };
		bool is_http = err_http_status(errors[i]) >= 400;

		unit_row(err_name(errors[i]));
		UNIT_ERR(ERR_OK, http_reply_error(&reply, errors[i], NULL));
		CU_ASSERT_EQUAL(reply.status, is_http ? err_http_status(errors[i]) : 500);
		CU_ASSERT_STRING_NOT_EQUAL(http_status_text(reply.status), "Unknown");
		CU_ASSERT_STRING_EQUAL(reply.media_type, "text/plain");
		CU_ASSERT_EQUAL(reply.retry_after_s, reply.status == 503 ? HTTP_RETRY_AFTER_S : reply.status == 429 ? HTTP_RETRY_LATER_S : 0);
		CU_ASSERT_EQUAL(reply.body.ptr[reply.body.len - 1], '\n');
		CU_ASSERT_EQUAL(reply.body.len, strlen(err_text(errors[i])) + 1);
		http_reply_clear(&reply);
		CU_ASSERT_EQUAL(reply.status, 0);
	}
	CU_ASSERT_STRING_EQUAL(http_status_text(200), "OK");
	CU_ASSERT_STRING_EQUAL(http_status_text(299), "Unknown");
}

static void error_text(void)
{
	struct http_reply reply = { 0 };

	UNIT_ERR(ERR_OK, http_reply_error(&reply, ERR_ALG_CIPHER, "1.3.14.3.2.7"));
	CU_ASSERT_EQUAL(reply.status, 400);
	UNIT_BYTES(bytes_from_str("1.3.14.3.2.7\n"), buf_bytes(&reply.body));
	UNIT_ERR(ERR_OK, http_reply_error(&reply, ERR_NOT_FOUND, ""));
	UNIT_BYTES(bytes_from_str("not found\n"), buf_bytes(&reply.body));
	http_reply_clear(&reply);
}

static void head_of_success(void)
{
	struct http_reply reply = { .status = 200, .media_type = "application/x-pki-message" };
	struct buf out = { 0 };

	UNIT_ERR(ERR_OK, buf_append(&reply.body, bytes_from("\0\1\2", 3)));
	CU_ASSERT_STRING_EQUAL(head_of(&reply, &out), "Status: 200 OK\r\nContent-Type: application/x-pki-message\r\nContent-Length: 3\r\n"
		"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n\r\n");
	http_reply_clear(&reply);
	buf_clear(&out);
}

static void head_of_errors(void)
{
	struct http_reply reply = { 0 };
	struct buf out = { 0 };

	UNIT_ERR(ERR_OK, http_reply_error(&reply, ERR_DB_AWAY, NULL));
	CU_ASSERT_STRING_EQUAL(head_of(&reply, &out), "Status: 503 Service Unavailable\r\nContent-Type: text/plain\r\nContent-Length: 31\r\n"
		"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nRetry-After: 10\r\n\r\n");
	UNIT_ERR(ERR_OK, http_reply_error(&reply, ERR_HTTP_METHOD, "no"));
	reply.allow = "GET";
	CU_ASSERT_STRING_EQUAL(head_of(&reply, &out), "Status: 405 Method Not Allowed\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
		"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\nAllow: GET\r\n\r\n");
	http_reply_clear(&reply);
	buf_clear(&out);
}

static void head_of_401(void)
{
	static const struct {
		enum http_authenticate authenticate;
		const char *fields;
	} rows[] = {
		{ HTTP_AUTHENTICATE_NONE, "" },
		{ HTTP_AUTHENTICATE_BASIC, "WWW-Authenticate: Basic realm=\"scepgate\"\r\n" },
		{ HTTP_AUTHENTICATE_BASIC_OR_BEARER, "WWW-Authenticate: Basic realm=\"scepgate\"\r\nWWW-Authenticate: Bearer realm=\"scepgate\"\r\n" }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct http_reply reply = { 0 };
		struct buf out = { 0 }, expected = { 0 };

		UNIT_ERR(ERR_OK, http_reply_error(&reply, ERR_HTTP_CREDENTIALS, "no"));
		reply.authenticate = rows[i].authenticate;
		UNIT_ERR(ERR_OK, buf_append_format(&expected, "Status: 401 Unauthorized\r\nContent-Type: text/plain\r\nContent-Length: 3\r\n"
			"Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n%s\r\n", rows[i].fields));
		UNIT_BYTES(buf_bytes(&expected), bytes_from_str(head_of(&reply, &out)));
		http_reply_clear(&reply);
		buf_clear(&out);
		buf_clear(&expected);
	}
}

static const struct unit_case cases[] = {
	{ "every error has a status of 400 and more with a reason phrase, and 503 and 429 alone have Retry-After (RFC 9110 section 15, RFC 6585 section 4)", every_error_has_a_status },
	{ "an error reply is the text and a newline", error_text },
	{ "the head of a CertRep has exactly its media type and length (RFC 8894 section 4.3)", head_of_success },
	{ "Retry-After and Allow stand where they belong (RFC 9110 sections 10.2.3 and 15.5.6)", head_of_errors },
	{ "a 401 names the schemes that are taken, each in a field of its own (RFC 9110 section 11.6.1)", head_of_401 }
};

UNIT_MAIN("http", cases)
