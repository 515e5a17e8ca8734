#include <config.h>

#include "web/mdm_json.h"

#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

/* --- reading --- */

enum { NUMBER_SIZE = 40 };

/* A scalar as text. @return false for what is none. */
static bool scalar_text(const json_t *value, char number[NUMBER_SIZE], struct bytes *text)
{
	switch (json_typeof(value)) {
	case JSON_STRING:
		*text = bytes_from(json_string_value(value), json_string_length(value));
		return true;
	case JSON_INTEGER:
		snprintf(number, NUMBER_SIZE, "%" JSON_INTEGER_FORMAT, json_integer_value(value));
		break;
	case JSON_REAL:
		snprintf(number, NUMBER_SIZE, "%.17g", json_real_value(value));
		break;
	case JSON_TRUE:
	case JSON_FALSE:
		snprintf(number, NUMBER_SIZE, "%s", json_is_true(value) ? "true" : "false");
		break;
	case JSON_OBJECT:
	case JSON_ARRAY:
	case JSON_NULL:
		return false;
	}
	*text = bytes_from_str(number);
	return true;
}

/* Recursion ends at MDM_MAX_PATH. */
static enum err tell_members(json_t *object, struct mdm_field *field, const struct mdm_sink *sink, struct why *why)
{
	char number[NUMBER_SIZE];
	const char *name;
	json_t *value;
	enum err e;

	json_object_foreach(object, name, value) {
		field->text = (struct bytes){ NULL, 0 };
		field->kind = json_is_object(value) ? MDM_OBJECT : scalar_text(value, number, &field->text) ? MDM_SCALAR : MDM_OTHER;
		field->path[field->depth++] = name;
		e = sink->take(sink->context, field, why);
		if (e == ERR_OK && json_is_object(value) && field->depth < MDM_MAX_PATH)
			e = tell_members(value, field, sink, why);
		field->depth--;
		if (e != ERR_OK)
			return e;
	}
	return ERR_OK;
}

enum err mdm_json_read(struct bytes body, const struct mdm_sink *sink, struct why *why)
{
	struct mdm_field field = { .depth = 0 };
	json_error_t error;
	json_t *root = json_loadb((const char *)body.ptr, body.len, JSON_REJECT_DUPLICATES, &error);
	enum err e;

	if (root == NULL) {
		if (json_error_code(&error) == json_error_out_of_memory)
			return ERR_MEMORY;
		return why_set(why, ERR_TEXT, "the body is not JSON, or not JSON that is taken: line %d, column %d", error.line, error.column);
	}
	e = json_is_object(root) ? tell_members(root, &field, sink, why) : why_set(why, ERR_TEXT, "the body is JSON, but no object");
	json_decref(root);
	return e;
}

/* --- what is kept --- */

#define CUT_NAME "cut"
enum { CUT_LEN = sizeof ", \"" CUT_NAME "\": \"yes\"" };

struct mdm_context {
	json_t *root;
	size_t count;
	bool is_cut;
};

enum err mdm_context_new(struct mdm_context **out)
{
	struct mdm_context *context = calloc(1, sizeof *context);

	if (context == NULL || (context->root = json_object()) == NULL) {
		free(context);
		return ERR_MEMORY;
	}
	*out = context;
	return ERR_OK;
}

void mdm_context_free(struct mdm_context *context)
{
	if (context == NULL)
		return;
	json_decref(context->root);
	free(context);
}

/* The object that this value belongs into. @return NULL when its place is taken by something else, or for want of memory. */
static json_t *context_place(struct mdm_context *context, const struct mdm_field *field, enum err *e)
{
	json_t *object = context->root;

	for (size_t i = 0; i + 1 < field->depth; i++) {
		json_t *inner = json_object_get(object, field->path[i]);

		if (inner == NULL) {
			inner = json_object();
			/* Takes the reference, also when it fails. */
			if (json_object_set_new(object, field->path[i], inner) != 0) {
				*e = ERR_MEMORY;
				return NULL;
			}
		}
		if (!json_is_object(inner))
			return NULL;
		object = inner;
	}
	return object;
}

/* Without flags jansson puts blanks where PostgreSQL does, and escapes the same characters. */
static size_t context_len(const struct mdm_context *context)
{
	return json_dumpb(context->root, NULL, 0, 0);
}

enum err mdm_context_add(struct mdm_context *context, const struct mdm_field *field)
{
	struct bytes text = field->text;
	enum err e = ERR_OK;
	json_t *object;

	if (!text_is_utf8(text))
		return ERR_OK;
	for (size_t i = 0; i < field->depth; i++)
		if (strlen(field->path[i]) > MDM_MAX_KEY_LEN)
			return ERR_OK;
	if (context->count == MDM_MAX_CONTEXT_FIELDS) {
		context->is_cut = true;
		return ERR_OK;
	}
	text = text_cut(text, MDM_MAX_CONTEXT_VALUE_LEN);
	if ((object = context_place(context, field, &e)) == NULL || json_object_get(object, field->path[field->depth - 1]) != NULL)
		return e;
	if (json_object_set_new(object, field->path[field->depth - 1], json_stringn(text.len == 0 ? "" : (const char *)text.ptr, text.len)) != 0)
		return ERR_MEMORY;
	context->count++;
	if (context_len(context) + CUT_LEN > MDM_MAX_CONTEXT_LEN) {
		json_object_del(object, field->path[field->depth - 1]);
		context->is_cut = true;
	}
	return ERR_OK;
}

enum err mdm_context_encode(const struct mdm_context *context, struct buf *out)
{
	size_t len;
	uint8_t *at;
	enum err e;

	if (context->is_cut && json_object_set_new(context->root, CUT_NAME, json_string("yes")) != 0)
		return ERR_MEMORY;
	if (json_object_size(context->root) == 0)
		return ERR_OK;
	if ((len = context_len(context)) == 0)
		return ERR_MEMORY;
	if ((e = buf_append_space(out, len, &at)) == ERR_OK)
		json_dumpb(context->root, (char *)at, len, 0);
	return e;
}
