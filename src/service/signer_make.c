#include <config.h>

#include "service/signer_make.h"

#include "pki/crypto.h"
#include "pki/name.h"
#include "service/stored_key.h"

static enum err describe(const struct key *key, const struct cert_template *tbs, struct signer *signer)
{
	uint8_t hash[DIGEST_MAX_LEN];
	enum err e;

	if ((e = name_format(tbs->subject, &signer->subject)) != ERR_OK || (e = crypto_digest(DIGEST_SHA256, key_get_spki(key), hash)) != ERR_OK)
		return e;
	for (size_t i = 0; i < sizeof signer->spki_sha256; i++)
		signer->spki_sha256[i] = hash[i];
	clock_format_iso(tbs->not_before_utc, signer->not_before);
	clock_format_iso(tbs->not_after_utc, signer->not_after);
	return ERR_OK;
}

enum err signer_make(struct service *service, const struct key *key, const struct cert_template *tbs, const struct cert *issuer,
	const struct key *issuer_key, struct signer *signer, struct why *why)
{
	struct cert_template whole = *tbs;
	struct signer made = { 0 };
	struct pubkey *pubkey = NULL;
	enum err e;

	whole.spki = key_get_spki(key);
	if ((e = pubkey_parse(whole.spki, &pubkey, why)) != ERR_OK)
		goto out;
	if ((e = cert_sign(&whole, pubkey, issuer, issuer_key != NULL ? issuer_key : key, &service->random, NULL, &made.cert_der,
		why)) != ERR_OK)
		goto out;
	if ((e = stored_key_encode(&service->keys, key, &made.key_stored, why)) != ERR_OK)
		goto out;
	if ((e = describe(key, &whole, &made)) != ERR_OK)
		goto out;
	*signer = made;
	made = (struct signer){ 0 };
out:
	signer_clear(&made);
	pubkey_free(pubkey);
	return e;
}

void signer_arguments(const struct signer *signer, const struct signer_names *names, struct admin_argument out[SIGNER_ARGUMENTS])
{
	out[0] = (struct admin_argument){ names->certificate, buf_bytes(&signer->cert_der) };
	out[1] = (struct admin_argument){ names->private_key, buf_bytes(&signer->key_stored) };
	out[2] = (struct admin_argument){ names->spki_sha256, bytes_from(signer->spki_sha256, sizeof signer->spki_sha256) };
	out[3] = (struct admin_argument){ names->subject, buf_bytes(&signer->subject) };
	out[4] = (struct admin_argument){ names->not_before, bytes_from_str(signer->not_before) };
	out[5] = (struct admin_argument){ names->not_after, bytes_from_str(signer->not_after) };
}

void signer_clear(struct signer *signer)
{
	buf_clear(&signer->cert_der);
	buf_clear(&signer->key_stored);
	buf_clear(&signer->subject);
}
