#include <config.h>

#include <stdio.h>
#include <string.h>

#include "service/outcome.h"

/* The signed attributes of a request: types, values, doubles, and which messageType can issue. */

static struct bytes printable(const char *text)
{
	return craft_text(DER_PRINTABLE_STRING, text);
}

static struct bytes octet_string(struct bytes octets)
{
	return CRAFT(DER_OCTET_STRING, octets);
}

/* What the reply carries of the request's transactionID, and as what type. */
static void expect_transaction_id(struct fixture *f, const char *row, struct bytes value, uint8_t echoed_tag)
{
	struct scep_message *reply = NULL;
	struct buf content = { 0 };

	outcome_exchange(f, row, &(struct crafted){ .transaction_id = value }, issued(), &reply, &content);
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	CU_ASSERT_EQUAL(reply->transaction_id_tag, echoed_tag);
	scep_message_free(reply);
	buf_clear(&content);
	unit_row(NULL);
}

static void string_types(void)
{
	static const struct { const char *name; uint8_t tag; } types[] = {
		{ "PrintableString", DER_PRINTABLE_STRING }, { "UTF8String", DER_UTF8_STRING }, { "IA5String", DER_IA5_STRING }, { "T61String", DER_T61_STRING },
		{ "VisibleString", DER_VISIBLE_STRING },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		outcome_check(&f, types[i].name, &(struct crafted){ .message_type = craft_text(types[i].tag, "19") }, issued());
		expect_transaction_id(&f, types[i].name, craft_text(types[i].tag, "0A1b+/="), DER_PRINTABLE_STRING);
		/* What PrintableString cannot hold goes back as it came. */
		expect_transaction_id(&f, types[i].name, craft_text(types[i].tag, "device_1@example"), types[i].tag);
	}
	expect_transaction_id(&f, "UTF-8 beyond ASCII", craft_text(DER_UTF8_STRING, "Ger\xc3\xa4t 1"), DER_UTF8_STRING);
	outcome_check(&f, "BMPString", &(struct crafted){ .transaction_id = CRAFT(DER_BMP_STRING, craft_hex("00540031")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "OCTET STRING", &(struct crafted){ .transaction_id = octet_string(craft_hex("5431")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "UTF8String that is none", &(struct crafted){ .transaction_id = CRAFT(DER_UTF8_STRING, craft_hex("54ff")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "a NUL", &(struct crafted){ .transaction_id = CRAFT(DER_PRINTABLE_STRING, craft_hex("540031")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "a line break", &(struct crafted){ .transaction_id = CRAFT(DER_PRINTABLE_STRING, craft_hex("540a31")) }, http_error(ERR_SCEP_ATTRIBUTE));
	/* A senderNonce inside another OCTET STRING is eighteen octets like any others, and goes back so. */
	outcome_check(&f, "a wrapped nonce", &(struct crafted){ .sender_nonce = octet_string(octet_string(craft_octets(1, 16))) }, issued());
	outcome_check(&f, "a nonce of text", &(struct crafted){ .sender_nonce = printable("0123456789abcdef") }, http_error(ERR_SCEP_ATTRIBUTE));
	crafted_forget();
	fixture_stop(&f);
}

static void odd_message_types(void)
{
	static const char *const texts[] = { "", " 19", "19 ", "019", "0019", "+19", "-19", "19.", "0x13", "1 9", "19\n", "1\xc2\xb9", "XIX", "1000", "18446744073709551635", "4294967315" };
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		outcome_check(&f, texts[i], &(struct crafted){ .message_type = printable(texts[i]) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "a NUL behind", &(struct crafted){ .message_type = CRAFT(DER_PRINTABLE_STRING, craft_hex("313900")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "an INTEGER", &(struct crafted){ .message_type = craft_hex("020113") }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "an OCTET STRING", &(struct crafted){ .message_type = octet_string(craft_hex("3139")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "a BMPString", &(struct crafted){ .message_type = CRAFT(DER_BMP_STRING, craft_hex("00310039")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "a string in a SEQUENCE", &(struct crafted){ .message_type = CRAFT(DER_SEQUENCE, printable("19")) }, http_error(ERR_SCEP_ATTRIBUTE));
	crafted_forget();
	fixture_stop(&f);
}

static void two_values(void)
{
	struct bytes nonce = octet_string(craft_octets(1, 16)), digest = octet_string(craft_octets(2, 32));
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "messageType 19 and 18", &(struct crafted){ .message_type = CRAFT_JOIN(printable("19"), printable("18")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "messageType 19 and 19", &(struct crafted){ .message_type = CRAFT_JOIN(printable("19"), printable("19")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "two values of transactionID", &(struct crafted){ .transaction_id = CRAFT_JOIN(printable("T1"), printable("T2")) },
		http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "two values of senderNonce", &(struct crafted){ .sender_nonce = CRAFT_JOIN(nonce, nonce) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "two values of messageDigest", &(struct crafted){ .message_digest = CRAFT_JOIN(digest, digest) },
		refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	outcome_check(&f, "two values of contentType", &(struct crafted){ .content_type = CRAFT_JOIN(craft_oid(OID_DATA), craft_oid(OID_DATA)) },
		refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	outcome_check(&f, "a second messageType", &(struct crafted){ .more = craft_attribute(OID_SCEP_MESSAGE_TYPE, printable("18")) }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "the same messageType again", &(struct crafted){ .more = craft_attribute(OID_SCEP_MESSAGE_TYPE, printable("19")) }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "a second transactionID", &(struct crafted){ .more = craft_attribute(OID_SCEP_TRANSACTION_ID, printable("T2")) }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "a second messageDigest", &(struct crafted){ .more = craft_attribute(OID_MESSAGE_DIGEST, digest) }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "a second contentType", &(struct crafted){ .more = craft_attribute(OID_CONTENT_TYPE, craft_oid(OID_DATA)) }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "an unknown attribute twice",
		&(struct crafted){ .more = CRAFT_JOIN(craft_attribute(OID_FRIENDLY_NAME, craft_none()), craft_attribute(OID_FRIENDLY_NAME, craft_none())) },
		http_error(ERR_CMS_SYNTAX));
	crafted_forget();
	fixture_stop(&f);
}

static void signing_times(void)
{
	static const struct { const char *name; uint8_t tag; const char *text; } rows[] = {
		{ "now", DER_UTC_TIME, "260921132000Z" }, { "with an offset", DER_UTC_TIME, "260921152000+0200" }, { "1970", DER_UTC_TIME, "700101000000Z" },
		{ "in the future", DER_UTC_TIME, "491231235959Z" }, { "GeneralizedTime", DER_GENERALIZED_TIME, "99991231235959Z" }, { "no time at all", DER_UTC_TIME, "yesterday" },
		{ "no string", DER_INTEGER, "1" }, { "empty", DER_UTC_TIME, "" },
	};
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "absent", &(struct crafted){ 0 }, issued());
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, rows[i].name, &(struct crafted){ .more = craft_attribute(OID_SIGNING_TIME, craft_text(rows[i].tag, rows[i].text)) }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void other_attributes(void)
{
	static const struct { const char *name, *type, *value; } rows[] = {
		{ "CMSAlgorithmProtection", "1.2.840.113549.1.9.52", "301c 300d06096086480165030402010500 a10b06092a864886f70d010101" },
		{ "CMSAlgorithmProtection of others, which is not checked", "1.2.840.113549.1.9.52", "301c 300d06096086480165030402030500 a10b06092a864886f70d010104" },
		{ "randomNonce", "1.2.840.113549.1.9.25.3", "0410 000102030405060708090a0b0c0d0e0f" },
		{ "sMIMECapabilities", "1.2.840.113549.1.9.15", "3000" },
		{ "signingCertificateV2", "1.2.840.113549.1.9.16.2.47", "3002 3000" },
		{ "extensionReq of the first drafts", "2.16.840.1.113733.1.9.8", "3000" },
		{ "no value", "1.3.6.1.4.1.311.21.33", "" },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, rows[i].name, &(struct crafted){ .more = CRAFT(DER_SEQUENCE, craft_other_oid(rows[i].type), CRAFT(DER_SET, craft_hex(rows[i].value))) },
			issued());
	crafted_forget();
	fixture_stop(&f);
}

/* --- which messageType can issue --- */

static struct outcome outcome_of_type(int type, bool has_right)
{
	switch (type) {
	case SCEP_PKCS_REQ:
	case SCEP_RENEWAL_REQ:
		return has_right ? issued() : refused(FAIL_BAD_REQUEST, ERR_CHALLENGE);
	case SCEP_CERT_POLL: /* nothing waits */
	case SCEP_GET_CERT:  /* a request names no certificate */
	case SCEP_GET_CRL:
		return refused(FAIL_BAD_CERT_ID, ERR_CERT_ID);
	case SCEP_CERT_REP:  /* without a pkiStatus; with one see the next case */
		return http_error(ERR_SCEP_ATTRIBUTE);
	}
	return refused(FAIL_BAD_REQUEST, ERR_SCEP_MESSAGE_TYPE);
}

static void every_message_type(void)
{
	struct bytes without_right;
	struct fixture f;

	fixture_start(&f);
	without_right = crafted_csr(&f, &(struct crafted_csr){ .no_challenge = true });
	for (int type = 0; type < 100; type++) {
		char row[32], text[16];

		snprintf(text, sizeof text, "%d", type);
		snprintf(row, sizeof row, "messageType %d", type);
		for (int has_right = 0; has_right < 2; has_right++) {
			struct crafted crafted = { .message_type = printable(text), .content = has_right ? craft_none() : without_right };

			outcome_check(&f, row, &crafted, outcome_of_type(type, has_right));
			if (type != SCEP_PKCS_REQ && type != SCEP_RENEWAL_REQ)
				CU_ASSERT_EQUAL(f.store->lookup_count, 0);
		}
		crafted_forget();
		without_right = crafted_csr(&f, &(struct crafted_csr){ .no_challenge = true });
	}
	crafted_forget();
	fixture_stop(&f);
}

static void cert_rep_to_the_server(void)
{
	struct bytes status = CRAFT_JOIN(craft_attribute(OID_SCEP_PKI_STATUS, printable("0")),
		craft_attribute(OID_SCEP_RECIPIENT_NONCE, octet_string(craft_octets(1, 16))));
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "CertRep", &(struct crafted){ .type = SCEP_CERT_REP, .more = status }, refused(FAIL_BAD_REQUEST, ERR_SCEP_MESSAGE_TYPE));
	outcome_check(&f, "pkiStatus of a request is ignored", &(struct crafted){ .more = status }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void clear_challenge(void)
{
	struct bytes clear = craft_attribute(OID_CHALLENGE_PASSWORD, printable(FIXTURE_CHALLENGE));
	struct bytes without, wrong;
	struct fixture f;

	fixture_start(&f);
	without = crafted_csr(&f, &(struct crafted_csr){ .no_challenge = true });
	wrong = crafted_csr(&f, &(struct crafted_csr){ .challenge = printable("wrong challenge") });
	outcome_check(&f, "signed, none in the request", &(struct crafted){ .more = clear, .content = without }, refused(FAIL_BAD_REQUEST, ERR_CHALLENGE));
	outcome_check(&f, "signed, a wrong one in the request", &(struct crafted){ .more = clear, .content = wrong }, refused(FAIL_BAD_REQUEST, ERR_CHALLENGE));
	outcome_check(&f, "unsigned, none in the request", &(struct crafted){ .unsigned_attributes = CRAFT(DER_CONTEXT_CONSTRUCTED(1), clear), .content = without },
		refused(FAIL_BAD_REQUEST, ERR_CHALLENGE));
	outcome_check(&f, "none in clear", &(struct crafted){ 0 }, issued());
	CU_ASSERT_EQUAL(f.store->notes.len, 0);
	/* macOS sends both, and must enrol. */
	outcome_check(&f, "signed, and the right one in the request", &(struct crafted){ .more = clear }, issued());
	CU_ASSERT_PTR_NOT_NULL(strstr(fixture_text(&f.store->notes), "in clear"));
	CU_ASSERT_PTR_NOT_NULL(strstr(fixture_text(&f.log_text), "warning challenge-in-clear"));
	CU_ASSERT_PTR_NULL(strstr(fixture_text(&f.log_text), FIXTURE_CHALLENGE));
	crafted_forget();
	fixture_stop(&f);
}

/* --- what is not signed does not count --- */

static void missing_attributes(void)
{
	static const struct { const char *name; enum oid type; struct outcome expected; } rows[] = {
		{ "messageType", OID_SCEP_MESSAGE_TYPE, { OUTCOME_HTTP, NO_FAIL_INFO, ERR_SCEP_ATTRIBUTE } },
		{ "transactionID", OID_SCEP_TRANSACTION_ID, { OUTCOME_HTTP, NO_FAIL_INFO, ERR_SCEP_ATTRIBUTE } },
		{ "senderNonce", OID_SCEP_SENDER_NONCE, { OUTCOME_HTTP, NO_FAIL_INFO, ERR_SCEP_ATTRIBUTE } },
		{ "messageDigest", OID_MESSAGE_DIGEST, { OUTCOME_FAILURE, FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE } },
		{ "contentType", OID_CONTENT_TYPE, { OUTCOME_FAILURE, FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE } },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, rows[i].name, &(struct crafted){ .without = rows[i].type }, rows[i].expected);
	crafted_forget();
	fixture_stop(&f);
}

static void unsigned_attributes(void)
{
	struct bytes type = CRAFT(DER_CONTEXT_CONSTRUCTED(1), craft_attribute(OID_SCEP_MESSAGE_TYPE, printable("19")));
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "messageType unsigned alone", &(struct crafted){ .without = OID_SCEP_MESSAGE_TYPE, .unsigned_attributes = type }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "messageType 19 unsigned, 18 signed", &(struct crafted){ .type = 18, .unsigned_attributes = type },
		refused(FAIL_BAD_REQUEST, ERR_SCEP_MESSAGE_TYPE));
	outcome_check(&f, "no signed attributes", &(struct crafted){ .no_signed_attributes = true }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "no signed attributes, the same unsigned", &(struct crafted){ .no_signed_attributes = true, .unsigned_attributes = type },
		http_error(ERR_CMS_SYNTAX));
	crafted_forget();
	fixture_stop(&f);
}

static void digest_of_the_content(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "of something else", &(struct crafted){ .message_digest = octet_string(craft_octets(2, 32)) },
		refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	outcome_check(&f, "empty", &(struct crafted){ .message_digest = craft_hex("0400") }, refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	outcome_check(&f, "cut short", &(struct crafted){ .message_digest = octet_string(craft_octets(2, 31)) }, refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	outcome_check(&f, "no OCTET STRING", &(struct crafted){ .message_digest = CRAFT(DER_BIT_STRING, craft_octets(2, 32)) },
		refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	outcome_check(&f, "contentType of something else", &(struct crafted){ .content_type = craft_oid(OID_SIGNED_DATA) },
		refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	outcome_check(&f, "both content types are not id-data", &(struct crafted){ .encapsulated_type = OID_ENVELOPED_DATA }, http_error(ERR_CMS_SYNTAX));
	outcome_check(&f, "eContent is missing", &(struct crafted){ .no_encapsulated = true }, refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	crafted_forget();
	fixture_stop(&f);
}

static void number_of_attributes(void)
{
	struct bytes more = craft_none();
	struct fixture f;

	fixture_start(&f);
	for (int i = 5; i < CMS_MAX_ATTRIBUTES; i++) {
		char dotted[40];

		snprintf(dotted, sizeof dotted, "1.3.6.1.4.1.99999.%d", i);
		more = CRAFT_JOIN(more, CRAFT(DER_SEQUENCE, craft_other_oid(dotted), craft_hex("3102 0500")));
	}
	outcome_check(&f, "as many as there may be", &(struct crafted){ .more = more }, issued());
	outcome_check(&f, "one too many", &(struct crafted){ .more = CRAFT_JOIN(more, craft_attribute(OID_FRIENDLY_NAME, craft_hex("0500"))) }, http_error(ERR_ASN1_LIMIT));
	crafted_forget();
	fixture_stop(&f);
}

static void lengths_of_values(void)
{
	static const struct { const char *name; size_t id_len, nonce_len; bool is_good; } rows[] = {
		{ "the shortest", 1, 1, true },
		{ "the longest", SCEP_MAX_TRANSACTION_ID_LEN, SCEP_MAX_NONCE_LEN, true },
		{ "a transactionID of nothing", 0, 16, false },
		{ "a transactionID one too long", SCEP_MAX_TRANSACTION_ID_LEN + 1, 16, false },
		{ "a senderNonce of nothing", 1, 0, false },
		{ "a senderNonce one too long", 1, SCEP_MAX_NONCE_LEN + 1, false },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		outcome_check(&f, rows[i].name, &(struct crafted){ .transaction_id = CRAFT(DER_PRINTABLE_STRING, craft_octets('A', rows[i].id_len)),
			.sender_nonce = octet_string(craft_octets(3, rows[i].nonce_len)) }, rows[i].is_good ? issued() : http_error(ERR_SCEP_ATTRIBUTE));
	crafted_forget();
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "other string types are read; transactionID goes back as PrintableString where it is one, else as it came (RFC 8894 section 3.2.1.1)", string_types },
	{ "messageType is plain decimal: no blank, sign or zero in front (RFC 8894 section 3.2.1.2)", odd_message_types },
	{ "an attribute with two values, or standing twice, is refused (RFC 5652 section 5.3)", two_values },
	{ "signingTime is ignored: devices have no clock (RFC 5652 section 11.3)", signing_times },
	{ "attributes that are not SCEP's are ignored (RFC 8894 section 3.2.1)", other_attributes },
	{ "of all messageTypes only 19 and 17 can issue, and each only with a right (RFC 8894 section 3.2.1.2)", every_message_type },
	{ "a CertRep is no request (RFC 8894 section 3.2.1.2)", cert_rep_to_the_server },
	{ "a challengePassword outside the envelope gives no right, and is not logged (RFC 8894 section 7.3)", clear_challenge },
	{ "an attribute that must be there is missing (RFC 8894 section 3.2.1, RFC 5652 section 5.3)", missing_attributes },
	{ "unsigned attributes are not read, and signed ones must be there (RFC 5652 section 5.3)", unsigned_attributes },
	{ "messageDigest and contentType are those of the content, which is id-data (RFC 5652 sections 11.1, 11.2)", digest_of_the_content },
	{ "a message has 64 signed attributes at most", number_of_attributes },
	{ "transactionID has 1 to 255 octets, senderNonce 1 to 64 (RFC 8894 sections 3.2.1.1, 3.2.1.5)", lengths_of_values },
};

UNIT_MAIN("corner_attributes", cases)
