#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "store/schema.h"

static const struct command_option db_options[] = {
	{ .name = "sql-dir", .argument = "DIR", .type = OPTION_FILE,
		.help = "folder of the SQL files; without it SCEPGATE_SQLDIR, or the installed one" },
};

static enum err upgrade(struct scepadm *scepadm, const struct command_line *line, struct why *why)
{
	int applied = 0;
	enum err e = schema_upgrade(scepadm->store, scepadm_sql_folder(line), &applied, why);

	if (e == ERR_OK)
		scepadm_say("%d migration%s applied; the database has version %d", applied, applied == 1 ? "" : "s", STORE_SCHEMA_VERSION);
	return e;
}

static enum err run_init(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct schema_status status;
	enum err e;

	if ((e = schema_status_load(scepadm->store, scepadm_sql_folder(line), &status, why)) != ERR_OK)
		return e;
	if (status.is_installed)
		return why_set(why, ERR_CONFLICT, "the schema is there already, in version %d; use `scepadm db upgrade`", status.version);
	return upgrade(scepadm, line, why);
}

static enum err run_upgrade(void *context, const struct command_line *line, struct why *why)
{
	return upgrade(context, line, why);
}

static enum err run_status(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct schema_status status;
	char version[16], available[16], wanted[16];
	enum err e;

	if ((e = schema_status_load(scepadm->store, scepadm_sql_folder(line), &status, why)) != ERR_OK)
		return e;
	snprintf(version, sizeof version, "%d", status.version);
	snprintf(available, sizeof available, "%d", status.available);
	snprintf(wanted, sizeof wanted, "%d", STORE_SCHEMA_VERSION);
	return output_fields(stdout, scepadm->format, (const struct output_field[]){
		{ "installed", status.is_installed ? "true" : "false", ROWSET_LITERAL },
		{ "version", status.is_installed ? version : NULL, ROWSET_LITERAL },
		{ "available", available, ROWSET_LITERAL },
		{ "wanted_by_program", wanted, ROWSET_LITERAL },
		{ "api_is_current", status.api_is_current ? "true" : "false", ROWSET_LITERAL },
	}, 5, why);
}

const struct command scepadm_db_init = {
	"db", "init", "install roles, schema and functions into an empty database", OPTIONS(db_options), .role = ROLE_INSTALLER, .run = run_init
};
const struct command scepadm_db_upgrade = {
	"db", "upgrade", "bring the schema to the version of this program", OPTIONS(db_options), .role = ROLE_INSTALLER, .run = run_upgrade
};
const struct command scepadm_db_status = {
	"db", "status", "show which version of the schema is installed", OPTIONS(db_options), .role = ROLE_INSTALLER, .run = run_status
};
