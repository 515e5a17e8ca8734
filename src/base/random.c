#include <config.h>

#include "base/random.h"

#include <errno.h>
#include <sys/random.h>

static enum err system_fill(void *context, uint8_t *out, size_t len)
{
	(void)context;
	while (len > 0) {
		ssize_t got = getrandom(out, len, 0);

		if (got < 0) {
			if (errno == EINTR)
				continue;
			return ERR_RANDOM;
		}
		out += got;
		len -= (size_t)got;
	}
	return ERR_OK;
}

/* splitmix64: any well-spread sequence does for a test. */
static enum err counter_fill(void *context, uint8_t *out, size_t len)
{
	uint64_t *state = context;

	for (size_t i = 0; i < len; i++) {
		uint64_t z = (*state += 0x9e3779b97f4a7c15u);

		z = (z ^ (z >> 30)) * 0xbf58476d1ce4e5b9u;
		z = (z ^ (z >> 27)) * 0x94d049bb133111ebu;
		out[i] = (uint8_t)(z >> 56);
	}
	return ERR_OK;
}

struct random random_system(void)
{
	return (struct random){ system_fill, NULL };
}

struct random random_counter(uint64_t *seed)
{
	return (struct random){ counter_fill, seed };
}
