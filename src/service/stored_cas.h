#ifndef SCEPGATE_SERVICE_STORED_CAS_H
#define SCEPGATE_SERVICE_STORED_CAS_H

/* The CAs that are stored, by their certificates: to find what stands above one that comes in. */

#include "pki/cert.h"
#include "service/service.h"
#include "store/rowset.h"

/** All zero is the initial value; stored_cas_clear() at the end. */
struct stored_cas {
	struct rowset rows;            /* as the view has them */
	struct cert **cert;            /* row by row */
	size_t count;
};

enum err stored_cas_load(struct service *service, struct stored_cas *out, struct why *why);
void stored_cas_clear(struct stored_cas *cas);

/** The name of the CA with this very certificate; NULL when it is not stored. @param has_key out: is its key here, or in a token? May be NULL. */
const char *stored_cas_find(const struct stored_cas *cas, const struct cert *cert, bool *has_key);

#endif
