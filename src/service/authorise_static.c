#include <config.h>

#include "service/authorisers.h"
#include "service/challenge.h"

/* A static challenge: one secret for a fleet, of which the database has a slow hash. */

static bool is_used(const struct endpoint *endpoint)
{
	return challenge_mode_has_static(endpoint->challenge_mode);
}

static enum err authorise_request(const struct authorisation_request *request, struct grant **grant, struct why *why)
{
	struct grant *made;
	int id = 0;
	enum err e;

	if ((e = challenge_check_static(request, &id, why)) != ERR_OK)
		return e;
	if ((made = grant_new("static_challenge")) == NULL)
		return ERR_MEMORY;
	made->static_challenge_id = id;
	*grant = made;
	return ERR_OK;
}

const struct authoriser authorise_static = { .authorisation = "static_challenge", .is_gate = true, .is_used = is_used, .authorise = authorise_request };
