#ifndef SCEPGATE_WEB_CGI_REQUEST_H
#define SCEPGATE_WEB_CGI_REQUEST_H

/*
 * From the meta-variables and the body that CGI and FastCGI bring (RFC 3875 section 4) to one struct http_request. Knows no gateway
 * library: variables and body come through two functions. Headers that a proxy may add (X-Forwarded-*, client certificates) are never
 * looked at: anybody can send them. Nor is REMOTE_USER: who a caller is says his token alone.
 */

#include <netinet/in.h>
#include <sys/types.h>

#include "web/http.h"

/** Where the meta-variables come from. */
struct cgi_variables {
	const char *(*get)(void *context, const char *name);        /* borrowed for the request; NULL when it is not set */
	void *context;
};

enum {
	CGI_MAX_HOST_LEN = 255,
	CGI_MAX_USER_AGENT_LEN = 255,
	CGI_MAX_PIECE_LEN = 2048,      /* how much of a body is asked for at once */
	CGI_MAX_BODY_S = 15            /* how long a worker waits for a body, all in all: a slow sender must not hold it for longer */
};

enum { CGI_INPUT_GONE = -1, CGI_INPUT_LATE = -2 };

/** Where the body comes from. */
struct cgi_input {
	/* Number of bytes; 0 at the end; CGI_INPUT_GONE: the other side is; CGI_INPUT_LATE: it says nothing, or the deadline (of
	 * clock_monotonic_ms) has passed. */
	ssize_t (*read)(void *context, uint8_t *out, size_t len, int64_t deadline_ms);
	void *context;
	int max_body_ms;               /* for the whole body: CGI_MAX_BODY_S, but for a test */
	int max_skip_ms;               /* within that, for reading on when the body is too large */
};

/** A request with what it borrows from. cgi_request_clear() at the end. */
struct cgi_request {
	struct http_request http;
	struct buf path;
	struct buf query;              /* when it came in pieces */
	struct buf body;
	char client_address[INET6_ADDRSTRLEN];
	char user_agent[CGI_MAX_USER_AGENT_LEN + 1];
};

/**
 * Read one request.
 *
 * Path and query come from REQUEST_URI, which is what the client sent: the path is percent-decoded once; the query stays raw, since '+'
 * and %2B differ in it (QUERY_STRING when it is not empty; SCEPGATE_QUERY_1 to _5, joined, when both have none: mod_proxy_fcgi drops
 * variables of more than 16 KiB). Without REQUEST_URI the path is SCRIPT_NAME and PATH_INFO. The body of a POST alone is read:
 * CONTENT_LENGTH bytes, or to the end when the server did not know the length (chunked uploads). Of what is longer than HTTP_MAX_BODY_LEN
 * nothing is kept; nor of one that comes with another method or with a path that is refused, which is read away so that the web server passes
 * the reply on. A body that takes longer than max_body_ms is ERR_HTTP_TIMEOUT.
 *
 * Source: RFC 3875 sections 4.1 and 4.2; RFC 9112 section 3.2.2 (absolute form).
 *
 * @param request out: borrows from variables; the caller's storage, and must stay where it is. Untouched on error.
 * @return ERR_OK, also for bad requests, which target_error and body_error tell; ERR_MEMORY.
 */
enum err cgi_request_read(const struct cgi_variables *variables, const struct cgi_input *input, struct cgi_request *request);

void cgi_request_clear(struct cgi_request *request);

#endif
