#include <config.h>

#include "service/enrol.h"

#include "pki/crypto.h"
#include "pki/name.h"
#include "service/authoriser.h"
#include "service/issue.h"
#include "service/operator_approval.h"

/* Nobody vouches for it. Where nobody must, since there is no challenge, and each request waits for an operator, he decides on it; everywhere else it is refused. */
static enum err serve_unauthorised(const struct pki_operation *operation, const struct enrolment_key *key, enum err error, const struct why *cause, struct pki_outcome *outcome,
	struct why *why)
{
	const struct endpoint *row = operation->endpoint->row;

	if (err_fail_info(error) == NO_FAIL_INFO || row->approval != ENDPOINT_APPROVAL_ALWAYS || authoriser_is_needed(row))
		return why_set(why, error, "%s", why_text(cause, error));
	return pend_unauthorised(operation, key, why_text(cause, error), outcome, why);
}

static enum err serve_new(struct pki_operation *operation, const struct enrolment_key *key, const struct enrolment_found *found, struct pki_outcome *outcome, struct why *why)
{
	struct authorisation_request request = { operation, key, found };
	const struct authoriser *by;
	struct grant *grant = NULL;
	struct why cause = { 0 };
	enum err e;

	if ((e = authorise(&request, &by, &grant, &cause)) != ERR_OK)
		return serve_unauthorised(operation, key, e, &cause, outcome, why);
	operation->may_know_cause = true;
	e = issue_or_pend(operation, key, grant, outcome, why);
	if (e == ERR_OK && outcome->kind == PKI_OUTCOME_CERTIFICATE)
		e = authoriser_tell_issued(&request, grant->authorisation, buf_bytes(&outcome->der), why);
	else if (err_fail_info(e) != NO_FAIL_INFO && by->refused != NULL)
		by->refused(&request, e, why);
	grant_free(grant);
	return e;
}

enum err enrol_approved(struct pki_operation *operation, const struct enrolment_key *key, const struct enrolment_found *found, const struct cert *renewed,
	struct pki_outcome *outcome, struct why *why)
{
	struct authorisation_request request = { operation, key, found };
	struct grant *grant = NULL;
	enum err e;

	operation->may_know_cause = true;
	if ((e = operator_approval_grant(operation, found, renewed, &grant, why)) == ERR_OK && (e = issue_approved(operation, key, grant, outcome, why)) == ERR_OK)
		e = authoriser_tell_issued(&request, grant->authorisation, buf_bytes(&outcome->der), why);
	grant_free(grant);
	return e;
}

/* The request of before again, and an operator has approved it. Its signer is the certificate that it renews, if it renews one. */
static enum err serve_approved(struct pki_operation *operation, const struct enrolment_key *key, const struct enrolment_found *found, struct pki_outcome *outcome, struct why *why)
{
	bool is_signer = found->renewal_of != 0 && found->signer_id == found->renewal_of;

	return enrol_approved(operation, key, found, is_signer ? operation->message->cms->signer : NULL, outcome, why);
}

enum err enrol_answer(struct pki_operation *operation, const struct enrolment_key *key, struct enrolment_found *found, struct pki_outcome *outcome, struct why *why)
{
	struct authorisation_request request = { operation, key, found };
	enum err e;

	switch (found->state) {
	case ENROLMENT_ISSUED: /* the same request again gets the same certificate */
		if ((e = authoriser_tell_issued(&request, found->authorisation, buf_bytes(&found->certificate_der), why)) != ERR_OK)
			return e;
		outcome->kind = PKI_OUTCOME_CERTIFICATE;
		outcome->is_own_certificate = true;
		buf_move(&outcome->der, &found->certificate_der);
		return ERR_OK;
	case ENROLMENT_PENDING:
		outcome->kind = PKI_OUTCOME_PENDING;
		return ERR_OK;
	case ENROLMENT_DENIED:
		operation->may_know_cause = true;
		return why_set(why, ERR_APPROVAL, "denied%s%s", found->reason[0] == '\0' ? "" : ": ", found->reason);
	case ENROLMENT_NEW:
	case ENROLMENT_APPROVED:
		break;
	}
	return ERR_INTERNAL;
}

