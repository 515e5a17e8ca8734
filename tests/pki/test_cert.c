#include <config.h>

#include "pki/cert.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "pki/der.h"
#include "pki/name.h"
#include "support/unit.h"

enum { DAY_S = 86400 };

static struct cert *parse_vector(const char *name)
{
	struct cert *cert = NULL;
	struct why why = { 0 };
	enum err e = strstr(name, ".pem") != NULL ? cert_parse_pem(unit_vector(name), &cert, &why) : cert_parse(unit_vector(name), &cert, &why);

	UNIT_ERR(ERR_OK, e);
	if (cert == NULL)
		printf("# %s: %s\n", name, why.text);
	return cert;
}

static struct key *load_key(const char *name)
{
	struct key *key = NULL;

	UNIT_ERR(ERR_OK, key_parse_pem(unit_vector(name), &key, NULL));
	return key;
}

#define PLAIN_SKI "000102030405060708090a0b0c0d0e0f10111213"

static void test_signers(void)
{
	static const struct {
		const char *file, *serial, *ski;
		bool has_times, is_ca, has_key_usage;
		unsigned key_usage;
	} rows[] = {
		{ "cert/plain.der", "01", PLAIN_SKI, true, true, true, 5 },
		{ "cert/version4.der", "01", PLAIN_SKI, true, true, true, 5 },
		{ "cert/version1_with_extensions.der", "01", PLAIN_SKI, true, true, true, 5 },
		{ "cert/version1.der", "01", "", true, false, false, 0 },
		{ "cert/doubled_extension.der", "01", PLAIN_SKI, true, true, true, 5 },
		{ "cert/broken_extension.der", "01", PLAIN_SKI, true, true, false, 0 },
		{ "cert/unknown_critical.der", "01", PLAIN_SKI, true, true, true, 5 },
		{ "cert/offset_times.der", "01", PLAIN_SKI, false, true, true, 5 },
		{ "cert/fractional_times.der", "01", PLAIN_SKI, false, true, true, 5 },
		{ "cert/serial_32_octets.der", "3346323530344530344638393131443339413043303330354538324333333031", PLAIN_SKI, true, true, true, 5 },
		{ "cert/serial_negative.der", "ff01", PLAIN_SKI, true, true, true, 5 },
		{ "cert/serial_padded.der", "00000007", PLAIN_SKI, true, true, true, 5 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cert *cert;

		unit_row(rows[i].file);
		if ((cert = parse_vector(rows[i].file)) == NULL)
			continue;
		UNIT_BYTES(unit_hex(rows[i].serial), cert->serial);
		UNIT_BYTES(unit_hex(rows[i].ski), cert->subject_key_id);
		CU_ASSERT_EQUAL(cert->has_times, rows[i].has_times);
		CU_ASSERT_EQUAL(cert->is_ca, rows[i].is_ca);
		CU_ASSERT_EQUAL(cert->has_key_usage, rows[i].has_key_usage);
		CU_ASSERT_EQUAL(cert->key_usage, rows[i].key_usage);
		CU_ASSERT(cert_is_self_signed(cert));
		UNIT_BYTES(unit_vector(rows[i].file), buf_bytes(&cert->der));
		cert_free(cert);
	}
	unit_row(NULL);
}

static void test_plain(void)
{
	struct cert *cert = parse_vector("cert/plain.der");

	CU_ASSERT_EQUAL(cert->not_before_utc, 1672531200);
	CU_ASSERT_EQUAL(cert->not_after_utc, 1988150400);
	UNIT_BYTES(unit_hex("1415161718191a1b1c1d1e1f2021222324252627"), cert->authority_key_id);
	UNIT_BYTES(unit_hex("3011 310f 300d 0603550403 1306 7369676e6572"), cert->subject);
	UNIT_BYTES(cert->subject, cert->issuer);
	cert_free(cert);
}

static void test_serial_limit(void)
{
	struct cert *cert = NULL;
	struct why why = { 0 };

	UNIT_ERR(ERR_CERT_SYNTAX, cert_parse(unit_vector("cert/serial_65_octets.der"), &cert, &why));
	CU_ASSERT_STRING_EQUAL(why.text, "the certificate is malformed: the serial number is too long");
	CU_ASSERT_PTR_NULL(cert);
}

static void test_truncated(void)
{
	struct bytes whole = unit_vector("cert/plain.der");
	struct buf longer = { 0 };
	struct cert *cert = NULL;

	for (size_t len = 0; len < whole.len; len++)
		UNIT_ERR(ERR_CERT_SYNTAX, cert_parse(bytes_from(whole.ptr, len), &cert, NULL));
	buf_append(&longer, whole);
	buf_append_byte(&longer, 0);
	UNIT_ERR(ERR_CERT_SYNTAX, cert_parse(buf_bytes(&longer), &cert, NULL));
	buf_clear(&longer);
}

static void test_flipped(void)
{
	struct bytes whole = unit_vector("cert/plain.der");
	struct buf copy = { 0 };
	size_t verified = 0;

	buf_append(&copy, whole);
	for (size_t i = 0; i < copy.len; i++) {
		struct cert *cert = NULL;

		copy.ptr[i] ^= 0x10;
		if (cert_parse(buf_bytes(&copy), &cert, NULL) == ERR_OK && cert_is_self_signed(cert))
			verified++;
		cert_free(cert);
		copy.ptr[i] ^= 0x10;
	}
	CU_ASSERT_EQUAL(verified, 0);
	buf_clear(&copy);
}

static void test_pem(void)
{
	struct cert *cert = parse_vector("cert/ca_rsa.pem"), *again = NULL;
	struct buf pem = { 0 }, mixed = { 0 };

	UNIT_ERR(ERR_OK, cert_encode_pem(buf_bytes(&cert->der), &pem));
	UNIT_BYTES(unit_vector("cert/ca_rsa.pem"), buf_bytes(&pem));
	buf_append_str(&mixed, "Certificate:\r\n  text before\r\n");
	for (size_t i = 0; i < pem.len; i++) {
		if (pem.ptr[i] == '\n')
			buf_append_byte(&mixed, '\r');
		buf_append_byte(&mixed, pem.ptr[i]);
	}
	UNIT_ERR(ERR_OK, cert_parse_pem(buf_bytes(&mixed), &again, NULL));
	UNIT_BYTES(buf_bytes(&cert->der), buf_bytes(&again->der));
	cert_free(cert);
	cert_free(again);
	buf_clear(&pem);
	buf_clear(&mixed);
}

static void test_pem_refused(void)
{
	static const char *const rows[] = {
		"", "-----BEGIN CERTIFICATE-----", "-----BEGIN CERTIFICATE-----\n-----END CERTIFICATE-----\n", "-----END CERTIFICATE-----\n-----BEGIN CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\n!!\n-----END CERTIFICATE-----\n", "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n",
		"-----BEGIN CERTIFICATE-----\nMAAwAA==\n-----END CERTIFICATE-----\n", "-----BEGIN RSA PRIVATE KEY-----\nMAA=\n-----END RSA PRIVATE KEY-----\n",
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct cert *cert = NULL;
		struct why why = { 0 };

		unit_row(rows[i]);
		UNIT_ERR(ERR_CERT_SYNTAX, cert_parse_pem(bytes_from_str(rows[i]), &cert, &why));
		CU_ASSERT(why.text[0] != '\0');
	}
	unit_row(NULL);
}

static void test_verify_issued(void)
{
	struct cert *rsa = parse_vector("cert/ca_rsa.pem"), *other = parse_vector("cert/ca_p384.pem"), *same_name = parse_vector("cert/ca_without_ski.pem");
	struct why why = { 0 };

	CU_ASSERT(cert_is_self_signed(rsa));
	CU_ASSERT(cert_is_self_signed(other));
	UNIT_ERR(ERR_OK, cert_verify_issued(rsa, rsa, NULL));
	UNIT_ERR(ERR_CMS_SIGNATURE, cert_verify_issued(rsa, other, &why));
	CU_ASSERT_STRING_EQUAL(why.text, "the certificate names another issuer");
	/* the same key under another name is not the issuer */
	UNIT_ERR(ERR_CMS_SIGNATURE, cert_verify_issued(rsa, same_name, NULL));
	cert_free(rsa);
	cert_free(other);
	cert_free(same_name);
}

static void test_fingerprint(void)
{
	struct buf out = { 0 };

	UNIT_ERR(ERR_OK, cert_format_fingerprint(bytes_from_str("abc"), DIGEST_SHA1, &out));
	UNIT_BYTES(bytes_from_str("A9:99:3E:36:47:06:81:6A:BA:3E:25:71:78:50:C2:6C:9C:D0:D8:9D"), buf_bytes(&out));
	buf_clear(&out);
}

/* --- signing ------------------------------------------------------------------------------------------------------------------ */

struct issuing {
	struct cert *issuer;
	struct key *issuer_key;
	struct key *device_key;
	struct pubkey *device;
	struct bytes eku[2], san[3];
	struct cert_template tbs;
	uint64_t seed;
	struct random random;
};

static void issuing_init(struct issuing *at, const char *issuer, const char *issuer_key)
{
	*at = (struct issuing){ .seed = 1 };
	at->random = random_counter(&at->seed);
	at->issuer = parse_vector(issuer);
	at->issuer_key = load_key(issuer_key);
	at->device_key = load_key("cert/device_p256.key");
	UNIT_ERR(ERR_OK, pubkey_parse(key_get_spki(at->device_key), &at->device, NULL));
	at->eku[0] = oid_get(OID_KP_CLIENT_AUTH);
	at->eku[1] = oid_get(OID_KP_SERVER_AUTH);
	at->san[0] = unit_hex("820b 612e6578616d706c652e63");
	at->san[1] = unit_hex("8704 c0000201");
	at->san[2] = unit_hex("a014 060a2b060104018237140203 a006 0c04 64406572");
	/* O, then a multi-valued RDN that is not in the order of DER: it must come out as it went in */
	at->tbs = (struct cert_template){ .subject = unit_hex("3023 310b 3009 060355040a 0c024578 3114 3008 0603550405 130131 3008 0603550403 0c0161"),
		.spki = key_get_spki(at->device_key), .not_before_utc = at->issuer->not_before_utc, .not_after_utc = at->issuer->not_before_utc + 365 * DAY_S,
		.path_len = -1, .key_usage = KEY_USAGE_DIGITAL_SIGNATURE, .eku = at->eku, .eku_count = 2, .san = at->san, .san_count = 3 };
}

static void issuing_clear(struct issuing *at)
{
	cert_free(at->issuer);
	key_free(at->issuer_key);
	key_free(at->device_key);
	pubkey_free(at->device);
}

static enum err issue(struct issuing *at, struct buf *der, struct why *why)
{
	return cert_sign(&at->tbs, at->device, at->issuer, at->issuer_key, &at->random, NULL, der, why);
}

/* The Extension elements of a certificate, one after the other, without the SEQUENCE around them. */
static struct bytes get_extensions(const struct cert *cert)
{
	struct der_element tbs, element;
	struct der der;

	CU_ASSERT_EQUAL(der_read_only(cert->tbs, DER_SEQUENCE, &tbs), ERR_OK);
	for (der = (struct der){ tbs.value }; der_read(&der, &element) == ERR_OK;)
		if (element.tag == DER_CONTEXT_CONSTRUCTED(3) && der_read_only(element.value, DER_SEQUENCE, &tbs) == ERR_OK)
			return tbs.value;
	return bytes_from(NULL, 0);
}

static void test_sign(void)
{
	static const struct {
		const char *issuer, *key, *vector, *algorithm;
	} rows[] = {
		{ "cert/ca_rsa.pem", "cert/ca_rsa.key", "cert/issued_rsa.der", "300d06092a864886f70d01010b0500" },
		{ "cert/ca_p384.pem", "cert/ca_p384.key", NULL, "300a06082a8648ce3d040303" },
		{ "cert/ca_ed25519.pem", "cert/ca_ed25519.key", "cert/issued_ed25519.der", "300506032b6570" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct issuing at;
		struct cert *cert = NULL;
		uint8_t serial[CERT_SERIAL_LEN];
		struct buf der = { 0 };

		unit_row(rows[i].issuer);
		issuing_init(&at, rows[i].issuer, rows[i].key);
		UNIT_ERR(ERR_OK, cert_sign(&at.tbs, at.device, at.issuer, at.issuer_key, &at.random, serial, &der, NULL));
		if (rows[i].vector != NULL)
			UNIT_BYTES(unit_vector(rows[i].vector), buf_bytes(&der));
		UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
		UNIT_ERR(ERR_OK, cert_verify_issued(cert, at.issuer, NULL));
		UNIT_BYTES(bytes_from(serial, sizeof serial), cert->serial);
		UNIT_BYTES(at.issuer->subject, cert->issuer);
		UNIT_BYTES(at.tbs.subject, cert->subject);
		UNIT_BYTES(at.tbs.spki, cert->spki);
		UNIT_BYTES(unit_hex(rows[i].algorithm), cert->algorithm);
		UNIT_BYTES(at.issuer->subject_key_id, cert->authority_key_id);
		CU_ASSERT_EQUAL(cert->not_before_utc, at.tbs.not_before_utc);
		CU_ASSERT_EQUAL(cert->not_after_utc, at.tbs.not_after_utc);
		CU_ASSERT(!cert->is_ca);
		CU_ASSERT(!cert_is_self_signed(cert));
		cert_free(cert);
		issuing_clear(&at);
		buf_clear(&der);
	}
	unit_row(NULL);
}

static void test_extensions(void)
{
	static const char *const expected =
		"300c 0603551d13 0101ff 0402 3000"
		"300e 0603551d0f 0101ff 0404 03020780"
		"301d 0603551d25 0416 3014 06082b06010505070302 06082b06010505070301"
		"3032 0603551d11 042b 3029 820b612e6578616d706c652e63 8704c0000201 a014060a2b060104018237140203a0060c0464406572";
	static const enum oid order[] = { OID_BASIC_CONSTRAINTS, OID_KEY_USAGE, OID_EXT_KEY_USAGE, OID_SUBJECT_ALT_NAME, OID_SUBJECT_KEY_ID, OID_AUTHORITY_KEY_ID };
	struct issuing at;
	struct buf der = { 0 };
	struct cert *cert = NULL;
	struct der level, inside;
	struct der_element oid;
	uint8_t key_id[20];
	size_t count = 0;

	issuing_init(&at, "cert/ca_rsa.pem", "cert/ca_rsa.key");
	UNIT_ERR(ERR_OK, issue(&at, &der, NULL));
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
	UNIT_BYTES(unit_hex(expected), bytes_from(get_extensions(cert).ptr, unit_hex(expected).len));
	for (level = (struct der){ get_extensions(cert) }; der_enter(&level, DER_SEQUENCE, &inside) == ERR_OK && count < 6; count++)
		CU_ASSERT(der_read_tag(&inside, DER_OID, &oid) == ERR_OK && oid_is(oid.value, order[count]));
	CU_ASSERT_EQUAL(count, 6);
	UNIT_ERR(ERR_OK, pubkey_key_id(at.device, key_id));
	UNIT_BYTES(bytes_from(key_id, sizeof key_id), cert->subject_key_id);
	cert_free(cert);
	issuing_clear(&at);
	buf_clear(&der);
}

static void test_extensions_absent(void)
{
	struct issuing at;
	struct buf der = { 0 };
	struct cert *cert = NULL;
	size_t count = 0;

	issuing_init(&at, "cert/ca_rsa.pem", "cert/ca_rsa.key");
	at.tbs.key_usage = 0;
	at.tbs.eku_count = 0;
	at.tbs.san_count = 0;
	UNIT_ERR(ERR_OK, issue(&at, &der, NULL));
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
	CU_ASSERT(!cert->has_key_usage);
	UNIT_ERR(ERR_OK, der_count(get_extensions(cert), &count));
	CU_ASSERT_EQUAL(count, 3);
	cert_free(cert);
	issuing_clear(&at);
	buf_clear(&der);
}

static void test_empty_subject(void)
{
	struct issuing at;
	struct bytes critical = unit_hex("0603551d11 0101ff");
	struct buf der = { 0 };
	struct why why = { 0 };

	issuing_init(&at, "cert/ca_rsa.pem", "cert/ca_rsa.key");
	at.tbs.subject = unit_hex("3000");
	UNIT_ERR(ERR_OK, issue(&at, &der, NULL));
	CU_ASSERT_PTR_NOT_NULL(memmem(der.ptr, der.len, critical.ptr, critical.len));
	buf_reset(&der);
	at.tbs.san_count = 0;
	UNIT_ERR(ERR_VALUE, issue(&at, &der, &why));
	CU_ASSERT(why.text[0] != '\0');
	CU_ASSERT_EQUAL(der.len, 0);
	issuing_clear(&at);
	buf_clear(&der);
}

static void test_validity(void)
{
	static const struct {
		const char *row;
		int64_t from, to;   /* both from the end of the issuer */
		enum err e;
	} rows[] = {
		{ "ends with its issuer", -DAY_S, 0, ERR_OK },
		{ "ends a second later", -DAY_S, 1, ERR_VALUE },
		{ "lasts one second", -1, 0, ERR_OK },
		{ "lasts no time", -1, -1, ERR_VALUE },
		{ "ends before it begins", -1, -2, ERR_VALUE },
	};
	struct issuing at;

	issuing_init(&at, "cert/ca_rsa.pem", "cert/ca_rsa.key");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct why why = { 0 };
		struct buf der = { 0 };

		unit_row(rows[i].row);
		at.tbs.not_before_utc = at.issuer->not_after_utc + rows[i].from;
		at.tbs.not_after_utc = at.issuer->not_after_utc + rows[i].to;
		UNIT_ERR(rows[i].e, issue(&at, &der, &why));
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].e == ERR_OK);
		CU_ASSERT_EQUAL(der.len == 0, rows[i].e != ERR_OK);
		buf_clear(&der);
	}
	unit_row(NULL);
	issuing_clear(&at);
}

