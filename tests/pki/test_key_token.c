#include <config.h>

#include "pki/key.h"

#include <gnutls/pkcs11.h>
#include <p11-kit/pkcs11.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "support/unit.h"

/*
 * Keys in a SoftHSM token, which key_token.test has made: rsa, ec256, ec384 and ec521 of tests/vectors/key, "rsa-3072" made in the token, two keys
 * called "twin", and "torn", whose public key is another's. TOKEN_DIR holds the file pin; the module is TOKEN_MODULE.
 */

#define PIN "4711-secret"

static const char *get(const char *variable)
{
	const char *value = getenv(variable);

	if (value == NULL) {
		fprintf(stderr, "%s is not set: key_token.test runs this\n", variable);
		exit(1);
	}
	return value;
}

static char *path_of(const char *name)
{
	static char paths[4][512];
	static unsigned turn;
	char *path = paths[turn++ % 4];

	snprintf(path, sizeof paths[0], "%s/%s", get("TOKEN_DIR"), name);
	return path;
}

static enum err open_named(const char *object, const char *pin_file, struct key **out, struct why *why)
{
	struct key_token token = { get("TOKEN_MODULE"), pin_file };
	char uri[256];

	snprintf(uri, sizeof uri, "pkcs11:token=scepgate-test;object=%s", object);
	return key_open_pkcs11(uri, &token, out, why);
}

static struct key *open_good(const char *object)
{
	struct key *key = NULL;
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, open_named(object, path_of("pin"), &key, &why));
	if (key == NULL)
		CU_FAIL_FATAL("the key does not open");
	return key;
}

static void write_pin(const char *name, const char *content, mode_t mode)
{
	FILE *file = fopen(path_of(name), "w");

	if (file == NULL || fputs(content, file) < 0 || fclose(file) != 0 || chmod(path_of(name), mode) != 0)
		abort();
}

static void kinds(void)
{
	static const struct {
		const char *object, *spki;
		enum key_kind kind;
		unsigned bits;
	} rows[] = {
		{ "rsa", "key/rsa2048.spki", KEY_KIND_RSA, 2048 }, { "ec256", "key/p256.spki", KEY_KIND_EC_P256, 256 }, { "ec384", "key/p384.spki", KEY_KIND_EC_P384, 384 },
		{ "ec521", "key/p521.spki", KEY_KIND_EC_P521, 521 }, { "rsa-3072", NULL, KEY_KIND_RSA, 3072 },
	};
	static const enum digest digests[] = { DIGEST_SHA1, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };
	struct bytes data = bytes_from_str("to be signed");

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct key *key = open_good(rows[i].object);
		struct pubkey *pubkey = NULL;
		struct buf sealed = { 0 };

		unit_row(rows[i].object);
		CU_ASSERT_EQUAL(key_get_kind(key), rows[i].kind);
		CU_ASSERT_EQUAL(key_get_bits(key), rows[i].bits);
		CU_ASSERT_TRUE(key_is_in_token(key));
		if (rows[i].spki != NULL)
			UNIT_BYTES(unit_vector(rows[i].spki), key_get_spki(key));
		UNIT_ERR(ERR_OK, key_check(key, NULL));
		UNIT_ERR(ERR_OK, pubkey_parse(key_get_spki(key), &pubkey, NULL));
		for (size_t j = 0; j < sizeof digests / sizeof digests[0]; j++) {
			struct buf signature = { 0 }, algorithm = { 0 };

			UNIT_ERR(ERR_OK, key_signature_algorithm(key, digests[j], &algorithm));
			UNIT_ERR(ERR_OK, key_sign(key, digests[j], data, &signature, NULL));
			UNIT_ERR(ERR_OK, pubkey_verify(pubkey, buf_bytes(&algorithm), DIGEST_NONE, data, buf_bytes(&signature), NULL, NULL));
			buf_clear(&signature);
			buf_clear(&algorithm);
		}
		/* It stays where it is. */
		UNIT_ERR(ERR_KEY, key_seal_pkcs8(key, bytes_from_str("0123456789abcdef0123456789abcdef"), &sealed, NULL));
		UNIT_ERR(ERR_KEY, key_encode_pem(key, &sealed, NULL));
		CU_ASSERT_EQUAL(sealed.len, 0);
		pubkey_free(pubkey);
		key_free(key);
	}
}

