#include <config.h>

#include "conformance/password.h"

#include <string.h>

#include "pki/ber.h"
#include "pki/crypto.h"
#include "pki/der.h"

enum { MAX_ITERATIONS = 10000000, HMAC_BLOCK_LEN = 64, HMAC_WIDE_BLOCK_LEN = 128, MAX_SALT_LEN = 128, MAX_WRAPPED_LEN = 96, CHECK_LEN = 3,
	WRAP_HEADER_LEN = 1 + CHECK_LEN };

static enum err refuse(struct why *why, const char *what)
{
	return why_set(why, ERR_SCEP_REPLY, "the PasswordRecipientInfo: %s", what);
}

static bool is_oid(struct bytes content, const char *dotted)
{
	struct buf octets = { 0 };
	bool is_same = oid_parse(dotted, &octets) == ERR_OK && bytes_is_equal(buf_bytes(&octets), content);

	buf_clear(&octets);
	return is_same;
}

/* HMAC, RFC 2104. `data` is at most MAX_SALT_LEN + 4 octets. */
static enum err hmac(enum digest digest, struct bytes key, struct bytes data, uint8_t out[DIGEST_MAX_LEN])
{
	size_t block = digest == DIGEST_SHA384 || digest == DIGEST_SHA512 ? HMAC_WIDE_BLOCK_LEN : HMAC_BLOCK_LEN, len = digest_len(digest);
	uint8_t inner[HMAC_WIDE_BLOCK_LEN + MAX_SALT_LEN + 4] = { 0 }, outer[HMAC_WIDE_BLOCK_LEN + DIGEST_MAX_LEN] = { 0 }, short_key[DIGEST_MAX_LEN];
	enum err e;

	if (key.len > block) {
		if ((e = crypto_digest(digest, key, short_key)) != ERR_OK)
			return e;
		key = bytes_from(short_key, len);
	}
	memcpy(inner, key.ptr, key.len);
	memcpy(outer, key.ptr, key.len);
	for (size_t i = 0; i < block; i++) {
		inner[i] ^= 0x36;
		outer[i] ^= 0x5c;
	}
	memcpy(inner + block, data.ptr, data.len);
	if ((e = crypto_digest(digest, bytes_from(inner, block + data.len), outer + block)) != ERR_OK)
		return e;
	return crypto_digest(digest, bytes_from(outer, block + len), out);
}

/* What PBKDF2-params say. */
struct derivation {
	enum digest prf;
	struct bytes salt;
	int iterations;
};

static enum err derive(const struct derivation *derivation, struct bytes password, uint8_t *key, size_t key_len)
{
	uint8_t salted[MAX_SALT_LEN + 4], u[DIGEST_MAX_LEN], t[DIGEST_MAX_LEN];
	size_t len = digest_len(derivation->prf);
	enum err e;

	memcpy(salted, derivation->salt.ptr, derivation->salt.len);
	memset(salted + derivation->salt.len, 0, 4);
	for (size_t done = 0; done < key_len; done += len) {
		salted[derivation->salt.len + 3] = (uint8_t)(done / len + 1);
		if ((e = hmac(derivation->prf, password, bytes_from(salted, derivation->salt.len + 4), u)) != ERR_OK)
			return e;
		memcpy(t, u, len);
		for (int i = 1; i < derivation->iterations; i++) {
			if ((e = hmac(derivation->prf, password, bytes_from(u, len), u)) != ERR_OK)
				return e;
			for (size_t j = 0; j < len; j++)
				t[j] ^= u[j];
		}
		memcpy(key + done, t, key_len - done < len ? key_len - done : len);
	}
	return ERR_OK;
}

static enum err read_prf(struct der *parameters, enum digest *prf, struct why *why)
{
	static const struct { const char *dotted; enum digest digest; } known[] = {
		{ "1.2.840.113549.2.7", DIGEST_SHA1 }, { "1.2.840.113549.2.9", DIGEST_SHA256 }, { "1.2.840.113549.2.10", DIGEST_SHA384 },
		{ "1.2.840.113549.2.11", DIGEST_SHA512 },
	};
	struct der algorithm;
	struct der_element oid;

	*prf = DIGEST_SHA1;
	if (der_is_end(parameters))
		return ERR_OK;
	if (der_enter(parameters, DER_SEQUENCE, &algorithm) != ERR_OK || der_read_tag(&algorithm, DER_OID, &oid) != ERR_OK)
		return refuse(why, "the pseudorandom function cannot be read");
	for (size_t i = 0; i < sizeof known / sizeof *known; i++) {
		if (is_oid(oid.value, known[i].dotted)) {
			*prf = known[i].digest;
			return ERR_OK;
		}
	}
	return refuse(why, "the pseudorandom function is none that is known");
}

