#include <config.h>

#include "ctl/command_line.h"

#include <assert.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { WORD_MAX_LEN = 4096 };

const struct command *command_find(const struct command_program *program, const char *noun, const char *verb)
{
	for (const struct command *const *at = program->command; *at != NULL; at++) {
		if (strcmp((*at)->noun, noun) != 0)
			continue;
		if ((*at)->verb == NULL || (verb != NULL && strcmp((*at)->verb, verb) == 0))
			return *at;
	}
	return NULL;
}

bool command_noun_is_known(const struct command_program *program, const char *noun)
{
	for (const struct command *const *at = program->command; *at != NULL; at++)
		if (strcmp((*at)->noun, noun) == 0)
			return true;
	return false;
}

/* Is `word` (of this length) one of "a|b|c"? */
static bool choice_has(const char *choices, const char *word, size_t len)
{
	for (const char *at = choices; ; at++) {
		size_t choice_len = strcspn(at, "|");

		if (choice_len == len && strncmp(at, word, len) == 0)
			return true;
		at += choice_len;
		if (*at == '\0')
			return false;
	}
}

static enum err check_number(const struct command_option *option, const char *value, struct why *why)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, 10);
	if (errno != 0 || end == value || *end != '\0' || strspn(value, "-0123456789") != strlen(value) || number < option->min ||
		number > option->max)
		return why_set(why, ERR_USAGE, "%s%s takes a number from %ld to %ld, not \"%s\"", option->is_positional ? "" : "--",
			option->name, option->min, option->max, value);
	return ERR_OK;
}

static enum err check_words(const struct command_option *option, const char *value, const char *separators, struct why *why)
{
	const char *dashes = option->is_positional ? "" : "--";

	for (const char *at = value; ; at++) {
		size_t len = strcspn(at, separators);

		if (len == 0)
			return why_set(why, ERR_USAGE, "%s%s has an empty word: \"%s\"", dashes, option->name, value);
		if (option->choices != NULL && !choice_has(option->choices, at, len))
			return why_set(why, ERR_USAGE, "%s%s takes %s, not \"%.*s\"", dashes, option->name, option->choices, (int)len, at);
		at += len;
		if (*at == '\0')
			return ERR_OK;
	}
}

enum err command_value_check(const struct command_option *option, const char *value, struct why *why)
{
	const char *dashes = option->is_positional ? "" : "--";
	struct bytes text = bytes_from_str(value);

	if (text.len > WORD_MAX_LEN)
		return why_set(why, ERR_USAGE, "the value of %s%s is longer than %d bytes", dashes, option->name, WORD_MAX_LEN);
	if (option->type != OPTION_FILE && (!text_is_utf8(text) || text_has_control(text)))
		return why_set(why, ERR_USAGE, "the value of %s%s is not UTF-8 text, or has control characters", dashes, option->name);
	switch (option->type) {
	case OPTION_FLAG:
	case OPTION_TEXT:
		return ERR_OK;
	case OPTION_NUMBER:
		return check_number(option, value, why);
	case OPTION_CHOICE:
		return check_words(option, value, "", why);
	case OPTION_LIST:
		return text.len == 0 ? ERR_OK : check_words(option, value, ",", why);
	case OPTION_FILE:
		return text.len > 0 ? ERR_OK : why_set(why, ERR_USAGE, "%s%s takes the name of a file", dashes, option->name);
	case OPTION_BOOL:
		if (choice_has("yes|no", value, text.len))
			return ERR_OK;
		return why_set(why, ERR_USAGE, "%s%s takes yes or no, not \"%s\"", dashes, option->name, value);
	}
	return ERR_USAGE;
}

/* The option called by the first `len` bytes of `name`, and where its value goes; NULL when there is none. */
static const struct command_option *find_option(struct command_line *line, const char *name, size_t len, const char ***slot)
{
	const struct command_program *program = line->program;
	const struct command *command = line->command;

	for (size_t i = 0; command != NULL && i < command->option_count; i++)
		if (!command->option[i].is_positional && strlen(command->option[i].name) == len && strncmp(command->option[i].name, name,
			len) == 0) {
			*slot = &line->value[i];
			return &command->option[i];
		}
	for (size_t i = 0; i < program->common_count; i++)
		if (strlen(program->common[i].name) == len && strncmp(program->common[i].name, name, len) == 0) {
			*slot = &line->common[i];
			return &program->common[i];
		}
	return NULL;
}

/* One argument that starts with "--"; *used is set when it takes the next one as its value. */
static enum err take_option(struct command_line *line, const char *argument, const char *next, bool *used, struct why *why)
{
	const char *name = argument + 2;
	size_t len = strcspn(name, "=");
	const char *value = name[len] == '=' ? name + len + 1 : NULL;
	const char **slot;
	const struct command_option *option = find_option(line, name, len, &slot);

	*used = false;
	if (option == NULL)
		return why_set(why, ERR_USAGE, "there is no option --%.*s here", (int)len, name);
	if (*slot != NULL)
		return why_set(why, ERR_USAGE, "--%s is given twice", option->name);
	if (option->type == OPTION_FLAG) {
		if (value != NULL)
			return why_set(why, ERR_USAGE, "--%s takes no value", option->name);
		*slot = "yes";
		return ERR_OK;
	}
	if (value == NULL) {
		if (next == NULL || strncmp(next, "--", 2) == 0)
			return why_set(why, ERR_USAGE, "--%s needs a value (--%s=%s)", option->name, option->name, option->argument);
		value = next;
		*used = true;
	}
	*slot = value;
	return command_value_check(option, value, why);
}

