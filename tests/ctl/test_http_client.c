#include <config.h>

#include "ctl/http_client.h"

#include <stdio.h>
#include <string.h>
#include <unistd.h>

#include "ctl/http_stub.h"
#include "support/unit.h"

static const struct http_client_options plain;

/* What the target asks for. */
static void handle(const struct http_stub_seen *request, void *context, struct buf *reply)
{
	static const char text[] = "0123456789";

	(void)context;
	if (strcmp(request->target, "/scep/busy") == 0)
		http_stub_put_reply(reply, 503, "text/plain", "Retry-After: 17\r\n", bytes_from_str("away\n"));
	else if (strcmp(request->target, "/scep/moved") == 0)
		http_stub_put_reply(reply, 302, NULL, "Location: /scep/there\r\n", bytes_from_str(""));
	else if (strcmp(request->target, "/scep/ring") == 0)
		http_stub_put_reply(reply, 302, NULL, "Location: /scep/ring\r\n", bytes_from_str(""));
	else if (strcmp(request->target, "/scep/file") == 0)
		http_stub_put_reply(reply, 302, NULL, "Location: file:///etc/passwd\r\n", bytes_from_str(""));
	else if (strcmp(request->target, "/scep/long-type") == 0)
		http_stub_put_reply(reply, 200,
			"a/123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789012345678901234567890123456789", "",
			bytes_from_str(""));
	else if (strcmp(request->target, "/scep/no-http") == 0)
		buf_append_str(reply, "this is no HTTP\r\n");
	else if (strcmp(request->target, "/scep/short") == 0)
		buf_append_str(reply, "HTTP/1.1 200 OK\r\nContent-Length: 100\r\n\r\nnot all");
	else if (strcmp(request->target, "/scep/silent") == 0)
		pause();
	else
		http_stub_put_reply(reply, 200, "text/plain", "", bytes_from_str(text));
}

/* Send to a path below the stub. */
static enum err ask(const struct http_client_options *options, const struct http_stub *stub, const char *path, const char *media_type,
	struct bytes body, size_t max_reply_len,
	struct http_client_reply *reply, struct why *why)
{
	char url[2 * HTTP_STUB_URL_SIZE];

	snprintf(url, sizeof url, "%s%s", stub->url, path);
	return http_client_send(options, &(struct http_client_request){ url, media_type, body, max_reply_len }, reply, why);
}

static void test_get(void)
{
	struct http_client_reply reply = { 0 };
	struct http_stub stub;

	http_stub_start(handle, NULL, &stub);
	UNIT_ERR(ERR_OK, ask(&plain, &stub, "?operation=GetCACaps", NULL, bytes_from_str(NULL), 100, &reply, NULL));
	CU_ASSERT_EQUAL(reply.status, 200);
	CU_ASSERT_STRING_EQUAL(reply.media_type, "text/plain");
	UNIT_BYTES(bytes_from_str("0123456789"), buf_bytes(&reply.body));
	CU_ASSERT_STRING_EQUAL(stub.seen->method, "GET");
	CU_ASSERT_STRING_EQUAL(stub.seen->target, "/scep?operation=GetCACaps");
	CU_ASSERT_STRING_EQUAL(stub.seen->version, "HTTP/1.1");
	CU_ASSERT_EQUAL(stub.seen->body_len, 0);
	http_client_reply_clear(&reply);
	http_stub_stop(&stub);
}

static void test_post(void)
{
	static const uint8_t octets[] = { 0x30, 0x00, 0xff, '\r', '\n', 0x00 };
	struct http_client_reply reply = { 0 };
	struct http_stub stub;

	http_stub_start(handle, NULL, &stub);
	UNIT_ERR(ERR_OK, ask(&plain, &stub, "", "application/x-pki-message", bytes_from(octets, sizeof octets), 100, &reply, NULL));
	CU_ASSERT_STRING_EQUAL(stub.seen->method, "POST");
	UNIT_BYTES(bytes_from(octets, sizeof octets), bytes_from(stub.seen->body, stub.seen->body_len));
	CU_ASSERT_PTR_NOT_NULL(strstr(stub.seen->headers, "\r\nContent-Type: application/x-pki-message\r\n"));
	http_client_reply_clear(&reply);
	UNIT_ERR(ERR_OK, ask(&plain, &stub, "", "application/x-pki-message", bytes_from_str(NULL), 100, &reply, NULL));
	CU_ASSERT_STRING_EQUAL(stub.seen->method, "POST");
	CU_ASSERT_EQUAL(stub.seen->body_len, 0);
	http_client_reply_clear(&reply);
	http_stub_stop(&stub);
}

static void test_no_expect(void)
{
	static uint8_t body[65536];
	struct http_client_reply reply = { 0 };
	struct http_stub stub;

	http_stub_start(handle, NULL, &stub);
	UNIT_ERR(ERR_OK, ask(&plain, &stub, "", "application/x-pki-message", bytes_from(body, sizeof body), 100, &reply, NULL));
	CU_ASSERT_EQUAL(stub.seen->body_len, sizeof body);
	CU_ASSERT_PTR_NULL(strcasestr(stub.seen->headers, "\r\nExpect:"));
	http_client_reply_clear(&reply);
	http_stub_stop(&stub);
}

static void test_http_1_0(void)
{
	struct http_client_options options = { .http_1_0 = true };
	struct http_client_reply reply = { 0 };
	struct http_stub stub;

	http_stub_start(handle, NULL, &stub);
	UNIT_ERR(ERR_OK, ask(&options, &stub, "", NULL, bytes_from_str(NULL), 100, &reply, NULL));
	CU_ASSERT_STRING_EQUAL(stub.seen->version, "HTTP/1.0");
	http_client_reply_clear(&reply);
	http_stub_stop(&stub);
}

