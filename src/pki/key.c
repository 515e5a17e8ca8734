#include <config.h>

#include "pki/key.h"

#include <assert.h>
#include <gnutls/abstract.h>
#include <gnutls/x509.h>
#include <stdlib.h>
#include <string.h>

#include "pki/der.h"
#include "pki/gnutls_map.h"
#include "pki/key_seal.h"

enum { RSA_SIZE_STEP = 1024, RSA_MAX_LEN = KEY_RSA_MAX_BITS / 8 };

struct key {
	gnutls_x509_privkey_t x509;   /* the key itself */
	gnutls_privkey_t handle;      /* operations on it; refers to x509 */
	struct pubkey *pubkey;
};

void key_free(struct key *key)
{
	if (key == NULL)
		return;
	pubkey_free(key->pubkey);
	if (key->handle != NULL)
		gnutls_privkey_deinit(key->handle);
	if (key->x509 != NULL)
		gnutls_x509_privkey_deinit(key->x509);
	free(key);
}

static enum err key_new(struct key **out)
{
	struct key *key = calloc(1, sizeof *key);

	if (key == NULL)
		return ERR_MEMORY;
	if (gnutls_x509_privkey_init(&key->x509) < 0 || gnutls_privkey_init(&key->handle) < 0) {
		key_free(key);
		return ERR_MEMORY;
	}
	*out = key;
	return ERR_OK;
}

/* The private key is in x509 now: find the rest. */
static enum err complete(struct key *key, struct why *why)
{
	gnutls_pubkey_t pub = NULL;
	gnutls_datum_t spki = { NULL, 0 };
	struct buf der;
	enum err e;
	int rc;

	buf_init(&der);
	if ((rc = gnutls_privkey_import_x509(key->handle, key->x509, 0)) < 0 || (rc = gnutls_pubkey_init(&pub)) < 0 ||
	    (rc = gnutls_pubkey_import_privkey(pub, key->handle, 0, 0)) < 0 || (rc = gnutls_pubkey_export2(pub, GNUTLS_X509_FMT_DER, &spki)) < 0) {
		e = gnutls_map_error(rc, ERR_KEY, "the private key cannot be used", why);
		goto out;
	}
	if ((e = gnutls_map_take(&spki, &der)) != ERR_OK)
		goto out;
	e = pubkey_parse(buf_bytes(&der), &key->pubkey, why);
	if (e == ERR_ALG_KEY)
		e = ERR_KEY;
	if (e == ERR_OK && pubkey_get_kind(key->pubkey) == KEY_KIND_OTHER)
		e = why_set(why, ERR_KEY, "the private key is of a type that is not supported");
out:
	if (pub != NULL)
		gnutls_pubkey_deinit(pub);
	buf_clear(&der);
	return e;
}

/* What GnuTLS shall make. @return false when we do not make it. */
static bool map_kind(enum key_kind kind, unsigned bits, gnutls_pk_algorithm_t *algorithm, unsigned *size)
{
	switch (kind) {
	case KEY_KIND_RSA:
		*algorithm = GNUTLS_PK_RSA;
		*size = bits;
		return bits >= KEY_RSA_MIN_BITS && bits <= KEY_RSA_MAX_BITS && bits % RSA_SIZE_STEP == 0;
	case KEY_KIND_EC_P256:
		*algorithm = GNUTLS_PK_ECDSA;
		*size = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP256R1);
		return true;
	case KEY_KIND_EC_P384:
		*algorithm = GNUTLS_PK_ECDSA;
		*size = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP384R1);
		return true;
	case KEY_KIND_EC_P521:
		*algorithm = GNUTLS_PK_ECDSA;
		*size = GNUTLS_CURVE_TO_BITS(GNUTLS_ECC_CURVE_SECP521R1);
		return true;
	case KEY_KIND_ED25519:
		*algorithm = GNUTLS_PK_EDDSA_ED25519;
		*size = 0;
		return true;
	case KEY_KIND_OTHER:
		break;
	}
	return false;
}

enum err key_generate(enum key_kind kind, unsigned bits, struct key **out, struct why *why)
{
	gnutls_pk_algorithm_t algorithm;
	struct key *key = NULL;
	unsigned size;
	enum err e;
	int rc;

	if (!map_kind(kind, bits, &algorithm, &size))
		return why_set(why, ERR_VALUE, "no key of kind %s with %u bits can be made", key_kind_name(kind), bits);
	if ((e = key_new(&key)) != ERR_OK)
		goto out;
	if ((rc = gnutls_x509_privkey_generate(key->x509, algorithm, size, 0)) < 0) {
		e = gnutls_map_error(rc, ERR_INTERNAL, "key generation", why);
		goto out;
	}
	if ((e = complete(key, why)) != ERR_OK)
		goto out;
	*out = key;
	key = NULL;
out:
	key_free(key);
	return e;
}

/* GnuTLS takes a C string and normalises what is not ASCII, so only printable ASCII is the same password everywhere. */
static enum err make_password(struct bytes secret, struct buf *out, struct why *why)
{
	enum err e;

	if (secret.len == 0)
		return why_set(why, ERR_KEY_SECRET, "the key-encryption secret is empty");
	for (size_t i = 0; i < secret.len; i++)
		if (secret.ptr[i] < 0x20 || secret.ptr[i] > 0x7e)
			return why_set(why, ERR_KEY_SECRET, "the key-encryption secret is not printable ASCII");
	e = buf_append(out, secret);
	return e == ERR_OK ? buf_terminate(out) : e;
}

