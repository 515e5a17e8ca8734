#include <config.h>

#include "ctl/command.h"

#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "ctl/command_help.h"
#include "ctl/command_line.h"
#include "support/unit.h"

enum { MAX_WORDS = 16 };

/* --- a small program --- */

static enum err run_ok(void *context, const struct command_line *line, struct why *why)
{
	(void)line;
	(void)why;
	++*(int *)context;
	return ERR_OK;
}

static enum err run_not_found(void *context, const struct command_line *line, struct why *why)
{
	(void)context;
	(void)line;
	return why_set(why, ERR_NOT_FOUND, "there is no such thing");
}

static const struct command_option make_options[] = {
	{ .name = "NAME", .type = OPTION_TEXT, .is_positional = true, .is_required = true, .help = "its name" },
	{ .name = "KIND", .type = OPTION_CHOICE, .choices = "round|square", .is_positional = true, .fallback = "round", .help = "its kind" },
	{ .name = "size", .argument = "BITS", .type = OPTION_NUMBER, .min = -1, .max = 8192, .fallback = "2048", .help = "how large" },
	{ .name = "colours", .argument = "COLOUR,...", .type = OPTION_LIST, .choices = "red|green|blue", .help = "which" },
	{ .name = "words", .argument = "WORD,...", .type = OPTION_LIST, .help = "any" },
	{ .name = "open", .argument = "yes|no", .type = OPTION_BOOL, .help = "whether" },
	{ .name = "shut", .argument = "yes|no", .type = OPTION_BOOL, .fallback = "yes", .help = "whether" },
	{ .name = "from", .argument = "FILE", .type = OPTION_FILE, .help = "a file" },
	{ .name = "quick", .type = OPTION_FLAG, .help = "do it quickly" },
};
static const struct command_option need_options[] = {
	{ .name = "subject", .argument = "DN", .type = OPTION_TEXT, .is_required = true, .help = "needed" },
};
static const struct command_option join_options[] = {
	{ .name = "NAME", .type = OPTION_TEXT, .is_positional = true, .is_required = true, .help = "its name" },
	{ .name = "ID", .type = OPTION_NUMBER, .min = 1, .max = 9999, .is_positional = true, .is_repeated = true, .help = "their numbers" },
	{ .name = "size", .argument = "BITS", .type = OPTION_NUMBER, .min = 1, .max = 9, .help = "how large" },
};
static const struct command thing_make = { "thing", "make", "make a thing", make_options, 9, "scepgate_admin", false, run_ok };
static const struct command thing_need = { "thing", "need", "need an option", need_options, 1, NULL, false, run_ok };
static const struct command thing_drop = { "thing", "drop", "drop a thing", NULL, 0, NULL, true, run_ok };
static const struct command thing_join = { "thing", "join", "join things", join_options, 3, NULL, false, run_ok };
static const struct command alone = { "alone", NULL, "stand alone", make_options, 1, NULL, false, run_not_found };
static const struct command *const commands[] = { &thing_make, &thing_need, &thing_drop, &thing_join, &alone, NULL };
static const struct command_option common[] = {
	{ .name = "format", .argument = "FORMAT", .type = OPTION_CHOICE, .choices = "table|json", .fallback = "table", .help = "form" },
	{ .name = "yes", .type = OPTION_FLAG, .help = "ask nothing" },
};
static const struct command_program program = { "prog", "a program", NULL, commands, common, 2 };

/* --- helpers --- */

/* Words of a line as argv; the storage is the caller's. */
struct words {
	char text[256];
	char *argv[MAX_WORDS + 1];
	int argc;
};

/* Blanks separate words; "''" is the empty word. */
static void words_split(struct words *words, const char *text)
{
	char *rest = words->text;

	words->argc = 0;
	snprintf(words->text, sizeof words->text, "%s", text);
	for (char *word = strsep(&rest, " "); word != NULL && words->argc < MAX_WORDS; word = strsep(&rest, " "))
		if (*word != '\0')
			words->argv[words->argc++] = strcmp(word, "''") == 0 ? word + 2 : word;
	words->argv[words->argc] = NULL;
}

static enum err parse(struct words *words, const char *text, struct command_line *line)
{
	words_split(words, text);
	return command_line_parse(&program, words->argc, words->argv, line, NULL);
}

