#include <config.h>

#include <string.h>

#include "service/fixture.h"

/*
 * Renewal: a PKCSReq or a RenewalReq that is signed with a certificate that this endpoint issued (RFC 8894 section 2.4). The messageType makes no difference, so each
 * row is sent as both.
 */

#define DYNAMIC "0123456789ABCDEF0123456789ABCDEF"

static const int both_types[] = { SCEP_PKCS_REQ, SCEP_RENEWAL_REQ };

/* A fixture with a device that holds a certificate of ours. */
static struct cert *start(struct fixture *f, const struct fixture_certificate *made)
{
	struct cert *old;

	fixture_start(f);
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

/* How a row ends: the right by which it is issued, or NULL and the error. */
struct expected {
	const char *authorisation;
	enum err error;
	enum fail_info fail_info;
};

#define RENEWED { "renewal", ERR_OK, NO_FAIL_INFO }
#define BAD_CERT_ID { NULL, ERR_RENEWAL, FAIL_BAD_CERT_ID }
#define BAD_TIME { NULL, ERR_RENEWAL_TIME, FAIL_BAD_TIME }
#define OTHER_IDENTITY { NULL, ERR_RENEWAL_IDENTITY, FAIL_BAD_REQUEST }
#define NO_RIGHT { NULL, ERR_CHALLENGE, FAIL_BAD_REQUEST }

static void check(struct fixture *f, const struct fixture_request *request, const struct expected *expected)
{
	if (expected->authorisation == NULL) {
		fixture_expect_refused(f, request, expected->fail_info, expected->error, NULL);
		return;
	}
	fixture_expect_issued(f, request, expected->authorisation);
	CU_ASSERT_EQUAL(f->store->renewal_of, strcmp(expected->authorisation, "renewal") == 0 ? FIXTURE_CERTIFICATE_ID : 0);
}

/* --- when, and of what --- */

static void times(void)
{
	static const int64_t now = FIXTURE_NOW_UTC, day = FIXTURE_DAY_S;
	const struct { const char *name; struct fixture_certificate old; struct renewal_rules rules; struct expected expected; } rows[] = {
		{ "at any time", { 0 }, { 0 }, RENEWED },
		{ "in its last second", { .not_after_utc = now }, { 0 }, RENEWED },
		{ "expired a second ago", { .not_after_utc = now - 1 }, { 0 }, BAD_CERT_ID },
		{ "in the last second of the grace", { .not_after_utc = now - 3 * day }, { .grace_days = 3 }, RENEWED },
		{ "a second after the grace", { .not_after_utc = now - 3 * day - 1 }, { .grace_days = 3 }, BAD_CERT_ID },
		{ "valid from this second on", { .not_before_utc = now }, { 0 }, RENEWED },
		{ "valid from the next second on", { .not_before_utc = now + 1 }, { 0 }, BAD_CERT_ID },
		{ "in the first second of the window", { .not_after_utc = now + 30 * day }, { .window = { RENEWAL_WINDOW_DAYS, 30 } }, RENEWED },
		{ "a second before the window", { .not_after_utc = now + 30 * day + 1 }, { .window = { RENEWAL_WINDOW_DAYS, 30 } }, BAD_TIME },
		{ "in the last third of its life", { .not_before_utc = now - 70 * day, .not_after_utc = now + 30 * day }, { .window = { RENEWAL_WINDOW_PERCENT, 33 } }, RENEWED },
		{ "before the last third of its life", { .not_before_utc = now - 60 * day, .not_after_utc = now + 40 * day }, { .window = { RENEWAL_WINDOW_PERCENT, 33 } }, BAD_TIME },
	};

	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct cert *old = start(&f, &rows[i / 2].old);

		unit_row(rows[i / 2].name);
		f.store->renewal = rows[i / 2].rules;
		f.store->renewal.is_allowed = true;
		check(&f, &(struct fixture_request){ .type = both_types[i % 2], .signer = old, .challenge = "" }, &rows[i / 2].expected);
		stop(&f, old);
	}
	unit_row(NULL);
}

