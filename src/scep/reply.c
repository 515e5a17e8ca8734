#include <config.h>

#include "scep/reply.h"

#include <string.h>

#include "base/text.h"
#include "pki/cms_password.h"

/* The request's transactionID goes back octet for octet; as the PrintableString of RFC 8894 where it is one, else as the type it came in. */
static uint8_t choose_tag(const struct scep_message *request)
{
	return der_is_printable(request->transaction_id) ? DER_PRINTABLE_STRING : request->transaction_id_tag;
}

/* Sign a reply: `header` has the status, the rest comes from the request. */
static enum err sign_reply(struct scep_header *header, const struct bytes *envelope, const struct scep_message *request, const struct scep_responder *responder,
	enum digest digest, const struct random *random, struct buf *out, struct why *why)
{
	uint8_t nonce[SCEP_MAX_NONCE_LEN];
	enum err e;

	/* As long as the request's: clients that send 8 octets expect 8. */
	if ((e = random_fill(random, nonce, request->sender_nonce.len)) != ERR_OK)
		return why_set(why, e, "no random numbers for a nonce");
	header->type = SCEP_CERT_REP;
	header->transaction_id = request->transaction_id;
	header->transaction_id_tag = choose_tag(request);
	header->sender_nonce = bytes_from(nonce, request->sender_nonce.len);
	header->recipient_nonce = request->sender_nonce;
	return scep_message_encode(header, envelope, responder->cert, responder->key, digest, out, why);
}

/* Can the key that signed the request decrypt? Of those that we read every RSA key has room for the longest content key. */
static enum err find_kind(const struct scep_message *request, enum key_kind *kind, struct why *why)
{
	struct pubkey *pubkey = NULL;
	enum err e;

	if ((e = pubkey_parse(request->cms->signer->spki, &pubkey, why)) != ERR_OK)
		return e == ERR_ALG_KEY ? ERR_ALG_KEY_TRANSPORT : e;
	*kind = pubkey_get_kind(pubkey);
	pubkey_free(pubkey);
	return ERR_OK;
}

/* RFC 8894 section 3.1: key transport where the key can, else the challenge as a password. */
static enum err seal(const struct scep_message *request, struct bytes content, enum cipher cipher, const struct bytes *password, const struct random *random,
	struct buf *envelope, struct why *why)
{
	enum key_kind kind;
	enum err e;

	if ((e = find_kind(request, &kind, why)) != ERR_OK)
		return e;
	if (kind != KEY_KIND_RSA && password != NULL && password->len > 0)
		return cms_password_encode(content, *password, cipher, random, envelope, why);
	return cms_enveloped_encode(content, request->cms->signer, cipher, CMS_FRAMING_DER, random, envelope, why);
}

/* SUCCESS around a degenerate SignedData. */
static enum err reply_content(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style, struct bytes degenerate,
	const struct bytes *password, const struct random *random, struct buf *out, struct why *why)
{
	struct scep_header header = { .pki_status = PKI_STATUS_SUCCESS };
	struct buf envelope = { 0 };
	struct bytes content;
	enum err e;

	if ((e = seal(request, degenerate, style->cipher, password, random, &envelope, why)) == ERR_OK) {
		content = buf_bytes(&envelope);
		e = sign_reply(&header, &content, request, responder, style->digest, random, out, why);
	}
	buf_clear(&envelope);
	return e;
}

enum err scep_reply_success(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style,
	const struct bytes *certificates, size_t count, const struct bytes *password, const struct random *random, struct buf *out, struct why *why)
{
	struct buf certs_only = { 0 };
	enum err e;

	if ((e = cms_certs_only_encode(certificates, count, &certs_only, why)) == ERR_OK)
		e = reply_content(request, responder, style, buf_bytes(&certs_only), password, random, out, why);
	buf_clear(&certs_only);
	return e;
}

enum err scep_reply_crl(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style, struct bytes crl_der,
	const struct random *random, struct buf *out, struct why *why)
{
	struct buf crl_only = { 0 };
	enum err e;

	if ((e = cms_crl_only_encode(crl_der, &crl_only, why)) == ERR_OK)
		e = reply_content(request, responder, style, buf_bytes(&crl_only), NULL, random, out, why);
	buf_clear(&crl_only);
	return e;
}

enum err scep_reply_failure(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style,
	enum fail_info fail_info, const char *text, const struct random *random, struct buf *out, struct why *why)
{
	struct scep_header header = { .pki_status = PKI_STATUS_FAILURE, .fail_info = fail_info,
		.fail_info_text = text_cut(bytes_from_str(text), SCEP_MAX_FAIL_INFO_TEXT_LEN) };

	/* failInfo must be one of five values (RFC 8894 section 3.2.1.4); whoever has none means that the request was no good. */
	if (fail_info == NO_FAIL_INFO)
		header.fail_info = FAIL_BAD_REQUEST;
	return sign_reply(&header, NULL, request, responder, style->digest, random, out, why);
}

enum err scep_reply_pending(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style,
	const struct random *random, struct buf *out, struct why *why)
{
	struct scep_header header = { .pki_status = PKI_STATUS_PENDING };

	return sign_reply(&header, NULL, request, responder, style->digest, random, out, why);
}

enum err scep_reply_check_recipient(const struct scep_message *request, bool password_allowed, struct bytes challenge, struct why *why)
{
	enum key_kind kind;
	enum err e;

	if ((e = find_kind(request, &kind, why)) != ERR_OK || kind == KEY_KIND_RSA)
		return e;
	if (!password_allowed)
		return why_set(why, ERR_ALG_KEY_TRANSPORT, "the key that signed the request is of kind %s and cannot decrypt the reply", key_kind_name(kind));
	if (challenge.len == 0)
		return why_set(why, ERR_ALG_KEY_TRANSPORT, "the key that signed the request is of kind %s, and there is no challenge to encrypt the reply under", key_kind_name(kind));
	return ERR_OK;
}
