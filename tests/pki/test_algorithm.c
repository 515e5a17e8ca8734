#include <config.h>

#include "pki/algorithm.h"

#include "support/unit.h"

static void digests(void)
{
	static const struct {
		enum digest digest;
		const char *name;
		size_t len;
		enum oid oid;
	} rows[] = {
		{ DIGEST_MD5, "md5", 16, OID_MD5 }, { DIGEST_SHA1, "sha1", 20, OID_SHA1 }, { DIGEST_SHA224, "sha224", 28, OID_SHA224 },
		{ DIGEST_SHA256, "sha256", 32, OID_SHA256 }, { DIGEST_SHA384, "sha384", 48, OID_SHA384 }, { DIGEST_SHA512, "sha512", 64, OID_SHA512 },
	};

	CU_ASSERT_EQUAL(DIGEST_COUNT - 1, sizeof rows / sizeof rows[0]);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].name);
		CU_ASSERT_STRING_EQUAL(rows[i].name, digest_name(rows[i].digest));
		CU_ASSERT_EQUAL(rows[i].digest, digest_from_name(bytes_from_str(rows[i].name)));
		CU_ASSERT_EQUAL(rows[i].digest, digest_from_oid(oid_get(rows[i].oid)));
		CU_ASSERT_EQUAL(rows[i].oid, digest_oid(rows[i].digest));
		CU_ASSERT_EQUAL(rows[i].len, digest_len(rows[i].digest));
	}
	unit_row(NULL);
	CU_ASSERT_EQUAL(DIGEST_NONE, digest_from_name(bytes_from_str("SHA256")));
	CU_ASSERT_EQUAL(DIGEST_NONE, digest_from_name(bytes_from_str("none")));
	CU_ASSERT_EQUAL(DIGEST_NONE, digest_from_name(bytes_from_str("")));
	CU_ASSERT_EQUAL(DIGEST_NONE, digest_from_oid(oid_get(OID_SHA256_WITH_RSA)));
	CU_ASSERT_EQUAL(DIGEST_NONE, digest_from_oid(bytes_from(NULL, 0)));
}

static void ciphers(void)
{
	static const struct {
		enum cipher cipher;
		const char *name;
		size_t key_len, block_len;
		enum oid oid;
	} rows[] = {
		{ CIPHER_DES_CBC, "des-cbc", 8, 8, OID_DES_CBC }, { CIPHER_DES3_CBC, "des3-cbc", 24, 8, OID_DES3_CBC },
		{ CIPHER_AES128_CBC, "aes128-cbc", 16, 16, OID_AES128_CBC }, { CIPHER_AES192_CBC, "aes192-cbc", 24, 16, OID_AES192_CBC },
		{ CIPHER_AES256_CBC, "aes256-cbc", 32, 16, OID_AES256_CBC },
	};

	CU_ASSERT_EQUAL(CIPHER_COUNT - 1, sizeof rows / sizeof rows[0]);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].name);
		CU_ASSERT_STRING_EQUAL(rows[i].name, cipher_name(rows[i].cipher));
		CU_ASSERT_EQUAL(rows[i].cipher, cipher_from_name(bytes_from_str(rows[i].name)));
		CU_ASSERT_EQUAL(rows[i].cipher, cipher_from_oid(oid_get(rows[i].oid)));
		CU_ASSERT_EQUAL(rows[i].oid, cipher_oid(rows[i].cipher));
		CU_ASSERT_EQUAL(rows[i].key_len, cipher_key_len(rows[i].cipher));
		CU_ASSERT_EQUAL(rows[i].block_len, cipher_block_len(rows[i].cipher));
	}
	unit_row(NULL);
	CU_ASSERT_EQUAL(CIPHER_NONE, cipher_from_name(bytes_from_str("aes")));
	CU_ASSERT_EQUAL(CIPHER_NONE, cipher_from_name(bytes_from_str("none")));
	CU_ASSERT_EQUAL(CIPHER_NONE, cipher_from_oid(oid_get(OID_SHA1)));
}

static void key_kinds(void)
{
	CU_ASSERT_STRING_EQUAL("other", key_kind_name(KEY_KIND_OTHER));
	CU_ASSERT_STRING_EQUAL("rsa", key_kind_name(KEY_KIND_RSA));
	CU_ASSERT_STRING_EQUAL("ec-p256", key_kind_name(KEY_KIND_EC_P256));
	CU_ASSERT_STRING_EQUAL("ec-p384", key_kind_name(KEY_KIND_EC_P384));
	CU_ASSERT_STRING_EQUAL("ec-p521", key_kind_name(KEY_KIND_EC_P521));
	CU_ASSERT_STRING_EQUAL("ed25519", key_kind_name(KEY_KIND_ED25519));
}

