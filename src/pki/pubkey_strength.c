#include <config.h>

#include "pki/key.h"

#include "pki/pubkey.h"

/* Keys that are well-formed and weak. */

enum {
	SMALL_FACTOR_MAX = 751, /* SP 800-89 section 5.3.3 */
	ROCA_GENERATOR = 65537
};

static unsigned remainder_of(struct bytes number, unsigned divisor)
{
	unsigned rest = 0;

	for (size_t i = 0; i < number.len; i++)
		rest = (rest << 8 | number.ptr[i]) % divisor;
	return rest;
}

/* The modulus is odd. That the divisors are not all primes does no harm: a number with a composite factor has a prime one. */
static unsigned find_small_factor(struct bytes modulus)
{
	for (unsigned divisor = 3; divisor <= SMALL_FACTOR_MAX; divisor += 2)
		if (remainder_of(modulus, divisor) == 0)
			return divisor;
	return 0;
}

/* Is `value` a power of the generator modulo the prime? */
static bool is_power(unsigned value, unsigned prime)
{
	const unsigned generator = ROCA_GENERATOR % prime;
	unsigned power = 1;

	do {
		if (power == value)
			return true;
		power = power * generator % prime;
	} while (power != 1);
	return false;
}

/*
 * The faulty generator made primes k * M + (65537^a mod M), where M is the product of the first primes, so that modulo each of these its moduli are
 * powers of 65537. A random modulus is that modulo all of them once in 2^27 (Nemec, Sys, Svenda, Klinec, Matyas: The Return of Coppersmith's Attack,
 * 2017, section 2.4). The primes up to 167 are in M for all sizes from 512 bits on.
 */
static bool is_roca(struct bytes modulus)
{
	static const uint8_t primes[] = {
		3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37, 41, 43, 47, 53, 59, 61, 67, 71, 73, 79, 83, 89, 97, 101, 103, 107, 109, 113, 127, 131, 137, 139,
		149, 151, 157, 163, 167,
	};

	for (size_t i = 0; i < sizeof primes; i++)
		if (!is_power(remainder_of(modulus, primes[i]), primes[i]))
			return false;
	return true;
}

static enum err check_rsa(const struct pubkey *pubkey, struct why *why)
{
	struct bytes modulus;
	unsigned factor;

	if (pubkey->bits < KEY_RSA_MIN_BITS)
		return why_set(why, ERR_ALG_KEY, "the RSA key has %u bits, fewer than %d", pubkey->bits, KEY_RSA_MIN_BITS);
	if (pubkey_get_modulus(pubkey, &modulus) != ERR_OK)
		return why_set(why, ERR_ALG_KEY, "the RSA key is malformed");
	if ((factor = find_small_factor(modulus)) != 0)
		return why_set(why, ERR_ALG_KEY, "the RSA modulus is a multiple of %u", factor);
	if (is_roca(modulus))
		return why_set(why, ERR_ALG_KEY, "the RSA key was made by a faulty generator (ROCA, CVE-2017-15361)");
	return ERR_OK;
}

enum err pubkey_check_strength(const struct pubkey *pubkey, struct why *why)
{
	switch (pubkey->kind) {
	case KEY_KIND_RSA:
		return check_rsa(pubkey, why);
	case KEY_KIND_EC_P256:
	case KEY_KIND_EC_P384:
	case KEY_KIND_EC_P521:
	case KEY_KIND_ED25519:
		return ERR_OK;
	case KEY_KIND_OTHER:
		break;
	}
	return why_set(why, ERR_ALG_KEY, "the key is of a type that is not supported");
}
