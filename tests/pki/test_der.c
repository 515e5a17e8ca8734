#include <config.h>

#include "pki/der.h"

#include <string.h>

#include "support/unit.h"

static void reading(void)
{
	static const struct {
		const char *hex;
		enum err e;
		size_t value_len, raw_len;
	} rows[] = {
		{ "0500", ERR_OK, 0, 2 }, { "040161", ERR_OK, 1, 3 }, { "04016162", ERR_OK, 1, 3 }, { "0481 01 61", ERR_OK, 1, 4 },
		{ "", ERR_ASN1_SYNTAX, 0, 0 }, { "04", ERR_ASN1_SYNTAX, 0, 0 }, { "0401", ERR_ASN1_SYNTAX, 0, 0 }, { "040261", ERR_ASN1_SYNTAX, 0, 0 },
		{ "3080 0000", ERR_ASN1_SYNTAX, 0, 0 }, { "0481", ERR_ASN1_SYNTAX, 0, 0 }, { "04820001", ERR_ASN1_SYNTAX, 0, 0 },
		{ "1f8101 00", ERR_ASN1_SYNTAX, 0, 0 }, { "04ff", ERR_ASN1_SYNTAX, 0, 0 }, { "0488ffffffffffffffff61", ERR_ASN1_SYNTAX, 0, 0 },
		{ "0489010000000000000000 61", ERR_ASN1_SYNTAX, 0, 0 }, { "04840000000161", ERR_OK, 1, 7 }, { "0484ffffffff61", ERR_ASN1_SYNTAX, 0, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct der der = { unit_hex(rows[i].hex) };
		struct der_element element = { 0 };
		size_t before = der.rest.len;

		unit_row(rows[i].hex);
		UNIT_ERR(rows[i].e, der_read(&der, &element));
		CU_ASSERT_EQUAL(rows[i].value_len, element.value.len);
		CU_ASSERT_EQUAL(rows[i].raw_len, element.raw.len);
		CU_ASSERT_EQUAL(before - rows[i].raw_len, der.rest.len);
	}
}

static void cursor(void)
{
	struct der der = { unit_hex("3006 020105 040161 0500") };
	struct der inside = { { NULL, 0 } };
	struct der_element element;
	size_t count;
	int number;

	UNIT_ERR(ERR_OK, der_count(der.rest, &count));
	CU_ASSERT_EQUAL(2, count);
	CU_ASSERT_TRUE(der_is_next(&der, DER_SEQUENCE));
	UNIT_ERR(ERR_ASN1_SYNTAX, der_enter(&der, DER_SET, &inside));
	UNIT_ERR(ERR_ASN1_SYNTAX, der_end(&der));
	UNIT_ERR(ERR_OK, der_enter(&der, DER_SEQUENCE, &inside));
	CU_ASSERT_FALSE(der_read_optional(&inside, DER_OCTET_STRING, &element));
	CU_ASSERT_PTR_NULL(element.raw.ptr);
	UNIT_ERR(ERR_ASN1_SYNTAX, der_read_tag(&inside, DER_OCTET_STRING, &element));
	UNIT_ERR(ERR_OK, der_read_tag(&inside, DER_INTEGER, &element));
	UNIT_ERR(ERR_OK, der_get_small(&element, &number));
	CU_ASSERT_EQUAL(5, number);
	CU_ASSERT_TRUE(der_read_optional(&inside, DER_OCTET_STRING, &element));
	UNIT_ERR(ERR_OK, der_end(&inside));
	CU_ASSERT_FALSE(der_is_next(&inside, DER_NULL));
	UNIT_ERR(ERR_OK, der_read_tag(&der, DER_NULL, &element));
	UNIT_ERR(ERR_OK, der_end(&der));
	UNIT_ERR(ERR_ASN1_SYNTAX, der_count(unit_hex("0500 04"), &count));
	UNIT_ERR(ERR_OK, der_read_only(unit_hex("0401aa"), DER_OCTET_STRING, &element));
	UNIT_BYTES(unit_hex("aa"), element.value);
	UNIT_ERR(ERR_ASN1_SYNTAX, der_read_only(unit_hex("0401aa00"), DER_OCTET_STRING, &element));
	UNIT_ERR(ERR_ASN1_SYNTAX, der_read_only(unit_hex("0401aa"), DER_INTEGER, &element));
	/* A primitive tag has no inside. */
	der = (struct der){ unit_hex("0403020105") };
	UNIT_ERR(ERR_ASN1_SYNTAX, der_enter(&der, DER_OCTET_STRING, &inside));
}

static void small_integers(void)
{
	static const struct {
		const char *hex;
		enum err e;
		int value;
	} rows[] = {
		{ "020100", ERR_OK, 0 }, { "02017f", ERR_OK, 127 }, { "02020080", ERR_OK, 128 }, { "02047fffffff", ERR_OK, 2147483647 },
		{ "0200", ERR_ASN1_SYNTAX, -7 }, { "020180", ERR_ASN1_SYNTAX, -7 }, { "0201ff", ERR_ASN1_SYNTAX, -7 }, { "0202007f", ERR_ASN1_SYNTAX, -7 },
		{ "020480000000", ERR_ASN1_SYNTAX, -7 }, { "02050080000000", ERR_ASN1_SYNTAX, -7 }, { "0205007fffffff", ERR_ASN1_SYNTAX, -7 },
		{ "0a0105", ERR_ASN1_SYNTAX, -7 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct der der = { unit_hex(rows[i].hex) };
		struct der_element element;
		int value = -7;

		unit_row(rows[i].hex);
		UNIT_ERR(ERR_OK, der_read(&der, &element));
		UNIT_ERR(rows[i].e, der_get_small(&element, &value));
		CU_ASSERT_EQUAL(rows[i].value, value);
	}
}

static void joining(void)
{
	static const struct {
		const char *hex;
		enum err e;
		const char *joined;
	} rows[] = {
		{ "8003616263", ERR_OK, "616263" }, { "8000", ERR_OK, "" }, { "a000", ERR_OK, "" }, { "a006 040161 040162", ERR_OK, "6162" },
		{ "a005 0400 040161", ERR_OK, "61" }, { "a003 020105", ERR_ASN1_SYNTAX, "" }, { "a006 040161 800162", ERR_ASN1_SYNTAX, "" },
		{ "a002 0401", ERR_ASN1_SYNTAX, "" }, { "8100", ERR_ASN1_SYNTAX, "" }, { "a100", ERR_ASN1_SYNTAX, "" }, { "040161", ERR_ASN1_SYNTAX, "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct der der = { unit_hex(rows[i].hex) };
		struct der_element element;
		struct buf out;

		unit_row(rows[i].hex);
		buf_init(&out);
		UNIT_ERR(ERR_OK, der_read(&der, &element));
		UNIT_ERR(rows[i].e, der_join_string(&element, DER_CONTEXT(0), &out));
		UNIT_BYTES(unit_hex(rows[i].joined), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void writing_lengths(void)
{
	static const struct {
		size_t len;
		const char *header;
	} rows[] = {
		{ 0, "0400" }, { 1, "0401" }, { 127, "047f" }, { 128, "048180" }, { 255, "0481ff" }, { 256, "04820100" }, { 65535, "0482ffff" }, { 65536, "0483010000" },
	};
	static uint8_t content[65536];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes header = unit_hex(rows[i].header);
		struct der_element element;
		struct buf out;

		unit_row(rows[i].header);
		buf_init(&out);
		CU_ASSERT_EQUAL(header.len, der_header_len(rows[i].len));
		UNIT_ERR(ERR_OK, der_put(&out, DER_OCTET_STRING, bytes_from(content, rows[i].len)));
		CU_ASSERT_EQUAL(header.len + rows[i].len, out.len);
		UNIT_BYTES(header, bytes_from(out.ptr, header.len));
		UNIT_ERR(ERR_OK, der_read_only(buf_bytes(&out), DER_OCTET_STRING, &element));
		CU_ASSERT_EQUAL(rows[i].len, element.value.len);
		buf_clear(&out);
	}
}

static void writing_integers(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "", "020100" }, { "00", "020100" }, { "0000", "020100" }, { "01", "020101" }, { "7f", "02017f" }, { "80", "02020080" }, { "0080", "02020080" },
		{ "00007f", "02017f" }, { "ffff", "020300ffff" }, { "0100", "02020100" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out;

		unit_row(rows[i].out);
		buf_init(&out);
		UNIT_ERR(ERR_OK, der_put_unsigned(&out, unit_hex(rows[i].in)));
		UNIT_BYTES(unit_hex(rows[i].out), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void times(void)
{
	static const struct {
		int64_t utc;
		uint8_t tag;
		const char *text;
	} rows[] = {
		{ -631152001, DER_GENERALIZED_TIME, "19491231235959Z" }, { -631152000, DER_UTC_TIME, "500101000000Z" }, { 0, DER_UTC_TIME, "700101000000Z" },
		{ 951782399, DER_UTC_TIME, "000228235959Z" }, { 2524607999, DER_UTC_TIME, "491231235959Z" }, { 2524608000, DER_GENERALIZED_TIME, "20500101000000Z" },
		{ 253402300799, DER_GENERALIZED_TIME, "99991231235959Z" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct der_element element;
		struct buf out;
		int64_t utc = 1;

		unit_row(rows[i].text);
		buf_init(&out);
		UNIT_ERR(ERR_OK, der_put_time(&out, rows[i].utc));
		UNIT_ERR(ERR_OK, der_read_only(buf_bytes(&out), rows[i].tag, &element));
		UNIT_BYTES(bytes_from_str(rows[i].text), element.value);
		UNIT_ERR(ERR_OK, der_get_time(&element, &utc));
		CU_ASSERT_EQUAL(rows[i].utc, utc);
		buf_clear(&out);
	}
	unit_row(NULL);
	UNIT_ERR(ERR_VALUE, der_put_time(NULL, 253402300800));
}

static void bad_times(void)
{
	static const struct {
		uint8_t tag;
		const char *text;
	} rows[] = {
		{ DER_UTC_TIME, "" }, { DER_UTC_TIME, "7001010000Z" }, { DER_UTC_TIME, "700101000000" }, { DER_UTC_TIME, "700101000000+0000" },
		{ DER_UTC_TIME, "70010100000Z0" }, { DER_UTC_TIME, "700101000000z" }, { DER_UTC_TIME, "701301000000Z" }, { DER_UTC_TIME, "700132000000Z" },
		{ DER_UTC_TIME, "700101240000Z" }, { DER_UTC_TIME, "700101006000Z" }, { DER_UTC_TIME, "700101000060Z" }, { DER_UTC_TIME, "-00101000000Z" },
		{ DER_UTC_TIME, "7 0101000000Z" }, { DER_UTC_TIME, "20500101000000Z" }, { DER_GENERALIZED_TIME, "500101000000Z" },
		{ DER_GENERALIZED_TIME, "20500101000000.5Z" }, { DER_GENERALIZED_TIME, "2050010100000Z0" }, { DER_GENERALIZED_TIME, "20500229000000Z" },
		{ DER_IA5_STRING, "700101000000Z" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct der_element element = { rows[i].tag, bytes_from_str(rows[i].text), { NULL, 0 } };
		int64_t utc = 1;

		unit_row(rows[i].text);
		UNIT_ERR(ERR_ASN1_SYNTAX, der_get_time(&element, &utc));
		CU_ASSERT_EQUAL(1, utc);
	}
}

static void texts(void)
{
	static const struct {
		const char *hex;
		enum err e;
		const char *utf8;
	} rows[] = {
		{ "0c03 61c3a4", ERR_OK, "a\xc3\xa4" }, { "0c02 c328", ERR_TEXT, "" }, { "0c02 6100", ERR_TEXT, "" }, { "0c00", ERR_OK, "" },
		{ "1302 2a40", ERR_OK, "*@" }, { "1301 e4", ERR_TEXT, "" }, { "1301 00", ERR_TEXT, "" }, { "1602 610a", ERR_OK, "a\n" }, { "1601 80", ERR_TEXT, "" },
		{ "1202 3132", ERR_OK, "12" }, { "1a01 7e", ERR_OK, "~" },
		{ "1402 61e4", ERR_OK, "a\xc3\xa4" }, { "1402 6100", ERR_TEXT, "" }, { "1401 ff", ERR_OK, "\xc3\xbf" },
		{ "1e04 006100e4", ERR_OK, "a\xc3\xa4" }, { "1e02 20ac", ERR_OK, "\xe2\x82\xac" }, { "1e03 006100", ERR_TEXT, "" }, { "1e02 0000", ERR_TEXT, "" },
		{ "1e04 d83dde00", ERR_OK, "\xf0\x9f\x98\x80" }, { "1e02 d83d", ERR_TEXT, "" }, { "1e02 de00", ERR_TEXT, "" }, { "1e04 d83d0061", ERR_TEXT, "" },
		{ "1e04 d83dd83d", ERR_TEXT, "" }, { "1e04 dbffdfff", ERR_OK, "\xf4\x8f\xbf\xbf" },
		{ "1c04 0001f600", ERR_OK, "\xf0\x9f\x98\x80" }, { "1c04 00110000", ERR_TEXT, "" }, { "1c04 0000d800", ERR_TEXT, "" }, { "1c03 000061", ERR_TEXT, "" },
		{ "1c04 ffffffff", ERR_TEXT, "" }, { "1c04 00000000", ERR_TEXT, "" },
		{ "0401 61", ERR_ASN1_SYNTAX, "" }, { "0201 61", ERR_ASN1_SYNTAX, "" }, { "3000", ERR_ASN1_SYNTAX, "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct der der = { unit_hex(rows[i].hex) };
		struct der_element element;
		struct buf out;

		unit_row(rows[i].hex);
		buf_init(&out);
		UNIT_ERR(ERR_OK, der_read(&der, &element));
		UNIT_ERR(rows[i].e, der_get_text(&element, &out));
		UNIT_BYTES(bytes_from_str(rows[i].utf8), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void printable(void)
{
	static const char others[] = "!\"#$%&*;<>@[]^_`{|}~\x7f\x80\xff\n";

	CU_ASSERT_TRUE(der_is_printable(bytes_from_str("")));
	CU_ASSERT_TRUE(der_is_printable(bytes_from_str("AZaz09 '()+,-./:=?")));
	CU_ASSERT_FALSE(der_is_printable(unit_hex("4100")));
	for (size_t i = 0; others[i] != '\0'; i++)
		CU_ASSERT_FALSE(der_is_printable(bytes_from(others + i, 1)));
}

static void set_order(void)
{
	static const struct {
		const char *first, *second;
		bool is_equal;
	} rows[] = {
		{ "0401 61", "0401 62", false }, { "0401 ff", "0402 0000", false }, { "0401 7f", "0401 80", false }, { "0201 61", "0401 00", false },
		{ "", "01", false }, { "0401 61", "0401 61", true }, { "61", "61 00", true }, { "61", "61 01", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes first = unit_hex(rows[i].first), second = unit_hex(rows[i].second);

		unit_row(rows[i].second);
		CU_ASSERT_EQUAL(rows[i].is_equal, der_compare(first, second) == 0);
		CU_ASSERT_EQUAL(!rows[i].is_equal, der_compare(first, second) < 0);
		CU_ASSERT_EQUAL(!rows[i].is_equal, der_compare(second, first) > 0);
	}
}

static const struct unit_case cases[] = {
	{ "an element is read with its raw slice, and nothing past the end is, X.690 section 8.1", reading },
	{ "a cursor enters, skips what is optional, and sees the end", cursor },
	{ "INTEGERs of 0 to 2^31-1 are read, minimal ones alone, X.690 section 8.3", small_integers },
	{ "a string under an implicit tag is read whole or in pieces, RFC 5652 section 6.1", joining },
	{ "lengths are written minimal, X.690 section 10.1", writing_lengths },
	{ "unsigned numbers are written as minimal INTEGERs, X.690 section 8.3", writing_integers },
	{ "times are UTCTime from 1950 to 2049, else GeneralizedTime, RFC 5280 section 4.1.2.5", times },
	{ "times in other forms are refused, RFC 5280 section 4.1.2.5", bad_times },
	{ "PrintableString has an alphabet of its own, X.680 section 41.4", printable },
	{ "the elements of a SET OF have an order, X.690 section 11.6", set_order },
	{ "strings of all types become UTF-8, RFC 5280 section 4.1.2.4", texts },
};

UNIT_MAIN("der", cases)
