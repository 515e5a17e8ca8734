#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "store/endpoint.h"
#include "store/fixture.h"

static void test_conninfo(void)
{
	struct store *store = NULL;
	struct why why = { 0 };

	UNIT_ERR(ERR_CONF, store_new(&(struct store_options){ .conninfo = "host=x colour=red", .program = "t" }, &store, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "colour"));
	CU_ASSERT_PTR_NULL(store);
}

static void test_away(void)
{
	struct store *store = fixture_store_with(&(struct store_options){ .conninfo = "host=/nonexistent", .program = "t", .connect_timeout_s = 2, .statement_timeout_s = 2 });
	int64_t started = fixture_now_ms();
	uint64_t generation = 7;
	struct why why = { 0 };

	UNIT_ERR(ERR_DB_AWAY, store_connect(store, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "/nonexistent"));
	for (int i = 0; i < 1000; i++)
		UNIT_ERR(ERR_DB_AWAY, store_connect(store, NULL));
	CU_ASSERT_TRUE(fixture_now_ms() - started < 500);
	UNIT_ERR(ERR_DB_AWAY, store_generation(store, &generation, NULL));
	CU_ASSERT_EQUAL(generation, 7);
	store_free(store);
}

/* The generation when it differs from the one given, or the same one after a while: the server notifies soon after the commit, not within it. */
static uint64_t generation_after(struct store *store, uint64_t generation, int wait_ms)
{
	const struct timespec pause = { 0, 10000000 };
	int64_t end = fixture_now_ms() + wait_ms;
	uint64_t now = generation;

	while (now == generation && fixture_now_ms() < end) {
		UNIT_ERR(ERR_OK, store_generation(store, &now, NULL));
		nanosleep(&pause, NULL);
	}
	return now;
}

static void test_hold_off(void)
{
	struct store *store = fixture_store("scepgate_worker");

	fixture_sql("ALTER ROLE scepgate_worker NOLOGIN");
	UNIT_ERR(ERR_DB_AWAY, store_connect(store, NULL));
	fixture_sql("ALTER ROLE scepgate_worker LOGIN");
	/* It would be let in now, but does not ask. */
	UNIT_ERR(ERR_DB_AWAY, store_connect(store, NULL));
	fixture_shell("sleep 1.1");
	UNIT_ERR(ERR_OK, store_connect(store, NULL));
	store_free(store);
}

static void test_generation(void)
{
	struct store *store = fixture_store("scepgate_worker");
	uint64_t first = 0, again = 0, changed;

	fixture_reset();
	UNIT_ERR(ERR_OK, store_generation(store, &first, NULL));
	UNIT_ERR(ERR_OK, store_generation(store, &again, NULL));
	CU_ASSERT_EQUAL(first, again);
	fixture_sql("UPDATE scepgate.endpoint SET include_chain = false");
	changed = generation_after(store, again, 5000);
	CU_ASSERT_NOT_EQUAL(changed, again);
	CU_ASSERT_EQUAL(generation_after(store, changed, 200), changed);
	fixture_sql("UPDATE scepgate.endpoint SET include_chain = true WHERE false");
	CU_ASSERT_EQUAL(generation_after(store, changed, 200), changed);
	store_free(store);
}

static void test_notified_in_query(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;
	uint64_t first = 0;

	UNIT_ERR(ERR_OK, store_generation(store, &first, NULL));
	fixture_sql("SELECT scepgate.application_create('seen')");
	UNIT_ERR(ERR_OK, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, NULL));
	CU_ASSERT_NOT_EQUAL(generation_after(store, first, 5000), first);
	endpoint_free(endpoint);
	store_free(store);
}

static void test_upgraded(void)
{
	struct store *store = fixture_store("scepgate_worker");
	const struct timespec pause = { 0, 10000000 };
	int64_t end = fixture_now_ms() + 5000;
	uint64_t generation = 0;
	enum err e = ERR_OK;

	UNIT_ERR(ERR_OK, store_generation(store, &generation, NULL));
	fixture_sql("INSERT INTO scepgate.schema_version (version, name) SELECT max(version) + 1, 'next' FROM scepgate.schema_version; SELECT pg_notify('scepgate_config', 'schema')");
	while ((e = store_generation(store, &generation, NULL)) == ERR_OK && fixture_now_ms() < end)
		nanosleep(&pause, NULL);
	UNIT_ERR(ERR_DB_SCHEMA, e);
	fixture_sql("DELETE FROM scepgate.schema_version WHERE name = 'next'");
	store_free(store);
}

