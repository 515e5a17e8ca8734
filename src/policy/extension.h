#ifndef SCEPGATE_POLICY_EXTENSION_H
#define SCEPGATE_POLICY_EXTENSION_H

/* Extensions that an administrator gives by identifier: "1.2.3=HEX", or "critical:1.2.3=HEX", HEX being the DER of the value (RFC 5280 section 4.2). */

#include "policy/policy.h"

/**
 * Append one Extension element.
 *
 * @return ERR_OK; ERR_VALUE with the cause: the text, the identifier or the value is malformed, or it is an extension that scepgate makes itself; ERR_MEMORY.
 */
enum err extension_put(const char *text, struct buf *out, struct why *why);

#endif
