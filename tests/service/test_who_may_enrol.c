#include <config.h>

#include <stdio.h>
#include <string.h>

#include "pki/crypto.h"
#include "service/fixture.h"
#include "service/sealed_request.h"

/*
 * Every messageType × every kind of requester × every endpoint mode: issued, waiting, or refused. What comes out is compared with an oracle of a few lines that knows
 * nothing of the service: what it names, and nothing else, is issued. scepgate-protocol(7) has the same as a table.
 */

#define DYNAMIC "0123456789ABCDEF0123456789ABCDEF"
/* The fixture's static challenge under bcrypt at its lowest cost: the table holds thousands of wrong ones. */
#define CHEAP_HASH "$2b$04$abcdefghijklmnopqrstuuqREtd3VJD2QVZbuFskFSLk6eRIrQoOS"

/* The endpoint renews in the last 30 days and in 7 days of grace. */
enum { WINDOW_DAYS = 30, GRACE_DAYS = 7 };

/* --- the requesters --- */

enum signer { SELF_SIGNED, OURS, TOO_EARLY, IN_GRACE, EXPIRED, NOT_YET_VALID, FORGED, SIGNER_COUNT };

enum transaction { NO_TRANSACTION, WAITING, APPROVED, DENIED, APPROVED_RENEWAL, SOMEBODY_ELSES, SAME_REQUEST_OF_ANOTHER_KEY };

/* What the challenge of a request opens. */
enum opens { NOTHING, STATIC_MODES, DYNAMIC_MODES };

struct requester {
	const char *name;
	/* what it sends */
	const char *challenge;                     /* "" for none */
	enum signer signer;
	bool has_wrong_signature;
	const char *subject;                       /* NULL: the one of its certificate */
	/* what the database knows */
	bool is_unknown;                           /* its certificate is another endpoint's */
	enum enrolment_signer_state state;         /* else; 0, which is UNKNOWN, stands for LIVE */
	struct fixture_dynamic dynamic;
	int blocked_s;
	enum transaction transaction;
	/* what it may; for the oracle alone */
	enum opens opens;
	bool renews;
};

#define MINTED(...) { .text = DYNAMIC, __VA_ARGS__ }
#define LIVE .state = ENROLMENT_CHALLENGE_LIVE
#define SPENT .state = ENROLMENT_CHALLENGE_SPENT