static void key_classes(void)
{
	static const struct {
		enum key_class key_class;
		const char *name;
		enum key_kind kind;
		unsigned bits;
	} rows[] = {
		{ KEY_CLASS_RSA_2048, "rsa-2048", KEY_KIND_RSA, 2048 }, { KEY_CLASS_RSA_3072, "rsa-3072", KEY_KIND_RSA, 3072 },
		{ KEY_CLASS_RSA_4096, "rsa-4096", KEY_KIND_RSA, 4096 }, { KEY_CLASS_RSA_OTHER, "rsa-other", KEY_KIND_RSA, 8192 },
		{ KEY_CLASS_EC_P256, "ec-p256", KEY_KIND_EC_P256, 256 }, { KEY_CLASS_EC_P384, "ec-p384", KEY_KIND_EC_P384, 384 },
		{ KEY_CLASS_EC_P521, "ec-p521", KEY_KIND_EC_P521, 521 }, { KEY_CLASS_ED25519, "ed25519", KEY_KIND_ED25519, 256 },
	};
	static const unsigned odd_sizes[] = { 0, 1024, 2047, 2049, 3071, 3073, 4095, 4097 };

	CU_ASSERT_EQUAL(KEY_CLASS_COUNT - 1, sizeof rows / sizeof rows[0]);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].name);
		CU_ASSERT_STRING_EQUAL(rows[i].name, key_class_name(rows[i].key_class));
		CU_ASSERT_EQUAL(rows[i].key_class, key_class_from_name(bytes_from_str(rows[i].name)));
		CU_ASSERT_EQUAL(rows[i].key_class, key_class_of(rows[i].kind, rows[i].bits));
	}
	unit_row(NULL);
	for (size_t i = 0; i < sizeof odd_sizes / sizeof odd_sizes[0]; i++)
		CU_ASSERT_EQUAL(KEY_CLASS_RSA_OTHER, key_class_of(KEY_KIND_RSA, odd_sizes[i]));
	CU_ASSERT_EQUAL(KEY_CLASS_NONE, key_class_of(KEY_KIND_OTHER, 2048));
	CU_ASSERT_EQUAL(KEY_CLASS_NONE, key_class_from_name(bytes_from_str("rsa")));
	CU_ASSERT_EQUAL(KEY_CLASS_NONE, key_class_from_name(bytes_from_str("none")));
	CU_ASSERT_EQUAL(KEY_CLASS_NONE, key_class_from_name(bytes_from_str("RSA-2048")));
}

static void lists(void)
{
	static const struct digest_list digest_list = { { DIGEST_SHA256, DIGEST_SHA512 }, 2 };
	static const struct cipher_list cipher_list = { { CIPHER_AES256_CBC, CIPHER_DES3_CBC }, 1 };
	static const struct key_list key_list = { { KEY_CLASS_EC_P256, KEY_CLASS_RSA_2048, KEY_CLASS_ED25519 }, 2 };

	CU_ASSERT_TRUE(digest_list_has(&digest_list, DIGEST_SHA512));
	CU_ASSERT_FALSE(digest_list_has(&digest_list, DIGEST_SHA1));
	CU_ASSERT_FALSE(digest_list_has(&digest_list, DIGEST_NONE));
	CU_ASSERT_TRUE(cipher_list_has(&cipher_list, CIPHER_AES256_CBC));
	CU_ASSERT_FALSE(cipher_list_has(&cipher_list, CIPHER_DES3_CBC));
	CU_ASSERT_FALSE(cipher_list_has(&cipher_list, CIPHER_NONE));
	CU_ASSERT_TRUE(key_list_has(&key_list, KEY_CLASS_RSA_2048));
	CU_ASSERT_FALSE(key_list_has(&key_list, KEY_CLASS_ED25519));
	CU_ASSERT_FALSE(key_list_has(&key_list, KEY_CLASS_NONE));
}

static const struct unit_case cases[] = {
	{ "digests have names, identifiers and lengths, RFC 5754 section 2", digests },
	{ "ciphers have names, identifiers, key and block lengths, RFC 3370 section 5 and RFC 3565 section 4.1", ciphers },
	{ "key kinds have names", key_kinds },
	{ "key classes have names, and RSA keys of an unusual size one of their own", key_classes },
	{ "a list has what stands before its count", lists },
};

UNIT_MAIN("algorithm", cases)
