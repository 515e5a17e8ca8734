#include <config.h>

#include "pki/cms_content.h"

#include <string.h>

#include "pki/cms_common.h"
#include "pki/crypto.h"

/* The bits of a DES key that carry nothing are its parity, odd (RFC 3217 section 2): some receivers check it. */
static void set_parity(uint8_t *key, size_t len)
{
	for (size_t i = 0; i < len; i++)
		key[i] = (uint8_t)((key[i] & 0xfe) | !__builtin_parity(key[i] & 0xfe));
}

enum err cms_content_seal(struct bytes plain, enum cipher cipher, const struct random *random, struct cms_content *out, struct why *why)
{
	size_t key_len = cipher_key_len(cipher), block_len = cipher_block_len(cipher);
	uint8_t iv[CIPHER_MAX_BLOCK_LEN];
	enum err e;

	if (cipher == CIPHER_NONE)
		return why_set(why, ERR_ALG_CIPHER, "there is no cipher to make an envelope with");
	if ((e = random_fill(random, out->key, key_len)) != ERR_OK || (e = random_fill(random, iv, block_len)) != ERR_OK)
		return why_set(why, e, "no random numbers for an envelope");
	if (cipher == CIPHER_DES_CBC || cipher == CIPHER_DES3_CBC)
		set_parity(out->key, key_len);
	out->cipher = cipher;
	if ((e = der_put(&out->iv, DER_OCTET_STRING, bytes_from(iv, block_len))) != ERR_OK)
		return e;
	return crypto_cbc_encrypt(cipher, cms_content_get_key(out), bytes_from(iv, block_len), plain, &out->ciphertext);
}

void cms_content_clear(struct cms_content *content)
{
	buf_clear(&content->iv);
	buf_clear(&content->ciphertext);
	explicit_bzero(content, sizeof(*content));
}

struct bytes cms_content_get_key(const struct cms_content *content)
{
	return bytes_from(content->key, cipher_key_len(content->cipher));
}

void cms_content_set(struct asn *asn, const struct cms_content *content)
{
	asn_set_oid(asn, "encryptedContentInfo.contentType", oid_get(OID_DATA));
	cms_algorithm_set(asn, "encryptedContentInfo.contentEncryptionAlgorithm", cipher_oid(content->cipher), buf_bytes(&content->iv));
	asn_set_bytes(asn, "encryptedContentInfo.encryptedContent", buf_bytes(&content->ciphertext));
}

/* The IV must be as long as the block. Only of single DES a missing one is known, and is zero. */
static bool take_iv(const struct cms_enveloped *cms, uint8_t iv[CIPHER_MAX_BLOCK_LEN])
{
	memset(iv, 0, CIPHER_MAX_BLOCK_LEN);
	if (cms->iv.len == 0)
		return cms->cipher == CIPHER_DES_CBC;
	if (cms->iv.len != cipher_block_len(cms->cipher))
		return false;
	memcpy(iv, cms->iv.ptr, cms->iv.len);
	return true;
}

enum err cms_content_open(const struct cms_enveloped *cms, struct bytes key, struct buf *plain)
{
	uint8_t iv[CIPHER_MAX_BLOCK_LEN];

	if (!take_iv(cms, iv))
		return ERR_CMS_DECRYPT;
	return crypto_cbc_decrypt(cms->cipher, key, bytes_from(iv, cipher_block_len(cms->cipher)), buf_bytes(&cms->ciphertext), plain);
}
