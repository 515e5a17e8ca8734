#ifndef SCEPGATE_POLICY_APPROVAL_H
#define SCEPGATE_POLICY_APPROVAL_H

/*
 * Rules by which a request waits for an operator although it is authorised. A list: for each item (kind and item, such as subject CN) that has rules, every value that
 * would be certified must match one of their patterns; one outside the list waits, and so does a certificate without any value of a listed item. FIRST_TIME is the
 * database's to decide: no certificate with the same names was issued to the application before.
 */

#include "policy/policy.h"

enum approval_rule_kind { APPROVAL_SUBJECT, APPROVAL_SAN, APPROVAL_FIRST_TIME };

struct approval_rule {
	enum approval_rule_kind kind;
	char *item;                 /* as of a policy rule; "" for FIRST_TIME */
	char *pattern;              /* as text_is_match() */
};

struct approval_rules {
	struct approval_rule *rule; /* owned array */
	size_t count;
};

void approval_rules_clear(struct approval_rules *rules);

/**
 * Does a list ask for an operator? FIRST_TIME rules are passed over.
 *
 * @param because out: appended, terminated: the values that are in no list, and the items that have none, at most 255 bytes; empty when none. Names that cannot be read ask too.
 * @return ERR_OK; ERR_MEMORY.
 */
enum err approval_rules_ask(const struct approval_rules *rules, const struct cert_template *tbs, struct buf *because);

#endif
