#include <config.h>

#include "pki/ext.h"

#include <string.h>

/* GeneralNames from a text that says of each what it is: "DNS:a.example, UPN:b@example". */

static bool is_word(struct bytes word, enum san_type type)
{
	const char *prefix = san_type_prefix(type);
	char printed[16];
	size_t len = strlen(prefix) - 1; /* without the colon */

	memcpy(printed, prefix, len);
	printed[len] = '\0';
	return bytes_is_str_nocase(word, printed) || bytes_is_str_nocase(word, san_type_name(type));
}

/* A word and a colon. @param prefix_len out: of both. @return false when the text does not begin with a type; for SAN_OTHER too, which has no text. */
static bool read_type(struct bytes text, enum san_type *type, size_t *prefix_len)
{
	static const enum san_type types[] = { SAN_DNS, SAN_EMAIL, SAN_IP, SAN_URI, SAN_UPN, SAN_DIRECTORY_NAME, SAN_REGISTERED_ID };
	const uint8_t *colon = text.len == 0 ? NULL : memchr(text.ptr, ':', text.len);

	for (size_t i = 0; colon != NULL && i < sizeof types / sizeof types[0]; i++)
		if (is_word(bytes_from(text.ptr, (size_t)(colon - text.ptr)), types[i])) {
			*type = types[i];
			*prefix_len = (size_t)(colon - text.ptr) + 1;
			return true;
		}
	return false;
}

enum err san_encode_typed_text(struct bytes text, struct buf *out, struct why *why)
{
	enum san_type type;
	size_t prefix_len;

	if (!read_type(text, &type, &prefix_len))
		return why_set(why, ERR_VALUE, "a name begins with its type and a colon: DNS, email, IP, URI, UPN, DirName or RID");
	return san_encode_text(type, bytes_from(text.ptr + prefix_len, text.len - prefix_len), out, why);
}

/* Does another name begin behind the comma at `at`? @param next out: where. */
static bool begins_name(struct bytes text, size_t at, enum san_type type, size_t *next)
{
	size_t start = at + 1, prefix_len;
	enum san_type following;

	while (start < text.len && text.ptr[start] == ' ')
		start++;
	*next = start;
	if (type != SAN_URI && type != SAN_DIRECTORY_NAME)
		return true;
	/* No attribute of a directoryName begins so; a URI can, but has no blanks. */
	return (type == SAN_DIRECTORY_NAME || start > at + 1) && read_type(bytes_from(text.ptr + start, text.len - start), &following, &prefix_len);
}

/* How long is the name that the text begins with? @param next out: where the next one begins; 0 when it was the last. */
static size_t measure_name(struct bytes text, size_t *next)
{
	enum san_type type = SAN_OTHER;
	size_t at = 0;

	(void)read_type(text, &type, &at);
	for (; at < text.len; at++)
		if (text.ptr[at] == '\\' && type == SAN_DIRECTORY_NAME)
			at++;
		else if (text.ptr[at] == ',' && begins_name(text, at, type, next))
			return at;
	*next = 0;
	return text.len;
}

enum err san_parse_text(struct bytes text, struct buf *out, struct why *why)
{
	struct buf elements = { 0 };
	size_t count = 0, len, next;
	enum err e;

	do {
		if (count++ == EXT_MAX_SAN) {
			e = why_set(why, ERR_VALUE, "there are more than %d names", EXT_MAX_SAN);
			goto out;
		}
		len = measure_name(text, &next);
		if ((e = san_encode_typed_text(bytes_from(text.ptr, len), &elements, why)) != ERR_OK)
			goto out;
		text = bytes_from(text.ptr + next, text.len - next);
	} while (next > 0);
	e = buf_append(out, buf_bytes(&elements));
out:
	buf_clear(&elements);
	return e;
}
