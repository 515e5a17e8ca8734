#include <config.h>

#include "scep/request.h"

#include "base/text.h"
#include "pki/cms_password.h"
#include "pki/cms_reframe.h"
#include "pki/crypto.h"

enum { SIGNER_BACK_S = 3600, SIGNER_VALIDITY_S = 7 * 86400 };

enum err scep_request_encode(const struct scep_request_plan *plan, const struct random *random, struct buf *out, struct why *why)
{
	struct scep_header header = {
		.type = plan->type,
		.transaction_id = plan->transaction_id,
		.transaction_id_tag = DER_PRINTABLE_STRING,
		.sender_nonce = plan->sender_nonce,
	};
	struct buf envelope = { 0 }, message = { 0 };
	struct bytes content;
	enum err e;

	if ((e = cms_enveloped_encode(plan->content, plan->recipient, plan->cipher, plan->framing, random, &envelope, why)) != ERR_OK)
		goto out;
	content = buf_bytes(&envelope);
	if ((e = scep_message_encode(&header, &content, plan->signer, plan->key, plan->digest, &message, why)) != ERR_OK)
		goto out;
	e = plan->framing == CMS_FRAMING_BER ? cms_reframe_ber(buf_bytes(&message), out) : buf_append(out, buf_bytes(&message));
out:
	buf_clear(&envelope);
	buf_clear(&message);
	return e;
}

enum err scep_transaction_id(struct bytes spki, struct buf *out)
{
	uint8_t digest[DIGEST_MAX_LEN];
	enum err e = crypto_digest(DIGEST_SHA256, spki, digest);

	return e == ERR_OK ? text_encode_hex_upper(bytes_from(digest, digest_len(DIGEST_SHA256)), out) : e;
}

enum err scep_self_signed(struct bytes subject, const struct key *key, int64_t now_utc, const struct random *random, struct buf *der, struct why *why)
{
	struct cert_template template = {
		.subject = subject,
		.spki = key_get_spki(key),
		.not_before_utc = now_utc - SIGNER_BACK_S,
		.not_after_utc = now_utc + SIGNER_VALIDITY_S,
		.path_len = -1,
		.key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT,
	};
	struct pubkey *pubkey = NULL;
	enum err e;

	if ((e = pubkey_parse(template.spki, &pubkey, why)) != ERR_OK)
		return e;
	e = cert_sign(&template, pubkey, NULL, key, random, NULL, der, why);
	pubkey_free(pubkey);
	return e;
}

/* Is it a CertRep, signed by the server, for this very request? The signer's certificate may be embedded in any form: its key counts. */
static enum err check_reply(const struct scep_message *reply, const struct scep_request_plan *plan, const struct cert *server, struct why *why)
{
	enum err e;

	if (reply->type != SCEP_CERT_REP)
		return why_set(why, ERR_SCEP_REPLY, "the reply is a %s, not a CertRep", scep_message_type_name(reply->type));
	if (!bytes_is_equal(reply->cms->signer->spki, server->spki))
		return why_set(why, ERR_CMS_SIGNATURE, "the reply is signed by another key than that of the server's certificate");
	if (reply->cms->digest == DIGEST_MD5 && plan->digest != DIGEST_MD5)
		return why_set(why, ERR_ALG_DIGEST, "the reply is signed with MD5");
	if ((e = cms_signed_verify(reply->cms, why)) != ERR_OK)
		return e;
	if (!bytes_is_equal(reply->transaction_id, plan->transaction_id))
		return why_set(why, ERR_SCEP_REPLY, "the reply has another transactionID than the request");
	if (!bytes_is_equal(reply->recipient_nonce, plan->sender_nonce))
		return why_set(why, ERR_SCEP_REPLY, "the recipientNonce of the reply is not the senderNonce of the request");
	return ERR_OK;
}

static enum err open_success(const struct scep_message *reply, const struct scep_request_plan *plan, const struct random *random, struct buf *content, struct why *why)
{
	const struct cms_enveloped *envelope = reply->envelope;

	if (envelope == NULL)
		return why_set(why, ERR_SCEP_REPLY, "the reply says SUCCESS, but its envelope %s", reply->envelope_error == ERR_OK ? "is missing" : reply->envelope_why.text);
	if (plan->password.len > 0 && (key_get_kind(plan->key) != KEY_KIND_RSA || envelope->recipient_count == 0))
		return cms_password_open(buf_bytes(&reply->cms->content), plan->password, content, why);
	return cms_enveloped_open(envelope, plan->signer, plan->key, random, content, why);
}

/* RFC 8894 sections 4.5.1 and 4.6.1: what is asked for is there or not. */
static bool can_wait(int type)
{
	return type != SCEP_GET_CERT && type != SCEP_GET_CRL;
}

enum err scep_certrep_open(struct bytes ber, const struct scep_request_plan *plan, const struct cert *server, const struct random *random,
	struct scep_message **reply, struct buf *content, struct why *why)
{
	struct scep_message *message = NULL;
	enum err e;

	if ((e = scep_certrep_parse(ber, &message, why)) != ERR_OK || (e = check_reply(message, plan, server, why)) != ERR_OK)
		goto out;
	switch (message->pki_status) {
	case PKI_STATUS_SUCCESS:
		if ((e = open_success(message, plan, random, content, why)) != ERR_OK)
			goto out;
		break;
	case PKI_STATUS_FAILURE:
		e = why_set(why, ERR_SCEP_FAILURE, "the server refused: %s%s%.*s", fail_info_name(message->fail_info), message->fail_info_text.len > 0 ? ", " : "",
			(int)message->fail_info_text.len, message->fail_info_text.len > 0 ? (const char *)message->fail_info_text.ptr : "");
		break;
	case PKI_STATUS_PENDING:
		if (!can_wait(plan->type)) {
			e = why_set(why, ERR_SCEP_REPLY, "the reply to a %s is PENDING", scep_message_type_name(plan->type));
			goto out;
		}
		e = why_set(why, ERR_SCEP_PENDING, "the server has put the request in a queue");
		break;
	}
	*reply = message;
	message = NULL;
out:
	scep_message_free(message);
	return e;
}
