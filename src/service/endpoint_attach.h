#ifndef SCEPGATE_SERVICE_ENDPOINT_ATTACH_H
#define SCEPGATE_SERVICE_ENDPOINT_ATTACH_H

/* Attaching a profile to an application, which makes the endpoint's RA certificates; and making those anew. */

#include "service/service.h"
#include "store/admin.h"

enum { RA_VALIDITY_DAYS = 3650, RA_MAX_CN_LEN = 64 /* ub-common-name, RFC 5280 appendix A.1 */,
	ENDPOINT_MAX_SETTINGS = 32 };

struct ra_plan {
	const char *application;
	const char *profile;
	unsigned rsa_bits;            /* 2048, 3072, 4096 */
	bool self_signed;             /* else signed by the profile's CA */
	const char *key_uri;          /* its key is in a token, RSA, and not made; NULL: make one */
	bool is_split;                /* two certificates: one to encrypt for, with the key above, and one that signs replies */
	const char *sign_key_uri;     /* the key of the second one is in a token; NULL: make one */
};

/**
 * Make the RA key and certificate (RA_VALIDITY_DAYS but never beyond the CA, digitalSignature and keyEncipherment, CN "APPLICATION PROFILE
 * RA" cut at RA_MAX_CN_LEN characters) and the endpoint. When split, one with keyEncipherment and CN "APPLICATION PROFILE RA", and one with digitalSignature and
 * CN "APPLICATION PROFILE RA signature"; the caller then has begun a transaction (admin_begin()), which is rolled back on error.
 *
 * @param settings    in: at most ENDPOINT_MAX_SETTINGS further arguments of endpoint_attach. @param ra_cert_der out: the one to encrypt for, appended; may be NULL.
 * @return ERR_OK; ERR_NOT_FOUND without such an application or profile; ERR_CONFLICT when it is attached already; ERR_CA_VALIDITY when the
 *         CA is not valid now; ERR_VALUE, also for a key in a token that is not RSA; ERR_KEY_SECRET or ERR_KEY when the CA's key does not open, or that in the token; ERR_DB_AWAY;
 *         ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 */
enum err endpoint_attach(struct service *service, const struct ra_plan *plan, const struct admin_argument *settings, size_t count,
	struct buf *ra_cert_der, struct why *why);

/** Make new RA certificates for an existing endpoint, in a transaction of its own; the old ones go on decrypting. Errors as above. */
enum err ra_certificate_renew(struct service *service, const struct ra_plan *plan, struct buf *ra_cert_der, struct why *why);

#endif