static void test_terminated(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;
	const struct enrolment_key key = { 1, 1, bytes_from_str("t"), fixture_hash(1), fixture_hash(2) };
	const struct enrolment_record record = { .message_type = 19, .authorisation = "static_challenge", .csr_der = bytes_from_str("c"), .certificate_der = bytes_from_str("c"),
		.serial = bytes_from_str("s"), .spki_sha256 = fixture_hash(3), .subject = "", .not_before_utc = 0, .not_after_utc = 1 };
	struct buf der = { 0 };

	UNIT_ERR(ERR_OK, store_connect(store, NULL));
	fixture_sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'scepgate_worker'");
	/* A read goes on by itself. */
	UNIT_ERR(ERR_OK, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, NULL));
	endpoint_free(endpoint);
	fixture_sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE usename = 'scepgate_worker'");
	UNIT_ERR(ERR_DB_AWAY, enrolment_commit(store, &key, &record, &der, NULL));
	UNIT_ERR(ERR_STALE, enrolment_commit(store, &key, &record, &der, NULL));
	store_free(store);
}

static void test_restart(void)
{
	struct store *store = fixture_store("scepgate_worker");
	uint64_t before = 0, after = 0;
	struct why why = { 0 };
	const char *log;

	fixture_log();
	UNIT_ERR(ERR_OK, store_generation(store, &before, NULL));
	fixture_shell("pg_stop \"$PG_DIR\"");
	UNIT_ERR(ERR_DB_AWAY, store_generation(store, &after, &why));
	UNIT_ERR(ERR_DB_AWAY, store_generation(store, &after, NULL));
	fixture_shell("pg_control \"$PG_DIR\" -l \"$PG_DIR/log\" start; sleep 1.1");
	UNIT_ERR(ERR_OK, store_generation(store, &after, NULL));
	CU_ASSERT_NOT_EQUAL(before, after);
	log = fixture_log();
	CU_ASSERT_PTR_NOT_NULL(strstr(log, "database-lost"));
	CU_ASSERT_PTR_NOT_NULL(strstr(log, "database-found"));
	CU_ASSERT_PTR_NULL(strstr(strstr(log, "database-lost") == NULL ? log : strstr(log, "database-lost") + 1, "database-lost"));
	store_free(store);
}

static void test_statement_timeout(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;
	int64_t started;
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, store_connect(store, NULL));
	fixture_shell("(psql -Xq -c 'BEGIN; LOCK TABLE scepgate.endpoint; SELECT pg_sleep(4)' >/dev/null 2>&1 &) ; sleep 0.3");
	started = fixture_now_ms();
	UNIT_ERR(ERR_DB_AWAY, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, &why));
	CU_ASSERT_TRUE(fixture_now_ms() - started < 3500);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "statement timeout"));
	fixture_sql("SELECT pg_terminate_backend(pid, 5000) FROM pg_stat_activity WHERE query LIKE 'BEGIN; LOCK%'");
	UNIT_ERR(ERR_OK, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, NULL));
	endpoint_free(endpoint);
	store_free(store);
}

/* The process that serves the connection is stopped: the server itself cannot even say that it took too long. */
static void test_hung_server(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct endpoint *endpoint = NULL;
	int64_t started;
	char line[128];
	struct why why = { 0 };
	const char *pid;

	UNIT_ERR(ERR_OK, store_connect(store, NULL));
	pid = fixture_sql("SELECT pid FROM pg_stat_activity WHERE usename = 'scepgate_worker'");
	snprintf(line, sizeof(line), "kill -STOP %s", pid);
	fixture_shell(line);
	started = fixture_now_ms();
	/* A fresh connection answers. */
	UNIT_ERR(ERR_OK, endpoint_load(store, bytes_from_str("corp"), bytes_from_str("wifi"), &endpoint, &why));
	CU_ASSERT_TRUE(fixture_now_ms() - started >= 3500);
	CU_ASSERT_TRUE(fixture_now_ms() - started < 6000);
	memcpy(line, "kill -CONT", strlen("kill -CONT"));
	fixture_shell(line);
	endpoint_free(endpoint);
	store_free(store);
}

static void test_read_only(void)
{
	struct store *store = fixture_store("scepgate_worker");
	const struct enrolment_refusal refusal = { .error = ERR_POLICY };

	fixture_sql("ALTER ROLE scepgate_worker SET default_transaction_read_only = on");
	UNIT_ERR(ERR_DB_AWAY, enrolment_refuse(store, &refusal, NULL));
	fixture_sql("ALTER ROLE scepgate_worker RESET default_transaction_read_only");
	UNIT_ERR(ERR_OK, enrolment_refuse(store, &refusal, NULL));
	store_free(store);
}

CASES(connection,
	{ "a connection string that libpq cannot read is refused at once", test_conninfo },
	{ "a database that is away fails quickly", test_away },
	{ "after a failure to connect the next attempt is made a second later", test_hold_off },
	{ "the generation changes when configuration changes, and only then", test_generation },
	{ "a notification that arrives during a statement is not lost", test_notified_in_query },
	{ "an upgrade of the schema makes a worker check it again", test_upgraded },
	{ "after its session was terminated a read goes on and a commit reports it", test_terminated },
	{ "after a restart of the server the store finds it again and logs it once", test_restart },
	{ "a statement that waits too long ends", test_statement_timeout },
	{ "a server that hangs holds nobody", test_hung_server },
	{ "a server that became read-only counts as away", test_read_only },
);
