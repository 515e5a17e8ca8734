#ifndef SCEPGATE_POLICY_POLICY_H
#define SCEPGATE_POLICY_POLICY_H

/*
 * Policy: from what a request asks and what the profile says, to what is certified, or to a refusal. The CSR only proposes. Knows certificates and
 * requests, and nothing of SCEP, HTTP or the database.
 */

#include "pki/cert.h"
#include "pki/csr.h"

enum {
	POLICY_MAX_RULES = 256,
	POLICY_BACKDATE_DEFAULT_S = 300 /* notBefore is set back for devices with slow clocks */
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
 * codeSigning, timeStamping, msSmartcardLogin, certificateRequestAgent) are not covered by "*", and a URI that maps to a Windows account
 * ("tag:microsoft.com,…") needs a pattern that begins so.
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
};

/** Default values that a profile gives, on top of its policy. */
struct profile {
	char *name;
	int validity_days;          /* 1..; never more than the policy's */
	unsigned key_usage;         /* used when the request asks none */
	char **eku;                 /* short names or dotted; used when the request asks none */
	size_t eku_count;
	int backdate_s;             /* 0..86400 */
};

void policy_clear(struct policy *policy);
void profile_clear(struct profile *profile);

/** What will be signed. Slices borrow from the request and from `store`. Heap, about 2 KiB. */
struct policy_verdict {
	struct cert_template tbs;
	struct bytes eku[EXT_MAX_EKU];
	struct bytes san[EXT_MAX_SAN];
	struct buf store;           /* octets made for this certificate: purposes of the profile, a reduced name */
	struct buf notes;           /* what was dropped, as text, for the audit row; empty when the request was taken whole */
};

/**
 * Decide.
 *
 * With `at_par`, the certificate that is renewed, whatever it has may be kept although the policy has become stricter: a name or usage of it, to the value, needs no rule and
 * is not denied, one that it does not have is not required, and its key's type and size are allowed if the key is the same. What is kept so stands in the notes. Weak keys,
 * what is refused always and what DENY alone matches (struct policy_rule) are as without. That the names are those of the certificate and no more, renewal_check_identity() says.
 *
 * Key type, size and strength (pubkey_check_strength()) first, ERR_ALG_KEY; then names, usages, constraints, then validity: notBefore = now - backdate but not before the
 * CA's; notAfter = now + validity, clipped to the CA's.
 * key_usage bits that the key cannot do (keyEncipherment of EC and Ed25519) are dropped from defaults and refused or dropped when asked, as `unlisted` says.
 * If attributes of the subject are dropped, the name is rebuilt from the remaining attributes' own bytes; else it is copied whole.
 *
 * @param csr     in: parsed, its signature verified. @param issuer in: the CA's certificate. @param at_par in: NULL for none.
 * @param verdict out: free with policy_verdict_free(); untouched on error. @param why out: every violation, joined by "; ".
 * @return ERR_OK; ERR_POLICY; ERR_ALG_KEY; ERR_CA_VALIDITY when the CA is expired, not yet valid, or would leave no time; ERR_MEMORY.
 */
enum err policy_decide(const struct policy *policy, const struct profile *profile, const struct csr *csr, const struct cert *issuer,
	const struct cert *at_par, int64_t now_utc, struct policy_verdict **verdict, struct why *why);
void policy_verdict_free(struct policy_verdict *verdict);

#endif
