#ifndef SCEPGATE_WEB_CGI_REPLY_H
#define SCEPGATE_WEB_CGI_REPLY_H

/* The head of a reply as CGI and FastCGI want it (RFC 3875 section 6.3). */

#include "web/http.h"

/**
 * Append status and header fields, up to and with the empty line: Status, Content-Type (exactly the media type), Content-Length,
 * Cache-Control: no-store, X-Content-Type-Options: nosniff, and Allow, Retry-After and WWW-Authenticate where the reply has them.
 *
 * @return ERR_OK; ERR_MEMORY.
 */
enum err cgi_reply_encode_head(const struct http_reply *reply, struct buf *out);

#endif
