#ifndef SCEPGATE_TESTS_CTL_HTTP_STUB_H
#define SCEPGATE_TESTS_CTL_HTTP_STUB_H

/*
 * A web server of a few lines in a process of its own, on a free port of 127.0.0.1, that answers what a test wants and remembers what it
 * was asked last.
 */

#include <sys/types.h>

#include "base/bytes.h"

enum { HTTP_STUB_TEXT_SIZE = 16384, HTTP_STUB_URL_SIZE = 64 };

/** The last request, in memory that both processes see. Texts are terminated and cut to their size. */
struct http_stub_seen {
	unsigned count;
	char method[16], target[HTTP_STUB_TEXT_SIZE], version[16];
	char headers[HTTP_STUB_TEXT_SIZE]; /* the lines as sent */
	uint8_t body[131072];
	size_t body_len;
};

/** Append the whole reply, status line included. Runs in the server's process. */
typedef void http_stub_handler(const struct http_stub_seen *request, void *context, struct buf *reply);

struct http_stub {
	pid_t pid;
	char url[HTTP_STUB_URL_SIZE]; /* http://127.0.0.1:PORT/scep */
	struct http_stub_seen *seen;
};

/** Start; aborts when that fails. http_stub_stop() at the end. */
void http_stub_start(http_stub_handler *handler, void *context, struct http_stub *stub);
void http_stub_stop(struct http_stub *stub);

/** Append a reply with these headers; Content-Type is left out when NULL. @param extra in: further header lines with CR LF, or "". */
void http_stub_put_reply(struct buf *reply, int status, const char *media_type, const char *extra, struct bytes body);

#endif
