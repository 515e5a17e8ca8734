#include <config.h>

#include "pki/pubkey.h"

#include <gnutls/abstract.h>
#include <stdlib.h>
#include <string.h>

#include "pki/crypto.h"
#include "pki/der.h"
#include "pki/gnutls_map.h"
#include "pki/key.h"
#include "pki/pkcs1.h"

enum {
	SIGNER_RSA_MIN_BITS = 512, /* of keys that we verify with; what is certified is policy's */
	RSA_MAX_EXPONENT_LEN = 4,
	OCTET_BITS = 8
};

static void drop_leading_zeros(struct bytes *number)
{
	while (number->len > 0 && number->ptr[0] == 0)
		*number = bytes_from(number->ptr + 1, number->len - 1);
}

/* Of a number without leading zeros. */
static unsigned count_bits(struct bytes number)
{
	unsigned bits = 0;

	if (number.len == 0)
		return 0;
	for (unsigned top = number.ptr[0]; top > 0; top >>= 1)
		bits++;
	return bits + (unsigned)(number.len - 1) * OCTET_BITS;
}

/* An INTEGER above zero, as big-endian octets without leading zeros. */
static enum err read_positive(struct der *der, struct bytes *out)
{
	struct der_element element;

	if (der_read_tag(der, DER_INTEGER, &element) != ERR_OK || element.value.len == 0 || (element.value.ptr[0] & 0x80) != 0)
		return ERR_ASN1_SYNTAX;
	*out = element.value;
	drop_leading_zeros(out);
	return out->len > 0 ? ERR_OK : ERR_ASN1_SYNTAX;
}

/* RFC 8017 appendix A.1.1: RSAPublicKey ::= SEQUENCE { modulus INTEGER, publicExponent INTEGER } */
static enum err check_rsa(struct bytes key_bits, unsigned *bits, struct why *why)
{
	struct der der = { key_bits };
	struct der inside;
	struct bytes n, exponent;

	if (der_enter(&der, DER_SEQUENCE, &inside) != ERR_OK || der_end(&der) != ERR_OK || read_positive(&inside, &n) != ERR_OK ||
	    read_positive(&inside, &exponent) != ERR_OK || der_end(&inside) != ERR_OK)
		return why_set(why, ERR_ALG_KEY, "the RSA key is malformed");
	*bits = count_bits(n);
	if (*bits < SIGNER_RSA_MIN_BITS || *bits > KEY_RSA_MAX_BITS)
		return why_set(why, ERR_ALG_KEY, "the RSA key has %u bits", *bits);
	if ((n.ptr[n.len - 1] & 1) == 0)
		return why_set(why, ERR_ALG_KEY, "the RSA modulus is even");
	if (exponent.len > RSA_MAX_EXPONENT_LEN || (exponent.ptr[exponent.len - 1] & 1) == 0 || (exponent.len == 1 && exponent.ptr[0] < 3))
		return why_set(why, ERR_ALG_KEY, "the RSA exponent is even, below 3 or above 2^32");
	return ERR_OK;
}

enum err pubkey_get_modulus(const struct pubkey *pubkey, struct bytes *modulus)
{
	struct der der = { pubkey->key_bits };
	struct der inside;

	return der_enter(&der, DER_SEQUENCE, &inside) == ERR_OK ? read_positive(&inside, modulus) : ERR_ASN1_SYNTAX;
}

/* RFC 5480 section 2.1.1: the parameters are the name of the curve and nothing else. */
static enum err find_curve(struct bytes parameters, enum key_kind *kind, unsigned *bits, struct why *why)
{
	struct der_element curve;

	if (der_read_only(parameters, DER_OID, &curve) != ERR_OK)
		return why_set(why, ERR_ALG_KEY, "the parameters of the EC key are not the name of a curve");
	*kind = KEY_KIND_OTHER;
	if (oid_is(curve.value, OID_SECP256R1)) {
		*bits = 256;
		*kind = KEY_KIND_EC_P256;
	} else if (oid_is(curve.value, OID_SECP384R1)) {
		*bits = 384;
		*kind = KEY_KIND_EC_P384;
	} else if (oid_is(curve.value, OID_SECP521R1)) {
		*bits = 521;
		*kind = KEY_KIND_EC_P521;
	}
	return ERR_OK;
}

/* RFC 3279 section 2.3.1 wants NULL; requests leave it out. */
static bool is_null_or_none(struct bytes parameters)
{
	struct der_element element;

	return parameters.len == 0 || (der_read_only(parameters, DER_NULL, &element) == ERR_OK && element.value.len == 0);
}

/* The octets of the algorithm come into the certificate as they are, so its parameters may say nothing that the key does not need. */
static enum err find_kind(struct pubkey *pubkey, struct bytes algorithm, struct why *why)
{
	struct der inside = { algorithm };
	struct der_element oid;

