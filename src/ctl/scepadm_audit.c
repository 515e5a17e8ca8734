#include <config.h>

#include "ctl/scepadm_commands.h"

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"

/* The filters among the options: an option and the column that it compares, one name for both. */
static size_t collect_filters(const struct command_line *line, const char *const *names, struct view_filter *out)
{
	size_t count = 0;

	for (; *names != NULL; names++)
		if (command_has(line, *names))
			out[count++] = (struct view_filter){ *names, command_get(line, *names) };
	return count;
}

static enum err run_audit_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "at", "event", "actor", "application", "profile", "reference", "client_address", "detail", NULL };
	static const char *const names[] = { "event", "application", "profile", "reference", "actor", NULL };
	struct view_filter filters[5];
	size_t count = collect_filters(line, names, filters);

	return scepadm_list(context, VIEW_AUDIT_EVENT, filters, count, (int)command_get_number(line, "limit"), columns, why);
}

static const struct command_option audit_options[] = {
	TEXT_OPTION("event", "EVENT", "only events of this kind"),
	TEXT_OPTION("application", "NAME", "only those of this application"),
	TEXT_OPTION("profile", "NAME", "only those of this profile"),
	TEXT_OPTION("reference", "ID", "only those with the reference that a device was told"),
	TEXT_OPTION("actor", "ROLE", "only those of this database role"),
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many, newest first; 0 for all"),
};

const struct command scepadm_audit_list = {
	"audit", "list", "list audit events, newest first", OPTIONS(audit_options), .role = ROLE_AUDITOR, .run = run_audit_list
};
