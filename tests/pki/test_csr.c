#include <config.h>

#include "pki/csr.h"

#include <stdio.h>
#include <string.h>

#include "pki/der.h"
#include "pki/name.h"
#include "support/unit.h"

#define OID_CHALLENGE_HEX "06092a864886f70d010907"
#define OID_EXTENSIONS_HEX "06092a864886f70d01090e"
#define OID_MS_EXTENSIONS_HEX "060a2b060104018237 02010e"
#define KEY_USAGE_HEX "3010 300e 0603551d0f 0101ff 0404 03020780"

static struct csr *parse_vector(const char *name)
{
	struct csr *csr = NULL;
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, csr_parse(unit_vector(name), &csr, &why));
	if (csr == NULL)
		printf("# %s: %s\n", name, why.text);
	return csr;
}

static void test_vectors(void)
{
	static const struct {
		const char *file, *subject, *challenge;
		size_t san_count, eku_count, other_count;
		unsigned key_usage;
		enum key_kind kind;
		enum err verified;
	} rows[] = {
		{ "csr/openssl_rsa.der", "CN=device-1.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_RSA, ERR_OK },
		{ "csr/openssl_p256.der", "CN=device-1.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_EC_P256, ERR_OK },
		{ "csr/openssl_ed25519.der", "CN=device-1.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_ED25519, ERR_OK },
		{ "csr/openssl_secp256k1.der", "CN=device-1.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_OTHER, ERR_ALG_KEY },
		{ "csr/openssl_rsa1024.der", "CN=device-1.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_RSA, ERR_OK },
		{ "csr/openssl_sha1.der", "CN=device-1.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_RSA, ERR_OK },
		{ "csr/openssl_md5.der", "CN=device-1.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_RSA, ERR_ALG_DIGEST },
		{ "csr/openssl_empty.der", "", NULL, 0, 0, 0, 0, KEY_KIND_RSA, ERR_OK },
		{ "csr/strongswan_rsa.der", "CN=device-2,O=Example Corp,C=DE", "correct horse 9", 2, 0, 0, 0, KEY_KIND_RSA, ERR_OK },
		{ "csr/gnutls_rsa.der", "CN=device-3,O=Example Corp", "correct horse 9", 1, 1, 0, 1, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_version2.der", "CN=device-4,O=Example Corp", "correct horse 9", 0, 0, 0, 0, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_no_attributes.der", "CN=device-4,O=Example Corp", NULL, 0, 0, 0, 0, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_multivalue_rdn.der", "serialNumber=FTX1234ABCD+unstructuredName=router-1.example.com+CN=router-1", "correct horse 9", 0, 0, 0, 0, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_t61_challenge.der", "CN=device-4,O=Example Corp", "grüner Tee 9", 0, 0, 0, 0, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_bmp_challenge.der", "CN=device-4,O=Example Corp", "grüner Tee 9", 0, 0, 0, 0, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_t61_bmp_subject.der", "CN=Gerät-1,O=Bäcker", "correct horse 9", 0, 0, 0, 0, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_ms_extensions.der", "CN=device-4,O=Example Corp", "correct horse 9", 1, 0, 0, 0, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_certmonger_like.der", "CN=device-4,O=Example Corp", "correct horse 9", 1, 1, 4, 5, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_indefinite.ber", "CN=device-1.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_RSA, ERR_OK },
		{ "csr/made_bad_info.der", "CN=device-9.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_RSA, ERR_CSR_SIGNATURE },
		{ "csr/made_bad_signature.der", "CN=device-1.example.com,O=Example Corp,C=DE", "correct horse 9", 6, 2, 0, 5, KEY_KIND_RSA, ERR_CSR_SIGNATURE },
	};
	struct buf subject = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct why why = { 0 };
		struct csr *csr;

		unit_row(rows[i].file);
		if ((csr = parse_vector(rows[i].file)) == NULL)
			continue;
		buf_reset(&subject);
		UNIT_ERR(ERR_OK, name_format(csr->subject, &subject));
		UNIT_BYTES(bytes_from_str(rows[i].subject), buf_bytes(&subject));
		CU_ASSERT_EQUAL(csr->has_challenge, rows[i].challenge != NULL);
		UNIT_BYTES(bytes_from_str(rows[i].challenge), buf_bytes(&csr->challenge));
		CU_ASSERT_EQUAL(csr->ext.san_count, rows[i].san_count);
		CU_ASSERT_EQUAL(csr->ext.eku_count, rows[i].eku_count);
		CU_ASSERT_EQUAL(csr->ext.other_count, rows[i].other_count);
		CU_ASSERT_EQUAL(csr->ext.key_usage, rows[i].key_usage);
		CU_ASSERT(!csr->ext.is_ca);
		CU_ASSERT_EQUAL(pubkey_get_kind(csr->pubkey), rows[i].kind);
		UNIT_ERR(rows[i].verified, csr_verify(csr, &why));
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].verified == ERR_OK);
		csr_free(csr);
	}
	unit_row(NULL);
	buf_clear(&subject);
}

static void test_ca(void)
{
	struct csr *csr = parse_vector("csr/openssl_ca.der");

	CU_ASSERT(csr->ext.is_ca);
	CU_ASSERT_EQUAL(csr->ext.key_usage, KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_CERT_SIGN);
	csr_free(csr);
}

static void test_truncated(void)
{
	struct bytes whole = unit_vector("csr/openssl_p256.der");
	struct csr *csr = NULL;
	struct buf longer = { 0 };

	for (size_t len = 0; len < whole.len; len++) {
		enum err e = csr_parse(bytes_from(whole.ptr, len), &csr, NULL);

		if (e != ERR_CSR_SYNTAX)
			printf("# cut to %zu bytes\n", len);
		UNIT_ERR(ERR_CSR_SYNTAX, e);
	}
	buf_append(&longer, whole);
	buf_append_byte(&longer, 0);
	UNIT_ERR(ERR_CSR_SYNTAX, csr_parse(buf_bytes(&longer), &csr, NULL));
	CU_ASSERT_PTR_NULL(csr);
	buf_clear(&longer);
}

/* What is kept of a request is no proof of anything. */
static void test_unsigned(void)
{
	struct csr *csr = NULL, *kept = NULL;
	struct buf redacted = { 0 };

	UNIT_ERR(ERR_OK, csr_parse(unit_vector("csr/openssl_rsa.der"), &csr, NULL));
	UNIT_ERR(ERR_OK, csr_redact(csr, &redacted));
	UNIT_ERR(ERR_OK, csr_parse(buf_bytes(&redacted), &kept, NULL));
	UNIT_BYTES(csr->subject, kept->subject);
	UNIT_ERR(ERR_CSR_SIGNATURE, csr_verify(kept, NULL));
	csr_free(csr);
	csr_free(kept);
	buf_clear(&redacted);
}

static void test_flipped(void)
{
	struct bytes whole = unit_vector("csr/openssl_p256.der");
	struct buf copy = { 0 };
	size_t verified = 0;

	buf_append(&copy, whole);
	for (size_t i = 0; i < copy.len; i++) {
		struct csr *csr = NULL;

		copy.ptr[i] ^= 0x01;
		if (csr_parse(buf_bytes(&copy), &csr, NULL) == ERR_OK && csr_verify(csr, NULL) == ERR_OK)
			verified++;
		csr_free(csr);
		copy.ptr[i] ^= 0x01;
	}
	CU_ASSERT_EQUAL(verified, 0);
	buf_clear(&copy);
}

/* A request around attributes (hexadecimal, the content of [0]; NULL leaves [0] out), with the key of a vector and no good signature. */
static enum err parse_made(const char *version_hex, const char *subject_hex, struct bytes attributes, bool has_attributes, struct csr **csr, struct why *why)
{
	struct csr *vector = parse_vector("csr/openssl_p256.der");
	struct buf content = { 0 }, request = { 0 }, whole = { 0 };
	enum err e;

	buf_append(&content, unit_hex(version_hex));
	buf_append(&content, unit_hex(subject_hex));
	buf_append(&content, vector->spki);
	if (has_attributes)
		der_put(&content, DER_CONTEXT_CONSTRUCTED(0), attributes);
	der_put(&request, DER_SEQUENCE, buf_bytes(&content));
	buf_append(&request, vector->algorithm);
	buf_append(&request, unit_hex("03020000"));
	der_put(&whole, DER_SEQUENCE, buf_bytes(&request));
	e = csr_parse(buf_bytes(&whole), csr, why);
	csr_free(vector);
	buf_clear(&content);
	buf_clear(&request);
	buf_clear(&whole);
	return e;
}

static void test_attributes(void)
{
	static const struct {
		const char *row, *attributes;
		enum err e;
		bool has_challenge;
		const char *challenge;
	} rows[] = {
		{ "none", "", ERR_OK, false, "" },
		{ "PrintableString", "3010 " OID_CHALLENGE_HEX " 3103 130161", ERR_OK, true, "a" },
		{ "UTF8String", "3010 " OID_CHALLENGE_HEX " 3103 0c0161", ERR_OK, true, "a" },
		{ "IA5String", "3010 " OID_CHALLENGE_HEX " 3103 160161", ERR_OK, true, "a" },
		{ "T61String", "3010 " OID_CHALLENGE_HEX " 3103 1401e9", ERR_OK, true, "é" },
		{ "BMPString", "3011 " OID_CHALLENGE_HEX " 3104 1e0200e9", ERR_OK, true, "é" },
		{ "UniversalString", "3013 " OID_CHALLENGE_HEX " 3106 1c04000000e9", ERR_OK, true, "é" },
		{ "OCTET STRING", "3010 " OID_CHALLENGE_HEX " 3103 040161", ERR_OK, true, "a" },
		{ "OCTET STRING, no UTF-8", "3010 " OID_CHALLENGE_HEX " 3103 0401ff", ERR_CSR_SYNTAX, false, "" },
		{ "empty is there and empty", "300f " OID_CHALLENGE_HEX " 3102 1300", ERR_OK, true, "" },
		{ "no value is as absent", "300d " OID_CHALLENGE_HEX " 3100", ERR_OK, false, "" },
		{ "two values", "3013 " OID_CHALLENGE_HEX " 3106 130161 130162", ERR_CSR_SYNTAX, false, "" },
		{ "twice", "3010 " OID_CHALLENGE_HEX " 3103 130161 3010 " OID_CHALLENGE_HEX " 3103 130161", ERR_CSR_SYNTAX, false, "" },
		{ "once without a value", "300d " OID_CHALLENGE_HEX " 3100 3010 " OID_CHALLENGE_HEX " 3103 130161", ERR_CSR_SYNTAX, false, "" },
		{ "a NUL", "3011 " OID_CHALLENGE_HEX " 3104 13026100", ERR_CSR_SYNTAX, false, "" },
		{ "a NUL in front", "3011 " OID_CHALLENGE_HEX " 3104 0c020061", ERR_CSR_SYNTAX, false, "" },
		{ "a number", "3010 " OID_CHALLENGE_HEX " 3103 020161", ERR_CSR_SYNTAX, false, "" },
		{ "SEQUENCE instead of SET", "3010 " OID_CHALLENGE_HEX " 3003 130161", ERR_CSR_SYNTAX, false, "" },
		{ "something behind the values", "3012 " OID_CHALLENGE_HEX " 3103 130161 0500", ERR_CSR_SYNTAX, false, "" },
		{ "a value cut short", "300f " OID_CHALLENGE_HEX " 3102 1301", ERR_CSR_SYNTAX, false, "" },
		{ "an unknown attribute", "3009 06022a03 3103 130161", ERR_OK, false, "" },
		{ "no attribute", "0500", ERR_CSR_SYNTAX, false, "" },
		{ "extensions", "301f " OID_EXTENSIONS_HEX " 3112 " KEY_USAGE_HEX, ERR_OK, false, "" },
		{ "extensions of Microsoft", "3020 " OID_MS_EXTENSIONS_HEX " 3112 " KEY_USAGE_HEX, ERR_OK, false, "" },
		{ "extensions of both", "301f " OID_EXTENSIONS_HEX " 3112 " KEY_USAGE_HEX " 3020 " OID_MS_EXTENSIONS_HEX " 3112 " KEY_USAGE_HEX, ERR_CSR_SYNTAX, false, "" },
		{ "extensions twice", "301f " OID_EXTENSIONS_HEX " 3112 " KEY_USAGE_HEX " 301f " OID_EXTENSIONS_HEX " 3112 " KEY_USAGE_HEX, ERR_CSR_SYNTAX, false, "" },
		{ "two values of extensions", "3031 " OID_EXTENSIONS_HEX " 3124 " KEY_USAGE_HEX " " KEY_USAGE_HEX, ERR_CSR_SYNTAX, false, "" },
		{ "extensions without a value", "300d " OID_EXTENSIONS_HEX " 3100", ERR_OK, false, "" },
		{ "broken extensions", "300f " OID_EXTENSIONS_HEX " 3102 0500", ERR_CSR_SYNTAX, false, "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct why why = { 0 };
		struct csr *csr = NULL;

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].e, parse_made("020100", "3000", unit_hex(rows[i].attributes), true, &csr, &why));
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].e == ERR_OK);
		if (csr == NULL)
			continue;
		CU_ASSERT_EQUAL(csr->has_challenge, rows[i].has_challenge);
		UNIT_BYTES(bytes_from_str(rows[i].challenge), buf_bytes(&csr->challenge));
		CU_ASSERT_EQUAL(csr->ext.has_key_usage, strncmp(rows[i].row, "extensions", 10) == 0 && strstr(rows[i].row, "without") == NULL);
		csr_free(csr);
	}
	unit_row(NULL);
}

static void test_info(void)
{
	static const struct {
		const char *row, *version, *subject;
		enum err e;
	} rows[] = {
		{ "version 0", "020100", "3000", ERR_OK },
		{ "version 1", "020101", "3000", ERR_OK },
		{ "version 200", "020200c8", "3000", ERR_OK },
		{ "no version", "", "3000", ERR_CSR_SYNTAX },
		{ "no subject", "020100", "", ERR_CSR_SYNTAX },
		{ "subject is no name", "020100", "30020500", ERR_CSR_SYNTAX },
		{ "RDN without an attribute", "020100", "30023100", ERR_CSR_SYNTAX },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (int has_attributes = 0; has_attributes < 2; has_attributes++) {
			struct csr *csr = NULL;

			unit_row(rows[i].row);
			UNIT_ERR(rows[i].e, parse_made(rows[i].version, rows[i].subject, unit_hex(""), has_attributes == 1, &csr, NULL));
			csr_free(csr);
		}
	unit_row(NULL);
}

/* Append `count` attributes of the type 1.2.n. */
static void put_attributes(struct buf *out, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		uint8_t attribute[] = { 0x30, 0x06, 0x06, 0x02, 0x2a, (uint8_t)i, 0x31, 0x00 };

		buf_append(out, bytes_from(attribute, sizeof attribute));
	}
}

static void put_challenge(struct buf *out, uint8_t tag, size_t len)
{
	struct buf text = { 0 }, set = { 0 }, inside = { 0 };
	uint8_t *at;

	buf_append_space(&text, len, &at);
	memset(at, 'a', len);
	der_put(&set, tag, buf_bytes(&text));
	buf_append(&inside, unit_hex(OID_CHALLENGE_HEX));
	der_put(&inside, DER_SET, buf_bytes(&set));
	der_put(out, DER_SEQUENCE, buf_bytes(&inside));
	buf_clear(&text);
	buf_clear(&set);
	buf_clear(&inside);
}

static void test_limits(void)
{
	static const struct {
		const char *row;
		size_t attributes, challenge_len;
		uint8_t tag;
		enum err e;
	} rows[] = {
		{ "32 attributes", CSR_MAX_ATTRIBUTES, 0, 0, ERR_OK },
		{ "33 attributes", CSR_MAX_ATTRIBUTES + 1, 0, 0, ERR_CSR_SYNTAX },
		{ "a challenge of 8192 bytes", 0, CSR_MAX_CHALLENGE_LEN, DER_UTF8_STRING, ERR_OK },
		{ "a challenge of 8193 bytes", 0, CSR_MAX_CHALLENGE_LEN + 1, DER_UTF8_STRING, ERR_CSR_SYNTAX },
		{ "8190 bytes of UTF-8 from 2730 characters (BMP)", 0, 2730 * 2, DER_BMP_STRING, ERR_OK },
		{ "8193 bytes of UTF-8 from 2731 characters (BMP)", 0, 2731 * 2, DER_BMP_STRING, ERR_CSR_SYNTAX },
		{ "more octets than any encoding needs", 0, CSR_MAX_CHALLENGE_LEN * 4 + 1, DER_UTF8_STRING, ERR_CSR_SYNTAX },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf attributes = { 0 };
		struct csr *csr = NULL;

		unit_row(rows[i].row);
		put_attributes(&attributes, rows[i].attributes);
		if (rows[i].tag != 0)
			put_challenge(&attributes, rows[i].tag, rows[i].challenge_len);
		UNIT_ERR(rows[i].e, parse_made("020100", "3000", buf_bytes(&attributes), true, &csr, NULL));
		csr_free(csr);
		buf_clear(&attributes);
	}
	unit_row(NULL);
}

static void test_broken_key(void)
{
	/* a P-256 key whose point is not on the curve: only the last octet of the vector's point is changed */
	struct bytes vector = unit_vector("csr/openssl_p256.der");
	struct csr *good = parse_vector("csr/openssl_p256.der"), *csr = NULL;
	struct why why = { 0 };
	struct buf copy = { 0 };
	size_t at = (size_t)(good->spki.ptr - good->der.ptr) + good->spki.len - 1;

	buf_append(&copy, vector);
	copy.ptr[at] ^= 1;
	UNIT_ERR(ERR_ALG_KEY, csr_parse(buf_bytes(&copy), &csr, &why));
	CU_ASSERT(why.text[0] != '\0');
	csr_free(good);
	buf_clear(&copy);
}

static struct key *load_key(const char *file)
{
	struct key *key = NULL;

	UNIT_ERR(ERR_OK, key_parse_pem(unit_vector(file), &key, NULL));
	return key;
}

static void test_encode(void)
{
	static const struct {
		const char *file;
		enum digest digest;
	} rows[] = {
		{ "cert/ca_rsa.key", DIGEST_SHA1 }, { "cert/ca_rsa.key", DIGEST_SHA256 }, { "cert/ca_rsa.key", DIGEST_SHA512 }, { "cert/ca_p384.key", DIGEST_SHA384 },
		{ "cert/device_p256.key", DIGEST_SHA256 }, { "cert/ca_ed25519.key", DIGEST_SHA256 },
	};
	struct bytes san[] = { unit_hex("8203612e62"), unit_hex("8704c0000201") };
	struct bytes eku[] = { oid_get(OID_KP_CLIENT_AUTH) };
	struct csr_template request = { .subject = unit_hex("300c310a300806035504030c0161"), .challenge = bytes_from_str("pass word"), .san = san, .san_count = 2,
		.key_usage = KEY_USAGE_DIGITAL_SIGNATURE, .eku = eku, .eku_count = 1, .ask_ca = true };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct key *key = load_key(rows[i].file);
		struct csr *csr = NULL;
		struct buf der = { 0 };

		unit_row(rows[i].file);
		UNIT_ERR(ERR_OK, csr_encode(&request, key, rows[i].digest, &der, NULL));
		UNIT_ERR(ERR_OK, csr_parse(buf_bytes(&der), &csr, NULL));
		UNIT_ERR(ERR_OK, csr_verify(csr, NULL));
		UNIT_BYTES(request.subject, csr->subject);
		UNIT_BYTES(key_get_spki(key), csr->spki);
		UNIT_BYTES(request.challenge, buf_bytes(&csr->challenge));
		CU_ASSERT_EQUAL(csr->ext.san_count, 2);
		UNIT_BYTES(san[1], csr->ext.san[1].raw);
		CU_ASSERT_EQUAL(csr->ext.key_usage, KEY_USAGE_DIGITAL_SIGNATURE);
		CU_ASSERT_EQUAL(csr->ext.eku_count, 1);
		CU_ASSERT(csr->ext.is_ca);
		csr_free(csr);
		key_free(key);
		buf_clear(&der);
	}
	unit_row(NULL);
}

static void test_encode_edges(void)
{
	static const struct {
		const char *row, *subject, *challenge;
		enum err e;
		const char *attributes; /* what must be found in the encoding */
	} rows[] = {
		{ "nothing asked: attributes are there and empty (RFC 2986 section 4.1)", "3000", "", ERR_OK, "a000" },
		{ "a challenge of PrintableString", "3000", "Abc 09'()+,-./:=?", ERR_OK, "1311 416263203039 2728292b2c2d2e2f3a3d3f" },
		{ "a challenge with a low line", "3000", "a_b", ERR_OK, "0c03 615f62" },
		{ "a challenge with an asterisk", "3000", "a*b", ERR_OK, "0c03 612a62" },
		{ "a challenge with é", "3000", "é", ERR_OK, "0c02 c3a9" },
		{ "a challenge that is no UTF-8", "3000", "\xff", ERR_VALUE, NULL },
		{ "a subject that is no name", "0500", "a", ERR_VALUE, NULL },
		{ "no subject", "", "a", ERR_VALUE, NULL },
	};
	struct key *key = load_key("cert/device_p256.key");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct csr_template request = { .subject = unit_hex(rows[i].subject), .challenge = bytes_from_str(rows[i].challenge) };
		struct why why = { 0 };
		struct buf der = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].e, csr_encode(&request, key, DIGEST_SHA256, &der, &why));
		if (rows[i].attributes != NULL) {
			struct bytes part = unit_hex(rows[i].attributes);

			CU_ASSERT_PTR_NOT_NULL(memmem(der.ptr, der.len, part.ptr, part.len));
		} else {
			CU_ASSERT_EQUAL(der.len, 0);
			CU_ASSERT(why.text[0] != '\0');
		}
		buf_clear(&der);
	}
	unit_row(NULL);
	key_free(key);
}

