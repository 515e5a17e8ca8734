#ifndef SCEPGATE_BASE_BYTES_H
#define SCEPGATE_BASE_BYTES_H

/*
 * Byte strings. `struct bytes` is always borrowed: somebody else owns what it points at. `struct buf` is always owned, grows,
 * and is wiped when it is cleared or moved, so it may hold secrets. Network text is `bytes` until it has been validated.
 */

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

/** A borrowed run of bytes. {NULL, 0} is the empty string and the initial value. */
struct bytes {
	const uint8_t *ptr;
	size_t len;
};

/** An owned, growing run of bytes. All zero is the initial value; pass to buf_clear() at the end, whatever happened. */
struct buf {
	uint8_t *ptr;
	size_t len;
	size_t cap;
};

/** Borrow a C string, without its terminator. NULL gives the empty string. */
struct bytes bytes_from_str(const char *str);

/** Borrow memory. */
static inline struct bytes bytes_from(const void *ptr, size_t len)
{
	return (struct bytes){ ptr, len };
}

/** Borrow what a buffer holds now; valid until the buffer is changed. */
static inline struct bytes buf_bytes(const struct buf *buf)
{
	return (struct bytes){ buf->ptr, buf->len };
}

/** Same length and content. Not constant-time: for public values only. */
bool bytes_is_equal(struct bytes a, struct bytes b);

/** Same length and content, in time that depends on the lengths alone: for secrets and their digests. */
bool bytes_is_equal_secret(struct bytes a, struct bytes b);

/** Same content as this C string. */
bool bytes_is_str(struct bytes a, const char *str);

/** Same content as this C string, ASCII letters compared without case. */
bool bytes_is_str_nocase(struct bytes a, const char *str);

/**
 * Copy into a fresh NUL-terminated C string.
 *
 * @param out out: the caller's, free with free(); untouched on error.
 * @return ERR_OK; ERR_MEMORY; ERR_TEXT when the bytes contain a NUL.
 */
enum err bytes_copy_str(struct bytes in, char **out);

/** Start a buffer in the caller's storage. */
static inline void buf_init(struct buf *buf)
{
	*buf = (struct buf){ 0 };
}

/** Wipe and free what the buffer holds; it is empty and usable afterwards. */
void buf_clear(struct buf *buf);

/** Wipe the content and keep the storage. */
void buf_reset(struct buf *buf);

/** Make room for `extra` more bytes. @return ERR_OK; ERR_MEMORY, the buffer is unchanged. */
enum err buf_reserve(struct buf *buf, size_t extra);

/** Append bytes. `in` may not point into the buffer itself. @return ERR_OK; ERR_MEMORY. */
enum err buf_append(struct buf *buf, struct bytes in);

/** Append one byte. @return ERR_OK; ERR_MEMORY. */
enum err buf_append_byte(struct buf *buf, uint8_t byte);

/** Append a C string without its terminator. @return ERR_OK; ERR_MEMORY. */
enum err buf_append_str(struct buf *buf, const char *str);

/** Append formatted text without a terminator. @return ERR_OK; ERR_MEMORY. */
enum err buf_append_format(struct buf *buf, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Append `len` bytes for the caller to fill; *at points at the first, valid until the buffer changes. @return ERR_OK; ERR_MEMORY. */
enum err buf_append_space(struct buf *buf, size_t len, uint8_t **at);

/** Move the content of `from` to `to`, whose old content is wiped; `from` is empty afterwards. */
void buf_move(struct buf *to, struct buf *from);

/** NUL-terminate without counting the terminator, so that ptr is a C string. @return ERR_OK; ERR_MEMORY. */
enum err buf_terminate(struct buf *buf);

#endif
