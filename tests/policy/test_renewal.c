#include <config.h>

#include "policy/renewal.h"

#include <string.h>

#include "pki/der.h"
#include "policy/scene.h"

enum { FROM = 1000000000, DAYS_90 = 90 * DAY_S };

/* --- the time --------------------------------------------------------------------------------------------------------------- */

static void test_window_text(void)
{
	static const struct {
		const char *text;
		enum err e;
		enum renewal_window_kind kind;
		int amount;
	} rows[] = {
		{ "any", ERR_OK, RENEWAL_WINDOW_ANY, 0 },
		{ "1d", ERR_OK, RENEWAL_WINDOW_DAYS, 1 },
		{ "30d", ERR_OK, RENEWAL_WINDOW_DAYS, 30 },
		{ "9999d", ERR_OK, RENEWAL_WINDOW_DAYS, RENEWAL_MAX_DAYS },
		{ "1%", ERR_OK, RENEWAL_WINDOW_PERCENT, 1 },
		{ "99%", ERR_OK, RENEWAL_WINDOW_PERCENT, RENEWAL_MAX_PERCENT },
		{ "", ERR_VALUE, 0, 0 },
		{ "d", ERR_VALUE, 0, 0 },
		{ "%", ERR_VALUE, 0, 0 },
		{ "0d", ERR_VALUE, 0, 0 },
		{ "0%", ERR_VALUE, 0, 0 },
		{ "030d", ERR_VALUE, 0, 0 },
		{ "10000d", ERR_VALUE, 0, 0 },
		{ "100%", ERR_VALUE, 0, 0 },
		{ "99999999999999999999d", ERR_VALUE, 0, 0 },
		{ "-1d", ERR_VALUE, 0, 0 },
		{ "+1d", ERR_VALUE, 0, 0 },
		{ " 1d", ERR_VALUE, 0, 0 },
		{ "1 d", ERR_VALUE, 0, 0 },
		{ "1d ", ERR_VALUE, 0, 0 },
		{ "1.5d", ERR_VALUE, 0, 0 },
		{ "30", ERR_VALUE, 0, 0 },
		{ "30D", ERR_VALUE, 0, 0 },
		{ "30h", ERR_VALUE, 0, 0 },
		{ "Any", ERR_VALUE, 0, 0 },
		{ "any ", ERR_VALUE, 0, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct renewal_window window = { RENEWAL_WINDOW_PERCENT, -7 };

		unit_row(rows[i].text);
		UNIT_ERR(rows[i].e, renewal_window_parse(bytes_from_str(rows[i].text), &window));
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK ? rows[i].kind : RENEWAL_WINDOW_PERCENT, window.kind);
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK ? rows[i].amount : -7, window.amount);
	}
	unit_row(NULL);
}

