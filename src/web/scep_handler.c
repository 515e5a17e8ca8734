#include <config.h>

#include "web/scep_handler.h"

#include <stdlib.h>

#include "service/scep_service.h"
#include "store/endpoint.h"
#include "web/route.h"

#define ALLOWED_METHODS "GET, HEAD, POST"

/* Whose request is it? The names are borrowed from the path, or from the two strings, which are the caller's to free. */
static enum err find_endpoint(const struct service *service, const struct http_request *request, struct scep_call *call,
	char **application, char **profile, struct why *why)
{
	struct route route = route_parse(request->path);
	enum err e;

	if (route.purpose != ROUTE_SCEP)
		return why_set(why, ERR_NOT_FOUND, "the path is for challenge.fcgi: the web server sends it to the wrong program");
	switch (route.kind) {
	case ROUTE_NONE:
		return why_set(why, ERR_NOT_FOUND, "the path names no endpoint");
	case ROUTE_ENDPOINT:
		call->application = route.application;
		call->profile = route.profile;
		return ERR_OK;
	case ROUTE_DEFAULT:
		if ((e = endpoint_default_find(service->store, request->host, application, profile, why)) != ERR_OK)
			return e;
		call->application = bytes_from_str(*application);
		call->profile = bytes_from_str(*profile);
		return ERR_OK;
	}
	return ERR_INTERNAL;
}

/* What can be said of a request before anybody is asked. */
static enum err check_request(const struct http_request *request, struct why *why)
{
	if (request->method == HTTP_OTHER)
		return why_set(why, ERR_HTTP_METHOD, "neither GET nor HEAD nor POST");
	if (request->target_error == ERR_HTTP_URI_TOO_LONG)
		return why_set(why, ERR_HTTP_URI_TOO_LONG, "path and query have more than %d bytes", HTTP_MAX_TARGET_LEN);
	if (request->target_error != ERR_OK)
		return why_set(why, request->target_error, "the path is not valid");
	if (request->method != HTTP_POST)
		return ERR_OK;
	if (request->body_error == ERR_HTTP_TOO_LARGE)
		return why_set(why, ERR_HTTP_TOO_LARGE, "the body has more than %d bytes", HTTP_MAX_BODY_LEN);
	if (request->body_error == ERR_HTTP_TIMEOUT)
		return why_set(why, ERR_HTTP_TIMEOUT, "the body came too slowly");
	if (request->body_error != ERR_OK)
		return why_set(why, request->body_error, "the body did not come whole");
	return request->body.len == 0 ? why_set(why, ERR_HTTP_BODY, "a POST without a body") : ERR_OK;
}

/* Refuse what never reached the service, and write the line for the log; the service writes its own. */
static void refuse(const struct service *service, const struct http_request *request, enum err error, const struct why *why, struct http_reply *reply)
{
	http_reply_error(reply, error, NULL);
	if (error == ERR_HTTP_METHOD)
		reply->allow = ALLOWED_METHODS;
	LOG_EVENT(service->log, err_log_level(error), "http-error", log_bytes("path", request->path), log_str("error", err_name(error)),
		log_number("status", reply->status), log_str("detail", why_text(why, error)),
		log_str("client", request->client_address), log_str("agent", request->user_agent));
}

static void answer_call(struct service *service, const struct scep_call *call, struct http_reply *reply)
{
	struct scep_answer answer = { 0 };
	struct buf text = { 0 };
	enum err e;

	e = scep_serve(service, call, &answer, &text);
	if (e == ERR_OK) {
		reply->status = 200;
		reply->media_type = answer.media_type;
		buf_move(&reply->body, &answer.body);
	} else {
		http_reply_error(reply, e, buf_terminate(&text) == ERR_OK ? (const char *)text.ptr : NULL);
	}
	buf_clear(&answer.body);
	buf_clear(&text);
}

void scep_handler(void *context, const struct http_request *request, struct http_reply *reply)
{
	struct service *service = context;
	struct scep_call call = {
		.is_post = request->method == HTTP_POST,
		.query = request->query,
		.body = request->body,
		.client_address = request->client_address,
		.user_agent = request->user_agent
	};
	char *application = NULL, *profile = NULL;
	struct why why = { 0 };
	enum err e;

	if ((e = check_request(request, &why)) == ERR_OK)
		e = find_endpoint(service, request, &call, &application, &profile, &why);
	if (e == ERR_OK)
		answer_call(service, &call, reply);
	else
		refuse(service, request, e, &why, reply);
	free(application);
	free(profile);
}
