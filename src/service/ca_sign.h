#ifndef SCEPGATE_SERVICE_CA_SIGN_H
#define SCEPGATE_SERVICE_CA_SIGN_H

/* Certificates that a CA signs for CAs below it: one that is elsewhere and sends a request, or one of ours. */

#include "pki/cert.h"
#include "service/service.h"

enum { CA_NO_PATH_LENGTH = -1 /* as many CAs below as the issuer allows: one fewer than below itself, or any number */ };

struct ca_sign_plan {
	const char *issuer;
	struct bytes csr;             /* DER or BER; its subject and key are taken, nothing else */
	int path_len;                 /* 0..EXT_MAX_PATH_LEN, or CA_NO_PATH_LENGTH */
	int validity_days;            /* 1..CA_MAX_VALIDITY_DAYS, cut at the issuer's end */
};

/**
 * Sign the request of a subordinate CA that is elsewhere, and record the certificate, so that it can be revoked.
 *
 * Source: RFC 5280 sections 4.2.1.3, 4.2.1.9.
 *
 * @param cert_der out: appended. @return ERR_OK; ERR_NOT_FOUND without such a CA; ERR_CSR_*; ERR_ALG_KEY for a weak key; ERR_VALUE; ERR_CA_VALIDITY when the issuer is not
 *         valid now; ERR_KEY_SECRET; ERR_KEY; ERR_DB_*; ERR_MEMORY.
 */
enum err ca_sign(struct service *service, const struct ca_sign_plan *plan, struct buf *cert_der, struct why *why);

/** The path length that is written: where the issuer has one and none is asked for, one less, so that each CA of a bounded hierarchy knows its bound. */
int ca_sign_path_len(const struct cert *issuer, int path_len);

/**
 * Record the certificate of a CA under the one that issued it. Again is as once.
 *
 * @param csr in: the request as it is kept; empty when there was none. @return as admin_call().
 */
enum err ca_sign_record(struct service *service, const char *issuer, struct bytes cert_der, struct bytes csr, struct why *why);

#endif
