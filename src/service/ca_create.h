#ifndef SCEPGATE_SERVICE_CA_CREATE_H
#define SCEPGATE_SERVICE_CA_CREATE_H

/* Making a CA, a root or one below another CA of ours: its key, its certificate, its row. */

#include "pki/algorithm.h"
#include "service/service.h"
#include "service/stored_key.h"

enum {
	CA_MAX_VALIDITY_DAYS = 36525,
	CA_BACKDATE_S = 3600 /* notBefore of CA and RA certificates, for devices with slow clocks */
};

struct ca_create_plan {
	const char *name;
	const char *description;      /* may be NULL */
	const char *subject;          /* RFC 4514 text */
	enum key_kind key_kind;       /* RSA, P-256, P-384, P-521, Ed25519 */
	unsigned key_bits;            /* RSA: 2048, 3072, 4096 */
	const char *key_uri;          /* its key is in a token, and not made; NULL: make one */
	int validity_days;            /* 1..CA_MAX_VALIDITY_DAYS */
	bool has_encipherment;        /* may play RA itself; RSA alone */
	const char *issuer;           /* name of the CA that signs it; NULL: a root */
	bool has_path_len;            /* else as many CAs below it as the issuer allows */
	int path_len;                 /* 0..EXT_MAX_PATH_LEN */
};

/**
 * Make a key that a CA may have, or open the one in a token.
 * @param has_encipherment in: it shall decrypt requests too. @return ERR_OK; ERR_VALUE for a key that a CA may not have; as stored_key_make().
 */
enum err ca_key_make(const struct service *service, const struct key_plan *plan, bool has_encipherment, struct key **out, struct why *why);

/**
 * Make a CA: key, certificate (critical CA:TRUE, critical keyCertSign and cRLSign; for one that shall play RA itself also digitalSignature and keyEncipherment),
 * self-signed, or signed by the issuer, inside whose life it stays and where it is recorded; stored with its sealed key. Row and record are one transaction.
 *
 * Source: RFC 5280 sections 4.2.1.3, 4.2.1.9; RFC 8894 section 2.1.2.
 *
 * @param service  in: with the key secret.
 * @param cert_der out: appended; may be NULL.
 * @return ERR_OK; ERR_TEXT for a subject that is no name; ERR_VALUE, also when the issuer's path length does not allow it; ERR_NOT_FOUND without that issuer;
 *         ERR_CA_VALIDITY when that one is not valid now; ERR_KEY when its key does not open; ERR_CONFLICT when the name is taken; ERR_KEY_SECRET without a secret;
 *         ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 */
enum err ca_create(struct service *service, const struct ca_create_plan *plan, struct buf *cert_der, struct why *why);

#endif
