#include <config.h>

#include "ctl/explain_rules.h"

static const struct rule rules[] = {
	{ TRAIT_HTML, RULE_MUST, "RFC 8894 section 4.3.1", "this is a page for browsers: an answer is a CMS message of the type application/x-pki-message" },
	{ TRAIT_LARGE, RULE_INTEROP, "RFC 8894 section 4.3.1", "the message has more than 16384 octets" },
	{ TRAIT_TRAILING, RULE_INTEROP, "RFC 5652 section 3", "octets follow the message: it is one ContentInfo and nothing else" },
	{ TRAIT_BER, RULE_INTEROP, "RFC 5652 section 1", "the encoding is BER, which is allowed, but some decoders read DER alone" },
	{ TRAIT_URL_NOT_ESCAPED, RULE_MUST, "RFC 8894 section 4.1", "the base64 of the URL is not percent-escaped: \"+\", \"/\" and \"=\" stand as they are" },
	{ TRAIT_URL_OTHER_ALPHABET, RULE_MUST, "RFC 8894 section 4.1", "the message is in base64url: RFC 4648 section 4 is wanted, not section 5" },
	{ TRAIT_URL_WRAPPED, RULE_INTEROP, "RFC 4648 section 3.1", "the base64 of the URL has line breaks" },
	{ TRAIT_URL_NO_OPERATION, RULE_MUST, "RFC 8894 section 4.1", "the URL names no operation" },
	{ TRAIT_MEDIA_PARAMETER, RULE_INTEROP, "RFC 8894 section 4.3.1", "the Content-Type has a parameter: some clients compare it to the letter" },
	{ TRAIT_MEDIA_OTHER, RULE_MUST, "RFC 8894 section 4.3.1", "the Content-Type is not application/x-pki-message" },
	{ TRAIT_CA_MEDIA_PARAMETER, RULE_INTEROP, "RFC 8894 section 4.2.1", "the Content-Type has a parameter: some clients compare it to the letter" },
	{ TRAIT_CA_MEDIA_OTHER, RULE_MUST, "RFC 8894 section 4.2.1",
		"the Content-Type does not fit: application/x-x509-ca-cert is one certificate, application/x-x509-ca-ra-cert a message of certificates" },

	{ TRAIT_UNREADABLE, RULE_MUST, "RFC 5652 section 5", "the SignedData is malformed" },
	{ TRAIT_NOT_PKI_MESSAGE, RULE_MUST, "RFC 8894 section 3.2", "a pkiMessage is a SignedData, and this is none" },
	{ TRAIT_CONTENT_TYPE, RULE_MUST, "RFC 8894 section 3.2", "the eContentType is not id-data" },
	{ TRAIT_SIGNERS, RULE_MUST, "RFC 8894 section 3.2", "there is not exactly one SignerInfo" },
	{ TRAIT_NO_SIGNER_CERT, RULE_MUST, "RFC 8894 section 2.3", "the certificate of the signer is not in the message" },
	{ TRAIT_SIGNATURE_BAD, RULE_MUST, "RFC 5652 section 5.6", "the signature does not verify: the message was changed, or signed with another key or over other octets" },
	{ TRAIT_DIGEST_MD5, RULE_MUST, "RFC 8894 section 2.9", "the digest is MD5, which nobody may support any more" },
	{ TRAIT_DIGEST_SHA1, RULE_NOTE, "RFC 8894 section 2.9", "the digest is SHA-1, allowed for historical reasons; SHA-256 is preferred (section 3.5.2)" },
	{ TRAIT_DIGEST_OTHER, RULE_SHOULD, "RFC 8894 section 3.5.2", "the digest is not SHA-256, which all sides know" },
	{ TRAIT_SIGNATURE_NOT_RSA_ENCRYPTION, RULE_INTEROP, "RFC 3370 section 3.2", "the signatureAlgorithm is not rsaEncryption, the form that every implementation reads" },
	{ TRAIT_ATTRIBUTES_NOT_DER, RULE_MUST, "RFC 5652 section 5.3", "the signed attributes are not in DER: not in the order of a SET OF, or in BER" },
	{ TRAIT_NO_CONTENT_TYPE_ATTRIBUTE, RULE_MUST, "RFC 5652 section 11.1", "the attribute contentType is missing" },
	{ TRAIT_NO_DIGEST_ATTRIBUTE, RULE_MUST, "RFC 5652 section 11.2", "the attribute messageDigest is missing" },

	{ TRAIT_ATTRIBUTE_VALUES, RULE_MUST, "RFC 5652 section 5.3", "an attribute is there twice, or has not exactly one value" },
	{ TRAIT_ATTRIBUTE_STRING, RULE_MUST, "RFC 8894 section 3.2.1", "an attribute is no PrintableString (Table 1)" },
	{ TRAIT_NO_TYPE, RULE_MUST, "RFC 8894 section 3.2.1.2", "the attribute messageType is missing" },
	{ TRAIT_TYPE_VALUE, RULE_MUST, "RFC 8894 section 3.2.1.2", "the messageType is no decimal number" },
	{ TRAIT_TYPE_UNDEFINED, RULE_MUST, "RFC 8894 section 3.2.1.2", "the messageType is not defined and has to be treated as an error" },
	{ TRAIT_NO_TRANSACTION_ID, RULE_MUST, "RFC 8894 section 3.2.1.1", "the attribute transactionID is missing" },
	{ TRAIT_TRANSACTION_ID_VALUE, RULE_MUST, "RFC 8894 section 3.2.1.1", "the transactionID is empty, or holds characters that a PrintableString may not" },
	{ TRAIT_NO_SENDER_NONCE, RULE_MUST, "RFC 8894 section 3.2.1.5", "the attribute senderNonce is missing" },
	{ TRAIT_NONCE_TYPE, RULE_MUST, "RFC 8894 section 3.2.1", "a nonce is no OCTET STRING (Table 1)" },
	{ TRAIT_NONCE_LEN, RULE_MUST, "RFC 8894 section 3.2.1.5", "a nonce has not 16 octets" },
	{ TRAIT_NO_RECIPIENT_NONCE, RULE_MUST, "RFC 8894 section 3.2.1.5", "the attribute recipientNonce is missing in the reply" },
	{ TRAIT_NO_STATUS, RULE_MUST, "RFC 8894 section 3.2.1.3", "the attribute pkiStatus is missing in the reply" },
	{ TRAIT_STATUS_UNDEFINED, RULE_MUST, "RFC 8894 section 3.2.1.3", "the pkiStatus is none of 0, 2 and 3" },
	{ TRAIT_NO_FAIL_INFO, RULE_MUST, "RFC 8894 section 3.3.2.2", "a FAILURE has no failInfo" },
	{ TRAIT_FAIL_INFO_UNDEFINED, RULE_MUST, "RFC 8894 section 3.2.1.4", "the failInfo is none of 0 to 4" },
	{ TRAIT_FAIL_INFO_TEXT_STRING, RULE_MUST, "RFC 8894 section 3.2.1", "the failInfoText is no UTF8String (Table 1)" },

	{ TRAIT_CONTENT_IN_FAILURE, RULE_MUST, "RFC 8894 section 3.3.2.2", "a FAILURE has a content: the envelope has to be left out" },
	{ TRAIT_CONTENT_IN_PENDING, RULE_MUST, "RFC 8894 section 3.3.2.3", "a PENDING has a content: the envelope has to be left out" },
	{ TRAIT_NO_ENVELOPE, RULE_MUST, "RFC 8894 section 3.2", "there is no pkcsPKIEnvelope, though this kind of message has one" },
	{ TRAIT_ENVELOPE_UNREADABLE, RULE_MUST, "RFC 8894 section 3.2.2", "the content is no EnvelopedData that can be read" },
	{ TRAIT_NOT_ENVELOPED, RULE_SHOULD, "RFC 8894 section 3.1", "the content is not encrypted: whoever sees the message has the challenge" },
	{ TRAIT_ENVELOPE_BARE, RULE_MUST, "RFC 8894 section 3", "the EnvelopedData stands without its ContentInfo (Figure 6)" },
	{ TRAIT_INNER_TYPE, RULE_MUST, "RFC 8894 section 3.2.2", "the contentType of the encryptedContentInfo is not id-data" },
	{ TRAIT_CIPHER_DES, RULE_MUST, "RFC 8894 section 2.9", "the content is encrypted with single DES, which nobody may support any more" },
	{ TRAIT_CIPHER_DES3, RULE_NOTE, "RFC 8894 section 2.9", "the cipher is triple DES, allowed for historical reasons; AES-128 is preferred (section 3.5.2)" },
	{ TRAIT_CIPHER_LONG_AES, RULE_SHOULD, "RFC 8894 section 3.5.2", "the AES key is longer than the 128 bits that all sides know" },
	{ TRAIT_CIPHER_OTHER, RULE_SHOULD, "RFC 8894 section 3.5.2", "the cipher is none that SCEP knows: AES-128-CBC is what all sides know" },
	{ TRAIT_NO_RECIPIENT, RULE_MUST, "RFC 5652 section 6.1", "there is no RecipientInfo" },
	{ TRAIT_RECIPIENTS_SEVERAL, RULE_INTEROP, "RFC 8894 section 3.2.2", "there are several recipients: allowed, but some implementations look at the first alone" },
	{ TRAIT_RECIPIENT_PASSWORD, RULE_NOTE, "RFC 8894 section 3.1", "whoever has the challenge can open it (PasswordRecipientInfo), as it is meant for keys that cannot decrypt" },
	{ TRAIT_RECIPIENT_KEY_ID, RULE_INTEROP, "RFC 5652 section 6.2.1", "a recipient is named by its key identifier: allowed, but rare in SCEP" },
	{ TRAIT_RECIPIENT_OTHER, RULE_INTEROP, "RFC 8894 section 3.1", "a recipient is neither by key transport nor by password, and SCEP has no others" },
	{ TRAIT_OAEP, RULE_INTEROP, "RFC 8894 section 3.1", "the key is transported by RSAES-OAEP: allowed, but few implementations read it" },
	{ TRAIT_BODY_OTHER, RULE_MUST, "RFC 8894 section 3.2.2", "what the envelope holds does not fit the messageType" },

	{ TRAIT_SIGNER_USAGE, RULE_MUST, "RFC 8894 section 2.3",
		"the self-signed certificate has not both digitalSignature and keyEncipherment as key usages; many clients leave them out" },
	{ TRAIT_SIGNER_SUBJECT, RULE_SHOULD, "RFC 8894 section 2.3", "the self-signed certificate has another subject than the certification request" },
	{ TRAIT_SIGNER_KEY, RULE_SHOULD, "RFC 8894 section 2.3", "the self-signed certificate has another key than the certification request; macOS and Windows do so" },
	{ TRAIT_SIGNER_CANNOT_DECRYPT, RULE_NOTE, "RFC 8894 section 3.1", "the signer's key cannot decrypt: the reply has to be encrypted under the challenge" },
	{ TRAIT_RENEWAL_SELF_SIGNED, RULE_MUST, "RFC 8894 section 2.5", "a RenewalReq is signed by a self-signed certificate, not by the one to be renewed" },
	{ TRAIT_SIGNER_EXPIRED, RULE_NOTE, "RFC 8894 section 2.5", "the certificate that signed the request is not valid now" },

	{ TRAIT_CSR_VERSION, RULE_MUST, "RFC 2986 section 4.1", "the version of the certification request is not 0; macOS sends others" },
	{ TRAIT_CSR_SIGNATURE, RULE_MUST, "RFC 2986 section 3", "the signature of the certification request does not verify: there is no proof that the requester has the key" },
	{ TRAIT_CSR_MD5, RULE_MUST, "RFC 8894 section 2.9", "the certification request is signed with MD5" },
	{ TRAIT_CSR_UNSORTED, RULE_MUST, "RFC 2986 section 3", "the attributes of the certification request are not in DER: not in the order of a SET OF; strongSwan does so" },
	{ TRAIT_CSR_NO_ATTRIBUTES, RULE_MUST, "RFC 2986 section 4.1", "the attributes [0] are left out: they are a SET that may be empty, but not optional" },
	{ TRAIT_CSR_NO_SUBJECT, RULE_MUST, "RFC 8894 section 3.3.1", "the subject is empty" },
	{ TRAIT_CSR_NO_CHALLENGE, RULE_NOTE, "RFC 8894 section 3.3.1", "there is no challenge: the request can only be authorised by its signer, or by hand" },
	{ TRAIT_CSR_CHALLENGE_STRING, RULE_MUST, "RFC 2985 section 5.4.1", "the challengePassword is no DirectoryString" },
	{ TRAIT_CSR_ASKS_CA, RULE_NOTE, "RFC 5280 section 4.2.1.9", "a CA certificate is asked for, which no server should give" },
	{ TRAIT_CSR_SMALL_KEY, RULE_NOTE, "RFC 9325 section 4.5", "the RSA key has less than 2048 bits, which is no longer enough" },
	{ TRAIT_CSR_MS_EXTENSIONS, RULE_INTEROP, "RFC 2985 section 5.4.2", "the extensions are asked for under Microsoft's identifier, not under extensionRequest" },

	{ TRAIT_CERTS_CONTENT, RULE_MUST, "RFC 8894 section 3.4", "the degenerate SignedData has a content: that has to be left out" },
	{ TRAIT_CERTS_TYPE, RULE_MUST, "RFC 8894 section 3.2", "the eContentType of the degenerate SignedData is not id-data" },
	{ TRAIT_CERTS_NONE, RULE_MUST, "RFC 8894 section 3.4", "the degenerate SignedData has neither a certificate nor a CRL" },
	{ TRAIT_CERTS_CA_FIRST, RULE_INTEROP, "RFC 8894 section 3.3.2.1", "a CA certificate stands first: the issued one is the leaf, and some clients take the first" },
	{ TRAIT_CERTS_BESIDE_CRL, RULE_MUST, "RFC 8894 section 4.6.1", "there are certificates beside the CRL: the answer to a GetCRL holds the CRL alone" },
	{ TRAIT_CA_ALONE, RULE_INTEROP, "RFC 8894 section 4.2.1.1", "a message of certificates holds a single CA certificate, which is otherwise sent as it is" },
	{ TRAIT_CA_USAGE, RULE_MUST, "RFC 8894 section 2.1.2", "no certificate has both key usages that SCEP needs, digitalSignature and keyEncipherment" },
	{ TRAIT_CA_NO_ROOT, RULE_NOTE, "RFC 8894 section 4.2.1.2", "the self-signed root is not among the certificates" },

	{ TRAIT_CERT_EXPIRED, RULE_NOTE, "RFC 5280 section 4.1.2.5", "a certificate has expired" },
	{ TRAIT_CERT_NOT_YET, RULE_NOTE, "RFC 5280 section 4.1.2.5", "a certificate is not valid yet" },
	{ TRAIT_CERT_SERIAL, RULE_MUST, "RFC 5280 section 4.1.2.2", "a serial number is not positive, or longer than 20 octets" },
	{ TRAIT_CRL_NO_NUMBER, RULE_MUST, "RFC 5280 section 5.2.3", "the CRL has no CRLNumber" },
	{ TRAIT_CRL_NO_NEXT_UPDATE, RULE_MUST, "RFC 5280 section 5.1.2.5", "the CRL has no nextUpdate" },
	{ TRAIT_CRL_EXPIRED, RULE_NOTE, "RFC 5280 section 5.1.2.5", "the nextUpdate of the CRL is over" },
	{ TRAIT_CRL_SIGNATURE, RULE_MUST, "RFC 5280 section 5.1.1.3", "the signature of the CRL does not verify with the certificate of --cert" },
};

