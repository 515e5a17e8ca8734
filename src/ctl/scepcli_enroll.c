#include <config.h>

#include "ctl/key_type.h"
#include "ctl/scepcli.h"

#include "ctl/file.h"
#include "ctl/scepcli_pending.h"
#include "ctl/scepcli_reply.h"
#include "ctl/scepcli_request.h"

static const struct scepcli_conflict conflicts[] = {
	{ "key", "key-type" }, { "key", "key-out" },
	{ "csr", "envelope" }, { "csr", "subject" }, { "csr", "san" }, { "csr", "key-usage" }, { "csr", "eku" }, { "csr", "ask-ca" },
	{ "csr", "challenge-file" }, { "csr", "key-type" }, { "csr", "key-out" },
	{ "envelope", "san" }, { "envelope", "key-usage" }, { "envelope", "eku" }, { "envelope", "ask-ca" }, { "envelope", "challenge-file" },
	{ "envelope", "key-type" }, { "envelope", "key-out" }, { "envelope", "ber" }, { "envelope", "cipher" },
	{ "send", "subject" }, { "send", "san" }, { "send", "key-usage" }, { "send", "eku" }, { "send", "ask-ca" },
	{ "send", "key-type" }, { "send", "key-out" }, { "send", "csr" }, { "send", "envelope" }, { "send", "signer-cert" },
	{ "send", "renewal" }, { "send", "cipher" }, { "send", "digest" }, { "send", "ber" }, { "send", "transaction-id" },
	{ "send", "save-request" }, { "send", "request-only" }, { "send", "wait" }, { "send", "state" },
	{ "request-only", "save-reply" }, { "request-only", "out" }, { "request-only", "wait" }, { "request-only", "state" },
};

static enum err check_options(const struct command_line *line, struct why *why)
{
	bool is_made = !command_has(line, "csr") && !command_has(line, "envelope") && !command_has(line, "send");
	enum err e = scepcli_check_conflicts(line, conflicts, sizeof conflicts / sizeof conflicts[0], why);

	if (e != ERR_OK)
		return e;
	if (is_made && !command_has(line, "subject"))
		return why_set(why, ERR_USAGE, "--subject is missing (or --csr, with a ready certification request)");
	if (is_made && !command_has(line, "key") && !command_has(line, "key-out"))
		return why_set(why, ERR_USAGE, "name the key: --key with a file that is there, or --key-out with a file to write a new one to");
	if (command_has(line, "send") && !command_has(line, "key") && !command_has(line, "signer-key"))
		return why_set(why, ERR_USAGE, "--send needs the key that opens the reply: --signer-key or --key");
	if (command_is_set(line, "request-only") && !command_has(line, "save-request"))
		return why_set(why, ERR_USAGE, "--request-only needs --save-request");
	return scepcli_pending_check(line, why);
}

static struct scepcli_wish read_wish(const struct command_line *line)
{
	return (struct scepcli_wish){
		.names = { .subject = command_get(line, "subject"), .san = command_get(line, "san"), .key_usage = command_get(line, "key-usage"),
			.eku = command_get(line, "eku"), .ask_ca = command_is_set(line, "ask-ca"), .challenge_file = command_get(line, "challenge-file") },
		.key = command_get(line, "key"), .key_out = command_get(line, "key-out"), .key_type = command_get(line, "key-type"),
		.csr = command_get(line, "csr"), .envelope = command_get(line, "envelope"), .signer_cert = command_get(line, "signer-cert"),
		.signer_key = command_get(line, "signer-key"), .transaction_id = command_get(line, "transaction-id"),
		.type = command_is_set(line, "renewal") ? SCEP_RENEWAL_REQ : SCEP_PKCS_REQ };
}

static enum err send_kept(const struct scepcli_session *session, struct why *why)
{
	const struct command_line *line = session->line;
	struct scepcli_request request = { 0 };
	enum err e = scepcli_request_load(command_get(line, "send"), command_get(line, "key"), command_get(line, "signer-key"),
		command_get(line, "challenge-file"), &request, why);

	if (e == ERR_OK)
		e = scepcli_ask(session, &request, NULL, why);
	scepcli_request_clear(&request);
	return e;
}

static enum err make_and_send(const struct scepcli_session *session, struct why *why)
{
	const struct command_line *line = session->line;
	struct scepcli_wish wish = read_wish(line);
	struct scepcli_request request = { 0 };
	enum err e = scepcli_request_make(session, &wish, &request, why);

