#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"

enum { MAX_FILTERS = 8 };

/* The filters among the options; `serial` keeps the text of that one. */
static enum err collect_filters(const struct command_line *line, struct view_filter *out, size_t *count, struct buf *serial, struct why *why)
{
	static const struct {
		const char *option, *column;
	} names[] = { { "application", "application" }, { "profile", "profile" }, { "ca", "ca" }, { "subject", "subject" }, { "status",
		"state" }, { "challenge", "challenge_id" } };
	enum err e;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (command_has(line, names[i].option))
			out[(*count)++] = (struct view_filter){ names[i].column, command_get(line, names[i].option) };
	if (!command_has(line, "serial"))
		return ERR_OK;
	if ((e = serial_normalise(command_get(line, "serial"), serial, why)) == ERR_OK)
		out[(*count)++] = (struct view_filter){ "serial", (const char *)serial->ptr };
	return e;
}

/* The first certificate of the lineage that a certificate belongs to, as text. */
static enum err lineage_find(struct scepadm *scepadm, const char *id, struct buf *lineage, struct why *why)
{
	struct view_filter filter = { "id", id };
	struct rowset row = { 0 };
	char what[64];
	enum err e;

	snprintf(what, sizeof what, "certificate %s", id);
	if ((e = scepadm_read_one(scepadm, VIEW_CERTIFICATE, &filter, 1, what, &row, why)) == ERR_OK &&
		(e = buf_append_str(lineage, rowset_find(&row, 0, "lineage"))) == ERR_OK)
		e = buf_terminate(lineage);
	rowset_clear(&row);
	return e;
}

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "id", "serial", "application", "profile", "subject", "not_after", "state", "issued_at", NULL };
	struct view_filter filters[MAX_FILTERS];
	size_t count = 0;
	struct buf serial = { 0 }, lineage = { 0 };
	enum err e;

	if ((e = collect_filters(line, filters, &count, &serial, why)) != ERR_OK)
		goto out;
	if (command_has(line, "lineage")) {
		if ((e = lineage_find(context, command_get(line, "lineage"), &lineage, why)) != ERR_OK)
			goto out;
		filters[count++] = (struct view_filter){ "lineage", (const char *)lineage.ptr };
	}
	e = scepadm_list(context, VIEW_CERTIFICATE, filters, count, (int)command_get_number(line, "limit"), columns, why);
out:
	buf_clear(&serial);
	buf_clear(&lineage);
	return e;
}

/* One certificate by serial number, and by CA where two CAs have the same. */
static enum err read_certificate(struct scepadm *scepadm, const struct command_line *line, enum view view, struct rowset *row, struct why *why)
{
	struct view_filter filters[2];
	size_t count = 1;
	struct buf serial = { 0 };
	char what[192];
	enum err e;

	if ((e = serial_normalise(command_get(line, "SERIAL"), &serial, why)) != ERR_OK)
		goto out;
	filters[0] = (struct view_filter){ "serial", (const char *)serial.ptr };
	if (command_has(line, "ca"))
		filters[count++] = (struct view_filter){ "ca", command_get(line, "ca") };
	snprintf(what, sizeof what, "certificate with the serial number %s", (const char *)serial.ptr);
	e = scepadm_read_one(scepadm, view, filters, count, what, row, why);
out:
	buf_clear(&serial);
	return e;
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct rowset row = { 0 };
	enum err e;

	if ((e = read_certificate(scepadm, line, VIEW_CERTIFICATE, &row, why)) == ERR_OK)
		e = output_record(stdout, scepadm->format, &row, NULL, 0, why);
	rowset_clear(&row);
	return e;
}

static enum err run_export(void *context, const struct command_line *line, struct why *why)
{
	struct rowset row = { 0 };
	struct buf cert_der = { 0 };
	enum err e;

