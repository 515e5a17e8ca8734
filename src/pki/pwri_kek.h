#ifndef SCEPGATE_PKI_PWRI_KEK_H
#define SCEPGATE_PKI_PWRI_KEK_H

/* The key wrap for keys that come from passwords, id-alg-PWRI-KEK (RFC 3211 section 2.3): the wrapped key goes through CBC twice. Internal to pki. */

#include "base/random.h"
#include "pki/algorithm.h"

enum {
	PWRI_KEK_HEADER_LEN = 4,     /* the length of the key, and three octets to check it by */
	PWRI_KEK_MAX_WRAPPED_LEN = 64 /* room for the largest content key with its header and the longest padding */
};

/**
 * Wrap a key.
 *
 * @param kek in: cipher_key_len(cipher) bytes. @param iv in: cipher_block_len(cipher) bytes. @param key in: 3..CIPHER_MAX_KEY_LEN bytes.
 * @param out out: appended, a multiple of the block, two blocks at least. @return ERR_OK; ERR_RANDOM; ERR_INTERNAL; ERR_MEMORY.
 */
enum err pwri_kek_wrap(enum cipher cipher, struct bytes kek, struct bytes iv, struct bytes key, const struct random *random, struct buf *out);

/**
 * Unwrap a key whose length is known.
 *
 * @param wrapped in: hostile. @param key out: key_len bytes, at most CIPHER_MAX_KEY_LEN; untouched on error.
 * @return ERR_OK; ERR_CMS_DECRYPT when `wrapped` is not whole blocks, two at least, when the length within is another or the check octets do not fit.
 */
enum err pwri_kek_unwrap(enum cipher cipher, struct bytes kek, struct bytes iv, struct bytes wrapped, uint8_t *key, size_t key_len);

#endif
