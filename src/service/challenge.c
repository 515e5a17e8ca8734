#include <config.h>

#include "service/challenge.h"

#include <stdlib.h>
#include <string.h>

#include "base/password.h"
#include "pki/crypto.h"

enum { MEMO_SIZE = 64 };

/* A small ring of HMAC(process key, hash || challenge) of pairs that matched. Bound to the stored hash, so a changed challenge is forgotten by itself. */
struct challenge_memo {
	uint8_t key[DIGEST_SHA256_LEN];
	uint8_t good[MEMO_SIZE][DIGEST_SHA256_LEN];
	size_t count;
	size_t next;
};

struct challenge_memo *challenge_memo_new(const struct random *random)
{
	struct challenge_memo *memo = calloc(1, sizeof *memo);

	if (memo != NULL && random_fill(random, memo->key, sizeof memo->key) != ERR_OK) {
		free(memo);
		memo = NULL;
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

static bool memo_has(const struct challenge_memo *memo, const uint8_t digest[DIGEST_SHA256_LEN])
{
	bool found = false;

	for (size_t i = 0; i < memo->count; i++)
		if (bytes_is_equal_secret(bytes_from(memo->good[i], DIGEST_SHA256_LEN), bytes_from(digest, DIGEST_SHA256_LEN)))
			found = true;
	return found;
}

static void memo_add(struct challenge_memo *memo, const uint8_t digest[DIGEST_SHA256_LEN])
{
	memcpy(memo->good[memo->next], digest, DIGEST_SHA256_LEN);
	memo->next = (memo->next + 1) % MEMO_SIZE;
	if (memo->count < MEMO_SIZE)
		memo->count++;
}

static enum err check_one(struct challenge_memo *memo, const char *hash, struct bytes challenge, struct why *why)
{
	uint8_t digest[DIGEST_SHA256_LEN];
	enum err e;

	if ((e = memo_digest(memo, hash, challenge, digest)) != ERR_OK)
		return e;
	if (!memo_has(memo, digest)) {
		e = password_check(challenge, hash, why);
		if (e == ERR_OK)
			memo_add(memo, digest);
	}
	explicit_bzero(digest, sizeof digest);
	return e;
}

enum err challenge_authorise(const struct service *service, const struct endpoint *endpoint, struct bytes challenge, int *static_challenge_id, struct why *why)
{
	int64_t now_utc = clock_now_utc(&service->clock);
	enum err worst = ERR_CHALLENGE;
	bool has_live = false;
	bool has_expired = false;

	switch (endpoint->challenge_mode) {
	case ENDPOINT_CHALLENGE_NONE:
		return why_set(why, ERR_CHALLENGE, "the endpoint has no challenge mode, so nobody may enrol");
	case ENDPOINT_CHALLENGE_STATIC:
		break;
	}
	if (challenge.len == 0)
		return why_set(why, ERR_CHALLENGE, "the request carries no challenge");
	for (size_t i = 0; i < endpoint->challenge_count; i++) {
		const struct endpoint_challenge *row = &endpoint->challenge[i];
		struct why unused = { 0 };
		enum err e;

		if (row->expires_utc != 0 && row->expires_utc <= now_utc) {
			has_expired = true;
			continue;
		}
		has_live = true;
		e = check_one(service->memo, row->hash, challenge, &unused);
		if (e == ERR_OK) {
			*static_challenge_id = row->id;
			return ERR_OK;
		}
		if (e != ERR_CHALLENGE) {
			worst = e;
			why_set(why, e, "static challenge \"%s\": %s", row->name, why_text(&unused, e));
		}
	}
	if (!has_live)
		return why_set(why, worst, has_expired ? "every static challenge of the endpoint has expired" : "the endpoint has no static challenge");
	return why_set(why, worst, "the challenge is wrong");
}
