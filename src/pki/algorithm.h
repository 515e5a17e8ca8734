#ifndef SCEPGATE_PKI_ALGORITHM_H
#define SCEPGATE_PKI_ALGORITHM_H

/*
 * The algorithms as values: digests, content ciphers and key kinds, their identifiers and their names in the database and on the command line. Which ones
 * an endpoint allows is not decided here.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "pki/oid.h"

enum digest { DIGEST_NONE, DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 };
enum { DIGEST_COUNT = DIGEST_SHA512 + 1, DIGEST_SHA256_LEN = 32, DIGEST_MAX_LEN = 64 };

enum cipher { CIPHER_NONE, CIPHER_DES_CBC, CIPHER_DES3_CBC, CIPHER_AES128_CBC, CIPHER_AES192_CBC, CIPHER_AES256_CBC };
enum { CIPHER_COUNT = CIPHER_AES256_CBC + 1, CIPHER_MAX_KEY_LEN = 32, CIPHER_MAX_BLOCK_LEN = 16 };

/** What a public or private key is. KEY_KIND_OTHER: well-formed, but nothing that we can use. */
enum key_kind { KEY_KIND_OTHER, KEY_KIND_RSA, KEY_KIND_EC_P256, KEY_KIND_EC_P384, KEY_KIND_EC_P521, KEY_KIND_ED25519 };

/** What an endpoint may allow to be certified: key kinds, and the usual sizes of RSA keys one by one. KEY_CLASS_NONE: nothing that is ever certified. */
enum key_class {
	KEY_CLASS_NONE, KEY_CLASS_RSA_2048, KEY_CLASS_RSA_3072, KEY_CLASS_RSA_4096, KEY_CLASS_RSA_OTHER, KEY_CLASS_EC_P256, KEY_CLASS_EC_P384, KEY_CLASS_EC_P521, KEY_CLASS_ED25519
};
enum { KEY_CLASS_COUNT = KEY_CLASS_ED25519 + 1 };

/** "md5", "sha1", "sha224", "sha256", "sha384", "sha512". */
const char *digest_name(enum digest digest);
/** @return DIGEST_NONE for any other word. */
enum digest digest_from_name(struct bytes name);
enum digest digest_from_oid(struct bytes oid);
enum oid digest_oid(enum digest digest);
/** Length of a digest in bytes: 16..64. */
size_t digest_len(enum digest digest);

/** "des-cbc", "des3-cbc", "aes128-cbc", "aes192-cbc", "aes256-cbc". */
const char *cipher_name(enum cipher cipher);
/** @return CIPHER_NONE for any other word. */
enum cipher cipher_from_name(struct bytes name);
enum cipher cipher_from_oid(struct bytes oid);
enum oid cipher_oid(enum cipher cipher);
/** Key length in bytes: 8, 24, 16, 24, 32. */
size_t cipher_key_len(enum cipher cipher);
/** Block and IV length in bytes: 8 or 16. */
size_t cipher_block_len(enum cipher cipher);

/** "rsa", "ec-p256", "ec-p384", "ec-p521", "ed25519", "other". */
const char *key_kind_name(enum key_kind kind);

/** "rsa-2048", "rsa-3072", "rsa-4096", "rsa-other", "ec-p256", "ec-p384", "ec-p521", "ed25519". */
const char *key_class_name(enum key_class key_class);
/** @return KEY_CLASS_NONE for any other word. */
enum key_class key_class_from_name(struct bytes name);
/** @param bits of the RSA modulus; ignored for the others. @return KEY_CLASS_NONE for KEY_KIND_OTHER. */
enum key_class key_class_of(enum key_kind kind, unsigned bits);

/** Ordered lists of what an endpoint allows; the first is preferred where the server has a choice. No doubles. */
struct digest_list {
	enum digest item[DIGEST_COUNT];
	size_t count;
};
struct cipher_list {
	enum cipher item[CIPHER_COUNT];
	size_t count;
};
struct key_list {
	enum key_class item[KEY_CLASS_COUNT];
	size_t count;
};

bool digest_list_has(const struct digest_list *list, enum digest digest);
bool cipher_list_has(const struct cipher_list *list, enum cipher cipher);
bool key_list_has(const struct key_list *list, enum key_class key_class);

#endif
