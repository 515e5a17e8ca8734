#include <config.h>

#include "store/store.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "store/internal.h"
#include "store/value.h"

enum { STORE_HOLD_OFF_MS = 1000, STORE_NUMBER_SIZE = 24 };

struct store {
	char *conninfo, *user, *program;
	struct store_options options;  /* its strings are the three above */
	struct db *db;                 /* NULL: not connected */
	uint64_t generation;
	char *role;
	bool is_in_transaction;
	bool was_lost;                 /* logged as lost, not yet as found */
	int64_t failed_at_ms;          /* of the last attempt to connect, monotonic; meaningful when failure is not ERR_OK */
	enum err failure;
	struct why failure_why;
};

static enum err copy_option(const char *text, char **out)
{
	return text == NULL ? ERR_OK : bytes_copy_str(bytes_from_str(text), out);
}

enum err store_new(const struct store_options *options, struct store **out, struct why *why)
{
	struct store *store = calloc(1, sizeof(*store));
	enum err e;

	if (store == NULL)
		return ERR_MEMORY;
	store->options = *options;
	if ((e = db_conninfo_check(options->conninfo, why)) != ERR_OK || (e = copy_option(options->conninfo, &store->conninfo)) != ERR_OK ||
		(e = copy_option(options->user, &store->user)) != ERR_OK || (e = copy_option(options->program, &store->program)) != ERR_OK)
		goto out;
	store->options.conninfo = store->conninfo;
	store->options.user = store->user;
	store->options.program = store->program;
	*out = store;
	store = NULL;
out:
	store_free(store);
	return e;
}

void store_free(struct store *store)
{
	if (store == NULL)
		return;
	db_close(store->db);
	free(store->role);
	free(store->conninfo);
	free(store->user);
	free(store->program);
	free(store);
}

/* --- connecting --- */

static void log_lost(struct store *store, enum err e, const struct why *why)
{
	if (store->options.log != NULL && !store->was_lost)
		LOG_EVENT(store->options.log, LOG_LEVEL_ERROR, "database-lost", log_str("error", err_name(e)), log_str("detail", why_text(why, e)));
	store->was_lost = true;
}

static void log_found(struct store *store)
{
	if (store->options.log != NULL && store->was_lost)
		LOG_EVENT(store->options.log, LOG_LEVEL_NOTICE, "database-found", log_str("role", store->role));
	store->was_lost = false;
}

/* What every session is set to, and which role it has. The search path holds nothing that a user of the database could fill. */
static enum err session_set(struct db *db, const struct store_options *options, char **role, struct why *why)
{
	static const char sql[] =
		"SELECT current_user, pg_catalog.set_config('statement_timeout', $1, false), pg_catalog.set_config('TimeZone', 'UTC', false),"
		" pg_catalog.set_config('DateStyle', 'ISO, YMD', false), pg_catalog.set_config('bytea_output', 'hex', false),"
		" pg_catalog.set_config('search_path', 'pg_catalog, pg_temp', false), pg_catalog.set_config('default_transaction_isolation', 'read committed', false)";
	char timeout[STORE_NUMBER_SIZE];
	struct db_rows *rows = NULL;
	enum err e;

	snprintf(timeout, sizeof(timeout), "%ds", options->statement_timeout_s);
	if ((e = db_query(db, sql, (struct db_param[]){ db_text(timeout) }, 1, DB_FORMAT_TEXT, &rows, why)) == ERR_OK)
		e = bytes_copy_str(db_rows_get(rows, 0, 0), role);
	db_rows_free(rows);
	return e;
}

static enum err schema_check(struct db *db, struct why *why)
{
	struct db_rows *rows = NULL;
	int64_t version = 0;
	enum err e;

	e = db_query(db, STORE_VERSION_SQL, NULL, 0, DB_FORMAT_BINARY, &rows, why);
	if (e == ERR_OK && (!value_number(db_rows_get(rows, 0, 0), &version) || version != STORE_SCHEMA_VERSION))
		e = why_set(why, ERR_DB_SCHEMA, "the schema in the database is version %lld and this program needs %d: run scepadm db upgrade, or use the program that fits",
			(long long)version, STORE_SCHEMA_VERSION);
	db_rows_free(rows);
	return e;
}

