#ifndef SCEPGATE_SERVICE_KEY_ACCESS_H
#define SCEPGATE_SERVICE_KEY_ACCESS_H

/* What a host has to use stored keys (service/stored_key.h) with: secrets, the way to tokens, the library. From its configuration file. */

#include "conf/conf.h"
#include "pki/key.h"

/** Borrowed. All zero: no key can be opened or sealed. */
struct key_access {
	struct bytes secret;          /* the key-encryption secret: seals, and opens */
	struct bytes other_secret;    /* one more that opens: the next or the previous one, while it is changed; empty: there is none */
	struct key_token token;       /* how to get at tokens */
	enum key_library library;     /* what works with keys in memory; AUTO where nothing is said */
};

/** The secrets themselves, read from their files. All zero is the initial value. */
struct key_secrets {
	struct buf secret;
	struct buf other_secret;
};

/**
 * Library and tokens, without the secrets.
 * @param conf in: borrowed by `access`. @return ERR_OK; ERR_CONF when the library is not built in.
 */
enum err key_access_init(const struct conf *conf, struct key_access *access, struct why *why);

/**
 * The secrets: read the files that the configuration names. Nothing is read twice.
 * @param secrets in/out: free with key_secrets_clear(). @param access out: secret and other_secret, borrowed from `secrets`. @return ERR_OK; ERR_KEY_SECRET; ERR_MEMORY.
 */
enum err key_access_load(const struct conf *conf, struct key_secrets *secrets, struct key_access *access, struct why *why);

/** Wipe and free. */
void key_secrets_clear(struct key_secrets *secrets);

#endif