static void test_generalized_time(void)
{
	struct key *key = load_key("cert/ca_ed25519.key");
	struct pubkey *pubkey = NULL;
	struct cert_template tbs = { .subject = unit_hex("300c310a300806035504030c0161"), .spki = key_get_spki(key), .is_ca = true, .path_len = 0,
		.key_usage = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN, .not_before_utc = 2524607999 /* 2049-12-31T23:59:59Z */, .not_after_utc = 2524608000 };
	struct bytes times = unit_hex("3020 170d 3439313233313233353935395a 180f 32303530303130313030303030305a");
	uint64_t seed = 7;
	struct random random = random_counter(&seed);
	struct cert *cert = NULL;
	struct buf der = { 0 };

	UNIT_ERR(ERR_OK, pubkey_parse(key_get_spki(key), &pubkey, NULL));
	UNIT_ERR(ERR_OK, cert_sign(&tbs, pubkey, NULL, key, &random, NULL, &der, NULL));
	CU_ASSERT_PTR_NOT_NULL(memmem(der.ptr, der.len, times.ptr, times.len));
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
	CU_ASSERT(cert_is_self_signed(cert));
	CU_ASSERT(cert->is_ca);
	CU_ASSERT_EQUAL(cert->key_usage, KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN);
	CU_ASSERT_EQUAL(cert->not_after_utc, 2524608000);
	UNIT_BYTES(cert->subject_key_id, cert->authority_key_id);
	cert_free(cert);
	pubkey_free(pubkey);
	key_free(key);
	buf_clear(&der);
}

