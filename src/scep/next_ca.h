#ifndef SCEPGATE_SCEP_NEXT_CA_H
#define SCEPGATE_SCEP_NEXT_CA_H

/*
 * The answer to GetNextCACert (RFC 8894 section 4.7.1): a SignedData by the current CA's key around a certificates-only message with the next CA certificates.
 * eContentType is id-data, as in all of SCEP (RFC 8894 section 3): clients that read PKCS#7 1.5 take no other type for an OCTET STRING.
 */

#include "pki/cms_signed.h"

/**
 * Make the answer, DER.
 *
 * @param certificates in: DER; the next CA certificate first. @param signer in: the current CA certificate, of `key`; it is embedded.
 * @param digest       in: of the signature.
 * @param out          out: appended. @return ERR_OK; ERR_VALUE for no certificate, or more than CMS_MAX_CERTIFICATES; ERR_KEY; ERR_MEMORY.
 * Cost: one private-key operation.
 */
enum err scep_next_ca_encode(const struct bytes *certificates, size_t count, const struct cert *signer, const struct key *key, enum digest digest, struct buf *out,
	struct why *why);

/**
 * Open an answer: verify that the current CA has signed it, and find the certificates.
 *
 * @param ber   in: hostile. @param ca in: the current CA certificate, trusted; the signature must be by its key.
 * @param der   out: what `found` borrows from, the caller's. @param found out: *count certificates, 1..CMS_MAX_CERTIFICATES, in their order.
 * @return ERR_OK; ERR_CMS_SIGNATURE; ERR_ALG_* (MD5 is refused); ERR_CMS_SYNTAX, ERR_ASN1_SYNTAX, ERR_ASN1_LIMIT; ERR_MEMORY. Outputs are untouched on error.
 */
enum err scep_next_ca_open(struct bytes ber, const struct cert *ca, struct buf *der, struct bytes found[CMS_MAX_CERTIFICATES], size_t *count, struct why *why);

#endif
