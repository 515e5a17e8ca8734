#include <config.h>

#include <string.h>

#include "service/outcome.h"

/* Who signed a message and how: algorithms, SignerInfo, the embedded certificates. */

static struct bytes null(void)
{
	return craft_hex("0500");
}

static struct bytes null_for(enum digest digest)
{
	return craft_algorithm(digest_oid(digest), null());
}

/* A SignerIdentifier [0] with these octets. */
static struct bytes key_id_sid(struct bytes key_id)
{
	return CRAFT(DER_CONTEXT(0), key_id);
}

static struct bytes computed_key_id(const struct key *key)
{
	struct pubkey *pubkey = NULL;
	uint8_t octets[20];

	CU_ASSERT_EQUAL_FATAL(pubkey_parse(key_get_spki(key), &pubkey, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(pubkey_key_id(pubkey, octets), ERR_OK);
	pubkey_free(pubkey);
	return CRAFT_JOIN(bytes_from(octets, sizeof octets));
}

static struct bytes key_id_extension(struct bytes key_id)
{
	return crafted_extension(OID_SUBJECT_KEY_ID, CRAFT(DER_OCTET_STRING, key_id));
}

static struct key *vector_key(const char *name)
{
	struct key *key = NULL;

	CU_ASSERT_EQUAL_FATAL(key_parse_pem(unit_vector(name), &key, NULL), ERR_OK);
	return key;
}

static void algorithms_without_null(void)
{
	const struct crafted crafted = {
		.digest_algorithms = craft_algorithm(OID_SHA256, craft_none()),
		.digest_algorithm = craft_algorithm(OID_SHA256, craft_none()),
		.signature_algorithm = craft_algorithm(OID_RSA_ENCRYPTION, craft_none()),
	};
	struct crafted both;
	struct scep_message *reply = NULL;
	struct buf content = { 0 };
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "in the SignerInfo", &crafted, issued());
	both = crafted;
	both.recipients = crafted_recipient(&f, &(struct crafted_recipient){ .algorithm = craft_algorithm(OID_RSA_ENCRYPTION, craft_none()) });
	outcome_exchange(&f, "in the RecipientInfo too", &both, issued(), &reply, &content);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	UNIT_BYTES(craft_algorithm(OID_RSA_ENCRYPTION, null()), reply->cms->signature_algorithm);
	scep_message_free(reply);
	buf_clear(&content);
	unit_row(NULL);
	crafted_forget();
	fixture_stop(&f);
}

/* One octet of the senderNonce is changed after the signature was made. */
static void tamper(struct buf *message, struct scep_request_plan *plan)
{
	size_t at = 0;

	while (at + plan->sender_nonce.len < message->len && memcmp(message->ptr + at, plan->sender_nonce.ptr, plan->sender_nonce.len) != 0)
		at++;
	CU_ASSERT_FATAL(at + plan->sender_nonce.len < message->len);
	message->ptr[at] ^= 1;
	plan->sender_nonce = CRAFT_JOIN(bytes_from(message->ptr + at, plan->sender_nonce.len));
}

static void digest_info_without_null(void)
{
	const struct crafted crafted = { .signature = CRAFTED_SIGNATURE_WITHOUT_NULL };
	struct scep_message *reply = NULL;
	struct buf message = { 0 }, content = { 0 };
	struct scep_request_plan plan;
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "as signed", &crafted, issued());
	crafted_message(&f, &crafted, &message, &plan);
	tamper(&message, &plan);
	outcome_post(&f, "changed", &message, &plan, refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE), &reply, &content);
	scep_message_free(reply);
	buf_clear(&message);
	unit_row(NULL);
	crafted_forget();
	fixture_stop(&f);
}

