#include <config.h>

#include "ctl/prompt.h"

#include <fcntl.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <termios.h>
#include <unistd.h>

#include "support/unit.h"

static void must(bool is_ok)
{
	if (!is_ok)
		abort();
}

/* --- files and standard input --- */

static enum err secret_of(const char *content, size_t len, struct buf *secret)
{
	char path[] = "/tmp/test_prompt.XXXXXX";
	int fd = mkstemp(path);
	enum err e;

	must(fd >= 0 && write(fd, content, len) == (ssize_t)len && close(fd) == 0);
	e = prompt_secret(path, "never asked", secret, NULL);
	unlink(path);
	return e;
}

static void files(void)
{
	static const struct {
		const char *row, *content;
		enum err want;
		const char *secret;
	} rows[] = {
		{ "a line", "correct horse\n", ERR_OK, "correct horse" },
		{ "without a newline", "correct horse", ERR_OK, "correct horse" },
		{ "blanks stay", " a \n", ERR_OK, " a " },
		{ "a carriage return stays, for the hash to refuse", "a\r\n", ERR_OK, "a\r" },
		{ "an empty second line", "a\n\n", ERR_OK, "a" },
		{ "nothing", "", ERR_VALUE, "" },
		{ "an empty line", "\n", ERR_VALUE, "" },
		{ "two lines", "a\nb\n", ERR_VALUE, "" },
		{ "an empty line before it", "\na\n", ERR_VALUE, "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf secret = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].want, secret_of(rows[i].content, strlen(rows[i].content), &secret));
		UNIT_BYTES(bytes_from_str(rows[i].secret), buf_bytes(&secret));
		buf_clear(&secret);
	}
	unit_row(NULL);
}

static void long_secrets(void)
{
	char content[PROMPT_MAX_LEN + 1];
	struct buf secret = { 0 };

	memset(content, 'a', sizeof content);
	UNIT_ERR(ERR_VALUE, secret_of(content, PROMPT_MAX_LEN + 1, &secret));
	CU_ASSERT_EQUAL(secret.len, 0);
	UNIT_ERR(ERR_OK, secret_of(content, PROMPT_MAX_LEN, &secret));
	CU_ASSERT_EQUAL(secret.len, PROMPT_MAX_LEN);
	buf_clear(&secret);
	UNIT_ERR(ERR_IO, prompt_secret("/nonexistent/file", "never asked", &secret, NULL));
}

/* --- a terminal --- */

/* Runs `ask` in a child whose terminal is a new one, and gives it the answers, each as soon as a question is there. */
struct session {
	enum err (*ask)(struct buf *out);
	const char *answers[3];        /* ends with NULL; "^C" is the interrupt key */
	bool is_hidden;
	enum err want;
	const char *want_text;
	int want_signal;
};

/* Read what the child writes until it ends with a question; they all end with a blank. */
static void await_question(int terminal)
{
	char c = '\0', last = '\0';

	while (c != ' ' || (last != ':' && last != ']')) {
		last = c;
		must(read(terminal, &c, 1) == 1);
	}
}

static bool has_echo(int terminal)
{
	struct termios now;

	return tcgetattr(terminal, &now) == 0 && (now.c_lflag & ECHO);
}

static void __attribute__((noreturn)) run_child(const struct session *session, int out)
{
	struct buf text = { 0 };
	enum err e = session->ask(&text);
	bool is_good = e == session->want && bytes_is_str(buf_bytes(&text), session->want_text);

	must(write(out, is_good ? "y" : "n", 1) == 1);
	buf_clear(&text);
	/* Not exit(): the parent's buffers are not the child's. */
	_exit(0);
}

static void run_session(const struct session *session)
{
	int terminal, result[2], status;
	char verdict = '?';
	pid_t child;

	fflush(stdout);
	must(pipe(result) == 0);
	child = forkpty(&terminal, NULL, NULL, NULL);
	must(child >= 0);
	if (child == 0)
		run_child(session, result[1]);
	close(result[1]);
	for (const char *const *answer = session->answers; *answer != NULL; answer++) {
		await_question(terminal);
		CU_ASSERT_EQUAL(has_echo(terminal), !session->is_hidden);
		if (strcmp(*answer, "^C") == 0)
			must(write(terminal, "\x03", 1) == 1);
		else
			must(dprintf(terminal, "%s\n", *answer) > 0);
	}
	CU_ASSERT_EQUAL(read(result[0], &verdict, 1), session->want_signal == 0);
	must(waitpid(child, &status, 0) == child);
	if (session->want_signal == 0) {
		CU_ASSERT_EQUAL(verdict, 'y');
	} else {
		CU_ASSERT_TRUE(WIFSIGNALED(status) && WTERMSIG(status) == session->want_signal);
	}
	CU_ASSERT_TRUE(has_echo(terminal));
	close(terminal);
	close(result[0]);
}

static enum err ask_secret(struct buf *out)
{
	return prompt_secret(NULL, "Challenge", out, NULL);
}

static enum err ask_line(struct buf *out)
{
	return prompt_line("Name", NULL, out, NULL);
}

static enum err ask_line_with_fallback(struct buf *out)
{
	return prompt_line("Name", "root", out, NULL);
}

static enum err ask_no(struct buf *out)
{
	return prompt_confirm("Really?", false) ? buf_append_str(out, "yes") : ERR_OK;
}

static enum err ask_yes(struct buf *out)
{
	return prompt_confirm("Really?", true) ? buf_append_str(out, "yes") : ERR_OK;
}

static void terminal_secrets(void)
{
	static const struct session sessions[] = {
		{ ask_secret, { "geheim12", "geheim12", NULL }, true, ERR_OK, "geheim12", 0 },
		{ ask_secret, { "geheim12", "geheim13", NULL }, true, ERR_VALUE, "", 0 },
		{ ask_secret, { "", "", NULL }, true, ERR_VALUE, "", 0 },
		{ ask_secret, { "^C", NULL }, true, ERR_OK, "", SIGINT },
	};

	for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
		unit_row(sessions[i].answers[0]);
		run_session(&sessions[i]);
	}
	unit_row(NULL);
}

