#ifndef SCEPGATE_STORE_STORE_H
#define SCEPGATE_STORE_STORE_H

/*
 * One connection to the database, and what every user of it needs: opening lazily, noticing that it is gone, noticing that configuration changed. The
 * questions themselves are in endpoint.h, enrolment.h, certificate.h, crl.h, admin.h, view.h and schema.h. There is no function that runs arbitrary SQL. libpq is known in db.c alone.
 */

#include <stdbool.h>

#include "base/log.h"
#include "base/why.h"

/** Schema version that this program was written for; it runs on exactly this one. */
enum { STORE_SCHEMA_VERSION = 5 };

struct store;

struct store_options {
	const char *conninfo;          /* libpq connection string; borrowed during store_new() */
	const char *user;              /* overrides the user of conninfo when not NULL */
	const char *program;           /* application_name, as pg_stat_activity shows it */
	int connect_timeout_s;
	int statement_timeout_s;
	bool listen;                   /* LISTEN for configuration changes (workers) */
	bool check_schema;             /* refuse a schema of another version (all but `scepadm db`) */
	const struct log *log;         /* borrowed for the life of the store: connection lost and found; may be NULL */
};

/** Make a store; connects at first use. @return ERR_OK; ERR_CONF for a conninfo that libpq cannot read; ERR_MEMORY. */
enum err store_new(const struct store_options *options, struct store **out, struct why *why);
void store_free(struct store *store);

/**
 * Connect if not connected. After a failure, further calls within a second fail at once, so that a storm of requests is no storm of connections.
 * @return ERR_OK; ERR_DB_AWAY, also when the server does not let this user in; ERR_DB_SCHEMA when the schema is not there or of another version; ERR_DB_DENIED when the
 *         role may not read it.
 */
enum err store_connect(struct store *store, struct why *why);

/**
 * A number that changes whenever configuration may have changed since it was last asked: a notification arrived, or the connection was made anew. Reads what
 * has arrived already and makes no round trip. The cache is valid while the number stays the same.
 *
 * @return ERR_OK; ERR_DB_AWAY when there is no connection (it tries to make one); otherwise as store_connect().
 */
enum err store_generation(struct store *store, uint64_t *generation, struct why *why);

/** Name of the role that this connection acts as, e.g. for `scepadm check`. Borrowed until the next call. @return ERR_OK; ERR_DB_AWAY. */
enum err store_role(struct store *store, const char **role, struct why *why);

#endif
