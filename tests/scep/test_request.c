#include <config.h>

#include <string.h>

#include "pki/name.h"
#include "scep/reply.h"
#include "scep/request.h"
#include "support/identity.h"
#include "support/unit.h"

static const struct digest_list all_digests = { { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 }, 4 };

/* A client with a plan, and the server that it is for. */
struct scene {
	struct identity ra, client;
	struct scep_responder responder;
	struct scep_request_plan plan;
	struct buf transaction_id;
	struct buf message;
	struct scep_message *request; /* as the server reads it */
	struct random random;
};

static void scene_open(struct scene *scene, enum cipher cipher, enum digest digest, enum cms_framing framing)
{
	static const uint8_t nonce[SCEP_NONCE_LEN] = { 1, 1, 2, 3, 5, 8 };

	*scene = (struct scene){ .ra = identity_load("ra"), .client = identity_load("client"), .random = random_system() };
	scene->responder = (struct scep_responder){ scene->ra.cert, scene->ra.key };
	UNIT_ERR(ERR_OK, scep_transaction_id(scene->client.cert->spki, &scene->transaction_id));
	scene->plan = (struct scep_request_plan){
		.type = SCEP_PKCS_REQ, .content = unit_vector("cms/long.bin"), .signer = scene->client.cert, .key = scene->client.key, .recipient = scene->ra.cert,
		.cipher = cipher, .digest = digest, .framing = framing, .transaction_id = buf_bytes(&scene->transaction_id), .sender_nonce = { nonce, sizeof(nonce) },
	};
	UNIT_ERR(ERR_OK, scep_request_encode(&scene->plan, &scene->random, &scene->message, NULL));
	UNIT_ERR(ERR_OK, scep_message_parse(buf_bytes(&scene->message), &scene->request, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(scene->request);
}

static void scene_close(struct scene *scene)
{
	scep_message_free(scene->request);
	identity_clear(&scene->ra);
	identity_clear(&scene->client);
	buf_clear(&scene->transaction_id);
	buf_clear(&scene->message);
}

static void answer(struct scene *scene, struct buf *reply)
{
	struct scep_reply_style style = { scene->request->cms->digest, scene->request->envelope->cipher };
	struct bytes certificate = buf_bytes(&scene->client.cert->der);

	buf_reset(reply);
	UNIT_ERR(ERR_OK, scep_reply_success(scene->request, &scene->responder, &style, &certificate, 1, NULL, &scene->random, reply, NULL));
}

/* Client to server to client. */
static void round_trip(enum cipher cipher, enum digest digest, enum cms_framing framing)
{
	struct buf plain = { 0 }, reply = { 0 }, certs = { 0 }, der = { 0 };
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct scep_message *opened = NULL;
	struct scene scene;
	size_t count = 0;

	unit_row(cipher_name(cipher));
	scene_open(&scene, cipher, digest, framing);
	CU_ASSERT_EQUAL(scene.message.ptr[1] == 0x80, framing == CMS_FRAMING_BER);
	CU_ASSERT_EQUAL(scene.request->type, SCEP_PKCS_REQ);
	CU_ASSERT_EQUAL(scene.request->cms->digest, digest);
	UNIT_BYTES(scene.plan.transaction_id, scene.request->transaction_id);
	UNIT_BYTES(scene.plan.sender_nonce, scene.request->sender_nonce);
	UNIT_ERR(ERR_OK, scep_message_verify(scene.request, &all_digests, NULL));
	CU_ASSERT_EQUAL(scene.request->envelope->cipher, cipher);
	UNIT_ERR(ERR_OK, cms_enveloped_open(scene.request->envelope, scene.ra.cert, scene.ra.key, &scene.random, &plain, NULL));
	UNIT_BYTES(scene.plan.content, buf_bytes(&plain));

	answer(&scene, &reply);
	UNIT_ERR(ERR_OK, scep_certrep_open(buf_bytes(&reply), &scene.plan, scene.ra.cert, &scene.random, &opened, &certs, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(opened);
	CU_ASSERT_EQUAL(opened->pki_status, PKI_STATUS_SUCCESS);
	UNIT_ERR(ERR_OK, cms_certs_only_parse(buf_bytes(&certs), &der, found, &count, NULL));
	CU_ASSERT_EQUAL_FATAL(count, 1);
	UNIT_BYTES(buf_bytes(&scene.client.cert->der), found[0]);
	scep_message_free(opened);
	scene_close(&scene);
	buf_clear(&plain);
	buf_clear(&reply);
	buf_clear(&certs);
	buf_clear(&der);
}

static void test_round_trip(void)
{
	static const enum cipher ciphers[] = { CIPHER_DES_CBC, CIPHER_DES3_CBC, CIPHER_AES128_CBC, CIPHER_AES192_CBC, CIPHER_AES256_CBC };
	static const enum digest digests[] = { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };

	for (size_t i = 0; i < sizeof(ciphers) / sizeof(ciphers[0]); i++) {
		for (size_t j = 0; j < sizeof(digests) / sizeof(digests[0]); j++) {
			round_trip(ciphers[i], digests[j], CMS_FRAMING_DER);
			round_trip(ciphers[i], digests[j], CMS_FRAMING_BER);
		}
	}
}

/* Open a reply under a plan that has been changed after the request was made. */
static void expect(const char *row, enum err expected, struct scene *scene, struct bytes reply, const struct scep_request_plan *plan, const struct cert *server)
{
	struct scep_message *opened = NULL;
	struct buf certs = { 0 };

	unit_row(row);
	UNIT_ERR(expected, scep_certrep_open(reply, plan, server, &scene->random, &opened, &certs, NULL));
	CU_ASSERT_PTR_NULL(opened);
	CU_ASSERT_EQUAL(certs.len, 0);
	scep_message_free(opened);
	buf_clear(&certs);
}

static void test_misfits(void)
{
	struct scep_request_plan plan;
	struct buf reply = { 0 };
	struct scene scene;

	scene_open(&scene, CIPHER_AES128_CBC, DIGEST_SHA256, CMS_FRAMING_DER);
	answer(&scene, &reply);
	plan = scene.plan;
	plan.transaction_id = bytes_from_str("another");
	expect("another transactionID", ERR_SCEP_REPLY, &scene, buf_bytes(&reply), &plan, scene.ra.cert);
	plan = scene.plan;
	plan.sender_nonce = bytes_from_str("another nonce...");
	expect("another nonce", ERR_SCEP_REPLY, &scene, buf_bytes(&reply), &plan, scene.ra.cert);
	expect("another server", ERR_CMS_SIGNATURE, &scene, buf_bytes(&reply), &scene.plan, scene.client.cert);
	expect("the request sent back", ERR_SCEP_REPLY, &scene, buf_bytes(&scene.message), &scene.plan, scene.client.cert);
	expect("no reply", ERR_CMS_SYNTAX, &scene, (struct bytes){ NULL, 0 }, &scene.plan, scene.ra.cert);
	/* the last octet belongs to the signature */
	reply.ptr[reply.len - 1] ^= 1;
	expect("a changed signature", ERR_CMS_SIGNATURE, &scene, buf_bytes(&reply), &scene.plan, scene.ra.cert);
	scene_close(&scene);
	buf_clear(&reply);
}

static void test_success_without_envelope(void)
{
	struct scep_header header = { .type = SCEP_CERT_REP, .transaction_id_tag = DER_PRINTABLE_STRING, .pki_status = PKI_STATUS_SUCCESS };
	struct bytes garbage = bytes_from_str("no envelope");
	struct buf reply = { 0 };
	struct scene scene;

	scene_open(&scene, CIPHER_AES128_CBC, DIGEST_SHA256, CMS_FRAMING_DER);
	header.transaction_id = scene.plan.transaction_id;
	header.sender_nonce = header.recipient_nonce = scene.plan.sender_nonce;
	UNIT_ERR(ERR_OK, scep_message_encode(&header, NULL, scene.ra.cert, scene.ra.key, DIGEST_SHA256, &reply, NULL));
	expect("none", ERR_SCEP_REPLY, &scene, buf_bytes(&reply), &scene.plan, scene.ra.cert);
	buf_reset(&reply);
	UNIT_ERR(ERR_OK, scep_message_encode(&header, &garbage, scene.ra.cert, scene.ra.key, DIGEST_SHA256, &reply, NULL));
	expect("garbage", ERR_SCEP_REPLY, &scene, buf_bytes(&reply), &scene.plan, scene.ra.cert);
	scene_close(&scene);
	buf_clear(&reply);
}

static void test_md5(void)
{
	struct scep_header header = { .type = SCEP_CERT_REP, .transaction_id_tag = DER_PRINTABLE_STRING, .pki_status = PKI_STATUS_PENDING };
	struct scep_message *opened = NULL;
	struct buf reply = { 0 }, certs = { 0 };
	struct scene scene;

	scene_open(&scene, CIPHER_AES128_CBC, DIGEST_SHA256, CMS_FRAMING_DER);
	header.transaction_id = scene.plan.transaction_id;
	header.sender_nonce = header.recipient_nonce = scene.plan.sender_nonce;
	UNIT_ERR(ERR_OK, scep_message_encode(&header, NULL, scene.ra.cert, scene.ra.key, DIGEST_MD5, &reply, NULL));
	expect("not asked for", ERR_ALG_DIGEST, &scene, buf_bytes(&reply), &scene.plan, scene.ra.cert);
	scene.plan.digest = DIGEST_MD5;
	UNIT_ERR(ERR_SCEP_PENDING, scep_certrep_open(buf_bytes(&reply), &scene.plan, scene.ra.cert, &scene.random, &opened, &certs, NULL));
	scep_message_free(opened);
	scene_close(&scene);
	buf_clear(&reply);
}

static void test_refused_and_pending(void)
{
	static const struct scep_reply_style style = { DIGEST_SHA256, CIPHER_AES128_CBC };
	struct scep_message *opened = NULL;
	struct buf reply = { 0 }, certs = { 0 };
	struct why why = { 0 };
	struct scene scene;

	scene_open(&scene, CIPHER_AES128_CBC, DIGEST_SHA256, CMS_FRAMING_DER);
	UNIT_ERR(ERR_OK, scep_reply_failure(scene.request, &scene.responder, &style, FAIL_BAD_REQUEST, "go\naway", &scene.random, &reply, NULL));
	UNIT_ERR(ERR_SCEP_FAILURE, scep_certrep_open(buf_bytes(&reply), &scene.plan, scene.ra.cert, &scene.random, &opened, &certs, &why));
	CU_ASSERT_PTR_NOT_NULL_FATAL(opened);
	CU_ASSERT_EQUAL(opened->fail_info, FAIL_BAD_REQUEST);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "badRequest, go?away"));
	scep_message_free(opened);
	opened = NULL;
	buf_reset(&reply);
	UNIT_ERR(ERR_OK, scep_reply_pending(scene.request, &scene.responder, &style, &scene.random, &reply, NULL));
	UNIT_ERR(ERR_SCEP_PENDING, scep_certrep_open(buf_bytes(&reply), &scene.plan, scene.ra.cert, &scene.random, &opened, &certs, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(opened);
	CU_ASSERT_EQUAL(opened->pki_status, PKI_STATUS_PENDING);
	CU_ASSERT_EQUAL(certs.len, 0);
	scep_message_free(opened);
	scene_close(&scene);
	buf_clear(&reply);
	buf_clear(&certs);
}

static void test_transaction_id(void)
{
	struct buf id = { 0 };

	/* SHA-256 of "abc": FIPS 180-2 appendix B.1 */
	UNIT_ERR(ERR_OK, scep_transaction_id(bytes_from_str("abc"), &id));
	CU_ASSERT(bytes_is_str(buf_bytes(&id), "BA7816BF8F01CFEA414140DE5DAE2223B00361A396177A9CB410FF61F20015AD"));
	buf_clear(&id);
}

static void test_self_signed(void)
{
	static const char *const names[] = { "client", "ec" };
	int64_t now_utc = 1700000000;

	for (size_t i = 0; i < 2; i++) {
		struct identity identity = identity_load(names[i]);
		uint64_t seed = 11;
		struct random random = random_counter(&seed);
		struct buf subject = { 0 }, der = { 0 };
		struct cert *cert = NULL;

		unit_row(names[i]);
		UNIT_ERR(ERR_OK, name_from_cn(bytes_from_str("printer"), &subject));
		UNIT_ERR(ERR_OK, scep_self_signed(buf_bytes(&subject), identity.key, now_utc, &random, &der, NULL));
		UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
		UNIT_BYTES(buf_bytes(&subject), cert->subject);
		UNIT_BYTES(buf_bytes(&subject), cert->issuer);
		UNIT_BYTES(key_get_spki(identity.key), cert->spki);
		CU_ASSERT(cert_is_self_signed(cert));
		CU_ASSERT(cert->not_before_utc <= now_utc && cert->not_after_utc > now_utc);
		CU_ASSERT_FALSE(cert->is_ca);
		CU_ASSERT_EQUAL(cert->key_usage, KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT);
		cert_free(cert);
		identity_clear(&identity);
		buf_clear(&subject);
		buf_clear(&der);
	}
}

static void visit_damaged(struct bytes damaged, void *context)
{
	struct scene *scene = context;
	struct scep_message *opened = NULL;
	struct buf certs = { 0 };

	if (scep_certrep_open(damaged, &scene->plan, scene->ra.cert, &scene->random, &opened, &certs, NULL) == ERR_OK)
		CU_ASSERT_EQUAL(opened->pki_status, PKI_STATUS_SUCCESS);
	scep_message_free(opened);
	buf_clear(&certs);
}

static void test_damage(void)
{
	static const uint8_t masks[] = { 0x10 };
	struct buf reply = { 0 };
	struct scene scene;

	scene_open(&scene, CIPHER_AES128_CBC, DIGEST_SHA256, CMS_FRAMING_DER);
	answer(&scene, &reply);
	identity_each_truncation(buf_bytes(&reply), visit_damaged, &scene);
	identity_each_flip(buf_bytes(&reply), masks, sizeof(masks), visit_damaged, &scene);
	CU_ASSERT(reply.len > 0);
	scene_close(&scene);
	buf_clear(&reply);
}

static const struct unit_case cases[] = {
	{ "client to server to client, with every cipher, digest and framing (RFC 8894 section 3.3)", test_round_trip },
	{ "a reply to another request, or of another server, is refused (RFC 8894 section 3.2.1.5)", test_misfits },
	{ "SUCCESS without an envelope is refused", test_success_without_envelope },
	{ "MD5 in a reply is refused unless the request used it (RFC 8894 section 2.9)", test_md5 },
	{ "FAILURE and PENDING are told apart from SUCCESS", test_refused_and_pending },
	{ "the transactionID is the SHA-256 of the key in hexadecimal", test_transaction_id },
	{ "the self-signed certificate has name and key of the request (RFC 8894 section 2.3)", test_self_signed },
	{ "a reply that is cut or changed anywhere does no harm", test_damage },
};

UNIT_MAIN("request", cases)
