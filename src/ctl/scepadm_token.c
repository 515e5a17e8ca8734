#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"

/* Without --format the token alone, so that it can go into a file. */
static enum err show_token(const struct scepadm *scepadm, const struct command_line *line, struct rowset *result, struct why *why)
{
	const char *token = rowset_find(result, 0, "token");

	if (result->row_count != 1 || token == NULL)
		return why_set(why, ERR_INTERNAL, "the database gives no token");
	if (!command_has(line, "format")) {
		printf("%s\n", token);
		return ERR_OK;
	}
	return output_record(stdout, scepadm->format, result, NULL, 0, why);
}

static enum err run_create(void *context, const struct command_line *line, struct why *why)
{
	static const char *const except[] = { "expires", NULL };
	struct scepadm *scepadm = context;
	struct scepadm_arguments arguments;
	struct rowset result = { 0 };
	enum err e;

	scepadm_arguments_collect(line, except, &arguments);
	if (command_has(line, "expires"))
		scepadm_arguments_add(&arguments, "expires-at", command_get(line, "expires"));
	if ((e = admin_call(scepadm->store, ADMIN_TOKEN_CREATE, arguments.argument, arguments.count, &result, why)) == ERR_OK &&
		(e = show_token(scepadm, line, &result, why)) == ERR_OK)
		scepadm_say("Keep the token now: only its hash is stored, and it cannot be shown again.");
	rowset_clear(&result);
	return e;
}

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "name", "state", "endpoints", "expires_at", "last_used_at", "created_at", NULL };

	(void)line;
	return scepadm_list(context, VIEW_API_TOKEN, NULL, 0, 0, columns, why);
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	struct view_filter filter = { "name", command_get(line, "NAME") };
	struct scepadm *scepadm = context;
	struct rowset row = { 0 };
	char what[96];
	enum err e;

	snprintf(what, sizeof what, "API token \"%s\"", filter.value);
	if ((e = scepadm_read_one(scepadm, VIEW_API_TOKEN, &filter, 1, what, &row, why)) == ERR_OK)
		e = output_record(stdout, scepadm->format, &row, NULL, 0, why);
	rowset_clear(&row);
	return e;
}

static enum err change_endpoint(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct why *why)
{
	struct scepadm_arguments arguments = { .count = 0 };

	scepadm_arguments_add(&arguments, "name", command_get(line, "NAME"));
	return scepadm_call_endpoint(scepadm, call, line, &arguments, why);
}

static enum err run_allow(void *context, const struct command_line *line, struct why *why)
{
	return change_endpoint(context, ADMIN_TOKEN_ALLOW, line, why);
}

static enum err run_disallow(void *context, const struct command_line *line, struct why *why)
{
	return change_endpoint(context, ADMIN_TOKEN_DISALLOW, line, why);
}

static enum err run_revoke(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_call(context, ADMIN_TOKEN_REVOKE, line, why);
}

#define NAME POSITIONAL("NAME", "name of the token")

static const struct command_option create_options[] = {
	POSITIONAL("NAME", "name of the token, and user of Basic authentication: 1 to 64 of a-z 0-9 . _ -"),
	{ .name = "endpoints", .argument = "ENDPOINT,...", .type = OPTION_LIST, .is_required = true,
		.help = "the endpoints that it mints challenges for, each as APPLICATION/PROFILE" },
	TEXT_OPTION("description", "TEXT", "a note for people"),
	TEXT_OPTION("expires", "TIME", "when it ends, ISO 8601; without it never"),
};
static const struct command_option name_options[] = {
	NAME,
};
static const struct command_option endpoint_options[] = {
	NAME,
	POSITIONAL("ENDPOINT", "the endpoint, as APPLICATION/PROFILE"),
};

const struct command scepadm_token_create = {
	"token", "create", "make an API token that mints challenges, and print it, once", OPTIONS(create_options), .role = ROLE_ADMIN, .run = run_create
};
const struct command scepadm_token_list = { "token", "list", "list the API tokens", .role = ROLE_AUDITOR, .run = run_list };
const struct command scepadm_token_show = {
	"token", "show", "show an API token, but not its secret", OPTIONS(name_options), .role = ROLE_AUDITOR, .run = run_show
};
const struct command scepadm_token_allow = {
	"token", "allow", "let a token mint challenges for another endpoint", OPTIONS(endpoint_options), .role = ROLE_ADMIN, .run = run_allow
};
const struct command scepadm_token_disallow = {
	"token", "disallow", "let a token no longer mint challenges for an endpoint", OPTIONS(endpoint_options), .role = ROLE_ADMIN, .run = run_disallow
};
const struct command scepadm_token_revoke = {
	"token", "revoke", "end an API token now and for ever", OPTIONS(name_options), .role = ROLE_ADMIN, .is_destructive = true, .run = run_revoke
};