static enum err serve_found(struct pki_operation *operation, const struct enrolment_key *key, struct enrolment_found *found, struct pki_outcome *outcome, struct why *why)
{
	if (found->state == ENROLMENT_NEW)
		return serve_new(operation, key, found, outcome, why);
	if (found->state == ENROLMENT_APPROVED)
		return serve_approved(operation, key, found, outcome, why);
	return enrol_answer(operation, key, found, outcome, why);
}

/* --- the request --- */

enum err enrol_read_csr(struct pki_operation *operation, struct bytes der, struct why *why)
{
	enum err e;

	if ((e = csr_parse(der, &operation->csr, why)) != ERR_OK)
		return e;
	if ((e = csr_verify(operation->csr, why)) != ERR_OK)
		return e;
	operation->is_authentic = true;
	if ((e = name_format(operation->csr->subject, &operation->subject)) == ERR_OK)
		e = buf_terminate(&operation->subject);
	return e;
}

static enum err open_csr(struct pki_operation *operation, struct why *why)
{
	struct buf plain = { 0 };
	enum err e;

	if ((e = pki_operation_open(operation, &plain, why)) == ERR_OK)
		e = enrol_read_csr(operation, buf_bytes(&plain), why);
	buf_clear(&plain);
	return e;
}

/*
 * A reply that could not be delivered is refused before anything is issued. A reply under the challenge goes to the very key that the request is for and to no other: who
 * wraps somebody's captured envelope into a message of his own must not get something to try challenges on.
 */
static enum err check_recipient(const struct pki_operation *operation, struct why *why)
{
	bool is_own_key = bytes_is_equal(operation->message->cms->signer->spki, operation->csr->spki);

	return scep_reply_check_recipient(operation->message, operation->endpoint->row->password_recipient && is_own_key, buf_bytes(&operation->csr->challenge), why);
}

/* macOS puts the challenge beside its encrypted place among the signed attributes too, for everybody on the way to read. That one is never looked at. */
static void warn_of_clear_challenge(const struct pki_operation *operation)
{
	if (operation->message->has_clear_challenge)
		LOG_EVENT(operation->service->log, LOG_LEVEL_WARNING, "challenge-in-clear", log_str("reference", operation->reference),
			log_bytes("subject", buf_bytes(&operation->subject)), log_str("client", operation->call->client_address), log_str("agent", operation->call->user_agent));
}

static enum err lookup(const struct pki_operation *operation, const struct enrolment_key *key, struct enrolment_found *found, struct why *why)
{
	struct bytes challenge = buf_bytes(&operation->csr->challenge);
	uint8_t challenge_sha256[DIGEST_MAX_LEN], signer_sha256[DIGEST_MAX_LEN];
	struct enrolment_evidence evidence = { .signer_sha256 = signer_sha256, .client_address = operation->call->client_address };
	enum err e;

	if ((e = crypto_digest(DIGEST_SHA256, buf_bytes(&operation->message->cms->signer->der), signer_sha256)) != ERR_OK)
		return e;
	if (challenge.len > 0) {
		if ((e = crypto_digest(DIGEST_SHA256, challenge, challenge_sha256)) != ERR_OK)
			return e;
		evidence.challenge_sha256 = challenge_sha256;
	}
	return enrolment_lookup(operation->service->store, key, &evidence, found, why);
}

enum err enrol(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why)
{
	uint8_t csr_sha256[DIGEST_MAX_LEN] = { 0 };
	struct enrolment_found found = { 0 };
	struct enrolment_key key = pki_operation_key(operation, csr_sha256);
	enum err e;

	if ((e = open_csr(operation, why)) != ERR_OK)
		return e;
	warn_of_clear_challenge(operation);
	if ((e = check_recipient(operation, why)) != ERR_OK)
		return e;
	if ((e = crypto_digest(DIGEST_SHA256, buf_bytes(&operation->csr->der), csr_sha256)) != ERR_OK)
		return e;
	if ((e = lookup(operation, &key, &found, why)) == ERR_OK)
		e = serve_found(operation, &key, &found, outcome, why);
	enrolment_found_clear(&found);
	return e;
}
