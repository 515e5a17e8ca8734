#include <config.h>

#include <errno.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>

#include "pki/crl.h"
#include "pki/crypto.h"
#include "support/unit.h"

/*
 * How long does a CRL of so many entries take, and how much memory? Each measurement runs in a process of its own and prints its line; the growth
 * from the smallest to the largest list must be linear in time, and none in memory for what is streamed.
 *
 * usage: crl_growth [COUNT...]   the default is 10000 100000 1000000
 */

enum { NOW = 1763000000, SERIAL_LEN = 16, MAX_COUNTS = 8 };

/* A quadratic algorithm would take a hundred times as long a linear one from 10000 to 1000000 entries; a busy machine may well take four times as long. */
enum { TIME_MARGIN = 8, MEMORY_MARGIN_KIB = 4096 };

struct measure {
	double seconds;          /* of the processor */
	long peak_kib;
	uint64_t octets;
	bool is_good;
};

static void must(enum err e, const char *what)
{
	if (e == ERR_OK)
		return;
	printf("Bail out! %s: %s\n", what, err_name(e));
	exit(1);
}

struct maker {
	uint64_t count, at;
	uint8_t serial[SERIAL_LEN];
};

static enum err maker_next(void *context, struct crl_entry *out, struct why *why)
{
	struct maker *maker = context;

	(void)why;
	if (maker->at == maker->count)
		return ERR_NOT_FOUND;
	memset(maker->serial, 0x55, SERIAL_LEN);
	for (size_t i = 0; i < sizeof maker->at; i++)
		maker->serial[SERIAL_LEN - 1 - i] = (uint8_t)(maker->at >> 8 * i);
	*out = (struct crl_entry){ bytes_from(maker->serial, SERIAL_LEN), NOW - (int64_t)(maker->at % 86400), maker->at % 2 == 0 ? CRL_REASON_UNSPECIFIED : CRL_REASON_KEY_COMPROMISE };
	maker->at++;
	return ERR_OK;
}

static enum err maker_rewind(void *context, struct why *why)
{
	(void)why;
	((struct maker *)context)->at = 0;
	return ERR_OK;
}

static enum err count_octets(void *context, struct bytes piece, struct why *why)
{
	(void)why;
	*(uint64_t *)context += piece.len;
	return ERR_OK;
}

static enum err keep_octets(void *context, struct bytes piece, struct why *why)
{
	(void)why;
	return buf_append(context, piece);
}

static void write_list(const char *ca, uint64_t count, const struct crl_sink *sink)
{
	struct crl_template template = { .number = 1, .this_update_utc = NOW, .next_update_utc = NOW + 86400 };
	struct maker maker = { .count = count };
	struct crl_source source = { maker_next, maker_rewind, &maker };
	char path[64];
	struct cert *cert = NULL;
	struct key *key = NULL;
	size_t written = 0;

	snprintf(path, sizeof path, "cert/%s.pem", ca);
	must(cert_parse_pem(unit_vector(path), &cert, NULL), path);
	snprintf(path, sizeof path, "cert/%s.key", ca);
	must(key_parse_pem(unit_vector(path), &key, NULL), path);
	must(crl_write(&template, &source, cert, key, sink, &written, NULL), "writing");
	if (written != count)
		must(ERR_INTERNAL, "count");
	key_free(key);
	cert_free(cert);
}

/* --- what is measured ------------------------------------------------------------------------------------------------------- */

static uint64_t run_write(const char *ca, uint64_t count)
{
	uint64_t octets = 0;

	write_list(ca, count, &(struct crl_sink){ count_octets, &octets });
	return octets;
}

static uint64_t run_parse(const char *ca, uint64_t count)
{
	struct buf der = { 0 };
	struct cert *cert = NULL;
	struct crl *crl = NULL;
	struct crl_entry entry;
	struct maker last = { .count = count, .at = count - 1 };
	char path[64];
	uint64_t octets;

	write_list(ca, count, &(struct crl_sink){ keep_octets, &der });
	snprintf(path, sizeof path, "cert/%s.pem", ca);
	must(cert_parse_pem(unit_vector(path), &cert, NULL), path);
	must(crl_parse(buf_bytes(&der), &crl, NULL), "reading");
	must(crl_verify(crl, cert, NULL), "verifying");
	must(maker_next(&last, &entry, NULL), "the last serial number");
	must(crl_find(crl, entry.serial, NULL), "finding");
	octets = crl->revoked_count == count ? der.len : 0;
	crl_free(crl);
	cert_free(cert);
	buf_clear(&der);
	return octets;
}

