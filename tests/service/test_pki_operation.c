#include <config.h>

#include <stdio.h>
#include <string.h>

#include "service/fixture.h"

/* --- helpers --- */

static void expect_certificate_of(const struct buf *certs, const struct key *key)
{
	struct buf der = { 0 };
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct cert *cert = NULL;
	size_t count = 0;

	CU_ASSERT_EQUAL_FATAL(cms_certs_only_parse(buf_bytes(certs), &der, found, &count, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(count, 1);
	CU_ASSERT_EQUAL_FATAL(cert_parse(found[0], &cert, NULL), ERR_OK);
	UNIT_BYTES(key_get_spki(key), cert->spki);
	cert_free(cert);
	buf_clear(&der);
}

/* A refused request: a CertRep FAILURE with this failInfo, an audit row with this error, and nothing issued. */
static void expect_refused(struct fixture *f, const struct fixture_request *request, enum fail_info fail_info, enum err recorded, struct buf *text)
{
	struct scep_message *reply = NULL;
	struct buf certs = { 0 };

	UNIT_ERR(ERR_SCEP_FAILURE, fixture_enrol(f, request, &reply, &certs));
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	CU_ASSERT_EQUAL(reply->pki_status, PKI_STATUS_FAILURE);
	CU_ASSERT_EQUAL(reply->fail_info, fail_info);
	CU_ASSERT_FALSE(reply->cms->has_content);
	CU_ASSERT_EQUAL(f->store->refuse_count, 1);
	fixture_refused_with(f, recorded);
	CU_ASSERT_EQUAL(f->store->commit_count, 0);
	CU_ASSERT_EQUAL(f->store->issued_der.len, 0);
	if (text != NULL)
		CU_ASSERT_EQUAL(buf_append(text, reply->fail_info_text), ERR_OK);
	scep_message_free(reply);
	buf_clear(&certs);
}

/* --- cases --- */

static void enrols(void)
{
	struct fixture f;
	struct scep_message *reply = NULL;
	struct buf certs = { 0 };

	fixture_start(&f);
	UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ 0 }, &reply, &certs));
	expect_certificate_of(&certs, f.client_key);
	CU_ASSERT_EQUAL(f.store->lookup_count, 1);
	CU_ASSERT_EQUAL(f.store->commit_count, 1);
	CU_ASSERT_EQUAL(f.store->refuse_count, 0);
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&f.log_text), ERR_OK);
	CU_ASSERT_PTR_NULL(strstr((const char *)f.log_text.ptr, FIXTURE_CHALLENGE));
	scep_message_free(reply);
	buf_clear(&certs);
	fixture_stop(&f);
}

static void repeats(void)
{
	struct fixture f;
	struct scep_request_plan plan;
	struct buf message = { 0 }, first = { 0 }, second = { 0 };
	struct scep_message *one = NULL, *two = NULL;

	fixture_start(&f);
	fixture_message(&f, &(struct fixture_request){ 0 }, &message, &plan);
	UNIT_ERR(ERR_OK, fixture_post(&f, &message, &plan, &one, &first));
	UNIT_ERR(ERR_OK, fixture_post(&f, &message, &plan, &two, &second));
	UNIT_BYTES(buf_bytes(&first), buf_bytes(&second));
	CU_ASSERT_FALSE(bytes_is_equal(one->sender_nonce, two->sender_nonce));
	CU_ASSERT_EQUAL(f.store->commit_count, 1);
	scep_message_free(one);
	scep_message_free(two);
	buf_clear(&message);
	buf_clear(&first);
	buf_clear(&second);
	fixture_stop(&f);
}

static void same_transaction_other_key(void)
{
	struct fixture f;
	struct buf first = { 0 }, second = { 0 };
	struct scep_message *reply = NULL;

	fixture_start(&f);
	UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ 0 }, &reply, &first));
	scep_message_free(reply);
	reply = NULL;
	/* The right transactionID with another key and a wrong challenge gets nothing. */
	UNIT_ERR(ERR_SCEP_FAILURE, fixture_enrol(&f, &(struct fixture_request){ .csr_key = fixture_other_key(), .signer_key = fixture_other_key(), .challenge = "wrong challenge" }, &reply, &second));
	CU_ASSERT_EQUAL(second.len, 0);
	CU_ASSERT_EQUAL(f.store->commit_count, 1);
	scep_message_free(reply);
	buf_clear(&first);
	buf_clear(&second);
	fixture_stop(&f);
}

