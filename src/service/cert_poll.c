#include <config.h>

#include "service/cert_poll.h"

#include "service/enrol.h"
#include "service/sealed_request.h"

/* What it renews was sealed with the request: a poll may be signed with another certificate of the same key. */
static enum err issue_for(struct pki_operation *operation, const struct enrolment_key *key, const struct enrolment_found *found, struct bytes renewed_der,
	struct pki_outcome *outcome, struct why *why)
{
	struct cert *renewed = NULL;
	enum err e;

	if (renewed_der.len > 0 && (e = cert_parse(renewed_der, &renewed, why)) != ERR_OK)
		return e;
	e = enrol_approved(operation, key, found, renewed, outcome, why);
	cert_free(renewed);
	return e;
}

/* It was approved: the worker that is asked next signs. */
static enum err issue(struct pki_operation *operation, const struct enrolment_key *key, const struct enrolment_found *found, struct bytes sealed, struct pki_outcome *outcome,
	struct why *why)
{
	struct sealed_content content;
	struct buf plain = { 0 };
	enum err e;

	if ((e = sealed_request_open(operation->service, key, sealed, &plain, &content, why)) == ERR_OK && (e = enrol_read_csr(operation, content.csr_der, why)) == ERR_OK)
		e = issue_for(operation, key, found, content.renewed_der, outcome, why);
	buf_clear(&plain);
	return e;
}

static enum err serve_found(struct pki_operation *operation, const struct enrolment_key *key, struct enrolment_found *found, struct bytes sealed, struct pki_outcome *outcome,
	struct why *why)
{
	if (found->state == ENROLMENT_NEW)
		return why_set(why, ERR_CERT_ID, "this requester has no such transaction here");
	if (found->state == ENROLMENT_APPROVED) {
		operation->may_know_cause = true; /* that the stored request cannot be read, too */
		return issue(operation, key, found, sealed, outcome, why);
	}
	return enrol_answer(operation, key, found, outcome, why);
}

enum err cert_poll(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why)
{
	const struct endpoint *row = operation->endpoint->row;
	uint8_t csr_sha256[ENROLMENT_HASH_LEN] = { 0 };
	struct enrolment_key key = pki_operation_key(operation, csr_sha256);
	struct enrolment_found found = { 0 };
	struct buf sealed = { 0 };
	enum err e;

	/* A poll brings no challenge, so a key that cannot decrypt polls by sending its request again. */
	if ((e = scep_reply_check_recipient(operation->message, false, bytes_from(NULL, 0), why)) != ERR_OK)
		return e;
	e = enrolment_poll(operation->service->store, row->id, row->version, operation->message->transaction_id,
		bytes_from(operation->requester_spki_sha256, ENROLMENT_HASH_LEN), &found, &sealed, csr_sha256, why);
	if (e == ERR_OK)
		e = serve_found(operation, &key, &found, buf_bytes(&sealed), outcome, why);
	enrolment_found_clear(&found);
	buf_clear(&sealed);
	return e;
}