static void test_time(void)
{
	/* From 1950 to 2049 and beyond: a hundred years, and nearly all that a certificate can say (RFC 5280 section 4.1.2.5). */
	static const int64_t century = INT64_C(3155760000), year_0 = INT64_C(-62167219200), year_9999 = INT64_C(253402300799);
	const struct {
		const char *row, *window;
		int grace_days;
		int64_t from, to, now;
		enum err e;
		const char *why;
	} rows[] = {
		{ "any time: the first second", "any", 0, FROM, FROM + DAYS_90, FROM, ERR_OK, "" },
		{ "any time: a second before it", "any", 0, FROM, FROM + DAYS_90, FROM - 1, ERR_RENEWAL, "the certificate is not valid yet" },
		{ "exactly at notAfter", "any", 0, FROM, FROM + DAYS_90, FROM + DAYS_90, ERR_OK, "" },
		{ "one second after", "any", 0, FROM, FROM + DAYS_90, FROM + DAYS_90 + 1, ERR_RENEWAL, "the certificate expired at 2001-12-08T01:46:40Z" },
		{ "a grace of one day, its last second", "any", 1, FROM, FROM + DAYS_90, FROM + DAYS_90 + DAY_S, ERR_OK, "" },
		{ "and one second after", "any", 1, FROM, FROM + DAYS_90, FROM + DAYS_90 + DAY_S + 1, ERR_RENEWAL, "the certificate expired at 2001-12-08T01:46:40Z" },
		{ "the longest grace", "any", RENEWAL_MAX_GRACE_DAYS, FROM, FROM + DAYS_90, FROM + DAYS_90 + INT64_C(365) * DAY_S, ERR_OK, "" },
		{ "one second after the longest", "any", RENEWAL_MAX_GRACE_DAYS, FROM, FROM + DAYS_90, FROM + DAYS_90 + INT64_C(365) * DAY_S + 1, ERR_RENEWAL,
			"the certificate expired at 2001-12-08T01:46:40Z" },
		{ "30 days: the first second", "30d", 0, FROM, FROM + DAYS_90, FROM + 60 * DAY_S, ERR_OK, "" },
		{ "30 days: one second before", "30d", 0, FROM, FROM + DAYS_90, FROM + 60 * DAY_S - 1, ERR_RENEWAL_TIME, "the certificate can be renewed from 2001-11-08T01:46:40Z" },
		{ "30 days over a change to winter time are 30 times 86400 seconds", "30d", 0, 1130000000, 1132617600, 1132617600 - 30 * DAY_S, ERR_OK, "" },
		{ "and not an hour less", "30d", 0, 1130000000 - DAYS_90, 1132617600, 1132617600 - 30 * DAY_S - 1, ERR_RENEWAL_TIME,
			"the certificate can be renewed from 2005-10-23T00:00:00Z" },
		{ "30 days of a certificate of 7", "30d", 0, FROM, FROM + 7 * DAY_S, FROM, ERR_OK, "" },
		{ "30 days of a certificate of 7, before it", "30d", 0, FROM, FROM + 7 * DAY_S, FROM - 1, ERR_RENEWAL, "the certificate is not valid yet" },
		{ "the window is open in the grace", "30d", 3, FROM, FROM + DAYS_90, FROM + DAYS_90 + 2 * DAY_S, ERR_OK, "" },
		{ "33 %: the first second", "33%", 0, FROM, FROM + 100, FROM + 67, ERR_OK, "" },
		{ "33 %: one second before", "33%", 0, FROM, FROM + 100, FROM + 66, ERR_RENEWAL_TIME, "the certificate can be renewed from 2001-09-09T01:47:47Z" },
		{ "33 % of ten seconds", "33%", 0, FROM, FROM + 10, FROM + 7, ERR_OK, "" },
		{ "33 % of ten seconds, before", "33%", 0, FROM, FROM + 10, FROM + 6, ERR_RENEWAL_TIME, "the certificate can be renewed from 2001-09-09T01:46:47Z" },
		{ "1 % of one second is its last", "1%", 0, FROM, FROM + 1, FROM + 1, ERR_OK, "" },
		{ "1 % of one second, before", "1%", 0, FROM, FROM + 1, FROM, ERR_RENEWAL_TIME, "the certificate can be renewed from 2001-09-09T01:46:41Z" },
		{ "a certificate of no second", "99%", 0, FROM, FROM, FROM, ERR_OK, "" },
		{ "99 % of a hundred years", "99%", 0, 0, century, century / 100, ERR_OK, "" },
		{ "99 % of a hundred years, before", "99%", 0, 0, century, century / 100 - 1, ERR_RENEWAL_TIME, "the certificate can be renewed from 1971-01-01T06:00:00Z" },
		{ "99 % of ten thousand years", "99%", 0, year_0, year_9999, FROM, ERR_OK, "" },
		{ "1 % of ten thousand years", "1%", 0, year_0, year_9999, FROM, ERR_RENEWAL_TIME, "the certificate can be renewed from 9899-12-31T18:00:00Z" },
		{ "a certificate without end (RFC 5280 section 4.1.2.5)", "30d", 365, FROM, year_9999, year_9999, ERR_OK, "" },
		{ "one that ends before it begins", "any", 365, FROM, FROM - 1, FROM, ERR_RENEWAL, "the validity of the certificate cannot be read" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ask ask = { .subject = NULL };
		struct cert *old = make_cert(&ask, rows[i].from, rows[i].to);
		struct renewal_rules rules = { .is_allowed = true, .grace_days = rows[i].grace_days };
		struct why why = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(ERR_OK, renewal_window_parse(bytes_from_str(rows[i].window), &rules.window));
		UNIT_ERR(rows[i].e, renewal_check_time(&rules, old, rows[i].now, &why));
		CU_ASSERT_STRING_EQUAL(why.text, rows[i].why);
		cert_free(old);
	}
	unit_row(NULL);
}

static void test_time_unknown(void)
{
	struct cert *old = NULL;
	struct renewal_rules rules = { .is_allowed = true, .grace_days = 365 };

	UNIT_ERR(ERR_OK, cert_parse(unit_vector("cert/fractional_times.der"), &old, NULL));
	CU_ASSERT(!old->has_times);
	UNIT_ERR(ERR_RENEWAL, renewal_check_time(&rules, old, FROM, NULL));
	cert_free(old);
}

/* --- the key ---------------------------------------------------------------------------------------------------------------- */

static void test_key(void)
{
	static const struct {
		const char *row, *old, *key;
		bool needs_new_key;
		enum err e;
	} rows[] = {
		{ "the same key, where it may be", NULL, NULL, false, ERR_OK },
		{ "the same key", NULL, NULL, true, ERR_RENEWAL_IDENTITY },
		{ "the same P-256 key", "cert/device_p256.key", "cert/device_p256.key", true, ERR_RENEWAL_IDENTITY },
		{ "the same Ed25519 key", "cert/ca_ed25519.key", "cert/ca_ed25519.key", true, ERR_RENEWAL_IDENTITY },
		{ "a new one", "cert/device_p256.key", NULL, true, ERR_OK },
		{ "a new one, where it need not be", "cert/device_p256.key", NULL, false, ERR_OK },
		{ "a new one of the same kind", "cms/client.key", NULL, true, ERR_OK },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ask had = { .key = rows[i].old }, asked = { .key = rows[i].key };
		struct cert *old = make_cert(&had, FROM, FROM + DAYS_90);
		struct csr *csr = make_csr(&asked);
		struct renewal_rules rules = { .is_allowed = true, .needs_new_key = rows[i].needs_new_key };

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].e, renewal_check_key(&rules, old, csr, NULL));
		csr_free(csr);
		cert_free(old);
	}
	unit_row(NULL);
}

