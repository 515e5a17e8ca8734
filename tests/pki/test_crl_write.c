#include <config.h>

#include "pki/crl.h"

#include <stdlib.h>
#include <string.h>

#include "pki/ber.h"
#include "pki/der.h"
#include "support/unit.h"

enum { NOW = 1763000000, THEN = NOW + 86400 };

struct ca {
	struct cert *cert;
	struct key *key;
};

static struct ca load_ca(const char *name)
{
	struct ca ca = { NULL, NULL };
	char path[64];

	snprintf(path, sizeof path, "cert/%s.pem", name);
	UNIT_ERR(ERR_OK, cert_parse_pem(unit_vector(path), &ca.cert, NULL));
	snprintf(path, sizeof path, "cert/%s.key", name);
	UNIT_ERR(ERR_OK, key_parse_pem(unit_vector(path), &ca.key, NULL));
	if (ca.cert == NULL || ca.key == NULL)
		abort();
	return ca;
}

static void ca_clear(struct ca *ca)
{
	cert_free(ca->cert);
	key_free(ca->key);
}

/* Entries that are made up as they are asked for. */
struct maker {
	size_t count, at;
	size_t walks;
	size_t change_in_walk;   /* from this walk on something is different; 0: never */
	size_t fail_in_walk;     /* next fails */
	bool fail_rewind;
	uint8_t serial[17];
};

static enum err maker_next(void *context, struct crl_entry *out, struct why *why)
{
	struct maker *maker = context;
	size_t i = maker->at;

	if (maker->fail_in_walk == maker->walks)
		return why_set(why, ERR_DB, "the cursor is gone");
	if (i == maker->count)
		return ERR_NOT_FOUND;
	maker->at++;
	/* Of different lengths, with and without reason. */
	memset(maker->serial, 0x11, sizeof maker->serial);
	maker->serial[0] = 0x40;
	maker->serial[1] = (uint8_t)(i >> 16);
	maker->serial[2] = (uint8_t)(i >> 8);
	maker->serial[3] = (uint8_t)i;
	*out = (struct crl_entry){ bytes_from(maker->serial, 4 + i % 13), NOW - (int64_t)i, i % 3 == 0 ? CRL_REASON_UNSPECIFIED : CRL_REASON_SUPERSEDED };
	if (maker->change_in_walk != 0 && maker->walks >= maker->change_in_walk && i == 1)
		out->revoked_at_utc++;
	return ERR_OK;
}

static enum err maker_rewind(void *context, struct why *why)
{
	struct maker *maker = context;

	if (maker->fail_rewind)
		return why_set(why, ERR_DB, "the cursor does not go back");
	maker->at = 0;
	maker->walks++;
	return ERR_OK;
}

static struct crl_source source_of(struct maker *maker)
{
	maker->walks = 1;
	return (struct crl_source){ maker_next, maker_rewind, maker };
}

/* Takes pieces, and says how they came. */
struct taker {
	struct buf all;
	size_t pieces;
	size_t last_len;
	bool has_short_one;      /* before the last */
	size_t fail_at;          /* this piece, counted from 1, is refused */
	enum err error;
};

static enum err taker_write(void *context, struct bytes piece, struct why *why)
{
	struct taker *taker = context;

	taker->pieces++;
	if (taker->fail_at == taker->pieces)
		return why_set(why, taker->error, "the disk is full");
	if (taker->pieces > 1 && taker->last_len != CRL_PIECE_LEN)
		taker->has_short_one = true;
	taker->last_len = piece.len;
	return buf_append(&taker->all, piece);
}

static const char *const cas[] = { "ca_rsa", "ca_p384", "ca_ed25519" };

static void streaming(void)
{
	static const size_t counts[] = { 0, 1, 2, 3, 4, 127, 1000, 10000 };

	for (size_t i = 0; i < sizeof cas / sizeof cas[0]; i++) {
		struct ca ca = load_ca(cas[i]);

		for (size_t j = 0; j < sizeof counts / sizeof counts[0]; j++) {
			struct crl_template template = { .number = 5, .this_update_utc = NOW, .next_update_utc = THEN };
			struct maker maker = { .count = counts[j] };
			struct crl_source source = source_of(&maker);
			struct taker taker = { 0 };
			struct crl_sink sink = { taker_write, &taker };
			struct buf normal = { 0 };
			struct crl_entry entry;
			struct crl *crl = NULL;
			struct bytes rest;
			size_t count = 99, n = 0;

			unit_row(cas[i]);
			UNIT_ERR(ERR_OK, crl_write(&template, &source, ca.cert, ca.key, &sink, &count, NULL));
			CU_ASSERT_EQUAL(count, counts[j]);
			CU_ASSERT_FALSE(taker.has_short_one);
			CU_ASSERT_EQUAL(taker.pieces, (taker.all.len + CRL_PIECE_LEN - 1) / CRL_PIECE_LEN);
			UNIT_ERR(ERR_OK, crl_parse(buf_bytes(&taker.all), &crl, NULL));
			CU_ASSERT_PTR_NOT_NULL_FATAL(crl);
			UNIT_ERR(ERR_OK, crl_verify(crl, ca.cert, NULL));
			CU_ASSERT_EQUAL(crl->revoked_count, counts[j]);
			if (counts[j] <= 127) { /* which is what the gate lets through */
				UNIT_ERR(ERR_OK, ber_normalise(buf_bytes(&taker.all), &normal, NULL, NULL));
				UNIT_BYTES(buf_bytes(&normal), buf_bytes(&taker.all));
			}
			maker.at = 0;
			for (rest = crl->revoked; crl_next_entry(&rest, &entry); n++) {
				struct crl_entry made;

				CU_ASSERT_EQUAL_FATAL(maker_next(&maker, &made, NULL), ERR_OK);
				CU_ASSERT_TRUE(bytes_is_equal(made.serial, entry.serial) && made.reason == entry.reason && made.revoked_at_utc == entry.revoked_at_utc);
			}
			CU_ASSERT_EQUAL(n, counts[j]);
			crl_free(crl);
			buf_clear(&taker.all);
			buf_clear(&normal);
		}
		ca_clear(&ca);
	}
}

