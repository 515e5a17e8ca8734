#ifndef SCEPGATE_CTL_SCEPCLI_LOOKUP_H
#define SCEPGATE_CTL_SCEPCLI_LOOKUP_H

/* Questions by IssuerAndSerialNumber (RFC 8894 section 3.3.4): GetCert and GetCRL. The issuer is that of the certificate that asks. */

#include "ctl/scepcli_request.h"

#define SCEPCLI_LOOKUP_OPTIONS \
	SCEPCLI_SESSION_OPTIONS, \
	{ .name = "cert", .argument = "FILE", .type = OPTION_FILE, .is_required = true, .help = "PEM certificate of the server's CA that signs the message" }, \
	{ .name = "key", .argument = "FILE", .type = OPTION_FILE, .is_required = true, .help = "its PEM private key" }, \
	{ .name = "out", .argument = "FILE", .type = OPTION_FILE, .fallback = "-", .help = "where the answer goes, PEM; \"-\" for standard output" }

/** Read a serial number in hexadecimal, as this program and openssl print it. @param content out: appended: INTEGER content octets. @return ERR_OK; ERR_USAGE; ERR_MEMORY. */
enum err scepcli_serial_read(const char *hex, struct buf *content, struct why *why);

/**
 * Ask.
 *
 * @param type    in: SCEP_GET_CERT or SCEP_GET_CRL.
 * @param serial  in: INTEGER content octets; empty: that of the certificate of --cert.
 * @param request out: what was asked, its signer above all; the caller's, to be cleared whatever is returned.
 * @param content out: appended: the degenerate SignedData of the answer.
 */
enum err scepcli_lookup(const struct scepcli_session *session, int type, struct bytes serial, struct scepcli_request *request, struct buf *content,
	struct why *why);

/**
 * Run one of the two commands: read --serial, when there is one, open a session and ask.
 *
 * @param get in: asks, and writes the answer. @param serial in: as scepcli_lookup().
 */
enum err scepcli_lookup_run(struct scepcli *cli, const struct command_line *line,
	enum err (*get)(const struct scepcli_session *session, struct bytes serial, struct why *why), struct why *why);

#endif
