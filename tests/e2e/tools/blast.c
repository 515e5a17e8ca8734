/*
 * Sends many SCEP requests over many connections, judges every answer, and prints a line for each request, for tests and measurements.
 *
 *	blast --url URL --ra PEM --ca PEM --challenge-file FILE [OPTION...]
 *
 *	--challenge-file     one challenge a line; request I comes with number I, and with the first again when there are no more
 *	--count N            requests (default 1); with --until-file at most so many
 *	--connections N      connections, each by a thread of its own (default 1)
 *	--copies             all requests are copies of one
 *	--transaction TEXT   all requests have this transactionID
 *	--signers N          sign with so many keys in turn (default 1)
 *	--own-keys           each CSR has a P-256 key of its own, not the signer's RSA key
 *	--name TEXT          of the subjects: CN=TEXT-INDEX (default blast)
 *	--prepared           make all requests first, open all connections, and then start to send at once; otherwise each when its turn comes
 *	--patience SECONDS   send a request again until it is answered by a CertRep, for so long (default 0: send once)
 *	--again N            send an answered request so many times again: the certificate must be the same
 *	--until-file FILE    start no request once this file is there
 *
 * A line has five fields, separated by tabs: number of the request; verdict; SHA-256 of the certificate, or "-"; milliseconds from the first
 * sending to the first answer; how often it was sent until then. A reason follows for every verdict but "issued". Verdicts: issued, refused,
 * pending, wrong (the answer is not for this request, or the certificate is somebody else's), differs (a copy got another one), unanswered.
 * Exit status 0 when no answer was wrong or differed, whatever else it was.
 */
#include <config.h>

#include <getopt.h>
#include <pthread.h>
#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#include "base/text.h"
#include "ctl/file.h"
#include "e2e/tools/blast_http.h"
#include "e2e/tools/blast_request.h"
#include "pki/crypto.h"

enum { MAX_COUNT = 1000000, MAX_CONNECTIONS = 1024, MAX_SIGNERS = 1024, MAX_FILE_LEN = 65536, MAX_CHALLENGES_LEN = 16777216, RETRY_PAUSE_MS = 20 };

/* What was asked for. */
struct options {
	const char *url, *ra, *ca, *challenge_file, *transaction, *name, *until_file;
	size_t count, connections, signers;
	double patience_s;
	size_t again;
	bool has_copies, has_own_keys, is_prepared;
};

/* What all threads share. */
struct blast {
	struct options options;
	struct blast_plan plan;
	struct blast_target target;
	struct blast_request *prepared; /* `count` of them, or one when they are copies; NULL: made in turn */
	atomic_size_t next;             /* number of the next request */
	atomic_size_t failures;         /* answers that must not be, and requests that could not be made */
	pthread_barrier_t start;
};

static double now_s(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (double)now.tv_sec + (double)now.tv_nsec / 1e9;
}

static void say(size_t index, const char *verdict, const uint8_t *sha256, double seconds, size_t attempts, const char *reason)
{
	struct buf hex = { 0 };

	if (sha256 == NULL || text_encode_hex(bytes_from(sha256, 32), &hex) != ERR_OK || buf_terminate(&hex) != ERR_OK)
		buf_clear(&hex);
	printf("%zu\t%s\t%s\t%.1f\t%zu%s%s\n", index, verdict, hex.ptr == NULL ? "-" : (const char *)hex.ptr, seconds * 1000, attempts, reason == NULL ? "" : "\t",
		reason == NULL ? "" : reason);
	buf_clear(&hex);
}

/* Send until there is a CertRep, or patience ends. @return whether there is one. */
static bool send_patiently(const struct blast *blast, struct blast_connection *connection, const struct blast_request *request, struct blast_reply *reply,
	size_t *attempts, struct why *why)
{
	double end = now_s() + blast->options.patience_s;

	for (;;) {
		enum err e;

		*why = (struct why){ 0 };
		e = blast_post(connection, buf_bytes(&request->message), reply, why);
		(*attempts)++;
		if (e == ERR_OK && reply->status == 200 && strcmp(reply->media_type, "application/x-pki-message") == 0)
			return true;
		if (e == ERR_OK)
			why_set(why, ERR_NET, "HTTP status %d, %s", reply->status, reply->media_type);
		if (now_s() >= end)
			return false;
		usleep(RETRY_PAUSE_MS * 1000);
	}
}

/* The copies of a request that was answered. @return whether each got the same. */
static bool repeat(struct blast *blast, struct blast_connection *connection, const struct blast_request *request, const uint8_t *first, struct why *why)
{
	struct blast_reply reply = { 0 };
	uint8_t sha256[32];
	bool same = true;

	for (size_t i = 0; same && i < blast->options.again; i++) {
		size_t attempts = 0;

		same = send_patiently(blast, connection, request, &reply, &attempts, why) &&
			blast_judge(&blast->plan, request, buf_bytes(&reply.body), sha256, why) == BLAST_ISSUED && memcmp(sha256, first, sizeof sha256) == 0;
	}
	blast_reply_clear(&reply);
	return same;
}

