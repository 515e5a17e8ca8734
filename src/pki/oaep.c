#include <config.h>

#include "pki/oaep.h"

#include <string.h>

#include "pki/crypto.h"
#include "pki/der.h"
#include "pki/pkcs1.h"

/* --- parameters ------------------------------------------------------------------------------------------------------------- */

/* AlgorithmIdentifier ::= SEQUENCE { algorithm OBJECT IDENTIFIER, parameters ANY OPTIONAL }; exactly one. */
static enum err read_algorithm(struct bytes whole, struct bytes *oid, struct bytes *parameters)
{
	struct der_element sequence, type;
	struct der inside;

	if (der_read_only(whole, DER_SEQUENCE, &sequence) != ERR_OK)
		return ERR_ASN1_SYNTAX;
	inside = (struct der){ sequence.value };
	if (der_read_tag(&inside, DER_OID, &type) != ERR_OK)
		return ERR_ASN1_SYNTAX;
	*oid = type.value;
	*parameters = inside.rest;
	return ERR_OK;
}

/* RFC 4055 section 2.1: implementations must take the parameters both as NULL and absent. MD5 is not among its digests. */
static enum digest read_digest(struct bytes whole)
{
	struct der_element null;
	struct bytes oid, parameters;
	enum digest digest;

	if (read_algorithm(whole, &oid, &parameters) != ERR_OK)
		return DIGEST_NONE;
	if (parameters.len > 0 && (der_read_only(parameters, DER_NULL, &null) != ERR_OK || null.value.len > 0))
		return DIGEST_NONE;
	digest = digest_from_oid(oid);
	return digest == DIGEST_MD5 ? DIGEST_NONE : digest;
}

static enum digest read_mask_digest(struct bytes whole)
{
	struct bytes oid, parameters;

	if (read_algorithm(whole, &oid, &parameters) != ERR_OK || !oid_is(oid, OID_MGF1))
		return DIGEST_NONE;
	return read_digest(parameters);
}

/* pSpecified with a label of no octets. */
static bool is_no_label(struct bytes whole)
{
	struct der_element label;
	struct bytes oid, parameters;

	return read_algorithm(whole, &oid, &parameters) == ERR_OK && oid_is(oid, OID_P_SPECIFIED) && der_read_only(parameters, DER_OCTET_STRING, &label) == ERR_OK &&
		label.value.len == 0;
}

/*
 * RSAES-OAEP-params ::= SEQUENCE {
 *   hashFunc    [0] AlgorithmIdentifier DEFAULT sha1Identifier,
 *   maskGenFunc [1] AlgorithmIdentifier DEFAULT mgf1SHA1Identifier,
 *   pSourceFunc [2] AlgorithmIdentifier DEFAULT pSpecifiedEmptyIdentifier }   RFC 4055 section 4.1
 */
enum err oaep_parse(struct bytes parameters, struct key_oaep *out, struct why *why)
{
	struct key_oaep oaep = { DIGEST_SHA1, DIGEST_SHA1 };
	struct der_element sequence, field;
	struct der inside;

	if (parameters.len > 0) {
		if (der_read_only(parameters, DER_SEQUENCE, &sequence) != ERR_OK)
			return why_set(why, ERR_ALG_KEY_TRANSPORT, "the parameters of RSAES-OAEP are malformed");
		inside = (struct der){ sequence.value };
		if (der_read_optional(&inside, DER_CONTEXT_CONSTRUCTED(0), &field))
			oaep.digest = read_digest(field.value);
		if (der_read_optional(&inside, DER_CONTEXT_CONSTRUCTED(1), &field))
			oaep.mask_digest = read_mask_digest(field.value);
		if (der_read_optional(&inside, DER_CONTEXT_CONSTRUCTED(2), &field) && !is_no_label(field.value))
			return why_set(why, ERR_ALG_KEY_TRANSPORT, "RSAES-OAEP has a label, or one that is malformed");
		if (der_end(&inside) != ERR_OK)
			return why_set(why, ERR_ALG_KEY_TRANSPORT, "the parameters of RSAES-OAEP are malformed");
	}
	if (oaep.digest == DIGEST_NONE || oaep.mask_digest == DIGEST_NONE)
		return why_set(why, ERR_ALG_KEY_TRANSPORT, "RSAES-OAEP has a digest or a mask that is not supported");
	*out = oaep;
	return ERR_OK;
}

/* --- padding ---------------------------------------------------------------------------------------------------------------- */

/* data = data XOR MGF1(seed, len): RFC 8017 appendix B.2.1. */
static enum err mask(enum digest digest, struct bytes seed, uint8_t *data, size_t len)
{
	const size_t hash_len = digest_len(digest);
	struct crypto_hash *hash = NULL;
	uint8_t block[DIGEST_MAX_LEN];
	enum err e = crypto_hash_new(digest, &hash);

	for (size_t at = 0; e == ERR_OK && at < len; at += hash_len) {
		const uint32_t n = (uint32_t)(at / hash_len);
		const uint8_t counter[4] = { (uint8_t)(n >> 24), (uint8_t)(n >> 16), (uint8_t)(n >> 8), (uint8_t)n };

		if ((e = crypto_hash_update(hash, seed)) != ERR_OK || (e = crypto_hash_update(hash, bytes_from(counter, sizeof counter))) != ERR_OK)
			break;
		crypto_hash_finish(hash, block);
		for (size_t i = 0; i < hash_len && at + i < len; i++)
			data[at + i] ^= block[i];
	}
	explicit_bzero(block, sizeof block);
	crypto_hash_free(hash);
	return e;
}

/* EM = 0x00 || maskedSeed || maskedDB, DB = lHash || PS || 0x01 || M, PS of zeros: since the length of M is known, so is where PS ends. */
static enum err take(const struct key_oaep *oaep, uint8_t *encoded, size_t encoded_len, uint8_t *out, size_t out_len)
{
	const size_t hash_len = digest_len(oaep->digest);
	uint8_t *seed = encoded + 1, *block = seed + hash_len;
	const size_t block_len = encoded_len - 1 - hash_len, separator = block_len - out_len - 1;
	uint8_t label_hash[DIGEST_MAX_LEN];
	unsigned bad = encoded[0];
	enum err e;

	if ((e = crypto_digest(oaep->digest, bytes_from(NULL, 0), label_hash)) != ERR_OK ||
	    (e = mask(oaep->mask_digest, bytes_from(block, block_len), seed, hash_len)) != ERR_OK ||
	    (e = mask(oaep->mask_digest, bytes_from(seed, hash_len), block, block_len)) != ERR_OK)
		return e;
	for (size_t i = 0; i < hash_len; i++)
		bad |= block[i] ^ label_hash[i];
	for (size_t i = hash_len; i < separator; i++)
		bad |= block[i];
	bad |= block[separator] ^ 1u;
	pkcs1_copy_if(pkcs1_is_zero(bad), block + separator + 1, out, out_len);
	return ERR_OK;
}

enum err oaep_take(const struct key_oaep *oaep, uint8_t *encoded, size_t encoded_len, uint8_t *out, size_t out_len, struct why *why)
{
	const size_t padding_len = 2 * digest_len(oaep->digest) + 2;
	enum err e;

	if (encoded_len < padding_len || encoded_len - padding_len < out_len)
		return ERR_OK;
	e = take(oaep, encoded, encoded_len, out, out_len);
	return e == ERR_OK || e == ERR_MEMORY ? e : why_set(why, ERR_ALG_KEY_TRANSPORT, "the crypto library does not compute the digests of RSAES-OAEP");
}
