#ifndef SCEPGATE_SERVICE_KEY_REWRAP_H
#define SCEPGATE_SERVICE_KEY_REWRAP_H

/*
 * Changing the key-encryption secret: everything that is sealed under it is opened and sealed under another one, in one database transaction. Meanwhile, and as long as hosts have
 * the two secrets (key_access.h), nobody notices.
 */

#include "service/service.h"

struct key_rewrap_count {
	int keys, requests;            /* sealed anew */
	int keys_known, requests_known; /* were sealed under the new secret already */
};

/**
 * Seal all under `secret`. Doing it again changes what was sealed under the old secret meanwhile, by hosts that still have that as their first.
 *
 * @param service in: its secrets open what there is. @param secret in: the new one, as conf_secret_load() gave it. @param count out: untouched on error.
 * @return ERR_OK; ERR_KEY_SECRET when something opens under none of the three secrets, and nothing is changed then; ERR_APPROVAL for such a request; ERR_DB_*; ERR_MEMORY.
 * Cost: two key derivations for each key. Enrolments wait until it has ended.
 */
enum err key_rewrap(struct service *service, struct bytes secret, struct key_rewrap_count *count, struct why *why);

#endif
