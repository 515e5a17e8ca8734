#include <config.h>

#include "policy/hostile.h"

#include <string.h>

#include "base/text.h"

enum { HOST_LABEL_MAX_LEN = 63, HOST_NAME_MAX_LEN = 253 };

const char *hostile_text(struct bytes text)
{
	if (text_has_control(text))
		return "control characters";
	return text_has_invisible(text) ? "invisible characters" : NULL;
}

/* RFC 1034 section 3.5 as RFC 1123 section 2.1 loosens it; underscores too, which devices use. One dot at the end is none of a host name in a certificate. */
static bool is_host_name(struct bytes name)
{
	size_t label_len = 0;

	if (name.len == 0 || name.len > HOST_NAME_MAX_LEN)
		return false;
	for (size_t i = 0; i < name.len; i++) {
		uint8_t c = name.ptr[i];
		bool is_alphanumeric = (c >= '0' && c <= '9') || (c >= 'A' && c <= 'Z') || (c >= 'a' && c <= 'z') || c == '_';

		if (c == '.') {
			if (label_len == 0 || name.ptr[i - 1] == '-')
				return false;
			label_len = 0;
		} else if (!is_alphanumeric && (c != '-' || label_len == 0)) {
			return false;
		} else if (++label_len > HOST_LABEL_MAX_LEN) {
			return false;
		}
	}
	return label_len > 0 && name.ptr[name.len - 1] != '-';
}

static bool has_one_of(struct bytes text, const char *characters)
{
	for (const char *at = characters; *at != '\0'; at++)
		if (memchr(text.ptr, *at, text.len) != NULL)
			return true;
	return false;
}

/* One '@' with something on both sides. */
static bool has_two_sides(struct bytes text)
{
	const uint8_t *at = text.len == 0 ? NULL : memchr(text.ptr, '@', text.len);
	size_t before;

	if (at == NULL)
		return false;
	before = (size_t)(at - text.ptr);
	return before > 0 && before + 1 < text.len && memchr(at + 1, '@', text.len - before - 1) == NULL;
}

const char *hostile_san(const struct san *san)
{
	static const uint8_t mapped[12] = { 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xff, 0xff };

	switch (san->type) {
	case SAN_DNS:
		if (memchr(san->value.ptr, '*', san->value.len) != NULL)
			return "a wildcard";
		return is_host_name(san->value) ? NULL : "no host name";
	case SAN_IP:
		return san->value.len == 16 && memcmp(san->value.ptr, mapped, sizeof mapped) == 0 ? "an IPv4-mapped address" : NULL;
	case SAN_EMAIL:
		/* A mail program could take these for a second address, or for an address behind a name. Blanks do not get past san_parse(). */
		return !has_two_sides(san->value) || has_one_of(san->value, ",<>\"") ? "no e-mail address" : NULL;
	case SAN_UPN:
		/* With a comma, its text could read as that of several names. */
		return !has_two_sides(san->value) || has_one_of(san->value, ",<>\"") ? "no user principal name" : NULL;
	case SAN_DIRECTORY_NAME:
	case SAN_URI:
	case SAN_REGISTERED_ID:
	case SAN_OTHER:
		return NULL;
	}
	return NULL;
}
