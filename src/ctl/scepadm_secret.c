#include <config.h>

#include "ctl/scepadm_commands.h"

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"

static enum err run_create(void *context, const struct command_line *line, struct why *why)
{
	const char *file = command_get(line, "FILE");
	enum err e = conf_secret_create(file, why);

	(void)context;
	if (e == ERR_OK)
		scepadm_say("%s is made. Keep a copy apart from the database's backups: without it no stored key can be opened.", file);
	return e;
}

static const struct command_option create_options[] = {
	{ .name = "FILE", .type = OPTION_FILE, .is_positional = true, .is_required = true,
		.help = "the file to make, mode 0600; must not exist" },
};

const struct command scepadm_secret_create = {
	"secret", "create", "make the key-encryption secret in a new file", OPTIONS(create_options), .run = run_create
};
