#ifndef SCEPGATE_POLICY_POLICY_H
#define SCEPGATE_POLICY_POLICY_H

/*
 * Policy: from what a request asks and what the profile says, to what is certified, or to a refusal. The CSR only proposes. Knows certificates and
 * requests, and nothing of SCEP, HTTP or the database.
 */

#include "pki/algorithm.h"
#include "pki/cert.h"
#include "pki/csr.h"

enum {
	POLICY_MAX_RULES = 256,
	POLICY_BACKDATE_DEFAULT_S = 300, /* notBefore is set back for devices with slow clocks */
	POLICY_MAX_EXTENSIONS = 8        /* extensions of a profile */
};

/** What a rule speaks of. */
enum policy_target { POLICY_SUBJECT, POLICY_SAN, POLICY_KEY_USAGE, POLICY_EXT_KEY_USAGE };

enum policy_effect { POLICY_ALLOW, POLICY_REQUIRE, POLICY_DENY };

/**
 * One rule. An item (attribute type, SAN type, usage) without an ALLOW or REQUIRE rule whose pattern its value matches is unlisted. DENY wins, and is refused
 * whatever `unlisted` says. For usages the pattern is not looked at. "*" as item of a SUBJECT or EXT_KEY_USAGE rule stands for every item.
 *
 * Values are compared as names are (RFC 5280 section 7.1): ASCII case and runs of blanks do not count; a pattern with blanks at an end, or two together, denies as if it had
 * them not, and allows nothing. Some things are matched by DENY alone, since a
 * pattern that was written for ordinary values would let them in: empty values, wildcards in DNS names and common names ("*.example.com"), dns values that
 * are no host name, IPv4-mapped IPv6 addresses. Some need a rule that names them: purposes that give power over others (anyExtendedKeyUsage, OCSPSigning,
 * codeSigning, timeStamping, msSmartcardLogin, certificateRequestAgent) are not covered by "*". A URI that maps to a Windows account
 * ("tag:microsoft.com,…") no rule allows: it needs what asserted that account (struct policy_facts).
 */
struct policy_rule {
	enum policy_target target;
	enum policy_effect effect;
	char *item;                 /* "CN", "dns", "digitalSignature", "clientAuth", or a dotted OID */
	char *pattern;              /* as text_is_match(); "*" matches all; may be NULL for usages */
};

/**
 * What happens to an unlisted item that a request asks. Refused always: CA:TRUE, keyCertSign and cRLSign, a common name of more than 64 characters,
 * text with NUL, control or direction characters. Dropped always: extensions that real clients send as hints (key identifiers, Microsoft's template and
 * application policies, S/MIME capabilities). When all usages that were asked are dropped, the profile's are used, and without any the request is refused.
 * The profile's own usages need no rule, but DENY and REQUIRE rules count for them too.
 */
enum policy_unlisted { POLICY_UNLISTED_REFUSE, POLICY_UNLISTED_DROP };

/** When a certificate would outlive its CA: end it with the CA, or refuse. */
enum policy_past_ca { POLICY_PAST_CA_CLIP, POLICY_PAST_CA_REFUSE };

struct policy {
	char *name;
	struct policy_rule *rule;   /* owned array */
	size_t rule_count;
	enum policy_unlisted unlisted;
	bool allow_empty_subject;   /* then a SAN must be there */
	bool several_common_names;  /* whether a subject may have more than one; each is judged */
	unsigned rsa_min_bits, rsa_max_bits;   /* 0: no RSA */
	bool ec_p256, ec_p384, ec_p521, ed25519;
	int max_validity_days;
	struct digest_list csr_digests; /* with which requests may be signed; none: with all; Ed25519 has none to choose */
	enum policy_past_ca past_ca;
};

