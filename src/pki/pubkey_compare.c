#include <config.h>

#include "pki/pubkey.h"

#include "pki/crypto.h"
#include "pki/gnutls_map.h"

/* One key has several encodings: with and without the NULL of its algorithm, with zeros before its numbers. What GnuTLS makes a key's identifier of has one. */
static enum err get_id(const struct pubkey *pubkey, uint8_t id[DIGEST_MAX_LEN], size_t *len, struct why *why)
{
	int rc;

	*len = DIGEST_MAX_LEN;
	if ((rc = gnutls_pubkey_get_key_id(pubkey->handle, GNUTLS_KEYID_USE_SHA256, id, len)) < 0)
		return gnutls_map_error(rc, ERR_ALG_KEY, "identifier of a public key", why);
	return ERR_OK;
}

enum err pubkey_compare(const struct pubkey *a, const struct pubkey *b, bool *is_same, struct why *why)
{
	uint8_t id_a[DIGEST_MAX_LEN], id_b[DIGEST_MAX_LEN];
	size_t len_a, len_b;
	enum err e;

	if (a->kind != b->kind || a->kind == KEY_KIND_OTHER) {
		*is_same = bytes_is_equal(buf_bytes(&a->spki), buf_bytes(&b->spki));
		return ERR_OK;
	}
	if ((e = get_id(a, id_a, &len_a, why)) != ERR_OK || (e = get_id(b, id_b, &len_b, why)) != ERR_OK)
		return e;
	*is_same = bytes_is_equal(bytes_from(id_a, len_a), bytes_from(id_b, len_b));
	return ERR_OK;
}
