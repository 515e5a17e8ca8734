/*
 * Loads a SCEP server and says how long its answers took, and what they cost the processors.
 *
 *	load --url URL --ca PEM [OPTION...]
 *
 *	--operation NAME     enrol (default), GetCACaps or GetCACert
 *	--ra PEM             enrol: certificate that requests are for and replies are signed by
 *	--challenge-file F   enrol: one challenge a line, in turn
 *	--count N            enrol: so many requests are prepared before the clock starts, and sent once each (default 100)
 *	--name TEXT          enrol: of the subjects, CN=TEXT-INDEX (default load); must be another one in every run
 *	--signers N          enrol: devices' keys, RSA-2048, in turn (default 4)
 *	--cipher NAME        enrol: of the envelopes (default aes128-cbc)
 *	--digest NAME        enrol: of requests and messages (default sha256)
 *	--sample N           enrol: so many answers, spread over the run, are opened and judged in full (default 20)
 *	--seconds S          start no request after that (default 10)
 *	--connections N      at once (default 1)
 *	--method NAME        POST (default) or GET, for messages
 *	--close              a connection for each request; otherwise they are kept
 *	--cpu NAME=WHAT      say what processes took: a process with its descendants, or all that run a program; up to 8 times, the first that fits counts
 *
 * Every answer is read while the clock runs: an enrolment's is parsed and must be SUCCESS for its transaction, GetCACaps must name POSTPKIOperation, and what GetCACert
 * gives must hold the CA's certificate. The result is one line of NAME=VALUE: operation, connections, answers, failures, seconds, rate (answers a second), p50, p95, p99 and
 * max (milliseconds), sampled, and cpu_NAME (milliseconds an answer). Exit status 0 when nothing failed, 1 when something did, 2 when it could not be tried.
 */
#include <config.h>

#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "base/text.h"
#include "bench/load_cpu.h"
#include "bench/load_run.h"
#include "ctl/file.h"
#include "e2e/tools/blast_request.h"
#include "pki/crypto.h"

enum { MAX_COUNT = 1000000, MAX_SIGNERS = 1024, MAX_SECONDS = 86400, MAX_FILE_LEN = 65536, MAX_CHALLENGES_LEN = 16777216, MAX_THREADS = 64 };

enum operation { ENROL, GET_CA_CAPS, GET_CA_CERT };
static const char *const operation_name[] = { "enrol", "GetCACaps", "GetCACert" };

struct options {
	const char *url, *ra, *ca, *challenge_file, *name;
	enum operation operation;
	enum cipher cipher;
	enum digest digest;
	size_t count, signers, sample, seconds, connections;
	bool is_get, is_closed;
	struct load_group group[LOAD_MAX_GROUPS];
	size_t group_count;
};

/* An answer that is judged in full behind the clock. */
struct sample {
	size_t index;
	struct buf body;
};

struct load {
	struct options options;
	struct blast_target target;
	struct cert *ra, *ca;
	struct buf challenge_file;
	struct bytes *challenge;
	struct blast_signer *signer;
	struct blast_plan plan;
	struct blast_request *request;  /* enrol: `count` of them */
	struct buf *http;               /* the same as HTTP requests; for the other operations one */
	size_t http_count;
	struct sample *sample;
	size_t sample_count;
	atomic_size_t next;             /* request to be prepared */
	atomic_int error;               /* enum err of the first that could not be */
};

/* --- what is sent --- */

static enum err append_escaped(struct buf *out, struct bytes text)
{
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < text.len; i++)
		e = text.ptr[i] == '+' || text.ptr[i] == '/' || text.ptr[i] == '=' ? buf_append_format(out, "%%%02X", text.ptr[i]) : buf_append_byte(out, text.ptr[i]);
	return e;
}

/* @param message in: empty for the operations that have none. */
static enum err make_http(const struct load *load, const char *operation, struct bytes message, struct buf *out)
{
	const struct blast_target *target = &load->target;
	bool is_post = message.len > 0 && !load->options.is_get;
	struct buf base64 = { 0 };
	enum err e;

