#ifndef SCEPGATE_PKI_CMS_SIGNED_H
#define SCEPGATE_PKI_CMS_SIGNED_H

/* CMS SignedData (RFC 5652 section 5): reading one with one signer, verifying it over the bytes as sent, writing one, and certs-only messages. */

#include "pki/cert.h"
#include "pki/der.h"

enum {
	CMS_MAX_CERTIFICATES = 16, /* embedded in one message */
	CMS_MAX_ATTRIBUTES = 64    /* signed attributes */
};

/** One signed attribute: its type and its SET OF values. Borrowed from the message. */
struct cms_attribute {
	struct bytes type;         /* OID content octets */
	struct bytes values;       /* content of the SET */
};

/** A SignedData with exactly one SignerInfo. Slices borrow from `der`, which the struct owns. Heap. */
struct cms_signed {
	struct buf der;
	struct bytes content_type;      /* eContentType, OID content octets */
	bool has_content;
	struct buf content;             /* eContent, chunks joined; empty when absent */
	struct cert *signer;            /* the certificate that the sid names (or the only one); owned */
	enum digest digest;             /* of the SignerInfo; DIGEST_NONE when unknown */
	struct bytes digest_oid;        /* OID content octets, for messages */
	struct bytes signed_attributes_raw; /* [0] as DER-framed, whole element */
	struct buf signed_attributes_sent;  /* the element as sent when that was another encoding; else empty */
	struct cms_attribute attribute[CMS_MAX_ATTRIBUTES];
	size_t attribute_count;
	struct bytes signature_algorithm; /* whole SEQUENCE */
	struct bytes signature;
};

/**
 * Read ContentInfo { signedData }. Bytes after the first element are ignored.
 *
 * Exactly one SignerInfo, with signed attributes, and a certificate for it. Attribute certificates and CRLs are skipped. Doubled attributes are refused.
 *
 * @param ber in: hostile. @param out out: free with cms_signed_free(); untouched on error.
 * @return ERR_OK; ERR_CMS_SYNTAX; ERR_ASN1_SYNTAX; ERR_ASN1_LIMIT; ERR_MEMORY.
 */
enum err cms_signed_parse(struct bytes ber, struct cms_signed **out, struct why *why);
void cms_signed_free(struct cms_signed *cms);

/** The only value of a signed attribute. @return ERR_OK; ERR_NOT_FOUND when it is not there; ERR_CMS_SYNTAX when it has not exactly one value. */
enum err cms_signed_get_attribute(const struct cms_signed *cms, enum oid type, struct der_element *value);

/**
 * Verify: contentType is there and equals eContentType, messageDigest fits the content, and the signature fits the signed attributes, first over the bytes as sent (tag 0x31), then
 * as DER-framed, then sorted. Against the public key of cms->signer; who the signer is, is the caller's question.
 *
 * @return ERR_OK; ERR_CMS_SIGNATURE; ERR_ALG_DIGEST for a digest that is unknown; ERR_ALG_SIGNATURE; ERR_ALG_KEY.
 * Cost: one public-key operation in the common case.
 */
enum err cms_signed_verify(const struct cms_signed *cms, struct why *why);

/** A signed attribute to write: type and one value, whole element. */
struct cms_attribute_value {
	enum oid type;
	struct bytes value;
};

/**
 * Write ContentInfo { signedData } with eContentType id-data, one signer by issuerAndSerialNumber, DER. contentType and messageDigest are added to the attributes.
 * signatureAlgorithm is rsaEncryption for RSA keys. With Ed25519 the digest is SHA-512, whatever `digest` says (RFC 8419 section 3.1).
 *
 * @param content      in: eContent; NULL leaves eContent out (CertRep FAILURE and PENDING), the digest is then that of nothing.
 * @param certificates in: DER certificates to embed, in this order.
 * @param out          out: appended.
 * Cost: one private-key operation.
 */
enum err cms_signed_encode(const struct bytes *content, const struct cms_attribute_value *attributes, size_t attribute_count, const struct bytes *certificates, size_t certificate_count,
	const struct cert *signer, const struct key *key, enum digest digest, struct buf *out, struct why *why);

/** Write a degenerate certificates-only message, certificates in the order given (RFC 8894 section 3.4), eContentType id-data, DER. Appended. */
enum err cms_certs_only_encode(const struct bytes *certificates, size_t count, struct buf *out, struct why *why);

/** Read the certificates of a certificates-only message, in order. @param found out: up to CMS_MAX_CERTIFICATES, borrowed from *der. @param der out: the caller's. */
enum err cms_certs_only_parse(struct bytes ber, struct buf *der, struct bytes found[CMS_MAX_CERTIFICATES], size_t *count, struct why *why);

/** Write a degenerate message with one CRL and no certificate (RFC 8894 sections 3.4 and 4.6.1), eContentType id-data, DER. Appended. */
enum err cms_crl_only_encode(struct bytes crl_der, struct buf *out, struct why *why);

/**
 * Read the first CRL of such a message. In definite form the message may be of any size: a CRL may well have more than BER_MAX_ELEMENTS.
 *
 * @param crl out: whole element, borrowed from *der; to be read by crl_parse(). @param der out: the caller's.
 * @return ERR_OK; ERR_CMS_SYNTAX, also when there is no CRL; ERR_ASN1_SYNTAX; ERR_ASN1_LIMIT; ERR_MEMORY. Outputs are untouched on error.
 */
enum err cms_crl_only_parse(struct bytes ber, struct buf *der, struct bytes *crl, struct why *why);

#endif
