#ifndef SCEPGATE_TESTS_E2E_BLAST_HTTP_H
#define SCEPGATE_TESTS_E2E_BLAST_HTTP_H

/* One kept connection to a server on the same machine or near it, for a sender that measures: nothing but what it needs of HTTP/1.1. */

#include "base/bytes.h"
#include "base/why.h"

enum { BLAST_MAX_REPLY_LEN = 1048576 };

/** Where to send. Borrows nothing. */
struct blast_target {
	char host[64];          /* an IPv4 address */
	unsigned short port;
	char path[512];
};

/** A connection. {target, -1} is the initial value; blast_disconnect() at the end. */
struct blast_connection {
	const struct blast_target *target;
	int fd;
};

/** What came back. All zero is the initial value; blast_reply_clear() at the end. */
struct blast_reply {
	int status;
	char media_type[128];
	struct buf body;
};

/** What the head of an answer says of its body. */
struct blast_head {
	int status;
	char media_type[128];
	size_t body_len;        /* meaningless when it is chunked */
	bool is_chunked, is_kept;
};

/**
 * Read the head of an HTTP/1.1 answer.
 *
 * @param head in: terminated, from the status line to the line feed that ends the last field.
 * @return false when it is no answer that says where its body ends, or when that is longer than BLAST_MAX_REPLY_LEN.
 */
bool blast_head_parse(const char *head, struct blast_head *out);

/** Read http://ADDRESS:PORT/PATH. @return ERR_OK; ERR_USAGE. */
enum err blast_target_parse(const char *url, struct blast_target *out, struct why *why);

/** Connect, unless the connection is there. @return ERR_OK; ERR_NET. */
enum err blast_connect(struct blast_connection *connection, struct why *why);
void blast_disconnect(struct blast_connection *connection);

/**
 * POST one message and read the answer. A connection that does not stay is closed, and opened at the next call. A kept one that the
 * server has closed meanwhile is ERR_NET too: the caller decides whether to send again.
 *
 * @param reply out: reset first. @return ERR_OK when there is an answer of any status; ERR_NET; ERR_MEMORY.
 */
enum err blast_post(struct blast_connection *connection, struct bytes message, struct blast_reply *reply, struct why *why);

void blast_reply_clear(struct blast_reply *reply);

#endif
