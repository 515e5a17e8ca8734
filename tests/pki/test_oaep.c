#include <config.h>

#include "pki/oaep.h"

#include <string.h>

#include "pki/crypto.h"
#include "support/unit.h"

enum { LEN = 128, SECRET_LEN = 16 };

static void parameters(void)
{
	static const char sha256[] = "a00f 300d 06096086480165030402010500 ", mask256[] = "a11c 301a 06092a864886f70d010108 300d 06096086480165030402010500";
	static const struct {
		const char *what, *head, *der;
		enum err e;
		struct key_oaep oaep;
	} rows[] = {
		{ "nothing", "", "", ERR_OK, { DIGEST_SHA1, DIGEST_SHA1 } },
		{ "all defaults", "3000", "", ERR_OK, { DIGEST_SHA1, DIGEST_SHA1 } },
		{ "a digest, the mask's by default", "3011", sha256, ERR_OK, { DIGEST_SHA256, DIGEST_SHA1 } },
		{ "a mask, the digest by default", "301e", mask256, ERR_OK, { DIGEST_SHA1, DIGEST_SHA256 } },
		{ "digests without NULL", "302b", "a00d 300b 0609608648016503040203 a11a 3018 06092a864886f70d010108 300b 0609608648016503040202", ERR_OK, { DIGEST_SHA512, DIGEST_SHA384 } },
		{ "SHA-1 written out", "300d", "a00b 3009 06052b0e03021a 0500", ERR_OK, { DIGEST_SHA1, DIGEST_SHA1 } },
		{ "no label, written out", "3011", "a20f 300d 06092a864886f70d010109 0400", ERR_OK, { DIGEST_SHA1, DIGEST_SHA1 } },
		{ "a label", "3012", "a210 300e 06092a864886f70d010109 0401 41", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "a label of another source", "300c", "a20a 3008 06032a0304 0401 41", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "no source in its place", "3004", "a202 3000", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "MD5", "3010", "a00e 300c 06082a864886f70d0205 0500", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "an unknown digest", "3009", "a007 3005 06032a0304", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "a digest with parameters", "3012", "a010 300e 0609608648016503040201 0401 00", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "no digest in its place", "3004", "a002 3000", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "another mask", "3014", "a112 3010 06032a0304 3009 06052b0e03021a 0500", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "a mask without digest", "300f", "a10d 300b 06092a864886f70d010108", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "in another order", "3020", "a10d 300b 06092a864886f70d010108 a00f 300d 06096086480165030402010500", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "something behind", "3002", "0500", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "something behind the SEQUENCE", "3000", "0500", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "NULL", "0500", "", ERR_ALG_KEY_TRANSPORT, { 0 } },
		{ "cut off", "3011", "a00f", ERR_ALG_KEY_TRANSPORT, { 0 } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct key_oaep oaep = { DIGEST_NONE, DIGEST_NONE };
		struct buf der = { 0 };
		struct why why = { 0 };

		unit_row(rows[i].what);
		buf_append(&der, unit_hex(rows[i].head));
		buf_append(&der, unit_hex(rows[i].der));
		UNIT_ERR(rows[i].e, oaep_parse(buf_bytes(&der), &oaep, &why));
		CU_ASSERT_EQUAL(oaep.digest, rows[i].oaep.digest);
		CU_ASSERT_EQUAL(oaep.mask_digest, rows[i].oaep.mask_digest);
		buf_clear(&der);
	}
}

/* MGF1, written down once more: one digest of at most 64 octets after the other. */
static void mask(enum digest digest, const uint8_t *seed, size_t seed_len, uint8_t *data, size_t len)
{
	uint8_t in[LEN + 4] = { 0 }, out[DIGEST_MAX_LEN];

	memcpy(in, seed, seed_len);
	for (size_t i = 0; i < len; i++) {
		in[seed_len + 3] = (uint8_t)(i / digest_len(digest));
		UNIT_ERR(ERR_OK, crypto_digest(digest, bytes_from(in, seed_len + 4), out));
		data[i] ^= out[i % digest_len(digest)];
	}
}

/* RFC 8017 section 7.1.1 step 2, with one octet of EM or, from `1` on, of seed and DB set to a value before masking. */
static void encode(const struct key_oaep *oaep, size_t at, uint8_t change, uint8_t encoded[LEN])
{
	const size_t hash_len = digest_len(oaep->digest);
	uint8_t *seed = encoded + 1, *block = seed + hash_len;
	const size_t block_len = LEN - 1 - hash_len;

	memset(encoded, 0, LEN);
	memset(seed, 0x5a, hash_len);
	UNIT_ERR(ERR_OK, crypto_digest(oaep->digest, bytes_from(NULL, 0), block));
	block[block_len - SECRET_LEN - 1] = 1;
	memset(block + block_len - SECRET_LEN, 0x77, SECRET_LEN);
	encoded[at] ^= change;
	mask(oaep->mask_digest, seed, hash_len, block, block_len);
	mask(oaep->mask_digest, block, block_len, seed, hash_len);
}

static bool takes(const struct key_oaep *oaep, uint8_t *encoded, size_t len, size_t out_len, uint8_t *out)
{
	uint8_t before[LEN];

	memset(before, 0xee, sizeof before);
	memset(out, 0xee, LEN);
	UNIT_ERR(ERR_OK, oaep_take(oaep, encoded, len, out, out_len, NULL));
	UNIT_BYTES(bytes_from(before, LEN - out_len), bytes_from(out + out_len, LEN - out_len));
	return memcmp(before, out, out_len) != 0;
}

static const struct key_oaep kinds[] = { { DIGEST_SHA1, DIGEST_SHA1 }, { DIGEST_SHA256, DIGEST_SHA256 }, { DIGEST_SHA256, DIGEST_SHA1 }, { DIGEST_SHA384, DIGEST_SHA224 } };
enum { KIND_COUNT = sizeof kinds / sizeof kinds[0] };

static void every_octet(void)
{
	static const uint8_t changes[] = { 0x01, 0x80, 0xff };
	uint8_t encoded[LEN], out[LEN], secret[SECRET_LEN];

	memset(secret, 0x77, sizeof secret);
	for (size_t n = 0; n < KIND_COUNT; n++) {
		const size_t hash_len = digest_len(kinds[n].digest);

		unit_row(digest_name(kinds[n].digest));
		encode(&kinds[n], 0, 0, encoded);
		CU_ASSERT_TRUE(takes(&kinds[n], encoded, LEN, SECRET_LEN, out));
		UNIT_BYTES(bytes_from(secret, SECRET_LEN), bytes_from(out, SECRET_LEN));
		for (size_t i = 0; i < LEN; i++)
			for (size_t c = 0; c < sizeof changes; c++) {
				bool is_free = (i >= 1 && i < 1 + hash_len) || i >= LEN - SECRET_LEN;

				encode(&kinds[n], i, changes[c], encoded);
				CU_ASSERT_EQUAL(takes(&kinds[n], encoded, LEN, SECRET_LEN, out), is_free);
			}
	}
}

static void lengths(void)
{
	uint8_t encoded[LEN], out[LEN];

	for (size_t n = 0; n < KIND_COUNT; n++) {
		const size_t padding_len = 2 * digest_len(kinds[n].digest) + 2;

		unit_row(digest_name(kinds[n].digest));
		for (size_t len = 1; len <= LEN; len++) {
			encode(&kinds[n], 0, 0, encoded);
			CU_ASSERT_EQUAL(takes(&kinds[n], encoded, LEN, len, out), len == SECRET_LEN);
		}
		encode(&kinds[n], 0, 0, encoded);
		CU_ASSERT_FALSE(takes(&kinds[n], encoded, padding_len, 1, out));
		CU_ASSERT_FALSE(takes(&kinds[n], encoded, padding_len - 1, 1, out));
	}
}

/* All the room that there is: no PS. */
static void longest(void)
{
	const struct key_oaep oaep = { DIGEST_SHA1, DIGEST_SHA1 };
	uint8_t encoded[42 + SECRET_LEN] = { 0 }, out[LEN];
	uint8_t *seed = encoded + 1, *block = seed + 20, label_hash[DIGEST_MAX_LEN];

	UNIT_ERR(ERR_OK, crypto_digest(DIGEST_SHA1, bytes_from(NULL, 0), label_hash));
	memcpy(block, label_hash, 20);
	block[20] = 1;
	memset(block + 21, 0x77, SECRET_LEN);
	mask(DIGEST_SHA1, seed, 20, block, 21 + SECRET_LEN);
	mask(DIGEST_SHA1, block, 21 + SECRET_LEN, seed, 20);
	CU_ASSERT_TRUE(takes(&oaep, encoded, sizeof encoded, SECRET_LEN, out));
}

static const struct unit_case cases[] = {
	{ "parameters: SHA-1 to SHA-512, MGF1, no label, and nothing else (RFC 4055 section 4.1)", parameters },
	{ "every octet counts but those of seed and message (RFC 8017 section 7.1.2)", every_octet },
	{ "a message of another length is not taken", lengths },
	{ "the longest message has no padding", longest },
};

UNIT_MAIN("oaep", cases)
