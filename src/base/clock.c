#include <config.h>

#include "base/clock.h"

#include <stdio.h>
#include <time.h>

static int64_t system_now(void *context)
{
	(void)context;
	return (int64_t)time(NULL);
}

static int64_t fixed_now(void *context)
{
	return *(const int64_t *)context;
}

struct clock clock_system(void)
{
	return (struct clock){ system_now, NULL };
}

struct clock clock_fixed(int64_t *now_utc)
{
	return (struct clock){ fixed_now, now_utc };
}

int64_t clock_monotonic_ms(void)
{
	struct timespec now = { 0 };

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

bool clock_split_utc(int64_t utc, struct clock_fields *out)
{
	time_t t = (time_t)utc;
	struct tm tm;

	if (gmtime_r(&t, &tm) == NULL || tm.tm_year < -1900 || tm.tm_year > 9999 - 1900)
		return false;
	*out = (struct clock_fields){ tm.tm_year + 1900, tm.tm_mon + 1, tm.tm_mday, tm.tm_hour, tm.tm_min, tm.tm_sec };
	return true;
}

bool clock_join_utc(const struct clock_fields *in, int64_t *utc)
{
	struct tm tm = { .tm_year = in->year - 1900, .tm_mon = in->month - 1, .tm_mday = in->day,
		.tm_hour = in->hour, .tm_min = in->minute, .tm_sec = in->second };
	struct clock_fields again;
	int64_t t;

	if (in->year < 0 || in->year > 9999)
		return false;
	t = (int64_t)timegm(&tm);
	/* timegm() carries an overflow of one field into the next; a date that changes on the way back was not a date. */
	if (!clock_split_utc(t, &again) || again.year != in->year || again.month != in->month || again.day != in->day ||
	    again.hour != in->hour || again.minute != in->minute || again.second != in->second)
		return false;
	*utc = t;
	return true;
}

void clock_format_iso(int64_t utc, char out[CLOCK_ISO_SIZE])
{
	struct clock_fields f;

	if (!clock_split_utc(utc, &f)) {
		snprintf(out, CLOCK_ISO_SIZE, "(out of range)");
		return;
	}
	snprintf(out, CLOCK_ISO_SIZE, "%04u-%02u-%02uT%02u:%02u:%02uZ", (unsigned)f.year % 10000, (unsigned)f.month % 100,
		(unsigned)f.day % 100, (unsigned)f.hour % 100, (unsigned)f.minute % 100, (unsigned)f.second % 100);
}