/* command_main() with /dev/null as all three standard streams. */
static int run_main(const char *text, int *runs)
{
	struct words words;
	int saved[3], status;
	int null = open("/dev/null", O_RDWR | O_CLOEXEC);

	fflush(stdout);
	for (int fd = 0; fd < 3; fd++) {
		saved[fd] = dup(fd);
		if (null < 0 || saved[fd] < 0 || dup2(null, fd) < 0)
			abort();
	}
	words_split(&words, text);
	status = command_main(&program, words.argc, words.argv, NULL, runs);
	fflush(stdout);
	for (int fd = 0; fd < 3; fd++) {
		dup2(saved[fd], fd);
		close(saved[fd]);
	}
	close(null);
	return status;
}

/* --- cases --- */

static void good_lines(void)
{
	static const struct {
		const char *line, *name, *want;
	} rows[] = {
		{ "thing make a", "NAME", "a" },
		{ "thing make a", "KIND", "round" },
		{ "thing make a square", "KIND", "square" },
		{ "thing make a --size 3072", "size", "3072" },
		{ "thing make a --size=3072", "size", "3072" },
		{ "thing make --size 3072 a", "NAME", "a" },
		{ "thing make a", "size", "2048" },
		{ "thing make a --size -1", "size", "-1" },
		{ "thing make a --size 8192", "size", "8192" },
		{ "thing make a --colours red", "colours", "red" },
		{ "thing make a --colours blue,red", "colours", "blue,red" },
		{ "thing make a --colours ''", "colours", "" },
		{ "thing make a --words x,y", "words", "x,y" },
		{ "thing make a --open no", "open", "no" },
		{ "thing make a --from -", "from", "-" },
		{ "thing make -- --odd", "NAME", "--odd" },
		{ "thing make -", "NAME", "-" },
		{ "thing make --words=--x a", "words", "--x" },
		{ "--format json thing make a", "format", "json" },
		{ "thing make a --format json", "format", "json" },
		{ "thing --format json make a", "NAME", "a" },
		{ "thing make a", "format", "table" },
		{ "thing make a", "from", NULL },
		{ "thing make a --quick", "quick", "yes" },
		{ "alone a", "NAME", "a" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct words words;
		struct command_line line;
		const char *value;

		unit_row(rows[i].line);
		UNIT_ERR(ERR_OK, parse(&words, rows[i].line, &line));
		value = command_get(&line, rows[i].name);
		CU_ASSERT_TRUE((value == NULL) == (rows[i].want == NULL));
		if (value != NULL && rows[i].want != NULL)
			CU_ASSERT_STRING_EQUAL(value, rows[i].want);
	}
	unit_row(NULL);
}

static void bad_lines(void)
{
	static const char *const rows[] = {
		"", "thing", "nothing", "thing nothing", "make a", "thing make", "thing make a round b", "thing make a triangle",
		"thing make a --size", "thing make a --size 8193", "thing make a --size -2", "thing make a --size 1x",
			"thing make a --size 0x10", "thing make a --size ''",
		"thing make a --size 99999999999999999999", "thing make a --size +5", "thing make a --size --quick",
		"thing make a --colours pink", "thing make a --colours red,", "thing make a --colours ,red",
			"thing make a --colours red,,blue", "thing make a --colours Red", "thing make a --colours re",
		"thing make a --words x,,y", "thing make a --open", "thing make a --open maybe", "thing make a --open ''",
			"thing make a --from ''",
		"thing make a --quick=yes", "thing make a --quick --quick", "thing make a --size 1 --size 1", "thing make a --unknown 1",
			"thing make a --siz 1", "thing make a --sizes 1",
		"thing make a -q", "thing make a --format xml", "--size 1 thing make a", "thing need", "thing need --subject", "alone",
			"alone a b",
		"thing make \xff", "thing make a\x01", "thing join a x", "thing join a 1 x", "thing join a 1 0", "thing join a 1 2 10000",
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct words words;
		struct command_line line;

		unit_row(rows[i]);
		UNIT_ERR(ERR_USAGE, parse(&words, rows[i], &line));
	}
	unit_row(NULL);
}

static void repeated(void)
{
	struct words words;
	struct command_line line;

	UNIT_ERR(ERR_OK, parse(&words, "thing join a 7 --size 3 8 -- 9", &line));
	CU_ASSERT_STRING_EQUAL(command_get_repeated(&line, "ID", 0), "7");
	CU_ASSERT_STRING_EQUAL(command_get_repeated(&line, "ID", 1), "8");
	CU_ASSERT_STRING_EQUAL(command_get_repeated(&line, "ID", 2), "9");
	CU_ASSERT_PTR_NULL(command_get_repeated(&line, "ID", 3));
	CU_ASSERT_EQUAL(command_get_number(&line, "size"), 3);
	CU_ASSERT_STRING_EQUAL(command_get(&line, "ID"), "7");
	UNIT_ERR(ERR_OK, parse(&words, "thing join a", &line));
	CU_ASSERT_FALSE(command_has(&line, "ID"));
	CU_ASSERT_PTR_NULL(command_get_repeated(&line, "ID", 0));
	CU_ASSERT_PTR_NULL(command_get_repeated(&line, "ID", 1));
}

static enum err parse_many(int count)
{
	static char five[] = "5";
	char **argv = calloc((size_t)count + 3, sizeof *argv);
	struct command_line line;
	enum err e;

	CU_ASSERT_PTR_NOT_NULL_FATAL(argv);
	argv[0] = (char[]){ "thing" };
	argv[1] = (char[]){ "join" };
	argv[2] = (char[]){ "a" };
	for (int i = 0; i < count; i++)
		argv[3 + i] = five;
	e = command_line_parse(&program, count + 3, argv, &line, NULL);
	free(argv);
	return e;
}

static void many(void)
{
	UNIT_ERR(ERR_OK, parse_many(COMMAND_MAX_REPEATED));
	UNIT_ERR(ERR_USAGE, parse_many(COMMAND_MAX_REPEATED + 1));
}

static void booleans(void)
{
	struct words words;
	struct command_line line;

	UNIT_ERR(ERR_OK, parse(&words, "thing make a --open no --size 7", &line));
	CU_ASSERT_FALSE(command_is_set(&line, "open"));
	CU_ASSERT_TRUE(command_has(&line, "open"));
	CU_ASSERT_TRUE(command_is_set(&line, "shut"));
	CU_ASSERT_FALSE(command_has(&line, "shut"));
	CU_ASSERT_FALSE(command_is_set(&line, "quick"));
	CU_ASSERT_EQUAL(command_get_number(&line, "size"), 7);
	UNIT_ERR(ERR_OK, parse(&words, "thing make a --open yes --quick", &line));
	CU_ASSERT_TRUE(command_is_set(&line, "open"));
	CU_ASSERT_TRUE(command_is_set(&line, "quick"));
	CU_ASSERT_EQUAL(command_get_number(&line, "size"), 2048);
}

static void long_values(void)
{
	char *value = malloc(4098);
	struct command_option option = { .name = "x", .type = OPTION_TEXT };

	CU_ASSERT_PTR_NOT_NULL_FATAL(value);
	memset(value, 'a', 4097);
	value[4097] = '\0';
	UNIT_ERR(ERR_USAGE, command_value_check(&option, value, NULL));
	value[4096] = '\0';
	UNIT_ERR(ERR_OK, command_value_check(&option, value, NULL));
	free(value);
}

static void exit_statuses(void)
{
	static const struct {
		const char *line;
		int status, runs;
	} rows[] = {
		{ "prog thing make a", 0, 1 },
		{ "prog alone a", 4, 0 },
		{ "prog", 2, 0 },
		{ "prog thing", 2, 0 },
		{ "prog thing make", 2, 0 },
		{ "prog nothing", 2, 0 },
		{ "prog thing drop", 2, 0 },
		{ "prog thing drop --yes", 0, 1 },
		{ "prog --yes thing drop", 0, 1 },
		{ "prog help", 0, 0 },
		{ "prog --help", 0, 0 },
		{ "prog --version", 0, 0 },
		{ "prog help thing", 0, 0 },
		{ "prog help thing make", 0, 0 },
		{ "prog help alone", 0, 0 },
		{ "prog help nothing", 2, 0 },
		{ "prog help thing nothing", 2, 0 },
		{ "prog thing --help", 0, 0 },
		{ "prog thing make --help", 0, 0 },
		{ "prog thing make a --size wrong --help", 0, 0 },
		{ "prog thing drop --help", 0, 0 },
		{ "prog completion bash", 0, 0 },
		{ "prog completion", 2, 0 },
		{ "prog completion fish", 2, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		int runs = 0;

		unit_row(rows[i].line);
		CU_ASSERT_EQUAL(run_main(rows[i].line, &runs), rows[i].status);
		CU_ASSERT_EQUAL(runs, rows[i].runs);
	}
	unit_row(NULL);
}

static char *written_by(void (*write)(FILE *out))
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	if (out == NULL)
		abort();
	write(out);
	fclose(out);
	return text;
}

static void write_command_help(FILE *out)
{
	command_help_command(&program, &thing_make, out);
}

static void write_join_help(FILE *out)
{
	command_help_command(&program, &thing_join, out);
}

static void write_program_help(FILE *out)
{
	command_help_program(&program, out);
}

static void write_completion(FILE *out)
{
	command_complete_bash(&program, out);
}

static void help_texts(void)
{
	char *text = written_by(write_command_help);

	CU_ASSERT_PTR_NOT_NULL(strstr(text, "Usage: prog thing make NAME [KIND] [--OPTION VALUE]..."));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "--size BITS"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "how large (-1 to 8192) [2048]"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "(comma-separated from red|green|blue)"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "--quick"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "Database role: scepgate_admin"));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "--format FORMAT"));
	free(text);
	text = written_by(write_join_help);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "Usage: prog thing join NAME [ID]... [--OPTION VALUE]..."));
	free(text);
	text = written_by(write_program_help);
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "  thing make "));
	CU_ASSERT_PTR_NOT_NULL(strstr(text, "  alone "));
	free(text);
}

