#ifndef SCEPGATE_POLICY_HOSTILE_H
#define SCEPGATE_POLICY_HOSTILE_H

/* Values that read as something else than they are. Inside policy alone. */

#include "pki/ext.h"

/**
 * Why text may stand in no name: control characters, or invisible ones, which change the direction or the lines of what is shown, or make two names of what looks like one
 * (text_has_invisible(); a joiner may stand where the words of a script need it).
 * @param text in: UTF-8. @return NULL when it may.
 */
const char *hostile_text(struct bytes text);

/** Why no pattern may allow a GeneralName: a wildcard, no host name, an IPv4-mapped address, no address of one mailbox or one user. NULL when it is ordinary. */
const char *hostile_san(const struct san *san);

#endif
