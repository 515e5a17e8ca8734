#include <config.h>

#include "pki/key.h"

#include <openssl/crypto.h>
#include <openssl/err.h>
#include <openssl/evp.h>
#include <openssl/rsa.h>
#include <openssl/x509.h>
#include <stdlib.h>
#include <string.h>

#include "pki/gnutls_map.h"
#include "pki/key_provider.h"

/*
 * Keys in memory that OpenSSL's libcrypto works with. GnuTLS makes certificates and CRLs with them as with its own, and calls back for the signature.
 * Decryption is raw RSA, blinded by libcrypto, with the padding for us to take off: what libcrypto's own unpadding tells by its result and its time differs from version
 * to version.
 */

struct libcrypto {
	EVP_PKEY *pkey;
	/* Made ready once, used again and again: fetching an algorithm takes as long as some signatures. */
	EVP_PKEY_CTX *sign;          /* RSA and EC */
	EVP_PKEY_CTX *decrypt;       /* RSA */
};

const char *key_libcrypto_version(void)
{
	return "OpenSSL " OPENSSL_VERSION_STR;
}

const char *key_libcrypto_auto_version(void)
{
	return "OpenSSL " OPENSSL_VERSION_STR " for RSA and P-256, GnuTLS " GNUTLS_VERSION " for other keys";
}

static void libcrypto_free(void *given)
{
	struct libcrypto *own = given;

	EVP_PKEY_CTX_free(own->sign);
	EVP_PKEY_CTX_free(own->decrypt);
	EVP_PKEY_free(own->pkey);
	free(own);
}

/* The errors that libcrypto keeps for the thread are for nobody: libpq would find them when it asks for its own. */
static enum err failed(const char *what, struct why *why)
{
	unsigned long code = ERR_peek_last_error();
	char text[256] = "no cause is given";

	if (code != 0)
		ERR_error_string_n(code, text, sizeof text);
	ERR_clear_error();
	return why_set(why, ERR_KEY, "%s: %s", what, text);
}

/* --- signing, called by GnuTLS ---------------------------------------------------------------------------------------------- */

static gnutls_pk_algorithm_t pk_algorithm(const struct libcrypto *own)
{
	switch (EVP_PKEY_get_base_id(own->pkey)) {
	case EVP_PKEY_RSA:
		return GNUTLS_PK_RSA;
	case EVP_PKEY_EC:
		return GNUTLS_PK_ECDSA;
	case EVP_PKEY_ED25519:
		return GNUTLS_PK_EDDSA_ED25519;
	}
	return GNUTLS_PK_UNKNOWN;
}

static bool can_sign_with(const struct libcrypto *own, gnutls_sign_algorithm_t algorithm)
{
	return algorithm == GNUTLS_SIGN_RSA_RAW ? pk_algorithm(own) == GNUTLS_PK_RSA : gnutls_sign_get_pk_algorithm(algorithm) == pk_algorithm(own);
}

static int tell(gnutls_privkey_t handle, unsigned flags, void *userdata)
{
	const struct libcrypto *own = userdata;

	(void)handle;
	if ((flags & GNUTLS_PRIVKEY_INFO_PK_ALGO) != 0)
		return (int)pk_algorithm(own);
	if ((flags & GNUTLS_PRIVKEY_INFO_PK_ALGO_BITS) != 0)
		return EVP_PKEY_get_bits(own->pkey);
	if ((flags & GNUTLS_PRIVKEY_INFO_HAVE_SIGN_ALGO) != 0)
		return can_sign_with(own, GNUTLS_FLAGS_TO_SIGN_ALGO(flags)) ? 1 : 0;
	return -1;
}

/* Hand over what was made, or nothing. */
static int finish(bool is_made, unsigned char *made, size_t len, gnutls_datum_t *signature)
{
	if (!is_made) {
		gnutls_free(made);
		ERR_clear_error();
		return GNUTLS_E_PK_SIGN_FAILED;
	}
	signature->data = made;
	signature->size = (unsigned)len;
	return 0;
}

