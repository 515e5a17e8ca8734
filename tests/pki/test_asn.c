#include <config.h>

#include "pki/asn.h"

#include <string.h>

#include "pki/ber.h"
#include "pki/der.h"
#include "pki/oid.h"
#include "support/unit.h"

static struct asn *start(const char *type)
{
	struct asn *asn = NULL;

	if (asn_new(type, &asn) != ERR_OK)
		CU_FAIL_FATAL("the type is not in the module");
	return asn;
}

/* Encode, compare, free. */
static void finish(struct asn *asn, const char *hex)
{
	struct why why = { 0 };
	struct buf out;

	buf_init(&out);
	UNIT_ERR(ERR_OK, asn_encode(asn, &out, &why));
	if (why.text[0] != '\0')
		printf("# %s\n", why.text);
	UNIT_BYTES(unit_hex(hex), buf_bytes(&out));
	buf_clear(&out);
	asn_free(asn);
}

static void all_types(void)
{
	static const char *const types[] = { "ContentInfo", "SignedData", "SignerInfo", "SignedAttributes", "EnvelopedData", "KeyTransRecipientInfo", "Attribute",
		"AlgorithmIdentifier", "CertificationRequest", "CertificationRequestInfo", "Certificate", "TBSCertificate", "Extension", "IssuerAndSerialNumber" };
	struct asn *none = NULL;

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct asn *asn = NULL;

		unit_row(types[i]);
		UNIT_ERR(ERR_OK, asn_new(types[i], &asn));
		asn_free(asn);
	}
	unit_row(NULL);
	UNIT_ERR(ERR_INTERNAL, asn_new("NoSuchType", &none));
	CU_ASSERT_PTR_NULL(none);
	asn_free(NULL);
}

static void content_info(void)
{
	struct asn *asn = start("ContentInfo");

	asn_set_oid(asn, "contentType", oid_get(OID_SIGNED_DATA));
	asn_set_bytes(asn, "content", unit_hex("3003020101"));
	finish(asn, "3012 06092a864886f70d010702 a005 3003020101");
	asn = start("ContentInfo");
	asn_set_oid(asn, "contentType", oid_get(OID_DATA));
	asn_omit(asn, "content");
	finish(asn, "300b 06092a864886f70d010701");
}

static void signed_data(void)
{
	struct asn *asn = start("SignedData");

	asn_set_small(asn, "version", 1);
	asn_append(asn, "digestAlgorithms");
	asn_set_oid(asn, "digestAlgorithms.?LAST.algorithm", oid_get(OID_SHA1));
	asn_omit(asn, "digestAlgorithms.?LAST.parameters");
	asn_set_oid(asn, "encapContentInfo.eContentType", oid_get(OID_DATA));
	asn_set_bytes(asn, "encapContentInfo.eContent", bytes_from(NULL, 0));
	/* Sorted, the second would stand first. */
	asn_append(asn, "certificates");
	asn_set_bytes(asn, "certificates.?LAST", unit_hex("3003020102"));
	asn_append(asn, "certificates");
	asn_set_bytes(asn, "certificates.?LAST", unit_hex("3003020101"));
	asn_omit(asn, "crls");
	asn_append(asn, "signerInfos");
	asn_set_small(asn, "signerInfos.?LAST.version", 1);
	asn_set_bytes(asn, "signerInfos.?LAST.sid.issuer", unit_hex("3000"));
	asn_set_integer(asn, "signerInfos.?LAST.sid.serialNumber", unit_hex("000005"));
	asn_set_oid(asn, "signerInfos.?LAST.digestAlgorithm.algorithm", oid_get(OID_SHA1));
	asn_set_bytes(asn, "signerInfos.?LAST.digestAlgorithm.parameters", unit_hex("0500"));
	asn_set_bytes(asn, "signerInfos.?LAST.signedAttrs", unit_hex("a002 3000"));
	asn_set_bytes(asn, "signerInfos.?LAST.signatureAlgorithm", unit_hex("3004 06022a05"));
	asn_set_bytes(asn, "signerInfos.?LAST.signature", unit_hex("00ff"));
	finish(asn, "3054 020101 3109 3007 06052b0e03021a 300f 06092a864886f70d010701 a002 0400 a00a 3003020102 3003020101"
		"3127 3025 020101 3007 3000 0203000005 3009 06052b0e03021a 0500 a002 3000 3004 06022a05 040200ff");
}

