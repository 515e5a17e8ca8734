#include <config.h>

#include <string.h>

#include "pki/name.h"
#include "scep/body.h"
#include "scep/next_ca.h"
#include "service/fixture.h"

/* --- helpers --- */

static void expect_failure(struct fixture *f, const struct fixture_request *request, enum fail_info fail_info, enum err recorded)
{
	struct scep_message *reply = NULL;
	struct buf content = { 0 };

	f->store->refuse_count = 0;
	UNIT_ERR(ERR_SCEP_FAILURE, fixture_enrol(f, request, &reply, &content));
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	CU_ASSERT_EQUAL(reply->fail_info, fail_info);
	CU_ASSERT_EQUAL(f->store->refuse_count, 1);
	fixture_refused_with(f, recorded);
	scep_message_free(reply);
	buf_clear(&content);
}

static enum err enrol(struct fixture *f, const struct fixture_request *request, struct buf *content)
{
	struct scep_message *reply = NULL;
	enum err e = fixture_enrol(f, request, &reply, content);

	scep_message_free(reply);
	return e;
}

static void expect_certificates(const struct buf *content, size_t expected)
{
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf der = { 0 };
	size_t count = 0;

	CU_ASSERT_EQUAL_FATAL(cms_certs_only_parse(buf_bytes(content), &der, found, &count, NULL), ERR_OK);
	CU_ASSERT_EQUAL(count, expected);
	buf_clear(&der);
}

/* IssuerAndSerialNumber of a certificate of the CA in the fixture, or of another. */
static void name_certificate(struct buf *out, const char *issuer, const char *serial)
{
	struct buf name = { 0 };

	CU_ASSERT_EQUAL_FATAL(name_parse_text(issuer, &name, NULL), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(scep_issuer_and_serial_encode(buf_bytes(&name), bytes_from_str(serial), out), ERR_OK);
	buf_clear(&name);
}

static enum err get(struct fixture *f, const char *query, struct scep_answer *answer, struct buf *text)
{
	return scep_serve(&f->service, &(struct scep_call){ .application = bytes_from_str("corp"), .profile = bytes_from_str("phones"), .query = bytes_from_str(query),
		.client_address = "", .user_agent = "" }, answer, text);
}

/* --- pending --- */

static void pends_and_issues(void)
{
	struct fixture f;
	struct buf content = { 0 };

	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ 0 }, &content));
	CU_ASSERT_EQUAL(f.store->pend_count, 1);
	CU_ASSERT_EQUAL(f.store->commit_count, 0);
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL }, &content));
	f.store->state = ENROLMENT_APPROVED;
	UNIT_ERR(ERR_OK, enrol(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL }, &content));
	expect_certificates(&content, 1);
	CU_ASSERT_EQUAL(f.store->commit_count, 1);
	buf_clear(&content);
	UNIT_ERR(ERR_OK, enrol(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL }, &content));
	CU_ASSERT_EQUAL(f.store->commit_count, 1);
	buf_clear(&content);
	fixture_stop(&f);
}

static void repeat_is_a_poll(void)
{
	struct fixture f;
	struct scep_request_plan plan;
	struct scep_message *reply = NULL;
	struct buf message = { 0 }, content = { 0 };

	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	fixture_message(&f, &(struct fixture_request){ 0 }, &message, &plan);
	UNIT_ERR(ERR_SCEP_PENDING, fixture_post(&f, &message, &plan, &reply, &content));
	scep_message_free(reply);
	reply = NULL;
	UNIT_ERR(ERR_SCEP_PENDING, fixture_post(&f, &message, &plan, &reply, &content));
	scep_message_free(reply);
	reply = NULL;
	CU_ASSERT_EQUAL(f.store->pend_count, 1);
	f.store->state = ENROLMENT_APPROVED;
	UNIT_ERR(ERR_OK, fixture_post(&f, &message, &plan, &reply, &content));
	CU_ASSERT_EQUAL(f.store->commit_count, 1);
	scep_message_free(reply);
	buf_clear(&message);
	buf_clear(&content);
	fixture_stop(&f);
}

