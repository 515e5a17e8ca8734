#ifndef SCEPGATE_CTL_CERT_EXT_H
#define SCEPGATE_CTL_CERT_EXT_H

/* The extensions of a certificate as far as ext.h reads them: alternative names, usages, constraints. */

#include "pki/cert.h"

/**
 * Read them.
 *
 * @param ext out: borrowed from the certificate, to be freed with free(); NULL when there are no extensions; untouched on error.
 * @return ERR_OK; ERR_CSR_SYNTAX when one of them cannot be read; ERR_MEMORY.
 */
enum err cert_ext_read(const struct cert *cert, struct ext_request **ext, struct why *why);

#endif
