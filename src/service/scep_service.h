#ifndef SCEPGATE_SERVICE_SCEP_SERVICE_H
#define SCEPGATE_SERVICE_SCEP_SERVICE_H

/* One SCEP request against one endpoint: which operation, in which order of steps, with which answer. No HTTP library, no SQL, no ASN.1 here. */

#include "scep/media_type.h"
#include "scep/query.h"
#include "service/service.h"

/** What a device asked. All borrowed. */
struct scep_call {
	struct bytes application;
	struct bytes profile;
	bool is_post;                  /* then the only operation is PKIOperation, whatever the query says */
	struct bytes query;            /* raw */
	struct bytes body;
	const char *client_address;    /* textual IP address, or "" */
	const char *user_agent;        /* or "" */
};

/** The answer. buf_clear(&body) at the end. */
struct scep_answer {
	const char *media_type;        /* a constant */
	struct buf body;
};

/**
 * Serve one request.
 *
 * @param answer out: set when ERR_OK is returned, which includes every CertRep FAILURE; untouched otherwise.
 * @param text   out: a short text for the body of an HTTP error, safe for the client (it names a cipher's OID or an unknown operation, never the cause of a crypto failure).
 * @return ERR_OK; any other error is to be answered with err_http_status() and the text.
 */
enum err scep_serve(struct service *service, const struct scep_call *call, struct scep_answer *answer, struct buf *text);

#endif
