#include <config.h>

#include <string.h>

#include "pki/crl.h"
#include "scep/body.h"
#include "scep/reply.h"
#include "scep/request.h"
#include "support/identity.h"
#include "support/unit.h"

/* From the client to the server and back, for each kind of request and of requester's key. */

#define CHALLENGE "correct horse battery staple"

static const struct digest_list all_digests = { { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 }, 4 };

/* A client with a plan, and the server that it is for. */
struct scene {
	struct identity ra, client;
	struct scep_responder responder;
	struct scep_reply_style style;
	struct scep_request_plan plan;
	struct buf message;
	struct scep_message *request; /* as the server reads it */
	struct random random;
};

static void scene_open(struct scene *scene, const char *signer, int type, struct bytes content, enum cipher cipher)
{
	static const uint8_t nonce[SCEP_NONCE_LEN] = { 1, 1, 2, 3, 5, 8 };
	struct buf plain = { 0 };

	*scene = (struct scene){ .ra = identity_load("ra"), .client = identity_load(signer), .random = random_system() };
	scene->responder = (struct scep_responder){ scene->ra.cert, scene->ra.key };
	scene->plan = (struct scep_request_plan){
		.type = type, .content = content, .signer = scene->client.cert, .key = scene->client.key, .recipient = scene->ra.cert,
		.cipher = cipher, .digest = DIGEST_SHA256, .transaction_id = bytes_from_str("T-1"), .sender_nonce = { nonce, sizeof(nonce) },
	};
	UNIT_ERR(ERR_OK, scep_request_encode(&scene->plan, &scene->random, &scene->message, NULL));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&scene->message), &scene->request, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(scene->request);
	CU_ASSERT_PTR_NOT_NULL_FATAL(scene->request->envelope);
	CU_ASSERT_EQUAL(scene->request->type, type);
	UNIT_ERR(ERR_OK, scep_message_verify(scene->request, &all_digests, NULL));
	UNIT_ERR(ERR_OK, cms_enveloped_open(scene->request->envelope, scene->ra.cert, scene->ra.key, &scene->random, &plain, NULL));
	UNIT_BYTES(content, buf_bytes(&plain));
	scene->style = (struct scep_reply_style){ DIGEST_SHA256, scene->request->envelope->cipher };
	buf_clear(&plain);
}

static void scene_close(struct scene *scene)
{
	scep_message_free(scene->request);
	identity_clear(&scene->ra);
	identity_clear(&scene->client);
	buf_clear(&scene->message);
}

/* Answer with the client's own certificate. */
static void answer(struct scene *scene, const char *password, struct buf *reply)
{
	struct bytes certificate = buf_bytes(&scene->client.cert->der), given = bytes_from_str(password);

	buf_reset(reply);
	UNIT_ERR(ERR_OK, scep_reply_success(scene->request, &scene->responder, &scene->style, &certificate, 1, password == NULL ? NULL : &given, &scene->random, reply, NULL));
}

/* Open a reply and give back what was in it. */
static enum err open_reply(struct scene *scene, const char *password, const struct buf *reply, struct buf *content, struct why *why)
{
	struct scep_message *opened = NULL;
	enum err e;

	scene->plan.password = bytes_from_str(password);
	e = scep_certrep_open(buf_bytes(reply), &scene->plan, scene->ra.cert, &scene->random, &opened, content, why);
	CU_ASSERT_EQUAL(opened != NULL, e == ERR_OK || e == ERR_SCEP_PENDING);
	scep_message_free(opened);
	return e;
}

static void check_certificate(struct bytes expected, const struct buf *content)
{
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf der = { 0 };
	size_t count = 0;

	UNIT_ERR(ERR_OK, cms_certs_only_parse(buf_bytes(content), &der, found, &count, NULL));
	CU_ASSERT_EQUAL_FATAL(count, 1);
	UNIT_BYTES(expected, found[0]);
	buf_clear(&der);
}

