#ifndef SCEPGATE_SERVICE_MINT_H
#define SCEPGATE_SERVICE_MINT_H

/* A dynamic challenge for a caller with an API token: which endpoint, is it the one that the caller means, and then the one question to the database that decides. */

#include "service/service.h"
#include "store/mint.h"

/** An endpoint as an address names it. Borrowed. */
struct mint_target {
	struct bytes application, profile;  /* empty: the default endpoint of the host */
	struct bytes host;                  /* without port; may be empty */
};

struct mint_call {
	struct bytes token;                 /* as it came; a secret, not empty */
	struct mint_target target;          /* the address that was asked */
	const struct mint_target *meant;    /* the SCEP address that the caller will use the challenge at; NULL when it did not say */
	struct mint_request request;        /* what is wanted; token_sha256, application and profile are filled in here */
};

/** Whose challenge it was about, for the log; the texts are the caller's. */
struct mint_names {
	char *application, *profile;        /* NULL when there is no such default endpoint */
};

/**
 * Mint. A challenge that was minted and not delivered expires by itself.
 *
 * @param names out: free with mint_names_clear(); set on error too, as far as known.
 * @param out   out: minted_clear(); page_encoding also with ERR_HTTP_TOO_MANY and ERR_HTTP_FORBIDDEN; otherwise untouched on error.
 * @param why   out: below HTTP status 500 a sentence that the caller may read.
 * @return as mint_challenge(); ERR_CONFLICT when `meant` names another endpoint than `target`, which only who has a token is told; an address that names none says nothing, since a proxy may have one of its own;
 *         ERR_VALUE also when what it is to be bound to is malformed, as binding_validate() has it.
 */
enum err mint_serve(const struct service *service, const struct mint_call *call, struct mint_names *names, struct minted *out, struct why *why);

void mint_names_clear(struct mint_names *names);

#endif
