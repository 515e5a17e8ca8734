#include <config.h>

#include "ctl/key_type.h"

#include <string.h>

bool key_type_from_name(const char *name, enum key_kind *kind, unsigned *bits)
{
	static const struct {
		const char *name;
		enum key_kind kind;
		unsigned bits;
	} types[] = {
		{ "rsa:2048", KEY_KIND_RSA, 2048 }, { "rsa:3072", KEY_KIND_RSA, 3072 }, { "rsa:4096", KEY_KIND_RSA, 4096 },
		{ "ec:p256", KEY_KIND_EC_P256, 0 }, { "ec:p384", KEY_KIND_EC_P384, 0 }, { "ec:p521", KEY_KIND_EC_P521, 0 }, { "ed25519", KEY_KIND_ED25519, 0 },
	};

	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++)
		if (strcmp(types[i].name, name) == 0) {
			*kind = types[i].kind;
			*bits = types[i].bits;
			return true;
		}
	return false;
}
