#ifndef SCEPGATE_CTL_SCEPCLI_REQUEST_H
#define SCEPGATE_CTL_SCEPCLI_REQUEST_H

/* What scepcli sends: keys, certification request or another body, and pkiMessage, made from what options say or read from a file. */

#include "ctl/scepcli_csr.h"
#include "ctl/scepcli_session.h"
#include "scep/request.h"

/** What a request for a certificate shall be, as options say it. Borrowed; NULL: not given. */
struct scepcli_wish {
	struct scepcli_csr_wish names;
	const char *key, *key_out, *key_type; /* to be certified: a file that is there, or one to write a new key to, and its type */
	const char *csr, *envelope;           /* ready parts */
	const char *signer_cert, *signer_key;
	const char *transaction_id;
	int type;                             /* SCEP_PKCS_REQ or SCEP_RENEWAL_REQ */
};

/** A request ready to send. All zero is the initial value; scepcli_request_clear() at the end. */
struct scepcli_request {
	struct key *key;            /* to be certified; NULL when only its request is known */
	struct key *own_signer_key; /* signs the message when that is not `key`; else NULL */
	bool has_throw_away_key;    /* own_signer_key is in no file */
	struct cert *signer;        /* of the message; the reply is encrypted to it */
	struct buf csr;             /* DER; empty when a ready message or envelope is sent, or another body */
	struct buf body;            /* DER: what a message without a CSR asks */
	struct buf issuer, subject; /* Names for CertPoll: the CA's, and the one that was asked for; each may be empty: not known */
	struct buf challenge;       /* a secret: opens replies for signers whose key cannot decrypt */
	struct buf spki;            /* key that the certificate must have; empty when it is not known */
	struct buf transaction_id;
	struct buf sender_nonce;
	int type;                   /* messageType */
	enum digest digest;         /* of the message's signature */
	struct buf message;         /* the pkiMessage */
};

void scepcli_request_clear(struct scepcli_request *request);

/** The private key that signs the message and opens the reply. Borrowed. */
const struct key *scepcli_request_signer_key(const struct scepcli_request *request);

/** The plan that fits the message, for making it and for opening its reply; borrowed from the request. */
struct scep_request_plan scepcli_request_plan(const struct scepcli_request *request);

/**
 * Make a request for a certificate. A key that is made here is written to wish->key_out before anything else is done.
 *
 * @param out out: untouched on error. @return ERR_OK; ERR_USAGE; ERR_IO; ERR_KEY; ERR_VALUE; ERR_TEXT; what making the message gives.
 */
enum err scepcli_request_make(const struct scepcli_session *session, const struct scepcli_wish *wish, struct scepcli_request *out,
	struct why *why);

/**
 * Read the message in a file, and what opens its reply: the signer's key, or the challenge.
 *
 * @param key_file, signer_key_file in: key that is certified, key that signed; one of them NULL when they are the same. @param out out: untouched
 * on error.
 */
enum err scepcli_request_load(const char *message_file, const char *key_file, const char *signer_key_file, const char *challenge_file,
	struct scepcli_request *out, struct why *why);

/** Take certificate and key of the signer from PEM files. @return ERR_OK; ERR_IO; ERR_CERT_SYNTAX; ERR_KEY, also when they do not belong together. */
enum err scepcli_request_take_signer(const char *cert_file, const char *key_file, struct scepcli_request *request, struct why *why);

/** Make the message anew, with a fresh senderNonce and the type and body (or CSR) that the request has now. */
enum err scepcli_request_encode(const struct scepcli_session *session, struct scepcli_request *request, struct why *why);

#endif
