#include <config.h>

#include "web/cgi_reply.h"

/* A field for each scheme, the one that every client knows first: some read no further than the first. */
static enum err append_authenticate(enum http_authenticate authenticate, struct buf *out)
{
	switch (authenticate) {
	case HTTP_AUTHENTICATE_NONE:
		return ERR_OK;
	case HTTP_AUTHENTICATE_BASIC:
		return buf_append_str(out, "WWW-Authenticate: Basic realm=\"scepgate\"\r\n");
	case HTTP_AUTHENTICATE_BASIC_OR_BEARER:
		return buf_append_str(out, "WWW-Authenticate: Basic realm=\"scepgate\"\r\nWWW-Authenticate: Bearer realm=\"scepgate\"\r\n");
	}
	return ERR_INTERNAL;
}

enum err cgi_reply_encode_head(const struct http_reply *reply, struct buf *out)
{
	enum err e;

	if ((e = buf_append_format(out, "Status: %d %s\r\nContent-Type: %s\r\nContent-Length: %zu\r\n",
		reply->status, http_status_text(reply->status), reply->media_type, reply->body.len)) != ERR_OK ||
	    (e = buf_append_str(out, "Cache-Control: no-store\r\nX-Content-Type-Options: nosniff\r\n")) != ERR_OK)
		return e;
	if (reply->allow != NULL && (e = buf_append_format(out, "Allow: %s\r\n", reply->allow)) != ERR_OK)
		return e;
	if (reply->retry_after_s > 0 && (e = buf_append_format(out, "Retry-After: %d\r\n", reply->retry_after_s)) != ERR_OK)
		return e;
	if ((e = append_authenticate(reply->authenticate, out)) != ERR_OK)
		return e;
	return buf_append_str(out, "\r\n");
}
