#ifndef SCEPGATE_PKI_CRL_H
#define SCEPGATE_PKI_CRL_H

/*
 * Certificate revocation lists (RFC 5280 section 5): making one, reading one, verifying its signature. Complete CRLs and deltas, for all that an
 * issuer has issued or for a part of it; no indirect ones.
 */

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

/** One revoked certificate. In a delta CRL_REASON_REMOVE_FROM_CRL says that it is revoked no more: its hold ended, or it expired. */
struct crl_entry {
	struct bytes serial;        /* INTEGER content octets, as in the certificate; borrowed */
	int64_t revoked_at_utc;
	enum crl_reason reason;
};

/** What a CRL shall say. Borrowed. */
struct crl_template {
	uint64_t number;            /* CRLNumber: strictly increasing for one issuer and scope, complete CRLs and deltas together */
	int64_t this_update_utc;
	int64_t next_update_utc;
	const struct crl_entry *entries; /* in this order; no serial number twice. Not looked at by crl_write() */
	size_t count;
	bool is_delta;              /* it says what changed since the complete CRL with the number base_number, below `number` */
	uint64_t base_number;
	struct crl_scope scope;     /* what it covers; a delta has the scope of its complete CRL */
	struct url_list delta_urls; /* of a complete CRL: where its deltas are (freshestCRL); none: no extension */
};

/**
 * Sign a CRL: version 2, with AuthorityKeyIdentifier, CRLNumber, and by the template deltaCRLIndicator, issuingDistributionPoint and freshestCRL;
 * entries carry a reasonCode unless it is unspecified.
 *
 * @param issuer     in: whose subject and SKI are used; cRLSign must be among its key usages, if it has any.
 * @param issuer_key in: its private key; the digest is that of cert_sign().
 * @param der        out: appended; untouched on error.
 * @return ERR_OK; ERR_VALUE when nextUpdate <= thisUpdate, for a base that is not older, for a serial number that is no INTEGER or for a reason that
 *         this CRL cannot give, or a bad URL; ERR_KEY; ERR_MEMORY. Cost: one private-key operation; linear in the number of entries.
 */
enum err crl_sign(const struct crl_template *crl, const struct cert *issuer, const struct key *issuer_key, struct buf *der, struct why *why);

/** Entries one after the other, for a list that is too long to be held in memory: a database cursor. */
struct crl_source {
	/** Give the next entry, borrowed until the next call. @return ERR_OK; ERR_NOT_FOUND at the end; any other error ends the writing. */
	enum err (*next)(void *context, struct crl_entry *out, struct why *why);
	/**
	 * Begin anew: the same entries in the same order. DER states lengths before contents, so the list is walked twice, for ECDSA three times. Not
	 * called before the first walk.
	 */
	enum err (*rewind)(void *context, struct why *why);
	void *context;
};

/** Where a CRL goes, piece by piece. */
struct crl_sink {
	/**
	 * Take the next piece, valid for the call: CRL_PIECE_LEN octets, fewer in the last one. An error ends the writing; what was given before is
	 * then worthless.
	 */
	enum err (*write)(void *context, struct bytes piece, struct why *why);
	void *context;
};

enum { CRL_PIECE_LEN = 64 * 1024 };

/**
 * The same as crl_sign(), with the entries from a source and the CRL into a sink, in memory that does not grow with their number. With an Ed25519 key
 * it does grow, to the size of the CRL: such a signature reads everything twice.
 *
 * @param count out: how many entries it has; may be NULL; untouched on error.
 * @return as crl_sign(); the errors of source and sink; ERR_CONFLICT when a later walk gave something else than the first.
 */
enum err crl_write(const struct crl_template *crl, const struct crl_source *source, const struct cert *issuer, const struct key *issuer_key,
	const struct crl_sink *sink, size_t *count, struct why *why);

/** A CRL as read. Slices are borrowed from `der`, which the struct owns. */
struct crl {
	struct buf der;
	struct bytes issuer;           /* whole SEQUENCE */
	int64_t this_update_utc;
	bool has_next_update;
	int64_t next_update_utc;
	struct bytes number;           /* CRLNumber: INTEGER content octets, not negative; empty when absent */
	bool is_delta;
	struct bytes base_number;      /* of a delta, as `number` */
	bool has_scope;                /* it has an issuingDistributionPoint: it covers a part of what its issuer issued */
	struct bytes scope_names;      /* the GeneralNames of its distribution point, one after the other; empty when it has none */
	bool only_user_certs, only_ca_certs;
	struct bytes authority_key_id; /* empty when absent */
	/* It, or an entry, has a critical extension that we do not read, or it is an indirect one, of attribute certificates or for some reasons alone (RFC 5280 section 5.2). */
	bool has_unknown_critical;
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
 * Walk the entries in their order. Start with `struct bytes rest = crl->revoked;`. An entry whose reasonCode is missing or unknown is CRL_REASON_UNSPECIFIED.
 *
 * @return false at the end.
 */
bool crl_next_entry(struct bytes *rest, struct crl_entry *out);

/**
 * Is this serial number (INTEGER content octets) revoked?
 *
 * @param out out: its entry, borrowed from `crl`; untouched on error; may be NULL.
 * @return ERR_OK; ERR_NOT_FOUND. Cost: linear.
 */
enum err crl_find(const struct crl *crl, struct bytes serial, struct crl_entry *out);

/** Was it signed by the key of `issuer`, and does its issuer name fit? @return ERR_OK; ERR_CMS_SIGNATURE; ERR_ALG_*. No check of times or usages. */
enum err crl_verify(const struct crl *crl, const struct cert *issuer, struct why *why);

#endif