static void challenges(void)
{
	static const struct { const char *name, *challenge; bool mode_none; int64_t expires_utc; bool is_good; } rows[] = {
		{ "right", FIXTURE_CHALLENGE, false, 0, true },
		{ "wrong", "correct horse batterz", false, 0, false },
		{ "longer by one", FIXTURE_CHALLENGE "x", false, 0, false },
		{ "none at all", "", false, 0, false },
		{ "endpoint has no challenge mode", FIXTURE_CHALLENGE, true, 0, false },
		{ "expires this second", FIXTURE_CHALLENGE, false, FIXTURE_NOW_UTC, false },
		{ "expires in a second", FIXTURE_CHALLENGE, false, FIXTURE_NOW_UTC + 1, true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct fixture_request request = { .challenge = rows[i].challenge };

		unit_row(rows[i].name);
		fixture_start(&f);
		f.store->challenge_mode = rows[i].mode_none ? ENDPOINT_CHALLENGE_NONE : ENDPOINT_CHALLENGE_STATIC;
		f.store->challenge_expires_utc = rows[i].expires_utc;
		if (rows[i].is_good) {
			struct scep_message *reply = NULL;
			struct buf certs = { 0 };

			UNIT_ERR(ERR_OK, fixture_enrol(&f, &request, &reply, &certs));
			scep_message_free(reply);
			buf_clear(&certs);
		} else {
			expect_refused(&f, &request, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
		}
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void only_pkcs_req(void)
{
	struct fixture f;

	fixture_start(&f);
	for (int type = 0; type < 100; type++) {
		struct scep_message *reply = NULL;
		struct buf certs = { 0 };
		char row[32];

		if (type == SCEP_PKCS_REQ || type == SCEP_RENEWAL_REQ || type == SCEP_CERT_REP || type == 0)
			continue;
		if (type == SCEP_CERT_POLL || type == SCEP_GET_CERT || type == SCEP_GET_CRL)
			continue; /* served, and never issue: test_messages */
		snprintf(row, sizeof row, "messageType %d", type);
		unit_row(row);
		UNIT_ERR(ERR_SCEP_FAILURE, fixture_enrol(&f, &(struct fixture_request){ .type = type }, &reply, &certs));
		CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
		CU_ASSERT_EQUAL(reply->fail_info, FAIL_BAD_REQUEST);
		UNIT_ERR(ERR_SCEP_MESSAGE_TYPE, f.store->refused_error);
		CU_ASSERT_EQUAL(f.store->lookup_count, 0);
		scep_message_free(reply);
		fixture_forget();
	}
	unit_row(NULL);
	fixture_stop(&f);
}

/* The reference differs from one answer to the next; all else must not. */
static void cut_reference(struct buf *text)
{
	const size_t reference_len = sizeof("reference : ") - 1 + ENROLMENT_REFERENCE_LEN;
	struct buf rest = { 0 };

	CU_ASSERT_FATAL(text->len > reference_len);
	CU_ASSERT_EQUAL_FATAL(buf_append(&rest, bytes_from(text->ptr + reference_len, text->len - reference_len)), ERR_OK);
	buf_move(text, &rest);
}

static void one_answer_before_proof(void)
{
	static const struct { const char *name; struct fixture_request request; enum err recorded; } rows[] = {
		{ "no certification request inside", { .no_csr = true }, ERR_CSR_SYNTAX },
		{ "its signature is wrong", { .spoil_csr_signature = true }, ERR_CSR_SIGNATURE },
		{ "made for another key", { .for_old_ra = true }, ERR_CMS_DECRYPT },
	};
	struct buf first = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct buf text = { 0 };

		unit_row(rows[i].name);
		fixture_start(&f);
		expect_refused(&f, &rows[i].request, FAIL_BAD_REQUEST, rows[i].recorded, &text);
		cut_reference(&text);
		if (i == 0)
			buf_move(&first, &text);
		else
			UNIT_BYTES(buf_bytes(&first), buf_bytes(&text));
		buf_clear(&text);
		fixture_stop(&f);
	}
	unit_row(NULL);
	buf_clear(&first);
}

static void reference_is_everywhere(void)
{
	struct fixture f;
	struct buf text = { 0 };

	fixture_start(&f);
	expect_refused(&f, &(struct fixture_request){ .challenge = "wrong challenge" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, &text);
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&text), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&f.log_text), ERR_OK);
	CU_ASSERT_EQUAL(strlen(f.store->refused_reference), ENROLMENT_REFERENCE_LEN);
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)text.ptr, f.store->refused_reference));
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)f.log_text.ptr, f.store->refused_reference));
	CU_ASSERT_PTR_NULL(strstr((const char *)f.log_text.ptr, "wrong challenge"));
	buf_clear(&text);
	fixture_stop(&f);
}

