#include <config.h>

#include <string.h>

#include "pki/ber.h"
#include "pki/cms_enveloped.h"
#include "pki/crypto.h"
#include "pki/der.h"
#include "support/identity.h"
#include "support/unit.h"

/* --- messages of other programs, all for ra --- */

static const struct {
	const char *file;
	enum err parse;
	size_t recipient_count;
	enum cipher cipher;
	enum err open;
	const char *content;
} foreign[] = {
	{ "cms/enveloped_aes128.der", ERR_OK, 1, CIPHER_AES128_CBC, ERR_OK, "cms/short.bin" },
	{ "cms/enveloped_aes192.der", ERR_OK, 1, CIPHER_AES192_CBC, ERR_OK, "cms/short.bin" },
	{ "cms/enveloped_aes256.der", ERR_OK, 1, CIPHER_AES256_CBC, ERR_OK, "cms/short.bin" },
	{ "cms/enveloped_des3.der", ERR_OK, 1, CIPHER_DES3_CBC, ERR_OK, "cms/short.bin" },
	{ "cms/enveloped_des.der", ERR_OK, 1, CIPHER_DES_CBC, ERR_OK, "cms/short.bin" },
	{ "cms/enveloped_stream.ber", ERR_OK, 1, CIPHER_AES256_CBC, ERR_OK, "cms/long.bin" },
	{ "cms/enveloped_keyid.der", ERR_OK, 1, CIPHER_AES128_CBC, ERR_OK, "cms/short.bin" },
	{ "cms/enveloped_several.der", ERR_OK, 3, CIPHER_AES128_CBC, ERR_OK, "cms/short.bin" },
	{ "cms/enveloped_mixed.der", ERR_OK, 2, CIPHER_AES128_CBC, ERR_OK, "cms/short.bin" },
	{ "cms/enveloped_pwri.der", ERR_OK, 0, CIPHER_AES128_CBC, ERR_CMS_RECIPIENT, NULL },
	{ "cms/enveloped_oaep.der", ERR_OK, 1, CIPHER_AES128_CBC, ERR_ALG_KEY_TRANSPORT, NULL },
	{ "cms/enveloped_rc2.der", ERR_OK, 1, CIPHER_NONE, ERR_ALG_CIPHER, NULL },
	{ "cms/enveloped_gcm.der", ERR_CMS_SYNTAX, 0, CIPHER_NONE, ERR_OK, NULL },
	{ "cms/signed_sha256.der", ERR_CMS_SYNTAX, 0, CIPHER_NONE, ERR_OK, NULL },
};

static void test_foreign(void)
{
	struct identity ra = identity_load("ra");
	struct random random = random_system();

	for (size_t i = 0; i < sizeof(foreign) / sizeof(foreign[0]); i++) {
		struct cms_enveloped *cms = NULL;
		struct buf plain = { 0 };

		unit_row(foreign[i].file);
		UNIT_ERR(foreign[i].parse, cms_enveloped_parse(unit_vector(foreign[i].file), &cms, NULL));
		if (cms == NULL)
			continue;
		CU_ASSERT_EQUAL(cms->recipient_count, foreign[i].recipient_count);
		CU_ASSERT_EQUAL(cms->cipher, foreign[i].cipher);
		UNIT_ERR(foreign[i].open, cms_enveloped_open(cms, ra.cert, ra.key, &random, &plain, NULL));
		UNIT_BYTES(foreign[i].content == NULL ? (struct bytes){ 0 } : unit_vector(foreign[i].content), buf_bytes(&plain));
		cms_enveloped_free(cms);
		buf_clear(&plain);
	}
	identity_clear(&ra);
}

