#include <config.h>

#include "base/err.h"

#include <assert.h>
#include <stddef.h>

struct err_row {
	const char *name;
	const char *text;
	int http_status;
	enum fail_info fail_info;
	enum exit_status exit_status;
	enum log_level log_level;
};

#define ERR_ROW(name, text, http, fail, exit, level) { #name, text, http, fail, EXIT_STATUS_##exit, LOG_LEVEL_##level },
static const struct err_row rows[] = { ERR_TABLE(ERR_ROW) };
#undef ERR_ROW

static const struct err_row *row(enum err e)
{
	assert((size_t)e < sizeof rows / sizeof rows[0]);
	return &rows[e];
}

const char *err_name(enum err e)
{
	return row(e)->name;
}

const char *err_text(enum err e)
{
	return row(e)->text;
}

int err_http_status(enum err e)
{
	return row(e)->http_status;
}

enum fail_info err_fail_info(enum err e)
{
	return row(e)->fail_info;
}

enum exit_status err_exit_status(enum err e)
{
	return row(e)->exit_status;
}

enum log_level err_log_level(enum err e)
{
	return row(e)->log_level;
}
