#include <config.h>

#include "policy/validity.h"

#include "base/clock.h"

enum { SECONDS_AN_HOUR = 3600, SECONDS_A_DAY = 86400 };

/* When the profile wants it to end, never later than the policy allows. */
static int64_t wanted_end(const struct policy *policy, const struct profile *profile, int64_t now_utc)
{
	int64_t last = now_utc + (int64_t)policy->max_validity_days * SECONDS_A_DAY, to;

	if (profile->valid_until_utc != 0)
		to = profile->valid_until_utc;
	else if (profile->validity_hours != 0)
		to = now_utc + (int64_t)profile->validity_hours * SECONDS_AN_HOUR;
	else
		to = now_utc + (int64_t)profile->validity_days * SECONDS_A_DAY;
	return to < last ? to : last;
}

static enum err check_issuer(const struct cert *issuer, int64_t now_utc, struct why *why)
{
	if (!issuer->has_times)
		return why_set(why, ERR_CA_VALIDITY, "the validity of the CA certificate cannot be read");
	if (now_utc < issuer->not_before_utc)
		return why_set(why, ERR_CA_VALIDITY, "the CA certificate is not valid yet");
	return now_utc < issuer->not_after_utc ? ERR_OK : why_set(why, ERR_CA_VALIDITY, "the CA certificate has expired");
}

enum err validity_decide(const struct policy *policy, const struct profile *profile, const struct cert *issuer, int64_t now_utc, struct cert_template *tbs, struct why *why)
{
	int64_t from = now_utc - profile->backdate_s, to = wanted_end(policy, profile, now_utc);
	char wanted[CLOCK_ISO_SIZE], ends[CLOCK_ISO_SIZE];
	enum err e;

	if ((e = check_issuer(issuer, now_utc, why)) != ERR_OK)
		return e;
	if (profile->valid_until_utc != 0 && profile->valid_until_utc <= now_utc) {
		clock_format_iso(profile->valid_until_utc, wanted);
		return why_set(why, ERR_POLICY, "the profile's certificates are valid until %s, which has passed", wanted);
	}
	if (from < issuer->not_before_utc)
		from = issuer->not_before_utc;
	if (to > issuer->not_after_utc && policy->past_ca == POLICY_PAST_CA_REFUSE) {
		clock_format_iso(to, wanted);
		clock_format_iso(issuer->not_after_utc, ends);
		return why_set(why, ERR_CA_VALIDITY, "the certificate would be valid until %s, and the CA ends at %s", wanted, ends);
	}
	if (to > issuer->not_after_utc)
		to = issuer->not_after_utc;
	if (to <= now_utc || to <= from)
		return why_set(why, ERR_CA_VALIDITY, "no time is left for a certificate");
	tbs->not_before_utc = from;
	tbs->not_after_utc = to;
	return ERR_OK;
}
