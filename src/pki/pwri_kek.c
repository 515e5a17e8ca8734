#include <config.h>

#include "pki/pwri_kek.h"

#include <assert.h>
#include <string.h>

#include "pki/crypto.h"

enum { CHECK_LEN = PWRI_KEK_HEADER_LEN - 1, MIN_BLOCKS = 2 };

enum err pwri_kek_wrap(enum cipher cipher, struct bytes kek, struct bytes iv, struct bytes key, const struct random *random, struct buf *out)
{
	size_t block_len = cipher_block_len(cipher), used_len = PWRI_KEK_HEADER_LEN + key.len;
	size_t len = (used_len + block_len - 1) / block_len * block_len;
	uint8_t data[PWRI_KEK_MAX_WRAPPED_LEN], last[CIPHER_MAX_BLOCK_LEN];
	enum err e;

	assert(key.len >= CHECK_LEN && key.len <= CIPHER_MAX_KEY_LEN);
	if (len < MIN_BLOCKS * block_len)
		len = MIN_BLOCKS * block_len;
	data[0] = (uint8_t)key.len;
	for (size_t i = 0; i < CHECK_LEN; i++)
		data[1 + i] = (uint8_t)~key.ptr[i];
	memcpy(data + PWRI_KEK_HEADER_LEN, key.ptr, key.len);
	if ((e = random_fill(random, data + used_len, len - used_len)) != ERR_OK ||
	    (e = crypto_cbc_encrypt_blocks(cipher, kek, iv, data, len)) != ERR_OK)
		goto out;
	/* The second run goes on where the first has ended: its IV is the last block of the first. */
	memcpy(last, data + len - block_len, block_len);
	if ((e = crypto_cbc_encrypt_blocks(cipher, kek, bytes_from(last, block_len), data, len)) == ERR_OK)
		e = buf_append(out, bytes_from(data, len));
out:
	explicit_bzero(data, sizeof(data));
	return e;
}

/* Undo both runs of CBC in place. The IV of the outer one is the last block of what the inner one made, and comes out first. */
static enum err decrypt_twice(enum cipher cipher, struct bytes kek, struct bytes iv, uint8_t *data, size_t len)
{
	size_t block_len = cipher_block_len(cipher);
	uint8_t last[CIPHER_MAX_BLOCK_LEN];
	enum err e;

	memcpy(last, data + len - block_len, block_len);
	if ((e = crypto_cbc_decrypt_blocks(cipher, kek, bytes_from(data + len - MIN_BLOCKS * block_len, block_len), last, block_len)) != ERR_OK ||
	    (e = crypto_cbc_decrypt_blocks(cipher, kek, bytes_from(last, block_len), data, len - block_len)) != ERR_OK)
		return e;
	memcpy(data + len - block_len, last, block_len);
	return crypto_cbc_decrypt_blocks(cipher, kek, iv, data, len);
}

/* Whether the header fits the key, without a branch on either. */
static bool is_header_good(const uint8_t *data, size_t key_len)
{
	unsigned wrong = data[0] ^ (unsigned)key_len;

	for (size_t i = 0; i < CHECK_LEN; i++)
		wrong |= (data[1 + i] ^ data[PWRI_KEK_HEADER_LEN + i]) ^ 0xffu;
	return wrong == 0;
}

enum err pwri_kek_unwrap(enum cipher cipher, struct bytes kek, struct bytes iv, struct bytes wrapped, uint8_t *key, size_t key_len)
{
	size_t block_len = cipher_block_len(cipher);
	uint8_t data[PWRI_KEK_MAX_WRAPPED_LEN];
	enum err e;

	assert(key_len >= CHECK_LEN && key_len <= CIPHER_MAX_KEY_LEN);
	/* The lengths are no secret. The key must be within: what the length octet says is believed only when it says key_len. */
	if (wrapped.len % block_len != 0 || wrapped.len < MIN_BLOCKS * block_len || wrapped.len > sizeof(data) || wrapped.len < PWRI_KEK_HEADER_LEN + key_len)
		return ERR_CMS_DECRYPT;
	memcpy(data, wrapped.ptr, wrapped.len);
	if ((e = decrypt_twice(cipher, kek, iv, data, wrapped.len)) == ERR_OK && !is_header_good(data, key_len))
		e = ERR_CMS_DECRYPT;
	if (e == ERR_OK)
		memcpy(key, data + PWRI_KEK_HEADER_LEN, key_len);
	explicit_bzero(data, sizeof(data));
	return e;
}
