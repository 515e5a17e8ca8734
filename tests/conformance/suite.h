#ifndef SCEPGATE_TESTS_CONFORMANCE_SUITE_H
#define SCEPGATE_TESTS_CONFORMANCE_SUITE_H

/* What the checks share: the options, the server's capabilities and certificates, keys to enrol, and exchanges that several of them look at. */

#include "base/clock.h"
#include "base/random.h"
#include "conformance/degenerate.h"
#include "conformance/exchange.h"
#include "ctl/ca_set.h"
#include "scep/caps.h"

/** What the caller says of the server. Borrowed. */
struct suite_options {
	const char *url;
	const char *pending_url;   /* an endpoint that answers PENDING; NULL: none known */
	const char *challenge;     /* NULL: not known */
	bool is_open;              /* enrols without a challenge */
	const char *ca_fingerprint;
	const char *ca_file;       /* for https */
	const char *subject;       /* RFC 4514 text; '%' stands for a fresh word */
	enum cipher legacy_cipher; /* allowed by the operator although RFC 8894 section 2.9 forbids it; CIPHER_NONE: none */
	bool has_next_ca, has_rollover, has_renewal, has_get_cert, has_get_crl, has_password_recipient;
	long timeout_s;
};

/** An exchange that is made once, when the first check asks for it. */
struct suite_exchange {
	bool is_made;
	enum err error;
	struct why why;
	struct exchange exchange;
};

struct suite {
	struct suite_options options;
	struct random random;
	struct clock clock;
	struct key *device_key, *other_key;  /* RSA-2048 */
	/* From GetCACaps and GetCACert. */
	bool has_caps, has_ca;
	struct why caps_why, ca_why;
	struct web_reply caps_reply, ca_reply;
	struct scep_caps caps;
	bool ca_is_message;
	struct ca_set ca;
	const struct cert *recipient;
	struct suite *at_pending;  /* the same for the endpoint that answers PENDING, with keys of its own; NULL: there is none */
	/* Use suite_success(), suite_failure() and suite_pending(). */
	struct suite_exchange success, failure, pending;
};

/** Make keys and ask for capabilities and certificates; what the server does not give is for the checks to report. */
enum err suite_open(const struct suite_options *options, struct suite *suite, struct why *why);
void suite_close(struct suite *suite);

/** GET with this query. @param suffix in: appended to the path; NULL: nothing. */
enum err suite_get(const struct suite *suite, const char *suffix, const char *query, struct web_reply *reply, struct why *why);

/** May a certificate be had? @return VERDICT_PASS; VERDICT_SKIP without a challenge; VERDICT_FAIL without the server's certificate. */
enum verdict suite_can_enrol(const struct suite *suite, struct why *detail);

/** Can messages be made? @return VERDICT_PASS; VERDICT_FAIL without the server's certificate. */
enum verdict suite_can_ask(const struct suite *suite, struct why *detail);

/** The standard PKCSReq with the challenge, POSTed: a CertRep of SUCCESS, opened. @param out out: borrowed from the suite, set on PASS. */
enum verdict suite_success(struct suite *suite, const struct exchange **out, struct why *detail);

/** A request that must be refused, answered by a CertRep FAILURE: the first of several ways that the server answers so. Borrowed, set on PASS. */
enum verdict suite_failure(struct suite *suite, const struct exchange **out, struct why *detail);

/** The standard PKCSReq at the endpoint that answers PENDING. Borrowed, set on PASS; VERDICT_SKIP when there is no such endpoint. */
enum verdict suite_pending(struct suite *suite, const struct exchange **out, struct why *detail);

#endif
