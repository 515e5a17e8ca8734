#include <config.h>

#include "ctl/scepadm.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "ctl/command_line.h"
#include "pki/crypto.h"

/* Installing and checking must also work on a database of another version, or of none. */
static bool wants_any_schema(const struct command *command)
{
	return strcmp(command->noun, "db") == 0 || strcmp(command->noun, "check") == 0;
}

enum err scepadm_prepare(void *context, const struct command *command, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct store_options options;
	enum err e;

	scepadm->format = output_format_from_name(command_get(line, "format"));
	log_init(&scepadm->log, "scepadm", LOG_TARGET_STDERR, LOG_LEVEL_WARNING);
	if ((e = crypto_init(why)) != ERR_OK)
		return e;
	if (command->role == NULL)
		return ERR_OK;
	if ((e = conf_load(command_get(line, "conf"), &scepadm->conf, why)) != ERR_OK)
		return e;
	scepadm->has_conf = true;
	options = (struct store_options){
		.conninfo = scepadm->conf.conninfo,
		.user = command_get(line, "user"),
		.program = "scepadm",
		.connect_timeout_s = scepadm->conf.connect_timeout_s,
		.statement_timeout_s = scepadm->conf.statement_timeout_s,
		.check_schema = !wants_any_schema(command),
	};
	if (options.user == NULL && strcmp(command->noun, "db") != 0)
		options.user = scepadm->conf.admin_user;
	if ((e = store_new(&options, &scepadm->store, why)) != ERR_OK)
		return e;
	scepadm->service = (struct service){ .store = scepadm->store, .log = &scepadm->log, .clock = clock_system(), .random = random_system() };
	return key_access_init(&scepadm->conf, &scepadm->service.keys, why);
}

void scepadm_clear(struct scepadm *scepadm)
{
	store_free(scepadm->store);
	key_secrets_clear(&scepadm->secrets);
	if (scepadm->has_conf)
		conf_clear(&scepadm->conf);
	*scepadm = (struct scepadm){ 0 };
}

enum err scepadm_secret_load(struct scepadm *scepadm, struct why *why)
{
	return key_access_load(&scepadm->conf, &scepadm->secrets, &scepadm->service.keys, why);
}

const char *scepadm_sql_folder(const struct command_line *line)
{
	const char *folder = command_get(line, "sql-dir");

	if (folder == NULL)
		folder = getenv("SCEPGATE_SQLDIR");
	return folder != NULL && *folder != '\0' ? folder : SCEPGATE_DATADIR "/sql";
}

void scepadm_say(const char *format, ...)
{
	va_list args;

	va_start(args, format);
	vfprintf(stderr, format, args);
	va_end(args);
	fputc('\n', stderr);
}
