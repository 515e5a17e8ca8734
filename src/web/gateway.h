#ifndef SCEPGATE_WEB_GATEWAY_H
#define SCEPGATE_WEB_GATEWAY_H

/*
 * FastCGI and CGI: accept requests, hand each to a handler, write its reply. libfcgi is known in gateway.c alone. The same program runs
 * as FastCGI when its standard input is a listening socket, and as plain CGI, one request, otherwise.
 */

#include "base/log.h"
#include "web/http.h"

/**
 * Call this first in main(): opens /dev/null for those of the descriptors 0, 1, 2 that the spawner left closed, as FastCGI allows it to.
 * Otherwise a file or the database connection would get such a number, and lines of the log would be written into it. And no core dump is written from here on.
 */
void gateway_prepare(void);

enum {
	GATEWAY_MAX_IDLE_S = 10,       /* how long a web server may be silent in the middle of a body, or take nothing of a reply */
	GATEWAY_MAX_SKIP_S = 1         /* FastCGI: how long a body that is too large is read on, and how long a connection may take to end */
};

/** How long the other side may take. */
struct gateway_limits {
	int idle_ms;                   /* GATEWAY_MAX_IDLE_S */
	int body_ms;                   /* CGI_MAX_BODY_S of web/cgi_request.h */
	int skip_ms;                   /* GATEWAY_MAX_SKIP_S */
};

/** Make the reply to a request. Must set reply->status; the gateway clears the reply. */
typedef void gateway_handler(void *context, const struct http_request *request, struct http_reply *reply);

/**
 * Serve until SIGTERM, SIGINT or SIGUSR1, or one request as CGI. The signal lets the request under way finish, from the moment that its
 * connection was accepted; a waiting process ends at once, and connections that nobody accepted stay with the listening socket for the
 * next process. SIGPIPE is ignored; a client that goes away costs its own request alone. Connections of the web server are not kept open
 * between requests.
 *
 * @return exit status for main().
 */
int gateway_run(const struct log *log, gateway_handler *handler, void *context);

/** The same with other limits: for tests, which must not wait so long. */
int gateway_run_within(const struct log *log, const struct gateway_limits *limits, gateway_handler *handler, void *context);

#endif
