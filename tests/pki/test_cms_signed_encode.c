#include <config.h>

#include "pki/ber.h"
#include "pki/cms_reframe.h"
#include "pki/cms_signed.h"
#include "support/identity.h"
#include "support/unit.h"

/* --- our own messages --- */

static void encode(const struct bytes *content, const struct identity *signer, enum digest digest, struct buf *out)
{
	struct bytes certificate = buf_bytes(&signer->cert->der);
	struct cms_attribute_value attribute = { OID_SCEP_MESSAGE_TYPE, unit_hex("13 01 33") };

	UNIT_ERR(ERR_OK, cms_signed_encode(content, &attribute, 1, &certificate, 1, signer->cert, signer->key, digest, out, NULL));
}

static void test_encode(void)
{
	static const char *const names[] = { "client", "ec", "p384", "ed25519" };
	static const enum digest digests[] = { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };
	struct bytes content = unit_vector("cms/short.bin");

	for (size_t i = 0; i < 4 * 4; i++) {
		struct identity signer = identity_load(names[i / 4]);
		struct cms_signed *cms = NULL;
		struct buf message = { 0 }, framed = { 0 };
		size_t used_len = 0;

		unit_row(digest_name(digests[i % 4]));
		encode(&content, &signer, digests[i % 4], &message);
		UNIT_ERR(ERR_OK, ber_normalise(buf_bytes(&message), &framed, &used_len, NULL));
		UNIT_BYTES(buf_bytes(&message), buf_bytes(&framed));
		UNIT_ERR(ERR_OK, cms_signed_parse(buf_bytes(&message), &cms, NULL));
		UNIT_BYTES(content, buf_bytes(&cms->content));
		/* RFC 8419 section 3.1 */
		CU_ASSERT_EQUAL(cms->digest, i / 4 == 3 ? DIGEST_SHA512 : digests[i % 4]);
		CU_ASSERT_EQUAL(cms->signed_attributes_sent.len, 0);
		if (i < 4)
			UNIT_BYTES(unit_hex("30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00"), cms->signature_algorithm);
		UNIT_ERR(ERR_OK, cms_signed_verify(cms, NULL));
		cms_signed_free(cms);
		buf_clear(&message);
		buf_clear(&framed);
		identity_clear(&signer);
	}
}

static void test_encode_without_content(void)
{
	struct identity signer = identity_load("client");
	struct der_element digest;
	struct cms_signed *cms = NULL;
	struct buf message = { 0 };

	encode(NULL, &signer, DIGEST_SHA256, &message);
	UNIT_ERR(ERR_OK, cms_signed_parse(buf_bytes(&message), &cms, NULL));
	CU_ASSERT_FALSE(cms->has_content);
	UNIT_ERR(ERR_OK, cms_signed_get_attribute(cms, OID_MESSAGE_DIGEST, &digest));
	UNIT_BYTES(unit_hex("e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"), digest.value);
	UNIT_ERR(ERR_OK, cms_signed_verify(cms, NULL));
	cms_signed_free(cms);
	buf_clear(&message);
	identity_clear(&signer);
}

static void test_reframed(void)
{
	struct identity signer = identity_load("client");
	struct bytes content = unit_vector("cms/long.bin");
	struct buf message = { 0 }, ber = { 0 }, framed = { 0 };
	struct cms_signed *cms = NULL;

	encode(&content, &signer, DIGEST_SHA256, &message);
	UNIT_ERR(ERR_OK, cms_reframe_ber(buf_bytes(&message), &ber));
	UNIT_BYTES(unit_hex("30 80 06 09"), bytes_from(ber.ptr, 4));
	UNIT_ERR(ERR_OK, ber_normalise(buf_bytes(&ber), &framed, NULL, NULL));
	UNIT_BYTES(buf_bytes(&message), buf_bytes(&framed));
	UNIT_ERR(ERR_OK, cms_signed_parse(buf_bytes(&ber), &cms, NULL));
	UNIT_BYTES(content, buf_bytes(&cms->content));
	CU_ASSERT_EQUAL(cms->signed_attributes_sent.len, 0);
	UNIT_ERR(ERR_OK, cms_signed_verify(cms, NULL));
	cms_signed_free(cms);
	buf_clear(&message);
	buf_clear(&ber);
	buf_clear(&framed);
	identity_clear(&signer);
}

/* --- certificates-only messages --- */

