#include <config.h>

#include <string.h>

#include "policy/scene.h"

/* What a policy or a profile may choose: several common names, digests of requests, how validity is counted. */

enum { HOUR_S = 3600 };

/* Jamf Pro and Kandji append a common name of their own, by which they find the certificate again. */
static void test_several_common_names(void)
{
	static const struct row rows[] = {
		{ "two that are allowed", NULL, REFUSE, { .subject = "CN=device-1,CN=device-2" }, "CN=device-1,CN=device-2 |" DEFAULTS },
		{ "the second is not", NULL, REFUSE, { .subject = "CN=device-1,CN=$PROFILE" }, "no: subject CN \"$PROFILE\" is not allowed" },
		{ "the first is not", NULL, REFUSE, { .subject = "CN=admin,CN=device-1" }, "no: subject CN \"admin\" is not allowed" },
		{ "one is dropped", NULL, DROP, { .subject = "CN=device-1,CN=admin" }, "CN=device-1 |" DEFAULTS "subject CN \"admin\" dropped" },
		{ "one is denied", "deny subject CN *-2|allow subject CN *", REFUSE, { .subject = "CN=device-1,CN=device-2" }, "no: subject CN \"device-2\" is denied" },
		{ "in one RDN", NULL, REFUSE, { .subject = "CN=device-1+CN=device-2" }, "CN=device-1+CN=device-2 |" DEFAULTS },
		{ "one is a wildcard", "allow subject CN *", REFUSE, { .subject = "CN=device-1,CN=*.example" }, "no: subject CN \"*.example\" (a wildcard) is not allowed" },
		{ "none", NULL, REFUSE, { .subject = "O=Example" }, "no: subject CN matching \"device-*\" is required" },
	};
	static const struct stage stage = { .several_common_names = true };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf line = { 0 };

		unit_row(rows[i].name);
		decide_on_stage(&rows[i], &stage, BASE_RULES, DEFAULT_USAGE, "clientAuth", &line);
		UNIT_BYTES(bytes_from_str(rows[i].expected), buf_bytes(&line));
		buf_clear(&line);
	}
	unit_row(NULL);
}

static void test_digests(void)
{
	static const struct {
		const char *csr;
		enum digest digest; /* the one that is allowed; DIGEST_NONE: no list */
		enum err e;
	} rows[] = {
		{ "csr/openssl_rsa.der", DIGEST_SHA256, ERR_OK },
		{ "csr/openssl_rsa.der", DIGEST_NONE, ERR_OK },
		{ "csr/openssl_rsa.der", DIGEST_SHA384, ERR_ALG_DIGEST },
		{ "csr/openssl_sha1.der", DIGEST_SHA256, ERR_ALG_DIGEST },
		{ "csr/openssl_sha1.der", DIGEST_SHA1, ERR_OK },
		{ "csr/openssl_p256.der", DIGEST_SHA256, ERR_OK },
		{ "csr/openssl_p256.der", DIGEST_SHA1, ERR_ALG_DIGEST },
		{ "csr/openssl_ed25519.der", DIGEST_SHA256, ERR_OK },
	};
	struct cert *issuer = load_issuer();

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy policy;
		struct profile profile;
		struct policy_verdict *verdict = NULL;
		struct csr *csr = NULL;

		unit_row(rows[i].csr);
		make_policy(&policy, "allow subject * *|allow san dns *|allow ku digitalSignature", DROP);
		if (rows[i].digest != DIGEST_NONE)
			policy.csr_digests.item[policy.csr_digests.count++] = rows[i].digest;
		make_profile(&profile, KEY_USAGE_DIGITAL_SIGNATURE, "clientAuth");
		UNIT_ERR(ERR_OK, csr_parse(unit_vector(rows[i].csr), &csr, NULL));
		UNIT_ERR(rows[i].e, policy_decide(&policy, &profile, csr, issuer, NULL, issuer->not_before_utc, &verdict, NULL));
		policy_verdict_free(verdict);
		policy_clear(&policy);
		profile_clear(&profile);
		csr_free(csr);
	}
	unit_row(NULL);
	cert_free(issuer);
}

