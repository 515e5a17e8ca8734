#include <config.h>

#include "ctl/output.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const char *const no_value = "-";

enum output_format output_format_from_name(const char *name)
{
	if (strcmp(name, "json") == 0)
		return OUTPUT_JSON;
	if (strcmp(name, "csv") == 0)
		return OUTPUT_CSV;
	return strcmp(name, "tsv") == 0 ? OUTPUT_TSV : OUTPUT_TABLE;
}

/* --- table --- */

/* Characters of UTF-8 text, taken as one column each. */
static size_t text_width(const char *text)
{
	size_t width = 0;

	for (; *text != '\0'; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static void write_padded(FILE *out, const char *text, size_t width)
{
	size_t used = text_width(text);

	for (const unsigned char *c = (const unsigned char *)text; *c != '\0'; c++) {
		if (c[0] == 0xc2 && c[1] >= 0x80 && c[1] <= 0x9f)
			c++; /* U+0080 to U+009F: terminals obey these too */
		else if (*c >= 0x20 && *c != 0x7f) {
			fputc(*c, out);
			continue;
		}
		fputc('?', out);
	}
	for (; used < width; used++)
		fputc(' ', out);
}

static const char *cell_text(const struct rowset *rows, size_t row, size_t column)
{
	const char *value = rowset_get(rows, row, column);

	return value == NULL || *value == '\0' ? no_value : value;
}

static bool is_shown(const char *name, const char *const *columns)
{
	if (columns == NULL)
		return true;
	for (; *columns != NULL; columns++)
		if (strcmp(*columns, name) == 0)
			return true;
	return false;
}

static enum err table_rows(FILE *out, const struct rowset *rows, const char *const *columns)
{
	size_t *width = calloc(rows->column_count + 1, sizeof *width);
	size_t last = 0;

	if (width == NULL)
		return ERR_MEMORY;
	for (size_t c = 0; c < rows->column_count; c++) {
		if (!is_shown(rows->column[c], columns))
			continue;
		last = c;
		width[c] = text_width(rows->column[c]);
		for (size_t r = 0; r < rows->row_count; r++)
			if (text_width(cell_text(rows, r, c)) > width[c])
				width[c] = text_width(cell_text(rows, r, c));
	}
	for (size_t r = 0; r <= rows->row_count; r++) {
		for (size_t c = 0; c < rows->column_count; c++) {
			if (width[c] == 0)
				continue;
			write_padded(out, r == 0 ? rows->column[c] : cell_text(rows, r - 1, c), c == last ? 0 : width[c]);
			fputs(c == last ? "\n" : "  ", out);
		}
	}
	free(width);
	return ERR_OK;
}

static enum err table_record(FILE *out, const struct rowset *record, const struct output_part *parts, size_t part_count)
{
	size_t width = 0;
	enum err e = ERR_OK;

	for (size_t c = 0; c < record->column_count; c++)
		if (text_width(record->column[c]) > width)
			width = text_width(record->column[c]);
	for (size_t c = 0; c < record->column_count; c++) {
		write_padded(out, record->column[c], width + 2);
		write_padded(out, cell_text(record, 0, c), 0);
		fputc('\n', out);
	}
	for (size_t i = 0; e == ERR_OK && i < part_count; i++) {
		fprintf(out, "\n%s:%s\n", parts[i].name, parts[i].rows->row_count == 0 ? " none" : "");
		if (parts[i].rows->row_count > 0)
			e = table_rows(out, parts[i].rows, parts[i].columns);
	}
	return e;
}

/* --- tsv --- */

static void tsv_value(FILE *out, const char *value)
{
	for (const char *c = value == NULL ? "" : value; *c != '\0'; c++)
		switch (*c) {
		case '\\':
			fputs("\\\\", out);
			break;
		case '\t':
			fputs("\\t", out);
			break;
		case '\n':
			fputs("\\n", out);
			break;
		case '\r':
			fputs("\\r", out);
			break;
		default:
			fputc(*c, out);
		}
}

/* --- csv --- */

static void csv_value(FILE *out, const char *value)
{
	bool is_quoted = value != NULL && strpbrk(value, ",\"\r\n") != NULL;

	if (is_quoted)
		fputc('"', out);
	for (const char *c = value == NULL ? "" : value; *c != '\0'; c++) {
		if (*c == '"')
			fputc('"', out);
		fputc(*c, out);
	}
	if (is_quoted)
		fputc('"', out);
}

/* --- both --- */

/* How a form with a line a row writes a value, what stands between two, and how a line ends. */
struct line_form {
	void (*put)(FILE *out, const char *value);
	const char *separator, *end;
};

static const struct line_form tsv = { tsv_value, "\t", "\n" };
static const struct line_form csv = { csv_value, ",", "\r\n" };

/* @param first in: 0 begins with the names of the columns; 1 does not. */
static void line_rows_from(FILE *out, const struct line_form *form, const struct rowset *rows, size_t first, size_t row_count)
{
	for (size_t r = first; r <= row_count; r++)
		for (size_t c = 0; c < rows->column_count; c++) {
			form->put(out, r == 0 ? rows->column[c] : rowset_get(rows, r - 1, c));
			fputs(c + 1 == rows->column_count ? form->end : form->separator, out);
		}
}

static void line_rows(FILE *out, const struct line_form *form, const struct rowset *rows, size_t row_count)
{
	line_rows_from(out, form, rows, 0, row_count);
}

static void line_record(FILE *out, const struct line_form *form, const struct rowset *record, const struct output_part *parts, size_t part_count)
{
	line_rows(out, form, record, 1);
	for (size_t i = 0; i < part_count; i++) {
		fputs(form->end, out);
		line_rows(out, form, parts[i].rows, parts[i].rows->row_count);
	}
}

/* --- json --- */

/* "a,b" as an array; the empty text is the empty array. */
static json_t *json_words(const char *text)
{
	json_t *array = json_array();

	while (array != NULL && *text != '\0') {
		size_t len = strcspn(text, ",");

		if (json_array_append_new(array, json_stringn(text, len)) != 0) {
			json_decref(array);
			return NULL;
		}
		text += len + (text[len] == ',');
	}
	return array;
}

static json_t *json_value(enum rowset_kind kind, const char *text)
{
	json_t *value;

	if (text == NULL)
		return json_null();
	switch (kind) {
	case ROWSET_TEXT:
		break;
	case ROWSET_LITERAL:
		value = json_loads(text, JSON_DECODE_ANY, NULL);
		return value != NULL ? value : json_string(text);
	case ROWSET_WORDS:
		return json_words(text);
	}
	return json_string(text);
}

/* One row as an object; NULL when memory ran out or a value is not UTF-8. */
static json_t *json_row(const struct rowset *rows, size_t row)
{
	json_t *object = json_object();

	for (size_t c = 0; object != NULL && c < rows->column_count; c++) {
		enum rowset_kind kind = rows->kind == NULL ? ROWSET_TEXT : rows->kind[c];

		if (json_object_set_new(object, rows->column[c], json_value(kind, rowset_get(rows, row, c))) != 0) {
			json_decref(object);
			object = NULL;
		}
	}
	return object;
}

static json_t *json_rows(const struct rowset *rows)
{
	json_t *array = json_array();

	for (size_t r = 0; array != NULL && r < rows->row_count; r++)
		if (json_array_append_new(array, json_row(rows, r)) != 0) {
			json_decref(array);
			array = NULL;
		}
	return array;
}

static enum err json_write_as(FILE *out, json_t *value, size_t flags, struct why *why)
{
	char *text;

	if (value == NULL)
		return why_set(why, ERR_TEXT, "a value is not UTF-8 and cannot be written as JSON");
	text = json_dumps(value, flags);
	json_decref(value);
	if (text == NULL)
		return ERR_MEMORY;
	fprintf(out, "%s\n", text);
	free(text);
	return ERR_OK;
}

static enum err json_write(FILE *out, json_t *value, struct why *why)
{
	return json_write_as(out, value, JSON_INDENT(2), why);
}

static enum err json_record(FILE *out, const struct rowset *record, const struct output_part *parts, size_t part_count, struct why *why)
{
	json_t *object = json_row(record, 0);

	for (size_t i = 0; object != NULL && i < part_count; i++)
		if (json_object_set_new(object, parts[i].name, json_rows(parts[i].rows)) != 0) {
			json_decref(object);
			object = NULL;
		}
	return json_write(out, object, why);
}

/* --- all forms --- */

enum err output_rows(FILE *out, enum output_format format, const struct rowset *rows, const char *const *columns, struct why *why)
{
	switch (format) {
	case OUTPUT_TABLE:
		return table_rows(out, rows, columns);
	case OUTPUT_JSON:
		return json_write(out, json_rows(rows), why);
	case OUTPUT_TSV:
		line_rows(out, &tsv, rows, rows->row_count);
		return ERR_OK;
	case OUTPUT_CSV:
		line_rows(out, &csv, rows, rows->row_count);
		return ERR_OK;
	}
	return ERR_INTERNAL;
}

enum err output_lines(FILE *out, enum output_lines form, const struct rowset *rows, bool is_first, struct why *why)
{
	enum err e = ERR_OK;

	switch (form) {
	case OUTPUT_LINES_JSON:
		for (size_t r = 0; r < rows->row_count && e == ERR_OK; r++)
			e = json_write_as(out, json_row(rows, r), JSON_COMPACT, why);
		return e;
	case OUTPUT_LINES_CSV:
		line_rows_from(out, &csv, rows, is_first ? 0 : 1, rows->row_count);
		return ERR_OK;
	}
	return ERR_INTERNAL;
}

enum err output_record(FILE *out, enum output_format format, const struct rowset *record, const struct output_part *parts,
	size_t part_count, struct why *why)
{
	switch (format) {
	case OUTPUT_TABLE:
		return table_record(out, record, parts, part_count);
	case OUTPUT_JSON:
		return json_record(out, record, parts, part_count, why);
	case OUTPUT_TSV:
		line_record(out, &tsv, record, parts, part_count);
		return ERR_OK;
	case OUTPUT_CSV:
		line_record(out, &csv, record, parts, part_count);
		return ERR_OK;
	}
	return ERR_INTERNAL;
}

enum err output_fields(FILE *out, enum output_format format, const struct output_field *fields, size_t count, struct why *why)
{
	struct rowset rows = { .column_count = count, .row_count = 1 };
	enum err e = ERR_MEMORY;

	rows.column = calloc(count + 1, sizeof *rows.column);
	rows.kind = calloc(count + 1, sizeof *rows.kind);
	rows.cell = calloc(count + 1, sizeof *rows.cell);
	if (rows.column == NULL || rows.kind == NULL || rows.cell == NULL)
		goto out;
	for (size_t i = 0; i < count; i++) {
		rows.kind[i] = fields[i].kind;
		if ((rows.column[i] = strdup(fields[i].name)) == NULL || (fields[i].value != NULL &&
			(rows.cell[i] = strdup(fields[i].value)) == NULL))
			goto out;
	}
	e = output_record(out, format, &rows, NULL, 0, why);
out:
	rowset_clear(&rows);
	return e;
}
