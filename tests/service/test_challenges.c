#include <config.h>

#include <string.h>

#include "service/challenge_memo.h"
#include "service/fixture.h"

/* Static and dynamic challenges as a worker judges them: what is counted, what is told, and what is consumed. */

#define DYNAMIC "0123456789ABCDEF0123456789ABCDEF"

static bool says(struct buf *text, const char *part)
{
	return strstr(fixture_text(text), part) != NULL;
}

static void start(struct fixture *f, enum endpoint_challenge_mode mode)
{
	fixture_start(f);
	f->store->challenge_mode = mode;
	f->store->renewal.is_allowed = false;
}

/* A fixture whose endpoint takes dynamic challenges, and the one that was minted. */
static void start_dynamic(struct fixture *f, const struct fixture_dynamic *dynamic)
{
	start(f, ENDPOINT_CHALLENGE_DYNAMIC);
	f->store->dynamic = *dynamic;
	f->store->dynamic.text = DYNAMIC;
}

/* --- throttle --- */

static void throttled(void)
{
	struct fixture f;
	struct buf text = { 0 };

	start(&f, ENDPOINT_CHALLENGE_STATIC);
	f.store->blocked_s = 42;
	/* A hash of no accepted method: who compares would stumble over it. */
	f.store->challenge_hash = "$1$weak";
	fixture_expect_refused(&f, &(struct fixture_request){ 0 }, FAIL_BAD_REQUEST, ERR_THROTTLED, &text);
	CU_ASSERT_TRUE(says(&f.store->refused_detail, "42 s"));
	CU_ASSERT_FALSE(says(&text, "42 s"));
	CU_ASSERT_EQUAL(f.store->attempt.len, 0);
	buf_clear(&text);
	fixture_stop(&f);
}

