#include <config.h>

#include "pki/key.h"

#include <gnutls/x509.h>

#include "pki/gnutls_map.h"
#include "pki/key_provider.h"
#include "pki/key_seal.h"

/* Keys in memory, which GnuTLS works with: making, opening, sealing, and reading what others wrote. */

enum { RSA_SIZE_STEP = 1024 };

static enum err software_decrypt(const struct key *key, const struct key_oaep *oaep, uint8_t *ciphertext, size_t modulus_len, uint8_t *out, size_t out_len,
	struct why *why)
{
	gnutls_datum_t datum = { ciphertext, (unsigned)modulus_len };

	(void)oaep;
	(void)why;
	/* Writes exactly out_len octets or none, in constant time. Whether it did is not looked at: the random octets are then the key. */
	(void)gnutls_privkey_decrypt_data2(key->handle, 0, &datum, out, out_len);
	return ERR_OK;
}

static enum err software_export(const struct key *key, gnutls_x509_crt_fmt_t format, struct buf *out, struct why *why)
{
	gnutls_datum_t exported = { NULL, 0 };
	int rc = gnutls_x509_privkey_export2_pkcs8((gnutls_x509_privkey_t)key->own, format, NULL, GNUTLS_PKCS_PLAIN, &exported);

	return rc < 0 ? gnutls_map_error(rc, ERR_KEY, "the key cannot be written", why) : gnutls_map_take(&exported, out);
}

static void software_free(void *own)
{
	gnutls_x509_privkey_deinit((gnutls_x509_privkey_t)own);
}

const struct key_provider key_software_provider = { software_decrypt, NULL, software_export, software_free };

enum err key_software_take(gnutls_x509_privkey_t x509, struct key **out, struct why *why)
{
	struct key *key = NULL;
	enum err e;
	int rc;

	if ((e = key_new(&key_software_provider, x509, &key)) != ERR_OK)
		return e;
	if ((rc = gnutls_privkey_import_x509(key->handle, x509, 0)) < 0)
		e = gnutls_map_error(rc, ERR_KEY, "the private key cannot be used", why);
	if (e == ERR_OK && (e = key_complete(key, why)) == ERR_OK) {
		*out = key;
		key = NULL;
	}
	key_free(key);
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
	gnutls_x509_privkey_t x509;
	gnutls_pk_algorithm_t algorithm;
	unsigned size;
	int rc;

	if (!map_kind(kind, bits, &algorithm, &size))
		return why_set(why, ERR_VALUE, "no key of kind %s with %u bits can be made", key_kind_name(kind), bits);
	if (gnutls_x509_privkey_init(&x509) < 0)
		return ERR_MEMORY;
	if ((rc = gnutls_x509_privkey_generate(x509, algorithm, size, 0)) < 0) {
		gnutls_x509_privkey_deinit(x509);
		return gnutls_map_error(rc, ERR_INTERNAL, "key generation", why);
	}
	return key_software_take(x509, out, why);
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
	gnutls_x509_privkey_t x509 = NULL;
	struct buf password = { 0 };
	unsigned schema;
	enum err e;
	int rc;

	if ((e = make_password(secret, &password, why)) != ERR_OK)
		goto out;
	if ((rc = gnutls_pkcs8_info(&sealed, GNUTLS_X509_FMT_DER, &schema, NULL, NULL, NULL, NULL, NULL)) < 0) {
		e = gnutls_map_error(rc, ERR_KEY, "not an encrypted PKCS#8 key", why);
		goto out;
	}
	if (gnutls_x509_privkey_init(&x509) < 0) {
		e = ERR_MEMORY;
		goto out;
	}
	/* The frame is good, so what fails now is what the secret made of the content. */
	if ((rc = gnutls_x509_privkey_import_pkcs8(x509, &sealed, GNUTLS_X509_FMT_DER, (const char *)password.ptr, 0)) < 0) {
		e = gnutls_map_error(rc, ERR_KEY_SECRET, "the key-encryption secret does not open the key", why);
		goto out;
	}
	e = key_software_take(x509, out, why);
	x509 = NULL;
out:
	if (x509 != NULL)
		gnutls_x509_privkey_deinit(x509);
	buf_clear(&password);
	return e;
}

static enum err export_plain(const struct key *key, gnutls_x509_crt_fmt_t format, struct buf *out, struct why *why)
{
	if (key_is_in_token(key))
		return why_set(why, ERR_KEY, "the private key is in a token and does not leave it");
	return key->provider->export(key, format, out, why);
}

enum err key_seal_pkcs8(const struct key *key, struct bytes secret, struct buf *out, struct why *why)
{
	struct random random = random_system();
	struct buf password = { 0 }, plain = { 0 };
	enum err e;

	if ((e = make_password(secret, &password, why)) == ERR_OK && (e = export_plain(key, GNUTLS_X509_FMT_DER, &plain, why)) == ERR_OK)
		e = key_seal(buf_bytes(&plain), buf_bytes(&password), &random, out, why);
	buf_clear(&password);
	buf_clear(&plain);
	return e;
}

enum err key_encode_pem(const struct key *key, struct buf *out, struct why *why)
{
	return export_plain(key, GNUTLS_X509_FMT_PEM, out, why);
}

/* @param password NULL: nothing encrypted is read. */
static enum err read_key(struct bytes in, gnutls_x509_crt_fmt_t format, const char *password, unsigned flags, struct key **out, struct why *why)
{
	gnutls_datum_t datum = gnutls_map_datum(in);
	gnutls_x509_privkey_t x509;
	int rc;

	if (gnutls_x509_privkey_init(&x509) < 0)
		return ERR_MEMORY;
	if ((rc = gnutls_x509_privkey_import2(x509, &datum, format, password, flags)) < 0) {
		gnutls_x509_privkey_deinit(x509);
		return gnutls_map_error(rc, rc == GNUTLS_E_DECRYPTION_FAILED ? ERR_KEY_SECRET : ERR_KEY, "the private key cannot be read", why);
	}
	return key_software_take(x509, out, why);
}

enum err key_software_open(struct bytes plain, struct key **out, struct why *why)
{
	return read_key(plain, GNUTLS_X509_FMT_DER, NULL, GNUTLS_PKCS_PLAIN, out, why);
}

enum err key_parse_pem(struct bytes pem, struct key **out, struct why *why)
{
	enum err e = read_key(pem, GNUTLS_X509_FMT_PEM, NULL, GNUTLS_PKCS_PLAIN, out, why);

	return e == ERR_KEY_SECRET ? ERR_KEY : e;
}

enum err key_import(struct bytes in, bool is_pem, const char *password, struct key **out, struct why *why)
{
	const gnutls_x509_crt_fmt_t format = is_pem ? GNUTLS_X509_FMT_PEM : GNUTLS_X509_FMT_DER;

	if (password == NULL)
		return read_key(in, format, NULL, GNUTLS_PKCS_PLAIN, out, why);
	/* A password that was not needed is no error, and GnuTLS makes it one. */
	if (read_key(in, format, NULL, GNUTLS_PKCS_PLAIN, out, NULL) == ERR_OK)
		return ERR_OK;
	return read_key(in, format, password, 0, out, why);
}
