#ifndef SCEPGATE_STORE_PUBLICATION_H
#define SCEPGATE_STORE_PUBLICATION_H

/* What pki.fcgi may ask the database: CA certificates with their chains, and CRLs. */

#include "base/bytes.h"
#include "store/store.h"

enum { PUBLICATION_MAX_CHAIN = 16 };

/** All zero is the initial value; published_ca_clear() at the end. */
struct published_ca {
	struct buf cert_der;
	struct buf chain[PUBLICATION_MAX_CHAIN]; /* the CAs above it, nearest first */
	size_t chain_count;
};

void published_ca_clear(struct published_ca *ca);

/** @param name in: of the CA. @param out out: untouched on error. @return ERR_OK; ERR_NOT_FOUND; ERR_DB_AWAY; ERR_DB; ERR_MEMORY. */
enum err publication_load_ca(struct store *store, struct bytes name, struct published_ca *out, struct why *why);

/** All zero is the initial value; buf_clear() of der at the end. */
struct published_crl {
	int64_t number;
	int64_t this_update_utc, next_update_utc;
	struct buf der;               /* empty when it is the one that the caller knows */
};

/**
 * The newest CRL.
 *
 * @param partition    in: 0 for a CA whose CRL is not partitioned. @param known_number in: of the one that the caller has; 0: none.
 * @param out          out: untouched on error.
 * @return ERR_OK; ERR_NOT_FOUND; ERR_DB_AWAY; ERR_DB; ERR_MEMORY.
 */
enum err publication_load_crl(struct store *store, struct bytes ca, int partition, bool is_delta, int64_t known_number, struct published_crl *out, struct why *why);

#endif
