#ifndef SCEPGATE_TESTS_CONFORMANCE_REQUIREMENT_H
#define SCEPGATE_TESTS_CONFORMANCE_REQUIREMENT_H

/* The table of requirements: what a SCEP server is held to, in the order of the report. */

#include <stddef.h>

#include "conformance/verdict.h"

struct suite;

/** How much a requirement weighs. */
enum level {
	LEVEL_MUST,    /* RFC 8894 demands it, or its definitions leave no other way */
	LEVEL_SHOULD,  /* the RFC recommends it */
	LEVEL_INTEROP  /* deployed clients need it, or security does */
};
enum { LEVEL_COUNT = LEVEL_INTEROP + 1 };

/** "MUST", "SHOULD", "INTEROP". */
const char *level_name(enum level level);

/** Look at the server. @param detail out: why not; may say something on success as well. */
typedef enum verdict requirement_check(struct suite *suite, struct why *detail);

struct requirement {
	const char *id;
	enum level level;
	const char *section;   /* of RFC 8894 */
	const char *sentence;
	requirement_check *check;
};

extern const struct requirement requirement_table[];
extern const size_t requirement_count;

#endif
