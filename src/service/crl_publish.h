#ifndef SCEPGATE_SERVICE_CRL_PUBLISH_H
#define SCEPGATE_SERVICE_CRL_PUBLISH_H

/* Signing the CRL of a CA and publishing it in the database, from where it is served. */

#include "service/service.h"

enum { CRL_MAX_VALIDITY_DAYS = 3650, CRL_PUBLISH_ATTEMPTS = 5 };

struct crl_published {
	uint64_t number;
	size_t revoked_count;
	int64_t this_update_utc, next_update_utc;
};

/**
 * Make the next CRL of a CA, with everything that is revoked, and publish it. When another publisher was first with its number, the list is read and signed
 * again, CRL_PUBLISH_ATTEMPTS times in all.
 *
 * Source: RFC 5280 section 5.
 *
 * @param service       in: with the key secret. @param ca in: name.
 * @param validity_days in: until nextUpdate, 1..CRL_MAX_VALIDITY_DAYS. @param published out: untouched on error.
 * @return ERR_OK; ERR_NOT_FOUND without such a CA; ERR_VALUE, also when its certificate does not allow it to sign CRLs; ERR_CA_VALIDITY when the CA is not
 *         valid now; ERR_CONFLICT when others were always first; ERR_KEY_SECRET; ERR_KEY; ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 * Cost: one private-key operation an attempt; linear in the number of entries.
 */
enum err crl_publish(struct service *service, const char *ca, int validity_days, struct crl_published *published, struct why *why);

#endif
