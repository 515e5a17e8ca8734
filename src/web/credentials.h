#ifndef SCEPGATE_WEB_CREDENTIALS_H
#define SCEPGATE_WEB_CREDENTIALS_H

/* The Authorization field of a request to challenge.fcgi: an API token, as Bearer (RFC 6750) or as the password of Basic (RFC 7617). Whether it is a good one the database knows. */

#include "base/bytes.h"
#include "base/why.h"

enum { CREDENTIALS_MAX_HEADER_LEN = 1024, CREDENTIALS_MAX_TOKEN_LEN = 256 };

struct credentials {
	struct buf token;  /* a secret: 1..CREDENTIALS_MAX_TOKEN_LEN of printable ASCII without blanks */
	struct buf name;   /* terminated: the user of Basic, which is to be the token's name; empty with Bearer */
};

/**
 * Read the field. Of a user as Windows writes it, `DOMAIN\user`, the part behind the last backslash counts.
 *
 * @param authorization in: the value as it came; hostile.
 * @param out           out: the caller's, wiped by credentials_clear(); untouched on error.
 * @param why           out: says what is wrong and nothing of what was sent.
 * @return ERR_OK; ERR_HTTP_CREDENTIALS: none, of another scheme, malformed, too long, or of a user that no token can be called; ERR_MEMORY.
 */
enum err credentials_parse(struct bytes authorization, struct credentials *out, struct why *why);

void credentials_clear(struct credentials *credentials);

#endif
