#include <config.h>

#include "ctl/scepadm_commands.h"

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_pages.h"
#include "ctl/scepadm_record.h"

enum { AUDIT_FILTERS = 8, AUDIT_BOUNDS = 3 };

/* Which events. Borrowed from the line. */
struct selection {
	struct scepadm *scepadm;
	struct view_filter filter[AUDIT_FILTERS];
	size_t filter_count;
	struct view_bound bound[AUDIT_BOUNDS];
	size_t bound_count;
};

static void selection_collect(struct scepadm *scepadm, const struct command_line *line, struct selection *out)
{
	static const struct {
		const char *option, *column;
	} names[] = { { "event", "event" }, { "application", "application" }, { "profile", "profile" }, { "reference", "reference" }, { "actor", "actor" },
		{ "token", "token" }, { "address", "client_address" } };

	*out = (struct selection){ .scepadm = scepadm };
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (command_has(line, names[i].option))
			out->filter[out->filter_count++] = (struct view_filter){ names[i].column, command_get(line, names[i].option) };
	if (command_has(line, "since"))
		out->bound[out->bound_count++] = (struct view_bound){ "at", VIEW_AT_LEAST, command_get(line, "since") };
	if (command_has(line, "before"))
		out->bound[out->bound_count++] = (struct view_bound){ "at", VIEW_BELOW, command_get(line, "before") };
}

/* Newest first, so what comes after an event has a lower number. */
static enum err read_page(void *source, const char *after, int at_most, struct rowset *rows, struct why *why)
{
	const struct selection *selection = source;
	struct view_bound bounds[AUDIT_BOUNDS];
	size_t count = 0;

	for (; count < selection->bound_count; count++)
		bounds[count] = selection->bound[count];
	if (after != NULL)
		bounds[count++] = (struct view_bound){ "id", VIEW_BELOW, after };
	return view_read_within(selection->scepadm->store, VIEW_AUDIT_EVENT, selection->filter, selection->filter_count, bounds, count, at_most, rows, why);
}

static enum err run_audit_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "id", "at", "event", "actor", "token", "application", "profile", "reference", "client_address", "detail", NULL };
	long limit = command_get_number(line, "limit");
	struct selection selection;
	struct rowset rows = { 0 };
	enum err e;

	selection_collect(context, line, &selection);
	if ((e = read_page(&selection, command_get(line, "after"), (int)limit, &rows, why)) == ERR_OK)
		e = scepadm_page_list(context, &rows, limit, columns, why);
	rowset_clear(&rows);
	return e;
}

static enum err run_audit_export(void *context, const struct command_line *line, struct why *why)
{
	struct selection selection;

	selection_collect(context, line, &selection);
	return scepadm_pages_export(read_page, &selection, command_get(line, "form"), command_get(line, "out"), command_get_number(line, "limit"), why);
}

#define FILTER_OPTIONS \
	TEXT_OPTION("event", "EVENT", "only events of this kind"), \
	TEXT_OPTION("application", "NAME", "only those of this application"), \
	TEXT_OPTION("profile", "NAME", "only those of this profile"), \
	TEXT_OPTION("reference", "ID", "only those with the reference that a device was told"), \
	TEXT_OPTION("address", "ADDRESS", "only those of a device or MDM at this address"), \
	TEXT_OPTION("actor", "ROLE", "only those of this database role"), \
	TEXT_OPTION("token", "NAME", "only those of this API token"), \
	TEXT_OPTION("since", "TIME", "only those at this time or later, as 2026-11-22T08:00:00Z"), \
	TEXT_OPTION("before", "TIME", "only those before this time")

static const struct command_option list_options[] = {
	FILTER_OPTIONS,
	NUMBER_OPTION("after", "ID", 1, 999999999999999, NULL, "go on behind this event, the last one of the page before"),
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many, newest first; 0 for all"),
};
static const struct command_option export_options[] = {
	FILTER_OPTIONS,
	CHOICE_OPTION("form", "FORM", "jsonl|csv", "jsonl", "a JSON object a line, or CSV"),
	FILE_OPTION("out", "where to write; without it standard output"),
	NUMBER_OPTION("limit", "NUMBER", 0, 999999999, "0", "at most so many, newest first; 0 for all"),
};

const struct command scepadm_audit_list = {
	"audit", "list", "list audit events, newest first", OPTIONS(list_options), .role = ROLE_AUDITOR, .run = run_audit_list
};
const struct command scepadm_audit_export = {
	"audit", "export", "write audit events of any number", OPTIONS(export_options), .role = ROLE_AUDITOR, .run = run_audit_export
};
