#include <config.h>

#include <string.h>

#include "scep/body.h"
#include "service/outcome.h"

/*
 * The second half of the attacks that test_attacks.c lists: not on who may enrol, but on what lies around it. Secrets, transactions, the inventory, replies, ciphers,
 * costs, the queue, other devices, and errors.
 */

#define DYNAMIC "0123456789ABCDEF0123456789ABCDEF"

static void stop(struct fixture *f)
{
	crafted_forget();
	fixture_stop(f);
}

static bool holds(const struct buf *buf, const char *secret)
{
	return buf->len > 0 && memmem(buf->ptr, buf->len, secret, strlen(secret)) != NULL;
}

/* --- secrets --- */

/* Nothing that the store was given, or that was logged, holds the secret. */
static void check_kept(struct fixture *f, const char *secret)
{
	const struct fixture_store *seen = f->store;
	const struct buf *const kept[] = { &f->log_text, &seen->csr_der, &seen->issued_der, &seen->subject, &seen->sans, &seen->notes, &seen->because, &seen->refused_detail,
		&seen->attempt, &seen->transaction_id, &seen->csr_sha256, &seen->requester };

	for (size_t i = 0; i < sizeof kept / sizeof kept[0]; i++)
		CU_ASSERT_FALSE(holds(kept[i], secret));
}

