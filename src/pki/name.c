#include <config.h>

#include "pki/name.h"

/* Name ::= SEQUENCE OF RelativeDistinguishedName; RelativeDistinguishedName ::= SET SIZE (1..MAX) OF
 * SEQUENCE { type OBJECT IDENTIFIER, value ANY }                                          -- RFC 5280 section 4.1.2.4 */

enum err name_start(struct bytes name, struct name_cursor *cursor)
{
	struct der_element sequence;
	enum err e;

	if (name.len > NAME_MAX_LEN)
		return ERR_ASN1_LIMIT;
	if ((e = der_read_only(name, DER_SEQUENCE, &sequence)) != ERR_OK)
		return e;
	*cursor = (struct name_cursor){ .rdns = { sequence.value } };
	return ERR_OK;
}

enum err name_next(struct name_cursor *cursor, struct name_attribute *out)
{
	struct name_cursor at = *cursor;
	struct name_attribute attribute = { .starts_rdn = false };
	struct der_element type;
	struct der inside;
	enum err e;

	if (der_is_end(&at.rdn)) {
		if (der_is_end(&at.rdns))
			return ERR_NOT_FOUND;
		if ((e = der_enter(&at.rdns, DER_SET, &at.rdn)) != ERR_OK)
			return e;
		attribute.starts_rdn = true;
	}
	if (at.count == NAME_MAX_ATTRIBUTES)
		return ERR_ASN1_LIMIT;
	if ((e = der_enter(&at.rdn, DER_SEQUENCE, &inside)) != ERR_OK || (e = der_read_tag(&inside, DER_OID, &type)) != ERR_OK ||
	    (e = der_read(&inside, &attribute.value)) != ERR_OK || (e = der_end(&inside)) != ERR_OK)
		return e;
	if (type.value.len == 0)
		return ERR_ASN1_SYNTAX;
	if (attribute.value.value.len > NAME_MAX_VALUE_LEN)
		return ERR_ASN1_LIMIT;
	attribute.type = type.value;
	at.count++;
	*cursor = at;
	*out = attribute;
	return ERR_OK;
}

enum err name_check(struct bytes name)
{
	struct name_cursor cursor;
	struct name_attribute attribute;
	enum err e = name_start(name, &cursor);

	while (e == ERR_OK)
		e = name_next(&cursor, &attribute);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

bool name_is_empty(struct bytes name)
{
	struct der_element sequence;

	return der_read_only(name, DER_SEQUENCE, &sequence) == ERR_OK && sequence.value.len == 0;
}

void name_fold_text(struct buf *text)
{
	size_t to = 0;

	for (size_t from = 0; from < text->len; from++) {
		uint8_t c = text->ptr[from];

		if (c == ' ' && (to == 0 || text->ptr[to - 1] == ' '))
			continue;
		text->ptr[to++] = c >= 'A' && c <= 'Z' ? (uint8_t)(c - 'A' + 'a') : c;
	}
	while (to > 0 && text->ptr[to - 1] == ' ')
		to--;
	text->len = to;
}

static bool is_passed_over(const struct name_attribute *attribute, const enum oid *pass_over, size_t pass_over_count)
{
	for (size_t i = 0; i < pass_over_count; i++)
		if (oid_is(attribute->type, pass_over[i]))
			return true;
	return false;
}

/* What is text of whatever string type becomes a folded UTF8String; anything else stays, and cannot be mistaken for one: a UTF8String that is left as it is has octets that no text has. */
enum err name_attribute_canonicalise(const struct name_attribute *attribute, struct buf *out)
{
	struct buf text = { 0 }, inside = { 0 };
	enum err e = der_put(&inside, DER_OID, attribute->type);

	if (e == ERR_OK && (e = der_get_text(&attribute->value, &text)) == ERR_OK) {
		name_fold_text(&text);
		e = der_put(&inside, DER_UTF8_STRING, buf_bytes(&text));
	} else if (e == ERR_TEXT || e == ERR_ASN1_SYNTAX) {
		e = buf_append(&inside, attribute->value.raw);
	}
	if (e == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&inside));
	buf_clear(&text);
	buf_clear(&inside);
	return e;
}

/* The attributes of one RDN, one behind the other. */
struct rdn {
	struct buf attributes;
	size_t end[NAME_MAX_ATTRIBUTES];
	size_t count;
};

/* Append the RDN as a SET, unless it is empty, and empty it. */
static enum err put_rdn(struct rdn *rdn, struct buf *out)
{
	struct bytes item[NAME_MAX_ATTRIBUTES];
	struct buf sorted = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0, start = 0; i < rdn->count; start = rdn->end[i++])
		item[i] = bytes_from(rdn->attributes.ptr + start, rdn->end[i] - start);
	der_sort(item, rdn->count);
	for (size_t i = 0; i < rdn->count && e == ERR_OK; i++)
		e = buf_append(&sorted, item[i]);
	if (e == ERR_OK && rdn->count > 0)
		e = der_put(out, DER_SET, buf_bytes(&sorted));
	buf_clear(&sorted);
	buf_reset(&rdn->attributes);
	rdn->count = 0;
	return e;
}

enum err name_canonicalise(struct bytes name, const enum oid *pass_over, size_t pass_over_count, struct buf *out)
{
	struct name_cursor cursor;
	struct name_attribute attribute;
	struct rdn rdn = { .count = 0 };
	struct buf rdns = { 0 };
	enum err e = name_start(name, &cursor);

	while (e == ERR_OK && (e = name_next(&cursor, &attribute)) == ERR_OK) {
		if (attribute.starts_rdn && (e = put_rdn(&rdn, &rdns)) != ERR_OK)
			break;
		if (is_passed_over(&attribute, pass_over, pass_over_count))
			continue;
		if ((e = name_attribute_canonicalise(&attribute, &rdn.attributes)) == ERR_OK)
			rdn.end[rdn.count++] = rdn.attributes.len;
	}
	if (e == ERR_NOT_FOUND && (e = put_rdn(&rdn, &rdns)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&rdns));
	buf_clear(&rdn.attributes);
	buf_clear(&rdns);
	return e;
}

bool name_is_equal(struct bytes a, struct bytes b)
{
	struct buf canonical_a = { 0 }, canonical_b = { 0 };
	bool is_equal = bytes_is_equal(a, b);

	if (!is_equal)
		is_equal = name_canonicalise(a, NULL, 0, &canonical_a) == ERR_OK && name_canonicalise(b, NULL, 0, &canonical_b) == ERR_OK &&
			bytes_is_equal(buf_bytes(&canonical_a), buf_bytes(&canonical_b));
	buf_clear(&canonical_a);
	buf_clear(&canonical_b);
	return is_equal;
}
