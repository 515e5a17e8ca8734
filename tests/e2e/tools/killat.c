/*
 * Runs a FastCGI worker, and kills it with SIGKILL between two of its system calls, at each place between the acceptance of a request and the end of
 * its answer: what a process does between two system calls nobody else can see, so there are no other places. Then starts it anew.
 *
 *	killat FILE PROGRAM [ARGUMENT...]   runs the program, with the descriptors that it was given itself; on SIGTERM ends it
 *	killat --make FILE                  makes the file by which several of these, and a test, know of each other
 *	killat --arm FILE COUNT             so many kills from now on, by all of them together
 *	killat --left FILE                  prints how many of them are still to come
 *
 * The places are spread evenly over a request, in a sequence that is the same each time. Half of the kills meet the first request of a worker, in
 * which it connects to the database, the other half a later one. FILE.log gets a line for each: first or later, number of the place, of how many,
 * and the system call, before or after.
 */
#include <config.h>

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdatomic.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/types.h>
#include <sys/wait.h>
#include <unistd.h>

#include <linux/ptrace.h>

enum kind { FIRST, LATER };

/* What FILE holds, mapped by all. */
struct shared {
	atomic_int left;
	atomic_uint lives;
	atomic_uint turn[2];    /* of each kind: kills so far */
	atomic_uint places[2];  /* system call stops in the longest whole request so far; 0: none was seen yet */
};

/* One life of the worker. */
struct life {
	struct shared *shared;
	const char *log_name;
	pid_t pid;
	bool kills_first;       /* its first request, else its second */
	bool in_request;
	unsigned requests;      /* that it has accepted */
	unsigned place;         /* where it is in the present one */
	unsigned target;        /* where to kill; 0: nowhere */
};

static volatile sig_atomic_t running;   /* process id of the worker */
static volatile sig_atomic_t is_ending;

static void on_term(int number)
{
	is_ending = 1;
	if (running > 0)
		kill((pid_t)running, number);
}

static void fail(const char *what)
{
	fprintf(stderr, "killat: %s: %s\n", what, strerror(errno));
	exit(2);
}

static struct shared *map_shared(const char *name, int flags)
{
	int fd = open(name, O_RDWR | O_CLOEXEC | flags, 0666);
	void *at;

	if (fd < 0 || (flags != 0 && (ftruncate(fd, sizeof(struct shared)) != 0 || fchmod(fd, 0666) != 0)) ||
	    (at = mmap(NULL, sizeof(struct shared), PROT_READ | PROT_WRITE, MAP_SHARED, fd, 0)) == MAP_FAILED) {
		fail(name);
		return NULL;
	}
	close(fd);
	return at;
}

static enum kind kind_of(const struct life *life)
{
	return life->requests == 1 ? FIRST : LATER;
}

/* The places of a sequence of any length lie evenly when each is the golden ratio further on. */
static unsigned spread(unsigned turn, unsigned places)
{
	const double golden = 0.61803398874989485;
	double at = (turn + 0.5) * golden;

	return 1 + (unsigned)((at - (double)(unsigned)at) * places);
}

/* A request was accepted: shall it be the one, and where? */
static void begin_request(struct life *life)
{
	enum kind kind;
	unsigned places;

	life->requests++;
	life->in_request = true;
	life->place = life->target = 0;
	kind = kind_of(life);
	places = life->shared->places[kind];
	if (places == 0 || life->kills_first != (kind == FIRST) || life->shared->left <= 0)
		return;
	if (atomic_fetch_sub(&life->shared->left, 1) > 0)
		life->target = spread(atomic_fetch_add(&life->shared->turn[kind], 1), places);
	else
		atomic_fetch_add(&life->shared->left, 1);
}

static void note(const struct life *life, const struct ptrace_syscall_info *info)
{
	static unsigned long long entered;
	FILE *log;

	if (info->op == PTRACE_SYSCALL_INFO_ENTRY)
		entered = info->entry.nr;
	if (life->target == 0 || life->place != life->target)
		return;
	log = fopen(life->log_name, "a");
	if (log == NULL)
		fail(life->log_name);
	fprintf(log, "%s\t%u\t%u\t%s %llu\n", kind_of(life) == FIRST ? "first" : "later", life->place, life->shared->places[kind_of(life)],
		info->op == PTRACE_SYSCALL_INFO_ENTRY ? "before" : "after", entered);
	fclose(log);
}

