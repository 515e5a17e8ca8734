#include <config.h>

#include "ctl/scepadm_commands.h"

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"

static enum err run_create(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_call(context, ADMIN_APPLICATION_CREATE, line, why);
}

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	(void)line;
	return scepadm_list(context, VIEW_APPLICATION, NULL, 0, 0, NULL, why);
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "profile", "active", "challenge_mode", "challenges", "ra_not_after", NULL };
	static const struct scepadm_part part = { "endpoint", VIEW_ENDPOINT, "application", "endpoints", columns };

	return scepadm_show(context, VIEW_APPLICATION, "application", command_get(line, "NAME"), &part, why);
}

static enum err run_alter(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_alter(context, ADMIN_APPLICATION_ALTER, line, why);
}

static enum err run_delete(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_call(context, ADMIN_APPLICATION_DELETE, line, why);
}

static const struct command_option create_options[] = {
	POSITIONAL("NAME", "name of the application, part of its URLs: 1 to 64 of a-z 0-9 . _ -"),
	TEXT_OPTION("description", "TEXT", "a note for people"),
};
static const struct command_option name_options[] = {
	POSITIONAL("NAME", "name of the application"),
};
static const struct command_option alter_options[] = {
	POSITIONAL("NAME", "name of the application"),
	TEXT_OPTION("new-name", "NAME", "another name, which changes the URLs of its endpoints"),
	TEXT_OPTION("description", "TEXT", "another note"),
	BOOL_OPTION("enabled", "whether its endpoints serve"),
};

const struct command scepadm_application_create = {
	"application", "create", "create an application", OPTIONS(create_options), .role = ROLE_ADMIN, .run = run_create
};
const struct command scepadm_application_list = { "application", "list", "list the applications", .role = ROLE_AUDITOR, .run = run_list };
const struct command scepadm_application_show = {
	"application", "show", "show an application with its endpoints", OPTIONS(name_options), .role = ROLE_AUDITOR, .run = run_show
};
const struct command scepadm_application_alter = {
	"application", "alter", "change an application", OPTIONS(alter_options), .role = ROLE_ADMIN, .run = run_alter
};
const struct command scepadm_application_delete = {
	"application", "delete", "delete an application that has no endpoints", OPTIONS(name_options), .role = ROLE_ADMIN,
		.is_destructive = true, .run = run_delete
};