enum err key_open_pkcs8(struct bytes pkcs8_der, struct bytes secret, struct key **out, struct why *why)
{
	gnutls_datum_t sealed = gnutls_map_datum(pkcs8_der);
	struct key *key = NULL;
	struct buf password;
	unsigned schema;
	enum err e;
	int rc;

	buf_init(&password);
	if ((e = make_password(secret, &password, why)) != ERR_OK || (e = key_new(&key)) != ERR_OK)
		goto out;
	if ((rc = gnutls_pkcs8_info(&sealed, GNUTLS_X509_FMT_DER, &schema, NULL, NULL, NULL, NULL, NULL)) < 0) {
		e = gnutls_map_error(rc, ERR_KEY, "not an encrypted PKCS#8 key", why);
		goto out;
	}
	/* The frame is good, so what fails now is what the secret made of the content. */
	if ((rc = gnutls_x509_privkey_import_pkcs8(key->x509, &sealed, GNUTLS_X509_FMT_DER, (const char *)password.ptr, 0)) < 0) {
		e = gnutls_map_error(rc, ERR_KEY_SECRET, "the key-encryption secret does not open the key", why);
		goto out;
	}
	if ((e = complete(key, why)) != ERR_OK)
		goto out;
	*out = key;
	key = NULL;
out:
	key_free(key);
	buf_clear(&password);
	return e;
}

enum err key_seal_pkcs8(const struct key *key, struct bytes secret, struct buf *out, struct why *why)
{
	struct random random = random_system();
	gnutls_datum_t exported = { NULL, 0 };
	struct buf password, plain;
	enum err e;
	int rc;

	buf_init(&password);
	buf_init(&plain);
	if ((e = make_password(secret, &password, why)) != ERR_OK)
		goto out;
	rc = gnutls_x509_privkey_export2_pkcs8(key->x509, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, &exported);
	e = rc < 0 ? gnutls_map_error(rc, ERR_KEY, "the key cannot be written", why) : gnutls_map_take(&exported, &plain);
	if (e == ERR_OK)
		e = key_seal(buf_bytes(&plain), buf_bytes(&password), &random, out, why);
out:
	buf_clear(&password);
	buf_clear(&plain);
	return e;
}

enum err key_parse_pem(struct bytes pem, struct key **out, struct why *why)
{
	gnutls_datum_t in = gnutls_map_datum(pem);
	struct key *key = NULL;
	enum err e;
	int rc;

	if ((e = key_new(&key)) != ERR_OK)
		goto out;
	if ((rc = gnutls_x509_privkey_import2(key->x509, &in, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN)) < 0) {
		e = gnutls_map_error(rc, ERR_KEY, "the private key cannot be read", why);
		goto out;
	}
	if ((e = complete(key, why)) != ERR_OK)
		goto out;
	*out = key;
	key = NULL;
out:
	key_free(key);
	return e;
}

enum err key_encode_pem(const struct key *key, struct buf *out, struct why *why)
{
	gnutls_datum_t pem = { NULL, 0 };
	int rc = gnutls_x509_privkey_export2_pkcs8(key->x509, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, &pem);

	return rc < 0 ? gnutls_map_error(rc, ERR_KEY, "the key cannot be written", why) : gnutls_map_take(&pem, out);
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

static gnutls_sign_algorithm_t map_sign(enum key_kind kind, enum digest digest)
{
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

enum err key_sign(const struct key *key, enum digest digest, struct bytes data, struct buf *signature, struct why *why)
{
	gnutls_sign_algorithm_t sign = map_sign(key_get_kind(key), digest);
	gnutls_datum_t in = gnutls_map_datum(data);
	gnutls_datum_t made = { NULL, 0 };
	int rc;

	if (sign == GNUTLS_SIGN_UNKNOWN)
		return why_set(why, ERR_KEY, "a key of kind %s cannot sign with %s", key_kind_name(key_get_kind(key)), digest_name(digest));
	if ((rc = gnutls_privkey_sign_data2(key->handle, sign, 0, &in, &made)) < 0)
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

enum err key_decrypt(const struct key *key, const struct random *random, struct bytes ciphertext, uint8_t *out, size_t out_len)
{
	uint8_t padded[RSA_MAX_LEN] = { 0 };
	size_t modulus_len = (key_get_bits(key) + 7) / 8;
	gnutls_datum_t datum = { padded, (unsigned)modulus_len };
	enum err e;

	assert(out_len > 0 && modulus_len <= sizeof padded);
	if (key_get_kind(key) != KEY_KIND_RSA)
		return ERR_ALG_KEY_TRANSPORT;
	if ((e = random_fill(random, out, out_len)) != ERR_OK)
		return e;
	/* The length of the ciphertext is no secret. */
	if (ciphertext.len == 0 || ciphertext.len > modulus_len)
		return ERR_OK;
	memcpy(padded + modulus_len - ciphertext.len, ciphertext.ptr, ciphertext.len);
	/* Writes exactly out_len octets or none, in constant time. Whether it did is not looked at: the random octets are then the key. */
	(void)gnutls_privkey_decrypt_data2(key->handle, 0, &datum, out, out_len);
	return ERR_OK;
}
