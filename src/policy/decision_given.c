#include <config.h>

#include "policy/decision.h"

#include "pki/cert_ext.h"
#include "policy/extension.h"

/* Extensions that no request brings: those of the profile, and the Windows account that whoever authorised the request asserts. */

/* The account's URI, as we would write it, is what the request asks for. */
static bool is_asserted(struct decision *decision, const struct san *san)
{
	struct buf element = { 0 };
	const struct san *missing = san;
	struct san ours;
	enum err e;

	if ((e = san_encode_sid(bytes_from_str(decision->facts->sid), &element, NULL)) == ERR_OK && (e = san_parse(buf_bytes(&element), &ours, NULL)) == ERR_OK)
		e = san_find_missing(san, 1, &ours, 1, &missing);
	if (e == ERR_MEMORY)
		decision_keep(decision, e);
	buf_clear(&element);
	return e == ERR_OK && missing == NULL;
}

static bool renewed_has(struct decision *decision, const struct san *san)
{
	const struct par *renewed = decision->renewed;
	struct cert_extension extension;
	const struct san *missing;

	if (san == NULL)
		return cert_find_extension(renewed->cert, oid_get(OID_MS_SID), &extension) == ERR_OK;
	return renewed->ext != NULL && decision_keep(decision, san_find_missing(san, 1, renewed->ext->san, renewed->ext->san_count, &missing)) && missing == NULL;
}

bool decision_has_account(struct decision *decision, const struct san *san)
{
	if (decision->renewed != NULL)
		return renewed_has(decision, san);
	return decision->facts->sid != NULL && (san == NULL || is_asserted(decision, san));
}

/* One more Extension element stands at the end of the store. */
static void mark(struct decision *decision, size_t at)
{
	size_t n = decision->stored_extension_count++;

	decision->stored_extension_at[n] = at;
	decision->stored_extension_len[n] = decision->verdict->store.len - at;
}

static enum err put_account(struct decision *decision, struct buf *out, struct why *why)
{
	struct cert_extension extension;

	if (decision->renewed == NULL)
		return ext_put_sid(out, bytes_from_str(decision->facts->sid), why);
	if (cert_find_extension(decision->renewed->cert, oid_get(OID_MS_SID), &extension) != ERR_OK)
		return ERR_INTERNAL;
	return ext_put_custom(out, oid_get(OID_MS_SID), extension.is_critical, extension.value, why);
}

static void keep_extension(struct decision *decision, enum err e, size_t at, const struct why *why)
{
	if (e == ERR_OK)
		mark(decision, at);
	else if (e == ERR_MEMORY)
		decision_keep(decision, e);
	else
		decision_refuse(decision, "an extension cannot be given: %s", why_text(why, e));
}

void decision_given(struct decision *decision)
{
	const struct profile *profile = decision->profile;
	struct buf *store = &decision->verdict->store;

	if (profile->extension_count > POLICY_MAX_EXTENSIONS) {
		decision_refuse(decision, "the profile has more than %d extensions", POLICY_MAX_EXTENSIONS);
		return;
	}
	for (size_t i = 0; i < profile->extension_count; i++) {
		size_t at = store->len;
		struct why why = { 0 };

		keep_extension(decision, extension_put(profile->extension[i], store, &why), at, &why);
	}
	if (decision_has_account(decision, NULL)) {
		size_t at = store->len;
		struct why why = { 0 };

		keep_extension(decision, put_account(decision, store, &why), at, &why);
	}
}
