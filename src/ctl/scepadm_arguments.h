#ifndef SCEPGATE_CTL_SCEPADM_ARGUMENTS_H
#define SCEPGATE_CTL_SCEPADM_ARGUMENTS_H

/*
 * From the options of a command to the arguments of a database function. Names correspond one to one: `--rsa-min-bits 3072` is
 * rsa_min_bits, a positional NAME is name. Also the short forms in which the tables of commands are written.
 */

#include "ctl/command.h"
#include "ctl/scepadm.h"
#include "pki/algorithm.h"
#include "store/admin.h"

#define POSITIONAL(name_, help_) { .name = (name_), .type = OPTION_TEXT, .is_positional = true, .is_required = true, .help = (help_) }
#define NUMBER_POSITIONAL(name_, help_) \
	{ .name = (name_), .type = OPTION_NUMBER, .min = 1, .max = 999999999999999, .is_positional = true, .is_required = true, .help = (help_) }
#define TEXT_OPTION(name_, argument_, help_) { .name = (name_), .argument = (argument_), .type = OPTION_TEXT, .help = (help_) }
#define REQUIRED_OPTION(name_, argument_, help_) \
	{ .name = (name_), .argument = (argument_), .type = OPTION_TEXT, .is_required = true, .help = (help_) }
#define FILE_OPTION(name_, help_) { .name = (name_), .argument = "FILE", .type = OPTION_FILE, .help = (help_) }
#define FLAG_OPTION(name_, help_) { .name = (name_), .type = OPTION_FLAG, .help = (help_) }
#define BOOL_OPTION(name_, help_) { .name = (name_), .argument = "yes|no", .type = OPTION_BOOL, .help = (help_) }
#define LIST_OPTION(name_, argument_, choices_, help_) \
	{ .name = (name_), .argument = (argument_), .type = OPTION_LIST, .choices = (choices_), .help = (help_) }
#define NUMBER_OPTION(name_, argument_, min_, max_, fallback_, help_) \
	{ .name = (name_), .argument = (argument_), .type = OPTION_NUMBER, .min = (min_), .max = (max_), .fallback = (fallback_), \
		.help = (help_) }
#define CHOICE_OPTION(name_, argument_, choices_, fallback_, help_) \
	{ .name = (name_), .argument = (argument_), .type = OPTION_CHOICE, .choices = (choices_), .fallback = (fallback_), .help = (help_) }
#define OPTIONS(table) .option = (table), .option_count = sizeof(table) / sizeof((table)[0])

#define ROLE_ADMIN "scepgate_admin"
#define ROLE_AUDITOR "scepgate_auditor"
#define ROLE_OPERATOR "scepgate_operator"
#define ROLE_INSTALLER "a superuser, or the database's owner with CREATEROLE"

/** Arguments under construction. Values are borrowed from the command line. */
struct scepadm_arguments {
	struct admin_argument argument[COMMAND_MAX_OPTIONS];
	char name[COMMAND_MAX_OPTIONS][48];
	size_t count;
};

/**
 * Collect what was given; yes and no of an OPTION_BOOL become true and false. Fallbacks are not sent: the database has its own.
 *
 * @param except in: options that are no parameters of the function; ends with NULL; may be NULL. @param out out: also cleared.
 */
void scepadm_arguments_collect(const struct command_line *line, const char *const *except, struct scepadm_arguments *out);
/** Add one. `value` is borrowed until the call. */
void scepadm_arguments_add(struct scepadm_arguments *arguments, const char *name, const char *value);

/** Collect and call. */
enum err scepadm_call(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct why *why);
/** The same for an alter of the thing called NAME; ERR_USAGE when nothing but the name was given. */
enum err scepadm_alter(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct why *why);

/** An endpoint as people write it: APPLICATION/PROFILE. Borrowed from `store`. */
struct scepadm_endpoint {
	char store[160];
	const char *application;
	const char *profile;
};
/** @return ERR_OK; ERR_USAGE when the word is not of this form. */
enum err scepadm_endpoint_parse(const char *word, struct scepadm_endpoint *out, struct why *why);

/** Call with the application and profile of the positional ENDPOINT added to the arguments. */
enum err scepadm_call_endpoint(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct scepadm_arguments *arguments,
	struct why *why);

/** The choices of --ciphers, --digests and --keys. */
#define CIPHER_CHOICES "aes128-cbc|aes192-cbc|aes256-cbc|des3-cbc|des-cbc"
#define DIGEST_CHOICES "sha256|sha384|sha512|sha224|sha1|md5"
#define KEY_CLASS_CHOICES "rsa-2048|rsa-3072|rsa-4096|rsa-other|ec-p256|ec-p384|ec-p521|ed25519"

/** --path-length of a command that makes or asks for a CA. */
#define PATH_LENGTH_OPTION \
	NUMBER_OPTION("path-length", "NUMBER", 0, 255, NULL, "so many CAs may stand below it, one below the other; 0: it issues to devices alone")

/** --form and --out of a command that writes a certificate or the like. */
#define FORM_OPTIONS \
	CHOICE_OPTION("form", "FORM", "pem|der", "pem", "encoding"), \
	FILE_OPTION("out", "where to write; without it standard output")

#endif
