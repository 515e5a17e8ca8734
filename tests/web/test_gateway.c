#include <config.h>

#include "web/gateway.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "base/clock.h"
#include "support/unit.h"
#include "web/fcgi_client.h"

/*
 * The gateway runs in processes of its own, on a listening socket that the test holds: what a process does not accept, the next one must
 * serve. So a request that gets no whole reply was lost.
 */

enum { STORM_KILLS = 200, STORM_CLIENTS = 3, STORM_WORKERS = 2, STORM_MAX_PAUSE_US = 3000, WAKEUPS = 200, PATIENCE_MS = 10000 };

/* Limits for the cases about slow senders: small enough to wait for them, and too far apart to be taken for one another. */
enum { SLOW_IDLE_MS = 150, SLOW_BODY_MS = 400, SLOW_SKIP_MS = 200, SLOW_STEP_MS = 10, SLOW_MARGIN_MS = 300 };

static const struct gateway_limits slow_limits = { SLOW_IDLE_MS, SLOW_BODY_MS, SLOW_SKIP_MS };

static const char *const get_variables[] = { "REQUEST_METHOD", "GET", "REQUEST_URI", "/scep/corp/phones?a+b%2B", "QUERY_STRING", "a+b%2B", NULL };

static void must(bool is_good, const char *what)
{
	if (is_good)
		return;
	perror(what);
	abort();
}

static void pause_us(unsigned us)
{
	nanosleep(&(struct timespec){ .tv_sec = us / 1000000, .tv_nsec = us % 1000000 * 1000L }, NULL);
}

/* --- the process under test --- */

static void drop_line(void *context, enum log_level level, const char *line)
{
	(void)context;
	(void)level;
	(void)line;
}

/* Say what arrived. With the query "slow", tell the test that the request is under way and take a while; with "silent", leave the reply as it is. */
static void echo(void *context, const struct http_request *request, struct http_reply *reply)
{
	const int *started = context;

	if (bytes_is_str(request->query, "silent"))
		return;
	if (bytes_is_str(request->query, "slow")) {
		must(write(*started, "s", 1) == 1, "pipe");
		pause_us(200000);
	}
	reply->status = 200;
	reply->media_type = "text/plain";
	must(buf_append_format(&reply->body, "%d %.*s ?%.*s %s #%zu", (int)request->method, (int)request->path.len, (const char *)request->path.ptr,
		(int)request->query.len, (const char *)request->query.ptr, err_name(request->body_error), request->body.len) == ERR_OK, "memory");
}

/* A process must not outlive a test that failed. */
static pid_t start_process(void)
{
	pid_t pid;

	fflush(stdout);
	must((pid = fork()) >= 0, "fork");
	if (pid == 0)
		prctl(PR_SET_PDEATHSIG, SIGKILL);
	return pid;
}

/* With its own limits when there are none. */
static void run_gateway(int started, const struct gateway_limits *limits)
{
	struct log log;

	log_init(&log, "test", LOG_TARGET_STDERR, LOG_LEVEL_ERROR);
	log.write = drop_line;
	_exit(limits == NULL ? gateway_run(&log, echo, &started) : gateway_run_within(&log, limits, echo, &started));
}

/* --- the harness --- */

struct server {
	char folder[64], path[80];
	int listening;
	int started[2];    /* a pipe: a byte for each slow request that is under way */
};

static void server_open(struct server *server)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };

	snprintf(server->folder, sizeof server->folder, "/tmp/scepgate-gateway.XXXXXX");
	must(mkdtemp(server->folder) != NULL, "mkdtemp");
	snprintf(server->path, sizeof server->path, "%s/socket", server->folder);
	snprintf(address.sun_path, sizeof address.sun_path, "%s", server->path);
	server->listening = socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	must(server->listening >= 0 && bind(server->listening, (struct sockaddr *)&address, sizeof address) == 0, "bind");
	must(listen(server->listening, 64) == 0, "listen");
	must(pipe2(server->started, O_CLOEXEC) == 0, "pipe");
}

static void server_close(struct server *server)
{
	close(server->listening);
	close(server->started[0]);
	close(server->started[1]);
	unlink(server->path);
	rmdir(server->folder);
}

