#ifndef SCEPGATE_CTL_EXPLAIN_RULES_H
#define SCEPGATE_CTL_EXPLAIN_RULES_H

/* The rules of the RFCs that a message can be seen to break, and what makes trouble though no rule forbids it. */

#include "base/bytes.h"
#include "ctl/explain_trait.h"

/** How much it matters: a MUST or SHOULD that is broken, something that some implementations do not take, something to know. */
enum rule_level { RULE_MUST, RULE_SHOULD, RULE_INTEROP, RULE_NOTE };

struct rule {
	enum trait trait;
	enum rule_level level;
	const char *section; /* "RFC 8894 section 3.2.1.2" */
	const char *text;    /* what is so, and what should be */
};

/** The row of a trait; NULL when it breaks nothing. Borrowed for ever. */
const struct rule *rule_find(enum trait trait);

/** "MUST", "SHOULD", "interop", "note". */
const char *rule_level_name(enum rule_level level);

/** Append a heading, and a line for each trait that has a rule, MUSTs first; or one that says that there is none. @return ERR_OK; ERR_MEMORY. */
enum err rules_format(const struct traits *traits, struct buf *out);

#endif
