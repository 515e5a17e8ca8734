#include <config.h>

#include "ctl/http_client.h"

#include <curl/curl.h>
#include <stdio.h>
#include <strings.h>

/* What the callback that takes the body needs. */
struct receiver {
	struct buf body;
	size_t max_len;
	enum err error;
};

static size_t receive(char *data, size_t size, size_t count, void *context)
{
	struct receiver *receiver = context;
	size_t len = size * count;

	if (len > receiver->max_len - receiver->body.len) {
		receiver->error = ERR_HTTP_TOO_LARGE;
		return 0;
	}
	receiver->error = buf_append(&receiver->body, bytes_from(data, len));
	return receiver->error == ERR_OK ? len : 0;
}

static CURLcode allow_http_alone(CURL *curl)
{
#if LIBCURL_VERSION_NUM >= 0x075500
	CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS_STR, "http,https");

	return code != CURLE_OK ? code : curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS_STR, "http,https");
#else
	CURLcode code = curl_easy_setopt(curl, CURLOPT_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);

	return code != CURLE_OK ? code : curl_easy_setopt(curl, CURLOPT_REDIR_PROTOCOLS, CURLPROTO_HTTP | CURLPROTO_HTTPS);
#endif
}

/* Set one option unless an earlier one failed. */
#define SET(curl, code, option, value) ((code) = (code) == CURLE_OK ? curl_easy_setopt((curl), (option), (value)) : (code))

static CURLcode set_up(CURL *curl, const struct http_client_options *options, const struct http_client_request *request, struct receiver *receiver)
{
	CURLcode code = allow_http_alone(curl);

	SET(curl, code, CURLOPT_URL, request->url);
	SET(curl, code, CURLOPT_NOSIGNAL, 1L);
	SET(curl, code, CURLOPT_USERAGENT, PACKAGE_NAME "-scepcli/" PACKAGE_VERSION);
	SET(curl, code, CURLOPT_TIMEOUT, options->timeout_s > 0 ? options->timeout_s : (long)HTTP_CLIENT_TIMEOUT_DEFAULT_S);
	SET(curl, code, CURLOPT_HTTP_VERSION, options->http_1_0 ? (long)CURL_HTTP_VERSION_1_0 : (long)CURL_HTTP_VERSION_1_1);
	SET(curl, code, CURLOPT_FOLLOWLOCATION, options->follow_redirects ? 1L : 0L);
	SET(curl, code, CURLOPT_MAXREDIRS, (long)HTTP_CLIENT_MAX_REDIRECTS);
	SET(curl, code, CURLOPT_POSTREDIR, (long)CURL_REDIR_POST_ALL);
	if (options->ca_file != NULL)
		SET(curl, code, CURLOPT_CAINFO, options->ca_file);
	if (request->media_type != NULL) {
		SET(curl, code, CURLOPT_POST, 1L);
		SET(curl, code, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)request->body.len);
		SET(curl, code, CURLOPT_POSTFIELDS, request->body.len > 0 ? (const char *)request->body.ptr : "");
	}
	SET(curl, code, CURLOPT_WRITEFUNCTION, receive);
	SET(curl, code, CURLOPT_WRITEDATA, receiver);
	return code;
}

static struct curl_slist *make_headers(const struct http_client_request *request)
{
	struct curl_slist *list = NULL, *longer;
	char line[HTTP_CLIENT_MAX_MEDIA_TYPE_LEN + 32];

	/* Without "Expect: 100-continue", which servers behind old proxies never answer. */
	if ((list = curl_slist_append(NULL, "Expect:")) == NULL || request->media_type == NULL)
		return list;
	snprintf(line, sizeof line, "Content-Type: %s", request->media_type);
	longer = curl_slist_append(list, line);
	if (longer == NULL)
		curl_slist_free_all(list);
	return longer;
}

static enum err refuse_url(const char *url, struct why *why)
{
	return why_set(why, ERR_USAGE, "\"%s\" is no http or https URL", url);
}

static enum err why_from_curl(CURLcode code, const char *detail, const struct receiver *receiver, const struct http_client_request *request,
	struct why *why)
{
	if (code == CURLE_OUT_OF_MEMORY || receiver->error == ERR_MEMORY)
		return ERR_MEMORY;
	if (receiver->error == ERR_HTTP_TOO_LARGE)
		return why_set(why, ERR_NET, "the reply of %s is longer than %zu bytes", request->url, receiver->max_len);
	if (code == CURLE_URL_MALFORMAT)
		return refuse_url(request->url, why);
	return why_set(why, ERR_NET, "%s", detail[0] != '\0' ? detail : curl_easy_strerror(code));
}

static void take_reply(CURL *curl, struct receiver *receiver, struct http_client_reply *reply)
{
	const char *media_type = NULL;
	curl_off_t retry_after_s = 0;

	curl_easy_getinfo(curl, CURLINFO_RESPONSE_CODE, &reply->status);
	curl_easy_getinfo(curl, CURLINFO_CONTENT_TYPE, &media_type);
	curl_easy_getinfo(curl, CURLINFO_RETRY_AFTER, &retry_after_s);
	snprintf(reply->media_type, sizeof reply->media_type, "%s", media_type == NULL ? "" : media_type);
	reply->retry_after_s = retry_after_s;
	buf_move(&reply->body, &receiver->body);
}

enum err http_client_send(const struct http_client_options *options, const struct http_client_request *request,
	struct http_client_reply *reply, struct why *why)
{
	struct receiver receiver = { .max_len = request->max_reply_len, .error = ERR_OK };
	char detail[CURL_ERROR_SIZE] = "";
	struct curl_slist *headers = NULL;
	enum err e = ERR_OK;
	CURL *curl;
	CURLcode code;

	if (strncasecmp(request->url, "http://", 7) != 0 && strncasecmp(request->url, "https://", 8) != 0)
		return refuse_url(request->url, why);
	curl = curl_easy_init();
	headers = make_headers(request);
	if (curl == NULL || headers == NULL) {
		e = ERR_MEMORY;
		goto out;
	}
	code = set_up(curl, options, request, &receiver);
	SET(curl, code, CURLOPT_HTTPHEADER, headers);
	SET(curl, code, CURLOPT_ERRORBUFFER, detail);
	if (code == CURLE_OK)
		code = curl_easy_perform(curl);
	if (code != CURLE_OK) {
		e = why_from_curl(code, detail, &receiver, request, why);
		goto out;
	}
	take_reply(curl, &receiver, reply);
out:
	buf_clear(&receiver.body);
	curl_slist_free_all(headers);
	curl_easy_cleanup(curl);
	return e;
}

void http_client_reply_clear(struct http_client_reply *reply)
{
	buf_clear(&reply->body);
	*reply = (struct http_client_reply){ 0 };
}
