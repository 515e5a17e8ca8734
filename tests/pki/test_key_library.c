#include <config.h>

#include "pki/key.h"

#include <string.h>

#include "pki/cert.h"
#include "pki/crypto.h"
#include "pki/name.h"
#include "support/unit.h"

/* Every library that can work with a key in memory gives the same results. GnuTLS is in every build, and is what the others are compared with. */

static const enum key_library libraries[] = { KEY_LIBRARY_GNUTLS, KEY_LIBRARY_OPENSSL, KEY_LIBRARY_AUTO };
enum { LIBRARY_COUNT = sizeof libraries / sizeof libraries[0] };

static const char *const files[] = { "key/rsa2048.pem", "key/p256.pem", "key/p384.pem", "key/p521.pem", "key/ed25519.pem" };
enum { FILE_COUNT = sizeof files / sizeof files[0] };

static struct key *load_key(const char *name, enum key_library library)
{
	struct key *key = NULL;
	struct why why = { 0 };

	if (key_parse_pem(unit_vector(name), &key, NULL) != ERR_OK || key_use_library(key, library, &why) != ERR_OK)
		CU_FAIL_FATAL("the key of the test cannot be read");
	return key;
}

/* Call it for each library that is there, and each of the keys. */
static void for_each(void (*test)(enum key_library library, const char *file))
{
	for (size_t i = 0; i < LIBRARY_COUNT; i++)
		for (size_t n = 0; n < FILE_COUNT && key_library_is_built_in(libraries[i]); n++) {
			unit_row(files[n]);
			test(libraries[i], files[n]);
		}
}

static void names(void)
{
	enum key_library library = KEY_LIBRARY_GNUTLS;
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, key_library_from_name("auto", &library, NULL));
	CU_ASSERT_EQUAL(library, KEY_LIBRARY_AUTO);
	UNIT_ERR(ERR_OK, key_library_from_name("gnutls", &library, NULL));
	CU_ASSERT_EQUAL(library, KEY_LIBRARY_GNUTLS);
	UNIT_ERR(ERR_CONF, key_library_from_name("OpenSSL", &library, &why));
	UNIT_ERR(ERR_CONF, key_library_from_name("", &library, NULL));
	CU_ASSERT_EQUAL(library, KEY_LIBRARY_GNUTLS);
	CU_ASSERT_PTR_NOT_NULL(strstr(key_library_version(KEY_LIBRARY_GNUTLS), "GnuTLS 3."));
}

#ifdef HAVE_LIBCRYPTO
static void openssl_or_not(void)
{
	enum key_library library = KEY_LIBRARY_AUTO;

	UNIT_ERR(ERR_OK, key_library_from_name("openssl", &library, NULL));
	CU_ASSERT_EQUAL(library, KEY_LIBRARY_OPENSSL);
	CU_ASSERT_PTR_NOT_NULL(strstr(key_library_version(KEY_LIBRARY_OPENSSL), "OpenSSL 3."));
	CU_ASSERT_PTR_NOT_NULL(strstr(key_library_version(KEY_LIBRARY_AUTO), key_library_version(KEY_LIBRARY_OPENSSL)));
	CU_ASSERT_PTR_NOT_NULL(strstr(key_library_version(KEY_LIBRARY_AUTO), key_library_version(KEY_LIBRARY_GNUTLS)));
}
#else
static void openssl_or_not(void)
{
	struct key *key = load_key(files[0], KEY_LIBRARY_AUTO);
	enum key_library library = KEY_LIBRARY_AUTO;
	struct buf pem = { 0 };

	UNIT_ERR(ERR_CONF, key_library_from_name("openssl", &library, NULL));
	CU_ASSERT_EQUAL(library, KEY_LIBRARY_AUTO);
	CU_ASSERT_FALSE(key_library_is_built_in(KEY_LIBRARY_OPENSSL));
	CU_ASSERT_STRING_EQUAL(key_library_version(KEY_LIBRARY_AUTO), key_library_version(KEY_LIBRARY_GNUTLS));
	UNIT_ERR(ERR_CONF, key_use_library(key, KEY_LIBRARY_OPENSSL, NULL));
	UNIT_ERR(ERR_OK, key_encode_pem(key, &pem, NULL));
	buf_clear(&pem);
	key_free(key);
}
#endif