/* The key that opens one opens them all, where its library can. */
static void test_oaep(void)
{
	static const enum key_library libraries[] = { KEY_LIBRARY_GNUTLS, KEY_LIBRARY_AUTO, KEY_LIBRARY_OPENSSL };
	static const char *const files[] = { "cms/enveloped_oaep.der", "cms/enveloped_oaep_sha256.der" };
	struct identity ra = identity_load("ra"), other = identity_load("other");

	for (size_t i = 0; i < sizeof libraries / sizeof libraries[0]; i++) {
		bool can = libraries[i] != KEY_LIBRARY_GNUTLS && key_library_is_built_in(KEY_LIBRARY_OPENSSL);

		if (!key_library_is_built_in(libraries[i]))
			continue;
		UNIT_ERR(ERR_OK, key_use_library(ra.key, libraries[i], NULL));
		UNIT_ERR(ERR_OK, key_use_library(other.key, libraries[i], NULL));
		for (size_t n = 0; n < sizeof files / sizeof files[0]; n++) {
			uint64_t seed = 1;
			struct random random = random_counter(&seed);
			struct cms_enveloped *cms = NULL;
			struct buf plain = { 0 };

			unit_row(files[n]);
			UNIT_ERR(ERR_OK, cms_enveloped_parse(unit_vector(files[n]), &cms, NULL));
			UNIT_ERR(can ? ERR_OK : ERR_ALG_KEY_TRANSPORT, cms_enveloped_open(cms, ra.cert, ra.key, &random, &plain, NULL));
			UNIT_BYTES(can ? unit_vector("cms/short.bin") : (struct bytes){ 0 }, buf_bytes(&plain));
			buf_reset(&plain);
			UNIT_ERR(can ? ERR_CMS_DECRYPT : ERR_ALG_KEY_TRANSPORT, cms_enveloped_open(cms, other.cert, other.key, &random, &plain, NULL));
			CU_ASSERT_EQUAL(0, plain.len);
			cms_enveloped_free(cms);
			buf_clear(&plain);
		}
	}
	identity_clear(&ra);
	identity_clear(&other);
}

static void test_cipher_oid(void)
{
	struct cms_enveloped *cms = NULL;
	struct buf dotted = { 0 };

	UNIT_ERR(ERR_OK, cms_enveloped_parse(unit_vector("cms/enveloped_rc2.der"), &cms, NULL));
	UNIT_ERR(ERR_OK, oid_format(cms->cipher_oid, &dotted));
	CU_ASSERT(bytes_is_str(buf_bytes(&dotted), "1.2.840.113549.3.2"));
	cms_enveloped_free(cms);
	buf_clear(&dotted);
}

static void test_other_recipients(void)
{
	static const struct {
		const char *file, *name;
		enum err open;
	} rows[] = {
		{ "cms/enveloped_several.der", "other", ERR_OK },
		{ "cms/enveloped_several.der", "ra", ERR_OK },
		{ "cms/enveloped_several.der", "client", ERR_OK },
		{ "cms/enveloped_several.der", "ec", ERR_CMS_RECIPIENT },
		{ "cms/enveloped_mixed.der", "client", ERR_CMS_RECIPIENT },
		/* the only recipient is tried, with a key that does not fit */
		{ "cms/enveloped_aes128.der", "other", ERR_CMS_DECRYPT },
		{ "cms/enveloped_keyid.der", "other", ERR_CMS_DECRYPT },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct identity ours = identity_load(rows[i].name);
		/* A fixed source, so that the random key of the implicit rejection is one whose padding is known to be bad. */
		uint64_t seed = 1;
		struct random random = random_counter(&seed);
		struct cms_enveloped *cms = NULL;
		struct buf plain = { 0 };

		unit_row(rows[i].name);
		UNIT_ERR(ERR_OK, cms_enveloped_parse(unit_vector(rows[i].file), &cms, NULL));
		UNIT_ERR(rows[i].open, cms_enveloped_open(cms, ours.cert, ours.key, &random, &plain, NULL));
		cms_enveloped_free(cms);
		buf_clear(&plain);
		identity_clear(&ours);
	}
}

