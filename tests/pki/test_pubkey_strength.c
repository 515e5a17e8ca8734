#include <config.h>

#include "pki/key.h"

#include <string.h>

#include "support/unit.h"

static void weak(void)
{
	static const struct {
		const char *file;
		enum err parsing, strength;
		const char *says;
	} rows[] = {
		{ "key/rsa2048.spki", ERR_OK, ERR_OK, "" },
		{ "key/rsa-e3.spki", ERR_OK, ERR_OK, "" },
		{ "key/rsa2048-e-largest.spki", ERR_OK, ERR_OK, "" },
		{ "key/factor757.spki", ERR_OK, ERR_OK, "" },
		{ "key/p256.spki", ERR_OK, ERR_OK, "" },
		{ "key/p384.spki", ERR_OK, ERR_OK, "" },
		{ "key/p521.spki", ERR_OK, ERR_OK, "" },
		{ "key/ed25519.spki", ERR_OK, ERR_OK, "" },
		{ "key/rsa512.spki", ERR_OK, ERR_ALG_KEY, "512 bits" },
		{ "key/rsa1024.spki", ERR_OK, ERR_ALG_KEY, "1024 bits" },
		{ "key/weak-rsa2047.spki", ERR_OK, ERR_ALG_KEY, "2047 bits" },
		{ "key/weak-factor3.spki", ERR_OK, ERR_ALG_KEY, "multiple of 3" },
		{ "key/weak-factor751.spki", ERR_OK, ERR_ALG_KEY, "multiple of 751" },
		{ "key/weak-roca2048.spki", ERR_OK, ERR_ALG_KEY, "ROCA" },
		{ "key/weak-even.spki", ERR_ALG_KEY, ERR_OK, "even" },
		{ "key/weak-e1.spki", ERR_ALG_KEY, ERR_OK, "exponent" },
		{ "key/weak-e2.spki", ERR_ALG_KEY, ERR_OK, "exponent" },
		{ "key/weak-e-large.spki", ERR_ALG_KEY, ERR_OK, "exponent" },
		{ "key/weak-point.spki", ERR_ALG_KEY, ERR_OK, "public key" },
		{ "key/weak-point-zero.spki", ERR_ALG_KEY, ERR_OK, "public key" },
		{ "key/weak-point-coordinate.spki", ERR_ALG_KEY, ERR_OK, "public key" },
		{ "key/weak-point-infinity.spki", ERR_ALG_KEY, ERR_OK, "public key" },
		{ "key/p256-explicit.spki", ERR_ALG_KEY, ERR_OK, "name of a curve" },
		{ "key/dsa.spki", ERR_OK, ERR_ALG_KEY, "not supported" },
		{ "key/secp256k1.spki", ERR_OK, ERR_ALG_KEY, "not supported" },
		{ "key/x25519.spki", ERR_OK, ERR_ALG_KEY, "not supported" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pubkey *pubkey = NULL;
		struct why why = { 0 };

		unit_row(rows[i].file);
		UNIT_ERR(rows[i].parsing, pubkey_parse(unit_vector(rows[i].file), &pubkey, &why));
		if (pubkey != NULL)
			UNIT_ERR(rows[i].strength, pubkey_check_strength(pubkey, &why));
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, rows[i].says));
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].says[0] == '\0');
		pubkey_free(pubkey);
	}
}

/* Keys that are made here are none of these. */
static void ours(void)
{
	static const struct {
		enum key_kind kind;
		unsigned bits;
	} rows[] = { { KEY_KIND_RSA, 2048 }, { KEY_KIND_RSA, 2048 }, { KEY_KIND_EC_P256, 0 }, { KEY_KIND_EC_P521, 0 }, { KEY_KIND_ED25519, 0 } };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pubkey *pubkey = NULL;
		struct key *key = NULL;

		UNIT_ERR(ERR_OK, key_generate(rows[i].kind, rows[i].bits, &key, NULL));
		UNIT_ERR(ERR_OK, pubkey_parse(key_get_spki(key), &pubkey, NULL));
		UNIT_ERR(ERR_OK, pubkey_check_strength(pubkey, NULL));
		pubkey_free(pubkey);
		key_free(key);
	}
}

static const struct unit_case cases[] = {
	{ "Small keys, even moduli, small factors, bad exponents, ROCA, points beside the curve, explicit parameters and DSA are refused", weak },
	{ "keys that are generated are strong", ours },
};

UNIT_MAIN("pki/pubkey_strength", cases)
