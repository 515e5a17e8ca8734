#ifndef SCEPGATE_CTL_SCEPCLI_PENDING_H
#define SCEPGATE_CTL_SCEPCLI_PENDING_H

/* Asking for a certificate, and asking again (CertPoll, RFC 8894 section 3.3.3) when the server answers PENDING. */

#include "ctl/scepcli_request.h"

#define SCEPCLI_WAIT_OPTIONS \
	{ .name = "wait", .argument = "SECONDS", .type = OPTION_NUMBER, .min = 0, .max = 2678400, .fallback = "0", \
		.help = "while the server answers PENDING, poll for this long" }, \
	{ .name = "poll-interval", .argument = "SECONDS", .type = OPTION_NUMBER, .min = 1, .max = 86400, .fallback = "30", \
		.help = "time between two polls" }

/** The options of a command whose request may become pending. */
#define SCEPCLI_PENDING_OPTIONS \
	SCEPCLI_WAIT_OPTIONS, \
	{ .name = "state", .argument = "FILE", .type = OPTION_FILE, .help = "where to keep what \"scepcli poll\" needs, if the answer is PENDING" }

/** Refuse a --state file that exists already, before anything is sent. @return ERR_OK; ERR_IO. */
enum err scepcli_pending_check(const struct command_line *line, struct why *why);

/**
 * Send a request for a certificate, and deliver the certificate to --out. When it is put aside: write the file of --state, and poll as long as --wait says.
 *
 * @param key_file in: where the signer's key is; NULL: the command has no such options, and PENDING is the end.
 * @return ERR_OK; ERR_SCEP_PENDING when it is still pending; the errors of the ways there and back.
 */
enum err scepcli_ask(const struct scepcli_session *session, struct scepcli_request *request, const char *key_file, struct why *why);

/** Poll for a request that is pending, once, and then again as long as --wait says. @param issued out: free with cert_free(); untouched on error. */
enum err scepcli_poll_until(const struct scepcli_session *session, struct scepcli_request *request, struct cert **issued, struct why *why);

#endif
