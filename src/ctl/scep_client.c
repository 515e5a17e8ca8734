#include <config.h>

#include "ctl/scep_client.h"

#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "scep/media_type.h"

enum { MAX_EXCUSE_LEN = 200 /* bytes of an error body that are shown */ };

/* RFC 3986 section 2.3: everything but unreserved characters is escaped, so '+', '/' and '=' of base64 too. */
static enum err put_escaped(struct bytes in, struct buf *out)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < in.len; i++) {
		uint8_t c = in.ptr[i];

		if ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || (c != '\0' && strchr("-._~", c) != NULL))
			e = buf_append_byte(out, c);
		else
			e = buf_append_format(out, "%%%02X", c);
	}
	return e;
}

enum err scep_client_url(const char *base, const char *operation, const struct bytes *message, struct buf *out)
{
	struct bytes url = bytes_from(base, strcspn(base, "#"));
	char join = memchr(url.ptr, '?', url.len) == NULL ? '?' : '&';
	enum err e;

	if ((e = buf_append(out, url)) != ERR_OK || (e = buf_append_format(out, "%coperation=%s", join, operation)) != ERR_OK)
		return e;
	if (message != NULL && ((e = buf_append_str(out, "&message=")) != ERR_OK || (e = put_escaped(*message, out)) != ERR_OK))
		return e;
	return buf_terminate(out);
}

static enum err refuse_status(const struct http_client_reply *reply, struct why *why)
{
	struct bytes text = buf_bytes(&reply->body);
	const uint8_t *end = text.len == 0 ? NULL : memchr(text.ptr, '\n', text.len);
	enum err e = reply->status == 404 ? ERR_NOT_FOUND : ERR_NET;

	if (end != NULL)
		text.len = (size_t)(end - text.ptr);
	if (text.len > MAX_EXCUSE_LEN)
		for (text.len = MAX_EXCUSE_LEN; text.len > 0 && (text.ptr[text.len] & 0xc0) == 0x80; )
			text.len--; /* not in the middle of a character */
	if (reply->status >= 300 && reply->status < 400)
		return why_set(why, e, "the server answered HTTP %ld: it redirects, and redirects are not followed", reply->status);
	if (reply->retry_after_s > 0)
		return why_set(why, e, "the server answered HTTP %ld and asks to try again in %lld seconds", reply->status, reply->retry_after_s);
	if (text.len > 0 && strncasecmp(reply->media_type, "text/plain", 10) == 0 && text_is_utf8(text))
		return why_set(why, e, "the server answered HTTP %ld: %.*s", reply->status, (int)text.len, (const char *)text.ptr);
	return why_set(why, e, "the server answered HTTP %ld", reply->status);
}

/* Send, and let no reply through but one of status 200. */
static enum err exchange(const struct scep_client *client, const struct http_client_request *request, struct http_client_reply *out,
	struct why *why)
{
	struct http_client_reply reply = { 0 };
	enum err e = http_client_send(&client->http, request, &reply, why);

	if (e == ERR_OK && reply.status != 200)
		e = refuse_status(&reply, why);
	if (e == ERR_OK)
		*out = reply;
	else
		http_client_reply_clear(&reply);
	return e;
}

static enum err get(const struct scep_client *client, const char *operation, const struct bytes *message, size_t max_len,
	struct http_client_reply *reply, struct why *why)
{
	struct buf url = { 0 };
	enum err e = scep_client_url(client->url, operation, message, &url);

	if (e == ERR_OK)
		e = exchange(client, &(struct http_client_request){ .url = (const char *)url.ptr, .max_reply_len = max_len }, reply, why);
	buf_clear(&url);
	return e;
}

enum err scep_client_get_ca_caps(const struct scep_client *client, struct http_client_reply *reply, struct why *why)
{
	return get(client, "GetCACaps", NULL, SCEP_CLIENT_MAX_CAPS_LEN, reply, why);
}

enum err scep_client_get_ca_cert(const struct scep_client *client, const char *identifier, struct http_client_reply *reply, struct why *why)
{
	struct bytes message = bytes_from_str(identifier);

	return get(client, "GetCACert", identifier == NULL ? NULL : &message, SCEP_CLIENT_MAX_REPLY_LEN, reply, why);
}

enum err scep_client_get_next_ca_cert(const struct scep_client *client, const char *identifier, struct http_client_reply *reply, struct why *why)
{
	struct bytes message = bytes_from_str(identifier);

	return get(client, "GetNextCACert", identifier == NULL ? NULL : &message, SCEP_CLIENT_MAX_REPLY_LEN, reply, why);
}

enum err scep_client_pki_operation(const struct scep_client *client, enum scep_transport transport, struct bytes message,
	struct http_client_reply *reply, struct why *why)
{
	struct buf url = { 0 }, base64 = { 0 };
	struct bytes text;
	enum err e;

	if (transport == SCEP_TRANSPORT_GET) {
		if ((e = text_encode_base64(message, &base64)) == ERR_OK) {
			text = buf_bytes(&base64);
			e = get(client, "PKIOperation", &text, SCEP_CLIENT_MAX_REPLY_LEN, reply, why);
		}
	} else if ((e = scep_client_url(client->url, "PKIOperation", NULL, &url)) == ERR_OK) {
		e = exchange(client, &(struct http_client_request){ (const char *)url.ptr, SCEP_TYPE_PKI_MESSAGE, message,
			SCEP_CLIENT_MAX_REPLY_LEN }, reply, why);
	}
	buf_clear(&base64);
	buf_clear(&url);
	return e;
}
