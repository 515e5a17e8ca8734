#ifndef SCEPGATE_CTL_SCEPCLI_SESSION_H
#define SCEPGATE_CTL_SCEPCLI_SESSION_H

/*
 * What every command that sends a PKIOperation has in common: the options that say how and to whom, the server's certificates, and the way of
 * a message there and of its reply back.
 */

#include "ctl/scepcli.h"

/** The options of a session, as rows of a command's table. */
#define SCEPCLI_SESSION_OPTIONS \
	{ .name = "URL", .type = OPTION_TEXT, .is_positional = true, .is_required = true, .help = "URL of the SCEP endpoint" }, \
	{ .name = "cipher", .argument = "CIPHER", .type = OPTION_CHOICE, .choices = "aes128-cbc|aes192-cbc|aes256-cbc|des3-cbc|des-cbc", \
		.help = "content cipher, whatever is advertised" }, \
	{ .name = "digest", .argument = "DIGEST", .type = OPTION_CHOICE, .choices = "sha256|sha384|sha512|sha224|sha1|md5", \
		.help = "digest of the signature, whatever is advertised" }, \
	{ .name = "get", .type = OPTION_FLAG, .help = "send by GET, whatever is advertised" }, \
	{ .name = "post", .type = OPTION_FLAG, .help = "send by POST, whatever is advertised" }, \
	{ .name = "ber", .type = OPTION_FLAG, .help = "encode the message in BER" }, \
	{ .name = "ca-identifier", .argument = "ID", .type = OPTION_TEXT, .help = "CA identifier to ask for" }, \
	{ .name = "ca-file", .argument = "FILE", .type = OPTION_FILE, .help = "PEM certificates of the server, asked from it otherwise" }, \
	{ .name = "fingerprint", .argument = "SHA256", .type = OPTION_TEXT, .help = "SHA-256 fingerprint of the CA certificate" }, \
	{ .name = "save-request", .argument = "FILE", .type = OPTION_FILE, .help = "keep the request, DER" }, \
	{ .name = "save-reply", .argument = "FILE", .type = OPTION_FILE, .help = "keep the reply, DER" }

/** A server, and how this command speaks to it. All zero is the initial value; scepcli_session_close() at the end. */
struct scepcli_session {
	const struct scepcli *cli;
	const struct command_line *line;
	struct scepcli_choice choice;
	struct ca_set ca;
};

/** What a session needs to know about the way of sending. GetCACaps is not asked for what is not needed or is given by options. */
struct scepcli_needs {
	bool cipher, digest, transport;
};

/** Two options that contradict each other. */
struct scepcli_conflict {
	const char *a, *b;
};

/** Refuse the first pair of which both were given. @return ERR_OK; ERR_USAGE. */
enum err scepcli_check_conflicts(const struct command_line *line, const struct scepcli_conflict *conflicts, size_t count, struct why *why);

/**
 * Take the options, ask GetCACaps for what they leave open, and get the server's certificates.
 *
 * @param session out: borrows `cli` and `line`; untouched on error.
 */
enum err scepcli_session_open(struct scepcli *cli, const struct command_line *line, const struct scepcli_needs *needs,
	struct scepcli_session *session, struct why *why);
void scepcli_session_close(struct scepcli_session *session);

/** Keep and explain a request, as the options say. @param csr in: the certification request in it; empty: it has none. */
enum err scepcli_session_keep(const struct scepcli_session *session, struct bytes message, struct bytes csr, struct why *why);

/** Send a request, and keep and explain the reply as the options say. @param reply out: appended: the body of a reply of status 200. */
enum err scepcli_session_send(const struct scepcli_session *session, struct bytes message, struct buf *reply, struct why *why);

#endif
