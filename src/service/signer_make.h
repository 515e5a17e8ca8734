#ifndef SCEPGATE_SERVICE_SIGNER_MAKE_H
#define SCEPGATE_SERVICE_SIGNER_MAKE_H

/*
 * A fresh key with its certificate, sealed and put into words as the database wants them: what making a CA and making an RA certificate
 * share.
 */

#include "pki/cert.h"
#include "service/service.h"
#include "store/admin.h"

enum { SIGNER_ARGUMENTS = 6 };

/** All zero is the initial value; signer_clear() at the end. */
struct signer {
	struct buf cert_der;
	struct buf key_stored;          /* as service/stored_key.h */
	struct buf subject;            /* RFC 4514 text */
	uint8_t spki_sha256[DIGEST_SHA256_LEN];
	char not_before[CLOCK_ISO_SIZE], not_after[CLOCK_ISO_SIZE];
};

/** How the SQL parameters are called. */
struct signer_names {
	const char *certificate, *private_key, *spki_sha256, *subject, *not_before, *not_after;
};

/**
 * Certify a key.
 *
 * @param tbs    in: all but the spki, which is the key's. @param issuer, issuer_key in: NULL for self-signed.
 * @param signer out: untouched on error. @return ERR_OK; ERR_KEY_SECRET when the service has no secret; as cert_sign() and stored_key_encode().
 */
enum err signer_make(struct service *service, const struct key *key, const struct cert_template *tbs, const struct cert *issuer,
	const struct key *issuer_key, struct signer *signer, struct why *why);

/** Its six values as arguments of an admin call; borrowed from the signer. */
void signer_arguments(const struct signer *signer, const struct signer_names *names, struct admin_argument out[SIGNER_ARGUMENTS]);

void signer_clear(struct signer *signer);

#endif
