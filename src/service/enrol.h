#ifndef SCEPGATE_SERVICE_ENROL_H
#define SCEPGATE_SERVICE_ENROL_H

/* PKCSReq and RenewalReq: the one way in which a device's request becomes a certificate. */

#include "service/pki_operation.h"

/**
 * Open, look for a repeat, authorise, decide, sign and record; or let it wait for an operator, where the endpoint asks for approval.
 *
 * @param operation in/out: the message is verified. What is read of the request is kept in it for the reply and the log.
 * @param outcome   out: the certificate, which is in the database when ERR_OK is returned, or pending.
 * @return ERR_OK; ERR_STALE; ERR_CMS_*, ERR_CSR_*, ERR_CHALLENGE, ERR_APPROVAL, ERR_POLICY, ERR_ALG_KEY, ERR_ALG_KEY_TRANSPORT, ERR_CA_VALIDITY: to be refused, with the cause in why;
 *         ERR_DB_AWAY and others of the machine.
 * Cost: two round trips and two private-key operations; one of each for a repeat.
 */
enum err enrol(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why);

/** By what right a certificate is issued. What is not one of these is none. */
struct enrol_right {
	const char *authorisation;         /* as the database has it: "static_challenge", "approval" */
	int static_challenge_id;           /* which one; 0 with an approval */
	const struct enrolment_found *approved; /* what an operator approved, NULL without an approval: only these names are certified */
};

/**
 * The last steps, also for a CertPoll whose request was approved: decide by policy, sign, record.
 *
 * @param operation in: with the CSR, verified. @param key in: the transaction.
 */
enum err enrol_issue(const struct pki_operation *operation, const struct enrolment_key *key, const struct enrol_right *right, struct pki_outcome *outcome, struct why *why);

/**
 * Answer from what was found of a transaction that waits, or is decided: issued, pending or denied. NEW and APPROVED are the caller's.
 *
 * @param found in/out: an issued certificate moves to the outcome. @return ERR_OK; ERR_APPROVAL when it was denied, with the operator's words in why; ERR_INTERNAL.
 */
enum err enrol_answer(struct pki_operation *operation, struct enrolment_found *found, struct pki_outcome *outcome, struct why *why);

/** Take a CSR into the operation: parse it, verify its signature, keep the text of its subject. @return as csr_parse() and csr_verify(). */
enum err enrol_read_csr(struct pki_operation *operation, struct bytes der, struct why *why);

#endif
