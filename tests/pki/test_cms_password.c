#include <config.h>

#include "pki/cms_password.h"

#include <string.h>

#include "pki/ber.h"
#include "pki/cms_enveloped.h"
#include "pki/crypto.h"
#include "pki/der.h"
#include "pki/oid.h"
#include "pki/pwri_kek.h"
#include "support/identity.h"
#include "support/unit.h"

#define PASSWORD "correct horse"
#define CONTENT "content"

/* --- messages of OpenSSL, and ours --- */

static void test_foreign(void)
{
	static const struct {
		const char *file, *content;
	} rows[] = {
		{ "password/openssl_aes128.der", "cms/short.bin" }, { "password/openssl_aes192.der", "cms/short.bin" },
		{ "password/openssl_aes256.der", "cms/short.bin" }, { "password/openssl_des3.der", "cms/short.bin" },
		{ "password/openssl_stream.ber", "cms/long.bin" }, { "password/openssl_mixed.der", "cms/short.bin" },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf plain = { 0 };

		unit_row(rows[i].file);
		UNIT_ERR(ERR_OK, cms_password_open(unit_vector(rows[i].file), bytes_from_str(PASSWORD), &plain, NULL));
		UNIT_BYTES(unit_vector(rows[i].content), buf_bytes(&plain));
		buf_reset(&plain);
		UNIT_ERR(ERR_CMS_DECRYPT, cms_password_open(unit_vector(rows[i].file), bytes_from_str("correct Horse"), &plain, NULL));
		CU_ASSERT_EQUAL(plain.len, 0);
		buf_clear(&plain);
	}
}

static void test_other_recipients(void)
{
	struct identity ra = identity_load("ra");
	struct random random = random_system();
	struct cms_enveloped *cms = NULL;
	struct buf plain = { 0 };
	struct why why = { 0 };

	/* Key transport beside a password: both ways in. */
	UNIT_ERR(ERR_OK, cms_enveloped_parse(unit_vector("password/openssl_mixed.der"), &cms, NULL));
	CU_ASSERT_EQUAL(cms->recipient_count, 1);
	CU_ASSERT_EQUAL(cms->password_recipient_count, 1);
	UNIT_ERR(ERR_OK, cms_enveloped_open(cms, ra.cert, ra.key, &random, &plain, NULL));
	UNIT_BYTES(unit_vector("cms/short.bin"), buf_bytes(&plain));
	cms_enveloped_free(cms);
	buf_reset(&plain);
	/* No password at all. */
	UNIT_ERR(ERR_CMS_RECIPIENT, cms_password_open(unit_vector("cms/enveloped_aes128.der"), bytes_from_str(PASSWORD), &plain, &why));
	CU_ASSERT_STRING_EQUAL(why.text, "none of the recipients of the envelope has a password");
	UNIT_ERR(ERR_CMS_SYNTAX, cms_password_open(unit_vector("cms/signed_sha256.der"), bytes_from_str(PASSWORD), &plain, NULL));
	CU_ASSERT_EQUAL(plain.len, 0);
	buf_clear(&plain);
	identity_clear(&ra);
}

static const enum cipher all_ciphers[] = { CIPHER_DES_CBC, CIPHER_DES3_CBC, CIPHER_AES128_CBC, CIPHER_AES192_CBC, CIPHER_AES256_CBC };
enum { ALL_CIPHERS = sizeof(all_ciphers) / sizeof(all_ciphers[0]) };

