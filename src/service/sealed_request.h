#ifndef SCEPGATE_SERVICE_SEALED_REQUEST_H
#define SCEPGATE_SERVICE_SEALED_REQUEST_H

/*
 * A pending request on its way into the database and back. It carries the challenge, so it is encrypted and authenticated under keys derived from the
 * key-encryption secret: AES-256-CBC, then HMAC-SHA-256 over which transaction it belongs to, IV and ciphertext. Neither a dump nor a break-in through a
 * database role can read it or put another in its place.
 */

#include "service/service.h"
#include "store/enrolment.h"

/** What is sealed: the request, and the certificate that it renews, which a CertPoll need not show. */
struct sealed_content {
	struct bytes csr_der;
	struct bytes renewed_der;      /* empty: it renews none */
};

/** Seal. @param sealed out: IV, ciphertext and MAC, appended. @return ERR_OK; ERR_RANDOM; ERR_INTERNAL; ERR_MEMORY. */
enum err sealed_request_encode(const struct service *service, const struct enrolment_key *key, const struct sealed_content *content, struct buf *sealed);

/**
 * Open.
 *
 * @param plain out: in its initial state; a secret. @param content out: borrowed from it.
 * @return ERR_OK; ERR_APPROVAL when it was sealed for another transaction, under another secret, or changed; ERR_MEMORY.
 */
enum err sealed_request_open(const struct service *service, const struct enrolment_key *key, struct bytes sealed, struct buf *plain, struct sealed_content *content, struct why *why);

#endif
