#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>
#include <string.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_pages.h"
#include "ctl/scepadm_record.h"
#include "store/inventory.h"

/* Many certificates: list, search, export, count. */

static const char *const list_columns[] = { "id", "serial", "application", "profile", "subject", "not_after", "state", "issued_at", NULL };

/* What the options ask for, and what of it is not borrowed from the line. */
struct selection {
	struct scepadm *scepadm;
	struct inventory_filter filter;
	char interval[32];
	struct buf serial, sha256;
};

static void selection_clear(struct selection *selection)
{
	buf_clear(&selection->serial);
	buf_clear(&selection->sha256);
}

/* The filters that list and export have. */
static enum err selection_collect(const struct command_line *line, struct selection *out, struct why *why)
{
	struct inventory_filter *filter = &out->filter;
	enum err e;

	filter->application = command_get(line, "application");
	filter->profile = command_get(line, "profile");
	filter->ca = command_get(line, "ca");
	filter->subject = command_get(line, "subject");
	filter->san = command_get(line, "san");
	filter->state = command_get(line, "status");
	filter->lineage = command_get(line, "lineage");
	filter->challenge = command_get(line, "challenge");
	if (command_has(line, "expiring-within")) {
		snprintf(out->interval, sizeof out->interval, "%ld days", command_get_number(line, "expiring-within"));
		filter->expiring_within = out->interval;
	}
	if (command_has(line, "fingerprint")) {
		if ((e = serial_normalise(command_get(line, "fingerprint"), &out->sha256, why)) != ERR_OK)
			return e;
		filter->sha256 = (const char *)out->sha256.ptr;
	}
	return ERR_OK;
}

static enum err selection_take_serial(const char *serial, struct selection *out, struct why *why)
{
	enum err e = serial_normalise(serial, &out->serial, why);

	if (e == ERR_OK)
		out->filter.serial = (const char *)out->serial.ptr;
	return e;
}

static enum err list_page(struct scepadm *scepadm, const struct inventory_filter *filter, const struct command_line *line, struct why *why)
{
	long limit = command_get_number(line, "limit");
	struct rowset rows = { 0 };
	enum err e = inventory_read(scepadm->store, filter, false, command_get(line, "after"), (int)limit, &rows, why);

	if (e == ERR_OK)
		e = scepadm_page_list(scepadm, &rows, limit, list_columns, why);
	rowset_clear(&rows);
	return e;
}

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	struct selection selection = { .scepadm = context };
	enum err e;

	if ((e = selection_collect(line, &selection, why)) != ERR_OK)
		goto out;
	if (command_has(line, "serial") && (e = selection_take_serial(command_get(line, "serial"), &selection, why)) != ERR_OK)
		goto out;
	e = list_page(context, &selection.filter, line, why);
out:
	selection_clear(&selection);
	return e;
}

/* Is there a certificate with this serial number or fingerprint? Then it is what was meant. */
static enum err find_by_number(struct scepadm *scepadm, struct selection *selection, const char *text, bool *is_found, struct why *why)
{
	enum { SHA256_DIGITS = 64 };
	struct why not_hex = { 0 };
	struct rowset rows = { 0 };
	enum err e = selection_take_serial(text, selection, &not_hex);

	*is_found = false;
	if (e != ERR_OK)
		return e == ERR_MEMORY ? e : ERR_OK;
	if (strlen(selection->filter.serial) == SHA256_DIGITS) {
		selection->filter.sha256 = selection->filter.serial;
		selection->filter.serial = NULL;
	}
	if ((e = inventory_read(scepadm->store, &selection->filter, false, NULL, 1, &rows, why)) == ERR_OK)
		*is_found = rows.row_count > 0;
	rowset_clear(&rows);
	return e;
}

static enum err run_search(void *context, const struct command_line *line, struct why *why)
{
	struct selection selection = { .scepadm = context };
	bool is_found = false;
	enum err e = find_by_number(context, &selection, command_get(line, "NAME"), &is_found, why);

	if (e == ERR_OK && !is_found)
		selection.filter = (struct inventory_filter){ .name = command_get(line, "NAME") };
	if (e == ERR_OK)
		e = list_page(context, &selection.filter, line, why);
	selection_clear(&selection);
	return e;
}

static enum err read_page(void *source, const char *after, int at_most, struct rowset *rows, struct why *why)
{
	struct selection *selection = source;

	return inventory_read(selection->scepadm->store, &selection->filter, true, after, at_most, rows, why);
}

static enum err export_one(struct selection *selection, const struct command_line *line, struct why *why)
{
	const char *form = command_get(line, "form");
	struct rowset rows = { 0 };
	struct buf cert_der = { 0 };
	enum err e;

