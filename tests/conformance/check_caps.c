#include <config.h>

#include "conformance/checks.h"

#include <string.h>

#include "conformance/suite.h"

enum { MAX_CAPS_LEN = 1023, MAX_WORD_LEN = 64 };

/* The registry of capabilities (RFC 8894 section 3.5.2, table 7). */
static const char *const registered[] = { "AES", "DES3", "GetNextCACert", "POSTPKIOperation", "Renewal", "SCEPStandard", "SHA-1", "SHA-256",
	"SHA-512" };
enum { REGISTERED_COUNT = sizeof registered / sizeof *registered };

/* Take the next line, without CR; false at the end. The line feed behind the last line starts no further one. */
static bool next_line(struct bytes *text, struct bytes *line)
{
	const uint8_t *end;
	size_t len;

	if (text->len == 0)
		return false;
	end = memchr(text->ptr, '\n', text->len);
	len = end == NULL ? text->len : (size_t)(end - text->ptr);
	*line = bytes_from(text->ptr, len);
	*text = end == NULL ? (struct bytes){ 0 } : bytes_from(end + 1, text->len - len - 1);
	if (line->len > 0 && line->ptr[line->len - 1] == '\r')
		line->len--;
	return true;
}

enum verdict check_caps_served(struct suite *suite, struct why *detail)
{
	return suite->has_caps ? VERDICT_PASS : VERDICT_FAILED(detail, "%s", suite->caps_why.text);
}

/* Whoever supports nothing says so by an empty message or an HTTP error; a page for people would be read as keywords. */
enum verdict check_caps_or_nothing(struct suite *suite, struct why *detail)
{
	const struct web_reply *reply = &suite->caps_reply;
	struct bytes text = buf_bytes(&reply->body), line;

	if (reply->status == 0)
		return check_caps_served(suite, detail);
	if (reply->status >= 400 || text.len == 0)
		return VERDICT_PASS;
	while (next_line(&text, &line))
		for (size_t i = 0; i < REGISTERED_COUNT; i++)
			if (bytes_is_str(line, registered[i]))
				return VERDICT_PASS;
	return VERDICT_FAILED(detail, "HTTP status %ld and %zu bytes, with no keyword among them", reply->status, reply->body.len);
}

enum verdict check_caps_words(struct suite *suite, struct why *detail)
{
	struct bytes text = buf_bytes(&suite->caps_reply.body), line;
	enum verdict verdict = check_caps_served(suite, detail);

	while (verdict == VERDICT_PASS && next_line(&text, &line)) {
		for (size_t i = 0; i < line.len; i++)
			if (line.ptr[i] <= ' ' || line.ptr[i] > '~' || line.ptr[i] == ',')
				return VERDICT_FAILED(detail, "the line \"%.*s\" is not one keyword", (int)line.len, (const char *)line.ptr);
		for (size_t i = 0; i < REGISTERED_COUNT; i++)
			if (bytes_is_str_nocase(line, registered[i]) && !bytes_is_str(line, registered[i]))
				return VERDICT_FAILED(detail, "\"%.*s\" is not in the case of \"%s\"", (int)line.len, (const char *)line.ptr, registered[i]);
	}
	return verdict;
}