static void decrypting(void)
{
	static const struct {
		const char *file;
		bool is_good;
	} rows[] = { { "key/rsa2048-cek16.bin", true }, { "key/rsa2048-cek16-short.bin", true }, { "key/rsa2048-oaep.bin", false }, { "key/rsa-sha256.sig", false } };
	struct key *key = open_good("rsa"), *other = open_good("rsa-3072"), *ec = open_good("ec256"), *software = NULL;
	struct random random = random_system();
	uint8_t out[16], again[16], expected[16], of_ones[256];
	enum err e;

	UNIT_ERR(ERR_OK, key_parse_pem(unit_vector("key/rsa2048.pem"), &software, NULL));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].file);
		UNIT_ERR(ERR_OK, key_decrypt(software, &random, unit_vector(rows[i].file), expected, sizeof expected, NULL));
		UNIT_ERR(ERR_OK, key_decrypt(key, &random, unit_vector(rows[i].file), out, sizeof out, NULL));
		UNIT_ERR(ERR_OK, key_decrypt(key, &random, unit_vector(rows[i].file), again, sizeof again, NULL));
		CU_ASSERT_EQUAL(memcmp(out, expected, sizeof out) == 0, rows[i].is_good);
		CU_ASSERT_EQUAL(memcmp(out, again, sizeof out) == 0, rows[i].is_good);
		/* Another length than what is in it. */
		UNIT_ERR(ERR_OK, key_decrypt(key, &random, unit_vector(rows[i].file), again, 15, NULL));
		CU_ASSERT_NOT_EQUAL(memcmp(expected + 1, again, 15), 0);
	}
	unit_row("RSAES-OAEP");
	e = key_decrypt_oaep(key, &(struct key_oaep){ DIGEST_SHA1, DIGEST_SHA1 }, &random, unit_vector("key/rsa2048-oaep.bin"), out, sizeof out, NULL);
	UNIT_ERR(key_can_decrypt_oaep(key) ? ERR_OK : ERR_ALG_KEY_TRANSPORT, e);
	CU_ASSERT_EQUAL(key_can_decrypt_oaep(key), getenv("TOKEN_MECHANISMS") == NULL);
	CU_ASSERT_EQUAL(e == ERR_OK, memcmp(out, "0123456789abcdef", sizeof out) == 0);
	UNIT_ERR(ERR_ALG_KEY_TRANSPORT, key_decrypt_oaep(ec, &(struct key_oaep){ DIGEST_SHA1, DIGEST_SHA1 }, &random, unit_vector("key/rsa2048-oaep.bin"), out, sizeof out, NULL));
	unit_row("beyond the modulus");
	memset(of_ones, 0xff, sizeof of_ones);
	UNIT_ERR(ERR_OK, key_decrypt(key, &random, bytes_from(of_ones, sizeof of_ones), out, sizeof out, NULL));
	memset(of_ones, 0, sizeof of_ones);
	UNIT_ERR(ERR_OK, key_decrypt(key, &random, bytes_from(of_ones, sizeof of_ones), out, sizeof out, NULL));
	UNIT_ERR(ERR_OK, key_decrypt(key, &random, unit_vector("key/rsa2048-cek16.bin"), out, sizeof out, NULL));
	UNIT_BYTES(bytes_from_str("0123456789abcdef"), bytes_from(out, sizeof out));
	unit_row("checks");
	UNIT_ERR(ERR_OK, key_check_decrypt(key, &random, NULL));
	UNIT_ERR(ERR_OK, key_check_decrypt(other, &random, NULL));
	UNIT_ERR(ERR_ALG_KEY_TRANSPORT, key_check_decrypt(ec, &random, NULL));
	key_free(software);
	key_free(other);
	key_free(ec);
	key_free(key);
}

