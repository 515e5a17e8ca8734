#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>
#include <string.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_matching.h"

/* A decision: how it is called, for one request and for all that match. */
struct decision {
	enum admin_call one;
	struct scepadm_matching matching;
};

/* What a person decides by. */
static const char *const shown_columns[] = { "id", "application", "profile", "subject", "sans", "client_address", "pended_because", "created_at",
	"expires_at", NULL };

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const names[] = { "application", "profile", "subject" };
	struct view_filter filters[1 + sizeof names / sizeof names[0]];
	size_t count = 0;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (command_has(line, names[i]))
			filters[count++] = (struct view_filter){ names[i], command_get(line, names[i]) };
	if (strcmp(command_get(line, "state"), "all") != 0)
		filters[count++] = (struct view_filter){ "state", command_get(line, "state") };
	return scepadm_list(context, VIEW_REQUEST, filters, count, (int)command_get_number(line, "limit"), shown_columns, why);
}

static enum err read_request(struct scepadm *scepadm, const char *id, struct rowset *row, struct why *why)
{
	struct view_filter filter = { "id", id };
	char what[64];

	snprintf(what, sizeof what, "request %s", id);
	return scepadm_read_one(scepadm, VIEW_REQUEST, &filter, 1, what, row, why);
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct rowset row = { 0 };
	enum err e;

	if ((e = read_request(scepadm, command_get(line, "ID"), &row, why)) == ERR_OK)
		e = output_record(stdout, scepadm->format, &row, NULL, 0, why);
	rowset_clear(&row);
	return e;
}

/* --- those that are named --- */

/* All of them, or none. */
static enum err decide_named(struct scepadm *scepadm, const struct decision *decision, const struct command_line *line, struct scepadm_rows *decided,
	struct why *why)
{
	const char *id;
	enum err e;

	if ((e = admin_begin(scepadm->store, why)) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && (id = command_get_repeated(line, "ID", i)) != NULL; i++) {
		struct scepadm_arguments arguments = { .count = 0 };

		scepadm_arguments_add(&arguments, "id", id);
		if (command_has(line, "reason"))
			scepadm_arguments_add(&arguments, "reason", command_get(line, "reason"));
		e = admin_call(scepadm->store, decision->one, arguments.argument, arguments.count, NULL, why);
		scepadm_rows_add(decided, &id);
	}
	if (e == ERR_OK)
		return admin_commit(scepadm->store, why);
	admin_rollback(scepadm->store);
	return e;
}

/* --- those that match --- */

static void collect_filters(const struct command_line *line, struct scepadm_arguments *arguments)
{
	static const char *const except[] = { "ID", "network", "limit", NULL };

	scepadm_arguments_collect(line, except, arguments);
	if (command_has(line, "network"))
		scepadm_arguments_add(arguments, "client-network", command_get(line, "network"));
	scepadm_arguments_add(arguments, "at-most", command_get(line, "limit"));
}

static const struct decision approve = {
	ADMIN_TRANSACTION_APPROVE, { ADMIN_TRANSACTIONS_APPROVE, VIEW_REQUEST, shown_columns, "request", "Approve", "approved", collect_filters }
};
static const struct decision deny = {
	ADMIN_TRANSACTION_DENY, { ADMIN_TRANSACTIONS_DENY, VIEW_REQUEST, shown_columns, "request", "Deny", "denied", collect_filters }
};

/* --- */

static bool has_filter(const struct command_line *line)
{
	static const char *const filters[] = { "application", "profile", "subject", "sans", "network", "created-before" };

	for (size_t i = 0; i < sizeof filters / sizeof filters[0]; i++)
		if (command_has(line, filters[i]))
			return true;
	return false;
}

static enum err decide(struct scepadm *scepadm, const struct decision *decision, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "id", NULL };
	struct scepadm_rows decided = { 0 };
	enum err e;

	if (command_has(line, "ID") == has_filter(line))
		return why_set(why, ERR_USAGE, "either numbers of requests are given, or options that say which: --application, --subject and so on");
	if ((e = scepadm_rows_init(&decided, columns)) != ERR_OK)
		goto out;
	e = command_has(line, "ID") ? decide_named(scepadm, decision, line, &decided, why) : scepadm_matching_decide(scepadm, &decision->matching, line, &decided, why);
	if (e != ERR_OK || (e = scepadm_rows_end(&decided)) != ERR_OK)
		goto out;
	if (decided.rows.row_count == 0)
		scepadm_say("No request that waits matches.");
	e = output_rows(stdout, scepadm->format, &decided.rows, NULL, why);
out:
	scepadm_rows_clear(&decided);
	return e;
}

static enum err run_approve(void *context, const struct command_line *line, struct why *why)
{
	return decide(context, &approve, line, why);
}

static enum err run_deny(void *context, const struct command_line *line, struct why *why)
{
	return decide(context, &deny, line, why);
}

static const struct command_option list_options[] = {
	TEXT_OPTION("application", "NAME", "only those of this application"),
	TEXT_OPTION("profile", "NAME", "only those of this profile"),
	TEXT_OPTION("subject", "DN", "only those with exactly this subject, as it is listed"),
	CHOICE_OPTION("state", "STATE", "pending|approved|denied|issued|expired|all", "pending", "those in this state"),
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many, oldest first; 0 for all"),
};
static const struct command_option show_options[] = {
	NUMBER_POSITIONAL("ID", "number of the request, as list shows it"),
};
static const struct command_option decide_options[] = {
	{ .name = "ID", .type = OPTION_NUMBER, .min = 1, .max = 999999999999999, .is_positional = true, .is_repeated = true,
		.help = "numbers of the requests, as list shows them; all or none of them" },
	TEXT_OPTION("application", "NAME", "those of this application that wait"),
	TEXT_OPTION("profile", "NAME", "those of this profile that wait"),
	TEXT_OPTION("subject", "PATTERN", "those with such a subject, * stands for anything"),
	TEXT_OPTION("sans", "PATTERN", "those with such alternative names, * stands for anything"),
	TEXT_OPTION("network", "CIDR", "those from this address or network"),
	TEXT_OPTION("created-before", "TIME", "those that came before this time, ISO 8601"),
	NUMBER_OPTION("limit", "NUMBER", 1, 10000, "1000", "at most so many at once, oldest first"),
	TEXT_OPTION("reason", "TEXT", "recorded; the device is told the reason of a denial; at most 255 bytes"),
};

const struct command scepadm_request_list = {
	"request", "list", "list requests that wait, oldest first", OPTIONS(list_options), .role = ROLE_AUDITOR, .run = run_list
};
const struct command scepadm_request_show = {
	"request", "show", "show a request", OPTIONS(show_options), .role = ROLE_AUDITOR, .run = run_show
};
const struct command scepadm_request_approve = {
	"request", "approve", "approve requests that wait", OPTIONS(decide_options), .role = ROLE_OPERATOR, .run = run_approve
};
const struct command scepadm_request_deny = {
	"request", "deny", "deny requests that wait", OPTIONS(decide_options), .role = ROLE_OPERATOR, .run = run_deny
};