static void policy_refuses(void)
{
	struct fixture f;

	fixture_start(&f);
	expect_refused(&f, &(struct fixture_request){ .ask_ca = true }, FAIL_BAD_REQUEST, ERR_POLICY, NULL);
	fixture_stop(&f);
	fixture_start(&f);
	expect_refused(&f, &(struct fixture_request){ .subject = "CN=device-1,O=Evil" }, FAIL_BAD_REQUEST, ERR_POLICY, NULL);
	fixture_stop(&f);
}

static void cipher_not_allowed(void)
{
	struct fixture f;
	struct scep_request_plan plan;
	struct scep_answer answer = { 0 };
	struct buf message = { 0 }, text = { 0 };

	fixture_start(&f);
	fixture_message(&f, &(struct fixture_request){ .cipher = CIPHER_DES_CBC }, &message, &plan);
	UNIT_ERR(ERR_ALG_CIPHER, scep_serve(&f.service, &(struct scep_call){ .application = bytes_from_str("corp"), .profile = bytes_from_str("phones"), .is_post = true,
		.body = buf_bytes(&message), .client_address = "", .user_agent = "" }, &answer, &text));
	CU_ASSERT_EQUAL(err_http_status(ERR_ALG_CIPHER), 400);
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&text), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)text.ptr, "1.3.14.3.2.7"));
	CU_ASSERT_EQUAL(f.store->refuse_count, 1);
	CU_ASSERT_EQUAL(f.store->commit_count, 0);
	buf_clear(&message);
	buf_clear(&text);
	fixture_stop(&f);
}

static void legacy_allowed_by_name(void)
{
	struct fixture f;
	struct scep_message *reply = NULL;
	struct buf certs = { 0 };

	fixture_start(&f);
	f.store->has_legacy_algorithms = true;
	UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ .cipher = CIPHER_DES_CBC, .digest = DIGEST_MD5 }, &reply, &certs));
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	CU_ASSERT_EQUAL(reply->cms->digest, DIGEST_MD5);
	CU_ASSERT_EQUAL(reply->envelope->cipher, CIPHER_DES_CBC);
	scep_message_free(reply);
	buf_clear(&certs);
	fixture_stop(&f);
}

static void digest_not_allowed(void)
{
	struct fixture f;

	fixture_start(&f);
	expect_refused(&f, &(struct fixture_request){ .digest = DIGEST_MD5 }, FAIL_BAD_ALG, ERR_ALG_DIGEST, NULL);
	fixture_stop(&f);
}

static void reply_mirrors(void)
{
	static const struct { enum cipher cipher; enum digest digest; } rows[] = {
		{ CIPHER_AES128_CBC, DIGEST_SHA256 }, { CIPHER_AES256_CBC, DIGEST_SHA512 }, { CIPHER_DES3_CBC, DIGEST_SHA1 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct scep_message *reply = NULL;
		struct buf certs = { 0 };

		unit_row(cipher_name(rows[i].cipher));
		fixture_start(&f);
		UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ .cipher = rows[i].cipher, .digest = rows[i].digest }, &reply, &certs));
		CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
		CU_ASSERT_EQUAL(reply->cms->digest, rows[i].digest);
		CU_ASSERT_EQUAL(reply->envelope->cipher, rows[i].cipher);
		scep_message_free(reply);
		buf_clear(&certs);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void spoiled_signature(void)
{
	struct fixture f;
	struct scep_request_plan plan;
	struct buf message = { 0 }, certs = { 0 };
	struct scep_message *reply = NULL;

	fixture_start(&f);
	fixture_message(&f, &(struct fixture_request){ 0 }, &message, &plan);
	message.ptr[message.len - 1] ^= 1; /* the last octet of the signature value */
	UNIT_ERR(ERR_SCEP_FAILURE, fixture_post(&f, &message, &plan, &reply, &certs));
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	CU_ASSERT_EQUAL(reply->fail_info, FAIL_BAD_MESSAGE_CHECK);
	CU_ASSERT_EQUAL(f.store->lookup_count, 0);
	scep_message_free(reply);
	buf_clear(&message);
	buf_clear(&certs);
	fixture_stop(&f);
}

