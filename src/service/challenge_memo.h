#ifndef SCEPGATE_SERVICE_CHALLENGE_MEMO_H
#define SCEPGATE_SERVICE_CHALLENGE_MEMO_H

/*
 * What a worker remembers about challenges: which static ones were good, under a keyed digest with a key that exists in this process alone, so that only the first use
 * pays for the slow hash; and the key by which wrong ones are told apart.
 */

#include "base/random.h"
#include "store/enrolment.h"

struct challenge_memo;

/** @param key_secret in: the key-encryption secret; what is derived from it is kept, not the secret. @return NULL without memory or random numbers. */
struct challenge_memo *challenge_memo_new(const struct random *random, struct bytes key_secret);
void challenge_memo_free(struct challenge_memo *memo);

/**
 * Compare a challenge with a slow hash, or with what is remembered of it.
 *
 * @return as password_check(). Cost: as password_check(), unless this pair was good before.
 */
enum err challenge_memo_check(struct challenge_memo *memo, const char *hash, struct bytes challenge, struct why *why);

/**
 * The digest by which the throttle tells wrong challenges apart: the beginning of an HMAC-SHA-256 over endpoint and challenge. Its key comes from the key-encryption
 * secret, so all workers agree, and who reads the database cannot try challenges on it.
 */
enum err challenge_memo_attempt(const struct challenge_memo *memo, int endpoint_id, struct bytes challenge, uint8_t out[ENROLMENT_ATTEMPT_LEN]);

#endif
