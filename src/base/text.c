#include <config.h>

#include "base/text.h"

#include <string.h>

enum { NAME_MAX_CHARACTERS = 64 };

static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

static enum err encode_hex(struct bytes in, const char *digits, struct buf *out)
{
	uint8_t *at;
	enum err e;

	if (in.len > SIZE_MAX / 4)
		return ERR_MEMORY;
	if ((e = buf_append_space(out, in.len * 2, &at)) != ERR_OK)
		return e;
	for (size_t i = 0; i < in.len; i++) {
		*at++ = (uint8_t)digits[in.ptr[i] >> 4];
		*at++ = (uint8_t)digits[in.ptr[i] & 15];
	}
	return ERR_OK;
}

enum err text_encode_hex(struct bytes in, struct buf *out)
{
	return encode_hex(in, "0123456789abcdef", out);
}

enum err text_encode_hex_upper(struct bytes in, struct buf *out)
{
	return encode_hex(in, "0123456789ABCDEF", out);
}

int text_hex_value(uint8_t c)
{
	if (c >= '0' && c <= '9')
		return c - '0';
	if (c >= 'a' && c <= 'f')
		return c - 'a' + 10;
	if (c >= 'A' && c <= 'F')
		return c - 'A' + 10;
	return -1;
}

enum err text_decode_hex(struct bytes in, struct buf *out)
{
	size_t mark = out->len;
	enum err e = ERR_OK;

	for (size_t i = 0; i < in.len && e == ERR_OK; i++) {
		int high, low;

		if (in.ptr[i] == ':' || in.ptr[i] == ' ' || in.ptr[i] == '\t')
			continue;
		high = text_hex_value(in.ptr[i]);
		low = ++i < in.len ? text_hex_value(in.ptr[i]) : -1;
		e = high < 0 || low < 0 ? ERR_TEXT : buf_append_byte(out, (uint8_t)(high << 4 | low));
	}
	if (e != ERR_OK)
		out->len = mark;
	return e;
}

enum err text_encode_base64(struct bytes in, struct buf *out)
{
	uint8_t *at;
	enum err e;

	if (in.len > SIZE_MAX / 4)
		return ERR_MEMORY;
	if ((e = buf_append_space(out, (in.len + 2) / 3 * 4, &at)) != ERR_OK)
		return e;
	for (size_t i = 0; i < in.len; i += 3) {
		size_t left = in.len - i;
		uint32_t group = (uint32_t)in.ptr[i] << 16 | (left > 1 ? (uint32_t)in.ptr[i + 1] << 8 : 0) | (left > 2 ? in.ptr[i + 2] : 0);

		*at++ = (uint8_t)base64_digits[group >> 18];
		*at++ = (uint8_t)base64_digits[group >> 12 & 63];
		*at++ = (uint8_t)(left > 1 ? base64_digits[group >> 6 & 63] : '=');
		*at++ = (uint8_t)(left > 2 ? base64_digits[group & 63] : '=');
	}
	return ERR_OK;
}

static int base64_value(uint8_t c)
{
	if (c >= 'A' && c <= 'Z')
		return c - 'A';
	if (c >= 'a' && c <= 'z')
		return c - 'a' + 26;
	if (c >= '0' && c <= '9')
		return c - '0' + 52;
	if (c == '+' || c == '-')
		return 62;
	if (c == '/' || c == '_')
		return 63;
	return -1;
}

/* How many characters stand before the padding. @return false when the padding does not fill up a group of four. */
static bool base64_strip(struct bytes in, size_t *len)
{
	size_t pads = 0;

	while (pads < in.len && in.ptr[in.len - 1 - pads] == '=')
		pads++;
	*len = in.len - pads;
	return *len % 4 != 1 && (pads == 0 || (*len % 4 != 0 && (*len + pads) % 4 == 0 && pads <= 2));
}

enum err text_decode_base64(struct bytes in, struct buf *out)
{
	uint32_t group = 0;
	uint8_t *at;
	size_t mark = out->len;
	size_t len;
	enum err e;

	if (!base64_strip(in, &len))
		return ERR_TEXT;
	if ((e = buf_append_space(out, len / 4 * 3 + (len % 4 != 0 ? len % 4 - 1 : 0), &at)) != ERR_OK)
		return e;
	for (size_t i = 0; i < len; i++) {
		int value = base64_value(in.ptr[i]);

		if (value < 0) {
			out->len = mark;
			return ERR_TEXT;
		}
		group = group << 6 | (uint32_t)value;
		if (i % 4 > 0)
			*at++ = (uint8_t)(group >> (6 - 2 * (i % 4)));
	}
	return ERR_OK;
}

/* The octet that the three at `at` stand for; -1 when they are no escape. */
static int percent_value(const struct buf *text, size_t at)
{
	int high = text->len - at > 2 ? text_hex_value(text->ptr[at + 1]) : -1;
	int low = high < 0 ? -1 : text_hex_value(text->ptr[at + 2]);

	return low < 0 ? -1 : high << 4 | low;
}

enum err text_decode_percent(struct buf *text)
{
	size_t to = 0;

