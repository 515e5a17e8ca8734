#include <config.h>

#include "pki/key.h"

#include "pki/der.h"
#include "support/unit.h"

static struct pubkey *load(struct bytes spki)
{
	struct pubkey *pubkey = NULL;

	UNIT_ERR(ERR_OK, pubkey_parse(spki, &pubkey, NULL));
	return pubkey;
}

static void test_files(void)
{
	static const char *const names[] = { "key/rsa1024.spki", "key/rsa2048.spki", "key/rsa-e3.spki", "key/p256.spki", "key/p384.spki", "key/p521.spki", "key/ed25519.spki", "key/x25519.spki" };
	enum { COUNT = sizeof names / sizeof names[0] };

	for (size_t i = 0; i < COUNT; i++)
		for (size_t j = 0; j < COUNT; j++) {
			struct pubkey *a = load(unit_vector(names[i])), *b = load(unit_vector(names[j]));
			bool is_same = i != j;

			unit_row(names[j]);
			UNIT_ERR(ERR_OK, pubkey_compare(a, b, &is_same, NULL));
			CU_ASSERT_EQUAL(is_same, i == j);
			pubkey_free(a);
			pubkey_free(b);
		}
	unit_row(NULL);
}

/* An RSA key of a vector, with or without the NULL of its algorithm, and with `zeros` octets before its modulus. */
static enum err reencode(bool has_null, size_t zeros, struct pubkey **out)
{
	struct der der = { unit_vector("key/rsa2048.spki") }, inside, numbers;
	struct der_element algorithm, bits, n, exponent;
	struct buf modulus = { 0 }, content = { 0 }, string = { 0 }, fields = { 0 }, spki = { 0 };
	enum err e;

	UNIT_ERR(ERR_OK, der_enter(&der, DER_SEQUENCE, &inside));
	UNIT_ERR(ERR_OK, der_read(&inside, &algorithm));
	UNIT_ERR(ERR_OK, der_read(&inside, &bits));
	der = (struct der){ bytes_from(bits.value.ptr + 1, bits.value.len - 1) };
	UNIT_ERR(ERR_OK, der_enter(&der, DER_SEQUENCE, &numbers));
	UNIT_ERR(ERR_OK, der_read(&numbers, &n));
	UNIT_ERR(ERR_OK, der_read(&numbers, &exponent));
	for (size_t i = 0; i < zeros; i++)
		buf_append_byte(&modulus, 0);
	buf_append(&modulus, n.value);
	der_put(&content, DER_INTEGER, buf_bytes(&modulus));
	buf_append(&content, exponent.raw);
	buf_append_byte(&string, 0);
	der_put(&string, DER_SEQUENCE, buf_bytes(&content));
	buf_append(&fields, unit_hex(has_null ? "300d 06092a864886f70d010101 0500" : "300b 06092a864886f70d010101"));
	der_put(&fields, DER_BIT_STRING, buf_bytes(&string));
	der_put(&spki, DER_SEQUENCE, buf_bytes(&fields));
	e = pubkey_parse(buf_bytes(&spki), out, NULL);
	buf_clear(&modulus);
	buf_clear(&content);
	buf_clear(&string);
	buf_clear(&fields);
	buf_clear(&spki);
	return e;
}

static void test_encodings(void)
{
	static const struct {
		const char *row;
		bool has_null;
		size_t zeros;
	} rows[] = { { "as it is", true, 0 }, { "without NULL", false, 0 }, { "a zero before the modulus", true, 1 }, { "both, and more zeros", false, 7 } };
	struct pubkey *key = load(unit_vector("key/rsa2048.spki"));

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct pubkey *other = NULL;
		bool is_same = false;

		unit_row(rows[i].row);
		/* Whether zeros may stand there is pubkey_parse()'s to say. */
		if (reencode(rows[i].has_null, rows[i].zeros, &other) != ERR_OK) {
			CU_ASSERT(rows[i].zeros > 0);
			continue;
		}
		UNIT_ERR(ERR_OK, pubkey_compare(key, other, &is_same, NULL));
		CU_ASSERT(is_same);
		pubkey_free(other);
	}
	unit_row(NULL);
	pubkey_free(key);
}

static const struct unit_case cases[] = {
	{ "every key equals itself and no other", test_files },
	{ "a key is the same in every encoding of SubjectPublicKeyInfo (RFC 3279 section 2.3.1)", test_encodings },
};

UNIT_MAIN("pki/pubkey_compare", cases)
