#include <config.h>

#include "pki/gnutls_map.h"

#include <string.h>

gnutls_digest_algorithm_t gnutls_map_digest(enum digest digest)
{
	switch (digest) {
	case DIGEST_NONE:
		break;
	case DIGEST_MD5:
		return GNUTLS_DIG_MD5;
	case DIGEST_SHA1:
		return GNUTLS_DIG_SHA1;
	case DIGEST_SHA224:
		return GNUTLS_DIG_SHA224;
	case DIGEST_SHA256:
		return GNUTLS_DIG_SHA256;
	case DIGEST_SHA384:
		return GNUTLS_DIG_SHA384;
	case DIGEST_SHA512:
		return GNUTLS_DIG_SHA512;
	}
	return GNUTLS_DIG_UNKNOWN;
}

gnutls_mac_algorithm_t gnutls_map_hmac(enum digest digest)
{
	switch (digest) {
	case DIGEST_NONE:
		break;
	case DIGEST_MD5:
		return GNUTLS_MAC_MD5;
	case DIGEST_SHA1:
		return GNUTLS_MAC_SHA1;
	case DIGEST_SHA224:
		return GNUTLS_MAC_SHA224;
	case DIGEST_SHA256:
		return GNUTLS_MAC_SHA256;
	case DIGEST_SHA384:
		return GNUTLS_MAC_SHA384;
	case DIGEST_SHA512:
		return GNUTLS_MAC_SHA512;
	}
	return GNUTLS_MAC_UNKNOWN;
}

gnutls_cipher_algorithm_t gnutls_map_cipher(enum cipher cipher)
{
	switch (cipher) {
	case CIPHER_NONE:
		break;
	case CIPHER_DES_CBC:
		return GNUTLS_CIPHER_DES_CBC;
	case CIPHER_DES3_CBC:
		return GNUTLS_CIPHER_3DES_CBC;
	case CIPHER_AES128_CBC:
		return GNUTLS_CIPHER_AES_128_CBC;
	case CIPHER_AES192_CBC:
		return GNUTLS_CIPHER_AES_192_CBC;
	case CIPHER_AES256_CBC:
		return GNUTLS_CIPHER_AES_256_CBC;
	}
	return GNUTLS_CIPHER_UNKNOWN;
}

gnutls_datum_t gnutls_map_datum(struct bytes in)
{
	/* GnuTLS has no const datum. */
	return (gnutls_datum_t){ (unsigned char *)(uintptr_t)in.ptr, (unsigned)in.len };
}

enum err gnutls_map_error(int rc, enum err e, const char *what, struct why *why)
{
	if (rc == GNUTLS_E_MEMORY_ERROR)
		return ERR_MEMORY;
	if (rc == GNUTLS_E_RANDOM_FAILED || rc == GNUTLS_E_RANDOM_DEVICE_ERROR)
		e = ERR_RANDOM;
	return why_set(why, e, "%s: %s", what, gnutls_strerror(rc));
}

enum err gnutls_map_take(gnutls_datum_t *datum, struct buf *out)
{
	enum err e = buf_append(out, bytes_from(datum->data, datum->size));

	if (datum->data != NULL)
		explicit_bzero(datum->data, datum->size);
	gnutls_free(datum->data);
	*datum = (gnutls_datum_t){ NULL, 0 };
	return e;
}