static void test_encode(void)
{
	for (size_t i = 0; i < ALL_CIPHERS; i++) {
		uint64_t seed = i;
		struct random random = random_counter(&seed);
		struct buf message = { 0 }, framed = { 0 }, plain = { 0 };
		struct cms_enveloped *cms = NULL;

		unit_row(cipher_name(all_ciphers[i]));
		UNIT_ERR(ERR_OK, cms_password_encode(unit_vector("cms/long.bin"), bytes_from_str(PASSWORD), all_ciphers[i], &random, &message, NULL));
		UNIT_ERR(ERR_OK, ber_normalise(buf_bytes(&message), &framed, NULL, NULL));
		UNIT_BYTES(buf_bytes(&message), buf_bytes(&framed));
		UNIT_ERR(ERR_OK, cms_enveloped_parse(buf_bytes(&message), &cms, NULL));
		CU_ASSERT_EQUAL(cms->cipher, all_ciphers[i]);
		CU_ASSERT_EQUAL(cms->recipient_count, 0);
		CU_ASSERT_EQUAL(cms->password_recipient_count, 1);
		UNIT_ERR(ERR_OK, cms_password_open(buf_bytes(&message), bytes_from_str(PASSWORD), &plain, NULL));
		UNIT_BYTES(unit_vector("cms/long.bin"), buf_bytes(&plain));
		cms_enveloped_free(cms);
		buf_clear(&message);
		buf_clear(&framed);
		buf_clear(&plain);
	}
}

static void test_encode_vectors(void)
{
	static const struct {
		const char *file;
		enum cipher cipher;
	} rows[] = { { "password/made_aes128.der", CIPHER_AES128_CBC }, { "password/made_aes256.der", CIPHER_AES256_CBC }, { "password/made_des3.der", CIPHER_DES3_CBC } };

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		uint64_t seed = 8894;
		struct random random = random_counter(&seed);
		struct buf message = { 0 };

		unit_row(rows[i].file);
		UNIT_ERR(ERR_OK, cms_password_encode(unit_vector("cms/short.bin"), bytes_from_str(PASSWORD), rows[i].cipher, &random, &message, NULL));
		UNIT_BYTES(unit_vector(rows[i].file), buf_bytes(&message));
		buf_clear(&message);
	}
}

static void test_password_lengths(void)
{
	static uint8_t password[CMS_PASSWORD_MAX_LEN + 1];
	static const struct {
		size_t len;
		enum err encode, open;
	} rows[] = {
		{ 0, ERR_VALUE, ERR_CMS_DECRYPT }, { 1, ERR_OK, ERR_OK }, { CMS_PASSWORD_MAX_LEN, ERR_OK, ERR_OK }, { CMS_PASSWORD_MAX_LEN + 1, ERR_VALUE, ERR_CMS_DECRYPT },
	};
	struct random random = random_system();

	memset(password, 'p', sizeof(password));
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct buf message = { 0 }, plain = { 0 };
		struct bytes given = bytes_from(password, rows[i].len);

		UNIT_ERR(rows[i].encode, cms_password_encode(bytes_from_str(CONTENT), given, CIPHER_AES128_CBC, &random, &message, NULL));
		UNIT_ERR(rows[i].open, cms_password_open(rows[i].encode == ERR_OK ? buf_bytes(&message) : unit_vector("password/openssl_aes128.der"), given, &plain, NULL));
		buf_clear(&message);
		buf_clear(&plain);
	}
}

static enum err no_random(void *context, uint8_t *out, size_t len)
{
	size_t *calls = context;

	memset(out, 0, len);
	return (*calls)-- == 0 ? ERR_RANDOM : ERR_OK;
}

static void test_encode_refused(void)
{
	struct random system = random_system();
	struct buf message = { 0 };

	/* key, IV, salt, IV of the wrap, padding */
	for (size_t i = 0; i < 5; i++) {
		size_t calls = i;
		struct random none = { no_random, &calls };

		UNIT_ERR(ERR_RANDOM, cms_password_encode(bytes_from_str(CONTENT), bytes_from_str(PASSWORD), CIPHER_AES128_CBC, &none, &message, NULL));
		CU_ASSERT_EQUAL(message.len, 0);
	}
	UNIT_ERR(ERR_ALG_CIPHER, cms_password_encode(bytes_from_str(CONTENT), bytes_from_str(PASSWORD), CIPHER_NONE, &system, &message, NULL));
	CU_ASSERT_EQUAL(message.len, 0);
	buf_clear(&message);
}

