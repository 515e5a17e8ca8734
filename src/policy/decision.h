#ifndef SCEPGATE_POLICY_DECISION_H
#define SCEPGATE_POLICY_DECISION_H

/*
 * One decision while it is made: what the parts of policy_decide() share. Inside policy alone. Violations are collected, not returned, so that the operator sees
 * all of them at once; lack of memory is remembered in `error`, after which the outcome does not count.
 */

#include "policy/item.h"
#include "policy/policy.h"

/** What a certificate that is renewed may keep ("at par"); ext is NULL when it has no extensions that we read. */
struct par {
	const struct cert *cert;
	struct ext_request *ext;
};

struct decision {
	const struct policy *policy;
	const struct profile *profile;
	const struct csr *csr;
	const struct policy_facts *facts;
	const struct par *renewed;      /* the certificate that is renewed; NULL: nothing is */
	const struct par *par;          /* the same when it may keep what it has, else NULL */
	struct bytes subject;           /* the names that are judged: of the request, of the profile's templates, or of the certificate that is renewed */
	struct san san[EXT_MAX_SAN];
	size_t san_count;
	struct policy_verdict *verdict;
	enum err error;
	struct buf violations;          /* joined by "; " */
	bool is_met[POLICY_MAX_RULES];  /* of REQUIRE rules */
	bool is_subject_rebuilt;        /* verdict->store begins with the name */
	bool may_be_empty;              /* the subject, as long as there is a SAN */
	size_t subject_len;
	size_t stored_eku_count;        /* purposes in verdict->store, from the profile */
	size_t stored_eku_at[EXT_MAX_EKU], stored_eku_len[EXT_MAX_EKU];
	size_t stored_extension_count;  /* the same of Extension elements */
	size_t stored_extension_at[POLICY_MAX_EXTENSIONS + 1], stored_extension_len[POLICY_MAX_EXTENSIONS + 1];
};

enum judgement { JUDGED_LISTED, JUDGED_UNLISTED, JUDGED_DENIED };

/** Put an item against all rules of its target; remembers the REQUIRE rules that it meets. */
enum judgement decision_judge(struct decision *decision, const struct item *item);

/**
 * Judge, and report what is not listed: a violation, or a note that it is dropped.
 * @param is_at_par in: the certificate that is renewed has it, so that it may stay unless it is odd. @return true when it may go into the certificate.
 */
bool decision_admit(struct decision *decision, const struct item *item, bool is_at_par);

/** Note that something stays at par. */
void decision_note_par(struct decision *decision, const struct item *item);

/** Report something that the request may not have: dropped with a note, or a violation, as the policy's `unlisted` says. */
void decision_unlisted(struct decision *decision, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Add a violation. */
void decision_refuse(struct decision *decision, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Add a note about what was dropped or kept. */
void decision_note(struct decision *decision, const char *format, ...) __attribute__((format(printf, 2, 3)));

/** Remember the first foreign failure. @return true when `e` is ERR_OK. */
bool decision_keep(struct decision *decision, enum err e);

/** Get ready to ask what a certificate has; par_clear(). What of it cannot be read it does not have. @return ERR_OK; ERR_MEMORY. */
enum err par_init(const struct cert *cert, struct par *out);
void par_clear(struct par *par);

/* Does the certificate that is renewed have this, to the value? Never without one. */
bool par_has_attribute(struct decision *decision, const struct name_attribute *attribute);
bool par_has_san(struct decision *decision, const struct san *san);
bool par_has_key_usage(const struct decision *decision, enum key_usage bit);
bool par_has_purpose(const struct decision *decision, struct bytes oid);
bool par_has_key(struct decision *decision); /* that which shall be certified, however it is encoded */

/** Does it lack everything that a REQUIRE rule asks for? Then the rule is younger, and waits for the next enrolment. */
bool par_lacks(struct decision *decision, const struct policy_rule *rule);

/**
 * Does whoever authorised the request, or the certificate that is renewed, say that the holder has this Windows account?
 * @param san in: the URI by which the request asks for it; NULL for the extension.
 */
bool decision_has_account(struct decision *decision, const struct san *san);

/* The parts, in the order in which they run. */
void decision_names(struct decision *decision);       /* which names are judged */
void decision_subject(struct decision *decision);
void decision_san(struct decision *decision);
void decision_key_usage(struct decision *decision);
void decision_ext_key_usage(struct decision *decision);
void decision_extensions(struct decision *decision);  /* BasicConstraints, and what nobody asks us to read */
void decision_required(struct decision *decision);    /* REQUIRE rules that nothing met */
void decision_given(struct decision *decision);       /* extensions that the profile gives, and the account */

#endif
