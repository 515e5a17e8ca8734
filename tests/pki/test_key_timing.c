#include <config.h>

#include "pki/key.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "pki/crypto.h"
#include "pki/oaep.h"
#include "pki/pkcs1.h"
#include "support/unit.h"

/*
 * Does decrypting take the same time whatever is in the ciphertext? In each round every kind of ciphertext is decrypted once, in a random order, so that whatever
 * else this machine does falls on all alike. The differences between good and bad ones of the same rounds are judged by Wilcoxon's signed ranks: z is beyond 7 by
 * chance once in 10^11 comparisons, however the times are distributed. Twice: for decryption as a whole, where the RSA operation hides what is below some
 * microseconds, and for our own unpadding alone, to nanoseconds. That differences are seen is proved in the same run, by code that makes some.
 */

enum { OCTETS = 256, FILE_ITEMS = 16, SECRET_LEN = 16, MAX_KINDS = 6, WARM_UP = 20, DECRYPT_ROUNDS = 400, UNPAD_ROUNDS = 3000, UNPAD_BATCH = 16 };

static const double z_limit = 7;

static const char secret[] = "0123456789abcdef";

/* Kinds of ciphertext: files of 16 each. Those of the first are good. */
static const char *const pkcs1_kinds[MAX_KINDS] = { "key/timing-pkcs1-good.bin", "key/timing-pkcs1-first.bin", "key/timing-pkcs1-type.bin",
	"key/timing-pkcs1-nozero.bin", "key/timing-pkcs1-length.bin", "key/timing-pkcs1-noise.bin" };
static const char *const oaep_kinds[MAX_KINDS] = { "key/timing-oaep-good.bin", "key/timing-oaep-first.bin", "key/timing-oaep-label.bin", "key/timing-oaep-padding.bin",
	"key/timing-oaep-length.bin", "key/timing-oaep-noise.bin" };

static const struct key_oaep sha256 = { DIGEST_SHA256, DIGEST_SHA256 };

/* --- judging ---------------------------------------------------------------------------------------------------------------- */

struct subject;
typedef void operation(const struct subject *subject, struct bytes in, uint8_t out[SECRET_LEN]);

/* What is measured. */
struct subject {
	const char *name;
	operation *run;
	const struct key *key;        /* for decryption */
	const char *const *kinds;
	unsigned kind_count, rounds, batch;
	struct bytes item[MAX_KINDS][FILE_ITEMS];
};

static double cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_THREAD_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

static double measure(const struct subject *subject, unsigned kind)
{
	/* The same memory for all of them. */
	static uint8_t in[OCTETS];
	struct bytes item = subject->item[kind][random() % FILE_ITEMS];
	uint8_t out[SECRET_LEN] = { 0 };
	double start;

	memcpy(in, item.ptr, OCTETS);
	start = cpu_us();
	for (unsigned i = 0; i < subject->batch; i++)
		subject->run(subject, bytes_from(in, OCTETS), out);
	start = cpu_us() - start;
	CU_ASSERT_EQUAL(memcmp(out, secret, SECRET_LEN) == 0, kind == 0);
	return start / subject->batch;
}

/* One round. @param us out: for each kind. */
static void measure_round(const struct subject *subject, double us[MAX_KINDS])
{
	unsigned order[MAX_KINDS];

	for (unsigned i = 0; i < subject->kind_count; i++) {
		unsigned other = (unsigned)random() % (i + 1);

		order[i] = order[other];
		order[other] = i;
	}
	for (unsigned i = 0; i < subject->kind_count; i++)
		us[order[i]] = measure(subject, order[i]);
}

static int by_size(const void *a, const void *b)
{
	double one = fabs(*(const double *)a), other = fabs(*(const double *)b);

	return (one > other) - (one < other);
}

static int by_value(const void *a, const void *b)
{
	double one = *(const double *)a, other = *(const double *)b;

	return (one > other) - (one < other);
}

