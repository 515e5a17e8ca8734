#ifndef SCEPGATE_STORE_CRL_H
#define SCEPGATE_STORE_CRL_H

/*
 * Certificate revocation lists: the one that was published last, and making the next one. It is signed elsewhere, while its entries come from the database and its octets go
 * there, both piece by piece, in one database transaction.
 */

#include "pki/crl.h"
#include "store/store.h"

enum { CRL_MAX_URLS = 8 };

/** The complete CRL of everything that a CA has revoked, the newest. @param der out: untouched on error. @return ERR_OK; ERR_NOT_FOUND when none was published; ERR_DB_AWAY; ERR_DB. */
enum err crl_latest(struct store *store, int ca_id, struct buf *der, struct why *why);

/** Which CRL of a CA. Partition 0 is about everything. */
struct crl_kind {
	const char *ca;
	int partition;
	bool is_delta;
};

/** What is due to be published. */
struct crl_due {
	struct due_crl {
		char *ca;
		int partition;
		bool is_delta;
		char *because;         /* "first", "time", "revocation", "complete" */
	} *item;
	size_t count;
};

/** @param ca in: NULL: of all CAs. @param due out: crl_due_clear() at the end; untouched on error. @return ERR_OK, also without any; ERR_NOT_FOUND; ERR_DB_DENIED; ERR_DB_AWAY; ERR_DB; ERR_MEMORY. */
enum err crl_due_load(struct store *store, const char *ca, struct crl_due *due, struct why *why);
void crl_due_clear(struct crl_due *due);

/** A CRL that is being made. All zero is the initial value. */
struct crl_draft {
	struct store *store;
	struct crl_kind kind;
	int ca_id;
	uint64_t number;           /* greater than that of every published one */
	uint64_t base_number;      /* of a delta: the complete CRL that it starts from */
	int validity_hours;        /* as the CA says; 0 when it does not, which is only for a delta */
	struct bytes crl_url[CRL_MAX_URLS], delta_url[CRL_MAX_URLS];
	size_t crl_url_count, delta_url_count;
	struct buf texts;          /* what the URLs borrow from */
	char taken_at[40];         /* all that was revoked until then is in it */
	struct db_rows *rows;      /* entries that were fetched */
	size_t row;                /* the next of them */
};

/**
 * Begin: waits for revocations that are under way, and for another publisher of this CA. The database transaction that this opens ends with crl_draft_publish() or
 * crl_draft_clear(); until then other publishers wait.
 *
 * @param kind        in: borrowed until the end. @param only_if_due in: not when another publisher has just done it.
 * @param draft       out: crl_draft_clear() at the end, whatever happened.
 * @return ERR_OK; ERR_NOT_FOUND when there is no such CA or partition; ERR_CONFLICT for a delta when there is no complete CRL; ERR_STALE when it is not due; ERR_DB_DENIED;
 *         ERR_DB_AWAY; ERR_DB; ERR_DB_SCHEMA; ERR_MEMORY.
 */
enum err crl_draft_begin(struct store *store, const struct crl_kind *kind, bool only_if_due, struct crl_draft *draft, struct why *why);

/*
 * The entries, in order of their serial numbers: of a complete CRL every revoked certificate that has not expired, and those expired ones that no CRL made after their expiry
 * has named yet (RFC 5280 section 3.3); of a delta what changed. For struct crl_source; `context` is the draft. Memory does not grow with their number.
 */
enum err crl_draft_next(void *context, struct crl_entry *out, struct why *why);
enum err crl_draft_rewind(void *context, struct why *why);
/** For struct crl_sink; `context` is the draft. */
enum err crl_draft_append(void *context, struct bytes piece, struct why *why);

/** Publish what was appended. @return ERR_OK; ERR_VALUE when it is too long; as above. */
enum err crl_draft_publish(struct crl_draft *draft, int64_t this_update_utc, int64_t next_update_utc, size_t revoked, struct why *why);
/** Roll back what was not published. */
void crl_draft_clear(struct crl_draft *draft);

#endif
