#include <config.h>

#include "policy/decision.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

bool decision_keep(struct decision *decision, enum err e)
{
	if (e != ERR_OK && decision->error == ERR_OK)
		decision->error = e;
	return e == ERR_OK;
}

/* Usages have no pattern, and a DENY rule without one means every value. */
static bool rule_denies(struct decision *decision, const struct policy_rule *rule, const struct item *item)
{
	bool is_match = true;

	if (!policy_target_is_usage(rule->target) && rule->pattern != NULL)
		decision_keep(decision, item_match(item, rule->pattern, &is_match));
	return is_match;
}

static bool rule_allows(struct decision *decision, const struct policy_rule *rule, const struct item *item)
{
	bool is_allowed = false;

	return decision_keep(decision, item_allow(item, rule->item, rule->pattern, &is_allowed)) && is_allowed;
}

enum judgement decision_judge(struct decision *decision, const struct item *item)
{
	enum judgement judgement = JUDGED_UNLISTED;

	for (size_t i = 0; i < decision->policy->rule_count; i++) {
		const struct policy_rule *rule = &decision->policy->rule[i];

		if (rule->target != item->target || rule->item == NULL || !item_is_named(item, rule->item))
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

void decision_note_par(struct decision *decision, const struct item *item)
{
	struct buf what = { 0 };

	if (decision_keep(decision, item_format(item, &what)))
		decision_note(decision, "%s kept at par", (const char *)what.ptr);
	buf_clear(&what);
}

bool decision_admit(struct decision *decision, const struct item *item, bool is_at_par)
{
	enum judgement judgement = decision_judge(decision, item);
	struct buf what = { 0 };

	if (judgement == JUDGED_LISTED)
		return true;
	if (is_at_par && item->odd == NULL) {
		decision_note_par(decision, item);
		return true;
	}
	if (decision_keep(decision, item_format(item, &what))) {
		if (judgement == JUDGED_DENIED)
			decision_refuse(decision, "%s is denied", (const char *)what.ptr);
		else
			decision_unlisted(decision, "%s%s%s%s", (const char *)what.ptr, item->odd == NULL ? "" : " (", item->odd == NULL ? "" : item->odd,
				item->odd == NULL ? "" : ")");
	}
	buf_clear(&what);
	return false;
}

void decision_required(struct decision *decision)
{
	char quoted[QUOTE_SIZE];

	for (size_t i = 0; i < decision->policy->rule_count; i++) {
		const struct policy_rule *rule = &decision->policy->rule[i];
		bool has_pattern = !policy_target_is_usage(rule->target) && rule->pattern != NULL && strcmp(rule->pattern, "*") != 0;
		const char *target = policy_target_name(rule->target), *item = rule->item == NULL ? "" : rule->item;
		const char *matching = has_pattern ? " matching " : "", *pattern = has_pattern ? quote(bytes_from_str(rule->pattern), quoted) : "";

		if (rule->effect != POLICY_REQUIRE || decision->is_met[i])
			continue;
		if (par_lacks(decision, rule))
			decision_note(decision, "%s %s%s%s not required at par", target, item, matching, pattern);
		else
			decision_refuse(decision, "%s %s%s%s is required", target, item, matching, pattern);
	}
}

/* --- sentences -------------------------------------------------------------------------------------------------------------- */

enum { SENTENCE_SIZE = 512 };

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
