#include <config.h>

#include "pki/key.h"

#include <stdlib.h>
#include <string.h>

#include "pki/crypto.h"
#include "pki/der.h"
#include "pki/key_seal.h"
#include "support/unit.h"

#define SECRET "0123456789abcdef0123456789abcdef"

static struct key *load_key(const char *name)
{
	struct key *key = NULL;

	if (key_parse_pem(unit_vector(name), &key, NULL) != ERR_OK)
		CU_FAIL_FATAL("the key of the test cannot be read");
	return key;
}

static void generating(void)
{
	static const struct {
		enum key_kind kind;
		unsigned bits;
		enum err e;
		unsigned made_bits;
	} rows[] = {
		{ KEY_KIND_RSA, 2048, ERR_OK, 2048 }, { KEY_KIND_EC_P256, 0, ERR_OK, 256 }, { KEY_KIND_EC_P384, 0, ERR_OK, 384 },
		{ KEY_KIND_EC_P521, 0, ERR_OK, 521 }, { KEY_KIND_ED25519, 0, ERR_OK, 256 },
		{ KEY_KIND_RSA, 1024, ERR_VALUE, 0 }, { KEY_KIND_RSA, 2047, ERR_VALUE, 0 }, { KEY_KIND_RSA, 2049, ERR_VALUE, 0 }, { KEY_KIND_RSA, 0, ERR_VALUE, 0 },
		{ KEY_KIND_RSA, 9216, ERR_VALUE, 0 }, { KEY_KIND_RSA, 4294966272u, ERR_VALUE, 0 }, { KEY_KIND_OTHER, 2048, ERR_VALUE, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct key *key = NULL, *again = NULL;
		struct why why = { 0 };
		struct buf pem;

		unit_row(key_kind_name(rows[i].kind));
		buf_init(&pem);
		UNIT_ERR(rows[i].e, key_generate(rows[i].kind, rows[i].bits, &key, &why));
		if (rows[i].e == ERR_OK) {
			CU_ASSERT_EQUAL_FATAL(rows[i].kind, key_get_kind(key));
			CU_ASSERT_EQUAL(rows[i].made_bits, key_get_bits(key));
			UNIT_ERR(ERR_OK, key_encode_pem(key, &pem, NULL));
			UNIT_ERR(ERR_OK, key_parse_pem(buf_bytes(&pem), &again, NULL));
			UNIT_BYTES(key_get_spki(key), key_get_spki(again));
		} else {
			CU_ASSERT_PTR_NULL(key);
		}
		key_free(again);
		key_free(key);
		buf_clear(&pem);
	}
}

static void pem_forms(void)
{
	static const struct {
		const char *file;
		enum err e;
		const char *spki;
	} rows[] = {
		{ "key/rsa2048.pem", ERR_OK, "key/rsa2048.spki" }, { "key/rsa2048-traditional.pem", ERR_OK, "key/rsa2048.spki" },
		{ "key/p256.pem", ERR_OK, "key/p256.spki" }, { "key/p256-sec1.pem", ERR_OK, "key/p256.spki" }, { "key/p384.pem", ERR_OK, "key/p384.spki" },
		{ "key/p521.pem", ERR_OK, "key/p521.spki" }, { "key/ed25519.pem", ERR_OK, "key/ed25519.spki" },
		{ "key/rsa2048-encrypted.pem", ERR_KEY, NULL }, { "key/rsa2048.p8", ERR_KEY, NULL }, { "key/data.txt", ERR_KEY, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct key *key = NULL;
		struct why why = { 0 };

		unit_row(rows[i].file);
		UNIT_ERR(rows[i].e, key_parse_pem(unit_vector(rows[i].file), &key, &why));
		if (rows[i].e == ERR_OK)
			UNIT_BYTES(unit_vector(rows[i].spki), key_get_spki(key));
		else
			CU_ASSERT_PTR_NULL(key);
		key_free(key);
	}
	unit_row(NULL);
	UNIT_ERR(ERR_KEY, key_parse_pem(bytes_from(NULL, 0), NULL, NULL));
}

static void sealing(void)
{
	static const char *const files[] = { "key/rsa2048.pem", "key/p256.pem", "key/ed25519.pem" };

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct key *key = load_key(files[i]);
		struct key *opened = NULL, *none = NULL;
		struct buf sealed;
		struct why why = { 0 };

		unit_row(files[i]);
		buf_init(&sealed);
		UNIT_ERR(ERR_OK, key_seal_pkcs8(key, bytes_from_str(SECRET), &sealed, NULL));
		UNIT_ERR(ERR_OK, key_open_pkcs8(buf_bytes(&sealed), bytes_from_str(SECRET), &opened, NULL));
		UNIT_BYTES(key_get_spki(key), key_get_spki(opened));
		UNIT_ERR(ERR_KEY_SECRET, key_open_pkcs8(buf_bytes(&sealed), bytes_from_str(SECRET "x"), &none, &why));
		CU_ASSERT_PTR_NULL(strstr(why.text, SECRET));
		UNIT_ERR(ERR_KEY_SECRET, key_open_pkcs8(buf_bytes(&sealed), bytes_from_str(""), &none, NULL));
		UNIT_ERR(ERR_KEY_SECRET, key_open_pkcs8(buf_bytes(&sealed), bytes_from(SECRET "\0x", sizeof SECRET + 1), &none, NULL));
		UNIT_ERR(ERR_KEY, key_open_pkcs8(bytes_from(sealed.ptr, sealed.len - 1), bytes_from_str(SECRET), &none, NULL));
		CU_ASSERT_PTR_NULL(none);
		buf_reset(&sealed);
		UNIT_ERR(ERR_KEY_SECRET, key_seal_pkcs8(key, bytes_from_str("\xc3\xa4" SECRET), &sealed, NULL));
		UNIT_ERR(ERR_KEY_SECRET, key_seal_pkcs8(key, bytes_from_str(SECRET "\x7f"), &sealed, NULL));
		UNIT_ERR(ERR_KEY_SECRET, key_seal_pkcs8(key, bytes_from_str("\x1f" SECRET), &sealed, NULL));
		CU_ASSERT_EQUAL(0, sealed.len);
		buf_clear(&sealed);
		key_free(opened);
		key_free(key);
	}
}

/* Salt, IV and rounds stand where RFC 8018 appendices A.2 and A.4 have them; PBES2 is within the first 24 octets, by which a table tells it from a plain key. */
static void sealed_form(void)
{
	static const char head[] = "06092a864886f70d01050d 3052 3031 06092a864886f70d01050c 3024 0410";
	uint64_t seed = 1, twin_seed = 1;
	struct random random = random_counter(&seed), twin = random_counter(&twin_seed);
	struct bytes plain = unit_vector("key/rsa2048.p8");
	uint8_t octets[KEY_SEAL_SALT_LEN + CIPHER_MAX_BLOCK_LEN];
	struct key *key = NULL;
	struct der_element outer, algorithm, encrypted;
	struct buf sealed, expected;
	struct der inside;

	buf_init(&sealed);
	buf_init(&expected);
	UNIT_ERR(ERR_OK, random_fill(&twin, octets, KEY_SEAL_SALT_LEN));
	UNIT_ERR(ERR_OK, random_fill(&twin, octets + KEY_SEAL_SALT_LEN, sizeof octets - KEY_SEAL_SALT_LEN));
	UNIT_ERR(ERR_OK, key_seal(plain, bytes_from_str(SECRET), &random, &sealed, NULL));
	UNIT_ERR(ERR_OK, der_read_only(buf_bytes(&sealed), DER_SEQUENCE, &outer));
	inside = (struct der){ outer.value };
	UNIT_ERR(ERR_OK, der_read_tag(&inside, DER_SEQUENCE, &algorithm));
	UNIT_ERR(ERR_OK, der_read_tag(&inside, DER_OCTET_STRING, &encrypted));
	UNIT_ERR(ERR_OK, der_end(&inside));
	UNIT_ERR(ERR_OK, buf_append(&expected, unit_hex(head)));
	UNIT_ERR(ERR_OK, buf_append(&expected, bytes_from(octets, KEY_SEAL_SALT_LEN)));
	UNIT_ERR(ERR_OK, buf_append(&expected, unit_hex("02022710 300c 06082a864886f70d0209 0500 301d 060960864801650304012a 0410")));
	UNIT_ERR(ERR_OK, buf_append(&expected, bytes_from(octets + KEY_SEAL_SALT_LEN, sizeof octets - KEY_SEAL_SALT_LEN)));
	UNIT_BYTES(buf_bytes(&expected), algorithm.value);
	CU_ASSERT_PTR_NOT_NULL(memmem(sealed.ptr, 24, expected.ptr, 11));
	CU_ASSERT_EQUAL((plain.len / 16 + 1) * 16, encrypted.value.len);
	UNIT_ERR(ERR_OK, key_open_pkcs8(buf_bytes(&sealed), bytes_from_str(SECRET), &key, NULL));
	UNIT_BYTES(unit_vector("key/rsa2048.spki"), key_get_spki(key));
	key_free(key);
	buf_clear(&expected);
	buf_clear(&sealed);
}

/* Two seals of one key share neither salt nor IV. */
static void sealing_is_random(void)
{
	struct key *key = load_key("key/p256.pem");
	struct buf one, other;

	buf_init(&one);
	buf_init(&other);
	UNIT_ERR(ERR_OK, key_seal_pkcs8(key, bytes_from_str(SECRET), &one, NULL));
	UNIT_ERR(ERR_OK, key_seal_pkcs8(key, bytes_from_str(SECRET), &other, NULL));
	CU_ASSERT_EQUAL(one.len, other.len);
	CU_ASSERT_FALSE(bytes_is_equal(buf_bytes(&one), buf_bytes(&other)));
	buf_clear(&other);
	buf_clear(&one);
	key_free(key);
}

static void opening(void)
{
	struct key *key = NULL;

	UNIT_ERR(ERR_OK, key_open_pkcs8(unit_vector("key/rsa2048.p8e"), bytes_from_str(SECRET), &key, NULL));
	UNIT_BYTES(unit_vector("key/rsa2048.spki"), key_get_spki(key));
	key_free(key);
	key = NULL;
	UNIT_ERR(ERR_KEY, key_open_pkcs8(unit_vector("key/rsa2048.p8"), bytes_from_str(SECRET), &key, NULL));
	UNIT_ERR(ERR_KEY, key_open_pkcs8(unit_vector("key/data.txt"), bytes_from_str(SECRET), &key, NULL));
	UNIT_ERR(ERR_KEY, key_open_pkcs8(bytes_from(NULL, 0), bytes_from_str(SECRET), &key, NULL));
	UNIT_ERR(ERR_KEY_SECRET, key_open_pkcs8(unit_vector("key/rsa2048.p8e"), bytes_from_str("\xc3\xa4" SECRET), &key, NULL));
	CU_ASSERT_PTR_NULL(key);
}

static void signing(void)
{
	static const struct {
		const char *file;
		enum digest digest;
		enum err algorithm_e;
		const char *algorithm;
	} rows[] = {
		{ "key/rsa2048.pem", DIGEST_MD5, ERR_OK, "300d06092a864886f70d0101040500" }, { "key/rsa2048.pem", DIGEST_SHA1, ERR_OK, "300d06092a864886f70d0101050500" },
		{ "key/rsa2048.pem", DIGEST_SHA224, ERR_OK, "300d06092a864886f70d01010e0500" }, { "key/rsa2048.pem", DIGEST_SHA256, ERR_OK, "300d06092a864886f70d01010b0500" },
		{ "key/rsa2048.pem", DIGEST_SHA384, ERR_OK, "300d06092a864886f70d01010c0500" }, { "key/rsa2048.pem", DIGEST_SHA512, ERR_OK, "300d06092a864886f70d01010d0500" },
		{ "key/rsa2048.pem", DIGEST_NONE, ERR_ALG_DIGEST, "" }, { "key/p256.pem", DIGEST_MD5, ERR_ALG_DIGEST, "" }, { "key/p256.pem", DIGEST_SHA224, ERR_ALG_DIGEST, "" },
		{ "key/p256.pem", DIGEST_SHA256, ERR_OK, "300a06082a8648ce3d040302" }, { "key/p384.pem", DIGEST_SHA384, ERR_OK, "300a06082a8648ce3d040303" },
		{ "key/p521.pem", DIGEST_SHA512, ERR_OK, "300a06082a8648ce3d040304" }, { "key/p256.pem", DIGEST_SHA1, ERR_OK, "300906072a8648ce3d0401" },
		{ "key/ed25519.pem", DIGEST_NONE, ERR_OK, "300506032b6570" }, { "key/ed25519.pem", DIGEST_SHA512, ERR_OK, "300506032b6570" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct key *key = load_key(rows[i].file);
		struct pubkey *pubkey = NULL;
		struct buf algorithm, signature;
		enum digest used = DIGEST_NONE;

		unit_row(rows[i].algorithm);
		buf_init(&algorithm);
		buf_init(&signature);
		UNIT_ERR(ERR_OK, pubkey_parse(key_get_spki(key), &pubkey, NULL));
		UNIT_ERR(rows[i].algorithm_e, key_signature_algorithm(key, rows[i].digest, &algorithm));
		UNIT_BYTES(unit_hex(rows[i].algorithm), buf_bytes(&algorithm));
		if (rows[i].algorithm_e == ERR_OK) {
			UNIT_ERR(ERR_OK, key_sign(key, rows[i].digest, bytes_from_str("data"), &signature, NULL));
			UNIT_ERR(ERR_OK, pubkey_verify(pubkey, buf_bytes(&algorithm), DIGEST_NONE, bytes_from_str("data"), buf_bytes(&signature), &used, NULL));
			CU_ASSERT_EQUAL(key_get_kind(key) == KEY_KIND_ED25519 ? DIGEST_SHA512 : rows[i].digest, used);
			UNIT_ERR(ERR_CMS_SIGNATURE, pubkey_verify(pubkey, buf_bytes(&algorithm), DIGEST_NONE, bytes_from_str("Data"), buf_bytes(&signature), NULL, NULL));
		}
		buf_clear(&signature);
		buf_clear(&algorithm);
		pubkey_free(pubkey);
		key_free(key);
	}
}

/* The digest alone is signed as the data is. */
static void signing_digests(void)
{
	static const struct {
		const char *file;
		enum digest digest;
		enum err e;
	} rows[] = {
		{ "key/rsa2048.pem", DIGEST_SHA1, ERR_OK }, { "key/rsa2048.pem", DIGEST_SHA256, ERR_OK }, { "key/rsa2048.pem", DIGEST_SHA512, ERR_OK },
		{ "key/p256.pem", DIGEST_SHA256, ERR_OK }, { "key/p384.pem", DIGEST_SHA384, ERR_OK }, { "key/p521.pem", DIGEST_SHA512, ERR_OK },
		{ "key/ed25519.pem", DIGEST_SHA512, ERR_KEY }, { "key/rsa2048.pem", DIGEST_NONE, ERR_KEY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct key *key = load_key(rows[i].file);
		struct pubkey *pubkey = NULL;
		struct buf algorithm = { 0 }, signature = { 0 };
		uint8_t hash[DIGEST_MAX_LEN] = { 0 };
		size_t len = rows[i].digest == DIGEST_NONE ? 0 : digest_len(rows[i].digest);

		unit_row(rows[i].file);
		if (len > 0)
			UNIT_ERR(ERR_OK, crypto_digest(rows[i].digest, bytes_from_str("data"), hash));
		UNIT_ERR(rows[i].e, key_sign_hash(key, rows[i].digest, bytes_from(hash, len), &signature, NULL));
		if (rows[i].e == ERR_OK) {
			UNIT_ERR(ERR_OK, pubkey_parse(key_get_spki(key), &pubkey, NULL));
			UNIT_ERR(ERR_OK, key_signature_algorithm(key, rows[i].digest, &algorithm));
			UNIT_ERR(ERR_OK, pubkey_verify(pubkey, buf_bytes(&algorithm), DIGEST_NONE, bytes_from_str("data"), buf_bytes(&signature), NULL, NULL));
		}
		CU_ASSERT_EQUAL(key_can_sign_hash(key), key_get_kind(key) != KEY_KIND_ED25519);
		pubkey_free(pubkey);
		key_free(key);
		buf_clear(&algorithm);
		buf_clear(&signature);
	}
}

/* Each kind works with itself, and says where it is. */
static void working(void)
{
	static const char *const files[] = { "key/rsa2048.pem", "key/p256.pem", "key/p384.pem", "key/p521.pem", "key/ed25519.pem" };
	struct random random = random_system();

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct key *key = load_key(files[i]);

		unit_row(files[i]);
		UNIT_ERR(ERR_OK, key_check(key, NULL));
		UNIT_ERR(i == 0 ? ERR_OK : ERR_ALG_KEY_TRANSPORT, key_check_decrypt(key, &random, NULL));
		CU_ASSERT_FALSE(key_is_in_token(key));
		key_free(key);
	}
}

static void signing_is_refused(void)
{
	struct key *key = load_key("key/rsa2048.pem");
	struct buf signature;

	buf_init(&signature);
	UNIT_ERR(ERR_KEY, key_sign(key, DIGEST_NONE, bytes_from_str("data"), &signature, NULL));
	CU_ASSERT_EQUAL(0, signature.len);
	buf_clear(&signature);
	key_free(key);
}

static void decrypting(void)
{
	static const struct {
		const char *what, *file;
		size_t len;
		bool opens;
	} rows[] = {
		{ "a good one", "key/rsa2048-cek16.bin", 16, true },
		{ "a leading zero octet is missing", "key/rsa2048-cek16-short.bin", 16, true },
		{ "one octet fewer is wanted", "key/rsa2048-cek16.bin", 15, false },
		{ "one octet more is wanted", "key/rsa2048-cek16.bin", 17, false },
		{ "another padding", "key/rsa2048-oaep.bin", 16, false },
		{ "too long", "key/rsa2048.spki", 16, false },
		{ "too short", "key/data.txt", 16, false },
	};
	struct key *key = load_key("key/rsa2048.pem");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint64_t seed = 7, twin_seed = 7;
		struct random random = random_counter(&seed);
		struct random twin = random_counter(&twin_seed);
		uint8_t out[CIPHER_MAX_KEY_LEN], filled[CIPHER_MAX_KEY_LEN];

		unit_row(rows[i].what);
		UNIT_ERR(ERR_OK, random_fill(&twin, filled, rows[i].len));
		UNIT_ERR(ERR_OK, key_decrypt(key, &random, unit_vector(rows[i].file), out, rows[i].len, NULL));
		UNIT_BYTES(rows[i].opens ? bytes_from_str("0123456789abcdef") : bytes_from(filled, rows[i].len), bytes_from(out, rows[i].len));
	}
	key_free(key);
}

static void decrypting_extremes(void)
{
	struct key *key = load_key("key/rsa2048.pem");
	struct key *ec = load_key("key/p256.pem");
	uint8_t octets[257];
	uint64_t seed = 7;
	struct random random = random_counter(&seed);
	uint8_t out[16], before[16];

	for (int fill = 0; fill <= 255; fill += 255) {
		for (size_t len = 0; len <= sizeof octets; len += len == 1 ? 254 : 1) {
			memset(octets, fill, sizeof octets);
			memset(out, 0, sizeof out);
			memcpy(before, out, sizeof out);
			UNIT_ERR(ERR_OK, key_decrypt(key, &random, bytes_from(octets, len), out, sizeof out, NULL));
			CU_ASSERT_NOT_EQUAL(0, memcmp(before, out, sizeof out));
		}
	}
	UNIT_ERR(ERR_ALG_KEY_TRANSPORT, key_decrypt(ec, &random, bytes_from(octets, 256), out, sizeof out, NULL));
	key_free(ec);
	key_free(key);
}

static enum err no_random(void *context, uint8_t *out, size_t len)
{
	(void)context;
	(void)out;
	(void)len;
	return ERR_RANDOM;
}

static void decrypting_without_random(void)
{
	struct key *key = load_key("key/rsa2048.pem");
	struct random random = { no_random, NULL };
	uint8_t out[16] = { 0 }, zero[16] = { 0 };

	UNIT_ERR(ERR_RANDOM, key_decrypt(key, &random, unit_vector("key/rsa2048-cek16.bin"), out, sizeof out, NULL));
	UNIT_BYTES(bytes_from(zero, sizeof zero), bytes_from(out, sizeof out));
	key_free(key);
}

static void sealing_without_random(void)
{
	struct random random = { no_random, NULL };
	struct why why = { 0 };
	struct buf sealed;

	buf_init(&sealed);
	UNIT_ERR(ERR_RANDOM, key_seal(unit_vector("key/rsa2048.p8"), bytes_from_str(SECRET), &random, &sealed, &why));
	CU_ASSERT_EQUAL(0, sealed.len);
	buf_clear(&sealed);
}

static const struct unit_case cases[] = {
	{ "keys of all kinds are made, and no RSA key below 2048 or above 8192 bits", generating },
	{ "PKCS#8 and the older PEM forms of RSA and EC are read, encrypted ones are not", pem_forms },
	{ "a sealed key opens with its secret alone, RFC 5958 section 3", sealing },
	{ "a sealed key names PBES2 first, then 16 octets of salt, 10000 rounds of HMAC-SHA-256 and AES-256-CBC, RFC 8018 appendix A", sealed_form },
	{ "a key is never sealed the same way twice", sealing_is_random },
	{ "without random octets no key is sealed", sealing_without_random },
	{ "an encrypted PKCS#8 of openssl opens; what is none is no key", opening },
	{ "signatures verify under the algorithm that is named for them, RFC 4055, RFC 5758, RFC 8410", signing },
	{ "a digest is signed as its data is, but not with Ed25519 (RFC 8032 section 5.1.6)", signing_digests },
	{ "a key can be asked whether it works", working },
	{ "nothing is signed without a digest", signing_is_refused },
	{ "decryption gives the key or random octets, and no error, RFC 3218 section 2.3", decrypting },
	{ "ciphertexts of no octet, one octet, all zeros, all ones, one too many: random octets", decrypting_extremes },
	{ "without random octets nothing is decrypted", decrypting_without_random },
};

UNIT_MAIN("key", cases)