static const struct requester requesters[] = {
	{ "self-signed, no challenge", "", .signer = SELF_SIGNED },
	{ "self-signed, static challenge", FIXTURE_CHALLENGE, .signer = SELF_SIGNED, .opens = STATIC_MODES },
	{ "self-signed, wrong static challenge", "wrong challenge", .signer = SELF_SIGNED },
	{ "self-signed, static challenge, throttled", FIXTURE_CHALLENGE, .signer = SELF_SIGNED, .blocked_s = 60 },
	{ "self-signed, live dynamic challenge", DYNAMIC, .signer = SELF_SIGNED, .dynamic = MINTED(LIVE), .opens = DYNAMIC_MODES },
	{ "self-signed, live dynamic challenge, throttled", DYNAMIC, .signer = SELF_SIGNED, .dynamic = MINTED(LIVE), .blocked_s = 60, .opens = DYNAMIC_MODES },
	{ "self-signed, dynamic challenge that it spent", DYNAMIC, .signer = SELF_SIGNED, .dynamic = MINTED(SPENT) },
	{ "self-signed, dynamic challenge that another key spent", DYNAMIC, .signer = SELF_SIGNED, .dynamic = MINTED(SPENT, .is_anothers = true) },
	{ "self-signed, dynamic challenge that expired", DYNAMIC, .signer = SELF_SIGNED, .dynamic = MINTED(.state = ENROLMENT_CHALLENGE_EXPIRED) },
	{ "self-signed, dynamic challenge of another endpoint", DYNAMIC, .signer = SELF_SIGNED },
	{ "self-signed, dynamic challenge bound to this name", DYNAMIC, .signer = SELF_SIGNED, .dynamic = MINTED(LIVE, .subject = "CN=device-1"), .opens = DYNAMIC_MODES },
	{ "self-signed, dynamic challenge bound to another name", DYNAMIC, .signer = SELF_SIGNED, .dynamic = MINTED(LIVE, .subject = "CN=device-2") },
	{ "ours, no challenge", "", .signer = OURS, .renews = true },
	{ "ours, static challenge", FIXTURE_CHALLENGE, .signer = OURS, .renews = true, .opens = STATIC_MODES },
	{ "ours, wrong static challenge", "wrong challenge", .signer = OURS, .renews = true },
	{ "ours, live dynamic challenge", DYNAMIC, .signer = OURS, .dynamic = MINTED(LIVE), .renews = true, .opens = DYNAMIC_MODES },
	{ "ours, the dynamic challenge of its first enrolment", DYNAMIC, .signer = OURS, .dynamic = MINTED(SPENT), .renews = true },
	{ "ours, expired inside the grace", "", .signer = IN_GRACE, .renews = true },
	{ "ours, expired", "", .signer = EXPIRED },
	{ "ours, expired, static challenge", FIXTURE_CHALLENGE, .signer = EXPIRED, .opens = STATIC_MODES },
	{ "ours, not yet valid", "", .signer = NOT_YET_VALID },
	{ "ours, before the window", "", .signer = TOO_EARLY },
	{ "ours, before the window, live dynamic challenge", DYNAMIC, .signer = TOO_EARLY, .dynamic = MINTED(LIVE), .opens = DYNAMIC_MODES },
	{ "ours, revoked", "", .signer = OURS, .state = ENROLMENT_SIGNER_REVOKED },
	{ "ours, revoked, static challenge", FIXTURE_CHALLENGE, .signer = OURS, .state = ENROLMENT_SIGNER_REVOKED, .opens = STATIC_MODES },
	{ "ours, its lineage stopped", "", .signer = OURS, .state = ENROLMENT_SIGNER_STOPPED },
	{ "ours, for another name", "", .signer = OURS, .subject = "CN=device-2" },
	{ "ours, for another name, live dynamic challenge", DYNAMIC, .signer = OURS, .subject = "CN=device-2", .dynamic = MINTED(LIVE), .opens = DYNAMIC_MODES },
	{ "ours, the message signed by another key", FIXTURE_CHALLENGE, .signer = OURS, .has_wrong_signature = true },
	{ "of another endpoint", "", .signer = OURS, .is_unknown = true },
	{ "forged, with name and serial number of ours", "", .signer = FORGED },
	{ "forged, static challenge", FIXTURE_CHALLENGE, .signer = FORGED, .opens = STATIC_MODES },
	{ "approved by an operator", FIXTURE_CHALLENGE, .signer = SELF_SIGNED, .transaction = APPROVED },
	{ "approved by an operator, without challenge", "", .signer = SELF_SIGNED, .transaction = APPROVED },
	{ "denied by an operator", FIXTURE_CHALLENGE, .signer = SELF_SIGNED, .transaction = DENIED },
	{ "waiting for an operator", FIXTURE_CHALLENGE, .signer = SELF_SIGNED, .transaction = WAITING },
	{ "approved renewal", "", .signer = OURS, .transaction = APPROVED_RENEWAL, .renews = true },
	{ "approved renewal, revoked since", "", .signer = OURS, .transaction = APPROVED_RENEWAL, .state = ENROLMENT_SIGNER_REVOKED },
	{ "with the transactionID of another requester's approved request", "", .signer = SELF_SIGNED, .transaction = SOMEBODY_ELSES },
	{ "with another requester's request, challenge and all", FIXTURE_CHALLENGE, .signer = SELF_SIGNED, .transaction = SAME_REQUEST_OF_ANOTHER_KEY },
};

enum { REQUESTERS = sizeof requesters / sizeof requesters[0] };

/* --- the endpoint modes --- */

enum approval { NO_OPERATOR, ALWAYS, NAME_IN_LIST, NAME_OUTSIDE_LIST, FIRST_TIME, APPROVALS };
enum renewal { NO_RENEWAL, RENEWAL, RENEWAL_WITH_CHALLENGE, RENEWALS };
enum { CHALLENGE_MODES = ENDPOINT_CHALLENGE_BOTH + 1, MODES = CHALLENGE_MODES * APPROVALS * RENEWALS };

struct mode {
	enum endpoint_challenge_mode challenge;
	enum approval approval;
	enum renewal renewal;
};

static struct mode mode_of(int number)
{
	return (struct mode){ (enum endpoint_challenge_mode)(number % CHALLENGE_MODES), (enum approval)(number / CHALLENGE_MODES % APPROVALS),
		(enum renewal)(number / CHALLENGE_MODES / APPROVALS) };
}

/* --- the oracle --- */

enum answer { REFUSED, PENDING, ISSUED, ANSWERS };

