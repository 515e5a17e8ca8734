#ifndef SCEPGATE_CTL_KEY_TYPE_H
#define SCEPGATE_CTL_KEY_TYPE_H

/* The words by which commands call types of keys. */

#include "pki/key.h"

/** All of them, as choices of an option. A CA may have any of them. */
#define KEY_TYPE_CHOICES "rsa:2048|rsa:3072|rsa:4096|ec:p256|ec:p384|ec:p521|ed25519"

/** @param bits out: of an RSA key, else 0. @return false for any other word; outputs are then untouched. */
bool key_type_from_name(const char *name, enum key_kind *kind, unsigned *bits);

#endif
