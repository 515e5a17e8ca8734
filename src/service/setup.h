#ifndef SCEPGATE_SERVICE_SETUP_H
#define SCEPGATE_SERVICE_SETUP_H

/*
 * A working endpoint in one go: application, CA, policy for devices, profile, endpoint with RA certificate, static challenge. What exists
 * is used as it is, what is missing is made.
 */

#include "service/ca_create.h"
#include "store/admin.h"
#include "store/view.h"

struct setup_plan {
	const char *application;
	const char *profile;
	const char *policy;               /* not used when the profile exists */
	int validity_days;                /* of the profile that is made */
	struct ca_create_plan ca;         /* not used when the profile exists; its name alone when the CA exists */
	unsigned ra_bits;
	const struct admin_argument *settings; /* of the endpoint, as for endpoint_attach() */
	size_t setting_count;
	struct bytes challenge;
};

/** What came of it. All zero is the initial value; setup_result_clear() at the end. */
struct setup_result {
	char *ca;                         /* name */
	char *policy;                     /* name */
	struct buf ca_der;
	struct buf ra_der;
};

/**
 * Do it, as one database transaction: all or nothing.
 *
 * The policy that is made allows what devices ask: subject attributes CN, O, OU, C, ST, L, serialNumber, emailAddress, UID, DC,
 * unstructuredName and unstructuredAddress
 * (Cisco IOS), SAN dns, ip, email, uri, upn, key usages digitalSignature and keyEncipherment, extended key usage clientAuth; all else is
 * refused.
 *
 * @param result out: untouched on error.
 * @return ERR_OK; ERR_CONFLICT when the endpoint exists; ERR_VALUE, ERR_TEXT for a value that is not allowed; ERR_KEY_SECRET; ERR_KEY;
 *         ERR_DB_AWAY; ERR_DB; ERR_DB_DENIED; ERR_MEMORY.
 */
enum err setup_run(struct service *service, const struct setup_plan *plan, struct setup_result *result, struct why *why);
void setup_result_clear(struct setup_result *result);

/** Is there a row of this name? For views that have a column "name". */
enum err setup_exists(struct service *service, enum view view, const char *name, bool *exists, struct why *why);

#endif
