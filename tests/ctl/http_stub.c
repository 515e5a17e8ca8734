#include <config.h>

#include "ctl/http_stub.h"

#include <arpa/inet.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>
#include <sys/mman.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/wait.h>
#include <unistd.h>

enum { LIFE_S = 120 /* nothing is left behind, whatever happens to the test */ };

static void give_up(const char *what)
{
	perror(what);
	abort();
}

void http_stub_put_reply(struct buf *reply, int status, const char *media_type, const char *extra, struct bytes body)
{
	if (buf_append_format(reply, "HTTP/1.1 %d Status\r\n", status) != ERR_OK ||
	    (media_type != NULL && buf_append_format(reply, "Content-Type: %s\r\n", media_type) != ERR_OK) ||
	    buf_append_format(reply, "%sContent-Length: %zu\r\nConnection: close\r\n\r\n", extra, body.len) != ERR_OK ||
	    buf_append(reply, body) != ERR_OK)
		give_up("reply");
}

static size_t announced_len(const char *headers)
{
	const char *at = strcasestr(headers, "\r\nContent-Length:");

	return at == NULL ? 0 : strtoul(at + strlen("\r\nContent-Length:"), NULL, 10);
}

/* Read one request. @return false when the client went away first. */
static bool read_request(int fd, struct http_stub_seen *seen)
{
	static char text[2 * HTTP_STUB_TEXT_SIZE + sizeof seen->body];
	size_t len = 0, head_len = 0, body_len;
	char *end = NULL;

	while (end == NULL || len < head_len + announced_len(text)) {
		ssize_t got = len < sizeof text - 1 ? read(fd, text + len, sizeof text - 1 - len) : 0;

		if (got <= 0)
			return false;
		len += (size_t)got;
		text[len] = '\0';
		if (end == NULL && (end = strstr(text, "\r\n\r\n")) != NULL)
			head_len = (size_t)(end + 4 - text);
	}
	body_len = announced_len(text);
	if (body_len > sizeof seen->body)
		return false;
	memcpy(seen->body, text + head_len, body_len);
	seen->body_len = body_len;
	*end = '\0';
	if (sscanf(text, "%15s %16383s %15s", seen->method, seen->target, seen->version) != 3)
		return false;
	end = strstr(text, "\r\n");
	snprintf(seen->headers, sizeof seen->headers, "%s\r\n", end == NULL ? "" : end);
	seen->count++;
	return true;
}

static void serve(int listener, http_stub_handler *handler, void *context, struct http_stub_seen *seen)
{
	for (;;) {
		int fd = accept(listener, NULL, NULL);
		struct buf reply = { 0 };
		size_t put = 0;
		ssize_t step = 0;

		if (fd < 0)
			_exit(1);
		if (read_request(fd, seen)) {
			handler(seen, context, &reply);
			for (; put < reply.len && step >= 0; put += (size_t)(step > 0 ? step : 0))
				step = write(fd, reply.ptr + put, reply.len - put);
		}
		buf_clear(&reply);
		close(fd);
	}
}

void http_stub_start(http_stub_handler *handler, void *context, struct http_stub *stub)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_addr.s_addr = htonl(INADDR_LOOPBACK) };
	socklen_t address_len = sizeof address;
	int listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

	setenv("no_proxy", "127.0.0.1", 1); /* a proxy of the machine has no business here */
	stub->seen = mmap(NULL, sizeof *stub->seen, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (stub->seen == MAP_FAILED || listener < 0 || bind(listener, (struct sockaddr *)&address, sizeof address) != 0 || listen(listener, 8) != 0 ||
	    getsockname(listener, (struct sockaddr *)&address, &address_len) != 0)
		give_up("stub");
	snprintf(stub->url, sizeof stub->url, "http://127.0.0.1:%u/scep", (unsigned)ntohs(address.sin_port));
	fflush(NULL);
	if ((stub->pid = fork()) < 0)
		give_up("fork");
	if (stub->pid == 0) {
		prctl(PR_SET_PDEATHSIG, SIGKILL);
		signal(SIGPIPE, SIG_IGN);
		alarm(LIFE_S);
		serve(listener, handler, context, stub->seen);
	}
	close(listener);
}

void http_stub_stop(struct http_stub *stub)
{
	kill(stub->pid, SIGKILL);
	waitpid(stub->pid, NULL, 0);
	munmap(stub->seen, sizeof *stub->seen);
	*stub = (struct http_stub){ 0 };
}
