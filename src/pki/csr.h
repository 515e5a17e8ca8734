#ifndef SCEPGATE_PKI_CSR_H
#define SCEPGATE_PKI_CSR_H

/* PKCS#10 certification requests (RFC 2986): reading one, checking its signature over the bytes as sent, and making one (scepcli, tests). */

#include "pki/ext.h"
#include "pki/key.h"

enum {
	CSR_MAX_ATTRIBUTES = 32,
	CSR_MAX_CHALLENGE_LEN = 8192 /* UTF-8 bytes; Intune's are above 1 kB */
};

/**
 * A request as sent. Everything is borrowed from `der`, which the struct owns, but for the challenge. The struct is about 6 KiB: heap.
 */
struct csr {
	struct buf der;              /* the whole request, DER-framed */
	struct bytes info;           /* CertificationRequestInfo, the signed slice */
	struct bytes subject;        /* Name, whole SEQUENCE, may be empty ("30 00") */
	struct bytes spki;           /* SubjectPublicKeyInfo, whole SEQUENCE */
	struct bytes algorithm;      /* of the signature, whole SEQUENCE */
	struct bytes signature;      /* empty in what csr_redact() made, which csr_verify() refuses */
	struct pubkey *pubkey;
	bool has_challenge;          /* the attribute is there, maybe empty */
	struct buf challenge;        /* UTF-8; a secret */
	struct ext_request ext;
};

/**
 * Read one request. Any version number, attributes in any order, attributes missing, extensionRequest of PKCS#9 or Microsoft.
 *
 * @param ber in: exactly one element, BER or DER; trailing bytes are refused. Hostile.
 * @param out out: free with csr_free(); untouched on error.
 * @return ERR_OK; ERR_CSR_SYNTAX; ERR_ALG_KEY when the public key is malformed or broken (small ones are the policy's to refuse); ERR_MEMORY. Doubled challengePassword or extensionRequest: ERR_CSR_SYNTAX.
 */
enum err csr_parse(struct bytes ber, struct csr **out, struct why *why);
void csr_free(struct csr *csr);

/** Verify the proof of possession: the request's own signature, over `info` as sent. @return ERR_OK; ERR_CSR_SIGNATURE; ERR_ALG_SIGNATURE; ERR_ALG_DIGEST (MD5); ERR_ALG_KEY (of an unknown type). */
enum err csr_verify(const struct csr *csr, struct why *why);

/**
 * The request as it may be kept: without its challengePassword, and without its signature, which would let anybody who guesses the challenge check the guess.
 *
 * @param out out: a CertificationRequest with an empty signature, DER-framed, appended. @return ERR_OK; ERR_CSR_SYNTAX; ERR_MEMORY.
 */
enum err csr_redact(const struct csr *csr, struct buf *out);

/** What a new request says. */
struct csr_template {
	struct bytes subject;        /* Name, whole SEQUENCE */
	struct bytes challenge;      /* UTF-8; empty: no attribute */
	const struct bytes *san;     /* whole GeneralName elements */
	size_t san_count;
	unsigned key_usage;          /* 0: not asked */
	const struct bytes *eku;     /* OID content octets */
	size_t eku_count;
	bool ask_ca;                 /* BasicConstraints CA:TRUE: for a CA of ours that another one shall certify, or to test a server */
	bool has_path_len;           /* with ask_ca: ask for pathLenConstraint */
	int path_len;                /* 0..EXT_MAX_PATH_LEN */
};

/** Make and sign a request, DER. Appended. @return ERR_OK; ERR_KEY; ERR_MEMORY; ERR_VALUE. */
enum err csr_encode(const struct csr_template *request, const struct key *key, enum digest digest, struct buf *out, struct why *why);

#endif