static void signer_key_differs(void)
{
	struct fixture f;
	struct scep_message *reply = NULL;
	struct buf certs = { 0 };

	fixture_start(&f);
	UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ .csr_key = fixture_other_key() }, &reply, &certs));
	expect_certificate_of(&certs, fixture_other_key());
	scep_message_free(reply);
	buf_clear(&certs);
	fixture_stop(&f);
}

static void older_ra_key_decrypts(void)
{
	struct fixture f;
	struct scep_message *reply = NULL;
	struct buf certs = { 0 };

	fixture_start(&f);
	f.store->has_two_ra = true;
	UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ .for_old_ra = true }, &reply, &certs));
	scep_message_free(reply);
	buf_clear(&certs);
	fixture_stop(&f);
}

static void stale_endpoint_is_loaded_again(void)
{
	struct fixture f;
	struct scep_message *reply = NULL;
	struct buf certs = { 0 };

	fixture_start(&f);
	UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ 0 }, &reply, &certs));
	scep_message_free(reply);
	reply = NULL;
	buf_reset(&certs);
	CU_ASSERT_EQUAL(f.store->load_count, 1);
	f.store->version = 2; /* changed, and no notification came */
	UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ .transaction_id = "T2" }, &reply, &certs));
	CU_ASSERT_EQUAL(f.store->load_count, 2);
	scep_message_free(reply);
	buf_clear(&certs);
	fixture_stop(&f);
}

static void trouble_issues_nothing(void)
{
	static const struct { enum err lookup, commit; int status; } rows[] = {
		{ ERR_DB_AWAY, ERR_OK, 503 }, { ERR_OK, ERR_DB_AWAY, 503 }, { ERR_DB, ERR_OK, 500 }, { ERR_STALE, ERR_OK, 503 }, { ERR_OK, ERR_STALE, 503 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct scep_message *reply = NULL;
		struct buf certs = { 0 };
		enum err e;

		fixture_start(&f);
		f.store->lookup_error = rows[i].lookup;
		f.store->commit_error = rows[i].commit;
		e = fixture_enrol(&f, &(struct fixture_request){ 0 }, &reply, &certs);
		CU_ASSERT_EQUAL(err_http_status(e), rows[i].status);
		CU_ASSERT_EQUAL(f.store->issued_der.len, 0);
		CU_ASSERT_EQUAL(certs.len, 0);
		buf_clear(&certs);
		fixture_stop(&f);
	}
}

static const struct unit_case cases[] = {
	{ "a PKCSReq with the right challenge gets a certificate for its key, alone in the reply (RFC 8894 section 3.3.2.1)", enrols },
	{ "the same request again gets the same certificate under a fresh senderNonce, and is recorded once", repeats },
	{ "the same transactionID from another key gets nothing of the first", same_transaction_other_key },
	{ "only a live static challenge authorises; nothing configured refuses", challenges },
	{ "a messageType that is not served, 18 first of all, is refused before anything is looked up (RFC 8894 section 3.2.1.2)", only_pkcs_req },
	{ "all failures before the proof of possession have one answer", one_answer_before_proof },
	{ "one reference stands in the reply, the log and the audit row; the challenge in none", reference_is_everywhere },
	{ "the policy's refusal issues nothing", policy_refuses },
	{ "a content cipher that is not allowed is HTTP 400 with its OID", cipher_not_allowed },
	{ "DES and MD5 are served where the endpoint names them", legacy_allowed_by_name },
	{ "a digest that is not allowed is badAlg (RFC 8894 section 3.2.1.4)", digest_not_allowed },
	{ "the reply mirrors digest and cipher of the request", reply_mirrors },
	{ "a wrong signature is badMessageCheck and nothing is looked up (RFC 8894 section 3.2.1.4)", spoiled_signature },
	{ "the signer's key may differ from the request's (RFC 8894 section 2.3)", signer_key_differs },
	{ "an older RA key still decrypts", older_ra_key_decrypts },
	{ "a stale endpoint is loaded again and the request is served", stale_endpoint_is_loaded_again },
	{ "trouble with the database issues nothing", trouble_issues_nothing },
};

UNIT_MAIN("pki_operation", cases)