/* How far are the differences from being as often above zero as below? Equal ones share their ranks, and a zero counts half on either side. */
static double signed_ranks(double *difference, size_t count)
{
	double n = (double)count, above = 0;

	qsort(difference, count, sizeof *difference, by_size);
	for (size_t i = 0, end; i < count; i = end) {
		for (end = i; end < count && fabs(difference[end]) <= fabs(difference[i]); end++)
			;
		for (size_t at = i; at < end; at++)
			above += (double)(i + end + 1) / 2 * (difference[at] > 0 ? 1 : difference[at] < 0 ? 0 : 0.5);
	}
	return (above - n * (n + 1) / 4) / sqrt(n * (n + 1) * (2 * n + 1) / 24);
}

/* The largest z of all kinds. */
static double judge(const struct subject *subject)
{
	double (*us)[MAX_KINDS] = calloc(subject->rounds, sizeof *us), *difference = calloc(subject->rounds, sizeof *difference), largest = 0;

	CU_ASSERT_FATAL(us != NULL && difference != NULL);
	srandom(1);
	for (unsigned i = 0; i < WARM_UP; i++)
		measure_round(subject, us[i]);
	for (unsigned i = 0; i < subject->rounds; i++)
		measure_round(subject, us[i]);
	for (unsigned kind = 1; kind < subject->kind_count; kind++) {
		double z;

		for (unsigned i = 0; i < subject->rounds; i++)
			difference[i] = us[i][0] - us[i][kind];
		z = signed_ranks(difference, subject->rounds);
		qsort(difference, subject->rounds, sizeof *difference, by_value);
		printf("# %s: good ones take %+.4f us more than %s, z = %.2f\n", subject->name, difference[subject->rounds / 2], subject->kinds[kind], z);
		largest = fabs(z) > largest ? fabs(z) : largest;
	}
	free(difference);
	free(us);
	return largest;
}

/* --- decryption as a whole -------------------------------------------------------------------------------------------------- */

static void decrypt_pkcs1(const struct subject *subject, struct bytes in, uint8_t out[SECRET_LEN])
{
	struct random random = random_system();

	UNIT_ERR(ERR_OK, key_decrypt(subject->key, &random, in, out, SECRET_LEN, NULL));
}

static void decrypt_oaep(const struct subject *subject, struct bytes in, uint8_t out[SECRET_LEN])
{
	struct random random = random_system();

	UNIT_ERR(ERR_OK, key_decrypt_oaep(subject->key, &sha256, &random, in, out, SECRET_LEN, NULL));
}

/* As a careless server would: go on with a good key, and stop at a bad one. */
static void decrypt_leaky(const struct subject *subject, struct bytes in, uint8_t out[SECRET_LEN])
{
	uint8_t hash[DIGEST_MAX_LEN];

	decrypt_pkcs1(subject, in, out);
	for (int i = 0; i < 250 && memcmp(out, secret, SECRET_LEN) == 0; i++)
		UNIT_ERR(ERR_OK, crypto_digest(DIGEST_SHA256, in, hash));
}

static double judge_decryption(const char *name, enum key_library library, operation *run, const char *const kinds[MAX_KINDS], unsigned kind_count)
{
	struct subject subject = { .name = name, .run = run, .kinds = kinds, .kind_count = kind_count, .rounds = DECRYPT_ROUNDS, .batch = 1 };
	struct key *key = NULL;
	double z;

	if (key_parse_pem(unit_vector("key/rsa2048.pem"), &key, NULL) != ERR_OK || key_use_library(key, library, NULL) != ERR_OK)
		CU_FAIL_FATAL("the key of the test cannot be read");
	subject.key = key;
	for (unsigned kind = 0; kind < kind_count; kind++)
		for (unsigned i = 0; i < FILE_ITEMS; i++)
			subject.item[kind][i] = bytes_from(unit_vector(kinds[kind]).ptr + i * OCTETS, OCTETS);
	z = judge(&subject);
	key_free(key);
	return z;
}