/* keyDerivationAlgorithm [0]: id-PBKDF2, PBKDF2-params ::= SEQUENCE { salt, iterationCount, keyLength OPTIONAL, prf DEFAULT hmacWithSHA1 } */
static enum err read_derivation(struct der *info, struct derivation *out, struct why *why)
{
	struct der algorithm, parameters;
	struct der_element oid, salt, iterations, key_len;
	enum err e;

	if (der_enter(info, DER_CONTEXT_CONSTRUCTED(0), &algorithm) != ERR_OK || der_read_tag(&algorithm, DER_OID, &oid) != ERR_OK ||
	    !is_oid(oid.value, "1.2.840.113549.1.5.12"))
		return refuse(why, "keyDerivationAlgorithm is not PBKDF2");
	if (der_enter(&algorithm, DER_SEQUENCE, &parameters) != ERR_OK || der_read_tag(&parameters, DER_OCTET_STRING, &salt) != ERR_OK ||
	    der_read_tag(&parameters, DER_INTEGER, &iterations) != ERR_OK)
		return refuse(why, "the parameters of PBKDF2 cannot be read");
	der_read_optional(&parameters, DER_INTEGER, &key_len);
	if ((e = read_prf(&parameters, &out->prf, why)) != ERR_OK)
		return e;
	if (der_get_small(&iterations, &out->iterations) != ERR_OK || out->iterations < 1 || out->iterations > MAX_ITERATIONS ||
	    salt.value.len > MAX_SALT_LEN)
		return refuse(why, "the iteration count or the salt is out of bounds");
	out->salt = salt.value;
	return ERR_OK;
}

/* AlgorithmIdentifier of a content cipher and its IV. */
static enum err read_cipher(struct der *at, enum cipher *cipher, struct bytes *iv, struct why *why)
{
	struct der algorithm;
	struct der_element oid, parameter;

	if (der_enter(at, DER_SEQUENCE, &algorithm) != ERR_OK || der_read_tag(&algorithm, DER_OID, &oid) != ERR_OK ||
	    der_read_tag(&algorithm, DER_OCTET_STRING, &parameter) != ERR_OK)
		return refuse(why, "an AlgorithmIdentifier cannot be read");
	*cipher = cipher_from_oid(oid.value);
	*iv = parameter.value;
	return *cipher == CIPHER_NONE || iv->len != cipher_block_len(*cipher) ?
		refuse(why, "a cipher is unknown or has no IV of its block length") : ERR_OK;
}

/*
 * CBC without padding from CBC with it: one more block is put behind that decrypts to padding alone.
 */
static enum err decrypt_unpadded(enum cipher cipher, struct bytes key, struct bytes iv, struct bytes in, struct buf *out)
{
	size_t block = cipher_block_len(cipher);
	struct buf padded = { 0 };
	enum err e;

	if ((e = buf_append(&padded, in)) == ERR_OK &&
	    (e = crypto_cbc_encrypt(cipher, key, bytes_from(in.ptr + in.len - block, block), (struct bytes){ 0 }, &padded)) == ERR_OK)
		e = crypto_cbc_decrypt(cipher, key, iv, buf_bytes(&padded), out);
	buf_clear(&padded);
	return e;
}

/*
 * RFC 3211 section 2.3.2: the last block is decrypted with the block in front of it as IV; the blocks before it with the result as IV; and
 * all that came of it once more with the IV that was sent. The content is length, three check octets, key, padding.
 */
static enum err unwrap(enum cipher cipher, struct bytes kek, struct bytes iv, struct bytes wrapped, struct buf *key, struct why *why)
{
	size_t block = cipher_block_len(cipher), len = wrapped.len;
	struct buf last = { 0 }, inner = { 0 }, plain = { 0 };
	enum err e;

	if (len < 2 * block || len % block != 0 || len > MAX_WRAPPED_LEN)
		return refuse(why, "the wrapped key is no two blocks long");
	if ((e = decrypt_unpadded(cipher, kek, bytes_from(wrapped.ptr + len - 2 * block, block), bytes_from(wrapped.ptr + len - block, block),
	    &last)) != ERR_OK ||
	    (e = decrypt_unpadded(cipher, kek, buf_bytes(&last), bytes_from(wrapped.ptr, len - block), &inner)) != ERR_OK ||
	    (e = buf_append(&inner, buf_bytes(&last))) != ERR_OK || (e = decrypt_unpadded(cipher, kek, iv, buf_bytes(&inner), &plain)) != ERR_OK)
		goto out;
	if (plain.ptr[0] + WRAP_HEADER_LEN > (int)plain.len || plain.ptr[0] < CHECK_LEN)
		e = refuse(why, "the wrapped key has no length that fits: another password?");
	for (size_t i = 0; e == ERR_OK && i < CHECK_LEN; i++)
		if ((plain.ptr[1 + i] ^ plain.ptr[WRAP_HEADER_LEN + i]) != 0xff)
			e = refuse(why, "the check octets of the wrapped key are wrong: another password?");
	if (e == ERR_OK)
		e = buf_append(key, bytes_from(plain.ptr + WRAP_HEADER_LEN, plain.ptr[0]));
out:
	buf_clear(&last);
	buf_clear(&inner);
	buf_clear(&plain);
	return e;
}

