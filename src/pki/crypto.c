#include <config.h>

#include "pki/crypto.h"

#include <assert.h>
#include <gnutls/crypto.h>
#include <libtasn1.h>
#include <stdlib.h>
#include <string.h>

#include "pki/gnutls_map.h"

const char *crypto_versions(void)
{
	return "GnuTLS " GNUTLS_VERSION ", libtasn1 " ASN1_VERSION;
}

enum err crypto_digest(enum digest digest, struct bytes data, uint8_t out[DIGEST_MAX_LEN])
{
	return gnutls_hash_fast(gnutls_map_digest(digest), data.len == 0 ? (const void *)"" : data.ptr, data.len, out) < 0 ? ERR_ALG_DIGEST : ERR_OK;
}

struct crypto_hash {
	gnutls_hash_hd_t handle;
};

enum err crypto_hash_new(enum digest digest, struct crypto_hash **out)
{
	struct crypto_hash *hash;

	/* For an unknown one GnuTLS 3.7.9 fails and keeps what it has allocated. */
	if (gnutls_map_digest(digest) == GNUTLS_DIG_UNKNOWN)
		return ERR_ALG_DIGEST;
	if ((hash = calloc(1, sizeof *hash)) == NULL)
		return ERR_MEMORY;
	if (gnutls_hash_init(&hash->handle, gnutls_map_digest(digest)) < 0) {
		free(hash);
		return ERR_ALG_DIGEST;
	}
	*out = hash;
	return ERR_OK;
}

enum err crypto_hash_update(struct crypto_hash *hash, struct bytes data)
{
	return data.len > 0 && gnutls_hash(hash->handle, data.ptr, data.len) < 0 ? ERR_ALG_DIGEST : ERR_OK;
}

void crypto_hash_finish(struct crypto_hash *hash, uint8_t out[DIGEST_MAX_LEN])
{
	gnutls_hash_output(hash->handle, out);
}

void crypto_hash_free(struct crypto_hash *hash)
{
	if (hash == NULL)
		return;
	gnutls_hash_deinit(hash->handle, NULL);
	free(hash);
}

enum err crypto_hmac_sha256(struct bytes key, struct bytes data, uint8_t out[32])
{
	const void *key_ptr = key.len == 0 ? (const void *)"" : key.ptr;
	const void *data_ptr = data.len == 0 ? (const void *)"" : data.ptr;

	return gnutls_hmac_fast(GNUTLS_MAC_SHA256, key_ptr, key.len, data_ptr, data.len, out) < 0 ? ERR_INTERNAL : ERR_OK;
}

enum err crypto_pbkdf2(enum digest digest, struct bytes password, struct bytes salt, unsigned iterations, uint8_t *out, size_t out_len)
{
	gnutls_datum_t password_datum = gnutls_map_datum(password);
	gnutls_datum_t salt_datum = gnutls_map_datum(salt);

	assert(iterations > 0);
	return gnutls_pbkdf2(gnutls_map_hmac(digest), &password_datum, &salt_datum, iterations, out, out_len) < 0 ? ERR_ALG_DIGEST : ERR_OK;
}

/* Encrypt or decrypt whole blocks in place. */
static enum err run_cbc(enum cipher cipher, struct bytes key, struct bytes iv, bool encrypt, uint8_t *data, size_t len)
{
	gnutls_datum_t key_datum = gnutls_map_datum(key);
	gnutls_datum_t iv_datum = gnutls_map_datum(iv);
	gnutls_cipher_hd_t handle;
	int rc;

	assert(key.len == cipher_key_len(cipher) && iv.len == cipher_block_len(cipher));
	if ((rc = gnutls_cipher_init(&handle, gnutls_map_cipher(cipher), &key_datum, &iv_datum)) < 0)
		return gnutls_map_error(rc, ERR_INTERNAL, "cipher", NULL);
	rc = encrypt ? gnutls_cipher_encrypt(handle, data, len) : gnutls_cipher_decrypt(handle, data, len);
	gnutls_cipher_deinit(handle);
	return rc < 0 ? ERR_INTERNAL : ERR_OK;
}

enum err crypto_cbc_encrypt_blocks(enum cipher cipher, struct bytes key, struct bytes iv, uint8_t *data, size_t len)
{
	return run_cbc(cipher, key, iv, true, data, len);
}

enum err crypto_cbc_decrypt_blocks(enum cipher cipher, struct bytes key, struct bytes iv, uint8_t *data, size_t len)
{
	return run_cbc(cipher, key, iv, false, data, len);
}

enum err crypto_cbc_encrypt(enum cipher cipher, struct bytes key, struct bytes iv, struct bytes plain, struct buf *out)
{
	size_t pad = cipher_block_len(cipher) - plain.len % cipher_block_len(cipher);
	size_t mark = out->len;
	uint8_t *at;
	enum err e;

	if (plain.len > SIZE_MAX - pad)
		return ERR_MEMORY;
	if ((e = buf_append_space(out, plain.len + pad, &at)) != ERR_OK)
		return e;
	if (plain.len > 0)
		memcpy(at, plain.ptr, plain.len);
	memset(at + plain.len, (int)pad, pad);
	if ((e = run_cbc(cipher, key, iv, true, at, plain.len + pad)) != ERR_OK) {
		explicit_bzero(at, plain.len + pad);
		out->len = mark;
	}
	return e;
}

/* All ones when a < b, else zero, without a branch; both below 2^31. */
static uint32_t mask_below(uint32_t a, uint32_t b)
{
	return 0 - ((a - b) >> 31);
}

/*
 * Length of the PKCS#7 padding (RFC 5652 section 6.3) at the end of the last block, or 0 when it is not one. Which octets are read, and how many steps
 * are taken, depends on the block length alone.
 */
static size_t padding_len(const uint8_t *last_block, size_t block_len)
{
	const uint32_t pad = last_block[block_len - 1];
	uint32_t bad = mask_below((uint32_t)block_len, pad);

	for (uint32_t i = 0; i < block_len; i++)
		bad |= mask_below(i, pad) & (last_block[block_len - 1 - i] ^ pad);
	/* bad == 0 makes all ones; a padding of 0 octets is none by itself. */
	return pad & mask_below(bad & 0xff, 1) & mask_below(bad >> 8, 1);
}

enum err crypto_cbc_decrypt(enum cipher cipher, struct bytes key, struct bytes iv, struct bytes ciphertext, struct buf *out)
{
	size_t block_len = cipher_block_len(cipher);
	size_t mark = out->len;
	size_t pad;
	uint8_t *at;
	enum err e;

	if (ciphertext.len == 0 || ciphertext.len % block_len != 0)
		return ERR_CMS_DECRYPT;
	if ((e = buf_append_space(out, ciphertext.len, &at)) != ERR_OK)
		return e;
	memcpy(at, ciphertext.ptr, ciphertext.len);
	if ((e = run_cbc(cipher, key, iv, false, at, ciphertext.len)) != ERR_OK)
		goto out;
	pad = padding_len(at + ciphertext.len - block_len, block_len);
	e = pad == 0 ? ERR_CMS_DECRYPT : ERR_OK;
out:
	if (e == ERR_OK) {
		out->len -= pad;
	} else {
		explicit_bzero(at, ciphertext.len);
		out->len = mark;
	}
	return e;
}
