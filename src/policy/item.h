#ifndef SCEPGATE_POLICY_ITEM_H
#define SCEPGATE_POLICY_ITEM_H

/* One thing that a request asks for, a profile gives or a certificate has, as rules see it. Inside policy alone. */

#include "pki/name.h"
#include "policy/policy.h"

struct item {
	enum policy_target target;
	struct buf name;          /* short name, or the dotted form when there is none; terminated */
	struct buf dotted;        /* of a SUBJECT or EXT_KEY_USAGE item; terminated */
	struct buf text;          /* the value, UTF-8; empty for usages */
	const char *odd;          /* why only DENY rules match, or NULL */
	bool needs_name;          /* "*" as the item of a rule does not allow it */
	const char *needs_prefix; /* of a URI that Windows maps to an account, which no rule of a policy allows; a list of approvals must begin so to have it; or NULL */
};

/* Each makes an item, to be cleared with item_clear(). @return ERR_OK; ERR_MEMORY: the item is then empty. */
enum err item_from_san(const struct san *san, struct item *out);
enum err item_from_key_usage(enum key_usage bit, struct item *out);
enum err item_from_purpose(struct bytes oid, struct item *out);

/** The same of an attribute. @return ERR_OK; ERR_TEXT when its value is not valid text, or has a NUL: the item is then odd and has no text; ERR_MEMORY. */
enum err item_from_attribute(const struct name_attribute *attribute, struct item *out);
void item_clear(struct item *item);

/** Does a rule with this word as its item speak of it? "*" does, for SUBJECT and EXT_KEY_USAGE. */
bool item_is_named(const struct item *item, const char *word);

/**
 * Put the value against a pattern, as names are compared: ASCII case and runs of blanks do not count.
 * @param pattern in: NULL matches nothing. @return ERR_OK; ERR_MEMORY.
 */
enum err item_match(const struct item *item, const char *pattern, bool *is_match);

/** May a rule with this word and pattern allow it? Never what is odd, nor by a pattern with blanks at an end or two together. For usages the pattern is not looked at. @return ERR_OK; ERR_MEMORY. */
enum err item_allow(const struct item *item, const char *word, const char *pattern, bool *is_allowed);

/** Usages have no value. */
bool policy_target_is_usage(enum policy_target target);

/** How a sentence begins that speaks of an item: "subject", "subjectAltName", "keyUsage", "extKeyUsage". */
const char *policy_target_name(enum policy_target target);

enum { QUOTE_MAX_LEN = 64, QUOTE_SIZE = QUOTE_MAX_LEN + 6 };

/** A value for a sentence: in quotation marks, and cut when it is long, between characters. */
const char *quote(struct bytes text, char out[QUOTE_SIZE]);

/** An item for a sentence: `subject CN "x"`, `keyUsage digitalSignature`. Appended, terminated. @return ERR_OK; ERR_MEMORY. */
enum err item_format(const struct item *item, struct buf *out);

#endif
