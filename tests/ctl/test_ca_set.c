#include <config.h>

#include "ctl/ca_set.h"

#include <string.h>

#include "ctl/scep_stub.h"
#include "support/unit.h"

enum { SIGN = KEY_USAGE_DIGITAL_SIGNATURE, ENCIPHER = KEY_USAGE_KEY_ENCIPHERMENT, CERT_SIGN = KEY_USAGE_KEY_CERT_SIGN };

/* A set of these certificates, as GetCACert would bring it. */
static struct ca_set make_set(const struct cert *const *certs, size_t count)
{
	struct bytes der[CMS_MAX_CERTIFICATES];
	struct ca_set set = { 0 };
	struct buf body = { 0 };
	bool is_message;

	for (size_t i = 0; i < count; i++)
		der[i] = buf_bytes(&certs[i]->der);
	UNIT_ERR(ERR_OK, cms_certs_only_encode(der, count, &body, NULL));
	UNIT_ERR(ERR_OK, ca_set_parse(buf_bytes(&body), &is_message, &set, NULL));
	CU_ASSERT(is_message);
	CU_ASSERT_EQUAL(set.count, count);
	buf_clear(&body);
	return set;
}

#define MAKE_SET(...) \
	make_set((const struct cert *const[]){ __VA_ARGS__ }, sizeof((const struct cert *const[]){ __VA_ARGS__ }) / sizeof(const struct cert *))

static void test_parse(void)
{
	struct scep_stub stub;
	struct ca_set set = { 0 };
	bool is_message = true;
	struct why why = { 0 };

	scep_stub_init(&stub);
	UNIT_ERR(ERR_OK, ca_set_parse(buf_bytes(&stub.ca->der), &is_message, &set, NULL));
	CU_ASSERT_FALSE(is_message);
	CU_ASSERT_EQUAL(set.count, 1);
	CU_ASSERT_STRING_EQUAL(ca_set_role(&set, 0), "CA, acting as RA");
	ca_set_clear(&set);
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_parse(bytes_from_str("<html>"), &is_message, &set, &why));
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_parse(bytes_from_str(""), &is_message, &set, NULL));
	CU_ASSERT_EQUAL(set.count, 0);
	CU_ASSERT_PTR_NULL(ca_set_recipient(&set));
	scep_stub_clear(&stub);
}

static void test_pem(void)
{
	struct scep_stub stub;
	struct ca_set set = { 0 };
	struct buf pem = { 0 };

	scep_stub_init(&stub);
	UNIT_ERR(ERR_CERT_SYNTAX, ca_set_parse_pem(bytes_from_str("nothing\n"), &set, NULL));
	UNIT_ERR(ERR_OK, cert_encode_pem(buf_bytes(&stub.ra->der), &pem));
	UNIT_ERR(ERR_OK, cert_encode_pem(buf_bytes(&stub.ca->der), &pem));
	UNIT_ERR(ERR_OK, ca_set_parse_pem(buf_bytes(&pem), &set, NULL));
	CU_ASSERT_EQUAL(set.count, 2);
	UNIT_BYTES(buf_bytes(&stub.ca->der), buf_bytes(&set.cert[1]->der));
	ca_set_clear(&set);
	UNIT_ERR(ERR_OK, buf_append_str(&pem, "-----BEGIN CERTIFICATE-----\nMAA=\n-----END CERTIFICATE-----\n"));
	UNIT_ERR(ERR_CERT_SYNTAX, ca_set_parse_pem(buf_bytes(&pem), &set, NULL));
	buf_reset(&pem);
	for (size_t i = 0; i < CMS_MAX_CERTIFICATES; i++)
		UNIT_ERR(ERR_OK, cert_encode_pem(buf_bytes(&stub.ra->der), &pem));
	UNIT_ERR(ERR_OK, ca_set_parse_pem(buf_bytes(&pem), &set, NULL));
	ca_set_clear(&set);
	UNIT_ERR(ERR_OK, cert_encode_pem(buf_bytes(&stub.ra->der), &pem));
	UNIT_ERR(ERR_ASN1_LIMIT, ca_set_parse_pem(buf_bytes(&pem), &set, NULL));
	CU_ASSERT_EQUAL(set.count, 0);
	buf_clear(&pem);
	scep_stub_clear(&stub);
}