/* The script is fed to bash, which completes one line and prints the answers. */
static void complete(const char *script, const char *line, char *answers, size_t size)
{
	char path[] = "/tmp/test_command.XXXXXX", shell[768];
	int fd = mkstemp(path);
	FILE *pipe;
	size_t got;

	if (fd < 0 || write(fd, script, strlen(script)) != (ssize_t)strlen(script))
		abort();
	close(fd);
	snprintf(shell, sizeof shell,
		"exec bash -c '. %s; COMP_WORDS=(%s); [ -n \"%s\" ] && COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); _prog; echo \"${COMPREPLY[*]}\"'", path, line, line);
	pipe = popen(shell, "r");
	if (pipe == NULL)
		abort();
	got = fread(answers, 1, size - 1, pipe);
	answers[got] = '\0';
	pclose(pipe);
	unlink(path);
}

static void completion(void)
{
	static const struct {
		const char *line, *want;
	} rows[] = {
		{ "prog th", "thing\n" },
		{ "prog thing ma", "make\n" },
		{ "prog thing \"\"", "make need drop join\n" },
		{ "prog thing make --si", "--size\n" },
		{ "prog thing make --colours b", "blue\n" },
		{ "prog thing make --open \"\"", "yes no\n" },
		{ "prog thing make --format j", "json\n" },
		{ "prog thing need --s", "--subject\n" },
		{ "prog alone --y", "--yes\n" },
		{ "prog help al", "alone\n" },
		{ "prog completion b", "bash\n" },
	};
	char *script = written_by(write_completion);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char answers[512];

		unit_row(rows[i].line);
		complete(script, rows[i].line, answers, sizeof answers);
		CU_ASSERT_STRING_EQUAL(answers, rows[i].want);
	}
	unit_row(NULL);
	free(script);
}

static const struct unit_case cases[] = {
	{ "words and options of a line end in the right places, fallbacks included", good_lines },
	{ "a line that is not in the table is a usage error", bad_lines },
	{ "the last positional may take several words, between options too", repeated },
	{ "but a thousand of them and not one more", many },
	{ "flags, yes and no, and numbers are read as such", booleans },
	{ "a value may have 4096 bytes and not one more", long_values },
	{ "exit statuses: 0 done, 2 usage, 4 not found; a destructive command needs --yes when there is nobody to ask", exit_statuses },
	{ "help shows usage, ranges, choices, defaults and the role", help_texts },
	{ "the completion script completes nouns, verbs, options and choices in bash", completion },
};

UNIT_MAIN("ctl/command", cases)