static void is_the_same_key(enum key_library library, const char *file)
{
	struct key *first = load_key(file, KEY_LIBRARY_GNUTLS), *key = load_key(file, library), *again = NULL;
	struct buf pem = { 0 };

	UNIT_BYTES(key_get_spki(first), key_get_spki(key));
	CU_ASSERT_EQUAL(key_get_kind(first), key_get_kind(key));
	CU_ASSERT_EQUAL(key_get_bits(first), key_get_bits(key));
	CU_ASSERT_FALSE(key_is_in_token(key));
	CU_ASSERT_EQUAL(key_can_sign_hash(first), key_can_sign_hash(key));
	UNIT_ERR(ERR_OK, key_encode_pem(key, &pem, NULL));
	UNIT_ERR(ERR_OK, key_parse_pem(buf_bytes(&pem), &again, NULL));
	UNIT_BYTES(key_get_spki(first), key_get_spki(again));
	UNIT_ERR(ERR_OK, key_use_library(key, KEY_LIBRARY_GNUTLS, NULL));
	UNIT_ERR(ERR_OK, key_check(key, NULL));
	UNIT_BYTES(key_get_spki(first), key_get_spki(key));
	buf_clear(&pem);
	key_free(again);
	key_free(key);
	key_free(first);
}

static void same_key(void)
{
	for_each(is_the_same_key);
}

static void seals(enum key_library library, const char *file)
{
	static const char secret[] = "0123456789abcdef0123456789abcdef";
	struct key *key = load_key(file, library), *again = NULL;
	struct buf sealed = { 0 };

	UNIT_ERR(ERR_OK, key_seal_pkcs8(key, bytes_from_str(secret), &sealed, NULL));
	UNIT_ERR(ERR_OK, key_open_pkcs8(buf_bytes(&sealed), bytes_from_str(secret), &again, NULL));
	UNIT_BYTES(key_get_spki(key), key_get_spki(again));
	buf_clear(&sealed);
	key_free(again);
	key_free(key);
}

static void sealing(void)
{
	for_each(seals);
}

/* RSASSA-PKCS1-v1_5 and Ed25519 make the same signature each time, ECDSA does not. */
static void sign_with(const struct key *first, const struct key *key, enum digest digest)
{
	struct buf expected = { 0 }, signature = { 0 }, algorithm = { 0 };
	struct bytes data = bytes_from_str("data");
	struct pubkey *pubkey = NULL;
	uint8_t hash[DIGEST_MAX_LEN];

	UNIT_ERR(ERR_OK, key_sign(first, digest, data, &expected, NULL));
	/* Twice: the second time everything is ready already. */
	for (int i = 0; i < 2; i++) {
		buf_reset(&signature);
		UNIT_ERR(ERR_OK, key_sign(key, digest, data, &signature, NULL));
	}
	if (key_get_kind(key) == KEY_KIND_RSA || key_get_kind(key) == KEY_KIND_ED25519)
		UNIT_BYTES(buf_bytes(&expected), buf_bytes(&signature));
	UNIT_ERR(ERR_OK, key_signature_algorithm(key, digest, &algorithm));
	UNIT_ERR(ERR_OK, pubkey_parse(key_get_spki(first), &pubkey, NULL));
	UNIT_ERR(ERR_OK, pubkey_verify(pubkey, buf_bytes(&algorithm), DIGEST_NONE, data, buf_bytes(&signature), NULL, NULL));
	buf_reset(&signature);
	UNIT_ERR(ERR_OK, crypto_digest(digest, data, hash));
	UNIT_ERR(key_can_sign_hash(key) ? ERR_OK : ERR_KEY, key_sign_hash(key, digest, bytes_from(hash, digest_len(digest)), &signature, NULL));
	if (key_can_sign_hash(key))
		UNIT_ERR(ERR_OK, pubkey_verify(pubkey, buf_bytes(&algorithm), DIGEST_NONE, data, buf_bytes(&signature), NULL, NULL));
	pubkey_free(pubkey);
	buf_clear(&algorithm);
	buf_clear(&signature);
	buf_clear(&expected);
}

