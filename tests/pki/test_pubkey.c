#include <config.h>

#include "pki/key.h"

#include <string.h>

#include "pki/der.h"
#include "support/unit.h"

#define RSA "06092a864886f70d010101 0500"
#define SHA1_NULL "3009 06052b0e03021a 0500"
#define SHA256_NULL "300d 0609608648016503040201 0500"
#define SHA512_NULL "300d 0609608648016503040203 0500"
#define MGF1 "06092a864886f70d010108"
#define PSS "06092a864886f70d01010a"

static struct pubkey *load_pubkey(const char *name)
{
	struct pubkey *pubkey = NULL;

	if (pubkey_parse(unit_vector(name), &pubkey, NULL) != ERR_OK)
		CU_FAIL_FATAL("the key of the test cannot be read");
	return pubkey;
}

static void kinds(void)
{
	static const struct {
		const char *file;
		enum key_kind kind;
		unsigned bits;
	} rows[] = {
		{ "key/rsa512.spki", KEY_KIND_RSA, 512 }, { "key/rsa1024.spki", KEY_KIND_RSA, 1024 }, { "key/rsa2048.spki", KEY_KIND_RSA, 2048 },
		{ "key/p256.spki", KEY_KIND_EC_P256, 256 }, { "key/p384.spki", KEY_KIND_EC_P384, 384 }, { "key/p521.spki", KEY_KIND_EC_P521, 521 },
		{ "key/ed25519.spki", KEY_KIND_ED25519, 256 }, { "key/secp256k1.spki", KEY_KIND_OTHER, 0 }, { "key/x25519.spki", KEY_KIND_OTHER, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pubkey *pubkey = NULL;

		unit_row(rows[i].file);
		UNIT_ERR(ERR_OK, pubkey_parse(unit_vector(rows[i].file), &pubkey, NULL));
		CU_ASSERT_EQUAL_FATAL(rows[i].kind, pubkey_get_kind(pubkey));
		CU_ASSERT_EQUAL(rows[i].bits, pubkey_get_bits(pubkey));
		UNIT_BYTES(unit_vector(rows[i].file), pubkey_get_spki(pubkey));
		pubkey_free(pubkey);
	}
}

/* Put an RSA key together: SPKI { rsaEncryption, RSAPublicKey { n, e } }. */
static enum err parse_rsa(struct bytes n, struct bytes exponent, struct why *why)
{
	struct buf key, bits, spki, whole;
	struct pubkey *pubkey = NULL;
	enum err e = ERR_OK;

	buf_init(&key);
	buf_init(&bits);
	buf_init(&spki);
	buf_init(&whole);
	UNIT_ERR(ERR_OK, der_put_unsigned(&key, n));
	UNIT_ERR(ERR_OK, der_put_unsigned(&key, exponent));
	UNIT_ERR(ERR_OK, buf_append_byte(&bits, 0));
	UNIT_ERR(ERR_OK, der_put(&bits, DER_SEQUENCE, buf_bytes(&key)));
	UNIT_ERR(ERR_OK, der_put(&spki, DER_SEQUENCE, unit_hex(RSA)));
	UNIT_ERR(ERR_OK, der_put(&spki, DER_BIT_STRING, buf_bytes(&bits)));
	UNIT_ERR(ERR_OK, der_put(&whole, DER_SEQUENCE, buf_bytes(&spki)));
	e = pubkey_parse(buf_bytes(&whole), &pubkey, why);
	pubkey_free(pubkey);
	buf_clear(&whole);
	buf_clear(&spki);
	buf_clear(&bits);
	buf_clear(&key);
	return e;
}

static void weak_rsa(void)
{
	static const struct {
		const char *what;
		size_t n_len;
		uint8_t first, last;
		const char *exponent;
		enum err e;
	} rows[] = {
		{ "512 bits", 64, 0x80, 0x01, "010001", ERR_OK }, { "511 bits", 64, 0x7f, 0x01, "010001", ERR_ALG_KEY },
		{ "8192 bits", 1024, 0xff, 0x01, "010001", ERR_OK }, { "8193 bits", 1025, 0x01, 0x01, "010001", ERR_ALG_KEY },
		{ "an even modulus", 256, 0x80, 0x02, "010001", ERR_ALG_KEY },
		{ "exponent 0", 256, 0x80, 0x01, "00", ERR_ALG_KEY }, { "exponent 1", 256, 0x80, 0x01, "01", ERR_ALG_KEY },
		{ "exponent 2", 256, 0x80, 0x01, "02", ERR_ALG_KEY }, { "exponent 3", 256, 0x80, 0x01, "03", ERR_OK },
		{ "an even exponent", 256, 0x80, 0x01, "010000", ERR_ALG_KEY },
		{ "the largest exponent", 256, 0x80, 0x01, "ffffffff", ERR_OK }, { "an exponent above it", 256, 0x80, 0x01, "0100000001", ERR_ALG_KEY },
		{ "modulus 0", 0, 0, 0, "010001", ERR_ALG_KEY }, { "modulus 15", 1, 0x0f, 0x0f, "03", ERR_ALG_KEY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t n[1025];
		struct why why = { 0 };

		unit_row(rows[i].what);
		memset(n, 0x55, sizeof n);
		if (rows[i].n_len > 0) {
			n[0] = rows[i].first;
			n[rows[i].n_len - 1] = rows[i].last;
		}
		UNIT_ERR(rows[i].e, parse_rsa(bytes_from(n, rows[i].n_len), unit_hex(rows[i].exponent), &why));
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK, why.text[0] == '\0');
	}
}

static void malformed(void)
{
	static const char *const rows[] = {
		"", "3000", "0500", "3004 3000 0300", "3002 3000", "3005 3000 0301 00",
		"300d 3003 06012a 0302 0055 0500 0500", "3009 3003 06012a 0302 0155", "300a 3003 06012a 0303 000055 00", "3009 3003 02012a 0302 0055",
		/* RSA with a key that is none, negative, or has something behind it */
		"3012 300d " RSA " 0301 00", "3013 300d " RSA " 0302 0030", "3015 300d " RSA " 0304 0030 0000", "3018 300d " RSA " 0307 00 3004 0200 0200",
		"301a 300d " RSA " 0309 00 3006 0201ff 020103",
		/* an octet too few, one too many, and all zeros for Ed25519's length */
		"3029 3005 06032b6570 0320 00 00000000000000000000000000000000000000000000000000000000000000",
		"302b 3005 06032b6570 0322 00 000000000000000000000000000000000000000000000000000000000000000000",
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pubkey *pubkey = NULL;

		unit_row(rows[i]);
		UNIT_ERR(ERR_ALG_KEY, pubkey_parse(unit_hex(rows[i]), &pubkey, NULL));
		CU_ASSERT_PTR_NULL(pubkey);
	}
}

/* The SubjectPublicKeyInfo of a file with another AlgorithmIdentifier. */
static void parameters(void)
{
	static const struct {
		const char *what, *file, *algorithm;
		enum err e;
	} rows[] = {
		{ "RSA with NULL", "key/rsa2048.spki", RSA, ERR_OK },
		{ "RSA without parameters", "key/rsa2048.spki", "06092a864886f70d010101", ERR_OK },
		{ "RSA with a NULL that has content", "key/rsa2048.spki", "06092a864886f70d010101 050100", ERR_ALG_KEY },
		{ "RSA with two NULLs", "key/rsa2048.spki", RSA "0500", ERR_ALG_KEY },
		{ "RSA with octets of the device's own", "key/rsa2048.spki", "06092a864886f70d010101 0404 64617461", ERR_ALG_KEY },
		{ "RSA with octets behind NULL", "key/rsa2048.spki", RSA "0404 64617461", ERR_ALG_KEY },
		{ "RSA with an octet behind NULL that is no element", "key/rsa2048.spki", RSA "00", ERR_ALG_KEY },
		{ "EC with a curve", "key/p256.spki", "06072a8648ce3d0201 06082a8648ce3d030107", ERR_OK },
		{ "EC without a curve", "key/p256.spki", "06072a8648ce3d0201", ERR_ALG_KEY },
		{ "EC with NULL", "key/p256.spki", "06072a8648ce3d0201 0500", ERR_ALG_KEY },
		{ "EC with something behind the curve", "key/p256.spki", "06072a8648ce3d0201 06082a8648ce3d030107 0404 64617461", ERR_ALG_KEY },
		{ "EC with two curves", "key/p256.spki", "06072a8648ce3d0201 06082a8648ce3d030107 06082a8648ce3d030107", ERR_ALG_KEY },
		{ "EC of a curve that is not known, with something behind it", "key/secp256k1.spki", "06072a8648ce3d0201 06052b8104000a 0500", ERR_ALG_KEY },
		{ "Ed25519", "key/ed25519.spki", "06032b6570", ERR_OK },
		{ "Ed25519 with NULL", "key/ed25519.spki", "06032b6570 0500", ERR_ALG_KEY },
		{ "Ed25519 with octets of the device's own", "key/ed25519.spki", "06032b6570 0404 64617461", ERR_ALG_KEY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pubkey *pubkey = NULL;
		struct buf content, whole;
		struct der_element outer, algorithm;
		struct der inside;

		unit_row(rows[i].what);
		buf_init(&content);
		buf_init(&whole);
		UNIT_ERR(ERR_OK, der_read_only(unit_vector(rows[i].file), DER_SEQUENCE, &outer));
		inside = (struct der){ outer.value };
		UNIT_ERR(ERR_OK, der_read_tag(&inside, DER_SEQUENCE, &algorithm));
		UNIT_ERR(ERR_OK, der_put(&content, DER_SEQUENCE, unit_hex(rows[i].algorithm)));
		UNIT_ERR(ERR_OK, buf_append(&content, inside.rest));
		UNIT_ERR(ERR_OK, der_put(&whole, DER_SEQUENCE, buf_bytes(&content)));
		UNIT_ERR(rows[i].e, pubkey_parse(buf_bytes(&whole), &pubkey, NULL));
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK, pubkey != NULL);
		pubkey_free(pubkey);
		buf_clear(&whole);
		buf_clear(&content);
	}
	unit_row("a curve in explicit parameters, RFC 5480 section 2.1.1");
	UNIT_ERR(ERR_ALG_KEY, pubkey_parse(unit_vector("key/p256-explicit.spki"), &(struct pubkey *){ NULL }, NULL));
}

static void point_off_the_curve(void)
{
	static const char *const files[] = { "key/p256.spki", "key/p384.spki", "key/p521.spki" };

	for (size_t i = 0; i < sizeof files / sizeof files[0]; i++) {
		struct bytes good = unit_vector(files[i]);
		struct pubkey *pubkey = NULL;
		struct buf bad;

		unit_row(files[i]);
		buf_init(&bad);
		UNIT_ERR(ERR_OK, buf_append(&bad, good));
		bad.ptr[bad.len - 1] ^= 1;
		UNIT_ERR(ERR_ALG_KEY, pubkey_parse(buf_bytes(&bad), &pubkey, NULL));
		UNIT_ERR(ERR_ALG_KEY, pubkey_parse(bytes_from(good.ptr, good.len - 1), &pubkey, NULL));
		CU_ASSERT_PTR_NULL(pubkey);
		buf_clear(&bad);
	}
}

static void key_id(void)
{
	struct pubkey *pubkey = load_pubkey("key/rsa2048.spki");
	uint8_t id[20];

	UNIT_ERR(ERR_OK, pubkey_key_id(pubkey, id));
	UNIT_BYTES(unit_hex("6962d2e33e19a4ca91afcfb395c80b6ebfdfb2d4"), bytes_from(id, sizeof id));
	pubkey_free(pubkey);
}

static void verifying(void)
{
	static const struct {
		const char *key, *signature, *algorithm;
		enum digest digest;
		enum err e;
		enum digest used;
	} rows[] = {
		/* the digest is in the algorithm */
		{ "rsa2048", "rsa-md5", "300d 06092a864886f70d010104 0500", DIGEST_NONE, ERR_OK, DIGEST_MD5 },
		{ "rsa2048", "rsa-sha1", "300d 06092a864886f70d010105 0500", DIGEST_NONE, ERR_OK, DIGEST_SHA1 },
		{ "rsa2048", "rsa-sha1", "3007 06052b0e03021d", DIGEST_SHA1, ERR_OK, DIGEST_SHA1 },
		{ "rsa2048", "rsa-sha224", "300d 06092a864886f70d01010e 0500", DIGEST_NONE, ERR_OK, DIGEST_SHA224 },
		{ "rsa2048", "rsa-sha256", "300d 06092a864886f70d01010b 0500", DIGEST_NONE, ERR_OK, DIGEST_SHA256 },
		{ "rsa2048", "rsa-sha256", "300b 06092a864886f70d01010b", DIGEST_SHA256, ERR_OK, DIGEST_SHA256 },
		{ "rsa2048", "rsa-sha384", "300d 06092a864886f70d01010c 0500", DIGEST_NONE, ERR_OK, DIGEST_SHA384 },
		{ "rsa2048", "rsa-sha512", "300d 06092a864886f70d01010d 0500", DIGEST_NONE, ERR_OK, DIGEST_SHA512 },
		{ "rsa1024", "rsa1024-sha256", "300d 06092a864886f70d01010b 0500", DIGEST_NONE, ERR_OK, DIGEST_SHA256 },
		{ "rsa512", "rsa512-sha256", "300d 06092a864886f70d01010b 0500", DIGEST_NONE, ERR_OK, DIGEST_SHA256 },
		/* rsaEncryption: the digest is the caller's */
		{ "rsa2048", "rsa-md5", "300d " RSA, DIGEST_MD5, ERR_OK, DIGEST_MD5 }, { "rsa2048", "rsa-sha1", "300d " RSA, DIGEST_SHA1, ERR_OK, DIGEST_SHA1 },
		{ "rsa2048", "rsa-sha256", "300b 06092a864886f70d010101", DIGEST_SHA256, ERR_OK, DIGEST_SHA256 },
		{ "rsa2048", "rsa-sha256", "300d " RSA, DIGEST_SHA512, ERR_CMS_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "rsa-sha256", "300d " RSA, DIGEST_NONE, ERR_ALG_DIGEST, DIGEST_NONE },
		{ "rsa2048", "rsa-sha256", "300d 06092a864886f70d01010b 0500", DIGEST_SHA1, ERR_ALG_DIGEST, DIGEST_NONE },
		/* DigestInfo without NULL, and without anything */
		{ "rsa2048", "rsa-sha1-nonull", "300d " RSA, DIGEST_SHA1, ERR_OK, DIGEST_SHA1 },
		{ "rsa2048", "rsa-sha256-nonull", "300d 06092a864886f70d01010b 0500", DIGEST_NONE, ERR_OK, DIGEST_SHA256 },
		{ "rsa2048", "rsa-sha256-nonull", "300d " RSA, DIGEST_SHA1, ERR_CMS_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "rsa-sha256-bare", "300d " RSA, DIGEST_SHA256, ERR_CMS_SIGNATURE, DIGEST_NONE },
		/* The exponent 3, and forgeries that need no private key: cube roots whose cubes start right, or start and end right. RFC 8017 section 8.2.2. */
		{ "rsa-e3", "rsa-e3", "300d " RSA, DIGEST_SHA256, ERR_OK, DIGEST_SHA256 },
		{ "rsa-e3", "rsa-e3-behind", "300d " RSA, DIGEST_SHA256, ERR_CMS_SIGNATURE, DIGEST_NONE },
		{ "rsa-e3", "rsa-e3-behind-nonull", "300d " RSA, DIGEST_SHA256, ERR_CMS_SIGNATURE, DIGEST_NONE },
		{ "rsa-e3", "rsa-e3-inside", "300d " RSA, DIGEST_SHA224, ERR_CMS_SIGNATURE, DIGEST_NONE },
		/* another key, another length */
		{ "rsa1024", "rsa-sha256", "300d " RSA, DIGEST_SHA256, ERR_CMS_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "rsa1024-sha256", "300d " RSA, DIGEST_SHA256, ERR_CMS_SIGNATURE, DIGEST_NONE },
		/* RSASSA-PSS, RFC 4055 section 3.1 */
		{ "rsa2048", "pss-sha256", "3041 " PSS " 3034 a00f " SHA256_NULL " a11c 301a " MGF1 SHA256_NULL " a203 020120", DIGEST_NONE, ERR_OK, DIGEST_SHA256 },
		{ "rsa2048", "pss-sha256", "3046 " PSS " 3039 a00f " SHA256_NULL " a11c 301a " MGF1 SHA256_NULL " a203 020120 a303 020101", DIGEST_SHA256, ERR_OK, DIGEST_SHA256 },
		{ "rsa2048", "pss-sha512", "3041 " PSS " 3034 a00f " SHA512_NULL " a11c 301a " MGF1 SHA512_NULL " a203 020140", DIGEST_NONE, ERR_OK, DIGEST_SHA512 },
		{ "rsa2048", "pss-sha512", "3041 " PSS " 3034 a00f " SHA512_NULL " a11c 301a " MGF1 SHA512_NULL " a203 020140", DIGEST_SHA256, ERR_ALG_DIGEST, DIGEST_NONE },
		{ "rsa2048", "rsa-sha256", "3041 " PSS " 3034 a00f " SHA256_NULL " a11c 301a " MGF1 SHA256_NULL " a203 020120", DIGEST_NONE, ERR_CMS_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "pss-sha256", "3041 " PSS " 3034 a00f " SHA256_NULL " a11c 301a " MGF1 SHA512_NULL " a203 020120", DIGEST_NONE, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "pss-sha256", "3041 " PSS " 3034 a00f " SHA256_NULL " a11c 301a " MGF1 SHA256_NULL " a203 02011f", DIGEST_NONE, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "pss-sha256", "3046 " PSS " 3039 a00f " SHA256_NULL " a11c 301a " MGF1 SHA256_NULL " a203 020120 a303 020102", DIGEST_NONE, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "pss-sha1", "300d " PSS " 3000", DIGEST_NONE, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "pss-sha1", "300b " PSS, DIGEST_NONE, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "pss-sha1", "3039 " PSS " 302c a00b " SHA1_NULL " a118 3016 " MGF1 SHA1_NULL " a203 020114", DIGEST_NONE, ERR_ALG_SIGNATURE, DIGEST_NONE },
		/* ECDSA and Ed25519 */
		{ "p256", "p256-sha1", "3009 06072a8648ce3d0401", DIGEST_NONE, ERR_OK, DIGEST_SHA1 },
		{ "p256", "p256-sha256", "300a 06082a8648ce3d040302", DIGEST_NONE, ERR_OK, DIGEST_SHA256 },
		{ "p256", "p256-sha256", "300c 06082a8648ce3d040302 0500", DIGEST_SHA256, ERR_OK, DIGEST_SHA256 },
		{ "p256", "p256-sha384", "300a 06082a8648ce3d040303", DIGEST_NONE, ERR_OK, DIGEST_SHA384 },
		{ "p256", "p256-sha512", "300a 06082a8648ce3d040304", DIGEST_NONE, ERR_OK, DIGEST_SHA512 },
		{ "p384", "p384-sha384", "300a 06082a8648ce3d040303", DIGEST_SHA384, ERR_OK, DIGEST_SHA384 },
		{ "p521", "p521-sha512", "300a 06082a8648ce3d040304", DIGEST_SHA512, ERR_OK, DIGEST_SHA512 },
		{ "p384", "p256-sha384", "300a 06082a8648ce3d040303", DIGEST_NONE, ERR_CMS_SIGNATURE, DIGEST_NONE },
		{ "p256", "p256-sha256", "300a 06082a8648ce3d040303", DIGEST_NONE, ERR_CMS_SIGNATURE, DIGEST_NONE },
		{ "ed25519", "ed25519", "3005 06032b6570", DIGEST_NONE, ERR_OK, DIGEST_SHA512 },
		{ "ed25519", "ed25519", "3005 06032b6570", DIGEST_SHA256, ERR_OK, DIGEST_SHA512 },
		/* algorithms that do not fit the key, that we do not know, that are none */
		{ "p256", "p256-sha256", "300d " RSA, DIGEST_SHA256, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "rsa-sha256", "300a 06082a8648ce3d040302", DIGEST_NONE, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "rsa-sha256", "3005 06032b6570", DIGEST_NONE, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "rsa-sha256", "3004 06022a03", DIGEST_SHA256, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "rsa2048", "rsa-sha256", "3000", DIGEST_SHA256, ERR_ALG_SIGNATURE, DIGEST_NONE }, { "rsa2048", "rsa-sha256", "", DIGEST_SHA256, ERR_ALG_SIGNATURE, DIGEST_NONE },
		{ "secp256k1", "p256-sha256", "300a 06082a8648ce3d040302", DIGEST_NONE, ERR_ALG_KEY, DIGEST_NONE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char key[64], signature[64], row[256];
		struct pubkey *pubkey;
		struct why why = { 0 };
		enum digest used = DIGEST_NONE;

		snprintf(key, sizeof key, "key/%s.spki", rows[i].key);
		snprintf(signature, sizeof signature, "key/%s.sig", rows[i].signature);
		snprintf(row, sizeof row, "%zu: %s %s %s", i, rows[i].key, rows[i].signature, rows[i].algorithm);
		unit_row(row);
		pubkey = load_pubkey(key);
		UNIT_ERR(rows[i].e, pubkey_verify(pubkey, unit_hex(rows[i].algorithm), rows[i].digest, unit_vector("key/data.txt"), unit_vector(signature), &used, &why));
		CU_ASSERT_EQUAL(rows[i].used, used);
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK, why.text[0] == '\0');
		pubkey_free(pubkey);
		unit_row(NULL);
	}
}

/* A change of any octet of the signature is noticed, and so are an octet too few, too many, and none. */
static void tampering(void)
{
	static const struct {
		const char *key, *signature, *algorithm;
	} rows[] = {
		{ "key/rsa1024.spki", "key/rsa1024-sha256.sig", "300d 06092a864886f70d01010b 0500" }, { "key/rsa2048.spki", "key/rsa-sha256-nonull.sig", "300d 06092a864886f70d01010b 0500" },
		{ "key/p256.spki", "key/p256-sha256.sig", "300a 06082a8648ce3d040302" }, { "key/ed25519.spki", "key/ed25519.sig", "3005 06032b6570" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pubkey *pubkey = load_pubkey(rows[i].key);
		struct bytes algorithm = unit_hex(rows[i].algorithm);
		struct bytes data = unit_vector("key/data.txt");
		struct buf bad;

		unit_row(rows[i].signature);
		buf_init(&bad);
		UNIT_ERR(ERR_OK, buf_append(&bad, unit_vector(rows[i].signature)));
		for (size_t k = 0; k < bad.len; k += 7) {
			bad.ptr[k] ^= 0x10;
			UNIT_ERR(ERR_CMS_SIGNATURE, pubkey_verify(pubkey, algorithm, DIGEST_NONE, data, buf_bytes(&bad), NULL, NULL));
			bad.ptr[k] ^= 0x10;
		}
		UNIT_ERR(ERR_OK, pubkey_verify(pubkey, algorithm, DIGEST_NONE, data, buf_bytes(&bad), NULL, NULL));
		UNIT_ERR(ERR_CMS_SIGNATURE, pubkey_verify(pubkey, algorithm, DIGEST_NONE, data, bytes_from(bad.ptr, bad.len - 1), NULL, NULL));
		UNIT_ERR(ERR_CMS_SIGNATURE, pubkey_verify(pubkey, algorithm, DIGEST_NONE, data, bytes_from(NULL, 0), NULL, NULL));
		UNIT_ERR(ERR_OK, buf_append_byte(&bad, 0));
		UNIT_ERR(ERR_CMS_SIGNATURE, pubkey_verify(pubkey, algorithm, DIGEST_NONE, data, buf_bytes(&bad), NULL, NULL));
		buf_clear(&bad);
		pubkey_free(pubkey);
	}
}

static void encrypting(void)
{
	static const struct {
		const char *key;
		size_t len;
		enum err e;
		size_t out_len;
	} rows[] = {
		{ "key/rsa2048.spki", 16, ERR_OK, 256 }, { "key/rsa2048.spki", 245, ERR_OK, 256 }, { "key/rsa2048.spki", 246, ERR_ALG_KEY_TRANSPORT, 0 },
		{ "key/rsa1024.spki", 32, ERR_OK, 128 }, { "key/rsa512.spki", 32, ERR_OK, 64 }, { "key/rsa512.spki", 53, ERR_OK, 64 },
		{ "key/rsa512.spki", 54, ERR_ALG_KEY_TRANSPORT, 0 }, { "key/p256.spki", 16, ERR_ALG_KEY_TRANSPORT, 0 }, { "key/x25519.spki", 16, ERR_ALG_KEY_TRANSPORT, 0 },
	};
	static const uint8_t plain[256];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pubkey *pubkey = load_pubkey(rows[i].key);
		struct buf out;

		unit_row(rows[i].key);
		buf_init(&out);
		UNIT_ERR(rows[i].e, pubkey_encrypt(pubkey, bytes_from(plain, rows[i].len), &out, NULL));
		CU_ASSERT_EQUAL(rows[i].out_len, out.len);
		buf_clear(&out);
		pubkey_free(pubkey);
	}
}

static const struct unit_case cases[] = {
	{ "public keys of all kinds are read, and what we do not use is of kind other, RFC 5280 section 4.1.2.7", kinds },
	{ "RSA keys with too few or too many bits, an even modulus or a bad exponent are refused", weak_rsa },
	{ "public keys that are malformed are refused, RFC 5280 section 4.1", malformed },
	{ "the parameters of an algorithm are NULL or nothing for RSA, one curve for EC, nothing for Ed25519, RFC 3279, RFC 5480, RFC 8410", parameters },
	{ "an EC point that is not on its curve is refused, RFC 5480 section 2.2", point_off_the_curve },
	{ "the key identifier is SHA-1 of the key bits, RFC 5280 section 4.2.1.2 method (1)", key_id },
	{ "signatures by openssl verify as their algorithm says, RFC 5652 section 10.1.2, RFC 4055, RFC 5758, RFC 8419", verifying },
	{ "a changed, short, long or empty signature does not verify", tampering },
	{ "RSA encrypts up to its size less 11 octets, RFC 8017 section 7.2.1", encrypting },
};

UNIT_MAIN("pubkey", cases)
