#include <config.h>

#include "web/cgi_request.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/clock.h"
#include "support/unit.h"

/* A web server's side of one request. */
struct variable {
	const char *name, *value;
};

enum { VARIABLES_MAX = 8 };

struct server {
	struct variable variables[VARIABLES_MAX];
	size_t available;   /* bytes of body that will come */
	size_t step;        /* at most so many at once; 0: no limit */
	bool is_broken;     /* the connection breaks after them */
	bool is_silent;     /* nothing comes after them */
	bool is_late;       /* nothing comes before the deadline */
	size_t most;        /* out: the most that was asked for at once */
	int64_t allowed_ms; /* out: how far away the last deadline was */
	size_t taken;
};

static const char *get(void *context, const char *name)
{
	const struct server *server = context;

	for (size_t i = 0; i < VARIABLES_MAX && server->variables[i].name != NULL; i++)
		if (strcmp(server->variables[i].name, name) == 0)
			return server->variables[i].value;
	return NULL;
}

static ssize_t feed(void *context, uint8_t *out, size_t len, int64_t deadline_ms)
{
	struct server *server = context;
	size_t left = server->available - server->taken;

	if (len > server->most)
		server->most = len;
	server->allowed_ms = deadline_ms - clock_monotonic_ms();
	if (server->is_late || (left == 0 && server->is_silent))
		return CGI_INPUT_LATE;
	if (left == 0)
		return server->is_broken ? CGI_INPUT_GONE : 0;
	if (len > left)
		len = left;
	if (server->step > 0 && len > server->step)
		len = server->step;
	for (size_t i = 0; i < len; i++)
		out[i] = (uint8_t)(server->taken + i);
	server->taken += len;
	return (ssize_t)len;
}

static void take(struct server *server, struct cgi_request *request)
{
	UNIT_ERR(ERR_OK, cgi_request_read(&(struct cgi_variables){ get, server }, &(struct cgi_input){ feed, server, 15000, 1000 }, request));
}

static void targets(void)
{
	static const struct {
		const char *uri, *script_name, *path_info, *query_string;
		enum err error;
		const char *path, *query;
	} rows[] = {
		{ "/scep/a/b", NULL, NULL, NULL, ERR_OK, "/scep/a/b", "" },
		{ "/scep/a/b?operation=GetCACaps", NULL, NULL, "operation=GetCACaps", ERR_OK, "/scep/a/b", "operation=GetCACaps" },
		{ "/scep/a/b?operation=GetCACaps", NULL, NULL, "", ERR_OK, "/scep/a/b", "operation=GetCACaps" },
		{ "/scep/a/b?a?b", NULL, NULL, NULL, ERR_OK, "/scep/a/b", "a?b" },
		{ "/scep/a/b?m=a+b%2B%0A", NULL, NULL, NULL, ERR_OK, "/scep/a/b", "m=a+b%2B%0A" },
		{ "/scep/a/b?", NULL, NULL, NULL, ERR_OK, "/scep/a/b", "" },
		{ "/scep/a/b", "/other", "/scep/x/y", "", ERR_OK, "/scep/a/b", "" },
		{ "/%73cep/a%2fb/%2B+c", NULL, NULL, NULL, ERR_OK, "/scep/a/b/++c", "" },
		{ "/scep/a%252fb", NULL, NULL, NULL, ERR_OK, "/scep/a%2fb", "" },
		{ "http://scep.example.org/scep/a/b?x", NULL, NULL, NULL, ERR_OK, "/scep/a/b", "x" },
		{ "HTTPS://[::1]:8443/scep/a/b", NULL, NULL, NULL, ERR_OK, "/scep/a/b", "" },
		{ NULL, "/cgi-bin/pkiclient.exe", NULL, "x", ERR_OK, "/cgi-bin/pkiclient.exe", "x" },
		{ NULL, "/scep", "/a/b", NULL, ERR_OK, "/scep/a/b", "" },
		{ NULL, "", "/scep/a/b%2f", NULL, ERR_OK, "/scep/a/b%2f", "" },
		{ "", "/scep", "/a/b", "", ERR_OK, "/scep/a/b", "" },
		{ NULL, NULL, NULL, NULL, ERR_TEXT, "", "" },
		{ "scep/a/b", NULL, NULL, "x", ERR_TEXT, "scep/a/b", "" },
		{ "*", NULL, NULL, NULL, ERR_TEXT, "*", "" },
		{ "http://scep.example.org", NULL, NULL, NULL, ERR_TEXT, "", "" },
		{ "/scep/a/%", NULL, NULL, NULL, ERR_TEXT, "/scep/a/%", "" },
		{ "/scep/a/%2", NULL, NULL, NULL, ERR_TEXT, "/scep/a/%2", "" },
		{ "/scep/a/%2?0", NULL, NULL, NULL, ERR_TEXT, "/scep/a/%2", "" },
		{ "/scep/a/%g0", NULL, NULL, NULL, ERR_TEXT, "/scep/a/%g0", "" },
		{ "/scep/a/%0g", NULL, NULL, NULL, ERR_TEXT, "/scep/a/%0g", "" },
		{ "/scep/a/b%00", NULL, NULL, NULL, ERR_TEXT, "/scep/a/b%00", "" }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server server = { .variables = { { "REQUEST_METHOD", "GET" }, { "REQUEST_URI", rows[i].uri }, { "SCRIPT_NAME", rows[i].script_name },
			{ "PATH_INFO", rows[i].path_info }, { "QUERY_STRING", rows[i].query_string } } };
		struct cgi_request request;

		unit_row(rows[i].uri);
		take(&server, &request);
		UNIT_ERR(rows[i].error, request.http.target_error);
		UNIT_BYTES(bytes_from_str(rows[i].path), request.http.path);
		UNIT_BYTES(bytes_from_str(rows[i].query), request.http.query);
		cgi_request_clear(&request);
	}
	unit_row(NULL);
}

