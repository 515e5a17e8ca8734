#include <config.h>

#include "service/pki_operation.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pki/crypto.h"
#include "pki/name.h"
#include "service/cert_poll.h"
#include "service/enrol.h"
#include "service/get_cert.h"
#include "service/get_crl.h"

/* The reply mirrors the request's digest and cipher as far as the endpoint allows: Cisco refuses others. */
static struct scep_reply_style reply_style(const struct pki_operation *operation)
{
	const struct endpoint *row = operation->endpoint->row;
	const struct scep_message *message = operation->message;
	struct scep_reply_style style = { row->digests.item[0], row->ciphers.item[0] };

	if (digest_list_has(&row->digests, message->cms->digest))
		style.digest = message->cms->digest;
	if (message->envelope != NULL && cipher_list_has(&row->ciphers, message->envelope->cipher))
		style.cipher = message->envelope->cipher;
	return style;
}

static struct scep_responder responder(const struct pki_operation *operation)
{
	const struct live_ra *signer = operation->endpoint->signer;

	return (struct scep_responder){ signer->cert, signer->key };
}

static enum err make_reference(const struct random *random, char reference[ENROLMENT_REFERENCE_LEN + 1])
{
	uint8_t octets[ENROLMENT_REFERENCE_LEN / 2];
	struct buf hex = { 0 };
	enum err e;

	if ((e = random_fill(random, octets, sizeof octets)) == ERR_OK && (e = text_encode_hex(bytes_from(octets, sizeof octets), &hex)) == ERR_OK) {
		memcpy(reference, hex.ptr, ENROLMENT_REFERENCE_LEN);
		reference[ENROLMENT_REFERENCE_LEN] = '\0';
	}
	buf_clear(&hex);
	return e;
}

/* A cipher that the endpoint does not allow is an HTTP error that names its OID, for whoever reads the client's log. */
static enum err check_cipher(const struct pki_operation *operation, struct buf *text, struct why *why)
{
	const struct cms_enveloped *envelope = operation->message->envelope;
	struct buf oid = { 0 };
	enum err e;

	if (envelope == NULL || cipher_list_has(&operation->endpoint->row->ciphers, envelope->cipher))
		return ERR_OK;
	if ((e = oid_format(envelope->cipher_oid, &oid)) == ERR_OK && (e = buf_terminate(&oid)) == ERR_OK) {
		buf_reset(text);
		e = buf_append_format(text, "unsupported content encryption algorithm %s", (const char *)oid.ptr);
	}
	if (e == ERR_OK)
		e = why_set(why, ERR_ALG_CIPHER, "content encryption algorithm %s is not allowed here", (const char *)oid.ptr);
	else if (e == ERR_ASN1_SYNTAX)
		e = why_set(why, ERR_ALG_CIPHER, "the content encryption algorithm is malformed");
	buf_clear(&oid);
	return e;
}

struct enrolment_key pki_operation_key(const struct pki_operation *operation, const uint8_t *csr_sha256)
{
	return (struct enrolment_key){
		.endpoint_id = operation->endpoint->row->id,
		.endpoint_version = operation->endpoint->row->version,
		.transaction_id = operation->message->transaction_id,
		.requester_spki_sha256 = bytes_from(operation->requester_spki_sha256, ENROLMENT_HASH_LEN),
		.csr_sha256 = bytes_from(csr_sha256, ENROLMENT_HASH_LEN),
	};
}

enum err pki_operation_open(struct pki_operation *operation, struct buf *plain, struct why *why)
{
	const struct live_endpoint *endpoint = operation->endpoint;
	const struct cms_enveloped *envelope = operation->message->envelope;
	const struct live_ra *ra = &endpoint->ra[0];
	enum err e;

	if (envelope == NULL)
		return why_set(why, ERR_CMS_DECRYPT, "%s", operation->message->envelope_error == ERR_OK ? "the message has no message data" :
			why_text(&operation->message->envelope_why, operation->message->envelope_error));
	for (size_t i = 0; i < endpoint->ra_count; i++) {
		if (cms_enveloped_is_for(envelope, endpoint->ra[i].cert)) {
			ra = &endpoint->ra[i];
			break;
		}
	}
	if ((e = cms_enveloped_open(envelope, ra->cert, ra->key, &operation->service->random, plain, why)) == ERR_OK)
		operation->is_opened = true;
	return e;
}

enum err pki_operation_open_name(struct pki_operation *operation, struct scep_issuer_and_serial *body, struct why *why)
{
	struct buf plain = { 0 };
	enum err e;

