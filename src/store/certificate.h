#ifndef SCEPGATE_STORE_CERTIFICATE_H
#define SCEPGATE_STORE_CERTIFICATE_H

/* Reading the inventory of issued certificates on behalf of a device. What people read of it is in view.h; what writes it is enrolment_commit() alone. */

#include "base/bytes.h"
#include "store/store.h"

/**
 * For GetCert (RFC 8894 section 4.5): a certificate of the endpoint's CA and application, for a requester whose own certificate this endpoint issued and which is
 * unrevoked and in date. Every other case gives the same error, so that the inventory cannot be explored.
 *
 * @param serial in: content of the INTEGER. @param requester_cert_sha256 in: 32 octets, digest of the certificate that signed the message.
 * @param der out: the certificate, also when it was revoked or has expired; untouched on error.
 * @return ERR_OK; ERR_NOT_FOUND; ERR_STALE when the endpoint is no longer of this version; ERR_DB_AWAY; ERR_DB.
 */
enum err certificate_find(struct store *store, int endpoint_id, int64_t endpoint_version, struct bytes serial, struct bytes requester_cert_sha256, struct buf *der, struct why *why);

#endif
