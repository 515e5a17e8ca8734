#include <config.h>

#include "store/crl.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "store/admin.h"
#include "store/internal.h"
#include "store/value.h"

enum {
	FETCH_ROWS = 10000,
	NUMBER_SIZE = 24
};

/* PostgreSQL counts microseconds since 2000. */
static const int64_t pg_epoch_utc = 946684800, microseconds = 1000000;

static enum err schema_error(const char *function, struct why *why)
{
	return why_set(why, ERR_DB_SCHEMA, "scepgate.%s() gives an unexpected value: run scepadm db upgrade", function);
}

/* --- beginning --- */

static enum err wait_for_revocations(struct crl_draft *draft, struct why *why)
{
	struct db_rows *rows = NULL;
	struct bytes at;
	enum err e;

	e = store_query(draft->store, STORE_ONCE, "SELECT scepgate.crl_wait($1)", (struct db_param[]){ db_text(draft->kind.ca) }, 1, DB_FORMAT_TEXT, &rows, why);
	if (e == ERR_OK) {
		at = db_rows_get(rows, 0, 0);
		if (at.len == 0 || at.len >= sizeof draft->taken_at)
			e = schema_error("crl_wait", why);
		else
			memcpy(draft->taken_at, at.ptr, at.len);
	}
	db_rows_free(rows);
	return e;
}

/* Another publisher may have been at work while this one waited. */
static enum err check_due(const struct crl_draft *draft, struct why *why)
{
	struct crl_due due = { 0 };
	bool is_due = false;
	enum err e = crl_due_load(draft->store, draft->kind.ca, &due, why);

	for (size_t i = 0; i < due.count; i++)
		is_due = is_due || (due.item[i].partition == draft->kind.partition && due.item[i].is_delta == draft->kind.is_delta);
	crl_due_clear(&due);
	if (e == ERR_OK && !is_due)
		e = why_set(why, ERR_STALE, "another publisher was first");
	return e;
}

/* @param texts in/out: has room already, so that nothing moves. */
static enum err urls_read(struct bytes array, struct buf *texts, struct bytes *urls, size_t *count, struct why *why)
{
	struct value_array walk;
	struct bytes url;
	enum err e;

	if (!value_array_open(array, &walk) || walk.count > CRL_MAX_URLS)
		return schema_error("crl_prepare", why);
	while (value_array_next(&walk, &url)) {
		size_t at = texts->len;

		if ((e = buf_append(texts, url)) != ERR_OK)
			return e;
		urls[(*count)++] = bytes_from(texts->ptr + at, url.len);
	}
	return ERR_OK;
}

static enum err plan_read(const struct db_rows *rows, struct crl_draft *draft, struct why *why)
{
	int64_t ca_id, number, base = 0, hours = 0;
	enum err e;

	if (!value_number(db_rows_get(rows, 0, 0), &ca_id) || !value_number(db_rows_get(rows, 0, 1), &number) ||
		(!db_rows_is_null(rows, 0, 2) && !value_number(db_rows_get(rows, 0, 2), &base)) || (!db_rows_is_null(rows, 0, 5) && !value_number(db_rows_get(rows, 0, 5), &hours)))
		return schema_error("crl_prepare", why);
	draft->ca_id = (int)ca_id;
	draft->number = (uint64_t)number;
	draft->base_number = (uint64_t)base;
	draft->validity_hours = (int)hours;
	if ((e = buf_reserve(&draft->texts, db_rows_get(rows, 0, 6).len + db_rows_get(rows, 0, 7).len)) != ERR_OK ||
		(e = urls_read(db_rows_get(rows, 0, 6), &draft->texts, draft->crl_url, &draft->crl_url_count, why)) != ERR_OK)
		return e;
	return urls_read(db_rows_get(rows, 0, 7), &draft->texts, draft->delta_url, &draft->delta_url_count, why);
}

/* DECLARE takes no parameters. The times are PostgreSQL's own text. */
static enum err cursor_open(struct crl_draft *draft, const struct db_rows *rows, struct why *why)
{
	struct bytes expired_since = db_rows_get(rows, 0, 3), changed_since = db_rows_get(rows, 0, 4);
	struct buf sql = { 0 };
	enum err e;

	e = buf_append_format(&sql, "DECLARE crl_entries SCROLL CURSOR FOR SELECT serial, %s FROM scepgate.certificate WHERE ca_id = %d AND not_after >= '%.*s' AND ",
		draft->kind.is_delta ? "coalesce(revoked_at, status_changed_at), coalesce(revocation_reason, 8)" : "revoked_at, revocation_reason", draft->ca_id,
		(int)expired_since.len, (const char *)expired_since.ptr);
	if (e == ERR_OK && draft->kind.is_delta)
		e = buf_append_format(&sql, "status_changed_at > '%.*s'", (int)changed_since.len, (const char *)changed_since.ptr);
	else if (e == ERR_OK)
		e = buf_append_str(&sql, "revoked_at IS NOT NULL");
	if (e == ERR_OK && draft->kind.partition > 0)
		e = buf_append_format(&sql, " AND crl_partition = %d", draft->kind.partition);
	if (e == ERR_OK && (e = buf_append_str(&sql, " ORDER BY serial")) == ERR_OK && (e = buf_terminate(&sql)) == ERR_OK)
		e = store_query(draft->store, STORE_ONCE, (const char *)sql.ptr, NULL, 0, DB_FORMAT_TEXT, NULL, why);
	buf_clear(&sql);
	return e;
}

