#ifndef SCEPGATE_PKI_KEY_H
#define SCEPGATE_PKI_KEY_H

/*
 * Private and public keys, and every operation with them. The one interface for all key providers (key_provider.h): keys in memory, which GnuTLS or OpenSSL
 * works with, and keys in a PKCS#11 token. Private key material never leaves this module but as encrypted PKCS#8 (or, for scepcli's own key file, as plain
 * PKCS#8 PEM), and that of a token never leaves the token.
 */

#include "base/why.h"
#include "base/random.h"
#include "pki/algorithm.h"

enum { KEY_RSA_MIN_BITS = 2048, KEY_RSA_MAX_BITS = 8192 }; /* of keys that we generate or certify; signers may be smaller */

enum { PUBKEY_KEY_ID_LEN = 20 }; /* octets of SHA-1 */

struct key;    /* private */
struct pubkey; /* public */

/* --- private keys --- */

/**
 * Make a key. @param kind RSA, P-256, P-384, P-521 or Ed25519. @param bits RSA modulus bits (2048, 3072, 4096, …); ignored for the others.
 * @return ERR_OK; ERR_VALUE for a kind or size that we do not make; ERR_MEMORY; ERR_INTERNAL.
 */
enum err key_generate(enum key_kind kind, unsigned bits, struct key **out, struct why *why);

/**
 * Read an encrypted PKCS#8 (RFC 5958 EncryptedPrivateKeyInfo, PBES2 with AES-256).
 * @param secret in: the key-encryption secret, as conf_secret_load() gave it: printable ASCII.
 * @return ERR_OK; ERR_KEY_SECRET when the secret does not open it; ERR_KEY when the content is no key; ERR_MEMORY.
 */
enum err key_open_pkcs8(struct bytes pkcs8_der, struct bytes secret, struct key **out, struct why *why);

/**
 * Write it as encrypted PKCS#8 DER: PBES2, PBKDF2 with HMAC-SHA-256, AES-256-CBC. Appended to `out`.
 * @return ERR_OK; ERR_KEY_SECRET for a secret that key_open_pkcs8() would not take; ERR_KEY; ERR_RANDOM; ERR_MEMORY.
 */
enum err key_seal_pkcs8(const struct key *key, struct bytes secret, struct buf *out, struct why *why);

/** Read a PEM private key without encryption (PKCS#8 or the older RSA and EC forms), for scepcli. @return ERR_OK; ERR_KEY; ERR_MEMORY. */
enum err key_parse_pem(struct bytes pem, struct key **out, struct why *why);

/**
 * Read a private key as others write it: PKCS#8, encrypted or not, the older RSA and EC forms, and in PEM OpenSSL's older encryption ("DEK-Info").
 *
 * @param password in: UTF-8; NULL: what is encrypted is not read.
 * @return ERR_OK; ERR_KEY_SECRET when the password does not open it, or is needed; ERR_KEY; ERR_MEMORY.
 */
enum err key_import(struct bytes in, bool is_pem, const char *password, struct key **out, struct why *why);

/** Write it as plain PKCS#8 PEM, for scepcli's key file. Appended. */
enum err key_encode_pem(const struct key *key, struct buf *out, struct why *why);

/** What works with a key that is in memory. AUTO: the fastest for this kind of key that was built in. OpenSSL is its libcrypto, which a build may lack. */
enum key_library { KEY_LIBRARY_AUTO, KEY_LIBRARY_GNUTLS, KEY_LIBRARY_OPENSSL };

/** From its word in scepgate.conf(5): auto, gnutls, openssl. @return ERR_OK; ERR_CONF for one that is not built in, or is none. */
enum err key_library_from_name(const char *name, enum key_library *out, struct why *why);

bool key_library_is_built_in(enum key_library library);

/** Name and version of what is meant, e.g. "OpenSSL 3.0.19". Borrowed for ever. */
const char *key_library_version(enum key_library library);

/**
 * Let this library work with the key from now on. Every key begins with GnuTLS, which reads and makes them. A key in a token stays the token's.
 * @return ERR_OK; ERR_CONF when the library is not built in; ERR_KEY when it does not take the key; ERR_MEMORY. On error the key is as it was.
 */
enum err key_use_library(struct key *key, enum key_library library, struct why *why);

/** How to get at a token. Borrowed for the call. All zero: the modules that p11-kit is configured with, and the PIN from the pin-source of the URI. */
struct key_token {
	const char *module;    /* path of the PKCS#11 library; NULL: those of p11-kit's configuration */
	const char *pin_file;  /* file with the PIN, one line; NULL: the pin-source of the URI, a path or "file:" and a path, else no PIN */
};

enum { KEY_URI_MAX_LEN = 2048, KEY_PIN_MAX_LEN = 255 };

#define KEY_URI_SCHEME "pkcs11:"

