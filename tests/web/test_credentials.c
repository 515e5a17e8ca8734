#include <config.h>

#include "web/credentials.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "support/unit.h"

#define TOKEN "sgt_0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"
#define NAME_64 "a123456789a123456789a123456789a123456789a123456789a123456789a123"

/* What a case sends: a scheme, and either what follows it or the pair that is to be base64. */
static enum err parse(const char *text, struct bytes pair, struct credentials *out, struct why *why)
{
	struct buf value = { 0 };
	enum err e;

	*why = (struct why){ 0 };
	if (buf_append_str(&value, text) != ERR_OK || (pair.len > 0 && text_encode_base64(pair, &value) != ERR_OK))
		abort();
	e = credentials_parse(buf_bytes(&value), out, why);
	buf_clear(&value);
	return e;
}

static void check_good(struct credentials *got, const char *token, const char *name)
{
	UNIT_BYTES(bytes_from_str(token), buf_bytes(&got->token));
	UNIT_BYTES(bytes_from_str(name), buf_bytes(&got->name));
	if (got->name.len > 0)
		CU_ASSERT_STRING_EQUAL(name, (const char *)got->name.ptr);
	credentials_clear(got);
	CU_ASSERT_PTR_NULL(got->token.ptr);
}

static void bearer(void)
{
	static const struct {
		const char *value, *token;
	} rows[] = {
		{ "Bearer " TOKEN, TOKEN }, { "bearer " TOKEN, TOKEN }, { "BEARER   " TOKEN, TOKEN }, { "Bearer " TOKEN "  ", TOKEN }, { "Bearer x", "x" },
		{ "Bearer a:b\\c", "a:b\\c" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct credentials got = { 0 };
		struct why why;

		unit_row(rows[i].value);
		UNIT_ERR(ERR_OK, parse(rows[i].value, (struct bytes){ NULL, 0 }, &got, &why));
		check_good(&got, rows[i].token, "");
	}
	unit_row(NULL);
}

static void basic(void)
{
	static const struct {
		const char *pair, *token, *name;
	} rows[] = {
		{ "jamf:" TOKEN, TOKEN, "jamf" }, { "CORP\\jamf:" TOKEN, TOKEN, "jamf" }, { "\\jamf:" TOKEN, TOKEN, "jamf" }, { "a\\b\\jamf:" TOKEN, TOKEN, "jamf" },
		{ "jamf:a:b", "a:b", "jamf" }, { "jamf:a\\b", "a\\b", "jamf" }, { NAME_64 ":x", "x", NAME_64 },
	};
	static const char *const schemes[] = { "Basic ", "basic ", "BASIC  " };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		for (size_t j = 0; j < sizeof schemes / sizeof schemes[0]; j++) {
			struct credentials got = { 0 };
			struct why why;

			unit_row(rows[i].pair);
			UNIT_ERR(ERR_OK, parse(schemes[j], bytes_from_str(rows[i].pair), &got, &why));
			check_good(&got, rows[i].token, rows[i].name);
		}
	unit_row(NULL);
}

static void refused(void)
{
	static const struct {
		const char *text, *pair;
	} rows[] = {
		{ "", "" }, { " ", "" }, { "Bearer", "" }, { "Bearer ", "" }, { "Bearer a b", "" }, { "Bearer a\tb", "" }, { "Bearer\t" TOKEN, "" }, { "Bearer a\x7f", "" }, { "Bearer \xc3\xa4", "" },
		{ TOKEN, "" }, { "Token " TOKEN, "" }, { "NTLM TlRMTVNTUAAB", "" }, { "Negotiate YII=", "" }, { "Digest username=\"jamf\"", "" },
		{ "Basic", "" }, { "Basic ", "" }, { "Basic !!!!", "" }, { "Basic amFtZg==x", "" },
		{ "Basic ", "jamf" }, { "Basic ", ":" TOKEN }, { "Basic ", "jamf:" }, { "Basic ", "CORP\\:" TOKEN }, { "Basic ", "jamf\\CORP\\:x" }, { "Basic ", "Jamf:" TOKEN },
		{ "Basic ", "ja mf:" TOKEN }, { "Basic ", "jamf@corp:" TOKEN }, { "Basic ", NAME_64 "x:" TOKEN }, { "Basic ", TOKEN ":" TOKEN }, { "Basic ", "jamf:a b" },
		{ "Basic ", "jamf:a\n" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct credentials got = { 0 };
		struct why why;

		unit_row(rows[i].pair[0] != '\0' ? rows[i].pair : rows[i].text);
		UNIT_ERR(ERR_HTTP_CREDENTIALS, parse(rows[i].text, bytes_from_str(rows[i].pair), &got, &why));
		CU_ASSERT_EQUAL(0, got.token.len + got.name.len);
		CU_ASSERT_TRUE(why.text[0] != '\0');
		/* Nothing of what was sent. */
		CU_ASSERT_PTR_NULL(strstr(why.text, "jamf"));
		CU_ASSERT_PTR_NULL(strstr(why.text, "sgt_"));
		credentials_clear(&got);
	}
	unit_row(NULL);
}

static void nul_octets(void)
{
	struct credentials got = { 0 };
	struct why why;

	UNIT_ERR(ERR_HTTP_CREDENTIALS, parse("Basic ", bytes_from("ja\0mf:x", 7), &got, &why));
	UNIT_ERR(ERR_HTTP_CREDENTIALS, parse("Basic ", bytes_from("jamf:x\0y", 8), &got, &why));
	UNIT_ERR(ERR_HTTP_CREDENTIALS, parse("Basic ", bytes_from("\0\\jamf:", 7), &got, &why));
}

static void limits(void)
{
	char token[CREDENTIALS_MAX_TOKEN_LEN + 8] = "", field[CREDENTIALS_MAX_HEADER_LEN + 8] = "Bearer x";
	struct credentials got = { 0 };
	struct why why = { 0 };

	memcpy(token, "Bearer ", 7);
	memset(token + 7, 'x', CREDENTIALS_MAX_TOKEN_LEN);
	UNIT_ERR(ERR_OK, credentials_parse(bytes_from(token, 7 + CREDENTIALS_MAX_TOKEN_LEN), &got, &why));
	CU_ASSERT_EQUAL(CREDENTIALS_MAX_TOKEN_LEN, got.token.len);
	credentials_clear(&got);
	token[7 + CREDENTIALS_MAX_TOKEN_LEN] = 'x';
	UNIT_ERR(ERR_HTTP_CREDENTIALS, credentials_parse(bytes_from(token, 7 + CREDENTIALS_MAX_TOKEN_LEN + 1), &got, &why));
	memset(field + 8, ' ', sizeof field - 8);
	UNIT_ERR(ERR_OK, credentials_parse(bytes_from(field, CREDENTIALS_MAX_HEADER_LEN), &got, &why));
	credentials_clear(&got);
	UNIT_ERR(ERR_HTTP_CREDENTIALS, credentials_parse(bytes_from(field, CREDENTIALS_MAX_HEADER_LEN + 1), &got, &why));
}

static const struct unit_case cases[] = {
	{ "a Bearer token is taken as it stands (RFC 6750 section 2.1)", bearer },
	{ "Basic brings the token's name and the token; a Windows domain before the name is left out (RFC 7617 section 2)", basic },
	{ "everything else is refused, and what is said of it holds nothing of it", refused },
	{ "a NUL is not taken, neither in the name nor in the token", nul_octets },
	{ "the longest token and the longest field are taken, one octet more is not", limits }
};

UNIT_MAIN("credentials", cases)
