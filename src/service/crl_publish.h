#ifndef SCEPGATE_SERVICE_CRL_PUBLISH_H
#define SCEPGATE_SERVICE_CRL_PUBLISH_H

/* Signing the CRLs of a CA and publishing them in the database, from where they are served. */

#include "service/service.h"
#include "store/crl.h"

enum { CRL_MAX_VALIDITY_HOURS = 87600, CRL_MAX_VALIDITY_DAYS = CRL_MAX_VALIDITY_HOURS / 24 };

struct crl_published {
	struct crl_kind kind;      /* its name is borrowed from what named it */
	uint64_t number;
	uint64_t base_number;      /* of a delta */
	size_t revoked_count;      /* entries */
	int64_t this_update_utc, next_update_utc;
};

/** Is told of each one, in turn. @param published in: NULL when it failed: then `e` and `cause` say why. */
typedef void crl_publish_report(void *context, const struct crl_kind *kind, const struct crl_published *published, enum err e, const char *cause);

/**
 * Make the next CRL of one kind and publish it. Of several publishers of one CA each waits for the one before it.
 *
 * Source: RFC 5280 section 5.
 *
 * @param service   in: with the key secret. @param hours in: until nextUpdate, 1..CRL_MAX_VALIDITY_HOURS; 0: as the CA says.
 * @param published out: untouched on error.
 * @return ERR_OK; ERR_NOT_FOUND without such a CA or partition; ERR_CONFLICT for a delta without a complete CRL; ERR_VALUE, also when the CA's certificate does not allow it to
 *         sign CRLs; ERR_CA_VALIDITY when the CA is not valid now; ERR_KEY_SECRET; ERR_KEY; ERR_DB_AWAY, also when others published for too long; ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 * Cost: one private-key operation; linear in the number of entries, in memory that does not grow with them (with an Ed25519 key it does).
 */
enum err crl_publish(struct service *service, const struct crl_kind *kind, int hours, struct crl_published *published, struct why *why);

/**
 * Publish all CRLs of a CA: the complete one of everything, those of its partitions, and after each its delta, where it has deltas.
 *
 * @param only_deltas in: the deltas alone. @param hours in: as above, of the complete ones, or of the deltas with only_deltas.
 * @return ERR_OK; the error of the first that failed, after which nothing more is tried; as crl_publish().
 */
enum err crl_publish_all(struct service *service, const char *ca, bool only_deltas, int hours, crl_publish_report *report, void *context, struct why *why);

/**
 * Publish what is due, as scepgate.crl_due() has it. Nobody is told of what another publisher does meanwhile.
 *
 * @param ca in: NULL: of all CAs. @return ERR_OK, also when nothing is due; the first error, after all others were tried.
 */
enum err crl_publish_due(struct service *service, const char *ca, crl_publish_report *report, void *context, struct why *why);

#endif