/**
 * Is this a URI that key_open_pkcs11() takes (RFC 7512)? It begins with "pkcs11:", names an object by `object` or `id`, has no type but `private`, and no query
 * attribute but pin-source: pin-value would be a secret where none may stand, and module-path would let whoever writes the database choose the code that we run.
 *
 * @return ERR_OK; ERR_VALUE with the cause, which does not repeat the URI.
 */
enum err key_uri_check(const char *uri, struct why *why);

/**
 * Open a private key in a PKCS#11 token; the operations are the token's, the public key is read from it.
 *
 * The PIN is tried once, and not at all when the token says that this is the last try, so that restarting cannot lock it. The file with the PIN is read
 * by secret_file_read(), with its checks. The module of the first key is that of all of them: it is loaded into the process and stays. The key cannot be
 * used behind a fork().
 *
 * @param uri   in: as key_uri_check(). @param token in: NULL for none of it.
 * @return ERR_OK; ERR_VALUE; ERR_KEY_SECRET when the PIN is missing, wrong, or its file is not as it must be; ERR_KEY when token or object are not there, when more than one
 *         object fits, or when the key is of no type that we use; ERR_MEMORY. No sentence holds the PIN.
 */
enum err key_open_pkcs11(const char *uri, const struct key_token *token, struct key **out, struct why *why);

/** Does the key live in a token? Then it cannot be sealed, and it is opened by URI. */
bool key_is_in_token(const struct key *key);

/** The URI by which a key in a token was opened; NULL for one in memory. Borrowed from the key. */
const char *key_get_uri(const struct key *key);

void key_free(struct key *key);

/**
 * Does the private key fit the public one? Signs something and verifies it. For keys that come from elsewhere: a token's public key is another object
 * than its private key.
 *
 * @return ERR_OK; ERR_KEY; ERR_MEMORY. Cost: one private-key operation.
 */
enum err key_check(const struct key *key, struct why *why);

/**
 * The same for decryption, as keys of RA certificates need it: encrypts something and decrypts it.
 * @return ERR_OK; ERR_KEY; ERR_ALG_KEY_TRANSPORT for keys that cannot; ERR_RANDOM.
 */
enum err key_check_decrypt(const struct key *key, const struct random *random, struct why *why);

/** SubjectPublicKeyInfo DER. Borrowed from the key. */
struct bytes key_get_spki(const struct key *key);
enum key_kind key_get_kind(const struct key *key);
unsigned key_get_bits(const struct key *key);

/**
 * Sign data: PKCS#1 v1.5 for RSA, ECDSA (DER) for EC, Ed25519 (the digest is then ignored).
 * @param signature out: appended. @return ERR_OK; ERR_KEY; ERR_MEMORY.
 */
enum err key_sign(const struct key *key, enum digest digest, struct bytes data, struct buf *signature, struct why *why);

/** Can it sign from the digest alone? Not Ed25519, which reads the message twice (RFC 8032 section 5.1.6). */
bool key_can_sign_hash(const struct key *key);

/**
 * Sign data whose digest is known, for what is too long to be held in memory.
 * @param hash in: digest_len(digest) octets. @param signature out: appended. @return ERR_OK; ERR_KEY, also when key_can_sign_hash() is false; ERR_MEMORY.
 */
enum err key_sign_hash(const struct key *key, enum digest digest, struct bytes hash, struct buf *signature, struct why *why);

/**
 * The AlgorithmIdentifier (whole SEQUENCE) of what key_sign() makes, for certificates: sha256WithRSAEncryption with NULL, ecdsa-with-SHA256 without, Ed25519.
 * For SignerInfo of RSA keys use rsaEncryption instead (strongSwan insists). @return ERR_OK; ERR_ALG_DIGEST when there is none for key and digest; ERR_MEMORY.
 */
enum err key_signature_algorithm(const struct key *key, enum digest digest, struct buf *out);

/**
 * Decrypt a content-encryption key, RSAES-PKCS1-v1_5, with implicit rejection (RFC 3218, RFC 8017 section 7.2.2).
 *
 * `out` is first filled with random bytes; a ciphertext that does not hold exactly out_len bytes leaves them. The caller cannot tell and must not try.
 * A ciphertext shorter than the modulus is padded on the left.
 *
 * @return ERR_OK, also for hostile ciphertext; ERR_ALG_KEY_TRANSPORT when the key is not RSA; ERR_KEY or ERR_KEY_SECRET when a token does not
 *         work, whatever the ciphertext is; ERR_RANDOM.
 */
enum err key_decrypt(const struct key *key, const struct random *random, struct bytes ciphertext, uint8_t *out, size_t out_len, struct why *why);

/** RSAES-OAEP without a label: what RSAES-OAEP-params name (RFC 4055 section 4.1). */
struct key_oaep {
	enum digest digest;            /* hashFunc */
	enum digest mask_digest;       /* of MGF1 */
};

