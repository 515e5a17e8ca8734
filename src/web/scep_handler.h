#ifndef SCEPGATE_WEB_SCEP_HANDLER_H
#define SCEPGATE_WEB_SCEP_HANDLER_H

/* HTTP around the SCEP service: methods, paths, limits, status codes. */

#include "service/service.h"
#include "web/http.h"

/** The gateway_handler of scep.fcgi; `context` is a struct service. HEAD is answered as GET (the gateway sends no body); other methods than GET, HEAD and POST get 405. */
void scep_handler(void *context, const struct http_request *request, struct http_reply *reply);

#endif
