#include <config.h>

#include "pki/name.h"

#include <string.h>

#include "pki/oid.h"
#include "support/unit.h"

/* { CN=a } and its like, as hexadecimal. */
#define CN_A "300c310a300806035504030c0161"

static struct bytes parsed(const char *text, struct buf *out)
{
	buf_reset(out);
	UNIT_ERR(ERR_OK, name_parse_text(text, out, NULL));
	return buf_bytes(out);
}

static void test_parse_text(void)
{
	static const struct {
		const char *row, *text, *hex;
	} rows[] = {
		{ "one CN", "CN=a", CN_A },
		{ "blanks around separators", "  CN = a ", CN_A },
		{ "no name at all", "", "3000" },
		{ "the last RDN stands first", "CN=a,C=DE", "3019 310b 3009 0603550406 13024445 310a 3008 0603550403 0c0161" },
		{ "dotted type", "2.5.4.3=a", CN_A },
		{ "type without case", "cn=a", CN_A },
		{ "escaped comma", "CN=a\\,b", "300e310c300a06035504030c03612c62" },
		{ "hex pair", "CN=\\C3\\A9", "300d310b300906035504030c02c3a9" },
		{ "escaped blank at the end", "CN=a\\ ", "300d310b300906035504030c026120" },
		{ "hexadecimal value", "CN=#130161", "300c310a30080603550403130161" },
		{ "DC is IA5String", "DC=a", "3013 3111 300f 060a0992268993f22c640119 160161" },
		{ "serialNumber is PrintableString", "serialNumber=a", "300c310a30080603550405130161" },
		{ "a multi-valued RDN is sorted", "serialNumber=1+CN=a", "3016 3114 3008 0603550403 0c0161 3008 0603550405 130131" },
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].row);
		UNIT_BYTES(unit_hex(rows[i].hex), parsed(rows[i].text, &out));
	}
	unit_row(NULL);
	buf_clear(&out);
}

static void test_parse_text_refused(void)
{
	static const char *const rows[] = {
		"CN", "CN=", "=a", "CN=a,", ",CN=a", "CN=a;O=b", "CN=a+", "nosuch=a", "CN=\\", "CN=\\g0", "CN=\\0", "CN=\"a\"", "CN=a<b", "C=D", "C=DEU", "C=D*", "DC=\\C3\\A9",
		"CN=\\00", "CN=a\\0Ab", "CN=\\C3", "CN=#", "CN=#13", "CN=#130161aa", "CN=#13016", "1.=a",
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct why why = { 0 };

		unit_row(rows[i]);
		UNIT_ERR(ERR_TEXT, name_parse_text(rows[i], &out, &why));
		CU_ASSERT(why.text[0] != '\0');
		CU_ASSERT_EQUAL(out.len, 0);
	}
	unit_row(NULL);
	buf_clear(&out);
}

/* A name of `count` RDNs OU=x. */
static void build_text(struct buf *text, const char *attribute, size_t count, size_t value_len)
{
	buf_reset(text);
	for (size_t i = 0; i < count; i++) {
		buf_append_format(text, "%s%s=", i == 0 ? "" : ",", attribute);
		for (size_t k = 0; k < value_len; k++)
			buf_append_byte(text, 'x');
	}
	buf_terminate(text);
}

