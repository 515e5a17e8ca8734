#include <config.h>

#include <string.h>

#include "base/text.h"
#include "scep/message.h"
#include "scep/query.h"
#include "support/unit.h"

static const struct {
	const char *raw;
	enum err e;
	int operation; /* -1: none */
	const char *message; /* NULL: none */
} queries[] = {
	{ "operation=GetCACaps", ERR_OK, SCEP_OP_GET_CA_CAPS, NULL },
	{ "operation=GetCACaps&message=", ERR_OK, SCEP_OP_GET_CA_CAPS, "" },
	{ "operation=GetCACaps&message", ERR_OK, SCEP_OP_GET_CA_CAPS, "" },
	{ "operation=GetCACert&message=default", ERR_OK, SCEP_OP_GET_CA_CERT, "default" },
	{ "message=0&operation=GetCACert", ERR_OK, SCEP_OP_GET_CA_CERT, "0" },
	{ "operation=GetCACertChain&message=1", ERR_OK, SCEP_OP_GET_CA_CERT, "1" },
	{ "operation=GetNextCACert", ERR_OK, SCEP_OP_GET_NEXT_CA_CERT, NULL },
	{ "operation=PKIOperation&message=MII%2B%3D", ERR_OK, SCEP_OP_PKI_OPERATION, "MII%2B%3D" },
	{ "operation=PKIOperation&message=MII+/=A==", ERR_OK, SCEP_OP_PKI_OPERATION, "MII+/=A==" },
	{ "x=1&&&operation=GetCACert&y&=z&", ERR_OK, SCEP_OP_GET_CA_CERT, NULL },
	{ "Operation=GetCACert", ERR_OK, -1, NULL },
	{ "operation2=x&operatio=y", ERR_OK, -1, NULL },
	{ "", ERR_OK, -1, NULL },
	{ "&", ERR_OK, -1, NULL },
	{ "message=only", ERR_OK, -1, "only" },
	{ "operation=", ERR_HTTP_OPERATION, -1, NULL },
	{ "operation", ERR_HTTP_OPERATION, -1, NULL },
	{ "operation=getcacert", ERR_HTTP_OPERATION, -1, NULL },
	{ "operation=GetCACert2", ERR_HTTP_OPERATION, -1, NULL },
	{ "operation=GetCACer", ERR_HTTP_OPERATION, -1, NULL },
	{ "operation=GetCACert%00", ERR_HTTP_OPERATION, -1, NULL },
	{ "operation=GetCACert&operation=GetCACert", ERR_HTTP_QUERY, -1, NULL },
	{ "operation=PKIOperation&message=a&message=b", ERR_HTTP_QUERY, -1, NULL },
};

static void test_parse(void)
{
	for (size_t i = 0; i < sizeof(queries) / sizeof(queries[0]); i++) {
		struct scep_query query = { .operation = (enum scep_operation)77 };

		unit_row(queries[i].raw);
		UNIT_ERR(queries[i].e, scep_query_parse(bytes_from_str(queries[i].raw), &query, NULL));
		if (queries[i].e != ERR_OK) {
			CU_ASSERT_EQUAL((int)query.operation, 77);
			continue;
		}
		CU_ASSERT_EQUAL(query.has_operation, queries[i].operation >= 0);
		if (queries[i].operation >= 0)
			CU_ASSERT_EQUAL((int)query.operation, queries[i].operation);
		CU_ASSERT_EQUAL(query.has_message, queries[i].message != NULL);
		UNIT_BYTES(bytes_from_str(queries[i].message), query.message);
	}
}

static void test_unknown_operation(void)
{
	struct scep_query query;
	struct why why = { 0 };

	UNIT_ERR(ERR_HTTP_OPERATION, scep_query_parse(bytes_from_str("operation=Get\x01\xff<script>"), &query, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "\"Get?\?<script>\" is"));
	why = (struct why){ 0 };
	UNIT_ERR(ERR_HTTP_OPERATION, scep_query_parse(bytes_from_str("operation=0123456789012345678901234567890123456789"), &query, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "\"01234567890123456789012345678901\"..."));
}