static void signs(enum key_library library, const char *file)
{
	static const enum digest digests[] = { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512, DIGEST_SHA224, DIGEST_MD5 };
	struct key *first = load_key(file, KEY_LIBRARY_GNUTLS), *key = load_key(file, library);
	struct buf none = { 0 };

	/* The last two are RSA's alone. */
	for (size_t i = 0; i < (key_get_kind(key) == KEY_KIND_RSA ? 6 : 4); i++)
		sign_with(first, key, digests[i]);
	if (key_get_kind(key) != KEY_KIND_ED25519)
		UNIT_ERR(ERR_KEY, key_sign(key, DIGEST_NONE, bytes_from_str("data"), &none, NULL));
	CU_ASSERT_EQUAL(0, none.len);
	UNIT_ERR(ERR_OK, key_check(key, NULL));
	buf_clear(&none);
	key_free(key);
	key_free(first);
}

static void signing(void)
{
	for_each(signs);
}

/* The last row's ciphertext is no smaller than any modulus, the one before is nothing. */
static void decrypts(enum key_library library, const char *file)
{
	static const struct {
		const char *file;
		size_t len;
		bool opens;
	} rows[] = {
		{ "key/rsa2048-cek16.bin", 16, true }, { "key/rsa2048-cek16-short.bin", 16, true }, { "key/rsa2048-cek16.bin", 15, false },
		{ "key/rsa2048-cek16.bin", 17, false }, { "key/rsa2048-oaep.bin", 16, false }, { "key/rsa2048.spki", 16, false }, { "key/data.txt", 16, false },
	};
	struct key *key = load_key(file, library);
	struct random system = random_system();
	uint8_t out[CIPHER_MAX_KEY_LEN], filled[CIPHER_MAX_KEY_LEN], extreme[256];

	if (key_get_kind(key) != KEY_KIND_RSA) {
		UNIT_ERR(ERR_ALG_KEY_TRANSPORT, key_decrypt(key, &system, unit_vector(rows[0].file), out, 16, NULL));
		key_free(key);
		return;
	}
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint64_t seed = 7, twin_seed = 7;
		struct random random = random_counter(&seed), twin = random_counter(&twin_seed);

		unit_row(rows[i].file);
		UNIT_ERR(ERR_OK, random_fill(&twin, filled, rows[i].len));
		UNIT_ERR(ERR_OK, key_decrypt(key, &random, unit_vector(rows[i].file), out, rows[i].len, NULL));
		UNIT_BYTES(rows[i].opens ? bytes_from_str("0123456789abcdef") : bytes_from(filled, rows[i].len), bytes_from(out, rows[i].len));
	}
	for (int fill = 0; fill <= 255; fill += 255) {
		uint64_t seed = 7, twin_seed = 7;
		struct random random = random_counter(&seed), twin = random_counter(&twin_seed);

		memset(extreme, fill, sizeof extreme);
		UNIT_ERR(ERR_OK, random_fill(&twin, filled, 16));
		UNIT_ERR(ERR_OK, key_decrypt(key, &random, bytes_from(extreme, sizeof extreme), out, 16, NULL));
		UNIT_BYTES(bytes_from(filled, 16), bytes_from(out, 16));
	}
	UNIT_ERR(ERR_OK, key_check_decrypt(key, &system, NULL));
	key_free(key);
}

static void decrypting(void)
{
	for_each(decrypts);
}

