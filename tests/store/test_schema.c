#include <config.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/fixture.h"
#include "store/schema.h"

static struct store *dba(void)
{
	return fixture_store_with(&(struct store_options){ .conninfo = "", .user = "postgres", .program = "test_schema", .connect_timeout_s = 2, .statement_timeout_s = 2 });
}

/* The text with the number of the next migration for each '@', as plain number, and for each '#', as in a file name. From a ring of 4. */
static const char *next(const char *text)
{
	static char ring[4][1024];
	static size_t at;
	char *out = ring[at++ % 4], *end = out;

	for (; *text != '\0' && end < out + sizeof(ring[0]) - 8; text++) {
		if (*text == '@' || *text == '#')
			end += snprintf(end, 8, *text == '@' ? "%d" : "%04d", STORE_SCHEMA_VERSION + 1);
		else
			*end++ = *text;
	}
	*end = '\0';
	return out;
}

static void test_not_installed(void)
{
	struct schema_status status = { true, 9, 9, true };
	struct store *store = dba(), *worker = fixture_store_with(&(struct store_options){ .conninfo = "", .user = "postgres", .program = "w", .connect_timeout_s = 2,
		.statement_timeout_s = 2, .check_schema = true });
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, schema_status_load(store, fixture_sql_folder(), &status, &why));
	CU_ASSERT_FALSE(status.is_installed);
	CU_ASSERT_FALSE(status.api_is_current);
	CU_ASSERT_EQUAL(status.version, 0);
	CU_ASSERT_EQUAL(status.available, STORE_SCHEMA_VERSION);
	UNIT_ERR(ERR_DB_SCHEMA, store_connect(worker, &why));
	store_free(store);
	store_free(worker);
}

static void test_install(void)
{
	struct schema_status status = { 0 };
	struct store *store = dba();
	struct why why = { 0 };
	int applied = -1;

	UNIT_ERR(ERR_OK, schema_upgrade(store, fixture_sql_folder(), &applied, &why));
	if (*why.text != '\0')
		fprintf(stderr, "# %s\n", why.text);
	CU_ASSERT_EQUAL(applied, STORE_SCHEMA_VERSION);
	UNIT_ERR(ERR_OK, schema_status_load(store, fixture_sql_folder(), &status, &why));
	CU_ASSERT_TRUE(status.is_installed);
	CU_ASSERT_TRUE(status.api_is_current);
	CU_ASSERT_EQUAL(status.version, STORE_SCHEMA_VERSION);
	UNIT_ERR(ERR_OK, schema_upgrade(store, fixture_sql_folder(), &applied, &why));
	CU_ASSERT_EQUAL(applied, 0);
	store_free(store);
}

static void test_digest(void)
{
	struct schema_status status = { 0 };
	struct store *store = dba();

	fixture_sql("UPDATE scepgate.schema_api SET digest = sha256('other')");
	UNIT_ERR(ERR_OK, schema_status_load(store, fixture_sql_folder(), &status, NULL));
	CU_ASSERT_FALSE(status.api_is_current);
	UNIT_ERR(ERR_OK, schema_upgrade(store, fixture_sql_folder(), NULL, NULL));
	UNIT_ERR(ERR_OK, schema_status_load(store, fixture_sql_folder(), &status, NULL));
	CU_ASSERT_TRUE(status.api_is_current);
	store_free(store);
}

static void test_newer(void)
{
	struct store *store = dba(), *worker = fixture_store("scepgate_worker");
	struct why why = { 0 }, why_worker = { 0 };

	fixture_sql(next("INSERT INTO scepgate.schema_version (version, name) VALUES (@, 'from the future')"));
	UNIT_ERR(ERR_DB_SCHEMA, schema_upgrade(store, fixture_sql_folder(), NULL, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, next("version @")));
	UNIT_ERR(ERR_DB_SCHEMA, store_connect(worker, &why_worker));
	CU_ASSERT_PTR_NOT_NULL(strstr(why_worker.text, "scepadm db upgrade"));
	fixture_sql(next("DELETE FROM scepgate.schema_version WHERE version = @"));
	store_free(store);
	store_free(worker);
}

