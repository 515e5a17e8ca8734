#ifndef SCEPGATE_STORE_ENROLMENT_H
#define SCEPGATE_STORE_ENROLMENT_H

/*
 * The two round trips of an enrolment (lookup, then commit or pend), the poll for one that waits, and the record of a refusal. Each is one SQL function in
 * sql/api, and one statement. There is no state between them.
 */

#include "base/bytes.h"
#include "pki/algorithm.h"
#include "store/store.h"

enum {
	ENROLMENT_HASH_LEN = DIGEST_SHA256_LEN,
	ENROLMENT_REFERENCE_LEN = 16,         /* characters of a reference id */
	ENROLMENT_REASON_SIZE = 256,
	ENROLMENT_AUTHORISATION_SIZE = 32,
	ENROLMENT_ATTEMPT_LEN = 8             /* octets of the keyed digest by which wrong challenges are told apart */
};

/** Which transaction: endpoint, transactionID, requester key, request. All borrowed. */
struct enrolment_key {
	int endpoint_id;
	int64_t endpoint_version;
	struct bytes transaction_id;
	struct bytes requester_spki_sha256;   /* ENROLMENT_HASH_LEN bytes: the key that signed the message */
	struct bytes csr_sha256;              /* ENROLMENT_HASH_LEN bytes: the whole request */
};

/**
 * What became of a request. NEW: nothing, or too long ago. ISSUED: it has its certificate, inside the replay window. PENDING: it waits for an operator, who said
 * yes (APPROVED: the next commit with authorisation "approval" issues) or no (DENIED); each of these three ends when the endpoint's pending lifetime is over.
 */
enum enrolment_state { ENROLMENT_NEW, ENROLMENT_ISSUED, ENROLMENT_PENDING, ENROLMENT_APPROVED, ENROLMENT_DENIED };

/** What a request shows of itself, for the database to look up. Borrowed. */
struct enrolment_evidence {
	const uint8_t *challenge_sha256;      /* ENROLMENT_HASH_LEN bytes: of the challenge as a dynamic one; NULL without challenge */
	const uint8_t *signer_sha256;         /* ENROLMENT_HASH_LEN bytes: of the DER of the certificate that signed the message */
	const char *client_address;           /* textual IP address, or empty: for the throttle */
};

/** UNKNOWN: no dynamic challenge of this endpoint. EXPIRED: also when it was revoked. */
enum enrolment_challenge_state { ENROLMENT_CHALLENGE_UNKNOWN, ENROLMENT_CHALLENGE_LIVE, ENROLMENT_CHALLENGE_SPENT, ENROLMENT_CHALLENGE_EXPIRED };

/** A dynamic challenge, and what it is bound to: empty texts and no key digest bind to nothing. */
struct enrolment_challenge {
	enum enrolment_challenge_state state;
	int64_t id;                           /* 0 when unknown */
	bool is_anothers;                     /* spent, and by another key than the one that signed this message: somebody has a challenge that is not his */
	struct buf subject, sans, device, username, sid; /* terminated */
	bool has_spki;
	uint8_t spki_sha256[ENROLMENT_HASH_LEN];
};

/** For which device, user and Windows account a challenge was minted; terminated, empty where for none. */
struct enrolment_granted {
	struct buf device, username, sid;
};

/** The certificate that signed the message. UNKNOWN: not one that this endpoint issued, byte for byte. STOPPED: its lineage is. */
enum enrolment_signer_state { ENROLMENT_SIGNER_UNKNOWN, ENROLMENT_SIGNER_LIVE, ENROLMENT_SIGNER_REVOKED, ENROLMENT_SIGNER_STOPPED };

/** All zero is the initial value; enrolment_found_clear() at the end, whatever happened. */
struct enrolment_found {
	enum enrolment_state state;
	struct buf certificate_der;           /* when issued, else empty */
	char authorisation[ENROLMENT_AUTHORISATION_SIZE]; /* when issued: by what right, as struct enrolment_record has it; else empty */
	struct buf subject, sans;             /* as recorded, what the operator saw; terminated; when approved, else empty */
	char reason[ENROLMENT_REASON_SIZE];   /* the operator's words when denied or approved; UTF-8 without control characters, may be empty */
	int64_t renewal_of;                   /* when approved: the certificate that the request renews; 0: none */
	struct enrolment_granted granted;     /* when approved: of the challenge that the request spent when it began to wait */
	int blocked_s;                        /* seconds until static challenges from this address are looked at again; 0: they are now */
	struct enrolment_challenge challenge;
	enum enrolment_signer_state signer;
	int64_t signer_id;                    /* 0 when unknown; also of a revoked or stopped one */
};

void enrolment_found_clear(struct enrolment_found *found);

/**
 * First round trip: what became of this very request, and what is known of what it shows?
 *
 * @param found out: its old content is cleared; untouched on error.
 * @return ERR_OK; ERR_STALE when the endpoint is no longer of this version (load it again); ERR_CHALLENGE when another requester key sent the same certification
 *         request before; ERR_DB_AWAY; ERR_DB.
 */
enum err enrolment_lookup(struct store *store, const struct enrolment_key *key, const struct enrolment_evidence *evidence, struct enrolment_found *found, struct why *why);

/**
 * For CertPoll (RFC 8894 section 4.4): what became of the newest request of this requester key with this transactionID? ENROLMENT_NEW when there is none, and
 * also when the transactionID is another requester's.
 *
 * @param found      out: as enrolment_lookup().
 * @param csr_der    out: the octets that were pended, when approved, else empty. @param csr_sha256 out: its digest, for the key of the commit, when approved.
 * @return as enrolment_lookup(), but never ERR_CHALLENGE.
 */
