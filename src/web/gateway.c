#include <config.h>

#include "web/gateway.h"

#include <errno.h>
#include <fcgiapp.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/signalfd.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "base/core_dump.h"
#include "web/cgi_reply.h"
#include "web/cgi_request.h"

/*
 * How a signal ends a FastCGI process without losing a request: the signals are blocked throughout and arrive through a signalfd, which
 * is looked at in one place, together with the listening socket, before each accept(). So no system call of a request is ever
 * interrupted, and there is no moment between looking and waiting. The listening socket is non-blocking, because processes that share it
 * all wake up for one connection, and those that come too late must go back to looking.
 */

enum { LISTEN_FD = 0 /* where FastCGI puts the listening socket */, PAUSE_MS = 100 /* after an accept() that failed for want of resources */ };

void gateway_prepare(void)
{
	int fd;

	core_dump_forbid();
	do
		fd = open("/dev/null", O_RDWR);
	while (fd >= 0 && fd <= STDERR_FILENO);
	if (fd > STDERR_FILENO)
		close(fd);
}

struct gateway {
	const struct log *log;
	struct gateway_limits limits;
	gateway_handler *handler;
	void *context;
};

/** Where a reply goes. A write that fails concerns the client alone. */
struct output {
	void (*write)(void *context, struct bytes bytes);
	void *context;
};

static void serve(const struct gateway *gateway, const struct cgi_variables *variables, const struct cgi_input *input, const struct output *output)
{
	struct cgi_request request = { 0 };
	struct http_reply reply = { 0 };
	struct buf head = { 0 };
	enum err e;

	if ((e = cgi_request_read(variables, input, &request)) == ERR_OK)
		gateway->handler(gateway->context, &request.http, &reply);
	if (reply.status == 0)
		http_reply_error(&reply, e != ERR_OK ? e : ERR_INTERNAL, NULL);
	if (cgi_reply_encode_head(&reply, &head) != ERR_OK) {
		output->write(output->context, bytes_from_str("Status: 500 Internal Server Error\r\nContent-Type: text/plain\r\nContent-Length: 0\r\n\r\n"));
		goto out;
	}
	output->write(output->context, buf_bytes(&head));
	if (request.http.method != HTTP_HEAD)
		output->write(output->context, reply.lent_body.len > 0 ? reply.lent_body : buf_bytes(&reply.body));
out:
	buf_clear(&head);
	http_reply_clear(&reply);
	cgi_request_clear(&request);
}

/* How long one system call may wait: not beyond the deadline, and never 0, which stands for without end. */
static int patience_ms(const struct gateway *gateway, int64_t deadline_ms)
{
	int64_t left_ms = deadline_ms - clock_monotonic_ms();

	if (left_ms > gateway->limits.idle_ms)
		return gateway->limits.idle_ms;
	return left_ms < 1 ? 1 : (int)left_ms;
}

/* --- plain CGI --- */

static const char *environment_get(void *context, const char *name)
{
	(void)context;
	return getenv(name);
}

static ssize_t stdin_read(void *context, uint8_t *out, size_t len, int64_t deadline_ms)
{
	struct pollfd fd = { .fd = STDIN_FILENO, .events = POLLIN };
	ssize_t got;
	int ready;

	if (clock_monotonic_ms() >= deadline_ms)
		return CGI_INPUT_LATE;
	do
		ready = poll(&fd, 1, patience_ms(context, deadline_ms));
	while (ready < 0 && errno == EINTR);
	if (ready == 0)
		return CGI_INPUT_LATE;
	do
		got = read(STDIN_FILENO, out, len);
	while (got < 0 && errno == EINTR);
	return got < 0 ? CGI_INPUT_GONE : got;
}

static void stdout_write(void *context, struct bytes bytes)
{
	(void)context;
	while (bytes.len > 0) {
		ssize_t put = write(STDOUT_FILENO, bytes.ptr, bytes.len);

		if (put < 0 && errno == EINTR)
			continue;
		if (put <= 0)
			return;
		bytes = bytes_from(bytes.ptr + put, bytes.len - (size_t)put);
	}
}

