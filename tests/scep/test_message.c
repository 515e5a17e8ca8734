#include <config.h>

#include <string.h>

#include "scep/message.h"
#include "support/identity.h"
#include "support/unit.h"

static const struct digest_list all_digests = { { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 }, 6 };
static const struct digest_list sha2_digests = { { DIGEST_SHA256, DIGEST_SHA512 }, 2 };

/* --- messages of real clients, all for ra --- */

static const struct {
	const char *file, *transaction_id;
	enum cipher cipher;
	enum digest digest;
	enum err verify; /* with SHA-256 and SHA-512 allowed */
} clients[] = {
	{ "cms/strongswan_aes.der", "DD6DC011AF393751C8969860482691561A2574CD", CIPHER_AES128_CBC, DIGEST_SHA256, ERR_OK },
	{ "cms/strongswan_des3.der", "DD6DC011AF393751C8969860482691561A2574CD", CIPHER_DES3_CBC, DIGEST_SHA256, ERR_OK },
	{ "cms/strongswan_pss.der", "DD6DC011AF393751C8969860482691561A2574CD", CIPHER_AES128_CBC, DIGEST_SHA256, ERR_OK },
	{ "cms/micromdm.der", NULL, CIPHER_DES_CBC, DIGEST_SHA1, ERR_ALG_DIGEST },
};

static void test_clients(void)
{
	struct identity ra = identity_load("ra");
	struct random random = random_system();

	for (size_t i = 0; i < sizeof(clients) / sizeof(clients[0]); i++) {
		struct scep_message *message = NULL;
		struct buf plain = { 0 };
		struct csr *csr = NULL;

		unit_row(clients[i].file);
		UNIT_ERR(ERR_OK, scep_message_parse(unit_vector(clients[i].file), &message, NULL));
		CU_ASSERT_EQUAL(message->type, SCEP_PKCS_REQ);
		CU_ASSERT_EQUAL(message->sender_nonce.len, SCEP_NONCE_LEN);
		CU_ASSERT_EQUAL(message->transaction_id_tag, DER_PRINTABLE_STRING);
		if (clients[i].transaction_id != NULL)
			UNIT_BYTES(bytes_from_str(clients[i].transaction_id), message->transaction_id);
		CU_ASSERT_EQUAL(message->cms->digest, clients[i].digest);
		UNIT_ERR(ERR_OK, scep_message_verify(message, &all_digests, NULL));
		UNIT_ERR(clients[i].verify, scep_message_verify(message, &sha2_digests, NULL));
		UNIT_ERR(ERR_OK, message->envelope_error);
		CU_ASSERT_PTR_NOT_NULL_FATAL(message->envelope);
		CU_ASSERT_EQUAL(message->envelope->cipher, clients[i].cipher);
		UNIT_ERR(ERR_OK, cms_enveloped_open(message->envelope, ra.cert, ra.key, &random, &plain, NULL));
		UNIT_ERR(ERR_OK, csr_parse(buf_bytes(&plain), &csr, NULL));
		UNIT_ERR(ERR_OK, csr_verify(csr, NULL));
		CU_ASSERT(bytes_is_str(buf_bytes(&csr->challenge), "correct horse"));
		csr_free(csr);
		scep_message_free(message);
		buf_clear(&plain);
	}
	identity_clear(&ra);
}

/* --- attributes --- */

/* The attributes in the order in which the rows below have them: whole elements in hexadecimal; NULL leaves one out, two elements make two values. */
static const enum oid attribute_types[] = { OID_SCEP_MESSAGE_TYPE, OID_SCEP_TRANSACTION_ID, OID_SCEP_SENDER_NONCE, OID_SCEP_PKI_STATUS, OID_SCEP_RECIPIENT_NONCE,
	OID_SCEP_FAIL_INFO, OID_SCEP_FAIL_INFO_TEXT, OID_CHALLENGE_PASSWORD };

enum { ATTRIBUTES = sizeof(attribute_types) / sizeof(attribute_types[0]) };

static const char good_type[] = "13 02 31 39", good_id[] = "13 02 41 42", good_nonce[] = "04 10 00112233445566778899aabbccddeeff";