static bool opens(const struct requester *requester, const struct mode *mode)
{
	bool has_static = mode->challenge == ENDPOINT_CHALLENGE_STATIC || mode->challenge == ENDPOINT_CHALLENGE_BOTH;
	bool has_dynamic = mode->challenge == ENDPOINT_CHALLENGE_DYNAMIC || mode->challenge == ENDPOINT_CHALLENGE_BOTH;

	return (requester->opens == STATIC_MODES && has_static) || (requester->opens == DYNAMIC_MODES && has_dynamic);
}

static enum answer oracle_of_new(const struct requester *requester, const struct mode *mode)
{
	bool opened = opens(requester, mode);
	bool renews = requester->renews && (mode->renewal == RENEWAL || (mode->renewal == RENEWAL_WITH_CHALLENGE && opened));

	if (!opened && !renews)
		return mode->challenge == ENDPOINT_CHALLENGE_NONE && mode->approval == ALWAYS ? PENDING : REFUSED;
	if (mode->approval == ALWAYS || mode->approval == NAME_OUTSIDE_LIST || (mode->approval == FIRST_TIME && !renews))
		return PENDING;
	return ISSUED;
}

static enum answer oracle(int type, const struct requester *requester, const struct mode *mode)
{
	bool asks = type == SCEP_PKCS_REQ || type == SCEP_RENEWAL_REQ;

	if ((!asks && type != SCEP_CERT_POLL) || requester->has_wrong_signature)
		return REFUSED;
	switch (requester->transaction) {
	case WAITING:
		return PENDING;
	case APPROVED:
		return ISSUED;
	case APPROVED_RENEWAL:
		return requester->renews && mode->renewal != NO_RENEWAL ? ISSUED : REFUSED;
	case DENIED:
	case SAME_REQUEST_OF_ANOTHER_KEY:
		return REFUSED;
	case SOMEBODY_ELSES:
	case NO_TRANSACTION:
		break;
	}
	return asks ? oracle_of_new(requester, mode) : REFUSED;
}

/* --- the messages --- */

struct sent {
	struct buf message;
	struct scep_request_plan plan;
};

static struct cert *certificates[SIGNER_COUNT];

static void make_certificates(const struct fixture *f)
{
	const int64_t now = FIXTURE_NOW_UTC, day = FIXTURE_DAY_S;
	const struct fixture_certificate made[SIGNER_COUNT] = {
		[OURS] = { .not_after_utc = now + 10 * day },
		[TOO_EARLY] = { .not_after_utc = now + (WINDOW_DAYS + 1) * day },
		[IN_GRACE] = { .not_after_utc = now - (GRACE_DAYS - 1) * day },
		[EXPIRED] = { .not_after_utc = now - (GRACE_DAYS + 1) * day },
		[NOT_YET_VALID] = { .not_before_utc = now + day, .not_after_utc = now + 20 * day },
		[FORGED] = { .not_after_utc = now + 10 * day, .forged = true },
	};

	for (int i = SELF_SIGNED + 1; i < SIGNER_COUNT; i++)
		certificates[i] = fixture_certificate(f, &made[i]);
	UNIT_BYTES(certificates[OURS]->serial, certificates[FORGED]->serial);
}

static void make_message(struct fixture *f, const struct requester *requester, int type, struct sent *sent)
{
	fixture_message(f, &(struct fixture_request){
		.type = type,
		.challenge = requester->challenge,
		.subject = requester->subject,
		.signer = certificates[requester->signer],
		.signer_key = requester->has_wrong_signature ? fixture_other_key() : NULL,
	}, &sent->message, &sent->plan);
}

/* --- what the database knows --- */

static void digest(struct bytes data, struct buf *out)
{
	uint8_t octets[DIGEST_MAX_LEN];

	CU_ASSERT_EQUAL_FATAL(crypto_digest(DIGEST_SHA256, data, octets), ERR_OK);
	buf_reset(out);
	CU_ASSERT_EQUAL_FATAL(buf_append(out, bytes_from(octets, ENROLMENT_HASH_LEN)), ERR_OK);
}

static void put(struct buf *out, const char *text)
{
	buf_reset(out);
	CU_ASSERT_EQUAL_FATAL(buf_append_str(out, text), ERR_OK);
}