/* --- messages with one thing changed --- */

/* What a message is put together from; hexadecimal of whole elements, NULL means the usual, "" leaves it out. */
struct recipe {
	const char *salt, *iterations, *key_len, *prf, *behind_prf;
	const char *derivation_oid;        /* content */
	bool no_derivation, no_derivation_parameters;
	const char *encryption_oid, *kek_cipher_oid; /* content */
	const char *kek_iv;
	bool no_encryption_parameters, no_kek_cipher_parameters;
	const char *encrypted_key;
	const char *content_iv;
	size_t recipients;                 /* 0: one */
	/* what the wrapped key is really made with */
	unsigned real_iterations;
	enum digest real_prf;
	enum cipher real_kek_cipher;
};

static void put_hex(struct buf *out, const char *given, const char *usual)
{
	buf_append(out, unit_hex(given == NULL ? usual : given));
}

/* Append SEQUENCE (or another tag) { OID, parameters }. */
static void put_algorithm(struct buf *out, uint8_t tag, struct bytes oid, struct bytes parameters)
{
	struct buf inner = { 0 };

	der_put(&inner, DER_OID, oid);
	buf_append(&inner, parameters);
	der_put(out, tag, buf_bytes(&inner));
	buf_clear(&inner);
}

#define USUAL_SALT "0408 0102030405060708"
#define USUAL_IV "0410 000102030405060708090a0b0c0d0e0f"
#define USUAL_KEY "5051525354555657 58595a5b5c5d5e5f"

static void put_derivation(const struct recipe *recipe, struct buf *out)
{
	struct buf inner = { 0 }, parameters = { 0 };

	put_hex(&inner, recipe->salt, USUAL_SALT);
	put_hex(&inner, recipe->iterations, "0202 03e8");
	put_hex(&inner, recipe->key_len, "");
	put_hex(&inner, recipe->prf, "300c 0608 2a864886f70d0209 0500");
	put_hex(&inner, recipe->behind_prf, "");
	if (!recipe->no_derivation_parameters)
		der_put(&parameters, DER_SEQUENCE, buf_bytes(&inner));
	put_algorithm(out, DER_CONTEXT_CONSTRUCTED(0), recipe->derivation_oid == NULL ? oid_get(OID_PBKDF2) : unit_hex(recipe->derivation_oid), buf_bytes(&parameters));
	buf_clear(&inner);
	buf_clear(&parameters);
}

static void put_encryption(const struct recipe *recipe, struct buf *out)
{
	struct buf iv = { 0 }, parameters = { 0 };

	if (!recipe->no_kek_cipher_parameters)
		put_hex(&iv, recipe->kek_iv, USUAL_IV);
	if (!recipe->no_encryption_parameters)
		put_algorithm(&parameters, DER_SEQUENCE, recipe->kek_cipher_oid == NULL ? oid_get(OID_AES128_CBC) : unit_hex(recipe->kek_cipher_oid), buf_bytes(&iv));
	put_algorithm(out, DER_SEQUENCE, recipe->encryption_oid == NULL ? oid_get(OID_PWRI_KEK) : unit_hex(recipe->encryption_oid), buf_bytes(&parameters));
	buf_clear(&iv);
	buf_clear(&parameters);
}