static void attempts(void)
{
	static const struct { const char *name, *challenge; enum endpoint_challenge_mode mode; bool has_none, is_expired, is_dynamic, is_counted; } rows[] = {
		{ "a wrong one", "wrong challenge", ENDPOINT_CHALLENGE_STATIC, false, false, false, true },
		{ "a wrong one where dynamic ones are taken too", "wrong challenge", ENDPOINT_CHALLENGE_BOTH, false, false, false, true },
		{ "too short to be one", "short", ENDPOINT_CHALLENGE_STATIC, false, false, false, true },
		{ "none", "", ENDPOINT_CHALLENGE_STATIC, false, false, false, false },
		{ "a wrong one where dynamic ones alone are taken", "wrong challenge", ENDPOINT_CHALLENGE_DYNAMIC, false, false, false, false },
		{ "a dynamic one that is spent", DYNAMIC, ENDPOINT_CHALLENGE_BOTH, false, false, true, false },
		{ "nothing to compare with", "wrong challenge", ENDPOINT_CHALLENGE_STATIC, true, false, false, false },
		{ "nothing but one that has expired", "wrong challenge", ENDPOINT_CHALLENGE_STATIC, false, true, false, false },
		{ "an endpoint without challenges", "wrong challenge", ENDPOINT_CHALLENGE_NONE, false, false, false, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;

		unit_row(rows[i].name);
		start(&f, rows[i].mode);
		f.store->has_no_static_challenge = rows[i].has_none;
		f.store->challenge_expires_utc = rows[i].is_expired ? FIXTURE_NOW_UTC : 0;
		if (rows[i].is_dynamic)
			f.store->dynamic = (struct fixture_dynamic){ .text = DYNAMIC, .state = ENROLMENT_CHALLENGE_SPENT };
		fixture_expect_refused(&f, &(struct fixture_request){ .challenge = rows[i].challenge }, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
		CU_ASSERT_EQUAL(f.store->attempt.len, rows[i].is_counted ? ENROLMENT_ATTEMPT_LEN : 0);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void digest_of_attempt(const char *secret, int endpoint_id, const char *challenge, uint8_t out[ENROLMENT_ATTEMPT_LEN])
{
	struct random random = random_system();
	struct challenge_memo *memo = challenge_memo_new(&random, bytes_from_str(secret));

	CU_ASSERT_PTR_NOT_NULL_FATAL(memo);
	CU_ASSERT_EQUAL(challenge_memo_attempt(memo, endpoint_id, bytes_from_str(challenge), out), ERR_OK);
	challenge_memo_free(memo);
}

static void digests_of_attempts(void)
{
	static const struct { const char *name, *secret; int endpoint_id; const char *challenge; bool is_same; } rows[] = {
		{ "another worker", "secret", 7, "wrong challenge", true },
		{ "another challenge", "secret", 7, "wrong challengf", false },
		{ "another endpoint", "secret", 8, "wrong challenge", false },
		{ "digits between endpoint and challenge", "secret", 71, "wrong challenge", false },
		{ "another installation", "secres", 7, "wrong challenge", false },
	};
	uint8_t first[ENROLMENT_ATTEMPT_LEN], other[ENROLMENT_ATTEMPT_LEN];

	digest_of_attempt("secret", 7, "wrong challenge", first);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].name);
		digest_of_attempt(rows[i].secret, rows[i].endpoint_id, rows[i].challenge, other);
		CU_ASSERT_EQUAL(memcmp(first, other, sizeof first) == 0, rows[i].is_same);
	}
	unit_row(NULL);
}

static void compared_once(void)
{
	struct fixture f;
	struct cert *old;

	fixture_start(&f);
	old = fixture_certificate(&f, &(struct fixture_certificate){ 0 });
	f.store->known_certificate = old;
	f.store->known_state = ENROLMENT_SIGNER_LIVE;
	f.store->renewal.needs_challenge = true;
	fixture_expect_refused(&f, &(struct fixture_request){ .signer = old, .challenge = "wrong challenge" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	CU_ASSERT_EQUAL(f.store->attempt.len, ENROLMENT_ATTEMPT_LEN);
	cert_free(old);
	fixture_stop(&f);
	/* And compared once: who compares again would stumble over this hash again. */
	fixture_start(&f);
	old = fixture_certificate(&f, &(struct fixture_certificate){ 0 });
	f.store->known_certificate = old;
	f.store->known_state = ENROLMENT_SIGNER_LIVE;
	f.store->renewal.needs_challenge = true;
	f.store->challenge_hash = "$1$weak";
	fixture_expect_refused(&f, &(struct fixture_request){ .signer = old, .challenge = "wrong challenge" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	CU_ASSERT_TRUE(says(&f.store->refused_detail, "no method that is accepted"));
	CU_ASSERT_TRUE(says(&f.log_text, "by=static_challenge error=ERR_CHALLENGE detail=\"the challenge is wrong\""));
	cert_free(old);
	fixture_stop(&f);
}

static void unusable_hash(void)
{
	struct fixture f;
	struct buf text = { 0 };

	start(&f, ENDPOINT_CHALLENGE_STATIC);
	f.store->challenge_hash = "$1$weak";
	fixture_expect_refused(&f, &(struct fixture_request){ 0 }, FAIL_BAD_REQUEST, ERR_CHALLENGE, &text);
	CU_ASSERT_TRUE(says(&f.store->refused_detail, "no method that is accepted"));
	CU_ASSERT_FALSE(says(&text, "method"));
	buf_clear(&text);
	fixture_stop(&f);
}

/* --- dynamic challenges --- */

static void dead_challenges(void)
{
	static const struct { const char *name; struct fixture_dynamic dynamic; const char *told; bool is_breach; } rows[] = {
		{ "expired", { .state = ENROLMENT_CHALLENGE_EXPIRED }, "expired", false },
		{ "spent by the same key", { .state = ENROLMENT_CHALLENGE_SPENT }, "used already", false },
		{ "spent by another key", { .state = ENROLMENT_CHALLENGE_SPENT, .is_anothers = true }, "by another key", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct buf text = { 0 };

		unit_row(rows[i].name);
		start_dynamic(&f, &rows[i].dynamic);
		fixture_expect_refused(&f, &(struct fixture_request){ .challenge = DYNAMIC }, FAIL_BAD_REQUEST, ERR_CHALLENGE, &text);
		/* Who knows one of ours may know what became of it; who does not, may not. */
		CU_ASSERT_TRUE(says(&text, rows[i].told));
		CU_ASSERT_EQUAL(f.store->breached_challenge_id, rows[i].is_breach ? FIXTURE_DYNAMIC_CHALLENGE_ID : 0);
		buf_reset(&text);
		fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "0123456789ABCDEF0123456789ABCDEE", .transaction_id = "T2" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, &text);
		CU_ASSERT_TRUE(says(&text, err_text(ERR_CHALLENGE)));
		CU_ASSERT_EQUAL(f.store->breached_challenge_id, 0);
		buf_clear(&text);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void bound_challenges(void)
{
	static const struct { const char *name; const char *subject, *sans, *device; bool has_key; struct fixture_request request; bool fits; } rows[] = {
		{ "to nothing", NULL, NULL, NULL, false, { .subject = "CN=any" }, true },
		{ "subject", "CN=device-1", NULL, NULL, false, { .subject = NULL }, true },
		{ "subject, another case", "CN=DEVICE-1", NULL, NULL, false, { .subject = NULL }, true },
		{ "another subject", "CN=device-1", NULL, NULL, false, { .subject = "CN=device-2" }, false },
		{ "an attribute more", "CN=device-1", NULL, NULL, false, { .subject = "CN=device-1,serialNumber=2" }, false },
		{ "host name", NULL, "DNS:a.example", NULL, false, { .dns = "a.example" }, true },
		{ "another host name", NULL, "DNS:a.example", NULL, false, { .dns = "b.example" }, false },
		{ "no host name though it must have one", NULL, "DNS:a.example", NULL, false, { .dns = NULL }, false },
		{ "a host name though it must have none", NULL, "none", NULL, false, { .dns = "a.example" }, false },
		{ "none as it must", NULL, "none", NULL, false, { .dns = NULL }, true },
		{ "device", NULL, NULL, "c02xk1", false, { .subject = "CN=x,serialNumber=C02XK1" }, true },
		{ "another device", NULL, NULL, "c02xk1", false, { .subject = "CN=x,serialNumber=C02XK2" }, false },
		{ "key", NULL, NULL, NULL, true, { .subject = NULL }, true },
		{ "another key", NULL, NULL, NULL, true, { .transaction_id = "T3" }, false },
		{ "a binding that nobody can read", "this is no name", NULL, NULL, false, { .subject = NULL }, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture_request request = rows[i].request;
		struct fixture f;

		unit_row(rows[i].name);
		start_dynamic(&f, &(struct fixture_dynamic){ .state = ENROLMENT_CHALLENGE_LIVE, .subject = rows[i].subject, .sans = rows[i].sans, .device = rows[i].device });
		f.store->dynamic.key = rows[i].has_key ? f.client_key : NULL;
		request.challenge = DYNAMIC;
		if (rows[i].has_key && !rows[i].fits)
			request.csr_key = fixture_other_key();
		if (rows[i].fits) {
			fixture_expect_issued(&f, &request, "dynamic_challenge");
		} else {
			fixture_expect_refused(&f, &request, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
		}
		/* Used up by a certificate alone. */
		CU_ASSERT_EQUAL(f.store->dynamic.state, rows[i].fits ? ENROLMENT_CHALLENGE_SPENT : ENROLMENT_CHALLENGE_LIVE);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

/* A policy that drops what it does not list must not drop the device, and leave a certificate for somebody else. */
static void device_stays(void)
{
	static const struct { const char *name; const char *subject, *template; bool drops; enum err error; } rows[] = {
		{ "a listed attribute names it", "CN=ceo,serialNumber=C02XK1", NULL, true, ERR_OK },
		{ "an attribute that is dropped named it", "CN=ceo,unstructuredName=C02XK1", NULL, true, ERR_POLICY },
		{ "an attribute that is refused named it", "CN=ceo,unstructuredName=C02XK1", NULL, false, ERR_POLICY },
		{ "the template names it, and the request need not", "CN=ceo", "CN={challenge.device}", true, ERR_OK },
		{ "the template makes a name of another kind, as its administrator wants", "CN=a,serialNumber=C02XK1", "CN=staff", true, ERR_OK },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct fixture_request request = { .challenge = DYNAMIC, .subject = rows[i].subject };
		struct fixture f;

		unit_row(rows[i].name);
		start_dynamic(&f, &(struct fixture_dynamic){ .state = ENROLMENT_CHALLENGE_LIVE, .device = "c02xk1" });
		f.store->drops_unlisted = rows[i].drops;
		f.store->subject_template = rows[i].template;
		if (rows[i].error == ERR_OK)
			fixture_expect_issued(&f, &request, "dynamic_challenge");
		else
			fixture_expect_refused(&f, &request, FAIL_BAD_REQUEST, rows[i].error, NULL);
		CU_ASSERT_EQUAL(f.store->dynamic.state, rows[i].error == ERR_OK ? ENROLMENT_CHALLENGE_SPENT : ENROLMENT_CHALLENGE_LIVE);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void refused_is_not_burnt(void)
{
	struct fixture f;

	start_dynamic(&f, &(struct fixture_dynamic){ .state = ENROLMENT_CHALLENGE_LIVE });
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = DYNAMIC, .ask_ca = true }, FAIL_BAD_REQUEST, ERR_POLICY, NULL);
	CU_ASSERT_EQUAL(f.store->dynamic.state, ENROLMENT_CHALLENGE_LIVE);
	fixture_expect_issued(&f, &(struct fixture_request){ .challenge = DYNAMIC }, "dynamic_challenge");
	fixture_expect_refused(&f, &(struct fixture_request){ .challenge = DYNAMIC, .transaction_id = "T2" }, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	fixture_stop(&f);
}

static void lost_race(void)
{
	struct fixture f;
	struct scep_message *reply = NULL;
	struct buf content = { 0 };

	start_dynamic(&f, &(struct fixture_dynamic){ .state = ENROLMENT_CHALLENGE_LIVE });
	f.store->commit_error = ERR_CHALLENGE; /* another worker was first */
	UNIT_ERR(ERR_SCEP_FAILURE, fixture_enrol(&f, &(struct fixture_request){ .challenge = DYNAMIC }, &reply, &content));
	CU_ASSERT_EQUAL(content.len, 0);
	UNIT_ERR(ERR_CHALLENGE, f.store->refused_error);
	scep_message_free(reply);
	fixture_stop(&f);
}

/* --- what goes beside --- */

static void key_of_the_signer(void)
{
	struct fixture f;
	struct buf text = { 0 };

	fixture_start(&f);
	f.store->signer_key_must_match = true;
	fixture_expect_issued(&f, &(struct fixture_request){ 0 }, "static_challenge");
	fixture_expect_refused(&f, &(struct fixture_request){ .csr_key = fixture_other_key(), .transaction_id = "T2" }, FAIL_BAD_REQUEST, ERR_POLICY, &text);
	CU_ASSERT_TRUE(says(&text, "another key"));
	f.store->challenge_mode = ENDPOINT_CHALLENGE_NONE;
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	f.store->generation++;
	fixture_expect_refused(&f, &(struct fixture_request){ .csr_key = fixture_other_key(), .transaction_id = "T3" }, FAIL_BAD_REQUEST, ERR_POLICY, NULL);
	buf_clear(&text);
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "while an address must wait, no static challenge is compared, and the right one is refused too", throttled },
	{ "the throttle counts challenges that were compared and are wrong, and nothing else", attempts },
	{ "wrong challenges are told apart by a digest that all workers of an installation compute alike, and nobody without its secret", digests_of_attempts },
	{ "a wrong challenge beside a renewal that needs one is compared and counted once", compared_once },
	{ "a stored hash that cannot be compared with refuses, and the operator is told", unusable_hash },
	{ "who shows a dynamic challenge that is spent or expired is told so; one that another key had spent is a breach", dead_challenges },
	{ "a bound challenge opens what it was minted for, and nothing else (VU#971035)", bound_challenges },
	{ "a challenge for a device makes no certificate in which the policy leaves nothing of the device", device_stays },
	{ "a refused request does not burn a one-time challenge", refused_is_not_burnt },
	{ "who loses the race for a challenge gets no certificate", lost_race },
	{ "the signer's key must be the one that is certified, where the endpoint says so", key_of_the_signer },
};

UNIT_MAIN("challenges", cases)
