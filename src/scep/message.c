#include <config.h>

#include "scep/message.h"

#include <stdlib.h>

#include "base/text.h"

enum { MAX_TYPE_DIGITS = 3 };

const char *scep_message_type_name(int type)
{
	switch (type) {
	case SCEP_CERT_REP:
		return "CertRep";
	case SCEP_RENEWAL_REQ:
		return "RenewalReq";
	case SCEP_PKCS_REQ:
		return "PKCSReq";
	case SCEP_CERT_POLL:
		return "CertPoll";
	case SCEP_GET_CERT:
		return "GetCert";
	case SCEP_GET_CRL:
		return "GetCRL";
	}
	return "unknown";
}

const char *fail_info_name(enum fail_info fail_info)
{
	switch (fail_info) {
	case FAIL_BAD_ALG:
		return "badAlg";
	case FAIL_BAD_MESSAGE_CHECK:
		return "badMessageCheck";
	case FAIL_BAD_REQUEST:
		return "badRequest";
	case FAIL_BAD_TIME:
		return "badTime";
	case FAIL_BAD_CERT_ID:
		return "badCertId";
	case NO_FAIL_INFO:
		break;
	}
	return "none";
}

/* RFC 8894 says PrintableString; these differ from it in the tag alone, for what SCEP writes. */
static bool is_text_tag(uint8_t tag)
{
	return tag == DER_PRINTABLE_STRING || tag == DER_UTF8_STRING || tag == DER_IA5_STRING || tag == DER_T61_STRING || tag == DER_VISIBLE_STRING ||
		tag == DER_NUMERIC_STRING;
}

/* An attribute that may be absent: *value is zeroed then. Two values, or none, are an error. */
static enum err get_optional(const struct scep_message *message, enum oid type, const char *name, struct der_element *value, struct why *why)
{
	enum err e = cms_signed_get_attribute(message->cms, type, value);

	if (e == ERR_OK)
		return ERR_OK;
	*value = (struct der_element){ 0 };
	if (e == ERR_NOT_FOUND)
		return ERR_OK;
	return why_set(why, ERR_SCEP_ATTRIBUTE, "the attribute %s has not exactly one value", name);
}

