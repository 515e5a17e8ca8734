#include <config.h>

#include "pki/key.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#include "pki/der.h"
#include "pki/gnutls_map.h"
#include "pki/key_provider.h"
#include "pki/oaep.h"
#include "pki/pkcs1.h"

enum { RSA_MAX_LEN = KEY_RSA_MAX_BITS / 8, CHECK_SECRET_LEN = 16 };

enum err key_new(const struct key_provider *provider, void *own, struct key **out)
{
	struct key *key = calloc(1, sizeof *key);

	if (key == NULL) {
		provider->free(own);
		return ERR_MEMORY;
	}
	key->provider = provider;
	key->own = own;
	if (gnutls_privkey_init(&key->handle) < 0) {
		key_free(key);
		return ERR_MEMORY;
	}
	*out = key;
	return ERR_OK;
}

void key_free(struct key *key)
{
	if (key == NULL)
		return;
	pubkey_free(key->pubkey);
	free(key->uri);
	if (key->handle != NULL)
		gnutls_privkey_deinit(key->handle);
	key->provider->free(key->own);
	free(key);
}

enum err key_set_spki(struct key *key, struct bytes spki, struct why *why)
{
	enum err e = pubkey_parse(spki, &key->pubkey, why);

	if (e == ERR_ALG_KEY)
		return ERR_KEY;
	if (e == ERR_OK && pubkey_get_kind(key->pubkey) == KEY_KIND_OTHER)
		e = why_set(why, ERR_KEY, "the private key is of a type that is not supported");
	return e;
}

enum err key_complete(struct key *key, struct why *why)
{
	gnutls_pubkey_t pub = NULL;
	gnutls_datum_t spki = { NULL, 0 };
	struct buf der = { 0 };
	enum err e;
	int rc;

	if ((rc = gnutls_pubkey_init(&pub)) < 0 || (rc = gnutls_pubkey_import_privkey(pub, key->handle, 0, 0)) < 0 ||
	    (rc = gnutls_pubkey_export2(pub, GNUTLS_X509_FMT_DER, &spki)) < 0) {
		e = gnutls_map_error(rc, ERR_KEY, "the public key of the private key cannot be found", why);
		goto out;
	}
	if ((e = gnutls_map_take(&spki, &der)) == ERR_OK)
		e = key_set_spki(key, buf_bytes(&der), why);
out:
	if (pub != NULL)
		gnutls_pubkey_deinit(pub);
	buf_clear(&der);
	return e;
}

struct bytes key_get_spki(const struct key *key)
{
	return pubkey_get_spki(key->pubkey);
}

enum key_kind key_get_kind(const struct key *key)
{
	return pubkey_get_kind(key->pubkey);
}

unsigned key_get_bits(const struct key *key)
{
	return pubkey_get_bits(key->pubkey);
}

bool key_is_in_token(const struct key *key)
{
	return key->provider->export == NULL;
}

const char *key_get_uri(const struct key *key)
{
	return key->uri;
}

/* --- signing ---------------------------------------------------------------------------------------------------------------- */

static gnutls_sign_algorithm_t map_sign(enum key_kind kind, enum digest digest)
{
	/* To GnuTLS that would be a raw signature by RSA. */
	if (digest == DIGEST_NONE && kind != KEY_KIND_ED25519)
		return GNUTLS_SIGN_UNKNOWN;
	switch (kind) {
	case KEY_KIND_RSA:
		return gnutls_pk_to_sign(GNUTLS_PK_RSA, gnutls_map_digest(digest));
	case KEY_KIND_EC_P256:
	case KEY_KIND_EC_P384:
	case KEY_KIND_EC_P521:
		return gnutls_pk_to_sign(GNUTLS_PK_ECDSA, gnutls_map_digest(digest));
	case KEY_KIND_ED25519:
		return GNUTLS_SIGN_EDDSA_ED25519;
	case KEY_KIND_OTHER:
		break;
	}
	return GNUTLS_SIGN_UNKNOWN;
}