static void decryptions(void)
{
	static const struct {
		const char *name;
		enum key_library library;
		operation *run;
		const char *const *kinds;
	} rows[] = {
		{ "RSAES-PKCS1-v1_5 in GnuTLS", KEY_LIBRARY_GNUTLS, decrypt_pkcs1, pkcs1_kinds },
		{ "RSAES-PKCS1-v1_5 in OpenSSL", KEY_LIBRARY_OPENSSL, decrypt_pkcs1, pkcs1_kinds },
		{ "RSAES-OAEP in OpenSSL", KEY_LIBRARY_OPENSSL, decrypt_oaep, oaep_kinds },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].name);
		if (key_library_is_built_in(rows[i].library))
			CU_ASSERT(judge_decryption(rows[i].name, rows[i].library, rows[i].run, rows[i].kinds, MAX_KINDS) < z_limit);
	}
}

static void leaky_decryption(void)
{
	CU_ASSERT(judge_decryption("a leaky decryptor", KEY_LIBRARY_AUTO, decrypt_leaky, pkcs1_kinds, 2) > z_limit);
}

/* --- our unpadding alone ---------------------------------------------------------------------------------------------------- */

static void unpad_pkcs1(const struct subject *subject, struct bytes in, uint8_t out[SECRET_LEN])
{
	(void)subject;
	memset(out, 0x55, SECRET_LEN);
	pkcs1_take(in.ptr, in.len, out, SECRET_LEN);
}

static void unpad_oaep(const struct subject *subject, struct bytes in, uint8_t out[SECRET_LEN])
{
	uint8_t encoded[OCTETS];

	(void)subject;
	memset(out, 0x55, SECRET_LEN);
	memcpy(encoded, in.ptr, OCTETS);
	UNIT_ERR(ERR_OK, oaep_take(&sha256, encoded, OCTETS, out, SECRET_LEN, NULL));
}

/* As it is written everywhere: out at the first octet that is wrong. */
static void unpad_leaky(const struct subject *subject, struct bytes in, uint8_t out[SECRET_LEN])
{
	size_t at = 2;

	(void)subject;
	memset(out, 0x55, SECRET_LEN);
	if (in.ptr[0] != 0 || in.ptr[1] != 2)
		return;
	while (at < in.len && in.ptr[at] != 0)
		at++;
	if (in.len - at == SECRET_LEN + 1)
		memcpy(out, in.ptr + at + 1, SECRET_LEN);
}

/* What the ciphertexts hold stands beside them, in files of its own. */
static double judge_unpadding(const char *name, operation *run, const char *const kinds[MAX_KINDS], unsigned kind_count)
{
	static uint8_t encoded[MAX_KINDS][FILE_ITEMS][OCTETS];
	struct subject subject = { .name = name, .run = run, .kinds = kinds, .kind_count = kind_count, .rounds = UNPAD_ROUNDS, .batch = UNPAD_BATCH };
	char plain[64];

	for (unsigned kind = 0; kind < kind_count; kind++)
		for (unsigned i = 0; i < FILE_ITEMS; i++) {
			snprintf(plain, sizeof plain, "%.*s.plain", (int)(strlen(kinds[kind]) - 4), kinds[kind]);
			memcpy(encoded[kind][i], unit_vector(plain).ptr + i * OCTETS, OCTETS);
			subject.item[kind][i] = bytes_from(encoded[kind][i], OCTETS);
		}
	return judge(&subject);
}

static void unpaddings(void)
{
	CU_ASSERT(judge_unpadding("pkcs1_take()", unpad_pkcs1, pkcs1_kinds, MAX_KINDS) < z_limit);
	CU_ASSERT(judge_unpadding("oaep_take()", unpad_oaep, oaep_kinds, MAX_KINDS) < z_limit);
}

static void leaky_unpadding(void)
{
	CU_ASSERT(judge_unpadding("a leaky unpadding", unpad_leaky, pkcs1_kinds, MAX_KINDS) > z_limit);
}

static const struct unit_case cases[] = {
	{ "a decryptor that does more for good ciphertexts is found out", leaky_decryption },
	{ "an unpadding that stops at the first wrong octet is found out", leaky_unpadding },
	{ "our unpadding takes the same time for good and bad (RFC 8017 sections 7.1.2 and 7.2.2)", unpaddings },
	{ "every library decrypts good and bad ciphertexts in the same time (RFC 3218 section 2.3)", decryptions },
};

UNIT_MAIN("key_timing", cases)