/* SIGTERM is blocked from the start: one that came before the worker runs the gateway would end it, which says nothing about the gateway. */
static pid_t worker_start_within(const struct server *server, const struct gateway_limits *limits)
{
	sigset_t term, before;
	pid_t pid;

	sigemptyset(&term);
	sigaddset(&term, SIGTERM);
	sigprocmask(SIG_BLOCK, &term, &before);
	pid = start_process();
	if (pid > 0) {
		sigprocmask(SIG_SETMASK, &before, NULL);
		return pid;
	}
	must(dup2(server->listening, STDIN_FILENO) == STDIN_FILENO, "dup2");
	run_gateway(server->started[1], limits);
	_exit(EXIT_FAILURE);
}

static pid_t worker_start(const struct server *server)
{
	return worker_start_within(server, NULL);
}

/* Wait for a process, at most PATIENCE_MS. @return its exit status, or -1. */
static int worker_wait(pid_t pid)
{
	int status;

	for (int i = 0; i < PATIENCE_MS / 5; i++) {
		pid_t got = waitpid(pid, &status, WNOHANG);

		if (got == pid)
			return WIFEXITED(status) ? WEXITSTATUS(status) : -1;
		must(got == 0, "waitpid");
		pause_us(5000);
	}
	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	return -1;
}

static int worker_stop(pid_t pid)
{
	kill(pid, SIGTERM);
	return worker_wait(pid);
}

/* One request, whole. @param reply out: NUL-terminated. @return false when no whole reply came. */
static bool ask(const struct server *server, const char *const *variables, struct bytes body, struct buf *reply)
{
	struct buf message = { 0 };
	int fd = fcgi_connect(server->path);
	bool is_whole;

	buf_clear(reply);
	fcgi_encode_request(variables, body, false, &message);
	is_whole = fcgi_send(fd, buf_bytes(&message)) && fcgi_receive(fd, reply);
	close(fd);
	buf_clear(&message);
	must(buf_terminate(reply) == ERR_OK, "memory");
	return is_whole;
}

static const char *body_of(const struct buf *reply)
{
	const char *end = strstr((const char *)reply->ptr, "\r\n\r\n");

	return end == NULL ? "(no empty line)" : end + 4;
}

/* --- the cases --- */

static void one_request(void)
{
	static const char *const head_variables[] = { "REQUEST_METHOD", "HEAD", "REQUEST_URI", "/x", NULL };
	static const char *const silent_variables[] = { "REQUEST_METHOD", "GET", "REQUEST_URI", "/x?silent", NULL };
	struct server server;
	struct buf reply = { 0 };
	pid_t pid;

	server_open(&server);
	pid = worker_start(&server);
	CU_ASSERT_TRUE(ask(&server, get_variables, bytes_from(NULL, 0), &reply));
	CU_ASSERT_STRING_EQUAL((const char *)reply.ptr, "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 37\r\nCache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n\r\n0 /scep/corp/phones ?a+b%2B ERR_OK #0");
	CU_ASSERT_TRUE(ask(&server, head_variables, bytes_from(NULL, 0), &reply));
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)reply.ptr, "Content-Length: 16\r\n"));
	CU_ASSERT_STRING_EQUAL(body_of(&reply), "");
	CU_ASSERT_TRUE(ask(&server, silent_variables, bytes_from(NULL, 0), &reply));
	CU_ASSERT_STRING_EQUAL(body_of(&reply), "internal error\n");
	CU_ASSERT_EQUAL(worker_stop(pid), EXIT_SUCCESS);
	buf_clear(&reply);
	server_close(&server);
}

static void posted(void)
{
	static const struct {
		const char *length;
		size_t sent;
		const char *expected;
	} rows[] = {
		{ "65536", 65536, "2 /x ? ERR_OK #65536" },
		{ "", 65536, "2 /x ? ERR_OK #65536" },
		{ "65537", 65537, "2 /x ? ERR_HTTP_TOO_LARGE #0" },
		{ "", 300000, "2 /x ? ERR_HTTP_TOO_LARGE #0" },
		{ "9", 8, "2 /x ? ERR_HTTP_BODY #0" },
		{ "0", 0, "2 /x ? ERR_OK #0" }
	};
	struct server server;
	struct buf reply = { 0 };
	uint8_t *body = calloc(1, 300000);
	pid_t pid;

	CU_ASSERT_PTR_NOT_NULL_FATAL(body);
	server_open(&server);
	pid = worker_start(&server);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const char *const variables[] = { "REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", rows[i].length, NULL };

		unit_row(rows[i].expected);
		CU_ASSERT_TRUE(ask(&server, variables, bytes_from(body, rows[i].sent), &reply));
		CU_ASSERT_STRING_EQUAL(body_of(&reply), rows[i].expected);
	}
	unit_row(NULL);
	CU_ASSERT_EQUAL(worker_stop(pid), EXIT_SUCCESS);
	free(body);
	buf_clear(&reply);
	server_close(&server);
}

