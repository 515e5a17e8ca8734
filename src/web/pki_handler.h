#ifndef SCEPGATE_WEB_PKI_HANDLER_H
#define SCEPGATE_WEB_PKI_HANDLER_H

/* The program pki.fcgi: CRLs and CA certificates by HTTP. Nobody is asked who he is; nothing is changed. */

#include "service/publication.h"
#include "web/http.h"

/** What it works with, as the context of the handler. */
struct pki_site {
	struct service *service;
	struct publication_cache *cache;
};

/**
 * Read a decoded path, below any prefix that ends with a segment "pki":
 * CA.crt or CA.cer (certificate), CA.p7c (certificate and chain), CA.crl, CA/N.crl (partition N), CA/delta.crl, CA/N/delta.crl.
 *
 * @param name out: borrows from the path. @return false when the path is none of these.
 */
bool pki_path_parse(struct bytes path, struct publication_name *name);

/** The handler for gateway_run(). GET and HEAD; If-None-Match and If-Modified-Since are honoured (RFC 9110 section 13). */
void pki_handler(void *context, const struct http_request *request, struct http_reply *reply);

#endif
