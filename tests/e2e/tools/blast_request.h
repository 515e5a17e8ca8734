#ifndef SCEPGATE_TESTS_E2E_BLAST_REQUEST_H
#define SCEPGATE_TESTS_E2E_BLAST_REQUEST_H

/* Requests by the hundred, and the judgement of what comes back. */

#include "base/clock.h"
#include "scep/request.h"

/** Who signs a request: a key and its self-signed certificate. */
struct blast_signer {
	struct key *key;
	struct cert *cert;
};

/** What all requests share. Borrowed. */
struct blast_plan {
	const struct cert *ra;          /* requests are enveloped for it, replies signed by it */
	const struct cert *ca;          /* must have signed what is issued */
	const struct bytes *challenge;
	size_t challenge_count;         /* request I comes with number I modulo this */
	const char *name;               /* goes into every subject: CN=NAME-INDEX */
	const char *transaction_id;     /* NULL: one for each request */
	const struct blast_signer *signer;
	size_t signer_count;            /* request I is signed by number I modulo this */
	bool has_own_keys;              /* each CSR has a P-256 key of its own, instead of its signer's */
	enum cipher cipher;             /* of the envelopes */
	enum digest digest;             /* of CSRs and messages */
	struct random random;
};

/** One request ready to send. All zero is the initial value; blast_request_clear() at the end. */
struct blast_request {
	const struct blast_signer *signer;
	struct key *own_key;            /* NULL: the signer's */
	struct buf subject, csr, transaction_id, message;
	uint8_t nonce[SCEP_NONCE_LEN];
};

/** How one answer is judged. */
enum blast_verdict {
	BLAST_ISSUED,                   /* a certificate for this request's key and subject, by the CA */
	BLAST_REFUSED,                  /* CertRep FAILURE */
	BLAST_PENDING,
	BLAST_WRONG                     /* no CertRep for this request, or a certificate of somebody else */
};

/** "issued", "refused", "pending", "wrong". */
const char *blast_verdict_name(enum blast_verdict verdict);

/** Make a signer: RSA-2048, with the fastest library that was built in. */
enum err blast_signer_make(const struct random *random, struct blast_signer *out, struct why *why);
void blast_signer_clear(struct blast_signer *signer);

/** Make request number `index`. */
enum err blast_request_make(const struct blast_plan *plan, size_t index, struct blast_request *out, struct why *why);
void blast_request_clear(struct blast_request *request);

/** Judge a CertRep. @param sha256 out: of the certificate, when it was issued. @param why out: the reason of everything else. */
enum blast_verdict blast_judge(const struct blast_plan *plan, const struct blast_request *request, struct bytes reply, uint8_t sha256[32], struct why *why);

#endif
