#ifndef SCEPGATE_BASE_RANDOM_H
#define SCEPGATE_BASE_RANDOM_H

/* Random bytes, passed in so that a test can fix them. Key generation and RSA blinding use the crypto library's own source. */

#include <stddef.h>
#include <stdint.h>

#include "base/err.h"

struct random {
	enum err (*fill)(void *context, uint8_t *out, size_t len);
	void *context;
};

/** The kernel's generator (getrandom). */
struct random random_system(void);

/** A reproducible sequence that starts from *seed, which it advances; the caller keeps it alive. For tests alone: not random at all. */
struct random random_counter(uint64_t *seed);

/** Fill `out`. @return ERR_OK; ERR_RANDOM, then nothing may be done with `out`. */
static inline enum err random_fill(const struct random *random, uint8_t *out, size_t len)
{
	return random->fill(random->context, out, len);
}

#endif