/* As a token does that is taken out, or a network HSM that restarts. */
static void close_all_sessions(void)
{
	void *functions = NULL;
	unsigned long slot = 0;

	if (gnutls_pkcs11_token_get_ptr("pkcs11:token=scepgate-test", &functions, &slot, 0) < 0)
		CU_FAIL_FATAL("the token of the test is not there");
	CU_ASSERT_EQUAL(((CK_FUNCTION_LIST *)functions)->C_CloseAllSessions(slot), CKR_OK);
}

static void reopening(void)
{
	struct random random = random_system();
	struct key *key = open_good("rsa"), *second = open_good("rsa"), *ec = open_good("ec256");

	UNIT_ERR(ERR_OK, key_check_decrypt(key, &random, NULL));
	key_free(second);
	UNIT_ERR(ERR_OK, key_check_decrypt(key, &random, NULL));
	for (int i = 0; i < 2; i++) {
		unit_row(i == 0 ? "decrypting first" : "signing first");
		close_all_sessions();
		UNIT_ERR(ERR_OK, i == 0 ? key_check_decrypt(key, &random, NULL) : key_check(key, NULL));
		UNIT_ERR(ERR_OK, i == 0 ? key_check(key, NULL) : key_check_decrypt(key, &random, NULL));
		UNIT_ERR(ERR_OK, key_check(ec, NULL));
	}
	key_free(key);
	key_free(ec);
}

/* The PIN was changed while the sessions were lost: an error, not a random key. */
static void lost(void)
{
	struct random random = random_system();
	struct key *key = open_good("rsa");
	CK_FUNCTION_LIST *functions;
	CK_SESSION_HANDLE session;
	unsigned long slot = 0;
	void *pointer = NULL;
	uint8_t out[16];
	CK_UTF8CHAR old_pin[] = PIN, new_pin[] = "changed-pin";

	close_all_sessions();
	if (gnutls_pkcs11_token_get_ptr("pkcs11:token=scepgate-test", &pointer, &slot, 0) < 0)
		CU_FAIL_FATAL("the token of the test is not there");
	functions = pointer;
	CU_ASSERT_EQUAL(functions->C_OpenSession(slot, CKF_SERIAL_SESSION | CKF_RW_SESSION, NULL, NULL, &session), CKR_OK);
	CU_ASSERT_EQUAL(functions->C_SetPIN(session, old_pin, sizeof old_pin - 1, new_pin, sizeof new_pin - 1), CKR_OK);
	UNIT_ERR(ERR_KEY_SECRET, key_decrypt(key, &random, unit_vector("key/rsa2048-cek16.bin"), out, sizeof out, NULL));
	CU_ASSERT_EQUAL(functions->C_SetPIN(session, new_pin, sizeof new_pin - 1, old_pin, sizeof old_pin - 1), CKR_OK);
	CU_ASSERT_EQUAL(functions->C_CloseSession(session), CKR_OK);
	UNIT_ERR(ERR_OK, key_decrypt(key, &random, unit_vector("key/rsa2048-cek16.bin"), out, sizeof out, NULL));
	UNIT_BYTES(bytes_from_str("0123456789abcdef"), bytes_from(out, sizeof out));
	key_free(key);
}

static void not_found(void)
{
	static const struct {
		const char *uri;
		enum err e;
		const char *says;
	} rows[] = {
		{ "pkcs11:token=scepgate-test;object=none", ERR_KEY, "fits" },
		{ "pkcs11:token=another;object=rsa", ERR_KEY, "fits" },
		{ "pkcs11:token=scepgate-test;object=twin", ERR_KEY, "2 private keys" },
		{ "pkcs11:token=scepgate-test", ERR_VALUE, "neither object nor id" },
		{ "pkcs11:token=scepgate-test;object=rsa?pin-value=" PIN, ERR_VALUE, "pin-value" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct key_token token = { get("TOKEN_MODULE"), path_of("pin") };
		struct key *key = NULL;
		struct why why = { 0 };

		unit_row(rows[i].uri);
		UNIT_ERR(rows[i].e, key_open_pkcs11(rows[i].uri, &token, &key, &why));
		CU_ASSERT_PTR_NULL(key);
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, rows[i].says));
		CU_ASSERT_PTR_NULL(strstr(why.text, PIN));
	}
}

