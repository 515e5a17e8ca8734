#include <config.h>

#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "policy/decision.h"
#include "policy/validity.h"

void policy_clear(struct policy *policy)
{
	for (size_t i = 0; i < policy->rule_count; i++) {
		free(policy->rule[i].item);
		free(policy->rule[i].pattern);
	}
	free(policy->rule);
	free(policy->name);
	*policy = (struct policy){ 0 };
}

static void free_strings(char **strings, size_t count)
{
	for (size_t i = 0; i < count; i++)
		free(strings[i]);
	free(strings);
}

void profile_clear(struct profile *profile)
{
	free_strings(profile->eku, profile->eku_count);
	free_strings(profile->san_template, profile->san_template_count);
	free_strings(profile->extension, profile->extension_count);
	free(profile->subject_template);
	free(profile->name);
	*profile = (struct profile){ 0 };
}

void policy_verdict_free(struct policy_verdict *verdict)
{
	if (verdict == NULL)
		return;
	buf_clear(&verdict->names);
	buf_clear(&verdict->store);
	buf_clear(&verdict->notes);
	free(verdict);
}

static enum err check_rsa(const struct policy *policy, unsigned bits, struct why *why)
{
	unsigned min = policy->rsa_min_bits < KEY_RSA_MIN_BITS ? KEY_RSA_MIN_BITS : policy->rsa_min_bits;
	unsigned max = policy->rsa_max_bits > KEY_RSA_MAX_BITS ? KEY_RSA_MAX_BITS : policy->rsa_max_bits;

	if (policy->rsa_min_bits == 0 || policy->rsa_max_bits == 0)
		return why_set(why, ERR_ALG_KEY, "RSA keys are not allowed");
	if (bits < min || bits > max)
		return why_set(why, ERR_ALG_KEY, "the RSA key has %u bits, %u to %u are allowed", bits, min, max);
	return ERR_OK;
}

static enum err check_policy_key(const struct policy *policy, const struct pubkey *pubkey, struct why *why)
{
	enum key_kind kind = pubkey_get_kind(pubkey);
	bool is_allowed = false;

	switch (kind) {
	case KEY_KIND_RSA:
		return check_rsa(policy, pubkey_get_bits(pubkey), why);
	case KEY_KIND_EC_P256:
		is_allowed = policy->ec_p256;
		break;
	case KEY_KIND_EC_P384:
		is_allowed = policy->ec_p384;
		break;
	case KEY_KIND_EC_P521:
		is_allowed = policy->ec_p521;
		break;
	case KEY_KIND_ED25519:
		is_allowed = policy->ed25519;
		break;
	case KEY_KIND_OTHER:
		return why_set(why, ERR_ALG_KEY, "the key is of a type that is not supported");
	}
	return is_allowed ? ERR_OK : why_set(why, ERR_ALG_KEY, "%s keys are not allowed", key_kind_name(kind));
}

/* What is weak no policy allows, whatever is renewed. */
static enum err check_key(struct decision *decision, struct why *why)
{
	struct why leaf = { 0 };
	enum err e;

	if ((e = pubkey_check_strength(decision->csr->pubkey, why)) != ERR_OK)
		return e;
	e = check_policy_key(decision->policy, decision->csr->pubkey, &leaf);
	if (e == ERR_ALG_KEY && par_has_key(decision)) {
		decision_note(decision, "key kept at par: %s", leaf.text);
		return decision->error;
	}
	return e == ERR_OK ? e : why_set(why, e, "%s", leaf.text);
}

/* A request that Ed25519 signed has no digest to choose. */
static enum err check_digest(const struct policy *policy, const struct csr *csr, struct why *why)
{
	enum digest digest;
	enum err e;

	if (policy->csr_digests.count == 0 || pubkey_get_kind(csr->pubkey) == KEY_KIND_ED25519)
		return ERR_OK;
	if ((e = signature_get_digest(csr->algorithm, &digest, why)) != ERR_OK)
		return e;
	return digest_list_has(&policy->csr_digests, digest) ? ERR_OK : why_set(why, ERR_ALG_DIGEST, "requests signed with %s are not allowed", digest_name(digest));
}