static void test_validity(void)
{
	enum { CA_FROM = 1000000000, CA_TO = CA_FROM + 1000 * DAY_S, NOW = CA_FROM + DAY_S };
	static const struct {
		const char *row;
		int hours;
		int64_t until;
		enum policy_past_ca past_ca;
		int64_t now;
		enum err e;
		int64_t to;
	} rows[] = {
		{ "days", 0, 0, POLICY_PAST_CA_CLIP, NOW, ERR_OK, NOW + 90 * DAY_S },
		{ "one hour", 1, 0, POLICY_PAST_CA_CLIP, NOW, ERR_OK, NOW + HOUR_S },
		{ "36 hours", 36, 0, POLICY_PAST_CA_REFUSE, NOW, ERR_OK, NOW + 36 * HOUR_S },
		{ "hours up to the policy's days", 365 * 24, 0, POLICY_PAST_CA_CLIP, NOW, ERR_OK, NOW + 365 * DAY_S },
		{ "an hour more", 365 * 24 + 1, 0, POLICY_PAST_CA_CLIP, NOW, ERR_OK, NOW + 365 * DAY_S },
		{ "until a date", 0, NOW + 5, POLICY_PAST_CA_CLIP, NOW, ERR_OK, NOW + 5 },
		{ "until a date beyond what the policy allows", 0, NOW + 400 * DAY_S, POLICY_PAST_CA_CLIP, NOW, ERR_OK, NOW + 365 * DAY_S },
		{ "until now", 0, NOW, POLICY_PAST_CA_CLIP, NOW, ERR_POLICY, 0 },
		{ "until a date that has passed", 0, NOW - 1, POLICY_PAST_CA_CLIP, NOW, ERR_POLICY, 0 },
		{ "clipped to the CA", 0, 0, POLICY_PAST_CA_CLIP, CA_TO - 90 * DAY_S + 1, ERR_OK, CA_TO },
		{ "refused", 0, 0, POLICY_PAST_CA_REFUSE, CA_TO - 90 * DAY_S + 1, ERR_CA_VALIDITY, 0 },
		{ "to the CA's last second", 0, 0, POLICY_PAST_CA_REFUSE, CA_TO - 90 * DAY_S, ERR_OK, CA_TO },
		{ "a date past the CA, refused", 0, CA_TO + 1, POLICY_PAST_CA_REFUSE, CA_TO - DAY_S, ERR_CA_VALIDITY, 0 },
		{ "a date past the CA, clipped", 0, CA_TO + 1, POLICY_PAST_CA_CLIP, CA_TO - DAY_S, ERR_OK, CA_TO },
	};
	struct csr *csr = make_csr(&(struct ask){ .subject = NULL });
	struct cert *issuer = load_issuer();

	issuer->not_before_utc = CA_FROM;
	issuer->not_after_utc = CA_TO;
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct policy policy;
		struct profile profile;
		struct policy_verdict *verdict = NULL;
		struct why why = { 0 };

		unit_row(rows[i].row);
		make_policy(&policy, BASE_RULES, POLICY_UNLISTED_REFUSE);
		policy.past_ca = rows[i].past_ca;
		make_profile(&profile, DEFAULT_USAGE, "clientAuth");
		profile.validity_hours = rows[i].hours;
		profile.valid_until_utc = rows[i].until;
		UNIT_ERR(rows[i].e, policy_decide(&policy, &profile, csr, issuer, NULL, rows[i].now, &verdict, &why));
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].e == ERR_OK);
		if (verdict != NULL)
			CU_ASSERT_EQUAL(verdict->tbs.not_after_utc, rows[i].to);
		policy_verdict_free(verdict);
		policy_clear(&policy);
		profile_clear(&profile);
	}
	unit_row(NULL);
	cert_free(issuer);
	csr_free(csr);
}

static const struct unit_case cases[] = {
	{ "A policy may allow several common names, and judges each", test_several_common_names },
	{ "A policy says with which digests requests are signed; others are badAlg", test_digests },
	{ "Validity is in days, in hours, or until a date; past its CA a certificate is clipped or refused (RFC 5280 section 4.1.2.5)", test_validity },
};

UNIT_MAIN("policy/choices", cases)
