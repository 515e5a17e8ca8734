#include <config.h>

#include "pki/key.h"

#include "pki/crypto.h"
#include "pki/der.h"
#include "pki/gnutls_map.h"
#include "pki/pubkey.h"

enum scheme { SCHEME_RSA, SCHEME_RSA_PSS, SCHEME_ECDSA, SCHEME_ED25519 };

/* Signature algorithms; the digest is DIGEST_NONE where the identifier does not name it. */
static const struct scheme_row {
	enum oid oid;
	enum scheme scheme;
	enum digest digest;
} schemes[] = {
	{ OID_RSA_ENCRYPTION, SCHEME_RSA, DIGEST_NONE },
	{ OID_MD5_WITH_RSA, SCHEME_RSA, DIGEST_MD5 },
	{ OID_SHA1_WITH_RSA, SCHEME_RSA, DIGEST_SHA1 },
	{ OID_SHA1_WITH_RSA_OIW, SCHEME_RSA, DIGEST_SHA1 },
	{ OID_SHA224_WITH_RSA, SCHEME_RSA, DIGEST_SHA224 },
	{ OID_SHA256_WITH_RSA, SCHEME_RSA, DIGEST_SHA256 },
	{ OID_SHA384_WITH_RSA, SCHEME_RSA, DIGEST_SHA384 },
	{ OID_SHA512_WITH_RSA, SCHEME_RSA, DIGEST_SHA512 },
	{ OID_RSASSA_PSS, SCHEME_RSA_PSS, DIGEST_NONE },
	{ OID_ECDSA_SHA1, SCHEME_ECDSA, DIGEST_SHA1 },
	{ OID_ECDSA_SHA256, SCHEME_ECDSA, DIGEST_SHA256 },
	{ OID_ECDSA_SHA384, SCHEME_ECDSA, DIGEST_SHA384 },
	{ OID_ECDSA_SHA512, SCHEME_ECDSA, DIGEST_SHA512 },
	/* RFC 8419 section 3.1: the digest beside Ed25519 is SHA-512. */
	{ OID_ED25519, SCHEME_ED25519, DIGEST_SHA512 },
};

/* AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL } */
static enum err read_algorithm(struct bytes whole, struct bytes *oid, struct der *parameters)
{
	struct der_element sequence, type;

	if (der_read_only(whole, DER_SEQUENCE, &sequence) != ERR_OK)
		return ERR_ASN1_SYNTAX;
	*parameters = (struct der){ sequence.value };
	if (der_read_tag(parameters, DER_OID, &type) != ERR_OK)
		return ERR_ASN1_SYNTAX;
	*oid = type.value;
	return ERR_OK;
}

/* An AlgorithmIdentifier that names a digest, inside an EXPLICIT tag. */
static enum digest read_tagged_digest(struct bytes whole)
{
	struct der parameters;
	struct bytes oid;

	return read_algorithm(whole, &oid, &parameters) == ERR_OK ? digest_from_oid(oid) : DIGEST_NONE;
}

/* id-mgf1 with a digest for its parameter. */
static enum digest read_mask_digest(struct bytes whole)
{
	struct der parameters;
	struct bytes oid;

	if (read_algorithm(whole, &oid, &parameters) != ERR_OK || !oid_is(oid, OID_MGF1))
		return DIGEST_NONE;
	return read_tagged_digest(parameters.rest);
}

/* A small INTEGER inside an EXPLICIT tag. */
static bool is_tagged_small(struct bytes value, int expected)
{
	struct der_element integer;
	int number;

	return der_read_only(value, DER_INTEGER, &integer) == ERR_OK && der_get_small(&integer, &number) == ERR_OK && number == expected;
}

/*
 * RFC 4055 section 3.1:
 *   RSASSA-PSS-params ::= SEQUENCE {
 *     hashAlgorithm    [0] HashAlgorithm    DEFAULT sha1Identifier,
 *     maskGenAlgorithm [1] MaskGenAlgorithm DEFAULT mgf1SHA1Identifier,
 *     saltLength       [2] INTEGER          DEFAULT 20,
 *     trailerField     [3] INTEGER          DEFAULT 1 }
 * One digest for both, a salt as long as the digest: all that GnuTLS 3.7 verifies, and none of its PSS digests is SHA-1, so no default applies
 * but the trailer.
 */
