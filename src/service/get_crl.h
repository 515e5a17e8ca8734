#ifndef SCEPGATE_SERVICE_GET_CRL_H
#define SCEPGATE_SERVICE_GET_CRL_H

/* GetCRL (RFC 8894 section 4.6): the CRL that the endpoint's CA published last. */

#include "service/pki_operation.h"

/**
 * The request names the certificate whose status is in question by issuer and serial number. The issuer must be this endpoint's CA; the serial number does not
 * matter, since there is one CRL (sscep sends the CA's own).
 *
 * @return ERR_OK; ERR_CERT_ID whatever the reason; ERR_ALG_KEY_TRANSPORT; ERR_CMS_RECIPIENT; trouble of the machine.
 */
enum err get_crl(struct pki_operation *operation, struct pki_outcome *outcome, struct why *why);

#endif