	if ((e = read_certificate(context, line, VIEW_CERTIFICATE_FILE, &row, why)) == ERR_OK && (e = record_octets(&row, "certificate",
		&cert_der, why)) == ERR_OK)
		e = record_write_der("CERTIFICATE", buf_bytes(&cert_der), command_get(line, "form"), command_get(line, "out"), why);
	rowset_clear(&row);
	buf_clear(&cert_der);
	return e;
}

static enum err change_lineage(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, const char *told, struct why *why)
{
	static const char *const except[] = { "ID", NULL };
	struct scepadm_arguments arguments;
	struct rowset result = { 0 };
	enum err e;

	scepadm_arguments_collect(line, except, &arguments);
	scepadm_arguments_add(&arguments, "certificate-id", command_get(line, "ID"));
	if ((e = admin_call(scepadm->store, call, arguments.argument, arguments.count, &result, why)) == ERR_OK && result.row_count == 1)
		scepadm_say("Certificates of the lineage %s are %s.", rowset_get(&result, 0, 0), told);
	rowset_clear(&result);
	return e;
}

static enum err run_stop_renewal(void *context, const struct command_line *line, struct why *why)
{
	return change_lineage(context, ADMIN_LINEAGE_STOP, line, "renewed no more", why);
}

static enum err run_resume_renewal(void *context, const struct command_line *line, struct why *why)
{
	return change_lineage(context, ADMIN_LINEAGE_RESUME, line, "renewed again", why);
}

#define ID NUMBER_POSITIONAL("ID", "number of any certificate of the lineage, as list shows it")

static const struct command_option list_options[] = {
	TEXT_OPTION("application", "NAME", "only those of this application"),
	TEXT_OPTION("profile", "NAME", "only those of this profile"),
	TEXT_OPTION("ca", "NAME", "only those of this CA"),
	TEXT_OPTION("serial", "HEX", "only those with this serial number"),
	TEXT_OPTION("subject", "DN", "only those with exactly this subject, as it is listed"),
	NUMBER_OPTION("lineage", "ID", 1, 999999999999999, NULL, "only those of the lineage of this certificate: the first one, and all renewals that go back to it"),
	NUMBER_OPTION("challenge", "ID", 1, 999999999999999, NULL, "only those that were issued for this dynamic challenge"),
	CHOICE_OPTION("status", "STATUS", "valid|expired|revoked", NULL, "only those in this state"),
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many, newest first; 0 for all"),
};
static const struct command_option show_options[] = {
	POSITIONAL("SERIAL", "serial number in hexadecimal, colons allowed"),
	TEXT_OPTION("ca", "NAME", "the CA, where two have issued this serial number"),
};
static const struct command_option stop_options[] = {
	ID,
	TEXT_OPTION("reason", "TEXT", "recorded in the audit trail; at most 255 bytes"),
};
static const struct command_option resume_options[] = {
	ID,
};
static const struct command_option export_options[] = {
	POSITIONAL("SERIAL", "serial number in hexadecimal, colons allowed"),
	TEXT_OPTION("ca", "NAME", "the CA, where two have issued this serial number"),
	FORM_OPTIONS,
};

const struct command scepadm_certificate_list = {
	"certificate", "list", "list issued certificates, newest first", OPTIONS(list_options), .role = ROLE_AUDITOR, .run = run_list
};
const struct command scepadm_certificate_show = {
	"certificate", "show", "show what is recorded of a certificate", OPTIONS(show_options), .role = ROLE_AUDITOR, .run = run_show
};
const struct command scepadm_certificate_export = {
	"certificate", "export", "write an issued certificate", OPTIONS(export_options), .role = ROLE_AUDITOR, .run = run_export
};
const struct command scepadm_certificate_stop_renewal = {
	"certificate", "stop-renewal", "let a certificate and its renewals be renewed no more", OPTIONS(stop_options), .role = ROLE_OPERATOR,
		.run = run_stop_renewal
};
const struct command scepadm_certificate_resume_renewal = {
	"certificate", "resume-renewal", "let a lineage be renewed again", OPTIONS(resume_options), .role = ROLE_OPERATOR, .run = run_resume_renewal
};
