#ifndef SCEPGATE_TESTS_BENCH_LOAD_CPU_H
#define SCEPGATE_TESTS_BENCH_LOAD_CPU_H

/* What processes have taken of the processors, from /proc/PID/stat. */

#include <stdbool.h>
#include <stddef.h>

#include "base/why.h"

enum { LOAD_MAX_GROUPS = 8, LOAD_MAX_PROCESSES = 4096 };

/** Which processes are counted together: those that run a program, or one with all its descendants. */
struct load_group {
	const char *name;
	const char *program;   /* path of the executable; NULL: by process */
	int pid;
};

/** Read "NAME=PID" or "NAME=/PATH/OF/PROGRAM". @param text in: changed, and borrowed by the group. @return ERR_OK; ERR_USAGE. */
enum err load_group_parse(char *text, struct load_group *out, struct why *why);

/**
 * Milliseconds that each group has taken until now, in user and kernel mode: its processes and those of their children that have ended and were waited for.
 * A process that fits several groups counts in the first alone; its ended children count with it.
 *
 * @return ERR_OK; ERR_INTERNAL without /proc; ERR_NOT_FOUND when a group has no process.
 */
enum err load_cpu_ms(const struct load_group *group, size_t count, double *ms, struct why *why);

#endif