static void identities(void)
{
	static const struct { const char *name; struct fixture_certificate old; struct fixture_request request; struct expected expected; } rows[] = {
		{ "the same names", { .dns = "a.example" }, { .dns = "a.example" }, RENEWED },
		{ "the same names in other letters", { .subject = "CN=Device-1", .dns = "a.example" }, { .dns = "A.EXAMPLE" }, RENEWED },
		{ "another common name", { 0 }, { .subject = "CN=device-2" }, OTHER_IDENTITY },
		{ "an attribute more", { 0 }, { .subject = "CN=device-1,serialNumber=7" }, OTHER_IDENTITY },
		{ "an attribute less", { .subject = "CN=device-1,serialNumber=7" }, { 0 }, OTHER_IDENTITY },
		{ "a comma in the value is not another attribute", { .subject = "CN=device-1\\,serialNumber=7" }, { .subject = "CN=device-1,serialNumber=7" }, OTHER_IDENTITY },
		{ "a host name more", { 0 }, { .dns = "a.example" }, OTHER_IDENTITY },
		{ "a host name less", { .dns = "a.example" }, { 0 }, OTHER_IDENTITY },
		{ "another host name", { .dns = "a.example" }, { .dns = "b.example" }, OTHER_IDENTITY },
		{ "a purpose more", { 0 }, { .eku = OID_KP_EMAIL_PROTECTION }, OTHER_IDENTITY },
		{ "its own purpose", { 0 }, { .eku = OID_KP_CLIENT_AUTH }, RENEWED },
	};

	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		struct fixture_request request = rows[i / 2].request;
		struct fixture f;
		struct cert *old = start(&f, &rows[i / 2].old);

		unit_row(rows[i / 2].name);
		request.type = both_types[i % 2];
		request.signer = old;
		request.challenge = "";
		check(&f, &request, &rows[i / 2].expected);
		stop(&f, old);
	}
	unit_row(NULL);
}

static void keys(void)
{
	static const struct { const char *name; bool needs_new, has_new; struct expected expected; } rows[] = {
		{ "the same key", false, false, RENEWED }, { "a new key", false, true, RENEWED },
		{ "a new key where one is asked", true, true, RENEWED }, { "the same key where a new one is asked", true, false, OTHER_IDENTITY },
	};

	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct cert *old = start(&f, &(struct fixture_certificate){ 0 });

		unit_row(rows[i / 2].name);
		f.store->renewal.needs_new_key = rows[i / 2].needs_new;
		f.store->signer_key_must_match = true; /* it is no rule for renewals */
		check(&f, &(struct fixture_request){ .type = both_types[i % 2], .signer = old, .challenge = "", .csr_key = rows[i / 2].has_new ? fixture_other_key() : NULL },
			&rows[i / 2].expected);
		stop(&f, old);
	}
	unit_row(NULL);
}

static void states(void)
{
	static const struct { const char *name; enum enrolment_signer_state state; bool is_off; struct expected expected; } rows[] = {
		{ "live", ENROLMENT_SIGNER_LIVE, false, RENEWED }, { "revoked", ENROLMENT_SIGNER_REVOKED, false, BAD_CERT_ID },
		{ "its lineage stopped", ENROLMENT_SIGNER_STOPPED, false, BAD_CERT_ID }, { "not of this endpoint", ENROLMENT_SIGNER_UNKNOWN, false, NO_RIGHT },
		{ "at an endpoint that does not renew", ENROLMENT_SIGNER_LIVE, true, NO_RIGHT },
	};

	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct cert *old = start(&f, &(struct fixture_certificate){ 0 });

		unit_row(rows[i / 2].name);
		f.store->known_state = rows[i / 2].state;
		f.store->renewal.is_allowed = !rows[i / 2].is_off;
		check(&f, &(struct fixture_request){ .type = both_types[i % 2], .signer = old, .challenge = "" }, &rows[i / 2].expected);
		stop(&f, old);
	}
	unit_row(NULL);
}

