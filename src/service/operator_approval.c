#include <config.h>

#include "service/operator_approval.h"

static enum err check_renewal(const struct pki_operation *operation, const struct cert *renewed, struct why *why)
{
	const struct renewal_rules *rules = &operation->endpoint->row->renewal;
	enum err e;

	if (!rules->is_allowed)
		return why_set(why, ERR_RENEWAL, "the endpoint allows no renewal any more");
	if ((e = renewal_check_time(rules, renewed, clock_now_utc(&operation->service->clock), why)) != ERR_OK)
		return e;
	return renewal_check_key(rules, renewed, operation->csr, why);
}

enum err operator_approval_grant(const struct pki_operation *operation, const struct enrolment_found *found, const struct cert *renewed, struct grant **grant, struct why *why)
{
	bool renews = found->renewal_of != 0;
	struct grant *made;
	enum err e;

	if (found->state != ENROLMENT_APPROVED)
		return why_set(why, ERR_APPROVAL, "no operator has approved the request");
	if (renews != (renewed != NULL))
		return why_set(why, ERR_APPROVAL, renews ? "the request that was approved renews a certificate, and that one is not shown" :
			"the request that was approved renewed a certificate, and that one is gone");
	if (renews && (e = check_renewal(operation, renewed, why)) != ERR_OK)
		return e;
	if ((made = grant_new("approval")) == NULL)
		return ERR_MEMORY;
	made->renewal_of = found->renewal_of;
	made->renewed = renewed;
	made->approved = found;
	made->device = (const char *)found->granted.device.ptr;
	made->user = (const char *)found->granted.username.ptr;
	made->sid = (const char *)found->granted.sid.ptr;
	*grant = made;
	return ERR_OK;
}
