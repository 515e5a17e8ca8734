#ifndef SCEPGATE_SERVICE_CHECK_ENDPOINT_H
#define SCEPGATE_SERVICE_CHECK_ENDPOINT_H

/* One endpoint: would a worker serve it, and would devices find it fit? */

#include "service/check_report.h"

/**
 * @return ERR_OK, whatever was found; ERR_DB_AWAY; ERR_DB;
 * ERR_DB_DENIED; ERR_MEMORY.
 */
enum err check_endpoint(struct check *check, const char *application, const char *profile, struct why *why);

#endif
