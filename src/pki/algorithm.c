#include <config.h>

#include "pki/algorithm.h"

struct digest_row {
	const char *name;
	enum oid oid;
	size_t len;
};

static const struct digest_row digests[DIGEST_COUNT] = {
	[DIGEST_NONE] = { "none", OID_COUNT, 0 },
	[DIGEST_MD5] = { "md5", OID_MD5, 16 },
	[DIGEST_SHA1] = { "sha1", OID_SHA1, 20 },
	[DIGEST_SHA224] = { "sha224", OID_SHA224, 28 },
	[DIGEST_SHA256] = { "sha256", OID_SHA256, 32 },
	[DIGEST_SHA384] = { "sha384", OID_SHA384, 48 },
	[DIGEST_SHA512] = { "sha512", OID_SHA512, 64 },
};

struct cipher_row {
	const char *name;
	enum oid oid;
	size_t key_len;
	size_t block_len;
};

static const struct cipher_row ciphers[CIPHER_COUNT] = {
	[CIPHER_NONE] = { "none", OID_COUNT, 0, 0 },
	[CIPHER_DES_CBC] = { "des-cbc", OID_DES_CBC, 8, 8 },
	[CIPHER_DES3_CBC] = { "des3-cbc", OID_DES3_CBC, 24, 8 },
	[CIPHER_AES128_CBC] = { "aes128-cbc", OID_AES128_CBC, 16, 16 },
	[CIPHER_AES192_CBC] = { "aes192-cbc", OID_AES192_CBC, 24, 16 },
	[CIPHER_AES256_CBC] = { "aes256-cbc", OID_AES256_CBC, 32, 16 },
};

const char *digest_name(enum digest digest)
{
	return digests[digest].name;
}

enum digest digest_from_name(struct bytes name)
{
	for (int i = DIGEST_NONE + 1; i < DIGEST_COUNT; i++)
		if (bytes_is_str(name, digests[i].name))
			return (enum digest)i;
	return DIGEST_NONE;
}

enum digest digest_from_oid(struct bytes oid)
{
	for (int i = DIGEST_NONE + 1; i < DIGEST_COUNT; i++)
		if (oid_is(oid, digests[i].oid))
			return (enum digest)i;
	return DIGEST_NONE;
}

enum oid digest_oid(enum digest digest)
{
	return digests[digest].oid;
}

size_t digest_len(enum digest digest)
{
	return digests[digest].len;
}

const char *cipher_name(enum cipher cipher)
{
	return ciphers[cipher].name;
}

enum cipher cipher_from_name(struct bytes name)
{
	for (int i = CIPHER_NONE + 1; i < CIPHER_COUNT; i++)
		if (bytes_is_str(name, ciphers[i].name))
			return (enum cipher)i;
	return CIPHER_NONE;
}

enum cipher cipher_from_oid(struct bytes oid)
{
	for (int i = CIPHER_NONE + 1; i < CIPHER_COUNT; i++)
		if (oid_is(oid, ciphers[i].oid))
			return (enum cipher)i;
	return CIPHER_NONE;
}

enum oid cipher_oid(enum cipher cipher)
{
	return ciphers[cipher].oid;
}

size_t cipher_key_len(enum cipher cipher)
{
	return ciphers[cipher].key_len;
}

size_t cipher_block_len(enum cipher cipher)
{
	return ciphers[cipher].block_len;
}

const char *key_kind_name(enum key_kind kind)
{
	switch (kind) {
	case KEY_KIND_RSA:
		return "rsa";
	case KEY_KIND_EC_P256:
		return "ec-p256";
	case KEY_KIND_EC_P384:
		return "ec-p384";
	case KEY_KIND_EC_P521:
		return "ec-p521";
	case KEY_KIND_ED25519:
		return "ed25519";
	case KEY_KIND_OTHER:
		break;
	}
	return "other";
}

static const char *const key_classes[KEY_CLASS_COUNT] = {
	[KEY_CLASS_NONE] = "none",
	[KEY_CLASS_RSA_2048] = "rsa-2048",
	[KEY_CLASS_RSA_3072] = "rsa-3072",
	[KEY_CLASS_RSA_4096] = "rsa-4096",
	[KEY_CLASS_RSA_OTHER] = "rsa-other",
	[KEY_CLASS_EC_P256] = "ec-p256",
	[KEY_CLASS_EC_P384] = "ec-p384",
	[KEY_CLASS_EC_P521] = "ec-p521",
	[KEY_CLASS_ED25519] = "ed25519",
};

const char *key_class_name(enum key_class key_class)
{
	return key_classes[key_class];
}

enum key_class key_class_from_name(struct bytes name)
{
	for (int i = KEY_CLASS_NONE + 1; i < KEY_CLASS_COUNT; i++)
		if (bytes_is_str(name, key_classes[i]))
			return (enum key_class)i;
	return KEY_CLASS_NONE;
}

enum key_class key_class_of(enum key_kind kind, unsigned bits)
{
	switch (kind) {
	case KEY_KIND_RSA:
		return bits == 2048 ? KEY_CLASS_RSA_2048 : bits == 3072 ? KEY_CLASS_RSA_3072 : bits == 4096 ? KEY_CLASS_RSA_4096 : KEY_CLASS_RSA_OTHER;
	case KEY_KIND_EC_P256:
		return KEY_CLASS_EC_P256;
	case KEY_KIND_EC_P384:
		return KEY_CLASS_EC_P384;
	case KEY_KIND_EC_P521:
		return KEY_CLASS_EC_P521;
	case KEY_KIND_ED25519:
		return KEY_CLASS_ED25519;
	case KEY_KIND_OTHER:
		break;
	}
	return KEY_CLASS_NONE;
}

bool digest_list_has(const struct digest_list *list, enum digest digest)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->item[i] == digest)
			return true;
	return false;
}

bool cipher_list_has(const struct cipher_list *list, enum cipher cipher)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->item[i] == cipher)
			return true;
	return false;
}

bool key_list_has(const struct key_list *list, enum key_class key_class)
{
	for (size_t i = 0; i < list->count; i++)
		if (list->item[i] == key_class)
			return true;
	return false;
}
