#ifndef SCEPGATE_PKI_CERT_ISSUER_H
#define SCEPGATE_PKI_CERT_ISSUER_H

/* What signing certificates and signing CRLs have in common: the issuer and its key. Internal to pki. */

#include "pki/cert.h"

/** The digest to sign with: no weaker than the key, and no larger than clients know. */
enum digest cert_issuer_digest(const struct key *issuer_key);

/** Does the private key belong to this public key (whole SubjectPublicKeyInfo)? @return ERR_OK; ERR_KEY. */
enum err cert_issuer_check_key(struct bytes spki, const struct key *issuer_key, struct why *why);

/** Append an AuthorityKeyIdentifier with what the issuer calls its key: its own SKI, or the common way to make one when it has none (RFC 5280 section 4.2.1.1). */
enum err cert_issuer_put_key_id(const struct cert *issuer, struct buf *out, struct why *why);

#endif
