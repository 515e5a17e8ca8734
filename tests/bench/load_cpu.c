#include <config.h>

#include "bench/load_cpu.h"

#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

enum { STAT_LEN = 1024, PATH_LEN = 512, MAX_DEPTH = 64 };

struct process {
	int pid, parent;
	double ms;
	char program[PATH_LEN];
};

enum err load_group_parse(char *text, struct load_group *out, struct why *why)
{
	char *value = strchr(text, '='), *end;

	if (value == NULL || value == text || value[1] == '\0')
		return why_set(why, ERR_USAGE, "a group of processes is NAME=PID or NAME=/PATH/OF/PROGRAM");
	*value++ = '\0';
	*out = (struct load_group){ .name = text };
	if (*value == '/') {
		out->program = value;
		return ERR_OK;
	}
	out->pid = (int)strtol(value, &end, 10);
	return *end == '\0' && out->pid > 0 ? ERR_OK : why_set(why, ERR_USAGE, "\"%s\" is no process", value);
}

/* proc(5): the name of the program stands in parentheses and may hold anything; utime, stime, cutime and cstime are fields 14 to 17. */
static bool read_process(int pid, struct process *out)
{
	unsigned long utime, stime;
	long cutime, cstime;
	char path[64], text[STAT_LEN];
	const char *behind;
	ssize_t len;
	size_t got;
	FILE *file;

	snprintf(path, sizeof path, "/proc/%d/stat", pid);
	if ((file = fopen(path, "r")) == NULL)
		return false;
	got = fread(text, 1, sizeof text - 1, file);
	fclose(file);
	text[got] = '\0';
	behind = strrchr(text, ')');
	if (behind == NULL || sscanf(behind + 1, " %*c %d %*d %*d %*d %*d %*u %*u %*u %*u %*u %lu %lu %ld %ld", &out->parent, &utime, &stime, &cutime, &cstime) != 5)
		return false;
	out->pid = pid;
	out->ms = 1000.0 * ((double)utime + (double)stime + (double)cutime + (double)cstime) / (double)sysconf(_SC_CLK_TCK);
	snprintf(path, sizeof path, "/proc/%d/exe", pid);
	len = readlink(path, out->program, sizeof out->program - 1);
	out->program[len < 0 ? 0 : len] = '\0';
	return true;
}

static size_t read_processes(struct process *process)
{
	DIR *folder = opendir("/proc");
	struct dirent *entry;
	size_t count = 0;

	while (folder != NULL && count < LOAD_MAX_PROCESSES && (entry = readdir(folder)) != NULL)
		if (entry->d_name[0] >= '1' && entry->d_name[0] <= '9' && read_process(atoi(entry->d_name), &process[count]))
			count++;
	if (folder != NULL)
		closedir(folder);
	return count;
}

static bool descends(const struct process *process, size_t count, const struct process *of, int pid)
{
	for (int depth = 0; of != NULL && depth < MAX_DEPTH; depth++) {
		const struct process *parent = NULL;

		if (of->pid == pid)
			return true;
		for (size_t i = 0; parent == NULL && i < count; i++)
			if (process[i].pid == of->parent)
				parent = &process[i];
		of = parent;
	}
	return false;
}

enum err load_cpu_ms(const struct load_group *group, size_t count, double *ms, struct why *why)
{
	struct process *process = calloc(LOAD_MAX_PROCESSES, sizeof *process);
	bool is_found[LOAD_MAX_GROUPS] = { false };
	size_t process_count;
	enum err e = ERR_OK;

	if (process == NULL)
		return ERR_MEMORY;
	process_count = read_processes(process);
	for (size_t g = 0; g < count; g++)
		ms[g] = 0;
	for (size_t i = 0; i < process_count; i++)
		for (size_t g = 0; g < count; g++)
			if (group[g].program != NULL ? strcmp(process[i].program, group[g].program) == 0 : descends(process, process_count, &process[i], group[g].pid)) {
				ms[g] += process[i].ms;
				is_found[g] = true;
				break;
			}
	free(process);
	for (size_t g = 0; g < count && e == ERR_OK; g++)
		if (!is_found[g])
			e = why_set(why, ERR_NOT_FOUND, "no process of the group %s runs", group[g].name);
	return e;
}
