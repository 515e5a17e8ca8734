#ifndef SCEPGATE_TESTS_SERVICE_FAKE_MINT_H
#define SCEPGATE_TESTS_SERVICE_FAKE_MINT_H

/* The store of challenge.fcgi in memory: it knows one token and answers as it is told. The default endpoint of every host but "nowhere.example" is corp/devices. */

#include "service/service.h"
#include "store/mint.h"

#define FAKE_TOKEN "sgt_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define FAKE_TOKEN_NAME "jamf"
#define FAKE_CHALLENGE "0123456789ABCDEF0123456789ABCDEF"
#define FAKE_EXPIRES_UTC 1790003600 /* an hour after FAKE_NOW_UTC */
#define FAKE_NOW_UTC 1790000000

struct fake_mint {
	enum err answer;            /* of mint_challenge(), when the token is right */
	enum err default_answer;    /* of endpoint_default_find() */
	const char *page_encoding;
	unsigned mints, defaults;   /* how often they were asked */
	char seen[1024];            /* what mint_challenge() was asked, in words */
};

/** A store that answers so. Borrowed by `service`, with `fake`. */
struct store *fake_mint_store(struct fake_mint *fake);

#endif
