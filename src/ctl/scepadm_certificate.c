#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"

enum { MAX_FILTERS = 6 };

/* The filters among the options; `serial` keeps the text of that one. */
static enum err collect_filters(const struct command_line *line, struct view_filter *out, size_t *count, struct buf *serial, struct why *why)
{
	static const struct {
		const char *option, *column;
	} names[] = { { "application", "application" }, { "profile", "profile" }, { "ca", "ca" }, { "subject", "subject" }, { "status",
		"state" } };
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

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "serial", "application", "profile", "subject", "not_after", "state", "issued_at", NULL };
	struct view_filter filters[MAX_FILTERS];
	size_t count = 0;
	struct buf serial = { 0 };
	enum err e;

	if ((e = collect_filters(line, filters, &count, &serial, why)) == ERR_OK)
		e = scepadm_list(context, VIEW_CERTIFICATE, filters, count, (int)command_get_number(line, "limit"), columns, why);
	buf_clear(&serial);
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

static const struct command_option list_options[] = {
	TEXT_OPTION("application", "NAME", "only those of this application"),
	TEXT_OPTION("profile", "NAME", "only those of this profile"),
	TEXT_OPTION("ca", "NAME", "only those of this CA"),
	TEXT_OPTION("serial", "HEX", "only those with this serial number"),
	TEXT_OPTION("subject", "DN", "only those with exactly this subject, as it is listed"),
	CHOICE_OPTION("status", "STATUS", "valid|expired|revoked", NULL, "only those in this state"),
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many, newest first; 0 for all"),
};
static const struct command_option show_options[] = {
	POSITIONAL("SERIAL", "serial number in hexadecimal, colons allowed"),
	TEXT_OPTION("ca", "NAME", "the CA, where two have issued this serial number"),
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
