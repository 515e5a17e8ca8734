#include <config.h>

#include "pki/der.h"

#include <stdio.h>
#include <string.h>

#include "base/clock.h"
#include "base/text.h"

/* Values of time and text types; the elements themselves are in der.c. */

enum { UTC_TIME_LEN = 13, GENERALIZED_TIME_LEN = 15 };

enum err der_put_time(struct buf *out, int64_t utc)
{
	struct clock_fields f;
	char text[64];
	bool is_utc_time;

	if (!clock_split_utc(utc, &f))
		return ERR_VALUE;
	is_utc_time = f.year >= 1950 && f.year <= 2049;
	snprintf(text, sizeof text, "%04d%02d%02d%02d%02d%02dZ", f.year, f.month, f.day, f.hour, f.minute, f.second);
	return is_utc_time ? der_put(out, DER_UTC_TIME, bytes_from(text + 2, UTC_TIME_LEN)) :
		der_put(out, DER_GENERALIZED_TIME, bytes_from(text, GENERALIZED_TIME_LEN));
}

/* Two digits at *at, which moves on. @return -1 when they are none. */
static int get_pair(const uint8_t **at)
{
	const uint8_t *p = *at;

	if (p[0] < '0' || p[0] > '9' || p[1] < '0' || p[1] > '9')
		return -1;
	*at += 2;
	return (p[0] - '0') * 10 + (p[1] - '0');
}

enum err der_get_time(const struct der_element *element, int64_t *utc)
{
	const uint8_t *at = element->value.ptr;
	struct clock_fields f;
	int century, year;
	int *const field[] = { &f.month, &f.day, &f.hour, &f.minute, &f.second };

	if (element->tag == DER_UTC_TIME && element->value.len == UTC_TIME_LEN) {
		year = get_pair(&at);
		century = year >= 50 ? 19 : 20;
	} else if (element->tag == DER_GENERALIZED_TIME && element->value.len == GENERALIZED_TIME_LEN) {
		century = get_pair(&at);
		year = century < 0 ? -1 : get_pair(&at);
	} else {
		return ERR_ASN1_SYNTAX;
	}
	if (year < 0)
		return ERR_ASN1_SYNTAX;
	f.year = century * 100 + year;
	for (size_t i = 0; i < sizeof field / sizeof field[0]; i++)
		if ((*field[i] = get_pair(&at)) < 0)
			return ERR_ASN1_SYNTAX;
	return *at == 'Z' && clock_join_utc(&f, utc) ? ERR_OK : ERR_ASN1_SYNTAX;
}

static enum err append_utf8(struct buf *out, uint32_t c)
{
	uint8_t text[4];
	size_t len;

	if (c == 0 || c > 0x10ffff || (c >= 0xd800 && c <= 0xdfff))
		return ERR_TEXT;
	if (c < 0x80) {
		text[0] = (uint8_t)c;
		len = 1;
	} else if (c < 0x800) {
		text[0] = (uint8_t)(0xc0 | c >> 6);
		len = 2;
	} else if (c < 0x10000) {
		text[0] = (uint8_t)(0xe0 | c >> 12);
		len = 3;
	} else {
		text[0] = (uint8_t)(0xf0 | c >> 18);
		len = 4;
	}
	for (size_t i = 1; i < len; i++)
		text[i] = (uint8_t)(0x80 | (c >> (6 * (len - 1 - i)) & 0x3f));
	return buf_append(out, bytes_from(text, len));
}

/* `width` octets a character: 1 Latin-1, 2 UCS-2 and surrogate pairs, 4 UCS-4. */
static enum err append_wide(struct bytes in, size_t width, struct buf *out)
{
	enum err e = in.len % width == 0 ? ERR_OK : ERR_TEXT;
	uint32_t high = 0;

	for (size_t i = 0; i < in.len && e == ERR_OK; i += width) {
		uint32_t c = 0;

		for (size_t k = 0; k < width; k++)
			c = c << 8 | in.ptr[i + k];
		if (high != 0) {
			e = c >= 0xdc00 && c <= 0xdfff ? append_utf8(out, 0x10000 + ((high - 0xd800) << 10) + (c - 0xdc00)) : ERR_TEXT;
			high = 0;
		} else if (width == 2 && c >= 0xd800 && c <= 0xdbff) {
			high = c;
		} else {
			e = append_utf8(out, c);
		}
	}
	return e == ERR_OK && high != 0 ? ERR_TEXT : e;
}

static bool is_ascii(struct bytes in)
{
	for (size_t i = 0; i < in.len; i++)
		if (in.ptr[i] >= 0x80)
			return false;
	return true;
}

enum err der_get_text(const struct der_element *element, struct buf *out)
{
	struct bytes in = element->value;
	bool has_nul = in.len > 0 && memchr(in.ptr, '\0', in.len) != NULL;
	size_t mark = out->len;
	enum err e;

	switch (element->tag) {
	case DER_UTF8_STRING:
		return has_nul || !text_is_utf8(in) ? ERR_TEXT : buf_append(out, in);
	case DER_NUMERIC_STRING:
	case DER_PRINTABLE_STRING:
	case DER_IA5_STRING:
	case DER_VISIBLE_STRING:
		return has_nul || !is_ascii(in) ? ERR_TEXT : buf_append(out, in);
	case DER_T61_STRING:
		e = append_wide(in, 1, out);
		break;
	case DER_BMP_STRING:
		e = append_wide(in, 2, out);
		break;
	case DER_UNIVERSAL_STRING:
		e = append_wide(in, 4, out);
		break;
	default: /* any octet can stand here: the tag comes from the network */
		return ERR_ASN1_SYNTAX;
	}
	if (e != ERR_OK)
		out->len = mark;
	return e;
}