static void query_in_pieces(void)
{
	struct server server = { .variables = { { "REQUEST_METHOD", "GET" }, { "SCRIPT_NAME", "/scep/a/b" }, { "SCEPGATE_QUERY_1", "operation=PKI" },
		{ "SCEPGATE_QUERY_2", "Operation&message=a" }, { "SCEPGATE_QUERY_3", "%2B+" }, { "SCEPGATE_QUERY_4", "" }, { "SCEPGATE_QUERY_5", "x" } } };
	struct cgi_request request;

	take(&server, &request);
	UNIT_BYTES(bytes_from_str("operation=PKIOperation&message=a%2B+x"), request.http.query);
	cgi_request_clear(&request);
	server.variables[7] = (struct variable){ "QUERY_STRING", "operation=GetCACaps" };
	take(&server, &request);
	UNIT_BYTES(bytes_from_str("operation=GetCACaps"), request.http.query);
	cgi_request_clear(&request);
}

/* A target of `len` bytes, '?' not counted: "/aaa…" and, when `query_len` is not 0, "?bbb…". */
static char *long_target(size_t len, size_t query_len)
{
	char *target = malloc(len + 2);

	CU_ASSERT_PTR_NOT_NULL_FATAL(target);
	memset(target, 'a', len + 1);
	target[0] = '/';
	target[len + (query_len > 0)] = '\0';
	if (query_len > 0)
		target[len - query_len] = '?';
	return target;
}

static void target_length(void)
{
	static const struct {
		size_t len, query_len;
		enum err error;
	} rows[] = {
		{ HTTP_MAX_TARGET_LEN, 0, ERR_OK },
		{ HTTP_MAX_TARGET_LEN + 1, 0, ERR_HTTP_URI_TOO_LONG },
		{ HTTP_MAX_TARGET_LEN, 80000, ERR_OK },
		{ HTTP_MAX_TARGET_LEN + 1, 80000, ERR_HTTP_URI_TOO_LONG }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char *target = long_target(rows[i].len, rows[i].query_len);
		struct server server = { .variables = { { "REQUEST_METHOD", "POST" }, { "REQUEST_URI", target } }, .available = 3 };
		struct cgi_request request;

		take(&server, &request);
		UNIT_ERR(rows[i].error, request.http.target_error);
		if (rows[i].error == ERR_OK) {
			CU_ASSERT_EQUAL(request.http.path.len, rows[i].len - rows[i].query_len);
			CU_ASSERT_EQUAL(request.http.query.len, rows[i].query_len);
			CU_ASSERT_EQUAL(request.http.body.len, 3);
		} else {
			CU_ASSERT_TRUE(request.http.path.len > 0 && request.http.path.len <= 256);
			CU_ASSERT_EQUAL(request.http.query.len, 0);
			CU_ASSERT_EQUAL(server.taken, 0);
		}
		cgi_request_clear(&request);
		free(target);
	}
}

