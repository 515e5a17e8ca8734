#ifndef SCEPGATE_CTL_SCEPCLI_REPLY_H
#define SCEPGATE_CTL_SCEPCLI_REPLY_H

/* What scepcli does with a CertRep: verify, open, find the certificate in it and check that. */

#include "ctl/scepcli_request.h"

/**
 * Show a pkiMessage on standard error, under a heading, with the certification request in it if that is known. Bytes that are no
 * pkiMessage are said to be none.
 */
enum err scepcli_show_message(const char *heading, struct bytes message, struct bytes csr);

/**
 * Verify and decrypt the reply to a request. It must be signed by an RA (or CA) certificate of the server that is trusted, and fit the request.
 *
 * @param content out: appended: the degenerate SignedData of a SUCCESS.
 * @return ERR_OK; ERR_SCEP_FAILURE with failInfo and failInfoText; ERR_SCEP_PENDING; ERR_SCEP_REPLY and the errors of scep_certrep_open().
 */
enum err scepcli_reply_content(const struct scepcli_session *session, const struct scepcli_request *request, struct bytes reply,
	struct buf *content, struct why *why);

/** Which certificate of a reply is looked for. Borrowed; empty parts are not compared. */
struct scepcli_wanted {
	struct bytes spki, serial;
};

/**
 * Find a certificate among those of a reply, and follow it up to a CA certificate of the server; if that shows none, it is said on standard error
 * and not checked.
 *
 * @param content in: what scepcli_reply_content() gave. @param found out: free with cert_free(); untouched on error.
 * @return ERR_OK; ERR_SCEP_REPLY when there is none, or it is of another CA; ERR_CMS_SYNTAX, ERR_CERT_SYNTAX; ERR_MEMORY.
 */
enum err scepcli_reply_find(const struct scepcli_session *session, struct bytes content, const struct scepcli_wanted *wanted,
	struct cert **found, struct why *why);

/** Both, for a request for a certificate: the certificate must have the request's key. */
enum err scepcli_reply_open(const struct scepcli_session *session, const struct scepcli_request *request, struct bytes reply,
	struct cert **issued, struct why *why);

/** Write a certificate as PEM to the file of --out, and say on standard error what it is. @param word in: "issued". */
enum err scepcli_deliver(const struct command_line *line, const char *word, const struct cert *cert, struct why *why);

#endif