/* Send a body in small steps and never end it, from a process of its own, until the worker closes. */
static pid_t start_dripping(int fd, int step_ms)
{
	static const uint8_t record[] = { 1, 5, 0, 1, 0, 6, 0, 0, 's', 'l', 'o', 'w', 'l', 'y' };
	pid_t pid = start_process();

	if (pid > 0)
		return pid;
	while (fcgi_send(fd, bytes_from(record, sizeof record)))
		pause_us((unsigned)step_ms * 1000);
	_exit(EXIT_SUCCESS);
}

/* Start a request whose body does not come, and see when the reply is whole and when the worker is free again. */
static void slow_sender(const char *length, int step_ms, const char *expected, int reply_ms)
{
	const char *const variables[] = { "REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", length, NULL };
	struct buf message = { 0 }, reply = { 0 };
	int64_t start_ms = clock_monotonic_ms(), passed_ms;
	struct server server;
	pid_t pid, sender = 0;
	int fd;

	server_open(&server);
	pid = worker_start_within(&server, &slow_limits);
	fcgi_encode_request(variables, bytes_from(NULL, 0), false, &message);
	message.len -= 8; /* the record that ends the body */
	fd = fcgi_connect(server.path);
	CU_ASSERT_TRUE(fcgi_send(fd, buf_bytes(&message)));
	if (step_ms > 0)
		sender = start_dripping(fd, step_ms);
	CU_ASSERT_TRUE(fcgi_receive(fd, &reply));
	passed_ms = clock_monotonic_ms() - start_ms;
	CU_ASSERT_TRUE(passed_ms >= reply_ms && passed_ms < reply_ms + SLOW_MARGIN_MS);
	must(buf_terminate(&reply) == ERR_OK, "memory");
	CU_ASSERT_STRING_EQUAL(body_of(&reply), expected);
	CU_ASSERT_TRUE(ask(&server, get_variables, bytes_from(NULL, 0), &reply));
	CU_ASSERT_TRUE(clock_monotonic_ms() - start_ms < reply_ms + SLOW_SKIP_MS + 2 * SLOW_MARGIN_MS);
	close(fd);
	CU_ASSERT_EQUAL(worker_stop(pid), EXIT_SUCCESS);
	if (sender > 0)
		CU_ASSERT_EQUAL(worker_wait(sender), EXIT_SUCCESS);
	buf_clear(&message);
	buf_clear(&reply);
	server_close(&server);
}

static void slow_senders(void)
{
	slow_sender("60000", 0, "2 /x ? ERR_HTTP_TIMEOUT #0", SLOW_IDLE_MS);
	slow_sender("60000", SLOW_STEP_MS, "2 /x ? ERR_HTTP_TIMEOUT #0", SLOW_BODY_MS);
	slow_sender("", SLOW_STEP_MS, "2 /x ? ERR_HTTP_TIMEOUT #0", SLOW_BODY_MS);
	slow_sender("65537", SLOW_STEP_MS, "2 /x ? ERR_HTTP_TOO_LARGE #0", SLOW_SKIP_MS);
	slow_sender("65537", 0, "2 /x ? ERR_HTTP_TOO_LARGE #0", SLOW_IDLE_MS);
}

