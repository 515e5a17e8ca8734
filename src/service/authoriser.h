#ifndef SCEPGATE_SERVICE_AUTHORISER_H
#define SCEPGATE_SERVICE_AUTHORISER_H

/*
 * Who may enrol. An authoriser is one file (authorise_*.c) with one constant of this type, and a row in authorisers.c; adding one touches no other. They are asked in
 * the order of that table; the first that grants decides. No grant means refused: an error, a time-out, an unknown value is never a yes.
 *
 * An authority elsewhere (a validator, an MDM) is asked in authorise(), told of the certificate in issued(), and of a refusal that was not its own in refused().
 */

#include "service/grant.h"
#include "service/pki_operation.h"

/** What an authoriser decides on: the request, verified and decrypted, and what the database knows of what it shows. All borrowed. */
struct authorisation_request {
	struct pki_operation *operation;        /* with message and CSR, both signatures verified; in a CertPoll without CSR */
	const struct enrolment_key *key;
	const struct enrolment_found *found;
};

struct authoriser {
	const char *authorisation;              /* its word in the database, and in the log: "renewal" */

	/** Without a grant of one of these nobody waits for an operator, on an endpoint that uses it. Not so a renewal: who has nothing to renew may wait for one all the same. */
	bool is_gate;

	/** Does this endpoint, as it is configured, use it at all? */
	bool (*is_used)(const struct endpoint *endpoint);

	/**
	 * May this request have a certificate?
	 *
	 * A grant with asks_operator lets it wait for an operator, on an endpoint that has approvals. operation->may_know_cause tells the device the cause of a refusal.
	 *
	 * @param grant out: with ERR_OK alone; the caller frees it.
	 * @return ERR_OK: granted. ERR_NOT_FOUND: the request shows nothing of the kind that this one looks at; the next is asked. Another error that has a failInfo: what it
	 *         shows is not good; the next is asked too, and when none grants, the first such error is the answer. Without failInfo, trouble of the machine: the answer at once.
	 */
	enum err (*authorise)(const struct authorisation_request *request, struct grant **grant, struct why *why);

	/**
	 * After a certificate was recorded and before it is handed out, whoever granted it; NULL when nobody needs to know. Called again whenever the same request comes again,
	 * whether or not it was told before, so it must do no harm to tell the same twice.
	 *
	 * @param authorisation in: by what right it was issued: its own word or another's, "approval" when an operator agreed.
	 * @return ERR_OK: it is handed out. Else the error is the answer, the device has no certificate, and its next repeat or poll finds the recorded one and comes here again.
	 */
	enum err (*issued)(const struct authorisation_request *request, const char *authorisation, struct bytes certificate_der, struct why *why);

	/** After a request that it granted was refused all the same, by the policy or a rule: nothing is issued for it. NULL when nobody needs to know. */
	void (*refused)(const struct authorisation_request *request, enum err error, const struct why *why);
};

/** Must a request have a grant on this endpoint before an operator sees it? */
bool authoriser_is_needed(const struct endpoint *endpoint);

/**
 * Ask them.
 *
 * @param by out: who granted. @param grant out: free with grant_free(). Both untouched on error.
 * @return ERR_OK; ERR_CHALLENGE when nothing was shown or nobody may enrol; else as authorise().
 */
enum err authorise(const struct authorisation_request *request, const struct authoriser **by, struct grant **grant, struct why *why);

/** Tell all that are used that this certificate was issued, and by what right. @return ERR_OK; else as issued() of the first that could not be told. */
enum err authoriser_tell_issued(const struct authorisation_request *request, const char *authorisation, struct bytes certificate_der, struct why *why);

#endif
