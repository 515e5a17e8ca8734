#ifndef SCEPGATE_TESTS_CONFORMANCE_WEB_H
#define SCEPGATE_TESTS_CONFORMANCE_WEB_H

/*
 * One HTTP exchange, byte for byte as the caller wants it: a socket for http URLs, the library's client for https ones, which can do less
 * (web_is_plain() tells). Every request has a connection of its own.
 */

#include "base/bytes.h"
#include "base/why.h"

enum { WEB_MAX_REPLY_LEN = 1 << 20 };

struct web_request {
	const char *url;          /* of the service, without query */
	const char *path_suffix;  /* appended to its path; NULL: nothing */
	const char *query;        /* raw, after the '?'; NULL: none */
	bool is_post;
	const char *media_type;   /* of a POST; NULL: no Content-Type (http alone) */
	struct bytes body;
	bool is_http_1_0;         /* without Host as well (http alone) */
	long timeout_s;
	const char *ca_file;      /* for https; NULL: the system's */
};

/** All zero is the initial value; web_reply_clear() at the end. */
struct web_reply {
	long status;
	struct buf media_type;    /* value of Content-Type, terminated; "" when there is none */
	struct buf headers;       /* lines as sent, terminated; empty for https */
	bool is_chunked, has_length;
	struct buf body;
};

void web_reply_clear(struct web_reply *reply);

/** Is it an http URL, so that everything above can be had? */
bool web_is_plain(const char *url);

/** @param reply out: any status; untouched on error. @return ERR_OK; ERR_USAGE for what is no such URL; ERR_NET; ERR_MEMORY. */
enum err web_send(const struct web_request *request, struct web_reply *reply, struct why *why);

/** Append the value of a header, ASCII case of the name ignored. @return false when it is not there. */
bool web_reply_header(const struct web_reply *reply, const char *name, char *value, size_t size);

/** Append percent-escaped: everything but unreserved characters (RFC 3986 section 2.3). */
enum err web_escape(struct bytes in, struct buf *out);

#endif
