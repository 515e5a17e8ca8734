#ifndef SCEPGATE_SCEP_REQUEST_H
#define SCEPGATE_SCEP_REQUEST_H

/* The client's side: making a request of any messageType and opening the CertRep that answers it. Used by scepcli and by tests. */

#include "scep/message.h"

/** Everything that goes into a request. */
struct scep_request_plan {
	int type;                         /* SCEP_PKCS_REQ, … */
	struct bytes content;             /* messageData, DER: the CSR, or what body.h encodes */
	const struct cert *signer;        /* self-signed, or the old certificate */
	const struct key *key;
	const struct cert *recipient;     /* the RA's (or CA's) certificate */
	enum cipher cipher;
	enum digest digest;
	enum cms_framing framing;
	struct bytes transaction_id;
	struct bytes sender_nonce;
	struct bytes password;            /* the challenge: opens a reply that is not for `key`; empty: none */
};

/** Make the pkiMessage. Appended. */
enum err scep_request_encode(const struct scep_request_plan *plan, const struct random *random, struct buf *out, struct why *why);

/** The usual transactionID: upper-case hexadecimal SHA-256 of the SPKI, 64 characters. Appended. @return ERR_OK; ERR_ALG_DIGEST when the crypto library does not compute SHA-256; ERR_MEMORY. */
enum err scep_transaction_id(struct bytes spki, struct buf *out);

/** A self-signed certificate as RFC 8894 section 2.3 wants for a first request: subject and key of the CSR, digitalSignature and keyEncipherment. Appended. */
enum err scep_self_signed(struct bytes subject, const struct key *key, int64_t now_utc, const struct random *random, struct buf *der, struct why *why);

/**
 * Open a CertRep: parse, verify against `server` (RA or CA certificate; the signature must be by its key), compare transactionID and nonce, decrypt on SUCCESS: with
 * the key when the envelope has a recipient by key transport and the key is RSA, else with plan->password.
 *
 * @param ber     in: 1..SCEP_MAX_REPLY_LEN bytes. Hostile.
 * @param reply   out: the parsed message, free with scep_message_free(); set also when it is a FAILURE or PENDING.
 * @param content out: on SUCCESS the degenerate SignedData, appended, the caller's: with certificates, for cms_certs_only_parse(); in the answer to a plan of type
 *                SCEP_GET_CRL with a CRL, for cms_crl_only_parse().
 * @return ERR_OK on SUCCESS; ERR_SCEP_FAILURE; ERR_SCEP_PENDING; ERR_SCEP_REPLY when it does not fit, also when it is PENDING and its request cannot be (GetCert, GetCRL);
 *         ERR_CMS_*.
 */
enum err scep_certrep_open(struct bytes ber, const struct scep_request_plan *plan, const struct cert *server, const struct random *random,
	struct scep_message **reply, struct buf *content, struct why *why);

#endif
