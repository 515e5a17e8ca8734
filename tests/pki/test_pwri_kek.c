#include <config.h>

#include "pki/pwri_kek.h"

#include <stdlib.h>
#include <string.h>

#include "pki/crypto.h"
#include "support/unit.h"

/* A random source that hands out given bytes. */
static enum err give(void *context, uint8_t *out, size_t len)
{
	struct bytes *left = context;

	if (len > left->len)
		return ERR_RANDOM;
	memcpy(out, left->ptr, len);
	*left = bytes_from(left->ptr + len, left->len - len);
	return ERR_OK;
}

static const struct {
	const char *name;
	enum cipher cipher;
	const char *kek, *iv, *key, *padding, *wrapped;
} vectors[] = {
	{ "DES", CIPHER_DES_CBC, "d1daa78615f287e6", "efe598ef21b33d6d", "8c627c897323a2f8", "c436f541", "b81b2565ee373ca6dedca26a178b0c10" },
	{ "Triple-DES", CIPHER_DES3_CBC, "6a8970bf68c92caea84a8df28510858607126380cc47ab2d", "baf1ca7931213c4e",
		"8c637d887223a2f965b566eb014b0fa5d52300a3f7ea40fffc577203c71baf3b", "fa060a45",
		"c03c514abdb9e2c5aac038572b5e24553876b377aafb82eca5a9d73f8ab143d9ec74e6cad7db260c" },
	{ "AES", CIPHER_AES128_CBC, "000102030405060708090a0b0c0d0e0f", "000102030405060708090a0b0c0d0e0f", "00112233445566778899aabbccddeeff",
		"9688df2af1b7b1ac9688df2a", "7c8798dfc802553b3f00bb4315e3a087322725c92398b9c112c74d0925c63b61" },
};

static void test_vectors(void)
{
	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		struct bytes kek = unit_hex(vectors[i].kek), iv = unit_hex(vectors[i].iv), key = unit_hex(vectors[i].key), wrapped = unit_hex(vectors[i].wrapped);
		struct bytes padding = unit_hex(vectors[i].padding);
		struct random random = { give, &padding };
		uint8_t opened[CIPHER_MAX_KEY_LEN];
		struct buf out = { 0 };

		unit_row(vectors[i].name);
		UNIT_ERR(ERR_OK, pwri_kek_wrap(vectors[i].cipher, kek, iv, key, &random, &out));
		UNIT_BYTES(wrapped, buf_bytes(&out));
		UNIT_ERR(ERR_OK, pwri_kek_unwrap(vectors[i].cipher, kek, iv, wrapped, opened, key.len));
		UNIT_BYTES(key, bytes_from(opened, key.len));
		buf_clear(&out);
	}
}

static void test_every_cipher(void)
{
	static const enum cipher ciphers[] = { CIPHER_DES3_CBC, CIPHER_AES128_CBC, CIPHER_AES192_CBC, CIPHER_AES256_CBC };
	static const size_t key_lens[] = { 3, 8, 12, 16, 24, 28, 32 };
	uint64_t seed = 4;
	struct random random = random_counter(&seed);
	uint8_t kek[CIPHER_MAX_KEY_LEN], iv[CIPHER_MAX_BLOCK_LEN], key[CIPHER_MAX_KEY_LEN], opened[CIPHER_MAX_KEY_LEN];

	UNIT_ERR(ERR_OK, random_fill(&random, kek, sizeof kek));
	UNIT_ERR(ERR_OK, random_fill(&random, iv, sizeof iv));
	UNIT_ERR(ERR_OK, random_fill(&random, key, sizeof key));
	for (size_t i = 0; i < sizeof ciphers / sizeof ciphers[0]; i++)
		for (size_t j = 0; j < sizeof key_lens / sizeof key_lens[0]; j++) {
			struct bytes kek_bytes = bytes_from(kek, cipher_key_len(ciphers[i])), iv_bytes = bytes_from(iv, cipher_block_len(ciphers[i]));
			struct buf out = { 0 };

			unit_row(cipher_name(ciphers[i]));
			UNIT_ERR(ERR_OK, pwri_kek_wrap(ciphers[i], kek_bytes, iv_bytes, bytes_from(key, key_lens[j]), &random, &out));
			CU_ASSERT_EQUAL(out.len % iv_bytes.len, 0);
			CU_ASSERT(out.len >= 2 * iv_bytes.len && out.len >= key_lens[j] + PWRI_KEK_HEADER_LEN && out.len <= PWRI_KEK_MAX_WRAPPED_LEN);
			memset(opened, 0, sizeof opened);
			UNIT_ERR(ERR_OK, pwri_kek_unwrap(ciphers[i], kek_bytes, iv_bytes, buf_bytes(&out), opened, key_lens[j]));
			UNIT_BYTES(bytes_from(key, key_lens[j]), bytes_from(opened, key_lens[j]));
			buf_clear(&out);
		}
}

/* A wrapped key of this plaintext: header, key and padding as given. */
static void wrap_raw(struct bytes kek, struct bytes iv, uint8_t *data, size_t len)
{
	uint8_t last[16];

	UNIT_ERR(ERR_OK, crypto_cbc_encrypt_blocks(CIPHER_AES128_CBC, kek, iv, data, len));
	memcpy(last, data + len - sizeof last, sizeof last);
	UNIT_ERR(ERR_OK, crypto_cbc_encrypt_blocks(CIPHER_AES128_CBC, kek, bytes_from(last, sizeof last), data, len));
}