static enum enrolment_state state_of(enum transaction transaction)
{
	switch (transaction) {
	case NO_TRANSACTION:
		break;
	case WAITING:
	case SAME_REQUEST_OF_ANOTHER_KEY:
		return ENROLMENT_PENDING;
	case DENIED:
		return ENROLMENT_DENIED;
	case APPROVED:
	case APPROVED_RENEWAL:
	case SOMEBODY_ELSES:
		return ENROLMENT_APPROVED;
	}
	return ENROLMENT_NEW;
}

/* As if this very message had come before and begun to wait. */
static void set_transaction(struct fixture *f, const struct requester *requester, const struct sent *sent)
{
	bool is_anothers = requester->transaction == SOMEBODY_ELSES || requester->transaction == SAME_REQUEST_OF_ANOTHER_KEY;
	struct fixture_store *seen = f->store;
	struct sealed_content content = { .csr_der = sent->plan.content };
	struct enrolment_key key;

	seen->state = state_of(requester->transaction);
	seen->renewal_of = requester->transaction == APPROVED_RENEWAL ? FIXTURE_CERTIFICATE_ID : 0;
	if (requester->transaction == NO_TRANSACTION)
		return;
	if (seen->renewal_of != 0)
		content.renewed_der = buf_bytes(&certificates[requester->signer]->der);
	put(&seen->transaction_id, "T1");
	put(&seen->subject, "CN=device-1");
	buf_reset(&seen->sans);
	digest(requester->transaction == SOMEBODY_ELSES ? bytes_from_str("another request") : sent->plan.content, &seen->csr_sha256);
	digest(key_get_spki(is_anothers ? fixture_other_key() : f->client_key), &seen->requester);
	key = (struct enrolment_key){ 7, 1, buf_bytes(&seen->transaction_id), buf_bytes(&seen->requester), buf_bytes(&seen->csr_sha256) };
	buf_reset(&seen->csr_der);
	CU_ASSERT_EQUAL_FATAL(sealed_request_encode(&f->service, &key, &content, &seen->csr_der), ERR_OK);
}

static void set_requester(struct fixture *f, const struct requester *requester, const struct sent *sent)
{
	struct fixture_store *seen = f->store;

	seen->issued_count = seen->waiting_count = seen->commit_count = 0;
	seen->dynamic = requester->dynamic;
	seen->blocked_s = requester->blocked_s;
	seen->known_certificate = requester->is_unknown || requester->signer == FORGED ? NULL : certificates[requester->signer];
	seen->known_state = requester->state == ENROLMENT_SIGNER_UNKNOWN ? ENROLMENT_SIGNER_LIVE : requester->state;
	set_transaction(f, requester, sent);
}

static void set_mode(struct fixture *f, const struct mode *mode)
{
	struct fixture_store *seen = f->store;

	seen->challenge_mode = mode->challenge;
	seen->approval = mode->approval == NO_OPERATOR ? ENDPOINT_APPROVAL_NONE : mode->approval == ALWAYS ? ENDPOINT_APPROVAL_ALWAYS : ENDPOINT_APPROVAL_RULES;
	seen->approved_names = mode->approval == NAME_IN_LIST ? "device-*" : mode->approval == NAME_OUTSIDE_LIST ? "printer-*" : NULL;
	seen->asks_first_time = mode->approval == FIRST_TIME;
	seen->renewal = (struct renewal_rules){ .is_allowed = mode->renewal != NO_RENEWAL, .needs_challenge = mode->renewal == RENEWAL_WITH_CHALLENGE,
		.window = { RENEWAL_WINDOW_DAYS, WINDOW_DAYS }, .grace_days = GRACE_DAYS };
	seen->generation++; /* what a worker remembers of the endpoint is dropped */
}

/* --- the table --- */

static void check_cell(struct fixture *f, int type, const struct requester *requester, const struct mode *mode, const struct sent *sent, int counts[ANSWERS])
{
	static const char *const challenges[] = { "none", "static", "dynamic", "both" };
	static const char *const approvals[] = { "no operator", "always", "name in list", "name outside list", "first time" };
	static const char *const renewals[] = { "no renewal", "renewal", "renewal with challenge" };
	static const enum err errors[ANSWERS] = { [REFUSED] = ERR_SCEP_FAILURE, [PENDING] = ERR_SCEP_PENDING, [ISSUED] = ERR_OK };
	enum answer expected = oracle(type, requester, mode);
	bool begins_to_wait = expected == PENDING && requester->transaction != WAITING;
	struct scep_message *reply = NULL;
	struct buf content = { 0 };
	char row[256];

	snprintf(row, sizeof row, "%d, %s; challenge %s, %s, %s", type, requester->name, challenges[mode->challenge], approvals[mode->approval], renewals[mode->renewal]);
	unit_row(row);
	set_requester(f, requester, sent);
	UNIT_ERR(errors[expected], fixture_post(f, &sent->message, &sent->plan, &reply, &content));
	CU_ASSERT_EQUAL(f->store->issued_count, expected == ISSUED);
	CU_ASSERT_EQUAL(f->store->waiting_count, begins_to_wait);
	CU_ASSERT_EQUAL(content.len > 0, expected == ISSUED);
	counts[expected]++;
	scep_message_free(reply);
	buf_clear(&content);
	unit_row(NULL);
}

