#ifndef SCEPGATE_PKI_CRL_H
#define SCEPGATE_PKI_CRL_H

/* Certificate revocation lists (RFC 5280 section 5): making one, reading one, verifying its signature. Complete CRLs of one issuer; no deltas, no indirect ones. */

#include "pki/cert.h"

enum { CRL_MAX_NUMBER_LEN = 21 /* INTEGER content octets: 20 of RFC 5280 section 5.2.3, and a sign */ };

/** CRLReason, RFC 5280 section 5.3.1, with its numbers. */
enum crl_reason {
	CRL_REASON_UNSPECIFIED = 0, CRL_REASON_KEY_COMPROMISE = 1, CRL_REASON_CA_COMPROMISE = 2, CRL_REASON_AFFILIATION_CHANGED = 3, CRL_REASON_SUPERSEDED = 4,
	CRL_REASON_CESSATION_OF_OPERATION = 5, CRL_REASON_CERTIFICATE_HOLD = 6, CRL_REASON_REMOVE_FROM_CRL = 8, CRL_REASON_PRIVILEGE_WITHDRAWN = 9, CRL_REASON_AA_COMPROMISE = 10
};

/** "unspecified", "keyCompromise", … as in RFC 5280. @return NULL for a number that is none. */
const char *crl_reason_name(int reason);
/** @return false for any other word; *out is then untouched. ASCII case is ignored. */
bool crl_reason_from_name(struct bytes name, enum crl_reason *out);

/** One revoked certificate. */
struct crl_entry {
	struct bytes serial;        /* INTEGER content octets, as in the certificate; borrowed */
	int64_t revoked_at_utc;
	enum crl_reason reason;
};

/** What a CRL shall say. Borrowed. */
struct crl_template {
	uint64_t number;            /* CRLNumber: strictly increasing for one issuer */
	int64_t this_update_utc;
	int64_t next_update_utc;
	const struct crl_entry *entries; /* in this order; no serial number twice */
	size_t count;
};

/**
 * Sign a CRL: version 2, with AuthorityKeyIdentifier and CRLNumber; entries carry a reasonCode unless it is unspecified.
 *
 * @param issuer     in: whose subject and SKI are used; cRLSign must be among its key usages, if it has any.
 * @param issuer_key in: its private key; the digest is that of cert_sign().
 * @param der        out: appended.
 * @return ERR_OK; ERR_VALUE when nextUpdate <= thisUpdate, for a serial number that is no INTEGER or for a reason that a complete CRL cannot give; ERR_KEY;
 *         ERR_MEMORY.
 * Cost: one private-key operation; linear in the number of entries.
 */
enum err crl_sign(const struct crl_template *crl, const struct cert *issuer, const struct key *issuer_key, struct buf *der, struct why *why);

/** A CRL as read. Slices are borrowed from `der`, which the struct owns. */
struct crl {
	struct buf der;
	struct bytes issuer;           /* whole SEQUENCE */
	int64_t this_update_utc;
	bool has_next_update;
	int64_t next_update_utc;
	struct bytes number;           /* CRLNumber: INTEGER content octets, not negative; empty when absent */
	struct bytes authority_key_id; /* empty when absent */
	bool has_unknown_critical;     /* it, or an entry, has a critical extension that we do not read: a delta, an indirect or a partial CRL (RFC 5280 section 5.2) */
	struct bytes revoked;          /* content of revokedCertificates, checked; empty when nothing is revoked */
	size_t revoked_count;
	struct bytes tbs;              /* the signed slice */
	struct bytes algorithm;        /* of the signature, whole SEQUENCE */
	struct bytes signature;
};

/**
 * Read a CRL, version 1 or 2.
 *
 * @param der in: exactly one element, DER. Hostile. @param out out: free with crl_free(); untouched on error.
 * @return ERR_OK; ERR_CRL_SYNTAX; ERR_MEMORY. Cost: linear.
 */
enum err crl_parse(struct bytes der, struct crl **out, struct why *why);
void crl_free(struct crl *crl);

/**
 * Is this serial number (INTEGER content octets) revoked?
 *
 * @param out out: its entry, borrowed from `crl`; untouched on error; may be NULL. An entry whose reasonCode is missing or unknown is CRL_REASON_UNSPECIFIED.
 * @return ERR_OK; ERR_NOT_FOUND. Cost: linear.
 */
enum err crl_find(const struct crl *crl, struct bytes serial, struct crl_entry *out);

/** Was it signed by the key of `issuer`, and does its issuer name fit? @return ERR_OK; ERR_CMS_SIGNATURE; ERR_ALG_*. No check of times or usages. */
enum err crl_verify(const struct crl *crl, const struct cert *issuer, struct why *why);

#endif
