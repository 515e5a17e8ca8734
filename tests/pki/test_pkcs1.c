#include <config.h>

#include "pki/pkcs1.h"

#include <string.h>

#include "support/unit.h"

enum { LEN = 32, SECRET_LEN = 16 };

/* 00 02, thirteen octets of padding, 00, the message. */
static void fill(uint8_t encoded[LEN])
{
	memset(encoded, 0x5a, LEN);
	encoded[0] = 0;
	encoded[1] = 2;
	encoded[LEN - SECRET_LEN - 1] = 0;
	memset(encoded + LEN - SECRET_LEN, 0x77, SECRET_LEN);
}

static bool takes(const uint8_t *encoded, size_t encoded_len, size_t out_len)
{
	uint8_t out[LEN + 1];
	bool is_taken;

	memset(out, 0xee, sizeof out);
	pkcs1_take(encoded, encoded_len, out, out_len);
	is_taken = memcmp(out, encoded + encoded_len - out_len, out_len) == 0;
	for (size_t i = 0; i < sizeof out && (!is_taken || i >= out_len); i++)
		CU_ASSERT_EQUAL(out[i], 0xee);
	return is_taken;
}

static void every_octet(void)
{
	uint8_t encoded[LEN];

	fill(encoded);
	CU_ASSERT_TRUE(takes(encoded, LEN, SECRET_LEN));
	CU_ASSERT_FALSE(takes(encoded, LEN, SECRET_LEN - 1));
	CU_ASSERT_FALSE(takes(encoded, LEN, SECRET_LEN + 1));
	for (size_t i = 0; i < LEN; i++)
		for (unsigned value = 0; value < 256; value++) {
			bool is_good = i == 0 ? value == 0 : i == 1 ? value == 2 : i == LEN - SECRET_LEN - 1 ? value == 0 : i < LEN - SECRET_LEN - 1 ? value != 0 : true;

			fill(encoded);
			encoded[i] = (uint8_t)value;
			CU_ASSERT_EQUAL(takes(encoded, LEN, SECRET_LEN), is_good);
		}
}

/* Eight octets of padding are the fewest. */
static void shortest(void)
{
	uint8_t encoded[LEN];

	memset(encoded, 0x5a, LEN);
	encoded[0] = 0;
	encoded[1] = 2;
	encoded[10] = 0;
	CU_ASSERT_TRUE(takes(encoded, LEN, LEN - PKCS1_PADDING_LEN));
	encoded[10] = 1;
	encoded[9] = 0;
	CU_ASSERT_FALSE(takes(encoded, LEN, LEN - PKCS1_PADDING_LEN + 1));
	CU_ASSERT_FALSE(takes(encoded, PKCS1_PADDING_LEN - 1, 1));
	CU_ASSERT_FALSE(takes(encoded, PKCS1_PADDING_LEN, 1));
}

static void copying(void)
{
	uint8_t from[4] = { 1, 2, 3, 4 }, out[4] = { 9, 8, 7, 6 };

	pkcs1_copy_if(0, from, out, 4);
	UNIT_BYTES(unit_hex("09080706"), bytes_from(out, 4));
	pkcs1_copy_if(1, from, out, 3);
	UNIT_BYTES(unit_hex("01020306"), bytes_from(out, 4));
}

static const struct unit_case cases[] = {
	{ "every octet of the padding counts, and none of the message (RFC 8017 section 7.2.2)", every_octet },
	{ "the shortest padding, and one octet less", shortest },
	{ "a copy is made or not", copying },
};

UNIT_MAIN("pki/pkcs1", cases)
