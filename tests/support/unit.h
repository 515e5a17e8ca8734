#ifndef SCEPGATE_TESTS_SUPPORT_UNIT_H
#define SCEPGATE_TESTS_SUPPORT_UNIT_H

/*
 * The frame of a unit test: CUnit inside, TAP on standard output. A case is a sentence and a function; the sentence names the RFC section it proves.
 * A case that makes no assertion fails.
 */

#include <CUnit/CUnit.h>
#include <stddef.h>

#include "base/bytes.h"

struct unit_case {
	const char *name;
	void (*run)(void);
};

/** Run the cases in order, print TAP, and give the exit status of the program: 0 when all passed. */
int unit_main(const char *module, const struct unit_case *cases, size_t count);

#define UNIT_MAIN(module, cases) \
	int main(void) \
	{ \
		return unit_main((module), (cases), sizeof(cases) / sizeof((cases)[0])); \
	}

/** Say which row of a table is being tested; printed when an assertion fails. NULL ends it. `row` is borrowed. */
void unit_row(const char *row);

/** Assert that an error is the one expected, and print both names when not. */
#define UNIT_ERR(expected, actual) unit_assert_err((expected), (actual), __LINE__, __FILE__)
void unit_assert_err(enum err expected, enum err actual, unsigned line, const char *file);

/** Assert that bytes equal, and print both in hexadecimal when not. */
#define UNIT_BYTES(expected, actual) unit_assert_bytes((expected), (actual), __LINE__, __FILE__)
void unit_assert_bytes(struct bytes expected, struct bytes actual, unsigned line, const char *file);

/** Borrow bytes from a hexadecimal string with blanks; from a ring of 64 slots, enough for one table row. Aborts when it is not hexadecimal. */
struct bytes unit_hex(const char *hex);

/** Read a whole file below tests/vectors; aborts when it is not there. The same one again when it was read before. Freed at exit. */
struct bytes unit_vector(const char *name);

#endif
