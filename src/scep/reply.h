#ifndef SCEPGATE_SCEP_REPLY_H
#define SCEPGATE_SCEP_REPLY_H

/* CertReps (RFC 8894 section 3.3.2): the server's answers, and how a client opens one. */

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
 * @param out out: appended. @return ERR_OK; ERR_ALG_KEY_TRANSPORT when the requester's key cannot decrypt; ERR_KEY; ERR_RANDOM; ERR_MEMORY.
 * Cost: one private-key operation.
 */
enum err scep_reply_success(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style,
	const struct bytes *certificates, size_t count, const struct random *random, struct buf *out, struct why *why);

/** CertRep FAILURE: no envelope. @param text in: failInfoText, UTF-8, cut at SCEP_MAX_FAIL_INFO_TEXT_LEN; NULL: none. */
enum err scep_reply_failure(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style,
	enum fail_info fail_info, const char *text, const struct random *random, struct buf *out, struct why *why);

/** CertRep PENDING: no envelope. */
enum err scep_reply_pending(const struct scep_message *request, const struct scep_responder *responder, const struct scep_reply_style *style, const struct random *random, struct buf *out, struct why *why);

/** Can a SUCCESS be enveloped for the signer of this request? Asked before anything is issued. @return ERR_OK; ERR_ALG_KEY_TRANSPORT. */
enum err scep_reply_check_recipient(const struct scep_message *request, struct why *why);

#endif