	if ((e = buf_append_format(out, "%s %s?operation=%s", is_post ? "POST" : "GET", target->path, operation)) != ERR_OK)
		return e;
	if (message.len > 0 && !is_post && ((e = buf_append_str(out, "&message=")) != ERR_OK || (e = text_encode_base64(message, &base64)) != ERR_OK ||
		(e = append_escaped(out, buf_bytes(&base64))) != ERR_OK))
		goto out;
	if ((e = buf_append_format(out, " HTTP/1.1\r\nHost: %s:%u\r\n%s", target->host, target->port, load->options.is_closed ? "Connection: close\r\n" : "")) != ERR_OK)
		goto out;
	if (is_post)
		e = buf_append_format(out, "Content-Type: application/x-pki-message\r\nContent-Length: %zu\r\n", message.len);
	if (e == ERR_OK && (e = buf_append_str(out, "\r\n")) == ERR_OK && is_post)
		e = buf_append(out, message);
out:
	buf_clear(&base64);
	return e;
}

static void *prepare_some(void *context)
{
	struct load *load = context;
	struct why why = { 0 };
	size_t i;

	while (load->error == ERR_OK && (i = atomic_fetch_add(&load->next, 1)) < load->options.count) {
		enum err e;

		if ((e = blast_request_make(&load->plan, i, &load->request[i], &why)) == ERR_OK)
			e = make_http(load, "PKIOperation", buf_bytes(&load->request[i].message), &load->http[i]);
		if (e != ERR_OK) {
			fprintf(stderr, "load: request %zu: %s\n", i, why_text(&why, e));
			load->error = (int)e;
		}
	}
	return NULL;
}

static enum err prepare_all(struct load *load)
{
	long processors = sysconf(_SC_NPROCESSORS_ONLN);
	pthread_t thread[MAX_THREADS];
	int count = processors < 1 ? 1 : processors > MAX_THREADS ? MAX_THREADS : (int)processors, started = 0;

	while (started < count && pthread_create(&thread[started], NULL, prepare_some, load) == 0)
		started++;
	if (started == 0)
		prepare_some(load);
	while (started > 0)
		pthread_join(thread[--started], NULL);
	return (enum err)load->error;
}

/* The lines of the file. */
static enum err read_challenges(struct load *load, size_t *count, struct why *why)
{
	char *at, *line, *rest;
	enum err e;

	if ((e = file_read(load->options.challenge_file, MAX_CHALLENGES_LEN, &load->challenge_file, why)) != ERR_OK || (e = buf_terminate(&load->challenge_file)) != ERR_OK)
		return e;
	load->challenge = calloc(load->challenge_file.len + 1, sizeof *load->challenge);
	if (load->challenge == NULL)
		return ERR_MEMORY;
	*count = 0;
	for (at = (char *)load->challenge_file.ptr; (line = strtok_r(at, "\n", &rest)) != NULL; at = NULL)
		load->challenge[(*count)++] = bytes_from_str(line);
	return *count > 0 ? ERR_OK : why_set(why, ERR_USAGE, "there is no challenge");
}

static enum err prepare_enrolments(struct load *load, struct why *why)
{
	const struct options *options = &load->options;
	size_t challenge_count = 0;
	enum err e;

	load->signer = calloc(options->signers, sizeof *load->signer);
	load->request = calloc(options->count, sizeof *load->request);
	load->http = calloc(options->count, sizeof *load->http);
	load->sample = calloc(options->sample + 1, sizeof *load->sample);
	if (load->signer == NULL || load->request == NULL || load->http == NULL || load->sample == NULL)
		return ERR_MEMORY;
	load->http_count = options->count;
	if ((e = read_challenges(load, &challenge_count, why)) != ERR_OK)
		return e;
	load->plan = (struct blast_plan){ .ra = load->ra, .ca = load->ca, .challenge = load->challenge, .challenge_count = challenge_count, .name = options->name,
		.signer = load->signer, .signer_count = options->signers, .cipher = options->cipher, .digest = options->digest, .random = random_system() };
	for (size_t i = 0; e == ERR_OK && i < options->signers; i++)
		e = blast_signer_make(&load->plan.random, &load->signer[i], why);
	return e == ERR_OK ? prepare_all(load) : e;
}

