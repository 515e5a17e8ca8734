#include <config.h>

#include "pki/key_seal.h"

#include <string.h>

#include "pki/crypto.h"
#include "pki/der.h"
#include "pki/oid.h"

#define SEAL_CIPHER CIPHER_AES256_CBC

/* What a sealed key is made with. */
struct seal {
	uint8_t salt[KEY_SEAL_SALT_LEN];
	uint8_t iv[CIPHER_MAX_BLOCK_LEN];
};

static struct bytes get_iv(const struct seal *seal)
{
	return bytes_from(seal->iv, cipher_block_len(SEAL_CIPHER));
}

/* Append an AlgorithmIdentifier. @param parameters whole element. */
static enum err put_algorithm(struct buf *out, enum oid oid, struct bytes parameters)
{
	struct buf content = { 0 };
	enum err e;

	if ((e = der_put(&content, DER_OID, oid_get(oid))) == ERR_OK && (e = buf_append(&content, parameters)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

/* RFC 8018 appendix A.2: PBKDF2-params ::= SEQUENCE { salt OCTET STRING, iterationCount INTEGER, prf AlgorithmIdentifier } */
static enum err put_derivation(struct buf *out, const struct seal *seal)
{
	static const uint8_t null_element[] = { DER_NULL, 0 };
	static const uint8_t iterations[] = { KEY_SEAL_ITERATIONS >> 8, KEY_SEAL_ITERATIONS & 0xff };
	struct buf content = { 0 }, parameters = { 0 };
	enum err e;

	if ((e = der_put(&content, DER_OCTET_STRING, bytes_from(seal->salt, sizeof seal->salt))) == ERR_OK &&
	    (e = der_put_unsigned(&content, bytes_from(iterations, sizeof iterations))) == ERR_OK &&
	    (e = put_algorithm(&content, OID_HMAC_SHA256, bytes_from(null_element, sizeof null_element))) == ERR_OK &&
	    (e = der_put(&parameters, DER_SEQUENCE, buf_bytes(&content))) == ERR_OK)
		e = put_algorithm(out, OID_PBKDF2, buf_bytes(&parameters));
	buf_clear(&content);
	buf_clear(&parameters);
	return e;
}

/* RFC 8018 appendix A.4: PBES2-params ::= SEQUENCE { keyDerivationFunc, encryptionScheme }, both AlgorithmIdentifiers */
static enum err put_encryption(struct buf *out, const struct seal *seal)
{
	struct buf content = { 0 }, parameters = { 0 }, iv = { 0 };
	enum err e;

	if ((e = put_derivation(&content, seal)) == ERR_OK && (e = der_put(&iv, DER_OCTET_STRING, get_iv(seal))) == ERR_OK &&
	    (e = put_algorithm(&content, cipher_oid(SEAL_CIPHER), buf_bytes(&iv))) == ERR_OK &&
	    (e = der_put(&parameters, DER_SEQUENCE, buf_bytes(&content))) == ERR_OK)
		e = put_algorithm(out, OID_PBES2, buf_bytes(&parameters));
	buf_clear(&content);
	buf_clear(&parameters);
	buf_clear(&iv);
	return e;
}

static enum err encrypt(struct bytes plain, struct bytes secret, const struct seal *seal, struct buf *out)
{
	uint8_t key[CIPHER_MAX_KEY_LEN];
	size_t key_len = cipher_key_len(SEAL_CIPHER);
	enum err e;

	e = crypto_pbkdf2(DIGEST_SHA256, secret, bytes_from(seal->salt, sizeof seal->salt), KEY_SEAL_ITERATIONS, key, key_len);
	if (e == ERR_OK)
		e = crypto_cbc_encrypt(SEAL_CIPHER, bytes_from(key, key_len), get_iv(seal), plain, out);
	explicit_bzero(key, sizeof key);
	return e;
}

enum err key_seal(struct bytes pkcs8, struct bytes secret, const struct random *random, struct buf *out, struct why *why)
{
	struct buf content = { 0 }, encrypted = { 0 };
	struct seal seal;
	enum err e;

	if ((e = random_fill(random, seal.salt, sizeof seal.salt)) != ERR_OK || (e = random_fill(random, seal.iv, sizeof seal.iv)) != ERR_OK)
		return why_set(why, e, "no random numbers to encrypt a key");
	if ((e = encrypt(pkcs8, secret, &seal, &encrypted)) == ERR_OK && (e = put_encryption(&content, &seal)) == ERR_OK &&
	    (e = der_put(&content, DER_OCTET_STRING, buf_bytes(&encrypted))) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	buf_clear(&encrypted);
	return e;
}
