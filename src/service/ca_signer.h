#ifndef SCEPGATE_SERVICE_CA_SIGNER_H
#define SCEPGATE_SERVICE_CA_SIGNER_H

/* A CA that is to sign something: its certificate, and its key opened. */

#include "pki/cert.h"
#include "service/service.h"

/** All zero is the initial value; ca_signer_clear() at the end. */
struct ca_signer {
	struct cert *cert;
	struct key *key;
};

/**
 * Load a CA by name and open its key.
 *
 * @param service in: with the key secret. @param out out: untouched on error.
 * @return ERR_OK; ERR_NOT_FOUND; ERR_KEY_SECRET; ERR_KEY when the key does not open, does not belong to the certificate or is not stored; ERR_CERT_SYNTAX;
 *         ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY. Cost: one slow key derivation.
 */
enum err ca_signer_load(struct service *service, const char *name, struct ca_signer *out, struct why *why);
void ca_signer_clear(struct ca_signer *signer);

/** Is a CA certificate valid now? @return ERR_OK; ERR_CA_VALIDITY. */
enum err ca_signer_check_validity(const struct service *service, const struct cert *cert, struct why *why);

/**
 * Set the validity of a certificate that a CA shall sign: from CA_BACKDATE_S ago for so many days, inside the CA's own life.
 *
 * @param tbs out: its two times; untouched on error. @return ERR_OK; ERR_CA_VALIDITY when the CA is not valid now.
 */
enum err ca_signer_set_validity(const struct service *service, const struct cert *cert, int days, struct cert_template *tbs, struct why *why);

#endif
