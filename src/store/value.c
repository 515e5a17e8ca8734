#include <config.h>

#include "store/value.h"

#include <string.h>

/* Object identifiers of PostgreSQL's own types; they never change. */
enum {
	TYPE_BOOL = 16, TYPE_BYTEA = 17, TYPE_INT8 = 20, TYPE_INT2 = 21, TYPE_INT4 = 23, TYPE_JSON = 114, TYPE_INT4_ARRAY = 1007, TYPE_TEXT_ARRAY = 1009, TYPE_TIMESTAMPTZ = 1184,
	TYPE_JSONB = 3802
};

enum { ISO_DATE_MIN_LEN = 10, ISO_TIME_LEN = 8 };

static uint64_t big_endian(const uint8_t *at, size_t len)
{
	uint64_t number = 0;

	for (size_t i = 0; i < len; i++)
		number = number << 8 | at[i];
	return number;
}

bool value_number(struct bytes in, int64_t *out)
{
	if (in.len == 2)
		*out = (int16_t)big_endian(in.ptr, 2);
	else if (in.len == 4)
		*out = (int32_t)big_endian(in.ptr, 4);
	else if (in.len == 8)
		*out = (int64_t)big_endian(in.ptr, 8);
	else
		return false;
	return true;
}

bool value_bool(struct bytes in, bool *out)
{
	if (in.len != 1)
		return false;
	*out = in.ptr[0] != 0;
	return true;
}

static bool take_int32(struct bytes *rest, int32_t *out)
{
	if (rest->len < 4)
		return false;
	*out = (int32_t)big_endian(rest->ptr, 4);
	*rest = bytes_from(rest->ptr + 4, rest->len - 4);
	return true;
}

/* array_send(): dimensions, flags, element type, then length and lower bound of each dimension, then each element with its length. */
bool value_array_open(struct bytes in, struct value_array *out)
{
	int32_t dimensions, flags, type, count = 0, bound;

	if (!take_int32(&in, &dimensions) || !take_int32(&in, &flags) || !take_int32(&in, &type) || dimensions < 0 || dimensions > 1)
		return false;
	if (dimensions == 1 && (!take_int32(&in, &count) || !take_int32(&in, &bound) || count < 0))
		return false;
	*out = (struct value_array){ in, (size_t)count };
	return true;
}

bool value_array_next(struct value_array *array, struct bytes *element)
{
	int32_t len;

	if (array->count == 0 || !take_int32(&array->rest, &len) || len < 0 || (size_t)len > array->rest.len)
		return false;
	*element = bytes_from(array->rest.ptr, (size_t)len);
	array->rest = bytes_from(array->rest.ptr + len, array->rest.len - (size_t)len);
	array->count--;
	return true;
}

/* "2026-11-22 02:49:26.291415+00" to "2026-11-22T02:49:26Z"; "infinity" and dates before Christ stay. */
static enum err format_time(struct bytes text, struct buf *out)
{
	const uint8_t *blank = text.len == 0 ? NULL : memchr(text.ptr, ' ', text.len);
	size_t date_len = blank == NULL ? 0 : (size_t)(blank - text.ptr);
	enum err e;

	if (date_len < ISO_DATE_MIN_LEN || text.len < date_len + 1 + ISO_TIME_LEN || text.ptr[text.len - 1] == 'C')
		return buf_append(out, text);
	if ((e = buf_append(out, bytes_from(text.ptr, date_len))) != ERR_OK || (e = buf_append_byte(out, 'T')) != ERR_OK ||
		(e = buf_append(out, bytes_from(blank + 1, ISO_TIME_LEN))) != ERR_OK)
		return e;
	return buf_append_byte(out, 'Z');
}

/* {a,"b c",NULL} to a,b c,NULL */
static enum err format_array(struct bytes text, struct buf *out)
{
	bool is_quoted = false;
	enum err e = ERR_OK;

	if (text.len < 2 || text.ptr[0] != '{')
		return buf_append(out, text);
	for (size_t i = 1; i + 1 < text.len && e == ERR_OK; i++) {
		if (text.ptr[i] == '"') {
			is_quoted = !is_quoted;
			continue;
		}
		if (is_quoted && text.ptr[i] == '\\' && i + 2 < text.len)
			i++;
		e = buf_append_byte(out, text.ptr[i]);
	}
	return e;
}

enum rowset_kind value_kind(unsigned type)
{
	switch (type) {
	case TYPE_BOOL:
	case TYPE_INT8:
	case TYPE_INT2:
	case TYPE_INT4:
	case TYPE_JSON:
	case TYPE_JSONB:
		return ROWSET_LITERAL;
	case TYPE_TEXT_ARRAY:
	case TYPE_INT4_ARRAY:
		return ROWSET_WORDS;
	default:
		return ROWSET_TEXT;
	}
}

enum err value_format(unsigned type, struct bytes text, struct buf *out)
{
	if (type == TYPE_BOOL)
		return buf_append_str(out, text.len > 0 && text.ptr[0] == 't' ? "true" : "false");
	if (type == TYPE_BYTEA && text.len >= 2 && text.ptr[0] == '\\' && text.ptr[1] == 'x')
		return buf_append(out, bytes_from(text.ptr + 2, text.len - 2));
	if (type == TYPE_TIMESTAMPTZ)
		return format_time(text, out);
	if (type == TYPE_TEXT_ARRAY || type == TYPE_INT4_ARRAY)
		return format_array(text, out);
	return buf_append(out, text);
}

static enum err put_element(struct bytes element, struct buf *out)
{
	enum err e = buf_append_byte(out, '"');

	for (size_t i = 0; i < element.len && e == ERR_OK; i++) {
		if (element.ptr[i] == '"' || element.ptr[i] == '\\')
			e = buf_append_byte(out, '\\');
		if (e == ERR_OK)
			e = buf_append_byte(out, element.ptr[i]);
	}
	return e == ERR_OK ? buf_append_byte(out, '"') : e;
}

static struct bytes trim(struct bytes text)
{
	while (text.len > 0 && text.ptr[0] == ' ')
		text = bytes_from(text.ptr + 1, text.len - 1);
	while (text.len > 0 && text.ptr[text.len - 1] == ' ')
		text.len--;
	return text;
}

enum err value_put_array(struct bytes list, struct buf *out)
{
	struct bytes rest = trim(list), element;
	const uint8_t *comma;
	enum err e;

	if (rest.len >= 2 && rest.ptr[0] == '{' && rest.ptr[rest.len - 1] == '}')
		return buf_append(out, rest);
	if ((e = buf_append_byte(out, '{')) != ERR_OK)
		return e;
	while (rest.len > 0) {
		comma = memchr(rest.ptr, ',', rest.len);
		element = bytes_from(rest.ptr, comma == NULL ? rest.len : (size_t)(comma - rest.ptr));
		if ((e = put_element(trim(element), out)) != ERR_OK)
			return e;
		if (comma == NULL)
			break;
		if ((e = buf_append_byte(out, ',')) != ERR_OK)
			return e;
		rest = bytes_from(comma + 1, rest.len - element.len - 1);
		if (rest.len == 0 && (e = put_element(rest, out)) != ERR_OK)
			return e;
	}
	return buf_append_byte(out, '}');
}
