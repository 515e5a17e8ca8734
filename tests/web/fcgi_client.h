#ifndef SCEPGATE_TESTS_WEB_FCGI_CLIENT_H
#define SCEPGATE_TESTS_WEB_FCGI_CLIENT_H

/* The web server's side of FastCGI (specification 1.0, section 3), as far as a test needs it: one request on one connection, sent in pieces. */

#include <stddef.h>

#include "base/bytes.h"

/** Append a whole request with id 1. @param variables in: name, value, …, NULL. @param keep in: ask to keep the connection (FCGI_KEEP_CONN). */
void fcgi_encode_request(const char *const *variables, struct bytes body, bool keep, struct buf *out);

/** Connect to a UNIX socket; what is received from it later must come within ten seconds. Aborts when that fails. */
int fcgi_connect(const char *path);

/** Send everything. False when the other side has closed. */
bool fcgi_send(int fd, struct bytes bytes);

/** Read a reply up to its FCGI_END_REQUEST; what it wrote to its output is appended. False when the connection ended before. */
bool fcgi_receive(int fd, struct buf *out);

#endif
