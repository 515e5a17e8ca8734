#include <config.h>

#include "scep/next_ca.h"

#include <string.h>

#include "pki/cms_reframe.h"
#include "scep/message.h"
#include "support/identity.h"
#include "support/unit.h"

static void test_round_trip(void)
{
	static const char *const signers[] = { "ra", "ec", "p384", "ed25519" };
	struct identity next = identity_load("other"), root = identity_load("client");
	struct bytes certificates[] = { buf_bytes(&next.cert->der), buf_bytes(&root.cert->der) };

	for (size_t i = 0; i < sizeof(signers) / sizeof(signers[0]); i++) {
		struct identity ca = identity_load(signers[i]);
		struct bytes found[CMS_MAX_CERTIFICATES];
		struct buf message = { 0 }, ber = { 0 }, der = { 0 };
		size_t count = 0;

		unit_row(signers[i]);
		UNIT_ERR(ERR_OK, scep_next_ca_encode(certificates, 2, ca.cert, ca.key, DIGEST_SHA256, &message, NULL));
		UNIT_ERR(ERR_OK, scep_next_ca_open(buf_bytes(&message), ca.cert, &der, found, &count, NULL));
		CU_ASSERT_EQUAL_FATAL(count, 2);
		UNIT_BYTES(certificates[0], found[0]);
		UNIT_BYTES(certificates[1], found[1]);
		UNIT_ERR(ERR_OK, cms_reframe_ber(buf_bytes(&message), &ber));
		UNIT_ERR(ERR_OK, scep_next_ca_open(buf_bytes(&ber), ca.cert, &der, found, &count, NULL));
		UNIT_BYTES(certificates[0], found[0]);
		buf_clear(&message);
		buf_clear(&ber);
		buf_clear(&der);
		identity_clear(&ca);
	}
	identity_clear(&next);
	identity_clear(&root);
}

static void test_shape(void)
{
	struct identity ca = identity_load("ra");
	struct bytes tiny = unit_hex("3000");
	struct cms_signed *cms = NULL;
	struct buf message = { 0 };

	UNIT_ERR(ERR_OK, scep_next_ca_encode(&tiny, 1, ca.cert, ca.key, DIGEST_SHA256, &message, NULL));
	UNIT_ERR(ERR_OK, cms_signed_parse(buf_bytes(&message), &cms, NULL));
	UNIT_BYTES(oid_get(OID_DATA), cms->content_type);
	UNIT_BYTES(unit_hex("30 27 06 09 2a 86 48 86 f7 0d 01 07 02 a0 1a 30 18 02 01 01 31 00 30 0b 06 09 2a 86 48 86 f7 0d 01 07 01 a0 02 30 00 31 00"), buf_bytes(&cms->content));
	UNIT_BYTES(buf_bytes(&ca.cert->der), buf_bytes(&cms->signer->der));
	CU_ASSERT_EQUAL(cms->attribute_count, 2);
	CU_ASSERT_EQUAL(cms->digest, DIGEST_SHA256);
	cms_signed_free(cms);
	buf_clear(&message);
	identity_clear(&ca);
}

static void test_limits(void)
{
	struct bytes certificates[CMS_MAX_CERTIFICATES + 1], found[CMS_MAX_CERTIFICATES];
	struct identity ca = identity_load("ra");
	struct buf message = { 0 }, der = { 0 };
	size_t count = 0;

	for (size_t i = 0; i <= CMS_MAX_CERTIFICATES; i++)
		certificates[i] = unit_hex("3000");
	UNIT_ERR(ERR_VALUE, scep_next_ca_encode(certificates, 0, ca.cert, ca.key, DIGEST_SHA256, &message, NULL));
	UNIT_ERR(ERR_VALUE, scep_next_ca_encode(certificates, CMS_MAX_CERTIFICATES + 1, ca.cert, ca.key, DIGEST_SHA256, &message, NULL));
	CU_ASSERT_EQUAL(message.len, 0);
	UNIT_ERR(ERR_OK, scep_next_ca_encode(certificates, CMS_MAX_CERTIFICATES, ca.cert, ca.key, DIGEST_SHA256, &message, NULL));
	UNIT_ERR(ERR_OK, scep_next_ca_open(buf_bytes(&message), ca.cert, &der, found, &count, NULL));
	CU_ASSERT_EQUAL(count, CMS_MAX_CERTIFICATES);
	buf_clear(&message);
	buf_clear(&der);
	identity_clear(&ca);
}

