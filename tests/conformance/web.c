#include <config.h>

#include "conformance/web.h"

#include <string.h>
#include <strings.h>

#include "conformance/web_socket.h"
#include "ctl/http_client.h"

void web_reply_clear(struct web_reply *reply)
{
	buf_clear(&reply->media_type);
	buf_clear(&reply->headers);
	buf_clear(&reply->body);
	*reply = (struct web_reply){ 0 };
}

bool web_is_plain(const char *url)
{
	return strncasecmp(url, "http://", 7) == 0;
}

static enum err make_url(const struct web_request *request, struct buf *url)
{
	enum err e;

	if ((e = buf_append_str(url, request->url)) != ERR_OK ||
	    (request->path_suffix != NULL && (e = buf_append_str(url, request->path_suffix)) != ERR_OK))
		return e;
	if (request->query != NULL && ((e = buf_append_str(url, "?")) != ERR_OK || (e = buf_append_str(url, request->query)) != ERR_OK))
		return e;
	return buf_terminate(url);
}

/* Through the library's client: no say in headers, and none are seen. */
static enum err send_https(const struct web_request *request, struct web_reply *reply, struct why *why)
{
	struct http_client_options options = { .timeout_s = request->timeout_s, .ca_file = request->ca_file };
	struct http_client_reply got = { 0 };
	struct buf url = { 0 };
	enum err e;

	if ((e = make_url(request, &url)) != ERR_OK)
		goto out;
	e = http_client_send(&options, &(struct http_client_request){
		.url = (const char *)url.ptr,
		.media_type = !request->is_post ? NULL : request->media_type != NULL ? request->media_type : "application/x-pki-message",
		.body = request->body,
		.max_reply_len = WEB_MAX_REPLY_LEN,
	}, &got, why);
	if (e != ERR_OK || (e = buf_append_str(&reply->media_type, got.media_type)) != ERR_OK || (e = buf_terminate(&reply->media_type)) != ERR_OK)
		goto out;
	reply->status = got.status;
	buf_move(&reply->body, &got.body);
out:
	http_client_reply_clear(&got);
	buf_clear(&url);
	return e;
}

enum err web_send(const struct web_request *request, struct web_reply *reply, struct why *why)
{
	struct web_reply got = { 0 };
	enum err e = web_is_plain(request->url) ? web_socket_send(request, &got, why) : send_https(request, &got, why);

	if (e != ERR_OK) {
		web_reply_clear(&got);
		return e;
	}
	*reply = got;
	return ERR_OK;
}

bool web_reply_header(const struct web_reply *reply, const char *name, char *value, size_t size)
{
	const char *line = reply->headers.len > 0 ? (const char *)reply->headers.ptr : "";
	size_t name_len = strlen(name), len;

	for (; line != NULL && *line != '\0'; line = strchr(line, '\n') == NULL ? NULL : strchr(line, '\n') + 1) {
		if (strncasecmp(line, name, name_len) != 0 || line[name_len] != ':')
			continue;
		line += name_len + 1;
		line += strspn(line, " \t");
		len = strcspn(line, "\r\n");
		if (len >= size)
			len = size - 1;
		memcpy(value, line, len);
		value[len] = '\0';
		return true;
	}
	return false;
}

enum err web_escape(struct bytes in, struct buf *out)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < in.len; i++) {
		uint8_t c = in.ptr[i];
		bool is_unreserved = (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || (c >= '0' && c <= '9') || (c != 0 && strchr("-._~", c) != NULL);

		e = is_unreserved ? buf_append_byte(out, c) : buf_append_format(out, "%%%02X", c);
	}
	return e;
}
