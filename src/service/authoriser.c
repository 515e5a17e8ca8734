#include <config.h>

#include "service/authoriser.h"

#include <assert.h>

#include "service/authorisers.h"

/* What one of them said against the request; nothing as long as the error is ERR_OK. */
struct objection {
	const struct authoriser *by;
	enum err error;
	struct why cause;
};

/* An objection that is not the answer: another one was first, or somebody else granted. */
static void log_objection(const struct authorisation_request *request, const struct objection *objection)
{
	const struct pki_operation *operation = request->operation;

	if (objection->error != ERR_OK)
		LOG_EVENT(operation->service->log, LOG_LEVEL_INFO, "not-authorised", log_str("reference", operation->reference),
			log_str("by", objection->by->authorisation), log_str("error", err_name(objection->error)),
			log_str("detail", why_text(&objection->cause, objection->error)));
}

static enum err nobody(bool is_one_used, struct why *why)
{
	if (!is_one_used)
		return why_set(why, ERR_CHALLENGE, "the endpoint has no challenge mode and no renewal, so nobody may enrol");
	return why_set(why, ERR_CHALLENGE, "the request shows nothing that authorises it: no challenge, and no certificate that this endpoint issued");
}

enum err authorise(const struct authorisation_request *request, const struct authoriser **by, struct grant **grant, struct why *why)
{
	const struct endpoint *row = request->operation->endpoint->row;
	struct objection first = { .error = ERR_OK };
	bool is_one_used = false;

	for (const struct authoriser *const *at = authorisers; *at != NULL; at++) {
		struct objection objection = { .by = *at };
		struct grant *made = NULL;

		if (!(*at)->is_used(row))
			continue;
		is_one_used = true;
		objection.error = (*at)->authorise(request, &made, &objection.cause);
		if (objection.error == ERR_OK) {
			assert(made != NULL);
			log_objection(request, &first);
			*by = *at;
			*grant = made;
			return ERR_OK;
		}
		if (objection.error == ERR_NOT_FOUND)
			continue;
		if (err_fail_info(objection.error) == NO_FAIL_INFO)
			return why_set(why, objection.error, "%s", why_text(&objection.cause, objection.error));
		if (first.error == ERR_OK)
			first = objection;
		else
			log_objection(request, &objection);
	}
	return first.error == ERR_OK ? nobody(is_one_used, why) : why_set(why, first.error, "%s", why_text(&first.cause, first.error));
}

bool authoriser_is_needed(const struct endpoint *endpoint)
{
	for (const struct authoriser *const *at = authorisers; *at != NULL; at++)
		if ((*at)->is_gate && (*at)->is_used(endpoint))
			return true;
	return false;
}

enum err authoriser_tell_issued(const struct authorisation_request *request, const char *authorisation, struct bytes certificate_der, struct why *why)
{
	const struct endpoint *row = request->operation->endpoint->row;
	enum err e = ERR_OK;

	for (const struct authoriser *const *at = authorisers; *at != NULL && e == ERR_OK; at++)
		if ((*at)->issued != NULL && (*at)->is_used(row))
			e = (*at)->issued(request, authorisation, certificate_der, why);
	return e;
}
