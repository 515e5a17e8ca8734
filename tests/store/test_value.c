#include <config.h>

#include "store/value.h"

#include "support/unit.h"

static void test_numbers(void)
{
	static const struct {
		const char *hex;
		bool is_good;
		int64_t number;
	} rows[] = { { "0001", true, 1 }, { "ffff", true, -1 }, { "7fffffff", true, INT32_MAX }, { "80000000", true, INT32_MIN }, { "7fffffffffffffff", true, INT64_MAX },
		{ "8000000000000000", true, INT64_MIN }, { "", false, 9 }, { "01", false, 9 }, { "000000", false, 9 }, { "000000000000000000", false, 9 } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t number = 9;

		unit_row(rows[i].hex);
		CU_ASSERT_EQUAL(value_number(unit_hex(rows[i].hex), &number), rows[i].is_good);
		CU_ASSERT_EQUAL(number, rows[i].number);
	}
	unit_row(NULL);
}

static void test_bools(void)
{
	bool is_true = false;

	CU_ASSERT_TRUE(value_bool(unit_hex("01"), &is_true) && is_true);
	CU_ASSERT_TRUE(value_bool(unit_hex("00"), &is_true) && !is_true);
	CU_ASSERT_FALSE(value_bool(unit_hex(""), &is_true));
	CU_ASSERT_FALSE(value_bool(unit_hex("0101"), &is_true));
}

static void test_arrays(void)
{
	static const struct {
		const char *row, *hex;
		bool opens;
		size_t count, good; /* elements said to be there, elements that can be taken */
	} rows[] = {
		{ "empty", "00000000 00000000 00000019", true, 0, 0 },
		{ "two", "00000001 00000000 00000019 00000002 00000001 00000001 61 00000002 6262", true, 2, 2 },
		{ "an empty element", "00000001 00000000 00000019 00000001 00000001 00000000", true, 1, 1 },
		{ "null inside", "00000001 00000001 00000019 00000002 00000001 00000001 61 ffffffff", true, 2, 1 },
		{ "cut in an element", "00000001 00000000 00000019 00000001 00000001 00000002 61", true, 1, 0 },
		{ "cut in a length", "00000001 00000000 00000019 00000001 00000001 0000", true, 1, 0 },
		{ "more said than there", "00000001 00000000 00000019 7fffffff 00000001 00000000", true, 0x7fffffff, 1 },
		{ "a length that is too large", "00000001 00000000 00000019 00000001 00000001 7fffffff 61", true, 1, 0 },
		{ "two dimensions", "00000002 00000000 00000019 00000001 00000001 00000001 00000001 00000000", false, 0, 0 },
		{ "a negative count", "00000001 00000000 00000019 ffffffff 00000001", false, 0, 0 },
		{ "cut in the head", "00000001 00000000 000000", false, 0, 0 },
		{ "nothing", "", false, 0, 0 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct value_array array = { { NULL, 0 }, 0 };
		struct bytes element;
		size_t taken = 0;

		unit_row(rows[i].row);
		CU_ASSERT_EQUAL(value_array_open(unit_hex(rows[i].hex), &array), rows[i].opens);
		CU_ASSERT_EQUAL(array.count, rows[i].count);
		while (value_array_next(&array, &element))
			taken++;
		CU_ASSERT_EQUAL(taken, rows[i].good);
	}
	unit_row(NULL);
}

static void test_format(void)
{
	static const struct {
		unsigned type;
		const char *in, *out;
	} rows[] = {
		{ 16, "t", "true" }, { 16, "f", "false" }, { 17, "\\x00ff", "00ff" }, { 17, "\\x", "" }, { 25, "{a,b}", "{a,b}" }, { 25, "", "" },
		{ 1184, "2026-11-22 02:49:26.291415+00", "2026-11-22T02:49:26Z" }, { 1184, "2026-11-22 02:49:26+00", "2026-11-22T02:49:26Z" },
		{ 1184, "12026-11-22 02:49:26+00", "12026-11-22T02:49:26Z" }, { 1184, "infinity", "infinity" }, { 1184, "0044-03-15 12:00:00+00 BC", "0044-03-15 12:00:00+00 BC" },
		{ 1184, "", "" }, { 1009, "{}", "" }, { 1009, "{a,b-c}", "a,b-c" }, { 1009, "{\"a b\",\"c\\\"d\",\"e\\\\\"}", "a b,c\"d,e\\" }, { 1009, "", "" }, { 1009, "{", "{" },
		{ 1007, "{1,2}", "1,2" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = { 0 };

		unit_row(rows[i].in);
		UNIT_ERR(ERR_OK, value_format(rows[i].type, bytes_from_str(rows[i].in), &out));
		UNIT_BYTES(bytes_from_str(rows[i].out), buf_bytes(&out));
		buf_clear(&out);
	}
	unit_row(NULL);
}

static void test_put_array(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = { { "", "{}" }, { "  ", "{}" }, { "a", "{\"a\"}" }, { "a,b", "{\"a\",\"b\"}" }, { " a , b c ", "{\"a\",\"b c\"}" }, { "a,", "{\"a\",\"\"}" }, { ",", "{\"\",\"\"}" },
		{ "a\",\"b", "{\"a\\\"\",\"\\\"b\"}" }, { "a\\", "{\"a\\\\\"}" }, { "{a,b}", "{a,b}" }, { "{}", "{}" }, { "{a", "{\"{a\"}" }, { "NULL", "{\"NULL\"}" } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf out = { 0 };

		unit_row(rows[i].in);
		UNIT_ERR(ERR_OK, value_put_array(bytes_from_str(rows[i].in), &out));
		UNIT_BYTES(bytes_from_str(rows[i].out), buf_bytes(&out));
		buf_clear(&out);
	}
	unit_row(NULL);
}

static const struct unit_case cases[] = {
	{ "binary integers of 2, 4 and 8 octets are read, others refused", test_numbers },
	{ "binary booleans of one octet are read, others refused", test_bools },
	{ "binary arrays are walked to their end and never beyond", test_arrays },
	{ "textual values take the forms of a rowset", test_format },
	{ "comma-separated words become an array literal that cannot be broken out of", test_put_array },
};

UNIT_MAIN("value", cases)
