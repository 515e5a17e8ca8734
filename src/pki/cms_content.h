#ifndef SCEPGATE_PKI_CMS_CONTENT_H
#define SCEPGATE_PKI_CMS_CONTENT_H

/* The encrypted content of an EnvelopedData (RFC 5652 sections 6.1 and 6.3), whoever the recipient is: its key, its cipher, its padding. Internal to pki. */

#include "base/random.h"
#include "pki/asn.h"
#include "pki/cms_enveloped.h"

/** A content as encrypted, and the fresh key that did it. All zero is the initial value; cms_content_clear() at the end. */
struct cms_content {
	enum cipher cipher;
	uint8_t key[CIPHER_MAX_KEY_LEN]; /* cipher_key_len() bytes; a secret */
	struct buf iv;                   /* whole OCTET STRING: the parameters of the cipher */
	struct buf ciphertext;
};

/** Encrypt with a random key and IV. @param out in/out: in its initial state. @return ERR_OK; ERR_ALG_CIPHER for CIPHER_NONE; ERR_RANDOM; ERR_MEMORY. */
enum err cms_content_seal(struct bytes plain, enum cipher cipher, const struct random *random, struct cms_content *out, struct why *why);
void cms_content_clear(struct cms_content *content);

/** The key. Borrowed. */
struct bytes cms_content_get_key(const struct cms_content *content);

/** Fill the encryptedContentInfo of an EnvelopedData, content type id-data. */
void cms_content_set(struct asn *asn, const struct cms_content *content);

/**
 * Decrypt a content whose cipher is known.
 *
 * @param key in: cipher_key_len() bytes. @param plain out: appended; a secret. @return ERR_OK; ERR_CMS_DECRYPT for any reason but ERR_MEMORY.
 */
enum err cms_content_open(const struct cms_enveloped *cms, struct bytes key, struct buf *plain);

#endif