static void pending_needs_the_challenge(void)
{
	struct fixture f;
	struct buf content = { 0 };

	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	expect_failure(&f, &(struct fixture_request){ .challenge = "wrong challenge" }, FAIL_BAD_REQUEST, ERR_CHALLENGE);
	CU_ASSERT_EQUAL(f.store->pend_count, 0);
	fixture_stop(&f);
	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	f.store->challenge_mode = ENDPOINT_CHALLENGE_NONE;
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ .challenge = "" }, &content));
	fixture_stop(&f);
}

static void denial_reaches_the_device(void)
{
	struct fixture f;
	struct scep_message *reply = NULL;
	struct buf content = { 0 }, text = { 0 };

	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ 0 }, &content));
	f.store->state = ENROLMENT_DENIED;
	f.store->reason = "not one of ours";
	UNIT_ERR(ERR_SCEP_FAILURE, fixture_enrol(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL }, &reply, &content));
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	CU_ASSERT_EQUAL(reply->fail_info, FAIL_BAD_REQUEST);
	CU_ASSERT_EQUAL_FATAL(buf_append(&text, reply->fail_info_text), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&text), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)text.ptr, "not one of ours"));
	scep_message_free(reply);
	buf_clear(&text);
	fixture_stop(&f);
}

static void stolen_transaction_id(void)
{
	struct fixture f;
	struct buf content = { 0 };

	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ 0 }, &content));
	/* The same answer for somebody else's transaction and for none at all. */
	expect_failure(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL, .signer_key = fixture_other_key() }, FAIL_BAD_CERT_ID, ERR_CERT_ID);
	expect_failure(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL, .transaction_id = "T9" }, FAIL_BAD_CERT_ID, ERR_CERT_ID);
	fixture_stop(&f);
}

static bool holds(const struct buf *buf, struct bytes part)
{
	return memmem(buf->ptr, buf->len, part.ptr, part.len) != NULL;
}

static void challenge_is_not_stored(void)
{
	struct fixture f;
	struct buf content = { 0 };

	fixture_start(&f);
	UNIT_ERR(ERR_OK, enrol(&f, &(struct fixture_request){ 0 }, &content));
	CU_ASSERT_FALSE(holds(&f.store->csr_der, bytes_from_str(FIXTURE_CHALLENGE)));
	/* What is kept still says what was asked, and for which key. */
	CU_ASSERT_TRUE(holds(&f.store->csr_der, bytes_from_str("device-1")));
	CU_ASSERT_TRUE(holds(&f.store->csr_der, key_get_spki(f.client_key)));
	buf_clear(&content);
	fixture_stop(&f);
	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ 0 }, &content));
	CU_ASSERT_FALSE(holds(&f.store->csr_der, bytes_from_str(FIXTURE_CHALLENGE)));
	CU_ASSERT_FALSE(holds(&f.store->csr_der, bytes_from_str("device-1")));
	fixture_stop(&f);
}

static void approval_is_for_what_was_shown(void)
{
	struct fixture f;
	struct buf content = { 0 };

	/* Somebody who can write to the database shows the operator another name. */
	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ 0 }, &content));
	f.store->state = ENROLMENT_APPROVED;
	buf_reset(&f.store->subject);
	CU_ASSERT_EQUAL_FATAL(buf_append_str(&f.store->subject, "CN=harmless-printer"), ERR_OK);
	expect_failure(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL }, FAIL_BAD_REQUEST, ERR_APPROVAL);
	CU_ASSERT_EQUAL(f.store->commit_count, 0);
	fixture_stop(&f);
	/* Or changes the stored request. */
	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ 0 }, &content));
	f.store->state = ENROLMENT_APPROVED;
	f.store->csr_der.ptr[f.store->csr_der.len / 2] ^= 1;
	expect_failure(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL }, FAIL_BAD_REQUEST, ERR_APPROVAL);
	CU_ASSERT_EQUAL(f.store->commit_count, 0);
	fixture_stop(&f);
}

/* --- RenewalReq, GetCert, GetCRL, GetNextCACert --- */

static void renewal_needs_a_right(void)
{
	struct fixture f;
	struct buf content = { 0 };

	fixture_start(&f);
	UNIT_ERR(ERR_OK, enrol(&f, &(struct fixture_request){ .type = SCEP_RENEWAL_REQ }, &content));
	buf_clear(&content);
	fixture_stop(&f);
	fixture_start(&f);
	expect_failure(&f, &(struct fixture_request){ .type = SCEP_RENEWAL_REQ, .challenge = "" }, FAIL_BAD_REQUEST, ERR_CHALLENGE);
	fixture_stop(&f);
}

