#include <config.h>

#include "web/scrapers.h"

#include <ctype.h>
#include <regex.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define MARK "The enrollment challenge password is: <B> "

/* --- decoding: to text in which what is not ASCII is '?' --- */

enum decoding { DECODE_LITTLE, DECODE_BIG, DECODE_OCTETS };

static char *decode(struct bytes page, enum decoding how)
{
	size_t width = how == DECODE_OCTETS ? 1 : 2;
	char *text = calloc(1, page.len + 1);

	if (text == NULL)
		abort();
	for (size_t i = 0; i + width <= page.len; i += width) {
		unsigned unit = page.ptr[i];

		if (how == DECODE_LITTLE)
			unit |= (unsigned)page.ptr[i + 1] << 8;
		else if (how == DECODE_BIG)
			unit = unit << 8 | page.ptr[i + 1];
		text[i / width] = unit == 0 || unit > 0x7e ? '?' : (char)unit;
	}
	return text;
}

static bool has_mark(struct bytes page)
{
	return page.len >= 2 && page.ptr[0] == 0xff && page.ptr[1] == 0xfe;
}

static struct bytes skip_mark(struct bytes page)
{
	return has_mark(page) ? bytes_from(page.ptr + 2, page.len - 2) : page;
}

/* Python's "utf-16": little-endian without a byte order mark on the machines that it runs on; half a unit is an error. NULL: an error. */
static char *decode_python_utf_16(struct bytes page)
{
	return page.len % 2 != 0 ? NULL : decode(skip_mark(page), DECODE_LITTLE);
}

/* What the Content-Type says. */
static char *decode_by_charset(struct bytes page, const char *media_type)
{
	return decode(skip_mark(page), strstr(media_type, "utf-16") != NULL ? DECODE_LITTLE : DECODE_OCTETS);
}

/* --- cutting --- */

static void found(struct scraped *out, const char *start, size_t len)
{
	if (len == 0 || len >= sizeof out->challenge)
		return;
	memcpy(out->challenge, start, len);
	out->challenge[len] = '\0';
	out->has_challenge = true;
}

/* The first group of an extended regular expression. */
static void find_pattern(struct scraped *out, const char *text, const char *pattern, int flags)
{
	regmatch_t match[2];
	regex_t regex;

	if (regcomp(&regex, pattern, REG_EXTENDED | flags) != 0)
		abort();
	if (regexec(&regex, text, 2, match, 0) == 0)
		found(out, text + match[1].rm_so, (size_t)(match[1].rm_eo - match[1].rm_so));
	regfree(&regex);
}

/* Fleet: UTF-16LE or UTF-8, whichever it looks like; any case; what is not blank behind the mark. */
static struct scraped fleet(struct bytes page, const char *media_type)
{
	struct scraped out = { .has_challenge = false };
	char *text = decode(skip_mark(page), has_mark(page) || (page.len > 1 && page.ptr[1] == 0) ? DECODE_LITTLE : DECODE_OCTETS);

	(void)media_type;
	out.is_full = strstr(text, "The password cache is full.") != NULL;
	out.is_forbidden = strstr(text, "You do not have sufficient permission to enroll with SCEP.") != NULL;
	find_pattern(&out, text, MARK "([^[:space:]]*)", REG_ICASE);
	free(text);
	return out;
}

/* A Python script of Addigy's kind: cuts at each '>', looks for the mark one blank behind one, and takes the next part less "</B" and blanks. */
static struct scraped python_script(struct bytes page, const char *media_type)
{
	static const char mark[] = " The enrollment challenge password is: <B";
	struct scraped out = { .has_challenge = false };
	char *text = decode_python_utf_16(page), *part, *rest;
	bool is_next = false;

	(void)media_type;
	if (text == NULL)
		return out;
	out.is_full = strstr(text, "cache is full") != NULL;
	for (rest = text; !out.is_full && (part = strsep(&rest, ">")) != NULL; is_next = strcmp(part, mark) == 0) {
		size_t len = strlen(part);

		if (!is_next)
			continue;
		while (len > 0 && strchr("</B", *part) != NULL)
			part++, len--;
		while (len > 0 && strchr("</B", part[len - 1]) != NULL)
			len--;
		while (len > 0 && *part == ' ')
			part++, len--;
		while (len > 0 && part[len - 1] == ' ')
			len--;
		found(&out, part, len);
		break;
	}
	free(text);
	return out;
}