static void long_query(void)
{
	static char uri[HTTP_MAX_TARGET_LEN + 2];
	const char *const variables[] = { "REQUEST_METHOD", "GET", "REQUEST_URI", uri, "QUERY_STRING", uri + 3, NULL };
	struct server server;
	struct buf reply = { 0 };
	pid_t pid;

	memset(uri, 'q', sizeof uri - 1);
	memcpy(uri, "/x?", 3);
	server_open(&server);
	pid = worker_start(&server);
	CU_ASSERT_TRUE(ask(&server, variables, bytes_from(NULL, 0), &reply));
	CU_ASSERT_EQUAL(strlen(body_of(&reply)), strlen("0 /x ? ERR_OK #0") + HTTP_MAX_TARGET_LEN - 2);
	CU_ASSERT_EQUAL(worker_stop(pid), EXIT_SUCCESS);
	buf_clear(&reply);
	server_close(&server);
}

/* Connections that end at every stage of a request. */
static void clients_that_go_away(void)
{
	static const char *const variables[] = { "REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", "100", NULL };
	struct server server;
	struct buf reply = { 0 }, message = { 0 };
	pid_t pid;

	server_open(&server);
	pid = worker_start(&server);
	fcgi_encode_request(variables, bytes_from(server.folder, sizeof server.folder), false, &message);
	for (size_t len = 0; len <= message.len; len += 5) {
		int fd = fcgi_connect(server.path);

		CU_ASSERT_TRUE(fcgi_send(fd, bytes_from(message.ptr, len)));
		close(fd);
	}
	for (size_t i = 0; i < 3; i++) {
		uint8_t noise[64];
		int fd = fcgi_connect(server.path);

		memset(noise, i == 0 ? 0 : i == 1 ? 0xff : 1, sizeof noise);
		fcgi_send(fd, bytes_from(noise, sizeof noise));
		close(fd);
	}
	CU_ASSERT_TRUE(ask(&server, get_variables, bytes_from(NULL, 0), &reply));
	CU_ASSERT_STRING_EQUAL(body_of(&reply), "0 /scep/corp/phones ?a+b%2B ERR_OK #0");
	CU_ASSERT_EQUAL(worker_stop(pid), EXIT_SUCCESS);
	buf_clear(&reply);
	buf_clear(&message);
	server_close(&server);
}

static void kept_connection(void)
{
	struct server server;
	struct buf message = { 0 }, reply = { 0 };
	uint8_t byte;
	pid_t pid;
	int fd;

	server_open(&server);
	pid = worker_start(&server);
	fd = fcgi_connect(server.path);
	fcgi_encode_request(get_variables, bytes_from(NULL, 0), true, &message);
	CU_ASSERT_TRUE(fcgi_send(fd, buf_bytes(&message)) && fcgi_receive(fd, &reply));
	CU_ASSERT_EQUAL(recv(fd, &byte, 1, 0), 0);
	close(fd);
	CU_ASSERT_EQUAL(worker_stop(pid), EXIT_SUCCESS);
	buf_clear(&message);
	buf_clear(&reply);
	server_close(&server);
}

/* Both processes see the same connection, and one comes too late: that must not leave it where a signal does not reach it. */
static void wake_both(const struct server *server, pid_t first, pid_t second)
{
	struct buf message = { 0 }, reply = { 0 };
	int fd;

	kill(first, SIGSTOP);
	kill(second, SIGSTOP);
	fd = fcgi_connect(server->path);
	fcgi_encode_request(get_variables, bytes_from(NULL, 0), false, &message);
	CU_ASSERT_TRUE(fcgi_send(fd, buf_bytes(&message)));
	kill(first, SIGCONT);
	kill(second, SIGCONT);
	CU_ASSERT_TRUE(fcgi_receive(fd, &reply));
	close(fd);
	buf_clear(&message);
	buf_clear(&reply);
}

static void waiting_process(void)
{
	static const int signals[] = { SIGTERM, SIGINT, SIGUSR1 };
	struct server server;

	server_open(&server);
	for (size_t i = 0; i < sizeof signals / sizeof signals[0]; i++) {
		struct buf reply = { 0 };
		pid_t first = worker_start(&server), second = worker_start(&server);

		for (int n = 0; n < WAKEUPS; n++)
			wake_both(&server, first, second);
		kill(first, signals[i]);
		CU_ASSERT_EQUAL(worker_wait(first), EXIT_SUCCESS);
		CU_ASSERT_TRUE(ask(&server, get_variables, bytes_from(NULL, 0), &reply));
		kill(second, signals[i]);
		CU_ASSERT_EQUAL(worker_wait(second), EXIT_SUCCESS);
		buf_clear(&reply);
	}
	server_close(&server);
}

