#include <config.h>

#include <string.h>

#include "service/authorisers.h"
#include "service/fixture.h"

/*
 * The border to those who know who may enrol. An authority elsewhere stands here between the dynamic and the static challenge, in a table of this test's own, which the
 * linker takes instead of service/authorisers.c: no other file knows of it.
 */

#define WORD "outside"

/* What it answers, and what it was told. */
static struct {
	enum err answer, answer_to_issued;
	const char *asks_operator;
	bool may_know_cause;
	int asked, told, refusals;
	enum err refused_with;
	const char *authorisation;         /* of the certificate that it was told of */
	struct buf certificate_der;        /* what it was told of */
} outside;

static bool is_used(const struct endpoint *endpoint)
{
	(void)endpoint;
	return true;
}

static enum err authorise_request(const struct authorisation_request *request, struct grant **grant, struct why *why)
{
	outside.asked++;
	CU_ASSERT_PTR_NOT_NULL_FATAL(request->operation->csr);
	request->operation->may_know_cause = outside.may_know_cause;
	if (outside.answer != ERR_OK)
		return why_set(why, outside.answer, "the outside says no");
	*grant = grant_new(WORD);
	CU_ASSERT_PTR_NOT_NULL_FATAL(*grant);
	(*grant)->asks_operator = outside.asks_operator;
	return ERR_OK;
}

static enum err issued(const struct authorisation_request *request, const char *authorisation, struct bytes certificate_der, struct why *why)
{
	outside.told++;
	outside.authorisation = authorisation;
	CU_ASSERT_PTR_NOT_NULL(request->operation->csr);
	buf_reset(&outside.certificate_der);
	CU_ASSERT_EQUAL_FATAL(buf_append(&outside.certificate_der, certificate_der), ERR_OK);
	return outside.answer_to_issued == ERR_OK ? ERR_OK : why_set(why, outside.answer_to_issued, "the outside does not listen");
}

static void refused(const struct authorisation_request *request, enum err error, const struct why *why)
{
	(void)request;
	(void)why;
	outside.refusals++;
	outside.refused_with = error;
}

static const struct authoriser authorise_outside = { .authorisation = WORD, .is_gate = true, .is_used = is_used, .authorise = authorise_request, .issued = issued, .refused = refused };

const struct authoriser *const authorisers[] = { &authorise_renewal, &authorise_dynamic, &authorise_outside, &authorise_static, NULL };

static void start(struct fixture *f, enum err answer)
{
	buf_clear(&outside.certificate_der);
	memset(&outside, 0, sizeof outside);
	outside.answer = answer;
	fixture_start(f);
	f->store->other_right = WORD;
}

static void stop(struct fixture *f)
{
	buf_clear(&outside.certificate_der);
	fixture_stop(f);
}

/* --- cases --- */

static void yes(void)
{
	struct fixture f;

	start(&f, ERR_OK);
	fixture_expect_issued(&f, &(struct fixture_request){ .challenge = "" }, WORD);
	CU_ASSERT_EQUAL(outside.told, 1);
	CU_ASSERT_EQUAL(outside.refusals, 0);
	CU_ASSERT_STRING_EQUAL(outside.authorisation, WORD);
	UNIT_BYTES(buf_bytes(&f.store->issued_der), buf_bytes(&outside.certificate_der));
	stop(&f);
}

static void told_of_all(void)
{
	struct scep_message *reply = NULL;
	struct buf content = { 0 };
	struct fixture f;

	start(&f, ERR_NOT_FOUND);
	fixture_expect_issued(&f, &(struct fixture_request){ 0 }, "static_challenge");
	CU_ASSERT_EQUAL(outside.told, 1);
	CU_ASSERT_STRING_EQUAL(outside.authorisation, "static_challenge");
	stop(&f);
	/* What an operator approved, too: asked for again, and polled for. */
	for (int type = SCEP_PKCS_REQ; type <= SCEP_CERT_POLL; type++) {
		start(&f, ERR_OK);
		f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
		UNIT_ERR(ERR_SCEP_PENDING, fixture_enrol(&f, &(struct fixture_request){ .challenge = "" }, &reply, &content));
		scep_message_free(reply);
		reply = NULL;
		CU_ASSERT_EQUAL(outside.told, 0);
		f.store->state = ENROLMENT_APPROVED;
		outside.answer_to_issued = ERR_NET;
		UNIT_ERR(ERR_NET, fixture_enrol(&f, &(struct fixture_request){ .challenge = "", .type = type }, &reply, &content));
		CU_ASSERT_EQUAL(outside.told, 1);
		CU_ASSERT_STRING_EQUAL(outside.authorisation, "approval");
		outside.answer_to_issued = ERR_OK;
		UNIT_ERR(ERR_OK, fixture_enrol(&f, &(struct fixture_request){ .challenge = "" }, &reply, &content));
		CU_ASSERT_EQUAL(outside.told, 2);
		CU_ASSERT_EQUAL(f.store->issued_count, 1);
		scep_message_free(reply);
		reply = NULL;
		buf_clear(&content);
		stop(&f);
	}
}

