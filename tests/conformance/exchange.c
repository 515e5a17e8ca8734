#include <config.h>

#include "conformance/exchange.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "conformance/suite.h"
#include "pki/name.h"
#include "scep/request.h"

enum { WORD_LEN = 8, TRANSACTION_ID_OCTETS = 16 };

void exchange_clear(struct exchange *exchange)
{
	buf_clear(&exchange->csr);
	buf_clear(&exchange->subject);
	buf_clear(&exchange->transaction_id);
	buf_clear(&exchange->sender_nonce);
	cert_free(exchange->own_signer);
	buf_clear(&exchange->message);
	web_reply_clear(&exchange->web);
	scep_message_free(exchange->reply);
	buf_clear(&exchange->certs);
	*exchange = (struct exchange){ 0 };
}

static enum err append_random_hex(const struct suite *suite, size_t octets, struct buf *out)
{
	uint8_t random[TRANSACTION_ID_OCTETS];
	enum err e = random_fill(&suite->random, random, octets);

	return e == ERR_OK ? text_encode_hex(bytes_from(random, octets), out) : e;
}

static enum err make_subject(const struct suite *suite, struct buf *subject, struct why *why)
{
	struct buf text = { 0 };
	enum err e = ERR_OK;

	for (const char *c = suite->options.subject; e == ERR_OK && *c != '\0'; c++)
		e = *c == '%' ? append_random_hex(suite, WORD_LEN / 2, &text) : buf_append_byte(&text, (uint8_t)*c);
	if (e == ERR_OK && (e = buf_terminate(&text)) == ERR_OK)
		e = name_parse_text((const char *)text.ptr, subject, why);
	buf_clear(&text);
	return e;
}

enum err exchange_make_csr(const struct suite *suite, const struct key *key, enum secret secret, struct buf *csr, struct buf *subject, struct why *why)
{
	struct csr_template template = { 0 };
	enum err e = make_subject(suite, subject, why);

	if (e != ERR_OK)
		return e;
	template.subject = buf_bytes(subject);
	if (secret == SECRET_WRONG)
		template.challenge = bytes_from_str("certainly not the challenge");
	else if (secret == SECRET_GOOD)
		template.challenge = bytes_from_str(suite->options.challenge);
	return csr_encode(&template, key, DIGEST_SHA256, csr, why);
}

static enum err make_csr(const struct suite *suite, const struct ask *ask, struct exchange *exchange, struct why *why)
{
	enum err e = exchange_make_csr(suite, exchange->key, ask->secret, &exchange->csr, &exchange->subject, why);

	if (e != ERR_OK)
		return e;
	if (ask->csr.len > 0) {
		buf_reset(&exchange->csr);
		return buf_append(&exchange->csr, ask->csr);
	}
	if (ask->has_bad_csr_signature)
		exchange->csr.ptr[exchange->csr.len - 1] ^= 1;
	return ERR_OK;
}

/* The signer of the request, or a self-signed certificate with the subject of the request (RFC 8894 section 2.3). */
static enum err make_signer(const struct suite *suite, const struct ask *ask, struct exchange *exchange, struct why *why)
{
	struct buf der = { 0 };
	enum err e;

	if (ask->craft.signer != NULL) {
		exchange->signer = *ask->craft.signer;
		return ERR_OK;
	}
	if ((e = scep_self_signed(buf_bytes(&exchange->subject), exchange->key, clock_now_utc(&suite->clock), &suite->random, &der, why)) == ERR_OK &&
	    (e = cert_parse(buf_bytes(&der), &exchange->own_signer, why)) == ERR_OK)
		exchange->signer = (struct party){ exchange->key, exchange->own_signer };
	buf_clear(&der);
	return e;
}

static enum err make_names(const struct suite *suite, const struct ask *ask, struct exchange *exchange)
{
	uint8_t nonce[SCEP_NONCE_LEN];
	enum err e;

	e = ask->craft.transaction_id.len > 0 ? buf_append(&exchange->transaction_id, ask->craft.transaction_id) :
		append_random_hex(suite, TRANSACTION_ID_OCTETS, &exchange->transaction_id);
	if (e != ERR_OK || (e = random_fill(&suite->random, nonce, sizeof nonce)) != ERR_OK)
		return e;
	return buf_append(&exchange->sender_nonce, ask->craft.sender_nonce.len > 0 ? ask->craft.sender_nonce : bytes_from(nonce, sizeof nonce));
}

static enum err make_envelope(const struct suite *suite, const struct ask *ask, const struct exchange *exchange, struct buf *envelope,
	struct why *why)
{
	if (ask->envelope.len > 0)
		return buf_append(envelope, ask->envelope);
	return cms_enveloped_encode(ask->body.len > 0 ? ask->body : buf_bytes(&exchange->csr), ask->recipient != NULL ? ask->recipient :
		suite->recipient,
		ask->cipher != CIPHER_NONE ? ask->cipher : CIPHER_AES128_CBC, (ask->craft.oddities & CRAFT_BER) != 0 ? CMS_FRAMING_BER : CMS_FRAMING_DER,
		&suite->random, envelope, why);
}

