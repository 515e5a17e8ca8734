#include <config.h>

#include "ctl/scepcli_reply.h"

#include <stdio.h>

#include "base/text.h"
#include "ctl/decode.h"
#include "ctl/file.h"
#include "pki/name.h"

enum { INDENT = 2 };

enum err scepcli_show_message(const char *heading, struct bytes message, struct bytes csr_der)
{
	struct scep_message *parsed = NULL;
	struct csr *csr = NULL;
	struct buf text = { 0 };
	struct why why = { 0 };
	enum err e = buf_append_format(&text, "%s, %zu octets\n", heading, message.len);

	if (e == ERR_OK && (e = scep_certrep_parse(message, &parsed, &why)) == ERR_OK)
		e = decode_message(parsed, INDENT, &text);
	else if (e != ERR_MEMORY)
		e = buf_append_format(&text, "  this is not a pkiMessage: %s\n", why_text(&why, e));
	if (e == ERR_OK && csr_der.len > 0 && csr_parse(csr_der, &csr, NULL) == ERR_OK)
		if ((e = buf_append_str(&text, "  certification request\n")) == ERR_OK)
			e = decode_csr(csr, 2 * INDENT, &text);
	if (e == ERR_OK)
		fwrite(text.ptr, 1, text.len, stderr);
	scep_message_free(parsed);
	csr_free(csr);
	buf_clear(&text);
	return e;
}

static enum err show_certificate(const struct cert *cert, size_t number)
{
	struct buf text = { 0 };
	enum err e = buf_append_format(&text, "certificate %zu of the reply\n", number);

	if (e == ERR_OK && (e = decode_cert(cert, INDENT, &text)) == ERR_OK)
		fwrite(text.ptr, 1, text.len, stderr);
	buf_clear(&text);
	return e;
}

/* The server's words about a FAILURE, as one sentence. */
static enum err refuse(const struct scep_message *reply, struct why *why)
{
	struct buf text = { 0 };
	enum err e = decode_text(reply->fail_info_text, &text);

	if (e == ERR_OK && text.len > 0)
		e = why_set(why, ERR_SCEP_FAILURE, "the server refused: failInfo %d (%s), failInfoText \"%.*s\"", (int)reply->fail_info,
			fail_info_name(reply->fail_info), (int)text.len, (const char *)text.ptr);
	else if (e == ERR_OK)
		e = why_set(why, ERR_SCEP_FAILURE, "the server refused: failInfo %d (%s), no failInfoText", (int)reply->fail_info,
			fail_info_name(reply->fail_info));
	buf_clear(&text);
	return e;
}

enum err scepcli_reply_content(const struct scepcli_session *session, const struct scepcli_request *request, struct bytes reply,
	struct buf *content, struct why *why)
{
	struct scep_request_plan plan = scepcli_request_plan(request);
	struct scep_message *seen = NULL, *opened = NULL;
	const struct cert *server;
	struct why cause = { 0 };
	enum err e;

	if ((e = scep_certrep_parse(reply, &seen, why)) != ERR_OK)
		goto out;
	server = ca_set_signer(&session->ca, seen->cms->signer);
	if ((e = ca_set_check_trust(&session->ca, server, why)) != ERR_OK)
		goto out;
	e = scep_certrep_open(reply, &plan, server, &session->cli->random, &opened, content, &cause);
	if (e == ERR_SCEP_FAILURE)
		e = refuse(opened, why);
	else if (e == ERR_SCEP_PENDING)
		why_set(why, e, "the server has put the request aside (PENDING); its transactionID is %.*s", (int)plan.transaction_id.len,
			(const char *)plan.transaction_id.ptr);
	else if (e != ERR_OK)
		why_set(why, e, "the reply is not valid: %s", why_text(&cause, e));
out:
	scep_message_free(seen);
	scep_message_free(opened);
	return e;
}

static bool is_wanted(const struct cert *cert, const struct scepcli_wanted *wanted)
{
	return (wanted->spki.len == 0 || bytes_is_equal(wanted->spki, cert->spki)) &&
		(wanted->serial.len == 0 || bytes_is_equal(wanted->serial, cert->serial));
}

