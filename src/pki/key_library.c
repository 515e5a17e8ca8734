#include <config.h>

#include "pki/key.h"

#include <string.h>

#include "pki/key_provider.h"

/* Which library works with a key that is in memory, by choice of the configuration file. */

/* As measured by tests/bench/key_speed.c with GnuTLS 3.7 and OpenSSL 3.0: RSA-2048 and P-256 in less than half the time, P-384 in seven times as much. */
static enum key_library resolve(enum key_library library, enum key_kind kind)
{
	if (library != KEY_LIBRARY_AUTO)
		return library;
	if (key_library_is_built_in(KEY_LIBRARY_OPENSSL) && (kind == KEY_KIND_RSA || kind == KEY_KIND_EC_P256))
		return KEY_LIBRARY_OPENSSL;
	return KEY_LIBRARY_GNUTLS;
}

bool key_library_is_built_in(enum key_library library)
{
#ifdef HAVE_LIBCRYPTO
	(void)library;
	return true;
#else
	return library != KEY_LIBRARY_OPENSSL;
#endif
}

static enum err not_built_in(struct why *why)
{
	return why_set(why, ERR_CONF, "private keys cannot be worked with by openssl: this program was built without it");
}

enum err key_library_from_name(const char *name, enum key_library *out, struct why *why)
{
	static const char *const names[] = { [KEY_LIBRARY_AUTO] = "auto", [KEY_LIBRARY_GNUTLS] = "gnutls", [KEY_LIBRARY_OPENSSL] = "openssl" };

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		if (strcmp(name, names[i]) != 0)
			continue;
		if (!key_library_is_built_in((enum key_library)i))
			return not_built_in(why);
		*out = (enum key_library)i;
		return ERR_OK;
	}
	return why_set(why, ERR_CONF, "\"%s\" is no library for private keys", name);
}

const char *key_library_version(enum key_library library)
{
#ifdef HAVE_LIBCRYPTO
	if (library != KEY_LIBRARY_GNUTLS)
		return library == KEY_LIBRARY_AUTO ? key_libcrypto_auto_version() : key_libcrypto_version();
#endif
	(void)library;
	return "GnuTLS " GNUTLS_VERSION;
}

/* NULL: not built in. */
static const struct key_provider *provider_of(enum key_library library)
{
#ifdef HAVE_LIBCRYPTO
	if (library == KEY_LIBRARY_OPENSSL)
		return &key_libcrypto_provider;
#endif
	return library == KEY_LIBRARY_GNUTLS ? &key_software_provider : NULL;
}

static enum err open_with(const struct key_provider *provider, struct bytes plain, struct key **out, struct why *why)
{
#ifdef HAVE_LIBCRYPTO
	if (provider == &key_libcrypto_provider)
		return key_libcrypto_open(plain, out, why);
#endif
	(void)provider;
	return key_software_open(plain, out, why);
}

enum err key_use_library(struct key *key, enum key_library library, struct why *why)
{
	const struct key_provider *provider = provider_of(resolve(library, key_get_kind(key)));
	struct key *other = NULL, swapped;
	struct buf plain = { 0 };
	enum err e;

	if (provider == NULL)
		return not_built_in(why);
	if (key_is_in_token(key) || key->provider == provider)
		return ERR_OK;
	if ((e = key->provider->export(key, GNUTLS_X509_FMT_DER, &plain, why)) == ERR_OK && (e = open_with(provider, buf_bytes(&plain), &other, why)) == ERR_OK) {
		swapped = *key;
		*key = *other;
		*other = swapped;
	}
	key_free(other);
	buf_clear(&plain);
	return e;
}
