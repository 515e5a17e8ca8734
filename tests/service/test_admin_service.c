#include <config.h>

#include <string.h>

#include "base/password.h"
#include "pki/cert.h"
#include "pki/crypto.h"
#include "service/ca_create.h"
#include "service/challenge_set.h"
#include "service/endpoint_attach.h"
#include "service/fake_admin.h"
#include "support/unit.h"

enum { NOW_UTC = 1790000000, /* 2026-09-21T14:13:20Z */ DAY = 86400 };

static const char secret[] = "0123456789abcdef0123456789abcdef";

struct fixture {
	struct store store;
	struct service service;
	int64_t now_utc;
	uint64_t seed;
};

static void start(struct fixture *f)
{
	*f = (struct fixture){ .now_utc = NOW_UTC, .seed = 7 };
	UNIT_ERR(ERR_OK, crypto_init(NULL));
	f->service = (struct service){
		.store = &f->store, .clock = clock_fixed(&f->now_utc), .random = random_counter(&f->seed), .keys.secret = bytes_from_str(secret)
	};
}

static const struct ca_create_plan good_plan = { .name = "root", .description = NULL, .subject = "CN=Root,O=Example,C=DE", .key_kind = KEY_KIND_EC_P256, .key_bits = 0, .validity_days = 1000, .has_encipherment = false };

/* With a CA in the store, valid for so many days. */
static void start_with_ca(struct fixture *f, int days)
{
	struct ca_create_plan plan = good_plan;

	start(f);
	plan.validity_days = days;
	UNIT_ERR(ERR_OK, ca_create(&f->service, &plan, NULL, NULL));
	CU_ASSERT_EQUAL_FATAL(buf_append(&f->store.ca_der, fake_admin_get(&f->store, "certificate")), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_append(&f->store.ca_pkcs8, fake_admin_get(&f->store, "private_key")), ERR_OK);
}

static void check_text(const struct fixture *f, const char *name, const char *want)
{
	unit_row(name);
	UNIT_BYTES(bytes_from_str(want), fake_admin_get(&f->store, name));
	unit_row(NULL);
}

/* Certificate, sealed key and digest of the key that a call stored belong together. */
static struct cert *check_signer(const struct fixture *f, const char *certificate, const char *private_key, const char *spki_sha256)
{
	struct cert *cert = NULL;
	struct key *key = NULL;
	uint8_t hash[DIGEST_MAX_LEN];

