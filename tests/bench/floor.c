/*
 * The floor of an enrolment's cost: the three private-key operations that nobody can save, done alone.
 *
 *	floor [--provider auto|gnutls|openssl] [--ca KEY] [--ra-bits BITS] [--seconds S]
 *
 * KEY as for scepadm's --ca-key (default rsa:2048), BITS of the RA's RSA key (default 2048). It decrypts a content-encryption key with the RA's key, signs a certificate's
 * worth of octets with the CA's and a reply's signed attributes with the RA's, in turn, for S seconds (default 2) of processor time. The result is one line of NAME=VALUE,
 * milliseconds of processor time: decrypt, certify, reply, and floor, their sum.
 */
#include <config.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <time.h>

#include "ctl/key_type.h"
#include "pki/crypto.h"

/* As long as what is signed in an enrolment, about. */
enum { TBS_LEN = 800, ATTRIBUTES_LEN = 300, CONTENT_KEY_LEN = 16, BLOCK = 10 };

struct floor {
	struct key *ca, *ra;
	struct buf sealed, signature;
	struct random random;
};

typedef enum err operation(struct floor *floor);

static enum err decrypt(struct floor *floor)
{
	uint8_t out[CONTENT_KEY_LEN];

	return key_decrypt(floor->ra, &floor->random, buf_bytes(&floor->sealed), out, sizeof out, NULL);
}

static enum err sign(struct floor *floor, const struct key *key, size_t len)
{
	static const uint8_t data[TBS_LEN];

	buf_reset(&floor->signature);
	return key_sign(key, DIGEST_SHA256, bytes_from(data, len), &floor->signature, NULL);
}

static enum err certify(struct floor *floor)
{
	return sign(floor, floor->ca, TBS_LEN);
}

static enum err reply(struct floor *floor)
{
	return sign(floor, floor->ra, ATTRIBUTES_LEN);
}

static const struct {
	const char *name;
	operation *op;
} operations[] = { { "decrypt", decrypt }, { "certify", certify }, { "reply", reply } };
enum { OPERATION_COUNT = sizeof operations / sizeof operations[0] };

static double cpu_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &now);
	return (double)now.tv_sec * 1e3 + (double)now.tv_nsec / 1e6;
}

/* Blocks of each operation in turn, and the mean: the same that counting the load's processor time gives. */
static enum err measure(struct floor *floor, double seconds, double ms[OPERATION_COUNT])
{
	double start = cpu_ms(), before;
	unsigned count = 0;
	enum err e = ERR_OK;

	for (; e == ERR_OK && cpu_ms() - start < seconds * 1000; count += BLOCK)
		for (size_t n = 0; n < OPERATION_COUNT; n++) {
			before = cpu_ms();
			for (int i = 0; e == ERR_OK && i < BLOCK; i++)
				e = operations[n].op(floor);
			ms[n] += cpu_ms() - before;
		}
	for (size_t n = 0; n < OPERATION_COUNT && count > 0; n++)
		ms[n] /= count;
	return e;
}

static enum err prepare(struct floor *floor, enum key_kind kind, unsigned ca_bits, unsigned ra_bits, const char *provider, struct why *why)
{
	static const uint8_t content_key[CONTENT_KEY_LEN] = { 1 };
	struct pubkey *pubkey = NULL;
	enum key_library library;
	enum err e;

	floor->random = random_system();
	if ((e = crypto_init(why)) == ERR_OK && (e = key_library_from_name(provider, &library, why)) == ERR_OK && (e = key_generate(kind, ca_bits, &floor->ca, why)) == ERR_OK &&
	    (e = key_generate(KEY_KIND_RSA, ra_bits, &floor->ra, why)) == ERR_OK && (e = key_use_library(floor->ca, library, why)) == ERR_OK &&
	    (e = key_use_library(floor->ra, library, why)) == ERR_OK && (e = pubkey_parse(key_get_spki(floor->ra), &pubkey, why)) == ERR_OK)
		e = pubkey_encrypt(pubkey, bytes_from(content_key, sizeof content_key), &floor->sealed, why);
	pubkey_free(pubkey);
	return e;
}

int main(int argc, char **argv)
{
	static const struct option known[] = { { "provider", 1, NULL, 'p' }, { "ca", 1, NULL, 'c' }, { "ra-bits", 1, NULL, 'r' }, { "seconds", 1, NULL, 's' }, { NULL, 0, NULL, 0 } };
	const char *provider = "auto";
	enum key_kind kind = KEY_KIND_RSA;
	unsigned ca_bits = 2048, ra_bits = 2048;
	double seconds = 2, ms[OPERATION_COUNT] = { 0 }, sum = 0;
	struct floor floor = { 0 };
	struct why why = { 0 };
	int option;
	enum err e;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'p': provider = optarg; break;
		case 'c':
			if (!key_type_from_name(optarg, &kind, &ca_bits)) {
				fputs("floor: a key is one of " KEY_TYPE_CHOICES "\n", stderr);
				return 2;
			}
			break;
		case 'r': ra_bits = (unsigned)atoi(optarg); break;
		case 's': seconds = atof(optarg); break;
		default: return 2;
		}
	}
	if ((e = prepare(&floor, kind, ca_bits, ra_bits, provider, &why)) == ERR_OK)
		e = measure(&floor, seconds, ms);
	if (e != ERR_OK)
		fprintf(stderr, "floor: %s\n", why_text(&why, e));
	for (size_t n = 0; e == ERR_OK && n < OPERATION_COUNT; n++) {
		printf("%s=%.4f ", operations[n].name, ms[n]);
		sum += ms[n];
	}
	if (e == ERR_OK)
		printf("floor=%.4f\n", sum);
	key_free(floor.ca);
	key_free(floor.ra);
	buf_clear(&floor.sealed);
	buf_clear(&floor.signature);
	return e == ERR_OK ? 0 : 2;
}
