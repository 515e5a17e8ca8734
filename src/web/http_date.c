#include <config.h>

#include "web/http_date.h"

#include <stdio.h>
#include <string.h>
#include <time.h>

static const char day_names[] = "SunMonTueWedThuFriSat";
static const char month_names[] = "JanFebMarAprMayJunJulAugSepOctNovDec";
static const int64_t last_utc = 253402300799; /* 9999-12-31T23:59:59Z */

void http_date_format(int64_t utc, char out[HTTP_DATE_SIZE])
{
	time_t when = (time_t)(utc < 0 ? 0 : utc > last_utc ? last_utc : utc);
	struct tm tm = { 0 };

	gmtime_r(&when, &tm);
	snprintf(out, HTTP_DATE_SIZE, "%.3s, %02u %.3s %04u %02u:%02u:%02u GMT", day_names + 3 * tm.tm_wday, (unsigned)tm.tm_mday % 100, month_names + 3 * tm.tm_mon,
		(unsigned)(tm.tm_year + 1900) % 10000, (unsigned)tm.tm_hour % 100, (unsigned)tm.tm_min % 100, (unsigned)tm.tm_sec % 100);
}

/* Which of the names of three letters stands here; -1: none. */
static int name_index(const char *names, const uint8_t *at)
{
	for (int i = 0; names[3 * i] != '\0'; i++)
		if (memcmp(names + 3 * i, at, 3) == 0)
			return i;
	return -1;
}

static bool number_read(const uint8_t *at, int digits, int *out)
{
	*out = 0;
	for (int i = 0; i < digits; i++) {
		if (at[i] < '0' || at[i] > '9')
			return false;
		*out = *out * 10 + (at[i] - '0');
	}
	return true;
}

bool http_date_parse(struct bytes text, int64_t *utc)
{
	static const char form[] = "xxx, dd xxx dddd dd:dd:dd GMT";
	struct tm tm = { 0 };
	char back[HTTP_DATE_SIZE];
	int64_t found;

	if (text.len != sizeof(form) - 1)
		return false;
	for (size_t i = 0; i < text.len; i++)
		if (form[i] != 'x' && form[i] != 'd' && (char)text.ptr[i] != form[i])
			return false;
	if (!number_read(text.ptr + 5, 2, &tm.tm_mday) || !number_read(text.ptr + 12, 4, &tm.tm_year) || !number_read(text.ptr + 17, 2, &tm.tm_hour) ||
		!number_read(text.ptr + 20, 2, &tm.tm_min) || !number_read(text.ptr + 23, 2, &tm.tm_sec) || (tm.tm_mon = name_index(month_names, text.ptr + 8)) < 0)
		return false;
	tm.tm_year -= 1900;
	found = timegm(&tm);
	/* What does not come back as it was, the 31st of February or the wrong day of the week, is no date. */
	http_date_format(found, back);
	if (found < 0 || memcmp(back, text.ptr, text.len) != 0)
		return false;
	*utc = found;
	return true;
}
