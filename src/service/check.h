#ifndef SCEPGATE_SERVICE_CHECK_H
#define SCEPGATE_SERVICE_CHECK_H

/* Is this installation in order? What `scepadm check` reports. Nothing is changed. */

#include "service/service.h"

enum { CHECK_EXPIRY_WARNING_DAYS = 30, CHECK_CHALLENGE_WARNING_DAYS = 7 };

/** WARNING: works, but may not be what was meant, or works no longer soon. */
enum check_result { CHECK_OK, CHECK_WARNING, CHECK_FAILED };

/** One finding. Borrowed. */
struct check_finding {
	enum check_result result;
	const char *subject;          /* "database", "schema", "key secret", "key provider", "ca corp-root", "endpoint corp-wifi/phones" */
	const char *text;
};

typedef void check_report(void *context, const struct check_finding *finding);

/**
 * Check database, schema, key secret, every CA with its next certificate and its CRL, and for every endpoint that is enabled whether its CA and RA keys open, fit their
 * certificates and are in date, somebody can enrol at it and renew, and each client family would find the RA certificate and the algorithms fit.
 *
 * @param service     in: its store must not check the schema itself; its secrets are not used.
 * @param sql_folder  in: the folder of the SQL files. @param conf in: where the secrets are.
 * @param report      in: called for every finding, with borrowed text. @param failed out: number of findings that are CHECK_FAILED.
 * @return ERR_OK also with findings; ERR_DB_AWAY, ERR_DB_SCHEMA when the check could not go on, after the finding was reported; ERR_DB;
 *         ERR_DB_DENIED; ERR_MEMORY.
 */
enum err check_run(struct service *service, const char *sql_folder, const struct conf *conf, check_report *report, void *context, int *failed,
	struct why *why);

#endif