static void put_encrypted_key(const struct recipe *recipe, struct buf *out)
{
	enum cipher cipher = recipe->real_kek_cipher == CIPHER_NONE ? CIPHER_AES128_CBC : recipe->real_kek_cipher;
	struct bytes iv = bytes_from(unit_hex(recipe->kek_iv != NULL && recipe->real_kek_cipher != CIPHER_NONE ? recipe->kek_iv : USUAL_IV).ptr + 2, cipher_block_len(cipher));
	uint8_t kek[CIPHER_MAX_KEY_LEN];
	uint64_t seed = 1;
	struct random random = random_counter(&seed);
	struct buf wrapped = { 0 };

	if (recipe->encrypted_key != NULL) {
		buf_append(out, unit_hex(recipe->encrypted_key));
		return;
	}
	UNIT_ERR(ERR_OK, crypto_pbkdf2(recipe->real_prf == DIGEST_NONE ? DIGEST_SHA256 : recipe->real_prf, bytes_from_str(PASSWORD),
		bytes_from(unit_hex(USUAL_SALT).ptr + 2, 8), recipe->real_iterations == 0 ? 1000 : recipe->real_iterations, kek, cipher_key_len(cipher)));
	UNIT_ERR(ERR_OK, pwri_kek_wrap(cipher, bytes_from(kek, cipher_key_len(cipher)), iv, unit_hex(USUAL_KEY), &random, &wrapped));
	der_put(out, DER_OCTET_STRING, buf_bytes(&wrapped));
	buf_clear(&wrapped);
}

static void put_content(const struct recipe *recipe, struct buf *out)
{
	struct buf inner = { 0 }, ciphertext = { 0 }, iv = { 0 };

	put_hex(&iv, recipe->content_iv, USUAL_IV);
	der_put(&inner, DER_OID, oid_get(OID_DATA));
	put_algorithm(&inner, DER_SEQUENCE, oid_get(OID_AES128_CBC), buf_bytes(&iv));
	UNIT_ERR(ERR_OK, crypto_cbc_encrypt(CIPHER_AES128_CBC, unit_hex(USUAL_KEY), bytes_from(unit_hex(USUAL_IV).ptr + 2, 16), bytes_from_str(CONTENT), &ciphertext));
	der_put(&inner, DER_CONTEXT(0), buf_bytes(&ciphertext));
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
	buf_clear(&ciphertext);
	buf_clear(&iv);
}

static void build(const struct recipe *recipe, struct buf *out)
{
	struct buf info = { 0 }, set = { 0 }, enveloped = { 0 };

	buf_append(&info, unit_hex("020100"));
	if (!recipe->no_derivation)
		put_derivation(recipe, &info);
	put_encryption(recipe, &info);
	put_encrypted_key(recipe, &info);
	for (size_t i = 0; i == 0 || i < recipe->recipients; i++)
		der_put(&set, DER_CONTEXT_CONSTRUCTED(3), buf_bytes(&info));
	buf_append(&enveloped, unit_hex("020103"));
	der_put(&enveloped, DER_SET, buf_bytes(&set));
	put_content(recipe, &enveloped);
	der_put(out, DER_SEQUENCE, buf_bytes(&enveloped));
	buf_clear(&info);
	buf_clear(&set);
	buf_clear(&enveloped);
}

static void expect(const char *row, const struct recipe *recipe, enum err expected, struct why *why)
{
	struct buf message = { 0 }, plain = { 0 };

	unit_row(row);
	build(recipe, &message);
	UNIT_ERR(expected, cms_password_open(buf_bytes(&message), bytes_from_str(PASSWORD), &plain, why));
	UNIT_BYTES(bytes_from_str(expected == ERR_OK ? CONTENT : ""), buf_bytes(&plain));
	buf_clear(&message);
	buf_clear(&plain);
}

