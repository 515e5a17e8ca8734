#include <config.h>

#include "ctl/scepadm_commands.h"

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_rows.h"
#include "service/check.h"

static const char *result_word(enum check_result result)
{
	switch (result) {
	case CHECK_OK:
		return "ok";
	case CHECK_WARNING:
		return "warning";
	case CHECK_FAILED:
		return "FAILED";
	}
	return "";
}

static void add(void *context, const struct check_finding *finding)
{
	const char *const values[] = { result_word(finding->result), finding->subject, finding->text };

	scepadm_rows_add(context, values);
}

static enum err run_check(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "result", "subject", "finding", NULL };
	struct scepadm *scepadm = context;
	struct scepadm_rows report = { 0 };
	int failed = 0;
	enum err e, written;

	if ((e = scepadm_rows_init(&report, columns)) != ERR_OK)
		goto out;
	e = check_run(&scepadm->service, scepadm_sql_folder(line), &scepadm->conf, add, &report, &failed, why);
	if ((written = scepadm_rows_end(&report)) == ERR_OK)
		written = output_rows(stdout, scepadm->format, &report.rows, NULL, why);
	if (e == ERR_OK)
		e = written;
	if (e == ERR_OK && failed > 0)
		e = why_set(why, ERR_CONF, "%d of %zu findings want attention", failed, report.rows.row_count);
out:
	scepadm_rows_clear(&report);
	return e;
}

static const struct command_option options[] = {
	{ .name = "sql-dir", .argument = "DIR", .type = OPTION_FILE,
		.help = "folder of the SQL files; without it SCEPGATE_SQLDIR, or the installed one" },
};

const struct command scepadm_check = {
	"check", NULL, "check database, schema, keys and every endpoint", OPTIONS(options), .role = ROLE_ADMIN, .run = run_check
};