	for (size_t at = 0; at < text->len; at++)
		if (text->ptr[at] == '%' && percent_value(text, at) < 0)
			return ERR_TEXT;
	for (size_t from = 0; from < text->len; from++, to++) {
		bool is_escape = text->ptr[from] == '%';

		text->ptr[to] = is_escape ? (uint8_t)percent_value(text, from) : text->ptr[from];
		from += is_escape ? 2 : 0;
	}
	text->len = to;
	return ERR_OK;
}

/* Length of the well-formed UTF-8 sequence at the start, RFC 3629 section 4; 0 when there is none. */
static size_t utf8_sequence(const uint8_t *p, size_t len)
{
	uint8_t low = 0x80, high = 0xbf;
	size_t need;

	if (p[0] < 0x80)
		return 1;
	if (p[0] >= 0xc2 && p[0] <= 0xdf) {
		need = 2;
	} else if (p[0] >= 0xe0 && p[0] <= 0xef) {
		need = 3;
		low = p[0] == 0xe0 ? 0xa0 : 0x80;
		high = p[0] == 0xed ? 0x9f : 0xbf;
	} else if (p[0] >= 0xf0 && p[0] <= 0xf4) {
		need = 4;
		low = p[0] == 0xf0 ? 0x90 : 0x80;
		high = p[0] == 0xf4 ? 0x8f : 0xbf;
	} else {
		return 0;
	}
	if (len < need || p[1] < low || p[1] > high)
		return 0;
	for (size_t i = 2; i < need; i++)
		if ((p[i] & 0xc0) != 0x80)
			return 0;
	return need;
}

bool text_is_utf8(struct bytes in)
{
	size_t step;

	for (size_t i = 0; i < in.len; i += step)
		if ((step = utf8_sequence(in.ptr + i, in.len - i)) == 0)
			return false;
	return true;
}

bool text_has_control(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (text_is_control_octet(in, i))
			return true;
	return false;
}

bool text_is_control_octet(struct bytes in, size_t at)
{
	uint8_t c = in.ptr[at];

	if (c < 0x20 || c == 0x7f)
		return true;
	/* U+0080 to U+009F are C2 80 to C2 9F. */
	if (c == 0xc2)
		return at + 1 < in.len && in.ptr[at + 1] < 0xa0;
	return c >= 0x80 && c < 0xa0 && at > 0 && in.ptr[at - 1] == 0xc2;
}

static bool starts_character(uint8_t c)
{
	return (c & 0xc0) != 0x80;
}

size_t text_count_characters(struct bytes in)
{
	size_t count = 0;

	for (size_t i = 0; i < in.len; i++)
		count += starts_character(in.ptr[i]);
	return count;
}

struct bytes text_cut(struct bytes in, size_t max)
{
	if (in.len > max) {
		in.len = max;
		while (in.len > 0 && !starts_character(in.ptr[in.len]))
			in.len--;
	}
	return in;
}

static bool is_letter_or_digit(uint8_t c)
{
	return (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9');
}

bool text_is_name(struct bytes in)
{
	if (in.len == 0 || in.len > NAME_MAX_CHARACTERS || !is_letter_or_digit(in.ptr[0]))
		return false;
	for (size_t i = 1; i < in.len; i++)
		if (!is_letter_or_digit(in.ptr[i]) && in.ptr[i] != '-' && in.ptr[i] != '_' && in.ptr[i] != '.')
			return false;
	return true;
}

static bool starts_with(struct bytes text, struct bytes start)
{
	return text.len >= start.len && (start.len == 0 || memcmp(text.ptr, start.ptr, start.len) == 0);
}

/* What is left of the bytes behind the first `len`. */
static struct bytes skip(struct bytes in, size_t len)
{
	return len == 0 ? in : bytes_from(in.ptr + len, in.len - len);
}

/* What stands in a pattern before its next star. */
static struct bytes until_star(struct bytes pattern)
{
	const uint8_t *star = pattern.len == 0 ? NULL : memchr(pattern.ptr, '*', pattern.len);

	return bytes_from(pattern.ptr, star == NULL ? pattern.len : (size_t)(star - pattern.ptr));
}

bool text_is_match(struct bytes pattern, struct bytes text)
{
	struct bytes part = until_star(pattern);

	if (pattern.len > TEXT_PATTERN_MAX_LEN || text.len > TEXT_MATCHED_MAX_LEN)
		return false;
	if (part.len == pattern.len)
		return bytes_is_equal(pattern, text);
	if (!starts_with(text, part))
		return false;
	text = skip(text, part.len);
	for (pattern = skip(pattern, part.len + 1);; pattern = skip(pattern, part.len + 1)) {
		const uint8_t *found;

		part = until_star(pattern);
		if (part.len == pattern.len) /* behind the last star: the end of the text */
			return part.len <= text.len && starts_with(skip(text, text.len - part.len), part);
		if (part.len == 0)
			continue;
		/* The first place is the best: what comes behind has the most left. */
		if ((found = text.len == 0 ? NULL : memmem(text.ptr, text.len, part.ptr, part.len)) == NULL)
			return false;
		text = skip(text, (size_t)(found - text.ptr) + part.len);
	}
}