/* RSA: `hash` is the DigestInfo, and the padding is still to come. EC: the digest. */
static int sign_hash(gnutls_privkey_t handle, gnutls_sign_algorithm_t algorithm, void *userdata, unsigned flags, const gnutls_datum_t *hash, gnutls_datum_t *signature)
{
	struct libcrypto *own = userdata;
	size_t len = (size_t)EVP_PKEY_get_size(own->pkey);
	unsigned char *made;
	bool is_made;

	(void)handle;
	(void)flags;
	if (own->sign == NULL || (pk_algorithm(own) == GNUTLS_PK_RSA && algorithm != GNUTLS_SIGN_RSA_RAW))
		return GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
	if ((made = gnutls_malloc(len)) == NULL)
		return GNUTLS_E_MEMORY_ERROR;
	is_made = EVP_PKEY_sign(own->sign, made, &len, hash->data, hash->size) == 1;
	return finish(is_made, made, len, signature);
}

/* Ed25519, which has no digest of its own to be handed over. */
static int sign_data(gnutls_privkey_t handle, gnutls_sign_algorithm_t algorithm, void *userdata, unsigned flags, const gnutls_datum_t *data, gnutls_datum_t *signature)
{
	struct libcrypto *own = userdata;
	size_t len = (size_t)EVP_PKEY_get_size(own->pkey);
	EVP_MD_CTX *md = NULL;
	unsigned char *made;
	bool is_made;

	(void)handle;
	(void)flags;
	if (algorithm != GNUTLS_SIGN_EDDSA_ED25519)
		return GNUTLS_E_UNSUPPORTED_SIGNATURE_ALGORITHM;
	if ((md = EVP_MD_CTX_new()) == NULL || (made = gnutls_malloc(len)) == NULL) {
		EVP_MD_CTX_free(md);
		return GNUTLS_E_MEMORY_ERROR;
	}
	is_made = EVP_DigestSignInit(md, NULL, NULL, NULL, own->pkey) == 1 && EVP_DigestSign(md, made, &len, data->data, data->size) == 1;
	EVP_MD_CTX_free(md);
	return finish(is_made, made, len, signature);
}

/* --- decrypting ------------------------------------------------------------------------------------------------------------- */

/* The number, as long as the modulus. What cannot be decrypted, being no smaller than the modulus, is a number of zeros, which has no good padding. */
static void decrypt_raw(const struct libcrypto *own, const uint8_t *ciphertext, size_t modulus_len, uint8_t *encoded)
{
	size_t len = modulus_len;

	if (EVP_PKEY_decrypt(own->decrypt, encoded, &len, ciphertext, modulus_len) != 1 || len != modulus_len) {
		memset(encoded, 0, modulus_len);
		ERR_clear_error();
	}
}

static enum err libcrypto_decrypt(const struct key *key, const struct key_oaep *oaep, uint8_t *ciphertext, size_t modulus_len, uint8_t *out, size_t out_len,
	struct why *why)
{
	uint8_t encoded[KEY_RSA_MAX_BITS / 8];
	enum err e;

	decrypt_raw(key->own, ciphertext, modulus_len, encoded);
	e = key_take(oaep, encoded, modulus_len, out, out_len, why);
	explicit_bzero(encoded, sizeof encoded);
	return e;
}

static bool libcrypto_has_oaep(const struct key *key)
{
	(void)key;
	return true;
}

/* One is its own root of any degree. A library that does no raw RSA, by a policy of the host, must be found now and not as implicit rejection of every request. */
static enum err check_raw(const struct libcrypto *own, struct why *why)
{
	uint8_t one[KEY_RSA_MAX_BITS / 8] = { 0 }, root[KEY_RSA_MAX_BITS / 8];
	size_t len = (size_t)EVP_PKEY_get_size(own->pkey);

	if (len == 0 || len > sizeof one)
		return why_set(why, ERR_KEY, "the RSA key is too long");
	one[len - 1] = 1;
	decrypt_raw(own, one, len, root);
	return memcmp(one, root, len) == 0 ? ERR_OK : why_set(why, ERR_KEY, "OpenSSL does no raw RSA with the private key; a policy of this host may forbid it");
}

static enum err prepare(struct libcrypto *own, struct why *why)
{
	gnutls_pk_algorithm_t algorithm = pk_algorithm(own);

