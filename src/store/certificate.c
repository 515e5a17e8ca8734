#include <config.h>

#include "store/certificate.h"

#include "store/internal.h"

enum err certificate_find(struct store *store, int endpoint_id, int64_t endpoint_version, struct bytes serial, struct bytes requester_cert_sha256, struct buf *der, struct why *why)
{
	const struct db_param params[] = { db_number(endpoint_id), db_number(endpoint_version), db_octets(serial), db_octets(requester_cert_sha256) };
	struct db_rows *rows = NULL;
	struct buf found = { 0 };
	struct bytes outcome;
	enum err e;

	e = store_query(store, STORE_RETRY, "SELECT outcome, certificate FROM scepgate.certificate_find($1, $2, $3, $4)", params, sizeof(params) / sizeof(params[0]), DB_FORMAT_BINARY,
		&rows, why);
	if (e != ERR_OK)
		goto out;
	outcome = db_rows_get(rows, 0, 0);
	if (bytes_is_str(outcome, "found"))
		e = buf_append(&found, db_rows_get(rows, 0, 1));
	else if (bytes_is_str(outcome, "none"))
		e = why_set(why, ERR_NOT_FOUND, "the requester has no certificate of this endpoint that is good now, or there is no certificate with this serial number");
	else
		e = why_set(why, ERR_STALE, "the endpoint changed since it was loaded");
	if (e == ERR_OK)
		buf_move(der, &found);
out:
	buf_clear(&found);
	db_rows_free(rows);
	return e;
}
