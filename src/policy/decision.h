#ifndef SCEPGATE_POLICY_DECISION_H
#define SCEPGATE_POLICY_DECISION_H

/*
 * One decision while it is made: what the parts of policy_decide() share. Inside policy alone. Violations are collected, not returned, so that the operator sees
 * all of them at once; lack of memory is remembered in `error`, after which the outcome does not count.
 */

#include "pki/name.h"
#include "policy/policy.h"

struct decision {
	const struct policy *policy;
	const struct profile *profile;
	const struct csr *csr;
	struct policy_verdict *verdict;
	enum err error;
	struct buf violations;          /* joined by "; " */
	bool is_met[POLICY_MAX_RULES];  /* of REQUIRE rules */
	bool is_subject_rebuilt;        /* verdict->store begins with the name */
	size_t subject_len;
	size_t stored_eku_count;        /* purposes in verdict->store, from the profile */
	size_t stored_eku_at[EXT_MAX_EKU], stored_eku_len[EXT_MAX_EKU];
};

/** One thing that a request asks for, or a profile gives, as rules see it. */
struct item {
	enum policy_target target;
	struct buf name;          /* short name, or the dotted form when there is none; terminated */
	struct buf dotted;        /* of a SUBJECT or EXT_KEY_USAGE item; terminated */
	struct buf text;          /* the value, UTF-8; empty for usages */
	const char *odd;          /* why only DENY rules match, or NULL */
	bool needs_name;          /* "*" as the item of a rule does not allow it */
	const char *needs_prefix; /* what the pattern of a rule must begin with to allow it, or NULL */
};

enum judgement { JUDGED_LISTED, JUDGED_UNLISTED, JUDGED_DENIED };

/** Start an item of a SUBJECT or EXT_KEY_USAGE rule. @return false when memory is short; the item is then empty and decision->error set. */
bool item_init_oid(struct decision *decision, struct item *item, enum policy_target target, struct bytes oid);

/** Start an item of a SAN or KEY_USAGE rule. @return as item_init_oid(). */
bool item_init_name(struct decision *decision, struct item *item, enum policy_target target, const char *name);
void item_clear(struct item *item);

/** Put an item against all rules of its target; remembers the REQUIRE rules that it meets. */
enum judgement decision_judge(struct decision *decision, const struct item *item);

/** Judge, and report what is not listed: a violation, or a note that it is dropped. @return true when it may go into the certificate. */
bool decision_admit(struct decision *decision, const struct item *item);

/** Report something that the request may not have: dropped with a note, or a violation, as the policy's `unlisted` says. */
void decision_unlisted(struct decision *decision, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Add a violation. */
void decision_refuse(struct decision *decision, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Add a note about what was dropped. */
void decision_note(struct decision *decision, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Remember the first foreign failure. @return true when `e` is ERR_OK. */
bool decision_keep(struct decision *decision, enum err e);

enum { QUOTE_MAX_LEN = 64, QUOTE_SIZE = QUOTE_MAX_LEN + 6 };

/** A value for a sentence: in quotation marks, and cut when it is long, between characters. */
const char *quote(struct bytes text, char out[QUOTE_SIZE]);

/* The parts, in the order in which they run. */
void decision_subject(struct decision *decision);
void decision_san(struct decision *decision);
void decision_key_usage(struct decision *decision);
void decision_ext_key_usage(struct decision *decision);
void decision_extensions(struct decision *decision);  /* BasicConstraints, and what nobody asks us to read */
void decision_required(struct decision *decision);    /* REQUIRE rules that nothing met */

#endif
