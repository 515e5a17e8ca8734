#include <config.h>

#include "ctl/scepcli.h"

#include "pki/crypto.h"

static const struct command *const commands[] = { &scepcli_caps, &scepcli_cacert, &scepcli_enroll, &scepcli_renew, &scepcli_poll, &scepcli_getcert,
	&scepcli_getcrl, &scepcli_nextca, &scepcli_explain, NULL };

static const struct command_option common[] = {
	{ .name = "verbose", .type = OPTION_FLAG, .help = "explain both messages on standard error" },
	{ .name = "cacert", .argument = "FILE", .type = OPTION_FILE, .help = "PEM certificates that https servers are checked against" },
	{ .name = "http1.0", .type = OPTION_FLAG, .help = "speak HTTP/1.0" },
	{ .name = "timeout", .argument = "SECONDS", .type = OPTION_NUMBER, .min = 1, .max = 3600, .fallback = "30",
		.help = "longest time of one HTTP exchange" },
	{ .name = "follow-redirects", .type = OPTION_FLAG, .help = "follow HTTP redirects" },
};

const struct command_program scepcli_program = { .name = "scepcli",
	.summary = "SCEP client, to enrol certificates and to test SCEP servers", .command = commands, .common = common,
	.common_count = sizeof common / sizeof common[0], .libraries = crypto_versions };

enum err scepcli_prepare(void *context, const struct command *command, const struct command_line *line, struct why *why)
{
	struct scepcli *cli = context;

	(void)command;
	cli->client.http = (struct http_client_options){ command_is_set(line, "http1.0"), command_is_set(line, "follow-redirects"),
		command_get_number(line, "timeout"), command_get(line, "cacert") };
	cli->is_verbose = command_is_set(line, "verbose");
	return crypto_init(why);
}
