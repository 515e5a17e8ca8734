#include <config.h>

#include "policy/template.h"

#include <string.h>

#include "policy/item.h"

enum { WORD_SIZE = 128 };

/* What a template is checked with when no request is there: it fits every type of attribute. */
#define SAMPLE "AA"

/* --- what a word stands for ------------------------------------------------------------------------------------------------- */

static enum err put_text(const char *text, struct buf *out)
{
	return text == NULL ? ERR_OK : buf_append_str(out, text);
}

static enum err fail_several(const char *word, struct why *why)
{
	return why_set(why, ERR_POLICY, "the request has several values for {%s} of the profile's template", word);
}

/* The one attribute of the request's subject that has this type. */
static enum err put_attribute(struct bytes subject, struct bytes type, const char *word, struct buf *out, struct why *why)
{
	struct name_cursor cursor;
	struct name_attribute attribute;
	size_t count = 0;
	enum err e = name_start(subject, &cursor);

	while (e == ERR_OK && (e = name_next(&cursor, &attribute)) == ERR_OK) {
		if (!bytes_is_equal(attribute.type, type))
			continue;
		if (++count > 1)
			return fail_several(word, why);
		e = der_get_text(&attribute.value, out);
	}
	if (e == ERR_OK || e == ERR_NOT_FOUND || e == ERR_MEMORY)
		return e == ERR_MEMORY ? e : ERR_OK;
	return why_set(why, ERR_POLICY, "the request's value for {%s} of the profile's template is not valid text", word);
}

static enum err put_san(const struct csr *csr, enum san_type type, const char *word, struct buf *out, struct why *why)
{
	const struct san *found = NULL;

	for (size_t i = 0; i < csr->ext.san_count; i++) {
		if (csr->ext.san[i].type != type)
			continue;
		if (found != NULL)
			return fail_several(word, why);
		found = &csr->ext.san[i];
	}
	return found == NULL ? ERR_OK : san_format_value(found, out);
}

static enum err put_csr_value(const struct template_source *source, const char *word, const char *name, struct buf *out, struct why *why)
{
	static const char san[] = "san.";
	struct buf type = { 0 };
	enum san_type san_type;
	enum err e;

	if (strncmp(name, san, sizeof san - 1) == 0) {
		san_type = san_type_from_name(bytes_from_str(name + sizeof san - 1));
		if (san_type == SAN_OTHER || san_type == SAN_DIRECTORY_NAME)
			return why_set(why, ERR_VALUE, "{%s} names no type of SubjectAltName that has a text", word);
		return source == NULL ? buf_append_str(out, SAMPLE) : put_san(source->csr, san_type, word, out, why);
	}
	if ((e = oid_from_name(name, &type)) == ERR_TEXT)
		e = why_set(why, ERR_VALUE, "{%s} names no attribute type", word);
	else if (e == ERR_OK)
		e = source == NULL ? buf_append_str(out, SAMPLE) : put_attribute(source->csr->subject, buf_bytes(&type), word, out, why);
	buf_clear(&type);
	return e;
}

/* Nothing is appended for a word that has no value. */
static enum err put_value(const struct template_source *source, const char *word, struct buf *out, struct why *why)
{
	static const char csr[] = "csr.";
	const struct policy_facts *facts = source == NULL ? NULL : source->facts;
	const struct { const char *word, *value; } known[] = {
		{ "challenge.device", facts == NULL ? NULL : facts->device }, { "challenge.user", facts == NULL ? NULL : facts->user },
		{ "challenge.sid", facts == NULL ? NULL : facts->sid }, { "application", facts == NULL ? NULL : facts->application },
		{ "profile", source == NULL ? NULL : source->profile },
	};

	if (strncmp(word, csr, sizeof csr - 1) == 0)
		return put_csr_value(source, word, word + sizeof csr - 1, out, why);
	for (size_t i = 0; i < sizeof known / sizeof known[0]; i++)
		if (strcmp(word, known[i].word) == 0)
			return source == NULL ? buf_append_str(out, SAMPLE) : put_text(known[i].value, out);
	return why_set(why, ERR_VALUE, "{%s} is no word that a template knows", word);
}

/* --- one value of a template ------------------------------------------------------------------------------------------------ */

/* What stands between two braces: WORD or WORD|TEXT. */
static enum err put_field(const struct template_source *source, struct bytes field, struct buf *out, struct why *why)
{
	const uint8_t *bar = field.len == 0 ? NULL : memchr(field.ptr, '|', field.len);
	size_t word_len = bar == NULL ? field.len : (size_t)(bar - field.ptr), before = out->len;
	char word[WORD_SIZE];
	enum err e;

