#ifndef SCEPGATE_CTL_COMMAND_LINE_H
#define SCEPGATE_CTL_COMMAND_LINE_H

/* The parser behind command.h: from argv to a checked struct command_line. It prints nothing. */

#include "ctl/command.h"

/** A parsed line. Everything is borrowed from the program table and argv. */
struct command_line {
	const struct command_program *program;
	const struct command *command;             /* NULL while the words name none */
	const char *noun, *verb;                   /* the words as typed, for messages; NULL when not there */
	bool wants_help, wants_version;
	const char *value[COMMAND_MAX_OPTIONS];    /* by index of command->option; NULL when not given */
	const char *common[COMMAND_MAX_OPTIONS];   /* by index of program->common */
	const char *repeated[COMMAND_MAX_REPEATED - 1]; /* what follows the first value of a repeated positional */
	size_t repeated_count;
};

/**
 * Parse argv (without the program's name).
 *
 * @param line out: also filled as far as it was read on ERR_USAGE, so that the message can name the command.
 * @return ERR_OK, also for --help and --version, where nothing else is checked; ERR_USAGE with a sentence.
 */
enum err command_line_parse(const struct command_program *program, int argc, char **argv, struct command_line *line, struct why *why);

/** The command of these words, or NULL. */
const struct command *command_find(const struct command_program *program, const char *noun, const char *verb);
/** Does any command start with this word? */
bool command_noun_is_known(const struct command_program *program, const char *noun);

/** Check one value against its option. @return ERR_OK; ERR_USAGE with a sentence. */
enum err command_value_check(const struct command_option *option, const char *value, struct why *why);

#endif
