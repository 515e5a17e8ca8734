#include <config.h>

#include "service/ca_next.h"

#include "service/ca_create.h"
#include "service/ca_signer.h"
#include "service/signer_make.h"
#include "store/view.h"

/* The CA as it is now, and who signs for it: nobody (no key in `issuer`) when it signs itself. */
struct present {
	struct cert *cert;
	struct ca_signer issuer;
};

static void present_clear(struct present *present)
{
	cert_free(present->cert);
	ca_signer_clear(&present->issuer);
}

static enum err cert_load(struct service *service, const char *name, struct cert **out, struct why *why)
{
	struct buf cert_der = { 0 }, key_stored = { 0 };
	enum err e;

	if ((e = admin_ca_load(service->store, name, &cert_der, &key_stored, why)) == ERR_OK)
		e = cert_parse(buf_bytes(&cert_der), out, why);
	buf_clear(&cert_der);
	buf_clear(&key_stored);
	return e;
}

static enum err issuer_load(struct service *service, const char *name, struct ca_signer *out, struct why *why)
{
	struct view_filter filter = { "name", name };
	struct rowset rows = { 0 };
	const char *issuer;
	enum err e;

	if ((e = view_read(service->store, VIEW_CA, &filter, 1, 1, &rows, why)) != ERR_OK)
		return e;
	issuer = rows.row_count == 1 ? rowset_find(&rows, 0, "issuer") : NULL;
	if (issuer == NULL)
		e = why_set(why, ERR_VALUE, "the certificate of the CA \"%s\" is signed by another CA, which is not stored here", name);
	else
		e = ca_signer_load(service, issuer, out, why);
	rowset_clear(&rows);
	return e;
}

static enum err present_load(struct service *service, const char *name, struct present *out, struct why *why)
{
	enum err e;

	if ((e = cert_load(service, name, &out->cert, why)) != ERR_OK || cert_is_self_signed(out->cert))
		return e;
	return issuer_load(service, name, &out->issuer, why);
}

static enum err key_make(const struct service *service, const struct ca_next_plan *plan, const struct cert *present, struct key **out, struct why *why)
{
	struct key_plan key_plan = { plan->key_kind, plan->key_bits, plan->key_uri };
	struct pubkey *pubkey = NULL;
	enum err e = ERR_OK;

	if (!plan->has_key_kind && plan->key_uri == NULL) {
		if ((e = pubkey_parse(present->spki, &pubkey, why)) != ERR_OK)
			return e;
		key_plan.kind = pubkey_get_kind(pubkey);
		key_plan.bits = pubkey_get_bits(pubkey);
		pubkey_free(pubkey);
	}
	return ca_key_make(service, &key_plan, (present->key_usage & KEY_USAGE_KEY_ENCIPHERMENT) != 0, out, why);
}

static enum err set_validity(const struct service *service, const struct ca_next_plan *plan, const struct cert *issuer,
	struct cert_template *tbs, struct why *why)
{
	int64_t now_utc = clock_now_utc(&service->clock);

	if (plan->validity_days < 1 || plan->validity_days > CA_MAX_VALIDITY_DAYS)
		return why_set(why, ERR_VALUE, "a CA is valid for 1 to %d days", CA_MAX_VALIDITY_DAYS);
	if (issuer != NULL)
		return ca_signer_set_validity(service, issuer, plan->validity_days, tbs, why);
	tbs->not_before_utc = now_utc - CA_BACKDATE_S;
	tbs->not_after_utc = now_utc + (int64_t)plan->validity_days * 86400;
	return ERR_OK;
}

static enum err next_make(struct service *service, const struct ca_next_plan *plan, struct signer *next, struct why *why)
{
	struct cert_template tbs = { .is_ca = true, .path_len = -1, .key_usage = KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN };
	struct present present = { 0 };
	struct key *key = NULL;
	enum err e;

	if ((e = present_load(service, plan->ca, &present, why)) != ERR_OK ||
	    (e = set_validity(service, plan, present.issuer.cert, &tbs, why)) != ERR_OK ||
	    (e = key_make(service, plan, present.cert, &key, why)) != ERR_OK)
		goto out;
	tbs.subject = present.cert->subject;
	tbs.key_usage |= present.cert->key_usage;
	e = signer_make(service, key, &tbs, present.issuer.cert, present.issuer.key, next, why);
out:
	present_clear(&present);
	key_free(key);
	return e;
}

enum err ca_next_create(struct service *service, const struct ca_next_plan *plan, struct buf *cert_der, struct why *why)
{
	static const struct signer_names names = { "certificate", "private_key", "spki_sha256", "subject", "not_before", "not_after" };
	struct admin_argument argument[SIGNER_ARGUMENTS + 1];
	struct signer next = { 0 };
	enum err e;

	if ((e = next_make(service, plan, &next, why)) != ERR_OK)
		return e;
	signer_arguments(&next, &names, argument);
	argument[SIGNER_ARGUMENTS] = (struct admin_argument){ "ca", bytes_from_str(plan->ca) };
	if ((e = admin_call(service->store, ADMIN_CA_NEXT_SET, argument, SIGNER_ARGUMENTS + 1, NULL, why)) == ERR_OK && cert_der != NULL)
		e = buf_append(cert_der, buf_bytes(&next.cert_der));
	signer_clear(&next);
	return e;
}
