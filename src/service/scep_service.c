#include <config.h>

#include "service/scep_service.h"

#include "scep/message.h"
#include "scep/next_ca.h"
#include "service/endpoint_cache.h"
#include "service/pki_operation.h"

enum { STALE_TRIES = 3 /* configuration that changes faster than this answers 503 */ };

/* What a client may read about an HTTP error: the sentence where it speaks of the query alone, a generic text otherwise. */
static enum err client_text(enum err error, const struct why *why, struct buf *text)
{
	if (text->len > 0)
		return ERR_OK;
	return buf_append_str(text, error == ERR_HTTP_OPERATION || error == ERR_HTTP_QUERY ? why_text(why, error) : err_text(error));
}

/* Which operation is it? A POST can only be PKIOperation, whatever its query says (RFC 8894 section 4.3). */
static enum err find_operation(const struct scep_call *call, struct scep_query *query, struct why *why)
{
	enum err e;

	if (call->is_post) {
		*query = (struct scep_query){ .has_operation = true, .operation = SCEP_OP_PKI_OPERATION };
		return ERR_OK;
	}
	if ((e = scep_query_parse(call->query, query, why)) != ERR_OK)
		return e;
	if (!query->has_operation)
		return why_set(why, ERR_HTTP_OPERATION, "the query has no operation");
	return ERR_OK;
}

static enum err read_message(const struct scep_call *call, const struct scep_query *query, struct buf *decoded, struct bytes *message, struct why *why)
{
	enum err e;

	if (call->is_post) {
		*message = call->body;
	} else {
		if (!query->has_message)
			return why_set(why, ERR_HTTP_QUERY, "PKIOperation by GET needs a message");
		if ((e = scep_query_decode_message(query->message, decoded, why)) != ERR_OK)
			return e;
		*message = buf_bytes(decoded);
	}
	if (message->len == 0)
		return why_set(why, ERR_HTTP_BODY, "PKIOperation without a message");
	if (message->len > SCEP_MAX_MESSAGE_LEN)
		return why_set(why, ERR_HTTP_TOO_LARGE, "the message has %zu bytes", message->len);
	return ERR_OK;
}

/* The message is decoded once; the endpoint is loaded again when the database says that it changed under us. */
static enum err serve_pki_operation(struct service *service, const struct scep_call *call, struct bytes message, struct buf *body, struct buf *text, struct why *why)
{
	enum err e = ERR_STALE;

	for (int i = 0; i < STALE_TRIES && e == ERR_STALE; i++) {
		const struct live_endpoint *endpoint;

		if ((e = endpoint_cache_get(service, call->application, call->profile, &endpoint, why)) != ERR_OK)
			return e;
		e = pki_operation_serve(service, endpoint, call, message, body, text, why);
		if (e == ERR_STALE)
			endpoint_cache_drop(service->cache);
	}
	return e;
}

static enum err serve_cached(const struct service *service, const struct scep_call *call, enum scep_operation operation, struct scep_answer *answer, struct why *why)
{
	const struct live_endpoint *endpoint;
	enum err e;

	if ((e = endpoint_cache_get(service, call->application, call->profile, &endpoint, why)) != ERR_OK)
		return e;
	switch (operation) {
	case SCEP_OP_GET_CA_CAPS:
		answer->media_type = SCEP_TYPE_CAPS;
		return buf_append(&answer->body, buf_bytes(&endpoint->caps));
	case SCEP_OP_GET_CA_CERT:
		answer->media_type = endpoint->ca_certs_type;
		return buf_append(&answer->body, buf_bytes(&endpoint->ca_certs));
	case SCEP_OP_GET_NEXT_CA_CERT:
		if (endpoint->next_ca.len == 0)
			return why_set(why, ERR_NOT_FOUND, "there is no next CA certificate");
		answer->media_type = SCEP_TYPE_NEXT_CA;
		return buf_append(&answer->body, buf_bytes(&endpoint->next_ca));
	case SCEP_OP_PKI_OPERATION:
		break;
	}
	return ERR_INTERNAL;
}

static enum err serve(struct service *service, const struct scep_call *call, struct scep_answer *answer, struct buf *text, struct why *why)
{
	struct scep_query query;
	struct buf decoded = { 0 };
	struct bytes message;
	enum err e;

	if ((e = find_operation(call, &query, why)) != ERR_OK)
		goto out;
	if (query.operation != SCEP_OP_PKI_OPERATION) {
		e = serve_cached(service, call, query.operation, answer, why);
		goto out;
	}
	if ((e = read_message(call, &query, &decoded, &message, why)) != ERR_OK)
		goto out;
	answer->media_type = SCEP_TYPE_PKI_MESSAGE;
	e = serve_pki_operation(service, call, message, &answer->body, text, why);
out:
	buf_clear(&decoded);
	return e;
}

enum err scep_serve(struct service *service, const struct scep_call *call, struct scep_answer *answer, struct buf *text)
{
	struct scep_answer made = { 0 };
	struct why why = { 0 };
	enum err e = serve(service, call, &made, text, &why);

	if (e == ERR_OK) {
		*answer = made;
		return ERR_OK;
	}
	buf_clear(&made.body);
	LOG_EVENT(service->log, err_log_level(e), "http-error", log_bytes("application", call->application), log_bytes("profile", call->profile),
		log_str("error", err_name(e)), log_number("status", err_http_status(e)), log_str("detail", why_text(&why, e)),
		log_str("client", call->client_address), log_str("agent", call->user_agent));
	if (client_text(e, &why, text) != ERR_OK)
		return ERR_MEMORY;
	return e;
}
