#ifndef SCEPGATE_PKI_PKCS1_H
#define SCEPGATE_PKI_PKCS1_H

/* Taking the padding of RSAES-PKCS1-v1_5 off with implicit rejection. For providers of private keys that give the raw number. Internal to pki. */

#include <stddef.h>
#include <stdint.h>

enum { PKCS1_PADDING_LEN = 11 /* 00 02, eight octets at least, 00: RFC 8017 section 7.2.1 */ };

/**
 * Copy the message out of an encoded one (RFC 8017 section 7.2.2 step 3) if it is out_len octets long and the padding is right, else leave `out` as
 * it is. Time and memory accesses depend on the two lengths alone.
 *
 * @param encoded in: encoded_len octets, as long as the modulus. @param out in/out: out_len octets, random before.
 */
void pkcs1_take(const uint8_t *encoded, size_t encoded_len, uint8_t *out, size_t out_len);

/** 1 for 0, 0 for 1..255, without a branch. */
unsigned pkcs1_is_zero(unsigned octet);

/** Copy `from` to `out` when `take` is 1, leave `out` as it is when 0, in time that depends on the length alone. */
void pkcs1_copy_if(unsigned take, const uint8_t *from, uint8_t *out, size_t out_len);

#endif