static void test_issuer_without_ski(void)
{
	struct issuing at;
	struct pubkey *pubkey = NULL;
	struct cert *cert = NULL;
	struct buf der = { 0 };
	uint8_t key_id[20];

	issuing_init(&at, "cert/ca_without_ski.pem", "cert/ca_rsa.key");
	CU_ASSERT_EQUAL(at.issuer->subject_key_id.len, 0);
	UNIT_ERR(ERR_OK, issue(&at, &der, NULL));
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
	UNIT_ERR(ERR_OK, pubkey_parse(at.issuer->spki, &pubkey, NULL));
	UNIT_ERR(ERR_OK, pubkey_key_id(pubkey, key_id));
	UNIT_BYTES(bytes_from(key_id, sizeof key_id), cert->authority_key_id);
	cert_free(cert);
	pubkey_free(pubkey);
	issuing_clear(&at);
	buf_clear(&der);
}

static void test_wrong_key(void)
{
	struct issuing at;
	struct buf der = { 0 };
	struct why why = { 0 };

	issuing_init(&at, "cert/ca_rsa.pem", "cert/ca_p384.key");
	UNIT_ERR(ERR_KEY, issue(&at, &der, &why));
	CU_ASSERT_STRING_EQUAL(why.text, "the private key does not belong to the issuer");
	CU_ASSERT_EQUAL(der.len, 0);
	/* the same for a self-signed certificate over another key */
	UNIT_ERR(ERR_KEY, cert_sign(&at.tbs, at.device, NULL, at.issuer_key, &at.random, NULL, &der, NULL));
	issuing_clear(&at);
}

