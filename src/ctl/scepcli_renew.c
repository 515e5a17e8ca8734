#include <config.h>

#include "ctl/key_type.h"
#include "ctl/scepcli.h"

#include "ctl/file.h"
#include "ctl/scepcli_csr.h"
#include "ctl/scepcli_pending.h"
#include "ctl/scepcli_request.h"

static enum err check_options(const struct command_line *line, struct why *why)
{
	if (command_has(line, "key-type") && !command_has(line, "key-out"))
		return why_set(why, ERR_USAGE, "--key-type needs --key-out, the file for the new key");
	return scepcli_pending_check(line, why);
}

/* The same key again, unless there shall be a new one. */
static struct scepcli_wish read_wish(const struct command_line *line, const struct cert *old)
{
	const char *key_out = command_get(line, "key-out");

	return (struct scepcli_wish){
		.names = { .subject = command_get(line, "subject"), .san = command_get(line, "san"), .key_usage = command_get(line, "key-usage"),
			.eku = command_get(line, "eku"), .challenge_file = command_get(line, "challenge-file"), .old = old },
		.key = key_out == NULL ? command_get(line, "key") : NULL, .key_out = key_out, .key_type = command_get(line, "key-type"),
		.signer_cert = command_get(line, "cert"), .signer_key = command_get(line, "key"), .transaction_id = command_get(line, "transaction-id"),
		.type = command_is_set(line, "as-pkcsreq") ? SCEP_PKCS_REQ : SCEP_RENEWAL_REQ };
}

static void warn(const struct scepcli_session *session, const struct scepcli_request *request)
{
	const struct cert *old = request->signer;

	if (old->has_times && clock_now_utc(&session->cli->clock) > old->not_after_utc)
		scepcli_say("warning: the old certificate has expired; a server may refuse to renew it");
	if (key_get_kind(scepcli_request_signer_key(request)) != KEY_KIND_RSA && request->challenge.len == 0)
		scepcli_say("warning: the old key cannot decrypt the reply, so a challenge is needed: --challenge-file");
}

static enum err renew(const struct scepcli_session *session, const struct cert *old, struct why *why)
{
	struct scepcli_wish wish = read_wish(session->line, old);
	struct scepcli_request request = { 0 };
	enum err e = scepcli_request_make(session, &wish, &request, why);

	if (e == ERR_OK) {
		warn(session, &request);
		e = scepcli_ask(session, &request, wish.signer_key, why);
	}
	scepcli_request_clear(&request);
	return e;
}

static enum err run(void *context, const struct command_line *line, struct why *why)
{
	struct scepcli_needs needs = { true, true, true };
	struct scepcli_session session = { 0 };
	struct cert *old = NULL;
	enum err e;

	if ((e = check_options(line, why)) == ERR_OK && (e = scepcli_cert_read(command_get(line, "cert"), &old, why)) == ERR_OK &&
	    (e = scepcli_session_open(context, line, &needs, &session, why)) == ERR_OK)
		e = renew(&session, old, why);
	scepcli_session_close(&session);
	cert_free(old);
	return e;
}

static const struct command_option options[] = {
	SCEPCLI_SESSION_OPTIONS,
	{ .name = "cert", .argument = "FILE", .type = OPTION_FILE, .is_required = true, .help = "PEM certificate to renew; it signs the message" },
	{ .name = "key", .argument = "FILE", .type = OPTION_FILE, .is_required = true, .help = "its PEM private key; certified again unless there is --key-out" },
	{ .name = "key-out", .argument = "FILE", .type = OPTION_FILE, .help = "make a new key and write it there" },
	{ .name = "key-type", .argument = "TYPE", .type = OPTION_CHOICE,
		.choices = KEY_TYPE_CHOICES, .fallback = "rsa:2048", .help = "type of the new key" },
	{ .name = "subject", .argument = "NAME", .type = OPTION_TEXT, .help = "subject to ask for; else that of the old certificate" },
	{ .name = "san", .argument = "LIST", .type = OPTION_LIST, .help = "alternative names to ask for; else those of the old certificate" },
	{ .name = "key-usage", .argument = "LIST", .type = OPTION_LIST,
		.choices = "digitalSignature|nonRepudiation|keyEncipherment|dataEncipherment|keyAgreement|keyCertSign|cRLSign|encipherOnly|decipherOnly",
		.help = "key usages to ask for" },
	{ .name = "eku", .argument = "LIST", .type = OPTION_LIST, .help = "extended key usages to ask for: clientAuth,serverAuth,… or dotted identifiers" },
	{ .name = "challenge-file", .argument = "FILE", .type = OPTION_FILE, .help = "file with a challenge, \"-\" for standard input" },
	{ .name = "as-pkcsreq", .type = OPTION_FLAG, .help = "send a PKCSReq signed by the old certificate, as many clients renew" },
	{ .name = "transaction-id", .argument = "TEXT", .type = OPTION_TEXT, .help = "transactionID; else a SHA-256 of the public key and the old certificate" },
	SCEPCLI_PENDING_OPTIONS,
	{ .name = "out", .argument = "FILE", .type = OPTION_FILE, .fallback = "-",
		.help = "where the certificate goes, PEM; \"-\" for standard output" },
};

const struct command scepcli_renew = { .noun = "renew", .summary = "renew a certificate (RenewalReq)", .option = options,
	.option_count = sizeof options / sizeof options[0], .run = run };