static void test_parse_text_limits(void)
{
	static const struct {
		const char *row, *attribute;
		size_t count, value_len;
		enum err e;
	} rows[] = {
		{ "64 attributes", "OU", NAME_MAX_ATTRIBUTES, 1, ERR_OK },
		{ "65 attributes", "OU", NAME_MAX_ATTRIBUTES + 1, 1, ERR_TEXT },
		{ "CN of 64 characters", "CN", 1, 64, ERR_OK },
		{ "CN of 65 characters", "CN", 1, 65, ERR_TEXT },
		{ "a value of 1024 bytes", "UID", 1, NAME_MAX_VALUE_LEN, ERR_OK },
		{ "a value of 1025 bytes", "UID", 1, NAME_MAX_VALUE_LEN + 1, ERR_TEXT },
		{ "8 KiB in all", "UID", 8, NAME_MAX_VALUE_LEN, ERR_TEXT },
	};
	struct buf text = { 0 }, out = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].row);
		build_text(&text, rows[i].attribute, rows[i].count, rows[i].value_len);
		UNIT_ERR(rows[i].e, name_parse_text((const char *)text.ptr, &out, NULL));
		if (rows[i].e == ERR_OK)
			UNIT_ERR(ERR_OK, name_check(buf_bytes(&out)));
		buf_reset(&out);
	}
	unit_row(NULL);
	buf_clear(&text);
	buf_clear(&out);
}

static void test_format(void)
{
	static const struct {
		const char *row, *hex, *text;
	} rows[] = {
		{ "one CN", CN_A, "CN=a" },
		{ "empty", "3000", "" },
		{ "last RDN first", "3019 310b 3009 0603550406 13024445 310a 3008 0603550403 0c0161", "CN=a,C=DE" },
		{ "specials", "300e310c300a06035504030c03612c62", "CN=a\\,b" },
		{ "blank first and last", "300e310c300a06035504030c03206120", "CN=\\ a\\ " },
		{ "number sign first", "300d310b300906035504030c022361", "CN=\\#a" },
		{ "C0 control", "300c310a300806035504030c010a", "CN=\\0A" },
		{ "DEL", "300c310a300806035504030c017f", "CN=\\7F" },
		{ "C1 control", "300d310b300906035504030c02c285", "CN=\\C2\\85" },
		{ "right-to-left override", "3010310e300c06035504030c0561e280ae62", "CN=a\\E2\\80\\AEb" },
		{ "zero width space", "300e310c300a06035504030c03e2808b", "CN=\\E2\\80\\8B" },
		{ "byte order mark", "300e310c300a06035504030c03efbbbf", "CN=\\EF\\BB\\BF" },
		{ "isolate in a BMPString", "300d310b300906035504031e022066", "CN=\\E2\\81\\A6" },
		{ "€ is seen", "300e310c300a06035504030c03e282ac", "CN=€" },
		{ "é is no control", "300d310b300906035504030c02c3a9", "CN=é" },
		{ "T61 as Latin-1", "300c310a3008060355040314 01e9", "CN=é" },
		{ "BMPString", "300d310b300906035504031e0200e9", "CN=é" },
		{ "a NUL is no text", "300d310b300906035504030c026100", "CN=#0c026100" },
		{ "not a string", "300c310a30080603550403020161", "CN=#020161" },
		{ "unknown type in hexadecimal", "300b3109300706022a030c0161", "1.2.3=#0c0161" },
		{ "multi-valued, as sent", "3016 3114 3008 0603550405 130131 3008 0603550403 0c0161", "serialNumber=1+CN=a" },
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].row);
		buf_reset(&out);
		UNIT_ERR(ERR_OK, name_format(unit_hex(rows[i].hex), &out));
		UNIT_BYTES(bytes_from_str(rows[i].text), buf_bytes(&out));
	}
	unit_row(NULL);
	buf_clear(&out);
}

static void test_malformed(void)
{
	static const char *const rows[] = {
		"", "30", "3001", "3100", "300c310a300806035504030c016100", "3002 3000", "3002 3100", "3004 3102 3000", "3006 3104 3002 0600", "3009 3107 3005 0603550403",
		"300b 3109 3007 0600 0c0161 0c00", "300e310c300a06035504030c01610500", "300c310a300806035504030c0261",
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i]);
		UNIT_ERR(ERR_ASN1_SYNTAX, name_check(unit_hex(rows[i])));
		UNIT_ERR(ERR_ASN1_SYNTAX, name_format(unit_hex(rows[i]), &out));
		CU_ASSERT_EQUAL(out.len, 0);
	}
	unit_row(NULL);
	buf_clear(&out);
}

