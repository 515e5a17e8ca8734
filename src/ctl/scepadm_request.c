#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>
#include <string.h>

#include "ctl/prompt.h"
#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "ctl/scepadm_rows.h"

/* A decision: how it is called, for one request and for all that match. */
struct decision {
	enum admin_call one, matching;
	const char *question, *done;
};

static const struct decision approve = { ADMIN_TRANSACTION_APPROVE, ADMIN_TRANSACTIONS_APPROVE, "Approve", "approved" };
static const struct decision deny = { ADMIN_TRANSACTION_DENY, ADMIN_TRANSACTIONS_DENY, "Deny", "denied" };

/* What a person decides by. */
static const char *const shown_columns[] = { "id", "application", "profile", "subject", "sans", "client_address", "pended_because", "created_at",
	"expires_at", NULL };
enum { SHOWN_COLUMNS = sizeof shown_columns / sizeof shown_columns[0] - 1 };

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

static bool has_row(const struct rowset *ids, const char *id)
{
	for (size_t i = 0; i < ids->row_count; i++)
		if (strcmp(rowset_get(ids, i, 0), id) == 0)
			return true;
	return false;
}

/*
 * Decide on what matches. @param allowed in: the requests that may be decided, as an earlier call gave them; NULL: all. @param is_kept in: else everything
 * is rolled back, and only the numbers are told.
 */
static enum err decide_matching(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, const struct rowset *allowed, bool is_kept,
	struct rowset *ids, struct why *why)
{
	struct scepadm_arguments arguments;
	struct rowset found = { 0 };
	enum err e;

	collect_filters(line, &arguments);
	if ((e = admin_begin(scepadm->store, why)) != ERR_OK)
		return e;
	e = admin_call(scepadm->store, call, arguments.argument, arguments.count, &found, why);
	for (size_t i = 0; e == ERR_OK && allowed != NULL && i < found.row_count; i++)
		if (!has_row(allowed, rowset_get(&found, i, 0)))
			e = why_set(why, ERR_CONFLICT, "request %s has come meanwhile and matches too: nothing was decided, look again", rowset_get(&found, i, 0));
	if (e == ERR_OK && is_kept)
		e = admin_commit(scepadm->store, why);
	else
		admin_rollback(scepadm->store);
	if (e == ERR_OK) {
		*ids = found;
		found = (struct rowset){ 0 };
	}
	rowset_clear(&found);
	return e;
}

/* To standard error: it is part of the question. */
static enum err show_matching(struct scepadm *scepadm, const struct rowset *ids, struct why *why)
{
	struct scepadm_rows rows = { 0 };
	enum err e = scepadm_rows_init(&rows, shown_columns);

	for (size_t i = 0; e == ERR_OK && i < ids->row_count; i++) {
		const char *values[SHOWN_COLUMNS];
		struct rowset row = { 0 };

		if ((e = read_request(scepadm, rowset_get(ids, i, 0), &row, why)) != ERR_OK)
			break;
		for (size_t c = 0; c < SHOWN_COLUMNS; c++)
			values[c] = rowset_find(&row, 0, shown_columns[c]);
		scepadm_rows_add(&rows, values);
		rowset_clear(&row);
	}
	if (e == ERR_OK && (e = scepadm_rows_end(&rows)) == ERR_OK)
		e = output_rows(stderr, OUTPUT_TABLE, &rows.rows, NULL, why);
	scepadm_rows_clear(&rows);
	return e;
}

/* Show what a decision would decide, by taking it and rolling back, and ask. No lock is held meanwhile. */
static enum err ask(struct scepadm *scepadm, const struct decision *decision, const struct command_line *line, struct rowset *shown, struct why *why)
{
	char question[64];
	enum err e;

	if ((e = decide_matching(scepadm, decision->matching, line, NULL, false, shown, why)) != ERR_OK || shown->row_count == 0)
		return e;
	if ((e = show_matching(scepadm, shown, why)) != ERR_OK)
		return e;
	if (!prompt_is_possible())
		return why_set(why, ERR_USAGE, "these would be %s; it needs --yes when there is nobody to ask", decision->done);
	snprintf(question, sizeof question, "%s %zu request%s?", decision->question, shown->row_count, shown->row_count == 1 ? "" : "s");
	return prompt_confirm(question, false) ? ERR_OK : why_set(why, ERR_CONFLICT, "nothing was decided");
}

static enum err decide_asked(struct scepadm *scepadm, const struct decision *decision, const struct command_line *line, struct scepadm_rows *decided,
	struct why *why)
{
	struct rowset shown = { 0 }, ids = { 0 };
	bool is_asking = !command_is_set(line, "yes");
	enum err e = ERR_OK;

	if (is_asking)
		e = ask(scepadm, decision, line, &shown, why);
	if (e != ERR_OK || (is_asking && shown.row_count == 0))
		goto out;
	if ((e = decide_matching(scepadm, decision->matching, line, is_asking ? &shown : NULL, true, &ids, why)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < ids.row_count; i++) {
		const char *id = rowset_get(&ids, i, 0);

		scepadm_rows_add(decided, &id);
	}
	if (ids.row_count == (size_t)command_get_number(line, "limit"))
		scepadm_say("There may be more: no more than %zu are decided at once.", ids.row_count);
out:
	rowset_clear(&shown);
	rowset_clear(&ids);
	return e;
}

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
	e = command_has(line, "ID") ? decide_named(scepadm, decision, line, &decided, why) : decide_asked(scepadm, decision, line, &decided, why);
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
