#include <config.h>

#include "bench/load_run.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/tcp.h>
#include <stdlib.h>
#include <string.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

enum { PATIENCE_MS = 60000, CHUNK_LEN = 65536, EVENT_COUNT = 64, FIRST_ROOM = 4096 };

/* One connection and the request that is on it. */
struct slot {
	int fd;                /* -1: not connected */
	bool is_busy;
	size_t index, sent;
	double began;
	struct buf in;
};

struct run {
	const struct load_plan *plan;
	struct load_result *result;
	struct slot slot[LOAD_MAX_CONNECTIONS];
	int epoll;
	size_t next, busy, room;
	double start, end, last;
};

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void disconnect(struct slot *slot)
{
	if (slot->fd >= 0)
		close(slot->fd);
	slot->fd = -1;
}

static enum err connect_slot(struct run *run, struct slot *slot, struct why *why)
{
	struct sockaddr_in address = { .sin_family = AF_INET, .sin_port = htons(run->plan->target->port) };
	struct epoll_event event = { .events = EPOLLIN | EPOLLOUT | EPOLLET, .data.ptr = slot };
	int on = 1;

	inet_pton(AF_INET, run->plan->target->host, &address.sin_addr);
	slot->fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	if (slot->fd >= 0 && setsockopt(slot->fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on) == 0 && epoll_ctl(run->epoll, EPOLL_CTL_ADD, slot->fd, &event) == 0 &&
	    (connect(slot->fd, (const struct sockaddr *)&address, sizeof address) == 0 || errno == EINPROGRESS))
		return ERR_OK;
	why_set(why, ERR_NET, "no connection: %s", strerror(errno));
	disconnect(slot);
	return ERR_NET;
}

static void failed(struct run *run, struct slot *slot, const struct why *why)
{
	if (run->result->failures++ == 0)
		run->result->first_failure = *why;
	disconnect(slot);
	slot->is_busy = false;
	run->busy--;
}

static enum err record(struct run *run, double seconds)
{
	struct load_result *result = run->result;

	if (result->count == run->room) {
		size_t room = run->room == 0 ? FIRST_ROOM : run->room * 2;
		double *grown = realloc(result->latency_ms, room * sizeof *grown);

		if (grown == NULL)
			return ERR_MEMORY;
		result->latency_ms = grown;
		run->room = room;
	}
	result->latency_ms[result->count++] = seconds * 1000;
	return ERR_OK;
}

/* --- one answer --- */

/* Take the chunks together, in place. @return 1 when the last one is there; 0 when more must come; -1 when it is none. */
static int join_chunks(uint8_t *at, size_t len, size_t *body_len)
{
	size_t from = 0, to = 0;

	for (;;) {
		uint8_t *line_end = memmem(at + from, len - from, "\r\n", 2);
		char *digits_end;
		unsigned long size;

		if (line_end == NULL)
			return 0;
		size = strtoul((const char *)at + from, &digits_end, 16);
		if (digits_end == (const char *)at + from || size > BLAST_MAX_REPLY_LEN)
			return -1;
		from = (size_t)(line_end - at) + 2;
		if (len - from < size + 2)
			return 0;
		if (size == 0) {
			*body_len = to;
			return 1;
		}
		memmove(at + to, at + from, size);
		to += size;
		from += size + 2;
	}
}

/* Chunks are moved in place, and must not be when the last is not there yet. */
static bool has_last_chunk(struct bytes body)
{
	return body.len >= 5 && memcmp(body.ptr + body.len - 5, "0\r\n\r\n", 5) == 0;
}

/* @return whether there is a whole answer. */
static bool take_answer(struct slot *slot, struct blast_head *head, struct bytes *body, bool *is_bad)
{
	uint8_t *end = memmem(slot->in.ptr, slot->in.len, "\r\n\r\n", 4);
	size_t head_len;
	uint8_t kept;
	bool is_head;

	if (end == NULL)
		return false;
	head_len = (size_t)(end - slot->in.ptr) + 4;
	kept = end[2];
	end[2] = '\0';
	is_head = blast_head_parse((const char *)slot->in.ptr, head);
	end[2] = kept;
	*is_bad = !is_head;
	if (!is_head)
		return true;
	*body = bytes_from(slot->in.ptr + head_len, slot->in.len - head_len);
	if (!head->is_chunked)
		return body->len >= head->body_len;
	if (!has_last_chunk(*body))
		return false;
	*is_bad = join_chunks(slot->in.ptr + head_len, body->len, &head->body_len) != 1;
	body->len = head->body_len;
	return true;
}

static enum err finish(struct run *run, struct slot *slot, const struct blast_head *head, struct bytes body)
{
	struct why why = { 0 };
	double now = now_s();
	enum err e = ERR_OK;

	run->last = now;
	if (!run->plan->judge(run->plan->context, slot->index, head, bytes_from(body.ptr, head->body_len), &why)) {
		failed(run, slot, &why);
		return ERR_OK;
	}
	e = record(run, now - slot->began);
	if (!head->is_kept || !run->plan->is_kept)
		disconnect(slot);
	slot->is_busy = false;
	run->busy--;
	return e;
}

/* --- moving octets --- */

static enum err send_some(struct run *run, struct slot *slot)
{
	struct bytes request = run->plan->request[slot->index % run->plan->request_count];

