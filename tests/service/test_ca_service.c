#include <config.h>

#include <string.h>

#include "pki/cert.h"
#include "pki/crl.h"
#include "pki/crypto.h"
#include "pki/name.h"
#include "service/ca_create.h"
#include "service/ca_next.h"
#include "service/crl_publish.h"
#include "service/fake_admin.h"
#include "service/signer_make.h"
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

/* With a root in the store, of this key, valid for 100 days. */
static void start_with_ca(struct fixture *f, enum key_kind kind, unsigned bits, bool has_encipherment)
{
	struct ca_create_plan plan = { .name = "root", .description = NULL, .subject = "CN=Root,O=Example", .key_kind = kind, .key_bits = bits, .validity_days = 100, .has_encipherment = has_encipherment };

	start(f);
	UNIT_ERR(ERR_OK, ca_create(&f->service, &plan, NULL, NULL));
	CU_ASSERT_EQUAL_FATAL(buf_append(&f->store.ca_der, fake_admin_get(&f->store, "certificate")), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_append(&f->store.ca_pkcs8, fake_admin_get(&f->store, "private_key")), ERR_OK);
	f->store.calls = 0;
}

/* And a CA below it, valid for 50 days. */
static void add_sub(struct fixture *f)
{
	struct cert_template tbs = {
		.not_before_utc = NOW_UTC, .not_after_utc = NOW_UTC + 50 * DAY, .is_ca = true, .path_len = -1, .key_usage = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN,
	};
	struct buf subject = { 0 };
	struct signer sub = { 0 };
	struct cert *root = NULL;
	struct key *root_key = NULL, *key = NULL;

	UNIT_ERR(ERR_OK, name_parse_text("CN=Sub", &subject, NULL));
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&f->store.ca_der), &root, NULL));
	UNIT_ERR(ERR_OK, key_open_pkcs8(buf_bytes(&f->store.ca_pkcs8), bytes_from_str(secret), &root_key, NULL));
	UNIT_ERR(ERR_OK, key_generate(KEY_KIND_EC_P384, 0, &key, NULL));
	tbs.subject = buf_bytes(&subject);
	UNIT_ERR(ERR_OK, signer_make(&f->service, key, &tbs, root, root_key, &sub, NULL));
	CU_ASSERT_EQUAL_FATAL(buf_append(&f->store.sub_der, buf_bytes(&sub.cert_der)), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_append(&f->store.sub_pkcs8, buf_bytes(&sub.key_stored)), ERR_OK);
	f->store.sub_issuer = "root";
	signer_clear(&sub);
	buf_clear(&subject);
	cert_free(root);
	key_free(root_key);
	key_free(key);
}

static struct cert *stored_cert(const struct buf *der)
{
	struct cert *cert = NULL;

	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(der), &cert, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(cert);
	return cert;
}

/* The certificate of the last call, after a look at its key. */
static struct cert *next_cert(const struct fixture *f, enum key_kind kind, unsigned bits)
{
	struct key *key = NULL;
	struct cert *cert = NULL;

