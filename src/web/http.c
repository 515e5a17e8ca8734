#include <config.h>

#include "web/http.h"

void http_reply_clear(struct http_reply *reply)
{
	buf_clear(&reply->body);
	*reply = (struct http_reply){ 0 };
}

enum err http_reply_error(struct http_reply *reply, enum err error, const char *text)
{
	int status = err_http_status(error);
	enum err e;

	http_reply_clear(reply);
	reply->status = status >= 400 ? status : err_http_status(ERR_INTERNAL);
	reply->media_type = "text/plain";
	if (reply->status == 503)
		reply->retry_after_s = HTTP_RETRY_AFTER_S;
	if (reply->status == 429)
		reply->retry_after_s = HTTP_RETRY_LATER_S;
	if ((e = buf_append_format(&reply->body, "%s\n", text == NULL || text[0] == '\0' ? err_text(error) : text)) != ERR_OK)
		buf_clear(&reply->body);
	return e;
}

const char *http_status_text(int status)
{
	static const struct {
		int status;
		const char *text;
	} texts[] = {
		{ 200, "OK" },
		{ 304, "Not Modified" },
		{ 400, "Bad Request" },
		{ 401, "Unauthorized" },
		{ 403, "Forbidden" },
		{ 404, "Not Found" },
		{ 405, "Method Not Allowed" },
		{ 408, "Request Timeout" },
		{ 409, "Conflict" },
		{ 413, "Content Too Large" },
		{ 414, "URI Too Long" },
		{ 422, "Unprocessable Content" },
		{ 429, "Too Many Requests" },
		{ 500, "Internal Server Error" },
		{ 502, "Bad Gateway" },
		{ 503, "Service Unavailable" }
	};

	for (size_t i = 0; i < sizeof texts / sizeof texts[0]; i++)
		if (texts[i].status == status)
			return texts[i].text;
	return "Unknown";
}
