#include <config.h>

#include "web/mdm_body.h"

#include <string.h>

#include "base/text.h"
#include "web/mdm_json.h"
#include "web/mdm_xml.h"

#define EVENT_NAME "SCEPChallenge"
#define BYTE_ORDER_MARK "\xef\xbb\xbf"

enum { MAX_NUMBER_DIGITS = 9 };

void mdm_body_clear(struct mdm_body *body)
{
	buf_clear(&body->subject);
	buf_clear(&body->sans);
	buf_clear(&body->device);
	buf_clear(&body->username);
	buf_clear(&body->sid);
	buf_clear(&body->key_sha256);
	buf_clear(&body->scep_url);
	buf_clear(&body->context);
	*body = (struct mdm_body){ 0 };
}

/* --- "challenge": what it is to be bound to --- */

static bool is_blank(struct bytes text)
{
	for (size_t i = 0; i < text.len; i++)
		if (text.ptr[i] != ' ')
			return false;
	return true;
}

static enum err set_text(struct bytes text, size_t max, struct buf *out, const char *name, struct why *why)
{
	enum err e;

	if (out->len > 0)
		return why_set(why, ERR_VALUE, "challenge.%s is given twice", name);
	/* Most likely a variable of the MDM that it had no value for: binding to nothing is not what was meant. */
	if (is_blank(text))
		return why_set(why, ERR_VALUE, "challenge.%s is empty", name);
	if (!text_is_utf8(text) || text_has_control(text) || text_has_invisible(text))
		return why_set(why, ERR_VALUE, "challenge.%s is not a line of text", name);
	if (text_count_characters(text) > max)
		return why_set(why, ERR_VALUE, "challenge.%s has more than %zu characters", name, max);
	if ((e = buf_append(out, text)) != ERR_OK)
		return e;
	return buf_terminate(out);
}

static enum err set_number(struct bytes text, int max, int *out, const char *name, struct why *why)
{
	int value = 0;

	if (*out != 0)
		return why_set(why, ERR_VALUE, "challenge.%s is given twice", name);
	for (size_t i = 0; i < text.len && i <= MAX_NUMBER_DIGITS; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9' || i == MAX_NUMBER_DIGITS)
			return why_set(why, ERR_VALUE, "challenge.%s is not a number from 1 to %d", name, max);
		value = value * 10 + (text.ptr[i] - '0');
	}
	if (value < 1 || value > max)
		return why_set(why, ERR_VALUE, "challenge.%s is not a number from 1 to %d", name, max);
	*out = value;
	return ERR_OK;
}

static enum err set_key_hash(struct bytes text, struct buf *out, struct why *why)
{
	struct buf hash = { 0 };
	enum err e;

	if (out->len > 0)
		return why_set(why, ERR_VALUE, "challenge.key_sha256 is given twice");
	e = text_decode_hex(text, &hash);
	if (e == ERR_TEXT || (e == ERR_OK && hash.len != MDM_KEY_HASH_LEN))
		e = why_set(why, ERR_VALUE, "challenge.key_sha256 is not %d octets in hexadecimal", MDM_KEY_HASH_LEN);
	if (e == ERR_OK)
		buf_move(out, &hash);
	buf_clear(&hash);
	return e;
}

static enum err set_member(struct mdm_body *body, const char *name, struct bytes text, struct why *why)
{
	if (strcmp(name, "subject") == 0)
		return set_text(text, MDM_MAX_NAMES_LEN, &body->subject, name, why);
	if (strcmp(name, "sans") == 0)
		return set_text(text, MDM_MAX_NAMES_LEN, &body->sans, name, why);
	if (strcmp(name, "device") == 0)
		return set_text(text, MDM_MAX_WORD_LEN, &body->device, name, why);
	if (strcmp(name, "username") == 0)
		return set_text(text, MDM_MAX_WORD_LEN, &body->username, name, why);
	if (strcmp(name, "sid") == 0)
		return set_text(text, MDM_MAX_WORD_LEN, &body->sid, name, why);
	if (strcmp(name, "key_sha256") == 0)
		return set_key_hash(text, &body->key_sha256, why);
	if (strcmp(name, "lifetime_minutes") == 0)
		return set_number(text, MDM_MAX_LIFETIME_MINUTES, &body->lifetime_minutes, name, why);
	if (strcmp(name, "uses") == 0)
		return set_number(text, MDM_MAX_USES, &body->uses, name, why);
	return why_set(why, ERR_VALUE, "challenge has no member called %.*s", MDM_MAX_KEY_LEN, name);
}

