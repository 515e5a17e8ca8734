#include <config.h>

#include "ctl/scepcli.h"

#include <stdio.h>
#include <string.h>

#include "ctl/explain.h"
#include "ctl/explain_clients.h"
#include "ctl/explain_input.h"
#include "ctl/explain_rules.h"
#include "ctl/file.h"
#include "ctl/prompt.h"
#include "ctl/scepcli_csr.h"

/* What opens and verifies. */
struct openers {
	struct key *key;
	struct cert *cert;
	struct buf challenge;
};

static void openers_clear(struct openers *openers)
{
	key_free(openers->key);
	cert_free(openers->cert);
	buf_clear(&openers->challenge);
}

static enum err read_openers(const struct command_line *line, struct openers *openers, struct why *why)
{
	const char *key = command_get(line, "key"), *cert = command_get(line, "cert"), *challenge = command_get(line, "challenge-file");
	enum err e = ERR_OK;

	if (key != NULL)
		e = scepcli_key_read(key, &openers->key, why);
	if (e == ERR_OK && cert != NULL)
		e = scepcli_cert_read(cert, &openers->cert, why);
	if (e == ERR_OK && challenge != NULL)
		e = prompt_secret(challenge, "Challenge", &openers->challenge, why);
	if (e == ERR_OK && key != NULL && cert != NULL && !bytes_is_equal(openers->cert->spki, key_get_spki(openers->key)))
		e = why_set(why, ERR_KEY, "the key of --key is not the one of the certificate of --cert");
	return e;
}

/* A page for browsers is no ASN.1, but there is something to say about it. */
static enum err explain_html(const struct traits *traits, struct buf *text)
{
	enum err e = buf_append_str(text, "an HTML page\n");

	if (e == ERR_OK && (e = rules_format(traits, text)) == ERR_OK)
		e = clients_format(traits, text);
	return e;
}

static enum err explain_found(const struct scepcli *cli, const struct command_line *line, const struct explain_input *input,
	const struct traits *traits, struct why *why)
{
	const char *media_type = command_get(line, "content-type");
	struct openers openers = { 0 };
	struct explain explain = { .random = &cli->random, .now_utc = clock_now_utc(&cli->clock), .traits = *traits,
		.media_type = media_type != NULL ? media_type : input->media_type };
	enum err e = read_openers(line, &openers, why);

	if (e == ERR_OK) {
		explain.key = openers.key;
		explain.cert = openers.cert;
		explain.challenge = buf_bytes(&openers.challenge);
		if ((e = buf_append_format(&explain.text, "%s: ", input->form)) == ERR_OK)
			e = explain_bytes(&explain, buf_bytes(&input->octets), why);
	}
	if (e == ERR_OK)
		fwrite(explain.text.ptr, 1, explain.text.len, stdout);
	explain_clear(&explain);
	openers_clear(&openers);
	return e;
}

static enum err run(void *context, const struct command_line *line, struct why *why)
{
	const char *argument = command_get(line, "FILE|URL");
	struct explain_input input = { 0 };
	struct buf captured = { 0 }, text = { 0 };
	struct traits traits = { 0 };
	enum err e = explain_input_is_text(argument) ? buf_append_str(&captured, argument) : file_read(argument, EXPLAIN_INPUT_MAX_LEN, &captured, why);

	if (e != ERR_OK)
		goto out;
	e = explain_input_take(buf_bytes(&captured), &input, &traits, why);
	if (traits.has[TRAIT_HTML]) {
		if ((e = explain_html(&traits, &text)) == ERR_OK)
			fwrite(text.ptr, 1, text.len, stdout);
	} else if (e == ERR_OK) {
		e = explain_found(context, line, &input, &traits, why);
	}
out:
	explain_input_clear(&input);
	buf_clear(&captured);
	buf_clear(&text);
	return e;
}

static const struct command_option options[] = {
	{ .name = "FILE|URL", .type = OPTION_FILE, .is_positional = true, .is_required = true,
		.help = "captured message: file (\"-\" for standard input), or URL with a message; nothing is sent" },
	{ .name = "key", .argument = "FILE", .type = OPTION_FILE, .help = "PEM private key that opens the envelope" },
	{ .name = "cert", .argument = "FILE", .type = OPTION_FILE, .help = "PEM certificate of that key, or of the CA that signed a CRL" },
	{ .name = "challenge-file", .argument = "FILE", .type = OPTION_FILE, .help = "file with the challenge that opens an envelope for a password" },
	{ .name = "content-type", .argument = "TYPE", .type = OPTION_TEXT, .help = "Content-Type that came with a reply; else that of a captured HTTP message" },
};

const struct command scepcli_explain = { .noun = "explain", .summary = "say in words what a captured message is, and what is wrong with it", .option = options,
	.option_count = sizeof options / sizeof options[0], .run = run };