static bool is_accept(unsigned long long number)
{
#ifdef SYS_accept
	if (number == SYS_accept)
		return true;
#endif
	return number == SYS_accept4;
}

/* One system call, before or after. @return whether to kill here. */
static bool stop(struct life *life)
{
	static bool is_accepting;
	struct ptrace_syscall_info info;

	if (ptrace(PTRACE_GET_SYSCALL_INFO, life->pid, sizeof info, &info) <= 0)
		return false;
	if (info.op == PTRACE_SYSCALL_INFO_ENTRY)
		is_accepting = is_accept(info.entry.nr);
	if (!is_accepting) {
		life->place++;
		note(life, &info);
		return life->in_request && life->target != 0 && life->place >= life->target;
	}
	if (info.op == PTRACE_SYSCALL_INFO_EXIT && info.exit.rval >= 0) {
		begin_request(life);
	} else if (info.op == PTRACE_SYSCALL_INFO_ENTRY && life->in_request) {
		life->in_request = false;
		if (life->target != 0) {
			/* It was shorter than the one that was measured. */
			life->place = life->target;
			note(life, &info);
			return true;
		}
		/* A repeated request is shorter than a first one. */
		if (life->place > life->shared->places[kind_of(life)])
			life->shared->places[kind_of(life)] = life->place;
	}
	return false;
}

/* @return the status with which this life ended. */
static int live(struct life *life, char **argv)
{
	int status, number;

	life->pid = fork();
	if (life->pid < 0)
		fail("fork");
	if (life->pid == 0) {
		if (ptrace(PTRACE_TRACEME, 0, NULL, NULL) == 0)
			execv(argv[0], argv);
		fail(argv[0]);
	}
	running = life->pid;
	if (waitpid(life->pid, &status, 0) != life->pid || !WIFSTOPPED(status) ||
	    ptrace(PTRACE_SETOPTIONS, life->pid, NULL, PTRACE_O_TRACESYSGOOD | PTRACE_O_EXITKILL) != 0)
		fail("ptrace");
	for (number = 0;;) {
		if (is_ending)
			kill(life->pid, SIGTERM);
		/* It may have been killed by somebody else meanwhile. */
		ptrace(PTRACE_SYSCALL, life->pid, NULL, number);
		while (waitpid(life->pid, &status, 0) < 0) {
			if (errno != EINTR)
				fail("waitpid");
		}
		if (!WIFSTOPPED(status))
			return status;
		number = WSTOPSIG(status) == (SIGTRAP | 0x80) || WSTOPSIG(status) == SIGTRAP ? 0 : WSTOPSIG(status);
		if (WSTOPSIG(status) == (SIGTRAP | 0x80) && stop(life))
			kill(life->pid, SIGKILL);
	}
}

static int supervise(char **argv)
{
	struct shared *shared = map_shared(argv[1], 0);
	struct sigaction action = { .sa_handler = on_term };
	char log_name[512];
	int status;

	sigaction(SIGTERM, &action, NULL);
	snprintf(log_name, sizeof log_name, "%s.log", argv[1]);
	do {
		struct life life = { .shared = shared, .log_name = log_name, .kills_first = atomic_fetch_add(&shared->lives, 1) % 2 == 1 };

		status = live(&life, argv + 2);
	} while (!is_ending && WIFSIGNALED(status) && WTERMSIG(status) == SIGKILL);
	return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

int main(int argc, char **argv)
{
	if (argc == 3 && strcmp(argv[1], "--make") == 0)
		map_shared(argv[2], O_CREAT | O_TRUNC);
	else if (argc == 4 && strcmp(argv[1], "--arm") == 0)
		map_shared(argv[2], 0)->left = atoi(argv[3]);
	else if (argc == 3 && strcmp(argv[1], "--left") == 0)
		printf("%d\n", (int)map_shared(argv[2], 0)->left);
	else if (argc > 2 && argv[1][0] != '-')
		return supervise(argv);
	else
		return 2;
	return 0;
}