static enum err take_challenge(struct mdm_body *body, const struct mdm_field *field, struct why *why)
{
	if (field->depth == 1)
		return field->kind == MDM_OBJECT ? ERR_OK : why_set(why, ERR_VALUE, "challenge has no members");
	if (field->depth > 2 || field->kind != MDM_SCALAR)
		return why_set(why, ERR_VALUE, "challenge.%.*s is neither text nor a number", MDM_MAX_KEY_LEN, field->path[1]);
	return set_member(body, field->path[1], field->text, why);
}

/* --- the webhook --- */

struct reading {
	struct mdm_body *body;
	struct mdm_context *context;
};

static enum err take_webhook(const struct reading *reading, const struct mdm_field *field, struct why *why)
{
	const char *name = field->path[1];

	if (field->depth != 2)
		return ERR_OK;
	if (strcmp(name, "webhookEvent") == 0 && (field->kind != MDM_SCALAR || !bytes_is_str(field->text, EVENT_NAME)))
		return why_set(why, ERR_HTTP_CONTENT, "the webhook is for another event than " EVENT_NAME);
	if (field->kind == MDM_SCALAR && (strcmp(name, "id") == 0 || strcmp(name, "name") == 0 || strcmp(name, "eventTimestamp") == 0))
		return mdm_context_add(reading->context, field);
	return ERR_OK;
}

static enum err take_event(const struct reading *reading, const struct mdm_field *field, struct why *why)
{
	struct buf *url = &reading->body->scep_url;
	enum err e;

	if (field->depth < 2 || field->kind != MDM_SCALAR)
		return ERR_OK;
	if (field->depth == 2 && strcmp(field->path[1], "scepServerUrl") == 0) {
		if (field->text.len > MDM_MAX_SCEP_URL_LEN)
			return why_set(why, ERR_VALUE, "event.scepServerUrl has more than %d octets", MDM_MAX_SCEP_URL_LEN);
		buf_reset(url);
		if ((e = buf_append(url, field->text)) != ERR_OK)
			return e;
	}
	return mdm_context_add(reading->context, field);
}

static enum err take_field(void *context, const struct mdm_field *field, struct why *why)
{
	const struct reading *reading = context;

	if (strcmp(field->path[0], "webhook") == 0)
		return take_webhook(reading, field, why);
	if (strcmp(field->path[0], "event") == 0)
		return take_event(reading, field, why);
	if (strcmp(field->path[0], "challenge") == 0)
		return take_challenge(reading->body, field, why);
	return ERR_OK;
}

/* --- what it is --- */

static bool starts_with(struct bytes text, const char *start)
{
	size_t len = strlen(start);

	return text.len >= len && memcmp(text.ptr, start, len) == 0;
}

static struct bytes skip(struct bytes text, size_t len)
{
	return bytes_from(text.ptr + len, text.len - len);
}

static enum err read_body(struct bytes body, const struct mdm_sink *sink, struct why *why)
{
	struct bytes text = starts_with(body, BYTE_ORDER_MARK) ? skip(body, strlen(BYTE_ORDER_MARK)) : body;

	while (text.len > 0 && (text.ptr[0] == ' ' || text.ptr[0] == '\t' || text.ptr[0] == '\r' || text.ptr[0] == '\n'))
		text = skip(text, 1);
	if (text.len == 0)
		return ERR_OK;
	if (text.ptr[0] == '{' || text.ptr[0] == '[')
		return mdm_json_read(text, sink, why);
	/* Byte order marks of UTF-16, too. */
	if (text.ptr[0] == '<' || starts_with(body, "\xff\xfe") || starts_with(body, "\xfe\xff"))
		return mdm_xml_read(text, sink, why);
	return why_set(why, ERR_TEXT, "the body is neither empty nor JSON nor XML");
}

enum err mdm_body_parse(struct bytes body, struct mdm_body *out, struct why *why)
{
	struct mdm_body made = { 0 };
	struct reading reading = { .body = &made };
	const struct mdm_sink sink = { take_field, &reading };
	enum err e;

	if ((e = mdm_context_new(&reading.context)) != ERR_OK)
		return e;
	if ((e = read_body(body, &sink, why)) != ERR_OK || (e = mdm_context_encode(reading.context, &made.context)) != ERR_OK ||
	    (e = made.context.len > 0 ? buf_terminate(&made.context) : ERR_OK) != ERR_OK)
		goto out;
	*out = made;
	made = (struct mdm_body){ 0 };
out:
	mdm_context_free(reading.context);
	mdm_body_clear(&made);
	return e;
}