	if (e == ERR_OK && command_is_set(line, "request-only"))
		e = scepcli_session_keep(session, buf_bytes(&request.message), buf_bytes(&request.csr), why);
	else if (e == ERR_OK)
		e = scepcli_ask(session, &request, wish.signer_key != NULL ? wish.signer_key : wish.key != NULL ? wish.key : wish.key_out, why);
	scepcli_request_clear(&request);
	return e;
}

static enum err run(void *context, const struct command_line *line, struct why *why)
{
	struct scepcli_needs needs = { .cipher = !command_has(line, "send") && !command_has(line, "envelope"), .digest = !command_has(line, "send"),
		.transport = !command_is_set(line, "request-only") };
	struct scepcli_session session = { 0 };
	enum err e;

	if ((e = check_options(line, why)) != ERR_OK || (e = scepcli_session_open(context, line, &needs, &session, why)) != ERR_OK)
		return e;
	e = command_has(line, "send") ? send_kept(&session, why) : make_and_send(&session, why);
	scepcli_session_close(&session);
	return e;
}

static const struct command_option options[] = {
	SCEPCLI_SESSION_OPTIONS,
	{ .name = "subject", .argument = "NAME", .type = OPTION_TEXT, .help = "subject to ask for, as in RFC 4514: CN=printer-1,O=Example" },
	{ .name = "san", .argument = "LIST", .type = OPTION_LIST,
		.help = "alternative names to ask for: dns:HOST,ip:ADDRESS,email:ADDRESS,uri:URI,upn:NAME" },
	{ .name = "key-usage", .argument = "LIST", .type = OPTION_LIST,
		.choices = "digitalSignature|nonRepudiation|keyEncipherment|dataEncipherment|keyAgreement|keyCertSign|cRLSign|encipherOnly|decipherOnly",
		.help = "key usages to ask for" },
	{ .name = "eku", .argument = "LIST", .type = OPTION_LIST,
		.help = "extended key usages to ask for: clientAuth,serverAuth,… or dotted identifiers" },
	{ .name = "ask-ca", .type = OPTION_FLAG, .help = "ask for a CA certificate, to see that the server refuses" },
	{ .name = "challenge-file", .argument = "FILE", .type = OPTION_FILE, .help = "file with the challenge, \"-\" for standard input" },
	{ .name = "key", .argument = "FILE", .type = OPTION_FILE, .help = "PEM private key to certify" },
	{ .name = "key-type", .argument = "TYPE", .type = OPTION_CHOICE,
		.choices = KEY_TYPE_CHOICES, .fallback = "rsa:2048",
		.help = "type of the new key" },
	{ .name = "key-out", .argument = "FILE", .type = OPTION_FILE, .help = "make a new key and write it there" },
	{ .name = "csr", .argument = "FILE", .type = OPTION_FILE, .help = "ready certification request, PEM or DER" },
	{ .name = "envelope", .argument = "FILE", .type = OPTION_FILE, .help = "ready pkcsPKIEnvelope, sent as it is" },
	{ .name = "signer-cert", .argument = "FILE", .type = OPTION_FILE, .help = "PEM certificate that signs the message, the old one in a renewal" },
	{ .name = "signer-key", .argument = "FILE", .type = OPTION_FILE, .help = "PEM private key that signs the message" },
	{ .name = "renewal", .type = OPTION_FLAG, .help = "send RenewalReq, not PKCSReq" },
	{ .name = "transaction-id", .argument = "TEXT", .type = OPTION_TEXT, .help = "transactionID; else the SHA-256 of the public key" },
	{ .name = "out", .argument = "FILE", .type = OPTION_FILE, .fallback = "-",
		.help = "where the certificate goes, PEM; \"-\" for standard output" },
	SCEPCLI_PENDING_OPTIONS,
	{ .name = "request-only", .type = OPTION_FLAG, .help = "make the request and send nothing" },
	{ .name = "send", .argument = "FILE", .type = OPTION_FILE, .help = "send a request that was kept" },
};

const struct command scepcli_enroll = { .noun = "enroll", .summary = "ask for a certificate (PKIOperation)", .option = options,
	.option_count = sizeof options / sizeof options[0],
	.run = run };