static enum err make_message(const struct suite *suite, const struct ask *ask, struct exchange *exchange, struct why *why)
{
	struct buf envelope = { 0 };
	struct craft craft = ask->craft;
	enum err e;

	exchange->key = ask->key != NULL ? ask->key : suite->device_key;
	if ((e = make_csr(suite, ask, exchange, why)) != ERR_OK || (e = make_signer(suite, ask, exchange, why)) != ERR_OK ||
	    (e = make_names(suite, ask, exchange)) != ERR_OK)
		goto out;
	if (craft.content.len == 0) {
		if ((e = make_envelope(suite, ask, exchange, &envelope, why)) != ERR_OK)
			goto out;
		craft.content = buf_bytes(&envelope);
	}
	if (craft.message_type == NULL)
		craft.message_type = "19";
	craft.transaction_id = buf_bytes(&exchange->transaction_id);
	craft.sender_nonce = buf_bytes(&exchange->sender_nonce);
	craft.signer = &exchange->signer;
	e = craft_message(&craft, &exchange->message, why);
out:
	buf_clear(&envelope);
	return e;
}

/* RFC 8894 section 4.1: base64, percent-escaped, for GET. */
static enum err make_query(bool is_get, struct bytes message, struct buf *query)
{
	struct buf base64 = { 0 };
	enum err e;

	if ((e = buf_append_str(query, "operation=PKIOperation")) == ERR_OK && is_get &&
	    (e = buf_append_str(query, "&message=")) == ERR_OK && (e = text_encode_base64(message, &base64)) == ERR_OK)
		e = web_escape(buf_bytes(&base64), query);
	if (e == ERR_OK)
		e = buf_terminate(query);
	buf_clear(&base64);
	return e;
}

static enum err send_message(const struct suite *suite, bool is_get, struct exchange *exchange, struct why *why)
{
	struct buf query = { 0 };
	enum err e;

	if ((e = make_query(is_get, buf_bytes(&exchange->message), &query)) != ERR_OK)
		goto out;
	e = web_send(&(struct web_request){
		.url = suite->options.url,
		.query = (const char *)query.ptr,
		.is_post = !is_get,
		.media_type = "application/x-pki-message",
		.body = buf_bytes(&exchange->message),
		.timeout_s = suite->options.timeout_s,
		.ca_file = suite->options.ca_file,
	}, &exchange->web, why);
	if (e != ERR_OK)
		goto out;
	if (exchange->web.status != 200)
		why_set(&exchange->reply_why, ERR_SCEP_REPLY, "the HTTP status is %ld", exchange->web.status);
	else if (scep_message_parse(buf_bytes(&exchange->web.body), &exchange->reply, &exchange->reply_why) == ERR_OK &&
	    exchange->reply->type != SCEP_CERT_REP) {
		why_set(&exchange->reply_why, ERR_SCEP_REPLY, "the reply has messageType %d", exchange->reply->type);
		scep_message_free(exchange->reply);
		exchange->reply = NULL;
	}
out:
	buf_clear(&query);
	return e;
}

enum err exchange_make(const struct suite *suite, const struct ask *ask, struct exchange *out, struct why *why)
{
	struct exchange exchange = { 0 };
	enum err e;

	if ((e = make_message(suite, ask, &exchange, why)) != ERR_OK || (e = send_message(suite, ask->is_get, &exchange, why)) != ERR_OK) {
		exchange_clear(&exchange);
		return e;
	}
	*out = exchange;
	return ERR_OK;
}

enum err exchange_repeat(const struct suite *suite, const struct exchange *first, struct exchange *out, struct why *why)
{
	struct exchange exchange = { .signer = first->signer, .key = first->key };
	enum err e;

	if ((e = buf_append(&exchange.transaction_id, buf_bytes(&first->transaction_id))) != ERR_OK ||
	    (e = buf_append(&exchange.sender_nonce, buf_bytes(&first->sender_nonce))) != ERR_OK ||
	    (e = buf_append(&exchange.message, buf_bytes(&first->message))) != ERR_OK || (e = send_message(suite, false, &exchange, why)) != ERR_OK) {
		exchange_clear(&exchange);
		return e;
	}
	*out = exchange;
	return ERR_OK;
}

bool exchange_is_status(const struct exchange *exchange, enum pki_status status)
{
	return exchange->reply != NULL && exchange->reply->pki_status == status;
}

static const char *status_name(enum pki_status status)
{
	switch (status) {
	case PKI_STATUS_SUCCESS:
		return "SUCCESS";
	case PKI_STATUS_FAILURE:
		return "FAILURE";
	case PKI_STATUS_PENDING:
		return "PENDING";
	}
	return "of an unknown status";
}

