#include <config.h>

#include "web/cgi_reply.h"

#include "web/http_date.h"

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

static enum err append_cache_control(const struct http_reply *reply, struct buf *out)
{
	char date[HTTP_DATE_SIZE];
	enum err e;

	if (reply->etag[0] == '\0')
		return buf_append_str(out, "Cache-Control: no-store\r\n");
	if ((e = buf_append_format(out, "Cache-Control: public, max-age=%d\r\nETag: %s\r\n", reply->max_age_s, reply->etag)) != ERR_OK || reply->last_modified_utc <= 0)
		return e;
	http_date_format(reply->last_modified_utc, date);
	return buf_append_format(out, "Last-Modified: %s\r\n", date);
}

static enum err append_entity(const struct http_reply *reply, struct buf *out)
{
	/* It would speak of the body that the client has (RFC 9110 section 15.4.5). */
	if (reply->status == 304)
		return ERR_OK;
	return buf_append_format(out, "Content-Type: %s\r\nContent-Length: %zu\r\n", reply->media_type, reply->lent_body.len > 0 ? reply->lent_body.len : reply->body.len);
}

enum err cgi_reply_encode_head(const struct http_reply *reply, struct buf *out)
{
	enum err e;

	if ((e = buf_append_format(out, "Status: %d %s\r\n", reply->status, http_status_text(reply->status))) != ERR_OK || (e = append_entity(reply, out)) != ERR_OK ||
	    (e = append_cache_control(reply, out)) != ERR_OK || (e = buf_append_str(out, "X-Content-Type-Options: nosniff\r\n")) != ERR_OK)
		return e;
	if (reply->allow != NULL && (e = buf_append_format(out, "Allow: %s\r\n", reply->allow)) != ERR_OK)
		return e;
	if (reply->retry_after_s > 0 && (e = buf_append_format(out, "Retry-After: %d\r\n", reply->retry_after_s)) != ERR_OK)
		return e;
	if ((e = append_authenticate(reply->authenticate, out)) != ERR_OK)
		return e;
	return buf_append_str(out, "\r\n");
}