/* A word that is no option: noun, verb, or the next positional. */
static enum err take_word(struct command_line *line, const char *word, struct why *why)
{
	if (line->command == NULL) {
		if (line->noun == NULL)
			line->noun = word;
		else
			line->verb = word;
		line->command = command_find(line->program, line->noun, line->verb);
		if (line->command == NULL && line->verb != NULL)
			return why_set(why, ERR_USAGE, "there is no command \"%s %s\"", line->noun, line->verb);
		if (line->command == NULL && !command_noun_is_known(line->program, word))
			return why_set(why, ERR_USAGE, "there is no command \"%s\"", word);
		return ERR_OK;
	}
	for (size_t i = 0; i < line->command->option_count; i++) {
		const struct command_option *option = &line->command->option[i];

		if (!option->is_positional || (line->value[i] != NULL && !option->is_repeated))
			continue;
		if (line->value[i] == NULL)
			line->value[i] = word;
		else if (line->repeated_count < COMMAND_MAX_REPEATED - 1)
			line->repeated[line->repeated_count++] = word;
		else
			return why_set(why, ERR_USAGE, "at most %d of %s can be given at once", COMMAND_MAX_REPEATED, option->name);
		return command_value_check(option, word, why);
	}
	return why_set(why, ERR_USAGE, "\"%s\" is one argument too many", word);
}

static enum err check_complete(const struct command_line *line, struct why *why)
{
	const struct command *command = line->command;

	if (command == NULL)
		return line->noun == NULL ? why_set(why, ERR_USAGE, "no command is given") : why_set(why, ERR_USAGE,
			"\"%s\" needs a second word", line->noun);
	for (size_t i = 0; i < command->option_count; i++)
		if (command->option[i].is_required && line->value[i] == NULL)
			return why_set(why, ERR_USAGE, "%s%s is missing", command->option[i].is_positional ? "" : "--", command->option[i].name);
	return ERR_OK;
}

/* --help and --version win over everything else that may be wrong with a line. */
static bool wants(struct command_line *line, int argc, char **argv)
{
	for (int i = 0; i < argc && strcmp(argv[i], "--") != 0; i++) {
		line->wants_help |= strcmp(argv[i], "--help") == 0 || strcmp(argv[i], "-h") == 0;
		line->wants_version |= strcmp(argv[i], "--version") == 0;
	}
	for (int i = 0; i < argc && line->command == NULL && argv[i][0] != '-'; i++)
		if (take_word(line, argv[i], NULL) != ERR_OK)
			break;
	return line->wants_help || line->wants_version;
}

enum err command_line_parse(const struct command_program *program, int argc, char **argv, struct command_line *line, struct why *why)
{
	bool only_words = false, used;
	enum err e;

	*line = (struct command_line){ .program = program };
	if (wants(line, argc, argv))
		return ERR_OK;
	*line = (struct command_line){ .program = program };
	for (int i = 0; i < argc; i++) {
		if (!only_words && strcmp(argv[i], "--") == 0) {
			only_words = true;
		} else if (!only_words && strncmp(argv[i], "--", 2) == 0) {
			if ((e = take_option(line, argv[i], i + 1 < argc ? argv[i + 1] : NULL, &used, why)) != ERR_OK)
				return e;
			i += used;
		} else if (!only_words && argv[i][0] == '-' && argv[i][1] != '\0') {
			return why_set(why, ERR_USAGE, "there is no option %s; options start with two dashes", argv[i]);
		} else if ((e = take_word(line, argv[i], why)) != ERR_OK) {
			return e;
		}
	}
	return check_complete(line, why);
}

static const struct command_option *find_any(const struct command_line *line, const char *name, const char **value)
{
	for (size_t i = 0; i < line->command->option_count; i++)
		if (strcmp(line->command->option[i].name, name) == 0) {
			*value = line->value[i];
			return &line->command->option[i];
		}
	for (size_t i = 0; i < line->program->common_count; i++)
		if (strcmp(line->program->common[i].name, name) == 0) {
			*value = line->common[i];
			return &line->program->common[i];
		}
	assert(!"the option is in the table");
	abort();
}

const char *command_get(const struct command_line *line, const char *name)
{
	const char *value;
	const struct command_option *option = find_any(line, name, &value);

	return value != NULL ? value : option->fallback;
}

const char *command_get_repeated(const struct command_line *line, const char *name, size_t i)
{
	const char *value;
	const struct command_option *option = find_any(line, name, &value);

	assert(option->is_repeated);
	if (i == 0)
		return value;
	return i <= line->repeated_count ? line->repeated[i - 1] : NULL;
}

bool command_has(const struct command_line *line, const char *name)
{
	const char *value;

	find_any(line, name, &value);
	return value != NULL;
}

long command_get_number(const struct command_line *line, const char *name)
{
	const char *value = command_get(line, name);

	return value == NULL ? 0 : strtol(value, NULL, 10);
}

bool command_is_set(const struct command_line *line, const char *name)
{
	const char *value = command_get(line, name);

	return value != NULL && strcmp(value, "yes") == 0;
}
