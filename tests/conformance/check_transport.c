#include <config.h>

#include "conformance/checks.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "conformance/suite.h"

enum { LONG_TARGET_LEN = 32768, TOO_LONG_TARGET_LEN = 1000000, MAX_TYPE_LEN = 127 };

#define NEEDS_PLAIN_HTTP(suite, detail) \
	do { \
		if (!web_is_plain((suite)->options.url)) \
			return VERDICT_SKIPPED((detail), "seen over plain HTTP alone"); \
	} while (0)

/* A request that any server can answer by a CertRep, whether the challenge is known or not. */
static enum secret usable_secret(const struct suite *suite)
{
	return suite->options.challenge != NULL ? SECRET_GOOD : SECRET_NONE;
}

enum verdict check_post(struct suite *suite, struct why *detail)
{
	enum verdict verdict = suite_can_ask(suite, detail);

	return verdict != VERDICT_PASS ? verdict : exchange_must_answer(suite, &(struct ask){ .secret = usable_secret(suite) }, detail);
}

enum verdict check_get(struct suite *suite, struct why *detail)
{
	enum verdict verdict = suite_can_ask(suite, detail);

	return verdict != VERDICT_PASS ? verdict : exchange_must_answer(suite, &(struct ask){ .is_get = true, .secret = usable_secret(suite) }, detail);
}

/* Messages of different lengths, so that each padding occurs. */
enum verdict check_get_escaped(struct suite *suite, struct why *detail)
{
	static const char *const transaction_id[] = { "1", "12", "123" };
	enum verdict verdict = suite_can_ask(suite, detail);

	for (size_t i = 0; verdict == VERDICT_PASS && i < sizeof transaction_id / sizeof *transaction_id; i++)
		verdict = exchange_must_answer(suite, &(struct ask){ .is_get = true, .secret = SECRET_WRONG,
			.craft = { .transaction_id = bytes_from_str(transaction_id[i]) } }, detail);
	return verdict;
}

enum verdict check_get_operations(struct suite *suite, struct why *detail)
{
	if (!suite->has_caps)
		return VERDICT_FAILED(detail, "%s", suite->caps_why.text);
	return suite->has_ca ? VERDICT_PASS : VERDICT_FAILED(detail, "%s", suite->ca_why.text);
}

/* Is the answer to this query that of the standard one? */
static enum verdict same_answer(const struct suite *suite, const char *suffix, const char *query, const struct web_reply *standard,
	struct why *detail)
{
	struct web_reply reply = { 0 };
	enum verdict verdict = VERDICT_PASS;
	enum err e = suite_get(suite, suffix, query, &reply, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	if (reply.status != 200)
		verdict = VERDICT_FAILED(detail, "%s?%s is answered by HTTP status %ld", suffix == NULL ? "" : suffix, query, reply.status);
	else if (!bytes_is_equal(buf_bytes(&reply.body), buf_bytes(&standard->body)))
		verdict = VERDICT_FAILED(detail, "%s?%s is answered otherwise than the plain request", suffix == NULL ? "" : suffix, query);
	web_reply_clear(&reply);
	return verdict;
}

enum verdict check_get_variants(struct suite *suite, struct why *detail)
{
	static const char *const variant[] = {
		"operation=%s", "operation=%s&message=", "message=&operation=%s", "operation=%s&message=x", "x=y&operation=%s", "operation=%s&unknown=1&other",
	};
	enum verdict verdict = check_get_operations(suite, detail);

	for (size_t i = 0; verdict == VERDICT_PASS && i < sizeof variant / sizeof *variant; i++) {
		struct buf caps = { 0 }, ca = { 0 };
		const char *place = strstr(variant[i], "%s");
		struct bytes before = bytes_from(variant[i], (size_t)(place - variant[i]));

		if (buf_append(&caps, before) != ERR_OK || buf_append_format(&caps, "GetCACaps%s", place + 2) != ERR_OK || buf_terminate(&caps) != ERR_OK ||
		    buf_append(&ca, before) != ERR_OK || buf_append_format(&ca, "GetCACert%s", place + 2) != ERR_OK || buf_terminate(&ca) != ERR_OK)
			verdict = verdict_from_err(ERR_MEMORY, detail);
		else if ((verdict = same_answer(suite, NULL, (const char *)caps.ptr, &suite->caps_reply, detail)) == VERDICT_PASS)
			verdict = same_answer(suite, NULL, (const char *)ca.ptr, &suite->ca_reply, detail);
		buf_clear(&caps);
		buf_clear(&ca);
	}
	return verdict;
}

enum verdict check_path(struct suite *suite, struct why *detail)
{
	enum verdict verdict = check_get_operations(suite, detail);

