#include <config.h>

#include "service/challenge.h"

#include "policy/binding.h"
#include "policy/template.h"
#include "service/challenge_memo.h"

bool challenge_mode_has_dynamic(enum endpoint_challenge_mode mode)
{
	return mode == ENDPOINT_CHALLENGE_DYNAMIC || mode == ENDPOINT_CHALLENGE_BOTH;
}

bool challenge_mode_has_static(enum endpoint_challenge_mode mode)
{
	return mode == ENDPOINT_CHALLENGE_STATIC || mode == ENDPOINT_CHALLENGE_BOTH;
}

/* A device that the profile's templates put into the certificate need not stand in the request: its names are not looked at. */
static enum err check_binding(const struct enrolment_challenge *challenge, const struct profile *profile, const struct csr *csr, struct why *why)
{
	struct binding binding = {
		.subject = (const char *)challenge->subject.ptr,
		.sans = (const char *)challenge->sans.ptr,
		.device = template_names_device(profile) ? NULL : (const char *)challenge->device.ptr,
		.spki_sha256 = challenge->has_spki ? bytes_from(challenge->spki_sha256, ENROLMENT_HASH_LEN) : bytes_from(NULL, 0),
	};
	enum err e = binding_check(&binding, csr, why);

	/* A binding that cannot be read binds to nothing that exists. */
	return e == ERR_VALUE ? ERR_CHALLENGE : e;
}

enum err challenge_check_dynamic(const struct authorisation_request *request, int64_t *challenge_id, struct why *why)
{
	const struct enrolment_challenge *challenge = &request->found->challenge;
	struct pki_operation *operation = request->operation;
	enum err e = ERR_INTERNAL;

	if (operation->csr->challenge.len == 0)
		return ERR_NOT_FOUND;
	operation->may_know_cause |= challenge->state != ENROLMENT_CHALLENGE_UNKNOWN;
	switch (challenge->state) {
	case ENROLMENT_CHALLENGE_UNKNOWN:
		if (challenge_mode_has_static(operation->endpoint->row->challenge_mode))
			return ERR_NOT_FOUND;
		return why_set(why, ERR_CHALLENGE, "the challenge is none that was minted for this endpoint");
	case ENROLMENT_CHALLENGE_SPENT:
		if (!challenge->is_anothers)
			return why_set(why, ERR_CHALLENGE, "the challenge was used already");
		operation->breached_challenge_id = challenge->id;
		return why_set(why, ERR_CHALLENGE, "the challenge was used already, by another key");
	case ENROLMENT_CHALLENGE_EXPIRED:
		return why_set(why, ERR_CHALLENGE, "the challenge has expired");
	case ENROLMENT_CHALLENGE_LIVE:
		if ((e = check_binding(challenge, &operation->endpoint->row->profile, operation->csr, why)) == ERR_OK)
			*challenge_id = challenge->id;
		return e;
	}
	return e;
}

/* Against each that is live, until one fits. A hash that cannot be compared with fits nothing; it is said why. */
static enum err compare(const struct service *service, const struct endpoint *row, struct bytes challenge, int *static_challenge_id, bool *was_compared, struct why *why)
{
	int64_t now_utc = clock_now_utc(&service->clock);

	for (size_t i = 0; i < row->challenge_count; i++) {
		const struct endpoint_challenge *candidate = &row->challenge[i];
		struct why cause = { 0 };
		enum err e;

		if (candidate->expires_utc != 0 && candidate->expires_utc <= now_utc)
			continue;
		*was_compared = true;
		e = challenge_memo_check(service->memo, candidate->hash, challenge, &cause);
		if (e == ERR_OK) {
			*static_challenge_id = candidate->id;
			return ERR_OK;
		}
		if (e == ERR_VALUE)
			why_set(why, e, "static challenge \"%s\": %s", candidate->name, why_text(&cause, e));
		else if (e != ERR_CHALLENGE)
			return e;
	}
	if (!*was_compared)
		return why_set(why, ERR_CHALLENGE, row->challenge_count > 0 ? "every static challenge of the endpoint has expired" : "the endpoint has no static challenge");
	return why_set(why, ERR_CHALLENGE, "the challenge is wrong");
}

enum err challenge_check_static(const struct authorisation_request *request, int *static_challenge_id, struct why *why)
{
	struct pki_operation *operation = request->operation;
	const struct endpoint *row = operation->endpoint->row;
	struct bytes challenge = buf_bytes(&operation->csr->challenge);
	bool was_compared = false;
	enum err e;

	if (challenge.len == 0 || request->found->challenge.state != ENROLMENT_CHALLENGE_UNKNOWN)
		return ERR_NOT_FOUND;
	if (request->found->blocked_s > 0)
		return why_set(why, ERR_THROTTLED, "too many wrong challenges came from this network; the next is looked at in %d s", request->found->blocked_s);
	if (operation->has_attempt) /* compared before, for a renewal that needs a challenge as well */
		return why_set(why, ERR_CHALLENGE, "the challenge is wrong");
	e = compare(operation->service, row, challenge, static_challenge_id, &was_compared, why);
	if (e != ERR_CHALLENGE || !was_compared)
		return e;
	if (challenge_memo_attempt(operation->service->memo, row->id, challenge, operation->attempt) != ERR_OK)
		return ERR_INTERNAL;
	operation->has_attempt = true;
	return ERR_CHALLENGE;
}

enum err challenge_check(const struct authorisation_request *request, int *static_challenge_id, int64_t *challenge_id, struct why *why)
{
	enum endpoint_challenge_mode mode = request->operation->endpoint->row->challenge_mode;
	enum err e = ERR_NOT_FOUND;

	if (challenge_mode_has_dynamic(mode))
		e = challenge_check_dynamic(request, challenge_id, why);
	if (e == ERR_NOT_FOUND && challenge_mode_has_static(mode))
		e = challenge_check_static(request, static_challenge_id, why);
	return e == ERR_NOT_FOUND ? why_set(why, ERR_CHALLENGE, "the endpoint wants a challenge in a renewal too, and the request carries none") : e;
}
