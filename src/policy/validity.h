#ifndef SCEPGATE_POLICY_VALIDITY_H
#define SCEPGATE_POLICY_VALIDITY_H

/* From when to when a certificate is valid. Inside policy alone. */

#include "policy/policy.h"

/**
 * Decide as struct policy and struct profile say: notBefore <= now < notAfter, both within what the CA's certificate says.
 *
 * @param tbs out: its two times; untouched on error. @return ERR_OK; ERR_CA_VALIDITY; ERR_POLICY when the profile's date has passed.
 */
enum err validity_decide(const struct policy *policy, const struct profile *profile, const struct cert *issuer, int64_t now_utc, struct cert_template *tbs, struct why *why);

#endif
