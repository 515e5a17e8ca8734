#include <config.h>

#include "pki/cms_password.h"

#include <string.h>

#include "pki/cms_content.h"
#include "pki/crypto.h"
#include "pki/der.h"
#include "pki/pwri_kek.h"

/* How to make the key-encryption key and what to do with it. Borrowed from the message. */
struct recipient {
	struct bytes salt;
	int iterations;
	int key_len;              /* as the parameters say; 0: they do not */
	enum digest prf;
	enum cipher kek_cipher;
	struct bytes iv;
	struct bytes encrypted_key;
};

/* AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }, from its content. */
static enum err read_algorithm(struct bytes content, struct bytes *oid, struct bytes *parameters)
{
	struct der inside = { content };
	struct der_element type, value = { 0 };

	if (der_read_tag(&inside, DER_OID, &type) != ERR_OK)
		return ERR_CMS_DECRYPT;
	if (!der_is_end(&inside) && (der_read(&inside, &value) != ERR_OK || der_end(&inside) != ERR_OK))
		return ERR_CMS_DECRYPT;
	*oid = type.value;
	*parameters = value.raw;
	return ERR_OK;
}

/* RFC 8018 appendix B.1: HMAC with a digest; the parameters are NULL, or not there. */
static enum digest digest_of_prf(struct bytes oid)
{
	static const struct {
		enum oid oid;
		enum digest digest;
	} rows[] = {
		{ OID_HMAC_SHA1, DIGEST_SHA1 }, { OID_HMAC_SHA224, DIGEST_SHA224 }, { OID_HMAC_SHA256, DIGEST_SHA256 }, { OID_HMAC_SHA384, DIGEST_SHA384 },
		{ OID_HMAC_SHA512, DIGEST_SHA512 },
	};

	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++)
		if (oid_is(oid, rows[i].oid))
			return rows[i].digest;
	return DIGEST_NONE;
}

static enum err read_prf(struct der *parameters, struct recipient *out, struct why *why)
{
	struct der_element prf;
	struct bytes oid, ignored;

	out->prf = DIGEST_SHA1;
	if (der_is_end(parameters))
		return ERR_OK;
	if (der_read_tag(parameters, DER_SEQUENCE, &prf) != ERR_OK || der_end(parameters) != ERR_OK || read_algorithm(prf.value, &oid, &ignored) != ERR_OK)
		return why_set(why, ERR_CMS_DECRYPT, "the parameters of PBKDF2 are malformed");
	if ((out->prf = digest_of_prf(oid)) == DIGEST_NONE)
		return why_set(why, ERR_CMS_DECRYPT, "the function that PBKDF2 shall use is not known");
	return ERR_OK;
}

/*
 * PBKDF2-params ::= SEQUENCE {
 *   salt CHOICE { specified OCTET STRING, otherSource AlgorithmIdentifier },
 *   iterationCount INTEGER (1..MAX),
 *   keyLength INTEGER (1..MAX) OPTIONAL,
 *   prf AlgorithmIdentifier DEFAULT algid-hmacWithSHA1 }          RFC 8018 appendix A.2
 */
static enum err read_derivation(struct bytes content, struct recipient *out, struct why *why)
{
	struct der_element sequence, salt, iterations, key_len;
	struct bytes oid, parameters;
	struct der inside;

	if (read_algorithm(content, &oid, &parameters) != ERR_OK || !oid_is(oid, OID_PBKDF2))
		return why_set(why, ERR_CMS_DECRYPT, "the key is not derived with PBKDF2");
	if (der_read_only(parameters, DER_SEQUENCE, &sequence) != ERR_OK)
		return why_set(why, ERR_CMS_DECRYPT, "PBKDF2 has no parameters");
	inside = (struct der){ sequence.value };
	if (der_read_tag(&inside, DER_OCTET_STRING, &salt) != ERR_OK || der_read_tag(&inside, DER_INTEGER, &iterations) != ERR_OK)
		return why_set(why, ERR_CMS_DECRYPT, "the parameters of PBKDF2 are malformed");
	if (salt.value.len < CMS_PASSWORD_MIN_SALT_LEN || salt.value.len > CMS_PASSWORD_MAX_SALT_LEN)
		return why_set(why, ERR_CMS_DECRYPT, "the salt of PBKDF2 has %zu octets; %d to %d are taken", salt.value.len, CMS_PASSWORD_MIN_SALT_LEN, CMS_PASSWORD_MAX_SALT_LEN);
	if (der_get_small(&iterations, &out->iterations) != ERR_OK || out->iterations < CMS_PASSWORD_MIN_ITERATIONS || out->iterations > CMS_PASSWORD_MAX_ITERATIONS)
		return why_set(why, ERR_CMS_DECRYPT, "the iterations of PBKDF2 are not %d to %d", CMS_PASSWORD_MIN_ITERATIONS, CMS_PASSWORD_MAX_ITERATIONS);
	if (der_read_optional(&inside, DER_INTEGER, &key_len) && (der_get_small(&key_len, &out->key_len) != ERR_OK || out->key_len == 0))
		return why_set(why, ERR_CMS_DECRYPT, "the length of the key that PBKDF2 shall make is malformed");
	out->salt = salt.value;
	return read_prf(&inside, out, why);
}

/* id-alg-PWRI-KEK with the cipher that wraps for its parameters (RFC 3211 section 2.3). Single DES protects nothing. */
static enum err read_encryption(struct bytes content, struct recipient *out, struct why *why)
{
	struct der_element cipher, iv;
	struct bytes oid, parameters;

