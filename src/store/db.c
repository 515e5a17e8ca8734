#include <config.h>

#include "store/db.h"

#include <errno.h>
#include <inttypes.h>
#include <libpq-fe.h>
#include <poll.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"

enum {
	DB_GRACE_MS = 2000,        /* the server's own time-out comes first, and says more */
	DB_MAX_READS = 16,         /* of what has arrived, in one go */
	DB_NUMBER_SIZE = 24,
	DB_BYTEA_OID = 17
};

struct db {
	PGconn *conn;
	int64_t statement_ms;      /* 0: no limit */
	bool is_dead;
	PGresult *sentences;       /* constraint, sentence; ordered by constraint */
};

/* PGresult itself, under a name of ours. */
static PGresult *result_of(const struct db_rows *rows)
{
	return (PGresult *)(uintptr_t)rows;
}

/* --- sentences --- */

/* libpq's messages have line ends, at the end and between hosts. */
static enum err why_set_lines(struct why *why, enum err e, const char *text)
{
	char line[WHY_MAX_LEN + 1];
	size_t len = 0;

	for (; *text != '\0' && len < sizeof(line) - 1; text++)
		line[len++] = *text == '\n' || *text == '\t' ? ' ' : *text;
	while (len > 0 && line[len - 1] == ' ')
		len--;
	line[len] = '\0';
	return why_set(why, e, "%s", line);
}

static const char *sentence_find(const struct db *db, const char *constraint)
{
	int count = db->sentences == NULL ? 0 : PQntuples(db->sentences);

	for (int i = 0; i < count; i++)
		if (strcmp(PQgetvalue(db->sentences, i, 0), constraint) == 0)
			return PQgetvalue(db->sentences, i, 1);
	return NULL;
}

/* --- SQLSTATE to enum err --- */

static bool state_starts(const char *state, const char *start)
{
	return strncmp(state, start, strlen(start)) == 0;
}

static enum err err_from_state(const char *state)
{
	static const struct {
		const char *state;
		enum err e;
	} table[] = {
		{ "57P01", ERR_DB_AWAY }, { "57P02", ERR_DB_AWAY }, { "57P03", ERR_DB_AWAY }, { "57P04", ERR_DB_AWAY }, { "57P05", ERR_DB_AWAY }, /* shutting down, starting, … */
		{ "57014", ERR_DB_AWAY }, /* statement time-out */
		{ "25006", ERR_DB_AWAY }, /* read-only: a standby, or a primary that was demoted */
		{ "55P03", ERR_DB_AWAY }, /* lock time-out */
		{ "42501", ERR_DB_DENIED },
		{ "23505", ERR_CONFLICT }, { "23503", ERR_CONFLICT }, { "23001", ERR_CONFLICT }, { "23P01", ERR_CONFLICT },
		{ "55000", ERR_CONFLICT }, /* not in the state that the change needs */
		{ "53400", ERR_CONFLICT }, /* a limit that was configured */
		{ "23514", ERR_VALUE }, { "23502", ERR_VALUE }, { "42703", ERR_VALUE },
		{ "P0002", ERR_NOT_FOUND },
		{ "3F000", ERR_DB_SCHEMA }, { "42P01", ERR_DB_SCHEMA }, { "42883", ERR_DB_SCHEMA },
	};

	for (size_t i = 0; i < sizeof(table) / sizeof(table[0]); i++)
		if (strcmp(table[i].state, state) == 0)
			return table[i].e;
	if (state_starts(state, "08") || state_starts(state, "40") || state_starts(state, "53") || state_starts(state, "58"))
		return ERR_DB_AWAY;
	if (state_starts(state, "28"))
		return ERR_DB_DENIED;
	if (state_starts(state, "22"))
		return ERR_VALUE;
	return ERR_DB;
}

static const char *field_get(const PGresult *result, int field)
{
	const char *text = PQresultErrorField(result, field);

	return text == NULL ? "" : text;
}

static enum err db_lost(struct db *db, struct why *why)
{
	db->is_dead = true;
	return why_set_lines(why, ERR_DB_AWAY, *PQerrorMessage(db->conn) == '\0' ? "the connection to the database was lost" : PQerrorMessage(db->conn));
}

static enum err db_refused(struct db *db, const PGresult *result, struct why *why)
{
	const char *state = field_get(result, PG_DIAG_SQLSTATE), *constraint = field_get(result, PG_DIAG_CONSTRAINT_NAME);
	const char *sentence = sentence_find(db, constraint), *detail = "";
	enum err e;

