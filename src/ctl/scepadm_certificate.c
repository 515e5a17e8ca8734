#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"

/* One certificate by serial number, and by CA where two CAs have the same. */
static enum err read_certificate(struct scepadm *scepadm, const struct command_line *line, struct rowset *row, struct why *why)
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
	e = scepadm_read_one(scepadm, VIEW_CERTIFICATE, filters, count, what, row, why);
out:
	buf_clear(&serial);
	return e;
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct rowset row = { 0 };
	enum err e;

	if ((e = read_certificate(scepadm, line, &row, why)) == ERR_OK)
		e = output_record(stdout, scepadm->format, &row, NULL, 0, why);
	rowset_clear(&row);
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
const struct command scepadm_certificate_show = {
	"certificate", "show", "show what is recorded of a certificate", OPTIONS(show_options), .role = ROLE_AUDITOR, .run = run_show
};
const struct command scepadm_certificate_stop_renewal = {
	"certificate", "stop-renewal", "let a certificate and its renewals be renewed no more", OPTIONS(stop_options), .role = ROLE_OPERATOR,
		.run = run_stop_renewal
};
const struct command scepadm_certificate_resume_renewal = {
	"certificate", "resume-renewal", "let a lineage be renewed again", OPTIONS(resume_options), .role = ROLE_OPERATOR, .run = run_resume_renewal
};
