#ifndef SCEPGATE_SERVICE_CHECK_ENROLMENT_H
#define SCEPGATE_SERVICE_CHECK_ENROLMENT_H

/* One endpoint: can anybody enrol at it and renew, and will that last? */

#include "service/check_report.h"
#include "store/endpoint.h"

/** @return ERR_OK, whatever was found; ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY. */
enum err check_enrolment(struct check *check, const char *subject, const struct endpoint *row, struct why *why);

#endif
