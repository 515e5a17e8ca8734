#include <config.h>

#include "base/bytes.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { BUF_FIRST_CAP = 256 };

struct bytes bytes_from_str(const char *str)
{
	return str == NULL ? (struct bytes){ NULL, 0 } : bytes_from(str, strlen(str));
}

bool bytes_is_equal(struct bytes a, struct bytes b)
{
	return a.len == b.len && (a.len == 0 || memcmp(a.ptr, b.ptr, a.len) == 0);
}

bool bytes_is_equal_secret(struct bytes a, struct bytes b)
{
	volatile uint8_t diff = 0;

	if (a.len != b.len)
		return false;
	for (size_t i = 0; i < a.len; i++)
		diff |= (uint8_t)(a.ptr[i] ^ b.ptr[i]);
	return diff == 0;
}

bool bytes_is_str(struct bytes a, const char *str)
{
	return bytes_is_equal(a, bytes_from_str(str));
}

bool bytes_is_str_nocase(struct bytes a, const char *str)
{
	return a.len == strlen(str) && (a.len == 0 || strncasecmp((const char *)a.ptr, str, a.len) == 0);
}

enum err bytes_copy_str(struct bytes in, char **out)
{
	char *copy;

	if (in.len > 0 && memchr(in.ptr, '\0', in.len) != NULL)
		return ERR_TEXT;
	copy = malloc(in.len + 1);
	if (copy == NULL)
		return ERR_MEMORY;
	if (in.len > 0)
		memcpy(copy, in.ptr, in.len);
	copy[in.len] = '\0';
	*out = copy;
	return ERR_OK;
}

void buf_clear(struct buf *buf)
{
	if (buf->ptr != NULL) {
		explicit_bzero(buf->ptr, buf->cap);
		free(buf->ptr);
	}
	buf_init(buf);
}

void buf_reset(struct buf *buf)
{
	if (buf->ptr != NULL)
		explicit_bzero(buf->ptr, buf->cap);
	buf->len = 0;
}

enum err buf_reserve(struct buf *buf, size_t extra)
{
	uint8_t *grown;
	size_t cap;

	if (extra > SIZE_MAX / 2 - buf->len)
		return ERR_MEMORY;
	if (buf->len + extra <= buf->cap)
		return ERR_OK;
	cap = buf->cap == 0 ? BUF_FIRST_CAP : buf->cap;
	while (cap < buf->len + extra)
		cap *= 2;
	/* Not realloc(): the old block may hold a secret and must be wiped before it is given back. */
	grown = malloc(cap);
	if (grown == NULL)
		return ERR_MEMORY;
	if (buf->ptr != NULL) {
		memcpy(grown, buf->ptr, buf->len);
		explicit_bzero(buf->ptr, buf->cap);
		free(buf->ptr);
	}
	buf->ptr = grown;
	buf->cap = cap;
	return ERR_OK;
}

enum err buf_append_space(struct buf *buf, size_t len, uint8_t **at)
{
	enum err e = buf_reserve(buf, len == 0 ? 1 : len);

	if (e != ERR_OK)
		return e;
	*at = buf->ptr + buf->len;
	buf->len += len;
	return ERR_OK;
}

enum err buf_append(struct buf *buf, struct bytes in)
{
	uint8_t *at;
	enum err e;

	if (in.len == 0)
		return ERR_OK;
	if ((e = buf_append_space(buf, in.len, &at)) != ERR_OK)
		return e;
	memcpy(at, in.ptr, in.len);
	return ERR_OK;
}

enum err buf_append_byte(struct buf *buf, uint8_t byte)
{
	return buf_append(buf, bytes_from(&byte, 1));
}

enum err buf_append_str(struct buf *buf, const char *str)
{
	return buf_append(buf, bytes_from_str(str));
}

enum err buf_append_format(struct buf *buf, const char *format, ...)
{
	va_list args;
	int len;
	enum err e;

	va_start(args, format);
	len = vsnprintf(NULL, 0, format, args);
	va_end(args);
	if (len < 0)
		return ERR_INTERNAL;
	if ((e = buf_reserve(buf, (size_t)len + 1)) != ERR_OK)
		return e;
	va_start(args, format);
	vsnprintf((char *)buf->ptr + buf->len, (size_t)len + 1, format, args);
	va_end(args);
	buf->len += (size_t)len;
	return ERR_OK;
}

void buf_move(struct buf *to, struct buf *from)
{
	buf_clear(to);
	*to = *from;
	buf_init(from);
}

enum err buf_terminate(struct buf *buf)
{
	enum err e = buf_reserve(buf, 1);

	if (e == ERR_OK)
		buf->ptr[buf->len] = '\0';
	return e;
}
