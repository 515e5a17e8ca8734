#include <config.h>

#include "pki/crypto.h"

#include <string.h>

#include "support/unit.h"

static void starting(void)
{
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, crypto_init(&why));
	CU_ASSERT_STRING_EQUAL("", why.text);
	UNIT_ERR(ERR_OK, crypto_init(&why));
	CU_ASSERT_EQUAL(0, strncmp("GnuTLS ", crypto_versions(), 7));
	CU_ASSERT_PTR_NOT_NULL(strstr(crypto_versions(), ", libtasn1 "));
}

static void digests(void)
{
	static const struct {
		enum digest digest;
		const char *of_abc, *of_nothing;
	} rows[] = {
		{ DIGEST_MD5, "900150983cd24fb0d6963f7d28e17f72", "d41d8cd98f00b204e9800998ecf8427e" },
		{ DIGEST_SHA1, "a9993e364706816aba3e25717850c26c9cd0d89d", "da39a3ee5e6b4b0d3255bfef95601890afd80709" },
		{ DIGEST_SHA224, "23097d223405d8228642a477bda255b32aadbce4bda0b3f7e36c9da7", "d14a028c2a3a2bc9476102bb288234c415a2b01f828ea62ac5b3e42f" },
		{ DIGEST_SHA256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad",
			"e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855" },
		{ DIGEST_SHA384, "cb00753f45a35e8bb5a03d699ac65007272c32ab0eded1631a8b605a43ff5bed8086072ba1e7cc2358baeca134c825a7",
			"38b060a751ac96384cd9327eb1b1e36a21fdb71114be07434c0cc7bf63f6e1da274edebfe76f65fbd51ad2f14898b95b" },
		{ DIGEST_SHA512, "ddaf35a193617abacc417349ae20413112e6fa4e89a97ea20a9eeee64b55d39a2192992a274fc1a836ba3c23a3feebbd454d4423643ce80e2a9ac94fa54ca49f",
			"cf83e1357eefb8bdf1542850d66d8007d620e4050b5715dc83f4a921d36ce9ce47d0d13c5d85f2b0ff8318d2877eec2f63b931bd47417a81a538327af927da3e" },
	};
	uint8_t out[DIGEST_MAX_LEN];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(digest_name(rows[i].digest));
		UNIT_ERR(ERR_OK, crypto_digest(rows[i].digest, bytes_from_str("abc"), out));
		UNIT_BYTES(unit_hex(rows[i].of_abc), bytes_from(out, digest_len(rows[i].digest)));
		UNIT_ERR(ERR_OK, crypto_digest(rows[i].digest, bytes_from(NULL, 0), out));
		UNIT_BYTES(unit_hex(rows[i].of_nothing), bytes_from(out, digest_len(rows[i].digest)));
	}
	unit_row(NULL);
	UNIT_ERR(ERR_ALG_DIGEST, crypto_digest(DIGEST_NONE, bytes_from_str("abc"), out));
}