static enum err cannot_sign(const struct key *key, enum digest digest, struct why *why)
{
	return why_set(why, ERR_KEY, "a key of kind %s cannot sign with %s", key_kind_name(key_get_kind(key)), digest_name(digest));
}

enum err key_sign(const struct key *key, enum digest digest, struct bytes data, struct buf *signature, struct why *why)
{
	gnutls_datum_t in = gnutls_map_datum(data);
	gnutls_datum_t made = { NULL, 0 };
	gnutls_sign_algorithm_t sign = map_sign(key_get_kind(key), digest);
	int rc;

	if (sign == GNUTLS_SIGN_UNKNOWN)
		return cannot_sign(key, digest, why);
	if ((rc = gnutls_privkey_sign_data2(key->handle, sign, 0, &in, &made)) < 0)
		return gnutls_map_error(rc, ERR_KEY, "signing", why);
	return gnutls_map_take(&made, signature);
}

bool key_can_sign_hash(const struct key *key)
{
	return key_get_kind(key) != KEY_KIND_ED25519;
}

enum err key_sign_hash(const struct key *key, enum digest digest, struct bytes hash, struct buf *signature, struct why *why)
{
	gnutls_datum_t in = gnutls_map_datum(hash);
	gnutls_datum_t made = { NULL, 0 };
	gnutls_sign_algorithm_t sign = map_sign(key_get_kind(key), digest);
	int rc;

	if (sign == GNUTLS_SIGN_UNKNOWN)
		return cannot_sign(key, digest, why);
	if (!key_can_sign_hash(key))
		return why_set(why, ERR_KEY, "a key of kind %s signs no digests", key_kind_name(key_get_kind(key)));
	assert(hash.len == digest_len(digest));
	if ((rc = gnutls_privkey_sign_hash2(key->handle, sign, 0, &in, &made)) < 0)
		return gnutls_map_error(rc, ERR_KEY, "signing", why);
	return gnutls_map_take(&made, signature);
}

static enum oid rsa_signature_oid(enum digest digest)
{
	switch (digest) {
	case DIGEST_NONE:
		break;
	case DIGEST_MD5:
		return OID_MD5_WITH_RSA;
	case DIGEST_SHA1:
		return OID_SHA1_WITH_RSA;
	case DIGEST_SHA224:
		return OID_SHA224_WITH_RSA;
	case DIGEST_SHA256:
		return OID_SHA256_WITH_RSA;
	case DIGEST_SHA384:
		return OID_SHA384_WITH_RSA;
	case DIGEST_SHA512:
		return OID_SHA512_WITH_RSA;
	}
	return OID_COUNT;
}

static enum oid ecdsa_signature_oid(enum digest digest)
{
	switch (digest) {
	case DIGEST_NONE:
	case DIGEST_MD5:
	case DIGEST_SHA224:
		break;
	case DIGEST_SHA1:
		return OID_ECDSA_SHA1;
	case DIGEST_SHA256:
		return OID_ECDSA_SHA256;
	case DIGEST_SHA384:
		return OID_ECDSA_SHA384;
	case DIGEST_SHA512:
		return OID_ECDSA_SHA512;
	}
	return OID_COUNT;
}

enum err key_signature_algorithm(const struct key *key, enum digest digest, struct buf *out)
{
	enum key_kind kind = key_get_kind(key);
	enum oid oid = kind == KEY_KIND_RSA ? rsa_signature_oid(digest) : kind == KEY_KIND_ED25519 ? OID_ED25519 : ecdsa_signature_oid(digest);
	struct buf content;
	enum err e;

	if (oid == OID_COUNT)
		return ERR_ALG_DIGEST;
	buf_init(&content);
	e = der_put(&content, DER_OID, oid_get(oid));
	if (e == ERR_OK && kind == KEY_KIND_RSA)
		e = der_put(&content, DER_NULL, bytes_from_str(NULL));
	if (e == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&content);
	return e;
}

/* --- decrypting ------------------------------------------------------------------------------------------------------------- */