static void run(struct blast *blast, struct blast_connection *connection, const struct blast_request *request, size_t index)
{
	struct blast_reply reply = { 0 };
	uint8_t sha256[32];
	struct why why = { 0 };
	size_t attempts = 0;
	double began = now_s(), took;

	if (!send_patiently(blast, connection, request, &reply, &attempts, &why)) {
		say(index, "unanswered", NULL, now_s() - began, attempts, why.text);
	} else {
		enum blast_verdict verdict;

		took = now_s() - began;
		verdict = blast_judge(&blast->plan, request, buf_bytes(&reply.body), sha256, &why);
		if (verdict == BLAST_ISSUED && !repeat(blast, connection, request, sha256, &why)) {
			atomic_fetch_add(&blast->failures, 1);
			say(index, "differs", sha256, took, attempts, why.text[0] == '\0' ? "a copy got another certificate" : why.text);
		} else {
			if (verdict == BLAST_WRONG)
				atomic_fetch_add(&blast->failures, 1);
			say(index, blast_verdict_name(verdict), verdict == BLAST_ISSUED ? sha256 : NULL, took, attempts, verdict == BLAST_ISSUED ? NULL : why.text);
		}
	}
	blast_reply_clear(&reply);
}

/* Make a request when its turn comes, and run it. */
static void make_and_run(struct blast *blast, struct blast_connection *connection, size_t index)
{
	struct blast_request request = { 0 };
	struct why why = { 0 };
	enum err e = blast_request_make(&blast->plan, index, &request, &why);

	if (e == ERR_OK) {
		run(blast, connection, &request, index);
	} else {
		fprintf(stderr, "blast: request %zu: %s\n", index, why_text(&why, e));
		atomic_fetch_add(&blast->failures, 1);
	}
	blast_request_clear(&request);
}

static void *work(void *context)
{
	struct blast *blast = context;
	struct blast_connection connection = { &blast->target, -1 };
	const struct options *options = &blast->options;
	size_t index;

	if (options->is_prepared)
		blast_connect(&connection, NULL);
	pthread_barrier_wait(&blast->start);
	while ((options->until_file == NULL || access(options->until_file, F_OK) != 0) && (index = atomic_fetch_add(&blast->next, 1)) < options->count) {
		if (blast->prepared == NULL)
			make_and_run(blast, &connection, index);
		else
			run(blast, &connection, &blast->prepared[options->has_copies ? 0 : index], index);
	}
	blast_disconnect(&connection);
	return NULL;
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

static enum err prepare(struct blast *blast, struct why *why)
{
	size_t count = blast->options.has_copies ? 1 : blast->options.count;
	enum err e = ERR_OK;

	if (!blast->options.is_prepared && !blast->options.has_copies)
		return ERR_OK;
	blast->prepared = calloc(count, sizeof *blast->prepared);
	if (blast->prepared == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; e == ERR_OK && i < count; i++)
		e = blast_request_make(&blast->plan, i, &blast->prepared[i], why);
	return e;
}

static enum err run_threads(struct blast *blast, struct why *why)
{
	size_t count = blast->options.connections, started;
	pthread_t *thread = calloc(count, sizeof *thread);
	enum err e = thread == NULL ? ERR_MEMORY : ERR_OK;

	pthread_barrier_init(&blast->start, NULL, (unsigned)count);
	for (started = 0; e == ERR_OK && started < count; started++) {
		/* Those that wait at the barrier already could not be called back. */
		if (pthread_create(&thread[started], NULL, work, blast) != 0) {
			why_set(why, ERR_INTERNAL, "cannot start thread %zu", started);
			fprintf(stderr, "blast: %s\n", why->text);
			_exit(2);
		}
	}
	while (started > 0)
		pthread_join(thread[--started], NULL);
	pthread_barrier_destroy(&blast->start);
	free(thread);
	return e;
}

/* The lines of the file; `out` is the caller's, free(). */
static enum err split_challenges(struct bytes file, struct bytes **out, size_t *count, struct why *why)
{
	struct bytes *challenge = calloc(file.len + 1, sizeof *challenge);
	size_t at = 0;

	if (challenge == NULL)
		return ERR_MEMORY;
	*count = 0;
	while (at < file.len) {
		const uint8_t *end = memchr(file.ptr + at, '\n', file.len - at);
		size_t len = end == NULL ? file.len - at : (size_t)(end - file.ptr) - at;

		challenge[(*count)++] = bytes_from(file.ptr + at, len);
		at += len + 1;
	}
	if (*count == 0) {
		free(challenge);
		return why_set(why, ERR_USAGE, "there is no challenge");
	}
	*out = challenge;
	return ERR_OK;
}

static enum err blast_all(struct blast *blast, struct why *why)
{
	const struct options *options = &blast->options;
	struct cert *ra = NULL, *ca = NULL;
	struct blast_signer *signer = calloc(options->signers, sizeof *signer);
	struct buf challenges = { 0 };
	struct bytes *challenge = NULL;
	size_t challenge_count = 0;
	enum err e = signer == NULL ? ERR_MEMORY : crypto_init(why);

	if (e != ERR_OK || (e = blast_target_parse(options->url, &blast->target, why)) != ERR_OK || (e = load_cert(options->ra, &ra, why)) != ERR_OK ||
	    (e = load_cert(options->ca, &ca, why)) != ERR_OK || (e = file_read(options->challenge_file, MAX_CHALLENGES_LEN, &challenges, why)) != ERR_OK ||
	    (e = split_challenges(buf_bytes(&challenges), &challenge, &challenge_count, why)) != ERR_OK)
		goto out;
	blast->plan = (struct blast_plan){ ra, ca, challenge, challenge_count, options->name, options->transaction, signer, options->signers, options->has_own_keys,
		CIPHER_AES128_CBC, DIGEST_SHA256, random_system() };
	for (size_t i = 0; e == ERR_OK && i < options->signers; i++)
		e = blast_signer_make(&blast->plan.random, &signer[i], why);
	if (e == ERR_OK && (e = prepare(blast, why)) == ERR_OK)
		e = run_threads(blast, why);
out:
	for (size_t i = 0; blast->prepared != NULL && i < (options->has_copies ? 1 : options->count); i++)
		blast_request_clear(&blast->prepared[i]);
	free(blast->prepared);
	for (size_t i = 0; signer != NULL && i < options->signers; i++)
		blast_signer_clear(&signer[i]);
	free(signer);
	cert_free(ra);
	cert_free(ca);
	free(challenge);
	buf_clear(&challenges);
	return e;
}

static size_t number(const char *text, size_t max)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (*text == '\0' || *end != '\0' || value > max) {
		fprintf(stderr, "blast: \"%s\" is no number up to %zu\n", text, max);
		exit(2);
	}
	return value;
}