/* A renewed certificate names another serial, and the only recipient is still ours by its key. */
static void test_renewed_certificate(void)
{
	struct identity ra = identity_load("ra"), other = identity_load("other");
	struct random random = random_system();
	struct cms_enveloped *cms = NULL;
	struct buf plain = { 0 };

	UNIT_ERR(ERR_OK, cms_enveloped_parse(unit_vector("cms/enveloped_aes128.der"), &cms, NULL));
	UNIT_ERR(ERR_OK, cms_enveloped_open(cms, other.cert, ra.key, &random, &plain, NULL));
	UNIT_BYTES(unit_vector("cms/short.bin"), buf_bytes(&plain));
	cms_enveloped_free(cms);
	buf_clear(&plain);
	identity_clear(&ra);
	identity_clear(&other);
}

/* --- messages with one thing changed, put together by hand --- */

struct recipe {
	bool bare;                  /* no ContentInfo */
	const char *cipher_oid;     /* hexadecimal; NULL: AES-128-CBC */
	const char *parameters;     /* whole element; NULL: the right IV */
	struct bytes encrypted_key;
	struct bytes content_key;   /* encrypted when encrypted_key is empty */
	struct bytes ciphertext;
	const char *content_element; /* the whole [0] element, hexadecimal; NULL: primitive with `ciphertext` */
	const char *key_algorithm;  /* whole element; NULL: rsaEncryption with NULL */
	const char *rid;            /* whole element; NULL: that of ra */
	size_t recipient_count;
	const char *originator;     /* whole element before RecipientInfos */
	const char *behind;         /* whole element after EncryptedContentInfo */
};

static const char oid_aes128[] = "60 86 48 01 65 03 04 01 02", oid_des[] = "2b 0e 03 02 07";
static const uint8_t content_key[16] = { 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12, 13, 14, 15, 16 };
static const uint8_t content_iv[16] = { 9, 9, 9 };

static void put_hex(struct buf *out, const char *hex)
{
	buf_append(out, unit_hex(hex));
}

static void put_recipient(const struct recipe *recipe, const struct identity *ra, struct buf *out)
{
	struct buf inner = { 0 }, rid = { 0 }, encrypted_key = { 0 };
	struct pubkey *pubkey = NULL;

	if (recipe->encrypted_key.len > 0) {
		buf_append(&encrypted_key, recipe->encrypted_key);
	} else {
		UNIT_ERR(ERR_OK, pubkey_parse(ra->cert->spki, &pubkey, NULL));
		UNIT_ERR(ERR_OK, pubkey_encrypt(pubkey, recipe->content_key.len == 0 ? bytes_from(content_key, sizeof(content_key)) : recipe->content_key, &encrypted_key, NULL));
		pubkey_free(pubkey);
	}
	put_hex(&inner, "02 01 00");
	if (recipe->rid == NULL) {
		buf_append(&rid, ra->cert->issuer);
		der_put(&rid, DER_INTEGER, ra->cert->serial);
		der_put(&inner, DER_SEQUENCE, buf_bytes(&rid));
	} else {
		put_hex(&inner, recipe->rid);
	}
	put_hex(&inner, recipe->key_algorithm == NULL ? "30 0d 06 09 2a 86 48 86 f7 0d 01 01 01 05 00" : recipe->key_algorithm);
	der_put(&inner, DER_OCTET_STRING, buf_bytes(&encrypted_key));
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
	buf_clear(&rid);
	buf_clear(&encrypted_key);
}

static void put_encrypted_content(const struct recipe *recipe, struct buf *out)
{
	struct buf inner = { 0 }, algorithm = { 0 };

	der_put(&inner, DER_OID, oid_get(OID_DATA));
	der_put(&algorithm, DER_OID, unit_hex(recipe->cipher_oid == NULL ? oid_aes128 : recipe->cipher_oid));
	if (recipe->parameters == NULL)
		der_put(&algorithm, DER_OCTET_STRING, bytes_from(content_iv, sizeof(content_iv)));
	else
		put_hex(&algorithm, recipe->parameters);
	der_put(&inner, DER_SEQUENCE, buf_bytes(&algorithm));
	if (recipe->content_element == NULL)
		der_put(&inner, DER_CONTEXT(0), recipe->ciphertext);
	else
		put_hex(&inner, recipe->content_element);
	der_put(out, DER_SEQUENCE, buf_bytes(&inner));
	buf_clear(&inner);
	buf_clear(&algorithm);
}