	if (verdict == VERDICT_PASS && (verdict = same_answer(suite, "/pkiclient.exe", "operation=GetCACert", &suite->ca_reply,
	    detail)) == VERDICT_PASS)
		verdict = same_answer(suite, "/", "operation=GetCACert", &suite->ca_reply, detail);
	return verdict;
}

/* POST the message of the standard failure in some other way: a CertRep must come back. */
static enum verdict post_otherwise(struct suite *suite, const char *query, const char *media_type, struct why *detail)
{
	const struct exchange *failure;
	struct web_reply reply = { 0 };
	struct scep_message *message = NULL;
	struct why why = { 0 };
	enum verdict verdict = suite_failure(suite, &failure, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	e = web_send(&(struct web_request){ .url = suite->options.url, .query = query, .is_post = true, .media_type = media_type,
		.body = buf_bytes(&failure->message),
		.timeout_s = suite->options.timeout_s, .ca_file = suite->options.ca_file }, &reply, detail);
	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	if (reply.status != 200 || scep_message_parse(buf_bytes(&reply.body), &message, &why) != ERR_OK)
		verdict = VERDICT_FAILED(detail, "POST ?%s as %s is answered by HTTP status %ld (%s)", query == NULL ? "" : query,
			media_type == NULL ? "no media type" : media_type, reply.status, (const char *)reply.media_type.ptr);
	scep_message_free(message);
	web_reply_clear(&reply);
	return verdict;
}

enum verdict check_post_operation(struct suite *suite, struct why *detail)
{
	static const char *const query[] = { NULL, "operation=", "operation=pkioperation", "operation=GetCACert", "message=&operation=PKIOperation" };
	enum verdict verdict = VERDICT_PASS;

	for (size_t i = 0; verdict == VERDICT_PASS && i < sizeof query / sizeof *query; i++)
		verdict = post_otherwise(suite, query[i], "application/x-pki-message", detail);
	return verdict;
}

enum verdict check_post_media_type(struct suite *suite, struct why *detail)
{
	static const char *const media_type[] = { NULL, "application/octet-stream", "application/x-www-form-urlencoded",
		"application/x-pki-message; charset=utf-8" };
	enum verdict verdict = VERDICT_PASS;

	NEEDS_PLAIN_HTTP(suite, detail);
	for (size_t i = 0; verdict == VERDICT_PASS && i < sizeof media_type / sizeof *media_type; i++)
		verdict = post_otherwise(suite, "operation=PKIOperation", media_type[i], detail);
	return verdict;
}

/* The ways in which clients write base64 into a URL. */
enum encoding { ENCODING_RAW, ENCODING_PADDING_ESCAPED, ENCODING_LINES, ENCODING_LAST_NEWLINE, ENCODING_URL_ALPHABET, ENCODING_NO_PADDING,
	ENCODING_ESCAPED_TWICE,
	ENCODING_MESSAGE_FIRST };
static const char *const encoding_name[] = { "with nothing escaped", "with = alone escaped", "in lines of 64 characters",
	"with a line feed at the end",
	"in the alphabet for URLs", "without padding", "escaped twice", "before operation" };
enum { ENCODING_COUNT = ENCODING_MESSAGE_FIRST + 1, LINE_LEN = 64 };

static enum err encode_character(enum encoding encoding, char c, size_t position, struct buf *out)
{
	enum err e = ERR_OK;