static void request_under_way(void)
{
	static const char *const variables[] = { "REQUEST_METHOD", "GET", "REQUEST_URI", "/x?slow", NULL };
	struct server server;
	struct buf message = { 0 }, reply = { 0 };
	char byte;
	pid_t pid;
	int fd;

	server_open(&server);
	pid = worker_start(&server);
	fd = fcgi_connect(server.path);
	fcgi_encode_request(variables, bytes_from(NULL, 0), false, &message);
	CU_ASSERT_TRUE(fcgi_send(fd, buf_bytes(&message)));
	CU_ASSERT_EQUAL(read(server.started[0], &byte, 1), 1);
	kill(pid, SIGTERM);
	kill(pid, SIGINT);
	CU_ASSERT_TRUE(fcgi_receive(fd, &reply));
	close(fd);
	must(buf_terminate(&reply) == ERR_OK, "memory");
	CU_ASSERT_STRING_EQUAL(body_of(&reply), "0 /x ?slow ERR_OK #0");
	CU_ASSERT_EQUAL(worker_wait(pid), EXIT_SUCCESS);
	buf_clear(&message);
	buf_clear(&reply);
	server_close(&server);
}

/* Ask until told to stop, each request in pieces with pauses that move through all stages. Exits with 1 at the first that gets no whole reply. */
static void __attribute__((noreturn)) storm_client(const struct server *server, unsigned seed, int stop)
{
	static const char *const variables[] = { "REQUEST_METHOD", "POST", "REQUEST_URI", "/x", "CONTENT_LENGTH", "64", NULL };
	struct buf message = { 0 }, reply = { 0 };

	fcgi_encode_request(variables, bytes_from(server->folder, 64), false, &message);
	while (poll(&(struct pollfd){ .fd = stop, .events = POLLIN }, 1, 0) == 0) {
		int fd = fcgi_connect(server->path);
		size_t sent = 0;

		for (int piece = 0; piece < 3; piece++) {
			size_t len = piece == 2 ? message.len - sent : (size_t)rand_r(&seed) % (message.len - sent);

			pause_us((unsigned)rand_r(&seed) % 400);
			if (!fcgi_send(fd, bytes_from(message.ptr + sent, len)))
				_exit(EXIT_FAILURE);
			sent += len;
		}
		buf_clear(&reply);
		if (!fcgi_receive(fd, &reply) || buf_terminate(&reply) != ERR_OK || strcmp(body_of(&reply), "2 /x ? ERR_OK #64") != 0)
			_exit(EXIT_FAILURE);
		close(fd);
	}
	buf_clear(&message);
	buf_clear(&reply);
	_exit(EXIT_SUCCESS);
}

static void storm_of_signals(void)
{
	pid_t workers[STORM_WORKERS], clients[STORM_CLIENTS];
	unsigned seed = 1;
	struct server server;
	int stop[2], status = EXIT_SUCCESS;

	server_open(&server);
	must(pipe2(stop, O_CLOEXEC) == 0, "pipe");
	for (unsigned i = 0; i < STORM_WORKERS; i++)
		workers[i] = worker_start(&server);
	for (unsigned i = 0; i < STORM_CLIENTS; i++) {
		if ((clients[i] = start_process()) == 0)
			storm_client(&server, i + 2, stop[0]);
	}
	for (int i = 0; i < STORM_KILLS && status == EXIT_SUCCESS; i++) {
		pid_t *worker = &workers[i % STORM_WORKERS];

		pause_us((unsigned)rand_r(&seed) % STORM_MAX_PAUSE_US);
		status = worker_stop(*worker);
		CU_ASSERT_EQUAL(status, EXIT_SUCCESS);
		*worker = worker_start(&server);
	}
	must(write(stop[1], "s", 1) == 1, "pipe");
	for (unsigned i = 0; i < STORM_CLIENTS; i++)
		CU_ASSERT_EQUAL(worker_wait(clients[i]), EXIT_SUCCESS);
	for (unsigned i = 0; i < STORM_WORKERS; i++)
		CU_ASSERT_EQUAL(worker_stop(workers[i]), EXIT_SUCCESS);
	close(stop[0]);
	close(stop[1]);
	server_close(&server);
}

