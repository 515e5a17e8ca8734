#include <config.h>

#include "service/check_endpoint.h"

#include <stdio.h>

#include "pki/name.h"
#include "service/check_enrolment.h"
#include "service/live_endpoint.h"
#include "store/endpoint.h"

static void check_ra(struct check *check, const char *subject, const char *what, unsigned wanted, const struct live_ra *ra, const struct cert *ca)
{
	struct why cause = { 0 };

	if (ra->cert->is_ca)
		check_add(check, false, subject, "the %s certificate is a CA's, which clients take for the CA itself", what);
	if (!ra->cert->has_key_usage || (ra->cert->key_usage & wanted) != wanted)
		check_add(check, false, subject, "the %s certificate has not %s, by which clients find it", what,
			wanted == KEY_USAGE_DIGITAL_SIGNATURE ? "digitalSignature" : wanted == KEY_USAGE_KEY_ENCIPHERMENT ? "keyEncipherment" : "both digitalSignature and keyEncipherment");
	if (!cert_is_self_signed(ra->cert) && cert_verify_issued(ra->cert, ca, &cause) != ERR_OK)
		check_add(check, false, subject, "the %s certificate was not issued by this endpoint's CA: use `scepadm endpoint renew-ra`", what);
	check_add_expiry(check, subject, what, ra->cert);
}

/* The RA certificates as clients judge them: RFC 8894 section 2.1.2, and what iOS, sscep and Cisco IOS insist on. */
static void check_ra_certificates(struct check *check, const char *subject, const struct live_endpoint *live)
{
	const struct live_ra *ra = &live->ra[0];
	bool is_alone = live->signer == ra;

	if (key_get_kind(ra->key) != KEY_KIND_RSA)
		check_add(check, false, subject, "the RA key is not RSA, so no client can encrypt a request to it");
	check_ra(check, subject, is_alone ? "RA" : "RA decryption", is_alone ? KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT : KEY_USAGE_KEY_ENCIPHERMENT, ra, live->ca_cert);
	if (!is_alone)
		check_ra(check, subject, "RA signature", KEY_USAGE_DIGITAL_SIGNATURE, live->signer, live->ca_cert);
}

/* iOS, macOS and jscep choose by key usage whom to encrypt to. What is encrypted to a CA beside the RA nobody here opens. */
static enum err check_chain(struct check *check, const char *subject, const struct live_endpoint *live)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && live->row->include_chain && i < live->chain_count; i++) {
		struct buf name = { 0 };
		struct cert *ca = NULL;

		if ((e = cert_parse(live->chain[i], &ca, NULL)) == ERR_OK && ca->has_key_usage && (ca->key_usage & KEY_USAGE_KEY_ENCIPHERMENT) != 0 &&
		    (e = name_format(ca->subject, &name)) == ERR_OK && (e = buf_terminate(&name)) == ERR_OK)
			check_warn(check, subject,
				"the CA \"%s\" stands beside the RA in GetCACert and has keyEncipherment too: clients that choose by key usage may encrypt to it in vain; "
				"--include-chain no leaves it out", (const char *)name.ptr);
		cert_free(ca);
		buf_clear(&name);
	}
	return e == ERR_MEMORY ? e : ERR_OK;
}

/* A CA that plays RA itself, before its key is opened: RFC 8894 section 2.1.2. */
static enum err check_ca_as_ra(struct check *check, const char *subject, const struct endpoint *row)
{
	unsigned wanted = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT;
	struct pubkey *pubkey = NULL;
	struct why cause = { 0 };
	struct cert *ca = NULL;
	enum err e;

