#include <config.h>

#include <string.h>

#include "pki/cms_signed_parts.h"
#include "service/outcome.h"

/* CertReps: what ours hold and do not tell, and which odd ones of other servers a client of ours reads. */

/* --- odd CertReps, for scepcli --- */

/* A CertRep as another server might sign it. @param content in: eContent; NULL leaves it out. */
static void foreign_reply(const struct fixture *f, const struct scep_request_plan *plan, enum pki_status status, const struct bytes *content, struct buf *out)
{
	const struct scep_header header = {
		.type = SCEP_CERT_REP,
		.transaction_id = plan->transaction_id,
		.transaction_id_tag = DER_PRINTABLE_STRING,
		.sender_nonce = craft_octets(9, SCEP_NONCE_LEN),
		.recipient_nonce = plan->sender_nonce,
		.pki_status = status,
		.fail_info = status == PKI_STATUS_FAILURE ? FAIL_BAD_REQUEST : NO_FAIL_INFO,
	};

	CU_ASSERT_EQUAL_FATAL(scep_message_encode(&header, content, plan->signer, f->client_key, DIGEST_SHA256, out, NULL), ERR_OK);
}

/* The client plays the server too: its certificate is the one that the reply must be signed with. */
static enum err open_foreign(struct fixture *f, const struct scep_request_plan *plan, const struct buf *reply, struct buf *content)
{
	struct scep_message *message = NULL;
	enum err e = scep_certrep_open(buf_bytes(reply), plan, plan->signer, &f->service.random, &message, content, NULL);

	scep_message_free(message);
	return e;
}

static void content_of_nothing(void)
{
	static const struct { enum pki_status status; enum err expected; } rows[] = {
		{ PKI_STATUS_FAILURE, ERR_SCEP_FAILURE }, { PKI_STATUS_PENDING, ERR_SCEP_PENDING }, { PKI_STATUS_SUCCESS, ERR_SCEP_REPLY },
	};
	const struct bytes contents[] = { craft_none(), craft_hex("00"), craft_hex("ff"), craft_hex("3000"), craft_octets(7, 100) };
	struct scep_request_plan plan;
	struct buf message = { 0 };
	struct fixture f;

	fixture_start(&f);
	crafted_message(&f, &(struct crafted){ 0 }, &message, &plan);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf reply = { 0 }, content = { 0 };

		foreign_reply(&f, &plan, rows[i].status, NULL, &reply);
		UNIT_ERR(rows[i].expected, open_foreign(&f, &plan, &reply, &content));
		for (size_t k = 0; k < sizeof contents / sizeof contents[0]; k++) {
			buf_reset(&reply);
			foreign_reply(&f, &plan, rows[i].status, &contents[k], &reply);
			UNIT_ERR(rows[i].expected, open_foreign(&f, &plan, &reply, &content));
		}
		CU_ASSERT_EQUAL(content.len, 0);
		buf_clear(&reply);
	}
	/* Ours leave it out. */
	outcome_check(&f, "FAILURE", &(struct crafted){ .type = 18 }, refused(FAIL_BAD_REQUEST, ERR_SCEP_MESSAGE_TYPE));
	buf_clear(&message);
	crafted_forget();
	fixture_stop(&f);
}

/* A degenerate SignedData by hand. Everything is content; the last two are whole elements. */
static struct bytes degenerate(struct bytes digests, struct bytes content, struct bytes certificates, struct bytes crls, struct bytes signers)
{
	struct bytes data = CRAFT(DER_SEQUENCE, craft_hex("020101"), CRAFT(DER_SET, digests), CRAFT(DER_SEQUENCE, craft_oid(OID_DATA), content), certificates, crls,
		CRAFT(DER_SET, signers));

	return CRAFT(DER_SEQUENCE, craft_oid(OID_SIGNED_DATA), CRAFT(DER_CONTEXT_CONSTRUCTED(0), data));
}

static void check_degenerate(struct fixture *f, const struct scep_request_plan *plan, const char *row, struct bytes message, struct bytes first, size_t expected_count)
{
	struct buf envelope = { 0 }, reply = { 0 }, content = { 0 }, der = { 0 };
	struct bytes found[CMS_MAX_CERTIFICATES], econtent;
	size_t count = 0;

	unit_row(row);
	CU_ASSERT_EQUAL_FATAL(cms_enveloped_encode(message, plan->signer, CIPHER_AES128_CBC, CMS_FRAMING_DER, &f->service.random, &envelope, NULL), ERR_OK);
	econtent = buf_bytes(&envelope);
	foreign_reply(f, plan, PKI_STATUS_SUCCESS, &econtent, &reply);
	UNIT_ERR(ERR_OK, open_foreign(f, plan, &reply, &content));
	UNIT_ERR(expected_count == 0 ? ERR_CMS_SYNTAX : ERR_OK, cms_certs_only_parse(buf_bytes(&content), &der, found, &count, NULL));
	CU_ASSERT_EQUAL(count, expected_count);
	if (count > 0)
		UNIT_BYTES(first, found[0]);
	buf_clear(&envelope);
	buf_clear(&reply);
	buf_clear(&content);
	buf_clear(&der);
	unit_row(NULL);
}

