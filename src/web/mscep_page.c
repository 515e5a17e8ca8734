#include <config.h>

#include "web/mscep_page.h"

#include <string.h>

#include "base/text.h"
#include "pki/crypto.h"

#define PAGE_TITLE "Network Device Enrollment Service"
#define PAGE_START "<HTML><HEAD><TITLE>" PAGE_TITLE "</TITLE></HEAD><BODY><P> " PAGE_TITLE ": certificates for devices by the Simple Certificate Enrolment Protocol (SCEP). </P><P> "
#define PAGE_END " </P></BODY></HTML>"

enum { GROUP_LEN = 4 /* octets */ };

static const struct {
	const char *name, *media_type;
} encodings[] = {
	[MSCEP_UTF_16LE_BOM] = { "utf-16le-bom", "text/html; charset=utf-16" },
	[MSCEP_UTF_16LE] = { "utf-16le", "text/html; charset=utf-16le" },
	[MSCEP_UTF_8] = { "utf-8", "text/html; charset=utf-8" },
};

enum mscep_encoding mscep_encoding_from_name(const char *name)
{
	for (size_t i = 0; i < sizeof encodings / sizeof encodings[0]; i++)
		if (strcmp(encodings[i].name, name) == 0)
			return (enum mscep_encoding)i;
	return MSCEP_UTF_16LE_BOM;
}

const char *mscep_page_media_type(enum mscep_encoding encoding)
{
	return encodings[encoding].media_type;
}

/* The page is ASCII, so each octet of it is one code unit. */
static enum err encode(struct bytes ascii, enum mscep_encoding encoding, struct buf *out)
{
	uint8_t *at;
	enum err e;

	if (encoding == MSCEP_UTF_8)
		return buf_append(out, ascii);
	if (encoding == MSCEP_UTF_16LE_BOM && (e = buf_append_str(out, "\xff\xfe")) != ERR_OK)
		return e;
	if ((e = buf_append_space(out, 2 * ascii.len, &at)) != ERR_OK)
		return e;
	for (size_t i = 0; i < ascii.len; i++) {
		at[2 * i] = ascii.ptr[i];
		at[2 * i + 1] = 0;
	}
	return ERR_OK;
}

/* "A656FA66 AB12B433 A2DA5CF7 CC153D9A" */
static enum err append_groups(struct bytes digest, struct buf *page)
{
	enum err e = ERR_OK;

	for (size_t at = 0; at < digest.len && e == ERR_OK; at += GROUP_LEN)
		if (at == 0 || (e = buf_append_byte(page, ' ')) == ERR_OK)
			e = text_encode_hex_upper(bytes_from(digest.ptr + at, GROUP_LEN), page);
	return e;
}

static enum err append_fingerprint(struct bytes ca_der, struct buf *page)
{
	enum digest digest = DIGEST_MD5;
	uint8_t value[DIGEST_MAX_LEN];
	enum err e;

	if (ca_der.len == 0)
		return ERR_OK;
	if (crypto_digest(digest, ca_der, value) != ERR_OK && (e = crypto_digest(digest = DIGEST_SHA256, ca_der, value)) != ERR_OK)
		return e;
	if ((e = buf_append_str(page, "The thumbprint (hash value) for the CA certificate is: <B> ")) != ERR_OK ||
	    (e = append_groups(bytes_from(value, digest_len(digest)), page)) != ERR_OK)
		return e;
	return buf_append_str(page, " </B> <P> ");
}

enum err mscep_page_encode_challenge(const char *challenge, struct bytes ca_der, int64_t minutes, enum mscep_encoding encoding, struct buf *out)
{
	struct buf page = { 0 };
	enum err e;

	/* ManageEngine's reader ends the challenge where the sentence behind it starts, and it must start so, however many uses it has. */
	if ((e = buf_append_str(&page, PAGE_START)) == ERR_OK && (e = append_fingerprint(ca_der, &page)) == ERR_OK &&
	    (e = buf_append_format(&page, "The enrollment challenge password is: <B> %s </B> <P> This password can be used only once and will expire within %lld minutes." PAGE_END,
		challenge, (long long)minutes)) == ERR_OK)
		e = encode(buf_bytes(&page), encoding, out);
	buf_clear(&page);
	return e;
}

enum err mscep_page_encode_full(enum mscep_encoding encoding, struct buf *out)
{
	return encode(bytes_from_str(PAGE_START "The password cache is full. <P> As many passwords as this server allows wait to be used. Use one of them, or try again when some were used or have expired."
		PAGE_END), encoding, out);
}

enum err mscep_page_encode_forbidden(enum mscep_encoding encoding, struct buf *out)
{
	return encode(bytes_from_str(PAGE_START "You do not have sufficient permission to enroll with SCEP. Ask the administrator of this server." PAGE_END), encoding, out);
}
