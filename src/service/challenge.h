#ifndef SCEPGATE_SERVICE_CHALLENGE_H
#define SCEPGATE_SERVICE_CHALLENGE_H

/*
 * Is this challenge good? Static challenges are compared with their slow hashes; the worker remembers those that were good under a keyed digest with a key
 * that exists in this process alone, so that only the first use pays.
 */

#include "service/service.h"
#include "store/endpoint.h"

struct challenge_memo *challenge_memo_new(const struct random *random);
void challenge_memo_free(struct challenge_memo *memo);

/**
 * Authorise by static challenge. Default deny: an endpoint without a challenge mode, without a live hash, a missing or an empty challenge refuse.
 *
 * @param challenge in: UTF-8; empty when there is none. @param static_challenge_id out: which one it was.
 * @return ERR_OK; ERR_CHALLENGE; ERR_VALUE when a stored hash is of no accepted method and none of the others fits; ERR_MEMORY.
 */
enum err challenge_authorise(const struct service *service, const struct endpoint *endpoint, struct bytes challenge, int *static_challenge_id, struct why *why);

#endif
