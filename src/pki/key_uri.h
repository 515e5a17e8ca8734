#ifndef SCEPGATE_PKI_KEY_URI_H
#define SCEPGATE_PKI_KEY_URI_H

/* PKCS#11 URIs (RFC 7512), as far as we take them: see key_uri_check() in key.h. Internal to pki. */

#include "base/bytes.h"
#include "base/why.h"

/**
 * Check a URI and take it apart.
 *
 * @param object   out: the URI of the private key, without query, with type=private; terminated. @param pin_path out: the path that pin-source names,
 *                 terminated; empty when there is none. Both are appended to, and undefined on error.
 * @return ERR_OK; ERR_VALUE with a cause that does not repeat the URI; ERR_MEMORY.
 */
enum err key_uri_split(const char *uri, struct buf *object, struct buf *pin_path, struct why *why);

#endif
