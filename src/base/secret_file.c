#include <config.h>

#include "base/secret_file.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static enum err check_file(int fd, const char *path, struct why *why)
{
	struct stat st;

	if (fstat(fd, &st) != 0)
		return why_set(why, ERR_KEY_SECRET, "%s: %s", path, strerror(errno));
	if (!S_ISREG(st.st_mode))
		return why_set(why, ERR_KEY_SECRET, "%s: not a regular file", path);
	if (st.st_uid != 0 && st.st_uid != geteuid())
		return why_set(why, ERR_KEY_SECRET, "%s: owned by user %lu, neither by root nor by this process", path, (unsigned long)st.st_uid);
	if ((st.st_mode & (S_IWGRP | S_IRWXO)) != 0)
		return why_set(why, ERR_KEY_SECRET, "%s: mode %04o lets others in; use 0600, or 0640 with the group of the workers", path,
			(unsigned)st.st_mode & 07777);
	return ERR_OK;
}

/* Read until the end, or until there is more than can be right: the secret, a newline, and one too many. */
static enum err read_all(int fd, const char *path, size_t max_len, struct buf *out, struct why *why)
{
	const size_t enough = max_len + 2;
	uint8_t *at;
	enum err e;

	while (out->len < enough) {
		size_t before = out->len;
		ssize_t got;

		if ((e = buf_append_space(out, enough - before, &at)) != ERR_OK)
			return e;
		do
			got = read(fd, at, enough - before);
		while (got < 0 && errno == EINTR);
		out->len = before + (got > 0 ? (size_t)got : 0);
		if (got < 0)
			return why_set(why, ERR_KEY_SECRET, "%s: %s", path, strerror(errno));
		if (got == 0)
			break;
	}
	return ERR_OK;
}

enum err secret_file_read(const char *path, size_t max_len, struct buf *secret, struct why *why)
{
	struct buf content = { 0 };
	enum err e;
	/* O_NONBLOCK: opening a FIFO must not hang before check_file() refuses it. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return why_set(why, ERR_KEY_SECRET, "%s: %s", path, strerror(errno));
	if ((e = check_file(fd, path, why)) != ERR_OK || (e = read_all(fd, path, max_len, &content, why)) != ERR_OK)
		goto out;
	if (content.len > 0 && content.ptr[content.len - 1] == '\n')
		content.len--;
	if (content.len > max_len + 1)
		content.len = max_len + 1;
	buf_move(secret, &content);
out:
	buf_clear(&content);
	close(fd);
	return e;
}
