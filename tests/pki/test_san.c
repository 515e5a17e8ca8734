#include <config.h>

#include "pki/ext.h"

#include <string.h>

#include "pki/der.h"
#include "support/unit.h"

static void test_parse_text(void)
{
	static const struct {
		const char *row, *text, *hex;
	} rows[] = {
		{ "a host name", "DNS:a.b", "8203 612e62" },
		{ "an e-mail address", "email:a@b", "8103 614062" },
		{ "IPv4", "IP:192.0.2.1", "8704 c0000201" },
		{ "IPv6", "IP:2001:db8::1", "8710 20010db8000000000000000000000001" },
		{ "a URI", "URI:urn:x", "8605 75726e3a78" },
		{ "a UPN", "UPN:d@er", "a014 060a2b060104018237140203 a006 0c04 64406572" },
		{ "a directoryName", "DirName:CN=a", "a40e 300c310a300806035504030c0161" },
		{ "a registeredID", "RID:1.2.3", "8802 2a03" },
		{ "the type in another case", "dns:a.b", "8203 612e62" },
		{ "the type as policies call it", "directoryName:CN=a", "a40e 300c310a300806035504030c0161" },
		{ "the same of another", "registeredID:1.2.3", "8802 2a03" },
		{ "two", "DNS:a.b, IP:192.0.2.1", "8203 612e62 8704 c0000201" },
		{ "without a blank", "DNS:a.b,IP:192.0.2.1", "8203 612e62 8704 c0000201" },
		{ "with several", "DNS:a.b,  IP:192.0.2.1", "8203 612e62 8704 c0000201" },
		{ "one twice", "DNS:a.b, DNS:a.b", "8203 612e62 8203 612e62" },
		{ "a comma in a URI", "URI:a:b,c", "8605 613a622c63" },
		{ "a comma and a type in a URI", "URI:a:b,DNS:c", "8609 613a622c444e533a63" },
		{ "a URI and another name", "URI:a:b, DNS:c", "8603 613a62 8201 63" },
		{ "a URI that ends with a comma, and another name", "URI:a:b,, DNS:c", "8604 613a622c 8201 63" },
		{ "commas in a directoryName", "DirName:CN=a,O=b", "a41a 3018 310a 3008 060355040a 0c0162 310a 3008 0603550403 0c0161" },
		{ "and a blank", "DirName:CN=a, O=b", "a41a 3018 310a 3008 060355040a 0c0162 310a 3008 0603550403 0c0161" },
		{ "a directoryName and another name", "DirName:CN=a,O=b, DNS:c", "a41a 3018 310a 3008 060355040a 0c0162 310a 3008 0603550403 0c0161 8201 63" },
		{ "without a blank", "DirName:CN=a,DNS:c", "a40e 300c310a300806035504030c0161 8201 63" },
		{ "an escaped comma and a type in a directoryName", "DirName:CN=a\\, DNS:c", "a415 3013 3111 300f 0603550403 0c08 612c20444e533a63" },
		{ "an escaped backslash before the comma", "DirName:CN=a\\\\, DNS:c", "a40f 300d310b300906035504030c02615c 8201 63" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out = { 0 };
		struct why why = { 0 };

		unit_row(rows[i].text);
		UNIT_ERR(ERR_OK, san_parse_text(bytes_from_str(rows[i].text), &out, &why));
		UNIT_BYTES(unit_hex(rows[i].hex), buf_bytes(&out));
		buf_clear(&out);
	}
	unit_row(NULL);
}

static void refused(struct bytes text)
{
	struct buf out = { 0 };
	struct why why = { 0 };

	UNIT_ERR(ERR_VALUE, san_parse_text(text, &out, &why));
	CU_ASSERT(why.text[0] != '\0');
	CU_ASSERT_EQUAL(out.len, 0);
	buf_clear(&out);
}

static void test_parse_text_refused(void)
{
	static const char *const rows[] = {
		"", " ", ",", "a.b", ":a.b", "DNS", "DNS:", "DNS:a.b,", "DNS:a.b, ", ",DNS:a.b", "DNS:a.b,,DNS:c", " DNS:a.b", "DNS :a.b", "DNS: a.b",
		"DNS:a.b ", "DNS:a.b , DNS:c", "DNS:a b", "DNS:a.b; DNS:c", "DNS:a.b DNS:c", "DNS:a.b, c", "DNS:a.b, other:1.2.3", "other:1.2.3",
		"SID:S-1-5", "dns=a.b", "DNS:\xc3\xa9", "DNS:a\nb", "IP:192.0.2", "IP:192.0.2.1/24", "IP:192.0.2.01", "IP:0xc0000201", "IP:",
		"IP:fe80::1%1", "UPN:", "UPN:a@b, c", "UPN:\xff", "email:", "URI:", "URI:a b", "DirName:a", "DirName:CN=", "DirName:CN=a,",
		"DirName:CN=a\\", "RID:", "RID:1", "RID:1.2.x",
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i]);
		refused(bytes_from_str(rows[i]));
	}
	unit_row("a NUL");
	refused(bytes_from("DNS:a\0b", 7));
	refused(bytes_from("UPN:a\0b", 7));
	refused(bytes_from("IP:192.0.2.1\0", 13));
	refused(bytes_from("DirName:CN=a\0", 13));
	unit_row(NULL);
}

