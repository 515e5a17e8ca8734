#include <config.h>

#include <getopt.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "conformance/report.h"
#include "conformance/suite.h"
#include "ctl/file.h"

/* Holds a SCEP server to RFC 8894 and to what deployed clients need. See README in this folder. */

enum { MAX_CHALLENGE_LEN = 8192, EXIT_FAILED = 1, EXIT_USAGE = 2 };

#define DEFAULT_SUBJECT "CN=conformance-%.example.org,O=Conformance"
#define CHALLENGE_ENV "SCEP_CHALLENGE"

enum option_code {
	OPTION_CHALLENGE_FILE = 1000, OPTION_CA_FILE, OPTION_CA_FINGERPRINT, OPTION_GET_CERT, OPTION_GET_CRL, OPTION_HELP,
	OPTION_JSON, OPTION_LEGACY_CIPHER, OPTION_LIST, OPTION_NEXT_CA, OPTION_ONLY, OPTION_OPEN, OPTION_PASSWORD_RECIPIENT,
	OPTION_PENDING_URL, OPTION_RENEWAL, OPTION_ROLLOVER, OPTION_STRICT, OPTION_SUBJECT, OPTION_TIMEOUT
};

static const struct option option_table[] = {
	{ "challenge-file", required_argument, NULL, OPTION_CHALLENGE_FILE }, { "ca-file", required_argument, NULL, OPTION_CA_FILE },
	{ "ca-fingerprint", required_argument, NULL, OPTION_CA_FINGERPRINT }, { "get-cert", no_argument, NULL, OPTION_GET_CERT },
	{ "get-crl", no_argument, NULL, OPTION_GET_CRL }, { "help", no_argument, NULL, OPTION_HELP }, { "json", required_argument, NULL, OPTION_JSON },
	{ "legacy-cipher", required_argument, NULL, OPTION_LEGACY_CIPHER }, { "list", no_argument, NULL, OPTION_LIST },
	{ "next-ca", no_argument, NULL, OPTION_NEXT_CA },
	{ "only", required_argument, NULL, OPTION_ONLY }, { "open", no_argument, NULL, OPTION_OPEN },
	{ "password-recipient", no_argument, NULL, OPTION_PASSWORD_RECIPIENT }, { "pending-url", required_argument, NULL, OPTION_PENDING_URL },
	{ "renewal", no_argument, NULL, OPTION_RENEWAL }, { "rollover", no_argument, NULL, OPTION_ROLLOVER },
	{ "strict", no_argument, NULL, OPTION_STRICT }, { "subject", required_argument, NULL, OPTION_SUBJECT },
	{ "timeout", required_argument, NULL, OPTION_TIMEOUT }, { 0 }
};

static const char usage_text[] =
	"usage: run URL [options]\n"
	"\n"
	"  --challenge-file FILE   the challenge that enrols (default: the environment variable " CHALLENGE_ENV ")\n"
	"  --open                  the server enrols without a challenge\n"
	"  --subject NAME          subject of requests, RFC 4514; % stands for a fresh word (default: " DEFAULT_SUBJECT ")\n"
	"  --ca-fingerprint HEX    SHA-256 fingerprint of a certificate of GetCACert\n"
	"  --ca-file FILE          PEM certificates that an https server is checked against\n"
	"  --timeout SECONDS       for one HTTP exchange\n"
	"\n"
	"What the server has, so that it is looked at:\n"
	"  --renewal               a certificate that was just issued may be renewed\n"
	"  --pending-url URL       an endpoint that answers PENDING to the same challenge\n"
	"  --get-cert, --get-crl   GetCert, GetCRL\n"
	"  --next-ca               GetNextCACert has a certificate to give\n"
	"  --rollover              a request enveloped for that certificate is issued by the next CA\n"
	"  --password-recipient    keys that cannot decrypt are enrolled\n"
	"  --legacy-cipher NAME    a cipher that the operator allows beyond the RFC: des-cbc\n"
	"\n"
	"  --json FILE             write a machine-readable summary\n"
	"  --strict                SHOULD and INTEROP count for the exit status as well\n"
	"  --only ID[,ID...]       these requirements alone\n"
	"  --list                  print the requirements and end\n"
	"\n"
	"Exit status: 0 every MUST holds (with --strict: everything), 1 not so, 2 usage.\n";

/* The command line. */
struct arguments {
	struct suite_options suite;
	const char *json_path, *only;
	char *challenge;
	bool is_strict;
};

static int list_requirements(void)
{
	for (size_t i = 0; i < requirement_count; i++)
		printf("%-5s %-8s %-16s %s\n", requirement_table[i].id, level_name(requirement_table[i].level), requirement_table[i].section,
			requirement_table[i].sentence);
	return EXIT_SUCCESS;
}

static enum err read_challenge(const char *path, struct arguments *arguments, struct why *why)
{
	struct buf text = { 0 };
	enum err e = file_read(path, MAX_CHALLENGE_LEN, &text, why);

	if (e != ERR_OK)
		return e;
	while (text.len > 0 && (text.ptr[text.len - 1] == '\n' || text.ptr[text.len - 1] == '\r'))
		text.len--;
	free(arguments->challenge);
	arguments->challenge = NULL;
	e = bytes_copy_str(buf_bytes(&text), &arguments->challenge);
	buf_clear(&text);
	return e;
}

