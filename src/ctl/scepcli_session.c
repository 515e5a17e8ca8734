#include <config.h>

#include "ctl/scepcli_session.h"

#include "ctl/file.h"
#include "ctl/scepcli_reply.h"
#include "scep/media_type.h"

enum err scepcli_check_conflicts(const struct command_line *line, const struct scepcli_conflict *conflicts, size_t count, struct why *why)
{
	for (size_t i = 0; i < count; i++)
		if (command_has(line, conflicts[i].a) && command_has(line, conflicts[i].b))
			return why_set(why, ERR_USAGE, "--%s and --%s do not go together", conflicts[i].a, conflicts[i].b);
	return ERR_OK;
}

/* What the options say, and GetCACaps for the rest; not asked when it could change nothing. */
static enum err choose(const struct scepcli *cli, const struct command_line *line, const struct scepcli_needs *needs,
	struct scepcli_choice *choice, struct why *why)
{
	bool has_transport = command_is_set(line, "get") || command_is_set(line, "post") || !needs->transport;
	struct scep_caps caps;
	enum err e;

	choice->cipher = cipher_from_name(bytes_from_str(command_get(line, "cipher")));
	choice->digest = digest_from_name(bytes_from_str(command_get(line, "digest")));
	if (!has_transport || (needs->cipher && choice->cipher == CIPHER_NONE) || (needs->digest && choice->digest == DIGEST_NONE)) {
		if ((e = scepcli_get_caps(cli, &caps, NULL, why)) != ERR_OK)
			return e;
		if ((e = scepcli_choose(&caps, choice, why)) != ERR_OK)
			return e;
	}
	if (command_is_set(line, "get"))
		choice->transport = SCEP_TRANSPORT_GET;
	if (command_is_set(line, "post"))
		choice->transport = SCEP_TRANSPORT_POST;
	return ERR_OK;
}

enum err scepcli_session_open(struct scepcli *cli, const struct command_line *line, const struct scepcli_needs *needs,
	struct scepcli_session *session, struct why *why)
{
	static const struct scepcli_conflict conflicts[] = { { "get", "post" }, { "ca-file", "ca-identifier" } };
	struct scepcli_session made = { .cli = cli, .line = line, .choice = { CIPHER_NONE, DIGEST_NONE, SCEP_TRANSPORT_POST } };
	enum err e;

	cli->client.url = command_get(line, "URL");
	if ((e = scepcli_check_conflicts(line, conflicts, sizeof conflicts / sizeof conflicts[0], why)) != ERR_OK ||
	    (e = choose(cli, line, needs, &made.choice, why)) != ERR_OK ||
	    (e = scepcli_get_ca(cli, command_get(line, "ca-file"), command_get(line, "ca-identifier"), command_get(line, "fingerprint"), &made.ca,
		    why)) != ERR_OK)
		return e;
	*session = made;
	return ERR_OK;
}

void scepcli_session_close(struct scepcli_session *session)
{
	ca_set_clear(&session->ca);
	*session = (struct scepcli_session){ 0 };
}

enum err scepcli_session_keep(const struct scepcli_session *session, struct bytes message, struct bytes csr, struct why *why)
{
	const char *save = command_get(session->line, "save-request");
	enum err e = save == NULL ? ERR_OK : file_write(save, message, FILE_PUBLIC, why);

	if (e == ERR_OK && session->cli->is_verbose)
		e = scepcli_show_message("request", message, csr);
	return e;
}

enum err scepcli_session_send(const struct scepcli_session *session, struct bytes message, struct buf *reply, struct why *why)
{
	struct http_client_reply http = { 0 };
	const char *save = command_get(session->line, "save-reply");
	enum err e;

	if ((e = scep_client_pki_operation(&session->cli->client, session->choice.transport, message, &http, why)) != ERR_OK)
		goto out;
	scepcli_check_media_type(&http, SCEP_TYPE_PKI_MESSAGE);
	if (save != NULL && (e = file_write(save, buf_bytes(&http.body), FILE_PUBLIC, why)) != ERR_OK)
		goto out;
	if (session->cli->is_verbose && (e = scepcli_show_message("reply", buf_bytes(&http.body), bytes_from_str(NULL))) != ERR_OK)
		goto out;
	e = buf_append(reply, buf_bytes(&http.body));
out:
	http_client_reply_clear(&http);
	return e;
}
