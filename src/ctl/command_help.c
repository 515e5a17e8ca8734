#include <config.h>

#include "ctl/command_help.h"

#include <stdbool.h>
#include <string.h>

enum { HELP_NAME_WIDTH = 30 };

static void write_row(FILE *out, const char *name, const char *text)
{
	if (strlen(name) < HELP_NAME_WIDTH)
		fprintf(out, "  %-*s%s", HELP_NAME_WIDTH, name, text);
	else
		fprintf(out, "  %s\n  %*s%s", name, HELP_NAME_WIDTH, "", text);
}

static void write_command_row(FILE *out, const struct command *command)
{
	char name[128];

	snprintf(name, sizeof name, "%s%s%s", command->noun, command->verb == NULL ? "" : " ", command->verb == NULL ? "" : command->verb);
	write_row(out, name, command->summary);
	fputc('\n', out);
}

static void write_option(FILE *out, const struct command_option *option)
{
	char name[128];

	if (option->is_positional)
		snprintf(name, sizeof name, "%s", option->name);
	else
		snprintf(name, sizeof name, "--%s%s%s", option->name, option->argument == NULL ? "" : " ", option->argument == NULL ? ""
			: option->argument);
	write_row(out, name, option->help);
	switch (option->type) {
	case OPTION_NUMBER:
		fprintf(out, " (%ld to %ld)", option->min, option->max);
		break;
	case OPTION_CHOICE:
	case OPTION_LIST:
		if (option->choices != NULL)
			fprintf(out, " (%s%s)", option->type == OPTION_LIST ? "comma-separated from " : "", option->choices);
		break;
	case OPTION_BOOL:
		fputs(" (yes|no)", out);
		break;
	case OPTION_FLAG:
	case OPTION_TEXT:
	case OPTION_FILE:
		break;
	}
	if (option->fallback != NULL)
		fprintf(out, " [%s]", option->fallback);
	if (option->is_required && !option->is_positional)
		fputs(" (required)", out);
	fputc('\n', out);
}

static void write_common(const struct command_program *program, FILE *out)
{
	fputs("\nOptions of every command:\n", out);
	for (size_t i = 0; i < program->common_count; i++)
		write_option(out, &program->common[i]);
	write_row(out, "--help", "show this and do nothing\n");
	write_row(out, "--version", "show the version and do nothing\n");
}

void command_help_program(const struct command_program *program, FILE *out)
{
	fprintf(out, "%s: %s\n\nUsage: %s COMMAND [ARGUMENT]... [--OPTION VALUE]...\n\nCommands:\n", program->name, program->summary,
		program->name);
	for (const struct command *const *at = program->command; *at != NULL; at++)
		write_command_row(out, *at);
	write_row(out, "help [COMMAND]", "show the options of a command\n");
	write_row(out, "completion bash", "print a completion script for bash\n");
	write_common(program, out);
}

void command_help_noun(const struct command_program *program, const char *noun, FILE *out)
{
	fprintf(out, "Commands of \"%s %s\":\n", program->name, noun);
	for (const struct command *const *at = program->command; *at != NULL; at++)
		if (strcmp((*at)->noun, noun) == 0)
			write_command_row(out, *at);
	fprintf(out, "\n\"%s help %s VERB\" shows the options of one.\n", program->name, noun);
}

void command_help_command(const struct command_program *program, const struct command *command, FILE *out)
{
	bool has_options = false;

	fprintf(out, "%s\n\nUsage: %s %s%s%s", command->summary, program->name, command->noun, command->verb == NULL ? "" : " ",
		command->verb == NULL ? "" : command->verb);
	for (size_t i = 0; i < command->option_count; i++) {
		const struct command_option *option = &command->option[i];

		if (option->is_positional)
			fprintf(out, option->is_required ? " %s%s" : " [%s]%s", option->name, option->is_repeated ? "..." : "");
		else if (option->is_required)
			fprintf(out, " --%s %s", option->name, option->argument);
		else
			has_options = true;
	}
	fprintf(out, "%s\n\n", has_options ? " [--OPTION VALUE]..." : "");
	for (size_t i = 0; i < command->option_count; i++)
		write_option(out, &command->option[i]);
	if (command->role != NULL)
		fprintf(out, "\nDatabase role: %s\n", command->role);
	if (command->is_destructive)
		fputs("\nAsks before it acts, unless --yes is given.\n", out);
	write_common(program, out);
}