/* Strict decimal, as text: no sign, no blank, no leading zero. */
static bool parse_decimal(struct bytes text, int *out)
{
	int number = 0;

	if (text.len == 0 || text.len > MAX_TYPE_DIGITS || (text.len > 1 && text.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		number = number * 10 + (text.ptr[i] - '0');
	}
	*out = number;
	return true;
}

static enum err read_number(const struct scep_message *message, enum oid type, const char *name, bool *is_there, int *out, struct why *why)
{
	struct der_element value;
	enum err e;

	if ((e = get_optional(message, type, name, &value, why)) != ERR_OK)
		return e;
	*is_there = value.raw.len > 0;
	if (*is_there && (!is_text_tag(value.tag) || !parse_decimal(value.value, out)))
		return why_set(why, ERR_SCEP_ATTRIBUTE, "the attribute %s is no decimal number", name);
	return ERR_OK;
}

static enum err read_nonce(const struct scep_message *message, enum oid type, const char *name, struct bytes *out, struct why *why)
{
	struct der_element value;
	enum err e;

	if ((e = get_optional(message, type, name, &value, why)) != ERR_OK)
		return e;
	if (value.raw.len > 0 && (value.tag != DER_OCTET_STRING || value.value.len == 0 || value.value.len > SCEP_MAX_NONCE_LEN))
		return why_set(why, ERR_SCEP_ATTRIBUTE, "the attribute %s is no OCTET STRING of 1 to %d octets", name, SCEP_MAX_NONCE_LEN);
	*out = value.value;
	return ERR_OK;
}

static enum err read_transaction_id(struct scep_message *message, struct why *why)
{
	struct der_element value;
	struct buf text = { 0 };
	enum err e;

	if ((e = get_optional(message, OID_SCEP_TRANSACTION_ID, "transactionID", &value, why)) != ERR_OK)
		return e;
	if (!is_text_tag(value.tag) || value.value.len == 0 || value.value.len > SCEP_MAX_TRANSACTION_ID_LEN)
		return why_set(why, ERR_SCEP_ATTRIBUTE, "the attribute transactionID is no text of 1 to %d octets", SCEP_MAX_TRANSACTION_ID_LEN);
	e = der_get_text(&value, &text);
	if (e != ERR_MEMORY && (e != ERR_OK || !text_is_utf8(buf_bytes(&text)) || text_has_control(buf_bytes(&text))))
		e = why_set(why, ERR_SCEP_ATTRIBUTE, "the attribute transactionID holds octets that are no text");
	buf_clear(&text);
	if (e != ERR_OK)
		return e;
	message->transaction_id = value.value;
	message->transaction_id_tag = value.tag;
	return ERR_OK;
}

/* pkiStatus, failInfo and failInfoText: RFC 8894 sections 3.2.1.3 and 3.2.1.4. */
static enum err read_status(struct scep_message *message, struct why *why)
{
	int status = 0, fail_info = 0;
	struct der_element text;
	bool has_status, has_fail_info;
	enum err e;

	if ((e = read_number(message, OID_SCEP_PKI_STATUS, "pkiStatus", &has_status, &status, why)) != ERR_OK ||
	    (e = read_number(message, OID_SCEP_FAIL_INFO, "failInfo", &has_fail_info, &fail_info, why)) != ERR_OK ||
	    (e = get_optional(message, OID_SCEP_FAIL_INFO_TEXT, "failInfoText", &text, why)) != ERR_OK)
		return e;
	if (!has_status || (status != PKI_STATUS_SUCCESS && status != PKI_STATUS_FAILURE && status != PKI_STATUS_PENDING))
		return why_set(why, ERR_SCEP_ATTRIBUTE, "the attribute pkiStatus is missing or unknown");
	if (has_fail_info && fail_info > FAIL_BAD_CERT_ID)
		return why_set(why, ERR_SCEP_ATTRIBUTE, "the attribute failInfo is unknown");
	message->pki_status = (enum pki_status)status;
	message->fail_info = has_fail_info ? (enum fail_info)fail_info : NO_FAIL_INFO;
	if (text.tag == DER_UTF8_STRING && text_is_utf8(text.value))
		message->fail_info_text = text.value;
	return ERR_OK;
}

static enum err read_attributes(struct scep_message *message, struct why *why)
{
	struct der_element unused;
	bool has_type;
	enum err e;

	message->fail_info = NO_FAIL_INFO;
	message->has_clear_challenge = cms_signed_get_attribute(message->cms, OID_CHALLENGE_PASSWORD, &unused) != ERR_NOT_FOUND;
	if ((e = read_number(message, OID_SCEP_MESSAGE_TYPE, "messageType", &has_type, &message->type, why)) != ERR_OK)
		return e;
	if (!has_type)
		return why_set(why, ERR_SCEP_ATTRIBUTE, "the attribute messageType is missing");
	if ((e = read_transaction_id(message, why)) != ERR_OK ||
	    (e = read_nonce(message, OID_SCEP_SENDER_NONCE, "senderNonce", &message->sender_nonce, why)) != ERR_OK)
		return e;
	if (message->type == SCEP_CERT_REP) {
		if ((e = read_nonce(message, OID_SCEP_RECIPIENT_NONCE, "recipientNonce", &message->recipient_nonce, why)) != ERR_OK)
			return e;
		return read_status(message, why);
	}
	if (message->sender_nonce.len == 0)
		return why_set(why, ERR_SCEP_ATTRIBUTE, "the attribute senderNonce is missing");
	return ERR_OK;
}

/*
 * The pkcsPKIEnvelope. FAILURE and PENDING have none, but some servers send an empty content, or one octet of nothing.
 */
static enum err read_envelope(struct scep_message *message)
{
	enum err e;

	if (message->cms->content.len == 0 || (message->type == SCEP_CERT_REP && message->pki_status != PKI_STATUS_SUCCESS))
		return ERR_OK;
	e = cms_enveloped_parse(buf_bytes(&message->cms->content), &message->envelope, &message->envelope_why);
	if (e == ERR_MEMORY)
		return e;
	message->envelope_error = e == ERR_OK ? ERR_OK : ERR_CMS_DECRYPT;
	return ERR_OK;
}

static enum err parse_into(struct scep_message *message, struct bytes ber, size_t max_len, struct why *why)
{
	enum err e;

	if (ber.len == 0)
		return why_set(why, ERR_CMS_SYNTAX, "the message is empty");
	if (ber.len > max_len)
		return why_set(why, ERR_ASN1_LIMIT, "the message has more than %zu octets", max_len);
	if ((e = cms_signed_parse(ber, &message->cms, why)) != ERR_OK)
		return e;
	if (!oid_is(message->cms->content_type, OID_DATA))
		return why_set(why, ERR_CMS_SYNTAX, "the content type of the message is not id-data");
	if ((e = read_attributes(message, why)) != ERR_OK)
		return e;
	return read_envelope(message);
}

static enum err parse(struct bytes ber, size_t max_len, struct scep_message **out, struct why *why)
{
	struct scep_message *message = calloc(1, sizeof(*message));
	enum err e;

	if (message == NULL)
		return ERR_MEMORY;
	if ((e = parse_into(message, ber, max_len, why)) != ERR_OK)
		goto out;
	*out = message;
	message = NULL;
out:
	scep_message_free(message);
	return e;
}

enum err scep_message_parse(struct bytes ber, struct scep_message **out, struct why *why)
{
	return parse(ber, SCEP_MAX_MESSAGE_LEN, out, why);
}

enum err scep_certrep_parse(struct bytes ber, struct scep_message **out, struct why *why)
{
	return parse(ber, SCEP_MAX_REPLY_LEN, out, why);
}

void scep_message_free(struct scep_message *message)
{
	if (message == NULL)
		return;
	cms_enveloped_free(message->envelope);
	cms_signed_free(message->cms);
	free(message);
}

enum err scep_message_verify(const struct scep_message *message, const struct digest_list *allowed, struct why *why)
{
	if (message->cms->digest == DIGEST_NONE)
		return why_set(why, ERR_ALG_DIGEST, "the digest algorithm of the message is not known");
	if (!digest_list_has(allowed, message->cms->digest))
		return why_set(why, ERR_ALG_DIGEST, "the digest algorithm %s is not allowed here", digest_name(message->cms->digest));
	return cms_signed_verify(message->cms, why);
}
