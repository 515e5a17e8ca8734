#ifndef SCEPGATE_SERVICE_ISSUE_H
#define SCEPGATE_SERVICE_ISSUE_H

/*
 * From a grant to a certificate, or to a place among the requests that wait for an operator. The only file that signs certificates for devices, and it does so for a grant alone:
 * decide what is certified, sign, record.
 */

#include "service/grant.h"
#include "service/pki_operation.h"

/**
 * For a request that was granted: issue, or let it wait when the endpoint's approval mode, a rule of it or the grant asks for an operator.
 *
 * @param operation in: with the CSR, verified. @param key in: the transaction. @param outcome out: the certificate, recorded, or pending.
 * @return ERR_OK; ERR_STALE, also when the transaction was decided meanwhile; ERR_POLICY, ERR_ALG_KEY, ERR_RENEWAL*, ERR_CA_VALIDITY, ERR_CHALLENGE, ERR_APPROVAL: refused;
 *         ERR_DB_AWAY and others of the machine.
 * Cost: one private-key operation and one round trip.
 */
enum err issue_or_pend(const struct pki_operation *operation, const struct enrolment_key *key, const struct grant *grant, struct pki_outcome *outcome, struct why *why);

/** For a request that an operator approved: issue. As issue_or_pend(). */
enum err issue_approved(const struct pki_operation *operation, const struct enrolment_key *key, const struct grant *grant, struct pki_outcome *outcome, struct why *why);

/** For a request that nobody granted and that an operator may authorise: let it wait. @param because in: what he is told. As issue_or_pend(). */
enum err pend_unauthorised(const struct pki_operation *operation, const struct enrolment_key *key, const char *because, struct pki_outcome *outcome, struct why *why);

#endif
