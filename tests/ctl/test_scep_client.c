#include <config.h>

#include "ctl/scep_client.h"

#include <string.h>

#include "ctl/http_stub.h"
#include "support/unit.h"

static void test_urls(void)
{
	static const struct {
		const char *base, *message, *url;
	} rows[] = {
		{ "http://h/scep", NULL, "http://h/scep?operation=GetCACert" },
		{ "http://h/scep", "", "http://h/scep?operation=GetCACert&message=" },
		{ "http://h/scep?tenant=a", NULL, "http://h/scep?tenant=a&operation=GetCACert" },
		{ "http://h/scep#part", "x", "http://h/scep?operation=GetCACert&message=x" },
		{ "https://h", "AZaz09-._~", "https://h?operation=GetCACert&message=AZaz09-._~" },
		{ "http://h/", "a+b/c=", "http://h/?operation=GetCACert&message=a%2Bb%2Fc%3D" },
		{ "http://h/", "a b&c\xc3\xbc%", "http://h/?operation=GetCACert&message=a%20b%26c%C3%BC%25" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes message = bytes_from_str(rows[i].message);
		struct buf url = { 0 };

		unit_row(rows[i].url);
		UNIT_ERR(ERR_OK, scep_client_url(rows[i].base, "GetCACert", rows[i].message == NULL ? NULL : &message, &url));
		UNIT_BYTES(bytes_from_str(rows[i].url), buf_bytes(&url));
		CU_ASSERT_EQUAL(url.ptr[url.len], '\0');
		buf_clear(&url);
	}
	unit_row(NULL);
}

/* What the stub answers. */
struct answer {
	int status;
	const char *media_type, *extra, *body;
};

static void handle(const struct http_stub_seen *request, void *context, struct buf *reply)
{
	const struct answer *answer = context;

	(void)request;
	http_stub_put_reply(reply, answer->status, answer->media_type, answer->extra, bytes_from_str(answer->body));
}

static void test_operations(void)
{
	static const uint8_t octets[] = { 0x30, 0x03, 0xfb, 0xff, 0xfe };
	struct answer answer = { 200, "application/x-pki-message", "", "ok" };
	struct http_client_reply reply = { 0 };
	struct scep_client client = { 0 };
	struct http_stub stub;

	http_stub_start(handle, &answer, &stub);
	client.url = stub.url;
	UNIT_ERR(ERR_OK, scep_client_get_ca_caps(&client, &reply, NULL));
	CU_ASSERT_STRING_EQUAL(stub.seen->target, "/scep?operation=GetCACaps");
	http_client_reply_clear(&reply);
	UNIT_ERR(ERR_OK, scep_client_get_ca_cert(&client, NULL, &reply, NULL));
	CU_ASSERT_STRING_EQUAL(stub.seen->target, "/scep?operation=GetCACert");
	http_client_reply_clear(&reply);
	UNIT_ERR(ERR_OK, scep_client_get_ca_cert(&client, "corp", &reply, NULL));
	CU_ASSERT_STRING_EQUAL(stub.seen->target, "/scep?operation=GetCACert&message=corp");
	http_client_reply_clear(&reply);
	UNIT_ERR(ERR_OK, scep_client_pki_operation(&client, SCEP_TRANSPORT_GET, bytes_from(octets, sizeof octets), &reply, NULL));
	CU_ASSERT_STRING_EQUAL(stub.seen->method, "GET");
	CU_ASSERT_STRING_EQUAL(stub.seen->target, "/scep?operation=PKIOperation&message=MAP7%2F%2F4%3D");
	http_client_reply_clear(&reply);
	UNIT_ERR(ERR_OK, scep_client_pki_operation(&client, SCEP_TRANSPORT_POST, bytes_from(octets, sizeof octets), &reply, NULL));
	CU_ASSERT_STRING_EQUAL(stub.seen->method, "POST");
	CU_ASSERT_STRING_EQUAL(stub.seen->target, "/scep?operation=PKIOperation");
	UNIT_BYTES(bytes_from(octets, sizeof octets), bytes_from(stub.seen->body, stub.seen->body_len));
	UNIT_BYTES(bytes_from_str("ok"), buf_bytes(&reply.body));
	http_client_reply_clear(&reply);
	http_stub_stop(&stub);
}

static void test_statuses(void)
{
	static const char long_text[] = "123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
		"123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789\xc3\xbcnever";
	static const struct {
		struct answer answer;
		enum err error;
		const char *why;
	} rows[] = {
		{ { 404, "text/plain", "", "no such endpoint\n" }, ERR_NOT_FOUND, "the server answered HTTP 404: no such endpoint" },
		{ { 400, "text/plain; charset=utf-8", "", "first\nsecond" }, ERR_NET, "the server answered HTTP 400: first" },
		{ { 400, "text/html", "", "<html>" }, ERR_NET, "the server answered HTTP 400" },
		{ { 400, "text/plain", "", "\xff" }, ERR_NET, "the server answered HTTP 400" },
		{ { 400, "text/plain", "", "a\x1b[31mb" }, ERR_NET, "the server answered HTTP 400: a?[31mb" },
		{ { 400, "text/plain", "", long_text }, ERR_NET,
			"the server answered HTTP 400: 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 "
			"123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789 123456789" },
		{ { 503, "text/plain", "Retry-After: 10\r\n", "away" }, ERR_NET, "the server answered HTTP 503 and asks to try again in 10 seconds" },
		{ { 301, NULL, "Location: http://h/\r\n", "" }, ERR_NET, "the server answered HTTP 301: it redirects, and redirects are not followed" },
		{ { 204, NULL, "", "" }, ERR_NET, "the server answered HTTP 204" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct answer answer = rows[i].answer;
		struct http_client_reply reply = { 0 };
		struct scep_client client = { 0 };
		struct why why = { 0 };
		struct http_stub stub;

		unit_row(rows[i].why);
		http_stub_start(handle, &answer, &stub);
		client.url = stub.url;
		UNIT_ERR(rows[i].error, scep_client_get_ca_caps(&client, &reply, &why));
		CU_ASSERT_STRING_EQUAL(why.text, rows[i].why);
		CU_ASSERT_PTR_NULL(reply.body.ptr);
		http_stub_stop(&stub);
	}
	unit_row(NULL);
}

static const struct unit_case cases[] = {
	{ "the URL of an operation keeps the query of its base and escapes the message (RFC 8894 section 4.1)", test_urls },
	{ "each operation is sent as it should be (RFC 8894 section 4)", test_operations },
	{ "every status but 200 is an error that tells what the server says", test_statuses },
};

UNIT_MAIN("scep_client", cases)