static void test_denied(void)
{
	struct store *store = fixture_store_with(&(struct store_options){ .conninfo = "", .user = "scepgate_admin", .program = "t", .connect_timeout_s = 2, .statement_timeout_s = 2 });
	struct why why = { 0 };

	UNIT_ERR(ERR_DB_DENIED, schema_upgrade(store, fixture_sql_folder(), NULL, &why));
	store_free(store);
}

static void test_folder(void)
{
	struct store *store = dba();
	struct why why = { 0 };

	UNIT_ERR(ERR_CONF, schema_upgrade(store, "/nonexistent", NULL, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "/nonexistent"));
	store_free(store);
}

/* A copy of the folder with one migration more. @return its path. */
static const char *next_folder(const char *migration)
{
	static char path[512];

	snprintf(path, sizeof(path), "%s/next", getenv("PG_DIR"));
	setenv("NEXT", path, 1);
	setenv("FROM", fixture_sql_folder(), 1);
	setenv("MIGRATION", migration, 1);
	setenv("NEXT_FILE", next("#-next.sql"), 1);
	fixture_shell("rm -rf \"$NEXT\" && mkdir \"$NEXT\" && cp -R \"$FROM/.\" \"$NEXT\" && chmod -R u+w \"$NEXT\" && printf '%s\\n' \"$MIGRATION\" >\"$NEXT/migrations/$NEXT_FILE\"");
	return path;
}

static void test_migration_fails(void)
{
	const char *folder = next_folder(next("INSERT INTO scepgate.schema_version (version, name) VALUES (@, 'next'); CREATE TABLE scepgate.next (id integer); SELECT nonsense;"));
	struct store *store = dba();
	struct why why = { 0 };

	UNIT_ERR(ERR_VALUE, schema_upgrade(store, folder, NULL, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, next("#-next.sql")));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "nonsense"));
	fixture_sql_is(next("SELECT max(version) < @, to_regclass('scepgate.next') IS NULL FROM scepgate.schema_version"), "t|t");
	store_free(store);
}

static void test_gap(void)
{
	const char *folder = next_folder("SELECT 1");
	struct store *store = dba();
	struct why why = { 0 };

	fixture_shell("mv \"$NEXT/migrations/$NEXT_FILE\" \"$NEXT/migrations/9999-next.sql\"");
	UNIT_ERR(ERR_CONF, schema_upgrade(store, folder, NULL, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, next("is not migration @")));
	store_free(store);
}

/* A session beside holds the ledger row, as an upgrade under way does, and commits after a second. */
static void test_two_upgrades(void)
{
	const char *folder = next_folder(next("INSERT INTO scepgate.schema_version (version, name) VALUES (@, 'next');"));
	struct store *store = dba();
	struct why why = { 0 };
	int applied = -1;

	fixture_shell(next("(psql -Xq -c \"BEGIN; INSERT INTO scepgate.schema_version (version, name) VALUES (@, 'other'); SELECT pg_sleep(1); COMMIT\" >/dev/null 2>&1 &) ; sleep 0.4"));
	UNIT_ERR(ERR_OK, schema_upgrade(store, folder, &applied, &why));
	CU_ASSERT_EQUAL(applied, 0);
	fixture_sql_is(next("SELECT name FROM scepgate.schema_version WHERE version = @"), "other");
	fixture_sql(next("DELETE FROM scepgate.schema_version WHERE version = @"));
	UNIT_ERR(ERR_OK, schema_upgrade(store, fixture_sql_folder(), NULL, &why));
	store_free(store);
}

CASES(schema,
	{ "an empty database is not installed, and programs refuse it", test_not_installed },
	{ "an upgrade installs all, and doing it again changes nothing", test_install },
	{ "another API is noticed by its digest and applied again", test_digest },
	{ "a database newer than the folder is left alone, and a worker refuses it", test_newer },
	{ "a role without the right cannot upgrade", test_denied },
	{ "a folder that is not there is a matter of configuration", test_folder },
	{ "a migration that fails leaves nothing behind and is named", test_migration_fails },
	{ "migrations with a gap are refused", test_gap },
	{ "of two upgrades at once one applies the migration", test_two_upgrades },
);
