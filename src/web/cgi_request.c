#include <config.h>

#include "web/cgi_request.h"

#include <arpa/inet.h>
#include <string.h>
#include <strings.h>

#include "base/clock.h"
#include "base/text.h"

enum {
	LOGGED_PATH_LEN = 256,        /* how much of a bad target is kept for the log */
	MAX_SKIPPED_LEN = 1 << 20     /* how much of a body that is too large is read on */
};

static struct bytes variable(const struct cgi_variables *variables, const char *name)
{
	return bytes_from_str(variables->get(variables->context, name));
}

static enum http_method parse_method(struct bytes method)
{
	if (bytes_is_str(method, "GET"))
		return HTTP_GET;
	if (bytes_is_str(method, "HEAD"))
		return HTTP_HEAD;
	if (bytes_is_str(method, "POST"))
		return HTTP_POST;
	return HTTP_OTHER;
}

/* Percent-decode, once. A '%' without two digits, and NUL, are refused. */
static enum err decode_path(struct bytes raw, struct buf *out)
{
	enum err e;

	if ((e = buf_append(out, raw)) != ERR_OK || (e = text_decode_percent(out)) != ERR_OK)
		return e;
	return memchr(out->ptr, '\0', out->len) == NULL ? ERR_OK : ERR_TEXT;
}

/* Cut "http://host" off a target in absolute form, which a server must take as if it were the path alone. */
static struct bytes skip_authority(struct bytes target)
{
	static const char *const schemes[] = { "http://", "https://" };

	for (size_t i = 0; i < sizeof schemes / sizeof schemes[0]; i++) {
		size_t at = strlen(schemes[i]);

		if (target.len < at || strncasecmp((const char *)target.ptr, schemes[i], at) != 0)
			continue;
		while (at < target.len && target.ptr[at] != '/' && target.ptr[at] != '?')
			at++;
		return bytes_from(target.ptr + at, target.len - at);
	}
	return target;
}

static enum err read_path(struct bytes raw, bool is_encoded, struct buf *path)
{
	if (raw.len == 0 || raw.ptr[0] != '/')
		return ERR_TEXT;
	return is_encoded ? decode_path(raw, path) : buf_append(path, raw);
}

/* A query in pieces, as the sample configuration for mod_proxy_fcgi sends it. @return ERR_OK; ERR_MEMORY. */
static enum err join_query(const struct cgi_variables *variables, struct buf *query)
{
	static const char *const names[] = { "SCEPGATE_QUERY_1", "SCEPGATE_QUERY_2", "SCEPGATE_QUERY_3", "SCEPGATE_QUERY_4", "SCEPGATE_QUERY_5" };
	enum err e;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if ((e = buf_append(query, variable(variables, names[i]))) != ERR_OK)
			return e;
	return ERR_OK;
}

/* Path and query. @return ERR_OK or ERR_MEMORY. */
static enum err read_target(const struct cgi_variables *variables, struct cgi_request *request)
{
	struct bytes target = skip_authority(variable(variables, "REQUEST_URI"));
	const uint8_t *mark = target.len == 0 ? NULL : memchr(target.ptr, '?', target.len);
	struct bytes raw = mark == NULL ? target : bytes_from(target.ptr, (size_t)(mark - target.ptr));
	struct bytes query = variable(variables, "QUERY_STRING");
	struct buf joined = { 0 };
	enum err e = ERR_OK;

	if (query.len == 0 && mark != NULL)
		query = bytes_from(mark + 1, target.len - raw.len - 1);
	if (query.len == 0) {
		if ((e = join_query(variables, &request->query)) != ERR_OK)
			goto out;
		query = buf_bytes(&request->query);
	}
	if (variable(variables, "REQUEST_URI").len == 0) {
		if ((e = buf_append(&joined, variable(variables, "SCRIPT_NAME"))) != ERR_OK ||
		    (e = buf_append(&joined, variable(variables, "PATH_INFO"))) != ERR_OK)
			goto out;
		raw = buf_bytes(&joined);
	}
	e = raw.len + query.len > HTTP_MAX_TARGET_LEN ? ERR_HTTP_URI_TOO_LONG : read_path(raw, joined.len == 0, &request->path);
	if (e == ERR_TEXT || e == ERR_HTTP_URI_TOO_LONG) {
		request->http.target_error = e;
		buf_reset(&request->path);
		e = buf_append(&request->path, bytes_from(raw.ptr, raw.len < LOGGED_PATH_LEN ? raw.len : LOGGED_PATH_LEN));
	} else {
		request->http.query = query;
	}
	request->http.path = buf_bytes(&request->path);
out:
	buf_clear(&joined);
	return e;
}