enum err enrolment_poll(struct store *store, int endpoint_id, int64_t endpoint_version, struct bytes transaction_id, struct bytes requester_spki_sha256,
	struct enrolment_found *found, struct buf *csr_der, uint8_t csr_sha256[ENROLMENT_HASH_LEN], struct why *why);

/** What is recorded of a request that waits for approval. All borrowed. */
struct enrolment_pending {
	int message_type;                     /* 19 or 17 */
	int static_challenge_id;              /* the static challenge that it came with, re-checked as in commit; 0: none */
	int64_t challenge_id;                 /* the dynamic one, consumed here; 0: none */
	int64_t renewal_of;                   /* the certificate that it renews, re-checked as in commit; 0: none */
	struct bytes csr_spki_sha256;         /* ENROLMENT_HASH_LEN bytes: of the key that is to be certified; one key waits once */
	struct bytes asked_sha256;            /* ENROLMENT_HASH_LEN bytes: of all that it asks, without challenge and signature; an approval holds for that alone */
	const char *because;                  /* why it waits, for the operator; at most 255 bytes; may be empty */
	struct bytes csr_der;                 /* the request, encrypted under the key-encryption secret: any 1 to 1048576 octets */
	const char *subject;                  /* as the request asks: RFC 4514 text */
	const char *sans;                     /* "DNS:a, IP:192.0.2.1" or empty */
	const char *client_address;           /* textual IP address, or empty */
	const char *reference;
};

/**
 * Instead of the second round trip, for an endpoint with approval: record the request as pending, with an audit event. Doing it again changes nothing.
 *
 * @param state out: ENROLMENT_PENDING; or another one when the same request was recorded meanwhile: look it up then.
 * @return ERR_OK; ERR_STALE when the endpoint changed, nothing is recorded; ERR_CHALLENGE when the challenge went meanwhile, or another requester
 *         key sent the same certification request before; ERR_APPROVAL when the endpoint does not
 *         ask for approval, or too many requests wait already, of the endpoint, or, without challenge or renewal, of the address or the day; ERR_DB_AWAY; ERR_DB.
 */
enum err enrolment_pend(struct store *store, const struct enrolment_key *key, const struct enrolment_pending *request, enum enrolment_state *state, struct why *why);

/** What is recorded with a certificate. All borrowed. */
struct enrolment_record {
	int message_type;                     /* 19 or 17; with "approval" that of the request that was pended is recorded */
	const char *authorisation;            /* "static_challenge", "dynamic_challenge", "renewal"; "approval" when the transaction is approved */
	int static_challenge_id;              /* re-checked in commit: exists and not expired; 0: none */
	int64_t challenge_id;                 /* consumed in commit; 0: none. A renewal has one of the two where the endpoint asks for both */
	int64_t renewal_of;                   /* for "renewal": re-checked in commit: unrevoked, its lineage not stopped, not beyond its grace; recorded. With "approval" that of the transaction counts */
	struct bytes csr_der;                 /* the request to keep with the certificate: the challenge overwritten, without its signature */
	struct bytes certificate_der;
	struct bytes serial;                  /* INTEGER content */
	struct bytes spki_sha256;             /* of the certificate's key */
	const char *subject;                  /* RFC 4514 text */
	const char *sans;                     /* "DNS:a, IP:192.0.2.1" or empty */
	int64_t not_before_utc, not_after_utc;
	const char *notes;                    /* what policy dropped, or empty */
	const char *client_address;           /* textual IP address, or empty */
	const char *reference;
	int crl_partition;                    /* whose CRL the certificate points to; 0: none in particular */
};

/**
 * Second round trip: record certificate, transaction and audit event in one database transaction; durable when it returns.
 *
 * @param recorded_der out: the certificate to hand out. It differs from the one given when another worker won the race with the same request.
 * @return ERR_OK; ERR_STALE when the endpoint changed, nothing is recorded; ERR_CHALLENGE when the challenge went meanwhile, or another requester
 *         key sent the same certification request before; ERR_APPROVAL when it is not, or no longer, approved,
 *         and when an endpoint with approval is to issue without: always, or, with rules, to a device that it sees for the first time; ERR_RENEWAL when the
 *         certificate can no longer be renewed; ERR_DB_AWAY: unknown whether it was recorded, the request may be repeated; ERR_DB.
 */
enum err enrolment_commit(struct store *store, const struct enrolment_key *key, const struct enrolment_record *record, struct buf *recorded_der, struct why *why);

/** What is recorded of a refusal. All borrowed; empty where unknown. */
struct enrolment_refusal {
	int endpoint_id;
	struct bytes transaction_id;
	struct bytes requester_spki_sha256;
	int message_type;
	enum err error;
	const char *detail;                   /* why_text() */
	const char *subject;
	const char *client_address;
	const char *reference;
	struct bytes attempt;                 /* ENROLMENT_ATTEMPT_LEN bytes of a wrong challenge, by which the throttle counts; else empty */
	int64_t breached_challenge_id;        /* a dynamic challenge that another key had spent: audited as a breach; else 0 */
};

/** Write the audit event of a refusal, unless this address filled its share for the minute, and count a wrong challenge. @return ERR_OK; ERR_DB_AWAY; ERR_DB. */
enum err enrolment_refuse(struct store *store, const struct enrolment_refusal *refusal, struct why *why);

#endif
