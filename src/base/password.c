#include <config.h>

#include "base/password.h"

#include <crypt.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* Methods that are slow on purpose. "$6$" (SHA-512) and older ones are not among them. */
static const char *const methods[] = { "$y$", "$gy$", "$7$", "$2a$", "$2b$", "$2y$" };

static bool is_password(struct bytes password)
{
	return password.len <= PASSWORD_MAX_LEN && text_is_utf8(password) && !text_has_control(password) &&
		text_count_characters(password) >= PASSWORD_MIN_CHARACTERS;
}

static bool is_method_accepted(const char *hash)
{
	for (size_t i = 0; i < sizeof methods / sizeof methods[0]; i++)
		if (strncmp(hash, methods[i], strlen(methods[i])) == 0)
			return true;
	return false;
}

/* crypt(3) over a setting or a whole hash; the result is appended, terminated. */
static enum err run_crypt(struct bytes password, const char *setting, struct buf *out, struct why *why)
{
	struct crypt_data *data = calloc(1, sizeof *data);
	struct buf phrase;
	const char *hash;
	enum err e = ERR_MEMORY;

	buf_init(&phrase);
	if (data == NULL || (e = buf_append(&phrase, password)) != ERR_OK || (e = buf_terminate(&phrase)) != ERR_OK)
		goto out;
	hash = crypt_r((const char *)phrase.ptr, setting, data);
	if (hash == NULL || hash[0] == '*') {
		e = errno == ENOMEM ? ERR_MEMORY : why_set(why, ERR_VALUE, "crypt(3) does not take the hash: %s", strerror(errno));
		goto out;
	}
	if ((e = buf_append_str(out, hash)) == ERR_OK)
		e = buf_terminate(out);
out:
	buf_clear(&phrase);
	if (data != NULL) {
		explicit_bzero(data, sizeof *data);
		free(data);
	}
	return e;
}

enum err password_hash(struct bytes password, struct buf *hash, struct why *why)
{
	char setting[CRYPT_GENSALT_OUTPUT_SIZE];

	if (!is_password(password))
		return why_set(why, ERR_VALUE, "a challenge has at least %d characters and at most %d octets, in UTF-8 without control characters", PASSWORD_MIN_CHARACTERS,
			PASSWORD_MAX_LEN);
	/* No salt octets given: libxcrypt asks the kernel for them. */
	if (crypt_gensalt_rn("$y$", 0, NULL, 0, setting, sizeof setting) == NULL)
		return why_set(why, ERR_RANDOM, "no salt: %s", strerror(errno));
	return run_crypt(password, setting, hash, why);
}

enum err password_check(struct bytes password, const char *hash, struct why *why)
{
	struct buf again;
	enum err e;

	if (!is_method_accepted(hash))
		return why_set(why, ERR_VALUE, "the hash is of no method that is accepted: yescrypt, scrypt or bcrypt");
	if (!is_password(password))
		return ERR_CHALLENGE;
	if (strncmp(hash, "$2", 2) == 0 && password.len > PASSWORD_BCRYPT_MAX_LEN)
		return why_set(why, ERR_CHALLENGE, "a challenge of more than %d octets cannot match a bcrypt hash", PASSWORD_BCRYPT_MAX_LEN);
	buf_init(&again);
	e = run_crypt(password, hash, &again, why);
	if (e == ERR_OK && !bytes_is_equal_secret(buf_bytes(&again), bytes_from_str(hash)))
		e = ERR_CHALLENGE;
	buf_clear(&again);
	return e;
}
