#include <config.h>

#include "ctl/scepadm_commands.h"

#include <inttypes.h>
#include <stdio.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "service/crl_publish.h"

static enum err run_publish(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct crl_published list = { 0 };
	char number[24], revoked[24], this_update[CLOCK_ISO_SIZE], next_update[CLOCK_ISO_SIZE];
	struct output_field fields[] = {
		{ "ca", command_get(line, "NAME"), ROWSET_TEXT }, { "number", number, ROWSET_LITERAL }, { "revoked", revoked, ROWSET_LITERAL },
		{ "this_update", this_update, ROWSET_TEXT }, { "next_update", next_update, ROWSET_TEXT },
	};
	enum err e;

	if ((e = scepadm_secret_load(scepadm, why)) != ERR_OK ||
	    (e = crl_publish(&scepadm->service, command_get(line, "NAME"), (int)command_get_number(line, "days"), &list, why)) != ERR_OK)
		return e;
	snprintf(number, sizeof number, "%" PRIu64, list.number);
	snprintf(revoked, sizeof revoked, "%zu", list.revoked_count);
	clock_format_iso(list.this_update_utc, this_update);
	clock_format_iso(list.next_update_utc, next_update);
	return output_fields(stdout, scepadm->format, fields, sizeof fields / sizeof fields[0], why);
}

/* The newest; the view has it first. */
static enum err read_latest(struct scepadm *scepadm, const char *ca, struct rowset *row, struct why *why)
{
	struct view_filter by_name = { "name", ca }, by_ca = { "ca", ca };
	struct rowset exists = { 0 };
	char what[96];
	enum err e;

	snprintf(what, sizeof what, "CA \"%s\"", ca);
	e = scepadm_read_one(scepadm, VIEW_CA, &by_name, 1, what, &exists, why);
	rowset_clear(&exists);
	if (e != ERR_OK || (e = view_read(scepadm->store, VIEW_CRL, &by_ca, 1, 1, row, why)) != ERR_OK)
		return e;
	if (row->row_count == 0)
		return why_set(why, ERR_NOT_FOUND, "the CA \"%s\" has published no CRL: use `scepadm ca crl-publish`", ca);
	return ERR_OK;
}

static enum err run_export(void *context, const struct command_line *line, struct why *why)
{
	struct rowset row = { 0 };
	struct buf crl_der = { 0 };
	enum err e;

	if ((e = read_latest(context, command_get(line, "NAME"), &row, why)) == ERR_OK && (e = record_octets(&row, "crl", &crl_der, why)) == ERR_OK)
		e = record_write_der("X509 CRL", buf_bytes(&crl_der), command_get(line, "form"), command_get(line, "out"), why);
	rowset_clear(&row);
	buf_clear(&crl_der);
	return e;
}

static const struct command_option publish_options[] = {
	POSITIONAL("NAME", "name of the CA"),
	NUMBER_OPTION("days", "DAYS", 1, CRL_MAX_VALIDITY_DAYS, "7", "when the next one comes at the latest"),
};
static const struct command_option export_options[] = {
	POSITIONAL("NAME", "name of the CA"),
	FORM_OPTIONS,
};

const struct command scepadm_ca_crl_publish = {
	"ca", "crl-publish", "sign and publish the next CRL of a CA", OPTIONS(publish_options), .role = ROLE_ADMIN, .run = run_publish
};
const struct command scepadm_ca_crl_export = {
	"ca", "crl-export", "write the CRL that a CA published last", OPTIONS(export_options), .role = ROLE_AUDITOR, .run = run_export
};
