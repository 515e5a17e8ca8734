#ifndef SCEPGATE_TESTS_CONFORMANCE_EXCHANGE_H
#define SCEPGATE_TESTS_CONFORMANCE_EXCHANGE_H

/* One PKIOperation: what is asked, what came back, and what it means. */

#include "conformance/craft.h"
#include "conformance/verdict.h"
#include "conformance/web.h"
#include "pki/cms_enveloped.h"
#include "scep/message.h"

struct suite;

/** The challengePassword of a request. */
enum secret { SECRET_GOOD, SECRET_WRONG, SECRET_NONE };

/** What to ask. All zero is a PKCSReq of the device's key with the challenge, POSTed. Borrowed. */
struct ask {
	bool is_get;
	/* messageData */
	enum secret secret;
	const struct key *key;        /* to be certified; NULL: the device's */
	struct bytes csr;             /* instead of one made here */
	bool has_bad_csr_signature;
	struct bytes body;            /* messageData that is no CSR */
	/* pkcsPKIEnvelope */
	const struct cert *recipient; /* NULL: the server's */
	enum cipher cipher;           /* CIPHER_NONE: AES-128 */
	struct bytes envelope;        /* instead of one made here */
	/* pkiMessage; what is empty is filled in */
	struct craft craft;
};

/** A PKIOperation that was made. All zero is the initial value; exchange_clear() at the end. */
struct exchange {
	struct buf csr, subject;      /* when a CSR was sent: DER, and its subject */
	struct buf transaction_id, sender_nonce;
	struct cert *own_signer;      /* made for this message, or NULL */
	struct party signer;          /* of the message: opens the reply */
	const struct key *key;        /* to be certified */
	struct buf message;           /* the pkiMessage as sent */
	struct web_reply web;
	struct scep_message *reply;   /* NULL when the reply is no CertRep */
	struct why reply_why;         /* why not */
	struct buf certs;             /* content of a SUCCESS, decrypted by exchange_open() */
};

void exchange_clear(struct exchange *exchange);

/** Append one more request for the key, with a fresh subject, and that subject alone; both DER. */
enum err exchange_make_csr(const struct suite *suite, const struct key *key, enum secret secret, struct buf *csr, struct buf *subject, struct why *why);

/** Make the message and send it. @param out out: untouched on error. @return ERR_OK, whatever the server answers; ERR_NET; what making gives. */
enum err exchange_make(const struct suite *suite, const struct ask *ask, struct exchange *out, struct why *why);

/** Send the message of an exchange once more, as it is. @param out out: shares the signer and key of `first`, which must outlive it. */
enum err exchange_repeat(const struct suite *suite, const struct exchange *first, struct exchange *out, struct why *why);

/** Is the reply a CertRep of this status, with HTTP status 200? */
bool exchange_is_status(const struct exchange *exchange, enum pki_status status);

/** Append what came back in a few words: "HTTP 400 (text/plain)", "CertRep FAILURE badRequest: …". Bounded, no control characters. */
void exchange_describe(const struct exchange *exchange, char *out, size_t size);

/** Verify a CertRep: signature by a key of the server, transactionID, recipientNonce. @return ERR_OK; ERR_SCEP_REPLY; ERR_CMS_*. */
enum err exchange_check_reply(const struct suite *suite, const struct exchange *exchange, struct why *why);

/** exchange_check_reply(), then decrypt a SUCCESS into `certs`. */
enum err exchange_open(const struct suite *suite, struct exchange *exchange, struct why *why);

/** The first certificate of an opened SUCCESS that has the key of the request. @param out out: free with cert_free(). */
enum err exchange_issued(const struct exchange *exchange, struct cert **out, struct why *why);

/** Make the exchange, and require a SUCCESS that can be opened. The exchange is set when this gives PASS, and may be on FAIL. */
enum verdict exchange_must_succeed(const struct suite *suite, const struct ask *ask, struct exchange *out, struct why *detail);

/** Make the exchange, and require a refusal: CertRep FAILURE, or an HTTP error; neither SUCCESS nor PENDING, nor a connection that breaks. */
enum verdict exchange_must_refuse(const struct suite *suite, const struct ask *ask, struct why *detail);

/** Make the exchange, and require a CertRep of any status that belongs to the request. */
enum verdict exchange_must_answer(const struct suite *suite, const struct ask *ask, struct why *detail);

#endif
