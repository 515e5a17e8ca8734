#include <config.h>

#include "pki/cms_signed.h"

#include "pki/cms_common.h"
#include "pki/crypto.h"

static void add_attribute(struct asn *asn, enum oid type, struct bytes value)
{
	asn_append(asn, "");
	asn_set_oid(asn, "?LAST.type", oid_get(type));
	asn_append(asn, "?LAST.values");
	asn_set_bytes(asn, "?LAST.values.?LAST", value);
}

/* contentType and messageDigest, RFC 5652 sections 11.1 and 11.2, as whole elements. */
static enum err make_cms_attributes(const struct bytes *content, enum digest digest, struct buf *content_type, struct buf *message_digest, struct why *why)
{
	uint8_t computed[DIGEST_MAX_LEN];
	enum err e;

	if ((e = crypto_digest(digest, content == NULL ? (struct bytes){ 0 } : *content, computed)) != ERR_OK)
		return why_set(why, e, "the digest %s cannot be computed", digest_name(digest));
	if ((e = der_put(content_type, DER_OID, oid_get(OID_DATA))) != ERR_OK)
		return e;
	return der_put(message_digest, DER_OCTET_STRING, bytes_from(computed, digest_len(digest)));
}

/* The SET OF that is signed (RFC 5652 section 5.4); libtasn1 puts it in DER order. */
static enum err encode_attributes(const struct bytes *content, const struct cms_attribute_value *attributes, size_t count, enum digest digest,
	struct buf *set, struct why *why)
{
	struct buf content_type = { 0 }, message_digest = { 0 };
	struct asn *asn = NULL;
	enum err e;

	if ((e = make_cms_attributes(content, digest, &content_type, &message_digest, why)) != ERR_OK || (e = asn_new("SignedAttributes", &asn)) != ERR_OK)
		goto out;
	add_attribute(asn, OID_CONTENT_TYPE, buf_bytes(&content_type));
	add_attribute(asn, OID_MESSAGE_DIGEST, buf_bytes(&message_digest));
	for (size_t i = 0; i < count; i++)
		add_attribute(asn, attributes[i].type, attributes[i].value);
	e = asn_encode(asn, set, why);
out:
	asn_free(asn);
	buf_clear(&content_type);
	buf_clear(&message_digest);
	return e;
}

/* rsaEncryption with NULL for RSA keys, whatever the digest: strongSwan takes nothing else. */
static enum err encode_signature_algorithm(const struct key *key, enum digest digest, struct buf *out)
{
	struct buf content = { 0 };
	enum err e;

	if (key_get_kind(key) != KEY_KIND_RSA)
		return key_signature_algorithm(key, digest, out);
	if ((e = der_put(&content, DER_OID, oid_get(OID_RSA_ENCRYPTION))) == ERR_OK && (e = buf_append(&content, cms_null_parameters())) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

static void fill_content(struct asn *asn, const struct bytes *content, enum digest digest)
{
	asn_set_small(asn, "version", 1);
	asn_append(asn, "digestAlgorithms");
	cms_algorithm_set(asn, "digestAlgorithms.?LAST", digest_oid(digest), cms_null_parameters());
	asn_set_oid(asn, "encapContentInfo.eContentType", oid_get(OID_DATA));
	if (content == NULL)
		asn_omit(asn, "encapContentInfo.eContent");
	else
		asn_set_bytes(asn, "encapContentInfo.eContent", *content);
}

/* `set` is the signed attributes as signed; its first octet becomes the tag that it has in the SignerInfo. */
static enum err fill_signer(struct asn *asn, const struct cert *signer, enum digest digest, struct buf *set, struct bytes algorithm, struct bytes signature)
{
	enum err e;

	asn_append(asn, "signerInfos");
	asn_set_small(asn, "signerInfos.?LAST.version", 1);
	if ((e = cms_issuer_and_serial_set(asn, "signerInfos.?LAST.sid", signer)) != ERR_OK)
		return e;
	cms_algorithm_set(asn, "signerInfos.?LAST.digestAlgorithm", digest_oid(digest), cms_null_parameters());
	set->ptr[0] = DER_CONTEXT_CONSTRUCTED(0);
	asn_set_bytes(asn, "signerInfos.?LAST.signedAttrs", buf_bytes(set));
	asn_set_bytes(asn, "signerInfos.?LAST.signatureAlgorithm", algorithm);
	asn_set_bytes(asn, "signerInfos.?LAST.signature", signature);
	return ERR_OK;
}

enum err cms_signed_encode(const struct bytes *content, const struct cms_attribute_value *attributes, size_t attribute_count, const struct bytes *certificates, size_t certificate_count,
	const struct cert *signer, const struct key *key, enum digest digest, struct buf *out, struct why *why)
{
	struct buf set = { 0 }, algorithm = { 0 }, signature = { 0 };
	struct asn *asn = NULL;
	enum err e;

	if (key_get_kind(key) == KEY_KIND_ED25519)
		digest = DIGEST_SHA512;
	if ((e = encode_attributes(content, attributes, attribute_count, digest, &set, why)) != ERR_OK || (e = encode_signature_algorithm(key, digest, &algorithm)) != ERR_OK ||
	    (e = key_sign(key, digest, buf_bytes(&set), &signature, why)) != ERR_OK || (e = asn_new("SignedData", &asn)) != ERR_OK)
		goto out;
	fill_content(asn, content, digest);
	cms_certificates_set(asn, certificates, certificate_count);
	asn_omit(asn, "crls");
	if ((e = fill_signer(asn, signer, digest, &set, buf_bytes(&algorithm), buf_bytes(&signature))) == ERR_OK)
		e = cms_content_info_encode(OID_SIGNED_DATA, asn, out, why);
out:
	asn_free(asn);
	buf_clear(&set);
	buf_clear(&algorithm);
	buf_clear(&signature);
	return e;
}
