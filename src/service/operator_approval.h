#ifndef SCEPGATE_SERVICE_OPERATOR_APPROVAL_H
#define SCEPGATE_SERVICE_OPERATOR_APPROVAL_H

/* The grant for a request that waited and that an operator approved. The challenge that it came with was consumed when it began to wait; what it renews is looked at again. */

#include "service/grant.h"
#include "service/pki_operation.h"

/**
 * @param operation in: with the CSR, verified. @param found in: borrowed for the life of the grant.
 * @param renewed   in: the certificate that the request renews, borrowed for the life of the grant; NULL: it renews none, or nobody showed it.
 * @param grant     out: free with grant_free(); untouched on error.
 * @return ERR_OK; ERR_APPROVAL when it is not approved, or what it renews is not what was shown; as renewal_check_time() and renewal_check_key(); ERR_MEMORY.
 */
enum err operator_approval_grant(const struct pki_operation *operation, const struct enrolment_found *found, const struct cert *renewed, struct grant **grant, struct why *why);

#endif
