#include <config.h>

#include "store/crl.h"

#include <stdlib.h>

#include "store/internal.h"
#include "store/value.h"

enum err crl_latest(struct store *store, int ca_id, struct buf *der, struct why *why)
{
	struct db_rows *rows = NULL;
	struct buf found = { 0 };
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

/* The serial numbers are collected first: the entries point into the buffer, which moves while it grows. */
static enum err serials_read(struct value_array serial, struct crl_material *material, struct why *why)
{
	struct bytes octets;
	size_t at = 0;
	enum err e;

	for (struct value_array walk = serial; walk.count > 0;) {
		if (!value_array_next(&walk, &octets))
			return why_set(why, ERR_DB_SCHEMA, "scepgate.crl_material() gives a serial number that is none: run scepadm db upgrade");
		if ((e = buf_append(&material->serials, octets)) != ERR_OK)
			return e;
	}
	for (size_t i = 0; value_array_next(&serial, &octets); i++) {
		material->entries[i].serial = bytes_from(material->serials.ptr + at, octets.len);
		at += octets.len;
	}
	return ERR_OK;
}

static enum err entries_read(const struct db_rows *rows, struct crl_material *material, struct why *why)
{
	struct value_array serial, revoked, reason;
	struct bytes when, word;
	int64_t number;

	if (!value_array_open(db_rows_get(rows, 0, 2), &serial) || !value_array_open(db_rows_get(rows, 0, 3), &revoked) || !value_array_open(db_rows_get(rows, 0, 4), &reason))
		return why_set(why, ERR_DB_SCHEMA, "scepgate.crl_material() does not give arrays: run scepadm db upgrade");
	if (serial.count == 0)
		return ERR_OK;
	if ((material->entries = calloc(serial.count, sizeof(*material->entries))) == NULL)
		return ERR_MEMORY;
	material->count = serial.count;
	for (size_t i = 0; i < material->count; i++) {
		struct crl_entry *entry = &material->entries[i];

		if (!value_array_next(&revoked, &when) || !value_array_next(&reason, &word) || !value_number(when, &entry->revoked_at_utc) || !value_number(word, &number))
			return why_set(why, ERR_DB_SCHEMA, "scepgate.crl_material() gives an unexpected value: run scepadm db upgrade");
		entry->reason = (enum crl_reason)number;
	}
	return serials_read(serial, material, why);
}

enum err crl_material_load(struct store *store, const char *ca, struct crl_material *material, struct why *why)
{
	struct crl_material read = { 0 };
	struct db_rows *rows = NULL;
	int64_t id = 0, number = 0;
	enum err e;

	e = store_query(store, STORE_RETRY, "SELECT ca_id, number, serials, revoked_at, reasons FROM scepgate.crl_material($1)", (struct db_param[]){ db_text(ca) }, 1, DB_FORMAT_BINARY,
		&rows, why);
	if (e != ERR_OK)
		goto out;
	if (!value_number(db_rows_get(rows, 0, 0), &id) || !value_number(db_rows_get(rows, 0, 1), &number)) {
		e = why_set(why, ERR_DB_SCHEMA, "scepgate.crl_material() gives no numbers: run scepadm db upgrade");
		goto out;
	}
	read.ca_id = (int)id;
	read.number = (uint64_t)number;
	if ((e = entries_read(rows, &read, why)) == ERR_OK) {
		*material = read;
		read = (struct crl_material){ 0 };
	}
out:
	crl_material_clear(&read);
	db_rows_free(rows);
	return e;
}

void crl_material_clear(struct crl_material *material)
{
	free(material->entries);
	buf_clear(&material->serials);
	*material = (struct crl_material){ 0 };
}