static enum err read_pss(const struct der *parameters, enum digest *digest, struct why *why)
{
	struct der in = *parameters;
	struct der_element hash, mask, salt, trailer;
	struct der inside;

	if (der_enter(&in, DER_SEQUENCE, &inside) != ERR_OK || !der_read_optional(&inside, DER_CONTEXT_CONSTRUCTED(0), &hash) ||
	    !der_read_optional(&inside, DER_CONTEXT_CONSTRUCTED(1), &mask) || !der_read_optional(&inside, DER_CONTEXT_CONSTRUCTED(2), &salt))
		return why_set(why, ERR_ALG_SIGNATURE, "RSASSA-PSS with parameters that are not supported");
	if (der_read_optional(&inside, DER_CONTEXT_CONSTRUCTED(3), &trailer) && !is_tagged_small(trailer.value, 1))
		return why_set(why, ERR_ALG_SIGNATURE, "RSASSA-PSS with another trailer");
	*digest = read_tagged_digest(hash.value);
	if (der_end(&inside) != ERR_OK || *digest == DIGEST_NONE || read_mask_digest(mask.value) != *digest ||
	    !is_tagged_small(salt.value, (int)digest_len(*digest)))
		return why_set(why, ERR_ALG_SIGNATURE, "RSASSA-PSS with parameters that are not supported");
	return ERR_OK;
}

static bool fits_kind(enum scheme scheme, enum key_kind kind)
{
	switch (scheme) {
	case SCHEME_RSA:
	case SCHEME_RSA_PSS:
		return kind == KEY_KIND_RSA;
	case SCHEME_ECDSA:
		return kind == KEY_KIND_EC_P256 || kind == KEY_KIND_EC_P384 || kind == KEY_KIND_EC_P521;
	case SCHEME_ED25519:
		break;
	}
	return kind == KEY_KIND_ED25519;
}

static gnutls_sign_algorithm_t map_scheme(enum scheme scheme, enum digest digest)
{
	switch (scheme) {
	case SCHEME_RSA:
		return gnutls_pk_to_sign(GNUTLS_PK_RSA, gnutls_map_digest(digest));
	case SCHEME_RSA_PSS:
		return digest == DIGEST_SHA256 ? GNUTLS_SIGN_RSA_PSS_RSAE_SHA256 : digest == DIGEST_SHA384 ? GNUTLS_SIGN_RSA_PSS_RSAE_SHA384 :
			digest == DIGEST_SHA512 ? GNUTLS_SIGN_RSA_PSS_RSAE_SHA512 : GNUTLS_SIGN_UNKNOWN;
	case SCHEME_ECDSA:
		return gnutls_pk_to_sign(GNUTLS_PK_ECDSA, gnutls_map_digest(digest));
	case SCHEME_ED25519:
		break;
	}
	return GNUTLS_SIGN_EDDSA_ED25519;
}

/* Find out how to verify. */
static enum err read_scheme(struct bytes algorithm, enum digest wanted, enum scheme *scheme, enum digest *digest, struct why *why)
{
	const struct scheme_row *row = NULL;
	struct der parameters;
	struct bytes oid;
	enum err e;

	if (read_algorithm(algorithm, &oid, &parameters) != ERR_OK)
		return why_set(why, ERR_ALG_SIGNATURE, "the signature algorithm is malformed");
	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0] && row == NULL; i++)
		if (oid_is(oid, schemes[i].oid))
			row = &schemes[i];
	if (row == NULL)
		return why_set(why, ERR_ALG_SIGNATURE, "the signature algorithm is not known");
	*scheme = row->scheme;
	*digest = row->digest;
	if (row->scheme == SCHEME_RSA_PSS && (e = read_pss(&parameters, digest, why)) != ERR_OK)
		return e;
	if (*digest == DIGEST_NONE)
		*digest = wanted;
	if (*digest == DIGEST_NONE)
		return why_set(why, ERR_ALG_DIGEST, "the signature names no digest that is known");
	if (wanted != DIGEST_NONE && wanted != *digest && row->scheme != SCHEME_ED25519)
		return why_set(why, ERR_ALG_DIGEST, "the digest %s stands beside a signature with %s", digest_name(wanted), digest_name(*digest));
	return ERR_OK;
}