/* A request with these algorithms must not be refused for them. With a challenge it must succeed. */
static enum verdict try_algorithms(struct suite *suite, enum cipher cipher, enum digest digest, struct why *detail)
{
	bool can_enrol = suite->options.challenge != NULL || suite->options.is_open;
	struct ask ask = { .secret = can_enrol ? SECRET_GOOD : SECRET_WRONG, .cipher = cipher, .craft = { .digest = digest } };
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict = VERDICT_PASS;
	enum err e = exchange_make(suite, &ask, &exchange, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (can_enrol ? !exchange_is_status(&exchange, PKI_STATUS_SUCCESS) : exchange.reply == NULL || exchange.reply->fail_info == FAIL_BAD_ALG)
		verdict = VERDICT_FAILED(detail, "%s with %s is answered by %s", cipher_name(cipher), digest_name(digest), answer);
	else if (can_enrol)
		verdict = verdict_from_err(exchange_open(suite, &exchange, detail), detail);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_caps_true(struct suite *suite, struct why *detail)
{
	const struct scep_caps *caps = &suite->caps;
	bool aes = caps->aes || caps->scep_standard, sha256 = caps->sha256 || caps->scep_standard;
	const struct { bool is_said; enum cipher cipher; enum digest digest; } said[] = {
		{ aes && sha256, CIPHER_AES128_CBC, DIGEST_SHA256 },
		{ aes && caps->sha512, CIPHER_AES128_CBC, DIGEST_SHA512 },
		{ aes && caps->sha384, CIPHER_AES128_CBC, DIGEST_SHA384 },
		{ aes && caps->sha1, CIPHER_AES128_CBC, DIGEST_SHA1 },
		{ caps->des3 && sha256, CIPHER_DES3_CBC, DIGEST_SHA256 },
		{ caps->des3 && caps->sha1, CIPHER_DES3_CBC, DIGEST_SHA1 },
	};
	enum verdict verdict = check_caps_served(suite, detail);

	if (verdict == VERDICT_PASS)
		verdict = suite_can_ask(suite, detail);
	for (size_t i = 0; verdict == VERDICT_PASS && i < sizeof said / sizeof *said; i++)
		if (said[i].is_said)
			verdict = try_algorithms(suite, said[i].cipher, said[i].digest, detail);
	return verdict;
}

/* The two that RFC 8894 section 2.9 keeps for old clients. Who advertises neither wants neither. */
enum verdict check_caps_enforced(struct suite *suite, struct why *detail)
{
	enum verdict verdict = check_caps_served(suite, detail);

	if (verdict == VERDICT_PASS)
		verdict = suite_can_enrol(suite, detail);
	if (verdict == VERDICT_PASS && suite->caps.des3 && suite->caps.sha1)
		return VERDICT_SKIPPED(detail, "3DES and SHA-1 are both advertised");
	if (verdict == VERDICT_PASS && !suite->caps.des3)
		verdict = exchange_must_refuse(suite, &(struct ask){ .cipher = CIPHER_DES3_CBC }, detail);
	if (verdict == VERDICT_PASS && !suite->caps.sha1)
		verdict = exchange_must_refuse(suite, &(struct ask){ .craft = { .digest = DIGEST_SHA1 } }, detail);
	return verdict;
}

enum verdict check_caps_individually(struct suite *suite, struct why *detail)
{
	enum verdict verdict = check_caps_served(suite, detail);

	if (verdict == VERDICT_PASS && !(suite->caps.aes && suite->caps.sha256 && suite->caps.post))
		verdict = VERDICT_FAILED(detail, "not listed:%s%s%s", suite->caps.aes ? "" : " AES", suite->caps.sha256 ? "" : " SHA-256",
			suite->caps.post ? "" : " POSTPKIOperation");
	return verdict;
}

/* Registered, private with a domain name in front, or SHA-384, which strongSwan 5.9.8 looks for. */
static bool is_acceptable(struct bytes line)
{
	const uint8_t *dash = memchr(line.ptr, '-', line.len);

	for (size_t i = 0; i < REGISTERED_COUNT; i++)
		if (bytes_is_str(line, registered[i]))
			return true;
	return bytes_is_str(line, "SHA-384") || (dash != NULL && memchr(line.ptr, '.', (size_t)(dash - line.ptr)) != NULL);
}

enum verdict check_caps_registered(struct suite *suite, struct why *detail)
{
	struct bytes text = buf_bytes(&suite->caps_reply.body), line;
	enum verdict verdict = check_caps_served(suite, detail);

	while (verdict == VERDICT_PASS && next_line(&text, &line))
		if (line.len > 0 && !is_acceptable(line))
			verdict = VERDICT_FAILED(detail, "\"%.*s\" is neither registered nor private with a domain name",
				(int)(line.len < MAX_WORD_LEN ? line.len : MAX_WORD_LEN),
				(const char *)line.ptr);
	return verdict;
}

enum verdict check_caps_media_type(struct suite *suite, struct why *detail)
{
	const char *type = suite->caps_reply.media_type.len > 0 ? (const char *)suite->caps_reply.media_type.ptr : "";
	enum verdict verdict = check_caps_served(suite, detail);

	if (verdict == VERDICT_PASS && (strncmp(type, "text/plain", 10) != 0 || (type[10] != '\0' && type[10] != ';' && type[10] != ' ')))
		verdict = VERDICT_FAILED(detail, "the Content-Type is \"%s\"", type);
	return verdict;
}

enum verdict check_caps_size(struct suite *suite, struct why *detail)
{
	struct bytes text = buf_bytes(&suite->caps_reply.body), line;
	enum verdict verdict = check_caps_served(suite, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	if (text.len > MAX_CAPS_LEN)
		return VERDICT_FAILED(detail, "the list has %zu bytes", text.len);
	while (next_line(&text, &line))
		if (line.len == 0)
			return VERDICT_FAILED(detail, "there is an empty line");
	return VERDICT_PASS;
}