static void test_certs_only(void)
{
	struct identity client = identity_load("client"), other = identity_load("other"), ra = identity_load("ra");
	struct bytes orders[][3] = {
		{ buf_bytes(&client.cert->der), buf_bytes(&other.cert->der), buf_bytes(&ra.cert->der) },
		{ buf_bytes(&ra.cert->der), buf_bytes(&client.cert->der), buf_bytes(&other.cert->der) },
		{ buf_bytes(&other.cert->der), buf_bytes(&ra.cert->der), buf_bytes(&client.cert->der) },
	};

	for (size_t i = 0; i < 3; i++) {
		struct bytes found[CMS_MAX_CERTIFICATES];
		struct buf message = { 0 }, der = { 0 };
		size_t count = 0;

		UNIT_ERR(ERR_OK, cms_certs_only_encode(orders[i], 3, &message, NULL));
		UNIT_ERR(ERR_OK, cms_certs_only_parse(buf_bytes(&message), &der, found, &count, NULL));
		CU_ASSERT_EQUAL_FATAL(count, 3);
		for (size_t j = 0; j < 3; j++)
			UNIT_BYTES(orders[i][j], found[j]);
		buf_clear(&message);
		buf_clear(&der);
	}
	identity_clear(&client);
	identity_clear(&other);
	identity_clear(&ra);
}

static void test_certs_only_shape(void)
{
	struct bytes tiny = unit_hex("30 00");
	struct buf message = { 0 };

	UNIT_ERR(ERR_OK, cms_certs_only_encode(&tiny, 1, &message, NULL));
	/* version 1, no digest algorithms, id-data without content, certificates, no signers */
	UNIT_BYTES(unit_hex("30 27 06 09 2a 86 48 86 f7 0d 01 07 02 a0 1a 30 18 02 01 01 31 00 30 0b 06 09 2a 86 48 86 f7 0d 01 07 01 a0 02 30 00 31 00"), buf_bytes(&message));
	buf_clear(&message);
}

static void test_certs_only_limits(void)
{
	struct bytes certificates[CMS_MAX_CERTIFICATES + 1], found[CMS_MAX_CERTIFICATES];
	struct buf message = { 0 }, der = { 0 };
	size_t count = 99;

	for (size_t i = 0; i < CMS_MAX_CERTIFICATES + 1; i++)
		certificates[i] = unit_hex("30 00");
	UNIT_ERR(ERR_OK, cms_certs_only_encode(certificates, 0, &message, NULL));
	UNIT_ERR(ERR_CMS_SYNTAX, cms_certs_only_parse(buf_bytes(&message), &der, found, &count, NULL));
	CU_ASSERT_EQUAL(count, 99);
	buf_reset(&message);
	UNIT_ERR(ERR_OK, cms_certs_only_encode(certificates, CMS_MAX_CERTIFICATES + 1, &message, NULL));
	UNIT_ERR(ERR_ASN1_LIMIT, cms_certs_only_parse(buf_bytes(&message), &der, found, &count, NULL));
	buf_reset(&message);
	UNIT_ERR(ERR_OK, cms_certs_only_encode(certificates, CMS_MAX_CERTIFICATES, &message, NULL));
	UNIT_ERR(ERR_OK, cms_certs_only_parse(buf_bytes(&message), &der, found, &count, NULL));
	CU_ASSERT_EQUAL(count, CMS_MAX_CERTIFICATES);
	UNIT_ERR(ERR_OK, cms_certs_only_parse(unit_vector("cms/certs_only.der"), &der, found, &count, NULL));
	CU_ASSERT_EQUAL_FATAL(count, 2);
	buf_clear(&message);
	buf_clear(&der);
}

static const struct unit_case cases[] = {
	{ "what is written is DER, reads back and verifies, with RSA, P-256, P-384 and Ed25519 keys", test_encode },
	{ "a message without content verifies (RFC 8894 section 3.3.2.2)", test_encode_without_content },
	{ "a message in BER verifies and is the same message", test_reframed },
	{ "a certificates-only message keeps the order of its certificates (RFC 8894 section 3.4)", test_certs_only },
	{ "a certificates-only message has no signer and no content (RFC 8894 section 3.4)", test_certs_only_shape },
	{ "a certificates-only message holds 1 to 16 certificates", test_certs_only_limits },
};

UNIT_MAIN("cms_signed_encode", cases)