/* OpenSSL encrypted these. Where OAEP is not done it is refused, whatever the ciphertext. */
static void decrypts_oaep(enum key_library library, const char *file)
{
	static const struct {
		const char *file;
		struct key_oaep oaep;
		size_t len;
		bool opens;
	} rows[] = {
		{ "key/rsa2048-oaep.bin", { DIGEST_SHA1, DIGEST_SHA1 }, 16, true }, { "key/rsa2048-oaep-sha256.bin", { DIGEST_SHA256, DIGEST_SHA256 }, 16, true },
		{ "key/rsa2048-oaep-sha512.bin", { DIGEST_SHA512, DIGEST_SHA512 }, 16, true }, { "key/rsa2048-oaep-sha256-mgf1sha1.bin", { DIGEST_SHA256, DIGEST_SHA1 }, 16, true },
		{ "key/rsa2048-oaep.bin", { DIGEST_SHA1, DIGEST_SHA1 }, 15, false }, { "key/rsa2048-oaep.bin", { DIGEST_SHA1, DIGEST_SHA1 }, 17, false },
		{ "key/rsa2048-oaep.bin", { DIGEST_SHA256, DIGEST_SHA1 }, 16, false }, { "key/rsa2048-oaep.bin", { DIGEST_SHA1, DIGEST_SHA256 }, 16, false },
		{ "key/rsa2048-oaep-label.bin", { DIGEST_SHA256, DIGEST_SHA256 }, 16, false }, { "key/rsa2048-cek16.bin", { DIGEST_SHA1, DIGEST_SHA1 }, 16, false },
		{ "key/rsa2048.spki", { DIGEST_SHA1, DIGEST_SHA1 }, 16, false }, { "key/data.txt", { DIGEST_SHA1, DIGEST_SHA1 }, 16, false },
	};
	struct key *key = load_key(file, library);
	bool can = key_get_kind(key) == KEY_KIND_RSA && library != KEY_LIBRARY_GNUTLS && key_library_is_built_in(KEY_LIBRARY_OPENSSL);

	CU_ASSERT_EQUAL(key_can_decrypt_oaep(key), can);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint64_t seed = 7, twin_seed = 7;
		struct random random = random_counter(&seed), twin = random_counter(&twin_seed);
		uint8_t out[CIPHER_MAX_KEY_LEN], filled[CIPHER_MAX_KEY_LEN];

		unit_row(rows[i].file);
		UNIT_ERR(ERR_OK, random_fill(&twin, filled, rows[i].len));
		UNIT_ERR(can ? ERR_OK : ERR_ALG_KEY_TRANSPORT, key_decrypt_oaep(key, &rows[i].oaep, &random, unit_vector(rows[i].file), out, rows[i].len, NULL));
		if (can)
			UNIT_BYTES(rows[i].opens ? bytes_from_str("0123456789abcdef") : bytes_from(filled, rows[i].len), bytes_from(out, rows[i].len));
	}
	key_free(key);
}

static void decrypting_oaep(void)
{
	for_each(decrypts_oaep);
}

/* GnuTLS builds the certificate, and asks the library for the signature. */
static void certifies(enum key_library library, const char *file)
{
	struct key *key = load_key(file, library);
	struct buf der = { 0 }, name = { 0 };
	struct cert_template tbs = { 0 };
	struct random random = random_system();
	struct pubkey *pubkey = NULL;
	struct cert *cert = NULL;
	uint8_t serial[CERT_SERIAL_LEN];

	UNIT_ERR(ERR_OK, name_parse_text("CN=itself", &name, NULL));
	tbs = (struct cert_template){ .subject = buf_bytes(&name), .spki = key_get_spki(key), .not_before_utc = 1700000000, .not_after_utc = 1800000000, .path_len = -1,
		.is_ca = true };
	UNIT_ERR(ERR_OK, pubkey_parse(key_get_spki(key), &pubkey, NULL));
	UNIT_ERR(ERR_OK, cert_sign(&tbs, pubkey, NULL, key, &random, serial, &der, NULL));
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
	CU_ASSERT_TRUE(cert_is_self_signed(cert));
	pubkey_free(pubkey);
	cert_free(cert);
	buf_clear(&name);
	buf_clear(&der);
	key_free(key);
}

static void certifying(void)
{
	for_each(certifies);
}

static const struct unit_case cases[] = {
	{ "the library is chosen by its name", names },
	{ "OpenSSL is there with its version, or refused by name", openssl_or_not },
	{ "a key stays the same from one library to another and back", same_key },
	{ "a key is sealed wherever it is", sealing },
	{ "all make the same signatures (RFC 8017 section 8.2, RFC 8032), or such as verify (FIPS 186-4)", signing },
	{ "all decrypt alike, and give random octets for what is bad (RFC 3218 section 2.3)", decrypting },
	{ "RSAES-OAEP is done by OpenSSL, with random octets for what is bad, and refused by GnuTLS (RFC 8017 section 7.1.2)", decrypting_oaep },
	{ "certificates are signed with keys of each", certifying },
};

UNIT_MAIN("key_library", cases)
