#ifndef SCEPGATE_TESTS_STORE_FIXTURE_H
#define SCEPGATE_TESTS_STORE_FIXTURE_H

/* What the tests of the store share: a throw-away PostgreSQL that run.test has started, a DBA beside the program, and an endpoint to work on. */

#include "base/log.h"
#include "store/admin.h"
#include "store/enrolment.h"
#include "store/store.h"
#include "support/unit.h"

/** The cases of each file, collected by test_store.c. They build on each other: schema first. */
extern const struct unit_case schema_cases[], admin_cases[], view_cases[], endpoint_cases[], enrolment_cases[], approval_cases[], grant_cases[], mint_cases[], inventory_cases[], crl_cases[],
	connection_cases[];
extern const size_t schema_case_count, admin_case_count, view_case_count, endpoint_case_count, enrolment_case_count, approval_case_count, grant_case_count, mint_case_count, inventory_case_count,
	crl_case_count, connection_case_count;

#define CASES(module, ...) \
	const struct unit_case module##_cases[] = { __VA_ARGS__ }; \
	const size_t module##_case_count = sizeof(module##_cases) / sizeof(module##_cases[0])

/** The folder sql/ of the sources. */
const char *fixture_sql_folder(void);

/** A store that acts as this role, listening when it is the worker. Time-outs of 2 seconds. */
struct store *fixture_store(const char *role);
struct store *fixture_store_with(const struct store_options *options);

/** Lines that the store has logged since the last call, joined; borrowed until the next line. */
const char *fixture_log(void);

/** Run SQL as the DBA, with psql; asserts that it works. @return the first line of its output; borrowed until the next call. */
const char *fixture_sql(const char *sql);

/** Assert that the first line of the DBA's statement is this; prints both when not. */
void fixture_sql_is(const char *sql, const char *expected);

/** Run a line of shell with tests/support/postgres.sh loaded and $PG_DIR set; asserts that it works. */
void fixture_shell(const char *line);

/** Empty all tables and make CA root, CA sub below it, policy p, profile wifi (of sub), application corp and their endpoint with challenge "default". */
void fixture_reset(void);

/** Call an administrative function with text arguments: name, value, …, NULL. */
enum err fixture_call(struct store *store, enum admin_call call, struct why *why, ...) __attribute__((sentinel));

/** The same for one that must work. @return what it gives; the caller's, rowset_clear(). */
struct rowset fixture_call_rows(struct store *store, enum admin_call call, ...) __attribute__((sentinel));

/** What a request shows that has neither a dynamic challenge nor a certificate. */
extern const struct enrolment_evidence fixture_no_evidence;

/** Octets that pass for an encrypted PKCS#8; ends with `last`. Borrowed for ever. */
struct bytes fixture_pkcs8(uint8_t last);

/** 32 octets of this value, from a ring of 8. */
struct bytes fixture_hash(uint8_t value);

/** Monotonic milliseconds. */
int64_t fixture_now_ms(void);

#endif
