#include <config.h>

#include "ctl/scepadm_commands.h"

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"

static enum err run_audit_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "at", "event", "actor", "application", "profile", "reference", "client_address", "detail", NULL };
	static const struct {
		const char *option, *column;
	} names[] = { { "event", "event" }, { "application", "application" }, { "profile", "profile" }, { "reference", "reference" }, { "actor", "actor" },
		{ "address", "client_address" } };
	struct view_filter filters[sizeof names / sizeof names[0]];
	size_t count = 0;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (command_has(line, names[i].option))
			filters[count++] = (struct view_filter){ names[i].column, command_get(line, names[i].option) };
	return scepadm_list(context, VIEW_AUDIT_EVENT, filters, count, (int)command_get_number(line, "limit"), columns, why);
}

static const struct command_option audit_options[] = {
	TEXT_OPTION("event", "EVENT", "only events of this kind"),
	TEXT_OPTION("application", "NAME", "only those of this application"),
	TEXT_OPTION("profile", "NAME", "only those of this profile"),
	TEXT_OPTION("reference", "ID", "only those with the reference that a device was told"),
	TEXT_OPTION("address", "ADDRESS", "only those of a device or MDM at this address"),
	TEXT_OPTION("actor", "ROLE", "only those of this database role"),
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many, newest first; 0 for all"),
};

const struct command scepadm_audit_list = {
	"audit", "list", "list audit events, newest first", OPTIONS(audit_options), .role = ROLE_AUDITOR, .run = run_audit_list
};