static struct options read_options(int argc, char **argv)
{
	static const struct option known[] = { { "url", 1, NULL, 'u' }, { "ra", 1, NULL, 'r' }, { "ca", 1, NULL, 'a' }, { "challenge-file", 1, NULL, 'f' },
		{ "count", 1, NULL, 'n' }, { "connections", 1, NULL, 'c' }, { "copies", 0, NULL, 'C' }, { "transaction", 1, NULL, 't' }, { "signers", 1, NULL, 's' },
		{ "own-keys", 0, NULL, 'o' }, { "name", 1, NULL, 'N' }, { "prepared", 0, NULL, 'p' }, { "patience", 1, NULL, 'P' }, { "again", 1, NULL, 'g' },
		{ "until-file", 1, NULL, 'U' }, { NULL, 0, NULL, 0 } };
	struct options out = { .name = "blast", .count = 1, .connections = 1, .signers = 1 };
	int option;

	while ((option = getopt_long(argc, argv, "", known, NULL)) != -1) {
		switch (option) {
		case 'u': out.url = optarg; break;
		case 'r': out.ra = optarg; break;
		case 'a': out.ca = optarg; break;
		case 'f': out.challenge_file = optarg; break;
		case 'n': out.count = number(optarg, MAX_COUNT); break;
		case 'c': out.connections = number(optarg, MAX_CONNECTIONS); break;
		case 'C': out.has_copies = true; break;
		case 't': out.transaction = optarg; break;
		case 's': out.signers = number(optarg, MAX_SIGNERS); break;
		case 'o': out.has_own_keys = true; break;
		case 'N': out.name = optarg; break;
		case 'p': out.is_prepared = true; break;
		case 'P': out.patience_s = (double)number(optarg, 3600); break;
		case 'g': out.again = number(optarg, 100); break;
		case 'U': out.until_file = optarg; break;
		default: exit(2);
		}
	}
	if (optind != argc || out.url == NULL || out.ra == NULL || out.ca == NULL || out.challenge_file == NULL || out.connections == 0 || out.signers == 0) {
		fputs("blast: --url, --ra, --ca and --challenge-file must be given; what else there is stands at the head of blast.c\n", stderr);
		exit(2);
	}
	return out;
}

int main(int argc, char **argv)
{
	struct blast blast = { .options = read_options(argc, argv) };
	struct why why = { 0 };
	enum err e;

	setvbuf(stdout, NULL, _IOLBF, 0);
	e = blast_all(&blast, &why);
	if (e != ERR_OK) {
		fprintf(stderr, "blast: %s\n", why_text(&why, e));
		return 2;
	}
	return blast.failures == 0 ? 0 : 1;
}