static void encode(const char *const attributes[ATTRIBUTES], const struct bytes *content, struct buf *out)
{
	struct identity client = identity_load("client");
	struct bytes certificate = buf_bytes(&client.cert->der);
	struct cms_attribute_value values[ATTRIBUTES];
	size_t count = 0;

	for (size_t i = 0; i < ATTRIBUTES; i++) {
		if (attributes[i] != NULL)
			values[count++] = (struct cms_attribute_value){ attribute_types[i], unit_hex(attributes[i]) };
	}
	UNIT_ERR(ERR_OK, cms_signed_encode(content, values, count, &certificate, 1, client.cert, client.key, DIGEST_SHA256, out, NULL));
	identity_clear(&client);
}

static struct scep_message *parse(enum err expected, const char *const attributes[ATTRIBUTES], const struct bytes *content)
{
	struct scep_message *message = NULL;
	struct buf der = { 0 };

	encode(attributes, content, &der);
	UNIT_ERR(expected, scep_message_parse(buf_bytes(&der), &message, NULL));
	buf_clear(&der);
	return message;
}

static const struct {
	const char *name;
	const char *attributes[ATTRIBUTES];
	enum err e;
	int type;
} requests[] = {
	{ "a PKCSReq", { good_type, good_id, good_nonce }, ERR_OK, 19 },
	{ "a RenewalReq", { "13 02 31 37", good_id, good_nonce }, ERR_OK, 17 },
	{ "an unknown type", { "13 03 39 39 39", good_id, good_nonce }, ERR_OK, 999 },
	{ "type 0", { "13 01 30", good_id, good_nonce }, ERR_OK, 0 },
	{ "type of four digits", { "13 04 31 30 30 30", good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "type 019", { "13 03 30 31 39", good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "type with a blank behind", { "13 03 31 39 20", good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "type with a sign", { "13 03 2b 31 39", good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "type that is a word", { "13 01 78", good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "type empty", { "13 00", good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "type as INTEGER", { "02 01 13", good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "type as BMPString", { "1e 04 00 31 00 39", good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "type as UTF8String", { "0c 02 31 39", good_id, good_nonce }, ERR_OK, 19 },
	{ "type as IA5String", { "16 02 31 39", good_id, good_nonce }, ERR_OK, 19 },
	{ "no type", { NULL, good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "two values of type", { "13 02 31 39 13 02 31 39", good_id, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "no transactionID", { good_type, NULL, good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "transactionID empty", { good_type, "13 00", good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "transactionID as UTF8String", { good_type, "0c 03 41 c3 a4", good_nonce }, ERR_OK, 19 },
	{ "transactionID of bad UTF-8", { good_type, "0c 02 41 c3", good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "transactionID with base64's letters", { good_type, "13 04 2b 2f 3d 5f", good_nonce }, ERR_OK, 19 },
	{ "transactionID as OCTET STRING", { good_type, "04 02 41 42", good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "transactionID with NUL", { good_type, "13 03 41 00 42", good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "transactionID with a line break", { good_type, "13 03 41 0a 42", good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "two values of transactionID", { good_type, "13 01 41 13 01 42", good_nonce }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "no senderNonce", { good_type, good_id, NULL }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "senderNonce empty", { good_type, good_id, "04 00" }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "senderNonce of 1 octet", { good_type, good_id, "04 01 07" }, ERR_OK, 19 },
	{ "senderNonce of 8 octets, macOS", { good_type, good_id, "04 08 0102030405060708" }, ERR_OK, 19 },
	{ "senderNonce as PrintableString", { good_type, good_id, "13 02 41 42" }, ERR_SCEP_ATTRIBUTE, 0 },
	{ "a PKCSReq with attributes of a CertRep", { good_type, good_id, good_nonce, "13 01 39", "04 00", "13 01 39", "05 00" }, ERR_OK, 19 },
};

static void test_request_attributes(void)
{
	for (size_t i = 0; i < sizeof(requests) / sizeof(requests[0]); i++) {
		struct scep_message *message;

		unit_row(requests[i].name);
		message = parse(requests[i].e, requests[i].attributes, NULL);
		if (message != NULL)
			CU_ASSERT_EQUAL(message->type, requests[i].type);
		scep_message_free(message);
	}
}

static void test_clear_challenge(void)
{
	static const struct { const char *name, *challenge; bool is_there; } rows[] = {
		{ "none", NULL, false }, { "one", "13 04 31323334", true }, { "two values", "13 01 31 13 01 32", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *attributes[ATTRIBUTES] = { good_type, good_id, good_nonce, [ATTRIBUTES - 1] = rows[i].challenge };
		struct scep_message *message;

		unit_row(rows[i].name);
		message = parse(ERR_OK, attributes, NULL);
		CU_ASSERT_PTR_NOT_NULL_FATAL(message);
		CU_ASSERT_EQUAL(message->has_clear_challenge, rows[i].is_there);
		scep_message_free(message);
	}
	unit_row(NULL);
}

/* One element with `len` times the same octet. */
static const char *long_element(uint8_t tag, size_t len, struct buf *hex)
{
	struct buf value = { 0 }, element = { 0 };
	uint8_t *at;

	buf_append_space(&value, len, &at);
	memset(at, 'A', len);
	der_put(&element, tag, buf_bytes(&value));
	buf_reset(hex);
	for (size_t i = 0; i < element.len; i++)
		buf_append_format(hex, "%02x", element.ptr[i]);
	buf_terminate(hex);
	buf_clear(&value);
	buf_clear(&element);
	return (const char *)hex->ptr;
}

static void test_attribute_limits(void)
{
	struct scep_message *message;
	struct buf hex = { 0 };

	message = parse(ERR_OK, (const char *[ATTRIBUTES]){ good_type, long_element(DER_PRINTABLE_STRING, SCEP_MAX_TRANSACTION_ID_LEN, &hex), good_nonce }, NULL);
	CU_ASSERT_EQUAL(message->transaction_id.len, SCEP_MAX_TRANSACTION_ID_LEN);
	scep_message_free(message);
	parse(ERR_SCEP_ATTRIBUTE, (const char *[ATTRIBUTES]){ good_type, long_element(DER_PRINTABLE_STRING, SCEP_MAX_TRANSACTION_ID_LEN + 1, &hex), good_nonce }, NULL);
	message = parse(ERR_OK, (const char *[ATTRIBUTES]){ good_type, good_id, long_element(DER_OCTET_STRING, SCEP_MAX_NONCE_LEN, &hex) }, NULL);
	CU_ASSERT_EQUAL(message->sender_nonce.len, SCEP_MAX_NONCE_LEN);
	scep_message_free(message);
	parse(ERR_SCEP_ATTRIBUTE, (const char *[ATTRIBUTES]){ good_type, good_id, long_element(DER_OCTET_STRING, SCEP_MAX_NONCE_LEN + 1, &hex) }, NULL);
	buf_clear(&hex);
}

static const char cert_rep[] = "13 01 33";

static const struct {
	const char *name;
	const char *attributes[ATTRIBUTES];
	enum err e;
	enum pki_status status;
	enum fail_info fail_info;
	const char *text;
} replies[] = {
	{ "SUCCESS", { cert_rep, good_id, good_nonce, "13 01 30", good_nonce }, ERR_OK, PKI_STATUS_SUCCESS, NO_FAIL_INFO, "" },
	{ "PENDING", { cert_rep, good_id, good_nonce, "13 01 33", good_nonce }, ERR_OK, PKI_STATUS_PENDING, NO_FAIL_INFO, "" },
	{ "FAILURE", { cert_rep, good_id, good_nonce, "13 01 32", good_nonce, "13 01 32" }, ERR_OK, PKI_STATUS_FAILURE, FAIL_BAD_REQUEST, "" },
	{ "FAILURE with text", { cert_rep, good_id, good_nonce, "13 01 32", good_nonce, "13 01 30", "0c 02 4e 6f" }, ERR_OK, PKI_STATUS_FAILURE, FAIL_BAD_ALG, "No" },
	{ "FAILURE with text that is none", { cert_rep, good_id, good_nonce, "13 01 32", good_nonce, "13 01 34", "0c 01 ff" }, ERR_OK, PKI_STATUS_FAILURE, FAIL_BAD_CERT_ID, "" },
	{ "FAILURE without failInfo", { cert_rep, good_id, good_nonce, "13 01 32", good_nonce }, ERR_OK, PKI_STATUS_FAILURE, NO_FAIL_INFO, "" },
	{ "FAILURE with failInfo 5", { cert_rep, good_id, good_nonce, "13 01 32", good_nonce, "13 01 35" }, ERR_SCEP_ATTRIBUTE, PKI_STATUS_FAILURE, NO_FAIL_INFO, "" },
	{ "no senderNonce", { cert_rep, good_id, NULL, "13 01 33", good_nonce }, ERR_OK, PKI_STATUS_PENDING, NO_FAIL_INFO, "" },
	{ "no recipientNonce", { cert_rep, good_id, good_nonce, "13 01 33", NULL }, ERR_OK, PKI_STATUS_PENDING, NO_FAIL_INFO, "" },
	{ "two values of recipientNonce", { cert_rep, good_id, good_nonce, "13 01 33", "04 01 00 04 01 00" }, ERR_SCEP_ATTRIBUTE, PKI_STATUS_PENDING, NO_FAIL_INFO, "" },
	{ "no pkiStatus", { cert_rep, good_id, good_nonce, NULL, good_nonce }, ERR_SCEP_ATTRIBUTE, PKI_STATUS_SUCCESS, NO_FAIL_INFO, "" },
	{ "pkiStatus 1", { cert_rep, good_id, good_nonce, "13 01 31", good_nonce }, ERR_SCEP_ATTRIBUTE, PKI_STATUS_SUCCESS, NO_FAIL_INFO, "" },
	{ "pkiStatus 00", { cert_rep, good_id, good_nonce, "13 02 30 30", good_nonce }, ERR_SCEP_ATTRIBUTE, PKI_STATUS_SUCCESS, NO_FAIL_INFO, "" },
};

static void test_reply_attributes(void)
{
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		struct scep_message *message;

		unit_row(replies[i].name);
		message = parse(replies[i].e, replies[i].attributes, NULL);
		if (message != NULL) {
			CU_ASSERT_EQUAL(message->pki_status, replies[i].status);
			CU_ASSERT_EQUAL(message->fail_info, replies[i].fail_info);
			UNIT_BYTES(bytes_from_str(replies[i].text), message->fail_info_text);
		}
		scep_message_free(message);
	}
}

/* --- content --- */

static const char *const good[ATTRIBUTES] = { good_type, good_id, good_nonce };
static const char *const failure[ATTRIBUTES] = { cert_rep, good_id, good_nonce, "13 01 32", good_nonce, "13 01 32" };

static void test_content(void)
{
	struct bytes empty = bytes_from("", 0), one = bytes_from("\0", 1), no_envelope = bytes_from_str("what is this"), envelope = unit_vector("cms/enveloped_stream.ber");
	struct scep_message *message = parse(ERR_OK, good, NULL);

	CU_ASSERT_PTR_NULL(message->envelope);
	UNIT_ERR(ERR_OK, message->envelope_error);
	scep_message_free(message);
	message = parse(ERR_OK, good, &empty);
	CU_ASSERT_PTR_NULL(message->envelope);
	UNIT_ERR(ERR_OK, message->envelope_error);
	scep_message_free(message);
	message = parse(ERR_OK, good, &no_envelope);
	CU_ASSERT_PTR_NULL(message->envelope);
	UNIT_ERR(ERR_CMS_DECRYPT, message->envelope_error);
	CU_ASSERT(strlen(message->envelope_why.text) > 0);
	scep_message_free(message);
	message = parse(ERR_OK, good, &envelope);
	CU_ASSERT_PTR_NOT_NULL(message->envelope);
	UNIT_ERR(ERR_OK, message->envelope_error);
	scep_message_free(message);
	/* a FAILURE of NDES */
	message = parse(ERR_OK, failure, &one);
	CU_ASSERT_PTR_NULL(message->envelope);
	UNIT_ERR(ERR_OK, message->envelope_error);
	UNIT_ERR(ERR_OK, scep_message_verify(message, &sha2_digests, NULL));
	scep_message_free(message);
}

static void test_content_type(void)
{
	/* EncapsulatedContentInfo with id-data and an eContent; the last octet of the identifier becomes that of id-digestedData. */
	struct bytes head = unit_hex("06 09 2a 86 48 86 f7 0d 01 07 01 a0");
	struct bytes content = bytes_from_str("x");
	struct scep_message *message = NULL;
	struct buf der = { 0 };
	uint8_t *at;

	encode(good, &content, &der);
	at = memmem(der.ptr, der.len, head.ptr, head.len);
	CU_ASSERT_PTR_NOT_NULL_FATAL(at);
	at[head.len - 2] = 5;
	UNIT_ERR(ERR_CMS_SYNTAX, scep_message_parse(buf_bytes(&der), &message, NULL));
	buf_clear(&der);
}

static void test_message_limits(void)
{
	struct scep_message *message = NULL;
	struct buf der = { 0 };
	uint8_t *at;

	UNIT_ERR(ERR_CMS_SYNTAX, scep_message_parse((struct bytes){ NULL, 0 }, &message, NULL));
	encode(good, NULL, &der);
	UNIT_ERR(ERR_OK, buf_append_space(&der, SCEP_MAX_MESSAGE_LEN - der.len, &at));
	memset(at, 0, (size_t)(der.ptr + der.len - at));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&der), &message, NULL));
	scep_message_free(message);
	message = NULL;
	buf_append_byte(&der, 0);
	UNIT_ERR(ERR_ASN1_LIMIT, scep_message_parse(buf_bytes(&der), &message, NULL));
	CU_ASSERT_PTR_NULL(message);
	buf_clear(&der);
}

/* --- verifying --- */

static void test_verify(void)
{
	static const struct digest_list none = { { DIGEST_NONE }, 0 };
	struct scep_message *message = parse(ERR_OK, good, NULL);
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, scep_message_verify(message, &sha2_digests, NULL));
	UNIT_ERR(ERR_ALG_DIGEST, scep_message_verify(message, &none, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "sha256"));
	message->cms->digest = DIGEST_NONE;
	UNIT_ERR(ERR_ALG_DIGEST, scep_message_verify(message, &(struct digest_list){ { DIGEST_NONE }, 1 }, NULL));
	scep_message_free(message);
}

/* --- writing --- */

static void test_encode(void)
{
	struct identity client = identity_load("client");
	struct bytes nonce = unit_hex("00112233445566778899aabbccddeeff"), other_nonce = unit_hex("ff");
	struct scep_header header = { .type = SCEP_CERT_REP, .transaction_id = bytes_from_str("T-1"), .transaction_id_tag = DER_UTF8_STRING, .sender_nonce = nonce,
		.recipient_nonce = other_nonce, .pki_status = PKI_STATUS_FAILURE, .fail_info = FAIL_BAD_TIME, .fail_info_text = bytes_from_str("Zeit") };
	struct scep_message *message = NULL;
	struct buf der = { 0 };

	UNIT_ERR(ERR_OK, scep_message_encode(&header, NULL, client.cert, client.key, DIGEST_SHA512, &der, NULL));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&der), &message, NULL));
	CU_ASSERT_EQUAL(message->type, SCEP_CERT_REP);
	UNIT_BYTES(header.transaction_id, message->transaction_id);
	CU_ASSERT_EQUAL(message->transaction_id_tag, DER_UTF8_STRING);
	UNIT_BYTES(nonce, message->sender_nonce);
	UNIT_BYTES(other_nonce, message->recipient_nonce);
	CU_ASSERT_EQUAL(message->pki_status, PKI_STATUS_FAILURE);
	CU_ASSERT_EQUAL(message->fail_info, FAIL_BAD_TIME);
	UNIT_BYTES(header.fail_info_text, message->fail_info_text);
	CU_ASSERT_EQUAL(message->cms->attribute_count, 9);
	CU_ASSERT_FALSE(message->cms->has_content);
	CU_ASSERT_EQUAL(message->cms->digest, DIGEST_SHA512);
	UNIT_ERR(ERR_OK, scep_message_verify(message, &sha2_digests, NULL));
	scep_message_free(message);
	buf_clear(&der);
	identity_clear(&client);
}

static void test_names(void)
{
	CU_ASSERT_STRING_EQUAL(scep_message_type_name(3), "CertRep");
	CU_ASSERT_STRING_EQUAL(scep_message_type_name(17), "RenewalReq");
	CU_ASSERT_STRING_EQUAL(scep_message_type_name(18), "unknown");
	CU_ASSERT_STRING_EQUAL(scep_message_type_name(19), "PKCSReq");
	CU_ASSERT_STRING_EQUAL(scep_message_type_name(20), "CertPoll");
	CU_ASSERT_STRING_EQUAL(scep_message_type_name(21), "GetCert");
	CU_ASSERT_STRING_EQUAL(scep_message_type_name(22), "GetCRL");
	CU_ASSERT_STRING_EQUAL(fail_info_name(FAIL_BAD_ALG), "badAlg");
	CU_ASSERT_STRING_EQUAL(fail_info_name(FAIL_BAD_MESSAGE_CHECK), "badMessageCheck");
	CU_ASSERT_STRING_EQUAL(fail_info_name(FAIL_BAD_REQUEST), "badRequest");
	CU_ASSERT_STRING_EQUAL(fail_info_name(FAIL_BAD_TIME), "badTime");
	CU_ASSERT_STRING_EQUAL(fail_info_name(FAIL_BAD_CERT_ID), "badCertId");
}

/* --- damage --- */

static void visit_truncated(struct bytes damaged, void *context)
{
	struct scep_message *message = NULL;
	enum err e = scep_message_parse(damaged, &message, NULL);

	(void)context;
	CU_ASSERT_EQUAL(err_http_status(e), 400);
	scep_message_free(message);
}

static void visit_flipped(struct bytes damaged, void *context)
{
	struct scep_message *message = NULL;
	const struct bytes *original = context;

	/* Whatever still verifies says what was signed. */
	if (scep_message_parse(damaged, &message, NULL) == ERR_OK && scep_message_verify(message, &all_digests, NULL) == ERR_OK) {
		CU_ASSERT_EQUAL(message->type, SCEP_PKCS_REQ);
		UNIT_BYTES(original[0], message->transaction_id);
		UNIT_BYTES(original[1], message->sender_nonce);
		UNIT_BYTES(original[2], buf_bytes(&message->cms->content));
	}
	scep_message_free(message);
}

static void test_damage(void)
{
	static const uint8_t masks[] = { 0x04 };
	struct bytes good_message = unit_vector("cms/strongswan_aes.der");
	struct scep_message *message = NULL;
	struct bytes original[3];

	UNIT_ERR(ERR_OK, scep_message_parse(good_message, &message, NULL));
	original[0] = message->transaction_id;
	original[1] = message->sender_nonce;
	original[2] = buf_bytes(&message->cms->content);
	identity_each_truncation(good_message, visit_truncated, NULL);
	identity_each_flip(good_message, masks, sizeof(masks), visit_flipped, original);
	scep_message_free(message);
}

static const struct unit_case cases[] = {
	{ "messages of strongSwan and micromdm are read, verified and opened", test_clients },
	{ "a request has messageType, transactionID and senderNonce, one value each (RFC 8894 section 3.2.1)", test_request_attributes },
	{ "a challengePassword among the signed attributes is seen, and is no error (RFC 8894 section 7.3)", test_clear_challenge },
	{ "transactionID has 255 octets at most, a nonce 64", test_attribute_limits },
	{ "a CertRep says its status (RFC 8894 sections 3.2.1.3 and 3.2.1.4)", test_reply_attributes },
	{ "the content is a pkcsPKIEnvelope, or there is none (RFC 8894 section 3.2.2)", test_content },
	{ "the content type is id-data (RFC 8894 section 3.2)", test_content_type },
	{ "a message has 1 to 65536 octets", test_message_limits },
	{ "only digests that are allowed verify", test_verify },
	{ "what is written reads back (RFC 8894 section 3.2.1)", test_encode },
	{ "types and failInfo have their names of the RFC", test_names },
	{ "a message that is cut or changed anywhere is refused, or says what was signed", test_damage },
};

UNIT_MAIN("message", cases)
