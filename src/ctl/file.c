#include <config.h>

#include "ctl/file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/text.h"

enum { PEM_LINE_LEN = 64 };

static bool is_standard(const char *path)
{
	return strcmp(path, "-") == 0;
}

static enum err read_all(int fd, const char *path, size_t max_len, struct buf *out, struct why *why)
{
	uint8_t block[4096];
	enum err e = ERR_OK;
	ssize_t got;

	do {
		got = read(fd, block, sizeof block);
		if (got < 0 && errno != EINTR)
			e = why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
		else if (got > 0 && (size_t)got > max_len - out->len)
			e = why_set(why, ERR_IO, "%s is longer than %zu bytes", path, max_len);
		else if (got > 0)
			e = buf_append(out, bytes_from(block, (size_t)got));
	} while (e == ERR_OK && got != 0);
	explicit_bzero(block, sizeof block);
	return e;
}

enum err file_read(const char *path, size_t max_len, struct buf *out, struct why *why)
{
	int fd = is_standard(path) ? STDIN_FILENO : open(path, O_RDONLY | O_CLOEXEC);
	struct buf content = { 0 };
	enum err e;

	if (fd < 0)
		return why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
	e = read_all(fd, is_standard(path) ? "standard input" : path, max_len, &content, why);
	if (e == ERR_OK)
		e = buf_append(out, buf_bytes(&content));
	buf_clear(&content);
	if (fd != STDIN_FILENO)
		close(fd);
	return e;
}

static enum err write_all(int fd, const char *path, struct bytes content, struct why *why)
{
	while (content.len > 0) {
		ssize_t put = write(fd, content.ptr, content.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
		content.ptr += put;
		content.len -= (size_t)put;
	}
	return ERR_OK;
}

enum err file_write(const char *path, struct bytes content, enum file_privacy privacy, struct why *why)
{
	int flags = O_WRONLY | O_CREAT | O_CLOEXEC | (privacy == FILE_PRIVATE ? O_EXCL : O_TRUNC);
	int fd;
	enum err e;

	if (is_standard(path))
		return write_all(STDOUT_FILENO, "standard output", content, why);
	fd = open(path, flags, privacy == FILE_PRIVATE ? 0600 : 0666);
	if (fd < 0)
		return why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
	e = write_all(fd, path, content, why);
	if (close(fd) != 0 && e == ERR_OK)
		e = why_set(why, ERR_IO, "%s: %s", path, strerror(errno));
	return e;
}

/* The bytes up to the next LF, without it and a CR before it. */
static struct bytes next_line(struct bytes *rest)
{
	const uint8_t *end = memchr(rest->ptr, '\n', rest->len);
	size_t len = end == NULL ? rest->len : (size_t)(end - rest->ptr);
	struct bytes line = { rest->ptr, len };

	rest->ptr += len + (end != NULL);
	rest->len -= len + (end != NULL);
	if (line.len > 0 && line.ptr[line.len - 1] == '\r')
		line.len--;
	return line;
}

/* Is this "-----BEGIN … LABEL-----", or END? */
static bool is_border(struct bytes line, const char *word, const char *label)
{
	size_t word_len = strlen(word), label_len = strlen(label);

	if (line.len < word_len + label_len + 5 || memcmp(line.ptr, word, word_len) != 0 || memcmp(line.ptr + line.len - 5, "-----", 5) != 0)
		return false;
	line = bytes_from(line.ptr + word_len, line.len - word_len - 5);
	return memcmp(line.ptr + line.len - label_len, label, label_len) == 0 && (line.len == label_len || line.ptr[line.len - label_len - 1] == ' ');
}

enum err file_next_pem(struct bytes *rest, const char *label, struct buf *der)
{
	struct buf text = { 0 };
	bool is_inside = false;
	enum err e = ERR_OK;

	while (rest->len > 0) {
		struct bytes line = next_line(rest);

		if (is_inside && is_border(line, "-----END ", label)) {
			e = text_decode_base64(buf_bytes(&text), der);
			goto out;
		}
		if (is_inside && (e = buf_append(&text, line)) != ERR_OK)
			goto out;
		is_inside = is_inside || is_border(line, "-----BEGIN ", label);
	}
	e = is_inside ? ERR_TEXT : ERR_NOT_FOUND;
out:
	buf_clear(&text);
	return e;
}

enum err file_put_pem(const char *label, struct bytes der, struct buf *out)
{
	struct buf text = { 0 };
	enum err e;

	if ((e = text_encode_base64(der, &text)) != ERR_OK || (e = buf_append_format(out, "-----BEGIN %s-----\n", label)) != ERR_OK)
		goto out;
	for (size_t at = 0; e == ERR_OK && at < text.len; at += PEM_LINE_LEN) {
		size_t len = text.len - at < PEM_LINE_LEN ? text.len - at : PEM_LINE_LEN;

		if ((e = buf_append(out, bytes_from(text.ptr + at, len))) == ERR_OK)
			e = buf_append_byte(out, '\n');
	}
	if (e == ERR_OK)
		e = buf_append_format(out, "-----END %s-----\n", label);
out:
	buf_clear(&text);
	return e;
}
