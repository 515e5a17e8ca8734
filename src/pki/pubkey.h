#ifndef SCEPGATE_PKI_PUBKEY_H
#define SCEPGATE_PKI_PUBKEY_H

/* What a struct pubkey holds, for pubkey.c and pubkey_verify.c alone; everybody else uses key.h. */

#include <gnutls/abstract.h>

#include "pki/key.h"

struct pubkey {
	enum key_kind kind;
	unsigned bits;
	struct buf spki;          /* as read */
	struct bytes key_bits;    /* content of subjectPublicKey, inside spki */
	gnutls_pubkey_t handle;   /* NULL for KEY_KIND_OTHER */
};

/** The modulus inside the subjectPublicKey bits of an RSA key, big-endian without leading zeros. @return ERR_OK; ERR_ASN1_SYNTAX. */
enum err pubkey_get_modulus(const struct pubkey *pubkey, struct bytes *modulus);

#endif
