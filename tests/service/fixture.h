#ifndef SCEPGATE_TESTS_SERVICE_FIXTURE_H
#define SCEPGATE_TESTS_SERVICE_FIXTURE_H

/*
 * One endpoint in memory: a CA, an RA, a policy, a static challenge, a store that remembers what is committed, and a client. Only the database is replaced;
 * everything between the bytes of the request and those of the reply is the real code.
 */

#include "scep/request.h"
#include "service/endpoint_cache.h"
#include "service/scep_service.h"
#include "store/endpoint.h"
#include "store/enrolment.h"
#include "support/unit.h"

#define FIXTURE_CHALLENGE "correct horse battery"
#define FIXTURE_NOW_UTC 1790000000 /* 2026-09-21 */

enum { FIXTURE_STATIC_CHALLENGE_ID = 3, FIXTURE_CERTIFICATE_ID = 41, FIXTURE_DYNAMIC_CHALLENGE_ID = 51, FIXTURE_DAY_S = 86400 };

/** The dynamic challenge that the store in memory knows, where the endpoint's mode takes one. NULL: none, or not bound to that. */
struct fixture_dynamic {
	const char *text;
	enum enrolment_challenge_state state; /* a commit or pend that uses it makes it SPENT */
	bool is_anothers;
	const char *subject, *sans, *device;
	const struct key *key;
};

/** What the store in memory was asked, and what it shall answer. It holds one transaction. */
struct fixture_store {
	uint64_t generation;
	int load_count, lookup_count, poll_count, pend_count, commit_count, refuse_count;
	int issued_count, waiting_count; /* what was recorded */
	enum err load_error, lookup_error, commit_error, pend_error; /* ERR_OK: behave */
	int64_t version;               /* of the endpoint in the "database" */
	enum enrolment_state state;    /* of the transaction; NEW: there is none */
	const char *reason;            /* the operator's */
	struct buf issued_der;         /* the certificate, when issued */
	struct buf csr_der;            /* the request as it was given to the store */
	struct buf subject, sans;      /* what the operator saw, when pending */
	struct buf because;            /* why it waits */
	char authorisation[ENROLMENT_AUTHORISATION_SIZE]; /* by what right it was issued */
	int64_t renewal_of;            /* of the transaction */
	struct buf notes;              /* of the certificate */
	enum enrolment_state pends_as; /* what pend answers when it is not NEW: somebody has decided already */
	struct buf csr_sha256, transaction_id, requester;
	enum err refused_error;
	char refused_reference[ENROLMENT_REFERENCE_LEN + 1];
	struct buf refused_detail, attempt; /* of the last refusal */
	int64_t breached_challenge_id;
	bool is_disabled, has_no_ra, has_two_ra, has_legacy_algorithms, has_next_ca, has_crl, knows_requester;
	bool leave_chain_out, leave_root_out, append_chain, password_recipient, ca_plays_ra;
	/* who may enrol; fixture_start() sets static challenges, no approval, and renewal at any time */
	enum endpoint_challenge_mode challenge_mode;
	enum endpoint_approval approval;
	struct renewal_rules renewal;
	bool signer_key_must_match, has_no_static_challenge;
	bool drops_unlisted;           /* what the policy does not list; false: it refuses */
	const char *subject_template;  /* of the profile; NULL: none */
	const char *challenge_hash;    /* of the static challenge; NULL: a slow one */
	int64_t challenge_expires_utc;
	const char *approved_names;    /* with approval by rules: the list of common names that do not wait; NULL: no list */
	bool asks_first_time;          /* with approval by rules: no names were ever issued, and a rule asks then */
	struct fixture_dynamic dynamic;
	const struct cert *known_certificate; /* the one of this endpoint, borrowed; NULL: none */
	enum enrolment_signer_state known_state;
	int blocked_s;
	const char *other_right;       /* an authorisation more that the database knows; NULL: none */
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

/**
 * The error that was recorded of a refusal is this one. Where decryption fails, implicit rejection goes on with noise, and one noise in 256 ends in a padding that fits; then it is no
 * request, which the device cannot tell either.
 */
void fixture_refused_with(const struct fixture *f, enum err expected);

/** The text of a buffer, terminated. */
const char *fixture_text(struct buf *text);

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
	const char *dns;               /* a host name as SubjectAltName; NULL: none */
	enum oid eku;                  /* a purpose; 0: none is asked */
	const struct cert *signer;     /* the certificate that signs, borrowed; NULL: self-signed for the signer's key */
	bool spoil_csr_signature;
	bool no_csr;                   /* something else in the envelope */
	struct key *csr_key;           /* the client's; the message is always signed with the client's */
	struct key *signer_key;
};

/** Make the pkiMessage. The plan's slices live until fixture_stop(). */
void fixture_message(struct fixture *f, const struct fixture_request *request, struct buf *message, struct scep_request_plan *plan);

/** POST a message to the service and expect a CertRep. @return what scep_certrep_open() says. */
enum err fixture_post(struct fixture *f, const struct buf *message, const struct scep_request_plan *plan, struct scep_message **reply, struct buf *certs);

/** Make, POST, open and check, in one: a CertRep FAILURE with this failInfo, an audit row with this error, and nothing recorded. @param text out: failInfoText is appended, terminated; may be NULL. */
void fixture_expect_refused(struct fixture *f, const struct fixture_request *request, enum fail_info fail_info, enum err recorded, struct buf *text);

/** The same for a certificate, and by what right it is recorded; the transaction is forgotten afterwards. */
void fixture_expect_issued(struct fixture *f, const struct fixture_request *request, const char *authorisation);

/** Make, POST and open, in one. */
enum err fixture_enrol(struct fixture *f, const struct fixture_request *request, struct scep_message **reply, struct buf *certs);

/** A certificate as this endpoint's CA issues; zero fields get what a good one has. */
struct fixture_certificate {
	const char *subject;           /* "CN=device-1" */
	const char *dns;               /* NULL: none */
	const struct key *key;         /* the client's */
	int64_t not_before_utc, not_after_utc; /* 100 days ago, in 100 days */
	bool forged;                   /* by somebody else's key, in the name of the CA; with the same serial number as the real one */
};
/** Free with cert_free(). */
struct cert *fixture_certificate(const struct fixture *f, const struct fixture_certificate *certificate);

/** A second RSA key, one of 3072 bits and one on P-256; owned by the fixture. */
struct key *fixture_other_key(void);
struct key *fixture_large_key(void);
struct key *fixture_ec_key(void);

#endif
