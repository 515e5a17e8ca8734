#include <config.h>

#include "service/authorisers.h"
#include "service/challenge.h"

/* A dynamic challenge: minted for one enrolment or a few, consumed by the commit that records the certificate. */

static bool is_used(const struct endpoint *endpoint)
{
	return challenge_mode_has_dynamic(endpoint->challenge_mode);
}

static enum err authorise_request(const struct authorisation_request *request, struct grant **grant, struct why *why)
{
	const struct enrolment_challenge *challenge = &request->found->challenge;
	struct grant *made;
	int64_t id = 0;
	enum err e;

	if ((e = challenge_check_dynamic(request, &id, why)) != ERR_OK)
		return e;
	if ((made = grant_new("dynamic_challenge")) == NULL)
		return ERR_MEMORY;
	made->challenge_id = id;
	made->device = (const char *)challenge->device.ptr;
	made->user = (const char *)challenge->username.ptr;
	made->sid = (const char *)challenge->sid.ptr;
	*grant = made;
	return ERR_OK;
}

const struct authoriser authorise_dynamic = { .authorisation = "dynamic_challenge", .is_gate = true, .is_used = is_used, .authorise = authorise_request };
