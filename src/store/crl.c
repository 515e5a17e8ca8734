#include <config.h>

#include "store/crl.h"

#include "store/internal.h"

enum err crl_latest(struct store *store, int ca_id, struct buf *der, struct why *why)
{
	struct buf found = { 0 };
	struct db_rows *rows = NULL;
	enum err e;

	e = store_query(store, STORE_RETRY, "SELECT der FROM scepgate.crl_latest($1) AS latest (der)", (struct db_param[]){ db_number(ca_id) }, 1, DB_FORMAT_BINARY, &rows, why);
	if (e == ERR_OK && db_rows_count(rows) == 0)
		e = why_set(why, ERR_NOT_FOUND, "the CA has published no CRL");
	if (e == ERR_OK && (e = buf_append(&found, db_rows_get(rows, 0, 0))) == ERR_OK)
		buf_move(der, &found);
	buf_clear(&found);
	db_rows_free(rows);
	return e;
}
