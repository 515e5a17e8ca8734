#ifndef SCEPGATE_TESTS_BENCH_LOAD_RUN_H
#define SCEPGATE_TESTS_BENCH_LOAD_RUN_H

/* Requests over many connections from one thread (epoll), each answer timed and judged. The sender takes as little of the processors as it can: they are the server's too. */

#include "e2e/tools/blast_http.h"

enum { LOAD_MAX_CONNECTIONS = 256 };

/** Judge one answer; called while the clock runs. @param body in: without chunks. @return false with the reason in `why`. */
typedef bool load_judge(void *context, size_t index, const struct blast_head *head, struct bytes body, struct why *why);

/** What to send. Borrowed. */
struct load_plan {
	const struct blast_target *target;
	const struct bytes *request;   /* whole HTTP requests */
	size_t request_count;
	bool is_cycle;                 /* begin with the first again behind the last, until the time is over; otherwise each is sent once at most */
	size_t connections;
	bool is_kept;                  /* a connection stays for the next request, otherwise each request has its own */
	double seconds;                /* start no request after that */
	load_judge *judge;
	void *context;
};

/** What came of it. All zero is the initial value; load_result_clear() at the end. */
struct load_result {
	double *latency_ms;            /* of each good answer, from the first octet sent (or from connecting, where each has its own) to the last received; sorted */
	size_t count;
	size_t failures;               /* requests without an answer, or with a bad one */
	double seconds;                /* from the first request to the last answer */
	struct why first_failure;
};

/** Run it. @return ERR_OK, whatever the server did; ERR_NET when there is no connection at all; ERR_MEMORY; ERR_INTERNAL. */
enum err load_run(const struct load_plan *plan, struct load_result *result, struct why *why);

/** The latency that this share (0..1) of the answers does not exceed; 0 when there is none. */
double load_percentile(const struct load_result *result, double share);

void load_result_clear(struct load_result *result);

#endif
