#include <config.h>

#include "service/cert_poll.h"

#include "service/enrol.h"
#include "service/sealed_request.h"

/* It was approved: the worker that is asked next signs. */
static enum err issue(struct pki_operation *operation, const struct enrolment_found *found, struct bytes sealed, const uint8_t csr_sha256[ENROLMENT_HASH_LEN],
	struct pki_outcome *outcome, struct why *why)
{
	struct enrolment_key key = pki_operation_key(operation, csr_sha256);
	struct buf csr_der = { 0 };
	enum err e;

	if ((e = sealed_request_open(operation->service, &key, sealed, &csr_der, why)) == ERR_OK && (e = enrol_read_csr(operation, buf_bytes(&csr_der), why)) == ERR_OK)
		e = enrol_issue(operation, &key, &(struct enrol_right){ .authorisation = "approval", .approved = found }, outcome, why);
	buf_clear(&csr_der);
	return e;
}

static enum err serve_found(struct pki_operation *operation, struct enrolment_found *found, struct bytes sealed, const uint8_t csr_sha256[ENROLMENT_HASH_LEN],
	struct pki_outcome *outcome, struct why *why)
{
	if (found->state == ENROLMENT_NEW)
		return why_set(why, ERR_CERT_ID, "this requester has no such transaction here");
	if (found->state == ENROLMENT_APPROVED) {
		operation->is_authorised = true;
		return issue(operation, found, sealed, csr_sha256, outcome, why);
	}
	return enrol_answer(operation, found, outcome, why);
}

enum err cert_poll(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why)
{
	const struct endpoint *row = operation->endpoint->row;
	uint8_t csr_sha256[ENROLMENT_HASH_LEN] = { 0 };
	struct enrolment_found found = { 0 };
	struct buf sealed = { 0 };
	enum err e;

	/* A poll brings no challenge, so a key that cannot decrypt polls by sending its request again. */
	if ((e = scep_reply_check_recipient(operation->message, false, bytes_from(NULL, 0), why)) != ERR_OK)
		return e;
	e = enrolment_poll(operation->service->store, row->id, row->version, operation->message->transaction_id,
		bytes_from(operation->requester_spki_sha256, ENROLMENT_HASH_LEN), &found, &sealed, csr_sha256, why);
	if (e == ERR_OK)
		e = serve_found(operation, &found, buf_bytes(&sealed), csr_sha256, outcome, why);
	enrolment_found_clear(&found);
	buf_clear(&sealed);
	return e;
}
