#include <config.h>

#include "pki/pem.h"

#include <string.h>

#include "base/text.h"

#define BEGIN "-----BEGIN "
#define END "-----END "
#define DASHES "-----"
enum { PEM_LINE_LEN = 64, LABEL_MAX_LEN = 64 };

/* Where `needle` starts in `hay`, or hay.len. */
static size_t find(struct bytes hay, struct bytes needle)
{
	const void *at = hay.len == 0 || needle.len == 0 ? NULL : memmem(hay.ptr, hay.len, needle.ptr, needle.len);

	return at == NULL ? hay.len : (size_t)((const uint8_t *)at - hay.ptr);
}

static struct bytes skip(struct bytes in, size_t len)
{
	return bytes_from(in.ptr + len, in.len - len);
}

bool pem_is_pem(struct bytes text)
{
	return find(text, bytes_from_str(BEGIN)) < text.len;
}

/* The word between "-----BEGIN " or "-----END " and the dashes behind it, on one line. */
static bool read_label(struct bytes in, struct bytes *label)
{
	struct bytes line = bytes_from(in.ptr, in.len < LABEL_MAX_LEN ? in.len : LABEL_MAX_LEN);
	size_t end = find(line, bytes_from_str(DASHES));

	*label = bytes_from(in.ptr, end);
	return end < line.len && memchr(in.ptr, '\n', end) == NULL;
}

/* "-----END " and the same label, up to the end of `in`. @return where it starts, or in.len; *len: how long that line is. */
static size_t find_end(struct bytes in, struct bytes label, size_t *len)
{
	struct bytes end_label;
	size_t at = find(in, bytes_from_str(END));

	if (at == in.len || !read_label(skip(in, at + strlen(END)), &end_label) || !bytes_is_equal(label, end_label))
		return in.len;
	*len = strlen(END) + label.len + strlen(DASHES);
	return at;
}

enum err pem_next(struct bytes *rest, struct pem_block *out)
{
	struct bytes text = *rest, label, body;
	size_t begin, end, end_len = 0;

	/* Dashes that begin no block are text between the blocks. */
	for (;;) {
		begin = find(text, bytes_from_str(BEGIN));
		if (begin == text.len)
			return ERR_NOT_FOUND;
		text = skip(text, begin);
		if (read_label(skip(text, strlen(BEGIN)), &label))
			break;
		text = skip(text, strlen(BEGIN));
	}
	body = skip(text, strlen(BEGIN) + label.len + strlen(DASHES));
	if ((end = find_end(body, label, &end_len)) == body.len)
		return ERR_TEXT;
	*out = (struct pem_block){ label, bytes_from(body.ptr, end), bytes_from(text.ptr, (size_t)(body.ptr - text.ptr) + end + end_len) };
	*rest = skip(body, end + end_len);
	return ERR_OK;
}

enum err pem_decode(const struct pem_block *block, struct buf *out)
{
	struct buf text = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; i < block->body.len && e == ERR_OK; i++)
		if (strchr(" \t\r\n", block->body.ptr[i]) == NULL || block->body.ptr[i] == '\0')
			e = buf_append_byte(&text, block->body.ptr[i]);
	if (e == ERR_OK)
		e = text_decode_base64(buf_bytes(&text), out);
	buf_clear(&text);
	return e;
}

enum err pem_encode(const char *label, struct bytes der, struct buf *out)
{
	struct buf text = { 0 };
	enum err e;

	if ((e = text_encode_base64(der, &text)) != ERR_OK || (e = buf_append_format(out, BEGIN "%s" DASHES "\n", label)) != ERR_OK)
		goto out;
	for (size_t at = 0; at < text.len && e == ERR_OK; at += PEM_LINE_LEN) {
		e = buf_append(out, bytes_from(text.ptr + at, text.len - at < PEM_LINE_LEN ? text.len - at : PEM_LINE_LEN));
		if (e == ERR_OK)
			e = buf_append_byte(out, '\n');
	}
	if (e == ERR_OK)
		e = buf_append_format(out, END "%s" DASHES "\n", label);
out:
	buf_clear(&text);
	return e;
}