static void revoked_meanwhile(void)
{
	struct fixture f;
	struct cert *old = start(&f, &(struct fixture_certificate){ 0 });

	f.store->commit_error = ERR_RENEWAL; /* between the two round trips */
	fixture_expect_refused(&f, &(struct fixture_request){ .signer = old, .challenge = "" }, FAIL_BAD_CERT_ID, ERR_RENEWAL, NULL);
	stop(&f, old);
}

/* --- beside a challenge --- */

static void challenges(void)
{
	static const struct {
		const char *name, *challenge;
		bool needs_challenge, is_revoked, is_spent, is_for_another;
		enum endpoint_challenge_mode mode;
		struct expected expected;
	} rows[] = {
		{ "its spent challenge again, as certmonger sends it", DYNAMIC, false, false, true, false, ENDPOINT_CHALLENGE_BOTH, RENEWED },
		{ "a wrong challenge, which nobody looks at", "wrong challenge", false, false, false, false, ENDPOINT_CHALLENGE_BOTH, RENEWED },
		{ "no challenge where one is asked", "", true, false, false, false, ENDPOINT_CHALLENGE_BOTH, NO_RIGHT },
		{ "a wrong challenge where one is asked", "wrong challenge", true, false, false, false, ENDPOINT_CHALLENGE_BOTH, NO_RIGHT },
		{ "a spent challenge where one is asked", DYNAMIC, true, false, true, false, ENDPOINT_CHALLENGE_BOTH, NO_RIGHT },
		{ "a static challenge where one is asked", FIXTURE_CHALLENGE, true, false, false, false, ENDPOINT_CHALLENGE_BOTH, RENEWED },
		{ "a dynamic challenge where one is asked", DYNAMIC, true, false, false, false, ENDPOINT_CHALLENGE_DYNAMIC, RENEWED },
		{ "a challenge where one is asked, and the endpoint takes none", FIXTURE_CHALLENGE, true, false, false, false, ENDPOINT_CHALLENGE_NONE, NO_RIGHT },
		{ "revoked, with a live challenge: a plain enrolment", FIXTURE_CHALLENGE, false, true, false, false, ENDPOINT_CHALLENGE_BOTH, { "static_challenge", ERR_OK, NO_FAIL_INFO } },
		{ "for another name, with a live challenge: a plain enrolment", DYNAMIC, false, false, false, true, ENDPOINT_CHALLENGE_BOTH, { "dynamic_challenge", ERR_OK, NO_FAIL_INFO } },
		{ "revoked, with a wrong challenge", "wrong challenge", false, true, false, false, ENDPOINT_CHALLENGE_BOTH, BAD_CERT_ID },
	};

	for (size_t i = 0; i < 2 * sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct cert *old = start(&f, &(struct fixture_certificate){ 0 });

		unit_row(rows[i / 2].name);
		f.store->challenge_mode = rows[i / 2].mode;
		f.store->renewal.needs_challenge = rows[i / 2].needs_challenge;
		f.store->known_state = rows[i / 2].is_revoked ? ENROLMENT_SIGNER_REVOKED : ENROLMENT_SIGNER_LIVE;
		f.store->dynamic = (struct fixture_dynamic){ .text = DYNAMIC, .state = rows[i / 2].is_spent ? ENROLMENT_CHALLENGE_SPENT : ENROLMENT_CHALLENGE_LIVE };
		check(&f, &(struct fixture_request){ .type = both_types[i % 2], .signer = old, .challenge = rows[i / 2].challenge,
			.subject = rows[i / 2].is_for_another ? "CN=device-2" : NULL }, &rows[i / 2].expected);
		stop(&f, old);
	}
	unit_row(NULL);
}

