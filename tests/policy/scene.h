#ifndef SCEPGATE_TESTS_POLICY_SCENE_H
#define SCEPGATE_TESTS_POLICY_SCENE_H

/*
 * Decisions from short texts, for the tests of policies: a policy from rules in words, a request from what it asks, and the outcome as one line.
 */

#include "policy/policy.h"
#include "support/unit.h"

enum { DAY_S = 86400 };

#define BASE_RULES \
	"require subject CN device-*|allow subject O Example*|allow san dns *.example.com|allow ku digitalSignature|allow ku keyEncipherment|allow eku clientAuth"
#define DEFAULT_USAGE (KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT)

/* What a decision with the default usages and without notes ends with. */
#define DEFAULTS " | digitalSignature+keyEncipherment | clientAuth | "

#define REFUSE POLICY_UNLISTED_REFUSE
#define DROP POLICY_UNLISTED_DROP

/** What a request asks. Lists are separated by commas; NULL is nothing. */
struct ask {
	const char *subject;      /* RFC 4514; NULL: CN=device-1 */
	const char *subject_hex;  /* or DER */
	const char *san;          /* "dns:a.b,upn:c" */
	const char *san_hex;      /* whole GeneralName elements, more of them */
	unsigned key_usage;
	const char *eku;          /* "clientAuth,1.2.3" */
	const char *others;       /* dotted identifiers, '!' before a critical one */
	bool is_ca, has_ca_false;
	const char *key;          /* a file below tests/vectors; NULL: an RSA key */
	bool allow_empty_subject, several_common_names; /* of the policy */
};

/** One decision: `expected` is the line "SUBJECT | SAN SAN | usage+usage | purpose+purpose | notes", or "no: " and the sentence of the refusal. */
struct row {
	const char *name;
	const char *more_rules;
	enum policy_unlisted unlisted;
	struct ask ask;
	const char *expected;
};

/** Fill a policy: RSA 2048 to 4096, P-256, Ed25519, 365 days. @param rules "allow subject CN device-*|deny san dns *|allow ku digitalSignature"; policy_clear(). */
void make_policy(struct policy *policy, const char *rules, enum policy_unlisted unlisted);
void add_rules(struct policy *policy, const char *rules);

/** Fill a profile: 90 days. @param ekus separated by commas; profile_clear(). */
void make_profile(struct profile *profile, unsigned key_usage, const char *ekus);

/** Build a request and read it; csr_free(). Its signature is not good. */
struct csr *make_csr(const struct ask *ask);

/** Build a certificate that says what was asked and read it; cert_free(). Its issuer is empty, and its signature is not good. */
struct cert *make_cert(const struct ask *ask, int64_t not_before_utc, int64_t not_after_utc);

/** What would be certified if a request were taken as it is, without any policy: tbs borrows from both. */
void make_template(const struct csr *csr, struct policy_verdict *out);

/** Wrap a request around a key. @return what csr_parse() says. */
enum err wrap_request(struct bytes subject, struct bytes spki, struct bytes extensions, struct csr **csr);

struct cert *load_issuer(void);

/** Decide one row a day after the CA began, and append its line. */
enum err decide(const struct row *row, const char *rules, unsigned key_usage, const char *ekus, struct buf *line);

/** What a decision rests on besides, for those that need more than rows say. */
struct stage {
	struct policy_facts facts;
	const char *subject_template;
	const char *san_templates;      /* separated by "|"; NULL: none */
	const char *extensions;         /* the same */
	const char *digests;            /* separated by commas; NULL: all */
	bool several_common_names;
};

/** Decide one row on a stage, and append its line. With extensions these stand behind the purposes in hexadecimal. */
enum err decide_on_stage(const struct row *row, const struct stage *stage, const char *rules, unsigned key_usage, const char *ekus, struct buf *line);

/** The same for a renewal. */
enum err decide_at_par(const struct row *row, const struct cert *at_par, const char *rules, unsigned key_usage, const char *ekus, struct buf *line);

/** Decide all rows and compare. */
void run_rows(const struct row *rows, size_t count, const char *rules, unsigned key_usage, const char *ekus);

#define RUN(rows) run_rows((rows), sizeof(rows) / sizeof((rows)[0]), BASE_RULES, DEFAULT_USAGE, "clientAuth")

#endif
