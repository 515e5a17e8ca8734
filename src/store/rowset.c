#include <config.h>

#include "store/rowset.h"

#include <stdlib.h>
#include <string.h>

#include "store/internal.h"
#include "store/value.h"

const char *rowset_find(const struct rowset *rows, size_t row, const char *column)
{
	for (size_t i = 0; i < rows->column_count; i++)
		if (strcmp(rows->column[i], column) == 0)
			return rowset_get(rows, row, i);
	return NULL;
}

/* A cell may be a challenge or a token that was just made. */
static void cell_free(char *cell)
{
	if (cell != NULL)
		explicit_bzero(cell, strlen(cell));
	free(cell);
}

void rowset_clear(struct rowset *rows)
{
	if (rows->column != NULL)
		for (size_t i = 0; i < rows->column_count; i++)
			free(rows->column[i]);
	if (rows->cell != NULL)
		for (size_t i = 0; i < rows->row_count * rows->column_count; i++)
			cell_free(rows->cell[i]);
	free(rows->column);
	free(rows->kind);
	free(rows->cell);
	*rows = (struct rowset){ 0 };
}

static enum err cell_copy(unsigned type, struct bytes text, char **out)
{
	struct buf value = { 0 };
	enum err e = value_format(type, text, &value);

	if (e == ERR_OK)
		e = bytes_copy_str(buf_bytes(&value), out);
	buf_clear(&value);
	return e;
}

enum err rowset_copy(const struct db_rows *rows, struct rowset *out)
{
	struct rowset copy = { .column_count = db_rows_columns(rows), .row_count = db_rows_count(rows) };
	enum err e = ERR_MEMORY;

	copy.column = calloc(copy.column_count + 1, sizeof(*copy.column));
	copy.cell = calloc(copy.column_count * copy.row_count + 1, sizeof(*copy.cell));
	copy.kind = calloc(copy.column_count + 1, sizeof(*copy.kind));
	if (copy.column == NULL || copy.cell == NULL || copy.kind == NULL)
		goto out;
	for (size_t i = 0; i < copy.column_count; i++) {
		copy.kind[i] = value_kind(db_rows_column_type(rows, i));
		if ((e = bytes_copy_str(bytes_from_str(db_rows_column_name(rows, i)), &copy.column[i])) != ERR_OK)
			goto out;
	}
	for (size_t row = 0; row < copy.row_count; row++)
		for (size_t i = 0; i < copy.column_count; i++)
			if (!db_rows_is_null(rows, row, i) &&
				(e = cell_copy(db_rows_column_type(rows, i), db_rows_get(rows, row, i), &copy.cell[row * copy.column_count + i])) != ERR_OK)
				goto out;
	*out = copy;
	copy = (struct rowset){ 0 };
	e = ERR_OK;
out:
	rowset_clear(&copy);
	return e;
}