static void renewal_leaves_the_challenge(void)
{
	struct fixture f;
	struct cert *old = start(&f, &(struct fixture_certificate){ 0 });

	f.store->challenge_mode = ENDPOINT_CHALLENGE_DYNAMIC;
	f.store->dynamic = (struct fixture_dynamic){ .text = DYNAMIC, .state = ENROLMENT_CHALLENGE_LIVE };
	fixture_expect_issued(&f, &(struct fixture_request){ .signer = old, .challenge = DYNAMIC }, "renewal");
	CU_ASSERT_EQUAL(f.store->dynamic.state, ENROLMENT_CHALLENGE_LIVE);
	f.store->renewal.needs_challenge = true;
	f.store->generation++;
	fixture_expect_issued(&f, &(struct fixture_request){ .signer = old, .challenge = DYNAMIC, .transaction_id = "T2" }, "renewal");
	CU_ASSERT_EQUAL(f.store->dynamic.state, ENROLMENT_CHALLENGE_SPENT);
	stop(&f, old);
}

static void strict_policy(void)
{
	static const struct { const char *name; bool is_at_par; const char *subject; struct expected expected; } rows[] = {
		{ "what it had, at par", true, "CN=device-1,O=Example", RENEWED },
		{ "what it had, not at par", false, "CN=device-1,O=Example", { NULL, ERR_POLICY, FAIL_BAD_REQUEST } },
		{ "what it did not have, at par", true, "CN=device-1,O=Example,OU=More", { NULL, ERR_POLICY, FAIL_BAD_REQUEST } },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct cert *old = start(&f, &(struct fixture_certificate){ .subject = "CN=device-1,O=Example" }); /* the policy has no rule for O */
		struct fixture_request request = { .signer = old, .challenge = "", .subject = rows[i].subject };

		unit_row(rows[i].name);
		f.store->renewal.is_at_par = rows[i].is_at_par;
		check(&f, &request, &rows[i].expected);
		stop(&f, old);
	}
	unit_row(NULL);
}

static void keys_at_par(void)
{
	struct key *large = fixture_large_key(); /* of a class that the endpoint does not list */
	struct fixture f;
	struct cert *old = start(&f, &(struct fixture_certificate){ .key = large });
	struct fixture_request request = { .signer = old, .signer_key = large, .csr_key = large, .challenge = "" };

	fixture_expect_refused(&f, &request, FAIL_BAD_ALG, ERR_ALG_KEY, NULL);
	f.store->renewal.is_at_par = true;
	f.store->generation++;
	fixture_expect_issued(&f, &request, "renewal");
	stop(&f, old);
	/* Nor is it for a device that comes with another such key. */
	old = start(&f, &(struct fixture_certificate){ 0 });
	f.store->renewal.is_at_par = true;
	fixture_expect_refused(&f, &(struct fixture_request){ .signer = old, .csr_key = large, .challenge = "" }, FAIL_BAD_ALG, ERR_ALG_KEY, NULL);
	stop(&f, old);
}

static const struct unit_case cases[] = {
	{ "a certificate is renewed in date, inside the window and the grace, to the second; badTime before, badCertId after (RFC 8894 section 3.2.1.4.5)", times },
	{ "a renewal is for the same names and usages (RFC 8894 section 2.4)", identities },
	{ "a renewal brings a new key where one is asked (RFC 8894 section 2.4)", keys },
	{ "what is revoked, stopped, or another endpoint's is not renewed (CVE-2020-25276)", states },
	{ "what is revoked between the two round trips is not renewed", revoked_meanwhile },
	{ "a challenge beside a good renewal is not looked at, unless the endpoint asks for both; beside a bad one it makes a plain enrolment", challenges },
	{ "a renewal leaves the challenge beside it alone, unless it needs it", renewal_leaves_the_challenge },
	{ "what the old certificate has may be kept at par, when the policy has become stricter", strict_policy },
	{ "so may its key", keys_at_par },
};

UNIT_MAIN("renewal", cases)
