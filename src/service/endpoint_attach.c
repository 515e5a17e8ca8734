#include <config.h>

#include "service/endpoint_attach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/name.h"
#include "service/ca_signer.h"
#include "service/signer_make.h"
#include "service/stored_key.h"
#include "store/view.h"

static enum err ca_of_profile(struct service *service, const char *profile, char **ca, struct why *why)
{
	struct view_filter filter = { "name", profile };
	struct rowset rows = { 0 };
	const char *name;
	enum err e;

	if ((e = view_read(service->store, VIEW_PROFILE, &filter, 1, 1, &rows, why)) != ERR_OK)
		return e;
	name = rows.row_count == 1 ? rowset_find(&rows, 0, "ca") : NULL;
	if (name == NULL)
		e = why_set(why, ERR_NOT_FOUND, "there is no profile \"%s\"", profile);
	else
		e = bytes_copy_str(bytes_from_str(name), ca);
	rowset_clear(&rows);
	return e;
}

static enum err issuer_load(struct service *service, const char *profile, struct ca_signer *issuer, struct why *why)
{
	char *ca = NULL;
	enum err e;

	if ((e = ca_of_profile(service, profile, &ca, why)) == ERR_OK)
		e = ca_signer_load(service, ca, issuer, why);
	free(ca);
	return e;
}

/* The certificates of one endpoint: one, or two that share the work. */
struct ra_set {
	struct signer signer[2];
	const char *use[2];            /* as ra_certificate.use */
	size_t count;
};

static void ra_set_clear(struct ra_set *set)
{
	for (size_t i = 0; i < set->count; i++)
		signer_clear(&set->signer[i]);
}

/* "APPLICATION PROFILE RA" and what comes behind it, in at most RA_MAX_CN_LEN characters; names are ASCII, so bytes are characters. */
static enum err ra_subject(const struct ra_plan *plan, const char *suffix, struct buf *out)
{
	char cn[RA_MAX_CN_LEN + 1];
	size_t len;

	snprintf(cn, sizeof cn, "%s %s %s", plan->application, plan->profile, suffix);
	for (len = strlen(cn); len > 0 && cn[len - 1] == ' '; len--)
		;
	return name_from_cn(bytes_from(cn, len), out);
}

static enum err ra_key_make(const struct service *service, const struct key_plan *plan, bool decrypts, struct key **out, struct why *why)
{
	struct key *key = NULL;
	enum err e;

	if ((e = stored_key_make(&service->keys, plan, &key, why)) != ERR_OK)
		goto out;
	if (key_get_kind(key) != KEY_KIND_RSA) {
		e = why_set(why, ERR_VALUE, "an RA key is RSA: that is what clients encrypt for and verify");
		goto out;
	}
	if (plan->uri != NULL && decrypts && (e = key_check_decrypt(key, &service->random, why)) != ERR_OK)
		goto out;
	*out = key;
	key = NULL;
out:
	key_free(key);
	return e;
}

/* One more certificate for the set. */
static enum err ra_make(struct service *service, const struct ra_plan *plan, const struct ca_signer *issuer, const char *use, struct ra_set *set, struct why *why)
{
	bool signs = strcmp(use, "decrypt") != 0, decrypts = strcmp(use, "sign") != 0;
	const struct key_plan key_plan = { KEY_KIND_RSA, plan->rsa_bits, decrypts ? plan->key_uri : plan->sign_key_uri };
	struct cert_template tbs = { .path_len = -1, .key_usage = (signs ? KEY_USAGE_DIGITAL_SIGNATURE : 0) | (decrypts ? KEY_USAGE_KEY_ENCIPHERMENT : 0) };
	struct key *key = NULL;
	struct buf subject = { 0 };
	enum err e;

	if ((e = ca_signer_set_validity(service, issuer->cert, RA_VALIDITY_DAYS, &tbs, why)) != ERR_OK ||
	    (e = ra_subject(plan, decrypts ? "RA" : "RA signature", &subject)) != ERR_OK || (e = ra_key_make(service, &key_plan, decrypts, &key, why)) != ERR_OK)
		goto out;
	tbs.subject = buf_bytes(&subject);
	e = signer_make(service, key, &tbs, plan->self_signed ? NULL : issuer->cert, plan->self_signed ? NULL : issuer->key, &set->signer[set->count], why);
	if (e == ERR_OK)
		set->use[set->count++] = use;
out:
	key_free(key);
	buf_clear(&subject);
	return e;
}

static enum err ra_set_make(struct service *service, const struct ra_plan *plan, struct ra_set *set, struct why *why)
{
	struct ra_set made = { 0 };
	struct ca_signer issuer = { 0 };
	enum err e;