const struct rule *rule_find(enum trait trait)
{
	for (size_t i = 0; i < sizeof rules / sizeof rules[0]; i++)
		if (rules[i].trait == trait)
			return &rules[i];
	return NULL;
}

const char *rule_level_name(enum rule_level level)
{
	switch (level) {
	case RULE_MUST:
		return "MUST";
	case RULE_SHOULD:
		return "SHOULD";
	case RULE_INTEROP:
		return "interop";
	case RULE_NOTE:
		break;
	}
	return "note";
}

enum err rules_format(const struct traits *traits, struct buf *out)
{
	enum err e = buf_append_str(out, "rules\n");
	bool is_broken = false;

	for (int level = RULE_MUST; level <= RULE_NOTE; level++)
		for (size_t i = 0; e == ERR_OK && i < sizeof rules / sizeof rules[0]; i++) {
			if ((int)rules[i].level != level || !traits->has[rules[i].trait])
				continue;
			e = buf_append_format(out, "  %-8s %s: %s\n", rule_level_name(rules[i].level), rules[i].section, rules[i].text);
			is_broken |= level != RULE_NOTE;
		}
	if (e == ERR_OK && !is_broken)
		e = buf_append_str(out, "  no rule is broken, as far as this message alone can show\n");
	return e;
}