	if (word_len == 0 || word_len >= sizeof word || memchr(field.ptr, '\0', word_len) != NULL)
		return why_set(why, ERR_VALUE, "between braces stands a word, or a word, a bar and a text");
	memcpy(word, field.ptr, word_len);
	word[word_len] = '\0';
	if ((e = put_value(source, word, out, why)) != ERR_OK || out->len > before)
		return e;
	if (bar == NULL)
		return why_set(why, ERR_POLICY, "there is no value for {%s} of the profile's template", word);
	return buf_append(out, bytes_from(bar + 1, field.len - word_len - 1));
}

static enum err expand(void *context, struct bytes text, struct buf *out, struct why *why)
{
	const struct template_source *source = *(const struct template_source **)context;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < text.len; i++) {
		const uint8_t *close;

		if (text.ptr[i] != '{' && text.ptr[i] != '}') {
			e = buf_append_byte(out, text.ptr[i]);
			continue;
		}
		if (i + 1 < text.len && text.ptr[i + 1] == text.ptr[i]) {
			e = buf_append_byte(out, text.ptr[i++]);
			continue;
		}
		close = text.ptr[i] == '}' ? NULL : memchr(text.ptr + i, '}', text.len - i);
		if (close == NULL)
			return why_set(why, ERR_VALUE, "a brace stands alone in the template; double it where it is meant as such");
		e = put_field(source, bytes_from(text.ptr + i + 1, (size_t)(close - text.ptr) - i - 1), out, why);
		i = (size_t)(close - text.ptr);
	}
	return e;
}

bool template_names_device(const struct profile *profile)
{
	static const char word[] = "{challenge.device}";
	bool is_there = profile->subject_template != NULL && strstr(profile->subject_template, word) != NULL;

	for (size_t i = 0; i < profile->san_template_count; i++)
		is_there = is_there || strstr(profile->san_template[i], word) != NULL;
	return is_there;
}

bool template_builds_names(const struct profile *profile)
{
	return (profile->subject_template != NULL && profile->subject_template[0] != '\0') || profile->san_template_count > 0;
}

/* --- names ------------------------------------------------------------------------------------------------------------------ */

static enum err check_len(const char *text, struct why *why)
{
	return strlen(text) <= TEMPLATE_MAX_LEN ? ERR_OK : why_set(why, ERR_VALUE, "a template has at most %d characters", TEMPLATE_MAX_LEN);
}

/* @return ERR_VALUE for a template that cannot be read; ERR_TEXT for a value that an attribute cannot have. */
static enum err make_subject(const struct template_source *source, const char *text, struct buf *out, struct why *why)
{
	enum err e = check_len(text, why);

	return e == ERR_OK ? name_parse_template(text, expand, &source, out, why) : e;
}

static enum err make_san(const struct template_source *source, const char *text, struct buf *out, struct why *why)
{
	const char *colon = strchr(text, ':');
	struct buf value = { 0 };
	enum san_type type;
	enum err e;

	if ((e = check_len(text, why)) != ERR_OK)
		return e;
	type = colon == NULL ? SAN_OTHER : san_type_from_name(bytes_from(text, (size_t)(colon - text)));
	if (type == SAN_OTHER || type == SAN_DIRECTORY_NAME)
		return why_set(why, ERR_VALUE, "a template of a SubjectAltName begins with dns, email, ip, uri, upn or registeredID, and a colon");
	if ((e = expand(&source, bytes_from_str(colon + 1), &value, why)) != ERR_OK)
		goto out;
	/* Not every word fits an address or an identifier as the sample does not: for these the request decides. */
	if (source != NULL || type == SAN_DNS || type == SAN_URI)
		e = san_encode_text(type, buf_bytes(&value), out, why);
out:
	buf_clear(&value);
	return e;
}

/* A template that was good when it was set gives no ERR_VALUE of its own, so whatever is wrong is wrong with the values. */
static enum err as_policy(enum err e, const struct why *cause, struct why *why)
{
	return e == ERR_OK || e == ERR_MEMORY ? e : why_set(why, ERR_POLICY, "%s", why_text(cause, e));
}

enum err template_subject(const struct template_source *source, const char *text, struct buf *out, struct why *why)
{
	struct why cause = { 0 };

	return as_policy(make_subject(source, text, out, &cause), &cause, why);
}

enum err template_san(const struct template_source *source, const char *text, struct buf *out, struct why *why)
{
	struct why cause = { 0 };

	return as_policy(make_san(source, text, out, &cause), &cause, why);
}

static enum err as_value(enum err e, const struct why *cause, struct why *why)
{
	return e == ERR_OK || e == ERR_MEMORY ? e : why_set(why, ERR_VALUE, "%s", why_text(cause, e));
}

enum err template_check_subject(const char *text, struct why *why)
{
	struct why cause = { 0 };
	struct buf name = { 0 };
	enum err e = make_subject(NULL, text, &name, &cause);

	buf_clear(&name);
	return as_value(e, &cause, why);
}

enum err template_check_san(const char *text, struct why *why)
{
	struct why cause = { 0 };
	struct buf name = { 0 };
	enum err e = make_san(NULL, text, &name, &cause);

	buf_clear(&name);
	return as_value(e, &cause, why);
}