static void report(int type, const int counts[ANSWERS])
{
	printf("# %s (%d): %d cells: %d issued, %d pending, %d refused\n", scep_message_type_name(type), type, counts[REFUSED] + counts[PENDING] + counts[ISSUED],
		counts[ISSUED], counts[PENDING], counts[REFUSED]);
}

/* One endpoint mode for each of the requesters of the table, or for one alone. */
static void check_mode(struct fixture *f, int type, int number, const struct sent *sent, int only, int counts[ANSWERS])
{
	struct mode mode = mode_of(number);

	set_mode(f, &mode);
	for (int i = 0; i < REQUESTERS; i++)
		if (only < 0 || only == i)
			check_cell(f, type, &requesters[i], &mode, &sent[i], counts);
}

static void start(struct fixture *f)
{
	fixture_start(f);
	f->store->challenge_hash = CHEAP_HASH;
	make_certificates(f);
}

static void stop(struct fixture *f)
{
	for (int i = 0; i < SIGNER_COUNT; i++) {
		cert_free(certificates[i]);
		certificates[i] = NULL;
	}
	fixture_stop(f);
}

/* @param stride 1: every mode; 7, which has no divisor in common with the numbers of modes: each value of each setting. */
static void check_type(int type, int stride)
{
	static struct sent sent[REQUESTERS];
	int counts[ANSWERS] = { 0 };
	struct fixture f;

	start(&f);
	for (int i = 0; i < REQUESTERS; i++)
		make_message(&f, &requesters[i], type, &sent[i]);
	for (int number = 0; number < MODES; number += stride)
		check_mode(&f, type, number, sent, -1, counts);
	report(type, counts);
	for (int i = 0; i < REQUESTERS; i++)
		buf_clear(&sent[i].message);
	stop(&f);
}

static void pkcs_req(void)
{
	check_type(SCEP_PKCS_REQ, 1);
}

static void renewal_req(void)
{
	check_type(SCEP_RENEWAL_REQ, 1);
}

static void cert_poll(void)
{
	check_type(SCEP_CERT_POLL, 1);
}

static void questions(void)
{
	check_type(SCEP_GET_CERT, 7);
	check_type(SCEP_GET_CRL, 7);
}

static bool is_served(int type)
{
	return type == SCEP_RENEWAL_REQ || type == SCEP_PKCS_REQ || type == SCEP_CERT_POLL || type == SCEP_GET_CERT || type == SCEP_GET_CRL;
}

static void unknown_types(void)
{
	static struct sent sent[REQUESTERS];
	int counts[ANSWERS] = { 0 };
	struct fixture f;

	check_type(18, 7);
	start(&f);
	/* The requesters take turns. A CertRep (3) is another thing: test_corner_attributes. */
	for (int type = 1; type < 100; type++) {
		int turn = type % REQUESTERS;

		if (is_served(type) || type == SCEP_CERT_REP)
			continue;
		make_message(&f, &requesters[turn], type, &sent[turn]);
		for (int number = 0; number < MODES; number += 7)
			check_mode(&f, type, number, sent, turn, counts);
		buf_clear(&sent[turn].message);
		fixture_forget();
	}
	stop(&f);
}

static const struct unit_case cases[] = {
	{ "PKCSReq: every requester at every endpoint mode (RFC 8894 section 3.3.1)", pkcs_req },
	{ "RenewalReq is judged as PKCSReq is: the messageType gives no right (RFC 8894 section 3.3.1)", renewal_req },
	{ "CertPoll issues what an operator approved for this very requester, and nothing else (RFC 8894 section 3.3.3)", cert_poll },
	{ "GetCert and GetCRL issue nothing (RFC 8894 section 3.3.4)", questions },
	{ "no other messageType issues anything, 18 first of all, whoever sends it (CVE-2026-30836)", unknown_types },
};

UNIT_MAIN("who_may_enrol", cases)
