#include <config.h>

#include "pki/der.h"

#include <string.h>

enum { LENGTH_LONG_FORM = 0x80, TAG_HIGH_NUMBER = 0x1f, CONSTRUCTED = 0x20 };

bool der_is_next(const struct der *der, uint8_t tag)
{
	return der->rest.len > 0 && der->rest.ptr[0] == tag;
}

enum err der_read(struct der *der, struct der_element *out)
{
	struct bytes in = der->rest;
	size_t header = 2;
	size_t len;

	if (in.len < 2 || (in.ptr[0] & TAG_HIGH_NUMBER) == TAG_HIGH_NUMBER)
		return ERR_ASN1_SYNTAX;
	len = in.ptr[1];
	if (len >= LENGTH_LONG_FORM) {
		size_t octets = len - LENGTH_LONG_FORM;

		if (octets == 0 || octets > sizeof len || octets > in.len - header)
			return ERR_ASN1_SYNTAX;
		for (len = 0; octets > 0; octets--)
			len = len << 8 | in.ptr[header++];
	}
	if (len > in.len - header)
		return ERR_ASN1_SYNTAX;
	*out = (struct der_element){ in.ptr[0], bytes_from(in.ptr + header, len), bytes_from(in.ptr, header + len) };
	der->rest = bytes_from(in.ptr + header + len, in.len - header - len);
	return ERR_OK;
}

enum err der_read_tag(struct der *der, uint8_t tag, struct der_element *out)
{
	return der_is_next(der, tag) ? der_read(der, out) : ERR_ASN1_SYNTAX;
}

bool der_read_optional(struct der *der, uint8_t tag, struct der_element *out)
{
	if (der_read_tag(der, tag, out) == ERR_OK)
		return true;
	*out = (struct der_element){ 0 };
	return false;
}

enum err der_enter(struct der *der, uint8_t tag, struct der *inside)
{
	struct der_element element;
	enum err e = (tag & CONSTRUCTED) != 0 ? der_read_tag(der, tag, &element) : ERR_ASN1_SYNTAX;

	if (e == ERR_OK)
		inside->rest = element.value;
	return e;
}

enum err der_end(const struct der *der)
{
	return der_is_end(der) ? ERR_OK : ERR_ASN1_SYNTAX;
}

enum err der_read_only(struct bytes in, uint8_t tag, struct der_element *out)
{
	struct der der = { in };
	struct der_element element;
	enum err e = der_read_tag(&der, tag, &element);

	if (e == ERR_OK && (e = der_end(&der)) == ERR_OK)
		*out = element;
	return e;
}

bool der_is_printable(struct bytes text)
{
	static const char alphabet[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 '()+,-./:=?";

	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] == '\0' || strchr(alphabet, text.ptr[i]) == NULL)
			return false;
	return true;
}

int der_compare(struct bytes a, struct bytes b)
{
	size_t len = a.len > b.len ? a.len : b.len;

	for (size_t i = 0; i < len; i++) {
		int in_a = i < a.len ? a.ptr[i] : 0, in_b = i < b.len ? b.ptr[i] : 0;

		if (in_a != in_b)
			return in_a - in_b;
	}
	return 0;
}

void der_sort(struct bytes *element, size_t count)
{
	for (size_t i = 1; i < count; i++)
		for (size_t j = i; j > 0 && der_compare(element[j - 1], element[j]) > 0; j--) {
			struct bytes swap = element[j];

			element[j] = element[j - 1];
			element[j - 1] = swap;
		}
}

enum err der_get_small(const struct der_element *element, int *out)
{
	struct bytes in = element->value;
	uint32_t value = 0;

	/* X.690 section 8.3.2: the first nine bits are neither all zero nor all one; the value is not negative here. */
	if (element->tag != DER_INTEGER || in.len == 0 || in.len > 4 || (in.ptr[0] & 0x80) != 0 ||
	    (in.len > 1 && in.ptr[0] == 0 && (in.ptr[1] & 0x80) == 0))
		return ERR_ASN1_SYNTAX;
	for (size_t i = 0; i < in.len; i++)
		value = value << 8 | in.ptr[i];
	*out = (int)value;
	return ERR_OK;
}

enum err der_count(struct bytes level, size_t *count)
{
	struct der der = { level };
	struct der_element element;
	size_t n = 0;

	for (; !der_is_end(&der); n++)
		if (der_read(&der, &element) != ERR_OK)
			return ERR_ASN1_SYNTAX;
	*count = n;
	return ERR_OK;
}

enum err der_join_string(const struct der_element *element, uint8_t primitive_tag, struct buf *out)
{
	struct der inside = { element->value };
	struct der_element chunk;
	size_t mark = out->len;
	enum err e = ERR_OK;

	if (element->tag == primitive_tag)
		return buf_append(out, element->value);
	if (element->tag != (primitive_tag | CONSTRUCTED))
		return ERR_ASN1_SYNTAX;
	/* Chunks that were constructed themselves have been joined by ber_normalise(): their tag is a string's own. */
	while (e == ERR_OK && !der_is_end(&inside))
		if ((e = der_read_tag(&inside, DER_OCTET_STRING, &chunk)) == ERR_OK)
			e = buf_append(out, chunk.value);
	if (e != ERR_OK)
		out->len = mark;
	return e;
}

size_t der_header_len(size_t value_len)
{
	size_t octets = 0;

	if (value_len >= LENGTH_LONG_FORM)
		for (size_t rest = value_len; rest > 0; rest >>= 8)
			octets++;
	return 2 + octets;
}

enum err der_put_header(struct buf *out, uint8_t tag, size_t value_len)
{
	size_t octets = der_header_len(value_len) - 2;
	uint8_t *at;
	enum err e = buf_append_space(out, 2 + octets, &at);

	if (e != ERR_OK)
		return e;
	*at++ = tag;
	*at++ = (uint8_t)(octets == 0 ? value_len : LENGTH_LONG_FORM + octets);
	while (octets > 0)
		*at++ = (uint8_t)(value_len >> (8 * --octets));
	return ERR_OK;
}

enum err der_put(struct buf *out, uint8_t tag, struct bytes value)
{
	enum err e = buf_reserve(out, der_header_len(value.len) + value.len);

	if (e == ERR_OK)
		e = der_put_header(out, tag, value.len);
	return e == ERR_OK ? buf_append(out, value) : e;
}

enum err der_put_unsigned(struct buf *out, struct bytes big_endian)
{
	bool needs_sign;
	enum err e;

	while (big_endian.len > 0 && big_endian.ptr[0] == 0)
		big_endian = bytes_from(big_endian.ptr + 1, big_endian.len - 1);
	needs_sign = big_endian.len == 0 || (big_endian.ptr[0] & 0x80) != 0;
	if ((e = buf_reserve(out, der_header_len(big_endian.len + 1) + big_endian.len + 1)) != ERR_OK ||
	    (e = der_put_header(out, DER_INTEGER, big_endian.len + needs_sign)) != ERR_OK)
		return e;
	if (needs_sign && (e = buf_append_byte(out, 0)) != ERR_OK)
		return e;
	return buf_append(out, big_endian);
}
