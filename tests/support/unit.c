#include <config.h>

#include "support/unit.h"

#include <CUnit/TestRun.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { HEX_SLOTS = 64, VECTOR_SLOTS = 256, VECTOR_NAME_SIZE = 128, SHOWN_LEN = 512 };

/* A test program runs one case after the other in one thread. */
static struct {
	unsigned number;            /* of the case, from 1 */
	unsigned failed;
	unsigned asserts_before;    /* when the case started */
	unsigned failures_before;   /* when the row started */
	const char *row;
	struct buf hex[HEX_SLOTS];
	size_t hex_next;
	struct buf vector[VECTOR_SLOTS];
	char vector_name[VECTOR_SLOTS][VECTOR_NAME_SIZE];
	size_t vector_count;
} state;

static void __attribute__((noreturn)) give_up(const char *what, const char *name)
{
	printf("Bail out! %s: %s\n", what, name);
	fflush(stdout);
	abort();
}

void unit_row(const char *row)
{
	unsigned failures = CU_get_number_of_failures();

	if (state.row != NULL && failures > state.failures_before) {
		printf("# the row was: ");
		for (const char *c = state.row; *c != '\0'; c++)
			putchar(*c == '\n' || *c == '\r' ? ' ' : *c);
		putchar('\n');
	}
	state.row = row;
	state.failures_before = failures;
}

static void on_start(const CU_pTest test, const CU_pSuite suite)
{
	(void)test;
	(void)suite;
	state.asserts_before = CU_get_number_of_asserts();
	unit_row(NULL);
}

static void on_complete(const CU_pTest test, const CU_pSuite suite, const CU_pFailureRecord failure)
{
	bool has_asserted = CU_get_number_of_asserts() > state.asserts_before;

	(void)suite;
	unit_row(NULL);
	for (CU_pFailureRecord f = failure; f != NULL; f = f->pNext)
		printf("# %s:%u: %s\n", f->strFileName, f->uiLineNumber, f->strCondition);
	if (!has_asserted)
		printf("# nothing was asserted\n");
	if (failure != NULL || !has_asserted)
		state.failed++;
	printf("%s %u - %s\n", failure != NULL || !has_asserted ? "not ok" : "ok", ++state.number, test->pName);
	fflush(stdout);
}

static void release(void)
{
	for (size_t i = 0; i < HEX_SLOTS; i++)
		buf_clear(&state.hex[i]);
	for (size_t i = 0; i < state.vector_count; i++)
		buf_clear(&state.vector[i]);
}

int unit_main(const char *module, const struct unit_case *cases, size_t count)
{
	CU_pSuite suite;

	printf("1..%zu\n", count);
	fflush(stdout);
	if (CU_initialize_registry() != CUE_SUCCESS || (suite = CU_add_suite(module, NULL, NULL)) == NULL)
		give_up("CUnit", CU_get_error_msg());
	for (size_t i = 0; i < count; i++)
		if (CU_add_test(suite, cases[i].name, cases[i].run) == NULL)
			give_up(cases[i].name, CU_get_error_msg());
	CU_set_test_start_handler(on_start);
	CU_set_test_complete_handler(on_complete);
	if (CU_run_all_tests() != CUE_SUCCESS)
		give_up(module, CU_get_error_msg());
	CU_cleanup_registry();
	release();
	return state.failed == 0 && state.number == count ? EXIT_SUCCESS : EXIT_FAILURE;
}

void unit_assert_err(enum err expected, enum err actual, unsigned line, const char *file)
{
	char text[160];

	snprintf(text, sizeof text, "expected %s, got %s", err_name(expected), err_name(actual));
	CU_assertImplementation(expected == actual, line, text, file, "", CU_FALSE);
}

static void show(const char *what, struct bytes bytes)
{
	printf("# %s (%zu bytes):", what, bytes.len);
	for (size_t i = 0; i < bytes.len && i < SHOWN_LEN; i++)
		printf("%s%02x", i % 4 == 0 ? " " : "", bytes.ptr[i]);
	printf("%s\n", bytes.len > SHOWN_LEN ? " ..." : "");
}

void unit_assert_bytes(struct bytes expected, struct bytes actual, unsigned line, const char *file)
{
	bool is_equal = bytes_is_equal(expected, actual);

	CU_assertImplementation(is_equal, line, "bytes differ", file, "", CU_FALSE);
	if (!is_equal) {
		show("expected", expected);
		show("got", actual);
	}
}

struct bytes unit_hex(const char *hex)
{
	struct buf *slot = &state.hex[state.hex_next++ % HEX_SLOTS];

	buf_clear(slot);
	if (buf_reserve(slot, 1) != ERR_OK || text_decode_hex(bytes_from_str(hex), slot) != ERR_OK)
		give_up("not hexadecimal", hex);
	return buf_bytes(slot);
}

struct bytes unit_vector(const char *name)
{
	char path[1024];
	struct buf *content = &state.vector[state.vector_count];
	uint8_t block[4096];
	size_t got;
	FILE *file;

	for (size_t i = 0; i < state.vector_count; i++)
		if (strcmp(state.vector_name[i], name) == 0)
			return buf_bytes(&state.vector[i]);
	if (state.vector_count == VECTOR_SLOTS)
		give_up("too many vectors", name);
	snprintf(path, sizeof path, "%s/%s", TEST_VECTORS, name);
	if ((file = fopen(path, "rb")) == NULL)
		give_up("no such vector", path);
	while ((got = fread(block, 1, sizeof block, file)) > 0)
		if (buf_append(content, bytes_from(block, got)) != ERR_OK)
			give_up("out of memory", path);
	if (ferror(file))
		give_up("cannot be read", path);
	fclose(file);
	snprintf(state.vector_name[state.vector_count], VECTOR_NAME_SIZE, "%s", name);
	state.vector_count++;
	return buf_bytes(content);
}
