#include <config.h>

#include "ctl/scepcli.h"

#include <string.h>

#include "pki/name.h"
#include "scep/media_type.h"
#include "scep/next_ca.h"

/* Signed by any of the CA certificates that are trusted. @param current out: that one. */
static enum err open_by(const struct ca_set *trusted, struct bytes body, struct buf *store, struct bytes found[CMS_MAX_CERTIFICATES], size_t *count,
	const struct cert **current, struct why *why)
{
	enum err e = ERR_SCEP_REPLY;
	struct why cause = { 0 };

	for (size_t i = 0; i < trusted->count; i++) {
		if (!ca_set_is_ca(trusted, i) || ca_set_check_trust(trusted, trusted->cert[i], NULL) != ERR_OK)
			continue;
		cause = (struct why){ 0 };
		if ((e = scep_next_ca_open(body, trusted->cert[i], store, found, count, &cause)) == ERR_OK) {
			*current = trusted->cert[i];
			return ERR_OK;
		}
	}
	if (cause.text[0] == '\0')
		return why_set(why, e, "there is no CA certificate that the answer could be checked against");
	return why_set(why, e, "the answer is not valid: %s", cause.text);
}

static enum err read_set(const struct bytes *der, size_t count, struct ca_set *set, struct why *why)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < count; i++)
		if ((e = cert_parse(der[i], &set->cert[i], why)) == ERR_OK)
			set->count++;
	return e;
}

/* What is odd in the answer, though it is signed. */
static void warn(const struct scepcli *cli, const struct ca_set *next, const struct cert *current)
{
	const struct cert *first = next->cert[0];

	if (bytes_is_equal(buf_bytes(&first->der), buf_bytes(&current->der)))
		scepcli_say("warning: the next CA certificate is the current one");
	if (!ca_set_is_ca(next, 0))
		scepcli_say("warning: the first certificate is no CA certificate");
	if (!name_is_equal(first->subject, current->subject))
		scepcli_say("warning: the next CA certificate has another subject than the current one");
	if (first->has_times && current->has_times && first->not_before_utc > current->not_after_utc)
		scepcli_say("warning: the next CA certificate begins when the current one has ended");
	if (first->has_times && clock_now_utc(&cli->clock) > first->not_after_utc)
		scepcli_say("warning: the next CA certificate has expired");
}

static enum err take(const struct scepcli *cli, const struct ca_set *trusted, struct bytes body, struct ca_set *next, struct why *why)
{
	struct bytes found[CMS_MAX_CERTIFICATES];
	const struct cert *current = NULL;
	struct buf store = { 0 };
	size_t count = 0;
	enum err e;

	if ((e = open_by(trusted, body, &store, found, &count, &current, why)) == ERR_OK && (e = read_set(found, count, next, why)) == ERR_OK)
		warn(cli, next, current);
	buf_clear(&store);
	return e;
}

static enum err ask(const struct scepcli *cli, const char *ca_identifier, const struct ca_set *trusted, struct ca_set *next, struct why *why)
{
	struct http_client_reply reply = { 0 };
	enum err e = scep_client_get_next_ca_cert(&cli->client, ca_identifier, &reply, why);

	if (e == ERR_OK) {
		scepcli_check_media_type(&reply, SCEP_TYPE_NEXT_CA);
		e = take(cli, trusted, buf_bytes(&reply.body), next, why);
	}
	http_client_reply_clear(&reply);
	return e;
}

static enum err run(void *context, const struct command_line *line, struct why *why)
{
	struct scepcli *cli = context;
	const char *ca_file = command_get(line, "ca-file"), *fingerprint = command_get(line, "fingerprint"), *out = command_get(line, "out"),
		*id = command_get(line, "ca-identifier");
	struct ca_set trusted = { 0 }, next = { 0 };
	enum err e;

	if (ca_file == NULL && fingerprint == NULL)
		return why_set(why, ERR_USAGE, "say which CA is trusted: --ca-file, or --fingerprint");
	cli->client.url = command_get(line, "URL");
	if ((e = scepcli_get_ca(cli, ca_file, id, fingerprint, &trusted, why)) == ERR_OK && (e = ask(cli, id, &trusted, &next, why)) == ERR_OK) {
		/* With --out=- standard output is for the certificates alone. */
		if (out == NULL || strcmp(out, "-") != 0)
			e = scepcli_show_set(&next, "next CA");
		if (e == ERR_OK && out != NULL)
			e = scepcli_write_set(&next, out, why);
	}
	ca_set_clear(&next);
	ca_set_clear(&trusted);
	return e;
}

static const struct command_option options[] = {
	{ .name = "URL", .type = OPTION_TEXT, .is_positional = true, .is_required = true, .help = "URL of the SCEP endpoint" },
	{ .name = "ca-file", .argument = "FILE", .type = OPTION_FILE, .help = "PEM certificates of the current CA" },
	{ .name = "ca-identifier", .argument = "ID", .type = OPTION_TEXT, .help = "CA identifier to ask for" },
	{ .name = "fingerprint", .argument = "SHA256", .type = OPTION_TEXT, .help = "SHA-256 fingerprint of the current CA certificate" },
	{ .name = "out", .argument = "FILE", .type = OPTION_FILE, .help = "write the certificates as PEM into one file" },
};

const struct command scepcli_nextca = { .noun = "nextca", .summary = "show and save the next CA certificate (GetNextCACert)", .option = options,
	.option_count = sizeof options / sizeof options[0], .run = run };
