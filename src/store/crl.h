#ifndef SCEPGATE_STORE_CRL_H
#define SCEPGATE_STORE_CRL_H

/* Certificate revocation lists: the one that was published last, and what the next one is made of. It is signed elsewhere and published by ADMIN_CRL_PUBLISH. */

#include "pki/crl.h"
#include "store/store.h"

/** The CRL of a CA with the highest number. @param der out: untouched on error. @return ERR_OK; ERR_NOT_FOUND when none was published; ERR_DB_AWAY; ERR_DB. */
enum err crl_latest(struct store *store, int ca_id, struct buf *der, struct why *why);

struct crl_material {
	int ca_id;
	uint64_t number;           /* for the CRL to be made: greater than that of every published one */
	struct crl_entry *entries; /* ordered by serial number octets, each once */
	size_t count;
	struct buf serials;        /* what the entries borrow from */
};

/**
 * What the next CRL of a CA says: every revoked certificate that has not expired, and those expired ones that no CRL made after their expiry has named yet (RFC 5280
 * section 3.3). One consistent snapshot. Another publisher may take the same number; the second to publish is refused with ERR_CONFLICT and reads this again.
 *
 * @param ca in: name. @param material out: crl_material_clear() at the end; untouched on error.
 * @return ERR_OK; ERR_NOT_FOUND when there is no such CA; ERR_DB_DENIED; ERR_DB_AWAY; ERR_DB; ERR_MEMORY.
 */
enum err crl_material_load(struct store *store, const char *ca, struct crl_material *material, struct why *why);
void crl_material_clear(struct crl_material *material);

#endif