/* The first that is wanted. */
static enum err choose(const struct scepcli *cli, const struct scepcli_wanted *wanted, const struct bytes *der, size_t count,
	struct cert **found, struct why *why)
{
	struct cert *chosen = NULL;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < count; i++) {
		struct cert *cert = NULL;

		if ((e = cert_parse(der[i], &cert, why)) == ERR_OK && cli->is_verbose)
			e = show_certificate(cert, i + 1);
		if (e == ERR_OK && chosen == NULL && is_wanted(cert, wanted)) {
			chosen = cert;
			cert = NULL;
			if (i > 0)
				scepcli_say("warning: the certificate is not the first of the reply; some devices take the first");
		}
		cert_free(cert);
	}
	if (e == ERR_OK && chosen == NULL)
		e = why_set(why, ERR_SCEP_REPLY, "no certificate of the reply %s", wanted->serial.len > 0 ? "has the serial number that was asked for" :
			"is for the key of the request");
	if (e == ERR_OK)
		*found = chosen;
	else
		cert_free(chosen);
	return e;
}

static enum err check_found(const struct scepcli_session *session, const struct cert *cert, struct why *why)
{
	int64_t now_utc = clock_now_utc(&session->cli->clock);
	struct why cause = { 0 };
	enum err e = ca_set_check_chain(&session->ca, cert, &cause);

	if (e == ERR_NOT_FOUND) {
		scepcli_say("warning: not checked against a CA certificate: %s", cause.text);
		e = ERR_OK;
	} else if (e != ERR_OK) {
		why_set(why, e, "%s", why_text(&cause, e));
	}
	if (e == ERR_OK && cert->has_times && (now_utc < cert->not_before_utc || now_utc > cert->not_after_utc))
		scepcli_say("warning: the certificate is not valid now, by the clock of this machine");
	return e;
}

enum err scepcli_reply_find(const struct scepcli_session *session, struct bytes content, const struct scepcli_wanted *wanted,
	struct cert **found, struct why *why)
{
	struct bytes der[CMS_MAX_CERTIFICATES];
	struct buf store = { 0 };
	struct cert *cert = NULL;
	size_t count = 0;
	enum err e;

	if ((e = cms_certs_only_parse(content, &store, der, &count, why)) != ERR_OK ||
	    (e = choose(session->cli, wanted, der, count, &cert, why)) != ERR_OK || (e = check_found(session, cert, why)) != ERR_OK)
		goto out;
	*found = cert;
	cert = NULL;
out:
	cert_free(cert);
	buf_clear(&store);
	return e;
}

enum err scepcli_reply_open(const struct scepcli_session *session, const struct scepcli_request *request, struct bytes reply,
	struct cert **issued, struct why *why)
{
	struct scepcli_wanted wanted = { .spki = buf_bytes(&request->spki) };
	struct buf content = { 0 };
	enum err e = scepcli_reply_content(session, request, reply, &content, why);

	if (e == ERR_OK)
		e = scepcli_reply_find(session, buf_bytes(&content), &wanted, issued, why);
	buf_clear(&content);
	return e;
}

static enum err announce(const char *word, const struct cert *cert)
{
	struct buf subject = { 0 }, serial = { 0 };
	char until[CLOCK_ISO_SIZE];
	enum err e;

	if ((e = name_format(cert->subject, &subject)) == ERR_OK && (e = buf_terminate(&subject)) == ERR_OK &&
	    (e = text_encode_hex(cert->serial, &serial)) == ERR_OK && (e = buf_terminate(&serial)) == ERR_OK) {
		clock_format_iso(cert->not_after_utc, until);
		scepcli_say("%s: %s, serial number %s, valid until %s", word, subject.len > 0 ? (const char *)subject.ptr : "(no subject)",
			(const char *)serial.ptr, until);
	}
	buf_clear(&subject);
	buf_clear(&serial);
	return e;
}

enum err scepcli_deliver(const struct command_line *line, const char *word, const struct cert *cert, struct why *why)
{
	struct buf pem = { 0 };
	enum err e = cert_encode_pem(buf_bytes(&cert->der), &pem);

	if (e == ERR_OK)
		e = file_write(command_get(line, "out"), buf_bytes(&pem), FILE_PUBLIC, why);
	if (e == ERR_OK)
		e = announce(word, cert);
	buf_clear(&pem);
	return e;
}
