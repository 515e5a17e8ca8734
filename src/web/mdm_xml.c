#include <config.h>

#include "web/mdm_xml.h"

#include <expat.h>
#include <stdio.h>
#include <string.h>

struct reading {
	XML_Parser parser;
	const struct mdm_sink *sink;
	struct why *why;
	size_t depth;                                    /* elements that are open, the root among them */
	char names[MDM_MAX_PATH][MDM_MAX_KEY_LEN + 2];   /* of those below the root */
	bool has_elements[MDM_MAX_PATH + 1];             /* has the open element with so many around it elements inside? */
	struct buf text;                                 /* of the innermost */
	enum err error;                                  /* the first one */
};

static void fail(struct reading *reading, enum err e)
{
	if (reading->error == ERR_OK)
		reading->error = e;
	XML_StopParser(reading->parser, XML_FALSE);
}

static void on_doctype(void *context, const XML_Char *name, const XML_Char *system_id, const XML_Char *public_id, int has_internal_subset)
{
	struct reading *reading = context;

	(void)name, (void)system_id, (void)public_id, (void)has_internal_subset;
	fail(reading, why_set(reading->why, ERR_TEXT, "the body is XML with a DOCTYPE, which is not taken"));
}

static void on_start(void *context, const XML_Char *name, const XML_Char **attributes)
{
	struct reading *reading = context;

	(void)attributes;
	buf_reset(&reading->text);
	if (reading->depth == 0 && strcmp(name, MDM_XML_ROOT) != 0)
		fail(reading, why_set(reading->why, ERR_TEXT, "the body is XML, but its root is not " MDM_XML_ROOT));
	if (reading->depth == MDM_MAX_XML_DEPTH)
		fail(reading, why_set(reading->why, ERR_TEXT, "the body is XML with more than %d elements inside of each other", MDM_MAX_XML_DEPTH));
	if (reading->depth >= 1 && reading->depth <= MDM_MAX_PATH)
		snprintf(reading->names[reading->depth - 1], sizeof reading->names[0], "%s", name);
	if (reading->depth >= 1 && reading->depth <= MDM_MAX_PATH + 1)
		reading->has_elements[reading->depth - 1] = true;
	if (reading->depth <= MDM_MAX_PATH)
		reading->has_elements[reading->depth] = false;
	reading->depth++;
}

static void on_text(void *context, const XML_Char *text, int len)
{
	struct reading *reading = context;
	enum err e;

	if (reading->depth <= MDM_MAX_PATH + 1 && (e = buf_append(&reading->text, bytes_from(text, (size_t)len))) != ERR_OK)
		fail(reading, e);
}

static bool is_blank(uint8_t c)
{
	return c == ' ' || c == '\t' || c == '\r' || c == '\n';
}

static struct bytes trim(struct bytes text)
{
	while (text.len > 0 && is_blank(text.ptr[0]))
		text = bytes_from(text.ptr + 1, text.len - 1);
	while (text.len > 0 && is_blank(text.ptr[text.len - 1]))
		text.len--;
	return text;
}

static void on_end(void *context, const XML_Char *name)
{
	struct reading *reading = context;
	struct mdm_field field = { .depth = --reading->depth };
	enum err e;

	(void)name;
	if (reading->error == ERR_OK && field.depth >= 1 && field.depth <= MDM_MAX_PATH) {
		for (size_t i = 0; i < field.depth; i++)
			field.path[i] = reading->names[i];
		field.kind = reading->has_elements[field.depth] ? MDM_OBJECT : MDM_SCALAR;
		if (field.kind == MDM_SCALAR)
			field.text = trim(buf_bytes(&reading->text));
		if ((e = reading->sink->take(reading->sink->context, &field, reading->why)) != ERR_OK)
			fail(reading, e);
	}
	buf_reset(&reading->text);
}

enum err mdm_xml_read(struct bytes body, const struct mdm_sink *sink, struct why *why)
{
	struct reading reading = { .sink = sink, .why = why };
	enum err e;

	if ((reading.parser = XML_ParserCreate(NULL)) == NULL)
		return ERR_MEMORY;
	XML_SetUserData(reading.parser, &reading);
	XML_SetStartDoctypeDeclHandler(reading.parser, on_doctype);
	XML_SetElementHandler(reading.parser, on_start, on_end);
	XML_SetCharacterDataHandler(reading.parser, on_text);
	if (XML_Parse(reading.parser, (const char *)body.ptr, (int)body.len, XML_TRUE) == XML_STATUS_OK)
		e = reading.error;
	else if (reading.error != ERR_OK)
		e = reading.error;
	else if (XML_GetErrorCode(reading.parser) == XML_ERROR_NO_MEMORY)
		e = ERR_MEMORY;
	else
		e = why_set(why, ERR_TEXT, "the body is not XML: line %lu, column %lu", (unsigned long)XML_GetCurrentLineNumber(reading.parser),
			(unsigned long)XML_GetCurrentColumnNumber(reading.parser));
	XML_ParserFree(reading.parser);
	buf_clear(&reading.text);
	return e;
}
