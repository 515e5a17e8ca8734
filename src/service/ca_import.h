#ifndef SCEPGATE_SERVICE_CA_IMPORT_H
#define SCEPGATE_SERVICE_CA_IMPORT_H

/* CAs and RAs that come from elsewhere: key and certificate from another product's files, and what stands above them. */

#include "pki/import.h"
#include "service/service.h"

struct ca_import_plan {
	const char *name;
	const char *description;      /* may be NULL */
	bool is_link;                 /* without a key: a link of a chain only */
	bool is_partial;              /* the certificate of its issuer need not be there */
	const char *request;          /* the request that the certificate answers, which is then gone; NULL for none. Its name may be that of the CA */
};

/**
 * Make a CA of what was imported. Certificates above it are looked for among what was imported and among the CAs that are stored; those that are not stored
 * become links of the chain with the names NAME-issuer, NAME-issuer-2 and so on. All of it is one transaction.
 *
 * @param service in: with the key secret. @param import in: with a key, unless the plan says a link.
 * @return ERR_OK; ERR_NOT_FOUND when no certificate fits the key; ERR_VALUE when the certificate is none of a CA, when there is a key too few or too many, or when its chain does not reach a root; ERR_KEY when the
 *         key does not work; ERR_ALG_KEY when it is weak; ERR_CMS_SIGNATURE; ERR_CA_VALIDITY when one of the chain is not valid now; ERR_CONFLICT when the name or the certificate is there already;
 *         ERR_KEY_SECRET; ERR_DB_*; ERR_MEMORY.
 */
enum err ca_import(struct service *service, const struct ca_import_plan *plan, const struct import *import, struct why *why);

/**
 * Give an endpoint an RA certificate with its key that was made elsewhere, so that devices go on trusting it. It becomes the current one; that of before goes on
 * decrypting.
 *
 * @return as ca_import(); ERR_ALG_KEY_TRANSPORT when the key is not RSA; ERR_VALUE when its keyUsage does not let it sign or decrypt.
 */
enum err ra_import(struct service *service, const char *application, const char *profile, const struct import *import, struct why *why);

#endif
