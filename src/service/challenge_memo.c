#include <config.h>

#include "service/challenge_memo.h"

#include <stdlib.h>
#include <string.h>

#include "base/password.h"
#include "pki/crypto.h"

enum { MEMO_SIZE = 64 };

/* A small ring of HMAC(process key, hash || challenge). Bound to the stored hash, so a changed challenge is forgotten by itself. */
struct ring {
	uint8_t digest[MEMO_SIZE][DIGEST_SHA256_LEN];
	size_t count;
	size_t next;
};

/* Pairs that matched, and pairs that did not: a fleet with an outdated challenge, or somebody who sends the same message again and again, must not cost the slow hash each
 * time. Two rings, so that wrong ones never drive good ones out. */
struct challenge_memo {
	uint8_t key[DIGEST_SHA256_LEN];
	uint8_t attempt_key[DIGEST_SHA256_LEN];
	struct ring good, wrong;
};

struct challenge_memo *challenge_memo_new(const struct random *random, struct bytes key_secret)
{
	struct challenge_memo *memo = calloc(1, sizeof *memo);

	if (memo == NULL)
		return NULL;
	if (random_fill(random, memo->key, sizeof memo->key) != ERR_OK ||
	    crypto_hmac_sha256(key_secret, bytes_from_str("scepgate wrong challenge: throttle"), memo->attempt_key) != ERR_OK) {
		challenge_memo_free(memo);
		return NULL;
	}
	return memo;
}

void challenge_memo_free(struct challenge_memo *memo)
{
	if (memo == NULL)
		return;
	explicit_bzero(memo, sizeof *memo);
	free(memo);
}

static enum err memo_digest(const struct challenge_memo *memo, const char *hash, struct bytes challenge, uint8_t out[DIGEST_SHA256_LEN])
{
	struct buf pair = { 0 };
	enum err e;

	if ((e = buf_append_str(&pair, hash)) == ERR_OK && (e = buf_append_byte(&pair, 0)) == ERR_OK && (e = buf_append(&pair, challenge)) == ERR_OK)
		e = crypto_hmac_sha256(bytes_from(memo->key, sizeof memo->key), buf_bytes(&pair), out);
	buf_clear(&pair);
	return e;
}

static bool ring_has(const struct ring *ring, const uint8_t digest[DIGEST_SHA256_LEN])
{
	bool found = false;

	for (size_t i = 0; i < ring->count; i++)
		if (bytes_is_equal_secret(bytes_from(ring->digest[i], DIGEST_SHA256_LEN), bytes_from(digest, DIGEST_SHA256_LEN)))
			found = true;
	return found;
}

static void ring_add(struct ring *ring, const uint8_t digest[DIGEST_SHA256_LEN])
{
	memcpy(ring->digest[ring->next], digest, DIGEST_SHA256_LEN);
	ring->next = (ring->next + 1) % MEMO_SIZE;
	if (ring->count < MEMO_SIZE)
		ring->count++;
}

enum err challenge_memo_check(struct challenge_memo *memo, const char *hash, struct bytes challenge, struct why *why)
{
	uint8_t digest[DIGEST_SHA256_LEN];
	enum err e;

	if ((e = memo_digest(memo, hash, challenge, digest)) != ERR_OK)
		return e;
	if (ring_has(&memo->wrong, digest)) {
		e = why_set(why, ERR_CHALLENGE, "the challenge is as wrong as it was before");
	} else if (!ring_has(&memo->good, digest)) {
		e = password_check(challenge, hash, why);
		if (e == ERR_OK)
			ring_add(&memo->good, digest);
		else if (e == ERR_CHALLENGE)
			ring_add(&memo->wrong, digest);
	}
	explicit_bzero(digest, sizeof digest);
	return e;
}

enum err challenge_memo_attempt(const struct challenge_memo *memo, int endpoint_id, struct bytes challenge, uint8_t out[ENROLMENT_ATTEMPT_LEN])
{
	uint8_t digest[DIGEST_SHA256_LEN];
	struct buf data = { 0 };
	enum err e;

	/* The text of the number ends at the zero octet, which no number holds: no two pairs are the same data. */
	if ((e = buf_append_format(&data, "%d", endpoint_id)) == ERR_OK && (e = buf_append_byte(&data, 0)) == ERR_OK && (e = buf_append(&data, challenge)) == ERR_OK)
		e = crypto_hmac_sha256(bytes_from(memo->attempt_key, sizeof memo->attempt_key), buf_bytes(&data), digest);
	if (e == ERR_OK)
		memcpy(out, digest, ENROLMENT_ATTEMPT_LEN);
	explicit_bzero(digest, sizeof digest);
	buf_clear(&data);
	return e;
}