static void test_prf(void)
{
	expect("none: HMAC-SHA-1", &(struct recipe){ .prf = "", .real_prf = DIGEST_SHA1 }, ERR_OK, NULL);
	expect("none is not HMAC-SHA-256", &(struct recipe){ .prf = "" }, ERR_CMS_DECRYPT, NULL);
	expect("SHA-1", &(struct recipe){ .prf = "300c 0608 2a864886f70d0207 0500", .real_prf = DIGEST_SHA1 }, ERR_OK, NULL);
	expect("SHA-224", &(struct recipe){ .prf = "300c 0608 2a864886f70d0208 0500", .real_prf = DIGEST_SHA224 }, ERR_OK, NULL);
	expect("SHA-256", &(struct recipe){ 0 }, ERR_OK, NULL);
	expect("SHA-384", &(struct recipe){ .prf = "300c 0608 2a864886f70d020a 0500", .real_prf = DIGEST_SHA384 }, ERR_OK, NULL);
	expect("SHA-512", &(struct recipe){ .prf = "300c 0608 2a864886f70d020b 0500", .real_prf = DIGEST_SHA512 }, ERR_OK, NULL);
	expect("without NULL", &(struct recipe){ .prf = "300a 0608 2a864886f70d0209" }, ERR_OK, NULL);
	expect("MD5", &(struct recipe){ .prf = "300c 0608 2a864886f70d0206 0500" }, ERR_CMS_DECRYPT, NULL);
	expect("no AlgorithmIdentifier", &(struct recipe){ .prf = "0608 2a864886f70d0209" }, ERR_CMS_DECRYPT, NULL);
	expect("empty", &(struct recipe){ .prf = "3000" }, ERR_CMS_DECRYPT, NULL);
	expect("something behind it", &(struct recipe){ .behind_prf = "0500" }, ERR_CMS_DECRYPT, NULL);
}

static void test_iterations(void)
{
	static const struct {
		const char *name, *iterations;
		unsigned real;
		enum err expected;
	} rows[] = {
		{ "none", "", 1000, ERR_CMS_DECRYPT },
		{ "0", "0201 00", 1000, ERR_CMS_DECRYPT },
		{ "1", "0201 01", 1, ERR_CMS_DECRYPT },
		{ "-1", "0201 ff", 1000, ERR_CMS_DECRYPT },
		{ "999", "0202 03e7", 999, ERR_CMS_DECRYPT },
		{ "1000", "0202 03e8", 1000, ERR_OK },
		{ "2000000", "0203 1e8480", 2000000, ERR_OK },
		{ "2000001", "0203 1e8481", 1000, ERR_CMS_DECRYPT },
		{ "2^31 - 1", "0204 7fffffff", 1000, ERR_CMS_DECRYPT },
		{ "2^31", "0205 0080000000", 1000, ERR_CMS_DECRYPT },
		{ "2^32 + 1000", "0205 01000003e8", 1000, ERR_CMS_DECRYPT },
		{ "2^64 + 1000", "0209 0100000000000003e8", 1000, ERR_CMS_DECRYPT },
		{ "no octets", "0200", 1000, ERR_CMS_DECRYPT },
		{ "a string", "0402 03e8", 1000, ERR_CMS_DECRYPT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i].name, &(struct recipe){ .iterations = rows[i].iterations, .real_iterations = rows[i].real }, rows[i].expected, NULL);
}

static void test_salt(void)
{
	struct buf hex = { 0 };

	expect("usual", &(struct recipe){ 0 }, ERR_OK, NULL);
	expect("none", &(struct recipe){ .salt = "" }, ERR_CMS_DECRYPT, NULL);
	expect("empty", &(struct recipe){ .salt = "0400" }, ERR_CMS_DECRYPT, NULL);
	expect("from another source", &(struct recipe){ .salt = "300a 0608 2a864886f70d0209" }, ERR_CMS_DECRYPT, NULL);
	/* The wrapped key does not fit these; a salt that is taken ends in another sentence than one that is not. */
	for (size_t len = CMS_PASSWORD_MIN_SALT_LEN - 1; len <= CMS_PASSWORD_MAX_SALT_LEN + 1; len++) {
		bool taken = len >= CMS_PASSWORD_MIN_SALT_LEN && len <= CMS_PASSWORD_MAX_SALT_LEN;
		struct why why = { 0 };

		buf_reset(&hex);
		buf_append_str(&hex, len < 128 ? "04" : "0481");
		buf_append_format(&hex, "%02zx", len);
		for (size_t i = 0; i < len; i++)
			buf_append_str(&hex, "aa");
		buf_terminate(&hex);
		expect("length", &(struct recipe){ .salt = (const char *)hex.ptr }, ERR_CMS_DECRYPT, &why);
		CU_ASSERT_EQUAL(taken, strstr(why.text, "the salt of PBKDF2 has") == NULL);
	}
	buf_clear(&hex);
}