	while (slot->sent < request.len) {
		ssize_t sent = send(slot->fd, request.ptr + slot->sent, request.len - slot->sent, MSG_NOSIGNAL);

		if (sent < 0 && errno == EINTR)
			continue;
		if (sent < 0 && (errno == EAGAIN || errno == ENOTCONN))
			return ERR_OK;
		if (sent <= 0) {
			struct why why = { 0 };

			why_set(&why, ERR_NET, "cannot send: %s", strerror(errno));
			failed(run, slot, &why);
			return ERR_OK;
		}
		slot->sent += (size_t)sent;
	}
	return ERR_OK;
}

static enum err receive_some(struct run *run, struct slot *slot)
{
	static uint8_t chunk[CHUNK_LEN];
	struct blast_head head;
	struct bytes body = { 0 };
	struct why why = { 0 };
	bool is_bad = false;
	enum err e;

	while (slot->is_busy) {
		ssize_t got = recv(slot->fd, chunk, sizeof chunk, 0);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0 && errno == EAGAIN)
			return ERR_OK;
		if (got <= 0) {
			why_set(&why, ERR_NET, got == 0 ? "the connection was closed without a whole answer" : "no answer: %s", strerror(errno));
			failed(run, slot, &why);
			return ERR_OK;
		}
		if ((e = buf_append(&slot->in, bytes_from(chunk, (size_t)got))) != ERR_OK)
			return e;
		if (!take_answer(slot, &head, &body, &is_bad))
			continue;
		if (!is_bad)
			return finish(run, slot, &head, body);
		why_set(&why, ERR_NET, "the answer is no HTTP answer with a length");
		failed(run, slot, &why);
	}
	return ERR_OK;
}

/* Start the next request on this connection, if there is one and time for it. */
static enum err begin(struct run *run, struct slot *slot, struct why *why)
{
	double now = now_s();
	enum err e;

	if (now >= run->end || (!run->plan->is_cycle && run->next == run->plan->request_count))
		return ERR_OK;
	slot->began = now;
	if (slot->fd < 0 && (e = connect_slot(run, slot, why)) != ERR_OK)
		return e;
	slot->index = run->next++;
	slot->sent = 0;
	slot->is_busy = true;
	run->busy++;
	buf_reset(&slot->in);
	return send_some(run, slot);
}

static enum err handle(struct run *run, struct slot *slot, uint32_t events, struct why *why)
{
	enum err e = ERR_OK;

	if (!slot->is_busy) {
		/* A kept connection that the server gives up between two requests. */
		if ((events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
			disconnect(slot);
		return ERR_OK;
	}
	if ((events & EPOLLOUT) != 0)
		e = send_some(run, slot);
	if (e == ERR_OK && slot->is_busy && (events & (EPOLLIN | EPOLLHUP | EPOLLERR)) != 0)
		e = receive_some(run, slot);
	return e == ERR_OK && !slot->is_busy ? begin(run, slot, why) : e;
}

static enum err loop(struct run *run, struct why *why)
{
	struct epoll_event event[EVENT_COUNT];
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < run->plan->connections; i++)
		e = begin(run, &run->slot[i], why);
	while (e == ERR_OK && run->busy > 0) {
		int count = epoll_wait(run->epoll, event, EVENT_COUNT, PATIENCE_MS);

		if (count < 0 && errno == EINTR)
			continue;
		if (count <= 0)
			return why_set(why, ERR_NET, "the server has not said anything for %d seconds", PATIENCE_MS / 1000);
		for (int i = 0; e == ERR_OK && i < count; i++)
			e = handle(run, event[i].data.ptr, event[i].events, why);
		/* One that was given up starts with the next event of any other, or here when there is none. */
		for (size_t i = 0; e == ERR_OK && i < run->plan->connections; i++)
			if (!run->slot[i].is_busy)
				e = begin(run, &run->slot[i], why);
	}
	return e;
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a, y = *(const double *)b;

	return x < y ? -1 : x > y;
}

enum err load_run(const struct load_plan *plan, struct load_result *result, struct why *why)
{
	struct run *run = calloc(1, sizeof *run);
	enum err e;

	if (run == NULL)
		return ERR_MEMORY;
	*run = (struct run){ .plan = plan, .result = result, .epoll = epoll_create1(EPOLL_CLOEXEC) };
	for (size_t i = 0; i < LOAD_MAX_CONNECTIONS; i++)
		run->slot[i].fd = -1;
	run->start = run->last = now_s();
	run->end = run->start + plan->seconds;
	e = run->epoll < 0 ? why_set(why, ERR_INTERNAL, "epoll: %s", strerror(errno)) : loop(run, why);
	result->seconds = run->last - run->start;
	if (result->count > 0)
		qsort(result->latency_ms, result->count, sizeof *result->latency_ms, compare);
	for (size_t i = 0; i < LOAD_MAX_CONNECTIONS; i++) {
		disconnect(&run->slot[i]);
		buf_clear(&run->slot[i].in);
	}
	if (run->epoll >= 0)
		close(run->epoll);
	free(run);
	return e;
}

double load_percentile(const struct load_result *result, double share)
{
	size_t rank = (size_t)(share * (double)result->count);

	if (result->count == 0)
		return 0;
	return result->latency_ms[rank < result->count ? rank : result->count - 1];
}

void load_result_clear(struct load_result *result)
{
	free(result->latency_ms);
	*result = (struct load_result){ 0 };
}