static void gate(void)
{
	struct fixture f;

	start(&f, ERR_CHALLENGE);
	f.store->challenge_mode = ENDPOINT_CHALLENGE_NONE;
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	outside.answer = ERR_NOT_FOUND;
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	stop(&f);
}

static void told_in_vain(void)
{
	static const struct { enum err error, answer; } rows[] = { { ERR_NET, ERR_NET }, { ERR_DB_AWAY, ERR_DB_AWAY }, { ERR_POLICY, ERR_SCEP_FAILURE } };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct scep_request_plan plan;
		struct scep_message *reply = NULL;
		struct buf message = { 0 }, content = { 0 };

		unit_row(err_name(rows[i].error));
		start(&f, ERR_OK);
		outside.answer_to_issued = rows[i].error;
		fixture_message(&f, &(struct fixture_request){ .challenge = "" }, &message, &plan);
		for (int again = 1; again <= 2; again++) {
			UNIT_ERR(rows[i].answer, fixture_post(&f, &message, &plan, &reply, &content));
			CU_ASSERT_EQUAL(content.len, 0);
			CU_ASSERT_EQUAL(f.store->issued_count, 1);
			CU_ASSERT_EQUAL(outside.told, again);
			scep_message_free(reply);
			reply = NULL;
		}
		/* The device comes again, and now it is listened to. */
		outside.answer_to_issued = ERR_OK;
		UNIT_ERR(ERR_OK, fixture_post(&f, &message, &plan, &reply, &content));
		CU_ASSERT_TRUE(content.len > 0);
		CU_ASSERT_EQUAL(outside.told, 3);
		CU_ASSERT_EQUAL(outside.asked, 1);
		CU_ASSERT_EQUAL(outside.refusals, 0);
		CU_ASSERT_EQUAL(f.store->issued_count, 1);
		UNIT_BYTES(buf_bytes(&f.store->issued_der), buf_bytes(&outside.certificate_der));
		scep_message_free(reply);
		buf_clear(&message);
		buf_clear(&content);
		stop(&f);
	}
	unit_row(NULL);
}

/* Whatever it answers but ERR_OK, nothing is issued by its word; and only its own no lets the next be asked. */
static void every_error(void)
{
	for (int e = ERR_OK + 1; e <= ERR_SCEP_REPLY; e++) {
		bool next_is_asked = e == ERR_NOT_FOUND || err_fail_info((enum err)e) != NO_FAIL_INFO;
		struct scep_message *reply = NULL;
		struct buf content = { 0 };
		struct fixture f;

		unit_row(err_name((enum err)e));
		start(&f, (enum err)e);
		(void)fixture_enrol(&f, &(struct fixture_request){ .challenge = "wrong challenge" }, &reply, &content);
		CU_ASSERT_EQUAL(outside.asked >= 1, true);
		CU_ASSERT_EQUAL(f.store->issued_count + f.store->commit_count, 0);
		CU_ASSERT_EQUAL(content.len, 0);
		CU_ASSERT_EQUAL(f.store->attempt.len > 0, next_is_asked);
		scep_message_free(reply);
		reply = NULL;
		(void)fixture_enrol(&f, &(struct fixture_request){ .transaction_id = "T2" }, &reply, &content);
		CU_ASSERT_EQUAL(f.store->issued_count, next_is_asked);
		scep_message_free(reply);
		buf_clear(&content);
		stop(&f);
	}
	unit_row(NULL);
}