static void add_attribute(struct asn *asn, const char *oid_hex, const char *value_hex)
{
	asn_append(asn, "");
	asn_set_oid(asn, "?LAST.type", unit_hex(oid_hex));
	asn_append(asn, "?LAST.values");
	asn_set_bytes(asn, "?LAST.values.?LAST", unit_hex(value_hex));
}

static void signed_attributes(void)
{
	struct asn *asn = start("SignedAttributes");

	add_attribute(asn, "2a05", "040100");
	add_attribute(asn, "2a04", "0500");
	add_attribute(asn, "2a03", "0500");
	finish(asn, "311f 3008 06022a03 31020500 3008 06022a04 31020500 3009 06022a05 3103040100");
}

static void degenerate(void)
{
	struct asn *asn = start("SignedData");

	asn_set_small(asn, "version", 1);
	asn_set_oid(asn, "encapContentInfo.eContentType", oid_get(OID_DATA));
	asn_omit(asn, "encapContentInfo.eContent");
	asn_append(asn, "certificates");
	asn_set_bytes(asn, "certificates.?LAST", unit_hex("3000"));
	asn_omit(asn, "crls");
	finish(asn, "3018 020101 3100 300b 06092a864886f70d010701 a002 3000 3100");
	asn = start("SignedData");
	asn_set_small(asn, "version", 1);
	asn_set_oid(asn, "encapContentInfo.eContentType", oid_get(OID_DATA));
	asn_omit(asn, "encapContentInfo.eContent");
	asn_omit(asn, "certificates");
	asn_append(asn, "crls");
	asn_set_bytes(asn, "crls.?LAST", unit_hex("3000"));
	finish(asn, "3018 020101 3100 300b 06092a864886f70d010701 a102 3000 3100");
}

static void enveloped_data(void)
{
	struct asn *asn = start("EnvelopedData");

	asn_set_small(asn, "version", 0);
	asn_append(asn, "recipientInfos");
	asn_choose(asn, "recipientInfos.?LAST", "ktri");
	asn_set_small(asn, "recipientInfos.?LAST.ktri.version", 0);
	asn_set_bytes(asn, "recipientInfos.?LAST.ktri.rid.issuer", unit_hex("3000"));
	asn_set_bytes(asn, "recipientInfos.?LAST.ktri.rid.serialNumber", unit_hex("020180"));
	asn_set_oid(asn, "recipientInfos.?LAST.ktri.keyEncryptionAlgorithm.algorithm", oid_get(OID_RSA_ENCRYPTION));
	asn_set_bytes(asn, "recipientInfos.?LAST.ktri.keyEncryptionAlgorithm.parameters", unit_hex("0500"));
	asn_set_bytes(asn, "recipientInfos.?LAST.ktri.encryptedKey", unit_hex("aabb"));
	asn_set_oid(asn, "encryptedContentInfo.contentType", oid_get(OID_DATA));
	asn_set_oid(asn, "encryptedContentInfo.contentEncryptionAlgorithm.algorithm", oid_get(OID_DES_CBC));
	asn_set_bytes(asn, "encryptedContentInfo.contentEncryptionAlgorithm.parameters", unit_hex("0402 0102"));
	asn_set_bytes(asn, "encryptedContentInfo.encryptedContent", unit_hex("cc"));
	finish(asn, "3041 020100 311f 301d 020100 3005 3000 020180 300d 06092a864886f70d010101 0500 0402aabb"
		"301b 06092a864886f70d010701 300b 06052b0e030207 04020102 8001cc");
}