static void methods(void)
{
	static const struct {
		const char *text;
		enum http_method method;
	} rows[] = { { "GET", HTTP_GET }, { "HEAD", HTTP_HEAD }, { "POST", HTTP_POST }, { "PUT", HTTP_OTHER }, { "get", HTTP_OTHER }, { "", HTTP_OTHER },
		{ NULL, HTTP_OTHER }, { "POSTS", HTTP_OTHER } };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server server = { .variables = { { "REQUEST_METHOD", rows[i].text }, { "REQUEST_URI", "/" }, { "CONTENT_LENGTH", "2" } }, .available = 2 };
		struct cgi_request request;

		unit_row(rows[i].text);
		take(&server, &request);
		CU_ASSERT_EQUAL(request.http.method, rows[i].method);
		CU_ASSERT_EQUAL(request.http.body.len, rows[i].method == HTTP_POST ? 2 : 0);
		cgi_request_clear(&request);
	}
	unit_row(NULL);
}

static void bodies(void)
{
	static const struct {
		const char *length;
		size_t available;
		bool is_broken;
		enum err error;
		size_t body_len, taken;
	} rows[] = {
		{ "0", 5, false, ERR_OK, 0, 0 },
		{ "1", 1, false, ERR_OK, 1, 1 },
		{ "5", 9, false, ERR_OK, 5, 5 },
		{ "00005", 5, false, ERR_OK, 5, 5 },
		{ "5", 4, false, ERR_HTTP_BODY, 0, 4 },
		{ "5", 4, true, ERR_HTTP_BODY, 0, 4 },
		{ "5", 0, false, ERR_HTTP_BODY, 0, 0 },
		{ "65536", 65536, false, ERR_OK, 65536, 65536 },
		{ "65537", 65537, false, ERR_HTTP_TOO_LARGE, 0, 65537 },
		{ "65537", 65537, true, ERR_HTTP_TOO_LARGE, 0, 65537 },
		{ "18446744073709551617", 9, false, ERR_HTTP_TOO_LARGE, 0, 9 },
		{ "99999999999999999999999999999999999999999", 9, false, ERR_HTTP_TOO_LARGE, 0, 9 },
		{ "-1", 9, false, ERR_HTTP_BODY, 0, 0 },
		{ "+1", 9, false, ERR_HTTP_BODY, 0, 0 },
		{ " 1", 9, false, ERR_HTTP_BODY, 0, 0 },
		{ "1,1", 9, false, ERR_HTTP_BODY, 0, 0 },
		{ "0x1", 9, false, ERR_HTTP_BODY, 0, 0 },
		{ "", 7, false, ERR_OK, 7, 7 },
		{ NULL, 0, false, ERR_OK, 0, 0 },
		{ NULL, 65535, false, ERR_OK, 65535, 65535 },
		{ NULL, 65536, false, ERR_OK, 65536, 65536 },
		{ NULL, 65537, false, ERR_HTTP_TOO_LARGE, 0, 65537 },
		{ NULL, 1000000, false, ERR_HTTP_TOO_LARGE, 0, 1000000 },
		{ NULL, 7, true, ERR_HTTP_BODY, 0, 7 }
	};
	static const size_t steps[] = { 0, 1, 8191 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0] * 3; i++) {
		size_t row = i / 3;
		struct server server = { .variables = { { "REQUEST_METHOD", "POST" }, { "REQUEST_URI", "/" }, { "CONTENT_LENGTH", rows[row].length } },
			.available = rows[row].available, .is_broken = rows[row].is_broken, .step = steps[i % 3] };
		struct cgi_request request;

		unit_row(rows[row].length);
		take(&server, &request);
		UNIT_ERR(rows[row].error, request.http.body_error);
		CU_ASSERT_EQUAL(request.http.body.len, rows[row].body_len);
		CU_ASSERT_EQUAL(server.taken, rows[row].taken);
		for (size_t at = 0; at < request.http.body.len; at++)
			if (request.http.body.ptr[at] != (uint8_t)at)
				CU_FAIL("the body is not what was sent");
		cgi_request_clear(&request);
	}
	unit_row(NULL);
}