static enum err prepare_constant(struct load *load)
{
	load->http = calloc(1, sizeof *load->http);
	if (load->http == NULL)
		return ERR_MEMORY;
	load->http_count = 1;
	return make_http(load, operation_name[load->options.operation], bytes_from(NULL, 0), &load->http[0]);
}

/* --- what comes back --- */

static bool is_type(const struct blast_head *head, const char *type)
{
	size_t len = strlen(type);

	return strncasecmp(head->media_type, type, len) == 0 && (head->media_type[len] == '\0' || head->media_type[len] == ';');
}

static bool has(struct bytes body, struct bytes part)
{
	return body.len > 0 && memmem(body.ptr, body.len, part.ptr, part.len) != NULL;
}

static bool judge_certrep(struct load *load, size_t index, struct bytes body, struct why *why)
{
	struct scep_message *reply = NULL;
	bool is_good = false;

	if (scep_certrep_parse(body, &reply, why) != ERR_OK)
		return false;
	if (reply->type != SCEP_CERT_REP || !bytes_is_equal(reply->transaction_id, buf_bytes(&load->request[index].transaction_id)))
		why_set(why, ERR_SCEP_REPLY, "the answer is for another transaction");
	else if (reply->pki_status != PKI_STATUS_SUCCESS)
		why_set(why, ERR_SCEP_REPLY, "pkiStatus %d: %.*s", (int)reply->pki_status, (int)reply->fail_info_text.len, reply->fail_info_text.ptr);
	else
		is_good = true;
	scep_message_free(reply);
	return is_good;
}

/* Whether this answer is one of those that are judged in full: the first, and then as many as were wished, spread over what was prepared. */
static bool is_sampled(const struct load *load, size_t index)
{
	size_t step = load->options.sample == 0 ? 0 : load->options.count / load->options.sample;

	return load->sample_count < load->options.sample && (step == 0 || index % step == 0);
}

static bool judge(void *context, size_t index, const struct blast_head *head, struct bytes body, struct why *why)
{
	struct load *load = context;

	if (head->status != 200) {
		why_set(why, ERR_NET, "HTTP status %d, %s", head->status, head->media_type);
		return false;
	}
	switch (load->options.operation) {
	case ENROL:
		if (!is_type(head, "application/x-pki-message"))
			break;
		if (is_sampled(load, index)) {
			struct sample *sample = &load->sample[load->sample_count++];

			sample->index = index;
			if (buf_append(&sample->body, body) != ERR_OK)
				return false;
		}
		return judge_certrep(load, index, body, why);
	case GET_CA_CAPS:
		if (is_type(head, "text/plain") && has(body, bytes_from_str("POSTPKIOperation")))
			return true;
		break;
	case GET_CA_CERT:
		if ((is_type(head, "application/x-x509-ca-cert") || is_type(head, "application/x-x509-ca-ra-cert")) && has(body, buf_bytes(&load->ca->der)))
			return true;
		break;
	}
	why_set(why, ERR_NET, "the answer to %s, %s, is not what it should be", operation_name[load->options.operation], head->media_type);
	return false;
}

/* Behind the clock. */
static void judge_samples(struct load *load, struct load_result *result)
{
	uint8_t sha256[32];
	struct why why = { 0 };

	for (size_t i = 0; i < load->sample_count; i++) {
		const struct sample *sample = &load->sample[i];

		if (blast_judge(&load->plan, &load->request[sample->index], buf_bytes(&sample->body), sha256, &why) == BLAST_ISSUED)
			continue;
		if (result->failures++ == 0)
			result->first_failure = why;
	}
}

/* --- one run --- */

