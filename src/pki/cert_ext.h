#ifndef SCEPGATE_PKI_CERT_EXT_H
#define SCEPGATE_PKI_CERT_EXT_H

/* The extensions of a certificate: one as it stands there, and all of them as far as ext.h reads them (alternative names, usages, constraints). */

#include "pki/cert.h"

/** One extension of a certificate as it stands there; borrowed from it. */
struct cert_extension {
	bool is_critical;
	struct bytes value;        /* content of extnValue */
};

/** Find an extension, the first of this identifier (content octets). @return ERR_OK; ERR_NOT_FOUND. */
enum err cert_find_extension(const struct cert *cert, struct bytes oid, struct cert_extension *out);

/**
 * Read them.
 *
 * @param ext out: borrowed from the certificate, to be freed with free(); NULL when there are no extensions; untouched on error.
 * @return ERR_OK; ERR_CSR_SYNTAX when one of them cannot be read; ERR_MEMORY.
 */
enum err cert_ext_read(const struct cert *cert, struct ext_request **ext, struct why *why);

#endif
