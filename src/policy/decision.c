#include <config.h>

#include "policy/decision.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>
#include <strings.h>

#include "base/text.h"

bool decision_keep(struct decision *decision, enum err e)
{
	if (e != ERR_OK && decision->error == ERR_OK)
		decision->error = e;
	return e == ERR_OK;
}

static bool init_buffers(struct decision *decision, struct item *item)
{
	if (decision_keep(decision, buf_terminate(&item->name)) && decision_keep(decision, buf_terminate(&item->dotted)))
		return true;
	item_clear(item);
	return false;
}

bool item_init_oid(struct decision *decision, struct item *item, enum policy_target target, struct bytes oid)
{
	enum err e;

	*item = (struct item){ .target = target };
	if ((e = oid_format_name(oid, &item->name)) == ERR_OK)
		e = oid_format(oid, &item->dotted);
	if (e == ERR_ASN1_SYNTAX) { /* an identifier that has no dotted form matches no rule but "*" */
		buf_reset(&item->name);
		buf_reset(&item->dotted);
		e = text_encode_hex(oid, &item->name);
	}
	if (!decision_keep(decision, e)) {
		item_clear(item);
		return false;
	}
	return init_buffers(decision, item);
}

bool item_init_name(struct decision *decision, struct item *item, enum policy_target target, const char *name)
{
	*item = (struct item){ .target = target };
	if (!decision_keep(decision, buf_append_str(&item->name, name))) {
		item_clear(item);
		return false;
	}
	return init_buffers(decision, item);
}

void item_clear(struct item *item)
{
	buf_clear(&item->name);
	buf_clear(&item->dotted);
	buf_clear(&item->text);
}

/* --- rules ------------------------------------------------------------------------------------------------------------------ */

static bool is_usage(enum policy_target target)
{
	return target == POLICY_KEY_USAGE || target == POLICY_EXT_KEY_USAGE;
}

static bool rule_is_star(const struct policy_rule *rule)
{
	return (rule->target == POLICY_SUBJECT || rule->target == POLICY_EXT_KEY_USAGE) && strcmp(rule->item, "*") == 0;
}

/* Does the rule speak of this item? */
static bool rule_names(const struct policy_rule *rule, const struct item *item)
{
	if (rule->target != item->target || rule->item == NULL)
		return false;
	return rule_is_star(rule) || (item->name.len > 0 && strcasecmp(rule->item, (const char *)item->name.ptr) == 0) ||
		(item->dotted.len > 0 && strcmp(rule->item, (const char *)item->dotted.ptr) == 0);
}

/* Patterns are folded in case alone: they come from an administrator, and one with a blank at an end, or two together, matches nothing. */
static void lower(struct buf *text)
{
	for (size_t i = 0; i < text->len; i++)
		if (text->ptr[i] >= 'A' && text->ptr[i] <= 'Z')
			text->ptr[i] = (uint8_t)(text->ptr[i] - 'A' + 'a');
}

static bool pattern_matches(struct decision *decision, const char *pattern, struct bytes text)
{
	struct buf folded_pattern = { 0 }, folded_text = { 0 };
	bool is_match = false;

	if (decision_keep(decision, buf_append_str(&folded_pattern, pattern)) && decision_keep(decision, buf_append(&folded_text, text))) {
		lower(&folded_pattern);
		name_fold_text(&folded_text);
		is_match = text_is_match(buf_bytes(&folded_pattern), buf_bytes(&folded_text));
	}
	buf_clear(&folded_pattern);
	buf_clear(&folded_text);
	return is_match;
}

static bool rule_denies(struct decision *decision, const struct policy_rule *rule, const struct item *item)
{
	return is_usage(rule->target) || rule->pattern == NULL || pattern_matches(decision, rule->pattern, buf_bytes(&item->text));
}

static bool rule_allows(struct decision *decision, const struct policy_rule *rule, const struct item *item)
{
	if (item->odd != NULL || (item->needs_name && rule_is_star(rule)))
		return false;
	if (is_usage(rule->target))
		return true;
	if (rule->pattern == NULL || (item->needs_prefix != NULL && strncasecmp(rule->pattern, item->needs_prefix, strlen(item->needs_prefix)) != 0))
		return false;
	return pattern_matches(decision, rule->pattern, buf_bytes(&item->text));
}

