#ifndef SCEPGATE_PKI_IMPORT_PARTS_H
#define SCEPGATE_PKI_IMPORT_PARTS_H

/* What import.c and import_pkcs12.c share. Everybody else uses import.h. */

#include "pki/import.h"

/** Add one certificate, unless it is there. @return ERR_OK; ERR_CERT_SYNTAX; ERR_VALUE for one too many; ERR_MEMORY. */
enum err import_add_certificate(struct bytes ber, struct import *import, struct why *why);

/** Add the key, which is freed when this fails. @return ERR_OK; ERR_VALUE for a second one. */
enum err import_take_key(struct key *key, struct import *import, struct why *why);

/** Does what may be an encrypted PKCS#8 ask for no more than IMPORT_MAX_ITERATIONS? What is none is let through. @return ERR_OK; ERR_VALUE. */
enum err import_check_rounds(struct bytes in, bool is_pem, struct why *why);

/** Add what a PKCS#12 holds. @param password in: NULL for none. @return as import_add(). */
enum err import_add_pkcs12(struct bytes der, const char *password, struct import *import, struct why *why);

#endif
