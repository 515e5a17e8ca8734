#include <config.h>

#include "ctl/scepcli.h"

#include "ctl/scepcli_lookup.h"
#include "ctl/scepcli_reply.h"

static enum err get(const struct scepcli_session *session, struct bytes serial, struct why *why)
{
	struct scepcli_wanted wanted = { .serial = serial };
	struct scepcli_request request = { 0 };
	struct buf content = { 0 };
	struct cert *cert = NULL;
	enum err e;

	if ((e = scepcli_lookup(session, SCEP_GET_CERT, serial, &request, &content, why)) == ERR_OK &&
	    (e = scepcli_reply_find(session, buf_bytes(&content), &wanted, &cert, why)) == ERR_OK)
		e = scepcli_deliver(session->line, "found", cert, why);
	cert_free(cert);
	buf_clear(&content);
	scepcli_request_clear(&request);
	return e;
}

static enum err run(void *context, const struct command_line *line, struct why *why)
{
	return scepcli_lookup_run(context, line, get, why);
}

static const struct command_option options[] = {
	SCEPCLI_LOOKUP_OPTIONS,
	{ .name = "serial", .argument = "HEX", .type = OPTION_TEXT, .is_required = true, .help = "serial number of the certificate that is looked for" },
};

const struct command scepcli_getcert = { .noun = "getcert", .summary = "look up a certificate (GetCert)", .option = options,
	.option_count = sizeof options / sizeof options[0], .run = run };
