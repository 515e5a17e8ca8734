#include <config.h>

#include "policy/decision.h"

#include "policy/hostile.h"

/* What a request asks beside names and usages: alternative names, constraints, foreign extensions. */

/* The attributes of a directoryName, which its text shows escaped. */
static const char *directory_name_fault(struct decision *decision, struct bytes name)
{
	struct name_cursor cursor;
	struct name_attribute attribute;
	struct buf text = { 0 };
	const char *fault = NULL;
	enum err e = name_start(name, &cursor);

	while (fault == NULL && e == ERR_OK && (e = name_next(&cursor, &attribute)) == ERR_OK) {
		buf_reset(&text);
		e = der_get_text(&attribute.value, &text);
		if (e == ERR_TEXT)
			fault = "what is no valid text, or a NUL";
		else if (e == ERR_OK)
			fault = hostile_text(buf_bytes(&text));
		else if (e == ERR_ASN1_SYNTAX)
			e = ERR_OK;
	}
	if (e == ERR_MEMORY)
		decision_keep(decision, e);
	buf_clear(&text);
	return fault;
}

/* A Windows account: no rule allows it, since the rules do not know whose it is; they can deny it. */
static bool admit_account(struct decision *decision, const struct san *san, const struct item *item)
{
	struct buf what = { 0 };
	bool is_known = decision_has_account(decision, san);

	if (is_known && decision_judge(decision, item) != JUDGED_DENIED)
		return true;
	if (decision_keep(decision, item_format(item, &what))) {
		if (is_known)
			decision_refuse(decision, "%s is denied", (const char *)what.ptr);
		else
			decision_unlisted(decision, "%s (an account that nobody asserted)", (const char *)what.ptr);
	}
	buf_clear(&what);
	return false;
}

static void ask_san(struct decision *decision, const struct san *san)
{
	struct policy_verdict *verdict = decision->verdict;
	const char *fault = NULL;
	struct item item;

	if (san->type == SAN_UPN)
		fault = hostile_text(san->value);
	else if (san->type == SAN_DIRECTORY_NAME)
		fault = directory_name_fault(decision, san->value);
	if (fault != NULL) {
		decision_refuse(decision, "subjectAltName %s has %s", san_type_name(san->type), fault);
		return;
	}
	if (!decision_keep(decision, item_from_san(san, &item)))
		return;
	if (item.needs_prefix != NULL ? admit_account(decision, san, &item) : decision_admit(decision, &item, par_has_san(decision, san)))
		verdict->san[verdict->tbs.san_count++] = san->raw;
	item_clear(&item);
}

void decision_san(struct decision *decision)
{
	for (size_t i = 0; i < decision->san_count; i++)
		ask_san(decision, &decision->san[i]);
}

/* Extensions that clients send without meaning much by them: certmonger and Windows would not enrol anywhere if these were refused. None is ever copied. */
static const struct {
	enum oid oid;
	const char *name;
} hints[] = {
	{ OID_SUBJECT_KEY_ID, "subjectKeyIdentifier" }, { OID_AUTHORITY_KEY_ID, "authorityKeyIdentifier" }, { OID_MS_TEMPLATE_NAME, "certificate template name" },
	{ OID_MS_TEMPLATE, "certificate template" }, { OID_MS_APPLICATION_POLICIES, "application policies" }, { OID_SMIME_CAPABILITIES, "S/MIME capabilities" },
};

static void ask_extension(struct decision *decision, const struct ext_other *other)
{
	struct buf dotted = { 0 };
	enum err e;

	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++)
		if (oid_is(other->oid, hints[i].oid)) {
			decision_note(decision, "extension %s dropped", hints[i].name);
			return;
		}
	if (oid_is(other->oid, OID_MS_SID) && decision_has_account(decision, NULL)) {
		decision_note(decision, "extension for the account made anew");
		return;
	}
	e = oid_format(other->oid, &dotted);
	if (e == ERR_ASN1_SYNTAX)
		e = buf_append_str(&dotted, "without a valid identifier");
	if (decision_keep(decision, e) && decision_keep(decision, buf_terminate(&dotted)))
		decision_unlisted(decision, "%sextension %s", other->is_critical ? "critical " : "", (const char *)dotted.ptr);
	buf_clear(&dotted);
}

void decision_extensions(struct decision *decision)
{
	const struct ext_request *asked = &decision->csr->ext;

	if (asked->is_ca)
		decision_refuse(decision, "basicConstraints CA:TRUE is never given");
	for (size_t i = 0; i < asked->other_count; i++)
		ask_extension(decision, &asked->other[i]);
}
