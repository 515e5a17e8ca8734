#include <config.h>

#include "pki/name.h"

#include <string.h>

#include "base/text.h"
#include "pki/oid.h"

/* The text form of names, RFC 4514, both ways. */

/* Append one value, escaped as RFC 4514 section 2.4 says; control and invisible characters become \XX. */
static enum err format_escaped(struct bytes text, struct buf *out)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < text.len && e == ERR_OK; i++) {
		uint8_t c = text.ptr[i];

		if (text_is_control_octet(text, i) || text_is_invisible_octet(text, i)) {
			e = buf_append_format(out, "\\%02X", c);
			continue;
		}
		if (strchr("\"+,;<>\\", c) != NULL || (i == 0 && (c == ' ' || c == '#')) || (i + 1 == text.len && c == ' '))
			e = buf_append_byte(out, '\\');
		if (e == ERR_OK)
			e = buf_append_byte(out, c);
	}
	return e;
}

static enum err format_attribute(const struct name_attribute *attribute, struct buf *out)
{
	struct buf text = { 0 };
	enum err e;

	if ((e = oid_format_name(attribute->type, out)) != ERR_OK || (e = buf_append_byte(out, '=')) != ERR_OK)
		goto out;
	e = oid_find(attribute->type) == OID_COUNT ? ERR_TEXT : der_get_text(&attribute->value, &text);
	if (e == ERR_OK) {
		e = format_escaped(buf_bytes(&text), out);
	} else if (e != ERR_MEMORY) {
		if ((e = buf_append_byte(out, '#')) == ERR_OK)
			e = text_encode_hex(attribute->value.raw, out);
	}
out:
	buf_clear(&text);
	return e;
}

enum err name_escape_text(struct bytes text, struct buf *out)
{
	return text_is_utf8(text) ? format_escaped(text, out) : ERR_TEXT;
}

enum err name_format(struct bytes name, struct buf *out)
{
	struct buf rdn[NAME_MAX_ATTRIBUTES] = { 0 };
	struct name_cursor cursor;
	struct name_attribute attribute;
	size_t count = 0;
	enum err e;

	if ((e = name_start(name, &cursor)) != ERR_OK)
		return e;
	while ((e = name_next(&cursor, &attribute)) == ERR_OK) {
		if (attribute.starts_rdn)
			count++;
		else if ((e = buf_append_byte(&rdn[count - 1], '+')) != ERR_OK)
			goto out;
		if ((e = format_attribute(&attribute, &rdn[count - 1])) != ERR_OK)
			goto out;
	}
	if (e != ERR_NOT_FOUND)
		goto out;
	e = ERR_OK;
	for (size_t i = count; i-- > 0 && e == ERR_OK;) {
		e = buf_append(out, buf_bytes(&rdn[i]));
		if (e == ERR_OK && i > 0)
			e = buf_append_byte(out, ',');
	}
out:
	for (size_t i = 0; i < count; i++)
		buf_clear(&rdn[i]);
	return e;
}

/* --- from text -------------------------------------------------------------------------------------------------------------- */

/* Where the reader of a text stands. */
struct reader {
	const char *start;
	const char *at;
	struct why *why;
	name_expand *expand; /* NULL: values are what they are */
	void *context;
};

static enum err reader_fail(struct reader *reader, const char *what)
{
	return why_set(reader->why, ERR_TEXT, "the name is not valid at character %zu: %s",
		text_count_characters(bytes_from(reader->start, (size_t)(reader->at - reader->start))) + 1, what);
}

static void skip_blanks(struct reader *reader)
{
	while (*reader->at == ' ')
		reader->at++;
}

/* attributeType "=": appends the content octets of the identifier. */
static enum err read_type(struct reader *reader, struct buf *type)
{
	char word[128];
	size_t len = strcspn(reader->at, "= ,+");
	enum err e;

	if (len == 0 || len >= sizeof word)
		return reader_fail(reader, "an attribute type is expected");
	memcpy(word, reader->at, len);
	word[len] = '\0';
	if ((e = oid_from_name(word, type)) == ERR_TEXT)
		return reader_fail(reader, "unknown attribute type");
	if (e != ERR_OK)
		return e;
	reader->at += len;
	skip_blanks(reader);
	if (*reader->at != '=')
		return reader_fail(reader, "'=' is expected");
	reader->at++;
	skip_blanks(reader);
	return ERR_OK;
}

/* "#" hexstring: the value's whole encoding. */
static enum err read_hex_value(struct reader *reader, struct bytes type, struct buf *out)
{
	struct buf inside = { 0 };
	struct der_element element;
	struct der der;
	size_t len;
	size_t value_at;
	enum err e;

	reader->at++;
	for (len = 0; text_hex_value((uint8_t)reader->at[len]) >= 0; len++)
		;
	if ((e = der_put(&inside, DER_OID, type)) != ERR_OK)
		goto out;
	value_at = inside.len;
	if ((e = text_decode_hex(bytes_from(reader->at, len), &inside)) == ERR_MEMORY)
		goto out;
	der = (struct der){ bytes_from(inside.ptr + value_at, inside.len - value_at) };
	if (e != ERR_OK || der_read(&der, &element) != ERR_OK || !der_is_end(&der) || element.value.len > NAME_MAX_VALUE_LEN) {
		e = reader_fail(reader, "the hexadecimal is not one DER element");
		goto out;
	}
	reader->at += len;
	e = der_put(out, DER_SEQUENCE, buf_bytes(&inside));
out:
	buf_clear(&inside);
	return e;
}