static void test_password(void)
{
	static const char *const signers[] = { "ec", "p384", "ed25519" };
	static const enum cipher ciphers[] = { CIPHER_AES128_CBC, CIPHER_AES256_CBC, CIPHER_DES3_CBC };

	for (size_t i = 0; i < sizeof(signers) / sizeof(signers[0]); i++) {
		struct buf reply = { 0 }, content = { 0 };
		struct scep_message *seen = NULL;
		struct scene scene;

		unit_row(signers[i]);
		scene_open(&scene, signers[i], SCEP_PKCS_REQ, bytes_from_str("a CSR"), ciphers[i]);
		answer(&scene, CHALLENGE, &reply);
		UNIT_ERR(ERR_OK, scep_certrep_parse(buf_bytes(&reply), &seen, NULL));
		CU_ASSERT_PTR_NOT_NULL_FATAL(seen);
		CU_ASSERT_PTR_NOT_NULL_FATAL(seen->envelope);
		CU_ASSERT_EQUAL(seen->envelope->recipient_count, 0);
		CU_ASSERT_EQUAL(seen->envelope->password_recipient_count, 1);
		CU_ASSERT_EQUAL(seen->envelope->cipher, ciphers[i]);
		UNIT_ERR(ERR_OK, open_reply(&scene, CHALLENGE, &reply, &content, NULL));
		check_certificate(buf_bytes(&scene.client.cert->der), &content);
		buf_reset(&content);
		UNIT_ERR(ERR_CMS_DECRYPT, open_reply(&scene, "another", &reply, &content, NULL));
		UNIT_ERR(ERR_CMS_RECIPIENT, open_reply(&scene, NULL, &reply, &content, NULL));
		CU_ASSERT_EQUAL(content.len, 0);
		scep_message_free(seen);
		scene_close(&scene);
		buf_clear(&reply);
		buf_clear(&content);
	}
}

static void test_password_not_needed(void)
{
	struct buf reply = { 0 }, content = { 0 };
	struct scep_message *seen = NULL;
	struct scene scene;

	scene_open(&scene, "client", SCEP_PKCS_REQ, bytes_from_str("a CSR"), CIPHER_AES128_CBC);
	answer(&scene, CHALLENGE, &reply);
	UNIT_ERR(ERR_OK, scep_certrep_parse(buf_bytes(&reply), &seen, NULL));
	CU_ASSERT_EQUAL(seen->envelope->recipient_count, 1);
	CU_ASSERT_EQUAL(seen->envelope->password_recipient_count, 0);
	/* A client that has both is opened with its key. */
	UNIT_ERR(ERR_OK, open_reply(&scene, CHALLENGE, &reply, &content, NULL));
	check_certificate(buf_bytes(&scene.client.cert->der), &content);
	scep_message_free(seen);
	scene_close(&scene);
	buf_clear(&reply);
	buf_clear(&content);
}

/* A server may answer an RSA key so; the client has the password. */
static void test_password_for_rsa(void)
{
	struct scep_header header = { .type = SCEP_CERT_REP, .transaction_id_tag = DER_PRINTABLE_STRING, .pki_status = PKI_STATUS_SUCCESS };
	struct bytes envelope = unit_vector("password/openssl_aes128.der");
	struct buf reply = { 0 }, content = { 0 };
	struct scene scene;

	scene_open(&scene, "client", SCEP_PKCS_REQ, bytes_from_str("a CSR"), CIPHER_AES128_CBC);
	header.transaction_id = scene.plan.transaction_id;
	header.sender_nonce = header.recipient_nonce = scene.plan.sender_nonce;
	UNIT_ERR(ERR_OK, scep_message_encode(&header, &envelope, scene.ra.cert, scene.ra.key, DIGEST_SHA256, &reply, NULL));
	UNIT_ERR(ERR_OK, open_reply(&scene, "correct horse", &reply, &content, NULL));
	UNIT_BYTES(unit_vector("cms/short.bin"), buf_bytes(&content));
	UNIT_ERR(ERR_CMS_RECIPIENT, open_reply(&scene, NULL, &reply, &content, NULL));
	scene_close(&scene);
	buf_clear(&reply);
	buf_clear(&content);
}