static void terminal_lines(void)
{
	static const struct session sessions[] = {
		{ ask_line, { "a b", NULL }, false, ERR_OK, "a b", 0 },
		{ ask_line, { "", "again", NULL }, false, ERR_OK, "again", 0 },
		{ ask_line_with_fallback, { "", NULL }, false, ERR_OK, "root", 0 },
		{ ask_line_with_fallback, { "other", NULL }, false, ERR_OK, "other", 0 },
		{ ask_line, { "\x04", NULL }, false, ERR_USAGE, "", 0 },
		{ ask_no, { "", NULL }, false, ERR_OK, "", 0 },
		{ ask_no, { "Y", NULL }, false, ERR_OK, "yes", 0 },
		{ ask_no, { "yes", NULL }, false, ERR_OK, "yes", 0 },
		{ ask_no, { "yess", NULL }, false, ERR_OK, "", 0 },
		{ ask_yes, { "", NULL }, false, ERR_OK, "yes", 0 },
		{ ask_yes, { "n", NULL }, false, ERR_OK, "", 0 },
		{ ask_yes, { "\x04", NULL }, false, ERR_OK, "", 0 },
	};

	for (size_t i = 0; i < sizeof sessions / sizeof sessions[0]; i++) {
		unit_row(sessions[i].answers[0]);
		run_session(&sessions[i]);
	}
	unit_row(NULL);
}

/* --- nobody --- */

static void nobody_to_ask(void)
{
	int saved = dup(STDIN_FILENO), null = open("/dev/null", O_RDONLY | O_CLOEXEC);
	struct buf text = { 0 };

	must(saved >= 0 && null >= 0 && dup2(null, STDIN_FILENO) == STDIN_FILENO);
	CU_ASSERT_FALSE(prompt_is_possible());
	CU_ASSERT_FALSE(prompt_confirm("Really?", true));
	UNIT_ERR(ERR_USAGE, prompt_line("Name", "root", &text, NULL));
	UNIT_ERR(ERR_USAGE, prompt_secret(NULL, "Challenge", &text, NULL));
	UNIT_ERR(ERR_VALUE, prompt_secret("-", "Challenge", &text, NULL));
	CU_ASSERT_EQUAL(text.len, 0);
	dup2(saved, STDIN_FILENO);
	close(saved);
	close(null);
}

static const struct unit_case cases[] = {
	{ "a secret in a file is one line, not empty", files },
	{ "a secret has at most 4096 bytes", long_secrets },
	{ "a secret is asked twice without echo, and the echo comes back, also after an interrupt", terminal_secrets },
	{ "lines and yes-or-no questions take their fallback for an empty answer", terminal_lines },
	{ "nothing is asked when standard input is no terminal", nobody_to_ask },
};

UNIT_MAIN("ctl/prompt", cases)
