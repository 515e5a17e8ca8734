#include <config.h>

#include "base/core_dump.h"

#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "support/unit.h"

enum { FORBIDDEN = 42 };

/* A process whose limit is as high as it may be. @return the limit after core_dump_forbid(): FORBIDDEN when both parts of it are zero. */
static int child(void)
{
	struct rlimit limit;

	if (getrlimit(RLIMIT_CORE, &limit) != 0)
		return 1;
	limit.rlim_cur = limit.rlim_max;
	if (setrlimit(RLIMIT_CORE, &limit) != 0)
		return 2;
	core_dump_forbid();
	if (getrlimit(RLIMIT_CORE, &limit) != 0)
		return 3;
	return limit.rlim_cur == 0 && limit.rlim_max == 0 ? FORBIDDEN : 4;
}

static void forbidden(void)
{
	pid_t pid = fork();
	int status = 0;

	if (pid == 0)
		_exit(child());
	CU_ASSERT_TRUE_FATAL(pid > 0 && waitpid(pid, &status, 0) == pid && WIFEXITED(status));
	CU_ASSERT_EQUAL(WEXITSTATUS(status), FORBIDDEN);
}

static const struct unit_case cases[] = {
	{ "no core dump is written, whatever the limit was", forbidden },
};

UNIT_MAIN("core_dump", cases)