/* --- bash --- */

/* The words that may follow --name: choices, file names, or nothing. */
static void complete_option_value(const struct command_option *option, FILE *out)
{
	if (option->is_positional || option->type == OPTION_FLAG)
		return;
	if (option->type == OPTION_FILE) {
		fprintf(out, "\t--%s) COMPREPLY=($(compgen -f -- \"$cur\")); return ;;\n", option->name);
		return;
	}
	if (option->type != OPTION_BOOL && option->choices == NULL)
		return;
	fprintf(out, "\t--%s) COMPREPLY=($(compgen -W \"", option->name);
	for (const char *at = option->type == OPTION_BOOL ? "yes|no" : option->choices; *at != '\0'; at++)
		fputc(*at == '|' ? ' ' : *at, out);
	fputs("\" -- \"$cur\")); return ;;\n", out);
}

/* Two options of one name in two commands may have different choices, so the case of values is inside the case of commands. */
static void complete_command(const struct command_program *program, const struct command *command, FILE *out)
{
	fprintf(out, "\t\"%s%s%s\")\n\t\tcase $prev in\n", command->noun, command->verb == NULL ? "" : " ", command->verb == NULL ? ""
		: command->verb);
	for (size_t i = 0; i < command->option_count; i++)
		complete_option_value(&command->option[i], out);
	fputs("\t\tesac\n\t\twords=\"", out);
	for (size_t i = 0; i < command->option_count; i++)
		if (!command->option[i].is_positional)
			fprintf(out, "--%s ", command->option[i].name);
	for (size_t i = 0; i < program->common_count; i++)
		fprintf(out, "--%s ", program->common[i].name);
	fputs("--help\" ;;\n", out);
}

static void complete_nouns(const struct command_program *program, FILE *out)
{
	const char *last = "";

	fputs("\tnouns=\"", out);
	for (const struct command *const *at = program->command; *at != NULL; at++) {
		if (strcmp((*at)->noun, last) != 0)
			fprintf(out, "%s ", (*at)->noun);
		last = (*at)->noun;
	}
	fputs("help completion\"\n\tcase ${COMP_WORDS[1]} in\n", out);
	last = "";
	for (const struct command *const *at = program->command; *at != NULL; at++) {
		if ((*at)->verb == NULL)
			continue;
		if (strcmp((*at)->noun, last) != 0)
			fprintf(out, "%s\t%s) verbs=\"", *last == '\0' ? "" : "\" ;;\n", (*at)->noun);
		fprintf(out, "%s ", (*at)->verb);
		last = (*at)->noun;
	}
	fprintf(out, "%s\thelp) verbs=$nouns ;;\n\tcompletion) verbs=bash ;;\n\tesac\n", *last == '\0' ? "" : "\" ;;\n");
}

void command_complete_bash(const struct command_program *program, FILE *out)
{
	fprintf(out, "# bash completion for %s\n_%s()\n{\n", program->name, program->name);
	fputs("\tlocal cur=${COMP_WORDS[COMP_CWORD]} prev=${COMP_WORDS[COMP_CWORD-1]} nouns verbs words command\n", out);
	complete_nouns(program, out);
	fputs("\tif [ \"$COMP_CWORD\" = 1 ]; then\n", out);
	fputs("\t\tCOMPREPLY=($(compgen -W \"$nouns --help --version\" -- \"$cur\"))\n\t\treturn\n\tfi\n", out);
	fputs("\tif [ \"$COMP_CWORD\" = 2 ] && [ -n \"$verbs\" ]; then\n", out);
	fputs("\t\tCOMPREPLY=($(compgen -W \"$verbs\" -- \"$cur\"))\n\t\treturn\n\tfi\n", out);
	fputs("\tcommand=${COMP_WORDS[1]}\n\t[ -z \"$verbs\" ] || command=\"$command ${COMP_WORDS[2]}\"\n", out);
	fputs("\tcase $prev in\n", out);
	for (size_t i = 0; i < program->common_count; i++)
		complete_option_value(&program->common[i], out);
	fputs("\tesac\n\tcase $command in\n", out);
	for (const struct command *const *at = program->command; *at != NULL; at++)
		complete_command(program, *at, out);
	fprintf(out, "\tesac\n\tCOMPREPLY=($(compgen -W \"$words\" -- \"$cur\"))\n}\ncomplete -F _%s %s\n", program->name, program->name);
}
