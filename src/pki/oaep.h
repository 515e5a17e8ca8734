#ifndef SCEPGATE_PKI_OAEP_H
#define SCEPGATE_PKI_OAEP_H

/* RSAES-OAEP (RFC 8017 section 7.1) behind the raw RSA operation: its parameters, and taking its padding off with implicit rejection. Internal to pki. */

#include "pki/key.h"

/**
 * Read what stands behind the identifier id-RSAES-OAEP: RSAES-OAEP-params of RFC 4055 section 4.1, or nothing, which means its defaults: SHA-1 and MGF1 with SHA-1.
 * @return ERR_OK; ERR_ALG_KEY_TRANSPORT for digests other than SHA-1 to SHA-512, another mask than MGF1, a label, or what is malformed.
 */
enum err oaep_parse(struct bytes parameters, struct key_oaep *out, struct why *why);

/**
 * Copy the message out of an encoded one (RFC 8017 section 7.1.2 step 3) if it is out_len octets long and the padding is right, else leave `out` as it
 * is. Time and memory accesses depend on the lengths and digests alone.
 *
 * @param encoded in: encoded_len octets, as long as the modulus; undefined afterwards. @param out in/out: out_len octets, random before.
 * @return ERR_OK; ERR_ALG_KEY_TRANSPORT when the crypto library does not compute the digests, whatever the ciphertext is; ERR_MEMORY.
 */
enum err oaep_take(const struct key_oaep *oaep, uint8_t *encoded, size_t encoded_len, uint8_t *out, size_t out_len, struct why *why);

#endif