static void gets_a_certificate(void)
{
	static const struct { const char *name, *issuer, *serial; bool is_known, is_good; } rows[] = {
		{ "its own CA, known requester", "CN=Test CA", "\x2a", true, true },
		{ "unknown requester", "CN=Test CA", "\x2a", false, false },
		{ "unknown serial number", "CN=Test CA", "\x2b", true, false },
		{ "another CA", "CN=Other CA", "\x2a", true, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct buf body = { 0 }, content = { 0 };
		struct fixture_request request = { .type = SCEP_GET_CERT };

		unit_row(rows[i].name);
		fixture_start(&f);
		f.store->knows_requester = rows[i].is_known;
		name_certificate(&body, rows[i].issuer, rows[i].serial);
		request.content = buf_bytes(&body);
		if (rows[i].is_good) {
			UNIT_ERR(ERR_OK, enrol(&f, &request, &content));
			expect_certificates(&content, 1);
		} else {
			expect_failure(&f, &request, FAIL_BAD_CERT_ID, ERR_CERT_ID);
		}
		buf_clear(&body);
		buf_clear(&content);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void nothing_behind_the_envelope_shows(void)
{
	static const int types[] = { SCEP_GET_CERT, SCEP_GET_CRL };

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct fixture f;

		fixture_start(&f);
		f.store->has_crl = true;
		f.store->knows_requester = true;
		expect_failure(&f, &(struct fixture_request){ .type = types[i], .no_csr = true }, FAIL_BAD_CERT_ID, ERR_CERT_ID);
		expect_failure(&f, &(struct fixture_request){ .type = types[i], .for_old_ra = true }, FAIL_BAD_CERT_ID, ERR_CERT_ID);
		CU_ASSERT_EQUAL(f.store->commit_count, 0);
		fixture_stop(&f);
	}
}

static void no_crl_yet(void)
{
	struct fixture f;
	struct buf body = { 0 };

	fixture_start(&f);
	name_certificate(&body, "CN=Test CA", "\x01");
	expect_failure(&f, &(struct fixture_request){ .type = SCEP_GET_CRL, .content = buf_bytes(&body) }, FAIL_BAD_CERT_ID, ERR_CERT_ID);
	buf_clear(&body);
	fixture_stop(&f);
}

static void next_ca(void)
{
	struct fixture f;
	struct scep_answer answer = { 0 };
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf text = { 0 }, der = { 0 };
	size_t count = 0;

	fixture_start(&f);
	f.store->has_next_ca = true;
	UNIT_ERR(ERR_OK, get(&f, "operation=GetCACaps", &answer, &text));
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&answer.body), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)answer.body.ptr, "GetNextCACert\n"));
	buf_clear(&answer.body);
	UNIT_ERR(ERR_OK, get(&f, "operation=GetNextCACert", &answer, &text));
	CU_ASSERT_STRING_EQUAL(answer.media_type, "application/x-x509-next-ca-cert");
	CU_ASSERT_EQUAL(scep_next_ca_open(buf_bytes(&answer.body), f.ca_cert, &der, found, &count, NULL), ERR_OK);
	CU_ASSERT_EQUAL(count, 1);
	buf_clear(&der);
	buf_clear(&answer.body);
	fixture_stop(&f);
}

/* --- shapes and keys --- */

static void ca_plays_ra(void)
{
	struct fixture f;
	struct scep_answer answer = { 0 };
	struct buf text = { 0 }, content = { 0 };

	fixture_start(&f);
	f.store->ca_plays_ra = true;
	f.store->has_no_ra = true;
	UNIT_ERR(ERR_OK, get(&f, "operation=GetCACert", &answer, &text));
	CU_ASSERT_STRING_EQUAL(answer.media_type, "application/x-x509-ca-cert");
	UNIT_BYTES(buf_bytes(&f.ca_cert->der), buf_bytes(&answer.body));
	UNIT_ERR(ERR_OK, enrol(&f, &(struct fixture_request){ .for_ca = true }, &content));
	buf_clear(&answer.body);
	buf_clear(&content);
	fixture_stop(&f);
}

