#include <config.h>

#include "store/publication.h"

#include "store/internal.h"
#include "store/value.h"

void published_ca_clear(struct published_ca *ca)
{
	buf_clear(&ca->cert_der);
	for (size_t i = 0; i < ca->chain_count; i++)
		buf_clear(&ca->chain[i]);
	*ca = (struct published_ca){ 0 };
}

static enum err ca_read(const struct db_rows *rows, struct published_ca *out, struct why *why)
{
	struct value_array chain;
	struct bytes der;
	enum err e;

	if (!value_array_open(db_rows_get(rows, 0, 1), &chain) || chain.count > PUBLICATION_MAX_CHAIN)
		return why_set(why, ERR_DB_SCHEMA, "scepgate.public_ca() gives no chain: run scepadm db upgrade");
	if ((e = buf_append(&out->cert_der, db_rows_get(rows, 0, 0))) != ERR_OK)
		return e;
	while (chain.count > 0) {
		if (!value_array_next(&chain, &der))
			return why_set(why, ERR_DB_SCHEMA, "scepgate.public_ca() gives a certificate that is none: run scepadm db upgrade");
		if ((e = buf_append(&out->chain[out->chain_count++], der)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err publication_load_ca(struct store *store, struct bytes name, struct published_ca *out, struct why *why)
{
	struct db_rows *rows = NULL;
	struct published_ca read = { 0 };
	enum err e;

	e = store_query(store, STORE_RETRY, "SELECT certificate, chain FROM scepgate.public_ca($1)", (struct db_param[]){ db_text_bytes(name) }, 1, DB_FORMAT_BINARY, &rows, why);
	if (e == ERR_OK && db_rows_count(rows) == 0)
		e = why_set(why, ERR_NOT_FOUND, "there is no such CA");
	if (e == ERR_OK && (e = ca_read(rows, &read, why)) == ERR_OK) {
		*out = read;
		read = (struct published_ca){ 0 };
	}
	published_ca_clear(&read);
	db_rows_free(rows);
	return e;
}

enum err publication_load_crl(struct store *store, struct bytes ca, int partition, bool is_delta, int64_t known_number, struct published_crl *out, struct why *why)
{
	static const char sql[] = "SELECT number, floor(extract(epoch FROM this_update))::bigint, floor(extract(epoch FROM next_update))::bigint, der FROM scepgate.public_crl($1, $2, $3, $4)";
	struct db_param params[] = { db_text_bytes(ca), db_number(partition), db_text(is_delta ? "true" : "false"), db_number(known_number) };
	struct db_rows *rows = NULL;
	struct published_crl read = { 0 };
	enum err e;

	if ((e = store_query(store, STORE_RETRY, sql, params, sizeof(params) / sizeof(params[0]), DB_FORMAT_BINARY, &rows, why)) != ERR_OK)
		goto out;
	if (db_rows_count(rows) == 0) {
		e = why_set(why, ERR_NOT_FOUND, "the CA has published no such CRL");
		goto out;
	}
	if (!value_number(db_rows_get(rows, 0, 0), &read.number) || !value_number(db_rows_get(rows, 0, 1), &read.this_update_utc) ||
		!value_number(db_rows_get(rows, 0, 2), &read.next_update_utc)) {
		e = why_set(why, ERR_DB_SCHEMA, "scepgate.public_crl() gives no numbers: run scepadm db upgrade");
		goto out;
	}
	if ((e = buf_append(&read.der, db_rows_get(rows, 0, 3))) != ERR_OK)
		goto out;
	*out = read;
	read.der = (struct buf){ 0 };
out:
	buf_clear(&read.der);
	db_rows_free(rows);
	return e;
}
