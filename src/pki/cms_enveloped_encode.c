#include <config.h>

#include "pki/cms_enveloped.h"

#include <string.h>

#include "pki/cms_common.h"
#include "pki/cms_reframe.h"
#include "pki/crypto.h"

/* The bits of a DES key that carry nothing are its parity, odd (RFC 3217 section 2): some receivers check it. */
static void set_parity(uint8_t *key, size_t len)
{
	for (size_t i = 0; i < len; i++)
		key[i] = (uint8_t)((key[i] & 0xfe) | !__builtin_parity(key[i] & 0xfe));
}

/* What one EnvelopedData is made of. */
struct sealed {
	struct buf encrypted_key;
	struct buf iv; /* whole OCTET STRING: the parameters of the cipher */
	struct buf ciphertext;
};

static enum err seal(struct bytes plain, const struct pubkey *pubkey, enum cipher cipher, const struct random *random, struct sealed *sealed, struct why *why)
{
	uint8_t key[CIPHER_MAX_KEY_LEN], iv[CIPHER_MAX_BLOCK_LEN];
	size_t key_len = cipher_key_len(cipher), block_len = cipher_block_len(cipher);
	enum err e;

	if ((e = random_fill(random, key, key_len)) != ERR_OK || (e = random_fill(random, iv, block_len)) != ERR_OK) {
		why_set(why, e, "no random numbers for an envelope");
		goto out;
	}
	if (cipher == CIPHER_DES_CBC || cipher == CIPHER_DES3_CBC)
		set_parity(key, key_len);
	if ((e = pubkey_encrypt(pubkey, bytes_from(key, key_len), &sealed->encrypted_key, why)) != ERR_OK ||
	    (e = der_put(&sealed->iv, DER_OCTET_STRING, bytes_from(iv, block_len))) != ERR_OK)
		goto out;
	e = crypto_cbc_encrypt(cipher, bytes_from(key, key_len), bytes_from(iv, block_len), plain, &sealed->ciphertext);
out:
	explicit_bzero(key, sizeof(key));
	return e;
}

static enum err encode(const struct sealed *sealed, const struct cert *recipient, enum cipher cipher, struct buf *out, struct why *why)
{
	struct asn *asn = NULL;
	enum err e;

	if ((e = asn_new("EnvelopedData", &asn)) != ERR_OK)
		return e;
	asn_set_small(asn, "version", 0);
	asn_append(asn, "recipientInfos");
	asn_set_small(asn, "recipientInfos.?LAST.version", 0);
	cms_issuer_and_serial_set(asn, "recipientInfos.?LAST.rid", recipient);
	cms_algorithm_set(asn, "recipientInfos.?LAST.keyEncryptionAlgorithm", OID_RSA_ENCRYPTION, cms_null_parameters());
	asn_set_bytes(asn, "recipientInfos.?LAST.encryptedKey", buf_bytes(&sealed->encrypted_key));
	asn_set_oid(asn, "encryptedContentInfo.contentType", oid_get(OID_DATA));
	cms_algorithm_set(asn, "encryptedContentInfo.contentEncryptionAlgorithm", cipher_oid(cipher), buf_bytes(&sealed->iv));
	asn_set_bytes(asn, "encryptedContentInfo.encryptedContent", buf_bytes(&sealed->ciphertext));
	e = cms_content_info_encode(OID_ENVELOPED_DATA, asn, out, why);
	asn_free(asn);
	return e;
}

enum err cms_enveloped_encode(struct bytes plain, const struct cert *recipient, enum cipher cipher, enum cms_framing framing, const struct random *random,
	struct buf *out, struct why *why)
{
	struct sealed sealed = { 0 };
	struct pubkey *pubkey = NULL;
	struct buf der = { 0 };
	enum err e;

	if (cipher == CIPHER_NONE)
		return why_set(why, ERR_ALG_CIPHER, "there is no cipher to make an envelope with");
	if ((e = pubkey_parse(recipient->spki, &pubkey, why)) != ERR_OK)
		return e == ERR_ALG_KEY ? ERR_ALG_KEY_TRANSPORT : e;
	if (pubkey_get_kind(pubkey) != KEY_KIND_RSA) {
		e = why_set(why, ERR_ALG_KEY_TRANSPORT, "the recipient's key is of kind %s and cannot decrypt", key_kind_name(pubkey_get_kind(pubkey)));
		goto out;
	}
	if ((e = seal(plain, pubkey, cipher, random, &sealed, why)) != ERR_OK || (e = encode(&sealed, recipient, cipher, &der, why)) != ERR_OK)
		goto out;
	e = framing == CMS_FRAMING_BER ? cms_reframe_ber(buf_bytes(&der), out) : buf_append(out, buf_bytes(&der));
out:
	pubkey_free(pubkey);
	buf_clear(&sealed.encrypted_key);
	buf_clear(&sealed.iv);
	buf_clear(&sealed.ciphertext);
	buf_clear(&der);
	return e;
}