void exchange_describe(const struct exchange *exchange, char *out, size_t size)
{
	const struct scep_message *reply = exchange->reply;
	bool has_fail_info = reply != NULL && reply->pki_status == PKI_STATUS_FAILURE && reply->fail_info != NO_FAIL_INFO;

	if (reply == NULL)
		snprintf(out, size, "HTTP %ld (%s)%s%s", exchange->web.status, (const char *)exchange->web.media_type.ptr,
			exchange->web.status == 200 ? ", no CertRep: " : "", exchange->web.status == 200 ? exchange->reply_why.text : "");
	else
		snprintf(out, size, "CertRep %s%s%s%s%.*s", status_name(reply->pki_status), has_fail_info ? " " : "", has_fail_info ?
			fail_info_name(reply->fail_info) : "",
			reply->fail_info_text.len > 0 ? ": " : "", (int)reply->fail_info_text.len, reply->fail_info_text.len > 0 ?
			(const char *)reply->fail_info_text.ptr : "");
}

enum err exchange_check_reply(const struct suite *suite, const struct exchange *exchange, struct why *why)
{
	const struct scep_message *reply = exchange->reply;
	const struct cert *server;
	enum err e;

	if (reply == NULL)
		return why_set(why, ERR_SCEP_REPLY, "%s", exchange->reply_why.text);
	server = ca_set_signer(&suite->ca, reply->cms->signer);
	if (server == NULL || !bytes_is_equal(server->spki, reply->cms->signer->spki))
		return why_set(why, ERR_SCEP_REPLY, "the CertRep is signed by a key that GetCACert does not know");
	if ((e = cms_signed_verify(reply->cms, why)) != ERR_OK)
		return e;
	if (!bytes_is_equal(reply->transaction_id, buf_bytes(&exchange->transaction_id)))
		return why_set(why, ERR_SCEP_REPLY, "the CertRep has another transactionID than the request");
	if (!bytes_is_equal(reply->recipient_nonce, buf_bytes(&exchange->sender_nonce)))
		return why_set(why, ERR_SCEP_REPLY, "the recipientNonce of the CertRep is not the senderNonce of the request");
	return ERR_OK;
}

enum err exchange_open(const struct suite *suite, struct exchange *exchange, struct why *why)
{
	enum err e = exchange_check_reply(suite, exchange, why);

	if (e != ERR_OK || exchange->certs.len > 0)
		return e;
	if (exchange->reply->envelope == NULL)
		return why_set(why, ERR_SCEP_REPLY, "the CertRep SUCCESS has no envelope that can be read: %s", exchange->reply->envelope_why.text);
	return cms_enveloped_open(exchange->reply->envelope, exchange->signer.cert, exchange->signer.key, &suite->random, &exchange->certs, why);
}

enum err exchange_issued(const struct exchange *exchange, struct cert **out, struct why *why)
{
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf der = { 0 };
	struct cert *cert = NULL;
	size_t count;
	enum err e = cms_certs_only_parse(buf_bytes(&exchange->certs), &der, found, &count, why);

	for (size_t i = 0; e == ERR_OK && cert == NULL && i < count; i++) {
		if ((e = cert_parse(found[i], &cert, why)) == ERR_OK && !bytes_is_equal(cert->spki, key_get_spki(exchange->key))) {
			cert_free(cert);
			cert = NULL;
		}
	}
	if (e == ERR_OK && cert == NULL)
		e = why_set(why, ERR_SCEP_REPLY, "no certificate of the reply has the key of the request");
	if (e == ERR_OK)
		*out = cert;
	buf_clear(&der);
	return e;
}

enum verdict exchange_must_succeed(const struct suite *suite, const struct ask *ask, struct exchange *out, struct why *detail)
{
	char answer[WHY_MAX_LEN];
	enum err e = exchange_make(suite, ask, out, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(out, answer, sizeof answer);
	if (!exchange_is_status(out, PKI_STATUS_SUCCESS))
		return VERDICT_FAILED(detail, "the answer is %s", answer);
	return verdict_from_err(exchange_open(suite, out, detail), detail);
}

enum verdict exchange_must_refuse(const struct suite *suite, const struct ask *ask, struct why *detail)
{
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict = VERDICT_PASS;
	enum err e = exchange_make(suite, ask, &exchange, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (!exchange_is_status(&exchange, PKI_STATUS_FAILURE) && exchange.web.status < 400)
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict exchange_must_answer(const struct suite *suite, const struct ask *ask, struct why *detail)
{
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict;
	enum err e = exchange_make(suite, ask, &exchange, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	verdict = exchange.reply == NULL ? VERDICT_FAILED(detail, "the answer is %s", answer) :
		verdict_from_err(exchange_check_reply(suite, &exchange, detail), detail);
	exchange_clear(&exchange);
	return verdict;
}
