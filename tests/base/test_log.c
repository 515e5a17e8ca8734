#include <config.h>

#include "base/log.h"

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "support/unit.h"

struct sink {
	char line[16384];
	int count;
	enum log_level level;
};

static void keep(void *context, enum log_level level, const char *line)
{
	struct sink *sink = context;

	snprintf(sink->line, sizeof sink->line, "%s", line);
	sink->count++;
	sink->level = level;
}

static struct log log_to(struct sink *sink)
{
	struct log log;

	log_init(&log, "test", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	log.write = keep;
	log.context = sink;
	return log;
}

static void values(void)
{
	static const struct {
		const char *hex, *line;
	} rows[] = {
		{ "706c61696e", "info event key=plain" },
		{ "6120 62", "info event key=\"a b\"" },
		{ "610a65", "info event key=\"a\\x0ae\"" },
		{ "6100 62", "info event key=\"a\\x00b\"" },
		{ "22 5c 3d", "info event key=\"\\\"\\\\=\"" },
		{ "1b5b6d", "info event key=\"\\x1b[m\"" },
		{ "7f", "info event key=\"\\x7f\"" },
		{ "c3a4", "info event key=\"\xc3\xa4\"" },
		{ "c29b", "info event key=\"\\xc2\\x9b\"" },
		{ "c2a9", "info event key=\"\xc2\xa9\"" },
		{ "61e280ae62", "info event key=\"a\\xe2\\x80\\xaeb\"" },
		{ "e2808b", "info event key=\"\\xe2\\x80\\x8b\"" },
		{ "e281a9", "info event key=\"\\xe2\\x81\\xa9\"" },
		{ "efbbbf78", "info event key=\"\\xef\\xbb\\xbfx\"" },
		{ "e2809aefbbbee282ac", "info event key=\"\xe2\x80\x9a\xef\xbb\xbe\xe2\x82\xac\"" },
		{ "e280", "info event key=\"\\xe2\\x80\"" },
		{ "ff41c2", "info event key=\"\\xffA\\xc2\"" },
		{ "", "info event" },
	};
	struct sink sink = { .count = 0 };
	struct log log = log_to(&sink);

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].line);
		LOG_EVENT(&log, LOG_LEVEL_INFO, "event", log_bytes("key", unit_hex(rows[i].hex)));
		CU_ASSERT_STRING_EQUAL(rows[i].line, sink.line);
	}
}

static void several_fields(void)
{
	struct sink sink = { .count = 0 };
	struct log log = log_to(&sink);

	LOG_EVENT(&log, LOG_LEVEL_ERROR, "refused", log_str("a", "1"), log_number("n", -5), log_str("none", NULL), log_number("zero", 0));
	CU_ASSERT_STRING_EQUAL("error refused a=1 n=-5 zero=0", sink.line);
	CU_ASSERT_EQUAL(LOG_LEVEL_ERROR, sink.level);
	log_event(&log, LOG_LEVEL_NOTICE, "started", NULL, 0);
	CU_ASSERT_STRING_EQUAL("notice started", sink.line);
}

static void threshold(void)
{
	struct sink sink = { .count = 0 };
	struct log log = log_to(&sink);

	log_event(&log, LOG_LEVEL_DEBUG, "dropped", NULL, 0);
	CU_ASSERT_EQUAL(0, sink.count);
	log_event(&log, LOG_LEVEL_INFO, "kept", NULL, 0);
	CU_ASSERT_EQUAL(1, sink.count);
}

static void long_lines(void)
{
	struct sink sink = { .count = 0 };
	struct log log = log_to(&sink);
	static char value[20000];

	memset(value, 'x', sizeof value - 1);
	LOG_EVENT(&log, LOG_LEVEL_INFO, "event", log_str("key", value), log_str("after", "y"));
	CU_ASSERT_EQUAL(8192, strlen(sink.line));
	memset(value, '\n', sizeof value - 1);
	LOG_EVENT(&log, LOG_LEVEL_INFO, "event", log_str("key", value));
	CU_ASSERT_EQUAL(8192, strlen(sink.line));
	CU_ASSERT_PTR_NULL(strchr(sink.line, '\n'));
}

static void level_names(void)
{
	static const char *const names[] = { "error", "warning", "notice", "info", "debug" };
	enum log_level level = LOG_LEVEL_NOTICE;

	for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
		unit_row(names[i]);
		CU_ASSERT_TRUE(log_level_from_name(names[i], &level));
		CU_ASSERT_EQUAL(i, level);
		CU_ASSERT_STRING_EQUAL(names[i], log_level_name(level));
	}
	level = LOG_LEVEL_NOTICE;
	CU_ASSERT_FALSE(log_level_from_name("Error", &level));
	CU_ASSERT_FALSE(log_level_from_name("", &level));
	CU_ASSERT_EQUAL(LOG_LEVEL_NOTICE, level);
}

static void standard_error(void)
{
	struct log log;
	char got[256] = "";
	char expected[128];
	int ends[2];
	int saved = dup(STDERR_FILENO);

	CU_ASSERT_EQUAL_FATAL(0, pipe(ends));
	CU_ASSERT_EQUAL(STDERR_FILENO, dup2(ends[1], STDERR_FILENO));
	log_init(&log, "scep.fcgi", LOG_TARGET_STDERR, LOG_LEVEL_INFO);
	LOG_EVENT(&log, LOG_LEVEL_NOTICE, "started", log_number("n", 1));
	dup2(saved, STDERR_FILENO);
	close(ends[1]);
	CU_ASSERT_TRUE(read(ends[0], got, sizeof got - 1) > 0);
	snprintf(expected, sizeof expected, "scep.fcgi[%ld]: notice started n=1\n", (long)getpid());
	CU_ASSERT_STRING_EQUAL(expected, got);
	close(ends[0]);
	close(saved);
}

static const struct unit_case cases[] = {
	{ "values are quoted when needed and control characters escaped, so no client forges a line", values },
	{ "fields stand in order, empty ones are left out, numbers are plain", several_fields },
	{ "lines above the threshold are dropped", threshold },
	{ "a line is cut at 8 KiB", long_lines },
	{ "levels have names", level_names },
	{ "a line goes to standard error behind program and process", standard_error },
};

UNIT_MAIN("log", cases)
