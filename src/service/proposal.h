#ifndef SCEPGATE_SERVICE_PROPOSAL_H
#define SCEPGATE_SERVICE_PROPOSAL_H

/* What would be certified for a request: what endpoint, policy and renewal make of it, and its names as they are recorded and shown to an operator. */

#include "policy/policy.h"
#include "service/pki_operation.h"

/** All zero is the initial value; proposal_clear() at the end, whatever happened. */
struct proposal {
	struct policy_verdict *verdict;
	struct buf subject, sans;      /* terminated: RFC 4514 text; "DNS:a, IP:192.0.2.1" or empty */
	struct buf notes;              /* terminated: what policy dropped or kept, and what the operator should know; may be empty */
};

/**
 * Decide: the endpoint's list of keys, the policy, and, for a renewal, that it is the same identity.
 *
 * @param operation in: with the CSR, verified; the proposal borrows from it. @param facts in: the certificate that is renewed, and whom the challenge was minted for; the rest
 *                  is filled in here.
 * @param out       out: in its initial state; to be cleared on error too.
 * @return ERR_OK; ERR_ALG_KEY, ERR_ALG_DIGEST, ERR_POLICY, ERR_CA_VALIDITY; ERR_RENEWAL_IDENTITY; ERR_MEMORY.
 */
enum err proposal_make(const struct pki_operation *operation, const struct policy_facts *facts, struct proposal *out, struct why *why);
void proposal_clear(struct proposal *proposal);

#endif
