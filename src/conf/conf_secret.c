#include <config.h>

#include "conf/conf.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "base/random.h"
#include "base/secret_file.h"
#include "base/text.h"

/* The key-encryption secret: reading it with care, and making one. */

enum { SECRET_RANDOM_LEN = 32 };

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
	struct buf content = { 0 };
	enum err e;

	if ((e = secret_file_read(path, CONF_SECRET_MAX_LEN, &content, why)) == ERR_OK && (e = check_content(buf_bytes(&content), path, why)) == ERR_OK)
		buf_move(secret, &content);
	buf_clear(&content);
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
