#ifndef SCEPGATE_PKI_CHAIN_H
#define SCEPGATE_PKI_CHAIN_H

/* Chains of certificates: putting some in order, and checking one as far as CAs are concerned (RFC 5280 section 6.1, without policies and name constraints). */

#include "pki/cert.h"

enum { CHAIN_MAX_LEN = 16 /* certificates, the first and the root included */ };

/**
 * Find the way from a certificate upwards among others, by name and signature, as far as there are issuers.
 *
 * @param pool  in: in any order, with doubles; `leaf` may be among them.
 * @param chain out: *chain_count certificates, `leaf` first, each issued by the one behind it; borrowed. Untouched on error.
 * @return ERR_OK, also when it does not reach a root; ERR_VALUE when it is longer than CHAIN_MAX_LEN; ERR_MEMORY.
 */
enum err chain_build(const struct cert *leaf, const struct cert *const *pool, size_t pool_count, const struct cert *chain[CHAIN_MAX_LEN],
	size_t *chain_count, struct why *why);

/**
 * Does each certificate come from the one behind it: issuer equal to subject to the octet, signature, basicConstraints, keyCertSign,
 * pathLenConstraint, and times? The last one is trusted; its own signature is looked at when it is self-issued.
 *
 * @param chain in: 1..CHAIN_MAX_LEN certificates, the lowest first. @param now_utc in: when all of them must be valid.
 * @return ERR_OK; ERR_VALUE with the cause; ERR_CMS_SIGNATURE; ERR_CA_VALIDITY; ERR_ALG_*.
 */
enum err chain_check(const struct cert *const *chain, size_t chain_count, int64_t now_utc, struct why *why);

/** Does it reach a self-signed certificate? */
bool chain_is_whole(const struct cert *const *chain, size_t chain_count);

#endif
