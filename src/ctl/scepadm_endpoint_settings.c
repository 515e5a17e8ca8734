#include <config.h>

#include "ctl/scepadm_endpoint_settings.h"

#include <string.h>

/* Options that the database calls otherwise. */
static const struct {
	const char *from, *to;
} renamed[] = { { "ciphers", "allowed_ciphers" }, { "digests", "allowed_digests" }, { "keys", "allowed_keys" } };

static bool has_argument(const struct scepadm_arguments *arguments, const char *name)
{
	for (size_t i = 0; i < arguments->count; i++)
		if (strcmp(arguments->name[i], name) == 0)
			return true;
	return false;
}

void scepadm_settings_collect(const struct command_line *line, const char *const *except, const struct endpoint_preset *preset, struct scepadm_arguments *out)
{
	scepadm_arguments_collect(line, except, out);
	for (size_t i = 0; i < out->count; i++)
		for (size_t k = 0; k < sizeof renamed / sizeof renamed[0]; k++)
			if (strcmp(out->name[i], renamed[k].from) == 0)
				strcpy(out->name[i], renamed[k].to);
	for (size_t i = 0; preset != NULL && i < ENDPOINT_PRESET_SETTINGS; i++)
		if (!has_argument(out, preset->setting[i].name))
			scepadm_arguments_add(out, preset->setting[i].name, preset->setting[i].value);
}

const struct endpoint_preset *scepadm_preset_get(const struct command_line *line)
{
	return command_has(line, "preset") ? endpoint_preset_find(command_get(line, "preset")) : NULL;
}