static void slow_bodies(void)
{
	static const struct {
		const char *length;
		size_t available;
		bool is_late;
		enum err error;
		int64_t allowed_ms;
	} rows[] = {
		{ "5", 0, true, ERR_HTTP_TIMEOUT, 15000 },
		{ "65536", 65535, false, ERR_HTTP_TIMEOUT, 15000 },
		{ NULL, 65536, false, ERR_HTTP_TIMEOUT, 15000 },
		{ "5", 5, false, ERR_OK, 15000 },
		{ "65537", 0, true, ERR_HTTP_TOO_LARGE, 1000 },
		{ "65537", 9, false, ERR_HTTP_TOO_LARGE, 1000 },
		{ NULL, 65537, false, ERR_HTTP_TOO_LARGE, 1000 }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server server = { .variables = { { "REQUEST_METHOD", "POST" }, { "REQUEST_URI", "/" }, { "CONTENT_LENGTH", rows[i].length } },
			.available = rows[i].available, .is_late = rows[i].is_late, .is_silent = true };
		struct cgi_request request;

		unit_row(rows[i].length);
		take(&server, &request);
		UNIT_ERR(rows[i].error, request.http.body_error);
		CU_ASSERT_EQUAL(request.http.body.len, rows[i].error == ERR_OK ? rows[i].available : 0);
		CU_ASSERT_TRUE(server.most <= CGI_MAX_PIECE_LEN);
		CU_ASSERT_TRUE(server.allowed_ms <= rows[i].allowed_ms && server.allowed_ms > rows[i].allowed_ms - 1000);
		cgi_request_clear(&request);
	}
	unit_row(NULL);
}

static void endless_body(void)
{
	struct server server = { .variables = { { "REQUEST_METHOD", "POST" }, { "REQUEST_URI", "/" } }, .available = SIZE_MAX };
	struct cgi_request request;

	take(&server, &request);
	UNIT_ERR(ERR_HTTP_TOO_LARGE, request.http.body_error);
	CU_ASSERT_TRUE(server.taken < 2000000);
	cgi_request_clear(&request);
}

static void unwanted_bodies(void)
{
	static const struct {
		const char *method, *target, *length, *encoding;
		size_t taken;
	} rows[] = {
		{ "GET", "/", NULL, NULL, 0 },
		{ "GET", "/", "0", NULL, 0 },
		{ "PUT", "/", "2", NULL, 2 },
		{ "PUT", "/", "9", NULL, 9 },
		{ "PUT", "/", "5000", NULL, 5000 },
		{ "PUT", "/", "65537", NULL, 2000000 },
		{ "PUT", "/", "-1", NULL, 0 },
		{ "DELETE", "/", NULL, "chunked", 2000000 },
		{ "DELETE", "/", "", NULL, 0 },
		{ "POST", "/%00", "7", NULL, 7 }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server server = { .variables = { { "REQUEST_METHOD", rows[i].method }, { "REQUEST_URI", rows[i].target }, { "CONTENT_LENGTH", rows[i].length },
			{ "HTTP_TRANSFER_ENCODING", rows[i].encoding } }, .available = SIZE_MAX };
		struct cgi_request request;

		unit_row(rows[i].method);
		take(&server, &request);
		CU_ASSERT_TRUE(rows[i].taken < 1000000 ? server.taken == rows[i].taken : server.taken >= 65537 && server.taken < rows[i].taken);
		CU_ASSERT_EQUAL(request.http.body.len, 0);
		cgi_request_clear(&request);
	}
	unit_row(NULL);
}

static void hosts(void)
{
	char longest[CGI_MAX_HOST_LEN + 2];
	const struct {
		const char *host, *name, *expected;
	} rows[] = {
		{ "scep.example.org", "x", "scep.example.org" },
		{ "scep.example.org:8080", "x", "scep.example.org" },
		{ "SCEP.example.org:", NULL, "SCEP.example.org" },
		{ "192.0.2.1:80", NULL, "192.0.2.1" },
		{ "[2001:db8::1]", NULL, "[2001:db8::1]" },
		{ "[2001:db8::1]:8080", NULL, "[2001:db8::1]" },
		{ "[2001:db8::1", NULL, "[2001:db8::1" },
		{ NULL, "named.example.org", "named.example.org" },
		{ "", "named.example.org", "named.example.org" },
		{ NULL, NULL, "" },
		{ ":80", NULL, "" },
		{ "a b", "x", "" },
		{ "a'b", "x", "" },
		{ "a/b", "x", "" },
		{ "\xff", "x", "" },
		{ longest + 1, "x", longest + 1 },
		{ longest, "x", "" }
	};

	memset(longest, 'h', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server server = { .variables = { { "REQUEST_METHOD", "GET" }, { "REQUEST_URI", "/" },
			{ "HTTP_HOST", rows[i].host }, { "SERVER_NAME", rows[i].name } } };
		struct cgi_request request;

		unit_row(rows[i].host);
		take(&server, &request);
		UNIT_BYTES(bytes_from_str(rows[i].expected), request.http.host);
		cgi_request_clear(&request);
	}
	unit_row(NULL);
}