static void closed_descriptors(void)
{
	pid_t pid = start_process();

	if (pid == 0) {
		struct stat null, now;

		close(STDOUT_FILENO);
		close(STDERR_FILENO);
		gateway_prepare();
		must(stat("/dev/null", &null) == 0, "/dev/null");
		for (int fd = STDOUT_FILENO; fd <= STDERR_FILENO; fd++)
			if (fstat(fd, &now) != 0 || now.st_rdev != null.st_rdev)
				_exit(EXIT_FAILURE);
		_exit(EXIT_SUCCESS);
	}
	CU_ASSERT_EQUAL(worker_wait(pid), EXIT_SUCCESS);
}

/* A body of ten bytes in two pieces; the server keeps its end open: CONTENT_LENGTH is the end, not the end of the file. */
static void serve_plain_cgi(const char *first, const char *second, const char *expected)
{
	int in[2], out[2], status;
	struct buf reply = { 0 };
	char block[512];
	ssize_t got;
	pid_t pid;

	must(pipe(in) == 0 && pipe(out) == 0, "pipe");
	if ((pid = start_process()) == 0) {
		must(dup2(in[0], STDIN_FILENO) >= 0 && dup2(out[1], STDOUT_FILENO) >= 0, "dup2");
		close(in[1]);
		clearenv();
		setenv("REQUEST_METHOD", "POST", 1);
		setenv("SCRIPT_NAME", "/cgi-bin/pkiclient.exe", 1);
		setenv("QUERY_STRING", "operation=PKIOperation", 1);
		setenv("CONTENT_LENGTH", "10", 1);
		run_gateway(-1, &slow_limits);
	}
	close(in[0]);
	close(out[1]);
	must(write(in[1], first, strlen(first)) == (ssize_t)strlen(first), "write");
	pause_us(20000);
	must(write(in[1], second, strlen(second)) == (ssize_t)strlen(second), "write");
	while ((got = read(out[0], block, sizeof block)) > 0)
		must(buf_append(&reply, bytes_from(block, (size_t)got)) == ERR_OK, "memory");
	must(buf_terminate(&reply) == ERR_OK && waitpid(pid, &status, 0) == pid, "waitpid");
	CU_ASSERT_STRING_EQUAL((const char *)reply.ptr, expected);
	CU_ASSERT_TRUE(WIFEXITED(status) && WEXITSTATUS(status) == EXIT_SUCCESS);
	close(in[1]);
	close(out[0]);
	buf_clear(&reply);
}

static void plain_cgi(void)
{
	serve_plain_cgi("01234", "56789", "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 59\r\nCache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n\r\n2 /cgi-bin/pkiclient.exe ?operation=PKIOperation ERR_OK #10");
	serve_plain_cgi("0123", "4567", "Status: 200 OK\r\nContent-Type: text/plain\r\nContent-Length: 68\r\nCache-Control: no-store\r\n"
		"X-Content-Type-Options: nosniff\r\n\r\n2 /cgi-bin/pkiclient.exe ?operation=PKIOperation ERR_HTTP_TIMEOUT #0");
}

static const struct unit_case cases[] = {
	{ "a request through FastCGI gets head and body, HEAD the head alone, and a silent handler 500", one_request },
	{ "a body of the greatest length arrives whole, announced or not, and a longer or shorter one is told (RFC 3875 section 4.2)", posted },
	{ "a body that comes slowly, not at all or is too large holds a worker for a limited time (RFC 9110 sections 15.5.9 and 15.5.14)", slow_senders },
	{ "a target of the greatest length passes through FastCGI", long_query },
	{ "connections that end at any byte of a request, and noise, leave the process alive", clients_that_go_away },
	{ "a connection that the web server wants kept is closed after the reply", kept_connection },
	{ "SIGTERM, SIGINT and SIGUSR1 end a waiting process at once, and it alone", waiting_process },
	{ "a signal during a request lets it finish, then the process ends", request_under_way },
	{ "no request is lost wherever SIGTERM falls", storm_of_signals },
	{ "descriptors that the spawner left closed are opened, so that no log line goes astray (FastCGI 1.0 section 2.2)", closed_descriptors },
	{ "plain CGI serves one request from environment and standard input, and does not wait for ever (RFC 3875)", plain_cgi }
};

UNIT_MAIN("gateway", cases)