	if (plan->rsa_bits != 2048 && plan->rsa_bits != 3072 && plan->rsa_bits != 4096)
		return why_set(why, ERR_VALUE, "an RA key has 2048, 3072 or 4096 bits, not %u", plan->rsa_bits);
	if ((e = issuer_load(service, plan->profile, &issuer, why)) != ERR_OK ||
	    (e = ra_make(service, plan, &issuer, plan->is_split ? "decrypt" : "both", &made, why)) != ERR_OK ||
	    (plan->is_split && (e = ra_make(service, plan, &issuer, "sign", &made, why)) != ERR_OK))
		goto out;
	*set = made;
	made = (struct ra_set){ 0 };
out:
	ca_signer_clear(&issuer);
	ra_set_clear(&made);
	return e;
}

static enum err ra_set_store(struct service *service, const struct ra_plan *plan, const struct ra_set *set, struct why *why)
{
	static const struct signer_names names = { "certificate", "private_key", "spki_sha256", "subject", "not_before", "not_after" };
	struct admin_argument argument[SIGNER_ARGUMENTS + 3];
	enum err e = ERR_OK;

	for (size_t i = 0; i < set->count && e == ERR_OK; i++) {
		signer_arguments(&set->signer[i], &names, argument);
		argument[SIGNER_ARGUMENTS] = (struct admin_argument){ "application", bytes_from_str(plan->application) };
		argument[SIGNER_ARGUMENTS + 1] = (struct admin_argument){ "profile", bytes_from_str(plan->profile) };
		argument[SIGNER_ARGUMENTS + 2] = (struct admin_argument){ "use", bytes_from_str(set->use[i]) };
		e = admin_call(service->store, ADMIN_RA_CERTIFICATE_SET, argument, SIGNER_ARGUMENTS + 3, NULL, why);
	}
	return e;
}

/* One certificate goes along with the endpoint; of two, both come after it. */
static enum err store(struct service *service, const struct ra_plan *plan, const struct ra_set *set, const struct admin_argument *settings, size_t count, struct why *why)
{
	static const struct signer_names names = { "ra_certificate", "ra_private_key", "ra_spki_sha256", "ra_subject", "ra_not_before",
		"ra_not_after" };
	struct admin_argument argument[SIGNER_ARGUMENTS + 2 + ENDPOINT_MAX_SETTINGS];
	size_t used = 0;
	enum err e;

	if (set->count == 1) {
		signer_arguments(&set->signer[0], &names, argument);
		used = SIGNER_ARGUMENTS;
	}
	argument[used++] = (struct admin_argument){ "application", bytes_from_str(plan->application) };
	argument[used++] = (struct admin_argument){ "profile", bytes_from_str(plan->profile) };
	for (size_t i = 0; i < count; i++)
		argument[used++] = settings[i];
	if ((e = admin_call(service->store, ADMIN_ENDPOINT_ATTACH, argument, used, NULL, why)) != ERR_OK || set->count == 1)
		return e;
	return ra_set_store(service, plan, set, why);
}

enum err endpoint_attach(struct service *service, const struct ra_plan *plan, const struct admin_argument *settings, size_t count,
	struct buf *ra_cert_der, struct why *why)
{
	struct ra_set set = { 0 };
	enum err e;

	if (count > ENDPOINT_MAX_SETTINGS)
		return why_set(why, ERR_INTERNAL, "%zu settings of an endpoint are too many", count);
	if ((e = ra_set_make(service, plan, &set, why)) != ERR_OK)
		return e;
	if ((e = store(service, plan, &set, settings, count, why)) == ERR_OK && ra_cert_der != NULL)
		e = buf_append(ra_cert_der, buf_bytes(&set.signer[0].cert_der));
	ra_set_clear(&set);
	return e;
}

static enum err replace(struct service *service, const struct ra_plan *plan, const struct ra_set *set, struct why *why)
{
	enum err e;

	if (set->count == 1)
		return ra_set_store(service, plan, set, why);
	if ((e = admin_begin(service->store, why)) != ERR_OK)
		return e;
	if ((e = ra_set_store(service, plan, set, why)) == ERR_OK)
		return admin_commit(service->store, why);
	admin_rollback(service->store);
	return e;
}

enum err ra_certificate_renew(struct service *service, const struct ra_plan *plan, struct buf *ra_cert_der, struct why *why)
{
	struct ra_set set = { 0 };
	enum err e;

	if ((e = ra_set_make(service, plan, &set, why)) != ERR_OK)
		return e;
	if ((e = replace(service, plan, &set, why)) == ERR_OK && ra_cert_der != NULL)
		e = buf_append(ra_cert_der, buf_bytes(&set.signer[0].cert_der));
	ra_set_clear(&set);
	return e;
}