static void secrets(void)
{
	static const struct { const char *challenge; enum endpoint_challenge_mode mode; enum endpoint_approval approval; bool is_dead; enum err answer; } rows[] = {
		{ FIXTURE_CHALLENGE, ENDPOINT_CHALLENGE_STATIC, ENDPOINT_APPROVAL_NONE, false, ERR_OK },
		{ FIXTURE_CHALLENGE, ENDPOINT_CHALLENGE_STATIC, ENDPOINT_APPROVAL_ALWAYS, false, ERR_SCEP_PENDING },
		{ DYNAMIC, ENDPOINT_CHALLENGE_DYNAMIC, ENDPOINT_APPROVAL_NONE, false, ERR_OK },
		{ DYNAMIC, ENDPOINT_CHALLENGE_DYNAMIC, ENDPOINT_APPROVAL_ALWAYS, false, ERR_SCEP_PENDING },
		{ DYNAMIC, ENDPOINT_CHALLENGE_DYNAMIC, ENDPOINT_APPROVAL_NONE, true, ERR_SCEP_FAILURE },
		{ "nearly the right one", ENDPOINT_CHALLENGE_BOTH, ENDPOINT_APPROVAL_NONE, false, ERR_SCEP_FAILURE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scep_message *reply = NULL;
		struct buf content = { 0 };
		struct fixture f;

		unit_row(rows[i].challenge);
		fixture_start(&f);
		f.store->challenge_mode = rows[i].mode;
		f.store->approval = rows[i].approval;
		f.store->dynamic = (struct fixture_dynamic){ .text = DYNAMIC, .state = rows[i].is_dead ? ENROLMENT_CHALLENGE_EXPIRED : ENROLMENT_CHALLENGE_LIVE };
		UNIT_ERR(rows[i].answer, fixture_enrol(&f, &(struct fixture_request){ .challenge = rows[i].challenge }, &reply, &content));
		check_kept(&f, rows[i].challenge);
		CU_ASSERT_FALSE(holds(&content, rows[i].challenge));
		CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
		CU_ASSERT_FALSE(holds(&reply->cms->der, rows[i].challenge));
		scep_message_free(reply);
		buf_clear(&content);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void challenge_in_clear(void)
{
	struct bytes clear;
	struct fixture f;

	fixture_start(&f);
	clear = craft_attribute(OID_CHALLENGE_PASSWORD, craft_text(DER_PRINTABLE_STRING, FIXTURE_CHALLENGE));
	outcome_check(&f, "in clear alone", &(struct crafted){ .more = clear, .content = crafted_csr(&f, &(struct crafted_csr){ .no_challenge = true }) },
		refused(FAIL_BAD_REQUEST, ERR_CHALLENGE));
	outcome_check(&f, "in clear too", &(struct crafted){ .more = clear }, issued());
	check_kept(&f, FIXTURE_CHALLENGE);
	CU_ASSERT_PTR_NOT_NULL(strstr(fixture_text(&f.log_text), "challenge-in-clear"));
	stop(&f);
}

/* --- transactions, and the inventory --- */

static void one_challenge_twice(void)
{
	struct fixture f;
	struct fixture_request second = { .challenge = DYNAMIC, .transaction_id = "T2" };

	fixture_start(&f);
	second.csr_key = second.signer_key = fixture_other_key();
	f.store->challenge_mode = ENDPOINT_CHALLENGE_DYNAMIC;
	f.store->dynamic = (struct fixture_dynamic){ .text = DYNAMIC, .state = ENROLMENT_CHALLENGE_LIVE };
	fixture_expect_issued(&f, &(struct fixture_request){ .challenge = DYNAMIC }, "dynamic_challenge");
	fixture_expect_refused(&f, &second, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	/* At the same moment: both found it live, and the second commit finds it spent. */
	f.store->dynamic.state = ENROLMENT_CHALLENGE_LIVE;
	f.store->commit_error = ERR_CHALLENGE;
	second.transaction_id = "T3";
	fixture_expect_refused(&f, &second, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	stop(&f);
}

static void hijack(void)
{
	static const enum enrolment_state states[] = { ENROLMENT_PENDING, ENROLMENT_APPROVED, ENROLMENT_ISSUED, ENROLMENT_DENIED, ENROLMENT_NEW };
	struct buf first = { 0 };

	for (size_t i = 0; i < sizeof states / sizeof states[0]; i++) {
		struct scep_message *reply = NULL;
		struct buf content = { 0 }, text = { 0 };
		const char *told;
		struct fixture f;

		fixture_start(&f);
		f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
		UNIT_ERR(ERR_SCEP_PENDING, fixture_enrol(&f, &(struct fixture_request){ 0 }, &reply, &content));
		scep_message_free(reply);
		f.store->state = states[i];
		f.store->reason = "secret reason";
		/* The transactionID went over the wire in clear. Its state tells nothing to who has not the requester's key. */
		fixture_expect_refused(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL, .signer_key = fixture_other_key() }, FAIL_BAD_CERT_ID, ERR_CERT_ID, &text);
		CU_ASSERT_FALSE(holds(&text, "secret reason"));
		told = strrchr(fixture_text(&text), ':'); /* behind the reference */
		CU_ASSERT_PTR_NOT_NULL_FATAL(told);
		if (i == 0)
			CU_ASSERT_EQUAL(buf_append_str(&first, told), ERR_OK);
		UNIT_BYTES(buf_bytes(&first), bytes_from_str(told));
		/* Nor does a request of one's own under that transactionID bring it. */
		fixture_expect_refused(&f, &(struct fixture_request){ .signer_key = fixture_other_key(), .csr_key = fixture_other_key(), .challenge = "wrong challenge" }, FAIL_BAD_REQUEST,
			ERR_CHALLENGE, NULL);
		buf_clear(&text);
		fixture_stop(&f);
	}
	buf_clear(&first);
}

static void inventory(void)
{
	static const struct { const char *name, *issuer, *serial; bool is_known; } rows[] = {
		{ "a certificate that exists, from a stranger", "CN=Test CA", "\x2a", false }, { "one that does not exist", "CN=Test CA", "\x2b", true },
		{ "another CA's", "CN=Other CA", "\x2a", true },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf body = { 0 };

		unit_row(rows[i].name);
		f.store->knows_requester = rows[i].is_known;
		CU_ASSERT_EQUAL_FATAL(scep_issuer_and_serial_encode(craft_name(rows[i].issuer), bytes_from_str(rows[i].serial), &body), ERR_OK);
		fixture_expect_refused(&f, &(struct fixture_request){ .type = SCEP_GET_CERT, .content = buf_bytes(&body) }, FAIL_BAD_CERT_ID, ERR_CERT_ID, NULL);
		buf_clear(&body);
	}
	unit_row(NULL);
	stop(&f);
}

/* --- replies --- */

static void bound_reply(void)
{
	struct scep_message *reply = NULL;
	struct buf message = { 0 }, content = { 0 };
	struct scep_request_plan plan;
	struct bytes own;
	struct fixture f;

	fixture_start(&f);
	own = crafted_cert(&f, &(struct crafted_cert){ 0 });
	/* Certificates beside the signer's are no recipients. */
	crafted_message(&f, &(struct crafted){ .certificates = CRAFT_JOIN(own, buf_bytes(&f.old_ra_cert->der)),
		.content = crafted_csr(&f, &(struct crafted_csr){ .subject = craft_name("CN=device-99") }) }, &message, &plan);
	UNIT_ERR(ERR_OK, fixture_post(&f, &message, &plan, &reply, &content));
	CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
	CU_ASSERT_EQUAL(reply->envelope->recipient_count, 1);
	CU_ASSERT_FALSE(bytes_is_equal(reply->sender_nonce, plan.sender_nonce));
	UNIT_BYTES(plan.sender_nonce, reply->recipient_nonce);
	CU_ASSERT_TRUE(holds(&content, "device-99"));
	CU_ASSERT_FALSE(holds(&reply->cms->der, "device-99")); /* nothing of what was issued in the clear */
	scep_message_free(reply);
	buf_clear(&message);
	buf_clear(&content);
	stop(&f);
}

static void broken_ciphers(void)
{
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "single DES", &(struct crafted){ .cipher = CIPHER_DES_CBC }, http_error(ERR_ALG_CIPHER));
	outcome_check(&f, "MD5", &(struct crafted){ .digest = DIGEST_MD5 }, refused(FAIL_BAD_ALG, ERR_ALG_DIGEST));
	stop(&f);
}

/* --- costs, the queue, other devices --- */

static void costs(void)
{
	struct bytes recipients, certificates, own;
	struct fixture f;

	fixture_start(&f);
	outcome_check(&f, "a message of more than 65536 octets", &(struct crafted){ .encrypted_content = CRAFT(DER_CONTEXT(0), craft_octets(0, 65536)) }, http_error(ERR_HTTP_TOO_LARGE));
	own = crafted_cert(&f, &(struct crafted_cert){ 0 });
	certificates = own;
	for (int i = 0; i < CMS_MAX_CERTIFICATES; i++)
		certificates = CRAFT_JOIN(certificates, buf_bytes(&f.ca_cert->der));
	outcome_check(&f, "certificates", &(struct crafted){ .certificates = certificates }, http_error(ERR_ASN1_LIMIT));
	recipients = craft_none();
	for (int i = 0; i < 17; i++)
		recipients = CRAFT_JOIN(recipients, crafted_recipient(&f, &(struct crafted_recipient){ 0 }));
	outcome_check(&f, "recipients", &(struct crafted){ .recipients = recipients }, refused(FAIL_BAD_REQUEST, ERR_CMS_DECRYPT));
	outcome_check(&f, "names", &(struct crafted){ .content = crafted_csr(&f, &(struct crafted_csr){ .more = crafted_extension_request(OID_EXTENSION_REQUEST, crafted_san(65)) }) },
		refused(FAIL_BAD_REQUEST, ERR_CSR_SYNTAX));
	outcome_check(&f, "a challenge", &(struct crafted){ .content = crafted_csr(&f, &(struct crafted_csr){ .challenge = CRAFT(DER_UTF8_STRING, craft_octets('a', 8193)) }) },
		refused(FAIL_BAD_REQUEST, ERR_CSR_SYNTAX));
	CU_ASSERT_EQUAL(f.store->lookup_count, 0);
	/* Guessing costs slow hashes, until the address must wait. */
	f.store->blocked_s = 60;
	outcome_check(&f, "guesses", &(struct crafted){ 0 }, refused(FAIL_BAD_REQUEST, ERR_THROTTLED));
	stop(&f);
}

static void full_queue(void)
{
	struct fixture f;

	fixture_start(&f);
	f.store->challenge_mode = ENDPOINT_CHALLENGE_NONE;
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	f.store->pend_error = ERR_APPROVAL;
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "" }, FAIL_BAD_REQUEST, ERR_APPROVAL, NULL);
	stop(&f);
}

/* A challenge that many share, and another's name: what he has stays as it is. The services have no way to revoke at all, which the linker of this program proves. */
static void another_devices_name(void)
{
	struct fixture f;
	struct cert *victim;

	fixture_start(&f);
	victim = fixture_certificate(&f, &(struct fixture_certificate){ .key = fixture_other_key() });
	f.store->known_certificate = victim;
	f.store->known_state = ENROLMENT_SIGNER_LIVE;
	fixture_expect_issued(&f, &(struct fixture_request){ 0 }, "static_challenge");
	CU_ASSERT_EQUAL(f.store->renewal_of, 0);
	CU_ASSERT_EQUAL(f.store->known_state, ENROLMENT_SIGNER_LIVE);
	fixture_expect_issued(&f, &(struct fixture_request){ .signer = victim, .signer_key = fixture_other_key(), .challenge = "", .transaction_id = "T2" }, "renewal");
	cert_free(victim);
	stop(&f);
}

/* --- errors --- */

static void every_refusal_is_signed(void)
{
	struct fixture f;

	/* outcome_check() opens the CertRep, which verifies its signature by the RA's key. */
	fixture_start(&f);
	outcome_check(&f, "unknown type", &(struct crafted){ .type = 18 }, refused(FAIL_BAD_REQUEST, ERR_SCEP_MESSAGE_TYPE));
	outcome_check(&f, "wrong digest of the content", &(struct crafted){ .message_digest = CRAFT(DER_OCTET_STRING, craft_octets(1, 32)) }, refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	outcome_check(&f, "no envelope", &(struct crafted){ .no_encapsulated = true }, refused(FAIL_BAD_MESSAGE_CHECK, ERR_CMS_SIGNATURE));
	outcome_check(&f, "an envelope that cannot be read", &(struct crafted){ .envelope = craft_hex("3000") }, refused(FAIL_BAD_REQUEST, ERR_CMS_DECRYPT));
	outcome_check(&f, "no request in the envelope", &(struct crafted){ .content = craft_hex("0500") }, refused(FAIL_BAD_REQUEST, ERR_CSR_SYNTAX));
	outcome_check(&f, "no challenge", &(struct crafted){ .content = crafted_csr(&f, &(struct crafted_csr){ .no_challenge = true }) }, refused(FAIL_BAD_REQUEST, ERR_CHALLENGE));
	outcome_check(&f, "no transaction to poll for", &(struct crafted){ .type = SCEP_CERT_POLL }, refused(FAIL_BAD_CERT_ID, ERR_CERT_ID));
	stop(&f);
}

static const struct unit_case cases[] = {
	{ "challenges stand in no log, row or reply, right ones and wrong ones (CVE-2021-40086)", secrets },
	{ "a challenge in clear opens nothing, and is not repeated", challenge_in_clear },
	{ "one one-time challenge is one certificate, also for two at the same moment", one_challenge_twice },
	{ "a stolen transactionID brings nothing, and tells nothing", hijack },
	{ "the inventory is no oracle", inventory },
	{ "a reply is for the signer alone, bound to the request, with nonces of its own", bound_reply },
	{ "broken ciphers and digests are refused unless an endpoint names them", broken_ciphers },
	{ "a message that would cost more than it may is refused before it does (CVE-2024-43541, CVE-2024-43544)", costs },
	{ "a full queue takes no more", full_queue },
	{ "an enrolment under another device's name leaves that device's certificate alone", another_devices_name },
	{ "a refusal is signed, whatever is wrong with a message that could be parsed", every_refusal_is_signed },
};

UNIT_MAIN("attacks_around", cases)
