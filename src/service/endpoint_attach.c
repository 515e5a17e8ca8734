#include <config.h>

#include "service/endpoint_attach.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pki/name.h"
#include "service/ca_signer.h"
#include "service/signer_make.h"
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

/* "APPLICATION PROFILE RA" in at most RA_MAX_CN_LEN characters; names are ASCII, so bytes are characters. */
static enum err ra_subject(const struct ra_plan *plan, struct buf *out)
{
	char cn[RA_MAX_CN_LEN + 1];
	size_t len;

	snprintf(cn, sizeof cn, "%s %s RA", plan->application, plan->profile);
	for (len = strlen(cn); len > 0 && cn[len - 1] == ' '; len--)
		;
	return name_from_cn(bytes_from(cn, len), out);
}

static enum err ra_make(struct service *service, const struct ra_plan *plan, struct signer *ra, struct why *why)
{
	struct cert_template tbs = { .path_len = -1, .key_usage = KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT };
	struct ca_signer issuer = { 0 };
	struct key *key = NULL;
	struct buf subject = { 0 };
	enum err e;

	if (plan->rsa_bits != 2048 && plan->rsa_bits != 3072 && plan->rsa_bits != 4096)
		return why_set(why, ERR_VALUE, "an RA key has 2048, 3072 or 4096 bits, not %u", plan->rsa_bits);
	if ((e = issuer_load(service, plan->profile, &issuer, why)) != ERR_OK || (e = ca_signer_set_validity(service, issuer.cert,
		RA_VALIDITY_DAYS, &tbs, why)) != ERR_OK)
		goto out;
	if ((e = ra_subject(plan, &subject)) != ERR_OK || (e = key_generate(KEY_KIND_RSA, plan->rsa_bits, &key, why)) != ERR_OK)
		goto out;
	tbs.subject = buf_bytes(&subject);
	e = signer_make(service, key, &tbs, plan->self_signed ? NULL : issuer.cert, plan->self_signed ? NULL : issuer.key, ra, why);
out:
	ca_signer_clear(&issuer);
	key_free(key);
	buf_clear(&subject);
	return e;
}

enum err endpoint_attach(struct service *service, const struct ra_plan *plan, const struct admin_argument *settings, size_t count,
	struct buf *ra_cert_der, struct why *why)
{
	static const struct signer_names names = { "ra_certificate", "ra_private_key", "ra_spki_sha256", "ra_subject", "ra_not_before",
		"ra_not_after" };
	struct admin_argument argument[SIGNER_ARGUMENTS + 2 + ENDPOINT_MAX_SETTINGS];
	size_t used = SIGNER_ARGUMENTS;
	struct signer ra = { 0 };
	enum err e;

	if (count > ENDPOINT_MAX_SETTINGS)
		return why_set(why, ERR_INTERNAL, "%zu settings of an endpoint are too many", count);
	if ((e = ra_make(service, plan, &ra, why)) != ERR_OK)
		return e;
	signer_arguments(&ra, &names, argument);
	argument[used++] = (struct admin_argument){ "application", bytes_from_str(plan->application) };
	argument[used++] = (struct admin_argument){ "profile", bytes_from_str(plan->profile) };
	for (size_t i = 0; i < count; i++)
		argument[used++] = settings[i];
	if ((e = admin_call(service->store, ADMIN_ENDPOINT_ATTACH, argument, used, NULL, why)) == ERR_OK && ra_cert_der != NULL)
		e = buf_append(ra_cert_der, buf_bytes(&ra.cert_der));
	signer_clear(&ra);
	return e;
}

enum err ra_certificate_renew(struct service *service, const struct ra_plan *plan, struct buf *ra_cert_der, struct why *why)
{
	static const struct signer_names names = { "certificate", "private_key", "spki_sha256", "subject", "not_before", "not_after" };
	struct admin_argument argument[SIGNER_ARGUMENTS + 2];
	struct signer ra = { 0 };
	enum err e;

	if ((e = ra_make(service, plan, &ra, why)) != ERR_OK)
		return e;
	signer_arguments(&ra, &names, argument);
	argument[SIGNER_ARGUMENTS] = (struct admin_argument){ "application", bytes_from_str(plan->application) };
	argument[SIGNER_ARGUMENTS + 1] = (struct admin_argument){ "profile", bytes_from_str(plan->profile) };
	if ((e = admin_call(service->store, ADMIN_RA_CERTIFICATE_SET, argument, SIGNER_ARGUMENTS + 2, NULL, why)) == ERR_OK &&
		ra_cert_der != NULL)
		e = buf_append(ra_cert_der, buf_bytes(&ra.cert_der));
	signer_clear(&ra);
	return e;
}
