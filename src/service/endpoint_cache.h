#ifndef SCEPGATE_SERVICE_ENDPOINT_CACHE_H
#define SCEPGATE_SERVICE_ENDPOINT_CACHE_H

/*
 * A worker's memory of endpoints. It is dropped whole when the store says that configuration may have changed; and since commit re-checks the endpoint's
 * version in the database, a stale entry can never issue.
 */

#include "service/live_endpoint.h"
#include "service/service.h"

struct endpoint_cache *endpoint_cache_new(void);
void endpoint_cache_free(struct endpoint_cache *cache);

/**
 * The endpoint of these names, from memory or from the database.
 *
 * @param out out: owned by the cache, valid until the next call of endpoint_cache_get() or _drop().
 * @return ERR_OK; ERR_NOT_FOUND, also for a disabled one; ERR_ENDPOINT_NOT_READY when it has no RA certificate; ERR_KEY_SECRET or ERR_KEY when a key does not open;
 *         ERR_DB_AWAY; ERR_DB_SCHEMA; ERR_DB; ERR_MEMORY.
 * Cost: nothing but a look for notifications when it is in memory.
 */
enum err endpoint_cache_get(const struct service *service, struct bytes application, struct bytes profile, const struct live_endpoint **out, struct why *why);

/** Forget everything, after ERR_STALE. */
void endpoint_cache_drop(struct endpoint_cache *cache);

#endif
