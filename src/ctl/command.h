#ifndef SCEPGATE_CTL_COMMAND_H
#define SCEPGATE_CTL_COMMAND_H

/*
 * The command line of scepadm and scepcli from one table: a row a command, with its options. Parser, --help, shell completion and the check
 * against the man pages come from it. A command is called by one word ("setup") or two ("ca create"); its options stand anywhere behind it,
 * the common ones also before it, as `--name value` or `--name=value`; `--` ends them.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/why.h"

enum option_type { OPTION_FLAG, OPTION_TEXT, OPTION_NUMBER, OPTION_CHOICE, OPTION_LIST /* comma-separated words, or empty */, OPTION_FILE,
	OPTION_BOOL /* yes or no */ };

/** One option or positional argument. */
struct command_option {
	const char *name;        /* "rsa-min-bits" for --rsa-min-bits; positionals: "NAME" */
	const char *argument;    /* shown in help: "BITS"; NULL for a flag and a positional */
	enum option_type type;
	const char *choices;     /* "sha256|sha512" for OPTION_CHOICE and OPTION_LIST; else NULL (a list of any words) */
	long min, max;           /* OPTION_NUMBER */
	bool is_positional, is_required;
	bool is_repeated;        /* the last positional alone: further words are values of it too */
	const char *fallback;    /* default as text, shown in help; or NULL */
	const char *help;
};

enum { COMMAND_MAX_OPTIONS = 40 /* of one command, positionals included; also of a program */,
	COMMAND_MAX_REPEATED = 1000 /* values of a repeated positional */ };

struct command_line;

/** One command. `run` returns the error that decides the exit status; it has written its own output to stdout. */
struct command {
	const char *noun;        /* the first word: "ca", "setup" */
	const char *verb;        /* the second word: "create"; NULL when the first word alone is the command */
	const char *summary;
	const struct command_option *option;
	size_t option_count;
	const char *role;        /* database role needed, for help and man page; NULL: none */
	bool is_destructive;     /* asks, unless --yes; the program's common options must then have the flag "yes" */
	enum err (*run)(void *context, const struct command_line *line, struct why *why);
};

/** A program: its name, commands and options that every command takes. The words "help" and "completion" are taken. */
struct command_program {
	const char *name;
	const char *summary;
	const char *(*libraries)(void);       /* versions of the libraries, for --version; may be NULL */
	const struct command *const *command; /* ends with NULL; commands of one noun stand together */
	const struct command_option *common;
	size_t common_count;
};

/* Asking for a name that neither the command nor the program has is a mistake of the programmer and stops the program. */

/**
 * Value of an option or positional by name; its fallback when it was not given; NULL when there is none. A flag that was given has the
 * value "yes".
 */
const char *command_get(const struct command_line *line, const char *name);
/** Value number `i`, from 0, of the positional that is repeated; NULL behind the last one. Numbers above 0 have no other way to be asked. */
const char *command_get_repeated(const struct command_line *line, const char *name, size_t i);
/** Was it given on the command line? */
bool command_has(const struct command_line *line, const char *name);
/** Value or fallback of an OPTION_NUMBER that has one of them; 0 when it has neither. */
long command_get_number(const struct command_line *line, const char *name);
/** Was the flag given, or is the value (or fallback) of this OPTION_BOOL "yes"? */
bool command_is_set(const struct command_line *line, const char *name);

/** Makes the context of a command from its parsed line. */
typedef enum err command_prepare(void *context, const struct command *command, const struct command_line *line, struct why *why);

/**
 * Parse and run. Handles --help, --version, `help [NOUN [VERB]]`, `completion bash`; asks before a destructive command; prints errors on
 * standard error.
 *
 * @param prepare called before the command; may be NULL.
 * @return exit status of the program (enum exit_status).
 */
int command_main(const struct command_program *program, int argc, char **argv, command_prepare *prepare, void *context);

#endif
