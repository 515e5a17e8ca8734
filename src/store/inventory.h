#ifndef SCEPGATE_STORE_INVENTORY_H
#define SCEPGATE_STORE_INVENTORY_H

/* Finding certificates among millions, a page at a time: the view of certificates in the order of scepgate.certificate_search(). */

#include <stdbool.h>

#include "store/rowset.h"
#include "store/store.h"

/** What certificates must meet; NULL: anything. Texts as scepgate.certificate_search() takes them: * in the names stands for any run of characters. */
struct inventory_filter {
	const char *application, *profile, *ca;
	const char *subject, *san, *name;
	const char *serial, *sha256;     /* hexadecimal */
	const char *state;               /* valid, expired, revoked */
	const char *expiring_within;     /* an interval of PostgreSQL */
	const char *lineage, *challenge; /* numbers */
};

/**
 * Read a page.
 *
 * @param with_files in: also the certificates, in a column "certificate". @param after in: number of the last certificate of the page before; NULL: the first page.
 * @param at_most in: length of the page; 0: no limit. @param rows out: rowset_clear() at the end; untouched on error.
 * @return ERR_OK, also without rows; ERR_NOT_FOUND for an application, profile or CA that is not there; ERR_VALUE; ERR_DB_DENIED; ERR_DB_AWAY; ERR_DB.
 */
enum err inventory_read(struct store *store, const struct inventory_filter *filter, bool with_files, const char *after, int at_most, struct rowset *rows, struct why *why);

#endif