/* RFC 3875 section 4.1.2. @param len out: never more than HTTP_MAX_BODY_LEN + 1. @return false when it is no number. */
static bool parse_content_length(struct bytes text, size_t *len)
{
	size_t value = 0;

	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		value = value * 10 + (size_t)(text.ptr[i] - '0');
		if (value > HTTP_MAX_BODY_LEN)
			value = HTTP_MAX_BODY_LEN + 1;
	}
	*len = value;
	return true;
}

/* Read up to `want` bytes. @return ERR_OK, also when fewer came; ERR_HTTP_BODY when the other side went away; ERR_HTTP_TIMEOUT; ERR_MEMORY. */
static enum err read_input(const struct cgi_input *input, size_t want, int64_t deadline_ms, struct buf *body)
{
	uint8_t *at;
	size_t have = 0;
	enum err e;

	if ((e = buf_append_space(body, want, &at)) != ERR_OK)
		return e;
	while (have < want) {
		size_t len = want - have < CGI_MAX_PIECE_LEN ? want - have : CGI_MAX_PIECE_LEN;
		ssize_t got = input->read(input->context, at + have, len, deadline_ms);

		if (got < 0)
			return got == CGI_INPUT_LATE ? ERR_HTTP_TIMEOUT : ERR_HTTP_BODY;
		if (got == 0)
			break;
		have += (size_t)got;
	}
	body->len = have;
	return ERR_OK;
}

/* Read up to `max_len` bytes of a body that nobody wants: Apache and fcgiwrap take a CGI program that leaves some for a broken one, and the client
 * would not see its reply. */
static void skip_input(const struct cgi_input *input, size_t max_len, int64_t deadline_ms)
{
	int64_t skip_deadline_ms = clock_monotonic_ms() + input->max_skip_ms;
	uint8_t block[CGI_MAX_PIECE_LEN];
	size_t skipped = 0;
	ssize_t got;

	if (skip_deadline_ms > deadline_ms)
		skip_deadline_ms = deadline_ms;
	do {
		size_t left = max_len - skipped;

		got = input->read(input->context, block, left < sizeof block ? left : sizeof block, skip_deadline_ms);
		skipped += got > 0 ? (size_t)got : 0;
	} while (got > 0 && skipped < max_len);
}

static enum err refuse_input(const struct cgi_input *input, int64_t deadline_ms)
{
	skip_input(input, MAX_SKIPPED_LEN, deadline_ms);
	return ERR_HTTP_TOO_LARGE;
}

/* @return ERR_OK; ERR_MEMORY; what body_error is to say. */
static enum err read_body(const struct cgi_variables *variables, const struct cgi_input *input, struct buf *body)
{
	struct bytes text = variable(variables, "CONTENT_LENGTH");
	bool is_announced = text.len > 0;
	int64_t deadline_ms = clock_monotonic_ms() + input->max_body_ms;
	size_t want = HTTP_MAX_BODY_LEN + 1;
	enum err e;

	if (is_announced && !parse_content_length(text, &want))
		return ERR_HTTP_BODY;
	if (is_announced && want > HTTP_MAX_BODY_LEN)
		return refuse_input(input, deadline_ms);
	if ((e = read_input(input, want, deadline_ms, body)) != ERR_OK)
		return e;
	if (is_announced)
		return body->len < want ? ERR_HTTP_BODY : ERR_OK;
	return body->len > HTTP_MAX_BODY_LEN ? refuse_input(input, deadline_ms) : ERR_OK;
}

