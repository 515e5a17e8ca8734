#ifndef SCEPGATE_CTL_SCEPADM_PAGES_H
#define SCEPGATE_CTL_SCEPADM_PAGES_H

/* Lists that may be of any length: told how they go on, or written page by page, so that none of it is ever whole in memory. */

#include "ctl/scepadm.h"

/** Read a page. @param after in: the column "id" of the last row of the page before; NULL: the first page. @param at_most in: its length. */
typedef enum err scepadm_page_read(void *source, const char *after, int at_most, struct rowset *rows, struct why *why);

/** Write a page of a list, and tell how to get the next one when it is full. @param limit in: length of the page; 0: no limit. */
enum err scepadm_page_list(struct scepadm *scepadm, const struct rowset *rows, long limit, const char *const *columns, struct why *why);

/**
 * Write everything.
 *
 * @param form in: "jsonl", "csv", or "pem", which needs a column "certificate" of octets. @param file in: NULL or "-": standard output; a file appears when it is whole.
 * @param limit in: at most so many rows; 0: all. @return ERR_OK; ERR_IO; what `read` returns.
 */
enum err scepadm_pages_export(scepadm_page_read *read, void *source, const char *form, const char *file, long limit, struct why *why);

#endif