static void test_parameters(void)
{
	expect("no derivation", &(struct recipe){ .no_derivation = true }, ERR_CMS_DECRYPT, NULL);
	expect("derivation without parameters", &(struct recipe){ .no_derivation_parameters = true }, ERR_CMS_DECRYPT, NULL);
	expect("PBES2 for derivation", &(struct recipe){ .derivation_oid = "2a864886f70d01050d" }, ERR_CMS_DECRYPT, NULL);
	expect("key length", &(struct recipe){ .key_len = "0201 10" }, ERR_OK, NULL);
	expect("key length 0", &(struct recipe){ .key_len = "0201 00" }, ERR_CMS_DECRYPT, NULL);
	expect("key length of another cipher", &(struct recipe){ .key_len = "0201 20" }, ERR_CMS_DECRYPT, NULL);
	expect("key length above 2^31", &(struct recipe){ .key_len = "0205 0080000010" }, ERR_CMS_DECRYPT, NULL);
	expect("encryption without parameters", &(struct recipe){ .no_encryption_parameters = true }, ERR_CMS_DECRYPT, NULL);
	expect("AES key wrap of RFC 3394", &(struct recipe){ .encryption_oid = "608648016503040105" }, ERR_CMS_DECRYPT, NULL);
	expect("wrapping cipher without IV", &(struct recipe){ .no_kek_cipher_parameters = true }, ERR_CMS_DECRYPT, NULL);
	expect("wrapping cipher with NULL", &(struct recipe){ .kek_iv = "0500" }, ERR_CMS_DECRYPT, NULL);
	expect("IV too short", &(struct recipe){ .kek_iv = "040f 000102030405060708090a0b0c0d0e" }, ERR_CMS_DECRYPT, NULL);
	expect("IV too long", &(struct recipe){ .kek_iv = "0411 000102030405060708090a0b0c0d0e0f10" }, ERR_CMS_DECRYPT, NULL);
	expect("wrapping cipher unknown", &(struct recipe){ .kek_cipher_oid = "608648016503040106" }, ERR_CMS_DECRYPT, NULL);
	expect("wrapping cipher AES-256", &(struct recipe){ .kek_cipher_oid = "60864801650304012a", .kek_iv = USUAL_IV, .real_kek_cipher = CIPHER_AES256_CBC }, ERR_OK, NULL);
	expect("wrapping cipher Triple-DES", &(struct recipe){ .kek_cipher_oid = "2a864886f70d0307", .kek_iv = "0408 0001020304050607", .real_kek_cipher = CIPHER_DES3_CBC },
		ERR_OK, NULL);
	expect("wrapping cipher single DES", &(struct recipe){ .kek_cipher_oid = "2b0e030207", .kek_iv = "0408 0001020304050607", .real_kek_cipher = CIPHER_DES_CBC },
		ERR_CMS_DECRYPT, NULL);
	expect("another wrapping cipher than was used", &(struct recipe){ .kek_cipher_oid = "60864801650304012a" }, ERR_CMS_DECRYPT, NULL);
	expect("content without IV", &(struct recipe){ .content_iv = "" }, ERR_CMS_DECRYPT, NULL);
	expect("two passwords", &(struct recipe){ .recipients = 2 }, ERR_CMS_DECRYPT, NULL);
}