static int serve_cgi(struct gateway *gateway)
{
	/* A program for one request has nothing better to do than to read on. */
	const struct cgi_input input = { stdin_read, gateway, gateway->limits.body_ms, gateway->limits.body_ms };

	serve(gateway, &(struct cgi_variables){ environment_get, NULL }, &input, &(struct output){ stdout_write, NULL });
	return EXIT_SUCCESS;
}

/* --- FastCGI --- */

static const char *parameter_get(void *context, const char *name)
{
	const FCGX_Request *request = context;

	return FCGX_GetParam(name, request->envp);
}

static void set_patience(int fd, int option, int ms)
{
	const struct timeval patience = { .tv_sec = ms / 1000, .tv_usec = ms % 1000 * 1000L };

	(void)setsockopt(fd, SOL_SOCKET, option, &patience, sizeof patience);
}

/** A request and its gateway. */
struct stream {
	const struct gateway *gateway;
	const FCGX_Request *request;
};

/* Octet by octet: libfcgi waits for all that it is asked for, however slowly it comes, and would not look at the time. */
static ssize_t stream_read(void *context, uint8_t *out, size_t len, int64_t deadline_ms)
{
	const struct stream *stream = context;
	size_t have = 0;

	set_patience(stream->request->ipcFd, SO_RCVTIMEO, patience_ms(stream->gateway, deadline_ms));
	while (have < len && clock_monotonic_ms() < deadline_ms) {
		int octet = FCGX_GetChar(stream->request->in), error;

		if (octet >= 0) {
			out[have++] = (uint8_t)octet;
			continue;
		}
		if ((error = FCGX_GetError(stream->request->in)) == 0)
			return (ssize_t)have;
		return error == EAGAIN ? CGI_INPUT_LATE : CGI_INPUT_GONE;
	}
	return have == 0 ? CGI_INPUT_LATE : (ssize_t)have;
}

static void stream_write(void *context, struct bytes bytes)
{
	const FCGX_Request *request = context;

	if (bytes.len > 0)
		FCGX_PutStr((const char *)bytes.ptr, (int)bytes.len, request->out);
}

/* End the output, and give the web server a while to take it and close its side: what it still sends is dropped. Then cut it off, so
 * that the time does not depend on what libfcgi does with a sender that goes on. */
static void finish(const struct gateway *gateway, FCGX_Request *request)
{
	int64_t deadline_ms = clock_monotonic_ms() + gateway->limits.skip_ms;
	struct pollfd fd = { .fd = request->ipcFd, .events = POLLIN };
	uint8_t block[CGI_MAX_PIECE_LEN];

	FCGX_FClose(request->err);
	FCGX_FClose(request->out);
	shutdown(request->ipcFd, SHUT_WR);
	while (clock_monotonic_ms() < deadline_ms && poll(&fd, 1, patience_ms(gateway, deadline_ms)) > 0)
		if (read(request->ipcFd, block, sizeof block) <= 0)
			break;
	shutdown(request->ipcFd, SHUT_RD);
	FCGX_Finish_r(request);
	/* A connection kept open would tie this process to one client of the socket, and hide signals from it. */
	FCGX_Free(request, 1);
}

/* libfcgi frees its variables without wiping them. */
static void forget_credentials(FCGX_Request *request)
{
	char *value = FCGX_GetParam("HTTP_AUTHORIZATION", request->envp);

	if (value != NULL)
		explicit_bzero(value, strlen(value));
}

static void serve_stream(const struct gateway *gateway, FCGX_Request *request)
{
	struct stream stream = { gateway, request };
	const struct cgi_input input = { stream_read, &stream, gateway->limits.body_ms, gateway->limits.skip_ms };

	set_patience(request->ipcFd, SO_RCVTIMEO, gateway->limits.idle_ms);
	set_patience(request->ipcFd, SO_SNDTIMEO, gateway->limits.idle_ms);
	serve(gateway, &(struct cgi_variables){ parameter_get, request }, &input, &(struct output){ stream_write, request });
	forget_credentials(request);
	finish(gateway, request);
}

