#ifndef SCEPGATE_POLICY_RENEWAL_H
#define SCEPGATE_POLICY_RENEWAL_H

/*
 * What a certificate must fulfil to be renewed by its holder: the time, the key, the identity. That it is one of ours, unrevoked and of a lineage that was not
 * stopped, the database says. Pure functions of certificate, request and clock.
 */

#include "policy/policy.h"

enum { RENEWAL_MAX_DAYS = 9999, RENEWAL_MAX_PERCENT = 99, RENEWAL_MAX_GRACE_DAYS = 365 };

/** When: at any time; in the last `amount` days before notAfter; in the last `amount` percent of the life. */
enum renewal_window_kind { RENEWAL_WINDOW_ANY, RENEWAL_WINDOW_DAYS, RENEWAL_WINDOW_PERCENT };

struct renewal_window {
	enum renewal_window_kind kind;
	int amount;
};

/**
 * SAME: subject and SANs compared canonically. UNSTRUCTURED: the same, but unstructuredName and unstructuredAddress of the subjects are not looked at (Cisco IOS), as long as
 * the subject has something else: where they are all that says who it is, they count.
 */
enum renewal_identity { RENEWAL_IDENTITY_SAME, RENEWAL_IDENTITY_UNSTRUCTURED };

struct renewal_rules {
	bool is_allowed;
	struct renewal_window window;
	int grace_days;               /* after notAfter; 0: none */
	enum renewal_identity identity;
	bool needs_new_key;
	bool needs_challenge;         /* a live challenge as well */
	bool is_at_par;               /* names and usages of the old certificate may be kept though the policy has become stricter */
};

/** "any", "30d", "33%", as the database has it. @return ERR_OK; ERR_VALUE. */
enum err renewal_window_parse(struct bytes text, struct renewal_window *out);

/**
 * The time: notBefore reached, notAfter plus grace not passed, the window open.
 *
 * @return ERR_OK; ERR_RENEWAL when the certificate is not yet or no longer valid; ERR_RENEWAL_TIME before the window, with its beginning in why.
 */
enum err renewal_check_time(const struct renewal_rules *rules, const struct cert *old, int64_t now_utc, struct why *why);

/** A new key, where that is asked; the same one in another encoding is not new. @return ERR_OK; ERR_RENEWAL_IDENTITY; ERR_MEMORY. */
enum err renewal_check_key(const struct renewal_rules *rules, const struct cert *old, const struct csr *csr, struct why *why);

/**
 * The identity: what would be certified has the subject and the set of SANs of the old certificate (RFC 5280 section 7; order of SANs does not count, DNS names and
 * the host part of mail addresses without case), no CN more or less, and no usage that neither the old certificate nor the profile's defaults have. Usages that the old
 * certificate names may not become none, which would be every one, unless the profile gives none.
 *
 * @return ERR_OK; ERR_RENEWAL_IDENTITY, with the first difference in why; ERR_MEMORY.
 */
enum err renewal_check_identity(const struct renewal_rules *rules, const struct profile *profile, const struct cert *old, const struct cert_template *tbs, struct why *why);

#endif