static void failures(void)
{
	static const struct {
		const char *name;
		struct maker maker;
		size_t sink_fails_at;
		enum err sink_error, expected;
	} rows[] = {
		{ "in order", { .count = 5000 }, 0, ERR_OK, ERR_OK },
		{ "the list changes between the walks", { .count = 5000, .change_in_walk = 2 }, 0, ERR_OK, ERR_OK /* same length: signed as it went out */ },
		{ "the cursor fails in the first walk", { .count = 5000, .fail_in_walk = 1 }, 0, ERR_OK, ERR_DB },
		{ "the cursor fails in the second walk", { .count = 5000, .fail_in_walk = 2 }, 0, ERR_OK, ERR_DB },
		{ "the cursor does not go back", { .count = 5000, .fail_rewind = true }, 0, ERR_OK, ERR_DB },
		{ "the sink fails at once", { .count = 5000 }, 1, ERR_DB, ERR_DB },
		{ "the sink fails later", { .count = 5000 }, 2, ERR_DB, ERR_DB },
		{ "the sink fails with what a source says at its end", { .count = 5000 }, 2, ERR_NOT_FOUND, ERR_INTERNAL },
	};
	struct ca ca = load_ca("ca_rsa");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct crl_template template = { .number = 5, .this_update_utc = NOW, .next_update_utc = THEN };
		struct maker maker = rows[i].maker;
		struct crl_source source = source_of(&maker);
		struct taker taker = { .fail_at = rows[i].sink_fails_at, .error = rows[i].sink_error };
		struct crl_sink sink = { taker_write, &taker };
		size_t count = 99;

		unit_row(rows[i].name);
		UNIT_ERR(rows[i].expected, crl_write(&template, &source, ca.cert, ca.key, &sink, &count, NULL));
		CU_ASSERT_EQUAL(count, rows[i].expected == ERR_OK ? 5000 : 99);
		buf_clear(&taker.all);
	}
	ca_clear(&ca);
}

/* What was signed must be what went out. */
static void changes(void)
{
	static const struct {
		const char *ca;
		size_t change_in_walk;
		bool another_count;
		enum err expected;
	} rows[] = {
		{ "ca_p384", 2, false, ERR_OK }, { "ca_p384", 3, false, ERR_CONFLICT }, { "ca_p384", 2, true, ERR_CONFLICT }, { "ca_rsa", 2, true, ERR_CONFLICT },
		{ "ca_ed25519", 2, false, ERR_OK }, { "ca_ed25519", 2, true, ERR_CONFLICT },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct crl_template template = { .number = 5, .this_update_utc = NOW, .next_update_utc = THEN };
		struct maker maker = { .count = 10, .change_in_walk = rows[i].change_in_walk };
		struct crl_source source = source_of(&maker);
		struct taker taker = { 0 };
		struct crl_sink sink = { taker_write, &taker };
		struct ca ca = load_ca(rows[i].ca);
		struct crl *crl = NULL;

		unit_row(rows[i].ca);
		/* Nine where there were ten: told by a walk that begins in the middle. */
		if (rows[i].another_count)
			maker.at = 1;
		UNIT_ERR(rows[i].expected, crl_write(&template, &source, ca.cert, ca.key, &sink, NULL, NULL));
		if (rows[i].expected == ERR_OK) {
			UNIT_ERR(ERR_OK, crl_parse(buf_bytes(&taker.all), &crl, NULL));
			UNIT_ERR(ERR_OK, crl_verify(crl, ca.cert, NULL));
		}
		crl_free(crl);
		buf_clear(&taker.all);
		ca_clear(&ca);
	}
}

