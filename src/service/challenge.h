#ifndef SCEPGATE_SERVICE_CHALLENGE_H
#define SCEPGATE_SERVICE_CHALLENGE_H

/*
 * Is the challenge of this request good? A dynamic one was looked up by its hash and comes with what it is bound to; a static one is compared with slow hashes.
 * Default deny: an endpoint without a challenge mode, without a live hash, a missing or an empty challenge refuse.
 */

#include "service/authoriser.h"

/** May this endpoint be opened by a dynamic challenge, by a static one? */
bool challenge_mode_has_dynamic(enum endpoint_challenge_mode mode);
bool challenge_mode_has_static(enum endpoint_challenge_mode mode);

/**
 * As a dynamic challenge. Remembers in the operation when another key had spent it, and that whoever knows one of ours, dead or alive, may know the cause.
 *
 * @param challenge_id out: which one. @return ERR_OK; ERR_NOT_FOUND when there is none, or one that may be static; ERR_CHALLENGE when it is unknown, spent, expired, or bound to something else; ERR_MEMORY.
 */
enum err challenge_check_dynamic(const struct authorisation_request *request, int64_t *challenge_id, struct why *why);

/**
 * As a static challenge. Remembers in the operation the attempt that the throttle counts.
 *
 * @param static_challenge_id out: which one. @return ERR_OK; ERR_NOT_FOUND when there is none, or it is a dynamic one; ERR_CHALLENGE; ERR_THROTTLED when the address must wait: then
 *         nothing was compared; ERR_MEMORY.
 * Cost: one slow hash for each static challenge of the endpoint, unless it was good before; a wrong one is compared once a request.
 */
enum err challenge_check_static(const struct authorisation_request *request, int *static_challenge_id, struct why *why);

/** As either that the endpoint's mode takes. @param static_challenge_id, challenge_id out: one of them is set. @return as both, but ERR_CHALLENGE when there is none. */
enum err challenge_check(const struct authorisation_request *request, int *static_challenge_id, int64_t *challenge_id, struct why *why);

#endif
