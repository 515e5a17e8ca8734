#ifndef SCEPGATE_BASE_LOG_H
#define SCEPGATE_BASE_LOG_H

/*
 * The log: one line an event, `key=value` pairs after a fixed word, to standard error (which a web server writes to its error
 * log) or to syslog. A value is quoted and its control characters escaped, so a client cannot forge a line. Secrets are never passed in.
 */

#include <stdbool.h>
#include <stddef.h>

#include "base/bytes.h"
#include "base/err.h"

enum log_target { LOG_TARGET_STDERR, LOG_TARGET_SYSLOG };

struct log {
	const char *program;       /* borrowed, e.g. "scep.fcgi" */
	enum log_target target;
	enum log_level threshold;  /* lines above this are dropped: LOG_LEVEL_INFO drops DEBUG */
	void (*write)(void *context, enum log_level level, const char *line); /* for tests; NULL means the target */
	void *context;
};

/** One pair of a line. Made by the log_* constructors below; borrowed until the call returns. */
struct log_field {
	const char *key;
	struct bytes value;
	long long number;
	bool is_number;
};

static inline struct log_field log_str(const char *key, const char *value)
{
	return (struct log_field){ key, bytes_from_str(value), 0, false };
}

static inline struct log_field log_bytes(const char *key, struct bytes value)
{
	return (struct log_field){ key, value, 0, false };
}

static inline struct log_field log_number(const char *key, long long number)
{
	return (struct log_field){ key, { NULL, 0 }, number, true };
}

/** Open the target. @param program borrowed for the life of the log. */
void log_init(struct log *log, const char *program, enum log_target target, enum log_level threshold);

/**
 * Write one line: `level event key=value …`. Pairs whose value is empty are left out. Lines longer than 8 KiB are cut.
 * Usage: log_event(log, LOG_LEVEL_NOTICE, "refused", (struct log_field[]){ log_str("endpoint", name), … }, n);
 */
void log_event(const struct log *log, enum log_level level, const char *event, const struct log_field *fields, size_t count);

/** The same, with the count taken from the argument list. */
#define LOG_EVENT(log, level, event, ...) \
	log_event((log), (level), (event), (const struct log_field[]){ __VA_ARGS__ }, \
		sizeof((const struct log_field[]){ __VA_ARGS__ }) / sizeof(struct log_field))

/** "error", "warning", "notice", "info" or "debug". */
const char *log_level_name(enum log_level level);

/** @return false when the word is none of these; *level is then untouched. */
bool log_level_from_name(const char *name, enum log_level *level);

#endif