/* Skip the body of a request that should have none, as long as it was announced; one that comes in chunks has no length. */
static void skip_body(const struct cgi_variables *variables, const struct cgi_input *input)
{
	struct bytes text = variable(variables, "CONTENT_LENGTH");
	size_t len = variable(variables, "HTTP_TRANSFER_ENCODING").len > 0 ? MAX_SKIPPED_LEN : 0;

	if (text.len > 0 && !parse_content_length(text, &len))
		return;
	if (len > HTTP_MAX_BODY_LEN)
		len = MAX_SKIPPED_LEN;
	if (len > 0)
		skip_input(input, len, clock_monotonic_ms() + input->max_body_ms);
}

/* The host without its port; "[::1]:80" keeps the brackets. */
static struct bytes read_host(const struct cgi_variables *variables)
{
	static const char allowed[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789.-_:[]";
	struct bytes host = variable(variables, "HTTP_HOST");
	size_t len = 0;

	if (host.len == 0)
		host = variable(variables, "SERVER_NAME");
	if (host.len == 0 || host.len > CGI_MAX_HOST_LEN || strspn((const char *)host.ptr, allowed) != host.len)
		return (struct bytes){ NULL, 0 };
	if (host.ptr[0] == '[')
		while (len < host.len && host.ptr[len] != ']')
			len++;
	while (len < host.len && host.ptr[len] != ':')
		len++;
	return bytes_from(host.ptr, len);
}

/* Copy an address when it is one; the zone of a link-local address ("fe80::1%eth0") is left out. */
static void read_client_address(struct bytes text, char out[INET6_ADDRSTRLEN])
{
	const uint8_t *zone = text.len == 0 ? NULL : memchr(text.ptr, '%', text.len);
	size_t len = zone == NULL ? text.len : (size_t)(zone - text.ptr);
	uint8_t address[sizeof(struct in6_addr)];

	out[0] = '\0';
	if (len >= INET6_ADDRSTRLEN)
		return;
	if (len > 0)
		memcpy(out, text.ptr, len);
	out[len] = '\0';
	if (inet_pton(AF_INET, out, address) != 1 && inet_pton(AF_INET6, out, address) != 1)
		out[0] = '\0';
}

static void read_user_agent(struct bytes text, char out[CGI_MAX_USER_AGENT_LEN + 1])
{
	size_t len = text.len < CGI_MAX_USER_AGENT_LEN ? text.len : CGI_MAX_USER_AGENT_LEN;

	for (size_t i = 0; i < len; i++)
		out[i] = text.ptr[i] >= ' ' && text.ptr[i] < 0x7f ? (char)text.ptr[i] : '?';
	out[len] = '\0';
}

enum err cgi_request_read(const struct cgi_variables *variables, const struct cgi_input *input, struct cgi_request *request)
{
	struct cgi_request made = { 0 };
	enum err e;

	made.http.method = parse_method(variable(variables, "REQUEST_METHOD"));
	if ((e = read_target(variables, &made)) != ERR_OK)
		goto out;
	if (made.http.method == HTTP_POST && made.http.target_error == ERR_OK)
		e = made.http.body_error = read_body(variables, input, &made.body);
	else
		skip_body(variables, input);
	if (e == ERR_MEMORY)
		goto out;
	if (made.http.body_error != ERR_OK)
		buf_reset(&made.body);
	made.http.body = buf_bytes(&made.body);
	made.http.host = read_host(variables);
	made.http.authorization = variable(variables, "HTTP_AUTHORIZATION");
	made.http.if_none_match = variable(variables, "HTTP_IF_NONE_MATCH");
	made.http.if_modified_since = variable(variables, "HTTP_IF_MODIFIED_SINCE");
	read_client_address(variable(variables, "REMOTE_ADDR"), made.client_address);
	read_user_agent(variable(variables, "HTTP_USER_AGENT"), made.user_agent);
	*request = made;
	request->http.client_address = request->client_address;
	request->http.user_agent = request->user_agent;
	return ERR_OK;
out:
	cgi_request_clear(&made);
	return e;
}

void cgi_request_clear(struct cgi_request *request)
{
	buf_clear(&request->path);
	buf_clear(&request->query);
	buf_clear(&request->body);
	*request = (struct cgi_request){ 0 };
}
