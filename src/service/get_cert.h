#ifndef SCEPGATE_SERVICE_GET_CERT_H
#define SCEPGATE_SERVICE_GET_CERT_H

/* GetCert (RFC 8894 section 4.5): a certificate by issuer and serial number, for those who hold one of the same endpoint. It is no directory. */

#include "service/pki_operation.h"

/** @return ERR_OK; ERR_CERT_ID whatever the reason, so that the inventory cannot be explored; ERR_ALG_KEY_TRANSPORT; ERR_CMS_RECIPIENT; trouble of the machine. */
enum err get_cert(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why);

#endif
