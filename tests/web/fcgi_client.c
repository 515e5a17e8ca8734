#include <config.h>

#include "web/fcgi_client.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <sys/un.h>
#include <unistd.h>

enum { TYPE_BEGIN = 1, TYPE_END = 3, TYPE_PARAMS = 4, TYPE_STDIN = 5, TYPE_STDOUT = 6, HEADER_LEN = 8, RECORD_MAX = 65528 };

static void must(bool is_good, const char *what)
{
	if (is_good)
		return;
	perror(what);
	abort();
}

static void put(struct buf *out, struct bytes bytes)
{
	must(buf_append(out, bytes) == ERR_OK, "memory");
}

static void put_record(struct buf *out, uint8_t type, struct bytes content)
{
	const uint8_t header[HEADER_LEN] = { 1, type, 0, 1, (uint8_t)(content.len >> 8), (uint8_t)content.len, 0, 0 };

	put(out, bytes_from(header, sizeof header));
	put(out, content);
}

/* A stream: records of any size, then an empty one. */
static void put_stream(struct buf *out, uint8_t type, struct bytes content)
{
	while (content.len > 0) {
		size_t len = content.len < RECORD_MAX ? content.len : RECORD_MAX;

		put_record(out, type, bytes_from(content.ptr, len));
		content = bytes_from(content.ptr + len, content.len - len);
	}
	put_record(out, type, content);
}

static void put_length(struct buf *out, size_t len)
{
	const uint8_t octets[] = { (uint8_t)(0x80 | len >> 24), (uint8_t)(len >> 16), (uint8_t)(len >> 8), (uint8_t)len };

	put(out, bytes_from(octets, sizeof octets));
}

void fcgi_encode_request(const char *const *variables, struct bytes body, bool keep, struct buf *out)
{
	const uint8_t begin[] = { 0, 1 /* responder */, keep ? 1 : 0, 0, 0, 0, 0, 0 };
	struct buf params = { 0 };

	for (size_t i = 0; variables[i] != NULL; i += 2) {
		put_length(&params, strlen(variables[i]));
		put_length(&params, strlen(variables[i + 1]));
		put(&params, bytes_from_str(variables[i]));
		put(&params, bytes_from_str(variables[i + 1]));
	}
	put_record(out, TYPE_BEGIN, bytes_from(begin, sizeof begin));
	put_stream(out, TYPE_PARAMS, buf_bytes(&params));
	put_stream(out, TYPE_STDIN, body);
	buf_clear(&params);
}

int fcgi_connect(const char *path)
{
	const struct timeval patience = { .tv_sec = 10 };
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int fd = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);

	snprintf(address.sun_path, sizeof address.sun_path, "%s", path);
	must(fd >= 0 && connect(fd, (struct sockaddr *)&address, sizeof address) == 0, path);
	must(setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience) == 0, path);
	return fd;
}

bool fcgi_send(int fd, struct bytes bytes)
{
	while (bytes.len > 0) {
		ssize_t put_len = send(fd, bytes.ptr, bytes.len, MSG_NOSIGNAL);

		if (put_len <= 0)
			return false;
		bytes = bytes_from(bytes.ptr + put_len, bytes.len - (size_t)put_len);
	}
	return true;
}

static bool receive(int fd, uint8_t *out, size_t len)
{
	while (len > 0) {
		ssize_t got = recv(fd, out, len, 0);

		if (got <= 0)
			return false;
		out += got;
		len -= (size_t)got;
	}
	return true;
}

bool fcgi_receive(int fd, struct buf *out)
{
	uint8_t header[HEADER_LEN], content[65536 + 256];

	while (receive(fd, header, sizeof header)) {
		size_t len = (size_t)header[4] << 8 | header[5];

		if (!receive(fd, content, len + header[6]))
			return false;
		if (header[1] == TYPE_END)
			return true;
		if (header[1] == TYPE_STDOUT)
			put(out, bytes_from(content, len));
	}
	return false;
}
