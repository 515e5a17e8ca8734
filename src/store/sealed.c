#include <config.h>

#include "store/sealed.h"

#include <stdlib.h>

#include "store/internal.h"
#include "store/value.h"

/* Columns of sealed_keys() and, all of them, sealed_requests(). */
enum { COLUMN_ID, COLUMN_SEALED, COLUMN_ENDPOINT, COLUMN_TRANSACTION, COLUMN_REQUESTER, COLUMN_CSR };

static enum err number_get(const struct db_rows *rows, size_t row, size_t column, int64_t *out, struct why *why)
{
	return value_number(db_rows_get(rows, row, column), out) ? ERR_OK : why_set(why, ERR_DB_SCHEMA, "a sealed item has no number: run scepadm db upgrade");
}

static enum err item_read(const struct db_rows *rows, size_t row, bool is_request, struct sealed_item *item, struct why *why)
{
	int64_t endpoint_id;
	enum err e;

	if ((e = number_get(rows, row, COLUMN_ID, &item->id, why)) != ERR_OK || (e = buf_append(&item->sealed, db_rows_get(rows, row, COLUMN_SEALED))) != ERR_OK || !is_request)
		return e;
	if ((e = number_get(rows, row, COLUMN_ENDPOINT, &endpoint_id, why)) != ERR_OK)
		return e;
	item->endpoint_id = (int)endpoint_id;
	if ((e = buf_append(&item->transaction_id, db_rows_get(rows, row, COLUMN_TRANSACTION))) != ERR_OK ||
	    (e = buf_append(&item->requester_spki_sha256, db_rows_get(rows, row, COLUMN_REQUESTER))) != ERR_OK)
		return e;
	return buf_append(&item->csr_sha256, db_rows_get(rows, row, COLUMN_CSR));
}

static enum err list_load(struct store *store, const char *sql, const struct db_param *params, size_t param_count, struct sealed_list *list, struct why *why)
{
	struct sealed_list read = { 0 };
	struct db_rows *rows = NULL;
	enum err e;

	if ((e = store_query(store, STORE_ONCE, sql, params, param_count, DB_FORMAT_BINARY, &rows, why)) != ERR_OK)
		goto out;
	read.item = calloc(db_rows_count(rows) + 1, sizeof *read.item);
	if (read.item == NULL)
		e = ERR_MEMORY;
	for (size_t i = 0; e == ERR_OK && i < db_rows_count(rows); i++) {
		read.count++;
		e = item_read(rows, i, param_count > 0, &read.item[i], why);
	}
	if (e == ERR_OK) {
		*list = read;
		read = (struct sealed_list){ 0 };
	}
out:
	sealed_list_clear(&read);
	db_rows_free(rows);
	return e;
}

struct enrolment_key sealed_item_key(const struct sealed_item *item)
{
	return (struct enrolment_key){ .endpoint_id = item->endpoint_id, .transaction_id = buf_bytes(&item->transaction_id),
		.requester_spki_sha256 = buf_bytes(&item->requester_spki_sha256), .csr_sha256 = buf_bytes(&item->csr_sha256) };
}

enum err sealed_keys_load(struct store *store, struct sealed_list *list, struct why *why)
{
	return list_load(store, "SELECT id, sealed FROM scepgate.sealed_keys()", NULL, 0, list, why);
}

enum err sealed_requests_load(struct store *store, int64_t after, struct sealed_list *list, struct why *why)
{
	const struct db_param params[] = { db_number(after), db_number(SEALED_PAGE_LEN) };

	return list_load(store, "SELECT id, sealed, endpoint_id, transaction_id, requester_spki_sha256, csr_sha256 FROM scepgate.sealed_requests($1, $2)", params, 2, list, why);
}

static enum err save(struct store *store, const char *sql, int64_t id, struct bytes sealed, struct why *why)
{
	const struct db_param params[] = { db_number(id), db_octets(sealed) };
	struct db_rows *rows = NULL;
	int64_t saved;
	enum err e;

	if ((e = store_query(store, STORE_ONCE, sql, params, 2, DB_FORMAT_BINARY, &rows, why)) == ERR_OK && !value_number(db_rows_get(rows, 0, 0), &saved))
		e = why_set(why, ERR_NOT_FOUND, "what was to be sealed anew is gone");
	db_rows_free(rows);
	return e;
}

enum err sealed_key_save(struct store *store, int64_t id, struct bytes sealed, struct why *why)
{
	return save(store, "SELECT scepgate.sealed_key_set($1, $2)", id, sealed, why);
}

enum err sealed_request_save(struct store *store, int64_t id, struct bytes sealed, struct why *why)
{
	return save(store, "SELECT scepgate.sealed_request_set($1, $2)", id, sealed, why);
}

enum err sealed_record(struct store *store, int keys, int requests, struct why *why)
{
	const struct db_param params[] = { db_number(keys), db_number(requests) };

	return store_query(store, STORE_ONCE, "SELECT scepgate.secret_changed($1, $2)", params, 2, DB_FORMAT_TEXT, NULL, why);
}

void sealed_list_clear(struct sealed_list *list)
{
	for (size_t i = 0; i < list->count; i++) {
		buf_clear(&list->item[i].sealed);
		buf_clear(&list->item[i].transaction_id);
		buf_clear(&list->item[i].requester_spki_sha256);
		buf_clear(&list->item[i].csr_sha256);
	}
	free(list->item);
	*list = (struct sealed_list){ 0 };
}
