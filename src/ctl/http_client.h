#ifndef SCEPGATE_CTL_HTTP_CLIENT_H
#define SCEPGATE_CTL_HTTP_CLIENT_H

/* Plain HTTP requests, one at a time, under limits. libcurl is known in http_client.c alone. */

#include "base/bytes.h"
#include "base/why.h"

enum {
	HTTP_CLIENT_TIMEOUT_DEFAULT_S = 30,
	HTTP_CLIENT_MAX_REDIRECTS = 5, HTTP_CLIENT_MAX_MEDIA_TYPE_LEN = 127
};

/** How to talk to servers. All zero is HTTP/1.1, the default time-out, the system's trusted certificates, no redirects. Borrowed. */
struct http_client_options {
	bool http_1_0;
	bool follow_redirects;  /* a POST stays a POST */
	long timeout_s;         /* of the whole exchange; 0: HTTP_CLIENT_TIMEOUT_DEFAULT_S */
	const char *ca_file;    /* PEM certificates that https servers are checked against; NULL: the system's */
};

/** One request: GET, or POST when it has a media type. Borrowed. */
struct http_client_request {
	const char *url;
	const char *media_type; /* Content-Type of the body; NULL: GET */
	struct bytes body;
	size_t max_reply_len;   /* bytes of body that are taken */
};

/** What came back. All zero is the initial value; http_client_reply_clear() at the end. */
struct http_client_reply {
	long status;
	char media_type[HTTP_CLIENT_MAX_MEDIA_TYPE_LEN + 1]; /* Content-Type as sent, cut to this length; "" when there is none */
	long long retry_after_s;                             /* 0: no Retry-After */
	struct buf body;
};

/**
 * Send one request and read the reply. Proxies are taken from the environment, as libcurl does; http and https only.
 *
 * @param reply out: any status; untouched on error.
 * @return ERR_OK, whatever the status; ERR_USAGE for a URL that is none, or of another scheme; ERR_NET with the cause when there was no
 * reply, it was too long, or too late; ERR_MEMORY.
 */
enum err http_client_send(const struct http_client_options *options, const struct http_client_request *request,
	struct http_client_reply *reply, struct why *why);

void http_client_reply_clear(struct http_client_reply *reply);

#endif