static void test_roles(void)
{
	struct scep_stub stub;
	struct cert *signing, *enciphering, *usual_ca, *lone_ra;
	struct ca_set set;

	scep_stub_init(&stub);
	usual_ca = scep_stub_issue("CN=Stub CA", stub.ca_key, true, CERT_SIGN, NULL, stub.ca_key);
	signing = scep_stub_issue("CN=S", stub.ra_key, false, SIGN, usual_ca, stub.ca_key);
	enciphering = scep_stub_issue("CN=E", stub.other_ra_key, false, ENCIPHER, usual_ca, stub.ca_key);
	set = MAKE_SET(signing, enciphering, usual_ca);
	CU_ASSERT_STRING_EQUAL(ca_set_role(&set, 0), "RA (signing)");
	CU_ASSERT_STRING_EQUAL(ca_set_role(&set, 1), "RA (encryption)");
	CU_ASSERT_STRING_EQUAL(ca_set_role(&set, 2), "root CA");
	CU_ASSERT_PTR_EQUAL(ca_set_recipient(&set), set.cert[1]);
	CU_ASSERT_PTR_EQUAL(ca_set_signer(&set, NULL), set.cert[0]);
	CU_ASSERT_PTR_EQUAL(ca_set_signer(&set, enciphering), set.cert[1]);
	CU_ASSERT_PTR_EQUAL(ca_set_signer(&set, stub.other_ra), set.cert[0]);
	ca_set_clear(&set);
	/* macOS and others find the RA wherever it stands in the reply. */
	set = MAKE_SET(stub.ca, stub.ra);
	CU_ASSERT_STRING_EQUAL(ca_set_role(&set, 1), "RA");
	CU_ASSERT_PTR_EQUAL(ca_set_recipient(&set), set.cert[1]);
	ca_set_clear(&set);
	lone_ra = scep_stub_issue("CN=Lone RA", stub.ra_key, false, SIGN | ENCIPHER, NULL, stub.ra_key);
	set = MAKE_SET(lone_ra);
	CU_ASSERT_STRING_EQUAL(ca_set_role(&set, 0), "RA");
	CU_ASSERT_PTR_EQUAL(ca_set_recipient(&set), set.cert[0]);
	ca_set_clear(&set);
	cert_free(usual_ca);
	cert_free(signing);
	cert_free(enciphering);
	cert_free(lone_ra);
	scep_stub_clear(&stub);
}

static void test_version_1_root(void)
{
	struct scep_stub stub;
	struct cert *root, *below;
	struct ca_set set;

	scep_stub_init(&stub);
	/* A root that does not say that it is a CA. */
	root = scep_stub_issue("CN=Old Root", stub.ca_key, false, 0, NULL, stub.ca_key);
	below = scep_stub_issue("CN=RA", stub.ra_key, false, SIGN | ENCIPHER, root, stub.ca_key);
	set = MAKE_SET(below, root);
	CU_ASSERT_FALSE(ca_set_is_ca(&set, 0));
	CU_ASSERT(ca_set_is_ca(&set, 1));
	CU_ASSERT_PTR_EQUAL(ca_set_recipient(&set), set.cert[0]);
	ca_set_clear(&set);
	set = MAKE_SET(root);
	CU_ASSERT(ca_set_is_ca(&set, 0));
	ca_set_clear(&set);
	cert_free(root);
	cert_free(below);
	scep_stub_clear(&stub);
}

static void pin(struct ca_set *set, const struct cert *cert, enum err expected)
{
	struct buf hex = { 0 };

	UNIT_ERR(ERR_OK, cert_format_fingerprint(buf_bytes(&cert->der), DIGEST_SHA256, &hex));
	UNIT_ERR(ERR_OK, buf_terminate(&hex));
	UNIT_ERR(expected, ca_set_pin(set, (const char *)hex.ptr, NULL));
	buf_clear(&hex);
}

