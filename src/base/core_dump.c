#include <config.h>

#include "base/core_dump.h"

#include <sys/resource.h>

void core_dump_forbid(void)
{
	/* The hard limit too, so that nothing raises it again. Programs that take core dumps through a pipe, such as systemd-coredump, are told of it and keep none. */
	const struct rlimit none = { 0, 0 };

	setrlimit(RLIMIT_CORE, &none);
}