static void build(const struct recipe *recipe, const struct identity *ra, struct buf *out)
{
	struct buf inner = { 0 }, recipients = { 0 }, enveloped = { 0 }, tagged = { 0 };
	size_t count = recipe->recipient_count == 0 ? 1 : recipe->recipient_count;

	while (count-- > 0)
		put_recipient(recipe, ra, &recipients);
	put_hex(&inner, "02 01 00");
	put_hex(&inner, recipe->originator == NULL ? "" : recipe->originator);
	der_put(&inner, DER_SET, buf_bytes(&recipients));
	put_encrypted_content(recipe, &inner);
	put_hex(&inner, recipe->behind == NULL ? "" : recipe->behind);
	der_put(recipe->bare ? out : &enveloped, DER_SEQUENCE, buf_bytes(&inner));
	if (!recipe->bare) {
		der_put(&tagged, DER_OID, oid_get(OID_ENVELOPED_DATA));
		der_put(&tagged, DER_CONTEXT_CONSTRUCTED(0), buf_bytes(&enveloped));
		der_put(out, DER_SEQUENCE, buf_bytes(&tagged));
	}
	buf_clear(&inner);
	buf_clear(&recipients);
	buf_clear(&enveloped);
	buf_clear(&tagged);
}

static void expect(const char *row, const struct recipe *recipe, enum err parse, enum err open)
{
	struct identity ra = identity_load("ra");
	uint64_t seed = 1;
	struct random random = random_counter(&seed);
	struct cms_enveloped *cms = NULL;
	struct buf message = { 0 }, plain = { 0 };

	unit_row(row);
	build(recipe, &ra, &message);
	UNIT_ERR(parse, cms_enveloped_parse(buf_bytes(&message), &cms, NULL));
	if (cms != NULL) {
		UNIT_ERR(open, cms_enveloped_open(cms, ra.cert, ra.key, &random, &plain, NULL));
		UNIT_BYTES(open == ERR_OK ? bytes_from_str("content") : (struct bytes){ 0 }, buf_bytes(&plain));
	}
	cms_enveloped_free(cms);
	buf_clear(&message);
	buf_clear(&plain);
	identity_clear(&ra);
}

static void encrypt(enum cipher cipher, const uint8_t *iv, struct buf *out)
{
	UNIT_ERR(ERR_OK, crypto_cbc_encrypt(cipher, bytes_from(content_key, cipher_key_len(cipher)), bytes_from(iv, cipher_block_len(cipher)), bytes_from_str("content"), out));
}

