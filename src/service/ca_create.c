#include <config.h>

#include "service/ca_create.h"

#include "pki/ca_cert.h"
#include "pki/name.h"
#include "service/ca_sign.h"
#include "service/ca_signer.h"
#include "service/signer_make.h"

static enum err check_key(enum key_kind kind, unsigned bits, bool has_encipherment, struct why *why)
{
	bool fits = kind == KEY_KIND_EC_P256 || kind == KEY_KIND_EC_P384 || kind == KEY_KIND_EC_P521 || kind == KEY_KIND_ED25519 ||
		(kind == KEY_KIND_RSA && (bits == 2048 || bits == 3072 || bits == 4096));

	if (!fits)
		return why_set(why, ERR_VALUE, "a CA's key is RSA with 2048, 3072 or 4096 bits, P-256, P-384, P-521 or Ed25519");
	if (has_encipherment && kind != KEY_KIND_RSA)
		return why_set(why, ERR_VALUE, "only an RSA key can decrypt requests, which a CA with keyEncipherment shall");
	return ERR_OK;
}

enum err ca_key_make(const struct service *service, const struct key_plan *plan, bool has_encipherment, struct key **out, struct why *why)
{
	struct key *key = NULL;
	enum err e;

	if (plan->uri == NULL)
		return (e = check_key(plan->kind, plan->bits, has_encipherment, why)) != ERR_OK ? e : stored_key_make(&service->keys, plan, out, why);
	if ((e = stored_key_make(&service->keys, plan, &key, why)) != ERR_OK || (e = check_key(key_get_kind(key), key_get_bits(key), has_encipherment, why)) != ERR_OK ||
	    (has_encipherment && (e = key_check_decrypt(key, &service->random, why)) != ERR_OK))
		goto out;
	*out = key;
	key = NULL;
out:
	key_free(key);
	return e;
}

static enum err check_plan(const struct ca_create_plan *plan, struct why *why)
{
	if (plan->validity_days < 1 || plan->validity_days > CA_MAX_VALIDITY_DAYS)
		return why_set(why, ERR_VALUE, "a CA is valid for 1 to %d days", CA_MAX_VALIDITY_DAYS);
	if (plan->has_path_len && (plan->path_len < 0 || plan->path_len > EXT_MAX_PATH_LEN))
		return why_set(why, ERR_VALUE, "a path length is 0 to %d", EXT_MAX_PATH_LEN);
	return ERR_OK;
}

static enum err set_validity(const struct service *service, const struct ca_create_plan *plan, const struct cert *issuer, struct cert_template *tbs, struct why *why)
{
	int64_t now_utc = clock_now_utc(&service->clock);

	if (issuer != NULL)
		return ca_signer_set_validity(service, issuer, plan->validity_days, tbs, why);
	tbs->not_before_utc = now_utc - CA_BACKDATE_S;
	tbs->not_after_utc = now_utc + (int64_t)plan->validity_days * 86400;
	return ERR_OK;
}

static enum err make(struct service *service, const struct ca_create_plan *plan, const struct ca_signer *issuer, struct signer *signer, struct why *why)
{
	struct cert_template tbs = { .is_ca = true, .path_len = plan->has_path_len ? plan->path_len : CA_NO_PATH_LENGTH, .key_usage = CA_CERT_KEY_USAGE };
	const struct key_plan key_plan = { plan->key_kind, plan->key_bits, plan->key_uri };
	struct key *key = NULL;
	struct buf subject = { 0 };
	enum err e;

	if (plan->has_encipherment)
		tbs.key_usage |= KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT;
	if ((e = set_validity(service, plan, issuer->cert, &tbs, why)) != ERR_OK || (e = name_parse_text(plan->subject, &subject, why)) != ERR_OK)
		goto out;
	tbs.subject = buf_bytes(&subject);
	if (issuer->cert != NULL)
		tbs.path_len = ca_sign_path_len(issuer->cert, tbs.path_len);
	if (name_is_empty(tbs.subject)) {
		e = why_set(why, ERR_VALUE, "the subject of a CA may not be empty (RFC 5280 section 4.1.2.6)");
		goto out;
	}
	if (issuer->cert != NULL && name_is_equal(tbs.subject, issuer->cert->subject)) {
		e = why_set(why, ERR_VALUE, "a CA below another one has another subject (RFC 5280 section 3.2)");
		goto out;
	}
	if ((e = ca_key_make(service, &key_plan, plan->has_encipherment, &key, why)) == ERR_OK)
		e = signer_make(service, key, &tbs, issuer->cert, issuer->key, signer, why);
out:
	buf_clear(&subject);
	key_free(key);
	return e;
}

static enum err store_ca(struct service *service, const struct ca_create_plan *plan, const struct signer *signer, struct why *why)
{
	static const struct signer_names names = { "certificate", "private_key", "spki_sha256", "subject", "not_before", "not_after" };
	struct admin_argument argument[SIGNER_ARGUMENTS + 3];
	size_t count = SIGNER_ARGUMENTS;

	signer_arguments(signer, &names, argument);
	argument[count++] = (struct admin_argument){ "name", bytes_from_str(plan->name) };
	if (plan->description != NULL)
		argument[count++] = (struct admin_argument){ "description", bytes_from_str(plan->description) };
	if (plan->issuer != NULL)
		argument[count++] = (struct admin_argument){ "issuer", bytes_from_str(plan->issuer) };
	return admin_call(service->store, ADMIN_CA_CREATE, argument, count, NULL, why);
}

/* The row of a CA below another one, and the certificate in the inventory of that one. */
static enum err store_subordinate(struct service *service, const struct ca_create_plan *plan, const struct signer *signer, struct why *why)
{
	enum err e = admin_begin(service->store, why);

	if (e != ERR_OK)
		return e;
	if ((e = store_ca(service, plan, signer, why)) == ERR_OK &&
	    (e = ca_sign_record(service, plan->issuer, buf_bytes(&signer->cert_der), (struct bytes){ NULL, 0 }, why)) == ERR_OK)
		return admin_commit(service->store, why);
	admin_rollback(service->store);
	return e;
}

enum err ca_create(struct service *service, const struct ca_create_plan *plan, struct buf *cert_der, struct why *why)
{
	struct ca_signer issuer = { 0 };
	struct signer signer = { 0 };
	enum err e;

	if ((e = check_plan(plan, why)) != ERR_OK || (plan->issuer != NULL && (e = ca_signer_load(service, plan->issuer, &issuer, why)) != ERR_OK) ||
	    (e = make(service, plan, &issuer, &signer, why)) != ERR_OK)
		goto out;
	e = plan->issuer == NULL ? store_ca(service, plan, &signer, why) : store_subordinate(service, plan, &signer, why);
	if (e == ERR_OK && cert_der != NULL)
		e = buf_append(cert_der, buf_bytes(&signer.cert_der));
out:
	ca_signer_clear(&issuer);
	signer_clear(&signer);
	return e;
}