/* A random source of one octet, again and again. */
static enum err fill_with(void *context, uint8_t *out, size_t len)
{
	memset(out, *(const uint8_t *)context, len);
	return ERR_OK;
}

static enum err fill_fails(void *context, uint8_t *out, size_t len)
{
	(void)context;
	(void)out;
	(void)len;
	return ERR_RANDOM;
}

static void test_serial(void)
{
	static const struct {
		uint8_t octet, first;
	} rows[] = { { 0x00, 0x01 }, { 0xff, 0x7f }, { 0x80, 0x01 }, { 0x42, 0x42 } };
	struct issuing at;
	struct buf der = { 0 };

	issuing_init(&at, "cert/ca_ed25519.pem", "cert/ca_ed25519.key");
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		uint8_t octet = rows[i].octet, serial[CERT_SERIAL_LEN];
		struct cert *cert = NULL;

		at.random = (struct random){ fill_with, &octet };
		buf_reset(&der);
		UNIT_ERR(ERR_OK, cert_sign(&at.tbs, at.device, at.issuer, at.issuer_key, &at.random, serial, &der, NULL));
		CU_ASSERT_EQUAL(serial[0], rows[i].first);
		CU_ASSERT_EQUAL(serial[1], octet);
		UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
		UNIT_BYTES(bytes_from(serial, sizeof serial), cert->serial);
		cert_free(cert);
	}
	buf_reset(&der);
	at.random = (struct random){ fill_fails, NULL };
	UNIT_ERR(ERR_RANDOM, issue(&at, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	issuing_clear(&at);
	buf_clear(&der);
}

static const struct unit_case cases[] = {
	{ "odd signer certificates are read as far as they go (RFC 5280 section 4.1)", test_signers },
	{ "validity, key identifiers and names are read (RFC 5280 sections 4.1 and 4.2)", test_plain },
	{ "a serial number has 64 octets at most", test_serial_limit },
	{ "a certificate cut anywhere, or with a byte behind it, is refused", test_truncated },
	{ "a certificate with any bit changed does not verify", test_flipped },
	{ "PEM is read and written (RFC 7468 section 5)", test_pem },
	{ "what is no PEM certificate is refused with the cause", test_pem_refused },
	{ "an issuer is known by its name and its key (RFC 5280 section 6.1.3)", test_verify_issued },
	{ "a fingerprint is upper-case hexadecimal with colons", test_fingerprint },
	{ "a certificate is signed over the requester's own bytes (RFC 5280 section 4.1)", test_sign },
	{ "extensions stand in the order BC, KU, EKU, SAN, SKI, AKI (RFC 5280 section 4.2)", test_extensions },
	{ "what is not asked for is not written", test_extensions_absent },
	{ "an empty subject makes the SAN critical, and no name at all is refused (RFC 5280 section 4.2.1.6)", test_empty_subject },
	{ "a certificate lasts a second at least and never outlives its issuer", test_validity },
	{ "times from 2050 are GeneralizedTime; a CA signs itself (RFC 5280 section 4.1.2.5)", test_generalized_time },
	{ "an issuer without SKI is named by its key (RFC 5280 section 4.2.1.1)", test_issuer_without_ski },
	{ "a key that is not the issuer's signs nothing", test_wrong_key },
	{ "a serial number is positive, 16 octets, and needs random numbers (RFC 5280 section 4.1.2.2)", test_serial },
};

UNIT_MAIN("pki/cert", cases)
