#ifndef SCEPGATE_BASE_CLOCK_H
#define SCEPGATE_BASE_CLOCK_H

/* The time of day, passed in so that a test can fix it. */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct clock {
	int64_t (*now_utc)(void *context); /* seconds since 1970-01-01 UTC */
	void *context;
};

/** The clock of the machine. */
struct clock clock_system(void);

/** A clock that always shows *now_utc; the caller keeps the integer alive and may move it. For tests. */
struct clock clock_fixed(int64_t *now_utc);

static inline int64_t clock_now_utc(const struct clock *clock)
{
	return clock->now_utc(clock->context);
}

/** Milliseconds of a clock that nobody sets, for deadlines. */
int64_t clock_monotonic_ms(void);

enum { CLOCK_ISO_SIZE = 32 };

/** Write a time as ISO 8601 in UTC ("2026-11-22T02:05:00Z"), terminated. */
void clock_format_iso(int64_t utc, char out[CLOCK_ISO_SIZE]);

/** Broken-down UTC of a time, for encoders. */
struct clock_fields {
	int year, month, day, hour, minute, second;
};

/** Split a time into calendar fields. @return false when the year is not within 0..9999. */
bool clock_split_utc(int64_t utc, struct clock_fields *out);

/** Put calendar fields together. @return false when a field is out of its range (leap seconds are not taken). */
bool clock_join_utc(const struct clock_fields *in, int64_t *utc);

#endif
