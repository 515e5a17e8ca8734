#include <config.h>

#include "service/key_access.h"

enum err key_access_init(const struct conf *conf, struct key_access *access, struct why *why)
{
	struct key_access made = { .token = { conf->pkcs11_module, conf->pkcs11_pin_file } };
	enum err e = key_library_from_name(conf->key_provider, &made.library, why);

	if (e == ERR_OK)
		*access = made;
	return e;
}

enum err key_access_load(const struct conf *conf, struct key_secrets *secrets, struct key_access *access, struct why *why)
{
	enum err e;

	if (secrets->secret.len == 0 && (e = conf_secret_load(conf->secret_file, &secrets->secret, why)) != ERR_OK)
		return e;
	if (conf->other_secret_file != NULL && secrets->other_secret.len == 0 && (e = conf_secret_load(conf->other_secret_file, &secrets->other_secret, why)) != ERR_OK)
		return e;
	access->secret = buf_bytes(&secrets->secret);
	access->other_secret = buf_bytes(&secrets->other_secret);
	return ERR_OK;
}

void key_secrets_clear(struct key_secrets *secrets)
{
	buf_clear(&secrets->secret);
	buf_clear(&secrets->other_secret);
}
