#ifndef SCEPGATE_BASE_PASSWORD_H
#define SCEPGATE_BASE_PASSWORD_H

/*
 * Slow, salted hashes of static challenges: crypt(3) strings. libxcrypt is known here alone. New hashes are yescrypt; bcrypt ("$2b$", as
 * pgcrypto's crypt() with gen_salt('bf') makes) verifies too, so that a DBA can set one. Weaker methods are refused.
 */

#include "base/bytes.h"
#include "base/why.h"

enum { PASSWORD_MIN_CHARACTERS = 8, PASSWORD_MAX_LEN = 511 /* libxcrypt takes no more */, PASSWORD_BCRYPT_MAX_LEN = 72 };

/**
 * Hash a password with yescrypt and a random salt.
 *
 * @param password in: UTF-8 without NUL or control characters: at least PASSWORD_MIN_CHARACTERS characters, at most PASSWORD_MAX_LEN octets.
 * @param hash     out: the terminated crypt(3) string is appended (the terminator is not counted).
 * @return ERR_OK; ERR_VALUE for a password that is too short, too long or not text; ERR_RANDOM; ERR_MEMORY.
 * Cost: some tens of milliseconds, on purpose.
 */
enum err password_hash(struct bytes password, struct buf *hash, struct why *why);

/**
 * Compare a password with a hash.
 *
 * @param password in: anything; what password_hash() would refuse never matches.
 * @param hash     in: a crypt(3) string of a method that is accepted: $y$, $gy$, $2a$, $2b$, $2y$, $7$ (scrypt), $6$ is not.
 *                 bcrypt looks at PASSWORD_BCRYPT_MAX_LEN octets alone, so a longer password never matches a $2 hash.
 * @return ERR_OK when it matches; ERR_CHALLENGE when not; ERR_VALUE when the hash is of no accepted method; ERR_MEMORY.
 * Cost: as password_hash().
 */
enum err password_check(struct bytes password, const char *hash, struct why *why);

#endif
