#include <config.h>

#include "service/authorisers.h"
#include "service/challenge.h"
#include "service/proposal.h"

/*
 * A certificate that this endpoint issued, and whose key signed the message: its holder may renew it. The messageType does not decide (RFC 8894 section 2.4 has one
 * of its own, but sscep, certmonger, jscep and macOS renew with a PKCSReq), nor does a name: the database has found the certificate itself, byte for byte.
 */

static bool is_used(const struct endpoint *endpoint)
{
	return endpoint->renewal.is_allowed;
}

static enum err check_state(const struct enrolment_found *found, struct why *why)
{
	switch (found->signer) {
	case ENROLMENT_SIGNER_UNKNOWN:
		return ERR_NOT_FOUND;
	case ENROLMENT_SIGNER_LIVE:
		return ERR_OK;
	case ENROLMENT_SIGNER_REVOKED:
		return why_set(why, ERR_RENEWAL, "the certificate that signed the request is revoked");
	case ENROLMENT_SIGNER_STOPPED:
		return why_set(why, ERR_RENEWAL, "the renewals of the certificate that signed the request were stopped");
	}
	return ERR_INTERNAL;
}

/* What the policy refuses it refuses to everybody, and says so later. */
static enum err check_identity(const struct pki_operation *operation, const struct cert *old, struct why *why)
{
	struct proposal proposal = { 0 };
	struct why cause = { 0 };
	enum err e = proposal_make(operation, &(struct policy_facts){ .renewed = old }, &proposal, &cause);

	proposal_clear(&proposal);
	if (e == ERR_RENEWAL_IDENTITY)
		return why_set(why, e, "%s", why_text(&cause, e));
	return err_fail_info(e) != NO_FAIL_INFO ? ERR_OK : e;
}

static enum err authorise_request(const struct authorisation_request *request, struct grant **grant, struct why *why)
{
	const struct pki_operation *operation = request->operation;
	const struct renewal_rules *rules = &operation->endpoint->row->renewal;
	const struct cert *old = operation->message->cms->signer;
	int64_t now_utc = clock_now_utc(&operation->service->clock), challenge_id = 0;
	int static_challenge_id = 0;
	struct grant *made;
	enum err e;

	if ((e = check_state(request->found, why)) != ERR_OK)
		return e;
	if ((e = renewal_check_time(rules, old, now_utc, why)) != ERR_OK || (e = renewal_check_key(rules, old, operation->csr, why)) != ERR_OK ||
	    (e = check_identity(operation, old, why)) != ERR_OK)
		return e;
	if (rules->needs_challenge && (e = challenge_check(request, &static_challenge_id, &challenge_id, why)) != ERR_OK)
		return e;
	if ((made = grant_new("renewal")) == NULL)
		return ERR_MEMORY;
	made->static_challenge_id = static_challenge_id;
	made->challenge_id = challenge_id;
	made->renewal_of = request->found->signer_id;
	made->renewed = old;
	*grant = made;
	return ERR_OK;
}

const struct authoriser authorise_renewal = { .authorisation = "renewal", .is_used = is_used, .authorise = authorise_request };