static void test_shapes(void)
{
	struct buf ciphertext = { 0 };
	struct bytes sealed;

	encrypt(CIPHER_AES128_CBC, content_iv, &ciphertext);
	sealed = buf_bytes(&ciphertext);
	expect("in ContentInfo", &(struct recipe){ .ciphertext = sealed }, ERR_OK, ERR_OK);
	expect("without ContentInfo", &(struct recipe){ .ciphertext = sealed, .bare = true }, ERR_OK, ERR_OK);
	expect("originatorInfo", &(struct recipe){ .ciphertext = sealed, .originator = "a0 00" }, ERR_OK, ERR_OK);
	expect("unprotectedAttrs", &(struct recipe){ .ciphertext = sealed, .behind = "a1 00" }, ERR_OK, ERR_OK);
	expect("something behind", &(struct recipe){ .ciphertext = sealed, .behind = "05 00" }, ERR_CMS_SYNTAX, ERR_OK);
	expect("rsaEncryption without NULL", &(struct recipe){ .ciphertext = sealed, .key_algorithm = "30 0b 06 09 2a 86 48 86 f7 0d 01 01 01" }, ERR_OK, ERR_OK);
	expect("RSAES-OAEP without parameters", &(struct recipe){ .ciphertext = sealed, .key_algorithm = "30 0b 06 09 2a 86 48 86 f7 0d 01 01 07" }, ERR_OK, ERR_ALG_KEY_TRANSPORT);
	expect("an unknown key transport", &(struct recipe){ .ciphertext = sealed, .key_algorithm = "30 03 06 01 2a" }, ERR_OK, ERR_ALG_KEY_TRANSPORT);
	expect("no key transport", &(struct recipe){ .ciphertext = sealed, .key_algorithm = "30 00" }, ERR_CMS_SYNTAX, ERR_OK);
	expect("an unknown cipher with odd parameters", &(struct recipe){ .ciphertext = sealed, .cipher_oid = "2a 03", .parameters = "30 00 30 00" }, ERR_OK, ERR_ALG_CIPHER);
	expect("no encryptedContent", &(struct recipe){ .content_element = "" }, ERR_CMS_SYNTAX, ERR_OK);
	expect("encryptedContent of another tag", &(struct recipe){ .content_element = "04 01 00" }, ERR_CMS_SYNTAX, ERR_OK);
	expect("encryptedContent of chunks that are no strings", &(struct recipe){ .content_element = "a0 02 05 00" }, ERR_CMS_SYNTAX, ERR_OK);
	expect("16 recipients", &(struct recipe){ .ciphertext = sealed, .recipient_count = CMS_MAX_RECIPIENTS }, ERR_OK, ERR_OK);
	expect("17 recipients", &(struct recipe){ .ciphertext = sealed, .recipient_count = CMS_MAX_RECIPIENTS + 1 }, ERR_ASN1_LIMIT, ERR_OK);
	expect("another rid, and it is the only one", &(struct recipe){ .ciphertext = sealed, .rid = "80 01 07" }, ERR_OK, ERR_OK);
	expect("another rid twice", &(struct recipe){ .ciphertext = sealed, .rid = "80 01 07", .recipient_count = 2 }, ERR_OK, ERR_CMS_RECIPIENT);
	expect("rid of another form", &(struct recipe){ .ciphertext = sealed, .rid = "05 00" }, ERR_CMS_SYNTAX, ERR_OK);
	buf_clear(&ciphertext);
}

static void test_key_identifiers(void)
{
	struct identity ra = identity_load("ra");
	struct buf ciphertext = { 0 }, hex = { 0 };

	encrypt(CIPHER_AES128_CBC, content_iv, &ciphertext);
	buf_append_str(&hex, "a0 16 04 14 ");
	for (size_t i = 0; i < ra.cert->subject_key_id.len; i++)
		buf_append_format(&hex, "%02x", ra.cert->subject_key_id.ptr[i]);
	buf_terminate(&hex);
	/* Two of them, so that the only one is not just tried. */
	expect("nested OCTET STRING", &(struct recipe){ .ciphertext = buf_bytes(&ciphertext), .rid = (const char *)hex.ptr, .recipient_count = 2 }, ERR_OK, ERR_OK);
	memcpy(hex.ptr, "80 14       ", 12);
	expect("primitive", &(struct recipe){ .ciphertext = buf_bytes(&ciphertext), .rid = (const char *)hex.ptr, .recipient_count = 2 }, ERR_OK, ERR_OK);
	buf_clear(&ciphertext);
	buf_clear(&hex);
	identity_clear(&ra);
}