	if (PQstatus(db->conn) == CONNECTION_BAD || *state == '\0')
		return db_lost(db, why);
	e = err_from_state(state);
	/* A standby stays read-only; the next connection may find the primary among the hosts. */
	if (strcmp(state, "25006") == 0 || state_starts(state, "57P"))
		db->is_dead = true;
	/* The detail of other errors can quote a whole row, and a row can hold a hash. */
	if (e == ERR_CONFLICT)
		detail = field_get(result, PG_DIAG_MESSAGE_DETAIL);
	if (sentence != NULL && *detail != '\0')
		return why_set(why, e, "%s (%s)", sentence, detail);
	if (sentence != NULL)
		return why_set(why, e, "%s", sentence);
	if (strcmp(state, "23502") == 0)
		return why_set(why, e, "%s must be given", field_get(result, PG_DIAG_COLUMN_NAME));
	return why_set_lines(why, e, field_get(result, PG_DIAG_MESSAGE_PRIMARY));
}

/* --- connecting --- */

/* Notices are for people at psql; libpq would print them to standard error. */
static void notice_drop(void *context, const PGresult *notice)
{
	(void)context;
	(void)notice;
}

enum err db_conninfo_check(const char *conninfo, struct why *why)
{
	char *message = NULL;
	PQconninfoOption *parsed = PQconninfoParse(conninfo, &message);
	enum err e = ERR_OK;

	if (parsed == NULL)
		e = message == NULL ? ERR_MEMORY : why_set_lines(why, ERR_CONF, message);
	PQconninfoFree(parsed);
	PQfreemem(message);
	return e;
}

enum err db_open(const struct db_options *options, struct db **out, struct why *why)
{
	char connect_timeout[DB_NUMBER_SIZE], user_timeout[DB_NUMBER_SIZE];
	/* What stands before dbname is overridden by the connection string, what stands after it overrides. */
	const char *const keywords[] = { "fallback_application_name", "keepalives_idle", "keepalives_interval", "keepalives_count", "tcp_user_timeout",
		"dbname", "connect_timeout", "client_encoding", "user", NULL };
	const char *const values[] = { options->program, "10", "5", "3", user_timeout, options->conninfo, connect_timeout, "UTF8", options->user, NULL };
	struct db *db = calloc(1, sizeof(*db));
	enum err e = ERR_OK;

	if (db == NULL)
		return ERR_MEMORY;
	snprintf(connect_timeout, sizeof(connect_timeout), "%d", options->connect_timeout_s);
	snprintf(user_timeout, sizeof(user_timeout), "%d", (options->statement_timeout_s + options->connect_timeout_s) * 1000);
	db->statement_ms = (int64_t)options->statement_timeout_s * 1000;
	db->conn = PQconnectdbParams(keywords, values, 1);
	if (db->conn == NULL) {
		e = ERR_MEMORY;
		goto out;
	}
	if (PQstatus(db->conn) != CONNECTION_OK || PQsetnonblocking(db->conn, 1) != 0) {
		e = db_lost(db, why);
		goto out;
	}
	PQsetNoticeReceiver(db->conn, notice_drop, NULL);
	*out = db;
	db = NULL;
out:
	db_close(db);
	return e;
}

void db_close(struct db *db)
{
	if (db == NULL)
		return;
	PQclear(db->sentences);
	PQfinish(db->conn);
	free(db);
}

bool db_is_alive(const struct db *db)
{
	return !db->is_dead;
}

/* --- waiting --- */

/* Wait until the server has said something, or takes more. @param deadline 0: none. */
static enum err db_wait(struct db *db, bool want_write, int64_t deadline, struct why *why)
{
	struct pollfd fd = { .fd = PQsocket(db->conn), .events = (short)(POLLIN | (want_write ? POLLOUT : 0)) };
	int64_t left = deadline == 0 ? -1 : deadline - clock_monotonic_ms();
	int ready;

	if (deadline != 0 && left <= 0) {
		db->is_dead = true;
		return why_set(why, ERR_DB_AWAY, "the database did not answer within %" PRId64 " seconds", db->statement_ms / 1000);
	}
	ready = poll(&fd, 1, (int)left);
	if (ready < 0 && errno != EINTR)
		return db_lost(db, why);
	if (ready > 0 && (fd.revents & (POLLIN | POLLERR | POLLHUP | POLLNVAL)) != 0 && PQconsumeInput(db->conn) == 0)
		return db_lost(db, why);
	return ERR_OK;
}