static void test_pin(void)
{
	static const char *const bad[] = { "", "00", "zz", "00112233445566778899aabbccddeeff00112233445566778899aabbccddee",
		"00112233445566778899aabbccddeeff00112233445566778899aabbccddeeff00" };
	struct scep_stub stub;
	struct ca_set set;

	scep_stub_init(&stub);
	set = MAKE_SET(stub.ra, stub.ca);
	UNIT_ERR(ERR_OK, ca_set_check_trust(&set, stub.other_ra, NULL));
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++)
		UNIT_ERR(ERR_USAGE, ca_set_pin(&set, bad[i], NULL));
	pin(&set, stub.other_ca, ERR_SCEP_REPLY);
	CU_ASSERT_PTR_NULL(set.pinned);
	pin(&set, stub.ca, ERR_OK);
	UNIT_ERR(ERR_OK, ca_set_check_trust(&set, set.cert[0], NULL));
	UNIT_ERR(ERR_OK, ca_set_check_trust(&set, set.cert[1], NULL));
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_trust(&set, stub.other_ra, NULL));
	pin(&set, stub.ra, ERR_OK);
	UNIT_ERR(ERR_OK, ca_set_check_trust(&set, set.cert[0], NULL));
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_trust(&set, set.cert[1], NULL));
	ca_set_clear(&set);
	scep_stub_clear(&stub);
}

static void test_chain(void)
{
	struct scep_stub stub;
	struct cert *middle, *device, *foreign;
	struct ca_set set;

	scep_stub_init(&stub);
	middle = scep_stub_issue("CN=Middle", stub.other_ra_key, true, CERT_SIGN, stub.ca, stub.ca_key);
	device = scep_stub_issue("CN=d", stub.ra_key, false, SIGN, middle, stub.other_ra_key);
	foreign = scep_stub_issue("CN=d", stub.ra_key, false, SIGN, stub.other_ca, stub.other_ca_key);
	set = MAKE_SET(stub.ra, middle, stub.ca);
	UNIT_ERR(ERR_OK, ca_set_check_chain(&set, device, NULL));
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_chain(&set, foreign, NULL)); /* the same name, another key */
	pin(&set, stub.ca, ERR_OK);
	UNIT_ERR(ERR_OK, ca_set_check_chain(&set, device, NULL));
	pin(&set, stub.ra, ERR_OK);
	UNIT_ERR(ERR_OK, ca_set_check_chain(&set, device, NULL));
	ca_set_clear(&set);

	set = MAKE_SET(stub.ra, middle, stub.ca, stub.other_ca);
	UNIT_ERR(ERR_OK, ca_set_check_chain(&set, foreign, NULL));
	pin(&set, stub.other_ca, ERR_OK);
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_chain(&set, device, NULL));
	UNIT_ERR(ERR_OK, ca_set_check_chain(&set, foreign, NULL));
	ca_set_clear(&set);

	set = MAKE_SET(stub.ra);
	UNIT_ERR(ERR_NOT_FOUND, ca_set_check_chain(&set, device, NULL));
	ca_set_clear(&set);
	cert_free(middle);
	cert_free(device);
	cert_free(foreign);
	scep_stub_clear(&stub);
}

static void test_not_a_ca(void)
{
	struct scep_stub stub;
	struct cert *device, *halfway;
	struct ca_set set;

	scep_stub_init(&stub);
	/* An RA certificate must not be able to issue, or to bridge the way up to the pinned CA. */
	device = scep_stub_issue("CN=d", stub.other_ra_key, false, SIGN, stub.ra, stub.ra_key);
	set = MAKE_SET(stub.ra, stub.ca);
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_chain(&set, device, NULL));
	pin(&set, stub.ca, ERR_OK);
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_chain(&set, device, NULL));
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_trust(&set, device, NULL));
	ca_set_clear(&set);
	/* Nor by standing beside what it issued: the owner of any certificate of the CA could answer in its name. */
	set = MAKE_SET(device, stub.ra, stub.ca);
	CU_ASSERT_FALSE(ca_set_is_ca(&set, 1));
	pin(&set, stub.ca, ERR_OK);
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_trust(&set, set.cert[0], NULL));
	ca_set_clear(&set);
	cert_free(device);
	/* Nor with CA:TRUE, when its key usages do not say keyCertSign. */
	halfway = scep_stub_issue("CN=Halfway", stub.ra_key, true, SIGN | ENCIPHER, stub.ca, stub.ca_key);
	device = scep_stub_issue("CN=d", stub.other_ra_key, false, SIGN, halfway, stub.ra_key);
	set = MAKE_SET(halfway, stub.ca);
	pin(&set, stub.ca, ERR_OK);
	UNIT_ERR(ERR_OK, ca_set_check_trust(&set, halfway, NULL));
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_chain(&set, device, NULL));
	ca_set_clear(&set);
	cert_free(device);
	cert_free(halfway);
	/* Nor without any key usages: nothing but a root may leave it open what it is. */
	halfway = scep_stub_issue("CN=Plain", stub.ra_key, false, 0, stub.ca, stub.ca_key);
	device = scep_stub_issue("CN=d", stub.other_ra_key, false, SIGN, halfway, stub.ra_key);
	set = MAKE_SET(device, halfway, stub.ca);
	pin(&set, stub.ca, ERR_OK);
	UNIT_ERR(ERR_OK, ca_set_check_trust(&set, set.cert[1], NULL));
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_trust(&set, set.cert[0], NULL));
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_chain(&set, device, NULL));
	ca_set_clear(&set);
	cert_free(device);
	cert_free(halfway);
	scep_stub_clear(&stub);
}

