#ifndef SCEPGATE_TESTS_CONFORMANCE_REPORT_H
#define SCEPGATE_TESTS_CONFORMANCE_REPORT_H

/* What was found: TAP on standard output while it runs, and one JSON object at the end. */

#include <stdio.h>

#include "conformance/requirement.h"

enum { REPORT_MAX_RESULTS = 160 };

struct report_result {
	const struct requirement *requirement;
	enum verdict verdict;
	struct why detail;
};

/** All zero is the initial value. Plain value. */
struct report {
	struct report_result result[REPORT_MAX_RESULTS];
	size_t count;
};

/** Keep a result and print its TAP line. */
void report_add(struct report *report, const struct requirement *requirement, enum verdict verdict, const struct why *detail);

/** How many of a level ended so. */
size_t report_count(const struct report *report, enum level level, enum verdict verdict);

/** Print the plan and the totals. */
void report_end(const struct report *report);

/**
 * Write the machine-readable summary: { "url", "requirements": [ { "id", "level", "section", "sentence", "result", "detail" } ],
 * "totals": { LEVEL: { "passed", "failed", "skipped" } } }. @return ERR_OK; ERR_MEMORY; ERR_IO.
 */
enum err report_write_json(const struct report *report, const char *url, FILE *out);

#endif
