#ifndef SCEPGATE_SERVICE_CHALLENGE_SET_H
#define SCEPGATE_SERVICE_CHALLENGE_SET_H

/* Setting a static challenge: only its slow hash is stored. Judging one is service/challenge.h. */

#include "service/service.h"

enum { CHALLENGE_GENERATED_LEN = 32 };

/**
 * Hash a static challenge and store it under a name, over what that name had.
 *
 * @param name      in: NULL means "default". @param challenge in: UTF-8 of at least PASSWORD_MIN_CHARACTERS characters and at most PASSWORD_MAX_LEN octets.
 * @param expires_iso in: ISO 8601, or NULL for never.
 * @return ERR_OK; ERR_VALUE; ERR_NOT_FOUND without such an endpoint; ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 */
enum err challenge_set(struct service *service, const char *application, const char *profile, const char *name, struct bytes challenge,
	const char *expires_iso, struct why *why);

/**
 * Make a challenge of CHALLENGE_GENERATED_LEN upper-case hexadecimal characters (128 random bits). Appended. @return ERR_OK; ERR_RANDOM;
 * ERR_MEMORY.
 */
enum err challenge_generate(const struct random *random, struct buf *challenge);

#endif
