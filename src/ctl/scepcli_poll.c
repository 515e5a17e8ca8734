#include <config.h>

#include "ctl/scepcli.h"

#include <unistd.h>

#include "ctl/scepcli_pending.h"
#include "ctl/scepcli_reply.h"
#include "ctl/scepcli_state.h"

static enum err poll(const struct scepcli_session *session, struct scepcli_request *request, struct why *why)
{
	const char *state = command_get(session->line, "state");
	struct cert *issued = NULL;
	enum err e = scepcli_poll_until(session, request, &issued, why);

	if (e == ERR_OK && (e = scepcli_deliver(session->line, "issued", issued, why)) == ERR_OK && unlink(state) != 0)
		e = why_set(why, ERR_IO, "%s cannot be removed", state);
	cert_free(issued);
	return e;
}

static enum err run(void *context, const struct command_line *line, struct why *why)
{
	struct scepcli_needs needs = { true, true, true };
	struct scepcli_session session = { 0 };
	struct scepcli_request request = { 0 };
	enum err e;

	if ((e = scepcli_state_load(command_get(line, "state"), &request, why)) == ERR_OK &&
	    (e = scepcli_challenge_read(command_get(line, "challenge-file"), &request.challenge, why)) == ERR_OK &&
	    (e = scepcli_session_open(context, line, &needs, &session, why)) == ERR_OK)
		e = poll(&session, &request, why);
	scepcli_session_close(&session);
	scepcli_request_clear(&request);
	return e;
}

static const struct command_option options[] = {
	SCEPCLI_SESSION_OPTIONS,
	{ .name = "state", .argument = "FILE", .type = OPTION_FILE, .is_required = true, .help = "what \"enroll\" or \"renew\" kept there; removed when the certificate is issued" },
	{ .name = "challenge-file", .argument = "FILE", .type = OPTION_FILE, .help = "file with the challenge, if the signer's key cannot decrypt" },
	SCEPCLI_WAIT_OPTIONS,
	{ .name = "out", .argument = "FILE", .type = OPTION_FILE, .fallback = "-",
		.help = "where the certificate goes, PEM; \"-\" for standard output" },
};

const struct command scepcli_poll = { .noun = "poll", .summary = "ask for a certificate that was put aside (CertPoll)", .option = options,
	.option_count = sizeof options / sizeof options[0], .run = run };
