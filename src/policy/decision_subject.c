#include <config.h>

#include "policy/decision.h"

#include "base/text.h"
#include "policy/hostile.h"

enum { CN_MAX_CHARACTERS = 64 /* ub-common-name, RFC 5280 appendix A.1 */ };

/* What stays of a subject. */
struct kept {
	struct name_attribute item[NAME_MAX_ATTRIBUTES];
	size_t count;
	bool is_whole;
};

/* What no policy can allow. @return false when it was refused. */
static bool check_text(struct decision *decision, const struct item *item, bool is_cn)
{
	const char *fault = hostile_text(buf_bytes(&item->text));
	char quoted[QUOTE_SIZE];

	if (fault != NULL) {
		decision_refuse(decision, "subject %s has %s", (const char *)item->name.ptr, fault);
		return false;
	}
	if (is_cn && text_count_characters(buf_bytes(&item->text)) > CN_MAX_CHARACTERS) {
		decision_refuse(decision, "subject CN %s is longer than %d characters", quote(buf_bytes(&item->text), quoted), CN_MAX_CHARACTERS);
		return false;
	}
	if (item->text.len > NAME_MAX_VALUE_LEN) {
		decision_refuse(decision, "subject %s is longer than %d bytes", (const char *)item->name.ptr, NAME_MAX_VALUE_LEN);
		return false;
	}
	return true;
}

/* @return true when the attribute may stay. */
static bool admit_attribute(struct decision *decision, const struct name_attribute *attribute)
{
	bool is_admitted = false;
	struct item item;
	enum err e = item_from_attribute(attribute, &item);

	if (e == ERR_TEXT)
		decision_refuse(decision, "subject %s is not valid text, or has a NUL", (const char *)item.name.ptr);
	else if (!decision_keep(decision, e))
		return false;
	else if (check_text(decision, &item, oid_is(attribute->type, OID_AT_CN)))
		is_admitted = decision_admit(decision, &item, par_has_attribute(decision, attribute));
	item_clear(&item);
	return is_admitted;
}

/* Judge every attribute, and keep those that may stay; the first of an RDN that stays begins it. */
static enum err sort_attributes(struct decision *decision, struct kept *kept)
{
	struct name_cursor cursor;
	struct name_attribute attribute;
	size_t cn_count = 0, new_cn_count = 0;
	bool is_rdn_new = true;
	enum err e = name_start(decision->subject, &cursor);

	while (e == ERR_OK && (e = name_next(&cursor, &attribute)) == ERR_OK) {
		cn_count += oid_is(attribute.type, OID_AT_CN);
		new_cn_count += oid_is(attribute.type, OID_AT_CN) && !par_has_attribute(decision, &attribute);
		is_rdn_new = is_rdn_new || attribute.starts_rdn;
		if (!admit_attribute(decision, &attribute)) {
			kept->is_whole = false;
			continue;
		}
		attribute.starts_rdn = is_rdn_new;
		is_rdn_new = false;
		kept->item[kept->count++] = attribute;
	}
	if (cn_count > 1 && new_cn_count > 0 && !decision->policy->several_common_names)
		decision_refuse(decision, "the subject has %zu common names", cn_count);
	return e == ERR_NOT_FOUND ? ERR_OK : e;
}

static enum err put_attribute(const struct name_attribute *attribute, struct buf *out)
{
	struct buf inside = { 0 };
	enum err e;

	if ((e = der_put(&inside, DER_OID, attribute->type)) == ERR_OK && (e = buf_append(&inside, attribute->value.raw)) == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&inside));
	buf_clear(&inside);
	return e;
}

/* Append a name of what was kept, in the order and octets in which it was sent. */
static enum err put_kept(const struct kept *kept, struct buf *out)
{
	struct buf rdns = { 0 }, rdn = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; i < kept->count && e == ERR_OK; i++) {
		e = put_attribute(&kept->item[i], &rdn);
		if (e == ERR_OK && (i + 1 == kept->count || kept->item[i + 1].starts_rdn)) {
			e = der_put(&rdns, DER_SET, buf_bytes(&rdn));
			buf_reset(&rdn);
		}
	}
	if (e == ERR_OK)
		e = der_put(out, DER_SEQUENCE, buf_bytes(&rdns));
	buf_clear(&rdns);
	buf_clear(&rdn);
	return e;
}

void decision_subject(struct decision *decision)
{
	struct policy_verdict *verdict = decision->verdict;
	struct kept kept = { .is_whole = true };
	size_t violations_len = decision->violations.len;

	if (!decision_keep(decision, sort_attributes(decision, &kept)))
		return;
	decision->may_be_empty = decision->policy->allow_empty_subject || (decision->par != NULL && name_is_empty(decision->par->cert->subject));
	if (kept.count == 0 && !decision->may_be_empty && decision->violations.len == violations_len)
		decision_refuse(decision, "the subject is empty");
	if (kept.is_whole) {
		verdict->tbs.subject = decision->subject;
		return;
	}
	decision->is_subject_rebuilt = decision_keep(decision, put_kept(&kept, &verdict->store));
	decision->subject_len = verdict->store.len;
}
