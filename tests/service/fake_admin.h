#ifndef SCEPGATE_TESTS_SERVICE_FAKE_ADMIN_H
#define SCEPGATE_TESTS_SERVICE_FAKE_ADMIN_H

/* A store in memory for the administrative services: it knows one CA, "root", and one profile of it, "phones", and remembers the last call. */

#include "store/admin.h"

enum { FAKE_ADMIN_MAX_ARGUMENTS = 24 };

struct fake_argument {
	char name[32];
	struct buf value;
};

struct store {
	struct buf ca_der, ca_pkcs8;         /* of the CA "root" */
	enum err call_error;                 /* what admin_call() returns */
	int calls;
	enum admin_call call;                /* the last one */
	struct fake_argument argument[FAKE_ADMIN_MAX_ARGUMENTS];
	size_t count;
};

/** The value of an argument of the last call; empty when it was not given. */
struct bytes fake_admin_get(const struct store *store, const char *name);
void fake_admin_clear(struct store *store);

#endif
