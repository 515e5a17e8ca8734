#ifndef SCEPGATE_TESTS_CONFORMANCE_WEB_SOCKET_H
#define SCEPGATE_TESTS_CONFORMANCE_WEB_SOCKET_H

/* HTTP over a TCP socket, written out by hand, so that a check has a say in every line of the request and sees every line of the reply. */

#include "conformance/web.h"

/** web_send() for http URLs. What is already in `reply` on error is the caller's to clear. */
enum err web_socket_send(const struct web_request *request, struct web_reply *reply, struct why *why);

#endif
