#ifndef SCEPGATE_PKI_KEY_PROVIDER_H
#define SCEPGATE_PKI_KEY_PROVIDER_H

/*
 * What stands behind struct key, for key.c, key_library.c and the providers alone: key_software.c (in memory, GnuTLS works with it), key_libcrypto.c (in memory,
 * OpenSSL works with it) and key_token.c (PKCS#11). A provider fills in `handle`, by which GnuTLS signs wherever the key is, and does itself what goes beyond it.
 * Everybody else uses key.h.
 */

#include <gnutls/abstract.h>

#include "pki/key.h"

struct key_provider {
	/**
	 * RSAES-PKCS1-v1_5, or RSAES-OAEP where has_oaep() is true.
	 * @param oaep       in: NULL for the former.
	 * @param ciphertext in: modulus_len octets. @param out in/out: out_len random octets, which stay as they are when the ciphertext does not
	 *                   hold exactly so many; which it was shows in no result and takes no other time, as far as that is ours to say.
	 * @return ERR_OK; ERR_KEY when decrypting does not work, whatever the ciphertext is.
	 */
	enum err (*decrypt)(const struct key *key, const struct key_oaep *oaep, uint8_t *ciphertext, size_t modulus_len, uint8_t *out, size_t out_len, struct why *why);
	/** NULL: never. */
	bool (*has_oaep)(const struct key *key);
	/** Append plain PKCS#8. NULL when the key never leaves the provider. */
	enum err (*export)(const struct key *key, gnutls_x509_crt_fmt_t format, struct buf *out, struct why *why);
	/** Free `own`. Called once `handle` is gone. */
	void (*free)(void *own);
};

struct key {
	const struct key_provider *provider;
	void *own;                    /* the provider's */
	gnutls_privkey_t handle;
	struct pubkey *pubkey;
	char *uri;                    /* by which it was opened; NULL for one in memory */
};

/** Start one. @param own in: becomes the key's, and is freed by the provider when this fails. */
enum err key_new(const struct key_provider *provider, void *own, struct key **out);

/** Make a key of plain PKCS#8 DER. @return ERR_OK; ERR_KEY; ERR_MEMORY. That of libcrypto is there with HAVE_LIBCRYPTO alone. */
enum err key_software_open(struct bytes plain, struct key **out, struct why *why);
enum err key_libcrypto_open(struct bytes plain, struct key **out, struct why *why);

/** "OpenSSL 3.0.19" */
const char *key_libcrypto_version(void);
/** The same for what AUTO chooses. */
const char *key_libcrypto_auto_version(void);

/** What such keys have as provider. */
extern const struct key_provider key_software_provider;
extern const struct key_provider key_libcrypto_provider;

/** Make a key of one that is in memory. @param x509 in: becomes the key's, whatever happens. @return ERR_OK; ERR_KEY; ERR_MEMORY. */
enum err key_software_take(gnutls_x509_privkey_t x509, struct key **out, struct why *why);

/**
 * For providers that get at the raw number: take its padding off, with pkcs1_take(), or oaep_take() when `oaep` is not NULL.
 * @param encoded in: encoded_len octets; undefined afterwards. @return ERR_OK; ERR_ALG_KEY_TRANSPORT; ERR_MEMORY, none of which depends on the number.
 */
enum err key_take(const struct key_oaep *oaep, uint8_t *encoded, size_t encoded_len, uint8_t *out, size_t out_len, struct why *why);

/** The public key is known. @param spki in: borrowed. @return ERR_OK; ERR_KEY; ERR_MEMORY. */
enum err key_set_spki(struct key *key, struct bytes spki, struct why *why);

/** `handle` is filled in: find the public key. @return ERR_OK; ERR_KEY; ERR_MEMORY. */
enum err key_complete(struct key *key, struct why *why);

#endif
