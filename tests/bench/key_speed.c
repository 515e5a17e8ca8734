#include <config.h>

#include <stdio.h>
#include <time.h>

#include "pki/crypto.h"
#include "pki/key.h"

/*
 * What one operation with a key takes, in microseconds of processor time, for each library and kind of key: make bench-keys. The libraries take turns, in
 * many short runs, and the fastest run counts: whatever else this machine does makes a run slower, never faster.
 */

enum { RUNS = 15, RUN_US = 20000, CONTENT_KEY_LEN = 16 };

struct subject {
	struct key *key;
	struct pubkey *pubkey;
	struct buf signature, algorithm, sealed;
};

typedef enum err operation(struct subject *subject);

static const struct bytes data = { (const uint8_t *)"data", 4 };

static enum err sign(struct subject *subject)
{
	buf_reset(&subject->signature);
	return key_sign(subject->key, DIGEST_SHA256, data, &subject->signature, NULL);
}

static enum err decrypt(struct subject *subject)
{
	struct random random = random_system();
	uint8_t out[CONTENT_KEY_LEN];

	return key_decrypt(subject->key, &random, buf_bytes(&subject->sealed), out, sizeof out, NULL);
}

static enum err verify(struct subject *subject)
{
	return pubkey_verify(subject->pubkey, buf_bytes(&subject->algorithm), DIGEST_SHA256, data, buf_bytes(&subject->signature), NULL, NULL);
}

static enum err encrypt(struct subject *subject)
{
	static const uint8_t content_key[CONTENT_KEY_LEN] = { 1 };

	buf_reset(&subject->sealed);
	return pubkey_encrypt(subject->pubkey, bytes_from(content_key, sizeof content_key), &subject->sealed, NULL);
}

static enum err parse(struct subject *subject)
{
	struct pubkey *pubkey = NULL;
	enum err e = pubkey_parse(key_get_spki(subject->key), &pubkey, NULL);

	pubkey_free(pubkey);
	return e;
}

static double cpu_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e6 + (double)now.tv_nsec / 1e3;
}

/* One run. @return microseconds for one; negative when the operation does not work. */
static double run(operation *op, struct subject *subject)
{
	double start = cpu_us(), taken;
	unsigned count = 0;

	do {
		if (op(subject) != ERR_OK)
			return -1;
		count++;
	} while ((taken = cpu_us() - start) < RUN_US);
	return taken / count;
}

static const struct {
	const char *name;
	operation *op;
	bool is_rsa, is_private;
} operations[] = {
	{ "sign", sign, false, true }, { "encrypt", encrypt, true, false }, { "decrypt", decrypt, true, true }, { "verify", verify, false, false }, { "parse public", parse, false, false },
};
enum { OPERATION_COUNT = sizeof operations / sizeof operations[0] };

static const enum key_library libraries[] = { KEY_LIBRARY_GNUTLS, KEY_LIBRARY_OPENSSL };
enum { LIBRARY_COUNT = sizeof libraries / sizeof libraries[0] };

/* Public keys are GnuTLS's in every case. */
static int measure(const char *name, size_t n, struct subject subject[LIBRARY_COUNT])
{
	const size_t count = operations[n].is_private ? LIBRARY_COUNT : 1;
	double best[LIBRARY_COUNT] = { 0 };

	for (int r = 0; r < RUNS; r++)
		for (size_t i = 0; i < count; i++) {
			double us = subject[i].key == NULL ? 0 : run(operations[n].op, &subject[i]);

			if (us < 0)
				return 1;
			if (r == 0 || us < best[i])
				best[i] = us;
		}
	for (size_t i = 0; i < count; i++)
		if (subject[i].key != NULL)
			printf("%-10s %-12s %-16s %8.1f us\n", name, operations[n].name, key_library_version(libraries[i]), best[i]);
	return 0;
}

static enum err prepare(enum key_kind kind, unsigned bits, struct subject subject[LIBRARY_COUNT])
{
	struct buf pem = { 0 };
	struct key *key = NULL;
	enum err e;

	if ((e = key_generate(kind, bits, &key, NULL)) == ERR_OK)
		e = key_encode_pem(key, &pem, NULL);
	for (size_t i = 0; e == ERR_OK && i < LIBRARY_COUNT; i++)
		if (key_library_is_built_in(libraries[i]) && (e = key_parse_pem(buf_bytes(&pem), &subject[i].key, NULL)) == ERR_OK &&
		    (e = key_use_library(subject[i].key, libraries[i], NULL)) == ERR_OK && (e = pubkey_parse(key_get_spki(key), &subject[i].pubkey, NULL)) == ERR_OK &&
		    (e = key_signature_algorithm(key, DIGEST_SHA256, &subject[i].algorithm)) == ERR_OK && (e = sign(&subject[i])) == ERR_OK && kind == KEY_KIND_RSA)
			e = encrypt(&subject[i]);
	key_free(key);
	buf_clear(&pem);
	return e;
}

static void forget(struct subject subject[LIBRARY_COUNT])
{
	for (size_t i = 0; i < LIBRARY_COUNT; i++) {
		key_free(subject[i].key);
		pubkey_free(subject[i].pubkey);
		buf_clear(&subject[i].signature);
		buf_clear(&subject[i].algorithm);
		buf_clear(&subject[i].sealed);
	}
}

int main(void)
{
	static const struct { const char *name; enum key_kind kind; unsigned bits; } keys[] = {
		{ "rsa-2048", KEY_KIND_RSA, 2048 }, { "rsa-3072", KEY_KIND_RSA, 3072 }, { "rsa-4096", KEY_KIND_RSA, 4096 }, { "p-256", KEY_KIND_EC_P256, 0 },
		{ "p-384", KEY_KIND_EC_P384, 0 }, { "p-521", KEY_KIND_EC_P521, 0 }, { "ed25519", KEY_KIND_ED25519, 0 },
	};
	int status = crypto_init(NULL) != ERR_OK;

	for (size_t i = 0; status == 0 && i < sizeof keys / sizeof keys[0]; i++) {
		struct subject subject[LIBRARY_COUNT] = { 0 };

		status = prepare(keys[i].kind, keys[i].bits, subject) != ERR_OK;
		for (size_t n = 0; status == 0 && n < OPERATION_COUNT; n++)
			if (keys[i].kind == KEY_KIND_RSA || !operations[n].is_rsa)
				status = measure(keys[i].name, n, subject);
		forget(subject);
	}
	return status;
}
