#include <config.h>

#include "service/enrol.h"

#include "pki/crypto.h"
#include "pki/name.h"
#include "policy/policy.h"
#include "service/challenge.h"
#include "service/sealed_request.h"

/* Texts of a request or certificate as they are recorded. */
struct names {
	struct buf subject, sans, notes;
};

static void names_clear(struct names *names)
{
	buf_clear(&names->subject);
	buf_clear(&names->sans);
	buf_clear(&names->notes);
}

/* Text of the names that are certified: those of the request's that the verdict kept. */
static enum err format_sans(const struct csr *csr, const struct policy_verdict *verdict, struct buf *out)
{
	enum err e;

	for (size_t i = 0; i < csr->ext.san_count; i++) {
		const struct san *san = &csr->ext.san[i];

		for (size_t k = 0; k < verdict->tbs.san_count; k++) {
			if (verdict->tbs.san[k].ptr != san->raw.ptr)
				continue;
			if (out->len > 0 && (e = buf_append_str(out, ", ")) != ERR_OK)
				return e;
			if ((e = san_format(san, out)) != ERR_OK)
				return e;
		}
	}
	return buf_terminate(out);
}

static enum err names_of(const struct csr *csr, const struct policy_verdict *verdict, struct names *out)
{
	enum err e;

	if ((e = name_format(verdict->tbs.subject, &out->subject)) != ERR_OK || (e = buf_terminate(&out->subject)) != ERR_OK)
		return e;
	if ((e = format_sans(csr, verdict, &out->sans)) != ERR_OK)
		return e;
	if ((e = buf_append(&out->notes, buf_bytes(&verdict->notes))) != ERR_OK)
		return e;
	return buf_terminate(&out->notes);
}

static enum err commit(const struct pki_operation *operation, const struct enrolment_key *key, const struct enrol_right *right, const struct policy_verdict *verdict,
	const struct names *names, struct bytes serial, struct bytes der, struct buf *recorded, struct why *why)
{
	uint8_t spki_sha256[DIGEST_MAX_LEN];
	struct buf request = { 0 };
	enum err e;

	if ((e = crypto_digest(DIGEST_SHA256, verdict->tbs.spki, spki_sha256)) != ERR_OK)
		goto out;
	/* What was asked is kept, but not the challenge. */
	if ((e = csr_redact(operation->csr, &request)) != ERR_OK)
		goto out;
	e = enrolment_commit(operation->service->store, key, &(struct enrolment_record){
		.message_type = operation->message->type,
		.authorisation = right->authorisation,
		.static_challenge_id = right->static_challenge_id,
		.csr_der = buf_bytes(&request),
		.certificate_der = der,
		.serial = serial,
		.spki_sha256 = bytes_from(spki_sha256, ENROLMENT_HASH_LEN),
		.subject = (const char *)names->subject.ptr,
		.sans = (const char *)names->sans.ptr,
		.not_before_utc = verdict->tbs.not_before_utc,
		.not_after_utc = verdict->tbs.not_after_utc,
		.notes = (const char *)names->notes.ptr,
		.client_address = operation->call->client_address,
		.reference = operation->reference,
	}, recorded, why);
out:
	buf_clear(&request);
	return e;
}

/* The endpoint's list of keys, then the policy. */
static enum err decide(const struct pki_operation *operation, struct policy_verdict **verdict, struct why *why)
{
	const struct live_endpoint *endpoint = operation->endpoint;
	const struct pubkey *pubkey = operation->csr->pubkey;
	enum key_class class = key_class_of(pubkey_get_kind(pubkey), pubkey_get_bits(pubkey));

	if (!key_list_has(&endpoint->row->keys, class))
		return why_set(why, ERR_ALG_KEY, "the endpoint does not allow keys of class %s (%u bits)", class == KEY_CLASS_NONE ? "other" : key_class_name(class),
			pubkey_get_bits(pubkey));
	return policy_decide(&endpoint->row->policy, &endpoint->row->profile, operation->csr, endpoint->ca_cert, clock_now_utc(&operation->service->clock), verdict, why);
}

/* An operator approved names, as the database showed them to him: no others are certified for it. */
static enum err check_approved(const struct enrol_right *right, const struct names *names, struct why *why)
{
	if (right->approved == NULL || (bytes_is_equal(buf_bytes(&right->approved->subject), buf_bytes(&names->subject)) &&
		bytes_is_equal(buf_bytes(&right->approved->sans), buf_bytes(&names->sans))))
		return ERR_OK;
	return why_set(why, ERR_APPROVAL, "the request asks for other names than those that were approved");
}

enum err enrol_issue(const struct pki_operation *operation, const struct enrolment_key *key, const struct enrol_right *right, struct pki_outcome *outcome, struct why *why)
{
	const struct live_endpoint *endpoint = operation->endpoint;
	struct policy_verdict *verdict = NULL;
	struct names names = { 0 };
	uint8_t serial[CERT_SERIAL_LEN];
	struct buf der = { 0 };
	enum err e;

