#include <config.h>

#include "policy/decision.h"

/* Key usages and extended key usages: what is asked, what the key can do, and what the profile gives when nothing is asked or nothing is left. */

enum { USAGE_CA = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN, USAGE_SIGN = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_NON_REPUDIATION };

/* What a key can do: RFC 3279 section 2.3.1, RFC 8813 section 3, RFC 8410 section 5. */
static unsigned suitable_usage(enum key_kind kind)
{
	switch (kind) {
	case KEY_KIND_RSA:
		return USAGE_SIGN | KEY_USAGE_KEY_ENCIPHERMENT | KEY_USAGE_DATA_ENCIPHERMENT;
	case KEY_KIND_EC_P256:
	case KEY_KIND_EC_P384:
	case KEY_KIND_EC_P521:
		return USAGE_SIGN | KEY_USAGE_KEY_AGREEMENT | KEY_USAGE_ENCIPHER_ONLY | KEY_USAGE_DECIPHER_ONLY;
	case KEY_KIND_ED25519:
	case KEY_KIND_OTHER:
		return USAGE_SIGN;
	}
	return USAGE_SIGN;
}

static bool admit_key_usage(struct decision *decision, enum key_usage bit, unsigned suitable)
{
	struct item item;
	bool is_admitted;

	if ((bit & USAGE_CA) != 0) {
		decision_refuse(decision, "keyUsage %s is never given", key_usage_name(bit));
		return false;
	}
	if (!decision_keep(decision, item_from_key_usage(bit, &item)))
		return false;
	if ((bit & suitable) == 0)
		item.odd = "the key cannot do it";
	is_admitted = decision_admit(decision, &item, par_has_key_usage(decision, bit));
	item_clear(&item);
	return is_admitted;
}

/* The profile's word counts unless a rule denies it; the judgement also marks the REQUIRE rules that it meets. */
static bool take_default(struct decision *decision, const struct item *item, bool is_at_par)
{
	if (decision_judge(decision, item) != JUDGED_DENIED)
		return true;
	if (is_at_par)
		decision_note_par(decision, item);
	else
		decision_refuse(decision, "%s is the profile's default, and denied", (const char *)item->name.ptr);
	return is_at_par;
}

static unsigned default_key_usage(struct decision *decision, unsigned suitable)
{
	unsigned asked = decision->profile->key_usage, usage = 0;

	for (unsigned bit = KEY_USAGE_DIGITAL_SIGNATURE; bit <= KEY_USAGE_DECIPHER_ONLY; bit <<= 1) {
		struct item item;

		if ((asked & bit & USAGE_CA) != 0)
			decision_refuse(decision, "keyUsage %s is the profile's default, and never given", key_usage_name((enum key_usage)bit));
		if ((asked & bit & suitable) == 0 || !decision_keep(decision, item_from_key_usage((enum key_usage)bit, &item)))
			continue;
		if (take_default(decision, &item, par_has_key_usage(decision, (enum key_usage)bit)))
			usage |= bit;
		item_clear(&item);
	}
	return usage;
}

void decision_key_usage(struct decision *decision)
{
	const struct ext_request *asked = &decision->csr->ext;
	unsigned suitable = suitable_usage(pubkey_get_kind(decision->csr->pubkey)), usage = 0;

	for (unsigned bit = KEY_USAGE_DIGITAL_SIGNATURE; bit <= KEY_USAGE_DECIPHER_ONLY; bit <<= 1)
		if (asked->has_key_usage && (asked->key_usage & bit) != 0 && admit_key_usage(decision, (enum key_usage)bit, suitable))
			usage |= bit;
	if (usage == 0 && asked->has_key_usage && decision->policy->unlisted == POLICY_UNLISTED_REFUSE)
		return; /* and each of them is a violation already */
	if (usage == 0)
		usage = default_key_usage(decision, suitable);
	/* A certificate without the extension may do everything. */
	if (usage == 0 && (asked->has_key_usage || decision->profile->key_usage != 0))
		decision_refuse(decision, "no keyUsage is left");
	decision->verdict->tbs.key_usage = usage;
}

static void ask_purpose(struct decision *decision, struct bytes purpose)
{
	struct policy_verdict *verdict = decision->verdict;
	struct item item;

	for (size_t i = 0; i < verdict->tbs.eku_count; i++)
		if (bytes_is_equal(verdict->eku[i], purpose))
			return;
	if (!decision_keep(decision, item_from_purpose(purpose, &item)))
		return;
	if (decision_admit(decision, &item, par_has_purpose(decision, purpose)))
		verdict->eku[verdict->tbs.eku_count++] = purpose;
	item_clear(&item);
}

/* Put one purpose of the profile into the store; its place there is made a slice at the end, since the store may move. */
static void give_purpose(struct decision *decision, const char *name)
{
	struct buf *store = &decision->verdict->store;
	size_t at = store->len, n = decision->stored_eku_count;
	struct bytes purpose;
	struct item item;
	enum err e;

	if (n == EXT_MAX_EKU || (e = oid_from_name(name, store)) == ERR_TEXT) {
		decision_refuse(decision, "extKeyUsage %s of the profile %s", name, n == EXT_MAX_EKU ? "is one too many" : "is unknown");
		return;
	}
	purpose = bytes_from(store->ptr + at, store->len - at);
	if (!decision_keep(decision, e) || !decision_keep(decision, item_from_purpose(purpose, &item)))
		return;
	if (take_default(decision, &item, par_has_purpose(decision, purpose))) {
		decision->stored_eku_at[n] = at;
		decision->stored_eku_len[n] = store->len - at;
		decision->stored_eku_count = n + 1;
	}
	item_clear(&item);
}

void decision_ext_key_usage(struct decision *decision)
{
	const struct ext_request *asked = &decision->csr->ext;

	for (size_t i = 0; i < asked->eku_count; i++)
		ask_purpose(decision, asked->eku[i]);
	if (decision->verdict->tbs.eku_count > 0 || (asked->has_eku && decision->policy->unlisted == POLICY_UNLISTED_REFUSE))
		return;
	for (size_t i = 0; i < decision->profile->eku_count; i++)
		give_purpose(decision, decision->profile->eku[i]);
	/* A certificate without the extension is good for every purpose. */
	if (decision->stored_eku_count == 0 && (asked->has_eku || decision->profile->eku_count > 0))
		decision_refuse(decision, "no extKeyUsage is left");
}
