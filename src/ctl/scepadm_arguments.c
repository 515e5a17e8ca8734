#include <config.h>

#include "ctl/scepadm_arguments.h"

#include <assert.h>
#include <stdio.h>
#include <string.h>

#include "ctl/command_line.h"

/* "rsa-min-bits" and "NAME" as the database calls them: rsa_min_bits, name. */
static void parameter_name(const char *option, char *out, size_t size)
{
	size_t i;

	assert(strlen(option) < size);
	for (i = 0; option[i] != '\0'; i++) {
		char c = option[i];

		out[i] = c == '-' ? '_' : (char)(c >= 'A' && c <= 'Z' ? c - 'A' + 'a' : c);
	}
	out[i] = '\0';
}

void scepadm_arguments_add(struct scepadm_arguments *arguments, const char *name, const char *value)
{
	assert(arguments->count < COMMAND_MAX_OPTIONS);
	parameter_name(name, arguments->name[arguments->count], sizeof arguments->name[0]);
	arguments->argument[arguments->count] = (struct admin_argument){ arguments->name[arguments->count], bytes_from_str(value) };
	arguments->count++;
}

static bool is_excepted(const char *name, const char *const *except)
{
	for (; except != NULL && *except != NULL; except++)
		if (strcmp(*except, name) == 0)
			return true;
	return false;
}

void scepadm_arguments_collect(const struct command_line *line, const char *const *except, struct scepadm_arguments *out)
{
	const struct command *command = line->command;

	out->count = 0;
	for (size_t i = 0; i < command->option_count; i++) {
		const struct command_option *option = &command->option[i];
		const char *value = line->value[i];

		if (value == NULL || is_excepted(option->name, except))
			continue;
		if (option->type == OPTION_BOOL || option->type == OPTION_FLAG)
			value = strcmp(value, "yes") == 0 ? "true" : "false";
		scepadm_arguments_add(out, option->name, value);
	}
}

enum err scepadm_call(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct why *why)
{
	struct scepadm_arguments arguments;

	scepadm_arguments_collect(line, NULL, &arguments);
	return admin_call(scepadm->store, call, arguments.argument, arguments.count, NULL, why);
}

enum err scepadm_alter(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct why *why)
{
	struct scepadm_arguments arguments;

	scepadm_arguments_collect(line, NULL, &arguments);
	if (arguments.count == 1)
		return why_set(why, ERR_USAGE, "nothing is given to alter");
	return admin_call(scepadm->store, call, arguments.argument, arguments.count, NULL, why);
}

enum err scepadm_endpoint_parse(const char *word, struct scepadm_endpoint *out, struct why *why)
{
	char *slash;

	if (strlen(word) >= sizeof out->store || strchr(word, '/') == NULL)
		return why_set(why, ERR_USAGE, "an endpoint is written APPLICATION/PROFILE, not \"%s\"", word);
	memcpy(out->store, word, strlen(word) + 1);
	slash = strchr(out->store, '/');
	*slash = '\0';
	out->application = out->store;
	out->profile = slash + 1;
	if (*out->application == '\0' || *out->profile == '\0' || strchr(out->profile, '/') != NULL)
		return why_set(why, ERR_USAGE, "an endpoint is written APPLICATION/PROFILE, not \"%s\"", word);
	return ERR_OK;
}

enum err scepadm_call_endpoint(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct scepadm_arguments *arguments,
	struct why *why)
{
	struct scepadm_endpoint endpoint;
	enum err e;

	if ((e = scepadm_endpoint_parse(command_get(line, "ENDPOINT"), &endpoint, why)) != ERR_OK)
		return e;
	scepadm_arguments_add(arguments, "application", endpoint.application);
	scepadm_arguments_add(arguments, "profile", endpoint.profile);
	return admin_call(scepadm->store, call, arguments->argument, arguments->count, NULL, why);
}