static void print(const struct load *load, const struct load_result *result, const double *before, const double *after)
{
	double answers = result->count > 0 ? (double)result->count : 1;

	printf("operation=%s connections=%zu answers=%zu failures=%zu seconds=%.3f rate=%.2f p50=%.3f p95=%.3f p99=%.3f max=%.3f sampled=%zu",
		operation_name[load->options.operation], load->options.connections, result->count, result->failures, result->seconds,
		result->seconds > 0 ? (double)result->count / result->seconds : 0, load_percentile(result, 0.50), load_percentile(result, 0.95),
		load_percentile(result, 0.99), load_percentile(result, 1), load->sample_count);
	for (size_t i = 0; i < load->options.group_count; i++)
		printf(" cpu_%s=%.4f", load->options.group[i].name, (after[i] - before[i]) / answers);
	printf("\n");
}

static enum err measure(struct load *load, struct load_result *result, struct why *why)
{
	const struct options *options = &load->options;
	struct bytes *request = calloc(load->http_count, sizeof *request);
	double before[LOAD_MAX_GROUPS], after[LOAD_MAX_GROUPS];
	struct load_plan plan = { .target = &load->target, .request = request, .request_count = load->http_count, .is_cycle = options->operation != ENROL,
		.connections = options->connections, .is_kept = !options->is_closed, .seconds = (double)options->seconds, .judge = judge, .context = load };
	enum err e;

	if (request == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < load->http_count; i++)
		request[i] = buf_bytes(&load->http[i]);
	if ((e = load_cpu_ms(options->group, options->group_count, before, why)) == ERR_OK && (e = load_run(&plan, result, why)) == ERR_OK &&
	    (e = load_cpu_ms(options->group, options->group_count, after, why)) == ERR_OK) {
		judge_samples(load, result);
		print(load, result, before, after);
	}
	free(request);
	return e;
}

static enum err load_cert(const char *path, struct cert **out, struct why *why)
{
	struct buf pem = { 0 };
	enum err e = file_read(path, MAX_FILE_LEN, &pem, why);

	if (e == ERR_OK)
		e = cert_parse_pem(buf_bytes(&pem), out, why);
	buf_clear(&pem);
	return e;
}

static enum err run(struct load *load, struct load_result *result, struct why *why)
{
	enum err e;

	if ((e = crypto_init(why)) != ERR_OK || (e = blast_target_parse(load->options.url, &load->target, why)) != ERR_OK ||
	    (e = load_cert(load->options.ca, &load->ca, why)) != ERR_OK)
		return e;
	if (load->options.operation != ENROL)
		e = prepare_constant(load);
	else if ((e = load_cert(load->options.ra, &load->ra, why)) == ERR_OK)
		e = prepare_enrolments(load, why);
	return e == ERR_OK ? measure(load, result, why) : e;
}

static void load_clear(struct load *load)
{
	const struct options *options = &load->options;

	for (size_t i = 0; load->request != NULL && i < options->count; i++)
		blast_request_clear(&load->request[i]);
	for (size_t i = 0; load->http != NULL && i < load->http_count; i++)
		buf_clear(&load->http[i]);
	for (size_t i = 0; load->signer != NULL && i < options->signers; i++)
		blast_signer_clear(&load->signer[i]);
	for (size_t i = 0; i < load->sample_count; i++)
		buf_clear(&load->sample[i].body);
	free(load->request);
	free(load->http);
	free(load->signer);
	free(load->sample);
	free(load->challenge);
	buf_clear(&load->challenge_file);
	cert_free(load->ra);
	cert_free(load->ca);
}

/* --- the command line --- */

static void usage(const char *text)
{
	fprintf(stderr, "load: %s; what there is stands at the head of load.c\n", text);
	exit(2);
}

static size_t number(const char *text, size_t min, size_t max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text < '0' || *text > '9' || *end != '\0' || value < min || value > max) {
		fprintf(stderr, "load: \"%s\" is no number from %zu to %zu\n", text, min, max);
		exit(2);
	}
	return value;
}

