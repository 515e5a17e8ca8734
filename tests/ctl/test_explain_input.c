#include <config.h>

#include "ctl/explain_input.h"

#include "support/unit.h"

/* A message that is short enough for a table: SEQUENCE { INTEGER 1, OCTET STRING fb ef be }, whose base64 has "/" and "=". */
static const char message_hex[] = "30 08 02 01 01 04 03 fb ef be";

static void test_forms(void)
{
	static const struct {
		const char *text, *form, *media_type;
	} rows[] = {
		{ "MAgCAQEEA/vvvg==", "base64", "" }, { " MAgC\r\nAQEEA/vv\nvg==\n", "base64", "" }, { "MAgCAQEEA_vvvg", "base64", "" },
		{ "30080201010403fbefbe", "hexadecimal", "" }, { "30 08 02 01 01 04 03\nFB:EF:BE\n", "hexadecimal", "" },
		{ "-----BEGIN PKCS7-----\nMAgCAQEEA/vvvg==\n-----END PKCS7-----\n", "PEM", "" },
		{ "text\n-----BEGIN NEW CERTIFICATE REQUEST-----\nMAgCAQEE\nA/vvvg==\n-----END NEW CERTIFICATE REQUEST-----\n", "PEM", "" },
		{ "-----BEGIN X509 CRL-----\nMAgCAQEEA/vvvg==\n-----END X509 CRL-----\n", "PEM", "" },
		{ "http://h/scep?operation=PKIOperation&message=MAgCAQEEA%2Fvvvg%3D%3D", "the message parameter of a GET", "" },
		{ "message=MAgCAQEEA%2Fvvvg%3D%3D&operation=PKIOperation", "the message parameter of a GET", "" },
		{ "192.0.2.1 - - [x] \"GET /cgi-bin/pkiclient.exe?operation=PKIOperation&message=MAgCAQEEA%2Fvvvg%3D%3D%0A HTTP/1.0\" 200 7", "the message parameter of a GET", "" },
		{ "GET /?operation=PKIOperation&message=MAgCAQEEA/vvvg== HTTP/1.1\r\nHost: h\r\n\r\n", "the message parameter of a GET", "" },
		{ "HTTP/1.1 200 OK\r\nContent-Type:  application/x-pki-message \r\nContent-Length: 10\r\n\r\nMAgCAQEEA/vvvg==", "base64", "application/x-pki-message" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct explain_input input = { 0 };
		struct traits traits = { 0 };

		unit_row(rows[i].text);
		UNIT_ERR(ERR_OK, explain_input_take(bytes_from_str(rows[i].text), &input, &traits, NULL));
		UNIT_BYTES(unit_hex(message_hex), buf_bytes(&input.octets));
		CU_ASSERT_STRING_EQUAL(input.form, rows[i].form);
		CU_ASSERT_STRING_EQUAL(input.media_type, rows[i].media_type);
		explain_input_clear(&input);
	}
	unit_row(NULL);
}

static void test_octets(void)
{
	struct bytes message = unit_hex(message_hex);
	struct explain_input input = { 0 };
	struct traits traits = { 0 };
	struct buf http = { 0 };

	UNIT_ERR(ERR_OK, explain_input_take(message, &input, &traits, NULL));
	UNIT_BYTES(message, buf_bytes(&input.octets));
	explain_input_clear(&input);
	UNIT_ERR(ERR_OK, buf_append_str(&http, "HTTP/1.0 200 OK\nContent-type: text/html; charset=x\n\n"));
	UNIT_ERR(ERR_OK, buf_append(&http, message));
	UNIT_ERR(ERR_OK, explain_input_take(buf_bytes(&http), &input, &traits, NULL));
	UNIT_BYTES(message, buf_bytes(&input.octets));
	CU_ASSERT_STRING_EQUAL(input.media_type, "text/html; charset=x");
	explain_input_clear(&input);
	buf_clear(&http);
}

static void test_urls(void)
{
	static const struct {
		const char *query;
		enum trait trait; /* TRAIT_COUNT: none */
	} rows[] = {
		{ "operation=PKIOperation&message=MAgCAQEEA%2Fvvvg%3D%3D", TRAIT_COUNT }, { "operation=PKIOperation&message=MAgCAQEEA/vvvg%3D%3D", TRAIT_URL_NOT_ESCAPED },
		{ "operation=PKIOperation&message=MAgCAQEEA_vvvg", TRAIT_URL_OTHER_ALPHABET }, { "operation=PKIOperation&message=MAgC%0AAQEEA%2Fvvvg%3D%3D", TRAIT_URL_WRAPPED },
		{ "message=MAgCAQEEA%2Fvvvg%3D%3D", TRAIT_URL_NO_OPERATION },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct explain_input input = { 0 };
		struct traits traits = { 0 };

		unit_row(rows[i].query);
		UNIT_ERR(ERR_OK, explain_input_take(bytes_from_str(rows[i].query), &input, &traits, NULL));
		for (int trait = 0; trait < TRAIT_COUNT; trait++)
			CU_ASSERT_EQUAL(traits.has[trait], trait == (int)rows[i].trait);
		explain_input_clear(&input);
	}
	unit_row(NULL);
}

static void test_nothing(void)
{
	static const char *const rows[] = { "", "\n", "hello", "<html><body>404</body></html>", "HTTP/1.1 200 OK\r\n\r\n", "http://h/scep?operation=GetCACaps",
		"http://h/scep?operation=GetCACert&message=corp", "http://h/scep?operation=PKIOperation&message=", "http://h/scep?operation=PKIOperation&message=%%",
		"-----BEGIN PRIVATE KEY-----\nMAgCAQEEA/vvvg==\n-----END PRIVATE KEY-----\n", "-----BEGIN PKCS7-----\nMAgCAQ", "-----BEGIN PKCS7-----\n!\n-----END PKCS7-----\n",
		"http://h/scep?operation=Steal&message=MAgC", "AAAA" };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct explain_input input = { 0 };
		struct traits traits = { 0 };
		struct why why = { 0 };

		unit_row(rows[i]);
		UNIT_ERR(ERR_VALUE, explain_input_take(bytes_from_str(rows[i]), &input, &traits, &why));
		CU_ASSERT(why.text[0] != '\0');
		CU_ASSERT_EQUAL(traits.has[TRAIT_HTML], rows[i][0] == '<');
		explain_input_clear(&input);
	}
	unit_row(NULL);
}

static void test_arguments(void)
{
	CU_ASSERT(explain_input_is_text("http://h/scep?operation=PKIOperation&message=x"));
	CU_ASSERT(explain_input_is_text("operation=PKIOperation&message=x"));
	CU_ASSERT_FALSE(explain_input_is_text("reply.der"));
	CU_ASSERT_FALSE(explain_input_is_text("-"));
}

static const struct unit_case cases[] = {
	{ "a message is found in base64, hexadecimal, PEM, URLs, log lines and HTTP messages", test_forms },
	{ "octets are taken as they are, also behind HTTP headers", test_octets },
	{ "what is wrong with the encoding of a URL is noted (RFC 8894 section 4.1)", test_urls },
	{ "what holds no message is refused with the cause", test_nothing },
	{ "an argument is a file name, unless it is a URL or a query", test_arguments },
};

UNIT_MAIN("explain_input", cases)