/** Default values that a profile gives, on top of its policy. */
struct profile {
	char *name;
	int validity_days;          /* 1..; never more than the policy's */
	int validity_hours;         /* 1..: counts instead of the days; 0: none */
	int64_t valid_until_utc;    /* the end, whenever it was issued: counts instead of both; 0: none */
	unsigned key_usage;         /* used when the request asks none */
	char **eku;                 /* short names or dotted; used when the request asks none */
	size_t eku_count;
	int backdate_s;             /* 0..86400 */
	char *subject_template;     /* as template.h; NULL or empty: the subject is the request's */
	char **san_template;        /* "dns:{csr.CN}.example", …; none: the SANs are the request's */
	size_t san_template_count;
	char **extension;           /* "1.2.3=HEX" or "critical:1.2.3=HEX", HEX being the DER of the value: put into each certificate */
	size_t extension_count;
};

/** What is known beside the request, from whoever authorised it. Borrowed; each NULL when it is not known. */
struct policy_facts {
	const struct cert *renewed; /* the certificate that is renewed */
	bool is_at_par;             /* what it has may be kept */
	const char *application;
	const char *device, *user;  /* as the challenge was minted for them */
	const char *sid;            /* the Windows account that the authoriser asserts, "S-1-5-21-…" */
};

void policy_clear(struct policy *policy);
void profile_clear(struct profile *profile);

/** What will be signed. Slices borrow from the request and from `store`. Heap, about 2 KiB. */
struct policy_verdict {
	struct cert_template tbs;
	struct bytes eku[EXT_MAX_EKU];
	struct bytes san[EXT_MAX_SAN];
	struct bytes extension[POLICY_MAX_EXTENSIONS + 1];
	struct buf names;           /* octets made by templates */
	struct buf store;           /* octets made for this certificate: a reduced name, purposes of the profile, extensions */
	struct buf notes;           /* what was dropped, as text, for the audit row; empty when the request was taken whole */
};

/**
 * Decide.
 *
 * With is_at_par, whatever the certificate that is renewed has may be kept although the policy has become stricter: a name or usage of it, to the value, needs no rule and
 * is not denied, one that it does not have is not required, and its key's type and size are allowed if the key is the same. What is kept so stands in the notes. Weak keys,
 * what is refused always and what DENY alone matches (struct policy_rule) are as without. That the names are those of the certificate and no more, renewal_check_identity() says.
 *
 * Key type, size and strength (pubkey_check_strength()) first, ERR_ALG_KEY, and the digest of the request's signature, ERR_ALG_DIGEST; then names, usages, constraints, then
 * validity: notBefore = now - backdate but not before the CA's; notAfter = now + validity or the profile's date, never later than the policy allows, and past the CA's as `past_ca` says.
 *
 * Names that a profile has templates for come from these, and what the request asks there is not looked at; they are judged by the rules like others. A renewal evaluates no
 * template, since what the first challenge said is not said again: where there is one, the certificate's own names are taken. The same holds for the account: the extension of
 * MS-WCCE and its URI are certified when `sid` asserts that very account, or when the certificate that is renewed has them, and never otherwise.
 * key_usage bits that the key cannot do (keyEncipherment of EC and Ed25519) are dropped from defaults and refused or dropped when asked, as `unlisted` says.
 * If attributes of the subject are dropped, the name is rebuilt from the remaining attributes' own bytes; else it is copied whole.
 *
 * @param csr     in: parsed, its signature verified. @param issuer in: the CA's certificate. @param facts in: NULL for none.
 * @param verdict out: free with policy_verdict_free(); untouched on error. @param why out: every violation, joined by "; ".
 * @return ERR_OK; ERR_POLICY; ERR_ALG_KEY; ERR_ALG_DIGEST; ERR_CA_VALIDITY when the CA is expired, not yet valid, or would leave no time; ERR_MEMORY.
 */
enum err policy_decide(const struct policy *policy, const struct profile *profile, const struct csr *csr, const struct cert *issuer,
	const struct policy_facts *facts, int64_t now_utc, struct policy_verdict **verdict, struct why *why);
void policy_verdict_free(struct policy_verdict *verdict);

#endif