static void password_recipient(void)
{
	struct asn *asn = start("Pbkdf2Parameters");

	asn_set_bytes(asn, "salt", unit_hex("0102"));
	asn_set_small(asn, "iterationCount", 100000);
	asn_set_oid(asn, "prf.algorithm", oid_get(OID_HMAC_SHA256));
	asn_set_bytes(asn, "prf.parameters", unit_hex("0500"));
	finish(asn, "3017 0402 0102 0203 0186a0 300c 06082a864886f70d0209 0500");
	asn = start("EnvelopedData");
	asn_set_small(asn, "version", 3);
	asn_append(asn, "recipientInfos");
	asn_choose(asn, "recipientInfos.?LAST", "pwri");
	asn_set_small(asn, "recipientInfos.?LAST.pwri.version", 0);
	asn_set_oid(asn, "recipientInfos.?LAST.pwri.keyDerivationAlgorithm.algorithm", unit_hex("2a03"));
	asn_set_bytes(asn, "recipientInfos.?LAST.pwri.keyDerivationAlgorithm.parameters", unit_hex("3000"));
	asn_set_oid(asn, "recipientInfos.?LAST.pwri.keyEncryptionAlgorithm.algorithm", unit_hex("2a04"));
	asn_set_bytes(asn, "recipientInfos.?LAST.pwri.keyEncryptionAlgorithm.parameters", unit_hex("3000"));
	asn_set_bytes(asn, "recipientInfos.?LAST.pwri.encryptedKey", unit_hex("aa"));
	asn_set_oid(asn, "encryptedContentInfo.contentType", unit_hex("2a05"));
	asn_set_oid(asn, "encryptedContentInfo.contentEncryptionAlgorithm.algorithm", unit_hex("2a06"));
	asn_omit(asn, "encryptedContentInfo.contentEncryptionAlgorithm.parameters");
	asn_set_bytes(asn, "encryptedContentInfo.encryptedContent", unit_hex("cc"));
	finish(asn, "302c 020103 3118 a316 020100 a006 06022a03 3000 3006 06022a04 3000 0401 aa 300d 06022a05 3004 06022a06 8001cc");
}

static void request_and_certificate(void)
{
	struct asn *asn = start("CertificationRequestInfo");

	asn_set_small(asn, "version", 0);
	asn_set_bytes(asn, "subject", unit_hex("3000"));
	asn_set_bytes(asn, "subjectPKInfo", unit_hex("300506032b6570"));
	finish(asn, "300e 020100 3000 300506032b6570 a000");
	asn = start("Certificate");
	asn_set_bytes(asn, "tbsCertificate", unit_hex("3000"));
	asn_set_bytes(asn, "signatureAlgorithm", unit_hex("300506032b6570"));
	asn_set_bytes(asn, "signature", unit_hex("0102ff"));
	finish(asn, "300f 3000 300506032b6570 0304 000102ff");
	asn = start("TBSCertificate");
	asn_set_small(asn, "version", 2);
	asn_set_integer(asn, "serialNumber", unit_hex("7f"));
	asn_set_bytes(asn, "signature", unit_hex("300506032b6570"));
	asn_set_bytes(asn, "issuer", unit_hex("3000"));
	asn_set_bytes(asn, "validity.notBefore", unit_hex("17013a"));
	asn_set_bytes(asn, "validity.notAfter", unit_hex("18013b"));
	asn_set_bytes(asn, "subject", unit_hex("3000"));
	asn_set_bytes(asn, "subjectPublicKeyInfo", unit_hex("3000"));
	asn_append(asn, "extensions");
	asn_set_bytes(asn, "extensions.?LAST", unit_hex("30020500"));
	finish(asn, "3025 a003 020102 02017f 300506032b6570 3000 3006 17013a 18013b 3000 3000 a306 3004 30020500");
}

