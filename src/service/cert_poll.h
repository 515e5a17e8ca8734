#ifndef SCEPGATE_SERVICE_CERT_POLL_H
#define SCEPGATE_SERVICE_CERT_POLL_H

/* CertPoll, once called GetCertInitial (RFC 8894 section 4.4): what became of a request that was pending? */

#include "service/pki_operation.h"

/**
 * The envelope is not opened: its content, the names of issuer and subject, is redundant (RFC 8894 section 3.3.3), clients disagree about it, and a message
 * that is not opened tells nobody anything about its plaintext. The request is found by endpoint, transactionID and the key that signed this message.
 *
 * @return ERR_OK; ERR_CERT_ID when there is none, also when it is somebody else's; ERR_APPROVAL when it was denied; otherwise as enrol().
 */
enum err cert_poll(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why);

#endif