/* A PowerShell script: UTF-16LE always; the first word that is all hexadecimal and of the length that it was told. */
static struct scraped power_shell(struct bytes page, const char *media_type)
{
	struct scraped out = { .has_challenge = false };
	char *text = decode(page, DECODE_LITTLE), *rest = text, *word;

	(void)media_type;
	while (!out.has_challenge && (word = strsep(&rest, " \t\r\n")) != NULL)
		if (strlen(word) == SCRAPERS_CHALLENGE_LEN && strspn(word, "0123456789ABCDEF") == SCRAPERS_CHALLENGE_LEN)
			found(&out, word, SCRAPERS_CHALLENGE_LEN);
	free(text);
	return out;
}

/* A Junos script with an HTML parser: UTF-16 only with a byte order mark; tags become small; capitals and digits up to a blank. */
static struct scraped html_parser(struct bytes page, const char *media_type)
{
	struct scraped out = { .has_challenge = false };
	char *text = decode(skip_mark(page), has_mark(page) ? DECODE_LITTLE : DECODE_OCTETS);
	bool is_tag = false;

	(void)media_type;
	for (char *c = text; *c != '\0'; c++) {
		is_tag = *c == '<' || (is_tag && *c != '>');
		if (is_tag)
			*c = (char)tolower((unsigned char)*c);
	}
	find_pattern(&out, text, "challenge password is: <b> ([A-Z0-9]+) ", 0);
	free(text);
	return out;
}

/* A .NET client: decodes as the Content-Type says; the first run of 8 to 64 hexadecimal digits behind the first "challenge password", or else the first of the page. */
static struct scraped dot_net(struct bytes page, const char *media_type)
{
	struct scraped out = { .has_challenge = false };
	char *text = decode_by_charset(page, media_type), *from = strcasestr(text, "challenge password");

	find_pattern(&out, from != NULL ? from : text, "([0-9A-Fa-f]{8,64})", 0);
	free(text);
	return out;
}

/* ManageEngine: the first of several encodings in which the mark is there; the challenge ends where the next sentence starts. */
static struct scraped manage_engine(struct bytes page, const char *media_type)
{
	static const char end_mark[] = " </B> <P> This password can be used only once";
	struct scraped out = { .has_challenge = false };
	const enum decoding order[] = { has_mark(page) ? DECODE_LITTLE : DECODE_BIG, DECODE_OCTETS, DECODE_LITTLE };

	(void)media_type;
	for (size_t i = 0; i < sizeof order / sizeof order[0] && !out.has_challenge; i++) {
		char *text = decode(order[i] == DECODE_OCTETS ? page : skip_mark(page), order[i]), *start = strstr(text, MARK), *end = strstr(text, end_mark);

		out.is_full = out.is_full || strstr(text, "The password cache is full") != NULL;
		if (start != NULL && end != NULL)
			found(&out, start + strlen(MARK), (size_t)(end - start) - strlen(MARK));
		free(text);
	}
	return out;
}

/* Zentral. */
static struct scraped zentral(struct bytes page, const char *media_type)
{
	struct scraped out = { .has_challenge = false };
	char *text = decode_python_utf_16(page);

	(void)media_type;
	if (text != NULL)
		find_pattern(&out, text, "challenge password is: <B> ([A-Z0-9]{16,32}) </B>", 0);
	free(text);
	return out;
}

/* Workspace ONE: as many characters behind the mark as its settings say. */
static struct scraped by_length(struct bytes page, const char *media_type)
{
	struct scraped out = { .has_challenge = false };
	char *text = decode_by_charset(page, media_type), *start = strstr(text, MARK);

	if (start != NULL)
		found(&out, start + strlen(MARK), SCRAPERS_CHALLENGE_LEN);
	free(text);
	return out;
}

const struct scraper scrapers[] = {
	{ "Fleet", true, true, true, true, true, fleet },
	{ "a Python script", true, true, false, true, false, python_script },
	{ "a PowerShell script", true, true, false, false, false, power_shell },
	{ "a script with an HTML parser", true, false, true, false, false, html_parser },
	{ "a .NET client", true, true, true, false, false, dot_net },
	{ "ManageEngine", true, true, true, true, false, manage_engine },
	{ "Zentral", true, true, false, false, false, zentral },
	{ "Workspace ONE", true, true, true, false, false, by_length },
};
const size_t scraper_count = sizeof scrapers / sizeof scrapers[0];
