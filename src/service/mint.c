#include <config.h>

#include "service/mint.h"

#include <stdlib.h>

#include "pki/crypto.h"
#include "pki/ext.h"
#include "policy/binding.h"
#include "store/endpoint.h"

void mint_names_clear(struct mint_names *names)
{
	free(names->application);
	free(names->profile);
	*names = (struct mint_names){ NULL, NULL };
}

/* A default that does not exist leaves the names NULL. */
static enum err resolve(const struct service *service, const struct mint_target *target, struct mint_names *names, struct why *why)
{
	struct why unfound = { 0 };
	enum err e;

	if (target->application.len > 0) {
		if ((e = bytes_copy_str(target->application, &names->application)) != ERR_OK)
			return e;
		return bytes_copy_str(target->profile, &names->profile);
	}
	e = endpoint_default_find(service->store, target->host, &names->application, &names->profile, &unfound);
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	return e == ERR_OK ? e : why_set(why, e, "%s", why_text(&unfound, e));
}

static bool is_same(const struct mint_names *a, const struct mint_names *b)
{
	return bytes_is_equal(bytes_from_str(a->application), bytes_from_str(b->application)) && bytes_is_equal(bytes_from_str(a->profile), bytes_from_str(b->profile));
}

static enum err check_meant(const struct service *service, const struct mint_target *meant, const struct mint_names *names, struct why *why)
{
	struct mint_names other = { NULL, NULL };
	enum err e;

	if (meant == NULL)
		return ERR_OK;
	e = resolve(service, meant, &other, why);
	if (e == ERR_OK && other.application != NULL && !is_same(&other, names))
		e = why_set(why, ERR_CONFLICT, "the SCEP address in the request is that of another endpoint than this challenge address");
	mint_names_clear(&other);
	return e;
}

/* What is malformed binds to nothing that exists: nobody could use the challenge. */
static enum err check_binding(const struct mint_request *request, struct why *why)
{
	const struct binding binding = { .subject = request->subject, .sans = request->sans, .device = request->device, .spki_sha256 = request->spki_sha256 };

	return binding_validate(&binding, why);
}

static enum err check_account(const char *sid, struct why *why)
{
	return sid == NULL || sid[0] == '\0' ? ERR_OK : sid_check(bytes_from_str(sid), why);
}

/* That two addresses are those of two endpoints tells which is the default one. So the database is asked for an endpoint without a name: who has a token hears that there is
 * none, and is told of the conflict; who has not hears that alone. Nothing is minted. */
static enum err refuse_conflict(const struct service *service, struct mint_request *request, struct minted *out, const struct why *conflict, struct why *why)
{
	struct why unfound = { 0 };
	enum err e;

	request->application = request->profile = bytes_from_str("");
	if ((e = mint_challenge(service->store, request, out, &unfound)) == ERR_NOT_FOUND)
		return why_set(why, ERR_CONFLICT, "%s", why_text(conflict, ERR_CONFLICT));
	return e == ERR_OK ? ERR_INTERNAL : why_set(why, e, "%s", why_text(&unfound, e));
}

enum err mint_serve(const struct service *service, const struct mint_call *call, struct mint_names *names, struct minted *out, struct why *why)
{
	struct mint_request request = call->request;
	uint8_t token_sha256[DIGEST_MAX_LEN];
	struct why conflict = { 0 };
	enum err e;

	if ((e = check_binding(&request, why)) != ERR_OK || (e = check_account(request.sid, why)) != ERR_OK || (e = resolve(service, &call->target, names, why)) != ERR_OK ||
	    (e = crypto_digest(DIGEST_SHA256, call->token, token_sha256)) != ERR_OK)
		return e;
	request.token_sha256 = bytes_from(token_sha256, MINT_TOKEN_HASH_LEN);
	if ((e = check_meant(service, call->meant, names, &conflict)) == ERR_CONFLICT)
		return refuse_conflict(service, &request, out, &conflict, why);
	if (e != ERR_OK)
		return why_set(why, e, "%s", why_text(&conflict, e));
	/* Where there is no default endpoint the database is asked for one without a name: it says so to those alone who have a token. */
	request.application = bytes_from_str(names->application);
	request.profile = bytes_from_str(names->profile);
	return mint_challenge(service->store, &request, out, why);
}
