#ifndef SCEPGATE_PKI_CRYPTO_H
#define SCEPGATE_PKI_CRYPTO_H

/* Hashes, HMAC, PBKDF2 and CBC ciphers over GnuTLS. Public-key operations are in key.h. */

#include "base/why.h"
#include "pki/algorithm.h"

/** One-time set-up of the crypto library, and a self-test that the primitives we rest on work. @return ERR_OK; ERR_INTERNAL with the cause. */
enum err crypto_init(struct why *why);

/** Versions of GnuTLS and libtasn1 that this was built with, for --version and `scepadm check`, e.g. "GnuTLS 3.7.9, libtasn1 4.19.0". Borrowed for ever. */
const char *crypto_versions(void);

/** Hash one run of bytes. @param out out: digest_len() bytes. @return ERR_OK; ERR_ALG_DIGEST when the library will not. */
enum err crypto_digest(enum digest digest, struct bytes data, uint8_t out[DIGEST_MAX_LEN]);

/** Hash what comes in pieces. */
struct crypto_hash;

/** @return ERR_OK; ERR_ALG_DIGEST when the library will not; ERR_MEMORY. */
enum err crypto_hash_new(enum digest digest, struct crypto_hash **out);
enum err crypto_hash_update(struct crypto_hash *hash, struct bytes data);
/** The digest of all that was given. @param out out: digest_len() bytes. The hash is then as new. */
void crypto_hash_finish(struct crypto_hash *hash, uint8_t out[DIGEST_MAX_LEN]);
void crypto_hash_free(struct crypto_hash *hash);

/** HMAC-SHA-256. @param out out: 32 bytes. */
enum err crypto_hmac_sha256(struct bytes key, struct bytes data, uint8_t out[32]);

/**
 * Derive a key from a password: PBKDF2 with HMAC of this digest (RFC 8018 section 5.2).
 *
 * @param iterations in: at least 1; the caller bounds it. @param out out: out_len bytes. @return ERR_OK; ERR_ALG_DIGEST when the library will not.
 */
enum err crypto_pbkdf2(enum digest digest, struct bytes password, struct bytes salt, unsigned iterations, uint8_t *out, size_t out_len);

/**
 * Encrypt or decrypt whole blocks in CBC mode in place, without padding.
 *
 * @param len a positive multiple of cipher_block_len(). @return ERR_OK; ERR_INTERNAL, `data` is then undefined.
 */
enum err crypto_cbc_encrypt_blocks(enum cipher cipher, struct bytes key, struct bytes iv, uint8_t *data, size_t len);
enum err crypto_cbc_decrypt_blocks(enum cipher cipher, struct bytes key, struct bytes iv, uint8_t *data, size_t len);

/**
 * Encrypt in CBC mode with PKCS#7 padding (RFC 5652 section 6.3).
 *
 * @param key cipher_key_len() bytes. @param iv cipher_block_len() bytes. @param out out: the ciphertext is appended.
 */
enum err crypto_cbc_encrypt(enum cipher cipher, struct bytes key, struct bytes iv, struct bytes plain, struct buf *out);

/**
 * Decrypt in CBC mode and take the padding off, in time that does not depend on the padding.
 *
 * @param out out: the plaintext is appended; untouched on error. Wiped storage: it is a secret.
 * @return ERR_OK; ERR_CMS_DECRYPT for a length that is no positive multiple of the block, or bad padding: one answer for all of it; ERR_MEMORY.
 */
enum err crypto_cbc_decrypt(enum cipher cipher, struct bytes key, struct bytes iv, struct bytes ciphertext, struct buf *out);

#endif