enum judgement decision_judge(struct decision *decision, const struct item *item)
{
	enum judgement judgement = JUDGED_UNLISTED;

	for (size_t i = 0; i < decision->policy->rule_count; i++) {
		const struct policy_rule *rule = &decision->policy->rule[i];

		if (!rule_names(rule, item))
			continue;
		if (rule->effect == POLICY_DENY) {
			if (rule_denies(decision, rule, item))
				return JUDGED_DENIED;
		} else if (rule_allows(decision, rule, item)) {
			decision->is_met[i] = true;
			judgement = JUDGED_LISTED;
		}
	}
	return judgement;
}

/* How a sentence begins that speaks of an item. */
static const char *target_name(enum policy_target target)
{
	switch (target) {
	case POLICY_SUBJECT:
		return "subject";
	case POLICY_SAN:
		return "subjectAltName";
	case POLICY_KEY_USAGE:
		return "keyUsage";
	case POLICY_EXT_KEY_USAGE:
		return "extKeyUsage";
	}
	return "item";
}

bool decision_admit(struct decision *decision, const struct item *item)
{
	char quoted[QUOTE_SIZE];
	const char *value = is_usage(item->target) ? "" : quote(buf_bytes(&item->text), quoted);
	const char *name = (const char *)item->name.ptr, *blank = value[0] == '\0' ? "" : " ";

	switch (decision_judge(decision, item)) {
	case JUDGED_LISTED:
		return true;
	case JUDGED_DENIED:
		decision_refuse(decision, "%s %s%s%s is denied", target_name(item->target), name, blank, value);
		return false;
	case JUDGED_UNLISTED:
		decision_unlisted(decision, "%s %s%s%s%s%s%s", target_name(item->target), name, blank, value, item->odd == NULL ? "" : " (",
			item->odd == NULL ? "" : item->odd, item->odd == NULL ? "" : ")");
		return false;
	}
	return false;
}

void decision_required(struct decision *decision)
{
	char quoted[QUOTE_SIZE];

	for (size_t i = 0; i < decision->policy->rule_count; i++) {
		const struct policy_rule *rule = &decision->policy->rule[i];
		bool has_pattern = !is_usage(rule->target) && rule->pattern != NULL && strcmp(rule->pattern, "*") != 0;

		if (rule->effect == POLICY_REQUIRE && !decision->is_met[i])
			decision_refuse(decision, "%s %s%s%s is required", target_name(rule->target), rule->item == NULL ? "" : rule->item,
				has_pattern ? " matching " : "", has_pattern ? quote(bytes_from_str(rule->pattern), quoted) : "");
	}
}

/* --- sentences -------------------------------------------------------------------------------------------------------------- */

enum { SENTENCE_SIZE = 512 };

const char *quote(struct bytes text, char out[QUOTE_SIZE])
{
	struct bytes start = text_cut(text, QUOTE_MAX_LEN);

	snprintf(out, QUOTE_SIZE, "\"%.*s%s\"", (int)start.len, start.len == 0 ? "" : (const char *)start.ptr, start.len < text.len ? "..." : "");
	return out;
}

static void add_sentence(struct decision *decision, struct buf *to, const char *sentence)
{
	if (to->len > 0 && !decision_keep(decision, buf_append_str(to, "; ")))
		return;
	decision_keep(decision, buf_append_str(to, sentence));
}

void decision_refuse(struct decision *decision, const char *format, ...)
{
	char sentence[SENTENCE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	add_sentence(decision, &decision->violations, sentence);
}

void decision_note(struct decision *decision, const char *format, ...)
{
	char sentence[SENTENCE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(sentence, sizeof sentence, format, args);
	va_end(args);
	add_sentence(decision, &decision->verdict->notes, sentence);
}

void decision_unlisted(struct decision *decision, const char *format, ...)
{
	char what[SENTENCE_SIZE];
	va_list args;

	va_start(args, format);
	vsnprintf(what, sizeof what, format, args);
	va_end(args);
	switch (decision->policy->unlisted) {
	case POLICY_UNLISTED_REFUSE:
		decision_refuse(decision, "%s is not allowed", what);
		break;
	case POLICY_UNLISTED_DROP:
		decision_note(decision, "%s dropped", what);
		break;
	}
}
