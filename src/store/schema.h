#ifndef SCEPGATE_STORE_SCHEMA_H
#define SCEPGATE_STORE_SCHEMA_H

/* Installing and upgrading the schema from the files of sql/: roles, numbered migrations, then the API, which is applied again each time. */

#include "store/store.h"

struct schema_status {
	bool is_installed;
	int version;            /* highest applied migration; 0 when not installed */
	int available;          /* highest migration in the folder */
	bool api_is_current;    /* the API in the database is the one in the folder (compared by digest) */
};

/** @param folder in: the folder with roles.sql, migrations/ and api/. @return ERR_OK; ERR_CONF when the folder is not complete; ERR_DB_SCHEMA; ERR_DB_DENIED; ERR_DB; ERR_DB_AWAY; ERR_MEMORY. */
enum err schema_status_load(struct store *store, const char *folder, struct schema_status *status, struct why *why);

/**
 * Bring the database to the folder's version: roles, then each missing migration in a transaction of its own whose first statement takes the ledger row (two
 * upgrades at once cannot both run), then the API in one transaction. Doing it again changes nothing.
 *
 * @param applied out: number of migrations that were applied; may be NULL.
 * @return ERR_OK; ERR_DB_DENIED when the role may not; ERR_CONF when the folder is not complete; ERR_DB_SCHEMA when the database is newer than the folder; ERR_DB; ERR_DB_AWAY.
 */
enum err schema_upgrade(struct store *store, const char *folder, int *applied, struct why *why);

#endif