static void odd_degenerate_messages(void)
{
	struct bytes sha1 = craft_algorithm(OID_SHA1, craft_hex("0500")), ca, ra, none = craft_none();
	struct bytes empty_content = CRAFT(DER_CONTEXT_CONSTRUCTED(0), craft_hex("0400")), crls = craft_hex("a1053003020101");
	struct craft_framing all = { .indefinite_levels = 32 };
	struct scep_request_plan plan;
	struct buf message = { 0 };
	struct fixture f;

	fixture_start(&f);
	crafted_message(&f, &(struct crafted){ 0 }, &message, &plan);
	ca = buf_bytes(&f.ca_cert->der);
	ra = buf_bytes(&f.ra_cert->der);
	check_degenerate(&f, &plan, "as RFC 8894 has it", degenerate(none, none, CRAFT(DER_CONTEXT_CONSTRUCTED(0), ra), none, none), ra, 1);
	check_degenerate(&f, &plan, "digestAlgorithms not empty", degenerate(sha1, none, CRAFT(DER_CONTEXT_CONSTRUCTED(0), ra), none, none), ra, 1);
	check_degenerate(&f, &plan, "an eContent of nothing", degenerate(none, empty_content, CRAFT(DER_CONTEXT_CONSTRUCTED(0), ra), none, none), ra, 1);
	check_degenerate(&f, &plan, "two certificates in one order", degenerate(none, none, CRAFT(DER_CONTEXT_CONSTRUCTED(0), ra, ca), none, none), ra, 2);
	check_degenerate(&f, &plan, "two certificates in the other", degenerate(none, none, CRAFT(DER_CONTEXT_CONSTRUCTED(0), ca, ra), none, none), ca, 2);
	check_degenerate(&f, &plan, "a CRL beside", degenerate(none, none, CRAFT(DER_CONTEXT_CONSTRUCTED(0), ra), crls, none), ra, 1);
	check_degenerate(&f, &plan, "an empty crls", degenerate(none, none, CRAFT(DER_CONTEXT_CONSTRUCTED(0), ra), craft_hex("a100"), none), ra, 1);
	check_degenerate(&f, &plan, "an attribute certificate in front", degenerate(none, none, CRAFT(DER_CONTEXT_CONSTRUCTED(0), craft_hex("a203020101"), ra), none, none), ra, 1);
	check_degenerate(&f, &plan, "indefinite", craft_reframe(degenerate(none, none, CRAFT(DER_CONTEXT_CONSTRUCTED(0), ra), none, none), &all), ra, 1);
	check_degenerate(&f, &plan, "no certificate", degenerate(none, none, none, none, none), none, 0);
	check_degenerate(&f, &plan, "an empty certificates", degenerate(none, none, craft_hex("a000"), none, none), none, 0);
	buf_clear(&message);
	crafted_forget();
	fixture_stop(&f);
}

/* --- our own --- */

/* ContentInfo { signedData } as the RFC has it, octet for octet up to the certificates. */
static void our_degenerate_message(void)
{
	struct scep_message *reply = NULL;
	struct buf content = { 0 };
	struct fixture f;
	struct bytes expected;

	fixture_start(&f);
	f.store->append_chain = true;
	UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ 0 }, &reply, &content));
	expected = degenerate(craft_none(), craft_none(), CRAFT(DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&f.store->issued_der), buf_bytes(&f.ca_cert->der)), craft_none(), craft_none());
	UNIT_BYTES(expected, buf_bytes(&content)); /* the issued one first: iOS takes the first for its own */
	scep_message_free(reply);
	buf_clear(&content);
	crafted_forget();
	fixture_stop(&f);
}

static bool holds(struct bytes haystack, struct bytes needle)
{
	return memmem(haystack.ptr, haystack.len, needle.ptr, needle.len) != NULL;
}

/* Everything in the reply that is not encrypted. */
static void expect_nothing_in_clear(const struct fixture *f, const struct scep_message *reply)
{
	struct bytes der = buf_bytes(&reply->cms->der);
	struct cms_signed_parts parts;
	struct cert *cert = NULL;

	CU_ASSERT_EQUAL_FATAL(cms_signed_parts_parse(der, &parts, NULL), ERR_OK);
	UNIT_BYTES(buf_bytes(&f->ra_cert->der), parts.certificates);
	CU_ASSERT_EQUAL(parts.crls.len, 0);
	CU_ASSERT_EQUAL_FATAL(cert_parse(buf_bytes(&f->store->issued_der), &cert, NULL), ERR_OK);
	CU_ASSERT_FALSE(holds(der, cert->tbs));
	CU_ASSERT_FALSE(holds(der, cert->spki));
	cert_free(cert);
}

