#include <config.h>

#include "conformance/web_socket.h"

#include <errno.h>
#include <netdb.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { MAX_HOST_LEN = 255, MAX_PORT_LEN = 5, DEFAULT_TIMEOUT_S = 30, CHUNK_LEN = 16384 };

/* The parts of http://HOST[:PORT][/PATH]. */
struct target {
	char host[MAX_HOST_LEN + 1];
	char port[MAX_PORT_LEN + 1];
	char authority[MAX_HOST_LEN + MAX_PORT_LEN + 4];
	const char *path;
};

static bool copy_part(char *out, size_t size, const char *from, size_t len)
{
	if (len == 0 || len >= size)
		return false;
	memcpy(out, from, len);
	out[len] = '\0';
	return true;
}

static enum err split_url(const char *url, struct target *target, struct why *why)
{
	const char *authority = url + strlen("http://");
	size_t len = strcspn(authority, "/?#");
	const char *end = authority + len, *host = authority, *host_end, *colon;

	target->path = *end == '/' ? end : "/";
	if (*host == '[') {
		host++;
		host_end = memchr(host, ']', (size_t)(end - host));
		colon = host_end == NULL || host_end + 1 == end ? NULL : host_end + 1;
	} else {
		colon = memchr(host, ':', len);
		host_end = colon == NULL ? end : colon;
	}
	if (host_end == NULL || !copy_part(target->authority, sizeof target->authority, authority, len) ||
	    !copy_part(target->host, sizeof target->host, host, (size_t)(host_end - host)) ||
	    !copy_part(target->port, sizeof target->port, colon == NULL ? "80" : colon + 1, colon == NULL ? 2 : (size_t)(end - colon - 1)))
		return why_set(why, ERR_USAGE, "\"%s\" is no http URL", url);
	return ERR_OK;
}

static enum err connect_to(const struct target *target, long timeout_s, int *out, struct why *why)
{
	struct addrinfo hints = { .ai_socktype = SOCK_STREAM }, *list, *address;
	struct timeval timeout = { .tv_sec = timeout_s > 0 ? timeout_s : DEFAULT_TIMEOUT_S };
	int fd = -1, status = getaddrinfo(target->host, target->port, &hints, &list);

	if (status != 0)
		return why_set(why, ERR_NET, "%s: %s", target->host, gai_strerror(status));
	for (address = list; address != NULL; address = address->ai_next) {
		fd = socket(address->ai_family, address->ai_socktype | SOCK_CLOEXEC, address->ai_protocol);
		if (fd >= 0 && setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0 &&
		    setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) == 0 && connect(fd, address->ai_addr, address->ai_addrlen) == 0)
			break;
		if (fd >= 0)
			close(fd);
		fd = -1;
	}
	freeaddrinfo(list);
	if (fd < 0)
		return why_set(why, ERR_NET, "no connection to %s: %s", target->authority, strerror(errno));
	*out = fd;
	return ERR_OK;
}

static enum err write_request(const struct web_request *request, const struct target *target, struct buf *out)
{
	enum err e;

	if ((e = buf_append_format(out, "%s %s%s%s%s HTTP/%s\r\n", request->is_post ? "POST" : "GET", target->path,
	     request->path_suffix == NULL ? "" : request->path_suffix, request->query == NULL ? "" : "?", request->query == NULL ? "" : request->query,
	     request->is_http_1_0 ? "1.0" : "1.1")) != ERR_OK ||
	    (e = request->is_http_1_0 ? ERR_OK : buf_append_format(out, "Host: %s\r\nConnection: close\r\n", target->authority)) != ERR_OK)
		return e;
	if (request->is_post) {
		if ((request->media_type != NULL && (e = buf_append_format(out, "Content-Type: %s\r\n", request->media_type)) != ERR_OK) ||
		    (e = buf_append_format(out, "Content-Length: %zu\r\n", request->body.len)) != ERR_OK)
			return e;
	}
	if ((e = buf_append_str(out, "\r\n")) != ERR_OK)
		return e;
	return request->is_post ? buf_append(out, request->body) : ERR_OK;
}

