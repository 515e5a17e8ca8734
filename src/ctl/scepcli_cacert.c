#include <config.h>

#include "ctl/scepcli.h"

#include <errno.h>
#include <stdio.h>
#include <string.h>
#include <sys/stat.h>

#include "ctl/file.h"

/* DIR/1-ra.pem, DIR/2-ca.pem, …: the place in the reply, and ra or ca. */
static enum err write_file(const struct ca_set *set, size_t i, const char *folder, struct why *why)
{
	struct buf path = { 0 }, pem = { 0 };
	enum err e;

	if ((e = buf_append_format(&path, "%s/%zu-%s.pem", folder, i + 1, ca_set_is_ca(set, i) ? "ca" : "ra")) == ERR_OK &&
	    (e = buf_terminate(&path)) == ERR_OK && (e = cert_encode_pem(buf_bytes(&set->cert[i]->der), &pem)) == ERR_OK)
		e = file_write((const char *)path.ptr, buf_bytes(&pem), FILE_PUBLIC, why);
	buf_clear(&path);
	buf_clear(&pem);
	return e;
}

static enum err write_files(const struct ca_set *set, const char *folder, struct why *why)
{
	enum err e = ERR_OK;

	if (mkdir(folder, 0777) != 0 && errno != EEXIST)
		return why_set(why, ERR_IO, "%s: %s", folder, strerror(errno));
	for (size_t i = 0; e == ERR_OK && i < set->count; i++)
		e = write_file(set, i, folder, why);
	return e;
}

static enum err run(void *context, const struct command_line *line, struct why *why)
{
	struct scepcli *cli = context;
	struct ca_set set = { 0 };
	const char *out = command_get(line, "out"), *folder = command_get(line, "out-dir");
	enum err e;

	cli->client.url = command_get(line, "URL");
	if ((e = scepcli_get_ca(cli, NULL, command_get(line, "ca-identifier"), command_get(line, "fingerprint"), &set, why)) != ERR_OK)
		return e;
	/* With --out=- standard output is for the certificates alone. */
	if (out == NULL || strcmp(out, "-") != 0)
		e = scepcli_show_set(&set, NULL);
	if (e == ERR_OK && out != NULL)
		e = scepcli_write_set(&set, out, why);
	if (e == ERR_OK && folder != NULL)
		e = write_files(&set, folder, why);
	ca_set_clear(&set);
	return e;
}

static const struct command_option options[] = {
	{ .name = "URL", .type = OPTION_TEXT, .is_positional = true, .is_required = true, .help = "URL of the SCEP endpoint" },
	{ .name = "ca-identifier", .argument = "ID", .type = OPTION_TEXT, .help = "CA identifier to ask for" },
	{ .name = "fingerprint", .argument = "SHA256", .type = OPTION_TEXT,
		.help = "SHA-256 fingerprint that one certificate must have and the RA's must chain to" },
	{ .name = "out", .argument = "FILE", .type = OPTION_FILE, .help = "write all certificates as PEM into one file" },
	{ .name = "out-dir", .argument = "DIR", .type = OPTION_FILE, .help = "write each certificate as PEM into a file of its own" },
};

const struct command scepcli_cacert = { .noun = "cacert", .summary = "show and save the server's certificates (GetCACert)", .option = options,
	.option_count = sizeof options / sizeof options[0], .run = run };