	if ((e = cert_parse(buf_bytes(&row->ca.cert_der), &ca, &cause)) != ERR_OK || (e = pubkey_parse(ca->spki, &pubkey, &cause)) != ERR_OK) {
		check_add(check, false, subject, "the CA certificate: %s", why_text(&cause, e));
		e = e == ERR_MEMORY ? e : ERR_OK;
		goto out;
	}
	if (pubkey_get_kind(pubkey) != KEY_KIND_RSA)
		check_add(check, false, subject,
			"the CA shall play RA (--ca-certs ca), but its key is not RSA, so no client can encrypt a request to it");
	if (!ca->has_key_usage || (ca->key_usage & wanted) != wanted)
		check_add(check, false, subject,
			"the CA shall play RA (--ca-certs ca), but its certificate has not both digitalSignature and keyEncipherment: "
			"make one with `scepadm ca create --encipherment`");
out:
	pubkey_free(pubkey);
	cert_free(ca);
	return e;
}

/* What widely used clients can do; an endpoint that allows none of it serves nobody. */
static void check_algorithms(struct check *check, const char *subject, const struct endpoint *row)
{
	if (!cipher_list_has(&row->ciphers, CIPHER_AES128_CBC) && !cipher_list_has(&row->ciphers, CIPHER_AES256_CBC))
		check_add(check, false, subject,
			"neither aes128-cbc nor aes256-cbc is allowed: current clients (iOS, Android, strongSwan) are refused");
	if (!digest_list_has(&row->digests, DIGEST_SHA256))
		check_add(check, false, subject, "sha256 is not allowed: current clients are refused");
}

static void check_policy(struct check *check, const char *subject, const struct endpoint *row)
{
	bool has_names = false;

	for (size_t i = 0; i < row->policy.rule_count; i++) {
		const struct policy_rule *rule = &row->policy.rule[i];

		has_names |= rule->effect != POLICY_DENY && (rule->target == POLICY_SUBJECT || rule->target == POLICY_SAN);
	}
	if (!has_names)
		check_add(check, false, subject, "the policy \"%s\" allows no name at all: use `scepadm policy allow`", row->policy.name);
	if (row->profile.validity_days > row->policy.max_validity_days)
		check_add(check, false, subject, "the profile gives %d days, the policy at most %d", row->profile.validity_days,
			row->policy.max_validity_days);
}

static enum err examine(struct check *check, const char *subject, struct endpoint **row, struct why *why)
{
	enum endpoint_ca_certs ca_certs = (*row)->ca_certs;
	struct live_endpoint *live = NULL;
	struct why cause = { 0 };
	enum err e;

	if (!(*row)->is_enabled) {
		/* Whoever switched it off need not mend it. */
		check_add(check, true, subject, "disabled, or its application or CA is: devices are told that it does not exist");
		return ERR_OK;
	}
	if ((e = check_enrolment(check, subject, *row, why)) != ERR_OK)
		return e;
	check_algorithms(check, subject, *row);
	check_policy(check, subject, *row);
	if (ca_certs == ENDPOINT_CA_CERTS_CA && (e = check_ca_as_ra(check, subject, *row)) != ERR_OK)
		return e;
	if ((e = live_endpoint_make(*row, &check->keys, &live, &cause)) != ERR_OK) {
		check_add(check, false, subject, "%s", why_text(&cause, e));
		return e == ERR_MEMORY ? e : ERR_OK;
	}
	*row = NULL;
	switch (ca_certs) {
	case ENDPOINT_CA_CERTS_RA:
		check_ra_certificates(check, subject, live);
		e = check_chain(check, subject, live);
		break;
	case ENDPOINT_CA_CERTS_CA:
		break;
	}
	live_endpoint_free(live);
	return e;
}

enum err check_endpoint(struct check *check, const char *application, const char *profile, struct why *why)
{
	struct endpoint *row = NULL;
	char subject[192];
	enum err e;

	snprintf(subject, sizeof subject, "endpoint %s/%s", application, profile);
	e = endpoint_load(check->service->store, bytes_from_str(application), bytes_from_str(profile), &row, why);
	if (e == ERR_NOT_FOUND) /* deleted meanwhile */
		return ERR_OK;
	if (e == ERR_OK)
		e = examine(check, subject, &row, why);
	endpoint_free(row);
	return e;
}
