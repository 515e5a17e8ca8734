#ifndef SCEPGATE_TESTS_SERVICE_FIXTURE_H
#define SCEPGATE_TESTS_SERVICE_FIXTURE_H

/*
 * One endpoint in memory: a CA, an RA, a policy, a static challenge, a store that remembers what is committed, and a client. Only the database is replaced;
 * everything between the bytes of the request and those of the reply is the real code.
 */

#include "scep/request.h"
#include "service/endpoint_cache.h"
#include "service/scep_service.h"
#include "store/enrolment.h"
#include "support/unit.h"

#define FIXTURE_CHALLENGE "correct horse battery"
#define FIXTURE_NOW_UTC 1790000000 /* 2026-09-21 */

/** What the store in memory was asked, and what it shall answer. It holds one transaction. */
struct fixture_store {
	uint64_t generation;
	int load_count, lookup_count, poll_count, pend_count, commit_count, refuse_count;
	enum err load_error, lookup_error, commit_error; /* ERR_OK: behave */
	int64_t version;               /* of the endpoint in the "database" */
	enum enrolment_state state;    /* of the transaction; NEW: there is none */
	const char *reason;            /* the operator's */
	struct buf issued_der;         /* the certificate, when issued */
	struct buf csr_der;            /* the request as it was given to the store */
	struct buf subject, sans;      /* what the operator saw, when pending */
	struct buf csr_sha256, transaction_id, requester;
	enum err refused_error;
	char refused_reference[ENROLMENT_REFERENCE_LEN + 1];
	bool is_disabled, has_no_ra, has_two_ra, has_legacy_algorithms, has_next_ca, has_crl, knows_requester;
	bool challenge_mode_none, needs_approval, leave_chain_out, leave_root_out, append_chain, password_recipient, ca_plays_ra;
	int64_t challenge_expires_utc;
};

struct fixture {
	struct service service;
	struct log log;
	struct buf log_text;
	int64_t now_utc;
	uint64_t seed;
	struct fixture_store *store;
	struct key *client_key;
	struct cert *ca_cert, *ra_cert, *old_ra_cert;
};

/** Start afresh; keys are made once for the whole program. Pass to fixture_stop(). */
void fixture_start(struct fixture *f);
void fixture_stop(struct fixture *f);

/** Drop what earlier messages borrow, so that one fixture serves many. */
void fixture_forget(void);

/** What a client sends; zero fields get the defaults of a good request. */
struct fixture_request {
	const char *subject;           /* "CN=device-1" */
	const char *challenge;         /* FIXTURE_CHALLENGE; "" for none */
	const char *transaction_id;    /* "T1" */
	int type;                      /* SCEP_PKCS_REQ */
	enum cipher cipher;            /* CIPHER_AES128_CBC */
	enum digest digest;            /* DIGEST_SHA256 */
	bool for_old_ra, for_ca;
	struct bytes content;          /* messageData, instead of a CSR */
	bool ask_ca;
	bool spoil_csr_signature;
	bool no_csr;                   /* something else in the envelope */
	struct key *csr_key;           /* the client's; the message is always signed with the client's */
	struct key *signer_key;
};

/** Make the pkiMessage. The plan's slices live until fixture_stop(). */
void fixture_message(struct fixture *f, const struct fixture_request *request, struct buf *message, struct scep_request_plan *plan);

/** POST a message to the service and expect a CertRep. @return what scep_certrep_open() says. */
enum err fixture_post(struct fixture *f, const struct buf *message, const struct scep_request_plan *plan, struct scep_message **reply, struct buf *certs);

/** Make, POST and open, in one. */
enum err fixture_enrol(struct fixture *f, const struct fixture_request *request, struct scep_message **reply, struct buf *certs);

/** A second RSA key, one of 3072 bits and one on P-256; owned by the fixture. */
struct key *fixture_other_key(void);
struct key *fixture_large_key(void);
struct key *fixture_ec_key(void);

#endif