	if ((e = decide(operation, &verdict, why)) != ERR_OK || (e = names_of(operation->csr, verdict, &names)) != ERR_OK)
		goto out;
	if ((e = check_approved(right, &names, why)) != ERR_OK)
		goto out;
	e = cert_sign(&verdict->tbs, operation->csr->pubkey, endpoint->ca_cert, endpoint->ca_key, &operation->service->random, serial, &der, why);
	if (e != ERR_OK)
		goto out;
	e = commit(operation, key, right, verdict, &names, bytes_from(serial, sizeof serial), buf_bytes(&der), &outcome->der, why);
	if (e != ERR_OK)
		goto out;
	outcome->kind = PKI_OUTCOME_CERTIFICATE;
	outcome->is_own_certificate = true;
out:
	policy_verdict_free(verdict);
	names_clear(&names);
	buf_clear(&der);
	return e;
}

/* Let it wait for an operator. What the policy would refuse anyway is refused now. */
static enum err pend(const struct pki_operation *operation, const struct enrolment_key *key, const struct enrol_right *right, struct pki_outcome *outcome, struct why *why)
{
	struct policy_verdict *verdict = NULL;
	struct names names = { 0 };
	struct buf sealed = { 0 };
	enum enrolment_state state;
	enum err e;

	if ((e = decide(operation, &verdict, why)) != ERR_OK || (e = names_of(operation->csr, verdict, &names)) != ERR_OK)
		goto out;
	if ((e = sealed_request_encode(operation->service, key, buf_bytes(&operation->csr->der), &sealed)) != ERR_OK)
		goto out;
	e = enrolment_pend(operation->service->store, key, &(struct enrolment_pending){
		.message_type = operation->message->type,
		.static_challenge_id = right->static_challenge_id,
		.csr_der = buf_bytes(&sealed),
		.subject = (const char *)names.subject.ptr,
		.sans = (const char *)names.sans.ptr,
		.client_address = operation->call->client_address,
		.reference = operation->reference,
	}, &state, why);
	if (e != ERR_OK)
		goto out;
	/* Another worker recorded the same request meanwhile, and somebody has decided already: go round again. */
	if (state == ENROLMENT_PENDING)
		outcome->kind = PKI_OUTCOME_PENDING;
	else
		e = ERR_STALE;
out:
	policy_verdict_free(verdict);
	names_clear(&names);
	buf_clear(&sealed);
	return e;
}

/* A request that is new: it needs a challenge, or nothing but an operator where the endpoint's challenge mode is none and it asks for approval. */
static enum err serve_new(struct pki_operation *operation, const struct enrolment_key *key, struct pki_outcome *outcome, struct why *why)
{
	const struct endpoint *row = operation->endpoint->row;
	struct enrol_right right = { .authorisation = "static_challenge" };
	bool needs_approval = row->approval == ENDPOINT_APPROVAL_ALWAYS;
	enum err e;

	if (row->challenge_mode != ENDPOINT_CHALLENGE_NONE || !needs_approval) {
		e = challenge_authorise(operation->service, row, buf_bytes(&operation->csr->challenge), &right.static_challenge_id, why);
		if (e != ERR_OK)
			return e;
		operation->is_authorised = true;
	}
	return needs_approval ? pend(operation, key, &right, outcome, why) : enrol_issue(operation, key, &right, outcome, why);
}

enum err enrol_answer(struct pki_operation *operation, struct enrolment_found *found, struct pki_outcome *outcome, struct why *why)
{
	switch (found->state) {
	case ENROLMENT_ISSUED: /* the same request again gets the same certificate */
		outcome->kind = PKI_OUTCOME_CERTIFICATE;
		outcome->is_own_certificate = true;
		buf_move(&outcome->der, &found->certificate_der);
		return ERR_OK;
	case ENROLMENT_PENDING:
		outcome->kind = PKI_OUTCOME_PENDING;
		return ERR_OK;
	case ENROLMENT_DENIED:
		operation->is_authorised = true;
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
		return serve_new(operation, key, outcome, why);
	if (found->state == ENROLMENT_APPROVED) {
		operation->is_authorised = true;
		return enrol_issue(operation, key, &(struct enrol_right){ .authorisation = "approval", .approved = found }, outcome, why);
	}
	return enrol_answer(operation, found, outcome, why);
}

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

enum err enrol(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why)
{
	uint8_t csr_sha256[DIGEST_MAX_LEN] = { 0 };
	struct enrolment_found found = { 0 };
	struct enrolment_key key = pki_operation_key(operation, csr_sha256);
	enum err e;

	if ((e = open_csr(operation, why)) != ERR_OK)
		return e;
	if ((e = check_recipient(operation, why)) != ERR_OK)
		return e;
	if ((e = crypto_digest(DIGEST_SHA256, buf_bytes(&operation->csr->der), csr_sha256)) != ERR_OK)
		return e;
	if ((e = enrolment_lookup(operation->service->store, &key, &found, why)) == ERR_OK)
		e = serve_found(operation, &key, &found, outcome, why);
	enrolment_found_clear(&found);
	return e;
}