static void test_deliverable(void)
{
	static const struct {
		const char *name, *signer;
		bool password_allowed;
		const char *challenge;
		enum err expected;
	} rows[] = {
		{ "RSA", "client", false, NULL, ERR_OK },
		{ "RSA, password allowed", "client", true, CHALLENGE, ERR_OK },
		{ "P-256", "ec", false, CHALLENGE, ERR_ALG_KEY_TRANSPORT },
		{ "P-256, no challenge", "ec", true, NULL, ERR_ALG_KEY_TRANSPORT },
		{ "P-256, empty challenge", "ec", true, "", ERR_ALG_KEY_TRANSPORT },
		{ "P-256, challenge", "ec", true, CHALLENGE, ERR_OK },
		{ "P-384, challenge", "p384", true, CHALLENGE, ERR_OK },
		{ "P-384", "p384", false, CHALLENGE, ERR_ALG_KEY_TRANSPORT },
		{ "Ed25519, challenge", "ed25519", true, CHALLENGE, ERR_OK },
		{ "Ed25519", "ed25519", false, CHALLENGE, ERR_ALG_KEY_TRANSPORT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct bytes challenge = bytes_from_str(rows[i].challenge), certificate;
		struct buf reply = { 0 };
		struct scene scene;

		unit_row(rows[i].name);
		scene_open(&scene, rows[i].signer, SCEP_PKCS_REQ, bytes_from_str("a CSR"), CIPHER_AES128_CBC);
		certificate = buf_bytes(&scene.client.cert->der);
		UNIT_ERR(rows[i].expected, scep_reply_check_recipient(scene.request, rows[i].password_allowed, challenge, NULL));
		/* What the check says is what comes true. */
		UNIT_ERR(rows[i].expected, scep_reply_success(scene.request, &scene.responder, &scene.style, &certificate, 1, rows[i].password_allowed ? &challenge : NULL,
			&scene.random, &reply, NULL));
		CU_ASSERT_EQUAL(reply.len > 0, rows[i].expected == ERR_OK);
		scene_close(&scene);
		buf_clear(&reply);
	}
}

static void test_poll(void)
{
	struct scep_issuer_and_subject read = { 0 };
	struct buf body = { 0 }, plain = { 0 }, reply = { 0 }, content = { 0 };
	struct identity ra = identity_load("ra"), client = identity_load("client");
	struct scene scene;

	UNIT_ERR(ERR_OK, scep_issuer_and_subject_encode(ra.cert->subject, client.cert->subject, &body));
	scene_open(&scene, "client", SCEP_CERT_POLL, buf_bytes(&body), CIPHER_AES128_CBC);
	UNIT_ERR(ERR_OK, cms_enveloped_open(scene.request->envelope, scene.ra.cert, scene.ra.key, &scene.random, &plain, NULL));
	UNIT_ERR(ERR_OK, scep_issuer_and_subject_parse(buf_bytes(&plain), &read, NULL));
	UNIT_BYTES(client.cert->subject, read.subject);
	UNIT_ERR(ERR_OK, scep_reply_pending(scene.request, &scene.responder, &scene.style, &scene.random, &reply, NULL));
	UNIT_ERR(ERR_SCEP_PENDING, open_reply(&scene, NULL, &reply, &content, NULL));
	answer(&scene, NULL, &reply);
	UNIT_ERR(ERR_OK, open_reply(&scene, NULL, &reply, &content, NULL));
	check_certificate(buf_bytes(&client.cert->der), &content);
	scep_issuer_and_subject_clear(&read);
	scene_close(&scene);
	identity_clear(&ra);
	identity_clear(&client);
	buf_clear(&body);
	buf_clear(&plain);
	buf_clear(&reply);
	buf_clear(&content);
}

static void test_get_cert(void)
{
	struct buf body = { 0 }, reply = { 0 }, content = { 0 };
	struct identity client = identity_load("client");
	struct why why = { 0 };
	struct scene scene;

	UNIT_ERR(ERR_OK, scep_issuer_and_serial_encode(client.cert->issuer, client.cert->serial, &body));
	scene_open(&scene, "client", SCEP_GET_CERT, buf_bytes(&body), CIPHER_AES128_CBC);
	answer(&scene, NULL, &reply);
	UNIT_ERR(ERR_OK, open_reply(&scene, NULL, &reply, &content, NULL));
	check_certificate(buf_bytes(&client.cert->der), &content);
	buf_reset(&reply);
	UNIT_ERR(ERR_OK, scep_reply_pending(scene.request, &scene.responder, &scene.style, &scene.random, &reply, NULL));
	UNIT_ERR(ERR_SCEP_REPLY, open_reply(&scene, NULL, &reply, &content, &why));
	CU_ASSERT_STRING_EQUAL(why.text, "the reply to a GetCert is PENDING");
	scene_close(&scene);
	identity_clear(&client);
	buf_clear(&body);
	buf_clear(&reply);
	buf_clear(&content);
}

static void test_get_crl(void)
{
	struct buf body = { 0 }, reply = { 0 }, content = { 0 }, der = { 0 };
	struct identity client = identity_load("client");
	struct bytes found[CMS_MAX_CERTIFICATES], crl;
	size_t count = 0;
	struct scene scene;

	UNIT_ERR(ERR_OK, scep_issuer_and_serial_encode(client.cert->issuer, client.cert->serial, &body));
	scene_open(&scene, "client", SCEP_GET_CRL, buf_bytes(&body), CIPHER_AES256_CBC);
	UNIT_ERR(ERR_OK, scep_reply_crl(scene.request, &scene.responder, &scene.style, unit_vector("crl/openssl_rsa.der"), &scene.random, &reply, NULL));
	UNIT_ERR(ERR_OK, open_reply(&scene, NULL, &reply, &content, NULL));
	UNIT_ERR(ERR_OK, cms_crl_only_parse(buf_bytes(&content), &der, &crl, NULL));
	UNIT_BYTES(unit_vector("crl/openssl_rsa.der"), crl);
	UNIT_ERR(ERR_CMS_SYNTAX, cms_certs_only_parse(buf_bytes(&content), &der, found, &count, NULL));
	buf_reset(&reply);
	UNIT_ERR(ERR_OK, scep_reply_pending(scene.request, &scene.responder, &scene.style, &scene.random, &reply, NULL));
	UNIT_ERR(ERR_SCEP_REPLY, open_reply(&scene, NULL, &reply, &content, NULL));
	scene_close(&scene);
	/* There is no challenge in a GetCRL, so nothing to encrypt under for a key that cannot decrypt. */
	scene_open(&scene, "ec", SCEP_GET_CRL, buf_bytes(&body), CIPHER_AES256_CBC);
	buf_reset(&reply);
	UNIT_ERR(ERR_ALG_KEY_TRANSPORT, scep_reply_crl(scene.request, &scene.responder, &scene.style, unit_vector("crl/openssl_rsa.der"), &scene.random, &reply, NULL));
	CU_ASSERT_EQUAL(reply.len, 0);
	scene_close(&scene);
	identity_clear(&client);
	buf_clear(&body);
	buf_clear(&reply);
	buf_clear(&content);
	buf_clear(&der);
}

/* A CRL that makes the reply longer than any request may be. */
static void test_long_crl(void)
{
	static uint8_t long_crl[SCEP_MAX_MESSAGE_LEN];
	struct buf reply = { 0 }, content = { 0 }, der = { 0 }, crl = { 0 };
	struct scep_message *seen = NULL;
	struct bytes found;
	struct scene scene;

	UNIT_ERR(ERR_OK, der_put(&crl, DER_SEQUENCE, bytes_from(long_crl, sizeof(long_crl))));
	scene_open(&scene, "client", SCEP_GET_CRL, bytes_from_str("body"), CIPHER_AES128_CBC);
	UNIT_ERR(ERR_OK, scep_reply_crl(scene.request, &scene.responder, &scene.style, buf_bytes(&crl), &scene.random, &reply, NULL));
	CU_ASSERT(reply.len > SCEP_MAX_MESSAGE_LEN);
	UNIT_ERR(ERR_OK, open_reply(&scene, NULL, &reply, &content, NULL));
	UNIT_ERR(ERR_OK, cms_crl_only_parse(buf_bytes(&content), &der, &found, NULL));
	UNIT_BYTES(buf_bytes(&crl), found);
	UNIT_ERR(ERR_ASN1_LIMIT, scep_message_parse(buf_bytes(&reply), &seen, NULL));
	/* No reply has no end. */
	buf_reset(&content);
	while (content.len <= SCEP_MAX_REPLY_LEN)
		CU_ASSERT_EQUAL_FATAL(buf_append(&content, buf_bytes(&reply)), ERR_OK);
	UNIT_ERR(ERR_ASN1_LIMIT, scep_certrep_parse(bytes_from(content.ptr, SCEP_MAX_REPLY_LEN + 1), &seen, NULL));
	UNIT_ERR(ERR_OK, scep_certrep_parse(bytes_from(content.ptr, SCEP_MAX_REPLY_LEN), &seen, NULL));
	scep_message_free(seen);
	scene_close(&scene);
	buf_clear(&reply);
	buf_clear(&content);
	buf_clear(&der);
	buf_clear(&crl);
}

static const struct unit_case cases[] = {
	{ "a P-256, P-384 or Ed25519 requester gets the reply under the challenge, and opens it (RFC 8894 section 3.1)", test_password },
	{ "an RSA requester gets key transport although there is a challenge (RFC 8894 section 3.1)", test_password_not_needed },
	{ "a client opens a reply under the challenge when none is for its RSA key", test_password_for_rsa },
	{ "whether a reply can be delivered is known before (RFC 8894 section 3.1)", test_deliverable },
	{ "CertPoll is answered by PENDING, or as the request (RFC 8894 sections 3.3.3 and 4.4.1)", test_poll },
	{ "GetCert is answered by the certificate, and never by PENDING (RFC 8894 section 4.5.1)", test_get_cert },
	{ "GetCRL is answered by the CRL alone, and never by PENDING (RFC 8894 section 4.6.1)", test_get_crl },
	{ "a reply may be longer than a request", test_long_crl },
};

UNIT_MAIN("exchange", cases)
