#include <config.h>

#include "pki/cms_signed.h"

#include <stdlib.h>

#include "pki/ber.h"
#include "pki/cms_signed_parts.h"
#include "pki/cms_signed_sent.h"
#include "pki/cms_signer.h"

/* Some encoders name the signature algorithm where the digest belongs. */
static enum digest read_digest(struct bytes oid)
{
	enum digest digest = digest_from_oid(oid);

	if (digest != DIGEST_NONE)
		return digest;
	if (oid_is(oid, OID_MD5_WITH_RSA))
		return DIGEST_MD5;
	if (oid_is(oid, OID_SHA1_WITH_RSA))
		return DIGEST_SHA1;
	if (oid_is(oid, OID_SHA256_WITH_RSA))
		return DIGEST_SHA256;
	if (oid_is(oid, OID_SHA384_WITH_RSA))
		return DIGEST_SHA384;
	if (oid_is(oid, OID_SHA512_WITH_RSA))
		return DIGEST_SHA512;
	return DIGEST_NONE;
}

static enum err add_attribute(struct cms_signed *cms, const struct cms_attribute *attribute, struct why *why)
{
	if (cms->attribute_count == CMS_MAX_ATTRIBUTES)
		return why_set(why, ERR_ASN1_LIMIT, "the message has more than %d signed attributes", CMS_MAX_ATTRIBUTES);
	for (size_t i = 0; i < cms->attribute_count; i++) {
		if (bytes_is_equal(cms->attribute[i].type, attribute->type))
			return why_set(why, ERR_CMS_SYNTAX, "a signed attribute stands twice in the message");
	}
	cms->attribute[cms->attribute_count++] = *attribute;
	return ERR_OK;
}

/*
 * SignedAttributes ::= SET SIZE (1..MAX) OF Attribute
 * Attribute ::= SEQUENCE { attrType OBJECT IDENTIFIER, attrValues SET OF AttributeValue }      RFC 5652 section 5.3
 */
static enum err read_attributes(struct cms_signed *cms, struct bytes level, struct why *why)
{
	struct der rest = { level }, inside;
	struct der_element type, values;
	enum err e;

