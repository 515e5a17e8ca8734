#include <config.h>

#include "ctl/scepadm_record.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "ctl/file.h"
#include "pki/cert.h"

enum err scepadm_list(struct scepadm *scepadm, enum view view, const struct view_filter *filters, size_t filter_count, int limit,
	const char *const *columns, struct why *why)
{
	struct rowset rows = { 0 };
	enum err e;

	if ((e = view_read(scepadm->store, view, filters, filter_count, limit, &rows, why)) != ERR_OK)
		return e;
	e = output_rows(stdout, scepadm->format, &rows, columns, why);
	rowset_clear(&rows);
	return e;
}

enum err scepadm_read_one(struct scepadm *scepadm, enum view view, const struct view_filter *filters, size_t filter_count, const char *what,
	struct rowset *row, struct why *why)
{
	struct rowset rows = { 0 };
	enum err e;

	if ((e = view_read(scepadm->store, view, filters, filter_count, 2, &rows, why)) != ERR_OK)
		return e;
	if (rows.row_count == 1) {
		*row = rows;
		return ERR_OK;
	}
	e = rows.row_count == 0 ? why_set(why, ERR_NOT_FOUND, "there is no %s", what) : why_set(why, ERR_VALUE, "there is more than one %s",
		what);
	rowset_clear(&rows);
	return e;
}

enum err scepadm_show(struct scepadm *scepadm, enum view view, const char *what, const char *name, const struct scepadm_part *part,
	struct why *why)
{
	struct view_filter by_name = { "name", name }, by_key = { part->key, name };
	struct rowset row = { 0 }, rows = { 0 };
	struct output_part output = { part->name, &rows, part->columns };
	char text[128];
	enum err e;

	snprintf(text, sizeof text, "%s \"%s\"", what, name);
	if ((e = scepadm_read_one(scepadm, view, &by_name, 1, text, &row, why)) != ERR_OK)
		return e;
	record_drop(&row, part->count);
	if ((e = view_read(scepadm->store, part->view, &by_key, 1, 0, &rows, why)) == ERR_OK)
		e = output_record(stdout, scepadm->format, &row, &output, 1, why);
	rowset_clear(&row);
	rowset_clear(&rows);
	return e;
}

enum err record_add(struct rowset *record, const char *column, const char *value)
{
	size_t count = record->column_count;
	char *name = strdup(column);
	char *copy = value == NULL ? NULL : strdup(value);
	char **columns = realloc(record->column, (count + 1) * sizeof *columns);
	char **cells = realloc(record->cell, (count + 1) * sizeof *cells);
	enum rowset_kind *kinds = realloc(record->kind, (count + 1) * sizeof *kinds);

	if (columns != NULL)
		record->column = columns;
	if (cells != NULL)
		record->cell = cells;
	if (kinds != NULL) {
		for (size_t i = 0; record->kind == NULL && i < count; i++)
			kinds[i] = ROWSET_TEXT;
		record->kind = kinds;
	}
	if (name == NULL || columns == NULL || cells == NULL || kinds == NULL || (value != NULL && copy == NULL)) {
		free(name);
		free(copy);
		return ERR_MEMORY;
	}
	record->column[count] = name;
	record->kind[count] = ROWSET_TEXT;
	record->cell[count] = copy;
	record->column_count = count + 1;
	record->row_count = 1;
	return ERR_OK;
}

enum err record_add_bytes(struct rowset *record, const char *column, struct bytes value)
{
	char *text = NULL;
	enum err e;

	if ((e = bytes_copy_str(value, &text)) == ERR_OK)
		e = record_add(record, column, text);
	free(text);
	return e;
}

enum err record_add_fingerprints(struct rowset *record, const char *prefix, struct bytes cert_der)
{
	static const enum digest digests[] = { DIGEST_SHA256, DIGEST_SHA1, DIGEST_MD5 };
	struct buf text = { 0 };
	char column[64];
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < sizeof digests / sizeof digests[0]; i++) {
		snprintf(column, sizeof column, "%s%s", prefix, digest_name(digests[i]));
		buf_reset(&text);
		if ((e = cert_format_fingerprint(cert_der, digests[i], &text)) == ERR_OK)
			e = record_add_bytes(record, column, buf_bytes(&text));
	}
	buf_clear(&text);
	return e;
}

static size_t column_find(const struct rowset *rows, const char *column)
{
	size_t at = 0;

	while (at < rows->column_count && strcmp(rows->column[at], column) != 0)
		at++;
	return at;
}

void record_drop(struct rowset *rows, const char *column)
{
	size_t at = column_find(rows, column);
	size_t kept = 0;

	if (at == rows->column_count)
		return;
	for (size_t i = 0; i < rows->row_count * rows->column_count; i++) {
		if (i % rows->column_count == at)
			free(rows->cell[i]);
		else
			rows->cell[kept++] = rows->cell[i];
	}
	free(rows->column[at]);
	rows->column_count--;
	for (; at < rows->column_count; at++) {
		rows->column[at] = rows->column[at + 1];
		if (rows->kind != NULL)
			rows->kind[at] = rows->kind[at + 1];
	}
}

enum err record_octets(const struct rowset *rows, const char *column, struct buf *out, struct why *why)
{
	const char *hex = rows->row_count == 0 ? NULL : rowset_find(rows, 0, column);

	if (hex == NULL)
		return why_set(why, ERR_INTERNAL, "the database gives no column \"%s\"", column);
	return text_decode_hex(bytes_from_str(hex), out);
}

enum err serial_normalise(const char *text, struct buf *out, struct why *why)
{
	struct buf octets = { 0 };
	enum err e = text_decode_hex(bytes_from_str(text), &octets);

	if (e == ERR_TEXT || (e == ERR_OK && octets.len == 0))
		e = why_set(why, ERR_USAGE, "a serial number is hexadecimal, two digits an octet, not \"%s\"", text);
	if (e == ERR_OK && (e = text_encode_hex(buf_bytes(&octets), out)) == ERR_OK)
		e = buf_terminate(out);
	buf_clear(&octets);
	return e;
}

enum err record_add_url(const struct scepadm *scepadm, struct rowset *record, const char *application, const char *profile)
{
	struct buf url = { 0 };
	enum err e;

	if ((e = buf_append_format(&url, "%s/scep/%s/%s/pkiclient.exe", scepadm->conf.base_url, application, profile)) == ERR_OK)
		e = record_add_bytes(record, "url", buf_bytes(&url));
	buf_clear(&url);
	return e;
}

enum err record_write_der(const char *label, struct bytes der, const char *form, const char *file, struct why *why)
{
	const char *path = file == NULL ? "-" : file;
	struct buf pem = { 0 };
	enum err e;

	if (strcmp(form, "der") == 0)
		return file_write(path, der, FILE_PUBLIC, why);
	if ((e = file_put_pem(label, der, &pem)) == ERR_OK)
		e = file_write(path, buf_bytes(&pem), FILE_PUBLIC, why);
	buf_clear(&pem);
	return e;
}
