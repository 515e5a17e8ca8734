#ifndef SCEPGATE_SERVICE_STORED_KEY_H
#define SCEPGATE_SERVICE_STORED_KEY_H

/*
 * A private key as the database keeps it: encrypted PKCS#8 under the key-encryption secret, or the URI of a key in a PKCS#11 token, as octets that begin with "pkcs11:".
 * The one place where services open keys, make them, and put them into the form that is stored.
 */

#include "service/key_access.h"

/** Is it the URI of a key in a token? */
bool stored_key_is_uri(struct bytes stored);

/**
 * Open a stored key, to be worked with by the library that `access` names.
 *
 * @param out out: the caller's, free with key_free(); untouched on error.
 * @return ERR_OK; ERR_KEY_SECRET when there is no secret, none opens it, or the PIN of the token is not right; ERR_KEY when it is no key, or not in the token; ERR_VALUE for a URI
 *         that names none; ERR_MEMORY. Cost: one slow key derivation for each secret that is tried, or a login to the token.
 */
enum err stored_key_open(const struct key_access *access, struct bytes stored, struct key **out, struct why *why);

/** Under which secret is it sealed? */
enum stored_key_place { STORED_KEY_SECRET, STORED_KEY_OTHER_SECRET, STORED_KEY_UNKNOWN, STORED_KEY_TOKEN };

/** Find out by opening it; a token is not asked. @return ERR_OK; ERR_MEMORY. */
enum err stored_key_find(const struct key_access *access, struct bytes stored, enum stored_key_place *place);

/**
 * What is stored of a key: sealed under `secret`, or its URI when it is in a token.
 * @param stored out: appended. @return ERR_OK; ERR_KEY_SECRET without a secret; as key_seal_pkcs8().
 */
enum err stored_key_encode(const struct key_access *access, const struct key *key, struct buf *stored, struct why *why);

/** Which key a new certificate of ours is for: one that is made, or one that is in a token. */
struct key_plan {
	enum key_kind kind;           /* to be made: RSA, P-256, P-384, P-521, Ed25519 */
	unsigned bits;                /* RSA: modulus bits */
	const char *uri;              /* a key in a token, and kind and bits are not looked at; NULL: make one */
};

/**
 * Make a key, or open the one in the token and see that both of its halves fit.
 * @return ERR_OK; as key_generate(), key_open_pkcs11() and key_check().
 */
enum err stored_key_make(const struct key_access *access, const struct key_plan *plan, struct key **out, struct why *why);

#endif
