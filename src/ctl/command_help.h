#ifndef SCEPGATE_CTL_COMMAND_HELP_H
#define SCEPGATE_CTL_COMMAND_HELP_H

/* Help texts and shell completion, made from the table of commands. */

#include <stdio.h>

#include "ctl/command.h"

/** All commands and the common options. */
void command_help_program(const struct command_program *program, FILE *out);
/** The commands of one noun. */
void command_help_noun(const struct command_program *program, const char *noun, FILE *out);
/** One command with its options. */
void command_help_command(const struct command_program *program, const struct command *command, FILE *out);
/** A completion script for bash. */
void command_complete_bash(const struct command_program *program, FILE *out);

#endif