static void hmac(void)
{
	static const struct {
		const char *key, *data, *hmac;
	} rows[] = {
		{ "0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b0b", "4869205468657265", "b0344c61d8db38535ca8afceaf0bf12b881dc200c9833da726e9376c2e32cff7" },
		{ "4a656665", "7768617420646f2079612077616e7420666f72206e6f7468696e673f", "5bdcc146bf60754e6a042426089575c75a003f089d2739839dec58b964ec3843" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", "dddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddddd",
			"773ea91e36800e46854db8ebd09181a72959098b3ef8c122d9635514ced565fe" },
		{ "0102030405060708090a0b0c0d0e0f10111213141516171819", "cdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcdcd",
			"82558a389a443c0ea4cc819899f2083a85f0faa3e578f8077a2e3ff46729665b" },
		{ "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
			"aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa",
			"54657374205573696e67204c6172676572205468616e20426c6f636b2d53697a65204b6579202d2048617368204b6579204669727374",
			"60e431591ee0b67f0d8a26aacbf5b77f8e0bc6213728c5140546040f0ee37f54" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t out[32];

		unit_row(rows[i].hmac);
		UNIT_ERR(ERR_OK, crypto_hmac_sha256(unit_hex(rows[i].key), unit_hex(rows[i].data), out));
		UNIT_BYTES(unit_hex(rows[i].hmac), bytes_from(out, sizeof out));
	}
}

/* The plaintext of NIST SP 800-38A appendix F.2; AES keys, IV and all but the padding block are from there, the rest is openssl's. */
#define PLAIN "6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51 30c81c46a35ce411e5fbc1191a0a52ef f69f2445df4f9b17ad2b417be66c3710"
static const struct cbc_row {
	enum cipher cipher;
	const char *key, *iv, *sealed;
} cbc_rows[] = {
	{ CIPHER_AES128_CBC, "2b7e151628aed2a6abf7158809cf4f3c", "000102030405060708090a0b0c0d0e0f",
		"7649abac8119b246cee98e9b12e9197d5086cb9b507219ee95db113a917678b273bed6b8e3c1743b7116e69e222295163ff1caa1681fac09120eca307586e1a7"
		"8cb82807230e1321d3fae00d18cc2012" },
	{ CIPHER_AES192_CBC, "8e73b0f7da0e6452c810f32b809079e562f8ead2522c6b7b", "000102030405060708090a0b0c0d0e0f",
		"4f021db243bc633d7178183a9fa071e8b4d9ada9ad7dedf4e5e738763f69145a571b242012fb7ae07fa9baac3df102e008b0e27988598881d920a9e64f5615cd"
		"612ccd79224b350935d45dd6a98f8176" },
	{ CIPHER_AES256_CBC, "603deb1015ca71be2b73aef0857d77811f352c073b6108d72d9810a30914dff4", "000102030405060708090a0b0c0d0e0f",
		"f58c4c04d6e5f1ba779eabfb5f7bfbd69cfc4e967edb808d679f777bc6702c7d39f23369a9d9bacfa530e26304231461b2eb05e2c39be9fcda6c19078c6a9d1b"
		"3f461796d6b0d6b2e0c2a72b4d80e644" },
	{ CIPHER_DES3_CBC, "0123456789abcdef23456789abcdef01456789abcdef0123", "f69f2445df4f9b17",
		"2079c3d53aa763e193b79e2569ab5262516570481f25b50f73c0bda85c8e0da79bd86425fae429fdbd65a7a21b6e5d20925d8b0ef919a428154b96ed90f2bc1e"
		"a0a95fe313e689e5" },
	{ CIPHER_DES_CBC, "0123456789abcdef", "f69f2445df4f9b17",
		"2d121f90fcf68631ed788fcfe31a62dffa784891fa512ef928ea856d934257c66ad714eb2e9176b526280e9758abadecc70d07ccb23b54641173dcade38026e4"
		"086a324f3cfee150" },
};
enum { CBC_ROWS = sizeof cbc_rows / sizeof cbc_rows[0] };

static void cbc_vectors(void)
{
	for (const struct cbc_row *row = cbc_rows; row < cbc_rows + CBC_ROWS; row++) {
		struct buf out;

		unit_row(cipher_name(row->cipher));
		buf_init(&out);
		UNIT_ERR(ERR_OK, crypto_cbc_encrypt(row->cipher, unit_hex(row->key), unit_hex(row->iv), unit_hex(PLAIN), &out));
		UNIT_BYTES(unit_hex(row->sealed), buf_bytes(&out));
		buf_reset(&out);
		UNIT_ERR(ERR_OK, crypto_cbc_decrypt(row->cipher, unit_hex(row->key), unit_hex(row->iv), unit_hex(row->sealed), &out));
		UNIT_BYTES(unit_hex(PLAIN), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void cbc_lengths(void)
{
	static const uint8_t plain[40] = { 1, 2, 3 };

	for (const struct cbc_row *row = cbc_rows; row < cbc_rows + CBC_ROWS; row++) {
		size_t block_len = cipher_block_len(row->cipher);

		for (size_t len = 0; len <= sizeof plain; len++) {
			struct buf sealed, opened;

			unit_row(cipher_name(row->cipher));
			buf_init(&sealed);
			buf_init(&opened);
			UNIT_ERR(ERR_OK, buf_append_str(&opened, "kept"));
			UNIT_ERR(ERR_OK, crypto_cbc_encrypt(row->cipher, unit_hex(row->key), unit_hex(row->iv), bytes_from(plain, len), &sealed));
			CU_ASSERT_EQUAL((len / block_len + 1) * block_len, sealed.len);
			UNIT_ERR(ERR_OK, crypto_cbc_decrypt(row->cipher, unit_hex(row->key), unit_hex(row->iv), buf_bytes(&sealed), &opened));
			UNIT_BYTES(bytes_from_str("kept"), bytes_from(opened.ptr, 4));
			UNIT_BYTES(bytes_from(plain, len), bytes_from(opened.ptr + 4, opened.len - 4));
			buf_clear(&opened);
			buf_clear(&sealed);
		}
	}
}

/* Seal blocks that end as given, without padding of our own: what encryption makes of whole blocks, less the block that it adds. */
static enum err open_ending(const struct cbc_row *row, const uint8_t *plain, size_t len, struct buf *opened)
{
	struct buf sealed;
	enum err e;

	buf_init(&sealed);
	UNIT_ERR(ERR_OK, crypto_cbc_encrypt(row->cipher, unit_hex(row->key), unit_hex(row->iv), bytes_from(plain, len), &sealed));
	e = crypto_cbc_decrypt(row->cipher, unit_hex(row->key), unit_hex(row->iv), bytes_from(sealed.ptr, len), opened);
	buf_clear(&sealed);
	return e;
}

static void padding(void)
{
	for (const struct cbc_row *row = cbc_rows; row < cbc_rows + CBC_ROWS; row++) {
		size_t block_len = cipher_block_len(row->cipher);

		/* Every value of the last octet, with the octets before it right, and with each of them wrong. */
		for (size_t pad = 0; pad <= 255; pad++) {
			uint8_t plain[32];
			struct buf opened;
			bool is_padding = pad >= 1 && pad <= block_len;

			unit_row(cipher_name(row->cipher));
			buf_init(&opened);
			memset(plain, (int)pad, sizeof plain);
			UNIT_ERR(is_padding ? ERR_OK : ERR_CMS_DECRYPT, open_ending(row, plain, 2 * block_len, &opened));
			CU_ASSERT_EQUAL(is_padding ? 2 * block_len - pad : 0, opened.len);
			for (size_t k = 2; k <= block_len; k++) {
				buf_reset(&opened);
				plain[2 * block_len - k] ^= 0x80;
				UNIT_ERR(is_padding && k > pad ? ERR_OK : ERR_CMS_DECRYPT, open_ending(row, plain, 2 * block_len, &opened));
				plain[2 * block_len - k] ^= 0x80;
			}
			buf_clear(&opened);
		}
	}
}

static void bad_lengths(void)
{
	for (const struct cbc_row *row = cbc_rows; row < cbc_rows + CBC_ROWS; row++) {
		static const uint8_t sealed[33];
		size_t block_len = cipher_block_len(row->cipher);
		struct buf opened;

		unit_row(cipher_name(row->cipher));
		buf_init(&opened);
		UNIT_ERR(ERR_OK, buf_append_str(&opened, "kept"));
		for (size_t len = 0; len < sizeof sealed; len++)
			if (len == 0 || len % block_len != 0)
				UNIT_ERR(ERR_CMS_DECRYPT, crypto_cbc_decrypt(row->cipher, unit_hex(row->key), unit_hex(row->iv), bytes_from(sealed, len), &opened));
		UNIT_BYTES(bytes_from_str("kept"), buf_bytes(&opened));
		buf_clear(&opened);
	}
}

static void key_derivation(void)
{
	static const struct {
		enum digest digest;
		const char *password, *salt;
		unsigned iterations;
		const char *key;
	} rows[] = {
		/* RFC 3211 section 3 */
		{ DIGEST_SHA1, "70617373776f7264", "1234567878563412", 5, "d1daa78615f287e6" },
		{ DIGEST_SHA1, "416c6c206e2d656e746974696573206d75737420636f6d6d756e69636174652077697468206f74686572206e2d656e74697469657320766961206e2d3120656e746974656568656568656573",
			"1234567878563412", 500, "6a8970bf68c92caea84a8df28510858607126380cc47ab2d" },
		/* RFC 6070 */
		{ DIGEST_SHA1, "70617373776f7264", "73616c74", 1, "0c60c80f961f0e71f3a9b524af6012062fe037a6" },
		{ DIGEST_SHA1, "7061737300776f7264", "7361006c74", 4096, "56fa6aa75548099dcc37d7f03425e0c3" },
		/* RFC 7914 section 11 */
		{ DIGEST_SHA256, "706173737764", "73616c74", 1,
			"55ac046e56e3089fec1691c22544b605f94185216dde0465e68b9d57c20dacbc49ca9cccf179b645991664b39d77ef317c71b845b1e30bd509112041d3a19783" },
	};
	uint8_t key[64];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes expected = unit_hex(rows[i].key);

		unit_row(rows[i].key);
		UNIT_ERR(ERR_OK, crypto_pbkdf2(rows[i].digest, unit_hex(rows[i].password), unit_hex(rows[i].salt), rows[i].iterations, key, expected.len));
		UNIT_BYTES(expected, bytes_from(key, expected.len));
	}
	unit_row(NULL);
	UNIT_ERR(ERR_ALG_DIGEST, crypto_pbkdf2(DIGEST_NONE, bytes_from_str("x"), bytes_from_str("salt"), 1, key, sizeof key));
}

static void cbc_blocks(void)
{
	/* NIST SP 800-38A appendix F.2.1, two blocks */
	struct bytes key = unit_hex("2b7e151628aed2a6abf7158809cf4f3c"), iv = unit_hex("000102030405060708090a0b0c0d0e0f");
	struct bytes plain = unit_hex("6bc1bee22e409f96e93d7e117393172a ae2d8a571e03ac9c9eb76fac45af8e51");
	uint8_t data[32];

	memcpy(data, plain.ptr, sizeof data);
	UNIT_ERR(ERR_OK, crypto_cbc_encrypt_blocks(CIPHER_AES128_CBC, key, iv, data, sizeof data));
	UNIT_BYTES(unit_hex("7649abac8119b246cee98e9b12e9197d 5086cb9b507219ee95db113a917678b2"), bytes_from(data, sizeof data));
	UNIT_ERR(ERR_OK, crypto_cbc_decrypt_blocks(CIPHER_AES128_CBC, key, iv, data, sizeof data));
	UNIT_BYTES(plain, bytes_from(data, sizeof data));
}

/* In pieces of every size the digest is that of the whole, and a hash can be used again. */
static void pieces(void)
{
	static const enum digest kinds[] = { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };
	uint8_t data[300], whole[DIGEST_MAX_LEN], made[DIGEST_MAX_LEN];

	for (size_t i = 0; i < sizeof data; i++)
		data[i] = (uint8_t)i;
	for (size_t i = 0; i < sizeof kinds / sizeof kinds[0]; i++) {
		struct crypto_hash *hash = NULL;

		unit_row(digest_name(kinds[i]));
		UNIT_ERR(ERR_OK, crypto_hash_new(kinds[i], &hash));
		UNIT_ERR(ERR_OK, crypto_digest(kinds[i], bytes_from(data, sizeof data), whole));
		for (size_t len = 1; len <= sizeof data; len += 37) {
			for (size_t at = 0; at < sizeof data; at += len)
				UNIT_ERR(ERR_OK, crypto_hash_update(hash, bytes_from(data + at, sizeof data - at < len ? sizeof data - at : len)));
			UNIT_ERR(ERR_OK, crypto_hash_update(hash, bytes_from(NULL, 0)));
			crypto_hash_finish(hash, made);
			UNIT_BYTES(bytes_from(whole, digest_len(kinds[i])), bytes_from(made, digest_len(kinds[i])));
		}
		crypto_hash_free(hash);
	}
	unit_row(NULL);
	UNIT_ERR(ERR_ALG_DIGEST, crypto_hash_new(DIGEST_NONE, &(struct crypto_hash *){ NULL }));
	crypto_hash_free(NULL);
}

static const struct unit_case cases[] = {
	{ "the library starts, passes its self-test, and names its versions", starting },
	{ "digests of FIPS 180-2 appendix B, RFC 1321 appendix A.5 and RFC 3874", digests },
	{ "a digest of what comes in pieces", pieces },
	{ "HMAC-SHA-256 of RFC 4231 section 4", hmac },
	{ "CBC of NIST SP 800-38A appendix F.2, and of openssl for 3DES and DES", cbc_vectors },
	{ "PBKDF2 of RFC 3211 section 3, RFC 6070 and RFC 7914 section 11", key_derivation },
	{ "whole blocks in CBC without padding, NIST SP 800-38A appendix F.2", cbc_blocks },
	{ "padding fills up every length, RFC 5652 section 6.3", cbc_lengths },
	{ "every padding but the right one is refused, RFC 5652 section 6.3", padding },
	{ "a ciphertext that is no positive multiple of the block is refused", bad_lengths },
};

UNIT_MAIN("crypto", cases)
