#include <config.h>

#include "pki/cms_enveloped.h"

#include <stdlib.h>

#include "pki/ber.h"
#include "pki/cms_common.h"
#include "pki/cms_signer.h"

/*
 * KeyTransRecipientInfo ::= SEQUENCE {
 *   version CMSVersion,
 *   rid RecipientIdentifier,
 *   keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier,
 *   encryptedKey EncryptedKey }                                  RFC 5652 section 6.2.1
 */
static enum err read_key_trans(struct bytes content, struct cms_recipient *out)
{
	struct der info = { content }, algorithm;
	struct der_element version, oid, encrypted_key;
	struct cms_identifier rid;

	if (der_read_tag(&info, DER_INTEGER, &version) != ERR_OK || cms_identifier_read(&info, &rid) != ERR_OK || der_enter(&info, DER_SEQUENCE, &algorithm) != ERR_OK ||
	    der_read_tag(&algorithm, DER_OID, &oid) != ERR_OK || der_read_tag(&info, DER_OCTET_STRING, &encrypted_key) != ERR_OK || der_end(&info) != ERR_OK)
		return ERR_CMS_SYNTAX;
	*out = (struct cms_recipient){ rid.issuer, rid.serial, rid.key_id, oid.value, algorithm.rest, encrypted_key.value };
	return ERR_OK;
}

/* One PasswordRecipientInfo is kept, however many there are: who may choose between several has an oracle. */
static void keep_password(struct cms_enveloped *cms, struct bytes content)
{
	if (cms->password_recipient_count++ == 0)
		cms->password_recipient = content;
}

/* RecipientInfos: a SET OF CHOICE, of which key transport is the one without a tag of its own, and [3] is for a password; the others are skipped. */
static enum err read_recipients(struct cms_enveloped *cms, struct der *enveloped, struct why *why)
{
	struct der_element info;
	struct der set;

	if (der_enter(enveloped, DER_SET, &set) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the EnvelopedData has no RecipientInfos");
	while (!der_is_end(&set)) {
		if (der_read(&set, &info) != ERR_OK)
			return why_set(why, ERR_CMS_SYNTAX, "the RecipientInfos are malformed");
		if (info.tag == DER_CONTEXT_CONSTRUCTED(3))
			keep_password(cms, info.value);
		if (info.tag != DER_SEQUENCE)
			continue;
		if (cms->recipient_count == CMS_MAX_RECIPIENTS)
			return why_set(why, ERR_ASN1_LIMIT, "the EnvelopedData has more than %d recipients", CMS_MAX_RECIPIENTS);
		if (read_key_trans(info.value, &cms->recipient[cms->recipient_count]) != ERR_OK)
			return why_set(why, ERR_CMS_SYNTAX, "a KeyTransRecipientInfo is malformed");
		cms->recipient_count++;
	}
	return ERR_OK;
}

/*
 * The IV stands in the parameters of a CBC cipher as an OCTET STRING (RFC 3370 section 5.1, RFC 3565 section 4.1). EJBCA's Java client leaves it out, or writes
 * NULL. The parameters of ciphers that are not known are not looked at.
 */
static enum err read_cipher(struct cms_enveloped *cms, struct der *content_info)
{
	struct der_element oid, iv;
	struct der algorithm;

	if (der_enter(content_info, DER_SEQUENCE, &algorithm) != ERR_OK || der_read_tag(&algorithm, DER_OID, &oid) != ERR_OK)
		return ERR_CMS_SYNTAX;
	cms->cipher_oid = oid.value;
	cms->cipher = cipher_from_oid(oid.value);
	if (cms->cipher == CIPHER_NONE || der_is_end(&algorithm))
		return ERR_OK;
	if (der_read(&algorithm, &iv) != ERR_OK || der_end(&algorithm) != ERR_OK)
		return ERR_CMS_SYNTAX;
	if (iv.tag == DER_OCTET_STRING && iv.value.len > 0)
		cms->iv = iv.value;
	else if (iv.tag != DER_NULL)
		return ERR_CMS_SYNTAX;
	return ERR_OK;
}

/*
 * EncryptedContentInfo ::= SEQUENCE {
 *   contentType ContentType,
 *   contentEncryptionAlgorithm ContentEncryptionAlgorithmIdentifier,
 *   encryptedContent [0] IMPLICIT EncryptedContent OPTIONAL }     RFC 5652 section 6.1
 */
static enum err read_encrypted_content(struct cms_enveloped *cms, struct der *enveloped, struct why *why)
{
	struct der_element type, content;
	struct der info;
	enum err e;

