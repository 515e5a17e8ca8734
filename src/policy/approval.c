#include <config.h>

#include "policy/approval.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"
#include "policy/item.h"

enum { BECAUSE_MAX_LEN = 255, VALUES_MAX = NAME_MAX_ATTRIBUTES + EXT_MAX_SAN };

void approval_rules_clear(struct approval_rules *rules)
{
	for (size_t i = 0; i < rules->count; i++) {
		free(rules->rule[i].item);
		free(rules->rule[i].pattern);
	}
	free(rules->rule);
	*rules = (struct approval_rules){ 0 };
}

/* Every name that would be certified. */
struct values {
	struct item item[VALUES_MAX];
	size_t count;
};

static void values_clear(struct values *values)
{
	for (size_t i = 0; i < values->count; i++)
		item_clear(&values->item[i]);
}

static enum err values_fill(const struct cert_template *tbs, struct values *out)
{
	struct name_cursor cursor;
	struct name_attribute attribute;
	struct san san;
	enum err e = name_start(tbs->subject, &cursor);

	while (e == ERR_OK && (e = name_next(&cursor, &attribute)) == ERR_OK) {
		e = item_from_attribute(&attribute, &out->item[out->count]);
		if (e == ERR_OK || e == ERR_TEXT) { /* what is no text is odd, and in no list */
			out->count++;
			e = ERR_OK;
		}
	}
	if (e == ERR_NOT_FOUND)
		e = tbs->san_count > EXT_MAX_SAN ? ERR_INTERNAL : ERR_OK;
	for (size_t i = 0; i < tbs->san_count && e == ERR_OK; i++)
		if ((e = san_parse(tbs->san[i], &san, NULL)) == ERR_OK && (e = item_from_san(&san, &out->item[out->count])) == ERR_OK)
			out->count++;
	return e;
}

/* "*" is no item of these rules: like one that is unknown, it has no value ever. */
static bool rule_names(const struct approval_rule *rule, const struct item *item)
{
	enum policy_target target = rule->kind == APPROVAL_SUBJECT ? POLICY_SUBJECT : POLICY_SAN;

	return item->target == target && rule->item != NULL && strcmp(rule->item, "*") != 0 && item_is_named(item, rule->item);
}

static enum err put_reason(struct buf *reasons, const char *before, const struct buf *what, const char *after)
{
	enum err e = ERR_OK;

	if (reasons->len > 0)
		e = buf_append_str(reasons, "; ");
	if (e == ERR_OK)
		e = buf_append_format(reasons, "%s%.*s%s", before, (int)what->len, (const char *)what->ptr, after);
	return e;
}

/* A value of an item that has rules must match one of them. */
static enum err ask_value(const struct approval_rules *rules, const struct item *item, struct buf *reasons)
{
	struct buf what = { 0 };
	bool is_listed = false, has_rules = false;
	enum err e = ERR_OK;

	for (size_t i = 0; i < rules->count && !is_listed && e == ERR_OK; i++) {
		const struct approval_rule *rule = &rules->rule[i];

		if (rule->kind == APPROVAL_FIRST_TIME || !rule_names(rule, item))
			continue;
		has_rules = true;
		e = item_allow(item, rule->item, rule->pattern, &is_listed);
	}
	if (e == ERR_OK && has_rules && !is_listed && (e = item_format(item, &what)) == ERR_OK)
		e = put_reason(reasons, "", &what, " is in no list");
	buf_clear(&what);
	return e;
}

static bool is_same_item(const struct approval_rule *a, const struct approval_rule *b)
{
	return a->kind == b->kind && a->item != NULL && b->item != NULL && strcasecmp(a->item, b->item) == 0;
}

/* And an item that has rules must have a value. Said once for all rules of an item. */
static enum err ask_presence(const struct approval_rules *rules, size_t at, const struct values *values, struct buf *reasons)
{
	const struct approval_rule *rule = &rules->rule[at];
	struct buf what = { 0 };
	enum err e;

	for (size_t i = 0; i < values->count; i++)
		if (rule_names(rule, &values->item[i]))
			return ERR_OK;
	for (size_t i = 0; i < at; i++)
		if (is_same_item(rule, &rules->rule[i]))
			return ERR_OK;
	e = buf_append_format(&what, "%s %s", policy_target_name(rule->kind == APPROVAL_SUBJECT ? POLICY_SUBJECT : POLICY_SAN), rule->item == NULL ? "" : rule->item);
	if (e == ERR_OK)
		e = put_reason(reasons, "no ", &what, "");
	buf_clear(&what);
	return e;
}

/* What does not fit is cut between characters. */
static enum err put_because(struct bytes reasons, struct buf *because)
{
	static const char dots[] = "...";
	bool is_cut = reasons.len > BECAUSE_MAX_LEN;
	enum err e = buf_append(because, text_cut(reasons, is_cut ? BECAUSE_MAX_LEN - (sizeof dots - 1) : BECAUSE_MAX_LEN));

	if (e == ERR_OK && is_cut)
		e = buf_append_str(because, dots);
	return e == ERR_OK ? buf_terminate(because) : e;
}

enum err approval_rules_ask(const struct approval_rules *rules, const struct cert_template *tbs, struct buf *because)
{
	struct values *values = calloc(1, sizeof *values);
	struct buf reasons = { 0 };
	enum err e;

	if (values == NULL)
		return ERR_MEMORY;
	if ((e = values_fill(tbs, values)) != ERR_OK) {
		if (e != ERR_MEMORY)
			e = buf_append_str(&reasons, "the names cannot be read");
	}
	for (size_t i = 0; i < values->count && e == ERR_OK; i++)
		e = ask_value(rules, &values->item[i], &reasons);
	for (size_t i = 0; i < rules->count && e == ERR_OK; i++)
		if (rules->rule[i].kind != APPROVAL_FIRST_TIME)
			e = ask_presence(rules, i, values, &reasons);
	if (e == ERR_OK)
		e = put_because(buf_bytes(&reasons), because);
	values_clear(values);
	free(values);
	buf_clear(&reasons);
	return e;
}