static void test_status(void)
{
	struct http_client_reply reply = { 0 };
	struct http_stub stub;

	http_stub_start(handle, NULL, &stub);
	UNIT_ERR(ERR_OK, ask(&plain, &stub, "/busy", NULL, bytes_from_str(NULL), 100, &reply, NULL));
	CU_ASSERT_EQUAL(reply.status, 503);
	CU_ASSERT_EQUAL(reply.retry_after_s, 17);
	UNIT_BYTES(bytes_from_str("away\n"), buf_bytes(&reply.body));
	http_client_reply_clear(&reply);
	UNIT_ERR(ERR_OK, ask(&plain, &stub, "/long-type", NULL, bytes_from_str(NULL), 100, &reply, NULL));
	CU_ASSERT_EQUAL(strlen(reply.media_type), HTTP_CLIENT_MAX_MEDIA_TYPE_LEN);
	http_client_reply_clear(&reply);
	http_stub_stop(&stub);
}

static void test_limit(void)
{
	struct http_client_reply reply = { 0 };
	struct why why = { 0 };
	struct http_stub stub;

	http_stub_start(handle, NULL, &stub);
	UNIT_ERR(ERR_OK, ask(&plain, &stub, "", NULL, bytes_from_str(NULL), 10, &reply, NULL));
	CU_ASSERT_EQUAL(reply.body.len, 10);
	http_client_reply_clear(&reply);
	UNIT_ERR(ERR_NET, ask(&plain, &stub, "", NULL, bytes_from_str(NULL), 9, &reply, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "longer than 9 bytes"));
	CU_ASSERT_PTR_NULL(reply.body.ptr);
	http_stub_stop(&stub);
}

static void test_redirect(void)
{
	struct http_client_options following = { .follow_redirects = true };
	struct http_client_reply reply = { 0 };
	struct http_stub stub;

	http_stub_start(handle, NULL, &stub);
	UNIT_ERR(ERR_OK, ask(&plain, &stub, "/moved", NULL, bytes_from_str(NULL), 100, &reply, NULL));
	CU_ASSERT_EQUAL(reply.status, 302);
	CU_ASSERT_EQUAL(stub.seen->count, 1);
	http_client_reply_clear(&reply);
	UNIT_ERR(ERR_OK, ask(&following, &stub, "/moved", "text/plain", bytes_from_str("body"), 100, &reply, NULL));
	CU_ASSERT_EQUAL(reply.status, 200);
	CU_ASSERT_STRING_EQUAL(stub.seen->target, "/scep/there");
	CU_ASSERT_STRING_EQUAL(stub.seen->method, "POST");
	UNIT_BYTES(bytes_from_str("body"), bytes_from(stub.seen->body, stub.seen->body_len));
	http_client_reply_clear(&reply);
	stub.seen->count = 0;
	UNIT_ERR(ERR_NET, ask(&following, &stub, "/ring", NULL, bytes_from_str(NULL), 100, &reply, NULL));
	CU_ASSERT_EQUAL(stub.seen->count, HTTP_CLIENT_MAX_REDIRECTS + 1);
	CU_ASSERT_NOT_EQUAL(ask(&following, &stub, "/file", NULL, bytes_from_str(NULL), 4096, &reply, NULL), ERR_OK);
	http_stub_stop(&stub);
}

static void test_broken_servers(void)
{
	static const char *const paths[] = { "/no-http", "/short", "/silent" };
	struct http_client_options hasty = { .timeout_s = 1 };
	struct http_client_reply reply = { 0 };
	struct why why = { 0 };
	struct http_stub stub;
	char url[HTTP_STUB_URL_SIZE];

	http_stub_start(handle, NULL, &stub);
	for (size_t i = 0; i < sizeof paths / sizeof paths[0]; i++) {
		unit_row(paths[i]);
		why.text[0] = '\0';
		UNIT_ERR(ERR_NET, ask(&hasty, &stub, paths[i], NULL, bytes_from_str(NULL), 100, &reply, &why));
		CU_ASSERT_NOT_EQUAL(why.text[0], '\0');
		CU_ASSERT_PTR_NULL(reply.body.ptr);
	}
	unit_row(NULL);
	snprintf(url, sizeof url, "%s", stub.url);
	http_stub_stop(&stub);
	UNIT_ERR(ERR_NET, http_client_send(&plain, &(struct http_client_request){ .url = url, .max_reply_len = 1 }, &reply, &why));
}

static void test_urls(void)
{
	static const char *const urls[] = { "file:///etc/passwd", "ftp://127.0.0.1/", "gopher://127.0.0.1/", "http://", "" };
	struct http_client_reply reply = { 0 };

	for (size_t i = 0; i < sizeof urls / sizeof urls[0]; i++) {
		unit_row(urls[i]);
		UNIT_ERR(ERR_USAGE, http_client_send(&plain, &(struct http_client_request){ .url = urls[i], .max_reply_len = 100 }, &reply, NULL));
	}
	unit_row(NULL);
}

static const struct unit_case cases[] = {
	{ "a GET sends the target as it is and takes status, media type and body", test_get },
	{ "a POST sends media type and body octet for octet (RFC 8894 section 4.3)", test_post },
	{ "a large POST does not wait for 100 Continue", test_no_expect },
	{ "HTTP/1.0 is spoken when asked", test_http_1_0 },
	{ "any status is a reply, with Retry-After, and the media type is cut", test_status },
	{ "a reply as long as the limit is taken, one byte more is refused", test_limit },
	{ "redirects are followed only when asked, a few, as POST, and never to a file", test_redirect },
	{ "no HTTP, a short body, silence and no server are network errors", test_broken_servers },
	{ "other schemes than http and https are refused", test_urls },
};

UNIT_MAIN("http_client", cases)
