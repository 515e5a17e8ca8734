#include <config.h>

#include "policy/hostile.h"

#include <string.h>

#include "base/text.h"

enum { HOST_LABEL_MAX_LEN = 63, HOST_NAME_MAX_LEN = 253 };

const char *hostile_text(struct bytes text)
{
	if (text_has_control(text))
		return "control characters";
	/* U+200E, U+200F, U+2028 to U+202E are E2 80 8E, 8F, A8 to AE; U+2066 to U+2069 are E2 81 A6 to A9. */
	for (size_t i = 0; i + 2 < text.len; i++) {
		const uint8_t *at = text.ptr + i;

		if (at[0] != 0xe2)
			continue;
		if ((at[1] == 0x80 && (at[2] == 0x8e || at[2] == 0x8f || (at[2] >= 0xa8 && at[2] <= 0xae))) || (at[1] == 0x81 && at[2] >= 0xa6 && at[2] <= 0xa9))
			return "characters that turn the direction or break the line";
	}
	return NULL;
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
	case SAN_UPN:
	case SAN_DIRECTORY_NAME:
	case SAN_EMAIL:
	case SAN_URI:
	case SAN_REGISTERED_ID:
	case SAN_OTHER:
		return NULL;
	}
	return NULL;
}
