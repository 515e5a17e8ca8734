#ifndef SCEPGATE_WEB_HTTP_H
#define SCEPGATE_WEB_HTTP_H

/* One HTTP request and its reply as values, whatever gateway interface brought it. */

#include "base/bytes.h"

enum http_method { HTTP_GET, HTTP_HEAD, HTTP_POST, HTTP_OTHER };

enum {
	HTTP_MAX_TARGET_LEN = 98304,  /* path and query; a base64 message of 64 KiB, percent-escaped, fits only in part: longer is 414 */
	HTTP_MAX_BODY_LEN = 65536,
	HTTP_RETRY_AFTER_S = 10,      /* what a 503 asks a client to wait */
	HTTP_RETRY_LATER_S = 60,      /* and a 429 */
	HTTP_ETAG_SIZE = 48
};

/** What a 401 asks for (RFC 9110 section 11.6.1, RFC 7617, RFC 6750). */
enum http_authenticate { HTTP_AUTHENTICATE_NONE, HTTP_AUTHENTICATE_BASIC, HTTP_AUTHENTICATE_BASIC_OR_BEARER };

/** A request. Borrowed from the gateway until the reply is written. */
struct http_request {
	enum http_method method;
	enum err target_error;         /* ERR_OK; ERR_HTTP_URI_TOO_LONG; ERR_TEXT: no path, or one that does not decode. Then path is for the log alone */
	struct bytes path;             /* percent-decoded, starts with '/', no NUL */
	struct bytes query;            /* raw, without '?' */
	struct bytes body;
	enum err body_error;           /* ERR_OK; ERR_HTTP_TOO_LARGE; ERR_HTTP_BODY: fewer bytes than announced; ERR_HTTP_TIMEOUT: too slow */
	struct bytes host;             /* without port; letters, digits and .-_:[] alone; may be empty (HTTP/1.0, or not of these) */
	struct bytes authorization;    /* value of the header field as it came, or empty; a secret */
	struct bytes if_none_match, if_modified_since; /* likewise */
	const char *client_address;    /* REMOTE_ADDR when it is an IP address, or "" */
	const char *user_agent;        /* printable ASCII, cut; or "" */
};

/** A reply. http_reply_clear() at the end. Content-Length is always sent but with 304. */
struct http_reply {
	int status;
	const char *media_type;        /* a constant */
	const char *allow;             /* value of Allow, for 405; or NULL */
	int retry_after_s;             /* 0: no header */
	enum http_authenticate authenticate; /* for 401 */
	char etag[HTTP_ETAG_SIZE];     /* with its quotation marks; empty: none, and no cache may keep the reply */
	int64_t last_modified_utc;     /* with an etag alone; 0: not known */
	int max_age_s;                 /* with an etag alone: how long a cache may keep it */
	struct buf body;
	struct bytes lent_body;        /* instead of body: borrowed until the reply is written */
};

void http_reply_clear(struct http_reply *reply);

/**
 * Make an error reply: status of the error (an error that belongs into a CertRep is 500 here), text/plain, the text and a newline;
 * Retry-After with 503 and 429.
 *
 * @param text in: short, safe for anybody; NULL or "" means err_text().
 * @return ERR_OK; ERR_MEMORY, then the reply has its status and no body.
 */
enum err http_reply_error(struct http_reply *reply, enum err error, const char *text);

/** "Bad Request" and so on for the statuses that we send; "Unknown" for others. */
const char *http_status_text(int status);

#endif