/* Send what is left to send and collect the results of one request: the last good one, or the first that failed. */
static enum err db_collect(struct db *db, int64_t deadline, PGresult **out, struct why *why)
{
	PGresult *kept = NULL, *result;
	enum err e = ERR_OK;
	int unsent;

	while ((unsent = PQflush(db->conn)) > 0)
		if ((e = db_wait(db, true, deadline, why)) != ERR_OK)
			return e;
	if (unsent < 0)
		return db_lost(db, why);
	for (;;) {
		while (PQisBusy(db->conn))
			if ((e = db_wait(db, false, deadline, why)) != ERR_OK)
				goto out;
		if ((result = PQgetResult(db->conn)) == NULL)
			break;
		if (PQresultStatus(result) == PGRES_COPY_IN || PQresultStatus(result) == PGRES_COPY_OUT || PQresultStatus(result) == PGRES_COPY_BOTH) {
			PQclear(result);
			db->is_dead = true;
			e = why_set(why, ERR_INTERNAL, "COPY has no place in a script");
			goto out;
		}
		if (kept != NULL && PQresultStatus(kept) == PGRES_FATAL_ERROR) {
			PQclear(result);
		} else {
			PQclear(kept);
			kept = result;
		}
	}
	*out = kept;
	kept = NULL;
out:
	PQclear(kept);
	return e;
}

static enum err db_finish(struct db *db, bool was_sent, int64_t deadline, struct db_rows **rows, struct why *why)
{
	PGresult *result = NULL;
	enum err e = was_sent ? db_collect(db, deadline, &result, why) : db_lost(db, why);

	if (e != ERR_OK)
		return e;
	if (result == NULL)
		return db_lost(db, why);
	if (PQresultStatus(result) != PGRES_TUPLES_OK && PQresultStatus(result) != PGRES_COMMAND_OK && PQresultStatus(result) != PGRES_EMPTY_QUERY)
		e = db_refused(db, result, why);
	if (e == ERR_OK && PQstatus(db->conn) == CONNECTION_BAD)
		db->is_dead = true;
	if (e == ERR_OK && rows != NULL)
		*rows = (struct db_rows *)result;
	else
		PQclear(result);
	return e;
}

/* --- statements --- */

/* Parameters in the form that libpq takes. */
struct wire {
	Oid type[DB_MAX_PARAMS];
	const char *value[DB_MAX_PARAMS];
	int len[DB_MAX_PARAMS];
	int format[DB_MAX_PARAMS];
	char number[DB_MAX_PARAMS][DB_NUMBER_SIZE];
	struct buf texts; /* terminated copies */
};

static enum err wire_add_text(struct wire *wire, size_t i, struct bytes text, struct why *why)
{
	enum err e;

	if (text.len > 0 && memchr(text.ptr, '\0', text.len) != NULL)
		return why_set(why, ERR_VALUE, "a text may not hold the character NUL");
	wire->value[i] = (const char *)wire->texts.ptr + wire->texts.len;
	if ((e = buf_append(&wire->texts, text)) != ERR_OK)
		return e;
	return buf_append_byte(&wire->texts, '\0');
}

static enum err wire_fill(struct wire *wire, const struct db_param *params, size_t count, struct why *why)
{
	size_t room = 0;
	enum err e;

	/* All at once, so that the pointers into it stay. */
	for (size_t i = 0; i < count; i++)
		room += params[i].kind == DB_PARAM_TEXT ? params[i].bytes.len + 1 : 0;
	if ((e = buf_reserve(&wire->texts, room + 1)) != ERR_OK)
		return e;
	for (size_t i = 0; i < count; i++) {
		switch (params[i].kind) {
		case DB_PARAM_NULL:
			break;
		case DB_PARAM_TEXT:
			if ((e = wire_add_text(wire, i, params[i].bytes, why)) != ERR_OK)
				return e;
			break;
		case DB_PARAM_OCTETS:
			if (params[i].bytes.len > INT32_MAX)
				return why_set(why, ERR_VALUE, "a value is too large");
			wire->type[i] = DB_BYTEA_OID;
			wire->value[i] = params[i].bytes.len == 0 ? "" : (const char *)params[i].bytes.ptr;
			wire->len[i] = (int)params[i].bytes.len;
			wire->format[i] = 1;
			break;
		case DB_PARAM_NUMBER:
			snprintf(wire->number[i], DB_NUMBER_SIZE, "%" PRId64, params[i].number);
			wire->value[i] = wire->number[i];
			break;
		}
	}
	return ERR_OK;
}

