#ifndef SCEPGATE_CTL_SCEPADM_ROWS_H
#define SCEPGATE_CTL_SCEPADM_ROWS_H

/* Rows that do not come from the database, collected one by one, often from a callback that cannot fail. */

#include <stdbool.h>

#include "base/err.h"
#include "store/rowset.h"

/** All zero is the initial value; scepadm_rows_clear() at the end. */
struct scepadm_rows {
	struct rowset rows;
	bool has_failed;              /* no memory: scepadm_rows_end() tells */
};

/** @param columns in: names, ending with NULL; copied. @return ERR_OK; ERR_MEMORY. */
enum err scepadm_rows_init(struct scepadm_rows *rows, const char *const *columns);
/** Add a row. @param values in: as many as there are columns; copied; NULL allowed. */
void scepadm_rows_add(struct scepadm_rows *rows, const char *const *values);
/** @return ERR_OK; ERR_MEMORY when a row was lost. */
enum err scepadm_rows_end(const struct scepadm_rows *rows);
void scepadm_rows_clear(struct scepadm_rows *rows);

#endif