	/* Neither brings a challenge, so a key that cannot decrypt gets no answer. */
	if ((e = scep_reply_check_recipient(operation->message, false, bytes_from(NULL, 0), why)) != ERR_OK)
		return e;
	if ((e = pki_operation_open(operation, &plain, why)) == ERR_OK)
		e = scep_issuer_and_serial_parse(buf_bytes(&plain), body, why);
	if (e == ERR_OK && !name_is_equal(body->issuer, operation->endpoint->ca_cert->subject))
		e = why_set(why, ERR_CERT_ID, "the issuer that is named is not this endpoint's CA");
	buf_clear(&plain);
	return e == ERR_CMS_DECRYPT ? ERR_CERT_ID : e;
}

static enum err dispatch(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why)
{
	switch (operation->message->type) {
	case SCEP_PKCS_REQ:
	case SCEP_RENEWAL_REQ:
		return enrol(operation, outcome, why);
	case SCEP_CERT_POLL:
		return cert_poll(operation, outcome, why);
	case SCEP_GET_CERT:
		return get_cert(operation, outcome, why);
	case SCEP_GET_CRL:
		return get_crl(operation, outcome, why);
	}
	return why_set(why, ERR_INTERNAL, "messageType %d was let through", operation->message->type);
}

/*
 * The one gate: what each messageType leads to. 18 once stood for an update request, and servers that passed on what they did not know have issued for it
 * without a challenge; here a type that is not named is refused before anything is looked up (RFC 8894 section 3.2.1.2).
 */
static bool is_served(int type)
{
	return type == SCEP_PKCS_REQ || type == SCEP_RENEWAL_REQ || type == SCEP_CERT_POLL || type == SCEP_GET_CERT || type == SCEP_GET_CRL;
}

/* Whatever is returned but ERR_OK is a refusal, or trouble of the machine. */
static enum err process(struct pki_operation *operation, struct pki_outcome *outcome, struct buf *text, struct why *why)
{
	const struct scep_message *message = operation->message;
	enum err e;

	if (!is_served(message->type))
		return why_set(why, ERR_SCEP_MESSAGE_TYPE, "messageType %d (%s) is not served", message->type, scep_message_type_name(message->type));
	if ((e = check_cipher(operation, text, why)) != ERR_OK)
		return e;
	if ((e = scep_message_verify(message, &operation->endpoint->row->digests, why)) != ERR_OK)
		return e;
	return dispatch(operation, outcome, why);
}

/*
 * What the device may read. Until the CSR's own signature has been verified, nothing proves that the plaintext is what its author wrote: anybody can wrap a changed copy of a
 * captured envelope into a message of his own, and different answers would tell him about the plaintext. So all failures up to and with that signature have one text and one
 * failInfo. Behind it the plaintext is authentic, and the cause may be told. The requests without a CSR have one answer for all that is behind their envelope too: badCertId.
 */
static enum err visible_error(const struct pki_operation *operation, enum err e)
{
	return operation->is_opened && !operation->is_authentic && e != ERR_CERT_ID && err_fail_info(e) != NO_FAIL_INFO ? ERR_CMS_DECRYPT : e;
}

static void record_refusal(const struct pki_operation *operation, enum err error, const struct why *cause)
{
	const struct live_endpoint *endpoint = operation->endpoint;
	const char *subject = operation->subject.len > 0 ? (const char *)operation->subject.ptr : "";
	struct why why = { 0 };
	enum err e;

	LOG_EVENT(operation->service->log, err_log_level(error), "refused", log_str("reference", operation->reference), log_str("application", endpoint->row->application),
		log_str("profile", endpoint->row->profile_name), log_bytes("transaction", operation->message->transaction_id),
		log_str("type", scep_message_type_name(operation->message->type)), log_str("error", err_name(error)), log_str("detail", why_text(cause, error)),
		log_str("subject", subject), log_str("client", operation->call->client_address), log_str("agent", operation->call->user_agent));
	e = enrolment_refuse(operation->service->store, &(struct enrolment_refusal){
		.endpoint_id = endpoint->row->id,
		.transaction_id = operation->message->transaction_id,
		.requester_spki_sha256 = bytes_from(operation->requester_spki_sha256, ENROLMENT_HASH_LEN),
		.message_type = operation->message->type,
		.error = error,
		.detail = why_text(cause, error),
		.subject = subject,
		.client_address = operation->call->client_address,
		.reference = operation->reference,
		.attempt = bytes_from(operation->attempt, operation->has_attempt ? sizeof operation->attempt : 0),
		.breached_challenge_id = operation->breached_challenge_id,
	}, &why);
	if (e != ERR_OK)
		LOG_EVENT(operation->service->log, LOG_LEVEL_ERROR, "refusal-not-recorded", log_str("reference", operation->reference), log_str("detail", why_text(&why, e)));
}

/* The cause for those who may know it, a general text for all others; the reference for both. */
static enum err reply_failure(const struct pki_operation *operation, enum err error, const struct why *cause, struct buf *reply, struct why *why)
{
	struct scep_responder signer = responder(operation);
	struct scep_reply_style style = reply_style(operation);
	const char *told = operation->may_know_cause ? why_text(cause, error) : err_text(error);
	char text[SCEP_MAX_FAIL_INFO_TEXT_LEN + 1];

