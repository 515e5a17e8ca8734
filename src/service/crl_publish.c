#include <config.h>

#include "service/crl_publish.h"

#include <stdlib.h>
#include <string.h>

#include "pki/crl.h"
#include "service/ca_signer.h"
#include "store/view.h"

static enum err template_fill(const struct service *service, const struct crl_draft *draft, int hours, struct crl_template *out, struct why *why)
{
	if (hours == 0)
		hours = draft->validity_hours;
	if (hours == 0)
		return why_set(why, ERR_VALUE, "the CA \"%s\" has no delta CRLs: say how long they are good with `scepadm ca alter --delta-crl-hours`", draft->kind.ca);
	*out = (struct crl_template){ .number = draft->number, .is_delta = draft->kind.is_delta, .base_number = draft->base_number };
	out->this_update_utc = clock_now_utc(&service->clock);
	out->next_update_utc = out->this_update_utc + (int64_t)hours * 3600;
	/* The list of everything needs no scope. That of a partition, and its deltas, name where the certificates of this partition say that it is. */
	if (draft->kind.partition > 0)
		out->scope.urls = (struct url_list){ draft->crl_url, draft->crl_url_count };
	out->delta_urls = (struct url_list){ draft->delta_url, draft->delta_url_count };
	return ERR_OK;
}

static enum err make(struct service *service, const struct ca_signer *signer, const struct crl_kind *kind, int hours, bool only_if_due, struct crl_published *published, struct why *why)
{
	struct crl_draft draft = { 0 };
	struct crl_template list;
	size_t count = 0;
	enum err e;

	if ((e = crl_draft_begin(service->store, kind, only_if_due, &draft, why)) != ERR_OK || (e = template_fill(service, &draft, hours, &list, why)) != ERR_OK)
		goto out;
	e = crl_write(&list, &(struct crl_source){ crl_draft_next, crl_draft_rewind, &draft }, signer->cert, signer->key, &(struct crl_sink){ crl_draft_append, &draft }, &count, why);
	if (e == ERR_OK && (e = crl_draft_publish(&draft, list.this_update_utc, list.next_update_utc, count, why)) == ERR_OK)
		*published = (struct crl_published){ *kind, list.number, list.base_number, count, list.this_update_utc, list.next_update_utc };
out:
	crl_draft_clear(&draft);
	return e;
}

static enum err signer_load(struct service *service, const char *ca, int hours, struct ca_signer *signer, struct why *why)
{
	enum err e;

	if (hours < 0 || hours > CRL_MAX_VALIDITY_HOURS)
		return why_set(why, ERR_VALUE, "a CRL is good for 1 to %d hours", CRL_MAX_VALIDITY_HOURS);
	if ((e = ca_signer_load(service, ca, signer, why)) == ERR_OK && (e = ca_signer_check_validity(service, signer->cert, why)) != ERR_OK)
		ca_signer_clear(signer);
	return e;
}

enum err crl_publish(struct service *service, const struct crl_kind *kind, int hours, struct crl_published *published, struct why *why)
{
	struct ca_signer signer = { 0 };
	enum err e;

	if ((e = signer_load(service, kind->ca, hours, &signer, why)) == ERR_OK)
		e = make(service, &signer, kind, hours, false, published, why);
	ca_signer_clear(&signer);
	return e;
}

/* --- several --- */

/* Numbers of the CA's row: partitions, and whether it has deltas. */
static enum err settings_load(struct service *service, const char *ca, int *partitions, bool *has_deltas, struct why *why)
{
	struct view_filter filter = { "name", ca };
	struct rowset row = { 0 };
	const char *count;
	enum err e;

	if ((e = view_read(service->store, VIEW_CA, &filter, 1, 1, &row, why)) != ERR_OK)
		goto out;
	if (row.row_count == 0) {
		e = why_set(why, ERR_NOT_FOUND, "there is no CA \"%s\"", ca);
		goto out;
	}
	count = rowset_find(&row, 0, "crl_partitions");
	*partitions = count == NULL ? 1 : atoi(count);
	*has_deltas = rowset_find(&row, 0, "delta_crl_hours") != NULL;
out:
	rowset_clear(&row);
	return e;
}

static enum err make_and_report(struct service *service, const struct ca_signer *signer, const struct crl_kind *kind, int hours, bool only_if_due, crl_publish_report *report,
	void *context, struct why *why)
{
	struct crl_published published = { 0 };
	struct why cause = { 0 };
	enum err e = make(service, signer, kind, hours, only_if_due, &published, &cause);

	if (e == ERR_STALE && only_if_due)
		return ERR_OK;
	report(context, kind, e == ERR_OK ? &published : NULL, e, why_text(&cause, e));
	return e == ERR_OK ? ERR_OK : why_set(why, e, "%s", why_text(&cause, e));
}

enum err crl_publish_all(struct service *service, const char *ca, bool only_deltas, int hours, crl_publish_report *report, void *context, struct why *why)
{
	struct ca_signer signer = { 0 };
	bool has_deltas = false;
	int partitions = 1;
	enum err e;

	if ((e = settings_load(service, ca, &partitions, &has_deltas, why)) != ERR_OK || (e = signer_load(service, ca, hours, &signer, why)) != ERR_OK)
		goto out;
	for (int i = 0; e == ERR_OK && i <= (partitions == 1 ? 0 : partitions); i++) {
		if (!only_deltas)
			e = make_and_report(service, &signer, &(struct crl_kind){ ca, i, false }, hours, false, report, context, why);
		if (e == ERR_OK && (only_deltas || has_deltas))
			e = make_and_report(service, &signer, &(struct crl_kind){ ca, i, true }, only_deltas ? hours : 0, false, report, context, why);
	}
out:
	ca_signer_clear(&signer);
	return e;
}

enum err crl_publish_due(struct service *service, const char *ca, crl_publish_report *report, void *context, struct why *why)
{
	const char *signer_of = NULL;
	struct ca_signer signer = { 0 };
	struct crl_due due = { 0 };
	enum err e, first = ERR_OK;

	if ((e = crl_due_load(service->store, ca, &due, why)) != ERR_OK)
		return e;
	for (size_t i = 0; i < due.count; i++) {
		struct crl_kind kind = { due.item[i].ca, due.item[i].partition, due.item[i].is_delta };
		struct why cause = { 0 };

		if (signer_of == NULL || strcmp(signer_of, kind.ca) != 0) {
			ca_signer_clear(&signer);
			signer_of = kind.ca;
			if ((e = signer_load(service, kind.ca, 0, &signer, &cause)) != ERR_OK)
				report(context, &kind, NULL, e, why_text(&cause, e));
		}
		if (signer.key != NULL)
			e = make_and_report(service, &signer, &kind, 0, true, report, context, &cause);
		if (e != ERR_OK && first == ERR_OK)
			first = why_set(why, e, "%s", why_text(&cause, e));
	}
	ca_signer_clear(&signer);
	crl_due_clear(&due);
	return first;
}
