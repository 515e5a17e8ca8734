#ifndef SCEPGATE_SERVICE_SERVICE_H
#define SCEPGATE_SERVICE_SERVICE_H

/* What every service works with, passed in so that a test can replace it. No service keeps state elsewhere. */

#include "base/clock.h"
#include "base/log.h"
#include "base/random.h"
#include "service/key_access.h"
#include "store/store.h"

struct endpoint_cache;
struct challenge_memo;

struct service {
	struct store *store;
	const struct log *log;
	struct clock clock;
	struct random random;
	struct key_access keys;           /* what opens and seals the keys of the database */
	struct endpoint_cache *cache;     /* workers alone, else NULL */
	struct challenge_memo *memo;      /* workers alone, else NULL */
};

#endif