/* PasswordRecipientInfo ::= SEQUENCE { version 0, keyDerivationAlgorithm [0] OPTIONAL, keyEncryptionAlgorithm, encryptedKey } under [3] */
static enum err open_recipient(struct bytes recipients, struct bytes password, struct buf *key, struct why *why)
{
	struct der all = { recipients }, info, algorithm;
	struct derivation derivation = { 0 };
	struct der_element version, oid, wrapped;
	uint8_t kek[CIPHER_MAX_KEY_LEN];
	struct bytes iv;
	enum cipher cipher;
	enum err e;

	if (der_enter(&all, DER_CONTEXT_CONSTRUCTED(3), &info) != ERR_OK || der_read_tag(&info, DER_INTEGER, &version) != ERR_OK)
		return refuse(why, "the reply's recipient is of another kind");
	if ((e = read_derivation(&info, &derivation, why)) != ERR_OK)
		return e;
	if (der_enter(&info, DER_SEQUENCE, &algorithm) != ERR_OK || der_read_tag(&algorithm, DER_OID, &oid) != ERR_OK ||
	    !is_oid(oid.value, "1.2.840.113549.1.9.16.3.9"))
		return refuse(why, "keyEncryptionAlgorithm is not id-alg-PWRI-KEK");
	if ((e = read_cipher(&algorithm, &cipher, &iv, why)) != ERR_OK)
		return e;
	if (der_read_tag(&info, DER_OCTET_STRING, &wrapped) != ERR_OK)
		return refuse(why, "it has no encryptedKey");
	if ((e = derive(&derivation, password, kek, cipher_key_len(cipher))) != ERR_OK)
		return e;
	return unwrap(cipher, bytes_from(kek, cipher_key_len(cipher)), iv, wrapped.value, key, why);
}

static enum err open_data(struct der *data, struct bytes password, struct buf *plain, struct why *why)
{
	struct buf key = { 0 }, ciphertext = { 0 };
	struct der_element version, originator, recipients, type, encrypted;
	struct der content;
	struct bytes iv;
	enum cipher cipher;
	enum err e;

	if (der_read_tag(data, DER_INTEGER, &version) != ERR_OK)
		return refuse(why, "the EnvelopedData has no version");
	der_read_optional(data, DER_CONTEXT_CONSTRUCTED(0), &originator);
	if (der_read_tag(data, DER_SET, &recipients) != ERR_OK || der_enter(data, DER_SEQUENCE, &content) != ERR_OK ||
	    der_read_tag(&content, DER_OID, &type) != ERR_OK)
		return refuse(why, "the EnvelopedData has no recipients or no content");
	if ((e = open_recipient(recipients.value, password, &key, why)) != ERR_OK || (e = read_cipher(&content, &cipher, &iv, why)) != ERR_OK)
		goto out;
	if (key.len != cipher_key_len(cipher) || der_read(&content, &encrypted) != ERR_OK ||
	    der_join_string(&encrypted, DER_CONTEXT(0), &ciphertext) != ERR_OK)
		e = refuse(why, "the content key does not fit the cipher, or there is no content");
	else
		e = crypto_cbc_decrypt(cipher, buf_bytes(&key), iv, buf_bytes(&ciphertext), plain);
out:
	buf_clear(&key);
	buf_clear(&ciphertext);
	return e;
}

enum err password_open(struct bytes envelope, struct bytes password, struct buf *plain, struct why *why)
{
	struct buf der = { 0 };
	struct der outer, info, explicit, data;
	struct der_element type;
	enum err e;

	if ((e = ber_normalise(envelope, &der, NULL, why)) != ERR_OK)
		goto out;
	outer = (struct der){ buf_bytes(&der) };
	if (der_enter(&outer, DER_SEQUENCE, &info) != ERR_OK || der_read_tag(&info, DER_OID, &type) != ERR_OK ||
	    !oid_is(type.value, OID_ENVELOPED_DATA) ||
	    der_enter(&info, DER_CONTEXT_CONSTRUCTED(0), &explicit) != ERR_OK || der_enter(&explicit, DER_SEQUENCE, &data) != ERR_OK)
		e = refuse(why, "the content is no ContentInfo { envelopedData }");
	else
		e = open_data(&data, password, plain, why);
out:
	buf_clear(&der);
	return e;
}
