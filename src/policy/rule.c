#include <config.h>

#include "policy/policy.h"

#include <ctype.h>
#include <string.h>

#include "base/text.h"

/* What a rule must be to mean anything. The database has checks of its own for what an administrator writes; policy_decide() takes whatever there is. */

/* Which known identifiers are attribute types, and which are key purposes: both stand together in the table of oid.h. */
static bool is_of_target(enum oid oid, enum policy_target target)
{
	if (target == POLICY_EXT_KEY_USAGE)
		return oid >= OID_KP_SERVER_AUTH && oid <= OID_KP_ANY;
	return (oid >= OID_AT_CN && oid <= OID_AT_EMAIL) || oid == OID_UNSTRUCTURED_NAME || oid == OID_UNSTRUCTURED_ADDRESS;
}

/* A short name of the right kind, or any dotted form. */
static enum err check_oid_item(const struct policy_rule *rule, struct why *why)
{
	struct buf oid = { 0 };
	enum err e;

	if (strcmp(rule->item, "*") == 0)
		return ERR_OK;
	e = oid_from_name(rule->item, &oid);
	if (e == ERR_TEXT || (e == ERR_OK && !isdigit((unsigned char)rule->item[0]) && !is_of_target(oid_find(buf_bytes(&oid)), rule->target)))
		e = why_set(why, ERR_VALUE, "\"%s\" is no %s", rule->item, rule->target == POLICY_SUBJECT ? "attribute type" : "extended key usage");
	buf_clear(&oid);
	return e;
}

static enum err check_key_usage_item(const struct policy_rule *rule, struct why *why)
{
	enum key_usage bit = key_usage_from_name(bytes_from_str(rule->item));

	if (bit == 0)
		return why_set(why, ERR_VALUE, "\"%s\" is no key usage", rule->item);
	if ((bit & (KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN)) != 0 && rule->effect != POLICY_DENY)
		return why_set(why, ERR_VALUE, "%s is never given to a device", rule->item);
	return ERR_OK;
}

static enum err check_san_item(const struct policy_rule *rule, struct why *why)
{
	struct bytes item = bytes_from_str(rule->item);

	if (san_type_from_name(item) == SAN_OTHER && !bytes_is_str_nocase(item, san_type_name(SAN_OTHER)))
		return why_set(why, ERR_VALUE, "\"%s\" is no type of subjectAltName", rule->item);
	return ERR_OK;
}

/* Blanks that no value has when it is compared would make a rule that silently never matches. */
static enum err check_pattern(const struct policy_rule *rule, struct why *why)
{
	struct bytes pattern = bytes_from_str(rule->pattern);

	if (rule->pattern == NULL || pattern.len == 0)
		return why_set(why, ERR_VALUE, "the rule for %s has no pattern", rule->item);
	if (!text_is_utf8(pattern) || text_has_control(pattern))
		return why_set(why, ERR_VALUE, "the pattern for %s is not UTF-8 text", rule->item);
	if (pattern.ptr[0] == ' ' || pattern.ptr[pattern.len - 1] == ' ' || strstr(rule->pattern, "  ") != NULL)
		return why_set(why, ERR_VALUE, "the pattern for %s has blanks at an end, or two together", rule->item);
	return ERR_OK;
}

enum err policy_rule_check(const struct policy_rule *rule, struct why *why)
{
	enum err e;

	if (rule->item == NULL || rule->item[0] == '\0')
		return why_set(why, ERR_VALUE, "a rule has no item");
	switch (rule->target) {
	case POLICY_SUBJECT:
		return (e = check_oid_item(rule, why)) != ERR_OK ? e : check_pattern(rule, why);
	case POLICY_SAN:
		return (e = check_san_item(rule, why)) != ERR_OK ? e : check_pattern(rule, why);
	case POLICY_KEY_USAGE:
		return check_key_usage_item(rule, why);
	case POLICY_EXT_KEY_USAGE:
		return check_oid_item(rule, why);
	}
	return why_set(why, ERR_VALUE, "a rule has an unknown target");
}