static void pins(void)
{
	static const struct {
		const char *content;
		mode_t mode;
		enum err e;
	} rows[] = {
		{ PIN "\n", 0600, ERR_OK }, { PIN, 0640, ERR_OK }, { PIN "\n\n", 0600, ERR_KEY_SECRET }, { "", 0600, ERR_KEY_SECRET }, { "\n", 0600, ERR_KEY_SECRET },
		{ PIN, 0644, ERR_KEY_SECRET }, { PIN, 0660, ERR_KEY_SECRET }, { PIN "\r\n", 0600, ERR_KEY_SECRET },
	};
	char uri[600];
	struct key *key = NULL;

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct why why = { 0 };

		unit_row(rows[i].content);
		write_pin("other-pin", rows[i].content, rows[i].mode);
		UNIT_ERR(rows[i].e, open_named("rsa", path_of("other-pin"), &key, &why));
		CU_ASSERT_EQUAL(rows[i].e == ERR_OK, key != NULL);
		CU_ASSERT_PTR_NULL(strstr(why.text, PIN));
		key_free(key);
		key = NULL;
	}
	unit_row("pin-source");
	snprintf(uri, sizeof uri, "pkcs11:token=scepgate-test;object=ec256?pin-source=file:%s", path_of("pin"));
	UNIT_ERR(ERR_OK, key_open_pkcs11(uri, &(struct key_token){ get("TOKEN_MODULE"), NULL }, &key, NULL));
	key_free(key);
	key = NULL;
	unit_row("no PIN");
	UNIT_ERR(ERR_KEY_SECRET, open_named("rsa", NULL, &key, NULL));
	UNIT_ERR(ERR_KEY_SECRET, open_named("rsa", path_of("no-such-file"), &key, NULL));
	CU_ASSERT_PTR_NULL(key);
}

/* However often it is tried, a wrong PIN is given to the token once each time; and the right one still opens it. */
static void wrong_pin(void)
{
	struct key *key = NULL;
	struct why why = { 0 };

	write_pin("other-pin", "0000-wrong", 0600);
	UNIT_ERR(ERR_KEY_SECRET, open_named("rsa", path_of("other-pin"), &key, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "PIN"));
	CU_ASSERT_PTR_NULL(strstr(why.text, "0000-wrong"));
	UNIT_ERR(ERR_KEY_SECRET, open_named("ec256", path_of("other-pin"), &key, NULL));
	CU_ASSERT_PTR_NULL(key);
	key = open_good("rsa");
	key_free(key);
}

static void torn(void)
{
	struct key *key = NULL;
	struct why why = { 0 };

	key = open_good("torn");
	UNIT_ERR(ERR_KEY, key_check(key, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "does not verify"));
	key_free(key);
}

static void no_module(void)
{
	struct key *key = NULL;
	struct why why = { 0 };

	UNIT_ERR(ERR_KEY, key_open_pkcs11("pkcs11:object=rsa", &(struct key_token){ "/nonexistent/module.so", NULL }, &key, &why));
	CU_ASSERT_PTR_NULL(key);
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "module"));
}

static const struct unit_case cases[] = {
	{ "a module that is not there", no_module },
	{ "RSA and EC keys of a token sign with every digest, and do not leave it", kinds },
	{ "an RSA key of a token decrypts as one in memory does, or gives random octets (RFC 8017 section 7.2.2)", decrypting },
	{ "a key goes on when another one is closed, and when the token ended all sessions", reopening },
	{ "a token that cannot be logged in to again is an error, and no random key", lost },
	{ "no key, two keys, and URIs that are not taken", not_found },
	{ "the file with the PIN", pins },
	{ "a wrong PIN is tried once", wrong_pin },
	{ "a private key beside the public key of another", torn },
};

UNIT_MAIN("pki/key_token", cases)
