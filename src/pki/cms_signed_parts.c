#include <config.h>

#include "pki/cms_signed_parts.h"

#include "pki/cms_common.h"

/*
 * EncapsulatedContentInfo ::= SEQUENCE {
 *   eContentType ContentType,
 *   eContent [0] EXPLICIT OCTET STRING OPTIONAL }                RFC 5652 section 5.2
 */
static enum err read_encapsulated(struct der *signed_data, struct cms_signed_parts *parts)
{
	struct der encapsulated, explicit_tag;
	struct der_element type, content;

	if (der_enter(signed_data, DER_SEQUENCE, &encapsulated) != ERR_OK || der_read_tag(&encapsulated, DER_OID, &type) != ERR_OK)
		return ERR_CMS_SYNTAX;
	parts->content_type = type.value;
	if (der_is_end(&encapsulated))
		return ERR_OK;
	if (der_enter(&encapsulated, DER_CONTEXT_CONSTRUCTED(0), &explicit_tag) != ERR_OK || der_end(&encapsulated) != ERR_OK ||
	    der_read_tag(&explicit_tag, DER_OCTET_STRING, &content) != ERR_OK || der_end(&explicit_tag) != ERR_OK)
		return ERR_CMS_SYNTAX;
	parts->has_content = true;
	parts->content = content.value;
	return ERR_OK;
}

/*
 * SignedData ::= SEQUENCE {
 *   version CMSVersion,
 *   digestAlgorithms DigestAlgorithmIdentifiers,
 *   encapContentInfo EncapsulatedContentInfo,
 *   certificates [0] IMPLICIT CertificateSet OPTIONAL,
 *   crls [1] IMPLICIT RevocationInfoChoices OPTIONAL,
 *   signerInfos SignerInfos }                                    RFC 5652 section 5.1
 */
enum err cms_signed_parts_parse(struct bytes der, struct cms_signed_parts *out, struct why *why)
{
	struct cms_signed_parts parts = { 0 };
	struct der content, signed_data;
	struct der_element ignored, certificates, crls, signers;
	struct bytes type;
	enum err e;

	if ((e = cms_content_info_enter(der, &type, &content, why)) != ERR_OK)
		return e;
	if (!oid_is(type, OID_SIGNED_DATA))
		return why_set(why, ERR_CMS_SYNTAX, "the message is a ContentInfo, but no SignedData");
	if (der_enter(&content, DER_SEQUENCE, &signed_data) != ERR_OK || der_end(&content) != ERR_OK ||
	    der_read_tag(&signed_data, DER_INTEGER, &ignored) != ERR_OK || der_read_tag(&signed_data, DER_SET, &ignored) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the SignedData is malformed at its start");
	if (read_encapsulated(&signed_data, &parts) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the encapContentInfo of the SignedData is malformed");
	if (der_read_optional(&signed_data, DER_CONTEXT_CONSTRUCTED(0), &certificates))
		parts.certificates = certificates.value;
	if (der_read_optional(&signed_data, DER_CONTEXT_CONSTRUCTED(1), &crls))
		parts.crls = crls.value;
	if (der_read_tag(&signed_data, DER_SET, &signers) != ERR_OK || der_end(&signed_data) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the SignedData is malformed at its end");
	parts.signer_infos = signers.value;
	*out = parts;
	return ERR_OK;
}