static void signed_as_sent(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "descending", &(struct crafted){ .is_unsorted = true, .is_signed_as_sent = true }, issued());
	outcome_check(&f, "descending, without NULL in the DigestInfo", &(struct crafted){ .is_unsorted = true, .is_signed_as_sent = true,
		.signature = CRAFTED_SIGNATURE_WITHOUT_NULL }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void signed_sorted(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "descending", &(struct crafted){ .is_unsorted = true }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void signature_algorithms(void)
{
	static const struct { enum oid oid; bool is_good; } rows[] = {
		{ OID_RSA_ENCRYPTION, true }, { OID_SHA256_WITH_RSA, true }, { OID_SHA512_WITH_RSA, false }, { OID_SHA1_WITH_RSA, false }, { OID_MD5_WITH_RSA, false },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, rows[i].is_good ? "agrees with the digest" : "contradicts the digest", &(struct crafted){ .signature_algorithm = craft_algorithm(rows[i].oid, null()) },
			rows[i].is_good ? issued() : refused(FAIL_BAD_ALG, ERR_ALG_DIGEST));
	outcome_check(&f, "of another kind of key", &(struct crafted){ .signature_algorithm = craft_algorithm(OID_ECDSA_SHA256, craft_none()) },
		refused(FAIL_BAD_ALG, ERR_ALG_SIGNATURE));
	outcome_check(&f, "unknown", &(struct crafted){ .signature_algorithm = CRAFT(DER_SEQUENCE, craft_other_oid("1.3.6.1.4.1.99999.2")) },
		refused(FAIL_BAD_ALG, ERR_ALG_SIGNATURE));
	outcome_check(&f, "empty", &(struct crafted){ .signature_algorithm = craft_hex("3000") }, refused(FAIL_BAD_ALG, ERR_ALG_SIGNATURE));
	crafted_forget();
	fixture_stop(&f);
}

/* RSASSA-PSS-params, RFC 4055 section 3.1. */
static struct bytes pss(enum digest digest, enum digest mask, unsigned salt_len)
{
	uint8_t salt = (uint8_t)salt_len;

	return craft_algorithm(OID_RSASSA_PSS, CRAFT(DER_SEQUENCE, CRAFT(DER_CONTEXT_CONSTRUCTED(0), null_for(digest)),
		CRAFT(DER_CONTEXT_CONSTRUCTED(1), craft_algorithm(OID_MGF1, null_for(mask))),
		CRAFT(DER_CONTEXT_CONSTRUCTED(2), CRAFT(DER_INTEGER, bytes_from(&salt, 1)))));
}

static void pss_signers(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "salt as long as the digest",
		&(struct crafted){ .signature = CRAFTED_SIGNATURE_PSS, .signature_algorithm = pss(DIGEST_SHA256, DIGEST_SHA256, 32) },
		issued());
	outcome_check(&f, "parameters of another salt",
		&(struct crafted){ .signature = CRAFTED_SIGNATURE_PSS, .signature_algorithm = pss(DIGEST_SHA256, DIGEST_SHA256, 20) },
		refused(FAIL_BAD_ALG, ERR_ALG_SIGNATURE));
	outcome_check(&f, "another mask", &(struct crafted){ .signature = CRAFTED_SIGNATURE_PSS, .signature_algorithm = pss(DIGEST_SHA256, DIGEST_SHA1, 32) },
		refused(FAIL_BAD_ALG, ERR_ALG_SIGNATURE));
	outcome_check(&f, "another digest than the SignerInfo's",
		&(struct crafted){ .signature = CRAFTED_SIGNATURE_PSS, .signature_algorithm = pss(DIGEST_SHA512, DIGEST_SHA512, 64) },
		refused(FAIL_BAD_ALG, ERR_ALG_DIGEST));
	outcome_check(&f, "no parameters", &(struct crafted){ .signature = CRAFTED_SIGNATURE_PSS, .signature_algorithm = craft_algorithm(OID_RSASSA_PSS, craft_none()) },
		refused(FAIL_BAD_ALG, ERR_ALG_SIGNATURE));
	outcome_check(&f, "empty parameters",
		&(struct crafted){ .signature = CRAFTED_SIGNATURE_PSS, .signature_algorithm = craft_algorithm(OID_RSASSA_PSS, craft_hex("3000")) },
		refused(FAIL_BAD_ALG, ERR_ALG_SIGNATURE));
	outcome_check(&f, "announced, but the signature is PKCS#1 v1.5", &(struct crafted){ .signature_algorithm = pss(DIGEST_SHA256, DIGEST_SHA256, 32) },
		refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	crafted_forget();
	fixture_stop(&f);
}

static void key_identifiers(void)
{
	struct bytes key_id = craft_hex("00112233 44556677 8899aabb ccddeeff");
	struct bytes three = craft_hex("03");
	struct bytes with, without;
	struct fixture f;

	fixture_start(&f);
	with = crafted_cert(&f, &(struct crafted_cert){ .extensions = key_id_extension(key_id) });
	without = crafted_cert(&f, &(struct crafted_cert){ 0 });
	outcome_check(&f, "in the certificate", &(struct crafted){ .signer_der = with, .sid = key_id_sid(key_id), .signer_version = three }, issued());
	outcome_check(&f, "computed from the key", &(struct crafted){ .signer_der = without, .sid = key_id_sid(computed_key_id(f.client_key)), .signer_version = three },
		issued());
	outcome_check(&f, "that of nobody, and one certificate", &(struct crafted){ .signer_der = with, .sid = key_id_sid(craft_octets(9, 20)), .signer_version = three },
		issued());
	outcome_check(&f, "that of nobody, and two certificates", &(struct crafted){ .signer_der = with, .sid = key_id_sid(craft_octets(9, 20)), .signer_version = three,
		.certificates = CRAFT_JOIN(with, buf_bytes(&f.ca_cert->der)) }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "as a constructed string", &(struct crafted){ .signer_der = with, .sid = CRAFT(DER_CONTEXT_CONSTRUCTED(0), CRAFT(DER_OCTET_STRING, key_id)) },
		issued());
	outcome_check(&f, "empty", &(struct crafted){ .signer_der = with, .sid = craft_hex("8000") }, http_error(ERR_CMS_SYNTAX));
	crafted_forget();
	fixture_stop(&f);
}

static void odd_serial_numbers(void)
{
	static const struct { const char *name, *in_certificate, *in_sid; } rows[] = {
		{ "32 octets of ASCII", "3031323334353637383941424344454630313233343536373839414243444546", NULL },
		{ "negative", "ff85", NULL },
		{ "first bit set", "85", NULL },
		{ "zeros in front", "0000002a", NULL },
		{ "zeros in front, not in the sid", "0000002a", "2a" },
		{ "zeros in front of the sid alone", "2a", "00002a" },
		{ "zero", "00", NULL },
		{ "64 octets, the most", "01010101010101010101010101010101 01010101010101010101010101010101 01010101010101010101010101010101 01010101010101010101010101010101", NULL },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes serial = craft_hex(rows[i].in_certificate);
		struct crafted crafted = { .signer_der = crafted_cert(&f, &(struct crafted_cert){ .serial = serial }) };
		struct scep_message *reply = NULL;
		struct buf content = { 0 };

		if (rows[i].in_sid != NULL)
			crafted.sid = crafted_issuer_and_serial(craft_name("CN=device-1"), craft_hex(rows[i].in_sid));
		outcome_exchange(&f, rows[i].name, &crafted, issued(), &reply, &content);
		CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
		UNIT_BYTES(serial, reply->envelope->recipient[0].serial); /* as the certificate has it: clients compare octets */
		scep_message_free(reply);
		buf_clear(&content);
	}
	outcome_check(&f, "no octet at all", &(struct crafted){ .signer_der = crafted_cert(&f, &(struct crafted_cert){ .is_serial_empty = true }) }, issued());
	/* With a second certificate there is a choice, and octets decide. */
	outcome_check(&f, "zeros in front of the sid alone, two certificates", &(struct crafted){
		.sid = crafted_issuer_and_serial(craft_name("CN=device-1"), craft_hex("00002a")),
		.certificates = CRAFT_JOIN(crafted_cert(&f, &(struct crafted_cert){ 0 }), buf_bytes(&f.ca_cert->der)) }, http_error(ERR_CMS_SYNTAX));
	crafted_forget();
	fixture_stop(&f);
}

static void digests(void)
{
	static const struct { enum digest digest; bool is_good; } rows[] = {
		{ DIGEST_SHA256, true }, { DIGEST_SHA512, true }, { DIGEST_SHA1, true }, { DIGEST_MD5, false }, { DIGEST_SHA224, false }, { DIGEST_SHA384, false },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, digest_name(rows[i].digest), &(struct crafted){ .digest = rows[i].digest }, rows[i].is_good ? issued() : refused(FAIL_BAD_ALG, ERR_ALG_DIGEST));
	outcome_check(&f, "sha3-256", &(struct crafted){ .digest_algorithm = CRAFT(DER_SEQUENCE, craft_other_oid("2.16.840.1.101.3.4.2.8")) },
		refused(FAIL_BAD_ALG, ERR_ALG_DIGEST));
	crafted_forget();
	fixture_stop(&f);
}

static void digest_identifiers(void)
{
	struct bytes sha256 = craft_algorithm(OID_SHA256, null());
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "digestAlgorithms is empty", &(struct crafted){ .no_digest_algorithms = true }, issued());
	outcome_check(&f, "digestAlgorithms names another", &(struct crafted){ .digest_algorithms = craft_algorithm(OID_MD5, null()) }, issued());
	outcome_check(&f, "digestAlgorithms names one twice", &(struct crafted){ .digest_algorithms = CRAFT_JOIN(sha256, sha256) }, issued());
	outcome_check(&f, "digestAlgorithms holds no algorithm", &(struct crafted){ .digest_algorithms = null() }, issued());
	outcome_check(&f, "sha256WithRSAEncryption for a digest", &(struct crafted){ .digest_algorithm = craft_algorithm(OID_SHA256_WITH_RSA, null()) }, issued());
	outcome_check(&f, "sha1WithRSAEncryption for a digest", &(struct crafted){ .digest = DIGEST_SHA1, .digest_algorithm = craft_algorithm(OID_SHA1_WITH_RSA, null()) },
		issued());
	outcome_check(&f, "md5WithRSAEncryption is no way round the list",
		&(struct crafted){ .digest = DIGEST_MD5, .digest_algorithm = craft_algorithm(OID_MD5_WITH_RSA, null()) },
		refused(FAIL_BAD_ALG, ERR_ALG_DIGEST));
	outcome_check(&f, "parameters of any type", &(struct crafted){ .digest_algorithm = craft_algorithm(OID_SHA256, craft_hex("020101")) }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void more_certificates(void)
{
	struct bytes own, other_choices;
	struct fixture f;

	fixture_start(&f);
	own = crafted_cert(&f, &(struct crafted_cert){ 0 });
	other_choices = craft_hex("a003020101 a103020101 a203020101 a303020101");
	outcome_check(&f, "a chain behind it", &(struct crafted){ .certificates = CRAFT_JOIN(own, buf_bytes(&f.ra_cert->der), buf_bytes(&f.ca_cert->der)) }, issued());
	outcome_check(&f, "a chain in front of it", &(struct crafted){ .certificates = CRAFT_JOIN(buf_bytes(&f.ca_cert->der), buf_bytes(&f.ra_cert->der), own) }, issued());
	outcome_check(&f, "the same one twice", &(struct crafted){ .certificates = CRAFT_JOIN(own, own) }, issued());
	outcome_check(&f, "attribute certificates and other choices", &(struct crafted){ .certificates = CRAFT_JOIN(other_choices, own, other_choices) }, issued());
	outcome_check(&f, "a SEQUENCE that is no certificate", &(struct crafted){ .certificates = CRAFT_JOIN(craft_hex("3003020101"), own) }, issued());
	outcome_check(&f, "a CRL", &(struct crafted){ .crls = craft_hex("a1053003020101") }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void odd_certificates(void)
{
	static const char offset[] = "260920120000+0200", fraction[] = "20260920120000.5Z", expired[] = "250101000000Z", later[] = "300101000000Z";
	struct fixture f;
	struct bytes usage, unknown;

	fixture_start(&f);
	usage = crafted_extension(OID_KEY_USAGE, craft_hex("030205a0"));
	unknown = CRAFT(DER_SEQUENCE, craft_other_oid("1.3.6.1.4.1.99999.3"), craft_hex("0101ff"), CRAFT(DER_OCTET_STRING, null()));
	const struct { const char *name; struct crafted_cert cert; } rows[] = {
		{ "version INTEGER 3", { .version = craft_hex("a003020103"), .extensions = usage } },
		{ "version 1 with extensions", { .no_version = true, .extensions = usage } },
		{ "version 1", { .no_version = true } },
		{ "one extension twice", { .extensions = CRAFT_JOIN(usage, usage) } },
		{ "times with an offset", { .validity = CRAFT_JOIN(craft_text(DER_UTC_TIME, offset), craft_text(DER_UTC_TIME, offset)) } },
		{ "times with fractions", { .validity = CRAFT_JOIN(craft_text(DER_GENERALIZED_TIME, fraction), craft_text(DER_GENERALIZED_TIME, fraction)) } },
		{ "no times", { .validity = craft_hex("1700 1700") } },
		{ "a critical extension that nobody knows", { .extensions = unknown } },
		{ "a broken extension", { .extensions = CRAFT_JOIN(usage, craft_hex("3003020101")) } },
		{ "expired", { .validity = CRAFT_JOIN(craft_text(DER_UTC_TIME, expired), craft_text(DER_UTC_TIME, expired)) } },
		{ "not yet valid", { .validity = CRAFT_JOIN(craft_text(DER_UTC_TIME, later), craft_text(DER_UTC_TIME, later)) } },
		{ "an empty subject", { .subject = craft_hex("3000") } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, rows[i].name, &(struct crafted){ .signer_der = crafted_cert(&f, &rows[i].cert) }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void key_usage_of_the_signer(void)
{
	static const struct { const char *name, *bits; } rows[] = {
		{ "keyEncipherment alone", "03020520" }, { "keyCertSign alone", "03020204" }, { "nonRepudiation alone", "03020640" }, { "none at all", "030100" },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, rows[i].name, &(struct crafted){ .signer_der = crafted_cert(&f, &(struct crafted_cert){
			.extensions = crafted_extension(OID_KEY_USAGE, craft_hex(rows[i].bits)) }) }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void small_signer_keys(void)
{
	static const char *const names[] = { "key/rsa512.pem", "key/rsa1024.pem" };
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		struct key *key = vector_key(names[i]);
		struct bytes small;

		outcome_check(&f, names[i], &(struct crafted){ .key = key }, issued());
		small = crafted_csr(&f, &(struct crafted_csr){ .key = key });
		outcome_check(&f, "the same key to be certified", &(struct crafted){ .key = key, .content = small }, refused(FAIL_BAD_ALG, ERR_ALG_KEY));
		crafted_forget();
		key_free(key);
	}
	fixture_stop(&f);
}

/* --- attacks, and limits --- */

static void number_of_signers(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "none", &(struct crafted){ .signer_count = -1 }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "two", &(struct crafted){ .signer_count = 2 }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "no certificate of the signer", &(struct crafted){ .certificates = craft_hex("a003020101") }, http_error(ERR_CMS_SYNTAX));
	crafted_forget();
	fixture_stop(&f);
}

static void twin_certificates(void)
{
	struct bytes own, twin;
	struct fixture f;

	fixture_start(&f);
	own = crafted_cert(&f, &(struct crafted_cert){ 0 });
	twin = crafted_cert(&f, &(struct crafted_cert){ .key = fixture_other_key() });
	outcome_check(&f, "the other one behind", &(struct crafted){ .certificates = CRAFT_JOIN(own, twin) }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "the other one in front", &(struct crafted){ .certificates = CRAFT_JOIN(twin, own) }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "the other one alone", &(struct crafted){ .certificates = twin }, refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	crafted_forget();
	fixture_stop(&f);
}

static void number_of_certificates(void)
{
	struct bytes chain = craft_none(), own;
	struct fixture f;

	fixture_start(&f);
	own = crafted_cert(&f, &(struct crafted_cert){ 0 });
	for (int i = 0; i < CMS_MAX_CERTIFICATES - 1; i++)
		chain = CRAFT_JOIN(chain, buf_bytes(&f.ca_cert->der));
	outcome_check(&f, "as many as there may be", &(struct crafted){ .certificates = CRAFT_JOIN(chain, own) }, issued());
	outcome_check(&f, "one too many", &(struct crafted){ .certificates = CRAFT_JOIN(chain, own, own) }, http_error(ERR_ASN1_LIMIT));
	crafted_forget();
	fixture_stop(&f);
}

/* An RSA SubjectPublicKeyInfo of these numbers. */
static struct bytes rsa_spki(struct bytes modulus, struct bytes exponent)
{
	struct buf numbers = { 0 };

	CU_ASSERT_EQUAL_FATAL(der_put_unsigned(&numbers, modulus), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(der_put_unsigned(&numbers, exponent), ERR_OK);
	return CRAFT(DER_SEQUENCE, craft_algorithm(OID_RSA_ENCRYPTION, null()), CRAFT(DER_BIT_STRING, craft_hex("00"), CRAFT(DER_SEQUENCE, craft_keep(&numbers))));
}

static void broken_signer_keys(void)
{
	struct bytes e = craft_hex("010001");
	struct fixture f;
	const struct { const char *name; struct bytes spki; enum err error; } rows[] = {
		{ "8192 bits, the most", rsa_spki(craft_octets(0xff, 1024), e), ERR_CMS_SIGNATURE },
		{ "8193 bits", rsa_spki(CRAFT_JOIN(craft_hex("01"), craft_octets(0xff, 1024)), e), ERR_ALG_KEY },
		{ "an even modulus", rsa_spki(craft_octets(0xfe, 256), e), ERR_ALG_KEY },
		{ "the exponent 1", rsa_spki(craft_octets(0xff, 256), craft_hex("01")), ERR_ALG_KEY },
		{ "an even exponent", rsa_spki(craft_octets(0xff, 256), craft_hex("010000")), ERR_ALG_KEY },
		{ "an exponent of 33 bits", rsa_spki(craft_octets(0xff, 256), craft_hex("0100000001")), ERR_ALG_KEY },
		{ "no key", CRAFT(DER_SEQUENCE, craft_algorithm(OID_RSA_ENCRYPTION, null()), craft_hex("030100")), ERR_ALG_KEY },
		{ "a kind of key that nobody knows", CRAFT(DER_SEQUENCE, CRAFT(DER_SEQUENCE, craft_other_oid("1.3.6.1.4.1.99999.4")), craft_hex("0303000102")), ERR_ALG_KEY },
	};

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, rows[i].name, &(struct crafted){ .signer_der = crafted_cert(&f, &(struct crafted_cert){ .spki = rows[i].spki }) },
			refused(rows[i].error == ERR_CMS_SIGNATURE ? FAIL_BAD_MESSAGE_CHECK : FAIL_BAD_ALG, rows[i].error));
	crafted_forget();
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "AlgorithmIdentifiers may lack their NULL; ours have it (RFC 3370 sections 2.1, 3.2, 4.2.1)", algorithms_without_null },
	{ "a DigestInfo without NULL verifies, and only over what was signed (RFC 8017 appendix A.2.4)", digest_info_without_null },
	{ "signedAttrs out of order verify over the octets as sent (RFC 5652 section 5.4)", signed_as_sent },
	{ "signedAttrs out of order verify over their DER order too (RFC 5652 section 5.4)", signed_sorted },
	{ "signatureAlgorithm is rsaEncryption, or names the digest that digestAlgorithm names (RFC 5652 section 5.3)", signature_algorithms },
	{ "RSASSA-PSS verifies with a salt as long as the digest; other parameters are badAlg (RFC 4056 section 3)", pss_signers },
	{ "the signer is found by key identifier, in its certificate or computed, or as the only one there (RFC 5652 section 5.3)", key_identifiers },
	{ "serial numbers are octets, of any sign and padding, and stand so in the reply (RFC 5280 section 4.1.2.2)", odd_serial_numbers },
	{ "the endpoint's list decides about digests; others are badAlg (RFC 8894 section 3.2.1.4)", digests },
	{ "the SignerInfo alone names the digest, be it by a signature algorithm (RFC 5652 sections 5.1, 5.3)", digest_identifiers },
	{ "more certificates, attribute certificates, unknown choices and CRLs are skipped (RFC 5652 section 10.2.2)", more_certificates },
	{ "of a signer's certificate issuer, serial number and key matter alone (RFC 8894 section 2.3)", odd_certificates },
	{ "the signer's KeyUsage is not asked (RFC 8894 section 2.3)", key_usage_of_the_signer },
	{ "a small RSA key may sign, and is not certified (RFC 8894 section 2.3)", small_signer_keys },
	{ "a message has exactly one signer, with a certificate (RFC 8894 section 3.2)", number_of_signers },
	{ "two certificates that both fit the signer are refused: nobody could say who signed (RFC 5652 section 5.3)", twin_certificates },
	{ "a message holds 16 certificates at most", number_of_certificates },
	{ "a signer's key that is too large, broken or unknown is refused before it is used (RFC 8017 section 3.1)", broken_signer_keys },
};

UNIT_MAIN("corner_signer", cases)