static void test_iv(void)
{
	static const uint8_t zero[16];
	struct buf aes = { 0 }, des = { 0 };

	encrypt(CIPHER_AES128_CBC, zero, &aes);
	encrypt(CIPHER_DES_CBC, zero, &des);
	expect("DES, absent: zero", &(struct recipe){ .cipher_oid = oid_des, .content_key = bytes_from(content_key, 8), .parameters = "", .ciphertext = buf_bytes(&des) }, ERR_OK, ERR_OK);
	expect("DES, NULL: zero", &(struct recipe){ .cipher_oid = oid_des, .content_key = bytes_from(content_key, 8), .parameters = "05 00", .ciphertext = buf_bytes(&des) }, ERR_OK, ERR_OK);
	expect("AES, absent", &(struct recipe){ .parameters = "", .ciphertext = buf_bytes(&aes) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("AES, NULL", &(struct recipe){ .parameters = "05 00", .ciphertext = buf_bytes(&aes) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("AES, 15 octets", &(struct recipe){ .parameters = "04 0f 000000000000000000000000000000", .ciphertext = buf_bytes(&aes) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("AES, 16 octets", &(struct recipe){ .parameters = "04 10 00000000000000000000000000000000", .ciphertext = buf_bytes(&aes) }, ERR_OK, ERR_OK);
	expect("AES, 17 octets", &(struct recipe){ .parameters = "04 11 0000000000000000000000000000000000", .ciphertext = buf_bytes(&aes) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("empty", &(struct recipe){ .parameters = "04 00", .ciphertext = buf_bytes(&aes) }, ERR_CMS_SYNTAX, ERR_OK);
	expect("another type", &(struct recipe){ .parameters = "02 01 00", .ciphertext = buf_bytes(&aes) }, ERR_CMS_SYNTAX, ERR_OK);
	expect("two", &(struct recipe){ .parameters = "05 00 05 00", .ciphertext = buf_bytes(&aes) }, ERR_CMS_SYNTAX, ERR_OK);
	buf_clear(&aes);
	buf_clear(&des);
}

/* Every way to spoil the key or the padding gives the same answer. */
static void test_one_failure(void)
{
	struct buf good = { 0 };
	uint8_t zeros[256] = { 0 }, ones[257];
	static const uint8_t short_key[15] = { 1 }, long_key[17] = { 1 };

	memset(ones, 0xff, sizeof(ones));
	encrypt(CIPHER_AES128_CBC, content_iv, &good);
	expect("encrypted key of zeros", &(struct recipe){ .ciphertext = buf_bytes(&good), .encrypted_key = bytes_from(zeros, sizeof(zeros)) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("encrypted key above the modulus", &(struct recipe){ .ciphertext = buf_bytes(&good), .encrypted_key = bytes_from(ones, 256) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("encrypted key longer than the modulus", &(struct recipe){ .ciphertext = buf_bytes(&good), .encrypted_key = bytes_from(ones, 257) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("encrypted key of one octet", &(struct recipe){ .ciphertext = buf_bytes(&good), .encrypted_key = bytes_from(ones, 1) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("content key too short", &(struct recipe){ .ciphertext = buf_bytes(&good), .content_key = bytes_from(short_key, sizeof(short_key)) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("content key too long", &(struct recipe){ .ciphertext = buf_bytes(&good), .content_key = bytes_from(long_key, sizeof(long_key)) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("another content key", &(struct recipe){ .ciphertext = buf_bytes(&good), .content_key = bytes_from(ones, 16) }, ERR_OK, ERR_CMS_DECRYPT);
	expect("no ciphertext", &(struct recipe){ .content_element = "80 00" }, ERR_OK, ERR_CMS_DECRYPT);
	expect("ciphertext of one octet", &(struct recipe){ .content_element = "80 01 00" }, ERR_OK, ERR_CMS_DECRYPT);
	expect("ciphertext of 17 octets", &(struct recipe){ .ciphertext = bytes_from(zeros, 17) }, ERR_OK, ERR_CMS_DECRYPT);
	good.ptr[good.len - 1] ^= 1;
	expect("bad padding", &(struct recipe){ .ciphertext = buf_bytes(&good) }, ERR_OK, ERR_CMS_DECRYPT);
	buf_clear(&good);
}

/* The sentence for the log is the same, too. */
static void test_one_sentence(void)
{
	struct identity ra = identity_load("ra"), other = identity_load("other");
	struct buf damaged = { 0 };
	struct why wrong_key = { 0 }, wrong_padding = { 0 };
	uint64_t seed = 1;
	struct random random = random_counter(&seed);
	struct cms_enveloped *cms = NULL;
	struct buf plain = { 0 };

	buf_append(&damaged, unit_vector("cms/enveloped_aes128.der"));
	UNIT_ERR(ERR_OK, cms_enveloped_parse(buf_bytes(&damaged), &cms, NULL));
	UNIT_ERR(ERR_CMS_DECRYPT, cms_enveloped_open(cms, ra.cert, other.key, &random, &plain, &wrong_key));
	cms->ciphertext.ptr[cms->ciphertext.len - 1] ^= 1;
	UNIT_ERR(ERR_CMS_DECRYPT, cms_enveloped_open(cms, ra.cert, ra.key, &random, &plain, &wrong_padding));
	CU_ASSERT_STRING_EQUAL(wrong_key.text, wrong_padding.text);
	CU_ASSERT(strlen(wrong_key.text) > 0);
	cms_enveloped_free(cms);
	buf_clear(&damaged);
	buf_clear(&plain);
	identity_clear(&ra);
	identity_clear(&other);
}

static void test_key_that_is_not_rsa(void)
{
	struct identity ec = identity_load("ec");
	struct random random = random_system();
	struct cms_enveloped *cms = NULL;
	struct buf plain = { 0 };

	UNIT_ERR(ERR_OK, cms_enveloped_parse(unit_vector("cms/enveloped_aes128.der"), &cms, NULL));
	UNIT_ERR(ERR_ALG_KEY_TRANSPORT, cms_enveloped_open(cms, ec.cert, ec.key, &random, &plain, NULL));
	cms_enveloped_free(cms);
	identity_clear(&ec);
}

/* --- our own messages --- */

static void test_encode(void)
{
	static const enum cipher ciphers[] = { CIPHER_DES_CBC, CIPHER_DES3_CBC, CIPHER_AES128_CBC, CIPHER_AES192_CBC, CIPHER_AES256_CBC };
	struct identity ra = identity_load("ra");
	struct bytes content = unit_vector("cms/long.bin");
	struct random random = random_system();

	for (size_t i = 0; i < 2 * sizeof(ciphers) / sizeof(ciphers[0]); i++) {
		enum cms_framing framing = i % 2 == 0 ? CMS_FRAMING_DER : CMS_FRAMING_BER;
		struct buf message = { 0 }, framed = { 0 }, plain = { 0 };
		struct cms_enveloped *cms = NULL;

		unit_row(cipher_name(ciphers[i / 2]));
		UNIT_ERR(ERR_OK, cms_enveloped_encode(content, ra.cert, ciphers[i / 2], framing, &random, &message, NULL));
		UNIT_ERR(ERR_OK, ber_normalise(buf_bytes(&message), &framed, NULL, NULL));
		CU_ASSERT_EQUAL(framing == CMS_FRAMING_DER, bytes_is_equal(buf_bytes(&message), buf_bytes(&framed)));
		UNIT_ERR(ERR_OK, cms_enveloped_parse(buf_bytes(&message), &cms, NULL));
		CU_ASSERT_EQUAL(cms->recipient_count, 1);
		UNIT_BYTES(ra.cert->serial, cms->recipient[0].serial);
		UNIT_BYTES(oid_get(OID_RSA_ENCRYPTION), cms->recipient[0].algorithm_oid);
		CU_ASSERT_EQUAL(cms->cipher, ciphers[i / 2]);
		UNIT_ERR(ERR_OK, cms_enveloped_open(cms, ra.cert, ra.key, &random, &plain, NULL));
		UNIT_BYTES(content, buf_bytes(&plain));
		cms_enveloped_free(cms);
		buf_clear(&message);
		buf_clear(&framed);
		buf_clear(&plain);
	}
	identity_clear(&ra);
}

static enum err no_random(void *context, uint8_t *out, size_t len)
{
	(void)context;
	(void)out;
	(void)len;
	return ERR_RANDOM;
}

static void test_encode_refused(void)
{
	struct identity ra = identity_load("ra"), ec = identity_load("ec");
	struct random random = random_system(), none = { no_random, NULL };
	struct buf message = { 0 };

	UNIT_ERR(ERR_ALG_KEY_TRANSPORT, cms_enveloped_encode(bytes_from_str("x"), ec.cert, CIPHER_AES128_CBC, CMS_FRAMING_DER, &random, &message, NULL));
	UNIT_ERR(ERR_ALG_CIPHER, cms_enveloped_encode(bytes_from_str("x"), ra.cert, CIPHER_NONE, CMS_FRAMING_DER, &random, &message, NULL));
	UNIT_ERR(ERR_RANDOM, cms_enveloped_encode(bytes_from_str("x"), ra.cert, CIPHER_AES128_CBC, CMS_FRAMING_DER, &none, &message, NULL));
	CU_ASSERT_EQUAL(message.len, 0);
	buf_clear(&message);
	identity_clear(&ra);
	identity_clear(&ec);
}

/* --- damage --- */

static void visit_truncated(struct bytes damaged, void *context)
{
	struct cms_enveloped *cms = NULL;
	enum err e = cms_enveloped_parse(damaged, &cms, NULL);

	(void)context;
	CU_ASSERT(e == ERR_ASN1_SYNTAX || e == ERR_CMS_SYNTAX);
	cms_enveloped_free(cms);
}

static void visit_flipped(struct bytes damaged, void *context)
{
	struct cms_enveloped *cms = NULL;
	size_t *parsed = context;

	if (cms_enveloped_parse(damaged, &cms, NULL) == ERR_OK)
		++*parsed;
	cms_enveloped_free(cms);
}

static void test_damage(void)
{
	static const uint8_t masks[] = { 0x01, 0x20, 0x80 };
	size_t parsed = 0;

	identity_each_truncation(unit_vector("cms/enveloped_mixed.der"), visit_truncated, NULL);
	identity_each_truncation(unit_vector("cms/enveloped_stream.ber"), visit_truncated, NULL);
	identity_each_flip(unit_vector("cms/enveloped_mixed.der"), masks, sizeof(masks), visit_flipped, &parsed);
	identity_each_flip(unit_vector("cms/enveloped_stream.ber"), masks, sizeof(masks), visit_flipped, &parsed);
	CU_ASSERT(parsed > 0);
}

static const struct unit_case cases[] = {
	{ "envelopes of OpenSSL are read and open (RFC 5652 section 6)", test_foreign },
	{ "RSAES-OAEP is opened where the key's library can, and refused where not (RFC 3560)", test_oaep },
	{ "an unknown cipher is named by its identifier", test_cipher_oid },
	{ "the recipient is the one of our certificate, or the only one (RFC 5652 section 6.2.1)", test_other_recipients },
	{ "an envelope for the former certificate of our key opens", test_renewed_certificate },
	{ "optional parts may be there or not, and nothing else (RFC 5652 section 6.1)", test_shapes },
	{ "the recipient may be named by key identifier (RFC 5652 section 6.2.1)", test_key_identifiers },
	{ "the IV is exactly one block; only of DES a missing one is zero (RFC 3565 section 4.1)", test_iv },
	{ "a bad key and bad padding end alike (RFC 3218, RFC 8017 section 7.2.2)", test_one_failure },
	{ "a bad key and bad padding are logged alike", test_one_sentence },
	{ "a key that is not RSA opens nothing", test_key_that_is_not_rsa },
	{ "what is written in DER and BER with each cipher opens", test_encode },
	{ "nothing is written for a key that cannot decrypt, without cipher or random numbers", test_encode_refused },
	{ "an envelope that is cut or changed anywhere is refused without harm", test_damage },
};

UNIT_MAIN("cms_enveloped", cases)