/* A server that refuses a request may answer before it has read all of it: a failed write is not the end. */
static void send_all(int fd, struct bytes data)
{
	while (data.len > 0) {
		ssize_t sent = send(fd, data.ptr, data.len, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return;
		data = bytes_from(data.ptr + sent, data.len - (size_t)sent);
	}
}

static enum err receive_all(int fd, struct buf *in, struct why *why)
{
	uint8_t chunk[CHUNK_LEN];
	ssize_t got;
	enum err e;

	for (;;) {
		got = recv(fd, chunk, sizeof chunk, 0);
		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && in->len == 0)
			return why_set(why, ERR_NET, "no reply: %s", strerror(errno));
		if (got < 0 && (errno == EAGAIN || errno == EWOULDBLOCK))
			return why_set(why, ERR_NET, "the connection stays open after the reply, although its end was asked for");
		if (got <= 0)
			return in->len == 0 ? why_set(why, ERR_NET, "the connection was closed without a reply") : ERR_OK;
		if ((e = buf_append(in, bytes_from(chunk, (size_t)got))) != ERR_OK)
			return e;
		if (in->len > WEB_MAX_REPLY_LEN)
			return why_set(why, ERR_NET, "the reply is longer than %d bytes", WEB_MAX_REPLY_LEN);
	}
}

/* RFC 7230 section 4.1. */
static enum err decode_chunks(struct bytes in, struct buf *out, struct why *why)
{
	for (;;) {
		const uint8_t *eol = in.len == 0 ? NULL : memchr(in.ptr, '\n', in.len);
		size_t size, line_len;
		enum err e;

		if (eol == NULL)
			return why_set(why, ERR_NET, "the chunks of the reply are broken");
		line_len = (size_t)(eol - in.ptr) + 1;
		size = strtoul((const char *)in.ptr, NULL, 16);
		in = bytes_from(in.ptr + line_len, in.len - line_len);
		if (size == 0)
			return ERR_OK;
		if (size > in.len || in.len - size < 2)
			return why_set(why, ERR_NET, "the chunks of the reply are broken");
		if ((e = buf_append(out, bytes_from(in.ptr, size))) != ERR_OK)
			return e;
		in = bytes_from(in.ptr + size + 2, in.len - size - 2);
	}
}

static enum err take_body(struct bytes body, struct web_reply *reply, struct why *why)
{
	char value[64];

	if (web_reply_header(reply, "Transfer-Encoding", value, sizeof value) && strcasecmp(value, "chunked") == 0) {
		reply->is_chunked = true;
		return decode_chunks(body, &reply->body, why);
	}
	if (web_reply_header(reply, "Content-Length", value, sizeof value)) {
		size_t len = strtoul(value, NULL, 10);

		reply->has_length = true;
		if (len != body.len)
			return why_set(why, ERR_NET, "Content-Length is %zu, but the body has %zu bytes", len, body.len);
	}
	return buf_append(&reply->body, body);
}

/* Status line, header lines, blank line, body. */
static enum err read_reply(struct buf *in, struct web_reply *reply, struct why *why)
{
	char value[256] = "";
	const uint8_t *end;
	size_t head_len;
	enum err e;

	if ((e = buf_terminate(in)) != ERR_OK)
		return e;
	end = memmem(in->ptr, in->len, "\r\n\r\n", 4);
	if (end == NULL || strncmp((const char *)in->ptr, "HTTP/1.", 7) != 0 || in->len < 12)
		return why_set(why, ERR_NET, "the reply is no HTTP reply");
	head_len = (size_t)(end - in->ptr) + 2;
	reply->status = strtol((const char *)in->ptr + 9, NULL, 10);
	if ((e = buf_append(&reply->headers, bytes_from(in->ptr, head_len))) != ERR_OK || (e = buf_terminate(&reply->headers)) != ERR_OK)
		return e;
	web_reply_header(reply, "Content-Type", value, sizeof value);
	if ((e = buf_append_str(&reply->media_type, value)) != ERR_OK || (e = buf_terminate(&reply->media_type)) != ERR_OK)
		return e;
	return take_body(bytes_from(end + 4, in->len - head_len - 2), reply, why);
}

enum err web_socket_send(const struct web_request *request, struct web_reply *reply, struct why *why)
{
	struct buf out = { 0 }, in = { 0 };
	struct target target;
	int fd = -1;
	enum err e;

	if ((e = split_url(request->url, &target, why)) != ERR_OK || (e = write_request(request, &target, &out)) != ERR_OK ||
	    (e = connect_to(&target, request->timeout_s, &fd, why)) != ERR_OK)
		goto out;
	send_all(fd, buf_bytes(&out));
	if ((e = receive_all(fd, &in, why)) == ERR_OK)
		e = read_reply(&in, reply, why);
out:
	if (fd >= 0)
		close(fd);
	buf_clear(&out);
	buf_clear(&in);
	return e;
}
