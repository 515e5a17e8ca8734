#include <config.h>

#include "scep/caps.h"

#include <stddef.h>

/* RFC 8894 section 3.5.2, table 7, in the order in which they are listed; SHA-384 is not in the table (strongSwan 5.9.8 wants it). */
static const struct keyword {
	const char *word;
	size_t offset; /* of the bool in struct scep_caps */
} keywords[] = {
	{ "AES", offsetof(struct scep_caps, aes) },
	{ "DES3", offsetof(struct scep_caps, des3) },
	{ "GetNextCACert", offsetof(struct scep_caps, next_ca) },
	{ "POSTPKIOperation", offsetof(struct scep_caps, post) },
	{ "Renewal", offsetof(struct scep_caps, renewal) },
	{ "SCEPStandard", offsetof(struct scep_caps, scep_standard) },
	{ "SHA-1", offsetof(struct scep_caps, sha1) },
	{ "SHA-256", offsetof(struct scep_caps, sha256) },
	{ "SHA-384", offsetof(struct scep_caps, sha384) },
	{ "SHA-512", offsetof(struct scep_caps, sha512) },
};

enum { KEYWORD_COUNT = sizeof(keywords) / sizeof(keywords[0]) };

struct scep_caps scep_caps_make(const struct cipher_list *ciphers, const struct digest_list *digests, bool renewal, bool next_ca)
{
	struct scep_caps caps = {
		.post = true,
		.renewal = renewal,
		.next_ca = next_ca,
		.aes = cipher_list_has(ciphers, CIPHER_AES128_CBC),
		.des3 = cipher_list_has(ciphers, CIPHER_DES3_CBC),
		.sha1 = digest_list_has(digests, DIGEST_SHA1),
		.sha256 = digest_list_has(digests, DIGEST_SHA256),
		.sha384 = digest_list_has(digests, DIGEST_SHA384),
		.sha512 = digest_list_has(digests, DIGEST_SHA512),
	};

	caps.scep_standard = caps.aes && caps.sha256 && caps.post;
	return caps;
}

enum err scep_caps_encode(const struct scep_caps *caps, struct buf *out)
{
	enum err e;

	for (size_t i = 0; i < KEYWORD_COUNT; i++) {
		if (!*(const bool *)((const char *)caps + keywords[i].offset))
			continue;
		if ((e = buf_append_str(out, keywords[i].word)) != ERR_OK || (e = buf_append_byte(out, '\n')) != ERR_OK)
			return e;
	}
	return ERR_OK;
}

static void take_keyword(struct bytes word, struct scep_caps *caps)
{
	for (size_t i = 0; i < KEYWORD_COUNT; i++) {
		if (bytes_is_str(word, keywords[i].word))
			*(bool *)((char *)caps + keywords[i].offset) = true;
	}
}

struct scep_caps scep_caps_parse(struct bytes text)
{
	struct scep_caps caps = { 0 };
	size_t start = 0;

	for (size_t i = 0; i <= text.len; i++) {
		if (i < text.len && text.ptr[i] != '\r' && text.ptr[i] != '\n')
			continue;
		take_keyword(bytes_from(text.ptr + start, i - start), &caps);
		start = i + 1;
	}
	return caps;
}
