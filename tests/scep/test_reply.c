#include <config.h>

#include <string.h>

#include "scep/reply.h"
#include "support/identity.h"
#include "support/unit.h"

static const struct digest_list all_digests = { { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 }, 4 };
static const struct scep_reply_style usual = { DIGEST_SHA256, CIPHER_AES128_CBC };

/* A request, read, and who is there to answer it. */
struct scene {
	struct identity ra, client;
	struct scep_responder responder;
	struct scep_message *request;
	uint64_t seed;
	struct random random;
};

static void scene_open(struct scene *scene, const char *signer, uint8_t id_tag, const char *id, size_t nonce_len)
{
	static const uint8_t nonce[SCEP_MAX_NONCE_LEN] = { 5, 4, 3, 2, 1 };
	struct scep_header header = { .type = SCEP_PKCS_REQ, .transaction_id = bytes_from_str(id), .transaction_id_tag = id_tag, .sender_nonce = { nonce, nonce_len } };
	struct buf message = { 0 };

	*scene = (struct scene){ .ra = identity_load("ra"), .client = identity_load(signer), .seed = 3 };
	scene->responder = (struct scep_responder){ scene->ra.cert, scene->ra.key };
	scene->random = random_counter(&scene->seed);
	UNIT_ERR(ERR_OK, scep_message_encode(&header, NULL, scene->client.cert, scene->client.key, DIGEST_SHA256, &message, NULL));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&message), &scene->request, NULL));
	buf_clear(&message);
}

static void scene_close(struct scene *scene)
{
	scep_message_free(scene->request);
	identity_clear(&scene->ra);
	identity_clear(&scene->client);
}

/* What every reply must be: a CertRep of the responder that fits the request (RFC 8894 section 3.2.1). */
static struct scep_message *check_reply(const struct scene *scene, struct bytes der, enum pki_status status, enum digest digest)
{
	struct scep_message *reply = NULL;