enum err db_query(struct db *db, const char *sql, const struct db_param *params, size_t count, enum db_format format, struct db_rows **rows, struct why *why)
{
	struct wire wire = { 0 };
	int64_t deadline = db->statement_ms == 0 ? 0 : clock_monotonic_ms() + db->statement_ms + DB_GRACE_MS;
	bool was_sent;
	enum err e;

	if (count > DB_MAX_PARAMS)
		return why_set(why, ERR_INTERNAL, "a statement has %zu parameters, more than %d", count, DB_MAX_PARAMS);
	if ((e = wire_fill(&wire, params, count, why)) != ERR_OK)
		goto out;
	was_sent = PQsendQueryParams(db->conn, sql, (int)count, wire.type, wire.value, wire.len, wire.format, format == DB_FORMAT_BINARY) == 1;
	e = db_finish(db, was_sent, deadline, rows, why);
out:
	buf_clear(&wire.texts);
	return e;
}

enum err db_script(struct db *db, const char *sql, struct why *why)
{
	return db_finish(db, PQsendQuery(db->conn, sql) == 1, 0, NULL, why);
}

struct db_news db_news_take(struct db *db)
{
	struct db_news news = { false, false };
	PGnotify *notify;

	/* One read takes what the server said last, the next one finds that it hung up. */
	for (int i = 0; i < DB_MAX_READS && !db->is_dead; i++) {
		struct pollfd fd = { .fd = PQsocket(db->conn), .events = POLLIN };

		if (PQconsumeInput(db->conn) == 0 || PQstatus(db->conn) == CONNECTION_BAD)
			db->is_dead = true;
		else if (poll(&fd, 1, 0) <= 0)
			break;
	}
	while ((notify = PQnotifies(db->conn)) != NULL) {
		news.any = true;
		news.schema = news.schema || strcmp(notify->extra, "schema") == 0;
		PQfreemem(notify);
	}
	return news;
}

enum err db_sentences_load(struct db *db, struct why *why)
{
	static const char sql[] =
		"SELECT conname, pg_catalog.obj_description(oid, 'pg_constraint') FROM pg_catalog.pg_constraint"
		" WHERE connamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'scepgate') AND pg_catalog.obj_description(oid, 'pg_constraint') IS NOT NULL"
		" UNION ALL SELECT c.relname, pg_catalog.obj_description(c.oid, 'pg_class') FROM pg_catalog.pg_class c JOIN pg_catalog.pg_index i ON i.indexrelid = c.oid"
		" WHERE c.relnamespace = (SELECT oid FROM pg_catalog.pg_namespace WHERE nspname = 'scepgate') AND i.indisunique"
		" AND pg_catalog.obj_description(c.oid, 'pg_class') IS NOT NULL";
	struct db_rows *rows = NULL;
	enum err e;

	if (db->sentences != NULL)
		return ERR_OK;
	if ((e = db_query(db, sql, NULL, 0, DB_FORMAT_TEXT, &rows, why)) == ERR_OK)
		db->sentences = result_of(rows);
	return e;
}

/* --- rows --- */

size_t db_rows_count(const struct db_rows *rows)
{
	return (size_t)PQntuples(result_of(rows));
}

size_t db_rows_columns(const struct db_rows *rows)
{
	return (size_t)PQnfields(result_of(rows));
}

const char *db_rows_column_name(const struct db_rows *rows, size_t column)
{
	return PQfname(result_of(rows), (int)column);
}

unsigned db_rows_column_type(const struct db_rows *rows, size_t column)
{
	return PQftype(result_of(rows), (int)column);
}

bool db_rows_is_null(const struct db_rows *rows, size_t row, size_t column)
{
	return PQgetisnull(result_of(rows), (int)row, (int)column) == 1;
}

struct bytes db_rows_get(const struct db_rows *rows, size_t row, size_t column)
{
	PGresult *result = result_of(rows);

	return bytes_from(PQgetvalue(result, (int)row, (int)column), (size_t)PQgetlength(result, (int)row, (int)column));
}

void db_rows_free(struct db_rows *rows)
{
	PQclear(result_of(rows));
}
