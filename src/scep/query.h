#ifndef SCEPGATE_SCEP_QUERY_H
#define SCEPGATE_SCEP_QUERY_H

/* The query string of a SCEP request (RFC 8894 section 4.1), as raw bytes, in every form that clients send. */

#include "base/bytes.h"
#include "base/why.h"

enum scep_operation { SCEP_OP_GET_CA_CAPS, SCEP_OP_GET_CA_CERT, SCEP_OP_GET_NEXT_CA_CERT, SCEP_OP_PKI_OPERATION };

/** What a query says. */
struct scep_query {
	bool has_operation;
	enum scep_operation operation;
	bool has_message;
	struct bytes message;   /* the raw value, still encoded; borrowed from the query */
};

/**
 * Read a raw query: cut at '&', names matched exactly, parameters in any order, unknown ones ignored, `operation` by exact word (GetCACertChain is GetCACert).
 *
 * @return ERR_OK; ERR_HTTP_OPERATION for an unknown operation (its name, cleaned, in why); ERR_HTTP_QUERY for one parameter twice.
 */
enum err scep_query_parse(struct bytes raw, struct scep_query *out, struct why *why);

/**
 * Decode the `message` of a GET PKIOperation: percent-decoding once (again if '%' remains), without '+' for blank; blank back to '+', '-' to '+', '_' to '/'; line breaks and tabs dropped;
 * padding optional. Appended.
 *
 * @return ERR_OK; ERR_HTTP_QUERY when it is empty or not base64; ERR_HTTP_TOO_LARGE when it decodes to more than SCEP_MAX_MESSAGE_LEN; ERR_MEMORY.
 */
enum err scep_query_decode_message(struct bytes value, struct buf *out, struct why *why);

#endif
