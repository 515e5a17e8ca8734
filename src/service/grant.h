#ifndef SCEPGATE_SERVICE_GRANT_H
#define SCEPGATE_SERVICE_GRANT_H

/*
 * By what right a certificate is issued. Only authorisers make grants (authorise_*.c), and operator_approval.c for what an operator approved, after they found a reason;
 * issuing takes one. tests/layers proves that grant_new() is called in no other file, so there is no way to a certificate around them.
 */

#include "pki/cert.h"
#include "store/enrolment.h"

struct grant {
	const char *authorisation;     /* as the database has it: "static_challenge", "dynamic_challenge", "renewal", "approval"; borrowed for ever */
	int static_challenge_id;       /* 0: none */
	int64_t challenge_id;          /* 0: none */
	int64_t renewal_of;            /* 0: none */
	const struct cert *renewed;    /* the certificate that is renewed, for identity and at-par rules; borrowed; NULL: none */
	const struct enrolment_found *approved; /* what an operator approved: only these names are certified; borrowed; NULL: none */
	const char *device, *user, *sid; /* for which device, user and Windows account the challenge was minted; borrowed; each NULL or empty: for none */
	const char *asks_operator;     /* why an operator must agree as well, whatever the endpoint's rules say; borrowed for ever; NULL: he need not */
};

/** @param authorisation in: borrowed for ever. @return heap, grant_free(); NULL without memory. The other fields are the caller's to fill. */
struct grant *grant_new(const char *authorisation);
void grant_free(struct grant *grant);

#endif
