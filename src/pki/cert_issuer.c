#include <config.h>

#include "pki/cert_issuer.h"

#include "pki/der.h"

enum digest cert_issuer_digest(const struct key *issuer_key)
{
	switch (key_get_kind(issuer_key)) {
	case KEY_KIND_EC_P384:
		return DIGEST_SHA384;
	case KEY_KIND_EC_P521:
	case KEY_KIND_ED25519:
		return DIGEST_SHA512;
	case KEY_KIND_RSA:
	case KEY_KIND_EC_P256:
	case KEY_KIND_OTHER:
		return DIGEST_SHA256;
	}
	return DIGEST_SHA256;
}

/* The BIT STRING inside a SubjectPublicKeyInfo; empty when it is none. */
static struct bytes public_key_bits(struct bytes spki)
{
	struct der_element sequence, algorithm, bits;
	struct der der;

	if (der_read_only(spki, DER_SEQUENCE, &sequence) != ERR_OK)
		return bytes_from(NULL, 0);
	der = (struct der){ sequence.value };
	if (der_read_tag(&der, DER_SEQUENCE, &algorithm) != ERR_OK || der_read_tag(&der, DER_BIT_STRING, &bits) != ERR_OK)
		return bytes_from(NULL, 0);
	return bits.value;
}

enum err cert_issuer_check_key(struct bytes spki, const struct key *issuer_key, struct why *why)
{
	struct bytes bits = public_key_bits(spki);

	if (bits.len == 0 || !bytes_is_equal(bits, public_key_bits(key_get_spki(issuer_key))))
		return why_set(why, ERR_KEY, "the private key does not belong to the issuer");
	return ERR_OK;
}

enum err cert_issuer_put_key_id(const struct cert *issuer, struct buf *out, struct why *why)
{
	struct pubkey *pubkey = NULL;
	uint8_t key_id[PUBKEY_KEY_ID_LEN];
	enum err e;

	if (issuer->subject_key_id.len > 0)
		return ext_put_authority_key_id(out, issuer->subject_key_id);
	if ((e = pubkey_parse(issuer->spki, &pubkey, why)) == ERR_OK && (e = pubkey_key_id(pubkey, key_id)) == ERR_OK)
		e = ext_put_authority_key_id(out, bytes_from(key_id, sizeof key_id));
	pubkey_free(pubkey);
	return e;
}
