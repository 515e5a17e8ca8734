#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"

#define TARGETS "subject|san|key_usage|ext_key_usage"

/* A ready policy, and then what was said besides: both or nothing. */
static enum err create_from(struct scepadm *scepadm, const struct command_line *line, struct why *why)
{
	static const char *const except[] = { "from", NULL };
	const struct admin_argument from[] = { { "name", bytes_from_str(command_get(line, "NAME")) }, { "ready", bytes_from_str(command_get(line, "from")) } };
	struct scepadm_arguments settings;
	enum err e;

	scepadm_arguments_collect(line, except, &settings);
	if ((e = admin_begin(scepadm->store, why)) != ERR_OK)
		return e;
	e = admin_call(scepadm->store, ADMIN_POLICY_CREATE_FROM, from, sizeof from / sizeof from[0], NULL, why);
	if (e == ERR_OK && settings.count > 1)
		e = admin_call(scepadm->store, ADMIN_POLICY_ALTER, settings.argument, settings.count, NULL, why);
	if (e == ERR_OK)
		return admin_commit(scepadm->store, why);
	admin_rollback(scepadm->store);
	return e;
}

static enum err run_create(void *context, const struct command_line *line, struct why *why)
{
	if (command_has(line, "from"))
		return create_from(context, line, why);
	return scepadm_call(context, ADMIN_POLICY_CREATE, line, why);
}

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "name", "unlisted", "rsa_min_bits", "ec_curves", "ed25519", "max_validity_days", "rules",
		"profiles", NULL };

	(void)line;
	return scepadm_list(context, VIEW_POLICY, NULL, 0, 0, columns, why);
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "target", "effect", "item", "pattern", NULL };
	static const struct scepadm_part part = { "rule", VIEW_POLICY_RULE, "policy", "rules", columns };

	return scepadm_show(context, VIEW_POLICY, "policy", command_get(line, "NAME"), &part, why);
}

static enum err run_alter(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_alter(context, ADMIN_POLICY_ALTER, line, why);
}

static enum err run_delete(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_call(context, ADMIN_POLICY_DELETE, line, why);
}

/* One rule for each item of the list, all or none. */
static enum err change_rules(struct scepadm *scepadm, enum admin_call call, const char *effect, const struct command_line *line, struct why *why)
{
	static const char *const except[] = { "NAME", "ITEMS", "EFFECT", NULL };
	char *items = strdup(command_get(line, "ITEMS"));
	char *rest = items;
	enum err e;

	if (items == NULL)
		return ERR_MEMORY;
	if ((e = admin_begin(scepadm->store, why)) != ERR_OK)
		goto out;
	for (char *item = strsep(&rest, ","); e == ERR_OK && item != NULL; item = strsep(&rest, ",")) {
		struct scepadm_arguments arguments;

		scepadm_arguments_collect(line, except, &arguments);
		scepadm_arguments_add(&arguments, "policy", command_get(line, "NAME"));
		scepadm_arguments_add(&arguments, "effect", effect);
		scepadm_arguments_add(&arguments, "item", item);
		e = admin_call(scepadm->store, call, arguments.argument, arguments.count, NULL, why);
	}
	if (e == ERR_OK)
		e = admin_commit(scepadm->store, why);
	else
		admin_rollback(scepadm->store);
out:
	free(items);
	return e;
}

static enum err run_allow(void *context, const struct command_line *line, struct why *why)
{
	return change_rules(context, ADMIN_POLICY_RULE_ADD, "allow", line, why);
}

static enum err run_require(void *context, const struct command_line *line, struct why *why)
{
	return change_rules(context, ADMIN_POLICY_RULE_ADD, "require", line, why);
}

static enum err run_deny(void *context, const struct command_line *line, struct why *why)
{
	return change_rules(context, ADMIN_POLICY_RULE_ADD, "deny", line, why);
}

static enum err run_unrule(void *context, const struct command_line *line, struct why *why)
{
	return change_rules(context, ADMIN_POLICY_RULE_REMOVE, command_get(line, "EFFECT"), line, why);
}