enum err signature_get_digest(struct bytes algorithm, enum digest *out, struct why *why)
{
	enum scheme scheme;
	enum digest digest = DIGEST_NONE;
	enum err e = read_scheme(algorithm, DIGEST_NONE, &scheme, &digest, why);

	if (e == ERR_OK)
		*out = digest;
	return e;
}

/*
 * The DigestInfo of RFC 8017 section 9.2 without the NULL that must be in it: EJBCA's Java client for SCEP made such signatures.
 */
static enum err verify_without_null(const struct pubkey *pubkey, enum digest digest, struct bytes data, gnutls_datum_t *signature)
{
	uint8_t hash[DIGEST_MAX_LEN];
	struct buf algorithm, content, info;
	gnutls_datum_t datum;
	enum err e;

	buf_init(&algorithm);
	buf_init(&content);
	buf_init(&info);
	if ((e = crypto_digest(digest, data, hash)) != ERR_OK || (e = der_put(&algorithm, DER_OID, oid_get(digest_oid(digest)))) != ERR_OK ||
	    (e = der_put(&content, DER_SEQUENCE, buf_bytes(&algorithm))) != ERR_OK ||
	    (e = der_put(&content, DER_OCTET_STRING, bytes_from(hash, digest_len(digest)))) != ERR_OK ||
	    (e = der_put(&info, DER_SEQUENCE, buf_bytes(&content))) != ERR_OK)
		goto out;
	datum = gnutls_map_datum(buf_bytes(&info));
	if (gnutls_pubkey_verify_hash2(pubkey->handle, GNUTLS_SIGN_UNKNOWN, GNUTLS_VERIFY_USE_TLS1_RSA, &datum, signature) < 0)
		e = ERR_CMS_SIGNATURE;
out:
	buf_clear(&info);
	buf_clear(&content);
	buf_clear(&algorithm);
	return e;
}

enum err pubkey_verify(const struct pubkey *pubkey, struct bytes algorithm, enum digest digest, struct bytes data, struct bytes signature, enum digest *used,
	struct why *why)
{
	/* The caller's lists decide which digests are allowed; GnuTLS shall just compute. */
	const unsigned flags = GNUTLS_VERIFY_ALLOW_BROKEN | GNUTLS_VERIFY_ALLOW_SIGN_WITH_SHA1;
	gnutls_datum_t data_datum = gnutls_map_datum(data);
	gnutls_datum_t signature_datum = gnutls_map_datum(signature);
	gnutls_sign_algorithm_t sign;
	enum scheme scheme = SCHEME_RSA;
	enum digest found = DIGEST_NONE;
	enum err e;

	if (pubkey->kind == KEY_KIND_OTHER)
		return why_set(why, ERR_ALG_KEY, "the key is of a type that is not supported");
	if ((e = read_scheme(algorithm, digest, &scheme, &found, why)) != ERR_OK)
		return e;
	if (!fits_kind(scheme, pubkey->kind))
		return why_set(why, ERR_ALG_SIGNATURE, "the signature algorithm does not fit a key of kind %s", key_kind_name(pubkey->kind));
	if ((sign = map_scheme(scheme, found)) == GNUTLS_SIGN_UNKNOWN)
		return why_set(why, ERR_ALG_SIGNATURE, "the signature algorithm is not supported with %s", digest_name(found));
	if (gnutls_pubkey_verify_data2(pubkey->handle, sign, flags, &data_datum, &signature_datum) < 0) {
		e = scheme == SCHEME_RSA ? verify_without_null(pubkey, found, data, &signature_datum) : ERR_CMS_SIGNATURE;
		if (e != ERR_OK)
			return why_set(why, e, "the signature does not fit the key and the data");
	}
	if (used != NULL)
		*used = found;
	return ERR_OK;
}
