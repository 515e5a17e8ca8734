#include <config.h>

#include "pki/pkcs1.h"

unsigned pkcs1_is_zero(unsigned octet)
{
	return (octet - 1) >> (sizeof octet * 8 - 1);
}

void pkcs1_copy_if(unsigned take, const uint8_t *from, uint8_t *out, size_t out_len)
{
	/* Volatile keeps the compiler from finding out that the mask is one of two and branching on it. */
	volatile uint8_t mask = (uint8_t)(0 - take);

	for (size_t i = 0; i < out_len; i++)
		out[i] = (uint8_t)((from[i] & mask) | (out[i] & ~mask));
}

/* EM = 0x00 || 0x02 || PS || 0x00 || M, no octet of PS is zero: since the length of M is known, so is where PS ends. */
void pkcs1_take(const uint8_t *encoded, size_t encoded_len, uint8_t *out, size_t out_len)
{
	unsigned bad;
	size_t separator;

	if (encoded_len < PKCS1_PADDING_LEN || encoded_len - PKCS1_PADDING_LEN < out_len)
		return;
	separator = encoded_len - out_len - 1;
	bad = encoded[0] | (encoded[1] ^ 2u) | encoded[separator];
	for (size_t i = 2; i < separator; i++)
		bad |= pkcs1_is_zero(encoded[i]);
	pkcs1_copy_if(pkcs1_is_zero(bad), encoded + separator + 1, out, out_len);
}
