#include <config.h>

#include "ctl/scepadm_rows.h"

#include <stdlib.h>
#include <string.h>

enum err scepadm_rows_init(struct scepadm_rows *rows, const char *const *columns)
{
	size_t count = 0;

	while (columns[count] != NULL)
		count++;
	rows->rows.column = calloc(count, sizeof *rows->rows.column);
	if (rows->rows.column == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < count; i++) {
		rows->rows.column[i] = strdup(columns[i]);
		if (rows->rows.column[i] == NULL)
			return ERR_MEMORY;
		rows->rows.column_count = i + 1;
	}
	return ERR_OK;
}

void scepadm_rows_add(struct scepadm_rows *rows, const char *const *values)
{
	size_t count = rows->rows.column_count, used = rows->rows.row_count * count;
	char **grown = realloc(rows->rows.cell, (used + count) * sizeof *grown);

	if (grown == NULL) {
		rows->has_failed = true;
		return;
	}
	rows->rows.cell = grown;
	rows->rows.row_count++;
	for (size_t i = 0; i < count; i++) {
		grown[used + i] = values[i] == NULL ? NULL : strdup(values[i]);
		rows->has_failed |= values[i] != NULL && grown[used + i] == NULL;
	}
}

enum err scepadm_rows_end(const struct scepadm_rows *rows)
{
	return rows->has_failed ? ERR_MEMORY : ERR_OK;
}

void scepadm_rows_clear(struct scepadm_rows *rows)
{
	rowset_clear(&rows->rows);
	rows->has_failed = false;
}
