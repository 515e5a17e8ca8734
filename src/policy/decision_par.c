#include <config.h>

#include "policy/decision.h"

#include <stdlib.h>

#include "pki/cert_ext.h"

/* What the certificate that is renewed has, and may keep although the policy has become stricter. */

enum err par_init(const struct cert *cert, struct par *out)
{
	struct ext_request *ext = NULL;
	enum err e = cert_ext_read(cert, &ext, NULL);

	if (e == ERR_MEMORY)
		return e;
	*out = (struct par){ cert, ext };
	return ERR_OK;
}

void par_clear(struct par *par)
{
	free(par->ext);
	*par = (struct par){ 0 };
}

bool par_has_attribute(struct decision *decision, const struct name_attribute *attribute)
{
	struct buf wanted = { 0 }, had = { 0 };
	struct name_cursor cursor;
	struct name_attribute other;
	bool is_there = false;
	enum err e;

	if (decision->par == NULL)
		return false;
	if ((e = name_attribute_canonicalise(attribute, &wanted)) == ERR_OK)
		e = name_start(decision->par->cert->subject, &cursor);
	while (e == ERR_OK && !is_there && (e = name_next(&cursor, &other)) == ERR_OK) {
		buf_reset(&had);
		if (bytes_is_equal(attribute->type, other.type) && (e = name_attribute_canonicalise(&other, &had)) == ERR_OK)
			is_there = bytes_is_equal(buf_bytes(&wanted), buf_bytes(&had));
	}
	if (e == ERR_MEMORY)
		decision_keep(decision, e);
	buf_clear(&wanted);
	buf_clear(&had);
	return is_there;
}

bool par_has_san(struct decision *decision, const struct san *san)
{
	const struct san *missing;

	if (decision->par == NULL || decision->par->ext == NULL)
		return false;
	return decision_keep(decision, san_find_missing(san, 1, decision->par->ext->san, decision->par->ext->san_count, &missing)) && missing == NULL;
}

bool par_has_key_usage(const struct decision *decision, enum key_usage bit)
{
	return decision->par != NULL && decision->par->ext != NULL && (decision->par->ext->key_usage & bit) != 0;
}

bool par_has_purpose(const struct decision *decision, struct bytes oid)
{
	const struct ext_request *ext = decision->par == NULL ? NULL : decision->par->ext;

	for (size_t i = 0; ext != NULL && i < ext->eku_count; i++)
		if (bytes_is_equal(ext->eku[i], oid))
			return true;
	return false;
}

bool par_has_key(struct decision *decision)
{
	struct pubkey *pubkey = NULL;
	bool is_same = false;
	enum err e;

	if (decision->par == NULL)
		return false;
	if ((e = pubkey_parse(decision->par->cert->spki, &pubkey, NULL)) == ERR_OK)
		e = pubkey_compare(decision->csr->pubkey, pubkey, &is_same, NULL);
	if (e == ERR_MEMORY)
		decision_keep(decision, e);
	pubkey_free(pubkey);
	return e == ERR_OK && is_same;
}

/* --- what a REQUIRE rule asks for ----------------------------------------------------------------------------------------- */

/* Takes an item that was made, or was not, and gives it back. */
static bool meets(struct decision *decision, const struct policy_rule *rule, enum err made, struct item *item)
{
	bool is_allowed = false;

	if (made == ERR_TEXT)
		made = ERR_OK; /* the item is odd, and meets nothing */
	if (!decision_keep(decision, made))
		return false;
	if (item_is_named(item, rule->item))
		decision_keep(decision, item_allow(item, rule->item, rule->pattern, &is_allowed));
	item_clear(item);
	return is_allowed;
}

static bool subject_meets(struct decision *decision, const struct policy_rule *rule)
{
	struct name_cursor cursor;
	struct name_attribute attribute;
	struct item item;
	enum err e = name_start(decision->par->cert->subject, &cursor);

	while (e == ERR_OK && (e = name_next(&cursor, &attribute)) == ERR_OK)
		if (meets(decision, rule, item_from_attribute(&attribute, &item), &item))
			return true;
	return false;
}

static bool ext_meets(struct decision *decision, const struct policy_rule *rule, const struct ext_request *ext)
{
	struct item item;

	switch (rule->target) {
	case POLICY_SUBJECT:
		break;
	case POLICY_SAN:
		for (size_t i = 0; i < ext->san_count; i++)
			if (meets(decision, rule, item_from_san(&ext->san[i], &item), &item))
				return true;
		break;
	case POLICY_KEY_USAGE:
		for (unsigned bit = KEY_USAGE_DIGITAL_SIGNATURE; bit <= KEY_USAGE_DECIPHER_ONLY; bit <<= 1)
			if ((ext->key_usage & bit) != 0 && meets(decision, rule, item_from_key_usage((enum key_usage)bit, &item), &item))
				return true;
		break;
	case POLICY_EXT_KEY_USAGE:
		for (size_t i = 0; i < ext->eku_count; i++)
			if (meets(decision, rule, item_from_purpose(ext->eku[i], &item), &item))
				return true;
		break;
	}
	return false;
}

bool par_lacks(struct decision *decision, const struct policy_rule *rule)
{
	const struct par *par = decision->par;

	if (par == NULL || rule->item == NULL)
		return false;
	if (rule->target == POLICY_SUBJECT)
		return !subject_meets(decision, rule);
	return par->ext == NULL || !ext_meets(decision, rule, par->ext);
}