	if ((e = selection_take_serial(command_get(line, "SERIAL"), selection, why)) != ERR_OK || (e = read_page(selection, NULL, 2, &rows, why)) != ERR_OK)
		goto out;
	if (rows.row_count != 1)
		e = rows.row_count == 0 ? why_set(why, ERR_NOT_FOUND, "there is no certificate with the serial number %s", selection->filter.serial) :
			why_set(why, ERR_VALUE, "there is more than one certificate with the serial number %s", selection->filter.serial);
	else if (strcmp(form, "der") != 0)
		e = scepadm_pages_export(read_page, selection, form, command_get(line, "out"), 0, why);
	else if ((e = record_octets(&rows, "certificate", &cert_der, why)) == ERR_OK)
		e = record_write_der("CERTIFICATE", buf_bytes(&cert_der), form, command_get(line, "out"), why);
out:
	rowset_clear(&rows);
	buf_clear(&cert_der);
	return e;
}

static enum err run_export(void *context, const struct command_line *line, struct why *why)
{
	struct selection selection = { .scepadm = context };
	const char *form = command_get(line, "form");
	enum err e;

	if ((e = selection_collect(line, &selection, why)) != ERR_OK)
		goto out;
	if (command_has(line, "SERIAL"))
		e = export_one(&selection, line, why);
	else if (strcmp(form, "der") == 0)
		e = why_set(why, ERR_USAGE, "--form der is for one certificate: say its SERIAL");
	else
		e = scepadm_pages_export(read_page, &selection, form, command_get(line, "out"), command_get_number(line, "limit"), why);
out:
	selection_clear(&selection);
	return e;
}

static enum err run_count(void *context, const struct command_line *line, struct why *why)
{
	struct view_filter filters[2];
	size_t count = 0;

	if (command_has(line, "application"))
		filters[count++] = (struct view_filter){ "application", command_get(line, "application") };
	if (command_has(line, "profile"))
		filters[count++] = (struct view_filter){ "profile", command_get(line, "profile") };
	return scepadm_list(context, VIEW_CERTIFICATE_COUNTER, filters, count, 0, NULL, why);
}

#define AFTER_OPTION NUMBER_OPTION("after", "ID", 1, 999999999999999, NULL, "go on behind this certificate, the last one of the page before")
#define FILTER_OPTIONS \
	TEXT_OPTION("application", "NAME", "only those of this application"), \
	TEXT_OPTION("profile", "NAME", "only those of this profile"), \
	TEXT_OPTION("ca", "NAME", "only those of this CA"), \
	TEXT_OPTION("subject", "PATTERN", "only those with this subject, or with this CN=, serialNumber=, UID= or emailAddress= in it; * is any run of characters"), \
	TEXT_OPTION("san", "PATTERN", "only those with this alternative name; a type may stand before it, as DNS:"), \
	TEXT_OPTION("fingerprint", "HEX", "only the one with this SHA-256 fingerprint"), \
	NUMBER_OPTION("lineage", "ID", 1, 999999999999999, NULL, "only those of the lineage of this certificate: the first one, and all renewals that go back to it"), \
	NUMBER_OPTION("challenge", "ID", 1, 999999999999999, NULL, "only those that were issued for this dynamic challenge"), \
	CHOICE_OPTION("status", "STATUS", "valid|expired|revoked", NULL, "only those in this state"), \
	NUMBER_OPTION("expiring-within", "DAYS", 0, 36500, NULL, "only those that are good, and end within so many days")

static const struct command_option list_options[] = {
	FILTER_OPTIONS,
	TEXT_OPTION("serial", "HEX", "only those with this serial number"),
	AFTER_OPTION,
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many; 0 for all"),
};
static const struct command_option search_options[] = {
	POSITIONAL("NAME", "serial number, SHA-256 fingerprint, or any name: subject, CN, serialNumber, UID, emailAddress, alternative name; * is any run of characters"),
	AFTER_OPTION,
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many; 0 for all"),
};
static const struct command_option export_options[] = {
	{ .name = "SERIAL", .type = OPTION_TEXT, .is_positional = true, .help = "serial number in hexadecimal, colons allowed; without it all that the options leave" },
	FILTER_OPTIONS,
	CHOICE_OPTION("form", "FORM", "pem|der|jsonl|csv", "pem", "certificates alone, or what is recorded of them"),
	FILE_OPTION("out", "where to write; without it standard output"),
	NUMBER_OPTION("limit", "NUMBER", 0, 999999999, "0", "at most so many; 0 for all"),
};
static const struct command_option count_options[] = {
	TEXT_OPTION("application", "NAME", "only those of this application"),
	TEXT_OPTION("profile", "NAME", "only those of this profile"),
};

const struct command scepadm_certificate_list = {
	"certificate", "list", "list issued certificates, newest first", OPTIONS(list_options), .role = ROLE_AUDITOR, .run = run_list
};
const struct command scepadm_certificate_search = {
	"certificate", "search", "find certificates by whatever is known of them", OPTIONS(search_options), .role = ROLE_AUDITOR, .run = run_search
};
const struct command scepadm_certificate_export = {
	"certificate", "export", "write issued certificates, one or many", OPTIONS(export_options), .role = ROLE_AUDITOR, .run = run_export
};
const struct command scepadm_certificate_count = {
	"certificate", "count", "count certificates by application and profile", OPTIONS(count_options), .role = ROLE_AUDITOR, .run = run_count
};
