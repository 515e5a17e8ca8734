#include <config.h>

#include "pki/crl.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pki/ber.h"
#include "pki/cms_reframe.h"
#include "pki/cms_signed.h"
#include "pki/der.h"
#include "support/identity.h"
#include "support/unit.h"

#define NOW INT64_C(1795305600) /* 2026-11-22 */
#define THEN INT64_C(1797897600) /* 2026-12-22 */

static struct identity load_ca(const char *name)
{
	struct identity ca = { 0 };
	char path[64];

	snprintf(path, sizeof path, "cert/%s.pem", name);
	if (cert_parse_pem(unit_vector(path), &ca.cert, NULL) != ERR_OK)
		abort();
	snprintf(path, sizeof path, "cert/%s.key", strcmp(name, "ca_without_ski") == 0 ? "ca_rsa" : name);
	if (key_parse_pem(unit_vector(path), &ca.key, NULL) != ERR_OK)
		abort();
	return ca;
}

/* --- reading --- */

static void test_foreign(void)
{
	static const struct {
		const char *file, *ca, *number;
		size_t count;
		bool has_authority_key_id, has_scope;
	} rows[] = {
		{ "crl/openssl_rsa.der", "ca_rsa", "0100", 3, true, false },
		{ "crl/openssl_v1.der", "ca_p384", "", 3, false, false },
		{ "crl/openssl_partial.der", "ca_rsa", "0102", 3, false, true },
		{ "crl/gnutls_ed25519.der", "ca_ed25519", "05", 0, true, false },
		{ "crl/made_rsa.der", "ca_rsa", "00ffffffffffffffff", 4, true, false },
		{ "crl/made_ed25519.der", "ca_ed25519", "01", 0, true, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct identity ca = load_ca(rows[i].ca), other = load_ca(i == 3 || i == 5 ? "ca_rsa" : "ca_ed25519");
		struct crl *crl = NULL;

		unit_row(rows[i].file);
		UNIT_ERR(ERR_OK, crl_parse(unit_vector(rows[i].file), &crl, NULL));
		CU_ASSERT_PTR_NOT_NULL_FATAL(crl);
		UNIT_BYTES(ca.cert->subject, crl->issuer);
		CU_ASSERT_EQUAL(crl->this_update_utc, NOW);
		CU_ASSERT_TRUE(crl->has_next_update);
		CU_ASSERT_EQUAL(crl->next_update_utc, THEN);
		CU_ASSERT_EQUAL(crl->revoked_count, rows[i].count);
		CU_ASSERT_FALSE(crl->has_unknown_critical);
		CU_ASSERT_EQUAL(crl->has_scope, rows[i].has_scope);
		CU_ASSERT_EQUAL(crl->only_ca_certs, rows[i].has_scope);
		CU_ASSERT_FALSE(crl->only_user_certs);
		CU_ASSERT_FALSE(crl->is_delta);
		CU_ASSERT_EQUAL(crl->authority_key_id.len > 0, rows[i].has_authority_key_id);
		if (rows[i].has_authority_key_id)
			UNIT_BYTES(ca.cert->subject_key_id, crl->authority_key_id);
		UNIT_BYTES(unit_hex(rows[i].number), crl->number);
		UNIT_ERR(ERR_OK, crl_verify(crl, ca.cert, NULL));
		UNIT_ERR(ERR_CMS_SIGNATURE, crl_verify(crl, other.cert, NULL));
		crl_free(crl);
		identity_clear(&ca);
		identity_clear(&other);
	}
}

static void test_find(void)
{
	static const struct {
		const char *serial;
		enum err expected;
		enum crl_reason reason;
		int64_t revoked_at_utc;
	} rows[] = {
		{ "01", ERR_OK, CRL_REASON_KEY_COMPROMISE, 1793527872 },
		{ "7f00000000000000000000000000000000000001", ERR_OK, CRL_REASON_UNSPECIFIED, 1793614272 },
		{ "0080", ERR_OK, CRL_REASON_SUPERSEDED, 1793700672 },
		{ "80", ERR_NOT_FOUND, CRL_REASON_UNSPECIFIED, 0 },
		{ "0001", ERR_NOT_FOUND, CRL_REASON_UNSPECIFIED, 0 },
		{ "02", ERR_NOT_FOUND, CRL_REASON_UNSPECIFIED, 0 },
		{ "", ERR_NOT_FOUND, CRL_REASON_UNSPECIFIED, 0 },
	};
	struct crl *crl = NULL, *empty = NULL;

	UNIT_ERR(ERR_OK, crl_parse(unit_vector("crl/openssl_rsa.der"), &crl, NULL));
	UNIT_ERR(ERR_OK, crl_parse(unit_vector("crl/gnutls_ed25519.der"), &empty, NULL));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct crl_entry entry = { .reason = CRL_REASON_UNSPECIFIED };

		unit_row(rows[i].serial);
		UNIT_ERR(rows[i].expected, crl_find(crl, unit_hex(rows[i].serial), &entry));
		CU_ASSERT_EQUAL(entry.reason, rows[i].reason);
		CU_ASSERT_EQUAL(entry.revoked_at_utc, rows[i].revoked_at_utc);
		UNIT_ERR(rows[i].expected, crl_find(crl, unit_hex(rows[i].serial), NULL));
		UNIT_ERR(ERR_NOT_FOUND, crl_find(empty, unit_hex(rows[i].serial), NULL));
	}
	crl_free(crl);
	crl_free(empty);
}

