#include <config.h>

#include "conf/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "base/text.h"

/* The key-encryption secret: reading it with care, and making one. */

enum { SECRET_RANDOM_LEN = 32 };

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

/* Read until the end, or until there is more than can be right. */
static enum err read_all(int fd, const char *path, struct buf *out, struct why *why)
{
	uint8_t *at;
	enum err e;

	while (out->len <= CONF_SECRET_MAX_LEN + 1) {
		size_t before = out->len;
		ssize_t got;

		if ((e = buf_append_space(out, CONF_SECRET_MAX_LEN + 2 - before, &at)) != ERR_OK)
			return e;
		do
			got = read(fd, at, CONF_SECRET_MAX_LEN + 2 - before);
		while (got < 0 && errno == EINTR);
		out->len = before + (got > 0 ? (size_t)got : 0);
		if (got < 0)
			return why_set(why, ERR_KEY_SECRET, "%s: %s", path, strerror(errno));
		if (got == 0)
			break;
	}
	return ERR_OK;
}

static enum err check_content(struct bytes secret, const char *path, struct why *why)
{
	if (secret.len < CONF_SECRET_MIN_LEN || secret.len > CONF_SECRET_MAX_LEN)
		return why_set(why, ERR_KEY_SECRET, "%s: the secret has fewer than %d or more than %d characters", path, CONF_SECRET_MIN_LEN, CONF_SECRET_MAX_LEN);
	for (size_t i = 0; i < secret.len; i++)
		if (secret.ptr[i] < 0x20 || secret.ptr[i] > 0x7e)
			return why_set(why, ERR_KEY_SECRET, "%s: the secret is not one line of printable ASCII", path);
	return ERR_OK;
}

enum err conf_secret_load(const char *path, struct buf *secret, struct why *why)
{
	struct buf content;
	enum err e;
	/* O_NONBLOCK: opening a FIFO must not hang before check_file() refuses it. */
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd < 0)
		return why_set(why, ERR_KEY_SECRET, "%s: %s", path, strerror(errno));
	buf_init(&content);
	if ((e = check_file(fd, path, why)) != ERR_OK || (e = read_all(fd, path, &content, why)) != ERR_OK)
		goto out;
	if (content.len > 0 && content.ptr[content.len - 1] == '\n')
		content.len--;
	if ((e = check_content(buf_bytes(&content), path, why)) != ERR_OK)
		goto out;
	buf_move(secret, &content);
out:
	buf_clear(&content);
	close(fd);
	return e;
}

static bool write_all(int fd, struct bytes in)
{
	while (in.len > 0) {
		ssize_t put = write(fd, in.ptr, in.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put < 0)
			return false;
		in = bytes_from(in.ptr + put, in.len - (size_t)put);
	}
	return fsync(fd) == 0;
}

enum err conf_secret_create(const char *path, struct why *why)
{
	struct random random = random_system();
	uint8_t octets[SECRET_RANDOM_LEN];
	struct buf text;
	enum err e;
	int fd;

	buf_init(&text);
	if ((e = random_fill(&random, octets, sizeof octets)) != ERR_OK || (e = text_encode_hex(bytes_from(octets, sizeof octets), &text)) != ERR_OK ||
	    (e = buf_append_byte(&text, '\n')) != ERR_OK)
		goto out;
	if ((fd = open(path, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC | O_NOCTTY, S_IRUSR | S_IWUSR)) < 0) {
		e = why_set(why, errno == EEXIST ? ERR_CONFLICT : ERR_KEY_SECRET, "%s: %s", path, strerror(errno));
		goto out;
	}
	if (!write_all(fd, buf_bytes(&text))) {
		e = why_set(why, ERR_KEY_SECRET, "%s: %s", path, strerror(errno));
		unlink(path);
	}
	close(fd);
out:
	explicit_bzero(octets, sizeof octets);
	buf_clear(&text);
	return e;
}