/* Listen first: a change after that is notified, one before that is seen by whoever loads afterwards. */
static enum err session_open(const struct store_options *options, struct db **out, char **role, struct why *why)
{
	const struct db_options db_options = { options->conninfo, options->user, options->program, options->connect_timeout_s, options->statement_timeout_s };
	struct db *db = NULL;
	char *name = NULL;
	enum err e;

	if ((e = db_open(&db_options, &db, why)) != ERR_OK || (e = session_set(db, options, &name, why)) != ERR_OK)
		goto out;
	if (options->listen && (e = db_query(db, "LISTEN scepgate_config", NULL, 0, DB_FORMAT_TEXT, NULL, why)) != ERR_OK)
		goto out;
	if (options->check_schema && (e = schema_check(db, why)) != ERR_OK)
		goto out;
	*out = db;
	*role = name;
	db = NULL;
	name = NULL;
out:
	db_close(db);
	free(name);
	return e;
}

static void connection_drop(struct store *store)
{
	db_close(store->db);
	store->db = NULL;
}

enum err store_connect(struct store *store, struct why *why)
{
	struct why cause = { 0 };
	char *role = NULL;
	enum err e;

	if (store->db != NULL && db_is_alive(store->db))
		return ERR_OK;
	connection_drop(store);
	if (store->is_in_transaction)
		return why_set(why, ERR_DB_AWAY, "the connection was lost in the middle of a change; nothing of it was kept");
	if (store->failure != ERR_OK && clock_monotonic_ms() - store->failed_at_ms < STORE_HOLD_OFF_MS)
		return why_set(why, store->failure, "%s", why_text(&store->failure_why, store->failure));
	if ((e = session_open(&store->options, &store->db, &role, &cause)) != ERR_OK) {
		store->failure = e;
		store->failure_why = cause;
		store->failed_at_ms = clock_monotonic_ms();
		log_lost(store, e, &cause);
		return why_set(why, e, "%s", why_text(&cause, e));
	}
	free(store->role);
	store->role = role;
	store->failure = ERR_OK;
	store->generation++;
	log_found(store);
	return ERR_OK;
}

enum err store_generation(struct store *store, uint64_t *generation, struct why *why)
{
	struct db_news news;
	enum err e;

	if (store->db != NULL) {
		news = db_news_take(store->db);
		if (news.any)
			store->generation++;
		if (!db_is_alive(store->db))
			log_lost(store, ERR_DB_AWAY, &(struct why){ "the server closed the connection" });
		/* After an upgrade the version must be checked again, which connecting does. */
		if (news.schema || !db_is_alive(store->db))
			connection_drop(store);
	}
	if ((e = store_connect(store, why)) == ERR_OK)
		*generation = store->generation;
	return e;
}

enum err store_role(struct store *store, const char **role, struct why *why)
{
	enum err e = store_connect(store, why);

	if (e == ERR_OK)
		*role = store->role;
	return e;
}

/* --- for the other files of this folder --- */

enum err store_query(struct store *store, enum store_retry retry, const char *sql, const struct db_param *params, size_t count, enum db_format format, struct db_rows **rows,
	struct why *why)
{
	bool was_connected = store->db != NULL && db_is_alive(store->db);
	struct why cause = { 0 };
	enum err e;

	if ((e = store_connect(store, why)) != ERR_OK)
		return e;
	e = db_query(store->db, sql, params, count, format, rows, &cause);
	if (!db_is_alive(store->db)) {
		connection_drop(store);
		log_lost(store, e, &cause);
		if (e == ERR_DB_AWAY && retry == STORE_RETRY && was_connected && !store->is_in_transaction && store_connect(store, NULL) == ERR_OK)
			return store_query(store, STORE_ONCE, sql, params, count, format, rows, why);
	}
	return e == ERR_OK ? ERR_OK : why_set(why, e, "%s", why_text(&cause, e));
}

enum err store_script(struct store *store, const char *sql, struct why *why)
{
	enum err e = store_connect(store, why);

	return e == ERR_OK ? db_script(store->db, sql, why) : e;
}

struct db *store_db(struct store *store)
{
	return store->db;
}

bool store_is_in_transaction(const struct store *store)
{
	return store->is_in_transaction;
}

void store_set_in_transaction(struct store *store, bool is_open)
{
	store->is_in_transaction = is_open;
}