/* Open what must not open: outputs stay as they were. */
static void expect(const char *row, enum err expected, struct bytes message, const struct cert *ca)
{
	struct bytes found[CMS_MAX_CERTIFICATES] = { { NULL, 77 } };
	struct buf der = { 0 };
	size_t count = 99;

	unit_row(row);
	UNIT_ERR(expected, scep_next_ca_open(message, ca, &der, found, &count, NULL));
	CU_ASSERT_EQUAL(count, 99);
	CU_ASSERT_EQUAL(found[0].len, 77);
	CU_ASSERT_PTR_NULL(der.ptr);
	buf_clear(&der);
}

static void test_refused(void)
{
	static uint8_t huge[SCEP_MAX_REPLY_LEN + 1];
	struct identity ca = identity_load("ra"), other = identity_load("other");
	struct bytes certificate = buf_bytes(&other.cert->der), embedded = buf_bytes(&ca.cert->der), content = bytes_from_str("no message");
	struct buf message = { 0 };

	UNIT_ERR(ERR_OK, scep_next_ca_encode(&certificate, 1, other.cert, other.key, DIGEST_SHA256, &message, NULL));
	expect("signed by the next CA itself", ERR_CMS_SIGNATURE, buf_bytes(&message), ca.cert);
	buf_reset(&message);
	UNIT_ERR(ERR_OK, scep_next_ca_encode(&certificate, 1, ca.cert, other.key, DIGEST_SHA256, &message, NULL));
	expect("signed by another key in the CA's name", ERR_CMS_SIGNATURE, buf_bytes(&message), ca.cert);
	buf_reset(&message);
	UNIT_ERR(ERR_OK, scep_next_ca_encode(&certificate, 1, ca.cert, ca.key, DIGEST_MD5, &message, NULL));
	expect("MD5", ERR_ALG_DIGEST, buf_bytes(&message), ca.cert);
	buf_reset(&message);
	UNIT_ERR(ERR_OK, cms_certs_only_encode(&certificate, 1, &message, NULL));
	expect("not signed at all", ERR_CMS_SYNTAX, buf_bytes(&message), ca.cert);
	expect("a certificate", ERR_CMS_SYNTAX, certificate, ca.cert);
	buf_reset(&message);
	UNIT_ERR(ERR_OK, cms_signed_encode(&content, NULL, 0, &embedded, 1, ca.cert, ca.key, DIGEST_SHA256, &message, NULL));
	expect("another content", ERR_ASN1_SYNTAX, buf_bytes(&message), ca.cert);
	buf_reset(&message);
	UNIT_ERR(ERR_OK, cms_signed_encode(NULL, NULL, 0, &embedded, 1, ca.cert, ca.key, DIGEST_SHA256, &message, NULL));
	expect("no content", ERR_ASN1_SYNTAX, buf_bytes(&message), ca.cert);
	expect("nothing", ERR_ASN1_SYNTAX, (struct bytes){ NULL, 0 }, ca.cert);
	expect("too long", ERR_ASN1_LIMIT, bytes_from(huge, sizeof(huge)), ca.cert);
	buf_clear(&message);
	identity_clear(&ca);
	identity_clear(&other);
}

/* Whatever octet of it is changed: it does not open, or says the same. */
static void visit_flipped(struct bytes damaged, void *context)
{
	const struct identity *identities = context;
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf der = { 0 };
	size_t count = 0;

	if (scep_next_ca_open(damaged, identities[0].cert, &der, found, &count, NULL) == ERR_OK) {
		CU_ASSERT_EQUAL_FATAL(count, 1);
		UNIT_BYTES(buf_bytes(&identities[1].cert->der), found[0]);
	}
	buf_clear(&der);
}

static void test_damage(void)
{
	static const uint8_t masks[] = { 0x01, 0x80 };
	struct identity identities[] = { identity_load("ec"), identity_load("ed25519") };
	struct bytes certificate = buf_bytes(&identities[1].cert->der);
	struct buf message = { 0 };

	UNIT_ERR(ERR_OK, scep_next_ca_encode(&certificate, 1, identities[0].cert, identities[0].key, DIGEST_SHA256, &message, NULL));
	identity_each_flip(buf_bytes(&message), masks, sizeof(masks), visit_flipped, identities);
	CU_ASSERT(message.len > 0);
	buf_clear(&message);
	identity_clear(&identities[0]);
	identity_clear(&identities[1]);
}

static const struct unit_case cases[] = {
	{ "the next CA's certificates arrive in their order, signed by the current CA (RFC 8894 section 4.7.1)", test_round_trip },
	{ "the answer is a SignedData of id-data around a certificates-only message (RFC 8894 sections 3.4 and 4.7.1)", test_shape },
	{ "there are 1 to 16 certificates", test_limits },
	{ "what the current CA has not signed is refused (RFC 8894 section 4.7.1)", test_refused },
	{ "an answer that is changed anywhere does not open, or says the same", test_damage },
};

UNIT_MAIN("next_ca", cases)