static const struct bytes urls[] = { { (const uint8_t *)"http://crl.example/a.crl", 24 }, { (const uint8_t *)"ldap://crl.example/cn=a", 23 } };
static const struct bytes bad_url[] = { { (const uint8_t *)"http://crl.example/a b", 22 } };
static const struct crl_entry held[] = {
	{ { (const uint8_t *)"\x05", 1 }, NOW - 5, CRL_REASON_CERTIFICATE_HOLD }, { { (const uint8_t *)"\x06", 1 }, NOW - 6, CRL_REASON_REMOVE_FROM_CRL },
};

static void kinds(void)
{
	const struct {
		const char *name;
		struct crl_template template;
		enum err expected;
	} rows[] = {
		{ "complete", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .entries = held, .count = 1 }, ERR_OK },
		{ "complete, with a delta elsewhere", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .entries = held, .count = 1, .delta_urls = { urls, 2 } }, ERR_OK },
		{ "complete, with removeFromCRL", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .entries = held, .count = 2 }, ERR_VALUE },
		{ "delta", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .entries = held, .count = 2, .is_delta = true, .base_number = 6 }, ERR_OK },
		{ "delta from the first", { .number = 1, .this_update_utc = NOW, .next_update_utc = THEN, .is_delta = true, .base_number = 0 }, ERR_OK },
		{ "delta of itself", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .is_delta = true, .base_number = 7 }, ERR_VALUE },
		{ "delta that tells of deltas", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .is_delta = true, .base_number = 6, .delta_urls = { urls, 1 } }, ERR_VALUE },
		{ "partition", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .entries = held, .count = 1, .scope = { { urls, 2 }, true, false } }, ERR_OK },
		{ "partition, delta", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .entries = held, .count = 2, .is_delta = true, .base_number = 6, .scope = { { urls, 1 }, false, false } }, ERR_OK },
		{ "CA certificates", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .scope = { { NULL, 0 }, false, true } }, ERR_OK },
		{ "both kinds alone", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .scope = { { NULL, 0 }, true, true } }, ERR_VALUE },
		{ "a URL with a blank", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .scope = { { bad_url, 1 }, false, false } }, ERR_VALUE },
		{ "a URL with a blank, of the delta", { .number = 7, .this_update_utc = NOW, .next_update_utc = THEN, .delta_urls = { bad_url, 1 } }, ERR_VALUE },
	};
	struct ca ca = load_ca("ca_rsa");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct crl_template *template = &rows[i].template;
		struct buf der = { 0 };
		struct crl *crl = NULL;

		unit_row(rows[i].name);
		UNIT_ERR(ERR_OK, buf_append_str(&der, "before"));
		UNIT_ERR(rows[i].expected, crl_sign(template, ca.cert, ca.key, &der, NULL));
		if (rows[i].expected != ERR_OK) {
			UNIT_BYTES(bytes_from_str("before"), buf_bytes(&der));
			buf_clear(&der);
			continue;
		}
		UNIT_ERR(ERR_OK, crl_parse(bytes_from(der.ptr + 6, der.len - 6), &crl, NULL));
		CU_ASSERT_PTR_NOT_NULL_FATAL(crl);
		UNIT_ERR(ERR_OK, crl_verify(crl, ca.cert, NULL));
		CU_ASSERT_FALSE(crl->has_unknown_critical);
		CU_ASSERT_EQUAL(crl->is_delta, template->is_delta);
		CU_ASSERT_EQUAL(crl->is_delta, crl->base_number.len == 1 && crl->base_number.ptr[0] == template->base_number);
		CU_ASSERT_EQUAL(crl->has_scope, template->scope.urls.count > 0 || template->scope.only_ca_certs);
		CU_ASSERT_EQUAL(crl->only_user_certs, template->scope.only_user_certs);
		CU_ASSERT_EQUAL(crl->only_ca_certs, template->scope.only_ca_certs);
		CU_ASSERT_EQUAL(crl->revoked_count, template->count);
		for (size_t j = 0; j < template->scope.urls.count; j++) {
			struct der names = { crl->scope_names };
			struct der_element name = { 0 };

			for (size_t k = 0; k <= j; k++)
				UNIT_ERR(ERR_OK, der_read_tag(&names, DER_CONTEXT(6), &name));
			UNIT_BYTES(urls[j], name.value);
			CU_ASSERT_EQUAL(der_is_end(&names), j + 1 == template->scope.urls.count);
		}
		crl_free(crl);
		buf_clear(&der);
	}
	ca_clear(&ca);
}

static const struct unit_case cases[] = {
	{ "entries from a source go into pieces, signed by every kind of key (RFC 5280 section 5.1)", streaming },
	{ "errors of source and sink end the writing", failures },
	{ "a list that changes while it is walked is signed as it goes out, or not at all", changes },
	{ "deltas, partitions and pointers to deltas (RFC 5280 sections 5.2.4 to 5.2.6)", kinds },
};

UNIT_MAIN("pki/crl_write", cases)