static void chain_in_the_reply(void)
{
	static const struct { const char *name; bool append, no_root; size_t count; } rows[] = {
		{ "not appended", false, false, 1 }, { "appended", true, false, 2 }, { "appended; the issuing CA stays, though it is the root", true, true, 2 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct buf content = { 0 };

		unit_row(rows[i].name);
		fixture_start(&f);
		f.store->append_chain = rows[i].append;
		f.store->leave_root_out = rows[i].no_root;
		UNIT_ERR(ERR_OK, enrol(&f, &(struct fixture_request){ 0 }, &content));
		expect_certificates(&content, rows[i].count);
		buf_clear(&content);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void ec_requester(void)
{
	struct fixture f;
	struct fixture_request request = { .signer_key = fixture_ec_key(), .csr_key = fixture_ec_key() };
	struct buf content = { 0 };

	fixture_start(&f);
	request.signer_key = fixture_ec_key();
	request.csr_key = fixture_ec_key();
	expect_failure(&f, &request, FAIL_BAD_ALG, ERR_ALG_KEY_TRANSPORT);
	CU_ASSERT_EQUAL(f.store->lookup_count, 0);
	fixture_stop(&f);
	fixture_start(&f);
	f.store->password_recipient = true;
	UNIT_ERR(ERR_OK, enrol(&f, &request, &content));
	expect_certificates(&content, 1);
	buf_clear(&content);
	/* Nor is a reply enveloped under the challenge for another key than the one that is certified. */
	expect_failure(&f, &(struct fixture_request){ .signer_key = fixture_ec_key(), .transaction_id = "T2" }, FAIL_BAD_ALG, ERR_ALG_KEY_TRANSPORT);
	/* Without a challenge there is nothing to envelope the reply for. */
	request.challenge = "";
	expect_failure(&f, &request, FAIL_BAD_ALG, ERR_ALG_KEY_TRANSPORT);
	fixture_stop(&f);
}

static void keys_of_the_endpoint(void)
{
	struct fixture f;

	fixture_start(&f);
	expect_failure(&f, &(struct fixture_request){ .csr_key = fixture_large_key() }, FAIL_BAD_ALG, ERR_ALG_KEY);
	CU_ASSERT_EQUAL(f.store->commit_count, 0);
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "a request that needs approval is PENDING until an operator decides, and the next poll issues (RFC 8894 section 3.3.3)", pends_and_issues },
	{ "the same request again is a poll (micromdm's client never polls otherwise)", repeat_is_a_poll },
	{ "approval does not replace the challenge, where there is one", pending_needs_the_challenge },
	{ "a denial reaches the device with the operator's reason", denial_reaches_the_device },
	{ "neither an issued nor a pending request leaves the challenge in the database", challenge_is_not_stored },
	{ "an approval is for the names that the operator saw and for the request as it came", approval_is_for_what_was_shown },
	{ "a stolen transactionID tells nothing: badCertId as for none", stolen_transaction_id },
	{ "a RenewalReq needs a right as a PKCSReq does (RFC 8894 section 2.4)", renewal_needs_a_right },
	{ "GetCert is for those who hold a certificate of the endpoint; everything else is one badCertId (RFC 8894 section 4.5)", gets_a_certificate },
	{ "GetCert and GetCRL have one answer for all that is wrong behind the envelope", nothing_behind_the_envelope_shows },
	{ "GetCRL without a published CRL is badCertId (RFC 8894 section 4.6)", no_crl_yet },
	{ "GetNextCACert is signed by the current CA and advertised (RFC 8894 section 4.7)", next_ca },
	{ "where the CA plays RA, GetCACert is its certificate alone and its key decrypts and signs (RFC 8894 section 4.2.1.1)", ca_plays_ra },
	{ "the chain follows the issued certificate where the endpoint says so (RFC 8894 section 3.4)", chain_in_the_reply },
	{ "an EC requester is answered under the challenge where that is allowed, and else refused before anything is looked up (RFC 8894 section 3.1)", ec_requester },
	{ "a key that the endpoint's list does not name is badAlg", keys_of_the_endpoint },
};

UNIT_MAIN("messages", cases)
