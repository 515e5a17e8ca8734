#ifndef SCEPGATE_SERVICE_PKI_OPERATION_H
#define SCEPGATE_SERVICE_PKI_OPERATION_H

/*
 * PKIOperation: from the bytes of a pkiMessage to the bytes of a CertRep. What each messageType does is in a file of its own: enrol.c, cert_poll.c, get_cert.c, get_crl.c.
 * Only enrol.c issues, for a grant of an authoriser, and only it and cert_poll.c lead there.
 */

#include "scep/body.h"
#include "service/live_endpoint.h"
#include "service/scep_service.h"
#include "service/service.h"
#include "store/enrolment.h"

/** One PKIOperation under way: the request as far as it has been read, for the reply, the log line and the audit row. */
struct pki_operation {
	struct service *service;
	const struct live_endpoint *endpoint;
	const struct scep_call *call;
	char reference[ENROLMENT_REFERENCE_LEN + 1]; /* in the reply, the log and the audit row */
	struct scep_message *message;
	bool is_opened;                    /* the envelope was decrypted, rightly or not */
	bool is_authentic;                 /* the CSR's own signature fits: the plaintext is what its author wrote */
	bool may_know_cause;               /* the requester has shown what only those have who may enrol, or an operator has decided: he may read the cause of a refusal */
	bool has_attempt;                  /* a challenge was compared with the static ones and is wrong */
	uint8_t attempt[ENROLMENT_ATTEMPT_LEN]; /* then: by which the throttle counts it */
	int64_t breached_challenge_id;     /* a dynamic challenge of somebody else that was shown, else 0 */
	struct csr *csr;                   /* NULL until it was read */
	struct buf subject;                /* text of the request's subject, terminated; empty until it was read */
	uint8_t requester_spki_sha256[ENROLMENT_HASH_LEN];
};

/** What a messageType came to when it was not refused. */
enum pki_outcome_kind { PKI_OUTCOME_CERTIFICATE, PKI_OUTCOME_PENDING, PKI_OUTCOME_CRL };

struct pki_outcome {
	enum pki_outcome_kind kind;
	struct buf der;                    /* the certificate or the CRL; empty when pending */
	bool is_own_certificate;           /* the requester's new one: the endpoint's chain may follow it */
};

/**
 * Serve one pkiMessage.
 *
 * @param message in: BER, 1..SCEP_MAX_MESSAGE_LEN bytes. @param reply out: the CertRep is appended.
 * @param text    out: as for scep_serve().
 * @return ERR_OK with a CertRep of any status; ERR_STALE: load the endpoint again and call again; else an HTTP error.
 * Cost: two private-key operations, one more to issue; two round trips to issue, one for a repeat, a poll or a refusal.
 */
enum err pki_operation_serve(struct service *service, const struct live_endpoint *endpoint, const struct scep_call *call, struct bytes message, struct buf *reply,
	struct buf *text, struct why *why);

/** The transaction that this message belongs to. Borrows from the operation and from `csr_sha256`, ENROLMENT_HASH_LEN bytes. */
struct enrolment_key pki_operation_key(const struct pki_operation *operation, const uint8_t *csr_sha256);

/**
 * Open the request's envelope with the RA key that it names; when none is named, with the current one. Afterwards operation->is_opened.
 *
 * @param plain out: appended; a secret. @return ERR_OK; ERR_CMS_RECIPIENT, ERR_ALG_KEY_TRANSPORT; ERR_CMS_DECRYPT for everything else about it; ERR_RANDOM; ERR_MEMORY.
 * Cost: one private-key operation.
 */
enum err pki_operation_open(struct pki_operation *operation, struct buf *plain, struct why *why);

/**
 * The same for a GetCert or GetCRL, whose content names a certificate of the endpoint's CA (RFC 8894 section 3.3.4). Asks first whether a reply could be delivered.
 *
 * @param body out: in its initial state; scep_issuer_and_serial_clear() at the end, whatever happened.
 * @return ERR_OK; ERR_CERT_ID for whatever is wrong behind the envelope, and for another CA's name; ERR_CMS_RECIPIENT, ERR_ALG_KEY_TRANSPORT; ERR_RANDOM; ERR_MEMORY.
 */
enum err pki_operation_open_name(struct pki_operation *operation, struct scep_issuer_and_serial *body, struct why *why);

#endif