enum err key_take(const struct key_oaep *oaep, uint8_t *encoded, size_t encoded_len, uint8_t *out, size_t out_len, struct why *why)
{
	if (oaep != NULL)
		return oaep_take(oaep, encoded, encoded_len, out, out_len, why);
	pkcs1_take(encoded, encoded_len, out, out_len);
	return ERR_OK;
}

static enum err decrypt(const struct key *key, const struct key_oaep *oaep, const struct random *random, struct bytes ciphertext, uint8_t *out, size_t out_len,
	struct why *why)
{
	uint8_t padded[RSA_MAX_LEN] = { 0 };
	size_t modulus_len = (key_get_bits(key) + 7) / 8;
	enum err e;

	assert(out_len > 0 && modulus_len <= sizeof padded);
	if (key_get_kind(key) != KEY_KIND_RSA)
		return why_set(why, ERR_ALG_KEY_TRANSPORT, "a key of kind %s cannot decrypt", key_kind_name(key_get_kind(key)));
	if ((e = random_fill(random, out, out_len)) != ERR_OK)
		return e;
	/* The length of the ciphertext is no secret. */
	if (ciphertext.len == 0 || ciphertext.len > modulus_len)
		return ERR_OK;
	memcpy(padded + modulus_len - ciphertext.len, ciphertext.ptr, ciphertext.len);
	return key->provider->decrypt(key, oaep, padded, modulus_len, out, out_len, why);
}

enum err key_decrypt(const struct key *key, const struct random *random, struct bytes ciphertext, uint8_t *out, size_t out_len, struct why *why)
{
	return decrypt(key, NULL, random, ciphertext, out, out_len, why);
}

bool key_can_decrypt_oaep(const struct key *key)
{
	return key_get_kind(key) == KEY_KIND_RSA && key->provider->has_oaep != NULL && key->provider->has_oaep(key);
}

enum err key_decrypt_oaep(const struct key *key, const struct key_oaep *oaep, const struct random *random, struct bytes ciphertext, uint8_t *out, size_t out_len,
	struct why *why)
{
	if (!key_can_decrypt_oaep(key))
		return why_set(why, ERR_ALG_KEY_TRANSPORT, "what works with this key does not do RSAES-OAEP");
	return decrypt(key, oaep, random, ciphertext, out, out_len, why);
}

/* --- does it work ----------------------------------------------------------------------------------------------------------- */

enum err key_check(const struct key *key, struct why *why)
{
	const enum digest digest = key_get_kind(key) == KEY_KIND_ED25519 ? DIGEST_SHA512 : DIGEST_SHA256;
	struct bytes data = bytes_from_str("Does the private key belong to the public one?");
	struct buf algorithm = { 0 }, signature = { 0 };
	enum err e;

	if ((e = key_signature_algorithm(key, digest, &algorithm)) == ERR_OK && (e = key_sign(key, digest, data, &signature, why)) == ERR_OK)
		e = pubkey_verify(key->pubkey, buf_bytes(&algorithm), digest, data, buf_bytes(&signature), NULL, NULL);
	if (e != ERR_OK && e != ERR_MEMORY)
		e = why_set(why, ERR_KEY, "what the private key signs does not verify with its public key");
	buf_clear(&algorithm);
	buf_clear(&signature);
	return e;
}

enum err key_check_decrypt(const struct key *key, const struct random *random, struct why *why)
{
	uint8_t secret[CHECK_SECRET_LEN], opened[CHECK_SECRET_LEN];
	struct buf sealed = { 0 };
	enum err e;

	if ((e = random_fill(random, secret, sizeof secret)) == ERR_OK &&
	    (e = pubkey_encrypt(key->pubkey, bytes_from(secret, sizeof secret), &sealed, why)) == ERR_OK &&
	    (e = key_decrypt(key, random, buf_bytes(&sealed), opened, sizeof opened, why)) == ERR_OK && memcmp(secret, opened, sizeof secret) != 0)
		e = why_set(why, ERR_KEY, "the private key does not decrypt what is encrypted for its public key");
	buf_clear(&sealed);
	return e;
}
