#include <config.h>

#include "ctl/decode.h"

#include "ctl/decode_lines.h"
#include "pki/der.h"

enum { DEEPER = 2 };

static const char *pki_status_name(enum pki_status status)
{
	switch (status) {
	case PKI_STATUS_SUCCESS:
		return "SUCCESS";
	case PKI_STATUS_FAILURE:
		return "FAILURE";
	case PKI_STATUS_PENDING:
		return "PENDING";
	}
	return "unknown";
}

static void put_certrep(struct lines *lines, const struct scep_message *message)
{
	lines_format(lines, "pkiStatus", "%d (%s)", (int)message->pki_status, pki_status_name(message->pki_status));
	if (message->pki_status == PKI_STATUS_FAILURE) {
		lines_format(lines, "failInfo", "%d (%s)", (int)message->fail_info, fail_info_name(message->fail_info));
		if (message->fail_info_text.len > 0)
			lines_text(lines, "failInfoText", message->fail_info_text);
	}
	lines_hex(lines, "recipientNonce", message->recipient_nonce);
}

/* Signed attributes that the lines above did not show. */
static void put_other_attributes(struct lines *lines, const struct cms_signed *cms)
{
	static const enum oid shown[] = { OID_SCEP_MESSAGE_TYPE, OID_SCEP_TRANSACTION_ID, OID_SCEP_SENDER_NONCE, OID_SCEP_RECIPIENT_NONCE,
		OID_SCEP_PKI_STATUS, OID_SCEP_FAIL_INFO, OID_SCEP_FAIL_INFO_TEXT, OID_CONTENT_TYPE, OID_MESSAGE_DIGEST };

	for (size_t i = 0; i < cms->attribute_count; i++) {
		bool is_shown = false;

		for (size_t k = 0; k < sizeof shown / sizeof shown[0]; k++)
			is_shown |= oid_is(cms->attribute[i].type, shown[k]);
		if (!is_shown)
			lines_oid(lines, "other attribute", cms->attribute[i].type);
	}
}

static void put_signature(struct lines *lines, const struct cms_signed *cms)
{
	struct der outer = { cms->signature_algorithm }, inside;
	struct der_element oid;
	struct why why = { 0 };
	enum err e = cms_signed_verify(cms, &why);

	if (cms->digest == DIGEST_NONE)
		lines_oid(lines, "digest", cms->digest_oid);
	else
		lines_format(lines, "digest", "%s", digest_name(cms->digest));
	if (der_enter(&outer, DER_SEQUENCE, &inside) == ERR_OK && der_read_tag(&inside, DER_OID, &oid) == ERR_OK)
		lines_oid(lines, "signatureAlgorithm", oid.value);
	if (e == ERR_MEMORY)
		lines_keep(lines, e);
	else
		lines_format(lines, "signature", "%zu octets, %s%s", cms->signature.len, e == ERR_OK ? "verifies" : "DOES NOT VERIFY: ",
			e == ERR_OK ? "" : why_text(&why, e));
	lines_heading(lines, "signer");
	lines->indent += DEEPER;
	lines_name(lines, "subject", cms->signer->subject);
	lines_name(lines, "issuer", cms->signer->issuer);
	lines_hex(lines, "serial", cms->signer->serial);
	lines_key(lines, cms->signer->spki);
	lines->indent -= DEEPER;
}

static void put_recipient(struct lines *lines, const struct cms_recipient *recipient)
{
	lines_heading(lines, "recipient");
	lines->indent += DEEPER;
	if (recipient->key_id.len > 0) {
		lines_hex(lines, "subjectKeyIdentifier", recipient->key_id);
	} else {
		lines_name(lines, "issuer", recipient->issuer);
		lines_hex(lines, "serial", recipient->serial);
	}
	lines_oid(lines, "key transport", recipient->algorithm_oid);
	lines_format(lines, "encrypted key", "%zu octets", recipient->encrypted_key.len);
	lines->indent -= DEEPER;
}

static void put_envelope(struct lines *lines, const struct scep_message *message)
{
	if (message->envelope == NULL) {
		if (message->envelope_error != ERR_OK)
			lines_format(lines, "envelope", "(not readable: %s)", why_text(&message->envelope_why, message->envelope_error));
		else
			lines_format(lines, "envelope", "none");
		return;
	}
	lines_heading(lines, "envelope");
	if (lines->error == ERR_OK)
		lines->error = decode_envelope(message->envelope, lines->indent + DEEPER, lines->out);
}

enum err decode_envelope(const struct cms_enveloped *envelope, unsigned indent, struct buf *out)
{
	struct lines lines = { out, indent, ERR_OK };

	if (envelope->cipher == CIPHER_NONE)
		lines_oid(&lines, "cipher", envelope->cipher_oid);
	else
		lines_format(&lines, "cipher", "%s", cipher_name(envelope->cipher));
	lines_format(&lines, "initialisation", "%zu octets", envelope->iv.len);
	lines_format(&lines, "encrypted content", "%zu octets", envelope->ciphertext.len);
	for (size_t i = 0; i < envelope->recipient_count; i++)
		put_recipient(&lines, &envelope->recipient[i]);
	for (size_t i = 0; i < envelope->password_recipient_count; i++)
		lines_heading(&lines, "recipient: whoever has the challenge");
	return lines.error;
}

enum err decode_signed(const struct scep_message *message, unsigned indent, struct buf *out)
{
	struct lines lines = { out, indent, ERR_OK };

	lines_format(&lines, "messageType", "%d (%s)", message->type, scep_message_type_name(message->type));
	lines_text(&lines, "transactionID", message->transaction_id);
	if (message->type == SCEP_CERT_REP)
		put_certrep(&lines, message);
	lines_hex(&lines, "senderNonce", message->sender_nonce);
	put_other_attributes(&lines, message->cms);
	put_signature(&lines, message->cms);
	return lines.error;
}

enum err decode_message(const struct scep_message *message, unsigned indent, struct buf *out)
{
	struct lines lines = { out, indent, decode_signed(message, indent, out) };

	put_envelope(&lines, message);
	return lines.error;
}

enum err decode_csr(const struct csr *csr, unsigned indent, struct buf *out)
{
	struct lines lines = { out, indent, ERR_OK };
	struct why why = { 0 };
	enum err e = csr_verify(csr, &why);

	lines_name(&lines, "subject", csr->subject);
	lines_key(&lines, csr->spki);
	if (!csr->has_challenge)
		lines_format(&lines, "challengePassword", "none");
	else
		lines_format(&lines, "challengePassword", "%s", csr->challenge.len > 0 ? "given (not shown)" : "empty");
	lines_extensions(&lines, &csr->ext);
	if (e == ERR_MEMORY)
		return e;
	lines_format(&lines, "signature", "%s%s", e == ERR_OK ? "verifies" : "DOES NOT VERIFY: ", e == ERR_OK ? "" : why_text(&why, e));
	return lines.error;
}