	CU_ASSERT_EQUAL(f->store.calls, 1);
	CU_ASSERT_EQUAL(f->store.call, ADMIN_CA_NEXT_SET);
	UNIT_ERR(ERR_OK, cert_parse(fake_admin_get(&f->store, "certificate"), &cert, NULL));
	UNIT_ERR(ERR_OK, key_open_pkcs8(fake_admin_get(&f->store, "private_key"), bytes_from_str(secret), &key, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(cert);
	CU_ASSERT_PTR_NOT_NULL_FATAL(key);
	UNIT_BYTES(cert->spki, key_get_spki(key));
	CU_ASSERT_EQUAL(key_get_kind(key), kind);
	CU_ASSERT_TRUE(bits == 0 || key_get_bits(key) == bits);
	key_free(key);
	return cert;
}

/* --- a CA below another one --- */

static const struct {
	const char *name;
	int issuer, asked, written; /* path lengths; -1: none */
	enum err e;
} path_rows[] = {
	{ "a root without a bound has CAs without one (RFC 5280 section 4.2.1.9)", -1, -1, -1, ERR_OK },
	{ "and CAs with one", -1, 3, 3, ERR_OK },
	{ "the largest that is written", -1, 255, 255, ERR_OK },
	{ "one more is refused", -1, 256, 0, ERR_VALUE },
	{ "below a bound it is one less", 2, -1, 1, ERR_OK },
	{ "down to none", 1, -1, 0, ERR_OK },
	{ "less can be asked for", 2, 0, 0, ERR_OK },
	{ "one less at most", 2, 1, 1, ERR_OK },
	{ "not as much as the issuer has", 2, 2, 0, ERR_VALUE },
	{ "none stands below zero", 0, -1, 0, ERR_VALUE },
	{ "whatever it asks for", 0, 0, 0, ERR_VALUE },
};

static void path_row(size_t i)
{
	struct ca_create_plan root = { .name = "root", .subject = "CN=Root", .key_kind = KEY_KIND_EC_P256, .validity_days = 100, .has_path_len = path_rows[i].issuer >= 0,
		.path_len = path_rows[i].issuer };
	struct ca_create_plan sub = { .name = "below", .subject = "CN=Below", .key_kind = KEY_KIND_ED25519, .validity_days = 1000, .issuer = "root",
		.has_path_len = path_rows[i].asked >= 0, .path_len = path_rows[i].asked };
	struct buf der = { 0 };
	struct cert *issuer, *cert;
	struct fixture f;

	start(&f);
	UNIT_ERR(ERR_OK, ca_create(&f.service, &root, NULL, NULL));
	CU_ASSERT_EQUAL_FATAL(buf_append(&f.store.ca_der, fake_admin_get(&f.store, "certificate")), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_append(&f.store.ca_pkcs8, fake_admin_get(&f.store, "private_key")), ERR_OK);
	f.store.calls = 0;
	UNIT_ERR(path_rows[i].e, ca_create(&f.service, &sub, &der, NULL));
	CU_ASSERT_FALSE(f.store.in_transaction);
	CU_ASSERT_EQUAL(f.store.calls, path_rows[i].e == ERR_OK ? 2 : 0);
	CU_ASSERT_EQUAL(f.store.commits, path_rows[i].e == ERR_OK);
	if (path_rows[i].e == ERR_OK) {
		issuer = stored_cert(&f.store.ca_der);
		cert = stored_cert(&der);
		CU_ASSERT_EQUAL(cert->path_len, path_rows[i].written);
		CU_ASSERT_EQUAL(cert->not_after_utc, issuer->not_after_utc);
		UNIT_ERR(ERR_OK, cert_verify_issued(cert, issuer, NULL));
		CU_ASSERT_EQUAL(f.store.call, ADMIN_SUBORDINATE_RECORD);
		UNIT_BYTES(buf_bytes(&der), fake_admin_get(&f.store, "certificate"));
		UNIT_BYTES(cert->serial, fake_admin_get(&f.store, "serial"));
		UNIT_BYTES(bytes_from_str("root"), fake_admin_get(&f.store, "ca"));
		cert_free(issuer);
		cert_free(cert);
	}
	buf_clear(&der);
	fake_admin_clear(&f.store);
}

static void path_lengths(void)
{
	for (size_t i = 0; i < sizeof path_rows / sizeof path_rows[0]; i++) {
		unit_row(path_rows[i].name);
		path_row(i);
	}
	unit_row(NULL);
}

/* --- the next certificate --- */

static void next_of_a_root(void)
{
	static const struct ca_next_plan plan = { .ca = "root", .validity_days = 1000 };
	struct fixture f;
	struct buf der = { 0 };
	struct cert *now, *next;

	start_with_ca(&f, KEY_KIND_RSA, 2048, true);
	f.now_utc += 60 * DAY;
	UNIT_ERR(ERR_OK, ca_next_create(&f.service, &plan, &der, NULL));
	next = next_cert(&f, KEY_KIND_RSA, 2048);
	now = stored_cert(&f.store.ca_der);
	UNIT_BYTES(bytes_from_str("root"), fake_admin_get(&f.store, "ca"));
	UNIT_BYTES(buf_bytes(&der), buf_bytes(&next->der));
	UNIT_BYTES(now->subject, next->subject);
	CU_ASSERT_FALSE(bytes_is_equal(now->spki, next->spki));
	CU_ASSERT_TRUE(cert_is_self_signed(next));
	CU_ASSERT_TRUE(next->is_ca);
	CU_ASSERT_EQUAL(next->key_usage, now->key_usage);
	CU_ASSERT_EQUAL(next->not_before_utc, f.now_utc - CA_BACKDATE_S);
	CU_ASSERT_EQUAL(next->not_after_utc, f.now_utc + 1000LL * DAY);
	UNIT_BYTES(bytes_from_str("CN=Root,O=Example"), fake_admin_get(&f.store, "subject"));
	cert_free(now);
	cert_free(next);
	buf_clear(&der);
	fake_admin_clear(&f.store);
}

static void next_of_an_expired_root(void)
{
	static const struct ca_next_plan plan = { .ca = "root", .validity_days = 1 };
	struct fixture f;

	start_with_ca(&f, KEY_KIND_EC_P256, 0, false);
	f.now_utc += 200 * DAY;
	UNIT_ERR(ERR_OK, ca_next_create(&f.service, &plan, NULL, NULL));
	cert_free(next_cert(&f, KEY_KIND_EC_P256, 0));
	fake_admin_clear(&f.store);
}

static void next_of_a_sub(void)
{
	static const struct ca_next_plan plan = { .ca = "sub", .validity_days = 1000 };
	struct fixture f;
	struct cert *root, *next;

	start_with_ca(&f, KEY_KIND_EC_P256, 0, false);
	add_sub(&f);
	UNIT_ERR(ERR_OK, ca_next_create(&f.service, &plan, NULL, NULL));
	next = next_cert(&f, KEY_KIND_EC_P384, 0);
	root = stored_cert(&f.store.ca_der);
	UNIT_ERR(ERR_OK, cert_verify_issued(next, root, NULL));
	CU_ASSERT_EQUAL(next->not_before_utc, root->not_before_utc);
	CU_ASSERT_EQUAL(next->not_after_utc, root->not_after_utc);
	cert_free(next);
	cert_free(root);
	f.now_utc += 100 * DAY;
	UNIT_ERR(ERR_CA_VALIDITY, ca_next_create(&f.service, &plan, NULL, NULL));
	f.now_utc = NOW_UTC;
	f.store.sub_issuer = NULL;
	UNIT_ERR(ERR_VALUE, ca_next_create(&f.service, &plan, NULL, NULL));
	CU_ASSERT_EQUAL(f.store.calls, 1);
	fake_admin_clear(&f.store);
}

static void next_has_limits(void)
{
	static const struct {
		const char *row;
		struct ca_next_plan plan;
		enum err want;
	} rows[] = {
		{ "another key", { "root", true, KEY_KIND_RSA, 3072, 1, NULL }, ERR_OK },
		{ "longest life", { "root", false, KEY_KIND_OTHER, 0, CA_MAX_VALIDITY_DAYS, NULL }, ERR_OK },
		{ "a day too many", { "root", false, KEY_KIND_OTHER, 0, CA_MAX_VALIDITY_DAYS + 1, NULL }, ERR_VALUE },
		{ "no day", { "root", false, KEY_KIND_OTHER, 0, 0, NULL }, ERR_VALUE },
		{ "a key that cannot decrypt, while the present one can", { "root", true, KEY_KIND_EC_P256, 0, 1, NULL }, ERR_VALUE },
		{ "a key that no CA has", { "root", true, KEY_KIND_RSA, 1024, 1, NULL }, ERR_VALUE },
		{ "no such CA", { "none", false, KEY_KIND_OTHER, 0, 1, NULL }, ERR_NOT_FOUND },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;

		unit_row(rows[i].row);
		start_with_ca(&f, KEY_KIND_RSA, 2048, true);
		UNIT_ERR(rows[i].want, ca_next_create(&f.service, &rows[i].plan, NULL, NULL));
		CU_ASSERT_EQUAL(f.store.calls, rows[i].want == ERR_OK);
		fake_admin_clear(&f.store);
	}
	unit_row(NULL);
}

static void next_refusals_pass_through(void)
{
	static const struct ca_next_plan plan = { .ca = "root", .validity_days = 1 };
	struct fixture f;
	struct buf der = { 0 };

	start_with_ca(&f, KEY_KIND_EC_P256, 0, false);
	f.store.call_error = ERR_DB_DENIED;
	UNIT_ERR(ERR_DB_DENIED, ca_next_create(&f.service, &plan, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	f.store.call_error = ERR_OK;
	f.service.keys.secret = (struct bytes){ NULL, 0 };
	UNIT_ERR(ERR_KEY_SECRET, ca_next_create(&f.service, &plan, &der, NULL));
	CU_ASSERT_EQUAL(f.store.calls, 0);
	fake_admin_clear(&f.store);
}

/* --- CRLs --- */

static struct crl *published_crl(const struct fixture *f, size_t i)
{
	struct cert *ca = stored_cert(&f->store.ca_der);
	struct crl *crl = NULL;

	CU_ASSERT_TRUE_FATAL(i < f->store.crl_count);
	CU_ASSERT_EQUAL(f->store.drafts, 0);
	UNIT_ERR(ERR_OK, crl_parse(buf_bytes(&f->store.crl[i].der), &crl, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(crl);
	UNIT_ERR(ERR_OK, crl_verify(crl, ca, NULL));
	cert_free(ca);
	return crl;
}

static const struct crl_kind of_root = { "root", 0, false };

static void crl_is_published(void)
{
	struct fixture f;
	struct crl_published published;
	struct crl_entry found;
	struct crl *crl;

	start_with_ca(&f, KEY_KIND_EC_P256, 0, false);
	f.store.crl_number = 41;
	f.store.revoked[0] = (struct crl_entry){ unit_hex("05"), NOW_UTC - 100, CRL_REASON_KEY_COMPROMISE };
	f.store.revoked[1] = (struct crl_entry){ unit_hex("0a0b"), NOW_UTC - 50, CRL_REASON_UNSPECIFIED };
	f.store.revoked_count = 2;
	UNIT_ERR(ERR_OK, crl_publish(&f.service, &of_root, 0, &published, NULL));
	CU_ASSERT_EQUAL(published.number, 42);
	CU_ASSERT_EQUAL(published.revoked_count, 2);
	CU_ASSERT_EQUAL(published.this_update_utc, NOW_UTC);
	CU_ASSERT_EQUAL(published.next_update_utc, NOW_UTC + 7 * DAY);
	crl = published_crl(&f, 0);
	UNIT_BYTES(unit_hex("2a"), crl->number);
	CU_ASSERT_EQUAL(crl->next_update_utc, NOW_UTC + 7 * DAY);
	CU_ASSERT_FALSE(crl->is_delta || crl->has_scope);
	UNIT_ERR(ERR_OK, crl_find(crl, unit_hex("05"), &found));
	CU_ASSERT_EQUAL(found.reason, CRL_REASON_KEY_COMPROMISE);
	UNIT_ERR(ERR_OK, crl_find(crl, unit_hex("0a0b"), NULL));
	CU_ASSERT_EQUAL(f.store.crl[0].revoked, 2);
	CU_ASSERT_EQUAL(f.store.crl[0].this_update_utc, NOW_UTC);
	CU_ASSERT_EQUAL(f.store.crl[0].next_update_utc, NOW_UTC + 7 * DAY);
	crl_free(crl);
	fake_admin_clear(&f.store);
}

/* How many were reported, and what the last one was. */
struct reported {
	int good, bad;
	struct crl_kind kind;
	enum err e;
};

static void count_report(void *context, const struct crl_kind *kind, const struct crl_published *published, enum err e, const char *cause)
{
	struct reported *reported = context;

	CU_ASSERT_EQUAL(published != NULL, e == ERR_OK);
	CU_ASSERT_TRUE(e == ERR_OK || *cause != '\0');
	reported->good += published != NULL;
	reported->bad += published == NULL;
	reported->kind = *kind;
	reported->e = e;
}

static void all_crls(void)
{
	struct reported reported = { 0 };
	struct fixture f;
	struct crl *crl;

	start_with_ca(&f, KEY_KIND_EC_P256, 0, false);
	f.store.crl_partitions = "2";
	f.store.delta_crl_hours = "5";
	UNIT_ERR(ERR_OK, crl_publish_all(&f.service, "root", false, 48, count_report, &reported, NULL));
	CU_ASSERT_EQUAL(reported.good, 6);
	CU_ASSERT_EQUAL_FATAL(f.store.crl_count, 6);
	for (size_t i = 0; i < 6; i++) {
		CU_ASSERT_EQUAL(f.store.crl[i].kind.partition, (int)i / 2);
		CU_ASSERT_EQUAL(f.store.crl[i].kind.is_delta, i % 2 == 1);
		CU_ASSERT_EQUAL(f.store.crl[i].number, i + 1);
		CU_ASSERT_EQUAL(f.store.crl[i].next_update_utc, NOW_UTC + (i % 2 == 1 ? 5 : 48) * 3600);
		crl = published_crl(&f, i);
		CU_ASSERT_EQUAL(crl->is_delta, i % 2 == 1);
		CU_ASSERT_EQUAL(crl->has_scope, i >= 2);
		CU_ASSERT_FALSE(crl->has_unknown_critical);
		crl_free(crl);
	}
	fake_admin_clear(&f.store);
	start_with_ca(&f, KEY_KIND_EC_P256, 0, false);
	UNIT_ERR(ERR_VALUE, crl_publish_all(&f.service, "root", true, 0, count_report, &reported, NULL));
	CU_ASSERT_EQUAL(f.store.crl_count, 0);
	UNIT_ERR(ERR_OK, crl_publish_all(&f.service, "root", true, 2, count_report, &reported, NULL));
	CU_ASSERT_TRUE(f.store.crl_count == 1 && f.store.crl[0].kind.is_delta);
	UNIT_ERR(ERR_NOT_FOUND, crl_publish_all(&f.service, "none", false, 0, count_report, &reported, NULL));
	fake_admin_clear(&f.store);
}

static void due_crls(void)
{
	char gone[] = "gone", root[] = "root";
	const struct due_crl due[] = { { gone, 0, false, NULL }, { gone, 1, false, NULL }, { root, 0, false, NULL } };
	struct reported reported = { 0 };
	struct fixture f;

	start_with_ca(&f, KEY_KIND_EC_P256, 0, false);
	UNIT_ERR(ERR_OK, crl_publish_due(&f.service, NULL, count_report, &reported, NULL));
	CU_ASSERT_TRUE(reported.good == 0 && reported.bad == 0);
	f.store.due = due;
	f.store.due_count = 3;
	UNIT_ERR(ERR_NOT_FOUND, crl_publish_due(&f.service, NULL, count_report, &reported, NULL));
	CU_ASSERT_TRUE(reported.good == 1 && reported.bad == 1);
	CU_ASSERT_EQUAL(f.store.crl_count, 1);
	f.store.is_not_due = true;
	f.store.due = due + 2;
	f.store.due_count = 1;
	UNIT_ERR(ERR_OK, crl_publish_due(&f.service, "root", count_report, &reported, NULL));
	CU_ASSERT_TRUE(reported.good == 1 && f.store.crl_count == 1 && f.store.drafts == 0);
	fake_admin_clear(&f.store);
}

static void crl_has_limits(void)
{
	struct fixture f;
	struct crl_published published;

	start_with_ca(&f, KEY_KIND_EC_P256, 0, false);
	UNIT_ERR(ERR_VALUE, crl_publish(&f.service, &of_root, -1, &published, NULL));
	UNIT_ERR(ERR_VALUE, crl_publish(&f.service, &of_root, CRL_MAX_VALIDITY_HOURS + 1, &published, NULL));
	UNIT_ERR(ERR_OK, crl_publish(&f.service, &of_root, CRL_MAX_VALIDITY_HOURS, &published, NULL));
	UNIT_ERR(ERR_OK, crl_publish(&f.service, &of_root, 1, &published, NULL));
	UNIT_ERR(ERR_NOT_FOUND, crl_publish(&f.service, &(struct crl_kind){ "none", 0, false }, 1, &published, NULL));
	f.now_utc += 100 * DAY;
	UNIT_ERR(ERR_CA_VALIDITY, crl_publish(&f.service, &of_root, 1, &published, NULL));
	f.now_utc--;
	UNIT_ERR(ERR_OK, crl_publish(&f.service, &of_root, 1, &published, NULL));
	f.store.append_error = ERR_DB_AWAY;
	UNIT_ERR(ERR_DB_AWAY, crl_publish(&f.service, &of_root, 1, &published, NULL));
	f.store.append_error = ERR_OK;
	f.store.publish_error = ERR_CONFLICT;
	UNIT_ERR(ERR_CONFLICT, crl_publish(&f.service, &of_root, 1, &published, NULL));
	CU_ASSERT_EQUAL(f.store.drafts, 0);
	buf_reset(&f.store.ca_pkcs8);
	UNIT_ERR(ERR_KEY, crl_publish(&f.service, &of_root, 1, &published, NULL));
	fake_admin_clear(&f.store);
}

static const struct unit_case cases[] = {
	{ "a CA below another one is signed and recorded by it, bounded by its path length and its end (RFC 5280 section 4.2.1.9)", path_lengths },
	{ "the next certificate of a root is self-signed by a new key, under the same subject and usages (RFC 8894 section 4.7)", next_of_a_root },
	{ "a root that has expired can still have a next certificate", next_of_an_expired_root },
	{ "the next certificate of a CA below another is signed by that one, inside its life", next_of_a_sub },
	{ "keys and days of a next certificate have limits", next_has_limits },
	{ "a next certificate is not made without a key secret, and a refusal of the database comes through", next_refusals_pass_through },
	{ "a CRL is signed by the CA and published with its number and times (RFC 5280 section 5)", crl_is_published },
	{ "all CRLs of a CA: of everything and of each partition, each with its delta and its scope (RFC 5280 sections 5.2.4 and 5.2.5)", all_crls },
	{ "what is due is published unless a rival did it; one CA that fails does not hold up others", due_crls },
	{ "a CRL has 1 to 87600 hours and a CA that is valid now and has its key", crl_has_limits },
};

UNIT_MAIN("service/ca", cases)
