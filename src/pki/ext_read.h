#ifndef SCEPGATE_PKI_EXT_READ_H
#define SCEPGATE_PKI_EXT_READ_H

/* Reading extensions one by one: what requests (ext_request.c) and certificates (cert.c) have in common. Inside pki alone. */

#include "pki/der.h"
#include "pki/ext.h"

/** One Extension, RFC 5280 section 4.1; borrowed. */
struct ext_item {
	struct bytes oid;    /* content octets, not empty */
	bool is_critical;
	struct bytes value;  /* content of extnValue */
};

/** Read the next Extension of the cursor inside Extensions. @return ERR_OK; ERR_ASN1_SYNTAX, also at the end. */
enum err ext_next(struct der *extensions, struct ext_item *out);

/**
 * Read the value of a BasicConstraints, RFC 5280 section 4.2.1.9. @param path_len out: -1 when there is none; 0 for one that is no number, which allows nothing.
 * @return ERR_OK; ERR_ASN1_SYNTAX.
 */
enum err ext_get_basic_constraints(struct bytes value, bool *is_ca, int *path_len);

/** Read the value of a KeyUsage. @return ERR_OK with at least one bit; ERR_ASN1_SYNTAX. */
enum err ext_get_key_usage(struct bytes value, unsigned *key_usage);

#endif
