#include <config.h>

#include <string.h>

#include "service/fixture.h"

/* Requests that wait for an operator, and what they become: renewals among them, rules that ask for him, and what he is told. */

#define DYNAMIC "0123456789ABCDEF0123456789ABCDEF"

static enum err enrol(struct fixture *f, const struct fixture_request *request)
{
	struct scep_message *reply = NULL;
	struct buf content = { 0 };
	enum err e = fixture_enrol(f, request, &reply, &content);

	scep_message_free(reply);
	buf_clear(&content);
	return e;
}

static bool says(struct buf *text, const char *part)
{
	return strstr(fixture_text(text), part) != NULL;
}

static struct cert *start(struct fixture *f, enum endpoint_approval approval, const struct fixture_certificate *made)
{
	struct cert *old;

	fixture_start(f);
	f->store->approval = approval;
	old = fixture_certificate(f, made);
	f->store->known_certificate = old;
	f->store->known_state = ENROLMENT_SIGNER_LIVE;
	return old;
}

static void stop(struct fixture *f, struct cert *old)
{
	cert_free(old);
	fixture_stop(f);
}

/* A renewal that waits and was approved. The request is to be sent again, or polled for. */
static struct cert *start_approved(struct fixture *f, const struct fixture_certificate *made, struct fixture_request *request)
{
	struct cert *old = start(f, ENDPOINT_APPROVAL_ALWAYS, made);

	request->signer = old;
	request->challenge = "";
	UNIT_ERR(ERR_SCEP_PENDING, enrol(f, request));
	CU_ASSERT_EQUAL(f->store->renewal_of, FIXTURE_CERTIFICATE_ID);
	f->store->state = ENROLMENT_APPROVED;
	return old;
}

static void approved_renewal(void)
{
	static const int types[] = { SCEP_PKCS_REQ, SCEP_RENEWAL_REQ, SCEP_CERT_POLL };

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct fixture f;
		struct fixture_request request = { 0 };
		struct cert *old = start_approved(&f, &(struct fixture_certificate){ 0 }, &request);

		unit_row(scep_message_type_name(types[i]));
		request.type = types[i];
		fixture_expect_issued(&f, &request, "approval");
		CU_ASSERT_EQUAL(f.store->renewal_of, FIXTURE_CERTIFICATE_ID);
		stop(&f, old);
	}
	unit_row(NULL);
}

static void approved_renewal_is_checked_again(void)
{
	static const struct { const char *name; int64_t later_s; bool is_off, needs_new_key; enum enrolment_signer_state state; enum err error; enum fail_info fail_info; } rows[] = {
		{ "in its last second", 10 * FIXTURE_DAY_S, false, false, ENROLMENT_SIGNER_LIVE, ERR_OK, NO_FAIL_INFO },
		{ "expired meanwhile", 10 * FIXTURE_DAY_S + 1, false, false, ENROLMENT_SIGNER_LIVE, ERR_RENEWAL, FAIL_BAD_CERT_ID },
		{ "revoked meanwhile", 1, false, false, ENROLMENT_SIGNER_REVOKED, ERR_RENEWAL, FAIL_BAD_CERT_ID },
		{ "its lineage stopped meanwhile", 1, false, false, ENROLMENT_SIGNER_STOPPED, ERR_RENEWAL, FAIL_BAD_CERT_ID },
		{ "renewals switched off meanwhile", 1, true, false, ENROLMENT_SIGNER_LIVE, ERR_RENEWAL, FAIL_BAD_CERT_ID },
		{ "a new key asked for meanwhile", 1, false, true, ENROLMENT_SIGNER_LIVE, ERR_RENEWAL_IDENTITY, FAIL_BAD_REQUEST },
	};

	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct fixture_request request = { 0 };
		struct cert *old = start_approved(&f, &(struct fixture_certificate){ .not_after_utc = FIXTURE_NOW_UTC + 10 * FIXTURE_DAY_S }, &request);

		unit_row(rows[i / 2].name);
		f.now_utc += rows[i / 2].later_s;
		f.store->known_state = rows[i / 2].state;
		f.store->renewal.is_allowed = !rows[i / 2].is_off;
		f.store->renewal.needs_new_key = rows[i / 2].needs_new_key;
		f.store->generation++;
		request.type = i % 2 == 0 ? SCEP_PKCS_REQ : SCEP_CERT_POLL;
		if (rows[i / 2].error == ERR_OK) {
			fixture_expect_issued(&f, &request, "approval");
		} else {
			fixture_expect_refused(&f, &request, rows[i / 2].fail_info, rows[i / 2].error, NULL);
		}
		stop(&f, old);
	}
	unit_row(NULL);
}

/* A poll may be signed with a self-signed certificate of the same key: what is renewed was sealed with the request. A request again shows it itself. */
static void what_is_renewed(void)
{
	struct fixture f;
	struct fixture_request request = { 0 };
	struct cert *old = start_approved(&f, &(struct fixture_certificate){ 0 }, &request);

	request.signer = NULL;
	fixture_expect_refused(&f, &request, FAIL_BAD_REQUEST, ERR_APPROVAL, NULL);
	request.type = SCEP_CERT_POLL;
	fixture_expect_issued(&f, &request, "approval");
	stop(&f, old);
	/* Whoever can write to the database cannot make a renewal of an enrolment, which has other rules. */
	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ 0 }));
	f.store->state = ENROLMENT_APPROVED;
	f.store->renewal_of = FIXTURE_CERTIFICATE_ID;
	fixture_expect_refused(&f, &(struct fixture_request){ .type = SCEP_CERT_POLL }, FAIL_BAD_REQUEST, ERR_APPROVAL, NULL);
	fixture_stop(&f);
	/* Nor an enrolment of a renewal. */
	request = (struct fixture_request){ 0 };
	old = start_approved(&f, &(struct fixture_certificate){ 0 }, &request);
	f.store->renewal_of = 0;
	request.type = SCEP_CERT_POLL;
	fixture_expect_refused(&f, &request, FAIL_BAD_REQUEST, ERR_APPROVAL, NULL);
	stop(&f, old);
}

