#include <config.h>

#include "web/http_date.h"

#include <string.h>

#include "support/unit.h"

static const struct {
	int64_t utc;
	const char *text;
} dates[] = {
	{ 0, "Thu, 01 Jan 1970 00:00:00 GMT" },
	{ 784111777, "Sun, 06 Nov 1994 08:49:37 GMT" },
	{ 951782400, "Tue, 29 Feb 2000 00:00:00 GMT" },
	{ 2147483648, "Tue, 19 Jan 2038 03:14:08 GMT" },
	{ 253402300799, "Fri, 31 Dec 9999 23:59:59 GMT" },
};

static void both_ways(void)
{
	for (size_t i = 0; i < sizeof(dates) / sizeof(dates[0]); i++) {
		char text[HTTP_DATE_SIZE];
		int64_t utc = -1;

		unit_row(dates[i].text);
		http_date_format(dates[i].utc, text);
		CU_ASSERT_STRING_EQUAL(text, dates[i].text);
		CU_ASSERT_TRUE(http_date_parse(bytes_from_str(text), &utc));
		CU_ASSERT_EQUAL(utc, dates[i].utc);
	}
	unit_row(NULL);
}

static void edges(void)
{
	char text[HTTP_DATE_SIZE];

	http_date_format(-1, text);
	CU_ASSERT_STRING_EQUAL(text, "Thu, 01 Jan 1970 00:00:00 GMT");
	http_date_format(253402300800, text);
	CU_ASSERT_STRING_EQUAL(text, "Fri, 31 Dec 9999 23:59:59 GMT");
	http_date_format(INT64_MAX, text);
	CU_ASSERT_STRING_EQUAL(text, "Fri, 31 Dec 9999 23:59:59 GMT");
}

static void no_dates(void)
{
	static const char *const rows[] = { "", "Sunday, 06-Nov-94 08:49:37 GMT", "Sun Nov  6 08:49:37 1994", "Sun, 06 Nov 1994 08:49:37 UTC", "Mon, 06 Nov 1994 08:49:37 GMT",
		"Sun, 06 nov 1994 08:49:37 GMT", "Sun, 6 Nov 1994 08:49:37 GMT", "Sun, 06 Nov 1994 24:00:00 GMT", "Sun, 06 Nov 1994 08:60:37 GMT", "Tue, 31 Feb 2000 00:00:00 GMT",
		"Sun, 06 Nov 1994 08:49:37 GMT ", "Sun, 06 Nov 1994 08:49:3x GMT", "Wed, 31 Dec 1969 23:59:59 GMT" };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		int64_t utc = 42;

		unit_row(rows[i]);
		CU_ASSERT_FALSE(http_date_parse(bytes_from_str(rows[i]), &utc));
		CU_ASSERT_EQUAL(utc, 42);
	}
	unit_row(NULL);
}

static const struct unit_case cases[] = {
	{ "a date is written and read as IMF-fixdate (RFC 9110 section 5.6.7)", both_ways },
	{ "times before 1970 and after 9999 are brought to the nearest", edges },
	{ "what is no such date is refused and nothing is written", no_dates },
};

UNIT_MAIN("http_date", cases)