	switch (encoding) {
	case ENCODING_RAW:
		return buf_append_byte(out, (uint8_t)c);
	case ENCODING_PADDING_ESCAPED:
		return c == '=' ? buf_append_str(out, "%3D") : buf_append_byte(out, (uint8_t)c);
	case ENCODING_LINES:
		if (position > 0 && position % LINE_LEN == 0)
			e = buf_append_str(out, "%0A");
		return e == ERR_OK ? web_escape(bytes_from(&c, 1), out) : e;
	case ENCODING_URL_ALPHABET:
		return c == '+' ? buf_append_str(out, "-") : c == '/' ? buf_append_str(out, "_") : web_escape(bytes_from(&c, 1), out);
	case ENCODING_NO_PADDING:
		return c == '=' ? ERR_OK : web_escape(bytes_from(&c, 1), out);
	case ENCODING_ESCAPED_TWICE:
		return c == '+' ? buf_append_str(out, "%252B") : c == '/' ? buf_append_str(out, "%252F") : c == '=' ? buf_append_str(out, "%253D") :
			buf_append_byte(out, (uint8_t)c);
	case ENCODING_LAST_NEWLINE:
	case ENCODING_MESSAGE_FIRST:
		return web_escape(bytes_from(&c, 1), out);
	}
	return ERR_INTERNAL;
}

static enum err encode_query(enum encoding encoding, struct bytes message, struct buf *query)
{
	struct buf base64 = { 0 };
	enum err e = text_encode_base64(message, &base64);

	if (e == ERR_OK)
		e = buf_append_str(query, encoding == ENCODING_MESSAGE_FIRST ? "message=" : "operation=PKIOperation&message=");
	for (size_t i = 0; e == ERR_OK && i < base64.len; i++)
		e = encode_character(encoding, (char)base64.ptr[i], i, query);
	if (e == ERR_OK)
		e = buf_append_str(query, encoding == ENCODING_MESSAGE_FIRST ? "&operation=PKIOperation" : encoding == ENCODING_LAST_NEWLINE ? "%0A" : "");
	if (e == ERR_OK)
		e = buf_terminate(query);
	buf_clear(&base64);
	return e;
}

enum verdict check_get_encodings(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	for (int i = 0; verdict == VERDICT_PASS && i < ENCODING_COUNT; i++) {
		struct web_reply reply = { 0 };
		struct scep_message *message = NULL;
		struct buf query = { 0 };
		struct why why = { 0 };
		enum err e = encode_query((enum encoding)i, buf_bytes(&failure->message), &query);

		if (e == ERR_OK)
			e = suite_get(suite, NULL, (const char *)query.ptr, &reply, detail);
		if (e != ERR_OK)
			verdict = verdict_from_err(e, detail);
		else if (reply.status != 200 || scep_message_parse(buf_bytes(&reply.body), &message, &why) != ERR_OK)
			verdict = VERDICT_FAILED(detail, "message %s is answered by HTTP status %ld", encoding_name[i], reply.status);
		scep_message_free(message);
		buf_clear(&query);
		web_reply_clear(&reply);
	}
	return verdict;
}

/* A media type without its parameters, in small letters. */
static void bare_type(const struct web_reply *reply, char out[MAX_TYPE_LEN + 1])
{
	const char *type = reply->media_type.len > 0 ? (const char *)reply->media_type.ptr : "";
	size_t len = strcspn(type, "; \t"), i;

	for (i = 0; i < len && i < MAX_TYPE_LEN; i++)
		out[i] = (char)(type[i] >= 'A' && type[i] <= 'Z' ? type[i] | 0x20 : type[i]);
	out[i] = '\0';
}

static enum verdict expect_type(const char *what, const struct web_reply *reply, const char *expected, bool is_exact, struct why *detail)
{
	const char *sent = reply->media_type.len > 0 ? (const char *)reply->media_type.ptr : "";
	char bare[MAX_TYPE_LEN + 1];

	bare_type(reply, bare);
	return strcmp(is_exact ? sent : bare, expected) == 0 ? VERDICT_PASS :
		VERDICT_FAILED(detail, "the Content-Type of %s is \"%s\", not \"%s\"", what, sent, expected);
}

static enum verdict expect_types(struct suite *suite, bool is_exact, struct why *detail)
{
	const struct exchange *success, *failure;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict == VERDICT_PASS)
		verdict = expect_type("GetCACert", &suite->ca_reply, suite->ca_is_message ? "application/x-x509-ca-ra-cert" :
			"application/x-x509-ca-cert", is_exact, detail);
	if (verdict == VERDICT_PASS)
		verdict = expect_type("a FAILURE", &failure->web, "application/x-pki-message", is_exact, detail);
	if (verdict != VERDICT_PASS || (suite->options.challenge == NULL && !suite->options.is_open))
		return verdict;
	verdict = suite_success(suite, &success, detail);
	return verdict == VERDICT_PASS ? expect_type("a SUCCESS", &success->web, "application/x-pki-message", is_exact, detail) : verdict;
}

enum verdict check_media_types(struct suite *suite, struct why *detail)
{
	return expect_types(suite, false, detail);
}

enum verdict check_media_types_exact(struct suite *suite, struct why *detail)
{
	return expect_types(suite, true, detail);
}

enum verdict check_http_1_0(struct suite *suite, struct why *detail)
{
	struct web_reply reply = { 0 };
	enum verdict verdict = check_get_operations(suite, detail);
	enum err e;