	if (read_algorithm(content, &oid, &parameters) != ERR_OK || !oid_is(oid, OID_PWRI_KEK))
		return why_set(why, ERR_CMS_DECRYPT, "the key is not wrapped with id-alg-PWRI-KEK");
	if (der_read_only(parameters, DER_SEQUENCE, &cipher) != ERR_OK || read_algorithm(cipher.value, &oid, &parameters) != ERR_OK)
		return why_set(why, ERR_CMS_DECRYPT, "id-alg-PWRI-KEK names no cipher");
	out->kek_cipher = cipher_from_oid(oid);
	if (out->kek_cipher == CIPHER_NONE || out->kek_cipher == CIPHER_DES_CBC)
		return why_set(why, ERR_CMS_DECRYPT, "the cipher that wraps the key is not supported");
	if (der_read_only(parameters, DER_OCTET_STRING, &iv) != ERR_OK || iv.value.len != cipher_block_len(out->kek_cipher))
		return why_set(why, ERR_CMS_DECRYPT, "the cipher that wraps the key has no IV of its block's length");
	out->iv = iv.value;
	return ERR_OK;
}

/*
 * PasswordRecipientInfo ::= SEQUENCE {
 *   version CMSVersion,
 *   keyDerivationAlgorithm [0] KeyDerivationAlgorithmIdentifier OPTIONAL,
 *   keyEncryptionAlgorithm KeyEncryptionAlgorithmIdentifier,
 *   encryptedKey EncryptedKey }                                  RFC 5652 section 6.2.4
 */
static enum err read_recipient(struct bytes content, struct recipient *out, struct why *why)
{
	struct der_element version, derivation, encryption, encrypted_key;
	struct der info = { content };
	enum err e;

	if (der_read_tag(&info, DER_INTEGER, &version) != ERR_OK || !der_read_optional(&info, DER_CONTEXT_CONSTRUCTED(0), &derivation) ||
	    der_read_tag(&info, DER_SEQUENCE, &encryption) != ERR_OK || der_read_tag(&info, DER_OCTET_STRING, &encrypted_key) != ERR_OK || der_end(&info) != ERR_OK)
		return why_set(why, ERR_CMS_DECRYPT, "the PasswordRecipientInfo is malformed, or says nothing of how to derive a key");
	if ((e = read_derivation(derivation.value, out, why)) != ERR_OK || (e = read_encryption(encryption.value, out, why)) != ERR_OK)
		return e;
	if (out->key_len != 0 && (size_t)out->key_len != cipher_key_len(out->kek_cipher))
		return why_set(why, ERR_CMS_DECRYPT, "PBKDF2 shall make a key of %d octets, and the cipher that wraps takes %zu", out->key_len, cipher_key_len(out->kek_cipher));
	out->encrypted_key = encrypted_key.value;
	return ERR_OK;
}

/* From here on everything ends alike: a wrong password, a wrapped key that is no such thing, a content that does not fit it. */
static enum err decrypt(const struct cms_enveloped *cms, const struct recipient *recipient, struct bytes password, struct buf *plain)
{
	uint8_t kek[CIPHER_MAX_KEY_LEN], key[CIPHER_MAX_KEY_LEN];
	size_t kek_len = cipher_key_len(recipient->kek_cipher), key_len = cipher_key_len(cms->cipher);
	enum err e;

	if ((e = crypto_pbkdf2(recipient->prf, password, recipient->salt, (unsigned)recipient->iterations, kek, kek_len)) == ERR_OK &&
	    (e = pwri_kek_unwrap(recipient->kek_cipher, bytes_from(kek, kek_len), recipient->iv, recipient->encrypted_key, key, key_len)) == ERR_OK)
		e = cms_content_open(cms, bytes_from(key, key_len), plain);
	explicit_bzero(kek, sizeof(kek));
	explicit_bzero(key, sizeof(key));
	return e == ERR_OK || e == ERR_MEMORY ? e : ERR_CMS_DECRYPT;
}

enum err cms_password_open(struct bytes ber, struct bytes password, struct buf *plain, struct why *why)
{
	struct recipient recipient = { 0 };
	struct cms_enveloped *cms = NULL;
	enum err e;

	if ((e = cms_enveloped_parse(ber, &cms, why)) != ERR_OK)
		return e;
	if (cms->password_recipient_count == 0)
		e = why_set(why, ERR_CMS_RECIPIENT, "none of the recipients of the envelope has a password");
	else if (cms->cipher == CIPHER_NONE)
		e = why_set(why, ERR_ALG_CIPHER, "the content encryption algorithm is not known");
	else if (cms->password_recipient_count > 1)
		e = why_set(why, ERR_CMS_DECRYPT, "the envelope has %zu recipients with a password, and nobody can say which is meant", cms->password_recipient_count);
	else if (password.len == 0 || password.len > CMS_PASSWORD_MAX_LEN)
		e = why_set(why, ERR_CMS_DECRYPT, "a password of %zu octets opens no envelope", password.len);
	else if ((e = read_recipient(cms->password_recipient, &recipient, why)) == ERR_OK && (e = decrypt(cms, &recipient, password, plain)) == ERR_CMS_DECRYPT)
		why_set(why, e, "the envelope does not open: made under another password, or damaged");
	cms_enveloped_free(cms);
	return e;
}