static void bound_reply(void)
{
	struct bytes nonce = craft_octets(0x5a, SCEP_NONCE_LEN), own, first_nonce = craft_none();
	struct fixture f;

	fixture_start(&f);
	f.store->append_chain = true;
	own = crafted_cert(&f, &(struct crafted_cert){ 0 });
	for (int i = 0; i < 2; i++) {
		struct scep_message *reply = NULL;
		struct buf message = { 0 }, content = { 0 };
		struct scep_request_plan plan;

		/* A chain beside the signer's certificate is no reason to encrypt for it. */
		crafted_message(&f, &(struct crafted){ .certificates = CRAFT_JOIN(buf_bytes(&f.old_ra_cert->der), own, buf_bytes(&f.ca_cert->der)) }, &message, &plan);
		UNIT_ERR(ERR_OK, fixture_post(&f, &message, &plan, &reply, &content));
		CU_ASSERT_PTR_NOT_NULL_FATAL(reply);
		CU_ASSERT_EQUAL(reply->envelope->recipient_count, 1);
		CU_ASSERT_EQUAL(reply->envelope->password_recipient_count, 0);
		UNIT_BYTES(plan.signer->serial, reply->envelope->recipient[0].serial);
		UNIT_BYTES(nonce, reply->recipient_nonce);
		CU_ASSERT_EQUAL(reply->sender_nonce.len, SCEP_NONCE_LEN);
		CU_ASSERT_FALSE(bytes_is_equal(nonce, reply->sender_nonce));
		CU_ASSERT_FALSE(bytes_is_equal(first_nonce, reply->sender_nonce));
		first_nonce = CRAFT_JOIN(reply->sender_nonce);
		expect_nothing_in_clear(&f, reply);
		scep_message_free(reply);
		buf_clear(&message);
		buf_clear(&content);
	}
	crafted_forget();
	fixture_stop(&f);
}

/* --- whose transaction --- */

/* Send this request under this key, and keep the certificate that comes back. The store remembers what was before. */
static struct cert *send_under(struct fixture *f, struct bytes csr, const struct key *key)
{
	struct scep_message *reply = NULL;
	struct buf message = { 0 }, content = { 0 };
	struct scep_request_plan plan;
	struct cert *cert;

	crafted_message(f, &(struct crafted){ .content = csr, .key = key }, &message, &plan);
	UNIT_ERR(ERR_OK, fixture_post(f, &message, &plan, &reply, &content));
	cert = outcome_certificate(&content);
	scep_message_free(reply);
	buf_clear(&message);
	buf_clear(&content);
	return cert;
}

static void stolen_request(void)
{
	struct cert *first, *again;
	struct scep_message *reply = NULL;
	struct buf message = { 0 }, content = { 0 };
	struct scep_request_plan plan;
	struct fixture f;
	struct bytes csr;

	fixture_start(&f);
	csr = crafted_csr(&f, &(struct crafted_csr){ 0 });
	first = send_under(&f, csr, f.client_key);
	again = send_under(&f, csr, f.client_key);
	UNIT_BYTES(buf_bytes(&first->der), buf_bytes(&again->der));
	/* Whoever has the request has its challenge too, and that is not enough: the request is somebody else's. */
	crafted_message(&f, &(struct crafted){ .content = csr, .key = fixture_other_key() }, &message, &plan);
	UNIT_ERR(ERR_SCEP_FAILURE, fixture_post(&f, &message, &plan, &reply, &content));
	UNIT_ERR(ERR_CHALLENGE, f.store->refused_error);
	CU_ASSERT_EQUAL(content.len, 0);
	CU_ASSERT_EQUAL(f.store->issued_count, 1);
	scep_message_free(reply);
	buf_clear(&message);
	cert_free(first);
	cert_free(again);
	crafted_forget();
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "a client reads FAILURE and PENDING with an eContent of nothing, and no SUCCESS without one; ours have none (RFC 8894 section 3.3.2.2)", content_of_nothing },
	{ "a client reads certificates-only messages with digests, empty content, CRLs, and in any order (RFC 8894 section 3.4)", odd_degenerate_messages },
	{ "ours is the RFC's to the octet, the issued certificate first (RFC 8894 section 3.4)", our_degenerate_message },
	{ "a reply has one recipient, the signer, a fresh senderNonce, and nothing in the clear but the RA's certificate (RFC 8894 section 3.2)", bound_reply },
	{ "the same request and transactionID under another key do not bring what was issued first (RFC 8894 section 3.2.1.1)", stolen_request },
};

UNIT_MAIN("corner_reply", cases)
