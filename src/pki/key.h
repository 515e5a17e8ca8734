#ifndef SCEPGATE_PKI_KEY_H
#define SCEPGATE_PKI_KEY_H

/*
 * Private and public keys, and every operation with them. The one interface for all key providers: GnuTLS software today; PKCS#11 and
 * libcrypto fit behind `struct key` without a change here. Private key material never leaves this module but as encrypted PKCS#8 (or,
 * for scepcli's own key file, as plain PKCS#8 PEM).
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

/** Write it as plain PKCS#8 PEM, for scepcli's key file. Appended. */
enum err key_encode_pem(const struct key *key, struct buf *out, struct why *why);

void key_free(struct key *key);

/** SubjectPublicKeyInfo DER. Borrowed from the key. */
struct bytes key_get_spki(const struct key *key);
enum key_kind key_get_kind(const struct key *key);
unsigned key_get_bits(const struct key *key);

/**
 * Sign data: PKCS#1 v1.5 for RSA, ECDSA (DER) for EC, Ed25519 (the digest is then ignored).
 * @param signature out: appended. @return ERR_OK; ERR_KEY; ERR_MEMORY.
 */
enum err key_sign(const struct key *key, enum digest digest, struct bytes data, struct buf *signature, struct why *why);

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
 * @return ERR_OK, also for hostile ciphertext; ERR_ALG_KEY_TRANSPORT when the key is not RSA; ERR_RANDOM.
 */
enum err key_decrypt(const struct key *key, const struct random *random, struct bytes ciphertext, uint8_t *out, size_t out_len);

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
enum key_kind pubkey_get_kind(const struct pubkey *pubkey);
unsigned pubkey_get_bits(const struct pubkey *pubkey);

/** The whole SPKI as read. Borrowed from the pubkey. */
struct bytes pubkey_get_spki(const struct pubkey *pubkey);

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

/** Encrypt a content-encryption key with RSAES-PKCS1-v1_5. Appended. @return ERR_OK; ERR_ALG_KEY_TRANSPORT when not RSA or too small. */
enum err pubkey_encrypt(const struct pubkey *pubkey, struct bytes plain, struct buf *out, struct why *why);

#endif
