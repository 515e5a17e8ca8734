#ifndef SCEPGATE_TESTS_CONFORMANCE_VERDICT_H
#define SCEPGATE_TESTS_CONFORMANCE_VERDICT_H

/* What a check finds, with one sentence for the reader of the report. */

#include "base/why.h"

enum verdict { VERDICT_PASS, VERDICT_FAIL, VERDICT_SKIP };

/** Say why, and hand the verdict through. A sentence that a leaf has written already stands. */
enum verdict verdict_set(enum verdict verdict, struct why *detail, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** PASS for ERR_OK, else FAIL with the error's own text unless a leaf wrote one. */
enum verdict verdict_from_err(enum err e, struct why *detail);

#define VERDICT_FAILED(detail, ...) verdict_set(VERDICT_FAIL, (detail), __VA_ARGS__)
#define VERDICT_SKIPPED(detail, ...) verdict_set(VERDICT_SKIP, (detail), __VA_ARGS__)

#endif