enum err crl_draft_begin(struct store *store, const struct crl_kind *kind, bool only_if_due, struct crl_draft *draft, struct why *why)
{
	static const char sql[] = "SELECT ca_id, number, base_number, expired_since::text, changed_since::text, validity_hours, crl_urls, delta_crl_urls FROM scepgate.crl_prepare($1, $2, $3)";
	const struct db_param params[] = { db_text(kind->ca), db_number(kind->partition), db_text(kind->is_delta ? "true" : "false") };
	struct db_rows *rows = NULL;
	enum err e;

	*draft = (struct crl_draft){ .store = store, .kind = *kind };
	if ((e = wait_for_revocations(draft, why)) != ERR_OK || (e = admin_begin(store, why)) != ERR_OK ||
		(e = store_query(store, STORE_ONCE, sql, params, 3, DB_FORMAT_BINARY, &rows, why)) != ERR_OK)
		goto out;
	if (only_if_due && (e = check_due(draft, why)) != ERR_OK)
		goto out;
	if ((e = plan_read(rows, draft, why)) == ERR_OK)
		e = cursor_open(draft, rows, why);
out:
	db_rows_free(rows);
	return e;
}

/* --- entries --- */

static enum err fetch(struct crl_draft *draft, struct why *why)
{
	char sql[64];

	snprintf(sql, sizeof sql, "FETCH FORWARD %d FROM crl_entries", FETCH_ROWS);
	db_rows_free(draft->rows);
	draft->rows = NULL;
	draft->row = 0;
	return store_query(draft->store, STORE_ONCE, sql, NULL, 0, DB_FORMAT_BINARY, &draft->rows, why);
}

static int64_t seconds_utc(int64_t pg_time)
{
	int64_t seconds = pg_time / microseconds;

	return seconds - (pg_time % microseconds < 0 ? 1 : 0) + pg_epoch_utc;
}

enum err crl_draft_next(void *context, struct crl_entry *out, struct why *why)
{
	struct crl_draft *draft = context;
	int64_t at, reason;
	enum err e;

	if (draft->rows == NULL || draft->row == db_rows_count(draft->rows)) {
		if (draft->rows != NULL && draft->row < FETCH_ROWS)
			return ERR_NOT_FOUND;
		if ((e = fetch(draft, why)) != ERR_OK)
			return e == ERR_NOT_FOUND ? ERR_DB : e; /* not the end */
		if (db_rows_count(draft->rows) == 0)
			return ERR_NOT_FOUND;
	}
	if (!value_number(db_rows_get(draft->rows, draft->row, 1), &at) || !value_number(db_rows_get(draft->rows, draft->row, 2), &reason))
		return why_set(why, ERR_DB_SCHEMA, "a revoked certificate has no time or no reason");
	*out = (struct crl_entry){ db_rows_get(draft->rows, draft->row, 0), seconds_utc(at), (enum crl_reason)reason };
	draft->row++;
	return ERR_OK;
}

enum err crl_draft_rewind(void *context, struct why *why)
{
	struct crl_draft *draft = context;

	db_rows_free(draft->rows);
	draft->rows = NULL;
	draft->row = 0;
	return store_query(draft->store, STORE_ONCE, "MOVE ABSOLUTE 0 FROM crl_entries", NULL, 0, DB_FORMAT_TEXT, NULL, why);
}

/* --- what becomes of it --- */

enum err crl_draft_append(void *context, struct bytes piece, struct why *why)
{
	const struct crl_draft *draft = context;
	const struct db_param params[] = { db_number(draft->ca_id), db_number((int64_t)draft->number), db_octets(piece) };

	return store_query(draft->store, STORE_ONCE, "SELECT scepgate.crl_append($1, $2, $3)", params, 3, DB_FORMAT_TEXT, NULL, why);
}

enum err crl_draft_publish(struct crl_draft *draft, int64_t this_update_utc, int64_t next_update_utc, size_t revoked, struct why *why)
{
	char number[NUMBER_SIZE], partition[NUMBER_SIZE], base[NUMBER_SIZE], count[NUMBER_SIZE], this_update[CLOCK_ISO_SIZE], next_update[CLOCK_ISO_SIZE];
	struct admin_argument argument[8];
	size_t n = 0;
	enum err e;

	clock_format_iso(this_update_utc, this_update);
	clock_format_iso(next_update_utc, next_update);
	snprintf(number, sizeof number, "%" PRIu64, draft->number);
	snprintf(partition, sizeof partition, "%d", draft->kind.partition);
	snprintf(base, sizeof base, "%" PRIu64, draft->base_number);
	snprintf(count, sizeof count, "%zu", revoked);
	argument[n++] = (struct admin_argument){ "ca", bytes_from_str(draft->kind.ca) };
	argument[n++] = (struct admin_argument){ "number", bytes_from_str(number) };
	argument[n++] = (struct admin_argument){ "this_update", bytes_from_str(this_update) };
	argument[n++] = (struct admin_argument){ "next_update", bytes_from_str(next_update) };
	argument[n++] = (struct admin_argument){ "partition", bytes_from_str(partition) };
	argument[n++] = (struct admin_argument){ "revoked", bytes_from_str(count) };
	argument[n++] = (struct admin_argument){ "taken_at", bytes_from_str(draft->taken_at) };
	if (draft->kind.is_delta)
		argument[n++] = (struct admin_argument){ "base_number", bytes_from_str(base) };
	if ((e = admin_call(draft->store, ADMIN_CRL_PUBLISH, argument, n, NULL, why)) == ERR_OK)
		e = admin_commit(draft->store, why);
	return e;
}

void crl_draft_clear(struct crl_draft *draft)
{
	db_rows_free(draft->rows);
	buf_clear(&draft->texts);
	if (draft->store != NULL)
		admin_rollback(draft->store);
	*draft = (struct crl_draft){ 0 };
}