/* A name of `count` RDNs with one PrintableString of `value_len` each. */
static void build_name(struct buf *out, size_t count, size_t value_len)
{
	struct buf value = { 0 }, attribute = { 0 }, set = { 0 }, rdns = { 0 };

	for (size_t i = 0; i < value_len; i++)
		buf_append_byte(&value, 'x');
	der_put(&attribute, DER_OID, oid_get(OID_AT_OU));
	der_put(&attribute, DER_PRINTABLE_STRING, buf_bytes(&value));
	der_put(&set, DER_SEQUENCE, buf_bytes(&attribute));
	for (size_t i = 0; i < count; i++)
		der_put(&rdns, DER_SET, buf_bytes(&set));
	buf_reset(out);
	der_put(out, DER_SEQUENCE, buf_bytes(&rdns));
	buf_clear(&value);
	buf_clear(&attribute);
	buf_clear(&set);
	buf_clear(&rdns);
}

static void test_limits(void)
{
	static const struct {
		const char *row;
		size_t count, value_len;
		enum err e;
	} rows[] = {
		{ "64 attributes", NAME_MAX_ATTRIBUTES, 1, ERR_OK },
		{ "65 attributes", NAME_MAX_ATTRIBUTES + 1, 1, ERR_ASN1_LIMIT },
		{ "a value of 1024 octets", 1, NAME_MAX_VALUE_LEN, ERR_OK },
		{ "a value of 1025 octets", 1, NAME_MAX_VALUE_LEN + 1, ERR_ASN1_LIMIT },
		{ "8188 bytes", 8, 1006, ERR_OK },
		{ "8196 bytes", 8, 1007, ERR_ASN1_LIMIT },
	};
	struct buf name = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].row);
		build_name(&name, rows[i].count, rows[i].value_len);
		UNIT_ERR(rows[i].e, name_check(buf_bytes(&name)));
	}
	build_name(&name, 8, 1006);
	CU_ASSERT_EQUAL(name.len, 8188);
	unit_row(NULL);
	buf_clear(&name);
}

static void test_length(void)
{
	static const uint8_t content[NAME_MAX_LEN] = { 0 };
	struct name_cursor cursor;
	struct buf name = { 0 };

	/* In front of the content stand four octets. */
	UNIT_ERR(ERR_OK, der_put(&name, DER_SEQUENCE, bytes_from(content, NAME_MAX_LEN - 4)));
	CU_ASSERT_EQUAL(name.len, 8192);
	UNIT_ERR(ERR_OK, name_start(buf_bytes(&name), &cursor));
	buf_reset(&name);
	UNIT_ERR(ERR_OK, der_put(&name, DER_SEQUENCE, bytes_from(content, NAME_MAX_LEN - 3)));
	CU_ASSERT_EQUAL(name.len, 8193);
	UNIT_ERR(ERR_ASN1_LIMIT, name_start(buf_bytes(&name), &cursor));
	buf_clear(&name);
}

static void test_cursor(void)
{
	struct name_cursor cursor;
	struct name_attribute attribute;

	UNIT_ERR(ERR_OK, name_start(unit_hex("3021 310b 3009 0603550406 13024445 3112 3007 06022a03 130131 3007 0603550403 0c00"), &cursor));
	UNIT_ERR(ERR_OK, name_next(&cursor, &attribute));
	CU_ASSERT(attribute.starts_rdn);
	CU_ASSERT(oid_is(attribute.type, OID_AT_C));
	UNIT_BYTES(unit_hex("13024445"), attribute.value.raw);
	UNIT_ERR(ERR_OK, name_next(&cursor, &attribute));
	CU_ASSERT(attribute.starts_rdn);
	UNIT_ERR(ERR_OK, name_next(&cursor, &attribute));
	CU_ASSERT(!attribute.starts_rdn);
	CU_ASSERT(oid_is(attribute.type, OID_AT_CN));
	UNIT_ERR(ERR_NOT_FOUND, name_next(&cursor, &attribute));
	UNIT_ERR(ERR_NOT_FOUND, name_next(&cursor, &attribute));
}