/* --- lists put together by hand; the signature is nonsense --- */

#define ALGORITHM "3005 0603 2b6570"
#define ISSUER "300c 310a 3008 0603550403 0c0161"
#define TIMES "170d 3236313132323030303030305a 170d 3236313232323030303030305a"
#define DATE "170d 3236313130313130313131325a"

/* Append a CertificateList around the content of a TBSCertList, in hexadecimal. */
static void build(const char *tbs_hex, const char *outer_algorithm, struct buf *out)
{
	struct buf inner = { 0 };

	der_put(&inner, DER_SEQUENCE, unit_hex(tbs_hex));
	buf_append(&inner, unit_hex(outer_algorithm));
	buf_append(&inner, unit_hex("0302 00aa"));
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
}

static const struct {
	const char *name, *tbs, *algorithm;
	enum err expected;
} shapes[] = {
	{ "version 1, nothing optional", ALGORITHM ISSUER "170d 3236313132323030303030305a", ALGORITHM, ERR_OK },
	{ "version 2", "020101" ALGORITHM ISSUER TIMES, ALGORITHM, ERR_OK },
	{ "GeneralizedTime", "020101" ALGORITHM ISSUER "180f 32303531313132323030303030305a 180f 32303531313232323030303030305a", ALGORITHM, ERR_OK },
	{ "an empty list of entries", "020101" ALGORITHM ISSUER TIMES "3000", ALGORITHM, ERR_OK },
	{ "an entry", "020101" ALGORITHM ISSUER TIMES "3014 3012 020105" DATE, ALGORITHM, ERR_OK },
	{ "an unknown reason", "020101" ALGORITHM ISSUER TIMES "3022 3020 020105" DATE "300c 300a 0603551d15 0403 0a0107", ALGORITHM, ERR_OK },
	{ "no issuer", "020101" ALGORITHM TIMES, ALGORITHM, ERR_CRL_SYNTAX },
	{ "issuer that is no name", "020101" ALGORITHM "3003 020101" TIMES, ALGORITHM, ERR_CRL_SYNTAX },
	{ "no thisUpdate", "020101" ALGORITHM ISSUER, ALGORITHM, ERR_CRL_SYNTAX },
	{ "thisUpdate of another form", "020101" ALGORITHM ISSUER "1703 323631", ALGORITHM, ERR_CRL_SYNTAX },
	{ "nextUpdate of another form", "020101" ALGORITHM ISSUER "170d 3236313132323030303030305a 1700", ALGORITHM, ERR_CRL_SYNTAX },
	{ "two algorithms", "020101" ALGORITHM ISSUER TIMES, "3005 0603 2b6571", ERR_CRL_SYNTAX },
	{ "an entry without date", "020101" ALGORITHM ISSUER TIMES "3005 3003 020105", ALGORITHM, ERR_CRL_SYNTAX },
	{ "an entry without serial number", "020101" ALGORITHM ISSUER TIMES "3011 300f" DATE, ALGORITHM, ERR_CRL_SYNTAX },
	{ "a serial number without octets", "020101" ALGORITHM ISSUER TIMES "3013 3011 0200" DATE, ALGORITHM, ERR_CRL_SYNTAX },
	{ "something behind an entry", "020101" ALGORITHM ISSUER TIMES "3016 3014 020105" DATE "0500", ALGORITHM, ERR_CRL_SYNTAX },
	{ "a reason of another type", "020101" ALGORITHM ISSUER TIMES "3022 3020 020105" DATE "300c 300a 0603551d15 0403 020101", ALGORITHM, ERR_CRL_SYNTAX },
	{ "a reason of two octets", "020101" ALGORITHM ISSUER TIMES "3023 3021 020105" DATE "300d 300b 0603551d15 0404 0a020001", ALGORITHM, ERR_CRL_SYNTAX },
	{ "an entry's extension that is none", "020101" ALGORITHM ISSUER TIMES "3018 3016 020105" DATE "3002 0500", ALGORITHM, ERR_CRL_SYNTAX },
	{ "number 0", "020101" ALGORITHM ISSUER TIMES "a00e 300c 300a 0603551d14 0403 020100", ALGORITHM, ERR_OK },
	{ "number of 20 octets, and a sign", "020101" ALGORITHM ISSUER TIMES "a022 3020 301e 0603551d14 0417 0215 00ffffffffffffffffffffffffffffffffffffffff", ALGORITHM, ERR_OK },
	{ "number of 22 octets", "020101" ALGORITHM ISSUER TIMES "a023 3021 301f 0603551d14 0418 0216 00ffffffffffffffffffffffffffffffffffffffffff", ALGORITHM, ERR_CRL_SYNTAX },
	{ "a negative number", "020101" ALGORITHM ISSUER TIMES "a00e 300c 300a 0603551d14 0403 0201ff", ALGORITHM, ERR_CRL_SYNTAX },
	{ "a number without octets", "020101" ALGORITHM ISSUER TIMES "a00d 300b 3009 0603551d14 0402 0200", ALGORITHM, ERR_CRL_SYNTAX },
	{ "two numbers", "020101" ALGORITHM ISSUER TIMES "a01a 3018 300a 0603551d14 0403 020100 300a 0603551d14 0403 020100", ALGORITHM, ERR_CRL_SYNTAX },
	{ "extensions that are none", "020101" ALGORITHM ISSUER TIMES "a004 3002 0500", ALGORITHM, ERR_CRL_SYNTAX },
	{ "something behind the extensions", "020101" ALGORITHM ISSUER TIMES "a00e 300c 300a 0603551d14 0403 020100 0500", ALGORITHM, ERR_CRL_SYNTAX },
};

