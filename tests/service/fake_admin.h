#ifndef SCEPGATE_TESTS_SERVICE_FAKE_ADMIN_H
#define SCEPGATE_TESTS_SERVICE_FAKE_ADMIN_H

/*
 * A store in memory for the administrative services: it knows one CA, "root", a CA below it, "sub", one profile of the root, "phones", one endpoint of it,
 * "corp/phones", and remembers the last call.
 */

#include "store/admin.h"
#include "store/crl.h"

enum { FAKE_ADMIN_MAX_ARGUMENTS = 40 };

struct endpoint_preset;

struct fake_argument {
	char name[32];
	struct buf value;
};

struct store {
	struct buf ca_der, ca_pkcs8;         /* of the CA "root" */
	struct buf sub_der, sub_pkcs8;       /* of the CA "sub" */
	const char *sub_issuer;              /* the CA above it, as the view says; may be NULL */
	enum err call_error;                 /* what admin_call() returns */
	uint64_t crl_number;                 /* of the CRL that was published last */
	int crl_rivals;                      /* so many publishers are first, one after the other */
	struct crl_entry revoked[2];         /* what the next CRL says */
	size_t revoked_count;
	const struct endpoint_preset *settings; /* of the endpoint: those of a preset */
	int calls;
	enum admin_call call;                /* the last one */
	struct fake_argument argument[FAKE_ADMIN_MAX_ARGUMENTS];
	size_t count;
};

/** The value of an argument of the last call; empty when it was not given. */
struct bytes fake_admin_get(const struct store *store, const char *name);
void fake_admin_clear(struct store *store);

#endif