/* One character after a backslash, or two hexadecimal digits. */
static enum err read_escape(struct reader *reader, struct buf *text)
{
	const char *at = reader->at + 1;
	int high, low;

	if (*at != '\0' && strchr(" \"#+,;<=>\\", *at) != NULL) {
		reader->at += 2;
		return buf_append_byte(text, (uint8_t)*at);
	}
	high = text_hex_value((uint8_t)at[0]);
	low = high < 0 ? -1 : text_hex_value((uint8_t)at[1]);
	if (low < 0)
		return reader_fail(reader, "a backslash stands before a special character or two hexadecimal digits");
	reader->at += 3;
	return buf_append_byte(text, (uint8_t)(high << 4 | low));
}

static enum err put_value(struct reader *reader, struct bytes type, struct bytes text, struct buf *out)
{
	struct buf expanded = { 0 };
	enum err e;

	if (reader->expand == NULL)
		return name_put_attribute(type, text, out, reader->why);
	if ((e = reader->expand(reader->context, text, &expanded, reader->why)) == ERR_OK)
		e = name_put_attribute(type, buf_bytes(&expanded), out, reader->why);
	buf_clear(&expanded);
	return e;
}

static enum err read_text_value(struct reader *reader, struct bytes type, struct buf *out)
{
	struct buf text = { 0 };
	size_t keep = 0; /* blanks at the end are not part of the value unless escaped */
	enum err e = ERR_OK;

	while (e == ERR_OK && *reader->at != '\0' && *reader->at != ',' && *reader->at != '+') {
		if (*reader->at == '\\') {
			e = read_escape(reader, &text);
			keep = text.len;
		} else if (strchr("\";<>", *reader->at) != NULL) {
			e = reader_fail(reader, "this character needs a backslash before it");
		} else {
			e = buf_append_byte(&text, (uint8_t)*reader->at);
			if (*reader->at != ' ')
				keep = text.len;
			reader->at++;
		}
	}
	if (e == ERR_OK && keep == 0)
		e = reader_fail(reader, "the value is empty");
	if (e == ERR_OK)
		e = put_value(reader, type, bytes_from(text.ptr, keep), out);
	buf_clear(&text);
	return e;
}

/* One RDN up to the next comma or the end; appends its SET. `count` counts the attributes of the whole name. */
static enum err read_rdn(struct reader *reader, size_t *count, struct buf *out)
{
	struct buf type = { 0 }, attributes = { 0 }, sorted = { 0 };
	struct bytes item[NAME_MAX_ATTRIBUTES];
	size_t end[NAME_MAX_ATTRIBUTES];
	size_t n = 0;
	enum err e;

	for (;;) {
		skip_blanks(reader);
		if (*count == NAME_MAX_ATTRIBUTES) {
			e = reader_fail(reader, "too many attributes");
			goto out;
		}
		buf_reset(&type);
		if ((e = read_type(reader, &type)) != ERR_OK)
			goto out;
		e = *reader->at == '#' ? read_hex_value(reader, buf_bytes(&type), &attributes) : read_text_value(reader, buf_bytes(&type), &attributes);
		if (e != ERR_OK)
			goto out;
		end[n++] = attributes.len;
		(*count)++;
		skip_blanks(reader);
		if (*reader->at != '+')
			break;
		reader->at++;
	}
	for (size_t i = 0; i < n; i++)
		item[i] = bytes_from(attributes.ptr + (i == 0 ? 0 : end[i - 1]), end[i] - (i == 0 ? 0 : end[i - 1]));
	der_sort(item, n); /* RFC 5280 section 4.1 by way of X.690 section 11.6 */
	for (size_t i = 0; i < n && e == ERR_OK; i++)
		e = buf_append(&sorted, item[i]);
	if (e == ERR_OK)
		e = der_put(out, DER_SET, buf_bytes(&sorted));
out:
	buf_clear(&type);
	buf_clear(&attributes);
	buf_clear(&sorted);
	return e;
}

enum err name_parse_template(const char *text, name_expand *expand, void *context, struct buf *out, struct why *why)
{
	struct reader reader = { text, text, why, expand, context };
	struct buf rdns = { 0 }, reversed = { 0 };
	size_t end[NAME_MAX_ATTRIBUTES];
	size_t n = 0, count = 0;
	enum err e = ERR_OK;

	skip_blanks(&reader);
	while (*reader.at != '\0' || n > 0) {
		if ((e = read_rdn(&reader, &count, &rdns)) != ERR_OK)
			goto out;
		end[n++] = rdns.len;
		if (*reader.at == '\0')
			break;
		if (*reader.at != ',') {
			e = reader_fail(&reader, "',' or '+' is expected");
			goto out;
		}
		reader.at++;
	}
	for (size_t i = n; i-- > 0 && e == ERR_OK;)
		e = buf_append(&reversed, bytes_from(rdns.ptr + (i == 0 ? 0 : end[i - 1]), end[i] - (i == 0 ? 0 : end[i - 1])));
	if (e == ERR_OK && reversed.len + 4 > NAME_MAX_LEN)
		e = why_set(why, ERR_TEXT, "the name is longer than %d bytes", NAME_MAX_LEN);
	if (e == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&reversed));
out:
	buf_clear(&rdns);
	buf_clear(&reversed);
	return e;
}

enum err name_parse_text(const char *text, struct buf *out, struct why *why)
{
	return name_parse_template(text, NULL, NULL, out, why);
}
