#include <config.h>

#include "ctl/scepadm_commands.h"

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"

static enum err change(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct why *why)
{
	static const char *const except[] = { "ENDPOINT", NULL };
	struct scepadm_arguments arguments;

	scepadm_arguments_collect(line, except, &arguments);
	return scepadm_call_endpoint(scepadm, call, line, &arguments, why);
}

static enum err run_add(void *context, const struct command_line *line, struct why *why)
{
	return change(context, ADMIN_APPROVAL_RULE_ADD, line, why);
}

static enum err run_remove(void *context, const struct command_line *line, struct why *why)
{
	return change(context, ADMIN_APPROVAL_RULE_REMOVE, line, why);
}

static const struct command_option options[] = {
	POSITIONAL("ENDPOINT", "the endpoint, as APPLICATION/PROFILE"),
	{ .name = "KIND", .type = OPTION_CHOICE, .choices = "subject|san|first_time", .is_positional = true, .is_required = true,
		.help = "what the rule speaks of; first_time: names that had no certificate yet" },
	{ .name = "ITEM", .type = OPTION_TEXT, .is_positional = true, .help = "attribute type or SAN type, such as CN or dns; none for first_time" },
	{ .name = "PATTERN", .type = OPTION_TEXT, .is_positional = true,
		.help = "values that need no operator, * stands for anything; none for first_time" },
};

const struct command scepadm_endpoint_rule_add = {
	"endpoint", "rule-add", "let requests wait for an operator unless a value is in a list", OPTIONS(options), .role = ROLE_ADMIN, .run = run_add
};
const struct command scepadm_endpoint_rule_remove = {
	"endpoint", "rule-remove", "remove such a rule", OPTIONS(options), .role = ROLE_ADMIN, .run = run_remove
};
