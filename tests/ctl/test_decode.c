#include <config.h>

#include "ctl/decode.h"

#include <stdio.h>
#include <string.h>

#include "support/unit.h"

static bool holds(const struct buf *text, const char *words)
{
	return memmem(text->ptr, text->len, words, strlen(words)) != NULL;
}

#define HOLDS(text, words) do { \
		bool is_there = holds(&(text), (words)); \
		if (!is_there) \
			printf("# \"%s\" is not in:\n%.*s", (words), (int)(text).len, (const char *)(text).ptr); \
		CU_ASSERT(is_there); \
	} while (0)

static void test_text(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		{ "", "" }, { "plain text", "plain text" }, { "gr\xc3\xbc\xc3\x9f", "gr\xc3\xbc\xc3\x9f" }, { "a\x1b[31m", "a\\1B[31m" },
		{ "tab\tnl\ncr\r\x7f", "tab\\09nl\\0Acr\\0D\\7F" },
		{ "c1 \xc2\x9b 31m", "c1 \\C2\\9B 31m" }, { "\xc2\xa0", "\xc2\xa0" }, { "back\\slash", "back\\5Cslash" }, { "\xff\x41", "#ff41" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out = { 0 };

		unit_row(rows[i].out);
		UNIT_ERR(ERR_OK, decode_text(bytes_from_str(rows[i].in), &out));
		UNIT_BYTES(bytes_from_str(rows[i].out), buf_bytes(&out));
		buf_clear(&out);
	}
	unit_row(NULL);
}

static void test_message(void)
{
	static const struct {
		const char *vector, *words[8];
	} rows[] = {
		{ "cms/strongswan_aes.der", { "  messageType          19 (PKCSReq)\n", "sha256\n", "(sha256WithRSAEncryption)\n",
			"octets, verifies\n", "aes128-cbc\n", "CN=Test RA", "(rsaEncryption)\n" } },
		{ "cms/strongswan_des3.der", { "19 (PKCSReq)\n", "des3-cbc\n", "8 octets\n" } },
		{ "cms/strongswan_pss.der", { "(id-RSASSA-PSS)\n", "octets, verifies\n" } },
		{ "cms/micromdm.der", { "des-cbc\n", "sha1\n" } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scep_message *message = NULL;
		struct buf out = { 0 };

		unit_row(rows[i].vector);
		UNIT_ERR(ERR_OK, scep_message_parse(unit_vector(rows[i].vector), &message, NULL));
		UNIT_ERR(ERR_OK, decode_message(message, 2, &out));
		for (size_t k = 0; k < 8 && rows[i].words[k] != NULL; k++)
			HOLDS(out, rows[i].words[k]);
		scep_message_free(message);
		buf_clear(&out);
	}
	unit_row(NULL);
}

static void test_damaged_message(void)
{
	struct bytes good = unit_vector("cms/strongswan_aes.der");
	struct scep_message *message = NULL;
	struct buf damaged = { 0 }, out = { 0 };

	UNIT_ERR(ERR_OK, buf_append(&damaged, good));
	damaged.ptr[damaged.len - 1] ^= 1; /* the signature's last octet */
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&damaged), &message, NULL));
	UNIT_ERR(ERR_OK, decode_message(message, 0, &out));
	HOLDS(out, "DOES NOT VERIFY");
	scep_message_free(message);
	buf_clear(&damaged);
	buf_clear(&out);
}

static void test_csr(void)
{
	static const struct {
		const char *vector, *words[6], *not_there;
	} rows[] = {
		{ "csr/strongswan_rsa.der", { "rsa, 2048 bits\n", "given (not shown)\n", "subjectAltName", "verifies\n" }, "DOES NOT" },
		{ "csr/openssl_ca.der", { "CA:TRUE\n" }, NULL },
		{ "csr/openssl_empty.der", { "(empty)\n" }, NULL },
		{ "csr/openssl_p256.der", { "ec-p256, 256 bits\n" }, NULL },
		{ "csr/made_no_attributes.der", { "challengePassword    none\n" }, NULL },
		{ "csr/made_bad_signature.der", { "DOES NOT VERIFY" }, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct csr *csr = NULL;
		struct buf out = { 0 };

		unit_row(rows[i].vector);
		UNIT_ERR(ERR_OK, csr_parse(unit_vector(rows[i].vector), &csr, NULL));
		UNIT_ERR(ERR_OK, decode_csr(csr, 0, &out));
		for (size_t k = 0; k < 6 && rows[i].words[k] != NULL; k++)
			HOLDS(out, rows[i].words[k]);
		CU_ASSERT_FALSE(rows[i].not_there != NULL && holds(&out, rows[i].not_there));
		CU_ASSERT_FALSE(csr->challenge.len > 0 && memmem(out.ptr, out.len, csr->challenge.ptr, csr->challenge.len) != NULL);
		csr_free(csr);
		buf_clear(&out);
	}
	unit_row(NULL);
}

static void test_cert(void)
{
	struct cert *cert = NULL;
	struct buf out = { 0 };

	UNIT_ERR(ERR_OK, cert_parse_pem(unit_vector("cert/ca_rsa.pem"), &cert, NULL));
	UNIT_ERR(ERR_OK, decode_cert(cert, 2, &out));
	HOLDS(out, "  subject              CN=Example Root,O=Example Corp,C=DE\n");
	HOLDS(out, "  notAfter             2046-11-17T02:48:04Z\n");
	HOLDS(out, "CA:TRUE\n");
	HOLDS(out, "keyUsage             keyCertSign, cRLSign\n");
	HOLDS(out, "SHA-256 fingerprint  ");
	HOLDS(out, "MD5 fingerprint      ");
	cert_free(cert);
	buf_clear(&out);
}

static void test_odd_certs(void)
{
	static const char *const vectors[] = { "version1.der", "version1_with_extensions.der", "broken_extension.der", "doubled_extension.der",
		"serial_negative.der",
		"fractional_times.der", "unknown_critical.der", "plain.der" };

	for (size_t i = 0; i < sizeof vectors / sizeof vectors[0]; i++) {
		char name[64];
		struct cert *cert = NULL;
		struct buf out = { 0 };

		unit_row(vectors[i]);
		snprintf(name, sizeof name, "cert/%s", vectors[i]);
		UNIT_ERR(ERR_OK, cert_parse(unit_vector(name), &cert, NULL));
		UNIT_ERR(ERR_OK, decode_cert(cert, 0, &out));
		HOLDS(out, "SHA-1 fingerprint");
		cert_free(cert);
		buf_clear(&out);
	}
	unit_row(NULL);
}

static const struct unit_case cases[] = {
	{ "text from outside reaches no terminal unescaped", test_text },
	{ "messages of real clients are told in words (RFC 8894 section 3)", test_message },
	{ "a signature that does not verify is said", test_damaged_message },
	{ "a request is told in words, without its challenge (RFC 2986)", test_csr },
	{ "a certificate is told in words (RFC 5280)", test_cert },
	{ "odd certificates are told as far as they can be read", test_odd_certs },
};

UNIT_MAIN("decode", cases)