/** Can this key decrypt what came under RSAES-OAEP? Where the number can be had with its padding: OpenSSL, and tokens that do raw RSA. GnuTLS 3.7 cannot. */
bool key_can_decrypt_oaep(const struct key *key);

/**
 * The same under RSAES-OAEP (RFC 8017 section 7.1.2), with the same implicit rejection: nothing tells a bad ciphertext from a good one.
 * @return as key_decrypt(); ERR_ALG_KEY_TRANSPORT also when key_can_decrypt_oaep() is false.
 */
enum err key_decrypt_oaep(const struct key *key, const struct key_oaep *oaep, const struct random *random, struct bytes ciphertext, uint8_t *out, size_t out_len,
	struct why *why);

/* --- public keys --- */

/**
 * Read a SubjectPublicKeyInfo.
 *
 * @param spki_der in: exactly one SEQUENCE. RSA up to KEY_RSA_MAX_BITS, exponent odd and 3..2^32; EC points on the curve. The parameters of the algorithm:
 *                 NULL or nothing for RSA, the name of a curve for EC, nothing for Ed25519, and nothing behind them.
 * @return ERR_OK (kind KEY_KIND_OTHER for key types that we do not know); ERR_ALG_KEY for a key that is malformed or broken; ERR_MEMORY.
 */
enum err pubkey_parse(struct bytes spki_der, struct pubkey **out, struct why *why);
void pubkey_free(struct pubkey *pubkey);

/**
 * Is this key fit to be certified? pubkey_parse() has refused what is broken (even modulus, exponent 1, points beside the curve, curves given by parameters). This refuses
 * what is weak: RSA below KEY_RSA_MIN_BITS, a modulus with a small factor (SP 800-89 section 5.3.3), one made by the faulty generator of Infineon chips ("ROCA",
 * CVE-2017-15361), and key types that we do not know. To be asked of every key that a certificate of ours shall be for, those of CAs included.
 *
 * @return ERR_OK; ERR_ALG_KEY with the cause. Cost: microseconds.
 */
enum err pubkey_check_strength(const struct pubkey *pubkey, struct why *why);
enum key_kind pubkey_get_kind(const struct pubkey *pubkey);
unsigned pubkey_get_bits(const struct pubkey *pubkey);

/** The whole SPKI as read. Borrowed from the pubkey. */
struct bytes pubkey_get_spki(const struct pubkey *pubkey);

/**
 * Is it the same key, however it is encoded?
 * @return ERR_OK; ERR_ALG_KEY when one of them cannot be put into a common form; ERR_MEMORY.
 */
enum err pubkey_compare(const struct pubkey *a, const struct pubkey *b, bool *is_same, struct why *why);

/** SHA-1 of the subjectPublicKey bits: RFC 5280 section 4.2.1.2 method (1), for SKI. @return ERR_OK; ERR_ALG_DIGEST when the crypto library does not compute SHA-1. */
enum err pubkey_key_id(const struct pubkey *pubkey, uint8_t out[PUBKEY_KEY_ID_LEN]);

/**
 * Verify a signature over data.
 *
 * @param algorithm in: the AlgorithmIdentifier of the signature, whole SEQUENCE. For rsaEncryption (CMS SignerInfo) `digest` names the hash; for
 *                  sha*WithRSA and ecdsa-with-SHA* it must agree with `digest` unless that is DIGEST_NONE. RSASSA-PSS: salt of digest length.
 *                  A DigestInfo without NULL is tolerated. MD5 and SHA-1 verify: the caller's lists decide what is allowed.
 * @param used      out: the digest that was used; may be NULL.
 * @return ERR_OK; ERR_CMS_SIGNATURE when it does not verify; ERR_ALG_SIGNATURE for an algorithm we do not do, or that does not fit the key; ERR_ALG_DIGEST for
 *         a digest that is missing or contradicts the algorithm; ERR_ALG_KEY for KEY_KIND_OTHER; ERR_MEMORY.
 */
enum err pubkey_verify(const struct pubkey *pubkey, struct bytes algorithm, enum digest digest, struct bytes data, struct bytes signature, enum digest *used, struct why *why);

/** The digest that a signature algorithm (whole SEQUENCE) names; SHA-512 for Ed25519. @return ERR_OK; ERR_ALG_SIGNATURE for one we do not do; ERR_ALG_DIGEST when it names none. */
enum err signature_get_digest(struct bytes algorithm, enum digest *out, struct why *why);

/** Encrypt a content-encryption key with RSAES-PKCS1-v1_5. Appended. @return ERR_OK; ERR_ALG_KEY_TRANSPORT when not RSA or too small. */
enum err pubkey_encrypt(const struct pubkey *pubkey, struct bytes plain, struct buf *out, struct why *why);

#endif
