#ifndef SCEPGATE_PKI_GNUTLS_MAP_H
#define SCEPGATE_PKI_GNUTLS_MAP_H

/* What crypto.c, key.c and pubkey.c share about GnuTLS: our values in its terms, its error codes in ours. For these files alone. */

#include <gnutls/gnutls.h>

#include "base/why.h"
#include "pki/algorithm.h"

/** GNUTLS_DIG_UNKNOWN for DIGEST_NONE. */
gnutls_digest_algorithm_t gnutls_map_digest(enum digest digest);

/** HMAC with this digest. GNUTLS_MAC_UNKNOWN for DIGEST_NONE. */
gnutls_mac_algorithm_t gnutls_map_hmac(enum digest digest);

/** GNUTLS_CIPHER_UNKNOWN for CIPHER_NONE. */
gnutls_cipher_algorithm_t gnutls_map_cipher(enum cipher cipher);

/** Borrow bytes as a datum; GnuTLS does not write through it. */
gnutls_datum_t gnutls_map_datum(struct bytes in);

/** A failed call: ERR_MEMORY or ERR_RANDOM when that was the cause, else `e` with GnuTLS's words behind `what`. */
enum err gnutls_map_error(int rc, enum err e, const char *what, struct why *why);

/** Append what GnuTLS allocated, then wipe and free it. @return ERR_OK; ERR_MEMORY. */
enum err gnutls_map_take(gnutls_datum_t *datum, struct buf *out);

#endif
