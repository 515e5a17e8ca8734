#include <config.h>

#include "base/log.h"

#include <stdio.h>
#include <string.h>
#include <syslog.h>
#include <unistd.h>

#include "base/text.h"

enum { LINE_MAX_LEN = 8192 };

static const char *const level_names[] = {
	[LOG_LEVEL_ERROR] = "error", [LOG_LEVEL_WARNING] = "warning", [LOG_LEVEL_NOTICE] = "notice",
	[LOG_LEVEL_INFO] = "info", [LOG_LEVEL_DEBUG] = "debug",
};

/* A line under construction; what does not fit is cut off. */
struct line {
	char text[LINE_MAX_LEN + 1];
	size_t len;
};

const char *log_level_name(enum log_level level)
{
	return level_names[level];
}

bool log_level_from_name(const char *name, enum log_level *level)
{
	for (size_t i = 0; i < sizeof level_names / sizeof level_names[0]; i++) {
		if (strcmp(name, level_names[i]) == 0) {
			*level = (enum log_level)i;
			return true;
		}
	}
	return false;
}

void log_init(struct log *log, const char *program, enum log_target target, enum log_level threshold)
{
	*log = (struct log){ .program = program, .target = target, .threshold = threshold };
	if (target == LOG_TARGET_SYSLOG)
		openlog(program, LOG_PID, LOG_DAEMON);
}

static void put(struct line *line, const char *text, size_t len)
{
	if (len > LINE_MAX_LEN - line->len)
		len = LINE_MAX_LEN - line->len;
	memcpy(line->text + line->len, text, len);
	line->len += len;
}

static void put_str(struct line *line, const char *text)
{
	put(line, text, strlen(text));
}

/* May it stand without quotes? */
static bool is_plain(struct bytes value)
{
	for (size_t i = 0; i < value.len; i++)
		if (value.ptr[i] <= ' ' || value.ptr[i] >= 0x7f || value.ptr[i] == '"' || value.ptr[i] == '\\' || value.ptr[i] == '=')
			return false;
	return true;
}

/* Is it part of a control or invisible character, or an octet of what is no text at all? */
static bool is_escaped(struct bytes value, size_t at, bool is_utf8)
{
	return text_is_control_octet(value, at) || text_is_invisible_octet(value, at) || (value.ptr[at] >= 0x80 && !is_utf8);
}

static void put_quoted(struct line *line, struct bytes value)
{
	bool is_utf8 = text_is_utf8(value);

	put_str(line, "\"");
	for (size_t i = 0; i < value.len; i++) {
		char escape[8];
		int len;

		if (value.ptr[i] == '"' || value.ptr[i] == '\\')
			len = snprintf(escape, sizeof escape, "\\%c", value.ptr[i]);
		else if (is_escaped(value, i, is_utf8))
			len = snprintf(escape, sizeof escape, "\\x%02x", value.ptr[i]);
		else
			len = snprintf(escape, sizeof escape, "%c", value.ptr[i]);
		put(line, escape, (size_t)len);
	}
	put_str(line, "\"");
}

static void put_field(struct line *line, const struct log_field *field)
{
	char number[32];

	if (!field->is_number && field->value.len == 0)
		return;
	put_str(line, " ");
	put_str(line, field->key);
	put_str(line, "=");
	if (field->is_number) {
		snprintf(number, sizeof number, "%lld", field->number);
		put_str(line, number);
	} else if (is_plain(field->value)) {
		put(line, (const char *)field->value.ptr, field->value.len);
	} else {
		put_quoted(line, field->value);
	}
}

static int syslog_priority(enum log_level level)
{
	switch (level) {
	case LOG_LEVEL_ERROR:
		return LOG_ERR;
	case LOG_LEVEL_WARNING:
		return LOG_WARNING;
	case LOG_LEVEL_NOTICE:
		return LOG_NOTICE;
	case LOG_LEVEL_INFO:
		return LOG_INFO;
	case LOG_LEVEL_DEBUG:
		break;
	}
	return LOG_DEBUG;
}

static void write_stderr(const char *program, const char *line)
{
	char whole[LINE_MAX_LEN + 256];
	int len = snprintf(whole, sizeof whole, "%s[%ld]: %s\n", program, (long)getpid(), line);

	/* One write a line, so that the lines of several workers do not mix. There is nowhere to report a failure of the log to. */
	if (len > 0 && write(STDERR_FILENO, whole, (size_t)len < sizeof whole ? (size_t)len : sizeof whole - 1) < 0)
		return;
}

void log_event(const struct log *log, enum log_level level, const char *event, const struct log_field *fields, size_t count)
{
	struct line line;

	if (level > log->threshold)
		return;
	line.len = 0;
	put_str(&line, log_level_name(level));
	put_str(&line, " ");
	put_str(&line, event);
	for (size_t i = 0; i < count; i++)
		put_field(&line, &fields[i]);
	line.text[line.len] = '\0';
	if (log->write != NULL)
		log->write(log->context, level, line.text);
	else if (log->target == LOG_TARGET_SYSLOG)
		syslog(syslog_priority(level), "%s", line.text);
	else
		write_stderr(log->program, line.text);
}
