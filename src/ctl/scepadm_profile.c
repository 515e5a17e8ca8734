#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdlib.h>
#include <string.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "policy/extension.h"
#include "policy/template.h"

#define KEY_USAGES "digitalSignature|nonRepudiation|keyEncipherment|dataEncipherment|keyAgreement|encipherOnly|decipherOnly"

typedef enum err check_value(const char *value, struct why *why);

static enum err check_extension(const char *value, struct why *why)
{
	struct buf element = { 0 };
	enum err e = extension_put(value, &element, why);

	buf_clear(&element);
	return e;
}

/* Each word of a list, as the database takes it apart. */
static enum err check_list(const struct command_line *line, const char *option, check_value *check, struct why *why)
{
	const char *text = command_get(line, option);
	char *words, *rest;
	enum err e = ERR_OK;

	if (text == NULL || text[0] == '\0')
		return ERR_OK;
	if ((words = strdup(text)) == NULL)
		return ERR_MEMORY;
	rest = words;
	for (char *word = strsep(&rest, ","); e == ERR_OK && word != NULL; word = strsep(&rest, ","))
		e = check(word, why);
	free(words);
	return e;
}

/* What the database cannot read itself: nothing is stored that would refuse every request later. */
static enum err check_settings(const struct command_line *line, struct why *why)
{
	const char *subject = command_get(line, "subject-template");
	enum err e;

	if (subject != NULL && subject[0] != '\0' && (e = template_check_subject(subject, why)) != ERR_OK)
		return e;
	if ((e = check_list(line, "san-templates", template_check_san, why)) != ERR_OK)
		return e;
	return check_list(line, "extensions", check_extension, why);
}

static enum err run_create(void *context, const struct command_line *line, struct why *why)
{
	enum err e = check_settings(line, why);

	if (e != ERR_OK)
		return e;
	return scepadm_call(context, ADMIN_PROFILE_CREATE, line, why);
}

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "name", "ca", "policy", "validity_days", "key_usage", "extended_key_usage", "endpoints", NULL };

	(void)line;
	return scepadm_list(context, VIEW_PROFILE, NULL, 0, 0, columns, why);
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "application", "active", "challenge_mode", "challenges", "ra_not_after", NULL };
	static const struct scepadm_part part = { "endpoint", VIEW_ENDPOINT, "profile", "endpoints", columns };

	return scepadm_show(context, VIEW_PROFILE, "profile", command_get(line, "NAME"), &part, why);
}

static enum err run_alter(void *context, const struct command_line *line, struct why *why)
{
	enum err e = check_settings(line, why);

	return e == ERR_OK ? scepadm_alter(context, ADMIN_PROFILE_ALTER, line, why) : e;
}

static enum err run_delete(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_call(context, ADMIN_PROFILE_DELETE, line, why);
}

#define SETTINGS \
	NUMBER_OPTION("validity-days", "DAYS", 1, 36500, NULL, \
		"validity of certificates, at most what the policy allows; 365 when created without"), \
	LIST_OPTION("key-usage", "USAGE,...", KEY_USAGES, \
		"used when a request asks none; digitalSignature,keyEncipherment when created without"), \
	LIST_OPTION("extended-key-usage", "PURPOSE,...", NULL, \
		"used when a request asks none: clientAuth, serverAuth, ... or dotted; clientAuth when created without"), \
	NUMBER_OPTION("backdate-seconds", "SECONDS", 0, 86400, NULL, \
		"how far notBefore is set back, for devices with slow clocks; 300 when created without"), \
	NUMBER_OPTION("validity-hours", "HOURS", 1, 876000, NULL, "validity in hours, instead of days"), \
	TEXT_OPTION("valid-until", "TIME", "when every certificate ends, instead of days, as 2030-12-31T23:59:59Z"), \
	TEXT_OPTION("subject-template", "DN", "the subject of certificates, with variables: CN={challenge.device},O=Example; empty for the request's"), \
	LIST_OPTION("san-templates", "TYPE:VALUE,...", NULL, "their alternative names, with variables: upn:{challenge.user}@example.com; empty for the request's"), \
	LIST_OPTION("extensions", "OID=HEX,...", NULL, "extensions that they all have, critical: before the OID of critical ones; empty for none")

static const struct command_option create_options[] = {
	POSITIONAL("NAME", "name of the profile, part of URLs: 1 to 64 of a-z 0-9 . _ -"),
	REQUIRED_OPTION("ca", "CA", "the CA that signs"),
	REQUIRED_OPTION("policy", "POLICY", "the policy that its certificates must meet"),
	TEXT_OPTION("description", "TEXT", "a note for people"),
	SETTINGS,
};
static const struct command_option name_options[] = {
	POSITIONAL("NAME", "name of the profile"),
};
static const struct command_option alter_options[] = {
	POSITIONAL("NAME", "name of the profile"),
	TEXT_OPTION("new-name", "NAME", "another name, which changes the URLs of its endpoints"),
	TEXT_OPTION("ca", "CA", "another CA; then renew the RA certificates of its endpoints"),
	TEXT_OPTION("policy", "POLICY", "another policy"),
	TEXT_OPTION("description", "TEXT", "another note"),
	SETTINGS,
};

const struct command scepadm_profile_create = {
	"profile", "create", "create a profile: a CA, a policy, default values", OPTIONS(create_options), .role = ROLE_ADMIN, .run = run_create
};
const struct command scepadm_profile_list = { "profile", "list", "list the profiles", .role = ROLE_AUDITOR, .run = run_list };
const struct command scepadm_profile_show = {
	"profile", "show", "show a profile with its endpoints", OPTIONS(name_options), .role = ROLE_AUDITOR, .run = run_show
};
const struct command scepadm_profile_alter = {
	"profile", "alter", "change a profile", OPTIONS(alter_options), .role = ROLE_ADMIN, .run = run_alter
};
const struct command scepadm_profile_delete = {
	"profile", "delete", "delete a profile that has no endpoints", OPTIONS(name_options), .role = ROLE_ADMIN, .is_destructive = true,
		.run = run_delete
};