/* All violations as one sentence; what does not fit is cut between characters. */
static enum err report(const struct buf *violations, struct why *why)
{
	bool is_cut = violations->len > WHY_MAX_LEN;
	struct bytes text = text_cut(buf_bytes(violations), is_cut ? WHY_MAX_LEN - 3 : WHY_MAX_LEN);

	return why_set(why, ERR_POLICY, "%.*s%s", (int)text.len, (const char *)text.ptr, is_cut ? "..." : "");
}

/* The slices that borrow from the store, now that it moves no more. */
static void borrow_store(struct decision *decision)
{
	struct policy_verdict *verdict = decision->verdict;
	const uint8_t *at = verdict->store.ptr;

	if (decision->is_subject_rebuilt)
		verdict->tbs.subject = bytes_from(at, decision->subject_len);
	for (size_t i = 0; i < decision->stored_eku_count; i++)
		verdict->eku[verdict->tbs.eku_count++] = bytes_from(at + decision->stored_eku_at[i], decision->stored_eku_len[i]);
	for (size_t i = 0; i < decision->stored_extension_count; i++)
		verdict->extension[verdict->tbs.extension_count++] = bytes_from(at + decision->stored_extension_at[i], decision->stored_extension_len[i]);
	verdict->tbs.eku = verdict->eku;
	verdict->tbs.san = verdict->san;
	verdict->tbs.extensions = verdict->extension;
}

static enum err decide_content(struct decision *decision, struct why *why)
{
	struct cert_template *tbs = &decision->verdict->tbs;

	decision_names(decision);
	if (decision->error != ERR_OK || decision->violations.len > 0) /* there are no names to judge */
		return decision->error != ERR_OK ? decision->error : report(&decision->violations, why);
	decision_extensions(decision);
	decision_subject(decision);
	decision_san(decision);
	decision_key_usage(decision);
	decision_ext_key_usage(decision);
	decision_required(decision);
	decision_given(decision);
	if (decision->error != ERR_OK)
		return decision->error;
	borrow_store(decision);
	if (tbs->san_count == 0 && name_is_empty(tbs->subject) && decision->may_be_empty)
		decision_refuse(decision, "there is neither a subject nor a subjectAltName");
	return decision->violations.len > 0 ? report(&decision->violations, why) : decision->error;
}

enum err policy_decide(const struct policy *policy, const struct profile *profile, const struct csr *csr, const struct cert *issuer,
	const struct policy_facts *facts, int64_t now_utc, struct policy_verdict **verdict, struct why *why)
{
	static const struct policy_facts nothing = { 0 };
	struct decision decision = { .policy = policy, .profile = profile, .csr = csr, .facts = facts == NULL ? &nothing : facts };
	const struct cert *renewed = decision.facts->renewed;
	struct par par = { 0 };
	enum err e = ERR_MEMORY;

	if (policy->rule_count > POLICY_MAX_RULES)
		return why_set(why, ERR_POLICY, "the policy has more than %d rules", POLICY_MAX_RULES);
	if ((decision.verdict = calloc(1, sizeof *decision.verdict)) == NULL || (renewed != NULL && (e = par_init(renewed, &par)) != ERR_OK))
		goto out;
	decision.renewed = renewed == NULL ? NULL : &par;
	decision.par = decision.facts->is_at_par ? decision.renewed : NULL;
	decision.verdict->tbs.spki = csr->spki;
	decision.verdict->tbs.path_len = -1;
	if ((e = check_key(&decision, why)) != ERR_OK || (e = check_digest(policy, csr, why)) != ERR_OK || (e = decide_content(&decision, why)) != ERR_OK ||
	    (e = validity_decide(policy, profile, issuer, now_utc, &decision.verdict->tbs, why)) != ERR_OK)
		goto out;
	*verdict = decision.verdict;
	decision.verdict = NULL;
out:
	par_clear(&par);
	policy_verdict_free(decision.verdict);
	buf_clear(&decision.violations);
	return e;
}
