#include <config.h>

#include "service/challenge_set.h"

#include <string.h>

#include "base/password.h"
#include "base/text.h"
#include "store/admin.h"

enum err challenge_set(struct service *service, const char *application, const char *profile, const char *name, struct bytes challenge,
	const char *expires_iso, struct why *why)
{
	struct admin_argument argument[5];
	size_t count = 0;
	struct buf hash = { 0 };
	enum err e;

	if ((e = password_hash(challenge, &hash, why)) != ERR_OK)
		return e;
	argument[count++] = (struct admin_argument){ "application", bytes_from_str(application) };
	argument[count++] = (struct admin_argument){ "profile", bytes_from_str(profile) };
	argument[count++] = (struct admin_argument){ "hash", buf_bytes(&hash) };
	if (name != NULL)
		argument[count++] = (struct admin_argument){ "name", bytes_from_str(name) };
	if (expires_iso != NULL)
		argument[count++] = (struct admin_argument){ "expires_at", bytes_from_str(expires_iso) };
	e = admin_call(service->store, ADMIN_CHALLENGE_SET, argument, count, NULL, why);
	buf_clear(&hash);
	return e;
}

enum err challenge_generate(const struct random *random, struct buf *challenge)
{
	uint8_t octet[CHALLENGE_GENERATED_LEN / 2];
	enum err e = random_fill(random, octet, sizeof octet);

	if (e == ERR_OK)
		e = text_encode_hex_upper(bytes_from(octet, sizeof octet), challenge);
	explicit_bzero(octet, sizeof octet);
	return e;
}
