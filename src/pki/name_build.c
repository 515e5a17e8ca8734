#include <config.h>

#include "pki/name.h"

#include "base/text.h"
#include "pki/oid.h"

/* Building names from values: the string type and the bounds of each attribute. */

/* What X.520 and RFC 5280 appendix A.1 say of the attributes that have a type or a bound of their own; all others are UTF8String up to NAME_MAX_VALUE_LEN. */
static const struct attribute_rule {
	enum oid type;
	enum der_tag tag;
	size_t min_characters, max_characters;
} attribute_rules[] = {
	{ OID_AT_CN, DER_UTF8_STRING, 1, 64 },
	{ OID_AT_O, DER_UTF8_STRING, 1, 64 },
	{ OID_AT_OU, DER_UTF8_STRING, 1, 64 },
	{ OID_AT_L, DER_UTF8_STRING, 1, 128 },
	{ OID_AT_ST, DER_UTF8_STRING, 1, 128 },
	{ OID_AT_TITLE, DER_UTF8_STRING, 1, 64 },
	{ OID_AT_C, DER_PRINTABLE_STRING, 2, 2 },
	{ OID_AT_SERIAL_NUMBER, DER_PRINTABLE_STRING, 1, 64 },
	{ OID_AT_DN_QUALIFIER, DER_PRINTABLE_STRING, 1, NAME_MAX_VALUE_LEN },
	{ OID_AT_DC, DER_IA5_STRING, 1, NAME_MAX_VALUE_LEN },
	{ OID_AT_EMAIL, DER_IA5_STRING, 1, 255 },
};

static const struct attribute_rule other_attribute = { OID_COUNT, DER_UTF8_STRING, 1, NAME_MAX_VALUE_LEN };

static const struct attribute_rule *rule_find(struct bytes type)
{
	for (size_t i = 0; i < sizeof attribute_rules / sizeof attribute_rules[0]; i++)
		if (oid_is(type, attribute_rules[i].type))
			return &attribute_rules[i];
	return &other_attribute;
}

static bool is_ia5_string(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] >= 0x80)
			return false;
	return true;
}

enum err name_put_attribute(struct bytes type, struct bytes text, struct buf *out, struct why *why)
{
	const struct attribute_rule *rule = rule_find(type);
	size_t characters;
	struct buf inside = { 0 };
	enum err e;

	if (!text_is_utf8(text) || text_has_control(text))
		return why_set(why, ERR_TEXT, "a value of the name is not text, or has control characters");
	characters = text_count_characters(text);
	if (characters < rule->min_characters || characters > rule->max_characters || text.len > NAME_MAX_VALUE_LEN)
		return why_set(why, ERR_TEXT, "%s has %zu characters, %zu to %zu are allowed", rule->type == OID_COUNT ? "a value of the name" : oid_name(rule->type),
			characters, rule->min_characters, rule->max_characters);
	if ((rule->tag == DER_PRINTABLE_STRING && !der_is_printable(text)) || (rule->tag == DER_IA5_STRING && !is_ia5_string(text)))
		return why_set(why, ERR_TEXT, "%s may have %s characters alone", oid_name(rule->type), rule->tag == DER_IA5_STRING ? "ASCII" : "PrintableString");
	if ((e = der_put(&inside, DER_OID, type)) == ERR_OK && (e = der_put(&inside, (uint8_t)rule->tag, text)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&inside));
	buf_clear(&inside);
	return e;
}

enum err name_from_cn(struct bytes cn, struct buf *out)
{
	struct buf attribute = { 0 }, rdn = { 0 };
	enum err e;

	e = name_put_attribute(oid_get(OID_AT_CN), cn, &attribute, NULL);
	if (e == ERR_TEXT)
		e = ERR_VALUE;
	if (e == ERR_OK && (e = der_put(&rdn, DER_SET, buf_bytes(&attribute))) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&rdn));
	buf_clear(&attribute);
	buf_clear(&rdn);
	return e;
}