	if (algorithm != GNUTLS_PK_RSA && algorithm != GNUTLS_PK_ECDSA)
		return ERR_OK;
	if ((own->sign = EVP_PKEY_CTX_new_from_pkey(NULL, own->pkey, NULL)) == NULL || EVP_PKEY_sign_init(own->sign) != 1)
		return failed("OpenSSL does not sign with the private key", why);
	if (algorithm != GNUTLS_PK_RSA)
		return ERR_OK;
	if ((own->decrypt = EVP_PKEY_CTX_new_from_pkey(NULL, own->pkey, NULL)) == NULL || EVP_PKEY_decrypt_init(own->decrypt) != 1 ||
	    EVP_PKEY_CTX_set_rsa_padding(own->decrypt, RSA_NO_PADDING) != 1)
		return failed("OpenSSL does not decrypt with the private key", why);
	return check_raw(own, why);
}

/* --- reading and writing ---------------------------------------------------------------------------------------------------- */

static enum err write_pem(struct bytes der, struct buf *out, struct why *why)
{
	gnutls_datum_t in = gnutls_map_datum(der), pem = { NULL, 0 };
	int rc = gnutls_pem_base64_encode2("PRIVATE KEY", &in, &pem);

	return rc < 0 ? gnutls_map_error(rc, ERR_KEY, "the key cannot be written", why) : gnutls_map_take(&pem, out);
}

static enum err libcrypto_export(const struct key *key, gnutls_x509_crt_fmt_t format, struct buf *out, struct why *why)
{
	const struct libcrypto *own = key->own;
	PKCS8_PRIV_KEY_INFO *info = EVP_PKEY2PKCS8(own->pkey);
	unsigned char *der = NULL;
	int len = info == NULL ? -1 : i2d_PKCS8_PRIV_KEY_INFO(info, &der);
	enum err e;

	PKCS8_PRIV_KEY_INFO_free(info);
	if (len < 0)
		return failed("the key cannot be written", why);
	e = format == GNUTLS_X509_FMT_PEM ? write_pem(bytes_from(der, (size_t)len), out, why) : buf_append(out, bytes_from(der, (size_t)len));
	OPENSSL_clear_free(der, (size_t)len);
	return e;
}

const struct key_provider key_libcrypto_provider = { libcrypto_decrypt, libcrypto_has_oaep, libcrypto_export, libcrypto_free };

static EVP_PKEY *read_plain(struct bytes plain)
{
	const unsigned char *at = plain.ptr;
	PKCS8_PRIV_KEY_INFO *info = d2i_PKCS8_PRIV_KEY_INFO(NULL, &at, (long)plain.len);
	EVP_PKEY *pkey = info == NULL ? NULL : EVP_PKCS82PKEY(info);

	PKCS8_PRIV_KEY_INFO_free(info);
	return pkey;
}

static enum err find_public(struct key *key, struct why *why)
{
	const struct libcrypto *own = key->own;
	unsigned char *spki = NULL;
	int len = i2d_PUBKEY(own->pkey, &spki);
	enum err e;

	if (len < 0)
		return failed("the public key of the private key cannot be found", why);
	e = key_set_spki(key, bytes_from(spki, (size_t)len), why);
	OPENSSL_free(spki);
	return e;
}

enum err key_libcrypto_open(struct bytes plain, struct key **out, struct why *why)
{
	struct libcrypto *own = calloc(1, sizeof *own);
	struct key *key = NULL;
	enum err e;
	int rc;

	if (own == NULL)
		return ERR_MEMORY;
	if ((e = key_new(&key_libcrypto_provider, own, &key)) != ERR_OK)
		return e;
	if ((own->pkey = read_plain(plain)) == NULL)
		e = failed("OpenSSL does not read the private key", why);
	else if (pk_algorithm(own) == GNUTLS_PK_UNKNOWN)
		e = why_set(why, ERR_KEY, "the private key is of a type that is not supported");
	if (e != ERR_OK || (e = find_public(key, why)) != ERR_OK || (e = prepare(own, why)) != ERR_OK)
		goto out;
	if ((rc = gnutls_privkey_import_ext4(key->handle, own, sign_data, sign_hash, NULL, NULL, tell, 0)) < 0) {
		e = gnutls_map_error(rc, ERR_KEY, "the private key cannot be used", why);
		goto out;
	}
	*out = key;
	key = NULL;
out:
	key_free(key);
	return e;
}