/* Text of `count` host names. */
static void build_list(size_t count, struct buf *out)
{
	buf_reset(out);
	for (size_t i = 0; i < count; i++)
		buf_append_format(out, "%sDNS:h%zu", i == 0 ? "" : ", ", i);
}

static void test_parse_text_limits(void)
{
	struct buf text = { 0 }, out = { 0 };
	struct san san[EXT_MAX_SAN];
	size_t count = 77;

	build_list(EXT_MAX_SAN, &text);
	UNIT_ERR(ERR_OK, san_parse_text(buf_bytes(&text), &out, NULL));
	UNIT_ERR(ERR_OK, san_parse_elements(buf_bytes(&out), san, &count, NULL));
	CU_ASSERT_EQUAL(count, EXT_MAX_SAN);
	UNIT_BYTES(bytes_from_str("h63"), san[EXT_MAX_SAN - 1].value);
	UNIT_ERR(ERR_OK, buf_append(&out, unit_hex("8201 61")));
	count = 77;
	UNIT_ERR(ERR_CSR_SYNTAX, san_parse_elements(buf_bytes(&out), san, &count, NULL));
	CU_ASSERT_EQUAL(count, 77);
	buf_reset(&out);
	build_list(EXT_MAX_SAN + 1, &text);
	UNIT_ERR(ERR_VALUE, san_parse_text(buf_bytes(&text), &out, NULL));
	CU_ASSERT_EQUAL(out.len, 0);
	buf_clear(&text);
	buf_clear(&out);
}

/* What is printed is read, for every type that has text. */
static void test_round_trip(void)
{
	struct bytes elements = unit_hex("8203612e62 8103614062 8704c0000201 8605613a622c63 a014060a2b060104018237140203a0060c0464406572 a416 3014 3112 3010 0603550403 0c09 612c20444e533a6320 88022a03");
	struct buf text = { 0 }, out = { 0 };
	struct san san[EXT_MAX_SAN];
	size_t count = 0;

	UNIT_ERR(ERR_OK, san_parse_elements(elements, san, &count, NULL));
	CU_ASSERT_EQUAL(count, 7);
	for (size_t i = 0; i < count; i++) {
		buf_append_str(&text, i == 0 ? "" : ", ");
		UNIT_ERR(ERR_OK, san_format(&san[i], &text));
	}
	UNIT_BYTES(bytes_from_str("DNS:a.b, email:a@b, IP:192.0.2.1, URI:a:b,c, UPN:d@er, DirName:CN=a\\, DNS:c\\ , RID:1.2.3"), buf_bytes(&text));
	UNIT_ERR(ERR_OK, san_parse_text(buf_bytes(&text), &out, NULL));
	UNIT_BYTES(elements, buf_bytes(&out));
	buf_clear(&text);
	buf_clear(&out);
}

static void test_parse_elements(void)
{
	struct san san[EXT_MAX_SAN];
	size_t count = 77;

	UNIT_ERR(ERR_OK, san_parse_elements(bytes_from(NULL, 0), san, &count, NULL));
	CU_ASSERT_EQUAL(count, 0);
	UNIT_ERR(ERR_CSR_SYNTAX, san_parse_elements(unit_hex("8201 61 8202 61"), san, &count, NULL));
	UNIT_ERR(ERR_CSR_SYNTAX, san_parse_elements(unit_hex("8201 61 8201 00"), san, &count, NULL));
	CU_ASSERT_EQUAL(count, 0);
}

#define UPN_A "a011 060a2b060104018237140203 a003 0c0161"
#define UPN_CAPITAL_A "a011 060a2b060104018237140203 a003 0c0141"

