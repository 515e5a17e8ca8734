#ifndef SCEPGATE_TESTS_SERVICE_CRAFTED_SIGNATURE_H
#define SCEPGATE_TESTS_SERVICE_CRAFTED_SIGNATURE_H

/* Signatures that key_sign() does not make, since scepgate never sends them. RSA, SHA-256. What is returned lives until crafted_forget(). */

#include "pki/key.h"

/** RSASSA-PKCS1-v1_5 whose DigestInfo lacks the NULL behind the digest's identifier (EJBCA's Java client). */
struct bytes crafted_sign_without_null(const struct key *key, struct bytes data);

/** RSASSA-PSS with a salt as long as the digest (RFC 4055 section 3.1). */
struct bytes crafted_sign_pss(const struct key *key, struct bytes data);

#endif
