#include <config.h>

#include "pki/cms_password.h"

#include <string.h>

#include "pki/cms_common.h"
#include "pki/cms_content.h"
#include "pki/crypto.h"
#include "pki/pwri_kek.h"

/* What one PasswordRecipientInfo is made of. */
struct recipient {
	struct buf derivation;    /* whole Pbkdf2Parameters */
	enum cipher kek_cipher;
	struct buf encryption;    /* whole AlgorithmIdentifier: the parameters of id-alg-PWRI-KEK */
	struct buf encrypted_key;
};

static void recipient_clear(struct recipient *recipient)
{
	buf_clear(&recipient->derivation);
	buf_clear(&recipient->encryption);
	buf_clear(&recipient->encrypted_key);
}

/* AES with a key no shorter than the content's. */
static enum cipher choose_kek_cipher(enum cipher cipher)
{
	size_t key_len = cipher_key_len(cipher);

	if (key_len <= cipher_key_len(CIPHER_AES128_CBC))
		return CIPHER_AES128_CBC;
	return key_len <= cipher_key_len(CIPHER_AES192_CBC) ? CIPHER_AES192_CBC : CIPHER_AES256_CBC;
}

static enum err encode_derivation(struct bytes salt, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	enum err e;

	if ((e = asn_new("Pbkdf2Parameters", &asn)) != ERR_OK)
		return e;
	asn_set_bytes(asn, "salt", salt);
	asn_set_small(asn, "iterationCount", CMS_PASSWORD_ITERATIONS);
	cms_algorithm_set(asn, "prf", OID_HMAC_SHA256, cms_null_parameters());
	e = asn_encode(asn, out, why);
	asn_free(asn);
	return e;
}

/* The parameters of id-alg-PWRI-KEK are the AlgorithmIdentifier of the cipher that wraps, with its IV: RFC 3211 section 2.3. */
static enum err encode_encryption(enum cipher cipher, struct bytes iv, struct buf *out)
{
	struct buf content = { 0 };
	enum err e;

	if ((e = der_put(&content, DER_OID, oid_get(cipher_oid(cipher)))) == ERR_OK && (e = der_put(&content, DER_OCTET_STRING, iv)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

static enum err wrap_key(struct bytes key, struct bytes password, const struct random *random, struct recipient *recipient, struct why *why)
{
	uint8_t salt[CMS_PASSWORD_SALT_LEN], iv[CIPHER_MAX_BLOCK_LEN], kek[CIPHER_MAX_KEY_LEN];
	size_t kek_len = cipher_key_len(recipient->kek_cipher);
	struct bytes iv_bytes = bytes_from(iv, cipher_block_len(recipient->kek_cipher));
	enum err e;

	if ((e = random_fill(random, salt, sizeof(salt))) != ERR_OK || (e = random_fill(random, iv, iv_bytes.len)) != ERR_OK)
		return why_set(why, e, "no random numbers for an envelope");
	if ((e = encode_derivation(bytes_from(salt, sizeof(salt)), &recipient->derivation, why)) != ERR_OK ||
	    (e = encode_encryption(recipient->kek_cipher, iv_bytes, &recipient->encryption)) != ERR_OK)
		return e;
	if ((e = crypto_pbkdf2(DIGEST_SHA256, password, bytes_from(salt, sizeof(salt)), CMS_PASSWORD_ITERATIONS, kek, kek_len)) == ERR_OK)
		e = pwri_kek_wrap(recipient->kek_cipher, bytes_from(kek, kek_len), iv_bytes, key, random, &recipient->encrypted_key);
	explicit_bzero(kek, sizeof(kek));
	return e;
}

static enum err encode(const struct cms_content *content, const struct recipient *recipient, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	enum err e;

	if ((e = asn_new("EnvelopedData", &asn)) != ERR_OK)
		return e;
	asn_set_small(asn, "version", 3);
	asn_append(asn, "recipientInfos");
	asn_choose(asn, "recipientInfos.?LAST", "pwri");
	asn_set_small(asn, "recipientInfos.?LAST.pwri.version", 0);
	cms_algorithm_set(asn, "recipientInfos.?LAST.pwri.keyDerivationAlgorithm", OID_PBKDF2, buf_bytes(&recipient->derivation));
	cms_algorithm_set(asn, "recipientInfos.?LAST.pwri.keyEncryptionAlgorithm", OID_PWRI_KEK, buf_bytes(&recipient->encryption));
	asn_set_bytes(asn, "recipientInfos.?LAST.pwri.encryptedKey", buf_bytes(&recipient->encrypted_key));
	cms_content_set(asn, content);
	e = cms_content_info_encode(OID_ENVELOPED_DATA, asn, out, why);
	asn_free(asn);
	return e;
}

enum err cms_password_encode(struct bytes plain, struct bytes password, enum cipher cipher, const struct random *random, struct buf *out, struct why *why)
{
	struct recipient recipient = { .kek_cipher = choose_kek_cipher(cipher) };
	struct cms_content content = { 0 };
	enum err e;

	if (password.len == 0 || password.len > CMS_PASSWORD_MAX_LEN)
		return why_set(why, ERR_VALUE, "a password of %zu octets cannot protect an envelope", password.len);
	if ((e = cms_content_seal(plain, cipher, random, &content, why)) == ERR_OK &&
	    (e = wrap_key(cms_content_get_key(&content), password, random, &recipient, why)) == ERR_OK)
		e = encode(&content, &recipient, out, why);
	cms_content_clear(&content);
	recipient_clear(&recipient);
	return e;
}