/* fb ff fe 01 is +//+AQ== in base64. */
static const struct {
	const char *client, *value, *hex; /* hex NULL: refused */
} messages[] = {
	{ "certmonger: all escaped", "%2B%2F%2F%2BAQ%3D%3D", "fb ff fe 01" },
	{ "lower-case escapes", "%2b%2f%2f%2bAQ%3d%3d", "fb ff fe 01" },
	{ "sscep, strongSwan, Cisco: line breaks, / raw", "%2B//%2B%0AAQ%3D%3D%0A", "fb ff fe 01" },
	{ "CRLF and tabs", "%2B//%2B%0D%0AAQ%09%3D%3D%0D%0A", "fb ff fe 01" },
	{ "macOS: + and / raw, = escaped", "+//+AQ%3D%3D", "fb ff fe 01" },
	{ "jscep: all raw", "+//+AQ==", "fb ff fe 01" },
	{ "iOS behind a form decoder: blanks for +", "%20//%20AQ==", "fb ff fe 01" },
	{ "blanks, raw", " // AQ==", "fb ff fe 01" },
	{ "micromdm: base64url", "-__-AQ==", "fb ff fe 01" },
	{ "no padding", "+//+AQ", "fb ff fe 01" },
	{ "escaped twice", "%252B%252F%252F%252BAQ%253D%253D", "fb ff fe 01" },
	{ "iOS: the start of BER", "MIAG", "30 80 06" },
	{ "escaped letters", "%4d%49%41%47", "30 80 06" },
	{ "one octet", "AA==", "00" },
	{ "empty", "", NULL },
	{ "blank lines alone", "%0D%0A", NULL },
	{ "pads alone", "==", NULL },
	{ "one character too many", "AAAAA", NULL },
	{ "a pad in the middle", "AA==AA==", NULL },
	{ "three pads", "A===", NULL },
	{ "a letter that is none", "AAA*", NULL },
	{ "a NUL", "AA%00A", NULL },
	{ "an octet above ASCII", "AA%FFA", NULL },
	{ "a broken escape", "AAA%", NULL },
	{ "a broken escape of one digit", "AAA%4", NULL },
	{ "a broken escape of other letters", "AAA%G0", NULL },
	{ "escaped twice, then broken", "AAA%25", NULL },
	{ "escaped three times", "%25252BAAA", NULL },
};

static void test_decode(void)
{
	for (size_t i = 0; i < sizeof(messages) / sizeof(messages[0]); i++) {
		struct buf out = { 0 };

		unit_row(messages[i].client);
		buf_append_str(&out, "x");
		UNIT_ERR(messages[i].hex == NULL ? ERR_HTTP_QUERY : ERR_OK, scep_query_decode_message(bytes_from_str(messages[i].value), &out, NULL));
		CU_ASSERT_EQUAL(out.ptr[0], 'x');
		UNIT_BYTES(messages[i].hex == NULL ? (struct bytes){ 0 } : unit_hex(messages[i].hex), bytes_from(out.ptr + 1, out.len - 1));
		buf_clear(&out);
	}
	UNIT_ERR(ERR_HTTP_QUERY, scep_query_decode_message((struct bytes){ NULL, 0 }, &(struct buf){ 0 }, NULL));
}

static void test_decode_limit(void)
{
	struct buf message = { 0 }, text = { 0 }, out = { 0 };
	uint8_t *at;

	UNIT_ERR(ERR_OK, buf_append_space(&message, SCEP_MAX_MESSAGE_LEN, &at));
	memset(at, 0x5a, SCEP_MAX_MESSAGE_LEN);
	UNIT_ERR(ERR_OK, text_encode_base64(buf_bytes(&message), &text));
	UNIT_ERR(ERR_OK, scep_query_decode_message(buf_bytes(&text), &out, NULL));
	UNIT_BYTES(buf_bytes(&message), buf_bytes(&out));
	buf_reset(&text);
	buf_reset(&out);
	buf_append_byte(&message, 0);
	UNIT_ERR(ERR_OK, text_encode_base64(buf_bytes(&message), &text));
	UNIT_ERR(ERR_HTTP_TOO_LARGE, scep_query_decode_message(buf_bytes(&text), &out, NULL));
	CU_ASSERT_EQUAL(out.len, 0);
	buf_clear(&message);
	buf_clear(&text);
	buf_clear(&out);
}

static const struct unit_case cases[] = {
	{ "a query is cut into operation and message (RFC 8894 section 4.1)", test_parse },
	{ "an unknown operation is named without what could harm a log", test_unknown_operation },
	{ "every client's form of a message in a query is decoded (RFC 8894 section 4.1)", test_decode },
	{ "a decoded message has 65536 octets at most", test_decode_limit },
};

UNIT_MAIN("query", cases)