static enum operation read_operation(const char *text)
{
	for (size_t i = 0; i < sizeof operation_name / sizeof operation_name[0]; i++)
		if (strcmp(text, operation_name[i]) == 0)
			return (enum operation)i;
	usage("the operation is enrol, GetCACaps or GetCACert");
	return ENROL;
}

static bool read_method(const char *text)
{
	if (strcmp(text, "GET") != 0 && strcmp(text, "POST") != 0)
		usage("the method is POST or GET");
	return strcmp(text, "GET") == 0;
}

static void add_group(struct options *options, char *text)
{
	struct why why = { 0 };

	if (options->group_count == LOAD_MAX_GROUPS)
		usage("there are too many groups of processes");
	if (load_group_parse(text, &options->group[options->group_count++], &why) != ERR_OK)
		usage(why.text);
}

static void check_options(const struct options *options)
{
	if (options->url == NULL || options->ca == NULL)
		usage("--url and --ca must be given");
	if (options->operation == ENROL && (options->ra == NULL || options->challenge_file == NULL))
		usage("--ra and --challenge-file must be given to enrol");
	if (options->cipher == CIPHER_NONE || options->digest == DIGEST_NONE)
		usage("there is no such cipher or digest");
}

static struct options read_options(int argc, char **argv)
{
	static const struct option known[] = { { "url", 1, NULL, 'u' }, { "ra", 1, NULL, 'r' }, { "ca", 1, NULL, 'a' }, { "challenge-file", 1, NULL, 'f' },
		{ "operation", 1, NULL, 'o' }, { "count", 1, NULL, 'n' }, { "name", 1, NULL, 'N' }, { "signers", 1, NULL, 's' }, { "cipher", 1, NULL, 'e' },
		{ "digest", 1, NULL, 'd' }, { "sample", 1, NULL, 'S' }, { "seconds", 1, NULL, 't' }, { "connections", 1, NULL, 'c' }, { "method", 1, NULL, 'm' },
		{ "close", 0, NULL, 'C' }, { "cpu", 1, NULL, 'p' }, { NULL, 0, NULL, 0 } };
	struct options out = { .name = "load", .cipher = CIPHER_AES128_CBC, .digest = DIGEST_SHA256, .count = 100, .signers = 4, .sample = 20, .seconds = 10,
		.connections = 1 };
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'u': out.url = optarg; break;
		case 'r': out.ra = optarg; break;
		case 'a': out.ca = optarg; break;
		case 'f': out.challenge_file = optarg; break;
		case 'o': out.operation = read_operation(optarg); break;
		case 'n': out.count = number(optarg, 1, MAX_COUNT); break;
		case 'N': out.name = optarg; break;
		case 's': out.signers = number(optarg, 1, MAX_SIGNERS); break;
		case 'e': out.cipher = cipher_from_name(bytes_from_str(optarg)); break;
		case 'd': out.digest = digest_from_name(bytes_from_str(optarg)); break;
		case 'S': out.sample = number(optarg, 0, MAX_COUNT); break;
		case 't': out.seconds = number(optarg, 1, MAX_SECONDS); break;
		case 'c': out.connections = number(optarg, 1, LOAD_MAX_CONNECTIONS); break;
		case 'm': out.is_get = read_method(optarg); break;
		case 'C': out.is_closed = true; break;
		case 'p': add_group(&out, optarg); break;
		default: exit(2);
		}
	}
	if (optind != argc)
		usage("there is an argument too many");
	check_options(&out);
	return out;
}

int main(int argc, char **argv)
{
	struct load load = { .options = read_options(argc, argv) };
	struct load_result result = { 0 };
	struct why why = { 0 };
	enum err e = run(&load, &result, &why);
	int status = e != ERR_OK ? 2 : result.failures > 0 || result.count == 0;

	if (e != ERR_OK)
		fprintf(stderr, "load: %s\n", why_text(&why, e));
	else if (status != 0)
		fprintf(stderr, "load: %zu failures; the first: %s\n", result.failures, result.failures > 0 ? why_text(&result.first_failure, ERR_NET) : "no answer at all");
	load_clear(&load);
	load_result_clear(&result);
	return status;
}
