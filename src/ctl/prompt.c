#include <config.h>

#include "ctl/prompt.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>
#include <sys/signalfd.h>
#include <termios.h>
#include <unistd.h>

bool prompt_is_possible(void)
{
	return isatty(STDIN_FILENO) == 1;
}

/* Everything up to a newline or the end, byte by byte, so that nothing behind the line is taken from the descriptor. */
static enum err read_line(int fd, struct buf *out, bool *ended, struct why *why)
{
	for (;;) {
		char c;
		ssize_t got = read(fd, &c, 1);
		enum err e;

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0)
			return why_set(why, ERR_IO, "reading failed: %s", strerror(errno));
		*ended = got == 0;
		if (got == 0 || c == '\n')
			return ERR_OK;
		if (out->len == PROMPT_MAX_LEN)
			return why_set(why, ERR_VALUE, "the line is longer than %d bytes", PROMPT_MAX_LEN);
		e = buf_append_byte(out, (uint8_t)c);
		explicit_bzero(&c, sizeof c);
		if (e != ERR_OK)
			return e;
	}
}

bool prompt_confirm(const char *question, bool fallback)
{
	struct buf answer = { 0 };
	bool ended, yes;

	if (!prompt_is_possible())
		return false;
	fprintf(stderr, "%s [%s] ", question, fallback ? "Y/n" : "y/N");
	yes = read_line(STDIN_FILENO, &answer, &ended, NULL) == ERR_OK &&
		((answer.len == 0 && !ended && fallback) || bytes_is_str_nocase(buf_bytes(&answer), "y") ||
			bytes_is_str_nocase(buf_bytes(&answer), "yes"));
	buf_clear(&answer);
	return yes;
}

enum err prompt_line(const char *question, const char *fallback, struct buf *answer, struct why *why)
{
	size_t before = answer->len;
	bool ended;
	enum err e;

	if (!prompt_is_possible())
		return why_set(why, ERR_USAGE, "standard input is no terminal, so this cannot be asked: %s", question);
	do {
		if (fallback != NULL)
			fprintf(stderr, "%s [%s]: ", question, fallback);
		else
			fprintf(stderr, "%s: ", question);
		if ((e = read_line(STDIN_FILENO, answer, &ended, why)) != ERR_OK)
			return e;
		if (ended && answer->len == before)
			return why_set(why, ERR_USAGE, "the input ended");
	} while (answer->len == before && fallback == NULL);
	return answer->len == before ? buf_append_str(answer, fallback) : ERR_OK;
}

/* A whole line from the terminal, unless one of these signals comes first, which are blocked and wait. */
static enum err read_line_or_signal(const sigset_t *signals, struct buf *out, struct why *why)
{
	struct pollfd wait[] = { { .fd = STDIN_FILENO, .events = POLLIN }, { .fd = signalfd(-1, signals, SFD_CLOEXEC), .events = POLLIN } };
	bool ended;
	enum err e;

	if (wait[1].fd < 0)
		return why_set(why, ERR_IO, "signals cannot be waited for: %s", strerror(errno));
	while (poll(wait, 2, -1) < 0 && errno == EINTR)
		;
	e = wait[1].revents != 0 ? why_set(why, ERR_IO, "interrupted") : read_line(STDIN_FILENO, out, &ended, why);
	close(wait[1].fd);
	return e;
}

/* Whatever ends the question, the terminal gets its echo back: a signal is let through only after that. */
static enum err ask_hidden(const char *question, struct buf *out, struct why *why)
{
	struct termios shown, hidden;
	sigset_t signals, before;
	enum err e;

	if (tcgetattr(STDIN_FILENO, &shown) != 0)
		return why_set(why, ERR_IO, "the terminal cannot be set: %s", strerror(errno));
	hidden = shown;
	hidden.c_lflag &= ~(tcflag_t)ECHO;
	hidden.c_lflag |= ECHONL;
	sigemptyset(&signals);
	for (const int *number = (const int[]){ SIGINT, SIGTERM, SIGHUP, SIGQUIT, SIGTSTP, 0 }; *number != 0; number++)
		sigaddset(&signals, *number);
	sigprocmask(SIG_BLOCK, &signals, &before);
	if (tcsetattr(STDIN_FILENO, TCSAFLUSH, &hidden) != 0) {
		e = why_set(why, ERR_IO, "the terminal cannot be set: %s", strerror(errno));
	} else {
		fprintf(stderr, "%s: ", question);
		e = read_line_or_signal(&signals, out, why);
	}
	tcsetattr(STDIN_FILENO, TCSAFLUSH, &shown);
	sigprocmask(SIG_SETMASK, &before, NULL);
	return e;
}

static enum err ask_twice(const char *question, struct buf *secret, struct why *why)
{
	struct buf again = { 0 };
	enum err e;

	if (!prompt_is_possible())
		return why_set(why, ERR_USAGE, "standard input is no terminal: name a file, or \"-\" for standard input (%s)", question);
	if ((e = ask_hidden(question, secret, why)) != ERR_OK)
		return e;
	e = ask_hidden("The same again", &again, why);
	if (e == ERR_OK && !bytes_is_equal_secret(buf_bytes(secret), buf_bytes(&again)))
		e = why_set(why, ERR_VALUE, "the two are not the same");
	buf_clear(&again);
	return e;
}

static enum err read_file(const char *file, struct buf *secret, struct why *why)
{
	int fd = strcmp(file, "-") == 0 ? STDIN_FILENO : open(file, O_RDONLY | O_CLOEXEC | O_NOCTTY);
	struct buf rest = { 0 };
	bool ended;
	enum err e;

	if (fd < 0)
		return why_set(why, ERR_IO, "%s: %s", file, strerror(errno));
	if ((e = read_line(fd, secret, &ended, why)) == ERR_OK && !ended)
		e = read_line(fd, &rest, &ended, why);
	if (e == ERR_OK && rest.len > 0)
		e = why_set(why, ERR_VALUE, "%s has more than one line", fd == STDIN_FILENO ? "standard input" : file);
	buf_clear(&rest);
	if (fd != STDIN_FILENO)
		close(fd);
	return e;
}

enum err prompt_secret(const char *file, const char *question, struct buf *secret, struct why *why)
{
	struct buf read = { 0 };
	enum err e;

	e = file != NULL ? read_file(file, &read, why) : ask_twice(question, &read, why);
	if (e == ERR_OK && read.len == 0)
		e = why_set(why, ERR_VALUE, "the secret is empty");
	if (e == ERR_OK)
		e = buf_append(secret, buf_bytes(&read));
	buf_clear(&read);
	return e;
}
