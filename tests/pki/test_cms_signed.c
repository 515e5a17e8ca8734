#include <config.h>

#include "pki/cms_signed.h"
#include "pki/signed_recipe.h"
#include "support/identity.h"
#include "support/unit.h"

/* --- messages of other programs --- */

static const struct {
	const char *file;
	enum err parse, verify;
	enum digest digest;
	const char *content;
} foreign[] = {
	{ "cms/signed_sha256.der", ERR_OK, ERR_OK, DIGEST_SHA256, "cms/short.bin" },
	{ "cms/signed_sha512.der", ERR_OK, ERR_OK, DIGEST_SHA512, "cms/short.bin" },
	{ "cms/signed_sha1.der", ERR_OK, ERR_OK, DIGEST_SHA1, "cms/short.bin" },
	{ "cms/signed_md5.der", ERR_OK, ERR_OK, DIGEST_MD5, "cms/short.bin" },
	{ "cms/signed_stream.ber", ERR_OK, ERR_OK, DIGEST_SHA256, "cms/long.bin" },
	{ "cms/signed_keyid.der", ERR_OK, ERR_OK, DIGEST_SHA256, "cms/short.bin" },
	{ "cms/signed_pss.der", ERR_OK, ERR_OK, DIGEST_SHA256, "cms/short.bin" },
	{ "cms/signed_ec.der", ERR_OK, ERR_OK, DIGEST_SHA256, "cms/short.bin" },
	{ "cms/signed_pss384.der", ERR_OK, ERR_OK, DIGEST_SHA384, "cms/short.bin" },
	{ "cms/signed_pss512.der", ERR_OK, ERR_OK, DIGEST_SHA512, "cms/short.bin" },
	{ "cms/signed_p384.der", ERR_OK, ERR_OK, DIGEST_SHA384, "cms/short.bin" },
	{ "cms/signed_p521.der", ERR_OK, ERR_OK, DIGEST_SHA512, "cms/short.bin" },
	{ "cms/signed_ed25519.der", ERR_OK, ERR_OK, DIGEST_SHA512, "cms/short.bin" },
	{ "cms/signed_chain.der", ERR_OK, ERR_OK, DIGEST_SHA256, "cms/short.bin" },
	{ "cms/signed_detached.der", ERR_OK, ERR_CMS_SIGNATURE, DIGEST_SHA256, NULL },
	{ "cms/signed_noattr.der", ERR_CMS_SYNTAX, ERR_OK, DIGEST_NONE, NULL },
	{ "cms/signed_nocerts.der", ERR_CMS_SYNTAX, ERR_OK, DIGEST_NONE, NULL },
	{ "cms/signed_two.der", ERR_CMS_SYNTAX, ERR_OK, DIGEST_NONE, NULL },
	{ "cms/certs_only.der", ERR_CMS_SYNTAX, ERR_OK, DIGEST_NONE, NULL },
	{ "cms/enveloped_aes128.der", ERR_CMS_SYNTAX, ERR_OK, DIGEST_NONE, NULL },
	{ "cms/client.crt", ERR_CMS_SYNTAX, ERR_OK, DIGEST_NONE, NULL },
};

static void test_foreign(void)
{
	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		struct cms_signed *cms = NULL;

		unit_row(foreign[i].file);
		UNIT_ERR(foreign[i].parse, cms_signed_parse(unit_vector(foreign[i].file), &cms, NULL));
		if (cms == NULL)
			continue;
		CU_ASSERT_EQUAL(cms->digest, foreign[i].digest);
		CU_ASSERT_EQUAL(cms->has_content, foreign[i].content != NULL);
		UNIT_BYTES(foreign[i].content == NULL ? (struct bytes){ 0 } : unit_vector(foreign[i].content), buf_bytes(&cms->content));
		UNIT_BYTES(oid_get(OID_DATA), cms->content_type);
		UNIT_ERR(foreign[i].verify, cms_signed_verify(cms, NULL));
		cms_signed_free(cms);
	}
}

static void test_trailing(void)
{
	struct cms_signed *cms = NULL;
	struct buf message = { 0 };

	buf_append(&message, unit_vector("cms/signed_sha256.der"));
	buf_append_str(&message, "\r\n and more");
	UNIT_ERR(ERR_OK, cms_signed_parse(buf_bytes(&message), &cms, NULL));
	UNIT_ERR(ERR_OK, cms_signed_verify(cms, NULL));
	cms_signed_free(cms);
	buf_clear(&message);
}

