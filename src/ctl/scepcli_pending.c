#include <config.h>

#include "ctl/scepcli_pending.h"

#include <errno.h>
#include <unistd.h>

#include "ctl/scepcli_reply.h"
#include "ctl/scepcli_state.h"
#include "scep/body.h"

enum err scepcli_pending_check(const struct command_line *line, struct why *why)
{
	const char *state = command_get(line, "state");

	if (state != NULL && access(state, F_OK) == 0)
		return why_set(why, ERR_IO, "%s exists: ask for that request with \"scepcli poll\", or remove the file", state);
	return ERR_OK;
}

static enum err send(const struct scepcli_session *session, const struct scepcli_request *request, struct cert **issued, struct why *why)
{
	struct buf reply = { 0 };
	enum err e;

	if ((e = scepcli_session_keep(session, buf_bytes(&request->message), buf_bytes(&request->csr), why)) == ERR_OK &&
	    (e = scepcli_session_send(session, buf_bytes(&request->message), &reply, why)) == ERR_OK)
		e = scepcli_reply_open(session, request, buf_bytes(&reply), issued, why);
	buf_clear(&reply);
	return e;
}

/* From now on the request is a CertPoll of the same transaction. */
static enum err become_poll(const struct scepcli_session *session, struct scepcli_request *request)
{
	enum err e = ERR_OK;

	if (request->issuer.len == 0)
		e = buf_append(&request->issuer, ca_set_issuer(&session->ca));
	if (e == ERR_OK && request->subject.len == 0)
		e = buf_append(&request->subject, request->signer->subject);
	request->type = SCEP_CERT_POLL;
	buf_reset(&request->csr);
	buf_reset(&request->body);
	return e == ERR_OK ? scep_issuer_and_subject_encode(buf_bytes(&request->issuer), buf_bytes(&request->subject), &request->body) : e;
}

/* Each poll has a senderNonce of its own. */
static enum err poll_once(const struct scepcli_session *session, struct scepcli_request *request, struct cert **issued, struct why *why)
{
	enum err e = scepcli_request_encode(session, request, why);

	return e == ERR_OK ? send(session, request, issued, why) : e;
}

/*
 * A server that cannot be reached for a while is no reason to stop waiting. @param waited_s in: time that has gone by since the request
 * was first sent.
 */
static enum err poll_rest(const struct scepcli_session *session, struct scepcli_request *request, long waited_s, struct cert **issued,
	struct why *why)
{
	long interval_s = command_get_number(session->line, "poll-interval"), wait_s = command_get_number(session->line, "wait");
	struct why cause = *why;
	enum err e = ERR_SCEP_PENDING;

	while ((e == ERR_SCEP_PENDING || e == ERR_NET) && waited_s < wait_s) {
		long step_s = wait_s - waited_s < interval_s ? wait_s - waited_s : interval_s;

		scepcli_say("%s; the next poll is in %ld seconds", why_text(&cause, e), step_s);
		session->cli->pause((unsigned)step_s);
		waited_s += step_s;
		cause = (struct why){ 0 };
		e = poll_once(session, request, issued, &cause);
	}
	*why = cause;
	return e;
}

enum err scepcli_poll_until(const struct scepcli_session *session, struct scepcli_request *request, struct cert **issued, struct why *why)
{
	enum err e = become_poll(session, request);

	if (e == ERR_OK && (e = poll_once(session, request, issued, why)) == ERR_SCEP_PENDING)
		e = poll_rest(session, request, 0, issued, why);
	return e;
}

static enum err wait_pending(const struct scepcli_session *session, struct scepcli_request *request, const char *key_file, struct cert **issued,
	struct why *why)
{
	const char *state = command_get(session->line, "state");
	struct why cause = { 0 };
	enum err e;

	if ((e = become_poll(session, request)) != ERR_OK)
		return e;
	if (state != NULL && (e = scepcli_state_save(state, request, key_file, &cause)) != ERR_OK) {
		*why = cause;
		return e;
	}
	return poll_rest(session, request, 0, issued, why);
}

enum err scepcli_ask(const struct scepcli_session *session, struct scepcli_request *request, const char *key_file, struct why *why)
{
	const char *state = command_get(session->line, "state");
	struct cert *issued = NULL;
	enum err e = send(session, request, &issued, why);
	bool was_pending = e == ERR_SCEP_PENDING && key_file != NULL;

	if (was_pending)
		e = wait_pending(session, request, key_file, &issued, why);
	if (e == ERR_OK && (e = scepcli_deliver(session->line, "issued", issued, why)) == ERR_OK && was_pending && state != NULL && unlink(state) != 0)
		e = why_set(why, ERR_IO, "%s cannot be removed", state);
	cert_free(issued);
	return e;
}