static void test_is_equal(void)
{
	static const struct {
		const char *row, *a, *b;
		bool is_equal;
	} rows[] = {
		{ "same octets", CN_A, CN_A, true },
		{ "other string type", CN_A, "300c310a30080603550403130161", true },
		{ "BMPString", CN_A, "300d310b300906035504031e020061", true },
		{ "other case", CN_A, "300c310a30080603550403130141", true },
		{ "blanks at the ends", CN_A, "300e310c300a06035504030c03206120", true },
		{ "runs of blanks", "300f310d300b06035504030c0461202062", "300e310c300a06035504030c03612062", true },
		{ "blank or none", "300d310b300906035504030c026162", "300e310c300a06035504030c03612062", false },
		{ "other value", CN_A, "300c310a300806035504030c0162", false },
		{ "other type", CN_A, "300c310a300806035504040c0161", false },
		{ "one more RDN", CN_A, "3018310a300806035504030c0161310a300806035504030c0161", false },
		{ "other order of RDNs", "3018 310a 3008 0603550403 0c0161 310a 3008 060355040a 0c0162", "3018 310a 3008 060355040a 0c0162 310a 3008 0603550403 0c0161", false },
		{ "order inside an RDN", "3016 3114 3008 0603550405 130131 3008 0603550403 0c0161", "3016 3114 3008 0603550403 0c0161 3008 0603550405 130131", true },
		{ "one RDN or two", "3016 3114 3008 0603550405 130131 3008 0603550403 0c0161", "3018 310a 3008 0603550405 130131 310a 3008 0603550403 0c0161", false },
		{ "two or one", "3018 310a 3008 0603550405 130131 310a 3008 0603550403 0c0161", "3016 3114 3008 0603550405 130131 3008 0603550403 0c0161", false },
		{ "doubled value is not two values", "3016 3114 3008 0603550403 0c0161 3008 0603550403 0c0161", "3016 3114 3008 0603550403 0c0161 3008 0603550403 0c0162", false },
		{ "NUL equals its own octets alone", "300d310b300906035504030c026100", "300d310b3009060355040313026100", false },
		{ "no name equals itself", "0500", "0500", true },
		{ "no name equals no other", "0500", "3000", false },
		{ "empty", "3000", "3000", true },
		{ "empty and not", "3000", CN_A, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].row);
		CU_ASSERT_EQUAL(name_is_equal(unit_hex(rows[i].a), unit_hex(rows[i].b)), rows[i].is_equal);
		CU_ASSERT_EQUAL(name_is_equal(unit_hex(rows[i].b), unit_hex(rows[i].a)), rows[i].is_equal);
	}
	unit_row(NULL);
}

static void test_is_empty(void)
{
	CU_ASSERT(name_is_empty(unit_hex("3000")));
	CU_ASSERT(!name_is_empty(unit_hex(CN_A)));
	CU_ASSERT(!name_is_empty(unit_hex("")));
	CU_ASSERT(!name_is_empty(unit_hex("300000")));
}

static void test_from_cn(void)
{
	char text[66 * 2 + 1];
	struct buf out = { 0 };

	UNIT_ERR(ERR_OK, name_from_cn(bytes_from_str("a"), &out));
	UNIT_BYTES(unit_hex(CN_A), buf_bytes(&out));
	buf_reset(&out);
	for (size_t i = 0; i < 66; i++)
		memcpy(text + 2 * i, "é", 2);
	UNIT_ERR(ERR_OK, name_from_cn(bytes_from(text, (size_t)64 * 2), &out));
	buf_reset(&out);
	UNIT_ERR(ERR_VALUE, name_from_cn(bytes_from(text, (size_t)65 * 2), &out));
	UNIT_ERR(ERR_VALUE, name_from_cn(bytes_from_str(""), &out));
	UNIT_ERR(ERR_VALUE, name_from_cn(bytes_from("a\0b", 3), &out));
	UNIT_ERR(ERR_VALUE, name_from_cn(bytes_from_str("a\nb"), &out));
	UNIT_ERR(ERR_VALUE, name_from_cn(bytes_from_str("\xff"), &out));
	CU_ASSERT_EQUAL(out.len, 0);
	buf_clear(&out);
}

