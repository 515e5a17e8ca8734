#include <config.h>

#include "web/credentials.h"

#include <string.h>

#include "base/text.h"

void credentials_clear(struct credentials *credentials)
{
	buf_clear(&credentials->token);
	buf_clear(&credentials->name);
}

static bool is_token(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] <= ' ' || text.ptr[i] >= 0x7f)
			return false;
	return text.len > 0 && text.len <= CREDENTIALS_MAX_TOKEN_LEN;
}

static enum err take_token(struct bytes token, struct credentials *out, struct why *why)
{
	if (!is_token(token))
		return why_set(why, ERR_HTTP_CREDENTIALS, "the token in the Authorization field is empty, too long or not of printable characters");
	return buf_append(&out->token, token);
}

/* "user:password" (RFC 7617 section 2): the password may hold colons. */
static enum err take_pair(struct bytes pair, struct credentials *out, struct why *why)
{
	const uint8_t *colon = pair.len == 0 ? NULL : memchr(pair.ptr, ':', pair.len), *backslash;
	struct bytes user;
	enum err e;

	if (colon == NULL)
		return why_set(why, ERR_HTTP_CREDENTIALS, "the Basic credentials have no colon");
	user = bytes_from(pair.ptr, (size_t)(colon - pair.ptr));
	if (user.len > 0 && (backslash = memrchr(user.ptr, '\\', user.len)) != NULL)
		user = bytes_from(backslash + 1, (size_t)(colon - backslash) - 1);
	if (!text_is_name(user))
		return why_set(why, ERR_HTTP_CREDENTIALS, "the user of the Basic credentials is not the name of a token");
	if ((e = take_token(bytes_from(colon + 1, pair.len - (size_t)(colon + 1 - pair.ptr)), out, why)) != ERR_OK || (e = buf_append(&out->name, user)) != ERR_OK)
		return e;
	return buf_terminate(&out->name);
}

static enum err take_basic(struct bytes base64, struct credentials *out, struct why *why)
{
	struct buf pair = { 0 };
	enum err e;

	e = text_decode_base64(base64, &pair);
	if (e == ERR_OK)
		e = take_pair(buf_bytes(&pair), out, why);
	else if (e == ERR_TEXT)
		e = why_set(why, ERR_HTTP_CREDENTIALS, "the Basic credentials are not base64");
	buf_clear(&pair);
	return e;
}

/* Scheme and what follows it (RFC 9110 section 11.4). */
static enum err split_scheme(struct bytes authorization, struct bytes *scheme, struct bytes *rest, struct why *why)
{
	size_t len = authorization.len, at = 0;

	if (len == 0)
		return why_set(why, ERR_HTTP_CREDENTIALS, "the request has no Authorization field, or the web server does not pass it on");
	if (len > CREDENTIALS_MAX_HEADER_LEN)
		return why_set(why, ERR_HTTP_CREDENTIALS, "the Authorization field has more than %d octets", CREDENTIALS_MAX_HEADER_LEN);
	while (len > 0 && authorization.ptr[len - 1] == ' ')
		len--;
	while (at < len && authorization.ptr[at] != ' ')
		at++;
	*scheme = bytes_from(authorization.ptr, at);
	while (at < len && authorization.ptr[at] == ' ')
		at++;
	*rest = bytes_from(authorization.ptr + at, len - at);
	return ERR_OK;
}

enum err credentials_parse(struct bytes authorization, struct credentials *out, struct why *why)
{
	struct credentials made = { 0 };
	struct bytes scheme, rest;
	enum err e;

	if ((e = split_scheme(authorization, &scheme, &rest, why)) != ERR_OK)
		return e;
	if (bytes_is_str_nocase(scheme, "bearer"))
		e = take_token(rest, &made, why);
	else if (bytes_is_str_nocase(scheme, "basic"))
		e = take_basic(rest, &made, why);
	else
		e = why_set(why, ERR_HTTP_CREDENTIALS, "the Authorization field has another scheme than Basic and Bearer");
	if (e == ERR_OK) {
		*out = made;
		made = (struct credentials){ 0 };
	}
	credentials_clear(&made);
	return e;
}
