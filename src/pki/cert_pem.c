#include <config.h>

#include "pki/cert.h"

#include <string.h>

#include "base/text.h"
#include "pki/ber.h"

/* The textual form of certificates, RFC 7468 section 5. */

#define PEM_BEGIN "-----BEGIN CERTIFICATE-----"
#define PEM_END "-----END CERTIFICATE-----"
enum { PEM_LINE_LEN = 64 };

/* Where `needle` starts in `hay`, or hay.len. */
static size_t find(struct bytes hay, const char *needle)
{
	const void *at = hay.len == 0 ? NULL : memmem(hay.ptr, hay.len, needle, strlen(needle));

	return at == NULL ? hay.len : (size_t)((const uint8_t *)at - hay.ptr);
}

/* Append the base64 text without its white space. */
static enum err append_text(struct bytes in, struct buf *out)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < in.len && e == ERR_OK; i++)
		if (in.ptr[i] != '\n' && in.ptr[i] != '\r' && in.ptr[i] != ' ' && in.ptr[i] != '\t')
			e = buf_append_byte(out, in.ptr[i]);
	return e;
}

enum err cert_parse_pem(struct bytes pem, struct cert **out, struct why *why)
{
	struct buf text = { 0 }, ber = { 0 }, der = { 0 };
	size_t begin = find(pem, PEM_BEGIN), end, used_len;
	struct bytes body;
	enum err e;

	if (begin == pem.len)
		return why_set(why, ERR_CERT_SYNTAX, "there is no line " PEM_BEGIN);
	begin += strlen(PEM_BEGIN);
	body = bytes_from(pem.ptr + begin, pem.len - begin);
	end = find(body, PEM_END);
	if (end == body.len)
		return why_set(why, ERR_CERT_SYNTAX, "there is no line " PEM_END);
	body.len = end;
	if ((e = append_text(body, &text)) != ERR_OK)
		goto out;
	if ((e = text_decode_base64(buf_bytes(&text), &ber)) == ERR_OK && (e = ber_normalise(buf_bytes(&ber), &der, &used_len, why)) == ERR_OK)
		e = used_len == ber.len ? cert_parse(buf_bytes(&der), out, why) : ERR_CERT_SYNTAX;
	if (e != ERR_OK && e != ERR_MEMORY)
		e = why_set(why, ERR_CERT_SYNTAX, "what the PEM holds is not one certificate");
out:
	buf_clear(&text);
	buf_clear(&ber);
	buf_clear(&der);
	return e;
}

enum err cert_encode_pem(struct bytes der, struct buf *out)
{
	struct buf text = { 0 };
	enum err e;

	if ((e = text_encode_base64(der, &text)) != ERR_OK || (e = buf_append_str(out, PEM_BEGIN "\n")) != ERR_OK)
		goto out;
	for (size_t at = 0; at < text.len && e == ERR_OK; at += PEM_LINE_LEN) {
		e = buf_append(out, bytes_from(text.ptr + at, text.len - at < PEM_LINE_LEN ? text.len - at : PEM_LINE_LEN));
		if (e == ERR_OK)
			e = buf_append_byte(out, '\n');
	}
	if (e == ERR_OK)
		e = buf_append_str(out, PEM_END "\n");
out:
	buf_clear(&text);
	return e;
}
