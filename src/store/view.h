#ifndef SCEPGATE_STORE_VIEW_H
#define SCEPGATE_STORE_VIEW_H

/* What scepadm lists and shows: the documented views of the schema, so that the CLI and a DBA see the same. */

#include "store/rowset.h"
#include "store/store.h"

enum view { VIEW_APPLICATION, VIEW_CA, VIEW_POLICY, VIEW_POLICY_RULE, VIEW_PROFILE, VIEW_ENDPOINT, VIEW_RA_CERTIFICATE, VIEW_STATIC_CHALLENGE, VIEW_CERTIFICATE, VIEW_CERTIFICATE_FILE, VIEW_TRANSACTION, VIEW_AUDIT_EVENT,
	VIEW_CA_NEXT, VIEW_CA_REQUEST, VIEW_PRIVATE_KEY, VIEW_CRL, VIEW_CRL_FILE, VIEW_CHALLENGE, VIEW_API_TOKEN, VIEW_APPROVAL_RULE, VIEW_THROTTLE,
	VIEW_CERTIFICATE_COUNTER,
	VIEW_REQUEST /* transactions, oldest first */, VIEW_CERTIFICATE_ENDING /* certificates, the one that ends first before others */ };

/** Rows whose column equals a value. The column must be one of the view's. */
struct view_filter {
	const char *column;
	const char *value;
};

/** Rows whose column is on one side of a value. The column must be one of the view's. */
struct view_bound {
	const char *column;
	enum { VIEW_BELOW, VIEW_AT_LEAST } side;
	const char *value;
};

/**
 * Read a view, ordered by its key (newest first for certificates, transactions, audit events, CRLs, challenges).
 *
 * @param limit in: at most so many rows; 0: no limit. @param rows out: rowset_clear() at the end; untouched on error.
 * @return ERR_OK, also without rows; ERR_VALUE for a column that the view does not have, or a value that does not fit its type; ERR_DB_DENIED; ERR_DB_AWAY; ERR_DB.
 */
enum err view_read(struct store *store, enum view view, const struct view_filter *filters, size_t filter_count, int limit, struct rowset *rows, struct why *why);

/** The same within bounds: so that a list goes on where an earlier one ended. */
enum err view_read_within(struct store *store, enum view view, const struct view_filter *filters, size_t filter_count, const struct view_bound *bounds, size_t bound_count, int limit,
	struct rowset *rows, struct why *why);

#endif
