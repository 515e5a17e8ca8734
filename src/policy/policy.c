#include <config.h>

#include "policy/policy.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "policy/decision.h"

enum { SECONDS_A_DAY = 86400 };

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

void profile_clear(struct profile *profile)
{
	for (size_t i = 0; i < profile->eku_count; i++)
		free(profile->eku[i]);
	free(profile->eku);
	free(profile->name);
	*profile = (struct profile){ 0 };
}

void policy_verdict_free(struct policy_verdict *verdict)
{
	if (verdict == NULL)
		return;
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

/* notBefore <= now < notAfter, both within what the CA's certificate says. */
static enum err decide_validity(const struct policy *policy, const struct profile *profile, const struct cert *issuer, int64_t now_utc,
	struct cert_template *tbs, struct why *why)
{
	int days = profile->validity_days < policy->max_validity_days ? profile->validity_days : policy->max_validity_days;
	int64_t from = now_utc - profile->backdate_s, to = now_utc + (int64_t)days * SECONDS_A_DAY;

	if (!issuer->has_times)
		return why_set(why, ERR_CA_VALIDITY, "the validity of the CA certificate cannot be read");
	if (now_utc < issuer->not_before_utc)
		return why_set(why, ERR_CA_VALIDITY, "the CA certificate is not valid yet");
	if (now_utc >= issuer->not_after_utc)
		return why_set(why, ERR_CA_VALIDITY, "the CA certificate has expired");
	if (from < issuer->not_before_utc)
		from = issuer->not_before_utc;
	if (to > issuer->not_after_utc)
		to = issuer->not_after_utc;
	if (days < 1 || to <= now_utc || to <= from)
		return why_set(why, ERR_CA_VALIDITY, "no time is left for a certificate");
	tbs->not_before_utc = from;
	tbs->not_after_utc = to;
	return ERR_OK;
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

	if (decision->is_subject_rebuilt)
		verdict->tbs.subject = bytes_from(verdict->store.ptr, decision->subject_len);
	for (size_t i = 0; i < decision->stored_eku_count; i++)
		verdict->eku[verdict->tbs.eku_count++] = bytes_from(verdict->store.ptr + decision->stored_eku_at[i], decision->stored_eku_len[i]);
	verdict->tbs.eku = verdict->eku;
	verdict->tbs.san = verdict->san;
}

static enum err decide_content(struct decision *decision, struct why *why)
{
	struct cert_template *tbs = &decision->verdict->tbs;

	decision_extensions(decision);
	decision_subject(decision);
	decision_san(decision);
	decision_key_usage(decision);
	decision_ext_key_usage(decision);
	decision_required(decision);
	if (decision->error != ERR_OK)
		return decision->error;
	borrow_store(decision);
	if (tbs->san_count == 0 && name_is_empty(tbs->subject) && decision->may_be_empty)
		decision_refuse(decision, "there is neither a subject nor a subjectAltName");
	return decision->violations.len > 0 ? report(&decision->violations, why) : decision->error;
}

enum err policy_decide(const struct policy *policy, const struct profile *profile, const struct csr *csr, const struct cert *issuer,
	const struct cert *at_par, int64_t now_utc, struct policy_verdict **verdict, struct why *why)
{
	struct decision decision = { .policy = policy, .profile = profile, .csr = csr };
	struct par par = { 0 };
	enum err e = ERR_MEMORY;

	if (policy->rule_count > POLICY_MAX_RULES)
		return why_set(why, ERR_POLICY, "the policy has more than %d rules", POLICY_MAX_RULES);
	if ((decision.verdict = calloc(1, sizeof *decision.verdict)) == NULL || (at_par != NULL && (e = par_init(at_par, &par)) != ERR_OK))
		goto out;
	decision.par = at_par == NULL ? NULL : &par;
	decision.verdict->tbs.spki = csr->spki;
	decision.verdict->tbs.path_len = -1;
	if ((e = check_key(&decision, why)) != ERR_OK || (e = decide_content(&decision, why)) != ERR_OK ||
	    (e = decide_validity(policy, profile, issuer, now_utc, &decision.verdict->tbs, why)) != ERR_OK)
		goto out;
	*verdict = decision.verdict;
	decision.verdict = NULL;
out:
	par_clear(&par);
	policy_verdict_free(decision.verdict);
	buf_clear(&decision.violations);
	return e;
}
