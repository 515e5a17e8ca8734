#include <config.h>

#include "service/stored_key.h"

#include <stdlib.h>

bool stored_key_is_uri(struct bytes stored)
{
	const struct bytes scheme = bytes_from_str(KEY_URI_SCHEME);

	return stored.len >= scheme.len && bytes_is_equal(bytes_from(stored.ptr, scheme.len), scheme);
}

static enum err open_in_token(const struct key_access *access, struct bytes stored, struct key **out, struct why *why)
{
	char *uri = NULL;
	enum err e;

	if ((e = bytes_copy_str(stored, &uri)) == ERR_OK)
		e = key_open_pkcs11(uri, &access->token, out, why);
	free(uri);
	return e;
}

static enum err open_sealed(const struct key_access *access, struct bytes stored, struct key **out, struct why *why)
{
	struct why first = { 0 };
	enum err e;

	if (access->secret.len == 0)
		return why_set(why, ERR_KEY_SECRET, "the key cannot be opened without the key secret");
	if ((e = key_open_pkcs8(stored, access->secret, out, &first)) == ERR_KEY_SECRET && access->other_secret.len > 0)
		e = key_open_pkcs8(stored, access->other_secret, out, NULL);
	return e == ERR_OK ? ERR_OK : why_set(why, e, "%s", why_text(&first, e));
}

enum err stored_key_open(const struct key_access *access, struct bytes stored, struct key **out, struct why *why)
{
	struct key *key = NULL;
	enum err e = stored_key_is_uri(stored) ? open_in_token(access, stored, &key, why) : open_sealed(access, stored, &key, why);

	if (e == ERR_OK && (e = key_use_library(key, access->library, why)) == ERR_OK) {
		*out = key;
		key = NULL;
	}
	key_free(key);
	return e;
}

enum err stored_key_find(const struct key_access *access, struct bytes stored, enum stored_key_place *place)
{
	const struct bytes secrets[] = { access->secret, access->other_secret };
	struct key *key = NULL;
	enum err e;

	if (stored_key_is_uri(stored)) {
		*place = STORED_KEY_TOKEN;
		return ERR_OK;
	}
	for (size_t i = 0; i < sizeof secrets / sizeof secrets[0]; i++) {
		if (secrets[i].len == 0)
			continue;
		if ((e = key_open_pkcs8(stored, secrets[i], &key, NULL)) == ERR_MEMORY)
			return e;
		if (e == ERR_OK) {
			key_free(key);
			*place = i == 0 ? STORED_KEY_SECRET : STORED_KEY_OTHER_SECRET;
			return ERR_OK;
		}
	}
	*place = STORED_KEY_UNKNOWN;
	return ERR_OK;
}

enum err stored_key_encode(const struct key_access *access, const struct key *key, struct buf *stored, struct why *why)
{
	const char *uri = key_get_uri(key);

	if (uri != NULL)
		return buf_append(stored, bytes_from_str(uri));
	if (access->secret.len == 0)
		return why_set(why, ERR_KEY_SECRET, "there is no key-encryption secret to seal the key with");
	return key_seal_pkcs8(key, access->secret, stored, why);
}

enum err stored_key_make(const struct key_access *access, const struct key_plan *plan, struct key **out, struct why *why)
{
	struct key *key = NULL;
	enum err e;

	if (plan->uri == NULL)
		return key_generate(plan->kind, plan->bits, out, why);
	if ((e = key_open_pkcs11(plan->uri, &access->token, &key, why)) == ERR_OK && (e = key_check(key, why)) == ERR_OK) {
		*out = key;
		key = NULL;
	}
	key_free(key);
	return e;
}