/* One option; false when its argument is wrong. */
static bool take_option(int code, struct arguments *arguments, struct why *why)
{
	struct suite_options *suite = &arguments->suite;

	switch ((enum option_code)code) {
	case OPTION_CHALLENGE_FILE:
		return read_challenge(optarg, arguments, why) == ERR_OK;
	case OPTION_CA_FILE:
		suite->ca_file = optarg;
		return true;
	case OPTION_CA_FINGERPRINT:
		suite->ca_fingerprint = optarg;
		return true;
	case OPTION_GET_CERT:
		return suite->has_get_cert = true;
	case OPTION_GET_CRL:
		return suite->has_get_crl = true;
	case OPTION_JSON:
		arguments->json_path = optarg;
		return true;
	case OPTION_LEGACY_CIPHER:
		suite->legacy_cipher = cipher_from_name(bytes_from_str(optarg));
		return suite->legacy_cipher != CIPHER_NONE;
	case OPTION_NEXT_CA:
		return suite->has_next_ca = true;
	case OPTION_ONLY:
		arguments->only = optarg;
		return true;
	case OPTION_OPEN:
		return suite->is_open = true;
	case OPTION_PASSWORD_RECIPIENT:
		return suite->has_password_recipient = true;
	case OPTION_PENDING_URL:
		suite->pending_url = optarg;
		return true;
	case OPTION_RENEWAL:
		return suite->has_renewal = true;
	case OPTION_ROLLOVER:
		return suite->has_rollover = true;
	case OPTION_STRICT:
		return arguments->is_strict = true;
	case OPTION_SUBJECT:
		suite->subject = optarg;
		return true;
	case OPTION_TIMEOUT:
		suite->timeout_s = strtol(optarg, NULL, 10);
		return suite->timeout_s > 0;
	case OPTION_HELP:
	case OPTION_LIST:
		break;
	}
	return false;
}

/* @return -1 to go on, else the exit status. */
static int read_arguments(int argc, char **argv, struct arguments *arguments)
{
	const char *from_environment = getenv(CHALLENGE_ENV);
	struct why why = { 0 };
	int code;

	arguments->suite.subject = DEFAULT_SUBJECT;
	if (from_environment != NULL && from_environment[0] != '\0')
		arguments->challenge = strdup(from_environment);
	while ((code = getopt_long(argc, argv, "", option_table, NULL)) != -1) {
		if (code == OPTION_HELP) {
			fputs(usage_text, stdout);
			return EXIT_SUCCESS;
		}
		if (code == OPTION_LIST)
			return list_requirements();
		if (code == '?' || !take_option(code, arguments, &why)) {
			fprintf(stderr, "%s%s%s", why.text, why.text[0] != '\0' ? "\n" : "", usage_text);
			return EXIT_USAGE;
		}
	}
	if (optind != argc - 1) {
		fputs(usage_text, stderr);
		return EXIT_USAGE;
	}
	arguments->suite.url = argv[optind];
	arguments->suite.challenge = arguments->challenge;
	return -1;
}

/* Is the id one of a list with commas, or is there no list? */
static bool is_wanted(const char *only, const char *id)
{
	size_t len = strlen(id);

	for (const char *at = only; at != NULL; at = strchr(at, ',') == NULL ? NULL : strchr(at, ',') + 1)
		if (strncmp(at, id, len) == 0 && (at[len] == '\0' || at[len] == ','))
			return true;
	return only == NULL;
}

static void run_checks(struct suite *suite, const char *only, struct report *report)
{
	for (size_t i = 0; i < requirement_count; i++) {
		struct why detail = { 0 };

		if (is_wanted(only, requirement_table[i].id)) {
			enum verdict verdict = requirement_table[i].check(suite, &detail);

			report_add(report, &requirement_table[i], verdict, &detail);
		}
	}
	report_end(report);
}

static enum err write_json(const struct report *report, const struct arguments *arguments)
{
	FILE *out;
	enum err e;

	if (arguments->json_path == NULL)
		return ERR_OK;
	if ((out = fopen(arguments->json_path, "w")) == NULL)
		return ERR_IO;
	e = report_write_json(report, arguments->suite.url, out);
	return fclose(out) == 0 ? e : ERR_IO;
}

int main(int argc, char **argv)
{
	static struct report report;
	struct arguments arguments = { 0 };
	struct suite suite = { 0 };
	struct why why = { 0 };
	size_t failed = 0;
	enum err e;
	int status = read_arguments(argc, argv, &arguments);

	if (status >= 0)
		goto out;
	status = EXIT_USAGE;
	if ((e = suite_open(&arguments.suite, &suite, &why)) != ERR_OK) {
		fprintf(stderr, "%s\n", why_text(&why, e));
		goto out;
	}
	run_checks(&suite, arguments.only, &report);
	if ((e = write_json(&report, &arguments)) != ERR_OK) {
		fprintf(stderr, "%s: %s\n", arguments.json_path, err_text(e));
		goto out;
	}
	for (int level = 0; level < (arguments.is_strict ? LEVEL_COUNT : LEVEL_MUST + 1); level++)
		failed += report_count(&report, (enum level)level, VERDICT_FAIL);
	status = failed > 0 ? EXIT_FAILED : EXIT_SUCCESS;
out:
	suite_close(&suite);
	free(arguments.challenge);
	return status;
}