static void test_shapes(void)
{
	for (size_t i = 0; i < sizeof shapes / sizeof shapes[0]; i++) {
		struct crl *crl = NULL;
		struct buf der = { 0 };
		struct why why = { 0 };

		unit_row(shapes[i].name);
		build(shapes[i].tbs, shapes[i].algorithm, &der);
		UNIT_ERR(shapes[i].expected, crl_parse(buf_bytes(&der), &crl, &why));
		CU_ASSERT_EQUAL(shapes[i].expected == ERR_OK, crl != NULL && why.text[0] == '\0');
		crl_free(crl);
		/* One element, and nothing behind it. */
		buf_append_byte(&der, 0);
		crl = NULL;
		UNIT_ERR(ERR_CRL_SYNTAX, crl_parse(buf_bytes(&der), &crl, NULL));
		CU_ASSERT_PTR_NULL(crl);
		buf_clear(&der);
	}
}

static void test_critical(void)
{
	static const struct {
		const char *name, *tbs;
		bool has_unknown_critical;
	} rows[] = {
		{ "critical number", "020101" ALGORITHM ISSUER TIMES "a011 300f 300d 0603551d14 0101ff 0403 020100", false },
		{ "critical and unknown", "020101" ALGORITHM ISSUER TIMES "a00d 300b 3009 06022a03 0101ff 0400", true },
		{ "unknown", "020101" ALGORITHM ISSUER TIMES "a00a 3008 3006 06022a03 0400", false },
		{ "of some reasons alone", "020101" ALGORITHM ISSUER TIMES "a015 3013 3011 0603551d1c 0101ff 0407 3005 8303 000000", true },
		{ "indirect", "020101" ALGORITHM ISSUER TIMES "a013 3011 300f 0603551d1c 0101ff 0405 3003 8401ff", true },
		{ "of attribute certificates", "020101" ALGORITHM ISSUER TIMES "a013 3011 300f 0603551d1c 0101ff 0405 3003 8501ff", true },
		{ "neither of them, said in full", "020101" ALGORITHM ISSUER TIMES "a016 3014 3012 0603551d1c 0101ff 0408 3006 840100 850100", false },
		{ "a name relative to the issuer's", "020101" ALGORITHM ISSUER TIMES "a014 3012 3010 0603551d1c 0101ff 0406 3004 a002 a100", true },
		{ "critical certificateIssuer in an entry", "020101" ALGORITHM ISSUER TIMES "3022 3020 020105" DATE "300c 300a 0603551d1d 0101ff 0400", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct crl *crl = NULL;
		struct buf der = { 0 };

		unit_row(rows[i].name);
		build(rows[i].tbs, ALGORITHM, &der);
		UNIT_ERR(ERR_OK, crl_parse(buf_bytes(&der), &crl, NULL));
		CU_ASSERT_PTR_NOT_NULL_FATAL(crl);
		CU_ASSERT_EQUAL(crl->has_unknown_critical, rows[i].has_unknown_critical);
		crl_free(crl);
		buf_clear(&der);
	}
}

/* --- writing --- */

static const uint8_t long_serial[] = { 0x7f, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 1 };
static const struct crl_entry entries[] = {
	{ { (const uint8_t *)"\x01", 1 }, NOW - 86400, CRL_REASON_KEY_COMPROMISE },
	{ { long_serial, sizeof long_serial }, NOW - 3600, CRL_REASON_UNSPECIFIED },
	{ { (const uint8_t *)"\x00\x80", 2 }, NOW - 1, CRL_REASON_AA_COMPROMISE },
	{ { (const uint8_t *)"\x7f", 1 }, NOW, CRL_REASON_CERTIFICATE_HOLD },
};

static void test_sign(void)
{
	static const struct {
		const char *ca;
		uint64_t number;
		size_t count;
		const char *file;
	} rows[] = {
		{ "ca_rsa", UINT64_MAX, 4, "crl/made_rsa.der" }, { "ca_ed25519", 1, 0, "crl/made_ed25519.der" }, { "ca_p384", 0, 1, NULL }, { "ca_without_ski", 128, 2, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct crl_template template = { .number = rows[i].number, .this_update_utc = NOW, .next_update_utc = THEN, .entries = entries, .count = rows[i].count };
		struct identity ca = load_ca(rows[i].ca);
		struct buf der = { 0 }, framed = { 0 };
		struct crl *crl = NULL;

		unit_row(rows[i].ca);
		UNIT_ERR(ERR_OK, crl_sign(&template, ca.cert, ca.key, &der, NULL));
		if (rows[i].file != NULL)
			UNIT_BYTES(unit_vector(rows[i].file), buf_bytes(&der));
		UNIT_ERR(ERR_OK, ber_normalise(buf_bytes(&der), &framed, NULL, NULL));
		UNIT_BYTES(buf_bytes(&der), buf_bytes(&framed));
		UNIT_ERR(ERR_OK, crl_parse(buf_bytes(&der), &crl, NULL));
		CU_ASSERT_PTR_NOT_NULL_FATAL(crl);
		UNIT_ERR(ERR_OK, crl_verify(crl, ca.cert, NULL));
		CU_ASSERT_EQUAL(crl->revoked_count, rows[i].count);
		CU_ASSERT_EQUAL(crl->authority_key_id.len, 20);
		for (size_t j = 0; j < rows[i].count; j++) {
			struct crl_entry entry;

			UNIT_ERR(ERR_OK, crl_find(crl, entries[j].serial, &entry));
			CU_ASSERT_EQUAL(entry.reason, entries[j].reason);
			CU_ASSERT_EQUAL(entry.revoked_at_utc, entries[j].revoked_at_utc);
		}
		crl_free(crl);
		buf_clear(&der);
		buf_clear(&framed);
		identity_clear(&ca);
	}
}

static void test_sign_refused(void)
{
	static const uint8_t serial_of_65[CERT_MAX_SERIAL_LEN + 1] = { 1 };
	const struct {
		const char *name;
		int64_t next_update_utc;
		struct crl_entry entry;
		enum err expected;
	} rows[] = {
		{ "in order", NOW + 1, { { long_serial, 1 }, NOW, CRL_REASON_UNSPECIFIED }, ERR_OK },
		{ "serial number of 64 octets", NOW + 1, { { serial_of_65, CERT_MAX_SERIAL_LEN }, NOW, CRL_REASON_UNSPECIFIED }, ERR_OK },
		{ "nextUpdate is thisUpdate", NOW, { { long_serial, 1 }, NOW, CRL_REASON_UNSPECIFIED }, ERR_VALUE },
		{ "no serial number", NOW + 1, { { NULL, 0 }, NOW, CRL_REASON_UNSPECIFIED }, ERR_VALUE },
		{ "serial number of 65 octets", NOW + 1, { { serial_of_65, sizeof serial_of_65 }, NOW, CRL_REASON_UNSPECIFIED }, ERR_VALUE },
		{ "negative serial number", NOW + 1, { unit_hex("80"), NOW, CRL_REASON_UNSPECIFIED }, ERR_VALUE },
		{ "serial number zero", NOW + 1, { unit_hex("00"), NOW, CRL_REASON_UNSPECIFIED }, ERR_VALUE },
		{ "serial number with a needless zero", NOW + 1, { unit_hex("0001"), NOW, CRL_REASON_UNSPECIFIED }, ERR_VALUE },
		{ "removeFromCRL", NOW + 1, { { long_serial, 1 }, NOW, CRL_REASON_REMOVE_FROM_CRL }, ERR_VALUE },
		{ "reason 7", NOW + 1, { { long_serial, 1 }, NOW, (enum crl_reason)7 }, ERR_VALUE },
		{ "reason 11", NOW + 1, { { long_serial, 1 }, NOW, (enum crl_reason)11 }, ERR_VALUE },
	};
	const struct crl_template empty = { .number = 1, .this_update_utc = NOW, .next_update_utc = THEN };
	struct identity ca = load_ca("ca_rsa"), other = load_ca("ca_p384"), client = identity_load("client");
	struct buf der = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct crl_template template = { .number = 1, .this_update_utc = NOW, .next_update_utc = rows[i].next_update_utc, .entries = &rows[i].entry, .count = 1 };

		unit_row(rows[i].name);
		buf_reset(&der);
		UNIT_ERR(rows[i].expected, crl_sign(&template, ca.cert, ca.key, &der, NULL));
		CU_ASSERT_EQUAL(rows[i].expected == ERR_OK, der.len > 0);
	}
	unit_row(NULL);
	buf_reset(&der);
	UNIT_ERR(ERR_KEY, crl_sign(&empty, ca.cert, other.key, &der, NULL));
	/* Whose key usage does not have cRLSign. */
	client.cert->has_key_usage = true;
	client.cert->key_usage = KEY_USAGE_DIGITAL_SIGNATURE;
	UNIT_ERR(ERR_VALUE, crl_sign(&empty, client.cert, client.key, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	buf_clear(&der);
	identity_clear(&ca);
	identity_clear(&other);
	identity_clear(&client);
}

static void test_reasons(void)
{
	static const char *const names[] = { "unspecified", "keyCompromise", "cACompromise", "affiliationChanged", "superseded", "cessationOfOperation", "certificateHold", NULL,
		"removeFromCRL", "privilegeWithdrawn", "aACompromise" };
	enum crl_reason reason = CRL_REASON_SUPERSEDED;

	for (int i = 0; i < (int)(sizeof names / sizeof names[0]); i++) {
		if (names[i] == NULL) {
			CU_ASSERT_PTR_NULL(crl_reason_name(i));
			continue;
		}
		CU_ASSERT_STRING_EQUAL(names[i], crl_reason_name(i));
		CU_ASSERT_TRUE(crl_reason_from_name(bytes_from_str(names[i]), &reason));
		CU_ASSERT_EQUAL(i, (int)reason);
	}
	CU_ASSERT_TRUE(crl_reason_from_name(bytes_from_str("KEYCOMPROMISE"), &reason));
	CU_ASSERT_EQUAL(CRL_REASON_KEY_COMPROMISE, reason);
	CU_ASSERT_FALSE(crl_reason_from_name(bytes_from_str("key"), &reason));
	CU_ASSERT_FALSE(crl_reason_from_name(bytes_from_str(""), &reason));
	CU_ASSERT_PTR_NULL(crl_reason_name(-1));
	CU_ASSERT_PTR_NULL(crl_reason_name(11));
}

/* A list of so many entries; their serial numbers count up. */
static void sign_large(const struct identity *ca, size_t count, struct buf *der)
{
	struct crl_entry *list = calloc(count, sizeof *list);
	uint8_t (*serials)[4] = calloc(count, sizeof *serials);

	if (list == NULL || serials == NULL)
		abort();
	for (size_t i = 0; i < count; i++) {
		const uint8_t serial[4] = { 0x40, (uint8_t)(i >> 16), (uint8_t)(i >> 8), (uint8_t)i };

		memcpy(serials[i], serial, sizeof serial);
		list[i] = (struct crl_entry){ bytes_from(serials[i], sizeof serials[i]), NOW, CRL_REASON_SUPERSEDED };
	}
	UNIT_ERR(ERR_OK, crl_sign(&(struct crl_template){ .number = 1, .this_update_utc = NOW, .next_update_utc = THEN, .entries = list, .count = count }, ca->cert, ca->key, der, NULL));
	free(list);
	free(serials);
}

static double seconds_to_sign(const struct identity *ca, size_t count)
{
	struct timespec from, to;
	struct buf der = { 0 };

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &from);
	sign_large(ca, count, &der);
	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &to);
	buf_clear(&der);
	return (double)(to.tv_sec - from.tv_sec) + (double)(to.tv_nsec - from.tv_nsec) / 1e9;
}

static void test_large(void)
{
	struct identity ca = load_ca("ca_p384");
	struct buf der = { 0 };
	struct crl *crl = NULL;
	double few, many;

	sign_large(&ca, 50000, &der);
	UNIT_ERR(ERR_OK, crl_parse(buf_bytes(&der), &crl, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(crl);
	CU_ASSERT_EQUAL(crl->revoked_count, 50000);
	UNIT_ERR(ERR_OK, crl_find(crl, unit_hex("4000c34f"), NULL));
	UNIT_ERR(ERR_NOT_FOUND, crl_find(crl, unit_hex("4000c350"), NULL));
	UNIT_ERR(ERR_OK, crl_verify(crl, ca.cert, NULL));
	crl_free(crl);
	buf_clear(&der);
	/* Eight times as many take eight times as long, and not sixty-four times. */
	few = seconds_to_sign(&ca, 10000);
	many = seconds_to_sign(&ca, 80000);
	CU_ASSERT(many < 32 * few);
	identity_clear(&ca);
}

/* --- the message that carries one --- */

static void test_crl_only(void)
{
	struct bytes tiny = unit_hex("3000"), crl;
	struct buf message = { 0 }, der = { 0 }, ber = { 0 };

	UNIT_ERR(ERR_OK, cms_crl_only_encode(tiny, &message, NULL));
	/* version 1, no digest algorithms, id-data without content, no certificates, the CRL, no signers */
	UNIT_BYTES(unit_hex("3027 06092a864886f70d010702 a01a 3018 020101 3100 300b 06092a864886f70d010701 a102 3000 3100"), buf_bytes(&message));
	UNIT_ERR(ERR_OK, cms_crl_only_parse(buf_bytes(&message), &der, &crl, NULL));
	UNIT_BYTES(tiny, crl);
	UNIT_ERR(ERR_OK, cms_reframe_ber(buf_bytes(&message), &ber));
	UNIT_ERR(ERR_OK, cms_crl_only_parse(buf_bytes(&ber), &der, &crl, NULL));
	UNIT_BYTES(tiny, crl);
	/* Certificates are no CRL, and another kind of revocation information is none either. */
	UNIT_ERR(ERR_CMS_SYNTAX, cms_crl_only_parse(unit_vector("cms/certs_only.der"), &der, &crl, NULL));
	UNIT_ERR(ERR_CMS_SYNTAX, cms_crl_only_parse(unit_hex("3029 06092a864886f70d010702 a01c 301a 020101 3100 300b 06092a864886f70d010701 a104 a1023000 3100"), &der, &crl, NULL));
	UNIT_ERR(ERR_ASN1_SYNTAX, cms_crl_only_parse(unit_hex("3027 06092a864886f70d010702 a01a 3018 020101 3100 300b 06092a864886f70d010701 a102 3001 3100"), &der, &crl, NULL));
	UNIT_ERR(ERR_ASN1_SYNTAX, cms_crl_only_parse((struct bytes){ 0 }, &der, &crl, NULL));
	UNIT_BYTES(tiny, crl);
	buf_clear(&message);
	buf_clear(&der);
	buf_clear(&ber);
}

static void test_crl_only_large(void)
{
	struct identity ca = load_ca("ca_p384");
	struct buf der = { 0 }, message = { 0 }, read = { 0 };
	struct bytes crl;

	/* seven elements an entry */
	sign_large(&ca, BER_MAX_ELEMENTS, &der);
	UNIT_ERR(ERR_OK, cms_crl_only_encode(buf_bytes(&der), &message, NULL));
	UNIT_ERR(ERR_OK, cms_crl_only_parse(buf_bytes(&message), &read, &crl, NULL));
	UNIT_BYTES(buf_bytes(&der), crl);
	buf_clear(&der);
	buf_clear(&message);
	buf_clear(&read);
	identity_clear(&ca);
}

/* --- damage --- */

static void visit_truncated(struct bytes damaged, void *context)
{
	struct crl *crl = NULL;

	(void)context;
	UNIT_ERR(ERR_CRL_SYNTAX, crl_parse(damaged, &crl, NULL));
	crl_free(crl);
}

static void visit_flipped(struct bytes damaged, void *context)
{
	const struct cert *ca = context;
	struct crl *crl = NULL;

	if (crl_parse(damaged, &crl, NULL) == ERR_OK)
		CU_ASSERT_NOT_EQUAL(crl_verify(crl, ca, NULL), ERR_OK);
	crl_free(crl);
}

static void test_damage(void)
{
	static const uint8_t masks[] = { 0x01, 0x20, 0x80 };
	struct identity ca = load_ca("ca_rsa");

	identity_each_truncation(unit_vector("crl/openssl_rsa.der"), visit_truncated, NULL);
	identity_each_flip(unit_vector("crl/openssl_rsa.der"), masks, sizeof masks, visit_flipped, ca.cert);
	identity_clear(&ca);
}

static const struct unit_case cases[] = {
	{ "CRLs of OpenSSL and GnuTLS, and ours, are read and verify (RFC 5280 section 5)", test_foreign },
	{ "a revoked certificate is found by the octets of its serial number (RFC 5280 section 5.1.2.6)", test_find },
	{ "optional parts may be there or not, and nothing else (RFC 5280 section 5.1)", test_shapes },
	{ "a critical extension that is not read is reported (RFC 5280 section 5.2)", test_critical },
	{ "what is signed is DER, is what it was when OpenSSL verified it, reads back and verifies (RFC 5280 section 5.1)", test_sign },
	{ "no CRL is signed with times, serial numbers, reasons or a key that do not fit", test_sign_refused },
	{ "reasons have names (RFC 5280 section 5.3.1)", test_reasons },
	{ "signing and reading take linear time", test_large },
	{ "a message with the CRL alone has no certificate, no signer and no content (RFC 8894 sections 3.4 and 4.6.1)", test_crl_only },
	{ "a CRL in a message may have any number of entries", test_crl_only_large },
	{ "a CRL that is cut or changed anywhere is refused or does not verify", test_damage },
};

UNIT_MAIN("crl", cases)
