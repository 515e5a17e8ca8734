#ifndef SCEPGATE_SCEP_MESSAGE_H
#define SCEPGATE_SCEP_MESSAGE_H

/*
 * pkiMessages (RFC 8894 section 3), both ways: the server reads requests and writes CertReps, scepcli the reverse. Parsing, verifying and opening are three steps, because
 * what cannot be parsed is an HTTP error, and what does not verify or open is a signed CertRep FAILURE that needs the parsed transactionID and nonce.
 */

#include "pki/cms_enveloped.h"
#include "pki/cms_signed.h"
#include "pki/csr.h"

enum {
	SCEP_MAX_MESSAGE_LEN = 65536,     /* bytes of one pkiMessage, after base64 */
	SCEP_MAX_REPLY_LEN = 4194304,     /* bytes of one CertRep: it may carry a CRL */
	SCEP_MAX_TRANSACTION_ID_LEN = 255,
	SCEP_MAX_NONCE_LEN = 64,          /* 1..64 are taken and echoed */
	SCEP_NONCE_LEN = 16,
	SCEP_MAX_FAIL_INFO_TEXT_LEN = 255
};

/** messageType, RFC 8894 section 3.2.1.2. Any other number is kept as read in struct scep_message. */
enum scep_message_type { SCEP_CERT_REP = 3, SCEP_RENEWAL_REQ = 17, SCEP_PKCS_REQ = 19, SCEP_CERT_POLL = 20, SCEP_GET_CERT = 21, SCEP_GET_CRL = 22 };

/** pkiStatus, RFC 8894 section 3.2.1.3. */
enum pki_status { PKI_STATUS_SUCCESS = 0, PKI_STATUS_FAILURE = 2, PKI_STATUS_PENDING = 3 };

/** "PKCSReq", "RenewalReq", "CertPoll", "GetCert", "GetCRL", "CertRep" or "unknown". */
const char *scep_message_type_name(int type);
/** "badAlg", "badMessageCheck", "badRequest", "badTime", "badCertId". */
const char *fail_info_name(enum fail_info fail_info);

/** A parsed pkiMessage. Slices borrow from `cms`. */
struct scep_message {
	struct cms_signed *cms;
	int type;                          /* decimal value of messageType, 0..999 */
	struct bytes transaction_id;       /* content octets, echoed as they are */
	uint8_t transaction_id_tag;        /* its string type */
	struct bytes sender_nonce;         /* 1..SCEP_MAX_NONCE_LEN; empty only in a CertRep of a server that sends none */
	bool has_clear_challenge;          /* a challengePassword among the signed attributes, for everybody to read (macOS); it is never looked at */
	/* CertRep alone: */
	struct bytes recipient_nonce;
	enum pki_status pki_status;
	enum fail_info fail_info;
	struct bytes fail_info_text;       /* UTF-8, or empty */
	/* pkcsPKIEnvelope: */
	struct cms_enveloped *envelope;    /* NULL when there is no messageData, or it is no EnvelopedData (then envelope_error) */
	enum err envelope_error;           /* ERR_OK, or ERR_CMS_DECRYPT when `envelope` could not be read: to be answered by FAILURE like all of its kind */
	struct why envelope_why;           /* the cause, for the log */
};

/**
 * Read one pkiMessage.
 *
 * messageType, transactionID and, in requests, senderNonce must be there once, each with one value; messageType is strict decimal ("19", not "019" or "19 ");
 * string types of one octet a character other than PrintableString, and UTF8String, are taken for input. A transactionID that is empty or holds control
 * characters is refused. failInfo and failInfoText of a CertRep may be missing.
 *
 * @param ber in: 1..SCEP_MAX_MESSAGE_LEN bytes. Hostile. @param out out: free with scep_message_free(); untouched on error.
 * @return ERR_OK; ERR_CMS_SYNTAX, ERR_ASN1_SYNTAX, ERR_ASN1_LIMIT, ERR_SCEP_ATTRIBUTE: HTTP 400; ERR_MEMORY.
 */
enum err scep_message_parse(struct bytes ber, struct scep_message **out, struct why *why);
void scep_message_free(struct scep_message *message);

/** The same for what a server answered, 1..SCEP_MAX_REPLY_LEN bytes. */
enum err scep_certrep_parse(struct bytes ber, struct scep_message **out, struct why *why);

/** Verify the outer signature, with a digest that is in `allowed`. @return ERR_OK; ERR_ALG_DIGEST, ERR_ALG_SIGNATURE, ERR_CMS_SIGNATURE. */
enum err scep_message_verify(const struct scep_message *message, const struct digest_list *allowed, struct why *why);

/** Value to write: everything of one pkiMessage but its content. */
struct scep_header {
	int type;
	struct bytes transaction_id;
	uint8_t transaction_id_tag;        /* DER_PRINTABLE_STRING unless echoing another */
	struct bytes sender_nonce;
	struct bytes recipient_nonce;      /* CertRep alone, else empty */
	enum pki_status pki_status;        /* CertRep alone */
	enum fail_info fail_info;          /* CertRep FAILURE alone */
	struct bytes fail_info_text;       /* UTF-8, or empty: left out */
};

/**
 * Write and sign a pkiMessage, DER.
 *
 * @param envelope     in: DER of the pkcsPKIEnvelope; NULL when there is no messageData.
 * @param signer       in: certificate of `key`; embedded.
 * @param out          out: appended.
 */
enum err scep_message_encode(const struct scep_header *header, const struct bytes *envelope, const struct cert *signer, const struct key *key, enum digest digest,
	struct buf *out, struct why *why);

#endif
