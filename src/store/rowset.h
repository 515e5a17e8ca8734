#ifndef SCEPGATE_STORE_ROWSET_H
#define SCEPGATE_STORE_ROWSET_H

/* A small table of text, as views and functions return it to scepadm. Times are ISO 8601 UTC, booleans "true"/"false", octets lower-case hex, arrays comma-separated. */

#include <stddef.h>

/** What the text of a column's values is, for whoever writes JSON. */
enum rowset_kind {
	ROWSET_TEXT,
	ROWSET_LITERAL,  /* a number, a boolean, or JSON as it is */
	ROWSET_WORDS     /* comma-separated */
};

struct rowset {
	size_t column_count;
	size_t row_count;
	char **column;   /* names */
	enum rowset_kind *kind; /* by column; NULL: all are text */
	char **cell;     /* row_count * column_count values; NULL for SQL NULL */
};

static inline const char *rowset_get(const struct rowset *rows, size_t row, size_t column)
{
	return rows->cell[row * rows->column_count + column];
}

/** The value in the column of this name, or NULL. */
const char *rowset_find(const struct rowset *rows, size_t row, const char *column);

/** Free everything; values are overwritten first. */
void rowset_clear(struct rowset *rows);

#endif
