#include <config.h>

#include "store/crl.h"

#include <stdlib.h>

#include "store/internal.h"
#include "store/value.h"

static enum err item_read(const struct db_rows *rows, size_t row, struct due_crl *out, struct why *why)
{
	int64_t partition;
	enum err e;

	if (!value_number(db_rows_get(rows, row, 1), &partition) || !value_bool(db_rows_get(rows, row, 2), &out->is_delta))
		return why_set(why, ERR_DB_SCHEMA, "scepgate.crl_due() gives an unexpected value: run scepadm db upgrade");
	out->partition = (int)partition;
	if ((e = bytes_copy_str(db_rows_get(rows, row, 0), &out->ca)) != ERR_OK)
		return e;
	return bytes_copy_str(db_rows_get(rows, row, 3), &out->because);
}

enum err crl_due_load(struct store *store, const char *ca, struct crl_due *due, struct why *why)
{
	const struct db_param param = ca == NULL ? (struct db_param){ DB_PARAM_NULL, { NULL, 0 }, 0 } : db_text(ca);
	struct crl_due found = { 0 };
	struct db_rows *rows = NULL;
	enum err e;

	e = store_query(store, STORE_RETRY, "SELECT ca_name, crl_partition, crl_is_delta, because FROM scepgate.crl_due($1)", &param, 1, DB_FORMAT_BINARY, &rows, why);
	if (e != ERR_OK || db_rows_count(rows) == 0)
		goto out;
	if ((found.item = calloc(db_rows_count(rows), sizeof(*found.item))) == NULL) {
		e = ERR_MEMORY;
		goto out;
	}
	while (found.count < db_rows_count(rows) && e == ERR_OK) {
		e = item_read(rows, found.count, &found.item[found.count], why);
		found.count++;
	}
out:
	if (e == ERR_OK) {
		*due = found;
		found = (struct crl_due){ 0 };
	}
	crl_due_clear(&found);
	db_rows_free(rows);
	return e;
}

void crl_due_clear(struct crl_due *due)
{
	for (size_t i = 0; i < due->count; i++) {
		free(due->item[i].ca);
		free(due->item[i].because);
	}
	free(due->item);
	*due = (struct crl_due){ 0 };
}
