#include <config.h>

#include "service/ca_create.h"

#include "pki/name.h"
#include "service/signer_make.h"

enum err ca_key_check(enum key_kind kind, unsigned bits, bool has_encipherment, struct why *why)
{
	bool fits = kind == KEY_KIND_EC_P256 || kind == KEY_KIND_EC_P384 || (kind == KEY_KIND_RSA && (bits == 2048 || bits == 3072 || bits == 4096));

	if (!fits)
		return why_set(why, ERR_VALUE, "a CA's key is RSA with 2048, 3072 or 4096 bits, P-256 or P-384");
	if (has_encipherment && kind != KEY_KIND_RSA)
		return why_set(why, ERR_VALUE, "only an RSA key can decrypt requests, which a CA with keyEncipherment shall");
	return ERR_OK;
}

static enum err check_plan(const struct ca_create_plan *plan, struct why *why)
{
	if (plan->validity_days < 1 || plan->validity_days > CA_MAX_VALIDITY_DAYS)
		return why_set(why, ERR_VALUE, "a CA is valid for 1 to %d days", CA_MAX_VALIDITY_DAYS);
	return ca_key_check(plan->key_kind, plan->key_bits, plan->has_encipherment, why);
}

static enum err make_root(struct service *service, const struct ca_create_plan *plan, struct signer *signer, struct why *why)
{
	int64_t now_utc = clock_now_utc(&service->clock);
	struct cert_template tbs = {
		.not_before_utc = now_utc - CA_BACKDATE_S,
		.not_after_utc = now_utc + (int64_t)plan->validity_days * 86400,
		.is_ca = true,
		.path_len = -1,
		.key_usage = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN,
	};
	struct key *key = NULL;
	struct buf subject = { 0 };
	enum err e;

	if (plan->has_encipherment)
		tbs.key_usage |= KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT;
	if ((e = name_parse_text(plan->subject, &subject, why)) != ERR_OK)
		goto out;
	tbs.subject = buf_bytes(&subject);
	if (name_is_empty(tbs.subject)) {
		e = why_set(why, ERR_VALUE, "the subject of a CA may not be empty (RFC 5280 section 4.1.2.6)");
		goto out;
	}
	if ((e = key_generate(plan->key_kind, plan->key_bits, &key, why)) == ERR_OK)
		e = signer_make(service, key, &tbs, NULL, NULL, signer, why);
out:
	buf_clear(&subject);
	key_free(key);
	return e;
}

enum err ca_create(struct service *service, const struct ca_create_plan *plan, struct buf *cert_der, struct why *why)
{
	static const struct signer_names names = { "certificate", "private_key", "spki_sha256", "subject", "not_before", "not_after" };
	struct admin_argument argument[SIGNER_ARGUMENTS + 2];
	size_t count = SIGNER_ARGUMENTS;
	struct signer signer = { 0 };
	enum err e;

	if ((e = check_plan(plan, why)) != ERR_OK || (e = make_root(service, plan, &signer, why)) != ERR_OK)
		goto out;
	signer_arguments(&signer, &names, argument);
	argument[count++] = (struct admin_argument){ "name", bytes_from_str(plan->name) };
	if (plan->description != NULL)
		argument[count++] = (struct admin_argument){ "description", bytes_from_str(plan->description) };
	if ((e = admin_call(service->store, ADMIN_CA_CREATE, argument, count, NULL, why)) == ERR_OK && cert_der != NULL)
		e = buf_append(cert_der, buf_bytes(&signer.cert_der));
out:
	signer_clear(&signer);
	return e;
}
