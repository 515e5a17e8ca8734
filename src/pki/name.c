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

/* All attributes of a name, for comparing two of them side by side. */
struct name_list {
	struct name_attribute item[NAME_MAX_ATTRIBUTES];
	size_t count;
};

static enum err list_read(struct bytes name, struct name_list *list)
{
	struct name_cursor cursor;
	enum err e = name_start(name, &cursor);

	list->count = 0;
	while (e == ERR_OK && (e = name_next(&cursor, &list->item[list->count])) == ERR_OK)
		list->count++;
	return e == ERR_NOT_FOUND ? ERR_OK : e;
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

static bool attribute_is_equal(const struct name_attribute *a, const struct name_attribute *b)
{
	struct buf text_a = { 0 }, text_b = { 0 };
	bool is_equal;

	if (!bytes_is_equal(a->type, b->type))
		return false;
	if (bytes_is_equal(a->value.raw, b->value.raw))
		return true;
	is_equal = der_get_text(&a->value, &text_a) == ERR_OK && der_get_text(&b->value, &text_b) == ERR_OK;
	if (is_equal) {
		name_fold_text(&text_a);
		name_fold_text(&text_b);
		is_equal = bytes_is_equal(buf_bytes(&text_a), buf_bytes(&text_b));
	}
	buf_clear(&text_a);
	buf_clear(&text_b);
	return is_equal;
}

/* One RDN is a set: each attribute of one side must find its own partner on the other, whatever the order. */
static bool rdn_is_equal(const struct name_attribute *a, const struct name_attribute *b, size_t count)
{
	uint64_t taken = 0;

	_Static_assert(NAME_MAX_ATTRIBUTES <= 64, "one bit an attribute");
	for (size_t i = 0; i < count; i++) {
		size_t j = 0;

		while (j < count && ((taken >> j & 1) != 0 || !attribute_is_equal(&a[i], &b[j])))
			j++;
		if (j == count)
			return false;
		taken |= (uint64_t)1 << j;
	}
	return true;
}

bool name_is_equal(struct bytes a, struct bytes b)
{
	struct name_list list_a, list_b;
	size_t from, to;

	if (bytes_is_equal(a, b))
		return true;
	if (list_read(a, &list_a) != ERR_OK || list_read(b, &list_b) != ERR_OK || list_a.count != list_b.count)
		return false;
	for (from = 0; from < list_a.count; from = to) {
		if (list_a.item[from].starts_rdn != list_b.item[from].starts_rdn)
			return false;
		for (to = from + 1; to < list_a.count && !list_a.item[to].starts_rdn; to++)
			if (list_b.item[to].starts_rdn)
				return false;
		if (to < list_b.count && !list_b.item[to].starts_rdn)
			return false;
		if (!rdn_is_equal(&list_a.item[from], &list_b.item[from], to - from))
			return false;
	}
	return true;
}
