#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "id", "application", "profile", "serial", "updated_at", "state", "subject", "expires_at", NULL };
	static const char *const names[] = { "application", "profile", "state", "reference" };
	struct view_filter filters[5];
	size_t count = 0;
	struct buf serial = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
		if (command_has(line, names[i]))
			filters[count++] = (struct view_filter){ names[i], command_get(line, names[i]) };
	if (command_has(line, "serial") && (e = serial_normalise(command_get(line, "serial"), &serial, why)) == ERR_OK)
		filters[count++] = (struct view_filter){ "serial", (const char *)serial.ptr };
	if (e == ERR_OK)
		e = scepadm_list(context, VIEW_TRANSACTION, filters, count, (int)command_get_number(line, "limit"), columns, why);
	buf_clear(&serial);
	return e;
}

static enum err read_transaction(struct scepadm *scepadm, const struct command_line *line, struct rowset *row, struct why *why)
{
	struct view_filter filter = { "id", command_get(line, "ID") };
	char what[64];

	snprintf(what, sizeof what, "transaction %s", filter.value);
	return scepadm_read_one(scepadm, VIEW_TRANSACTION, &filter, 1, what, row, why);
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct rowset row = { 0 };
	enum err e;

	if ((e = read_transaction(scepadm, line, &row, why)) == ERR_OK)
		e = output_record(stdout, scepadm->format, &row, NULL, 0, why);
	rowset_clear(&row);
	return e;
}

static const struct command_option list_options[] = {
	TEXT_OPTION("application", "NAME", "only those of this application"),
	TEXT_OPTION("profile", "NAME", "only those of this profile"),
	CHOICE_OPTION("state", "STATE", "pending|approved|denied|issued|expired", NULL, "only those in this state"),
	TEXT_OPTION("reference", "ID", "only those with the reference that a device was told"),
	TEXT_OPTION("serial", "HEX", "only those that got this certificate"),
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many, the last changed first; 0 for all"),
};
static const struct command_option show_options[] = {
	NUMBER_POSITIONAL("ID", "number of the transaction, as list shows it"),
};

const struct command scepadm_transaction_list = {
	"transaction", "list", "list SCEP transactions, the last changed first", OPTIONS(list_options), .role = ROLE_AUDITOR, .run = run_list
};
const struct command scepadm_transaction_show = {
	"transaction", "show", "show a transaction", OPTIONS(show_options), .role = ROLE_AUDITOR, .run = run_show
};