static void addresses(void)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "192.0.2.1", "192.0.2.1" },
		{ "2001:db8::1", "2001:db8::1" },
		{ "::ffff:192.0.2.1", "::ffff:192.0.2.1" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255", "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255" },
		{ "ffff:ffff:ffff:ffff:ffff:ffff:255.255.255.255x", "" },
		{ "fe80::1%eth0", "fe80::1" },
		{ "unix:", "" },
		{ "localhost", "" },
		{ "192.0.2.1'", "" },
		{ "%", "" },
		{ "", "" },
		{ NULL, "" }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server server = { .variables = { { "REQUEST_METHOD", "GET" }, { "REQUEST_URI", "/" }, { "REMOTE_ADDR", rows[i].text },
			{ "HTTP_X_FORWARDED_FOR", "198.51.100.1" }, { "HTTP_X_REAL_IP", "198.51.100.1" }, { "HTTP_FORWARDED", "for=198.51.100.1" } } };
		struct cgi_request request;

		unit_row(rows[i].text);
		take(&server, &request);
		CU_ASSERT_STRING_EQUAL(request.http.client_address, rows[i].expected);
		cgi_request_clear(&request);
	}
	unit_row(NULL);
}

static void user_agents(void)
{
	char longest[CGI_MAX_USER_AGENT_LEN + 2];
	const struct {
		const char *text, *expected;
	} rows[] = {
		{ "Mozilla/4.0 (compatible; MSIE 5.0; Cisco PKI)", "Mozilla/4.0 (compatible; MSIE 5.0; Cisco PKI)" },
		{ "a\nb\x7f\xc3\xa4", "a?b???" },
		{ NULL, "" },
		{ longest, longest + 1 }
	};

	memset(longest, 'u', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct server server = { .variables = { { "REQUEST_METHOD", "GET" }, { "REQUEST_URI", "/" }, { "HTTP_USER_AGENT", rows[i].text } } };
		struct cgi_request request;

		take(&server, &request);
		CU_ASSERT_STRING_EQUAL(request.http.user_agent, rows[i].expected);
		cgi_request_clear(&request);
	}
}

static void authorization(void)
{
	struct server server = { .variables = { { "REQUEST_METHOD", "GET" }, { "REQUEST_URI", "/" }, { "REMOTE_USER", "admin" }, { "AUTH_TYPE", "Basic" },
		{ "HTTP_X_REMOTE_USER", "admin" }, { "HTTP_PROXY_AUTHORIZATION", "Basic YTpi" }, { "SSL_CLIENT_S_DN", "CN=admin" } } };
	struct cgi_request request;

	take(&server, &request);
	CU_ASSERT_EQUAL(0, request.http.authorization.len);
	cgi_request_clear(&request);
	server.variables[7] = (struct variable){ "HTTP_AUTHORIZATION", "Bearer x" };
	take(&server, &request);
	UNIT_BYTES(bytes_from_str("Bearer x"), request.http.authorization);
	cgi_request_clear(&request);
}

static const struct unit_case cases[] = {
	{ "path and query come from REQUEST_URI, the path decoded once and the query raw (RFC 8894 section 4.1)", targets },
	{ "a query that came in pieces is joined when there is no other", query_in_pieces },
	{ "a target of the greatest length is taken and one byte more is not (RFC 9110 section 15.5.15)", target_length },
	{ "methods are exact words, and a body is kept for POST alone (RFC 9110 section 9.1)", methods },
	{ "a body is whole, no longer than announced and never longer than the limit (RFC 3875 section 4.2)", bodies },
	{ "a body that is late is told, asked for in small pieces, and one that is too large is read on for a moment alone (RFC 9110 section 15.5.9)",
		slow_bodies },
	{ "a body without an end does not hold a worker for ever", endless_body },
	{ "a body that comes with another method, or with a path that is refused, is read away and not kept", unwanted_bodies },
	{ "the host has no port and no byte that a host cannot have (RFC 9110 section 7.2)", hosts },
	{ "the client is REMOTE_ADDR when it is an address, whatever a header says (RFC 3875 section 4.1.8)", addresses },
	{ "the user agent is printable and cut", user_agents },
	{ "credentials come from Authorization alone, whoever a variable says that the user is (RFC 3875 section 4.1.18)", authorization }
};

UNIT_MAIN("cgi_request", cases)
