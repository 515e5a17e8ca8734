#include <config.h>

#include "ctl/command.h"

#include <stdio.h>
#include <string.h>

#include "base/core_dump.h"
#include "ctl/command_help.h"
#include "ctl/command_line.h"
#include "ctl/prompt.h"

static void print_version(const struct command_program *program)
{
	printf("%s (scepgate) %s\n", program->name, PACKAGE_VERSION);
	if (program->libraries != NULL)
		printf("%s\n", program->libraries());
}

/* `help`, `help NOUN`, `help NOUN VERB`, and --help behind any of these words. */
static enum exit_status show_help(const struct command_program *program, const char *noun, const char *verb)
{
	const struct command *command = noun == NULL ? NULL : command_find(program, noun, verb);

	if (command != NULL) {
		command_help_command(program, command, stdout);
	} else if (noun == NULL) {
		command_help_program(program, stdout);
	} else if (verb == NULL && command_noun_is_known(program, noun)) {
		command_help_noun(program, noun, stdout);
	} else {
		fprintf(stderr, "%s: there is no command \"%s%s%s\"\n", program->name, noun, verb == NULL ? "" : " ", verb == NULL ? "" : verb);
		return EXIT_STATUS_USAGE;
	}
	return EXIT_STATUS_DONE;
}

static enum exit_status show_completion(const struct command_program *program, int argc, char **argv)
{
	if (argc != 1 || strcmp(argv[0], "bash") != 0) {
		fprintf(stderr, "Usage: %s completion bash\n", program->name);
		return EXIT_STATUS_USAGE;
	}
	command_complete_bash(program, stdout);
	return EXIT_STATUS_DONE;
}

static void print_usage_error(const struct command_line *line, const struct why *why)
{
	const char *program = line->program->name;

	fprintf(stderr, "%s: %s\n", program, why_text(why, ERR_USAGE));
	if (line->command != NULL)
		fprintf(stderr, "Try \"%s help %s%s%s\".\n", program, line->command->noun, line->command->verb == NULL ? "" : " ",
			line->command->verb == NULL ? "" : line->command->verb);
	else if (line->noun != NULL && command_noun_is_known(line->program, line->noun))
		command_help_noun(line->program, line->noun, stderr);
	else
		fprintf(stderr, "Try \"%s help\".\n", program);
}

/* Nothing is destroyed without a yes from a person or --yes. */
static enum err confirm(const struct command_line *line, struct why *why)
{
	const struct command *command = line->command;
	char question[256];
	const char *what = "";

	if (!command->is_destructive || command_is_set(line, "yes"))
		return ERR_OK;
	for (size_t i = 0; i < command->option_count && *what == '\0'; i++)
		if (command->option[i].is_positional && line->value[i] != NULL)
			what = line->value[i];
	if (!prompt_is_possible())
		return why_set(why, ERR_USAGE, "\"%s %s\" needs --yes when there is nobody to ask", command->noun, command->verb == NULL
			? "" : command->verb);
	snprintf(question, sizeof question, "%s %s %s: really?", command->noun, command->verb == NULL ? "" : command->verb, what);
	return prompt_confirm(question, false) ? ERR_OK : why_set(why, ERR_CONFLICT, "nothing was done");
}

/* Data that did not reach its file is a failure, whatever the command said. */
static enum exit_status finish(const struct command_program *program, enum exit_status status)
{
	if (fflush(stdout) == 0 && !ferror(stdout))
		return status;
	fprintf(stderr, "%s: standard output cannot be written\n", program->name);
	return status == EXIT_STATUS_DONE ? EXIT_STATUS_FAILED : status;
}

static enum exit_status run(const struct command_line *line, command_prepare *prepare, void *context)
{
	struct why why = { 0 };
	enum err e = confirm(line, &why);

	if (e == ERR_OK && prepare != NULL)
		e = prepare(context, line->command, line, &why);
	if (e == ERR_OK)
		e = line->command->run(context, line, &why);
	fflush(stdout); /* what there is comes before what went wrong; finish() sees a failure */
	if (e == ERR_USAGE)
		print_usage_error(line, &why);
	else if (e != ERR_OK)
		fprintf(stderr, "%s: %s\n", line->program->name, why_text(&why, e));
	return err_exit_status(e);
}

int command_main(const struct command_program *program, int argc, char **argv, command_prepare *prepare, void *context)
{
	struct command_line line;
	struct why why = { 0 };

	core_dump_forbid();
	if (argc > 1 && strcmp(argv[1], "help") == 0)
		return finish(program, show_help(program, argc > 2 ? argv[2] : NULL, argc > 3 ? argv[3] : NULL));
	if (argc > 1 && strcmp(argv[1], "completion") == 0)
		return finish(program, show_completion(program, argc - 2, argv + 2));
	if (command_line_parse(program, argc > 0 ? argc - 1 : 0, argv + 1, &line, &why) != ERR_OK) {
		print_usage_error(&line, &why);
		return EXIT_STATUS_USAGE;
	}
	if (line.wants_version) {
		print_version(program);
		return finish(program, EXIT_STATUS_DONE);
	}
	if (line.wants_help)
		return finish(program, show_help(program, line.noun, line.command != NULL ? line.command->verb : line.verb));
	return finish(program, run(&line, prepare, context));
}
