#ifndef SCEPGATE_BASE_WHY_H
#define SCEPGATE_BASE_WHY_H

/*
 * One sentence for the operator about one failure. The leaf that knows the cause writes it; nobody above overwrites it. It goes to
 * the log, the audit row and a command's stderr, never to a device, so it may say what was wrong; it never holds a secret.
 */

#include <stdarg.h>

#include "base/err.h"

enum { WHY_MAX_LEN = 400 };

/** All zero is the initial value. Plain value, nothing to free. */
struct why {
	char text[WHY_MAX_LEN + 1];
};

/**
 * Write the sentence unless one is there already, and hand the error through, so that a leaf can say
 * `return why_set(why, ERR_CERT_SYNTAX, "the serial number has %zu octets", len);`. Control characters become '?'.
 *
 * @param why in/out: may be NULL, then only the error is handed through.
 */
enum err why_set(struct why *why, enum err e, const char *format, ...) __attribute__((format(printf, 3, 4)));

/** The sentence, or the generic text of the error when no leaf wrote one. */
const char *why_text(const struct why *why, enum err e);

#endif
