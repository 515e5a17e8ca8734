#ifndef SCEPGATE_SERVICE_ENROL_H
#define SCEPGATE_SERVICE_ENROL_H

/* PKCSReq and RenewalReq: the one way in which a device's request becomes a certificate. Who may have one, the authorisers say; what is certified, the policy. */

#include "service/pki_operation.h"

/**
 * Open, look for a repeat, authorise, decide, sign and record; or let it wait for an operator, where the endpoint asks for approval.
 *
 * @param operation in/out: the message is verified. What is read of the request is kept in it for the reply and the log.
 * @param outcome   out: the certificate, which is in the database when ERR_OK is returned, or pending.
 * @return ERR_OK; ERR_STALE; ERR_CMS_*, ERR_CSR_*, ERR_CHALLENGE, ERR_THROTTLED, ERR_RENEWAL*, ERR_APPROVAL, ERR_POLICY, ERR_ALG_KEY, ERR_ALG_KEY_TRANSPORT, ERR_CA_VALIDITY: to be
 *         refused, with the cause in why; ERR_DB_AWAY and others of the machine.
 * Cost: two round trips and two private-key operations; one of each for a repeat. A slow hash for a static challenge that is wrong, or new to this worker.
 */
enum err enrol(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why);

/**
 * Issue what an operator approved, also for a CertPoll.
 *
 * @param operation in: with the CSR, verified. @param found in: APPROVED. @param renewed in: as operator_approval_grant().
 * @return as operator_approval_grant(), issue_approved() and authoriser_tell_issued().
 */
enum err enrol_approved(struct pki_operation *operation, const struct enrolment_key *key, const struct enrolment_found *found, const struct cert *renewed,
	struct pki_outcome *outcome, struct why *why);

/**
 * Answer from what was found of a transaction that waits, or is decided: issued, pending or denied. NEW and APPROVED are the caller's.
 *
 * @param found in/out: an issued certificate moves to the outcome, after all were told who must be. @return ERR_OK; ERR_APPROVAL when it was denied, with the operator's words in
 *              why; as authoriser_tell_issued(); ERR_INTERNAL.
 */
enum err enrol_answer(struct pki_operation *operation, const struct enrolment_key *key, struct enrolment_found *found, struct pki_outcome *outcome, struct why *why);

/** Take a CSR into the operation: parse it, verify its signature, keep the text of its subject. @return as csr_parse() and csr_verify(). */
enum err enrol_read_csr(struct pki_operation *operation, struct bytes der, struct why *why);

#endif