	if (der_read_tag(&inside, DER_OID, &oid) != ERR_OK)
		return why_set(why, ERR_ALG_KEY, "the algorithm of the public key is malformed");
	pubkey->kind = KEY_KIND_OTHER;
	if (oid_is(oid.value, OID_RSA_ENCRYPTION)) {
		if (!is_null_or_none(inside.rest))
			return why_set(why, ERR_ALG_KEY, "the RSA key has parameters");
		pubkey->kind = KEY_KIND_RSA;
		return check_rsa(pubkey->key_bits, &pubkey->bits, why);
	}
	if (oid_is(oid.value, OID_EC_PUBLIC_KEY))
		return find_curve(inside.rest, &pubkey->kind, &pubkey->bits, why);
	if (oid_is(oid.value, OID_ED25519)) {
		if (!der_is_end(&inside))
			return why_set(why, ERR_ALG_KEY, "the Ed25519 key has parameters");
		pubkey->kind = KEY_KIND_ED25519;
		pubkey->bits = 256;
	}
	return ERR_OK;
}

/* RFC 5280 section 4.1: SubjectPublicKeyInfo ::= SEQUENCE { algorithm AlgorithmIdentifier, subjectPublicKey BIT STRING } */
static enum err read_spki(struct pubkey *pubkey, struct why *why)
{
	struct der_element spki, algorithm, key_bits;
	struct der inside;

	if (der_read_only(buf_bytes(&pubkey->spki), DER_SEQUENCE, &spki) != ERR_OK)
		return why_set(why, ERR_ALG_KEY, "the public key is malformed");
	inside = (struct der){ spki.value };
	if (der_read_tag(&inside, DER_SEQUENCE, &algorithm) != ERR_OK || der_read_tag(&inside, DER_BIT_STRING, &key_bits) != ERR_OK ||
	    der_end(&inside) != ERR_OK || key_bits.value.len < 2 || key_bits.value.ptr[0] != 0)
		return why_set(why, ERR_ALG_KEY, "the public key is malformed");
	pubkey->key_bits = bytes_from(key_bits.value.ptr + 1, key_bits.value.len - 1);
	return find_kind(pubkey, algorithm.value, why);
}

static enum err import(struct pubkey *pubkey, struct why *why)
{
	gnutls_datum_t spki = gnutls_map_datum(buf_bytes(&pubkey->spki));
	int rc;

	if ((rc = gnutls_pubkey_init(&pubkey->handle)) < 0)
		return gnutls_map_error(rc, ERR_INTERNAL, "public key", why);
	if ((rc = gnutls_pubkey_import(pubkey->handle, &spki, GNUTLS_X509_FMT_DER)) < 0 || (rc = gnutls_pubkey_verify_params(pubkey->handle)) < 0)
		return gnutls_map_error(rc, ERR_ALG_KEY, "the public key cannot be used", why);
	return ERR_OK;
}

enum err pubkey_parse(struct bytes spki_der, struct pubkey **out, struct why *why)
{
	struct pubkey *pubkey = calloc(1, sizeof *pubkey);
	enum err e = ERR_MEMORY;

	if (pubkey == NULL || (e = buf_append(&pubkey->spki, spki_der)) != ERR_OK || (e = read_spki(pubkey, why)) != ERR_OK)
		goto out;
	if (pubkey->kind != KEY_KIND_OTHER && (e = import(pubkey, why)) != ERR_OK)
		goto out;
	*out = pubkey;
	pubkey = NULL;
out:
	pubkey_free(pubkey);
	return e;
}

void pubkey_free(struct pubkey *pubkey)
{
	if (pubkey == NULL)
		return;
	if (pubkey->handle != NULL)
		gnutls_pubkey_deinit(pubkey->handle);
	buf_clear(&pubkey->spki);
	free(pubkey);
}

enum key_kind pubkey_get_kind(const struct pubkey *pubkey)
{
	return pubkey->kind;
}

unsigned pubkey_get_bits(const struct pubkey *pubkey)
{
	return pubkey->bits;
}

struct bytes pubkey_get_spki(const struct pubkey *pubkey)
{
	return buf_bytes(&pubkey->spki);
}

enum err pubkey_key_id(const struct pubkey *pubkey, uint8_t out[PUBKEY_KEY_ID_LEN])
{
	uint8_t digest[DIGEST_MAX_LEN];
	enum err e = crypto_digest(DIGEST_SHA1, pubkey->key_bits, digest);

	if (e == ERR_OK)
		memcpy(out, digest, digest_len(DIGEST_SHA1));
	return e;
}

enum err pubkey_encrypt(const struct pubkey *pubkey, struct bytes plain, struct buf *out, struct why *why)
{
	gnutls_datum_t in = gnutls_map_datum(plain);
	gnutls_datum_t sealed = { NULL, 0 };
	int rc;

	if (pubkey->kind != KEY_KIND_RSA)
		return why_set(why, ERR_ALG_KEY_TRANSPORT, "a key of kind %s cannot encrypt", key_kind_name(pubkey->kind));
	if (plain.len + PKCS1_PADDING_LEN > (pubkey->bits + OCTET_BITS - 1) / OCTET_BITS)
		return why_set(why, ERR_ALG_KEY_TRANSPORT, "an RSA key of %u bits cannot encrypt %zu octets", pubkey->bits, plain.len);
	if ((rc = gnutls_pubkey_encrypt_data(pubkey->handle, 0, &in, &sealed)) < 0)
		return gnutls_map_error(rc, ERR_ALG_KEY_TRANSPORT, "RSA encryption", why);
	return gnutls_map_take(&sealed, out);
}
