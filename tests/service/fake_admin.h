#ifndef SCEPGATE_TESTS_SERVICE_FAKE_ADMIN_H
#define SCEPGATE_TESTS_SERVICE_FAKE_ADMIN_H

/*
 * A store in memory for the administrative services: it knows one CA, "root", a CA below it, "sub", one profile of the root, "phones", one endpoint of it,
 * "corp/phones", and remembers the last call.
 */

#include "store/admin.h"
#include "store/crl.h"

enum { FAKE_ADMIN_MAX_ARGUMENTS = 40, FAKE_ADMIN_MAX_CRLS = 8 };

/** A CRL that was published. */
struct fake_crl {
	struct crl_kind kind;
	uint64_t number;
	size_t revoked;
	int64_t this_update_utc, next_update_utc;
	struct buf der;
};

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
	struct crl_entry revoked[2];         /* what the next CRL says */
	size_t revoked_count;
	const char *crl_partitions, *delta_crl_hours; /* of the CA "root", as the view says */
	const struct due_crl *due;           /* what is due */
	size_t due_count;
	bool is_not_due;                     /* a rival did it meanwhile */
	enum err append_error, publish_error; /* what the database says to octets, and at the end */
	struct fake_crl crl[FAKE_ADMIN_MAX_CRLS]; /* in the order in which they were published */
	size_t crl_count;
	int drafts;                          /* begun and not ended */
	const struct endpoint_preset *settings; /* of the endpoint: those of a preset */
	bool in_transaction;
	int commits;
	int calls;
	enum admin_call call;                /* the last one */
	struct fake_argument argument[FAKE_ADMIN_MAX_ARGUMENTS];
	size_t count;
};

/** The value of an argument of the last call; empty when it was not given. */
struct bytes fake_admin_get(const struct store *store, const char *name);
void fake_admin_clear(struct store *store);

#endif