static void test_wrapped_key(void)
{
	static const char *const rows[] = {
		"", "0400", "0401 00", "040f 000102030405060708090a0b0c0d0e", "0410 000102030405060708090a0b0c0d0e0f", "0411 000102030405060708090a0b0c0d0e0f10",
		"041f 000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e", "0420 000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f",
		"2420 000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f", "0500",
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		expect(rows[i], &(struct recipe){ .encrypted_key = rows[i] }, i == 8 ? ERR_ASN1_SYNTAX : ERR_CMS_DECRYPT, NULL);
}

/* What depends on the password is logged alike, and told alike. */
static void test_one_sentence(void)
{
	struct why wrong_key = { 0 }, wrong_password = { 0 }, wrong_content = { 0 };
	struct buf message = { 0 }, plain = { 0 };

	expect("wrapped key", &(struct recipe){ .encrypted_key = "0420 000102030405060708090a0b0c0d0e0f 101112131415161718191a1b1c1d1e1f" }, ERR_CMS_DECRYPT, &wrong_key);
	build(&(struct recipe){ 0 }, &message);
	UNIT_ERR(ERR_CMS_DECRYPT, cms_password_open(buf_bytes(&message), bytes_from_str("wrong"), &plain, &wrong_password));
	message.ptr[message.len - 1] ^= 1;
	UNIT_ERR(ERR_CMS_DECRYPT, cms_password_open(buf_bytes(&message), bytes_from_str(PASSWORD), &plain, &wrong_content));
	CU_ASSERT_STRING_EQUAL(wrong_key.text, wrong_password.text);
	CU_ASSERT_STRING_EQUAL(wrong_key.text, wrong_content.text);
	CU_ASSERT_EQUAL(plain.len, 0);
	buf_clear(&message);
	buf_clear(&plain);
}

/* --- damage --- */

static void visit_truncated(struct bytes damaged, void *context)
{
	struct buf plain = { 0 };
	enum err e = cms_password_open(damaged, bytes_from_str(PASSWORD), &plain, NULL);

	(void)context;
	CU_ASSERT(e == ERR_ASN1_SYNTAX || e == ERR_CMS_SYNTAX);
	CU_ASSERT_EQUAL(plain.len, 0);
	buf_clear(&plain);
}

static void visit_flipped(struct bytes damaged, void *context)
{
	struct buf plain = { 0 };
	size_t *opened = context;

	if (cms_password_open(damaged, bytes_from_str(PASSWORD), &plain, NULL) == ERR_OK)
		++*opened;
	buf_clear(&plain);
}

static void test_damage(void)
{
	static const uint8_t masks[] = { 0x01, 0x80 };
	struct buf message = { 0 };
	size_t opened = 0;

	build(&(struct recipe){ 0 }, &message);
	identity_each_truncation(buf_bytes(&message), visit_truncated, NULL);
	identity_each_flip(buf_bytes(&message), masks, sizeof(masks), visit_flipped, &opened);
	/* versions, the content type, the first block's IV: nothing of that is authenticated */
	CU_ASSERT(opened > 0 && opened < 2 * message.len / 4);
	buf_clear(&message);
}

static const struct unit_case cases[] = {
	{ "envelopes of OpenSSL open, and only under their password (RFC 5652 section 6.2.4)", test_foreign },
	{ "other recipients do not matter, and without a password there is none (RFC 5652 section 6.2)", test_other_recipients },
	{ "what is written is DER and opens, with each cipher", test_encode },
	{ "what is written is what it was when OpenSSL opened it", test_encode_vectors },
	{ "a password has 1 to 8192 octets", test_password_lengths },
	{ "nothing is written without random numbers or cipher", test_encode_refused },
	{ "the PRF is HMAC with a SHA, and HMAC-SHA-1 when none is named (RFC 8018 appendix A.2)", test_prf },
	{ "iterations are 1000 to 2000000; zero and 2^31 are refused before they are run", test_iterations },
	{ "a salt has 8 to 128 octets", test_salt },
	{ "parameters that are absent, unknown or contradict each other are refused (RFC 3211 section 2.3)", test_parameters },
	{ "a wrapped key of the wrong length is refused (CVE-2025-9230)", test_wrapped_key },
	{ "a wrong password, a bad key and bad padding end alike", test_one_sentence },
	{ "an envelope that is cut or changed anywhere is refused without harm", test_damage },
};

UNIT_MAIN("cms_password", cases)