	if (der_enter(enveloped, DER_SEQUENCE, &info) != ERR_OK || der_read_tag(&info, DER_OID, &type) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the EnvelopedData has no EncryptedContentInfo");
	if (read_cipher(cms, &info) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the contentEncryptionAlgorithm is malformed");
	if (!der_read_optional(&info, DER_CONTEXT(0), &content) && !der_read_optional(&info, DER_CONTEXT_CONSTRUCTED(0), &content))
		return why_set(why, ERR_CMS_SYNTAX, "the EnvelopedData has no encryptedContent");
	if (der_end(&info) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the EncryptedContentInfo has something behind its end");
	if ((e = der_join_string(&content, DER_CONTEXT(0), &cms->ciphertext)) != ERR_OK)
		return e == ERR_MEMORY ? e : why_set(why, ERR_CMS_SYNTAX, "the encryptedContent is malformed");
	return ERR_OK;
}

/*
 * EnvelopedData ::= SEQUENCE {
 *   version CMSVersion,
 *   originatorInfo [0] IMPLICIT OriginatorInfo OPTIONAL,
 *   recipientInfos RecipientInfos,
 *   encryptedContentInfo EncryptedContentInfo,
 *   unprotectedAttrs [1] IMPLICIT UnprotectedAttributes OPTIONAL }  RFC 5652 section 6.1
 */
static enum err read_enveloped(struct cms_enveloped *cms, struct der *enveloped, struct why *why)
{
	struct der_element ignored;
	enum err e;

	if (der_read_tag(enveloped, DER_INTEGER, &ignored) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the EnvelopedData has no version");
	der_read_optional(enveloped, DER_CONTEXT_CONSTRUCTED(0), &ignored);
	if ((e = read_recipients(cms, enveloped, why)) != ERR_OK || (e = read_encrypted_content(cms, enveloped, why)) != ERR_OK)
		return e;
	der_read_optional(enveloped, DER_CONTEXT_CONSTRUCTED(1), &ignored);
	if (der_end(enveloped) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the EnvelopedData has something behind its end");
	return ERR_OK;
}

static enum err parse_into(struct cms_enveloped *cms, struct bytes ber, struct why *why)
{
	struct der outer, enveloped, content;
	struct bytes type;
	enum err e;

	if ((e = ber_normalise(ber, &cms->der, NULL, why)) != ERR_OK)
		return e;
	outer = (struct der){ buf_bytes(&cms->der) };
	if (der_enter(&outer, DER_SEQUENCE, &enveloped) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the content is not a SEQUENCE");
	if (der_is_next(&enveloped, DER_INTEGER)) /* without ContentInfo: early certmonger */
		return read_enveloped(cms, &enveloped, why);
	if ((e = cms_content_info_enter(buf_bytes(&cms->der), &type, &content, why)) != ERR_OK)
		return e;
	if (!oid_is(type, OID_ENVELOPED_DATA))
		return why_set(why, ERR_CMS_SYNTAX, oid_is(type, OID_AUTH_ENVELOPED_DATA) ? "AuthEnvelopedData is not supported" : "the content is no EnvelopedData");
	if (der_enter(&content, DER_SEQUENCE, &enveloped) != ERR_OK || der_end(&content) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the EnvelopedData is not a SEQUENCE");
	return read_enveloped(cms, &enveloped, why);
}

enum err cms_enveloped_parse(struct bytes ber, struct cms_enveloped **out, struct why *why)
{
	struct cms_enveloped *cms = calloc(1, sizeof(*cms));
	enum err e;

	if (cms == NULL)
		return ERR_MEMORY;
	if ((e = parse_into(cms, ber, why)) != ERR_OK)
		goto out;
	*out = cms;
	cms = NULL;
out:
	cms_enveloped_free(cms);
	return e;
}

void cms_enveloped_free(struct cms_enveloped *cms)
{
	if (cms == NULL)
		return;
	buf_clear(&cms->ciphertext);
	buf_clear(&cms->der);
	free(cms);
}