static void test_header(void)
{
	static const struct {
		const char *name, *header;
		enum err expected;
	} rows[] = {
		{ "right", "10 ffeedd", ERR_OK },
		{ "length one too small", "0f ffeedd", ERR_CMS_DECRYPT },
		{ "length one too large", "11 ffeedd", ERR_CMS_DECRYPT },
		{ "length of all that is there", "1c ffeedd", ERR_CMS_DECRYPT },
		{ "length far beyond the end", "ff ffeedd", ERR_CMS_DECRYPT },
		{ "length zero", "00 ffeedd", ERR_CMS_DECRYPT },
		{ "first check octet", "10 feeedd", ERR_CMS_DECRYPT },
		{ "second check octet", "10 ff6edd", ERR_CMS_DECRYPT },
		{ "third check octet", "10 ffeedc", ERR_CMS_DECRYPT },
		{ "not complemented", "10 001122", ERR_CMS_DECRYPT },
	};
	struct bytes kek = unit_hex("000102030405060708090a0b0c0d0e0f"), key = unit_hex("00112233445566778899aabbccddeeff");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t data[32] = { 0 }, opened[16] = { 0x5a };

		unit_row(rows[i].name);
		memcpy(data, unit_hex(rows[i].header).ptr, PWRI_KEK_HEADER_LEN);
		memcpy(data + PWRI_KEK_HEADER_LEN, key.ptr, key.len);
		wrap_raw(kek, kek, data, sizeof data);
		UNIT_ERR(rows[i].expected, pwri_kek_unwrap(CIPHER_AES128_CBC, kek, kek, bytes_from(data, sizeof data), opened, sizeof opened));
		if (rows[i].expected != ERR_OK)
			CU_ASSERT_EQUAL(opened[0], 0x5a);
	}
}

static void test_lengths(void)
{
	struct bytes kek = unit_hex("000102030405060708090a0b0c0d0e0f"), long_kek = unit_hex("000102030405060708090a0b0c0d0e0f1011121314151617");
	struct bytes short_iv = unit_hex("0001020304050607");
	uint8_t opened[CIPHER_MAX_KEY_LEN];

	/* Each in memory of exactly its length, so that a sanitizer sees the first octet read too far. */
	for (size_t len = 0; len <= PWRI_KEK_MAX_WRAPPED_LEN + 16; len++) {
		uint8_t *wrapped = calloc(1, len == 0 ? 1 : len);

		if (wrapped == NULL)
			abort();
		UNIT_ERR(ERR_CMS_DECRYPT, pwri_kek_unwrap(CIPHER_AES128_CBC, kek, kek, bytes_from(wrapped, len), opened, 16));
		UNIT_ERR(ERR_CMS_DECRYPT, pwri_kek_unwrap(CIPHER_AES128_CBC, kek, kek, bytes_from(wrapped, len), opened, 32));
		/* So short a key has room in one block with its header. */
		UNIT_ERR(ERR_CMS_DECRYPT, pwri_kek_unwrap(CIPHER_DES3_CBC, long_kek, short_iv, bytes_from(wrapped, len), opened, 3));
		free(wrapped);
	}
}

/* Two blocks whose length octet says 32: the key would end four octets behind them. */
static void test_key_longer_than_blocks(void)
{
	struct bytes kek = unit_hex("000102030405060708090a0b0c0d0e0f");
	uint8_t data[32] = { 32, 0xff, 0xff, 0xff }, opened[CIPHER_MAX_KEY_LEN];

	wrap_raw(kek, kek, data, sizeof data);
	UNIT_ERR(ERR_CMS_DECRYPT, pwri_kek_unwrap(CIPHER_AES128_CBC, kek, kek, bytes_from(data, sizeof data), opened, sizeof opened));
}

static void test_no_random(void)
{
	struct bytes kek = unit_hex("000102030405060708090a0b0c0d0e0f"), nothing = { 0 };
	struct random random = { give, &nothing };
	struct buf out = { 0 };

	UNIT_ERR(ERR_RANDOM, pwri_kek_wrap(CIPHER_AES128_CBC, kek, kek, kek, &random, &out));
	CU_ASSERT_EQUAL(out.len, 0);
	buf_clear(&out);
}

static const struct unit_case cases[] = {
	{ "keys are wrapped and unwrapped as published, DES and Triple-DES by RFC 3211 section 3", test_vectors },
	{ "each cipher wraps each length in whole blocks, two at least, RFC 3211 section 2.3.1", test_every_cipher },
	{ "the length and the check octets must fit the key, RFC 3211 section 2.3.2", test_header },
	{ "what is not whole blocks, or shorter than two, is no wrapped key (CVE-2025-9230)", test_lengths },
	{ "a key that would end behind the blocks is refused (CVE-2025-9230)", test_key_longer_than_blocks },
	{ "without random numbers nothing is wrapped", test_no_random },
};

UNIT_MAIN("pwri_kek", cases)