static void test_encode_sorted(void)
{
	struct key *key = load_key("cert/device_p256.key");
	struct csr_template request = { .subject = unit_hex("3000"), .challenge = bytes_from_str("a"), .key_usage = KEY_USAGE_DIGITAL_SIGNATURE };
	struct bytes in_order;
	struct buf der = { 0 };

	/* the shorter attribute stands first: X.690 section 11.6 */
	UNIT_ERR(ERR_OK, csr_encode(&request, key, DIGEST_SHA256, &der, NULL));
	in_order = unit_hex("3010 " OID_CHALLENGE_HEX " 3103 130161 301f " OID_EXTENSIONS_HEX " 3112 " KEY_USAGE_HEX);
	CU_ASSERT_PTR_NOT_NULL(memmem(der.ptr, der.len, in_order.ptr, in_order.len));
	buf_clear(&der);
	key_free(key);
}

static const struct unit_case cases[] = {
	{ "requests of real programs are read and verified over the bytes as sent (RFC 2986 section 4)", test_vectors },
	{ "a request for a CA is seen as one", test_ca },
	{ "a request cut anywhere, or with a byte behind it, is refused", test_truncated },
	{ "a request with any bit changed does not verify", test_flipped },
	{ "a request without signature can be read, and proves nothing (RFC 2986 section 4.2)", test_unsigned },
	{ "attributes: one challenge of any string type, one extensionRequest (RFC 2985 section 5.4)", test_attributes },
	{ "any version, and no attributes at all (RFC 2986 section 4.1)", test_info },
	{ "a request has 32 attributes and a challenge of 8192 bytes at most", test_limits },
	{ "a key that is no point of its curve is refused as badAlg", test_broken_key },
	{ "what is written is read back and verifies, for every kind of key", test_encode },
	{ "challenges are PrintableString where possible, empty attributes stay (RFC 2985 section 5.4.1)", test_encode_edges },
	{ "attributes are written in the order of DER", test_encode_sorted },
};

UNIT_MAIN("pki/csr", cases)