/* The old key, put differently. */
static void test_key_disguised(void)
{
	static const char *const algorithms[] = { "300d 06092a864886f70d010101 0500", "300b 06092a864886f70d010101" };
	struct ask had = { .key = NULL };
	struct cert *old = make_cert(&had, FROM, FROM + DAYS_90);
	struct renewal_rules rules = { .is_allowed = true, .needs_new_key = true };

	for (size_t i = 0; i < 4; i++) {
		struct der der = { old->spki }, inside, numbers;
		struct der_element algorithm, bits, n, e;
		struct buf content = { 0 }, key = { 0 }, string = { 0 }, spki = { 0 }, padded = { 0 };
		struct csr *csr = NULL;

		unit_row(i < 2 ? "the algorithm of the key" : "a zero before the modulus");
		UNIT_ERR(ERR_OK, der_enter(&der, DER_SEQUENCE, &inside));
		UNIT_ERR(ERR_OK, der_read(&inside, &algorithm));
		UNIT_ERR(ERR_OK, der_read(&inside, &bits));
		der = (struct der){ bytes_from(bits.value.ptr + 1, bits.value.len - 1) };
		UNIT_ERR(ERR_OK, der_enter(&der, DER_SEQUENCE, &numbers));
		UNIT_ERR(ERR_OK, der_read(&numbers, &n));
		UNIT_ERR(ERR_OK, der_read(&numbers, &e));
		if (i >= 2)
			buf_append(&padded, unit_hex("00"));
		buf_append(&padded, n.value);
		der_put(&content, DER_INTEGER, buf_bytes(&padded));
		buf_append(&content, e.raw);
		der_put(&key, DER_SEQUENCE, buf_bytes(&content));
		buf_append_byte(&string, 0);
		buf_append(&string, buf_bytes(&key));
		buf_reset(&content);
		buf_append(&content, unit_hex(algorithms[i % 2]));
		der_put(&content, DER_BIT_STRING, buf_bytes(&string));
		der_put(&spki, DER_SEQUENCE, buf_bytes(&content));
		if (wrap_request(old->subject, buf_bytes(&spki), bytes_from(NULL, 0), &csr) == ERR_OK)
			UNIT_ERR(ERR_RENEWAL_IDENTITY, renewal_check_key(&rules, old, csr, NULL));
		CU_ASSERT(csr != NULL || i >= 2);
		csr_free(csr);
		buf_clear(&content);
		buf_clear(&key);
		buf_clear(&string);
		buf_clear(&spki);
		buf_clear(&padded);
	}
	unit_row(NULL);
	cert_free(old);
}

static const struct unit_case cases[] = {
	{ "a window is any time, days or a percentage, and nothing else", test_window_text },
	{ "the time is reckoned in seconds, to the second (RFC 5280 section 4.1.2.5)", test_time },
	{ "a certificate whose validity cannot be read is not renewed", test_time_unknown },
	{ "a new key is another key", test_key },
	{ "a key that is only encoded otherwise is not new", test_key_disguised },
};

UNIT_MAIN("policy/renewal", cases)
