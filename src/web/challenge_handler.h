#ifndef SCEPGATE_WEB_CHALLENGE_HANDLER_H
#define SCEPGATE_WEB_CHALLENGE_HANDLER_H

/* HTTP around the minting of challenges: who asks, for which endpoint, for what; and the reply as text or as the page that scrapers read. */

#include "service/service.h"
#include "web/http.h"

/**
 * The gateway_handler of challenge.fcgi; `context` is a struct service, of which cache, memo and secret are not needed. A challenge address takes POST alone, the page GET alone: a
 * HEAD must not mint. The request's Authorization field and nothing else says who the caller is.
 *
 * Source: RFC 9110 section 11.6 (401), RFC 6585 section 4 (429); scepgate-challenge.fcgi(8) has the table of replies.
 */
void challenge_handler(void *context, const struct http_request *request, struct http_reply *reply);

#endif