static void its_own_no(void)
{
	struct fixture f;
	struct buf text = { 0 };

	start(&f, ERR_CHALLENGE);
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, &text);
	CU_ASSERT_PTR_NULL(strstr(fixture_text(&text), "the outside says no"));
	CU_ASSERT_PTR_NOT_NULL(strstr(fixture_text(&f.store->refused_detail), "the outside says no"));
	CU_ASSERT_EQUAL(outside.refusals, 0);
	outside.may_know_cause = true;
	buf_reset(&text);
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "", .transaction_id = "T2" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, &text);
	CU_ASSERT_PTR_NOT_NULL(strstr(fixture_text(&text), "the outside says no"));
	buf_clear(&text);
	stop(&f);
}

static void first_objection_counts(void)
{
	struct fixture f;
	struct cert *old;

	start(&f, ERR_POLICY);
	old = fixture_certificate(&f, &(struct fixture_certificate){ 0 });
	f.store->known_certificate = old;
	f.store->known_state = ENROLMENT_SIGNER_REVOKED;
	fixture_expect_refused(&f, &(struct fixture_request){ .signer = old, .challenge = "wrong challenge" }, FAIL_BAD_CERT_ID, ERR_RENEWAL, NULL);
	CU_ASSERT_PTR_NOT_NULL(strstr(fixture_text(&f.log_text), "not-authorised"));
	CU_ASSERT_PTR_NOT_NULL(strstr(fixture_text(&f.log_text), "by=" WORD));
	/* Who grants first decides, and nobody behind is asked. */
	f.store->known_state = ENROLMENT_SIGNER_LIVE;
	outside.asked = 0;
	fixture_expect_issued(&f, &(struct fixture_request){ .signer = old, .challenge = "wrong challenge", .transaction_id = "T2" }, "renewal");
	CU_ASSERT_EQUAL(outside.asked, 0);
	cert_free(old);
	stop(&f);
}

static void refused_by_others(void)
{
	struct fixture f;
	struct scep_message *reply = NULL;
	struct buf content = { 0 };

	start(&f, ERR_OK);
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "", .ask_ca = true }, FAIL_BAD_REQUEST, ERR_POLICY, NULL);
	CU_ASSERT_EQUAL(outside.refusals, 1);
	UNIT_ERR(ERR_POLICY, outside.refused_with);
	CU_ASSERT_EQUAL(outside.told, 0);
	/* What may yet come to a certificate is not a refusal. */
	f.store->commit_error = ERR_DB_AWAY;
	UNIT_ERR(ERR_DB_AWAY, fixture_enrol(&f, &(struct fixture_request){ .challenge = "", .transaction_id = "T2" }, &reply, &content));
	CU_ASSERT_EQUAL(outside.refusals, 1);
	stop(&f);
}

static void asks_for_an_operator(void)
{
	static const struct { enum endpoint_approval approval; enum err answer; } rows[] = {
		{ ENDPOINT_APPROVAL_NONE, ERR_SCEP_FAILURE }, { ENDPOINT_APPROVAL_RULES, ERR_SCEP_PENDING }, { ENDPOINT_APPROVAL_ALWAYS, ERR_SCEP_PENDING },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scep_message *reply = NULL;
		struct buf content = { 0 };
		struct fixture f;

		start(&f, ERR_OK);
		outside.asks_operator = "its owner is unknown";
		f.store->approval = rows[i].approval;
		UNIT_ERR(rows[i].answer, fixture_enrol(&f, &(struct fixture_request){ .challenge = "" }, &reply, &content));
		CU_ASSERT_EQUAL(f.store->issued_count + f.store->commit_count, 0);
		CU_ASSERT_EQUAL(outside.told, 0);
		if (rows[i].answer == ERR_SCEP_PENDING)
			CU_ASSERT_STRING_EQUAL(fixture_text(&f.store->because), "its owner is unknown");
		scep_message_free(reply);
		stop(&f);
	}
}

static const struct unit_case cases[] = {
	{ "its yes issues; it is told of the certificate before the device has it", yes },
	{ "it is told of certificates that others granted, and that an operator approved", told_of_all },
	{ "where it is in use, nobody waits for an operator without its grant", gate },
	{ "when it cannot be told, the device gets nothing; the same request again tells it again and brings what was recorded", told_in_vain },
	{ "no error is a yes, and an error of the machine ends the questions (CVE-2025-44005)", every_error },
	{ "its no reaches the operator, and the device when it may know", its_own_no },
	{ "the first objection is the answer, the first grant decides", first_objection_counts },
	{ "it is told when a request that it granted is refused by others", refused_by_others },
	{ "it may ask for an operator, where there is one", asks_for_an_operator },
};

UNIT_MAIN("authoriser", cases)