static void integers(void)
{
	static const struct {
		int value;
		const char *hex;
	} rows[] = {
		{ 0, "020100" }, { 1, "020101" }, { 127, "02017f" }, { 128, "02020080" }, { 255, "020200ff" }, { 65536, "0203010000" }, { 2147483647, "02047fffffff" }, { -1, "0201ff" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct asn *asn = start("CertificationRequestInfo");
		char hex[64];

		unit_row(rows[i].hex);
		asn_set_small(asn, "version", rows[i].value);
		asn_set_bytes(asn, "subject", unit_hex("3000"));
		asn_set_bytes(asn, "subjectPKInfo", unit_hex("3000"));
		snprintf(hex, sizeof hex, "30%02zx %s 3000 3000 a000", unit_hex(rows[i].hex).len + 6, rows[i].hex);
		finish(asn, hex);
	}
}

static void extension_defaults(void)
{
	struct asn *asn = start("Extension");

	asn_set_oid(asn, "extnID", unit_hex("551d13"));
	asn_set_bytes(asn, "extnValue", unit_hex("3000"));
	finish(asn, "3009 0603551d13 0402 3000");
}

static void errors(void)
{
	struct asn *asn = start("Extension");
	struct why why = { 0 };
	struct buf out;

	buf_init(&out);
	UNIT_ERR(ERR_OK, buf_append_str(&out, "kept"));
	/* The first error is the one that is told. */
	asn_set_bytes(asn, "noSuchPlace", unit_hex("00"));
	asn_set_oid(asn, "extnID", unit_hex("80"));
	UNIT_ERR(ERR_INTERNAL, asn_encode(asn, &out, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "noSuchPlace"));
	asn_free(asn);
	/* Something is missing. */
	asn = start("Extension");
	asn_set_bytes(asn, "extnValue", unit_hex("00"));
	why = (struct why){ 0 };
	UNIT_ERR(ERR_INTERNAL, asn_encode(asn, &out, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "extnID"));
	asn_free(asn);
	/* Values that do not fit their type. */
	asn = start("Extension");
	asn_set_bytes(asn, "extnID", unit_hex("551d13"));
	UNIT_ERR(ERR_INTERNAL, asn_encode(asn, &out, NULL));
	asn_free(asn);
	asn = start("ContentInfo");
	asn_set_oid(asn, "contentType", unit_hex("2a03"));
	asn_set_bytes(asn, "content", bytes_from(NULL, 0));
	UNIT_ERR(ERR_INTERNAL, asn_encode(asn, &out, NULL));
	asn_free(asn);
	asn = start("TBSCertificate");
	asn_set_integer(asn, "version", bytes_from(NULL, 0));
	UNIT_ERR(ERR_INTERNAL, asn_encode(asn, &out, NULL));
	asn_free(asn);
	UNIT_BYTES(bytes_from_str("kept"), buf_bytes(&out));
	buf_clear(&out);
}

static const struct unit_case cases[] = {
	{ "the module has the types that we write, and no other", all_types },
	{ "ContentInfo, RFC 5652 section 3", content_info },
	{ "SignedAttributes are sorted, X.690 section 11.6", signed_attributes },
	{ "SignedData keeps the order of certificates and copies a serial number as it is, RFC 5652 section 5", signed_data },
	{ "a certificates-only SignedData has empty sets, RFC 8894 section 3.4", degenerate },
	{ "EnvelopedData, RFC 5652 section 6", enveloped_data },
	{ "PasswordRecipientInfo, RFC 5652 section 6.2.4, with PBKDF2, RFC 8018 appendix A.2", password_recipient },
	{ "CertificationRequestInfo of RFC 2986 section 4.1, Certificate of RFC 5280 section 4.1", request_and_certificate },
	{ "INTEGERs are minimal, X.690 section 8.3", integers },
	{ "critical is left out when false, X.690 section 11.5", extension_defaults },
	{ "what cannot be written is an error that names the place, and nothing is appended", errors },
};

UNIT_MAIN("asn", cases)