	UNIT_ERR(ERR_OK, scep_message_parse(der, &reply, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	UNIT_ERR(ERR_OK, scep_message_verify(reply, &all_digests, NULL));
	CU_ASSERT_EQUAL(reply->type, SCEP_CERT_REP);
	CU_ASSERT_EQUAL(reply->pki_status, status);
	CU_ASSERT_EQUAL(reply->cms->digest, digest);
	UNIT_BYTES(buf_bytes(&scene->ra.cert->der), buf_bytes(&reply->cms->signer->der));
	UNIT_BYTES(scene->request->transaction_id, reply->transaction_id);
	UNIT_BYTES(scene->request->sender_nonce, reply->recipient_nonce);
	CU_ASSERT_EQUAL(reply->sender_nonce.len, scene->request->sender_nonce.len);
	CU_ASSERT_FALSE(bytes_is_equal(reply->sender_nonce, reply->recipient_nonce));
	return reply;
}

static void test_success(void)
{
	static const struct scep_reply_style styles[] = {
		{ DIGEST_SHA256, CIPHER_AES128_CBC }, { DIGEST_SHA1, CIPHER_DES3_CBC }, { DIGEST_SHA512, CIPHER_AES256_CBC }, { DIGEST_SHA384, CIPHER_DES_CBC },
	};

	for (size_t i = 0; i < sizeof(styles) / sizeof(styles[0]); i++) {
		struct bytes certificates[2], found[CMS_MAX_CERTIFICATES];
		struct buf der = { 0 }, plain = { 0 }, certs = { 0 };
		struct scep_message *reply;
		struct scene scene;
		size_t count = 0;

		unit_row(cipher_name(styles[i].cipher));
		scene_open(&scene, "client", DER_PRINTABLE_STRING, "T-1", SCEP_NONCE_LEN);
		certificates[0] = buf_bytes(&scene.ra.cert->der);
		certificates[1] = buf_bytes(&scene.client.cert->der);
		UNIT_ERR(ERR_OK, scep_reply_success(scene.request, &scene.responder, &styles[i], certificates, 2, NULL, &scene.random, &der, NULL));
		reply = check_reply(&scene, buf_bytes(&der), PKI_STATUS_SUCCESS, styles[i].digest);
		CU_ASSERT_EQUAL(reply->cms->attribute_count, 7);
		CU_ASSERT_PTR_NOT_NULL_FATAL(reply->envelope);
		CU_ASSERT_EQUAL(reply->envelope->cipher, styles[i].cipher);
		CU_ASSERT_EQUAL(reply->envelope->recipient_count, 1);
		UNIT_BYTES(scene.client.cert->serial, reply->envelope->recipient[0].serial);
		UNIT_ERR(ERR_OK, cms_enveloped_open(reply->envelope, scene.client.cert, scene.client.key, &scene.random, &plain, NULL));
		UNIT_ERR(ERR_OK, cms_certs_only_parse(buf_bytes(&plain), &certs, found, &count, NULL));
		CU_ASSERT_EQUAL_FATAL(count, 2);
		UNIT_BYTES(certificates[0], found[0]);
		UNIT_BYTES(certificates[1], found[1]);
		scep_message_free(reply);
		scene_close(&scene);
		buf_clear(&der);
		buf_clear(&plain);
		buf_clear(&certs);
	}
}

static void test_failure(void)
{
	static const enum fail_info codes[] = { FAIL_BAD_ALG, FAIL_BAD_MESSAGE_CHECK, FAIL_BAD_REQUEST, FAIL_BAD_TIME, FAIL_BAD_CERT_ID, NO_FAIL_INFO };

	for (size_t i = 0; i < sizeof(codes) / sizeof(codes[0]); i++) {
		struct buf der = { 0 };
		struct scep_message *reply;
		struct scene scene;

		unit_row(fail_info_name(codes[i]));
		scene_open(&scene, "client", DER_PRINTABLE_STRING, "T-1", SCEP_NONCE_LEN);
		UNIT_ERR(ERR_OK, scep_reply_failure(scene.request, &scene.responder, &usual, codes[i], "refused (reference 12)", &scene.random, &der, NULL));
		reply = check_reply(&scene, buf_bytes(&der), PKI_STATUS_FAILURE, DIGEST_SHA256);
		CU_ASSERT_EQUAL(reply->fail_info, codes[i] == NO_FAIL_INFO ? FAIL_BAD_REQUEST : codes[i]);
		UNIT_BYTES(bytes_from_str("refused (reference 12)"), reply->fail_info_text);
		CU_ASSERT_FALSE(reply->cms->has_content);
		CU_ASSERT_EQUAL(reply->cms->attribute_count, 9);
		scep_message_free(reply);
		scene_close(&scene);
		buf_clear(&der);
	}
}

static void test_failure_text(void)
{
	/* 254 letters, then an umlaut of two octets that must not be cut in the middle. */
	char text[300], umlaut[300];
	const struct {
		const char *name, *text;
		size_t len;
		size_t attribute_count;
	} rows[] = {
		{ "none", NULL, 0, 8 },
		{ "empty", "", 0, 8 },
		{ "cut", text, 255, 9 },
		{ "cut before a character", umlaut, 254, 9 },
	};

	memset(text, 'a', sizeof(text) - 1);
	text[sizeof(text) - 1] = '\0';
	memcpy(umlaut, text, sizeof(text));
	memcpy(umlaut + 254, "\xc3\xa4", 2);
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf der = { 0 };
		struct scep_message *reply;
		struct scene scene;

		unit_row(rows[i].name);
		scene_open(&scene, "client", DER_PRINTABLE_STRING, "T-1", SCEP_NONCE_LEN);
		UNIT_ERR(ERR_OK, scep_reply_failure(scene.request, &scene.responder, &usual, FAIL_BAD_REQUEST, rows[i].text, &scene.random, &der, NULL));
		reply = check_reply(&scene, buf_bytes(&der), PKI_STATUS_FAILURE, DIGEST_SHA256);
		CU_ASSERT_EQUAL(reply->fail_info_text.len, rows[i].len);
		CU_ASSERT_EQUAL(reply->cms->attribute_count, rows[i].attribute_count);
		scep_message_free(reply);
		scene_close(&scene);
		buf_clear(&der);
	}
}

static void test_pending(void)
{
	struct buf der = { 0 };
	struct scep_message *reply;
	struct scene scene;

	scene_open(&scene, "client", DER_PRINTABLE_STRING, "T-1", SCEP_NONCE_LEN);
	UNIT_ERR(ERR_OK, scep_reply_pending(scene.request, &scene.responder, &usual, &scene.random, &der, NULL));
	reply = check_reply(&scene, buf_bytes(&der), PKI_STATUS_PENDING, DIGEST_SHA256);
	CU_ASSERT_FALSE(reply->cms->has_content);
	CU_ASSERT_EQUAL(reply->cms->attribute_count, 7);
	scep_message_free(reply);
	scene_close(&scene);
	buf_clear(&der);
}

static void test_echo(void)
{
	static const struct {
		const char *id;
		uint8_t tag, expected_tag;
		size_t nonce_len;
	} rows[] = {
		{ "DD6DC011AF393751", DER_PRINTABLE_STRING, DER_PRINTABLE_STRING, 16 },
		{ "ab+/=", DER_UTF8_STRING, DER_PRINTABLE_STRING, 8 },
		{ "a_b", DER_PRINTABLE_STRING, DER_PRINTABLE_STRING, 1 },
		{ "a_b", DER_IA5_STRING, DER_IA5_STRING, 64 },
		{ "\xc3\xa4", DER_UTF8_STRING, DER_UTF8_STRING, 20 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf der = { 0 };
		struct scep_message *reply;
		struct scene scene;

		unit_row(rows[i].id);
		scene_open(&scene, "client", rows[i].tag, rows[i].id, rows[i].nonce_len);
		UNIT_ERR(ERR_OK, scep_reply_pending(scene.request, &scene.responder, &usual, &scene.random, &der, NULL));
		reply = check_reply(&scene, buf_bytes(&der), PKI_STATUS_PENDING, DIGEST_SHA256);
		CU_ASSERT_EQUAL(reply->transaction_id_tag, rows[i].expected_tag);
		scep_message_free(reply);
		scene_close(&scene);
		buf_clear(&der);
	}
}

static void test_fresh_nonce(void)
{
	struct buf first = { 0 }, second = { 0 };
	struct scep_message *replies[2];
	struct scene scene;

	scene_open(&scene, "client", DER_PRINTABLE_STRING, "T-1", SCEP_NONCE_LEN);
	UNIT_ERR(ERR_OK, scep_reply_pending(scene.request, &scene.responder, &usual, &scene.random, &first, NULL));
	UNIT_ERR(ERR_OK, scep_reply_pending(scene.request, &scene.responder, &usual, &scene.random, &second, NULL));
	replies[0] = check_reply(&scene, buf_bytes(&first), PKI_STATUS_PENDING, DIGEST_SHA256);
	replies[1] = check_reply(&scene, buf_bytes(&second), PKI_STATUS_PENDING, DIGEST_SHA256);
	CU_ASSERT_FALSE(bytes_is_equal(replies[0]->sender_nonce, replies[1]->sender_nonce));
	scep_message_free(replies[0]);
	scep_message_free(replies[1]);
	scene_close(&scene);
	buf_clear(&first);
	buf_clear(&second);
}

static void test_recipient(void)
{
	struct bytes certificate;
	struct buf der = { 0 };
	struct scene scene;

	scene_open(&scene, "client", DER_PRINTABLE_STRING, "T-1", SCEP_NONCE_LEN);
	UNIT_ERR(ERR_OK, scep_reply_check_recipient(scene.request, false, (struct bytes){ 0 }, NULL));
	scene_close(&scene);
	scene_open(&scene, "ec", DER_PRINTABLE_STRING, "T-1", SCEP_NONCE_LEN);
	UNIT_ERR(ERR_ALG_KEY_TRANSPORT, scep_reply_check_recipient(scene.request, false, (struct bytes){ 0 }, NULL));
	certificate = buf_bytes(&scene.client.cert->der);
	UNIT_ERR(ERR_ALG_KEY_TRANSPORT, scep_reply_success(scene.request, &scene.responder, &usual, &certificate, 1, NULL, &scene.random, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	/* A refusal needs no envelope. */
	UNIT_ERR(ERR_OK, scep_reply_failure(scene.request, &scene.responder, &usual, FAIL_BAD_ALG, NULL, &scene.random, &der, NULL));
	scene_close(&scene);
	buf_clear(&der);
}

static enum err no_random(void *context, uint8_t *out, size_t len)
{
	(void)context;
	(void)out;
	(void)len;
	return ERR_RANDOM;
}

static void test_no_random(void)
{
	struct random none = { no_random, NULL };
	struct buf der = { 0 };
	struct scene scene;

	scene_open(&scene, "client", DER_PRINTABLE_STRING, "T-1", SCEP_NONCE_LEN);
	UNIT_ERR(ERR_RANDOM, scep_reply_pending(scene.request, &scene.responder, &usual, &none, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	scene_close(&scene);
	buf_clear(&der);
}

static const struct unit_case cases[] = {
	{ "SUCCESS carries the certificates in their order, for the signer of the request (RFC 8894 section 3.3.2.1)", test_success },
	{ "FAILURE carries failInfo and no envelope (RFC 8894 section 3.3.2.2)", test_failure },
	{ "failInfoText is left out when empty and cut between characters (RFC 8894 section 3.2.1.4)", test_failure_text },
	{ "PENDING carries no envelope (RFC 8894 section 3.3.2.3)", test_pending },
	{ "transactionID and nonce come back octet for octet (RFC 8894 sections 3.2.1.1 and 3.2.1.5)", test_echo },
	{ "every reply has a senderNonce of its own", test_fresh_nonce },
	{ "a key that cannot decrypt gets a FAILURE (RFC 8894 section 3.1)", test_recipient },
	{ "without random numbers there is no reply", test_no_random },
};

UNIT_MAIN("reply", cases)
