#include <config.h>

#include "ctl/scepcli.h"

#include <stdio.h>

#include "ctl/decode.h"

/* One keyword a line, as sent but fit for a terminal; CR, LF and CRLF separate. */
static enum err format_keywords(struct bytes text, struct buf *out)
{
	enum err e = ERR_OK;

	for (size_t start = 0, at = 0; e == ERR_OK && at <= text.len; at++) {
		if (at < text.len && text.ptr[at] != '\r' && text.ptr[at] != '\n')
			continue;
		if (at > start && (e = decode_text(bytes_from(text.ptr + start, at - start), out)) == ERR_OK)
			e = buf_append_byte(out, '\n');
		start = at + 1;
	}
	return e;
}

static enum err run(void *context, const struct command_line *line, struct why *why)
{
	struct scepcli *cli = context;
	struct scepcli_choice choice = { CIPHER_NONE, DIGEST_NONE, SCEP_TRANSPORT_GET };
	struct buf text = { 0 }, shown = { 0 };
	struct why none = { 0 };
	struct scep_caps caps;
	enum err e;

	cli->client.url = command_get(line, "URL");
	if ((e = scepcli_get_caps(cli, &caps, &text, why)) != ERR_OK || (e = format_keywords(buf_bytes(&text), &shown)) != ERR_OK)
		goto out;
	if (shown.len > 0)
		fwrite(shown.ptr, 1, shown.len, stdout);
	else
		scepcli_say("the server advertises nothing");
	if (scepcli_choose(&caps, &choice, &none) == ERR_OK)
		scepcli_say("enroll would use %s, %s and %s", cipher_name(choice.cipher), digest_name(choice.digest),
			choice.transport == SCEP_TRANSPORT_POST ? "POST" : "GET");
	else
		scepcli_say("%s", none.text);
out:
	buf_clear(&text);
	buf_clear(&shown);
	return e;
}

static const struct command_option options[] = {
	{ .name = "URL", .type = OPTION_TEXT, .is_positional = true, .is_required = true, .help = "URL of the SCEP endpoint" },
};

const struct command scepcli_caps = { .noun = "caps", .summary = "show what a server can do (GetCACaps)", .option = options,
	.option_count = sizeof options / sizeof options[0],
	.run = run };