	while (!der_is_end(&rest)) {
		if (der_enter(&rest, DER_SEQUENCE, &inside) != ERR_OK || der_read_tag(&inside, DER_OID, &type) != ERR_OK ||
		    der_read_tag(&inside, DER_SET, &values) != ERR_OK || der_end(&inside) != ERR_OK)
			return why_set(why, ERR_CMS_SYNTAX, "a signed attribute is malformed");
		if ((e = add_attribute(cms, &(struct cms_attribute){ type.value, values.value }, why)) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

/*
 * SignerInfo ::= SEQUENCE {
 *   version CMSVersion,
 *   sid SignerIdentifier,
 *   digestAlgorithm DigestAlgorithmIdentifier,
 *   signedAttrs [0] IMPLICIT SignedAttributes OPTIONAL,
 *   signatureAlgorithm SignatureAlgorithmIdentifier,
 *   signature SignatureValue,
 *   unsignedAttrs [1] IMPLICIT UnsignedAttributes OPTIONAL }      RFC 5652 section 5.3
 */
static enum err read_signer_info(struct cms_signed *cms, struct bytes signer_infos, struct cms_identifier *sid, struct why *why)
{
	struct der set = { signer_infos }, info, algorithm;
	struct der_element version, digest, attributes, signature_algorithm, signature, unsigned_attributes;
	enum err e;

	if (der_is_end(&set))
		return why_set(why, ERR_CMS_SYNTAX, "nobody has signed the message: it has no SignerInfo");
	if (der_enter(&set, DER_SEQUENCE, &info) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the SignerInfo is malformed");
	if (!der_is_end(&set))
		return why_set(why, ERR_CMS_SYNTAX, "the message has more than one SignerInfo");
	if (der_read_tag(&info, DER_INTEGER, &version) != ERR_OK || cms_identifier_read(&info, sid) != ERR_OK ||
	    der_enter(&info, DER_SEQUENCE, &algorithm) != ERR_OK || der_read_tag(&algorithm, DER_OID, &digest) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the SignerInfo is malformed");
	if (!der_read_optional(&info, DER_CONTEXT_CONSTRUCTED(0), &attributes))
		return why_set(why, ERR_CMS_SYNTAX, "the SignerInfo has no signed attributes");
	if (der_read_tag(&info, DER_SEQUENCE, &signature_algorithm) != ERR_OK || der_read_tag(&info, DER_OCTET_STRING, &signature) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the SignerInfo has no readable signature");
	der_read_optional(&info, DER_CONTEXT_CONSTRUCTED(1), &unsigned_attributes);
	if (der_end(&info) != ERR_OK)
		return why_set(why, ERR_CMS_SYNTAX, "the SignerInfo has something behind its end");
	if ((e = read_attributes(cms, attributes.value, why)) != ERR_OK)
		return e;
	cms->digest_oid = digest.value;
	cms->digest = read_digest(digest.value);
	cms->signed_attributes_raw = attributes.raw;
	cms->signature_algorithm = signature_algorithm.raw;
	cms->signature = signature.value;
	return ERR_OK;
}

/*
 * Keep the signed attributes as they were sent, when normalising has changed them. Where they are not found there is one way less to verify. What was found must be
 * another encoding of the very attributes that are read, or a signature over one set could vouch for another.
 */
static enum err keep_sent_attributes(struct cms_signed *cms, struct bytes sent_message)
{
	struct buf reframed = { 0 };
	struct bytes sent;
	enum err e;

	if (bytes_is_equal(sent_message, buf_bytes(&cms->der)))
		return ERR_OK;
	if ((e = cms_signed_find_sent_attributes(sent_message, &sent)) != ERR_OK)
		return e == ERR_MEMORY ? e : ERR_OK;
	if (bytes_is_equal(sent, cms->signed_attributes_raw))
		return ERR_OK;
	if ((e = ber_normalise(sent, &reframed, NULL, NULL)) == ERR_OK && bytes_is_equal(buf_bytes(&reframed), cms->signed_attributes_raw))
		e = buf_append(&cms->signed_attributes_sent, sent);
	buf_clear(&reframed);
	return e == ERR_MEMORY ? e : ERR_OK;
}

static enum err parse_into(struct cms_signed *cms, struct bytes ber, struct why *why)
{
	struct cms_signed_parts parts;
	struct cms_identifier sid;
	size_t used_len = 0;
	enum err e;

	if ((e = ber_normalise(ber, &cms->der, &used_len, why)) != ERR_OK || (e = cms_signed_parts_parse(buf_bytes(&cms->der), &parts, why)) != ERR_OK)
		return e;
	cms->content_type = parts.content_type;
	cms->has_content = parts.has_content;
	if ((e = buf_append(&cms->content, parts.content)) != ERR_OK || (e = read_signer_info(cms, parts.signer_infos, &sid, why)) != ERR_OK ||
	    (e = cms_signer_find(parts.certificates, &sid, &cms->signer, why)) != ERR_OK)
		return e;
	return keep_sent_attributes(cms, bytes_from(ber.ptr, used_len));
}

enum err cms_signed_parse(struct bytes ber, struct cms_signed **out, struct why *why)
{
	struct cms_signed *cms = calloc(1, sizeof(*cms));
	enum err e;

	if (cms == NULL)
		return ERR_MEMORY;
	if ((e = parse_into(cms, ber, why)) != ERR_OK)
		goto out;
	*out = cms;
	cms = NULL;
out:
	cms_signed_free(cms);
	return e;
}

void cms_signed_free(struct cms_signed *cms)
{
	if (cms == NULL)
		return;
	cert_free(cms->signer);
	buf_clear(&cms->content);
	buf_clear(&cms->signed_attributes_sent);
	buf_clear(&cms->der);
	free(cms);
}

enum err cms_signed_get_attribute(const struct cms_signed *cms, enum oid type, struct der_element *value)
{
	struct der_element first;
	struct der values;

	for (size_t i = 0; i < cms->attribute_count; i++) {
		if (!oid_is(cms->attribute[i].type, type))
			continue;
		values = (struct der){ cms->attribute[i].values };
		if (der_read(&values, &first) != ERR_OK || der_end(&values) != ERR_OK)
			return ERR_CMS_SYNTAX;
		*value = first;
		return ERR_OK;
	}
	return ERR_NOT_FOUND;
}