static void lists(void)
{
	static const struct { const char *name, *names; bool first_time; const char *subject; bool renews; enum err answer; const char *because; } rows[] = {
		{ "a name in the list", "device-*", false, "CN=device-1", false, ERR_OK, NULL },
		{ "a name outside the list", "printer-*", false, "CN=device-1", false, ERR_SCEP_PENDING, "device-1" },
		{ "the same as a renewal", "printer-*", false, "CN=device-1", true, ERR_SCEP_PENDING, "device-1" },
		{ "names for the first time", NULL, true, "CN=device-1", false, ERR_SCEP_PENDING, "first certificate with these names" },
		{ "a renewal is never the first", NULL, true, "CN=device-1", true, ERR_OK, NULL },
		{ "no rule", NULL, false, "CN=device-1", false, ERR_OK, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct cert *old = start(&f, ENDPOINT_APPROVAL_RULES, &(struct fixture_certificate){ 0 });

		unit_row(rows[i].name);
		f.store->approved_names = rows[i].names;
		f.store->asks_first_time = rows[i].first_time;
		UNIT_ERR(rows[i].answer, enrol(&f, &(struct fixture_request){ .subject = rows[i].subject, .signer = rows[i].renews ? old : NULL,
			.challenge = rows[i].renews ? "" : FIXTURE_CHALLENGE }));
		CU_ASSERT_EQUAL(f.store->waiting_count, rows[i].answer == ERR_SCEP_PENDING);
		if (rows[i].because != NULL)
			CU_ASSERT_TRUE(says(&f.store->because, rows[i].because));
		stop(&f, old);
	}
	unit_row(NULL);
}

static void rules_need_a_right(void)
{
	struct fixture f;

	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_RULES;
	f.store->approved_names = "printer-*";
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "wrong challenge" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	f.store->challenge_mode = ENDPOINT_CHALLENGE_NONE;
	f.store->generation++;
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "", .transaction_id = "T2" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	fixture_stop(&f);
}

static void without_challenge(void)
{
	struct fixture f;
	struct cert *old = start(&f, ENDPOINT_APPROVAL_ALWAYS, &(struct fixture_certificate){ 0 });

	f.store->challenge_mode = ENDPOINT_CHALLENGE_NONE;
	f.store->known_state = ENROLMENT_SIGNER_REVOKED;
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ .signer = old, .challenge = "" }));
	CU_ASSERT_EQUAL(f.store->renewal_of, 0);
	CU_ASSERT_TRUE(says(&f.store->because, "revoked"));
	stop(&f, old);
}

static void full_queue(void)
{
	struct fixture f;

	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	f.store->challenge_mode = ENDPOINT_CHALLENGE_NONE;
	f.store->pend_error = ERR_APPROVAL;
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "" }, FAIL_BAD_REQUEST, ERR_APPROVAL, NULL);
	fixture_stop(&f);
}

static void waiting_consumes(void)
{
	struct fixture f;

	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	f.store->challenge_mode = ENDPOINT_CHALLENGE_DYNAMIC;
	f.store->dynamic = (struct fixture_dynamic){ .text = DYNAMIC, .state = ENROLMENT_CHALLENGE_LIVE };
	UNIT_ERR(ERR_SCEP_PENDING, enrol(&f, &(struct fixture_request){ .challenge = DYNAMIC }));
	CU_ASSERT_EQUAL(f.store->dynamic.state, ENROLMENT_CHALLENGE_SPENT);
	f.store->state = ENROLMENT_APPROVED;
	fixture_expect_issued(&f, &(struct fixture_request){ .challenge = DYNAMIC }, "approval");
	fixture_stop(&f);
}

/* Of one key that comes again with another transactionID the first is what the operator decided on. */
static void decided_already(void)
{
	struct fixture f;

	fixture_start(&f);
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	f.store->pends_as = ENROLMENT_APPROVED;
	fixture_expect_issued(&f, &(struct fixture_request){ .transaction_id = "T2" }, "approval");
	CU_ASSERT_EQUAL(f.store->lookup_count, 2);
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "an approved renewal is issued as one, to the same request and to a CertPoll (RFC 8894 section 3.3.3)", approved_renewal },
	{ "what is renewed must still be renewable when the operator has agreed", approved_renewal_is_checked_again },
	{ "what a waiting request renews was sealed with it, and cannot be another", what_is_renewed },
	{ "a rule lets a name outside its list wait, and names that come for the first time", lists },
	{ "rules ask about those who have a right; who has none is refused", rules_need_a_right },
	{ "where nobody needs a challenge, the operator learns why nothing vouches for a request", without_challenge },
	{ "a full queue refuses", full_queue },
	{ "a request that waits has used its challenge up, and needs none when it is approved", waiting_consumes },
	{ "who comes again with the same key, after an operator agreed, is served at once", decided_already },
};

UNIT_MAIN("approval", cases)
