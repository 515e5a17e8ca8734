#ifndef SCEPGATE_CTL_SCEP_CLIENT_H
#define SCEPGATE_CTL_SCEP_CLIENT_H

/*
 * SCEP operations over HTTP as a client sends them (RFC 8894 section 4): URLs, status codes and media types. What is inside the bodies is
 * ca_set.h's and scep/request.h's.
 */

#include "ctl/http_client.h"

enum {
	SCEP_CLIENT_MAX_CAPS_LEN = 16384,     /* bytes of other servers' GetCACaps replies */
	SCEP_CLIENT_MAX_REPLY_LEN = 4194304
};

/** A server. Borrowed. */
struct scep_client {
	struct http_client_options http;
	const char *url;
};

/** How a PKIOperation is sent. */
enum scep_transport { SCEP_TRANSPORT_GET, SCEP_TRANSPORT_POST };

/**
 * Append the URL of an operation, terminated: `?operation=…`, or `&operation=…` when the URL has a query already. A fragment is cut off.
 *
 * @param message in: its `message` parameter, percent-encoded here; NULL: none.
 * @return ERR_OK; ERR_MEMORY.
 */
enum err scep_client_url(const char *base, const char *operation, const struct bytes *message, struct buf *out);

/*
 * The operations. Each gives the body and Content-Type of a reply with status 200. Else: ERR_NOT_FOUND for 404; ERR_NET for any other
 * status, with what a text/plain body says; and the errors of http_client_send().
 */

enum err scep_client_get_ca_caps(const struct scep_client *client, struct http_client_reply *reply, struct why *why);

/** @param identifier in: CA identifier, sent as `message`; NULL: none. */
enum err scep_client_get_ca_cert(const struct scep_client *client, const char *identifier, struct http_client_reply *reply, struct why *why);

enum err scep_client_get_next_ca_cert(const struct scep_client *client, const char *identifier, struct http_client_reply *reply, struct why *why);

/** @param message in: DER or BER of the pkiMessage; base64 in the URL for GET. */
enum err scep_client_pki_operation(const struct scep_client *client, enum scep_transport transport, struct bytes message,
	struct http_client_reply *reply, struct why *why);

#endif
