#include <config.h>

#include "pki/cms_enveloped.h"

#include <string.h>

#include "pki/cms_content.h"
#include "pki/cms_signer.h"
#include "pki/oaep.h"

/*
 * The recipient that is ours. Never is a second one tried after a first: who may choose between several encrypted keys has an oracle
 * (CVE-2019-1563).
 */
static const struct cms_recipient *find_named(const struct cms_enveloped *cms, const struct cert *ours)
{
	for (size_t i = 0; i < cms->recipient_count; i++) {
		const struct cms_recipient *recipient = &cms->recipient[i];
		struct cms_identifier rid = { recipient->issuer, recipient->serial, recipient->key_id };

		if (cms_identifier_is_of(&rid, ours))
			return recipient;
	}
	return NULL;
}

bool cms_enveloped_is_for(const struct cms_enveloped *cms, const struct cert *ours)
{
	return find_named(cms, ours) != NULL;
}

static const struct cms_recipient *find_recipient(const struct cms_enveloped *cms, const struct cert *ours)
{
	const struct cms_recipient *named = find_named(cms, ours);

	if (named != NULL)
		return named;
	/* The certificate may have been renewed, or the client took the CA's name for the RA's. */
	return cms->recipient_count == 1 ? &cms->recipient[0] : NULL;
}

/* How is the content-encryption key transported, and can this key do it? @param oaep out: with it `is_oaep` is set. */
static enum err read_transport(const struct cms_recipient *recipient, const struct key *key, struct key_oaep *oaep, bool *is_oaep, struct why *why)
{
	*is_oaep = oid_is(recipient->algorithm_oid, OID_RSAES_OAEP);
	if (!*is_oaep)
		return oid_is(recipient->algorithm_oid, OID_RSA_ENCRYPTION) ? ERR_OK :
			why_set(why, ERR_ALG_KEY_TRANSPORT, "the key transport is neither RSAES-PKCS1-v1_5 nor RSAES-OAEP");
	if (!key_can_decrypt_oaep(key))
		return why_set(why, ERR_ALG_KEY_TRANSPORT, "the key transport is RSAES-OAEP, which the provider of our key does not do");
	return oaep_parse(recipient->algorithm_parameters, oaep, why);
}

/*
 * From here on everything ends alike (RFC 3218, RFC 8017 section 7.2.2): key_decrypt() gives a random key where the encrypted one is bad, and what that key makes of the
 * ciphertext has bad padding, or is no certification request.
 */
static enum err decrypt(const struct cms_enveloped *cms, const struct key_oaep *oaep, struct bytes encrypted_key, const struct key *key, const struct random *random,
	struct buf *plain, struct why *why)
{
	uint8_t content_key[CIPHER_MAX_KEY_LEN];
	size_t key_len = cipher_key_len(cms->cipher);
	enum err e;

	e = oaep != NULL ? key_decrypt_oaep(key, oaep, random, encrypted_key, content_key, key_len, why) : key_decrypt(key, random, encrypted_key, content_key, key_len, why);
	if (e == ERR_OK)
		e = cms_content_open(cms, bytes_from(content_key, key_len), plain);
	explicit_bzero(content_key, sizeof(content_key));
	return e;
}

enum err cms_enveloped_open(const struct cms_enveloped *cms, const struct cert *ours, const struct key *key, const struct random *random, struct buf *plain, struct why *why)
{
	const struct cms_recipient *recipient = find_recipient(cms, ours);
	struct key_oaep oaep;
	bool is_oaep;
	enum err e;

	if (recipient == NULL)
		return why_set(why, ERR_CMS_RECIPIENT, "none of the %zu recipients of the envelope has our issuer and serial number", cms->recipient_count);
	if ((e = read_transport(recipient, key, &oaep, &is_oaep, why)) != ERR_OK)
		return e;
	if (cms->cipher == CIPHER_NONE)
		return why_set(why, ERR_ALG_CIPHER, "the content encryption algorithm is not known");
	if ((e = decrypt(cms, is_oaep ? &oaep : NULL, recipient->encrypted_key, key, random, plain, why)) == ERR_CMS_DECRYPT)
		why_set(why, e, "the envelope does not open: made for another key, or damaged");
	return e;
}
