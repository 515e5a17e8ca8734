#include <config.h>

#include "base/text.h"

enum { NAME_MAX_CHARACTERS = 64 };

static const char hex_digits[] = "0123456789abcdef";
static const char base64_digits[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";

enum err text_encode_hex(struct bytes in, struct buf *out)
{
	uint8_t *at;
	enum err e;

	if (in.len > SIZE_MAX / 4)
		return ERR_MEMORY;
	if ((e = buf_append_space(out, in.len * 2, &at)) != ERR_OK)
		return e;
	for (size_t i = 0; i < in.len; i++) {
		*at++ = (uint8_t)hex_digits[in.ptr[i] >> 4];
		*at++ = (uint8_t)hex_digits[in.ptr[i] & 15];
	}
	return ERR_OK;
}

static int hex_value(uint8_t c)
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
		high = hex_value(in.ptr[i]);
		low = ++i < in.len ? hex_value(in.ptr[i]) : -1;
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
	for (size_t i = 0; i < in.len; i++) {
		if (in.ptr[i] < 0x20 || in.ptr[i] == 0x7f)
			return true;
		/* U+0080 to U+009F */
		if (in.ptr[i] == 0xc2 && i + 1 < in.len && in.ptr[i + 1] < 0xa0)
			return true;
	}
	return false;
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

bool text_is_match(struct bytes pattern, struct bytes text)
{
	size_t p = 0, t = 0;
	size_t after_star = 0, star_text = 0;
	bool has_star = false;

	/* Only the last star is ever given more characters: what an earlier one takes cannot help a later part to fit. */
	while (t < text.len) {
		if (p < pattern.len && pattern.ptr[p] == '*') {
			has_star = true;
			after_star = ++p;
			star_text = t;
		} else if (p < pattern.len && pattern.ptr[p] == text.ptr[t]) {
			p++;
			t++;
		} else if (has_star) {
			p = after_star;
			t = ++star_text;
		} else {
			return false;
		}
	}
	while (p < pattern.len && pattern.ptr[p] == '*')
		p++;
	return p == pattern.len;
}