enum wakeup { WAKEUP_CONNECTION, WAKEUP_STOP, WAKEUP_FAILED };

/* Wait for a connection or a signal; a signal goes first. */
static enum wakeup wait_for_request(int signals)
{
	struct pollfd fds[] = { { .fd = signals, .events = POLLIN }, { .fd = LISTEN_FD, .events = POLLIN } };
	int n;

	do
		n = poll(fds, 2, -1);
	while (n < 0 && errno == EINTR);
	if (n < 0)
		return WAKEUP_FAILED;
	return fds[0].revents != 0 ? WAKEUP_STOP : WAKEUP_CONNECTION;
}

/* Can a later accept() on the same socket succeed? */
static bool is_passing(int error)
{
	return error != EBADF && error != ENOTSOCK && error != EINVAL && error != EOPNOTSUPP;
}

/* @return EXIT_FAILURE, for those who end because of it. */
static int log_failure(const struct gateway *gateway, const char *what, int error)
{
	LOG_EVENT(gateway->log, LOG_LEVEL_ERROR, "gateway-failed", log_str("what", what), log_str("detail", strerror(error)));
	return EXIT_FAILURE;
}

static int serve_fastcgi(const struct gateway *gateway, int signals)
{
	FCGX_Request request;
	enum wakeup wakeup;

	if (fcntl(LISTEN_FD, F_SETFL, O_NONBLOCK) != 0 || FCGX_InitRequest(&request, LISTEN_FD, FCGI_FAIL_ACCEPT_ON_INTR) != 0)
		return log_failure(gateway, "listening socket", errno);
	while ((wakeup = wait_for_request(signals)) == WAKEUP_CONNECTION) {
		int failed = -FCGX_Accept_r(&request);

		if (failed == EAGAIN)
			continue;
		if (failed != 0 && !is_passing(failed))
			return log_failure(gateway, "accept", failed);
		if (failed != 0) {
			(void)log_failure(gateway, "accept", failed);
			nanosleep(&(struct timespec){ .tv_nsec = PAUSE_MS * 1000000L }, NULL);
			continue;
		}
		serve_stream(gateway, &request);
	}
	return wakeup == WAKEUP_STOP ? EXIT_SUCCESS : log_failure(gateway, "poll", errno);
}

int gateway_run(const struct log *log, gateway_handler *handler, void *context)
{
	static const struct gateway_limits limits = { GATEWAY_MAX_IDLE_S * 1000, CGI_MAX_BODY_S * 1000, GATEWAY_MAX_SKIP_S * 1000 };

	return gateway_run_within(log, &limits, handler, context);
}

int gateway_run_within(const struct log *log, const struct gateway_limits *limits, gateway_handler *handler, void *context)
{
	struct gateway gateway = { log, *limits, handler, context };
	sigset_t stop;
	int signals, status;

	signal(SIGPIPE, SIG_IGN);
	sigemptyset(&stop);
	sigaddset(&stop, SIGTERM);
	sigaddset(&stop, SIGINT);
	sigaddset(&stop, SIGUSR1);
	sigprocmask(SIG_BLOCK, &stop, NULL);
	/* What the parent ignored would never reach the signalfd. */
	signal(SIGTERM, SIG_DFL);
	signal(SIGINT, SIG_DFL);
	signal(SIGUSR1, SIG_DFL);
	if (FCGX_Init() != 0)
		return log_failure(&gateway, "libfcgi", errno);
	if (FCGX_IsCGI())
		return serve_cgi(&gateway);
	if ((signals = signalfd(-1, &stop, SFD_CLOEXEC)) < 0)
		return log_failure(&gateway, "signalfd", errno);
	status = serve_fastcgi(&gateway, signals);
	close(signals);
	return status;
}