	NEEDS_PLAIN_HTTP(suite, detail);
	if (verdict != VERDICT_PASS)
		return verdict;
	e = web_send(&(struct web_request){ .url = suite->options.url, .query = "operation=GetCACert", .is_http_1_0 = true,
		.timeout_s = suite->options.timeout_s }, &reply, detail);
	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	if (reply.status != 200)
		verdict = VERDICT_FAILED(detail, "the answer is HTTP status %ld", reply.status);
	else if (reply.is_chunked || !reply.has_length)
		verdict = VERDICT_FAILED(detail, "the answer %s", reply.is_chunked ? "is chunked" : "has no Content-Length");
	else if (!bytes_is_equal(buf_bytes(&reply.body), buf_bytes(&suite->ca_reply.body)))
		verdict = VERDICT_FAILED(detail, "the answer is another one than over HTTP/1.1");
	web_reply_clear(&reply);
	return verdict;
}

/* The message of the standard failure by GET, with a parameter in front that makes the target as long as wanted. */
static enum err send_long(const struct suite *suite, struct bytes message, size_t target_len, struct web_reply *reply, struct why *why)
{
	struct buf query = { 0 }, tail = { 0 };
	uint8_t *space;
	enum err e;

	if ((e = encode_query(ENCODING_LINES, message, &tail)) != ERR_OK || (e = buf_append_str(&query, "padding=")) != ERR_OK)
		goto out;
	if (tail.len + query.len + 1 < target_len) {
		size_t len = target_len - tail.len - query.len - 1;

		if ((e = buf_append_space(&query, len, &space)) != ERR_OK)
			goto out;
		memset(space, 'x', len);
	}
	if ((e = buf_append_str(&query, "&")) == ERR_OK && (e = buf_append(&query, buf_bytes(&tail))) == ERR_OK &&
	    (e = buf_terminate(&query)) == ERR_OK)
		e = suite_get(suite, NULL, (const char *)query.ptr, reply, why);
out:
	buf_clear(&query);
	buf_clear(&tail);
	return e;
}

enum verdict check_long_target(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	struct web_reply reply = { 0 };
	struct scep_message *message = NULL;
	struct why why = { 0 };
	enum verdict verdict = suite_failure(suite, &failure, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = send_long(suite, buf_bytes(&failure->message), LONG_TARGET_LEN, &reply, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	if (reply.status != 200 || scep_message_parse(buf_bytes(&reply.body), &message, &why) != ERR_OK)
		verdict = VERDICT_FAILED(detail, "a request target of %d bytes is answered by HTTP status %ld", LONG_TARGET_LEN, reply.status);
	scep_message_free(message);
	web_reply_clear(&reply);
	return verdict;
}

enum verdict check_too_long_target(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	struct web_reply reply = { 0 };
	struct scep_message *message = NULL;
	struct why why = { 0 };
	enum verdict verdict = suite_failure(suite, &failure, detail);
	bool is_served;

	NEEDS_PLAIN_HTTP(suite, detail);
	if (verdict != VERDICT_PASS)
		return verdict;
	if (send_long(suite, buf_bytes(&failure->message), TOO_LONG_TARGET_LEN, &reply, &why) != ERR_OK)
		return VERDICT_FAILED(detail, "a request target of %d bytes gets no answer: %s", TOO_LONG_TARGET_LEN, why.text);
	is_served = reply.status == 200 && scep_message_parse(buf_bytes(&reply.body), &message, &why) == ERR_OK;
	if (!is_served && (reply.status < 400 || reply.status >= 500))
		verdict = VERDICT_FAILED(detail, "a request target of %d bytes is answered by HTTP status %ld", TOO_LONG_TARGET_LEN, reply.status);
	scep_message_free(message);
	web_reply_clear(&reply);
	return verdict;
}

enum verdict check_http_status(struct suite *suite, struct why *detail)
{
	static const struct ask refused[] = {
		{ .secret = SECRET_WRONG },
		{ .secret = SECRET_WRONG, .craft = { .message_type = "18" } },
		{ .secret = SECRET_WRONG, .craft = { .oddities = CRAFT_BAD_SIGNATURE } },
		{ .secret = SECRET_WRONG, .has_bad_csr_signature = true },
	};
	enum verdict verdict = suite_can_ask(suite, detail);
	char answer[WHY_MAX_LEN];

	for (size_t i = suite->options.is_open ? 1 : 0; verdict == VERDICT_PASS && i < sizeof refused / sizeof *refused; i++) {
		struct exchange exchange = { 0 };
		enum err e = exchange_make(suite, &refused[i], &exchange, detail);

		if (e != ERR_OK)
			return verdict_from_err(e, detail);
		exchange_describe(&exchange, answer, sizeof answer);
		if (exchange.reply == NULL)
			verdict = VERDICT_FAILED(detail, "a refusal is answered by %s", answer);
		exchange_clear(&exchange);
	}
	return verdict;
}

/* POST what is no pkiMessage; GET what is no base64, and an operation that does not exist. */
static enum err send_nonsense(const struct suite *suite, int way, struct web_reply *reply, struct why *why)
{
	static const char *const query[] = { "operation=PKIOperation&message=!!!!", "operation=NoSuchOperation",
		"operation=PKIOperation&message=TUlJQg%3D%3D" };

	if (way < 3)
		return suite_get(suite, NULL, query[way], reply, why);
	return web_send(&(struct web_request){ .url = suite->options.url, .query = "operation=PKIOperation", .is_post = true,
		.media_type = "application/x-pki-message",
		.body = way == 3 ? bytes_from_str("this is no pkiMessage") : bytes_from("\x30\x80\x06\x01", 4), .timeout_s = suite->options.timeout_s,
		.ca_file = suite->options.ca_file }, reply, why);
}

enum { NONSENSE_COUNT = 5 };

enum verdict check_error_pages(struct suite *suite, struct why *detail)
{
	enum verdict verdict = VERDICT_PASS;

	for (int i = 0; verdict == VERDICT_PASS && i < NONSENSE_COUNT; i++) {
		struct web_reply reply = { 0 };
		char type[MAX_TYPE_LEN + 1];
		enum err e = send_nonsense(suite, i, &reply, detail);

		if (e != ERR_OK)
			return verdict_from_err(e, detail);
		bare_type(&reply, type);
		if (strcmp(type, "text/html") == 0)
			verdict = VERDICT_FAILED(detail, "an error is reported as an HTML page, HTTP status %ld", reply.status);
		web_reply_clear(&reply);
	}
	return verdict;
}

enum verdict check_no_message(struct suite *suite, struct why *detail)
{
	enum verdict verdict = VERDICT_PASS;

	for (int i = 0; verdict == VERDICT_PASS && i < NONSENSE_COUNT; i++) {
		struct web_reply reply = { 0 };
		char type[MAX_TYPE_LEN + 1];
		enum err e = send_nonsense(suite, i, &reply, detail);

		if (e != ERR_OK)
			return verdict_from_err(e, detail);
		bare_type(&reply, type);
		if (reply.status < 400 || reply.status >= 500 || strcmp(type, "text/plain") != 0)
			verdict = VERDICT_FAILED(detail, "what is no pkiMessage is answered by HTTP status %ld (%s)", reply.status, type);
		web_reply_clear(&reply);
	}
	return verdict;
}

enum verdict check_no_cache(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	const struct web_reply *reply[3] = { &suite->caps_reply, &suite->ca_reply };
	enum verdict verdict = suite_failure(suite, &failure, detail);
	char value[256];

	NEEDS_PLAIN_HTTP(suite, detail);
	if (verdict != VERDICT_PASS)
		return verdict;
	reply[2] = &failure->web;
	for (size_t i = 0; i < 3; i++)
		if (!web_reply_header(reply[i], "Cache-Control", value, sizeof value) ||
		    (strstr(value, "no-store") == NULL && strstr(value, "no-cache") == NULL))
			return VERDICT_FAILED(detail, "%s has no Cache-Control that forbids storing", i == 0 ? "GetCACaps" : i == 1 ? "GetCACert" : "PKIOperation");
	return VERDICT_PASS;
}

enum verdict check_plain_http(struct suite *suite, struct why *detail)
{
	NEEDS_PLAIN_HTTP(suite, detail);
	return check_get_operations(suite, detail);
}
