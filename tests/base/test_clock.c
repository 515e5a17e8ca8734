#include <config.h>

#include "base/clock.h"

#include "support/unit.h"

static void iso(void)
{
	static const struct {
		int64_t utc;
		const char *text;
	} rows[] = {
		{ 0, "1970-01-01T00:00:00Z" }, { -1, "1969-12-31T23:59:59Z" }, { 951782400, "2000-02-29T00:00:00Z" }, { 2524608000, "2050-01-01T00:00:00Z" },
		{ 253402300799, "9999-12-31T23:59:59Z" }, { 253402300800, "(out of range)" }, { INT64_MAX, "(out of range)" }, { INT64_MIN, "(out of range)" },
		{ -62167219200, "0000-01-01T00:00:00Z" }, { -62167219201, "(out of range)" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char text[CLOCK_ISO_SIZE];

		unit_row(rows[i].text);
		clock_format_iso(rows[i].utc, text);
		CU_ASSERT_STRING_EQUAL(rows[i].text, text);
	}
}

static void joining(void)
{
	static const struct {
		struct clock_fields fields;
		bool ok;
		int64_t utc;
		const char *name;
	} rows[] = {
		{ { 1970, 1, 1, 0, 0, 0 }, true, 0, "the epoch" }, { { 2000, 2, 29, 0, 0, 0 }, true, 951782400, "a leap day" },
		{ { 1900, 2, 29, 0, 0, 0 }, false, 0, "no leap day" }, { { 2026, 13, 1, 0, 0, 0 }, false, 0, "month 13" }, { { 2026, 0, 1, 0, 0, 0 }, false, 0, "month 0" },
		{ { 2026, 4, 31, 0, 0, 0 }, false, 0, "31 April" }, { { 2026, 1, 0, 0, 0, 0 }, false, 0, "day 0" }, { { 2026, 1, 1, 24, 0, 0 }, false, 0, "hour 24" },
		{ { 2026, 1, 1, 0, 60, 0 }, false, 0, "minute 60" }, { { 2026, 1, 1, 23, 59, 60 }, false, 0, "a leap second" },
		{ { 10000, 1, 1, 0, 0, 0 }, false, 0, "year 10000" }, { { -1, 1, 1, 0, 0, 0 }, false, 0, "year -1" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int64_t utc = 0;

		unit_row(rows[i].name);
		CU_ASSERT_EQUAL(rows[i].ok, clock_join_utc(&rows[i].fields, &utc));
		CU_ASSERT_EQUAL(rows[i].utc, utc);
	}
}

static void fixed(void)
{
	int64_t now_utc = 5;
	struct clock clock = clock_fixed(&now_utc);
	struct clock system = clock_system();

	CU_ASSERT_EQUAL(5, clock_now_utc(&clock));
	now_utc = 6;
	CU_ASSERT_EQUAL(6, clock_now_utc(&clock));
	CU_ASSERT_TRUE(clock_now_utc(&system) > 1700000000);
}

static const struct unit_case cases[] = {
	{ "times are written as ISO 8601 in UTC, years 0 to 9999", iso },
	{ "fields that are no date make no time", joining },
	{ "a fixed clock shows what the test says", fixed },
};

UNIT_MAIN("clock", cases)