#define SETTINGS \
	TEXT_OPTION("description", "TEXT", "a note for people"), \
	CHOICE_OPTION("unlisted", "WORD", "refuse|drop", NULL, "what happens to an item that no rule allows; refuse when created without"), \
	BOOL_OPTION("allow-empty-subject", "whether a subject may be empty when there is a SAN; no when created without"), \
	BOOL_OPTION("several-common-names", "whether a subject may have more than one common name; no when created without"), \
	NUMBER_OPTION("rsa-min-bits", "BITS", 0, 8192, NULL, "smallest RSA key, 0 with --rsa-max-bits 0 for none; 2048 when created without"), \
	NUMBER_OPTION("rsa-max-bits", "BITS", 0, 8192, NULL, "largest RSA key; 8192 when created without"), \
	LIST_OPTION("ec-curves", "CURVE,...", "p256|p384|p521", "elliptic curves, empty for none; all when created without"), \
	BOOL_OPTION("ed25519", "whether Ed25519 keys are certified; no when created without"), \
	NUMBER_OPTION("max-validity-days", "DAYS", 1, 36500, NULL, "longest validity that a profile may give; 825 when created without"), \
	LIST_OPTION("csr-digests", "DIGEST,...", "sha256|sha384|sha512|sha224|sha1", "digests with which requests may be signed; all when created without"), \
	CHOICE_OPTION("past-ca", "WORD", "clip|refuse", NULL, "what happens to a certificate that would outlive its CA; clip when created without")

static const struct command_option create_options[] = {
	POSITIONAL("NAME", "name of the policy: 1 to 64 of a-z 0-9 . _ -"),
	CHOICE_OPTION("from", "READY", "device|user|eap-tls|tls-server|iot", NULL, "begin with the rules and settings of a ready policy"),
	SETTINGS,
};
static const struct command_option name_options[] = {
	POSITIONAL("NAME", "name of the policy"),
};
static const struct command_option alter_options[] = {
	POSITIONAL("NAME", "name of the policy"),
	TEXT_OPTION("new-name", "NAME", "another name"),
	SETTINGS,
};

#define RULE \
	{ .name = "TARGET", .type = OPTION_CHOICE, .choices = TARGETS, .is_positional = true, .is_required = true, \
		.help = "what the rule speaks of" }, \
	{ .name = "ITEMS", .type = OPTION_LIST, .is_positional = true, .is_required = true, \
		.help = "attribute types, SAN types or usages: CN,O,OU or dns,ip or clientAuth; * for all" }, \
	TEXT_OPTION("pattern", "PATTERN", "what the value must match, * stands for anything; * when left out")

static const struct command_option rule_options[] = {
	POSITIONAL("NAME", "name of the policy"),
	RULE,
};
static const struct command_option unrule_options[] = {
	POSITIONAL("NAME", "name of the policy"),
	{ .name = "EFFECT", .type = OPTION_CHOICE, .choices = "allow|require|deny", .is_positional = true, .is_required = true,
		.help = "effect of the rule" },
	RULE,
};

const struct command scepadm_policy_create = {
	"policy", "create", "create a policy, without rules or like a ready one", OPTIONS(create_options), .role = ROLE_ADMIN, .run = run_create
};
const struct command scepadm_policy_list = { "policy", "list", "list the policies", .role = ROLE_AUDITOR, .run = run_list };
const struct command scepadm_policy_show = {
	"policy", "show", "show a policy with its rules", OPTIONS(name_options), .role = ROLE_AUDITOR, .run = run_show
};
const struct command scepadm_policy_alter = {
	"policy", "alter", "change a policy", OPTIONS(alter_options), .role = ROLE_ADMIN, .run = run_alter
};
const struct command scepadm_policy_delete = {
	"policy", "delete", "delete a policy that has no profiles, with its rules", OPTIONS(name_options), .role = ROLE_ADMIN,
		.is_destructive = true, .run = run_delete
};
const struct command scepadm_policy_allow = {
	"policy", "allow", "add rules that allow items", OPTIONS(rule_options), .role = ROLE_ADMIN, .run = run_allow
};
const struct command scepadm_policy_require = {
	"policy", "require", "add rules that demand items", OPTIONS(rule_options), .role = ROLE_ADMIN, .run = run_require
};
const struct command scepadm_policy_deny = {
	"policy", "deny", "add rules that forbid items, whatever others allow", OPTIONS(rule_options), .role = ROLE_ADMIN, .run = run_deny
};
const struct command scepadm_policy_unrule = {
	"policy", "unrule", "remove rules", OPTIONS(unrule_options), .role = ROLE_ADMIN, .run = run_unrule
};