	snprintf(text, sizeof text, "reference %s: %s", operation->reference, told);
	return scep_reply_failure(operation->message, &signer, &style, err_fail_info(error), text, &operation->service->random, reply, why);
}

static enum err reply_certificate(const struct pki_operation *operation, const struct pki_outcome *outcome, struct buf *reply, struct why *why)
{
	const struct live_endpoint *endpoint = operation->endpoint;
	struct scep_responder signer = responder(operation);
	struct scep_reply_style style = reply_style(operation);
	struct bytes password = operation->csr == NULL ? bytes_from(NULL, 0) : buf_bytes(&operation->csr->challenge);
	bool has_password = endpoint->row->password_recipient && password.len > 0;
	bool has_chain = endpoint->row->append_chain && outcome->is_own_certificate;
	struct bytes *certificates = calloc(1 + endpoint->chain_count, sizeof *certificates);
	enum err e;

	if (certificates == NULL)
		return ERR_MEMORY;
	certificates[0] = buf_bytes(&outcome->der);
	for (size_t i = 0; i < endpoint->chain_count; i++)
		certificates[1 + i] = endpoint->chain[i];
	e = scep_reply_success(operation->message, &signer, &style, certificates, has_chain ? 1 + endpoint->chain_count : 1, has_password ? &password : NULL,
		&operation->service->random, reply, why);
	free(certificates);
	return e;
}

static enum err reply(const struct pki_operation *operation, const struct pki_outcome *outcome, struct buf *out, struct why *why)
{
	static const char *const events[] = { [PKI_OUTCOME_CERTIFICATE] = "certificate", [PKI_OUTCOME_PENDING] = "pending", [PKI_OUTCOME_CRL] = "crl" };
	struct scep_responder signer = responder(operation);
	struct scep_reply_style style = reply_style(operation);
	enum err e = ERR_INTERNAL;

	switch (outcome->kind) {
	case PKI_OUTCOME_CERTIFICATE:
		e = reply_certificate(operation, outcome, out, why);
		break;
	case PKI_OUTCOME_PENDING:
		e = scep_reply_pending(operation->message, &signer, &style, &operation->service->random, out, why);
		break;
	case PKI_OUTCOME_CRL:
		e = scep_reply_crl(operation->message, &signer, &style, buf_bytes(&outcome->der), &operation->service->random, out, why);
		break;
	}
	if (e == ERR_OK)
		LOG_EVENT(operation->service->log, LOG_LEVEL_INFO, events[outcome->kind], log_str("reference", operation->reference),
			log_str("application", operation->endpoint->row->application), log_str("profile", operation->endpoint->row->profile_name),
			log_str("type", scep_message_type_name(operation->message->type)), log_bytes("transaction", operation->message->transaction_id),
			log_bytes("subject", buf_bytes(&operation->subject)), log_str("client", operation->call->client_address),
			log_str("agent", operation->call->user_agent));
	return e;
}

static enum err answer(struct pki_operation *operation, struct buf *out, struct buf *text, struct why *why)
{
	struct pki_outcome outcome = { 0 };
	enum err e = process(operation, &outcome, text, why);

	if (e == ERR_OK) {
		e = reply(operation, &outcome, out, why);
	} else if (err_fail_info(e) != NO_FAIL_INFO) {
		record_refusal(operation, e, why);
		e = visible_error(operation, e);
		if (err_http_status(e) == 200)
			e = reply_failure(operation, e, why, out, why);
	}
	buf_clear(&outcome.der);
	return e;
}

static void operation_clear(struct pki_operation *operation)
{
	scep_message_free(operation->message);
	csr_free(operation->csr);
	buf_clear(&operation->subject);
}

enum err pki_operation_serve(struct service *service, const struct live_endpoint *endpoint, const struct scep_call *call, struct bytes message, struct buf *reply_out,
	struct buf *text, struct why *why)
{
	struct pki_operation operation = { .service = service, .endpoint = endpoint, .call = call };
	uint8_t digest[DIGEST_MAX_LEN];
	enum err e;

	if ((e = scep_message_parse(message, &operation.message, why)) != ERR_OK)
		goto out;
	if ((e = make_reference(&service->random, operation.reference)) != ERR_OK)
		goto out;
	if ((e = crypto_digest(DIGEST_SHA256, operation.message->cms->signer->spki, digest)) != ERR_OK)
		goto out;
	memcpy(operation.requester_spki_sha256, digest, ENROLMENT_HASH_LEN);
	e = answer(&operation, reply_out, text, why);
out:
	operation_clear(&operation);
	return e;
}