static void test_put_attribute(void)
{
	static const struct {
		const char *type, *text, *expected;
	} rows[] = {
		{ "CN", "a", "3008 0603550403 0c0161" }, { "CN", "a,b=\\\"c", "300e 0603550403 0c07 612c623d5c2263" }, { "C", "DE", "3009 0603550406 13024445" },
		{ "DC", "xyz", "3011 060a0992268993f22c640119 160378797a" }, { "1.2.3", "\xc3\xa4", "3008 06022a03 0c02c3a4" },
		{ "CN", "", NULL }, { "C", "D", NULL }, { "C", "D\xc3\xa4", NULL }, { "CN", "a\nb", NULL }, { "CN", "\xff", NULL }, { "emailAddress", "\xc3\xa4@b", NULL },
		{ "CN", "12345678901234567890123456789012345678901234567890123456789012345", NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf type = { 0 }, out = { 0 };

		unit_row(rows[i].text);
		UNIT_ERR(ERR_OK, oid_from_name(rows[i].type, &type));
		UNIT_ERR(rows[i].expected == NULL ? ERR_TEXT : ERR_OK, name_put_attribute(buf_bytes(&type), bytes_from_str(rows[i].text), &out, NULL));
		UNIT_BYTES(unit_hex(rows[i].expected == NULL ? "" : rows[i].expected), buf_bytes(&out));
		buf_clear(&type);
		buf_clear(&out);
	}
}

/* Whatever a value is, escaped it stays one value, alone and between others. */
static void test_escape_text(void)
{
	static const char *const values[] = {
		"a", " a ", "#00", "a,CN=b", "a+CN=b", "a\\", "\\2c", "\"a\"", "a;b<c>d", "a=b", "\xc3\xa4", "\xe2\x80\x8b", "  ", "{serialNumber}",
	};

	for (size_t i = 0; i < sizeof values / sizeof values[0]; i++) {
		struct buf text = { 0 }, name = { 0 }, value = { 0 };
		struct name_cursor cursor;
		struct name_attribute attribute = { 0 };
		size_t count = 0;

		unit_row(values[i]);
		UNIT_ERR(ERR_OK, buf_append_str(&text, "CN="));
		UNIT_ERR(ERR_OK, name_escape_text(bytes_from_str(values[i]), &text));
		UNIT_ERR(ERR_OK, buf_append_str(&text, "-"));
		UNIT_ERR(ERR_OK, name_escape_text(bytes_from_str(values[i]), &text));
		UNIT_ERR(ERR_OK, buf_append_str(&text, ",O=x"));
		UNIT_ERR(ERR_OK, buf_terminate(&text));
		UNIT_ERR(ERR_OK, name_parse_text((const char *)text.ptr, &name, NULL));
		UNIT_ERR(ERR_OK, name_start(buf_bytes(&name), &cursor));
		while (name_next(&cursor, &attribute) == ERR_OK)
			count++;
		CU_ASSERT_EQUAL(count, 2);
		buf_reset(&text);
		UNIT_ERR(ERR_OK, buf_append_format(&text, "%s-%s", values[i], values[i]));
		UNIT_ERR(ERR_OK, der_get_text(&attribute.value, &value));
		UNIT_BYTES(buf_bytes(&text), buf_bytes(&value));
		buf_clear(&text);
		buf_clear(&name);
		buf_clear(&value);
	}
	unit_row(NULL);
	UNIT_ERR(ERR_TEXT, name_escape_text(bytes_from_str("\xff"), &(struct buf){ NULL, 0, 0 }));
}

static void test_canonicalise(void)
{
	static const enum oid without[] = { OID_AT_O, OID_AT_C };
	static const struct {
		const char *row, *name;
		size_t without_count;
		const char *canonical;
	} rows[] = {
		{ "text of any type becomes a folded UTF8String", "300e 310c 300a 0603550403 13032041 62", 0, "300d 310b 3009 0603550403 0c026162" },
		{ "what is no text stays", "300c 310a 3008 060355042d 030141", 0, "300c 310a 3008 060355042d 030141" },
		{ "an RDN is put in order", "3016 3114 3008 0603550405 130131 3008 0603550403 0c0161", 0, "3016 3114 3008 0603550403 0c0161 3008 0603550405 0c0131" },
		{ "RDNs are not", "3018 310a 3008 0603550405 130131 310a 3008 0603550403 0c0161", 0, "3018 310a 3008 0603550405 0c0131 310a 3008 0603550403 0c0161" },
		{ "an RDN that is left out", "3018 310a 3008 060355040a 0c0162 310a 3008 0603550403 0c0161", 2, CN_A },
		{ "an attribute that is left out of its RDN", "3016 3114 3008 060355040a 0c0162 3008 0603550403 0c0161", 1, CN_A },
		{ "all are left out", "3018 310a 3008 060355040a 0c0162 310a 3008 0603550406 0c0161", 2, "3000" },
		{ "an attribute that is left out between two RDNs does not join them", "3024 310a 3008 0603550403 0c0161 310a 3008 060355040a 0c0162 310a 3008 0603550403 0c0161", 1,
			"3018 310a 3008 0603550403 0c0161 310a 3008 0603550403 0c0161" },
		{ "nor at the start of an RDN", "3022 310a 3008 0603550403 0c0161 3114 3008 060355040a 0c0162 3008 0603550403 0c0161", 1,
			"3018 310a 3008 0603550403 0c0161 310a 3008 0603550403 0c0161" },
		{ "an empty name", "3000", 2, "3000" },
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].row);
		buf_reset(&out);
		UNIT_ERR(ERR_OK, name_canonicalise(unit_hex(rows[i].name), without, rows[i].without_count, &out));
		UNIT_BYTES(unit_hex(rows[i].canonical), buf_bytes(&out));
	}
	unit_row(NULL);
	buf_reset(&out);
	UNIT_ERR(ERR_ASN1_SYNTAX, name_canonicalise(unit_hex("0500"), NULL, 0, &out));
	UNIT_ERR(ERR_ASN1_SYNTAX, name_canonicalise(unit_hex("3002 3100"), NULL, 0, &out));
	CU_ASSERT_EQUAL(out.len, 0);
	buf_clear(&out);
}

static const struct unit_case cases[] = {
	{ "text becomes a name as RFC 4514 section 3 says", test_parse_text },
	{ "text that is no RFC 4514 name is refused with the place", test_parse_text_refused },
	{ "text is bounded in attributes, values and length (RFC 5280 appendix A.1)", test_parse_text_limits },
	{ "a name becomes text as RFC 4514 section 2 says, without control characters", test_format },
	{ "what is no Name of RFC 5280 section 4.1.2.4 is refused", test_malformed },
	{ "a name is bounded in attributes, values and length", test_limits },
	{ "a name of 8192 octets is read, one of 8193 is not", test_length },
	{ "a cursor shows attributes in order and where an RDN starts", test_cursor },
	{ "names are compared as RFC 5280 section 7.1 says", test_is_equal },
	{ "equal names have one form in common, with or without some attributes", test_canonicalise },
	{ "an empty name is SEQUENCE of nothing", test_is_empty },
	{ "a common name has 1 to 64 characters (ub-common-name)", test_from_cn },
	{ "an attribute is built from a value in its own string type (RFC 5280 appendix A.1)", test_put_attribute },
	{ "a value is escaped so that it stays one (RFC 4514 section 2.4)", test_escape_text },
};

UNIT_MAIN("pki/name", cases)
