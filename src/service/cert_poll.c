#include <config.h>

#include "service/cert_poll.h"

#include "service/enrol.h"

/* It was approved: the worker that is asked next signs. */
static enum err issue(struct pki_operation *operation, struct bytes csr_der, const uint8_t csr_sha256[ENROLMENT_HASH_LEN], struct pki_outcome *outcome, struct why *why)
{
	const struct endpoint *row = operation->endpoint->row;
	struct enrolment_key key = {
		.endpoint_id = row->id,
		.endpoint_version = row->version,
		.transaction_id = operation->message->transaction_id,
		.requester_spki_sha256 = bytes_from(operation->requester_spki_sha256, ENROLMENT_HASH_LEN),
		.csr_sha256 = bytes_from(csr_sha256, ENROLMENT_HASH_LEN),
	};
	enum err e;

	if ((e = enrol_read_csr(operation, csr_der, why)) != ERR_OK)
		return e;
	return enrol_issue(operation, &key, &(struct enrol_right){ "approval", 0 }, outcome, why);
}

static enum err serve_found(struct pki_operation *operation, struct enrolment_found *found, struct bytes csr_der, const uint8_t csr_sha256[ENROLMENT_HASH_LEN],
	struct pki_outcome *outcome, struct why *why)
{
	if (found->state == ENROLMENT_NEW)
		return why_set(why, ERR_CERT_ID, "this requester has no such transaction here");
	if (found->state == ENROLMENT_APPROVED) {
		operation->is_authorised = true;
		return issue(operation, csr_der, csr_sha256, outcome, why);
	}
	return enrol_answer(operation, found, outcome, why);
}

enum err cert_poll(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why)
{
	const struct endpoint *row = operation->endpoint->row;
	uint8_t csr_sha256[ENROLMENT_HASH_LEN] = { 0 };
	struct enrolment_found found = { 0 };
	struct buf csr_der = { 0 };
	enum err e;

	/* A poll brings no challenge, so a key that cannot decrypt polls by sending its request again. */
	if ((e = scep_reply_check_recipient(operation->message, false, bytes_from(NULL, 0), why)) != ERR_OK)
		return e;
	e = enrolment_poll(operation->service->store, row->id, row->version, operation->message->transaction_id,
		bytes_from(operation->requester_spki_sha256, ENROLMENT_HASH_LEN), &found, &csr_der, csr_sha256, why);
	if (e == ERR_OK)
		e = serve_found(operation, &found, buf_bytes(&csr_der), csr_sha256, outcome, why);
	enrolment_found_clear(&found);
	buf_clear(&csr_der);
	return e;
}