static const struct {
	const char *name, *ca;
	uint64_t (*run)(const char *ca, uint64_t count);
	bool is_bounded;         /* memory does not grow */
} subjects[] = {
	{ "write, RSA", "ca_rsa", run_write, true },
	{ "write, P-384", "ca_p384", run_write, true },
	{ "write, Ed25519", "ca_ed25519", run_write, false },
	{ "write, read, verify, find", "ca_rsa", run_parse, false },
};
enum { SUBJECTS = sizeof subjects / sizeof subjects[0] };

static double seconds_of(const struct rusage *usage)
{
	return (double)(usage->ru_utime.tv_sec + usage->ru_stime.tv_sec) + (double)(usage->ru_utime.tv_usec + usage->ru_stime.tv_usec) / 1e6;
}

static struct measure take(size_t subject, uint64_t count)
{
	struct measure measure = { 0 };
	struct rusage usage;
	int ends[2], status;
	pid_t child;

	fflush(stdout);
	if (pipe(ends) != 0 || (child = fork()) < 0) {
		printf("Bail out! %s\n", strerror(errno));
		exit(1);
	}
	if (child == 0) {
		uint64_t octets;

		must(crypto_init(NULL), "crypto_init");
		octets = subjects[subject].run(subjects[subject].ca, count);
		exit(write(ends[1], &octets, sizeof octets) == sizeof octets ? 0 : 1);
	}
	close(ends[1]);
	measure.is_good = read(ends[0], &measure.octets, sizeof measure.octets) == sizeof measure.octets;
	close(ends[0]);
	if (wait4(child, &status, 0, &usage) != child || !WIFEXITED(status) || WEXITSTATUS(status) != 0)
		measure.is_good = false;
	measure.seconds = seconds_of(&usage);
	measure.peak_kib = usage.ru_maxrss;
	return measure;
}

static size_t test_number;

static bool check(bool is_ok, const char *name, const char *what)
{
	printf("%sok %zu - %s: %s\n", is_ok ? "" : "not ", ++test_number, name, what);
	return is_ok;
}

static bool compare(size_t subject, const uint64_t *counts, size_t n)
{
	const char *name = subjects[subject].name;
	struct measure first = { 0 }, last = { 0 };
	bool is_good = true, is_ok;

	for (size_t i = 0; i < n; i++) {
		struct measure measure = take(subject, counts[i]);

		printf("# %-26s %8" PRIu64 " entries %10" PRIu64 " octets %8.3f s %8ld KiB at most\n", name, counts[i], measure.octets, measure.seconds, measure.peak_kib);
		is_good = is_good && measure.is_good && measure.octets > counts[i];
		if (i == 0)
			first = measure;
		last = measure;
	}
	is_ok = check(is_good, name, "it is done");
	/* Starting takes some time, whatever the count is. */
	is_ok = check(last.seconds < (first.seconds < 0.02 ? 0.02 : first.seconds) * TIME_MARGIN * (double)counts[n - 1] / (double)counts[0], name, "time grows as the list does") && is_ok;
	if (subjects[subject].is_bounded)
		is_ok = check(last.peak_kib - first.peak_kib < MEMORY_MARGIN_KIB, name, "memory does not grow") && is_ok;
	return is_ok;
}

int main(int argc, char **argv)
{
	uint64_t counts[MAX_COUNTS] = { 10000, 100000, 1000000 };
	size_t n = 3;
	bool is_ok = true;

	if (argc > 1 && argc <= MAX_COUNTS + 1) {
		n = (size_t)argc - 1;
		for (size_t i = 0; i < n; i++)
			counts[i] = strtoull(argv[i + 1], NULL, 10);
	}
	for (size_t i = 0; i < SUBJECTS; i++)
		is_ok = compare(i, counts, n) && is_ok;
	printf("1..%zu\n", test_number);
	return is_ok ? 0 : 1;
}
