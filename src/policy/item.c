#include <config.h>

#include "policy/item.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "policy/hostile.h"

/* What Windows maps to an account (KB5014754) is no ordinary URI. */
#define SID_URI_PREFIX "tag:microsoft.com,"

void item_clear(struct item *item)
{
	buf_clear(&item->name);
	buf_clear(&item->dotted);
	buf_clear(&item->text);
}

/* Finish what a maker began: terminated when it went well, empty when not. */
static enum err finish(struct item *item, enum err e)
{
	if (e == ERR_OK && (e = buf_terminate(&item->name)) == ERR_OK && (e = buf_terminate(&item->dotted)) == ERR_OK)
		return ERR_OK;
	item_clear(item);
	return e;
}

static enum err from_oid(enum policy_target target, struct bytes oid, struct item *out)
{
	enum err e;

	*out = (struct item){ .target = target };
	if ((e = oid_format_name(oid, &out->name)) == ERR_OK)
		e = oid_format(oid, &out->dotted);
	if (e == ERR_ASN1_SYNTAX) { /* an identifier that has no dotted form matches no rule but "*" */
		buf_reset(&out->name);
		buf_reset(&out->dotted);
		e = text_encode_hex(oid, &out->name);
	}
	return finish(out, e);
}

static enum err from_name(enum policy_target target, const char *name, struct item *out)
{
	*out = (struct item){ .target = target };
	return finish(out, buf_append_str(&out->name, name));
}

enum err item_from_attribute(const struct name_attribute *attribute, struct item *out)
{
	enum err e = from_oid(POLICY_SUBJECT, attribute->type, out);

	if (e != ERR_OK)
		return e;
	e = der_get_text(&attribute->value, &out->text);
	if (e == ERR_TEXT) {
		out->odd = "not valid text";
	} else if (e == ERR_ASN1_SYNTAX) { /* a type that is no string, such as x500UniqueIdentifier */
		out->odd = "not text";
		e = ERR_OK;
	} else if (e != ERR_OK) {
		item_clear(out);
	} else if (out->text.len == 0) {
		out->odd = "empty";
	} else if (oid_is(attribute->type, OID_AT_CN) && memchr(out->text.ptr, '*', out->text.len) != NULL) {
		out->odd = "a wildcard";
	}
	return e;
}

static bool is_account_uri(const struct san *san)
{
	return san->type == SAN_URI && san->value.len >= strlen(SID_URI_PREFIX) &&
		strncasecmp((const char *)san->value.ptr, SID_URI_PREFIX, strlen(SID_URI_PREFIX)) == 0;
}

enum err item_from_san(const struct san *san, struct item *out)
{
	enum err e = from_name(POLICY_SAN, san_type_name(san->type), out);

	if (e != ERR_OK)
		return e;
	out->odd = hostile_san(san);
	out->needs_prefix = is_account_uri(san) ? SID_URI_PREFIX : NULL;
	if ((e = san_format_value(san, &out->text)) != ERR_OK)
		item_clear(out);
	return e;
}

enum err item_from_key_usage(enum key_usage bit, struct item *out)
{
	return from_name(POLICY_KEY_USAGE, key_usage_name(bit), out);
}

/* Purposes that give power over others than the holder: a rule must name them. */
static bool is_powerful(struct bytes purpose)
{
	static const enum oid powerful[] = {
		OID_KP_ANY, OID_KP_OCSP_SIGNING, OID_KP_CODE_SIGNING, OID_KP_TIME_STAMPING, OID_KP_MS_SMARTCARD_LOGON, OID_KP_MS_CERT_REQUEST_AGENT,
	};

	for (size_t i = 0; i < sizeof powerful / sizeof powerful[0]; i++)
		if (oid_is(purpose, powerful[i]))
			return true;
	return false;
}

enum err item_from_purpose(struct bytes oid, struct item *out)
{
	enum err e = from_oid(POLICY_EXT_KEY_USAGE, oid, out);

	if (e == ERR_OK)
		out->needs_name = is_powerful(oid);
	return e;
}

/* --- rules ------------------------------------------------------------------------------------------------------------------ */

bool policy_target_is_usage(enum policy_target target)
{
	return target == POLICY_KEY_USAGE || target == POLICY_EXT_KEY_USAGE;
}

static bool is_star(enum policy_target target, const char *word)
{
	return (target == POLICY_SUBJECT || target == POLICY_EXT_KEY_USAGE) && strcmp(word, "*") == 0;
}

bool item_is_named(const struct item *item, const char *word)
{
	return is_star(item->target, word) || (item->name.len > 0 && strcasecmp(word, (const char *)item->name.ptr) == 0) ||
		(item->dotted.len > 0 && strcmp(word, (const char *)item->dotted.ptr) == 0);
}

enum err item_match(const struct item *item, const char *pattern, bool *is_match)
{
	struct buf folded_pattern = { 0 }, folded_text = { 0 };
	enum err e = ERR_OK;

	if (pattern == NULL) {
		*is_match = false;
	} else if ((e = buf_append_str(&folded_pattern, pattern)) == ERR_OK && (e = buf_append(&folded_text, buf_bytes(&item->text))) == ERR_OK) {
		name_fold_text(&folded_pattern);
		name_fold_text(&folded_text);
		*is_match = text_is_match(buf_bytes(&folded_pattern), buf_bytes(&folded_text));
	}
	buf_clear(&folded_pattern);
	buf_clear(&folded_text);
	return e;
}

/* Blanks that no value has when it is compared. Whoever wrote such a pattern meant another one: it denies as without them, and allows nothing. */
static bool has_stray_blanks(const char *pattern)
{
	size_t len = strlen(pattern);

	return len > 0 && (pattern[0] == ' ' || pattern[len - 1] == ' ' || strstr(pattern, "  ") != NULL);
}

enum err item_allow(const struct item *item, const char *word, const char *pattern, bool *is_allowed)
{
	*is_allowed = false;
	if (item->odd != NULL || (item->needs_name && is_star(item->target, word)))
		return ERR_OK;
	if (policy_target_is_usage(item->target)) {
		*is_allowed = true;
		return ERR_OK;
	}
	if (pattern == NULL || has_stray_blanks(pattern) || (item->needs_prefix != NULL && strncasecmp(pattern, item->needs_prefix, strlen(item->needs_prefix)) != 0))
		return ERR_OK;
	return item_match(item, pattern, is_allowed);
}

/* --- sentences -------------------------------------------------------------------------------------------------------------- */

const char *policy_target_name(enum policy_target target)
{
	switch (target) {
	case POLICY_SUBJECT:
		return "subject";
	case POLICY_SAN:
		return "subjectAltName";
	case POLICY_KEY_USAGE:
		return "keyUsage";
	case POLICY_EXT_KEY_USAGE:
		return "extKeyUsage";
	}
	return "item";
}

const char *quote(struct bytes text, char out[QUOTE_SIZE])
{
	struct bytes start = text_cut(text, QUOTE_MAX_LEN);

	snprintf(out, QUOTE_SIZE, "\"%.*s%s\"", (int)start.len, start.len == 0 ? "" : (const char *)start.ptr, start.len < text.len ? "..." : "");
	return out;
}

enum err item_format(const struct item *item, struct buf *out)
{
	char quoted[QUOTE_SIZE];
	bool has_value = !policy_target_is_usage(item->target);
	enum err e = buf_append_format(out, "%s %s%s%s", policy_target_name(item->target), (const char *)item->name.ptr, has_value ? " " : "",
		has_value ? quote(buf_bytes(&item->text), quoted) : "");

	return e == ERR_OK ? buf_terminate(out) : e;
}
