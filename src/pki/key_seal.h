#ifndef SCEPGATE_PKI_KEY_SEAL_H
#define SCEPGATE_PKI_KEY_SEAL_H

/* Encrypting a private key as PKCS#8. For key.c alone; everybody else uses key.h. */

#include "base/bytes.h"
#include "base/random.h"
#include "base/why.h"

/* The secret is at least 32 characters of random origin, so stretching it adds nothing; each opening of a key pays for the rounds. */
enum { KEY_SEAL_ITERATIONS = 10000, KEY_SEAL_SALT_LEN = 16 };

/**
 * Write an EncryptedPrivateKeyInfo (RFC 5958 section 3): PBES2 (RFC 8018 section 6.2) with PBKDF2, HMAC-SHA-256 and AES-256-CBC.
 *
 * @param pkcs8  in: a plain PrivateKeyInfo. @param secret in: not empty.
 * @param random in: gives salt and initialization vector.
 * @param out    out: appended; untouched on error.
 * @return ERR_OK; ERR_RANDOM; ERR_INTERNAL; ERR_MEMORY.
 */
enum err key_seal(struct bytes pkcs8, struct bytes secret, const struct random *random, struct buf *out, struct why *why);

#endif
