#ifndef SCEPGATE_SERVICE_CA_NEXT_H
#define SCEPGATE_SERVICE_CA_NEXT_H

/* Making the next certificate of a CA, which GetNextCACert announces. Changing over to it is not done here. */

#include "pki/algorithm.h"
#include "service/service.h"

struct ca_next_plan {
	const char *ca;
	bool has_key_kind;            /* else type and size are those of the CA's present key */
	enum key_kind key_kind;       /* RSA, P-256, P-384, P-521, Ed25519 */
	unsigned key_bits;            /* RSA: 2048, 3072, 4096 */
	int validity_days;            /* 1..CA_MAX_VALIDITY_DAYS */
	const char *key_uri;          /* the key is in a token, and not made; NULL: make one */
};

/**
 * Make the next certificate of a CA: a new key under the same subject and with the same key usages, self-signed when the present one is, else signed by
 * the CA above it, inside whose life it stays. Stored with its sealed key; one that was announced before is replaced.
 *
 * Source: RFC 8894 section 4.7; RFC 5280 sections 4.2.1.3, 4.2.1.9.
 *
 * @param service  in: with the key secret. @param cert_der out: appended; may be NULL.
 * @return ERR_OK; ERR_NOT_FOUND without such a CA; ERR_VALUE, also when the present certificate is not self-signed and the CA above it is not stored;
 *         ERR_CA_VALIDITY when that one is not valid now; ERR_KEY_SECRET; ERR_KEY; ERR_CERT_SYNTAX; ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 */
enum err ca_next_create(struct service *service, const struct ca_next_plan *plan, struct buf *cert_der, struct why *why);

#endif
