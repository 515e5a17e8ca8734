#include <config.h>

#include "ctl/scepadm_commands.h"

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_rows.h"
#include "service/endpoint_preset.h"

enum { LIST_COLUMNS = 2 + ENDPOINT_PRESET_SETTINGS };

static void add_change(void *context, const char *setting, const char *before, const char *after)
{
	const char *const values[] = { setting, before, after };

	scepadm_rows_add(context, values);
}

static enum err run_preset(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "setting", "before", "after", NULL };
	const struct endpoint_preset *preset = endpoint_preset_find(command_get(line, "NAME"));
	struct scepadm *scepadm = context;
	struct scepadm_rows changes = { 0 };
	struct scepadm_endpoint endpoint;
	enum err e;

	if (preset == NULL)
		return why_set(why, ERR_INTERNAL, "the table of presets has no \"%s\"", command_get(line, "NAME"));
	if ((e = scepadm_endpoint_parse(command_get(line, "ENDPOINT"), &endpoint, why)) != ERR_OK || (e = scepadm_rows_init(&changes, columns)) != ERR_OK)
		goto out;
	if ((e = endpoint_preset_apply(&scepadm->service, endpoint.application, endpoint.profile, preset, command_is_set(line, "dry-run"), add_change, &changes,
		why)) != ERR_OK || (e = scepadm_rows_end(&changes)) != ERR_OK)
		goto out;
	e = output_rows(stdout, scepadm->format, &changes.rows, NULL, why);
out:
	scepadm_rows_clear(&changes);
	return e;
}

static enum err run_presets(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	const struct endpoint_preset *preset = endpoint_preset_get(0);
	const char *names[LIST_COLUMNS + 1] = { "preset", "clients" }, *values[LIST_COLUMNS] = { NULL };
	struct scepadm_rows rows = { 0 };
	enum err e;

	(void)line;
	for (size_t i = 0; i < ENDPOINT_PRESET_SETTINGS; i++)
		names[2 + i] = preset->setting[i].name;
	if ((e = scepadm_rows_init(&rows, names)) != ERR_OK)
		goto out;
	for (size_t number = 0; (preset = endpoint_preset_get(number)) != NULL; number++) {
		values[0] = preset->name;
		values[1] = preset->clients;
		for (size_t i = 0; i < ENDPOINT_PRESET_SETTINGS; i++)
			values[2 + i] = preset->setting[i].value;
		scepadm_rows_add(&rows, values);
	}
	if ((e = scepadm_rows_end(&rows)) == ERR_OK)
		e = output_rows(stdout, scepadm->format, &rows.rows, NULL, why);
out:
	scepadm_rows_clear(&rows);
	return e;
}

static const struct command_option preset_options[] = {
	POSITIONAL("ENDPOINT", "the endpoint, as APPLICATION/PROFILE"),
	{ .name = "NAME", .type = OPTION_CHOICE, .choices = ENDPOINT_PRESET_NAMES, .is_positional = true, .is_required = true, .help = "the preset" },
	FLAG_OPTION("dry-run", "show what would change, and change nothing"),
};

const struct command scepadm_endpoint_preset = {
	"endpoint", "preset", "give an endpoint the settings that fit a family of clients", OPTIONS(preset_options), .role = ROLE_ADMIN, .run = run_preset
};
const struct command scepadm_endpoint_presets = { "endpoint", "presets", "list the presets with their settings", .run = run_presets };