/* --- messages with one thing changed --- */

/* Build, read, verify: what comes first of the two errors must be the one expected. */
static void expect(const char *row, const struct recipe *recipe, const struct identity *signer, enum err parse, enum err verify)
{
	struct cms_signed *cms = NULL;
	struct buf message = { 0 };

	unit_row(row);
	recipe_build(recipe, signer, &message);
	UNIT_ERR(parse, cms_signed_parse(buf_bytes(&message), &cms, NULL));
	if (cms != NULL)
		UNIT_ERR(verify, cms_signed_verify(cms, NULL));
	cms_signed_free(cms);
	buf_clear(&message);
}

static void test_attribute_order(void)
{
	struct identity signer = identity_load("client");
	struct buf sorted = { 0 }, unsorted = { 0 }, set = { 0 };

	recipe_put_usual_attributes(&sorted);
	recipe_put_message_digest(&unsorted, bytes_from_str(RECIPE_CONTENT));
	recipe_put_content_type(&unsorted, oid_get(OID_DATA));
	expect("sorted", &(struct recipe){ 0 }, &signer, ERR_OK, ERR_OK);
	expect("unsorted, signed as sent", &(struct recipe){ .attributes = buf_bytes(&unsorted) }, &signer, ERR_OK, ERR_OK);
	der_put(&set, DER_SET, buf_bytes(&sorted));
	expect("unsorted, signed in order", &(struct recipe){ .attributes = buf_bytes(&unsorted), .hashed = buf_bytes(&set) }, &signer, ERR_OK, ERR_OK);
	buf_reset(&set);
	der_put(&set, DER_SET, buf_bytes(&unsorted));
	expect("sorted, signed in another order", &(struct recipe){ .attributes = buf_bytes(&sorted), .hashed = buf_bytes(&set) }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	buf_reset(&set);
	der_put(&set, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&sorted));
	expect("signed with the tag [0]", &(struct recipe){ .hashed = buf_bytes(&set) }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	expect("signed the content instead", &(struct recipe){ .hashed = bytes_from_str(RECIPE_CONTENT) }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	buf_clear(&sorted);
	buf_clear(&unsorted);
	buf_clear(&set);
	identity_clear(&signer);
}

static void test_attributes(void)
{
	struct identity signer = identity_load("client");
	struct bytes number = unit_hex("13 02 31 39");
	struct buf attributes = { 0 }, two = { 0 };

	recipe_put_message_digest(&attributes, bytes_from_str(RECIPE_CONTENT));
	expect("no contentType", &(struct recipe){ .attributes = buf_bytes(&attributes) }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	recipe_put_content_type(&attributes, oid_get(OID_SIGNED_DATA));
	expect("another contentType", &(struct recipe){ .attributes = buf_bytes(&attributes) }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	expect("another contentType, and so eContentType", &(struct recipe){ .attributes = buf_bytes(&attributes), .content_type = oid_get(OID_SIGNED_DATA) }, &signer, ERR_OK, ERR_OK);
	buf_reset(&attributes);
	recipe_put_content_type(&attributes, oid_get(OID_DATA));
	expect("no messageDigest", &(struct recipe){ .attributes = buf_bytes(&attributes) }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	recipe_put_message_digest(&attributes, bytes_from_str("contents"));
	expect("messageDigest of something else", &(struct recipe){ .attributes = buf_bytes(&attributes) }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	recipe_put_message_digest(&attributes, bytes_from_str(RECIPE_CONTENT));
	expect("messageDigest twice", &(struct recipe){ .attributes = buf_bytes(&attributes) }, &signer, ERR_CMS_SYNTAX, ERR_OK);

	buf_reset(&attributes);
	buf_append(&two, number);
	buf_append(&two, number);
	recipe_put_usual_attributes(&attributes);
	recipe_put_attribute(&attributes, oid_get(OID_SCEP_MESSAGE_TYPE), buf_bytes(&two));
	recipe_put_attribute(&attributes, oid_get(OID_SCEP_PKI_STATUS), (struct bytes){ 0 });
	recipe_put_attribute(&attributes, oid_get(OID_SCEP_FAIL_INFO), number);
	expect("an attribute with two values and one with none, that verifying does not need", &(struct recipe){ .attributes = buf_bytes(&attributes) }, &signer, ERR_OK, ERR_OK);
	expect("content absent, messageDigest present", &(struct recipe){ .no_content = true }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	buf_clear(&attributes);
	buf_clear(&two);
	identity_clear(&signer);
}

static void test_get_attribute(void)
{
	struct identity signer = identity_load("client");
	struct buf attributes = { 0 }, two = { 0 }, message = { 0 };
	struct der_element value = { 0 };
	struct cms_signed *cms = NULL;

	buf_append(&two, unit_hex("13 02 31 39 13 02 32 30"));
	recipe_put_usual_attributes(&attributes);
	recipe_put_attribute(&attributes, oid_get(OID_SCEP_MESSAGE_TYPE), buf_bytes(&two));
	recipe_put_attribute(&attributes, oid_get(OID_SCEP_PKI_STATUS), (struct bytes){ 0 });
	recipe_put_attribute(&attributes, oid_get(OID_SCEP_FAIL_INFO), unit_hex("13 01 32"));
	recipe_build(&(struct recipe){ .attributes = buf_bytes(&attributes) }, &signer, &message);
	UNIT_ERR(ERR_OK, cms_signed_parse(buf_bytes(&message), &cms, NULL));
	CU_ASSERT_EQUAL(cms->attribute_count, 5);
	UNIT_ERR(ERR_CMS_SYNTAX, cms_signed_get_attribute(cms, OID_SCEP_MESSAGE_TYPE, &value));
	UNIT_ERR(ERR_CMS_SYNTAX, cms_signed_get_attribute(cms, OID_SCEP_PKI_STATUS, &value));
	UNIT_ERR(ERR_NOT_FOUND, cms_signed_get_attribute(cms, OID_SCEP_TRANSACTION_ID, &value));
	CU_ASSERT_PTR_NULL(value.value.ptr);
	UNIT_ERR(ERR_OK, cms_signed_get_attribute(cms, OID_SCEP_FAIL_INFO, &value));
	UNIT_BYTES(unit_hex("32"), value.value);
	cms_signed_free(cms);
	buf_clear(&attributes);
	buf_clear(&two);
	buf_clear(&message);
	identity_clear(&signer);
}

static void test_unsigned_attributes(void)
{
	struct identity signer = identity_load("client");
	struct buf attribute = { 0 }, behind = { 0 }, message = { 0 };
	struct cms_signed *cms = NULL;
	struct der_element value;

	recipe_put_attribute(&attribute, oid_get(OID_SCEP_MESSAGE_TYPE), unit_hex("13 02 31 39"));
	der_put(&behind, DER_CONTEXT_CONSTRUCTED(1), buf_bytes(&attribute));
	recipe_build(&(struct recipe){ .behind = buf_bytes(&behind) }, &signer, &message);
	UNIT_ERR(ERR_OK, cms_signed_parse(buf_bytes(&message), &cms, NULL));
	UNIT_ERR(ERR_OK, cms_signed_verify(cms, NULL));
	UNIT_ERR(ERR_NOT_FOUND, cms_signed_get_attribute(cms, OID_SCEP_MESSAGE_TYPE, &value));
	cms_signed_free(cms);
	buf_clear(&attribute);
	buf_clear(&behind);
	buf_clear(&message);
	identity_clear(&signer);
}

static void test_signer_count(void)
{
	struct identity signer = identity_load("client");

	expect("one", &(struct recipe){ .signer_count = 1 }, &signer, ERR_OK, ERR_OK);
	expect("two", &(struct recipe){ .signer_count = 2 }, &signer, ERR_CMS_SYNTAX, ERR_OK);
	expect("something behind the signature", &(struct recipe){ .behind = unit_hex("05 00") }, &signer, ERR_CMS_SYNTAX, ERR_OK);
	identity_clear(&signer);
}

static void test_digest_names(void)
{
	struct identity signer = identity_load("client");

	expect("the signature algorithm's name", &(struct recipe){ .digest_oid = OID_SHA256_WITH_RSA }, &signer, ERR_OK, ERR_OK);
	expect("another digest", &(struct recipe){ .digest_oid = OID_SHA512 }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	expect("no digest at all", &(struct recipe){ .digest_oid = OID_AES128_CBC }, &signer, ERR_OK, ERR_ALG_DIGEST);
	identity_clear(&signer);
}

/* A self-signed certificate with the serial number that the seed gives. */
static void put_certificate(const struct identity *identity, struct bytes subject, uint64_t seed, struct buf *out)
{
	struct random random = random_counter(&seed);
	struct cert_template template = { .subject = subject, .spki = key_get_spki(identity->key), .not_before_utc = 1000000000, .not_after_utc = 1100000000, .path_len = -1 };
	struct pubkey *pubkey = NULL;

	UNIT_ERR(ERR_OK, pubkey_parse(template.spki, &pubkey, NULL));
	UNIT_ERR(ERR_OK, cert_sign(&template, pubkey, NULL, identity->key, &random, NULL, out, NULL));
	pubkey_free(pubkey);
}

static void test_signer_certificate(void)
{
	struct identity signer = identity_load("client"), other = identity_load("other");
	struct buf certificates = { 0 }, sid = { 0 }, mine = { 0 }, theirs = { 0 };
	struct cert *twin = NULL;

	recipe_put_sid(&sid, signer.cert->issuer, unit_hex("00 01"));
	expect("another serial, one certificate", &(struct recipe){ .sid = buf_bytes(&sid) }, &signer, ERR_OK, ERR_OK);
	buf_append(&certificates, buf_bytes(&other.cert->der));
	expect("another's certificate alone", &(struct recipe){ .certificates = buf_bytes(&certificates) }, &signer, ERR_OK, ERR_CMS_SIGNATURE);
	buf_append(&certificates, buf_bytes(&signer.cert->der));
	expect("the second of two", &(struct recipe){ .certificates = buf_bytes(&certificates) }, &signer, ERR_OK, ERR_OK);
	expect("another serial, two certificates", &(struct recipe){ .sid = buf_bytes(&sid), .certificates = buf_bytes(&certificates) }, &signer, ERR_CMS_SYNTAX, ERR_OK);
	buf_append(&certificates, buf_bytes(&signer.cert->der));
	expect("the same certificate twice", &(struct recipe){ .certificates = buf_bytes(&certificates) }, &signer, ERR_OK, ERR_OK);

	put_certificate(&signer, signer.cert->subject, 7, &mine);
	put_certificate(&other, signer.cert->subject, 7, &theirs);
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&mine), &twin, NULL));
	buf_reset(&sid);
	recipe_put_sid(&sid, twin->issuer, twin->serial);
	buf_reset(&certificates);
	buf_append(&certificates, buf_bytes(&mine));
	buf_append(&certificates, buf_bytes(&theirs));
	expect("two of one name and serial with two keys", &(struct recipe){ .sid = buf_bytes(&sid), .certificates = buf_bytes(&certificates) }, &signer, ERR_CMS_SYNTAX, ERR_OK);

	buf_reset(&certificates);
	buf_append(&certificates, unit_hex("a1 03 02 01 05"));
	buf_append(&certificates, buf_bytes(&signer.cert->der));
	buf_reset(&sid);
	recipe_put_sid(&sid, signer.cert->issuer, unit_hex("00 01"));
	expect("another serial, one certificate beside an attribute certificate", &(struct recipe){ .sid = buf_bytes(&sid), .certificates = buf_bytes(&certificates) }, &signer, ERR_OK, ERR_OK);
	buf_append(&certificates, unit_hex("30 03 02 01 05"));
	expect("beside an attribute certificate and a broken one", &(struct recipe){ .certificates = buf_bytes(&certificates) }, &signer, ERR_OK, ERR_OK);
	cert_free(twin);
	buf_clear(&certificates);
	buf_clear(&sid);
	buf_clear(&mine);
	buf_clear(&theirs);
	identity_clear(&signer);
	identity_clear(&other);
}

static void test_signer_key_identifier(void)
{
	struct identity signer = identity_load("client"), other = identity_load("other");
	struct buf both = { 0 }, sid = { 0 }, inner = { 0 };

	buf_append(&both, buf_bytes(&other.cert->der));
	buf_append(&both, buf_bytes(&signer.cert->der));
	der_put(&sid, DER_CONTEXT(0), signer.cert->subject_key_id);
	expect("primitive", &(struct recipe){ .sid = buf_bytes(&sid), .certificates = buf_bytes(&both) }, &signer, ERR_OK, ERR_OK);
	buf_reset(&sid);
	der_put(&inner, DER_OCTET_STRING, signer.cert->subject_key_id);
	der_put(&sid, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&inner));
	expect("constructed", &(struct recipe){ .sid = buf_bytes(&sid), .certificates = buf_bytes(&both) }, &signer, ERR_OK, ERR_OK);
	buf_reset(&sid);
	der_put(&sid, DER_CONTEXT(0), unit_hex("01 02 03"));
	expect("of nobody", &(struct recipe){ .sid = buf_bytes(&sid), .certificates = buf_bytes(&both) }, &signer, ERR_CMS_SYNTAX, ERR_OK);
	expect("empty", &(struct recipe){ .sid = unit_hex("80 00") }, &signer, ERR_CMS_SYNTAX, ERR_OK);
	buf_clear(&both);
	buf_clear(&sid);
	buf_clear(&inner);
	identity_clear(&signer);
	identity_clear(&other);
}

static void test_limits(void)
{
	struct identity signer = identity_load("client");
	struct buf attributes = { 0 }, certificates = { 0 };

	recipe_put_usual_attributes(&attributes);
	for (uint8_t i = 2; i < CMS_MAX_ATTRIBUTES; i++)
		recipe_put_attribute(&attributes, bytes_from((uint8_t[]){ 0x2a, i }, 2), unit_hex("05 00"));
	expect("64 attributes", &(struct recipe){ .attributes = buf_bytes(&attributes) }, &signer, ERR_OK, ERR_OK);
	recipe_put_attribute(&attributes, unit_hex("2b 01"), unit_hex("05 00"));
	expect("65 attributes", &(struct recipe){ .attributes = buf_bytes(&attributes) }, &signer, ERR_ASN1_LIMIT, ERR_OK);
	for (size_t i = 0; i < CMS_MAX_CERTIFICATES; i++)
		buf_append(&certificates, buf_bytes(&signer.cert->der));
	expect("16 certificates", &(struct recipe){ .certificates = buf_bytes(&certificates) }, &signer, ERR_OK, ERR_OK);
	buf_append(&certificates, buf_bytes(&signer.cert->der));
	expect("17 certificates", &(struct recipe){ .certificates = buf_bytes(&certificates) }, &signer, ERR_ASN1_LIMIT, ERR_OK);
	buf_clear(&attributes);
	buf_clear(&certificates);
	identity_clear(&signer);
}

/* --- in indefinite form --- */

/* Give an element of definite form the indefinite one. */
static void put_indefinite(struct buf *out, uint8_t tag, struct bytes level)
{
	buf_append_byte(out, tag);
	buf_append_byte(out, 0x80);
	buf_append(out, level);
	buf_append(out, bytes_from("\0", 2));
}

/* A whole message with its SignerInfo, and all that leads to it, in indefinite form; `set` is what has been signed. */
static void build_indefinite(const struct identity *signer, struct bytes set, struct bytes attributes, struct buf *out)
{
	struct buf info = { 0 }, signers = { 0 }, data = { 0 }, tagged = { 0 }, outer = { 0 }, signature = { 0 }, sent = { 0 };

	UNIT_ERR(ERR_OK, key_sign(signer->key, DIGEST_SHA256, set, &signature, NULL));
	der_put(&info, DER_INTEGER, bytes_from("\x01", 1));
	recipe_put_sid(&info, signer->cert->issuer, signer->cert->serial);
	recipe_put_oid_sequence(&info, oid_get(OID_SHA256));
	put_indefinite(&sent, DER_CONTEXT_CONSTRUCTED(0), attributes);
	buf_append(&info, buf_bytes(&sent));
	recipe_put_oid_sequence(&info, oid_get(OID_RSA_ENCRYPTION));
	der_put(&info, DER_OCTET_STRING, buf_bytes(&signature));
	put_indefinite(&signers, DER_SEQUENCE, buf_bytes(&info));
	der_put(&data, DER_INTEGER, bytes_from("\x01", 1));
	der_put(&data, DER_SET, (struct bytes){ 0 });
	recipe_put_encapsulated(&(struct recipe){ 0 }, &data);
	put_indefinite(&data, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&signer->cert->der));
	put_indefinite(&data, DER_SET, buf_bytes(&signers));
	put_indefinite(&tagged, DER_SEQUENCE, buf_bytes(&data));
	der_put(&outer, DER_OID, oid_get(OID_SIGNED_DATA));
	put_indefinite(&outer, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&tagged));
	put_indefinite(out, DER_SEQUENCE, buf_bytes(&outer));
	buf_clear(&info);
	buf_clear(&signers);
	buf_clear(&data);
	buf_clear(&tagged);
	buf_clear(&outer);
	buf_clear(&signature);
	buf_clear(&sent);
}

static void expect_indefinite(const char *row, const struct identity *signer, struct bytes set, struct bytes attributes, enum err verify)
{
	struct cms_signed *cms = NULL;
	struct buf message = { 0 };

	unit_row(row);
	build_indefinite(signer, set, attributes, &message);
	UNIT_ERR(ERR_OK, cms_signed_parse(buf_bytes(&message), &cms, NULL));
	if (cms != NULL) {
		CU_ASSERT_EQUAL(cms->signed_attributes_sent.len, attributes.len + 4);
		UNIT_ERR(verify, cms_signed_verify(cms, NULL));
	}
	cms_signed_free(cms);
	buf_clear(&message);
}

static void test_indefinite_attributes(void)
{
	struct identity signer = identity_load("client");
	struct buf attributes = { 0 }, set = { 0 };

	recipe_put_usual_attributes(&attributes);
	der_put(&set, DER_SET, buf_bytes(&attributes));
	expect_indefinite("signed as DER", &signer, buf_bytes(&set), buf_bytes(&attributes), ERR_OK);
	buf_reset(&set);
	put_indefinite(&set, DER_SET, buf_bytes(&attributes));
	expect_indefinite("signed as sent", &signer, buf_bytes(&set), buf_bytes(&attributes), ERR_OK);
	set.ptr[0] = DER_SEQUENCE;
	expect_indefinite("signed as something else", &signer, buf_bytes(&set), buf_bytes(&attributes), ERR_CMS_SIGNATURE);
	buf_clear(&attributes);
	buf_clear(&set);
	identity_clear(&signer);
}

/* --- damage --- */

static void visit_truncated(struct bytes damaged, void *context)
{
	struct cms_signed *cms = NULL;
	enum err e = cms_signed_parse(damaged, &cms, NULL);

	(void)context;
	CU_ASSERT(e == ERR_ASN1_SYNTAX || e == ERR_CMS_SYNTAX);
	cms_signed_free(cms);
}

static void visit_flipped(struct bytes damaged, void *context)
{
	struct cms_signed *cms = NULL;
	size_t *verified = context;

	if (cms_signed_parse(damaged, &cms, NULL) == ERR_OK && cms_signed_verify(cms, NULL) == ERR_OK)
		++*verified;
	cms_signed_free(cms);
}

static void test_damage(void)
{
	static const uint8_t masks[] = { 0x01, 0x80 };
	size_t verified = 0;

	identity_each_truncation(unit_vector("cms/signed_sha256.der"), visit_truncated, NULL);
	identity_each_truncation(unit_vector("cms/signed_stream.ber"), visit_truncated, NULL);
	identity_each_flip(unit_vector("cms/signed_sha256.der"), masks, sizeof(masks), visit_flipped, &verified);
	/* What the signature does not cover: the certificate but for its key, versions, digestAlgorithms, the sid, parameters. */
	CU_ASSERT(verified > 0);
	CU_ASSERT(verified < unit_vector("cms/signed_sha256.der").len);
}

static const struct unit_case cases[] = {
	{ "messages of OpenSSL are read and verify (RFC 5652 section 5)", test_foreign },
	{ "octets behind the message are ignored", test_trailing },
	{ "signed attributes verify as sent and in DER order, and no other way (RFC 5652 section 5.4)", test_attribute_order },
	{ "contentType and messageDigest must fit, once each (RFC 5652 section 5.3)", test_attributes },
	{ "an attribute is given when it has exactly one value", test_get_attribute },
	{ "unsigned attributes are not looked at", test_unsigned_attributes },
	{ "there is exactly one SignerInfo", test_signer_count },
	{ "digestAlgorithm names the digest (RFC 5652 section 5.3)", test_digest_names },
	{ "the signer's certificate is the one that the sid names, or the only one", test_signer_certificate },
	{ "the sid may be a key identifier (RFC 5652 section 5.3)", test_signer_key_identifier },
	{ "attributes and certificates have limits", test_limits },
	{ "signed attributes of indefinite length verify as DER and as sent", test_indefinite_attributes },
	{ "a message that is cut or changed anywhere is refused without harm", test_damage },
};

UNIT_MAIN("cms_signed", cases)
