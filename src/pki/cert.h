#ifndef SCEPGATE_PKI_CERT_H
#define SCEPGATE_PKI_CERT_H

/*
 * Certificates: reading the parts that matter here, and building them. A certificate is assembled by us, so that the subject is the requester's bytes
 * (GnuTLS cannot set a raw name); key operations go through key.h.
 */

#include "pki/ext.h"
#include "pki/key.h"

enum { CERT_MAX_PATH_LEN = 32 };

enum { CERT_SERIAL_LEN = 16 /* random octets of ours, first bit clear, first octet not zero: 119 random bits or more */, CERT_MAX_SERIAL_LEN = 64 /* of others' */ };

/** A certificate as read. Slices are borrowed from `der`, which the struct owns. */
struct cert {
	struct buf der;
	struct bytes issuer;       /* whole SEQUENCE */
	struct bytes subject;      /* whole SEQUENCE */
	struct bytes serial;       /* INTEGER content octets, as encoded */
	struct bytes spki;         /* whole SEQUENCE */
	int64_t not_before_utc;
	int64_t not_after_utc;
	struct bytes tbs;          /* the signed slice */
	struct bytes algorithm;    /* of the signature, whole SEQUENCE */
	struct bytes signature;
	bool has_times;            /* false when the validity is in a form that we do not read (odd signer certificates) */
	struct bytes subject_key_id; /* empty when absent */
	struct bytes authority_key_id;
	bool is_ca;
	int path_len;              /* pathLenConstraint; -1 none */
	bool has_key_usage;
	unsigned key_usage;
};

/**
 * Read a certificate. With the signers of requests in mind it is tolerant: version, extensions, validity may be odd, only
 * issuer, serial and SPKI must be there; an extension that cannot be read is as if absent.
 *
 * @param der in: exactly one element, DER-framed. @param out out: free with cert_free(); untouched on error.
 * @return ERR_OK; ERR_CERT_SYNTAX; ERR_MEMORY.
 */
enum err cert_parse(struct bytes der, struct cert **out, struct why *why);
enum err cert_parse_pem(struct bytes pem, struct cert **out, struct why *why);
void cert_free(struct cert *cert);

/** Append PEM. @return ERR_OK; ERR_MEMORY. */
enum err cert_encode_pem(struct bytes der, struct buf *out);

/** Was `cert` signed by the key of `issuer`, and does its issuer name fit? @return ERR_OK; ERR_CMS_SIGNATURE; ERR_ALG_*. No check of times or usages. */
enum err cert_verify_issued(const struct cert *cert, const struct cert *issuer, struct why *why);

/** Self-issued and signed with its own key? */
bool cert_is_self_signed(const struct cert *cert);

/** Append the digest of the whole certificate as upper-case hex with colons, for people. @return ERR_OK; ERR_ALG_DIGEST when the crypto library does not compute the digest; ERR_MEMORY. */
enum err cert_format_fingerprint(struct bytes der, enum digest digest, struct buf *out);

/** What a certificate shall say. Borrowed. Extensions are written in the order BC, KU, EKU, SAN, SKI, AKI, CDP, freshest CRL, AIA, others. */
struct cert_template {
	struct bytes subject;         /* whole SEQUENCE, copied byte for byte */
	struct bytes spki;            /* whole SEQUENCE, copied byte for byte */
	int64_t not_before_utc, not_after_utc;
	bool is_ca;                   /* BasicConstraints, critical, always written */
	int path_len;                 /* for a CA: 0..EXT_MAX_PATH_LEN; -1 none */
	unsigned key_usage;           /* critical; 0: no extension */
	const struct bytes *eku;      /* OID content octets; none: no extension */
	size_t eku_count;
	const struct bytes *san;      /* whole GeneralName elements; critical when the subject is empty (RFC 5280 section 4.2.1.6) */
	size_t san_count;
	struct bytes subject_key_id;  /* SKI; empty: pubkey_key_id() */
	struct url_list crl_urls;     /* CDP: where the complete CRL is; none: no extension */
	struct url_list delta_crl_urls; /* freshestCRL; none: no extension */
	struct url_list ca_issuers_urls; /* AIA: where the issuer's certificate is; none: nothing of it */
	struct url_list ocsp_urls;    /* AIA */
	const struct bytes *extensions; /* whole Extension elements besides, as ext_put_custom() and ext_put_sid() make them */
	size_t extension_count;       /* EXT_MAX_COUNT at most; none of an identifier that this template has a field for, and none twice */
};

/**
 * Sign a certificate.
 *
 * @param subject_key in: the public key of the template's spki, for SKI.
 * @param issuer     in: the issuing certificate, whose subject and SKI are used; NULL for self-signed (issuer = subject, AKI = SKI).
 * @param issuer_key in: its private key; SHA-256 signs, SHA-384 for P-384, SHA-512 for P-521.
 * @param random     in: for the serial number.
 * @param serial     out: CERT_SERIAL_LEN octets, INTEGER content; may be NULL.
 * @param der        out: appended.
 * @return ERR_OK; ERR_VALUE when notAfter <= notBefore, or notAfter passes the issuer's, when the issuer is none (no CA, or without keyCertSign) or its
 *         pathLenConstraint does not allow this CA below it, or for an extension that is malformed or stands there twice; ERR_KEY; ERR_RANDOM; ERR_MEMORY.
 * Cost: one private-key operation.
 */
enum err cert_sign(const struct cert_template *tbs, const struct pubkey *subject_key, const struct cert *issuer, const struct key *issuer_key, const struct random *random,
	uint8_t serial[CERT_SERIAL_LEN], struct buf *der, struct why *why);

#endif
