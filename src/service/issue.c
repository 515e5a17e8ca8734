#include <config.h>

#include "service/issue.h"

#include "base/text.h"
#include "pki/crypto.h"
#include "policy/binding.h"
#include "policy/template.h"
#include "service/pointers.h"
#include "service/proposal.h"
#include "service/sealed_request.h"

enum { BECAUSE_MAX_LEN = 255 };

static enum err commit(const struct pki_operation *operation, const struct enrolment_key *key, const struct grant *grant, const struct proposal *proposal,
	int crl_partition, struct bytes serial, struct bytes der, struct buf *recorded, struct why *why)
{
	const struct cert_template *tbs = &proposal->verdict->tbs;
	uint8_t spki_sha256[DIGEST_MAX_LEN];
	struct buf request = { 0 };
	enum err e;

	if ((e = crypto_digest(DIGEST_SHA256, tbs->spki, spki_sha256)) != ERR_OK)
		goto out;
	/* What was asked is kept, but not the challenge. */
	if ((e = csr_redact(operation->csr, &request)) != ERR_OK)
		goto out;
	e = enrolment_commit(operation->service->store, key, &(struct enrolment_record){
		.message_type = operation->message->type,
		.authorisation = grant->authorisation,
		.static_challenge_id = grant->static_challenge_id,
		.challenge_id = grant->challenge_id,
		.renewal_of = grant->renewal_of,
		.csr_der = buf_bytes(&request),
		.certificate_der = der,
		.serial = serial,
		.spki_sha256 = bytes_from(spki_sha256, ENROLMENT_HASH_LEN),
		.subject = (const char *)proposal->subject.ptr,
		.sans = (const char *)proposal->sans.ptr,
		.not_before_utc = tbs->not_before_utc,
		.not_after_utc = tbs->not_after_utc,
		.notes = (const char *)proposal->notes.ptr,
		.client_address = operation->call->client_address,
		.reference = operation->reference,
		.crl_partition = crl_partition,
	}, recorded, why);
out:
	buf_clear(&request);
	return e;
}

static enum err sign_and_commit(const struct pki_operation *operation, const struct enrolment_key *key, const struct grant *grant, const struct proposal *proposal,
	struct pki_outcome *outcome, struct why *why)
{
	const struct live_endpoint *endpoint = operation->endpoint;
	struct cert_template tbs = proposal->verdict->tbs;
	uint8_t serial[CERT_SERIAL_LEN];
	struct pointers pointers = { 0 };
	struct buf der = { 0 };
	enum err e;

	if ((e = pointers_make(&endpoint->row->pointers, &operation->service->random, &pointers)) == ERR_OK) {
		tbs.crl_urls = (struct url_list){ pointers.crl_url, pointers.crl_url_count };
		tbs.ca_issuers_urls = (struct url_list){ pointers.ca_url, pointers.ca_url_count };
		e = cert_sign(&tbs, operation->csr->pubkey, endpoint->ca_cert, endpoint->ca_key, &operation->service->random, serial, &der, why);
	}
	if (e == ERR_OK)
		e = commit(operation, key, grant, proposal, pointers.partition, bytes_from(serial, sizeof serial), buf_bytes(&der), &outcome->der, why);
	if (e == ERR_OK) {
		outcome->kind = PKI_OUTCOME_CERTIFICATE;
		outcome->is_own_certificate = true;
	}
	pointers_clear(&pointers);
	buf_clear(&der);
	return e;
}

/* Let it wait for an operator. What the policy would refuse anyway was refused before. @param grant in: NULL for a request that nothing but an operator can authorise. */
static enum err pend(const struct pki_operation *operation, const struct enrolment_key *key, const struct grant *grant, const struct proposal *proposal,
	struct bytes because, struct pki_outcome *outcome, struct why *why)
{
	struct sealed_content content = { .csr_der = buf_bytes(&operation->csr->der) };
	uint8_t spki_sha256[DIGEST_MAX_LEN], asked_sha256[DIGEST_MAX_LEN];
	struct buf sealed = { 0 }, reason = { 0 }, asked = { 0 };
	enum enrolment_state state;
	enum err e;

	if (grant != NULL && grant->renewed != NULL)
		content.renewed_der = buf_bytes(&grant->renewed->der);
	if ((e = sealed_request_encode(operation->service, key, &content, &sealed)) != ERR_OK)
		goto out;
	if ((e = crypto_digest(DIGEST_SHA256, operation->csr->spki, spki_sha256)) != ERR_OK)
		goto out;
	if ((e = csr_redact(operation->csr, &asked)) != ERR_OK || (e = crypto_digest(DIGEST_SHA256, buf_bytes(&asked), asked_sha256)) != ERR_OK)
		goto out;
	if ((e = buf_append(&reason, text_cut(because, BECAUSE_MAX_LEN))) != ERR_OK || (e = buf_terminate(&reason)) != ERR_OK)
		goto out;
	e = enrolment_pend(operation->service->store, key, &(struct enrolment_pending){
		.message_type = operation->message->type,
		.static_challenge_id = grant == NULL ? 0 : grant->static_challenge_id,
		.challenge_id = grant == NULL ? 0 : grant->challenge_id,
		.renewal_of = grant == NULL ? 0 : grant->renewal_of,
		.csr_spki_sha256 = bytes_from(spki_sha256, ENROLMENT_HASH_LEN),
		.asked_sha256 = bytes_from(asked_sha256, ENROLMENT_HASH_LEN),
		.because = (const char *)reason.ptr,
		.csr_der = buf_bytes(&sealed),
		.subject = (const char *)proposal->subject.ptr,
		.sans = (const char *)proposal->sans.ptr,
		.client_address = operation->call->client_address,
		.reference = operation->reference,
	}, &state, why);
	if (e != ERR_OK)
		goto out;
	/* Another worker recorded the same request meanwhile, or this one took the place of another of the same key, and somebody has decided already: go round again. */
	if (state == ENROLMENT_PENDING)
		outcome->kind = PKI_OUTCOME_PENDING;
	else
		e = ERR_STALE;
out:
	buf_clear(&sealed);
	buf_clear(&reason);
	buf_clear(&asked);
	return e;
}

