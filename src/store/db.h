#ifndef SCEPGATE_STORE_DB_H
#define SCEPGATE_STORE_DB_H

/*
 * One connection to PostgreSQL. The only home of libpq, for the other files of src/store alone. Every wait has an end: connecting by the connect time-out, a
 * statement by the statement time-out here as well as in the server, so that a server that hangs cannot hold a worker.
 */

#include "base/bytes.h"
#include "base/why.h"

enum { DB_MAX_PARAMS = 40 };

struct db;
struct db_rows;

struct db_options {
	const char *conninfo;
	const char *user;         /* NULL: as conninfo says */
	const char *program;
	int connect_timeout_s;
	int statement_timeout_s;  /* 0: none */
};

enum db_param_kind { DB_PARAM_NULL, DB_PARAM_TEXT, DB_PARAM_OCTETS, DB_PARAM_NUMBER };

/** A parameter of a statement; borrowed. Made by the constructors below. */
struct db_param {
	enum db_param_kind kind;
	struct bytes bytes;
	int64_t number;
};

/** Text of whatever type the statement wants there. NULL is the empty string. */
static inline struct db_param db_text(const char *text)
{
	return (struct db_param){ DB_PARAM_TEXT, bytes_from_str(text), 0 };
}

static inline struct db_param db_text_bytes(struct bytes text)
{
	return (struct db_param){ DB_PARAM_TEXT, text, 0 };
}

/** A bytea. */
static inline struct db_param db_octets(struct bytes octets)
{
	return (struct db_param){ DB_PARAM_OCTETS, octets, 0 };
}

static inline struct db_param db_number(int64_t number)
{
	return (struct db_param){ DB_PARAM_NUMBER, { NULL, 0 }, number };
}

/** Can libpq read this connection string? @return ERR_OK; ERR_CONF; ERR_MEMORY. */
enum err db_conninfo_check(const char *conninfo, struct why *why);

/** Connect. @param out out: the caller's, db_close(). @return ERR_OK; ERR_DB_AWAY, whatever the reason (libpq does not tell); ERR_MEMORY. */
enum err db_open(const struct db_options *options, struct db **out, struct why *why);
void db_close(struct db *db);

/** False once the connection is known to be lost or unusable; it never comes back. */
bool db_is_alive(const struct db *db);

/** How values come back: as text, or in PostgreSQL's binary format (value.h reads it). */
enum db_format { DB_FORMAT_TEXT, DB_FORMAT_BINARY };

/**
 * Run one statement.
 *
 * @param rows out: the caller's, db_rows_free(); untouched on error; may be NULL.
 * @param why  out: the server's sentence, or that of the constraint (db_sentences_load).
 * @return ERR_OK; ERR_NOT_FOUND; ERR_CONFLICT; ERR_VALUE; ERR_DB_DENIED; ERR_DB_SCHEMA when a relation or function is not there; ERR_DB_AWAY when the connection is lost, the
 *         server read-only or out of resources, or the statement took too long; ERR_DB; ERR_MEMORY; ERR_INTERNAL for too many parameters.
 */
enum err db_query(struct db *db, const char *sql, const struct db_param *params, size_t count, enum db_format format, struct db_rows **rows, struct why *why);

/** Run a script of several statements, without parameters, result or time limit. @return as db_query(). */
enum err db_script(struct db *db, const char *sql, struct why *why);

/** What has been notified. */
struct db_news {
	bool any;
	bool schema;   /* the schema itself changed */
};

/** Take what the server has sent already; no round trip. Notices that the connection is lost. */
struct db_news db_news_take(struct db *db);

/** Read the sentences of the schema's constraints; from then on a refusal says the sentence of its constraint. Done once a connection. @return as db_query(). */
enum err db_sentences_load(struct db *db, struct why *why);

/* --- rows --- */

size_t db_rows_count(const struct db_rows *rows);
size_t db_rows_columns(const struct db_rows *rows);
const char *db_rows_column_name(const struct db_rows *rows, size_t column);
/** Object identifier of a column's type. */
unsigned db_rows_column_type(const struct db_rows *rows, size_t column);
bool db_rows_is_null(const struct db_rows *rows, size_t row, size_t column);
/** A value; empty when null. Borrowed from the rows. A text value is terminated. */
struct bytes db_rows_get(const struct db_rows *rows, size_t row, size_t column);
void db_rows_free(struct db_rows *rows);

#endif
