#ifndef SCEPGATE_STORE_ENDPOINT_H
#define SCEPGATE_STORE_ENDPOINT_H

/* What a worker needs to know of one endpoint: settings, policy, profile, CA with chain, RA certificates, hashes of static challenges. Keys stay sealed. */

#include "pki/algorithm.h"
#include "policy/approval.h"
#include "policy/policy.h"
#include "policy/renewal.h"
#include "store/store.h"

/** Which challenges open it. BOTH: a static or a dynamic one. */
enum endpoint_challenge_mode { ENDPOINT_CHALLENGE_NONE, ENDPOINT_CHALLENGE_STATIC, ENDPOINT_CHALLENGE_DYNAMIC, ENDPOINT_CHALLENGE_BOTH };

/** ALWAYS: an operator decides on each request. RULES: on those that a rule of the endpoint names. */
enum endpoint_approval { ENDPOINT_APPROVAL_NONE, ENDPOINT_APPROVAL_ALWAYS, ENDPOINT_APPROVAL_RULES };

/** What GetCACert answers: the RA certificate first; or the CA's alone, to whose own key requests are then encrypted and which signs the replies. */
enum endpoint_ca_certs { ENDPOINT_CA_CERTS_RA, ENDPOINT_CA_CERTS_CA };

struct endpoint_challenge {
	int id;
	char *name;
	char *hash;            /* crypt(3) */
	int64_t expires_utc;   /* 0: never */
};

/** What an RA certificate is for: replies are signed with it, requests are encrypted for it. */
enum endpoint_use { ENDPOINT_USE_BOTH, ENDPOINT_USE_SIGN, ENDPOINT_USE_DECRYPT };

/** A certificate of ours and its key. */
struct endpoint_signer {
	int id;                /* of ra_certificate or ca */
	enum endpoint_use use;
	struct buf cert_der;
	struct buf key_stored;  /* encrypted PKCS#8, or the URI of a key in a token; empty when there is none */
};

/** Where the certificates that the CA issues say that its CRLs and its certificate are. */
struct endpoint_pointers {
	int crl_partitions;    /* 1..256; with more than 1 each certificate belongs to one of them */
	char **crl_url;        /* as the database has them, with ENDPOINT_PARTITION in those for partitions */
	size_t crl_url_count;
	char **ca_url;
	size_t ca_url_count;
};

/** Stands in a URL for the number of a partition. */
#define ENDPOINT_PARTITION "{partition}"

enum { ENDPOINT_MAX_PARTITIONS = 256, ENDPOINT_MAX_URLS = 8 /* of one kind */ };

struct endpoint {
	int id;
	int64_t version;       /* bumped by the database whenever anything here changes */
	char *application;
	char *profile_name;
	bool is_enabled;       /* endpoint, application and CA are all enabled */
	enum endpoint_challenge_mode challenge_mode;
	struct endpoint_challenge *challenge;
	size_t challenge_count;
	struct cipher_list ciphers;
	struct digest_list digests;
	struct key_list keys;  /* that may be certified, on top of what the policy allows */
	enum endpoint_approval approval;
	struct approval_rules approval_rules; /* looked at when approval is RULES */
	bool signer_key_must_match; /* the message of an enrolment is signed with the key that is to be certified */
	struct renewal_rules renewal;
	enum endpoint_ca_certs ca_certs;
	bool include_chain;    /* GetCACert carries CA and chain beside the RA certificate */
	bool include_root;     /* the chain, where there is one, goes up to its self-signed root */
	bool append_chain;     /* CertRep SUCCESS carries CA and chain behind the issued certificate */
	bool password_recipient; /* replies to keys that cannot decrypt may be enveloped for the challenge */
	int replay_window_s;
	int pending_lifetime_s; /* how long a request waits for approval */
	struct policy policy;
	struct profile profile;
	struct endpoint_signer ca;
	struct buf *chain;     /* certificates above the CA, up to the root; none for a root */
	size_t chain_count;
	struct buf next_ca;    /* the CA's next certificate (RFC 8894 section 4.7), DER; empty when none is set */
	struct endpoint_signer *ra; /* current ones first; empty when none was made yet */
	size_t ra_count;
	struct endpoint_pointers pointers;
};

/**
 * Load by application and profile name. One consistent snapshot; one round trip where the server allows it.
 *
 * @param out out: the caller's, free with endpoint_free(); untouched on error.
 * @return ERR_OK (also when disabled); ERR_NOT_FOUND; ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 */
enum err endpoint_load(struct store *store, struct bytes application, struct bytes profile, struct endpoint **out, struct why *why);

/** Names of the endpoint that is the default for a host name (without port, any case), or of the one that is the default for all ("*"). @return ERR_OK; ERR_NOT_FOUND; … */
enum err endpoint_default_find(struct store *store, struct bytes host, char **application, char **profile, struct why *why);

void endpoint_free(struct endpoint *endpoint);

#endif
