#ifndef SCEPGATE_TESTS_SERVICE_FAKE_STORE_H
#define SCEPGATE_TESTS_SERVICE_FAKE_STORE_H

/* A store in memory with one endpoint, corp/phones. Certificates and keys are sealed as the database has them. */

#include "service/fixture.h"
#include "store/endpoint.h"

struct fake_endpoint {
	struct buf ca_der, ca_pkcs8;
	struct buf ra_der, ra_pkcs8;
	struct buf old_ra_der, old_ra_pkcs8;
	struct buf crl_der;
	struct buf challenge_hash;     /* terminated */
};

struct store {
	struct fixture_store *seen;
	const struct fake_endpoint *endpoint;
};

/** Both arguments are borrowed for the life of the store. */
struct store *fake_store_new(struct fixture_store *seen, const struct fake_endpoint *endpoint);
void fake_store_free(struct store *store);

#endif
