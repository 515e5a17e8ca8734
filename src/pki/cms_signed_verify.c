#include <config.h>

#include "pki/cms_signed.h"

#include "pki/crypto.h"

/* contentType must be there and say what eContentType says; messageDigest must be the digest of the content: RFC 5652 sections 5.3, 5.4, 11.1, 11.2. */
static enum err check_attributes(const struct cms_signed *cms, struct why *why)
{
	struct der_element type, message_digest;
	uint8_t computed[DIGEST_MAX_LEN];
	enum err e;

	if (cms_signed_get_attribute(cms, OID_CONTENT_TYPE, &type) != ERR_OK || type.tag != DER_OID || !bytes_is_equal(type.value, cms->content_type))
		return why_set(why, ERR_CMS_SIGNATURE, "the contentType attribute is missing or not that of the content");
	if (cms_signed_get_attribute(cms, OID_MESSAGE_DIGEST, &message_digest) != ERR_OK || message_digest.tag != DER_OCTET_STRING)
		return why_set(why, ERR_CMS_SIGNATURE, "the messageDigest attribute is missing or malformed");
	if ((e = crypto_digest(cms->digest, buf_bytes(&cms->content), computed)) != ERR_OK)
		return why_set(why, e, "the crypto library does not compute %s", digest_name(cms->digest));
	if (!bytes_is_equal(message_digest.value, bytes_from(computed, digest_len(cms->digest))))
		return why_set(why, ERR_CMS_SIGNATURE, "the messageDigest attribute is not the digest of the content");
	return ERR_OK;
}

/* The attributes as they are hashed: as a SET OF, not as the [0] that stands in the SignerInfo (RFC 5652 section 5.4). */
static enum err retag(struct bytes element, struct buf *set)
{
	enum err e;

	buf_reset(set);
	if ((e = buf_append(set, element)) == ERR_OK)
		set->ptr[0] = DER_SET;
	return e;
}

static enum err sort_attributes(const struct cms_signed *cms, struct buf *set)
{
	struct bytes sorted[CMS_MAX_ATTRIBUTES];
	struct der_element element, attribute;
	struct buf level = { 0 };
	struct der rest;
	size_t count = 0, at;
	enum err e;

	if ((e = der_read_only(cms->signed_attributes_raw, DER_CONTEXT_CONSTRUCTED(0), &element)) != ERR_OK)
		return e;
	for (rest = (struct der){ element.value }; !der_is_end(&rest) && count < CMS_MAX_ATTRIBUTES; count++) {
		if ((e = der_read(&rest, &attribute)) != ERR_OK)
			return e;
		for (at = count; at > 0 && der_compare(attribute.raw, sorted[at - 1]) < 0; at--)
			sorted[at] = sorted[at - 1];
		sorted[at] = attribute.raw;
	}
	for (size_t i = 0; i < count; i++) {
		if ((e = buf_append(&level, sorted[i])) != ERR_OK)
			goto out;
	}
	buf_reset(set);
	e = der_put(set, DER_SET, buf_bytes(&level));
out:
	buf_clear(&level);
	return e;
}

/* One of several attempts, so it leaves no sentence. */
static enum err verify_over(const struct cms_signed *cms, const struct pubkey *pubkey, struct bytes data)
{
	return pubkey_verify(pubkey, cms->signature_algorithm, cms->digest, data, cms->signature, NULL, NULL);
}

static enum err verify_signature(const struct cms_signed *cms, const struct pubkey *pubkey, struct why *why)
{
	struct buf framed = { 0 }, set = { 0 };
	enum err e;

	/* As sent, and whatever a BER encoder may have hashed. */
	if (cms->signed_attributes_sent.len > 0) {
		if ((e = retag(buf_bytes(&cms->signed_attributes_sent), &set)) != ERR_OK || (e = verify_over(cms, pubkey, buf_bytes(&set))) != ERR_CMS_SIGNATURE)
			goto out;
	}
	/* In definite form: what RFC 5652 wants, when the order is right. */
	if ((e = retag(cms->signed_attributes_raw, &framed)) != ERR_OK || (e = verify_over(cms, pubkey, buf_bytes(&framed))) != ERR_CMS_SIGNATURE)
		goto out;
	/* Hashed in DER order, sent in another: row 13. */
	if ((e = sort_attributes(cms, &set)) != ERR_OK)
		goto out;
	e = bytes_is_equal(buf_bytes(&set), buf_bytes(&framed)) ? ERR_CMS_SIGNATURE : verify_over(cms, pubkey, buf_bytes(&set));
out:
	if (e == ERR_CMS_SIGNATURE)
		why_set(why, e, "the signature does not fit the signed attributes and the signer's key");
	else if (e == ERR_ALG_SIGNATURE || e == ERR_ALG_DIGEST)
		why_set(why, e, "the signature algorithm is not supported, or does not go with the digest or the signer's key");
	buf_clear(&framed);
	buf_clear(&set);
	return e;
}

enum err cms_signed_verify(const struct cms_signed *cms, struct why *why)
{
	struct pubkey *pubkey = NULL;
	enum err e;

	if (cms->digest == DIGEST_NONE)
		return why_set(why, ERR_ALG_DIGEST, "the digest algorithm of the message is not known");
	if ((e = check_attributes(cms, why)) != ERR_OK)
		return e;
	if ((e = pubkey_parse(cms->signer->spki, &pubkey, why)) != ERR_OK)
		return e;
	e = verify_signature(cms, pubkey, why);
	pubkey_free(pubkey);
	return e;
}
