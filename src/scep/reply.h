#ifndef SCEPGATE_SCEP_REPLY_H
#define SCEPGATE_SCEP_REPLY_H

/* CertReps (RFC 8894 section 3.3.2): the server's answers. */

#include "scep/message.h"

/** Who answers: the endpoint's RA certificate and key. */
struct scep_responder {
	const struct cert *cert;
	const struct key *key;
};

/** How to answer one request. */
struct scep_reply_style {
	enum digest digest;   /* of the signature: the request's, or the endpoint's first */
	enum cipher cipher;   /* of the envelope: the request's, or the endpoint's first */
};

/**
 * CertRep SUCCESS: a certs-only message, enveloped for the key of the certificate that signed the request, signed by the responder. A fresh senderNonce as long as the request's.
 *
 * @param certificates in: the issued certificate first, then what the endpoint appends.
 * @param password in: the challenge of the CSR, where the endpoint allows PasswordRecipientInfo; used when the requester's key cannot decrypt, and only then. NULL: key
 *                 transport or nothing.
 * @param out out: appended. @return ERR_OK; ERR_ALG_KEY_TRANSPORT when the requester's key cannot decrypt and there is no password; ERR_KEY; ERR_RANDOM; ERR_MEMORY.
 * Cost: one private-key operation; under a password also that of cms_password_encode().
 */
enum err scep_reply_success(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style,
	const struct bytes *certificates, size_t count, const struct bytes *password, const struct random *random, struct buf *out, struct why *why);

/**
 * CertRep SUCCESS to a GetCRL: the same around a message with the CRL alone (RFC 8894 section 4.6.1). Key transport only: a GetCRL brings no challenge.
 *
 * @param crl_der in: the most recent CRL. @param out out: appended. @return as scep_reply_success().
 */
enum err scep_reply_crl(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style, struct bytes crl_der,
	const struct random *random, struct buf *out, struct why *why);

/** CertRep FAILURE: no envelope. @param text in: failInfoText, UTF-8, cut at SCEP_MAX_FAIL_INFO_TEXT_LEN; NULL: none. @return ERR_OK; ERR_KEY; ERR_RANDOM; ERR_MEMORY. */
enum err scep_reply_failure(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style,
	enum fail_info fail_info, const char *text, const struct random *random, struct buf *out, struct why *why);

/** CertRep PENDING: no envelope. @return as scep_reply_failure(). */
enum err scep_reply_pending(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style, const struct random *random, struct buf *out, struct why *why);

/**
 * Can a SUCCESS be enveloped for the signer of this request? Asked before anything is issued. An RSA key can decrypt; for any other there must be a password.
 *
 * @param password_allowed in: the endpoint allows PasswordRecipientInfo. @param challenge in: what would be the password; empty: there is none.
 * @return ERR_OK; ERR_ALG_KEY_TRANSPORT; ERR_MEMORY.
 */
enum err scep_reply_check_recipient(const struct scep_message *request, bool password_allowed, struct bytes challenge, struct why *why);

#endif
