#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/prompt.h"
#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "service/challenge_set.h"

/* --- dynamic ones --- */

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "id", "application", "profile", "state", "device", "subject", "uses_left", "expires_at", "created_at", NULL };
	static const char *const names[] = { "state", "device", "username", "token" };
	struct view_filter filters[2 + sizeof names / sizeof names[0]];
	struct scepadm_endpoint endpoint;
	size_t count = 0;
	enum err e;

	if (command_has(line, "ENDPOINT")) {
		if ((e = scepadm_endpoint_parse(command_get(line, "ENDPOINT"), &endpoint, why)) != ERR_OK)
			return e;
		filters[count++] = (struct view_filter){ "application", endpoint.application };
		filters[count++] = (struct view_filter){ "profile", endpoint.profile };
	}
	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (command_has(line, names[i]))
			filters[count++] = (struct view_filter){ names[i], command_get(line, names[i]) };
	return scepadm_list(context, VIEW_CHALLENGE, filters, count, (int)command_get_number(line, "limit"), columns, why);
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	struct view_filter filter = { "id", command_get(line, "ID") };
	struct scepadm *scepadm = context;
	struct rowset row = { 0 };
	char what[64];
	enum err e;

	snprintf(what, sizeof what, "challenge %s", filter.value);
	if ((e = scepadm_read_one(scepadm, VIEW_CHALLENGE, &filter, 1, what, &row, why)) == ERR_OK)
		e = output_record(stdout, scepadm->format, &row, NULL, 0, why);
	rowset_clear(&row);
	return e;
}

static enum err run_revoke(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_call(context, ADMIN_CHALLENGE_REVOKE, line, why);
}

/* --- static ones --- */

static enum err run_set(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct scepadm_endpoint endpoint;
	struct buf challenge = { 0 };
	enum err e;

	if ((e = scepadm_endpoint_parse(command_get(line, "ENDPOINT"), &endpoint, why)) != ERR_OK)
		return e;
	if ((e = prompt_secret(command_get(line, "challenge-file"), "Challenge, at least 8 characters", &challenge, why)) == ERR_OK)
		e = challenge_set(&scepadm->service, endpoint.application, endpoint.profile, command_get(line, "name"),
			buf_bytes(&challenge), command_get(line, "expires"), why);
	buf_clear(&challenge);
	return e;
}

static enum err run_remove(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm_arguments arguments = { .count = 0 };

	scepadm_arguments_add(&arguments, "name", command_get(line, "name"));
	return scepadm_call_endpoint(context, ADMIN_CHALLENGE_REMOVE, line, &arguments, why);
}

#define ENDPOINT POSITIONAL("ENDPOINT", "the endpoint, as APPLICATION/PROFILE")
#define ID NUMBER_POSITIONAL("ID", "number of the challenge, as list shows it")
#define STATIC_NAME \
	{ .name = "name", .argument = "NAME", .type = OPTION_TEXT, .fallback = "default", .help = "which of the endpoint's static challenges" }

static const struct command_option list_options[] = {
	{ .name = "ENDPOINT", .type = OPTION_TEXT, .is_positional = true, .help = "only those of this endpoint, as APPLICATION/PROFILE" },
	CHOICE_OPTION("state", "STATE", "live|spent|expired", NULL, "only those in this state"),
	TEXT_OPTION("device", "ID", "only those for this device"),
	TEXT_OPTION("username", "NAME", "only those for a device of this user"),
	TEXT_OPTION("token", "NAME", "only those that were minted with this API token"),
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many, newest first; 0 for all"),
};
static const struct command_option id_options[] = {
	ID,
};
static const struct command_option set_options[] = {
	ENDPOINT,
	STATIC_NAME,
	FILE_OPTION("challenge-file", "the file that holds it, - for standard input; without it asks"),
	TEXT_OPTION("expires", "TIME", "when it ends, ISO 8601; without it never"),
};
static const struct command_option remove_options[] = {
	ENDPOINT,
	STATIC_NAME,
};

const struct command scepadm_challenge_list = {
	"challenge", "list", "list dynamic challenges, newest first", OPTIONS(list_options), .role = ROLE_AUDITOR, .run = run_list
};
const struct command scepadm_challenge_show = {
	"challenge", "show", "show what is recorded of a dynamic challenge", OPTIONS(id_options), .role = ROLE_AUDITOR, .run = run_show
};
const struct command scepadm_challenge_revoke = {
	"challenge", "revoke", "end a dynamic challenge now", OPTIONS(id_options), .role = ROLE_OPERATOR, .run = run_revoke
};
const struct command scepadm_challenge_set = {
	"challenge", "set", "set a static challenge", OPTIONS(set_options), .role = ROLE_ADMIN, .run = run_set
};
const struct command scepadm_challenge_remove = {
	"challenge", "remove", "remove a static challenge", OPTIONS(remove_options), .role = ROLE_ADMIN, .is_destructive = true,
		.run = run_remove
};
