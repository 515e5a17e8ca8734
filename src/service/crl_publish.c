#include <config.h>

#include "service/crl_publish.h"

#include <inttypes.h>
#include <stdio.h>

#include "pki/crl.h"
#include "service/ca_signer.h"
#include "store/admin.h"
#include "store/crl.h"

static enum err store_list(struct service *service, const char *ca, const struct crl_template *list, struct bytes der, struct why *why)
{
	char number[24], this_update[CLOCK_ISO_SIZE], next_update[CLOCK_ISO_SIZE];
	struct admin_argument argument[] = {
		{ "ca", bytes_from_str(ca) }, { "number", { NULL, 0 } }, { "this_update", { NULL, 0 } }, { "next_update", { NULL, 0 } }, { "der", der },
	};

	snprintf(number, sizeof number, "%" PRIu64, list->number);
	clock_format_iso(list->this_update_utc, this_update);
	clock_format_iso(list->next_update_utc, next_update);
	argument[1].value = bytes_from_str(number);
	argument[2].value = bytes_from_str(this_update);
	argument[3].value = bytes_from_str(next_update);
	return admin_call(service->store, ADMIN_CRL_PUBLISH, argument, sizeof argument / sizeof argument[0], NULL, why);
}

/* Once: ERR_CONFLICT when another list took the number meanwhile. */
static enum err publish(struct service *service, const char *ca, const struct ca_signer *signer, int validity_days,
	struct crl_published *published, struct why *why)
{
	struct crl_material material = { 0 };
	struct crl_template list;
	struct buf der = { 0 };
	enum err e;

	if ((e = crl_material_load(service->store, ca, &material, why)) != ERR_OK)
		return e;
	list = (struct crl_template){ .number = material.number, .entries = material.entries, .count = material.count };
	list.this_update_utc = clock_now_utc(&service->clock);
	list.next_update_utc = list.this_update_utc + (int64_t)validity_days * 86400;
	if ((e = crl_sign(&list, signer->cert, signer->key, &der, why)) == ERR_OK &&
	    (e = store_list(service, ca, &list, buf_bytes(&der), why)) == ERR_OK)
		*published = (struct crl_published){ list.number, list.count, list.this_update_utc, list.next_update_utc };
	buf_clear(&der);
	crl_material_clear(&material);
	return e;
}

enum err crl_publish(struct service *service, const char *ca, int validity_days, struct crl_published *published, struct why *why)
{
	struct ca_signer signer = { 0 };
	struct why cause = { 0 };
	enum err e;

	if (validity_days < 1 || validity_days > CRL_MAX_VALIDITY_DAYS)
		return why_set(why, ERR_VALUE, "a CRL is valid for 1 to %d days", CRL_MAX_VALIDITY_DAYS);
	if ((e = ca_signer_load(service, ca, &signer, why)) != ERR_OK || (e = ca_signer_check_validity(service, signer.cert, why)) != ERR_OK)
		goto out;
	e = ERR_CONFLICT;
	for (int attempt = 0; e == ERR_CONFLICT && attempt < CRL_PUBLISH_ATTEMPTS; attempt++) {
		cause = (struct why){ 0 };
		e = publish(service, ca, &signer, validity_days, published, &cause);
	}
	if (e != ERR_OK)
		e = why_set(why, e, "%s", why_text(&cause, e));
out:
	ca_signer_clear(&signer);
	return e;
}
