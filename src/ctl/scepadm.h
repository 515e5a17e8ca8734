#ifndef SCEPGATE_CTL_SCEPADM_H
#define SCEPGATE_CTL_SCEPADM_H

/*
 * One run of scepadm: what its commands work with. Helpers of the commands are in scepadm_arguments.h (from options to the database) and
 * scepadm_record.h (from the database to output).
 */

#include "conf/conf.h"
#include "ctl/command.h"
#include "ctl/output.h"
#include "service/service.h"

/** All zero is the initial value; scepadm_clear() at the end. */
struct scepadm {
	struct conf conf;          /* zero for a command that needs none */
	bool has_conf;
	struct log log;
	struct store *store;       /* connects at first use */
	struct service service;    /* its keys are without secrets until scepadm_secret_load() */
	struct key_secrets secrets;
	enum output_format format;
};

/** The program: name, commands, common options. */
extern const struct command_program scepadm_program;

/** For command_main(): reads the configuration and makes the store. A command without role gets neither. */
enum err scepadm_prepare(void *context, const struct command *command, const struct command_line *line, struct why *why);
void scepadm_clear(struct scepadm *scepadm);

/** Read the key-encryption secrets into the service, once. @return ERR_OK; ERR_KEY_SECRET; ERR_MEMORY. */
enum err scepadm_secret_load(struct scepadm *scepadm, struct why *why);

/** The folder of the SQL files: --sql-dir of this command, or SCEPGATE_SQLDIR, or the installed one. */
const char *scepadm_sql_folder(const struct command_line *line);

/** Tell the person what was done, on standard error. */
void scepadm_say(const char *format, ...) __attribute__((format(printf, 1, 2)));

#endif