static void test_ring(void)
{
	struct scep_stub stub;
	struct cert *a, *b, *device, *first;
	struct ca_set set;

	scep_stub_init(&stub);
	first = scep_stub_issue("CN=A", stub.ca_key, true, CERT_SIGN, NULL, stub.ca_key);
	b = scep_stub_issue("CN=B", stub.other_ra_key, true, CERT_SIGN, first, stub.ca_key);
	a = scep_stub_issue("CN=A", stub.ca_key, true, CERT_SIGN, b, stub.other_ra_key);
	device = scep_stub_issue("CN=d", stub.ra_key, false, SIGN, a, stub.ca_key);
	set = MAKE_SET(a, b, stub.ra);
	UNIT_ERR(ERR_OK, ca_set_check_chain(&set, device, NULL));
	pin(&set, stub.ra, ERR_OK);
	UNIT_ERR(ERR_OK, ca_set_check_chain(&set, device, NULL)); /* ends, though a and b certify each other */
	UNIT_ERR(ERR_SCEP_REPLY, ca_set_check_trust(&set, device, NULL));
	ca_set_clear(&set);
	cert_free(first);
	cert_free(a);
	cert_free(b);
	cert_free(device);
	scep_stub_clear(&stub);
}

static void test_issuer(void)
{
	struct scep_stub stub;
	struct ca_set set;

	scep_stub_init(&stub);
	set = MAKE_SET(stub.ra, stub.ca);
	UNIT_BYTES(stub.ca->subject, ca_set_issuer(&set));
	ca_set_clear(&set);
	set = MAKE_SET(stub.ra);
	UNIT_BYTES(stub.ca->subject, ca_set_issuer(&set));
	ca_set_clear(&set);
	set = MAKE_SET(stub.ca);
	UNIT_BYTES(stub.ca->subject, ca_set_issuer(&set));
	ca_set_clear(&set);
	CU_ASSERT_EQUAL(ca_set_issuer(&set).len, 0);
	scep_stub_clear(&stub);
}

static const struct unit_case cases[] = {
	{ "one certificate and a certificates-only message are read, anything else is refused (RFC 8894 section 4.2.1)", test_parse },
	{ "a PEM file is read whole or not at all, up to the limit", test_pem },
	{ "RA and CA are told apart by constraints and usages, in any order (RFC 8894 section 2.1.2)", test_roles },
	{ "a root of version 1 is known by what it issued", test_version_1_root },
	{ "a fingerprint is that of one certificate, and the RA's must be it or come from it (RFC 8894 section 2.2)", test_pin },
	{ "an issued certificate must chain to a CA certificate of the server, and to the pinned one", test_chain },
	{ "a certificate that is no CA's issues nothing (RFC 5280 section 4.2.1.9)", test_not_a_ca },
	{ "the name of the issuing CA is known with and without its certificate (RFC 8894 section 3.3.3)", test_issuer },
	{ "CAs that certify each other do not hang the check", test_ring },
};

UNIT_MAIN("ca_set", cases)