static void test_canonical(void)
{
	static const struct {
		const char *row, *a, *b;
		bool is_same;
	} rows[] = {
		{ "host names without case", "8203 612e62", "8203 412e42", true },
		{ "another host name", "8203 612e62", "8203 612e63", false },
		{ "a host name that begins the other", "8201 61", "8202 6161", false },
		{ "the host of an address without case", "8103 614062", "8103 614042", true },
		{ "its mailbox with case", "8103 614062", "8103 414062", false },
		{ "URIs with case", "8603 613a62", "8603 613a42", false },
		{ "UPNs without case", UPN_A, UPN_CAPITAL_A, true },
		{ "directoryNames in any string type", "a40e 300c310a300806035504030c0161", "a40e 300c310a30080603550403130141", true },
		{ "another directoryName", "a40e 300c310a300806035504030c0161", "a40e 300c310a300806035504030c0162", false },
		{ "addresses to the octet", "8704 c0000201", "8704 c0000202", false },
		{ "IPv4 and IPv4-mapped", "8704 c0000201", "8710 00000000000000000000ffffc0000201", false },
		{ "otherNames to the octet", "a009 06022a03 a003 0c0161", "a009 06022a03 a003 130161", false },
		{ "the same text of another type", "8103 612e62", "8203 612e62", false },
		{ "URI and host name", "8603 612e62", "8203 612e62", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct san a, b;
		const struct san *missing;

		unit_row(rows[i].row);
		UNIT_ERR(ERR_OK, san_parse(unit_hex(rows[i].a), &a, NULL));
		UNIT_ERR(ERR_OK, san_parse(unit_hex(rows[i].b), &b, NULL));
		UNIT_ERR(ERR_OK, san_find_missing(&a, 1, &b, 1, &missing));
		CU_ASSERT_PTR_EQUAL(missing, rows[i].is_same ? NULL : &a);
		UNIT_ERR(ERR_OK, san_find_missing(&b, 1, &a, 1, &missing));
		CU_ASSERT_PTR_EQUAL(missing, rows[i].is_same ? NULL : &b);
	}
	unit_row(NULL);
}

static void test_find_missing(void)
{
	struct bytes ab = unit_hex("8201 61 8201 62"), aab = unit_hex("8201 61 8201 41 8201 62"), abb = unit_hex("8201 62 8201 61 8201 42");
	struct san two[EXT_MAX_SAN], three[EXT_MAX_SAN], other[EXT_MAX_SAN];
	size_t count;
	const struct san *missing = two;

	UNIT_ERR(ERR_OK, san_parse_elements(ab, two, &count, NULL));
	UNIT_ERR(ERR_OK, san_parse_elements(aab, three, &count, NULL));
	UNIT_ERR(ERR_OK, san_parse_elements(abb, other, &count, NULL));
	UNIT_ERR(ERR_OK, san_find_missing(NULL, 0, NULL, 0, &missing));
	CU_ASSERT_PTR_NULL(missing);
	UNIT_ERR(ERR_OK, san_find_missing(two, 2, three, 3, &missing));
	CU_ASSERT_PTR_NULL(missing);
	UNIT_ERR(ERR_OK, san_find_missing(three, 3, two, 2, &missing));
	CU_ASSERT_PTR_EQUAL(missing, &three[1]);
	UNIT_ERR(ERR_OK, san_find_missing(three, 3, other, 3, &missing));
	CU_ASSERT_PTR_EQUAL(missing, &three[1]);
	UNIT_ERR(ERR_OK, san_find_missing(other, 3, three, 3, &missing));
	CU_ASSERT_PTR_EQUAL(missing, &other[2]);
	UNIT_ERR(ERR_OK, san_find_missing(two, 2, NULL, 0, &missing));
	CU_ASSERT_PTR_EQUAL(missing, &two[0]);
}

static const struct unit_case cases[] = {
	{ "a list of names is read from text", test_parse_text },
	{ "what is no such list is refused", test_parse_text_refused },
	{ "a list has 64 names at most", test_parse_text_limits },
	{ "what is printed of names is read again", test_round_trip },
	{ "names that stand one behind the other are read, or none of them", test_parse_elements },
	{ "names that mean the same are found equal (RFC 5280 section 7)", test_canonical },
	{ "names are counted when sets of them are compared", test_find_missing },
};

UNIT_MAIN("pki/san", cases)