	UNIT_ERR(ERR_OK, cert_parse(fake_admin_get(&f->store, certificate), &cert, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(cert);
	UNIT_ERR(ERR_KEY_SECRET, key_open_pkcs8(fake_admin_get(&f->store, private_key), bytes_from_str("another secret of the same length"),
		&key, NULL));
	UNIT_ERR(ERR_OK, key_open_pkcs8(fake_admin_get(&f->store, private_key), bytes_from_str(secret), &key, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	UNIT_BYTES(cert->spki, key_get_spki(key));
	UNIT_ERR(ERR_OK, crypto_digest(DIGEST_SHA256, cert->spki, hash));
	UNIT_BYTES(bytes_from(hash, 32), fake_admin_get(&f->store, spki_sha256));
	CU_ASSERT_TRUE(cert->serial.len == CERT_SERIAL_LEN);
	key_free(key);
	return cert;
}

/* --- CA --- */

static void root_is_made(void)
{
	struct fixture f;
	struct buf der = { 0 };
	struct cert *cert;

	start(&f);
	UNIT_ERR(ERR_OK, ca_create(&f.service, &good_plan, &der, NULL));
	CU_ASSERT_EQUAL(f.store.calls, 1);
	CU_ASSERT_EQUAL(f.store.call, ADMIN_CA_CREATE);
	cert = check_signer(&f, "certificate", "private_key", "spki_sha256");
	UNIT_BYTES(buf_bytes(&der), buf_bytes(&cert->der));
	CU_ASSERT_TRUE(cert->is_ca);
	CU_ASSERT_TRUE(cert_is_self_signed(cert));
	CU_ASSERT_EQUAL(cert->key_usage, KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN);
	CU_ASSERT_EQUAL(cert->not_before_utc, NOW_UTC - CA_BACKDATE_S);
	CU_ASSERT_EQUAL(cert->not_after_utc, NOW_UTC + 1000LL * DAY);
	check_text(&f, "name", "root");
	check_text(&f, "subject", "CN=Root,O=Example,C=DE");
	check_text(&f, "not_before", "2026-09-21T13:13:20Z");
	check_text(&f, "not_after", "2029-06-17T14:13:20Z");
	check_text(&f, "description", "");
	cert_free(cert);
	buf_clear(&der);
	fake_admin_clear(&f.store);
}

static void root_key_kinds(void)
{
	static const struct {
		const char *row;
		enum key_kind kind;
		unsigned bits;
		int days;
		bool has_encipherment;
		const char *subject;
		enum err want;
	} rows[] = {
		{ "RSA-2048", KEY_KIND_RSA, 2048, 1, false, "CN=a", ERR_OK },
		{ "P-384, longest life", KEY_KIND_EC_P384, 0, CA_MAX_VALIDITY_DAYS, false, "CN=a", ERR_OK },
		{ "RSA-1024", KEY_KIND_RSA, 1024, 1, false, "CN=a", ERR_VALUE },
		{ "RSA-2049", KEY_KIND_RSA, 2049, 1, false, "CN=a", ERR_VALUE },
		{ "RSA-8192", KEY_KIND_RSA, 8192, 1, false, "CN=a", ERR_VALUE },
		{ "P-521", KEY_KIND_EC_P521, 0, 1, false, "CN=a", ERR_OK },
		{ "Ed25519", KEY_KIND_ED25519, 0, 1, false, "CN=a", ERR_OK },
		{ "Ed25519 that decrypts", KEY_KIND_ED25519, 0, 1, true, "CN=a", ERR_VALUE },
		{ "a key of no known kind", KEY_KIND_OTHER, 0, 1, false, "CN=a", ERR_VALUE },
		{ "no day", KEY_KIND_EC_P256, 0, 0, false, "CN=a", ERR_VALUE },
		{ "a day too many", KEY_KIND_EC_P256, 0, CA_MAX_VALIDITY_DAYS + 1, false, "CN=a", ERR_VALUE },
		{ "no subject", KEY_KIND_EC_P256, 0, 1, false, "", ERR_VALUE },
		{ "no name", KEY_KIND_EC_P256, 0, 1, false, "nonsense", ERR_TEXT },
		{ "RSA that decrypts", KEY_KIND_RSA, 2048, 1, true, "CN=a", ERR_OK },
		{ "P-256 that decrypts", KEY_KIND_EC_P256, 0, 1, true, "CN=a", ERR_VALUE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ca_create_plan plan = { .name = "root", .description = "a note", .subject = rows[i].subject, .key_kind = rows[i].kind, .key_bits = rows[i].bits, .validity_days = rows[i].days, .has_encipherment = rows[i].has_encipherment };
		struct fixture f;

		unit_row(rows[i].row);
		start(&f);
		UNIT_ERR(rows[i].want, ca_create(&f.service, &plan, NULL, NULL));
		CU_ASSERT_EQUAL(f.store.calls, rows[i].want == ERR_OK);
		fake_admin_clear(&f.store);
	}
	unit_row(NULL);
}

static void root_may_play_ra(void)
{
	struct ca_create_plan plan = { .name = "root", .description = NULL, .subject = "CN=Root", .key_kind = KEY_KIND_RSA, .key_bits = 2048, .validity_days = 10, .has_encipherment = true };
	struct fixture f;
	struct cert *cert;

	start(&f);
	UNIT_ERR(ERR_OK, ca_create(&f.service, &plan, NULL, NULL));
	cert = check_signer(&f, "certificate", "private_key", "spki_sha256");
	CU_ASSERT_TRUE(cert->is_ca);
	CU_ASSERT_EQUAL(cert->key_usage, KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN | KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT);
	cert_free(cert);
	fake_admin_clear(&f.store);
}

static void refusals_pass_through(void)
{
	struct fixture f;
	struct buf der = { 0 };

	start(&f);
	f.store.call_error = ERR_CONFLICT;
	UNIT_ERR(ERR_CONFLICT, ca_create(&f.service, &good_plan, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	f.store.call_error = ERR_OK;
	f.service.keys.secret = (struct bytes){ NULL, 0 };
	UNIT_ERR(ERR_KEY_SECRET, ca_create(&f.service, &good_plan, &der, NULL));
	CU_ASSERT_EQUAL(f.store.calls, 0);
	fake_admin_clear(&f.store);
}

/* --- RA --- */

static const struct ra_plan good_ra = { "corp", "phones", 2048, false, NULL, false, NULL };

static void ra_is_made(void)
{
	static const struct admin_argument settings[] = { { "include_chain", { (const uint8_t *)"false", 5 } } };
	struct fixture f;
	struct buf der = { 0 };
	struct cert *ra, *ca = NULL;

	start_with_ca(&f, 5000);
	f.now_utc += 30;
	UNIT_ERR(ERR_OK, endpoint_attach(&f.service, &good_ra, settings, 1, &der, NULL));
	CU_ASSERT_EQUAL(f.store.call, ADMIN_ENDPOINT_ATTACH);
	ra = check_signer(&f, "ra_certificate", "ra_private_key", "ra_spki_sha256");
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&f.store.ca_der), &ca, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(ca);
	UNIT_BYTES(buf_bytes(&der), buf_bytes(&ra->der));
	UNIT_ERR(ERR_OK, cert_verify_issued(ra, ca, NULL));
	CU_ASSERT_FALSE(ra->is_ca);
	CU_ASSERT_EQUAL(ra->key_usage, KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT);
	CU_ASSERT_EQUAL(ra->not_before_utc, NOW_UTC + 30 - CA_BACKDATE_S);
	CU_ASSERT_EQUAL(ra->not_after_utc, NOW_UTC + 30 + (int64_t)RA_VALIDITY_DAYS * DAY);
	check_text(&f, "application", "corp");
	check_text(&f, "profile", "phones");
	check_text(&f, "ra_subject", "CN=corp phones RA");
	check_text(&f, "include_chain", "false");
	cert_free(ra);
	cert_free(ca);
	buf_clear(&der);
	fake_admin_clear(&f.store);
}

static void ra_stays_inside_the_ca(void)
{
	struct fixture f;
	struct cert *ra, *ca = NULL;

	start_with_ca(&f, 10);
	UNIT_ERR(ERR_OK, endpoint_attach(&f.service, &good_ra, NULL, 0, NULL, NULL));
	ra = check_signer(&f, "ra_certificate", "ra_private_key", "ra_spki_sha256");
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&f.store.ca_der), &ca, NULL));
	CU_ASSERT_EQUAL(ra->not_before_utc, ca->not_before_utc);
	CU_ASSERT_EQUAL(ra->not_after_utc, ca->not_after_utc);
	cert_free(ra);
	f.now_utc = ca->not_after_utc - 1;
	UNIT_ERR(ERR_OK, endpoint_attach(&f.service, &good_ra, NULL, 0, NULL, NULL));
	f.now_utc = ca->not_after_utc;
	UNIT_ERR(ERR_CA_VALIDITY, endpoint_attach(&f.service, &good_ra, NULL, 0, NULL, NULL));
	f.now_utc = ca->not_before_utc - 1;
	UNIT_ERR(ERR_CA_VALIDITY, endpoint_attach(&f.service, &good_ra, NULL, 0, NULL, NULL));
	cert_free(ca);
	fake_admin_clear(&f.store);
}

static void ra_name_is_cut(void)
{
	static const char a60[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct ra_plan plan = { a60, "phones", 2048, false, NULL, false, NULL };
	struct fixture f;
	char want[80] = "CN=";

	start_with_ca(&f, 10);
	strcat(want, a60);
	strcat(want, " pho");
	UNIT_ERR(ERR_OK, endpoint_attach(&f.service, &plan, NULL, 0, NULL, NULL));
	check_text(&f, "ra_subject", want);
	CU_ASSERT_EQUAL(strlen(want) - 3, RA_MAX_CN_LEN);
	fake_admin_clear(&f.store);
}

static void ra_cut_at_a_blank(void)
{
	static const char a63[] = "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa";
	struct ra_plan plan = { a63, "phones", 2048, false, NULL, false, NULL };
	struct fixture f;
	char want[80] = "CN=";

	start_with_ca(&f, 10);
	strcat(want, a63);
	UNIT_ERR(ERR_OK, endpoint_attach(&f.service, &plan, NULL, 0, NULL, NULL));
	check_text(&f, "ra_subject", want);
	fake_admin_clear(&f.store);
}

static void ra_refusals(void)
{
	struct ra_plan no_profile = { "corp", "none", 2048, false, NULL, false, NULL }, small = { "corp", "phones", 1024, false, NULL, false, NULL }, odd = { "corp", "phones",
		2049, false, NULL, false, NULL };
	struct admin_argument many[ENDPOINT_MAX_SETTINGS + 1] = { { "x", { NULL, 0 } } };
	struct fixture f;

	start_with_ca(&f, 10);
	for (size_t i = 0; i <= ENDPOINT_MAX_SETTINGS; i++)
		many[i] = (struct admin_argument){ "x", { NULL, 0 } };
	UNIT_ERR(ERR_NOT_FOUND, endpoint_attach(&f.service, &no_profile, NULL, 0, NULL, NULL));
	UNIT_ERR(ERR_VALUE, endpoint_attach(&f.service, &small, NULL, 0, NULL, NULL));
	UNIT_ERR(ERR_VALUE, endpoint_attach(&f.service, &odd, NULL, 0, NULL, NULL));
	UNIT_ERR(ERR_INTERNAL, endpoint_attach(&f.service, &good_ra, many, ENDPOINT_MAX_SETTINGS + 1, NULL, NULL));
	UNIT_ERR(ERR_OK, endpoint_attach(&f.service, &good_ra, many, ENDPOINT_MAX_SETTINGS, NULL, NULL));
	f.service.keys.secret = bytes_from_str("the secret of somebody else here");
	UNIT_ERR(ERR_KEY_SECRET, endpoint_attach(&f.service, &good_ra, NULL, 0, NULL, NULL));
	CU_ASSERT_EQUAL(f.store.calls, 2); /* the CA, and the one that was good */
	fake_admin_clear(&f.store);
}

static void ra_is_renewed(void)
{
	struct ra_plan plan = { "corp", "phones", 2048, true, NULL, false, NULL };
	struct fixture f;
	struct cert *ra;

	start_with_ca(&f, 10);
	UNIT_ERR(ERR_OK, ra_certificate_renew(&f.service, &plan, NULL, NULL));
	CU_ASSERT_EQUAL(f.store.call, ADMIN_RA_CERTIFICATE_SET);
	ra = check_signer(&f, "certificate", "private_key", "spki_sha256");
	CU_ASSERT_TRUE(cert_is_self_signed(ra));
	CU_ASSERT_FALSE(ra->is_ca);
	check_text(&f, "application", "corp");
	check_text(&f, "subject", "CN=corp phones RA");
	cert_free(ra);
	fake_admin_clear(&f.store);
}

/* --- challenge --- */

static void challenge_is_hashed(void)
{
	struct fixture f;
	struct buf hash = { 0 };

	start(&f);
	UNIT_ERR(ERR_VALUE, challenge_set(&f.service, "corp", "phones", NULL, bytes_from_str("1234567"), NULL, NULL));
	CU_ASSERT_EQUAL(f.store.calls, 0);
	UNIT_ERR(ERR_OK, challenge_set(&f.service, "corp", "phones", NULL, bytes_from_str("12345678"), NULL, NULL));
	CU_ASSERT_EQUAL(f.store.call, ADMIN_CHALLENGE_SET);
	CU_ASSERT_EQUAL(f.store.count, 3);
	CU_ASSERT_EQUAL_FATAL(buf_append(&hash, fake_admin_get(&f.store, "hash")), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&hash), ERR_OK);
	UNIT_ERR(ERR_OK, password_check(bytes_from_str("12345678"), (const char *)hash.ptr, NULL));
	UNIT_ERR(ERR_CHALLENGE, password_check(bytes_from_str("12345679"), (const char *)hash.ptr, NULL));
	UNIT_ERR(ERR_OK, challenge_set(&f.service, "corp", "phones", "site-a", bytes_from_str("12345678"), "2027-01-01T00:00:00Z", NULL));
	check_text(&f, "name", "site-a");
	check_text(&f, "expires_at", "2027-01-01T00:00:00Z");
	buf_clear(&hash);
	fake_admin_clear(&f.store);
}

static enum err no_random(void *context, uint8_t *out, size_t len)
{
	(void)context;
	(void)out;
	(void)len;
	return ERR_RANDOM;
}

static void challenge_is_random(void)
{
	struct random fixed, broken = { no_random, NULL };
	uint64_t seed = 1;
	struct buf one = { 0 }, two = { 0 };

	fixed = random_counter(&seed);
	UNIT_ERR(ERR_OK, challenge_generate(&fixed, &one));
	UNIT_ERR(ERR_OK, challenge_generate(&fixed, &two));
	CU_ASSERT_EQUAL(one.len, CHALLENGE_GENERATED_LEN);
	CU_ASSERT_FALSE(bytes_is_equal(buf_bytes(&one), buf_bytes(&two)));
	for (size_t i = 0; i < one.len; i++)
		CU_ASSERT_PTR_NOT_NULL(strchr("0123456789ABCDEF", one.ptr[i]));
	buf_clear(&two);
	UNIT_ERR(ERR_RANDOM, challenge_generate(&broken, &two));
	CU_ASSERT_EQUAL(two.len, 0);
	buf_clear(&one);
}

static const struct unit_case cases[] = {
	{ "a root CA is self-signed, CA:TRUE, keyCertSign and cRLSign, stored with its sealed key (RFC 5280 sections 4.2.1.3, 4.2.1.9)",
		root_is_made },
	{ "key types, sizes, days and subjects of a CA have limits", root_key_kinds },
	{ "a CA that shall play RA has digitalSignature and keyEncipherment too (RFC 8894 section 2.1.2)", root_may_play_ra },
	{ "nothing is stored without a key secret, and a refusal of the database comes through", refusals_pass_through },
	{ "an RA certificate is signed by the CA, digitalSignature and keyEncipherment (RFC 8894 section 2.1.2)", ra_is_made },
	{ "an RA certificate never leaves the life of its CA, and a CA that is not valid makes none", ra_stays_inside_the_ca },
	{ "the name of an RA is cut at 64 characters (RFC 5280 ub-common-name)", ra_name_is_cut },
	{ "a name that is cut behind a blank ends before it", ra_cut_at_a_blank },
	{ "no profile, small keys, too many settings and a wrong secret are refused", ra_refusals },
	{ "a new RA certificate can sign itself", ra_is_renewed },
	{ "a static challenge is stored as a hash that verifies, at least 8 characters", challenge_is_hashed },
	{ "a generated challenge has 32 upper-case hexadecimal characters and is not repeated", challenge_is_random },
};

UNIT_MAIN("service/admin", cases)
