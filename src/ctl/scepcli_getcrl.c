#include <config.h>

#include "ctl/scepcli.h"

#include <stdio.h>

#include "ctl/decode.h"
#include "ctl/file.h"
#include "ctl/scepcli_lookup.h"

/* By any CA certificate of the server that may sign CRLs. */
static enum err verify(const struct scepcli_session *session, const struct crl *crl, struct why *why)
{
	const struct ca_set *ca = &session->ca;
	bool has_ca = false;

	for (size_t i = 0; i < ca->count; i++) {
		if (!ca_set_is_ca(ca, i))
			continue;
		has_ca = true;
		if ((!ca->cert[i]->has_key_usage || (ca->cert[i]->key_usage & KEY_USAGE_CRL_SIGN) != 0) && crl_verify(crl, ca->cert[i], NULL) == ERR_OK)
			return ca_set_check_trust(ca, ca->cert[i], why);
	}
	if (has_ca)
		return why_set(why, ERR_SCEP_REPLY, "the CRL is not signed by a CA certificate of the server");
	scepcli_say("warning: not checked against a CA certificate: the server's certificates hold no CA certificate");
	return ERR_OK;
}

/* What the CRL says, of the certificate in question too. */
static enum err announce(const struct scepcli_session *session, const struct crl *crl, struct bytes serial)
{
	struct crl_entry entry;
	struct buf text = { 0 };
	char since[CLOCK_ISO_SIZE];
	enum err e = decode_crl(crl, 2, &text);

	if (e == ERR_OK)
		fwrite(text.ptr, 1, text.len, stderr);
	if (crl->has_next_update && clock_now_utc(&session->cli->clock) > crl->next_update_utc)
		scepcli_say("warning: nextUpdate is over, by the clock of this machine");
	if (crl_find(crl, serial, &entry) == ERR_OK) {
		clock_format_iso(entry.revoked_at_utc, since);
		scepcli_say("the certificate is revoked since %s (%s)", since, crl_reason_name(entry.reason));
	} else {
		scepcli_say("the certificate is not revoked");
	}
	buf_clear(&text);
	return e;
}

static enum err deliver(const struct scepcli_session *session, const struct crl *crl, struct why *why)
{
	struct buf pem = { 0 };
	enum err e = file_put_pem("X509 CRL", buf_bytes(&crl->der), &pem);

	if (e == ERR_OK)
		e = file_write(command_get(session->line, "out"), buf_bytes(&pem), FILE_PUBLIC, why);
	buf_clear(&pem);
	return e;
}

static enum err get(const struct scepcli_session *session, struct bytes serial, struct why *why)
{
	struct scepcli_request request = { 0 };
	struct buf content = { 0 }, store = { 0 };
	struct crl *crl = NULL;
	struct bytes der;
	enum err e;

	if ((e = scepcli_lookup(session, SCEP_GET_CRL, serial, &request, &content, why)) != ERR_OK ||
	    (e = cms_crl_only_parse(buf_bytes(&content), &store, &der, why)) != ERR_OK || (e = crl_parse(der, &crl, why)) != ERR_OK ||
	    (e = verify(session, crl, why)) != ERR_OK || (e = deliver(session, crl, why)) != ERR_OK)
		goto out;
	e = announce(session, crl, serial.len > 0 ? serial : request.signer->serial);
out:
	crl_free(crl);
	buf_clear(&store);
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
	{ .name = "serial", .argument = "HEX", .type = OPTION_TEXT, .help = "serial number of the certificate in question; else that of --cert" },
};

const struct command scepcli_getcrl = { .noun = "getcrl", .summary = "get the revocation list for a certificate (GetCRL)", .option = options,
	.option_count = sizeof options / sizeof options[0], .run = run };
