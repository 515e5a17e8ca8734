#ifndef SCEPGATE_SERVICE_CHECK_CA_H
#define SCEPGATE_SERVICE_CHECK_CA_H

/* One CA: does its key open and fit its certificate, is that a CA's, and in date? Are next certificate and CRL in order? */

#include "service/check_report.h"

/**
 * @return ERR_OK, whatever was found; ERR_DB_AWAY; ERR_DB;
 * ERR_MEMORY.
 */
enum err check_ca(struct check *check, const char *name, struct why *why);

#endif
