#include <config.h>

#include "e2e/tools/blast_http.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

enum { TIMEOUT_S = 90, CHUNK_LEN = 16384 };

enum err blast_target_parse(const char *url, struct blast_target *out, struct why *why)
{
	struct in_addr address;

	if (sscanf(url, "http://%63[0-9.]:%hu%511[^?#]", out->host, &out->port, out->path) != 3 || inet_pton(AF_INET, out->host, &address) != 1)
		return why_set(why, ERR_USAGE, "the URL must be http://ADDRESS:PORT/PATH, with an IPv4 address");
	return ERR_OK;
}

void blast_disconnect(struct blast_connection *connection)
{
	if (connection->fd >= 0)
		close(connection->fd);
	connection->fd = -1;
}

enum err blast_connect(struct blast_connection *connection, struct why *why)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(connection->target->port) };
	struct timeval timeout = { .tv_sec = TIMEOUT_S };
	int on = 1;

	if (connection->fd >= 0)
		return ERR_OK;
	inet_pton(AF_INET, connection->target->host, &address.sin_addr);
	connection->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
	if (connection->fd >= 0 && setsockopt(connection->fd, SOL_SOCKET, SO_RCVTIMEO, &timeout, sizeof timeout) == 0 &&
	    setsockopt(connection->fd, SOL_SOCKET, SO_SNDTIMEO, &timeout, sizeof timeout) == 0 &&
	    setsockopt(connection->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 &&
	    connect(connection->fd, (const struct sockaddr *)&address, sizeof address) == 0)
		return ERR_OK;
	why_set(why, ERR_NET, "no connection: %s", strerror(errno));
	blast_disconnect(connection);
	return ERR_NET;
}

static enum err send_all(int fd, struct bytes data, struct why *why)
{
	while (data.len > 0) {
		ssize_t sent = send(fd, data.ptr, data.len, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent <= 0)
			return why_set(why, ERR_NET, "cannot send: %s", strerror(errno));
		data = bytes_from(data.ptr + sent, data.len - (size_t)sent);
	}
	return ERR_OK;
}

/* Some more of the answer. */
static enum err receive(int fd, struct buf *in, struct why *why)
{
	uint8_t chunk[CHUNK_LEN];
	ssize_t got;

	do
		got = recv(fd, chunk, sizeof chunk, 0);
	while (got < 0 && errno == EINTR);
	if (got <= 0)
		return why_set(why, ERR_NET, got == 0 ? "the connection was closed without a whole answer" : "no answer: %s", strerror(errno));
	if (in->len + (size_t)got > BLAST_MAX_REPLY_LEN)
		return why_set(why, ERR_NET, "the answer is longer than %d bytes", BLAST_MAX_REPLY_LEN);
	return buf_append(in, bytes_from(chunk, (size_t)got));
}

bool blast_head_parse(const char *head, struct blast_head *out)
{
	const char *length = strcasestr(head, "\r\nContent-Length:"), *type = strcasestr(head, "\r\nContent-Type:");

	*out = (struct blast_head){ 0 };
	out->is_chunked = strcasestr(head, "\r\nTransfer-Encoding: chunked\r\n") != NULL;
	if (sscanf(head, "HTTP/1.%*1[01] %d", &out->status) != 1 || (length == NULL && !out->is_chunked))
		return false;
	if (!out->is_chunked)
		out->body_len = strtoul(length + strlen("\r\nContent-Length:"), NULL, 10);
	if (type != NULL)
		sscanf(type + strlen("\r\nContent-Type:"), " %127[^\r]", out->media_type);
	out->is_kept = strcasestr(head, "\r\nConnection: close\r\n") == NULL;
	return out->body_len <= BLAST_MAX_REPLY_LEN;
}

static enum err read_answer(struct blast_connection *connection, struct blast_reply *reply, struct why *why)
{
	struct buf in = { 0 };
	const uint8_t *end = NULL;
	struct blast_head head = { 0 };
	size_t head_len;
	enum err e = ERR_OK;

	while (end == NULL) {
		if ((e = receive(connection->fd, &in, why)) != ERR_OK)
			goto out;
		end = memmem(in.ptr, in.len, "\r\n\r\n", 4);
	}
	head_len = (size_t)(end - in.ptr) + 4;
	in.ptr[head_len - 2] = '\0';
	if (!blast_head_parse((const char *)in.ptr, &head) || head.is_chunked) {
		e = why_set(why, ERR_NET, "the answer is no HTTP answer with a length");
		goto out;
	}
	reply->status = head.status;
	memcpy(reply->media_type, head.media_type, sizeof reply->media_type);
	while (e == ERR_OK && in.len - head_len < head.body_len)
		e = receive(connection->fd, &in, why);
	if (e == ERR_OK)
		e = buf_append(&reply->body, bytes_from(in.ptr + head_len, head.body_len));
out:
	if (e != ERR_OK || !head.is_kept)
		blast_disconnect(connection);
	buf_clear(&in);
	return e;
}

enum err blast_post(struct blast_connection *connection, struct bytes message, struct blast_reply *reply, struct why *why)
{
	const struct blast_target *target = connection->target;
	struct buf out = { 0 };
	enum err e;

	blast_reply_clear(reply);
	if ((e = buf_append_format(&out, "POST %s?operation=PKIOperation HTTP/1.1\r\nHost: %s:%u\r\nContent-Type: application/x-pki-message\r\nContent-Length: %zu\r\n\r\n",
	     target->path, target->host, target->port, message.len)) == ERR_OK && (e = buf_append(&out, message)) == ERR_OK &&
	    (e = blast_connect(connection, why)) == ERR_OK && (e = send_all(connection->fd, buf_bytes(&out), why)) == ERR_OK)
		e = read_answer(connection, reply, why);
	else
		blast_disconnect(connection);
	buf_clear(&out);
	return e;
}

void blast_reply_clear(struct blast_reply *reply)
{
	buf_clear(&reply->body);
	*reply = (struct blast_reply){ 0 };
}
