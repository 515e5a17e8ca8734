#ifndef SCEPGATE_STORE_MINT_H
#define SCEPGATE_STORE_MINT_H

/* What challenge.fcgi may ask the database: to mint one dynamic challenge for a caller with a token. One SQL function, one round trip; tokens and limits are checked there. */

#include "base/bytes.h"
#include "store/store.h"

enum { MINT_TOKEN_HASH_LEN = 32, MINT_MAX_CHALLENGE_LEN = 64 };

/** All borrowed; empty or 0 where nothing is asked. */
struct mint_request {
	struct bytes token_sha256;        /* MINT_TOKEN_HASH_LEN bytes: of the token as it came */
	const char *token_name;           /* the user of Basic authentication, which must be the token's name; "" with Bearer */
	struct bytes application, profile;
	int lifetime_minutes, uses;       /* 0: as the endpoint says; never more than it says */
	const char *subject, *sans, *device, *username, *sid;
	struct bytes spki_sha256;
	const char *context;              /* a JSON object of at most 8192 octets, kept for the audit trail; "" for none */
	const char *client_address;
};

struct minted {
	char challenge[MINT_MAX_CHALLENGE_LEN + 1]; /* a secret */
	int64_t expires_utc;
	char page_encoding[16];           /* "utf-16le-bom", "utf-16le", "utf-8": how the endpoint wants its page; set with ERR_OK, ERR_HTTP_TOO_MANY and ERR_HTTP_FORBIDDEN */
	struct buf ca_der;                /* certificate of the endpoint's CA, for its fingerprint on that page; with ERR_OK */
};

void minted_clear(struct minted *minted);

/**
 * Mint. Credentials are looked at first: who has none is told nothing of endpoints.
 *
 * @return ERR_OK; ERR_HTTP_CREDENTIALS: no such token, expired, revoked, or of another name; ERR_NOT_FOUND: no such endpoint, or not active; ERR_HTTP_FORBIDDEN: the token is not for it;
 *         ERR_CONFLICT: it takes no dynamic challenges; ERR_HTTP_TOO_MANY: as many as it allows are pending; ERR_VALUE; ERR_DB_AWAY; ERR_DB.
 */
enum err mint_challenge(struct store *store, const struct mint_request *request, struct minted *out, struct why *why);

#endif