/* Where the endpoint wants it, the message is signed with the key that is to be certified. A renewal is signed with the old one. */
static enum err check_signer_key(const struct pki_operation *operation, const struct grant *grant, struct why *why)
{
	bool renews = grant != NULL && grant->renewed != NULL;

	if (!operation->endpoint->row->signer_key_must_match || renews || bytes_is_equal(operation->message->cms->signer->spki, operation->csr->spki))
		return ERR_OK;
	return why_set(why, ERR_POLICY, "the message is signed with another key than the one that is to be certified, which this endpoint does not allow");
}

/* An operator approved names, as the database showed them to him: no others are certified for it. */
static enum err check_approved(const struct grant *grant, const struct proposal *proposal, struct why *why)
{
	if (grant == NULL || grant->approved == NULL || (bytes_is_equal(buf_bytes(&grant->approved->subject), buf_bytes(&proposal->subject)) &&
		bytes_is_equal(buf_bytes(&grant->approved->sans), buf_bytes(&proposal->sans))))
		return ERR_OK;
	return why_set(why, ERR_APPROVAL, "the request asks for other names than those that were approved");
}

/* A challenge for a device gives it a certificate, and nobody else. */
static enum err check_device(const struct pki_operation *operation, const struct grant *grant, const struct proposal *proposal, struct why *why)
{
	if (grant == NULL || template_builds_names(&operation->endpoint->row->profile))
		return ERR_OK;
	return binding_check_certified(grant->device, &proposal->verdict->tbs, why);
}

static enum err judge(const struct pki_operation *operation, const struct grant *grant, struct proposal *proposal, struct why *why)
{
	struct policy_facts facts = { 0 };
	enum err e;

	if (grant != NULL)
		facts = (struct policy_facts){ .renewed = grant->renewed, .device = grant->device, .user = grant->user, .sid = grant->sid };
	if ((e = check_signer_key(operation, grant, why)) != ERR_OK)
		return e;
	if ((e = proposal_make(operation, &facts, proposal, why)) != ERR_OK || (e = check_device(operation, grant, proposal, why)) != ERR_OK)
		return e;
	return check_approved(grant, proposal, why);
}

/* @param because out: the reason, where there is one beside the endpoint's approval mode; appended. */
static enum err must_wait(const struct endpoint *row, const struct grant *grant, const struct proposal *proposal, bool *out, struct buf *because)
{
	enum err e = ERR_OK;

	*out = row->approval == ENDPOINT_APPROVAL_ALWAYS || grant->asks_operator != NULL;
	if (grant->asks_operator != NULL)
		return buf_append_str(because, grant->asks_operator);
	if (row->approval == ENDPOINT_APPROVAL_RULES && (e = approval_rules_ask(&row->approval_rules, &proposal->verdict->tbs, because)) == ERR_OK)
		*out = because->len > 0;
	return e;
}

static enum err sign_or_pend(const struct pki_operation *operation, const struct enrolment_key *key, const struct grant *grant, const struct proposal *proposal,
	struct pki_outcome *outcome, struct why *why)
{
	const struct endpoint *row = operation->endpoint->row;
	struct buf because = { 0 };
	struct why cause = { 0 };
	bool waits;
	enum err e;

	if ((e = must_wait(row, grant, proposal, &waits, &because)) != ERR_OK)
		goto out;
	if (waits) {
		e = pend(operation, key, grant, proposal, buf_bytes(&because), outcome, why);
		goto out;
	}
	e = sign_and_commit(operation, key, grant, proposal, outcome, &cause);
	/* The database alone knows whether it sees these names for the first time, and a rule may ask for an operator then. */
	if (e == ERR_APPROVAL && row->approval == ENDPOINT_APPROVAL_RULES)
		e = pend(operation, key, grant, proposal, bytes_from_str("first certificate with these names"), outcome, why);
	else if (e != ERR_OK)
		why_set(why, e, "%s", why_text(&cause, e));
out:
	buf_clear(&because);
	return e;
}

enum err issue_approved(const struct pki_operation *operation, const struct enrolment_key *key, const struct grant *grant, struct pki_outcome *outcome, struct why *why)
{
	struct proposal proposal = { 0 };
	enum err e;

	if ((e = judge(operation, grant, &proposal, why)) == ERR_OK)
		e = sign_and_commit(operation, key, grant, &proposal, outcome, why);
	proposal_clear(&proposal);
	return e;
}

enum err issue_or_pend(const struct pki_operation *operation, const struct enrolment_key *key, const struct grant *grant, struct pki_outcome *outcome, struct why *why)
{
	struct proposal proposal = { 0 };
	enum err e;

	if ((e = judge(operation, grant, &proposal, why)) == ERR_OK)
		e = sign_or_pend(operation, key, grant, &proposal, outcome, why);
	proposal_clear(&proposal);
	return e;
}

enum err pend_unauthorised(const struct pki_operation *operation, const struct enrolment_key *key, const char *because, struct pki_outcome *outcome, struct why *why)
{
	struct proposal proposal = { 0 };
	enum err e;

	if ((e = judge(operation, NULL, &proposal, why)) == ERR_OK)
		e = pend(operation, key, NULL, &proposal, bytes_from_str(because), outcome, why);
	proposal_clear(&proposal);
	return e;
}
