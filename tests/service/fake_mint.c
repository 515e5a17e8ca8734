#include <config.h>

#include "service/fake_mint.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/crypto.h"
#include "store/endpoint.h"

/* The handle is the fake itself. */
struct store *fake_mint_store(struct fake_mint *fake)
{
	return (struct store *)fake;
}

static struct fake_mint *fake_of(struct store *store)
{
	return (struct fake_mint *)store;
}

void minted_clear(struct minted *minted)
{
	buf_clear(&minted->ca_der);
	*minted = (struct minted){ .expires_utc = 0 };
}

static bool knows(const struct mint_request *request)
{
	uint8_t digest[DIGEST_MAX_LEN];

	if (crypto_digest(DIGEST_SHA256, bytes_from_str(FAKE_TOKEN), digest) != ERR_OK)
		abort();
	return bytes_is_equal(bytes_from(digest, MINT_TOKEN_HASH_LEN), request->token_sha256) &&
		(request->token_name[0] == '\0' || strcmp(request->token_name, FAKE_TOKEN_NAME) == 0);
}

enum err mint_challenge(struct store *store, const struct mint_request *request, struct minted *out, struct why *why)
{
	struct fake_mint *fake = fake_of(store);

	fake->mints++;
	snprintf(fake->seen, sizeof fake->seen, "%.*s/%.*s by '%s' for %d, %d uses; subject '%s' sans '%s' device '%s' user '%s' key %zu; %s; %s",
		(int)request->application.len, (const char *)request->application.ptr, (int)request->profile.len, (const char *)request->profile.ptr,
		request->token_name, request->lifetime_minutes, request->uses, request->subject, request->sans, request->device, request->username,
		request->spki_sha256.len, request->context, request->client_address);
	if (fake->answer == ERR_DB_AWAY)
		return why_set(why, ERR_DB_AWAY, "connection to db.internal failed");
	if (!knows(request))
		return why_set(why, ERR_HTTP_CREDENTIALS, "there is no such token");
	if (request->application.len == 0)
		return why_set(why, ERR_NOT_FOUND, "there is no such endpoint");
	if (fake->answer == ERR_OK || fake->answer == ERR_HTTP_TOO_MANY || fake->answer == ERR_HTTP_FORBIDDEN)
		snprintf(out->page_encoding, sizeof out->page_encoding, "%s", fake->page_encoding == NULL ? "" : fake->page_encoding);
	if (fake->answer != ERR_OK)
		return why_set(why, fake->answer, "the store says %s", err_name(fake->answer));
	snprintf(out->challenge, sizeof out->challenge, FAKE_CHALLENGE);
	out->expires_utc = FAKE_EXPIRES_UTC;
	return buf_append_str(&out->ca_der, "abc");
}

enum err endpoint_default_find(struct store *store, struct bytes host, char **application, char **profile, struct why *why)
{
	struct fake_mint *fake = fake_of(store);

	fake->defaults++;
	if (fake->default_answer != ERR_OK)
		return why_set(why, fake->default_answer, "the store says %s", err_name(fake->default_answer));
	if (bytes_is_str(host, "nowhere.example"))
		return why_set(why, ERR_NOT_FOUND, "there is no default endpoint for this host");
	if (bytes_copy_str(bytes_from_str("corp"), application) != ERR_OK || bytes_copy_str(bytes_from_str("devices"), profile) != ERR_OK)
		abort();
	return ERR_OK;
}
