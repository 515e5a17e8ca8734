#include <config.h>

#include "conformance/verdict.h"

#include <stdio.h>

enum verdict verdict_set(enum verdict verdict, struct why *detail, const char *format, ...)
{
	char text[WHY_MAX_LEN + 1];
	va_list arguments;

	va_start(arguments, format);
	vsnprintf(text, sizeof text, format, arguments);
	va_end(arguments);
	why_set(detail, ERR_OK, "%s", text);
	return verdict;
}

enum verdict verdict_from_err(enum err e, struct why *detail)
{
	return e == ERR_OK ? VERDICT_PASS : VERDICT_FAILED(detail, "%s", err_text(e));
}
