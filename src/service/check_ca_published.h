#ifndef SCEPGATE_SERVICE_CHECK_CA_PUBLISHED_H
#define SCEPGATE_SERVICE_CHECK_CA_PUBLISHED_H

/* What a CA publishes beside its certificate: the next certificate, and the CRL. */

#include "service/check_report.h"

/**
 * Is the next certificate, if there is one, that of the same CA, longer valid than the present one, and not near its end? @return ERR_OK, whatever was
 * found; ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 */
enum err check_ca_next(struct check *check, const char *subject, const char *name, const struct cert *ca, struct why *why);

/** Is the CRL that was published last signed by the CA, and is a quarter of its time left? Errors as above. */
enum err check_ca_crl(struct check *check, const char *subject, const char *name, const struct cert *ca, struct why *why);

#endif
