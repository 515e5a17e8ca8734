#include <config.h>

#include "service/ca_signer.h"

#include "service/ca_create.h"
#include "service/stored_key.h"
#include "store/admin.h"

enum err ca_signer_load(struct service *service, const char *name, struct ca_signer *out, struct why *why)
{
	struct ca_signer signer = { 0 };
	struct buf cert_der = { 0 }, key_stored = { 0 };
	enum err e;

	if ((e = admin_ca_load(service->store, name, &cert_der, &key_stored, why)) != ERR_OK ||
	    (e = cert_parse(buf_bytes(&cert_der), &signer.cert, why)) != ERR_OK)
		goto out;
	if (key_stored.len == 0) {
		e = why_set(why, ERR_KEY, "the CA \"%s\" is a link of a chain only: it has no private key here", name);
		goto out;
	}
	if ((e = stored_key_open(&service->keys, buf_bytes(&key_stored), &signer.key, why)) != ERR_OK)
		goto out;
	if (!bytes_is_equal(signer.cert->spki, key_get_spki(signer.key))) {
		e = why_set(why, ERR_KEY, "the private key of the CA \"%s\" does not belong to its certificate", name);
		goto out;
	}
	*out = signer;
	signer = (struct ca_signer){ 0 };
out:
	buf_clear(&cert_der);
	buf_clear(&key_stored);
	ca_signer_clear(&signer);
	return e;
}

void ca_signer_clear(struct ca_signer *signer)
{
	cert_free(signer->cert);
	key_free(signer->key);
	*signer = (struct ca_signer){ 0 };
}

enum err ca_signer_check_validity(const struct service *service, const struct cert *cert, struct why *why)
{
	int64_t now_utc = clock_now_utc(&service->clock);
	char not_before[CLOCK_ISO_SIZE], not_after[CLOCK_ISO_SIZE];

	if (!cert->has_times)
		return why_set(why, ERR_CA_VALIDITY, "the validity of the CA certificate cannot be read");
	if (now_utc >= cert->not_before_utc && now_utc < cert->not_after_utc)
		return ERR_OK;
	clock_format_iso(cert->not_before_utc, not_before);
	clock_format_iso(cert->not_after_utc, not_after);
	return why_set(why, ERR_CA_VALIDITY, "the CA certificate is valid from %s to %s, not now", not_before, not_after);
}

enum err ca_signer_set_validity(const struct service *service, const struct cert *cert, int days, struct cert_template *tbs, struct why *why)
{
	int64_t not_before_utc = clock_now_utc(&service->clock) - CA_BACKDATE_S;
	int64_t not_after_utc = clock_now_utc(&service->clock) + (int64_t)days * 86400;
	enum err e = ca_signer_check_validity(service, cert, why);

	if (e != ERR_OK)
		return e;
	tbs->not_before_utc = not_before_utc > cert->not_before_utc ? not_before_utc : cert->not_before_utc;
	tbs->not_after_utc = not_after_utc < cert->not_after_utc ? not_after_utc : cert->not_after_utc;
	return ERR_OK;
}
