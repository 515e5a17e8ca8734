#include <config.h>

#include "base/why.h"

#include <stddef.h>
#include <stdio.h>

enum err why_set(struct why *why, enum err e, const char *format, ...)
{
	va_list args;

	if (why == NULL || why->text[0] != '\0')
		return e;
	va_start(args, format);
	vsnprintf(why->text, sizeof why->text, format, args);
	va_end(args);
	for (char *c = why->text; *c != '\0'; c++)
		if ((unsigned char)*c < 0x20 || *c == 0x7f)
			*c = '?';
	return e;
}

const char *why_text(const struct why *why, enum err e)
{
	return why != NULL && why->text[0] != '\0' ? why->text : err_text(e);
}
