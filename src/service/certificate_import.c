#include <config.h>

#include "service/certificate_import.h"

#include <stdio.h>

#include "pki/import.h"
#include "service/cert_facts.h"
#include "store/admin.h"
#include "store/view.h"

/* One run: under which CA, and how many there were. */
struct run {
	struct service *service;
	const struct certificate_import_plan *plan;
	struct cert *ca;
	struct certificate_import_count count;
};

static enum err ca_load(struct run *run, struct why *why)
{
	const struct view_filter filters[] = { { "application", run->plan->application }, { "profile", run->plan->profile } };
	struct buf cert_der = { 0 }, key_stored = { 0 };
	struct rowset rows = { 0 };
	const char *ca;
	enum err e;

	if ((e = view_read(run->service->store, VIEW_ENDPOINT, filters, 2, 1, &rows, why)) != ERR_OK)
		return e;
	ca = rows.row_count == 1 ? rowset_find(&rows, 0, "ca") : NULL;
	if (ca == NULL)
		e = why_set(why, ERR_NOT_FOUND, "there is no endpoint \"%s/%s\"", run->plan->application, run->plan->profile);
	else if ((e = admin_ca_load(run->service->store, ca, &cert_der, &key_stored, why)) == ERR_OK)
		e = cert_parse(buf_bytes(&cert_der), &run->ca, why);
	buf_clear(&cert_der);
	buf_clear(&key_stored);
	rowset_clear(&rows);
	return e;
}

static enum err check_crl(const struct run *run, struct why *why)
{
	const struct crl *crl = run->plan->crl;
	enum err e;

	if (crl == NULL)
		return ERR_OK;
	if (crl->is_delta || crl->has_scope || crl->has_unknown_critical)
		return why_set(why, ERR_VALUE, "the CRL is not a complete one");
	if ((e = crl_verify(crl, run->ca, why)) == ERR_CMS_SIGNATURE)
		e = why_set(why, ERR_VALUE, "the CRL is not of the CA of this endpoint");
	return e;
}

static enum err record(struct run *run, const struct cert *cert, struct why *why)
{
	struct admin_argument argument[CERT_FACTS_ARGUMENTS + 5];
	size_t count = CERT_FACTS_ARGUMENTS;
	struct cert_facts facts = { 0 };
	struct rowset result = { 0 };
	struct crl_entry entry;
	char revoked_at[CLOCK_ISO_SIZE], reason[12];
	bool is_revoked = run->plan->crl != NULL && crl_find(run->plan->crl, cert->serial, &entry) == ERR_OK;
	enum err e;

	if ((e = cert_facts_read(cert, &facts, why)) != ERR_OK)
		return e;
	cert_facts_arguments(&facts, argument);
	argument[count++] = (struct admin_argument){ "sans", buf_bytes(&facts.sans) };
	argument[count++] = (struct admin_argument){ "application", bytes_from_str(run->plan->application) };
	argument[count++] = (struct admin_argument){ "profile", bytes_from_str(run->plan->profile) };
	if (is_revoked) {
		clock_format_iso(entry.revoked_at_utc, revoked_at);
		snprintf(reason, sizeof reason, "%d", (int)entry.reason);
		argument[count++] = (struct admin_argument){ "revoked_at", bytes_from_str(revoked_at) };
		argument[count++] = (struct admin_argument){ "revocation_reason", bytes_from_str(reason) };
	}
	if ((e = admin_call(run->service->store, ADMIN_CERTIFICATE_IMPORT, argument, count, &result, why)) == ERR_OK) {
		if (result.row_count == 0 || rowset_get(&result, 0, 0) == NULL) {
			run->count.known++;
		} else {
			run->count.imported++;
			run->count.revoked += is_revoked;
		}
	}
	rowset_clear(&result);
	cert_facts_clear(&facts);
	return e;
}

static enum err take(struct run *run, struct bytes der, struct why *why)
{
	struct cert *cert = NULL;
	enum err e;

	if ((e = cert_parse(der, &cert, why)) != ERR_OK)
		return e;
	e = cert_verify_issued(cert, run->ca, why);
	if (e != ERR_OK && e != ERR_MEMORY && run->plan->skip_foreign) {
		run->count.foreign++;
		if (why != NULL)
			*why = (struct why){ 0 };
		e = ERR_OK;
	} else if (e == ERR_OK) {
		e = record(run, cert, why);
	}
	cert_free(cert);
	return e;
}

static enum err take_file(struct run *run, struct bytes rest, size_t file, struct why *why)
{
	struct why cause;
	struct buf der = { 0 };
	size_t number = 0;
	enum err e;

	do {
		cause = (struct why){ 0 };
		number++;
		buf_reset(&der);
		if ((e = import_next_certificate(&rest, &der, &cause)) == ERR_OK)
			e = take(run, buf_bytes(&der), &cause);
	} while (e == ERR_OK);
	buf_clear(&der);
	if (e != ERR_NOT_FOUND)
		return why_set(why, e, "file %zu, certificate %zu: %s", file, number, why_text(&cause, e));
	if (number == 1)
		return why_set(why, ERR_VALUE, "file %zu: there is no certificate", file);
	return ERR_OK;
}

enum err certificate_import(struct service *service, const struct certificate_import_plan *plan, const struct bytes *files, size_t file_count,
	struct certificate_import_count *count, struct why *why)
{
	struct run run = { .service = service, .plan = plan };
	enum err e;

	if ((e = ca_load(&run, why)) != ERR_OK || (e = check_crl(&run, why)) != ERR_OK || (e = admin_begin(service->store, why)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < file_count && e == ERR_OK; i++)
		e = take_file(&run, files[i], i + 1, why);
	if (e == ERR_OK)
		e = admin_commit(service->store, why);
	else
		admin_rollback(service->store);
	if (e == ERR_OK)
		*count = run.count;
out:
	cert_free(run.ca);
	return e;
}
