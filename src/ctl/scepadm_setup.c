#include <config.h>

#include "ctl/key_type.h"
#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/prompt.h"
#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_endpoint_settings.h"
#include "ctl/scepadm_record.h"
#include "service/challenge_set.h"
#include "service/setup.h"

#define DEFAULT_CA "root-ca"

/* What was chosen, by options, answers or defaults. Text is terminated. */
struct setup {
	struct scepadm *scepadm;
	const struct command_line *line;
	bool is_asking;
	struct scepadm_endpoint endpoint;
	struct buf ca, ca_subject, challenge;
	bool is_generated;             /* the challenge, which is then shown */
};

static void setup_clear(struct setup *setup)
{
	buf_clear(&setup->ca);
	buf_clear(&setup->ca_subject);
	buf_clear(&setup->challenge);
}

/* From the option, or the terminal, or the default; without any of them ERR_USAGE. */
static enum err choose(const struct setup *setup, const char *option, const char *question, const char *fallback, struct buf *out,
	struct why *why)
{
	enum err e;

	if (command_has(setup->line, option))
		e = buf_append_str(out, command_get(setup->line, option));
	else if (setup->is_asking)
		e = prompt_line(question, fallback, out, why);
	else if (fallback != NULL)
		e = buf_append_str(out, fallback);
	else
		e = why_set(why, ERR_USAGE, "--%s must be given", option);
	return e == ERR_OK ? buf_terminate(out) : e;
}

/* The one that there is, or a new one; who has several must say which. */
static enum err choose_ca(struct setup *setup, struct why *why)
{
	struct service *service = &setup->scepadm->service;
	struct rowset rows = { 0 };
	const char *fallback;
	char subject[128];
	bool exists;
	enum err e;

	if ((e = view_read(service->store, VIEW_CA, NULL, 0, 2, &rows, why)) != ERR_OK)
		return e;
	fallback = rows.row_count == 0 ? DEFAULT_CA : rows.row_count == 1 ? rowset_find(&rows, 0, "name") : NULL;
	e = choose(setup, "ca", "CA that signs the devices' certificates", fallback, &setup->ca, why);
	rowset_clear(&rows);
	if (e != ERR_OK || (e = setup_exists(service, VIEW_CA, (const char *)setup->ca.ptr, &exists, why)) != ERR_OK)
		return e;
	if (exists && command_has(setup->line, "ca-subject"))
		return why_set(why, ERR_CONFLICT, "the CA \"%s\" exists already, so --ca-subject cannot change it", (const char *)setup->ca.ptr);
	if (exists)
		return ERR_OK;
	snprintf(subject, sizeof subject, "CN=%s Root CA", setup->endpoint.application);
	return choose(setup, "ca-subject", "That CA is new. Its subject", subject, &setup->ca_subject, why);
}

static enum err choose_challenge(struct setup *setup, struct why *why)
{
	struct service *service = &setup->scepadm->service;

	if (command_has(setup->line, "challenge-file"))
		return prompt_secret(command_get(setup->line, "challenge-file"), "Challenge", &setup->challenge, why);
	if (setup->is_asking && !prompt_confirm("Generate a challenge? Otherwise you are asked for one.", true))
		return prompt_secret(NULL, "Challenge, at least 8 characters", &setup->challenge, why);
	setup->is_generated = true;
	return challenge_generate(&service->random, &setup->challenge);
}

/* Before anything is asked: there must be something to do. */
static enum err check_missing(struct setup *setup, bool *has_profile, struct why *why)
{
	static const char *const of_profile[] = { "ca", "ca-subject", "ca-key", "ca-days", "policy", "days" };
	struct service *service = &setup->scepadm->service;
	struct view_filter filters[] = { { "application", setup->endpoint.application }, { "profile", setup->endpoint.profile } };
	struct rowset rows = { 0 };
	bool exists;
	enum err e;

	if ((e = view_read(service->store, VIEW_ENDPOINT, filters, 2, 1, &rows, why)) != ERR_OK)
		return e;
	exists = rows.row_count > 0;
	rowset_clear(&rows);
	if (exists)
		return why_set(why, ERR_CONFLICT, "the endpoint %s/%s exists already; `scepadm endpoint show` shows it",
			setup->endpoint.application, setup->endpoint.profile);
	if ((e = setup_exists(service, VIEW_PROFILE, setup->endpoint.profile, has_profile, why)) != ERR_OK)
		return e;
	for (size_t i = 0; *has_profile && i < sizeof of_profile / sizeof of_profile[0]; i++)
		if (command_has(setup->line, of_profile[i]))
			return why_set(why, ERR_CONFLICT, "the profile \"%s\" exists already and keeps its CA, policy and validity: leave out --%s",
				setup->endpoint.profile, of_profile[i]);
	return ERR_OK;
}

/* --- what is shown at the end --- */

/* For people alone: the three clients that are at hand on most systems. */
static void print_commands(const char *url)
{
	printf("\nTry it (challenge.txt holds the challenge):\n"
		"  scepcli caps %s\n"
		"  scepcli enroll %s --subject CN=test --challenge-file challenge.txt --key-out test.key --out test.pem\n", url, url);
	printf("\nWith strongSwan:\n"
		"  pki --scepca --url %s --caout ca.pem --raout ra.pem --outform pem\n"
		"  pki --gen --type rsa --size 2048 --outform pem > test.key\n"
		"  pki --scep --url %s --in test.key --dn CN=test --password \"$(cat challenge.txt)\" \\\n"
		"    --cacert-enc ra.pem --cacert-sig ra.pem --cacert ca.pem --outform pem > test.pem\n", url, url);
	printf("\nWith sscep (test.key and test.csr made by openssl, the challenge inside the request):\n"
		"  sscep getca -u %s -c ca.crt\n"
		"  sscep enroll -u %s -c ca.crt-0 -k test.key -r test.csr -l test.crt -E aes -S sha256\n", url, url);
}

static enum err show(const struct setup *setup, const struct setup_result *result, struct why *why)
{
	struct rowset record = { 0 };
	const char *url;
	enum err e;

	if ((e = record_add_url(setup->scepadm, &record, setup->endpoint.application, setup->endpoint.profile)) != ERR_OK ||
	    (e = record_add(&record, "application", setup->endpoint.application)) != ERR_OK || (e = record_add(&record, "profile",
		setup->endpoint.profile)) != ERR_OK ||
	    (e = record_add(&record, "ca", result->ca)) != ERR_OK || (e = record_add(&record, "policy", result->policy)) != ERR_OK)
		goto out;
	e = setup->is_generated ? record_add_bytes(&record, "challenge", buf_bytes(&setup->challenge)) : record_add(&record, "challenge", NULL);
	if (e != ERR_OK || (e = record_add_fingerprints(&record, "ca_", buf_bytes(&result->ca_der))) != ERR_OK ||
	    (e = record_add_fingerprints(&record, "ra_", buf_bytes(&result->ra_der))) != ERR_OK)
		goto out;
	if ((e = output_record(stdout, setup->scepadm->format, &record, NULL, 0, why)) != ERR_OK)
		goto out;
	url = rowset_find(&record, 0, "url");
	if (setup->scepadm->format == OUTPUT_TABLE)
		print_commands(url);
	if (setup->is_generated)
		scepadm_say("Keep the challenge now: only its hash is stored, and it cannot be shown again.");
out:
	rowset_clear(&record);
	return e;
}

/* --- */

static enum err carry_out(struct setup *setup, struct why *why)
{
	static const char *const except[] = { "ENDPOINT", "ca", "ca-subject", "ca-key", "ca-days", "policy", "days", "ra-bits",
		"challenge-file", "preset", NULL };
	const struct command_line *line = setup->line;
	struct scepadm_arguments settings;
	struct setup_plan plan = {
		.application = setup->endpoint.application,
		.profile = setup->endpoint.profile,
		.policy = command_get(line, "policy"),
		.validity_days = (int)command_get_number(line, "days"),
		.ca = { .name = (const char *)setup->ca.ptr, .subject = (const char *)setup->ca_subject.ptr,
			.validity_days = (int)command_get_number(line, "ca-days") },
		.ra_bits = (unsigned)command_get_number(line, "ra-bits"),
		.challenge = buf_bytes(&setup->challenge),
	};
	struct setup_result result = { 0 };
	enum err e;

	key_type_from_name(command_get(line, "ca-key"), &plan.ca.key_kind, &plan.ca.key_bits);
	scepadm_settings_collect(line, except, scepadm_preset_get(line), &settings);
	plan.settings = settings.argument;
	plan.setting_count = settings.count;
	if ((e = setup_run(&setup->scepadm->service, &plan, &result, why)) == ERR_OK)
		e = show(setup, &result, why);
	setup_result_clear(&result);
	return e;
}

static enum err run_setup(void *context, const struct command_line *line, struct why *why)
{
	struct setup setup = { .scepadm = context, .line = line, .is_asking = prompt_is_possible() && !command_is_set(line, "yes") };
	bool has_profile;
	enum err e;

	if ((e = scepadm_endpoint_parse(command_get(line, "ENDPOINT"), &setup.endpoint, why)) != ERR_OK ||
		(e = scepadm_secret_load(setup.scepadm, why)) != ERR_OK)
		goto out;
	if ((e = check_missing(&setup, &has_profile, why)) != ERR_OK || (!has_profile && (e = choose_ca(&setup, why)) != ERR_OK))
		goto out;
	if ((e = choose_challenge(&setup, why)) == ERR_OK)
		e = carry_out(&setup, why);
out:
	setup_clear(&setup);
	return e;
}

static const struct command_option options[] = {
	POSITIONAL("ENDPOINT", "the endpoint to make, as APPLICATION/PROFILE"),
	TEXT_OPTION("ca", "NAME", "the CA; without it the only one there is, or a new one called " DEFAULT_CA),
	TEXT_OPTION("ca-subject", "DN", "subject of a CA that is made; without it \"CN=APPLICATION Root CA\""),
	CHOICE_OPTION("ca-key", "KEY", KEY_TYPE_CHOICES, "rsa:3072", "key of a CA that is made"),
	NUMBER_OPTION("ca-days", "DAYS", 1, CA_MAX_VALIDITY_DAYS, "3650", "validity of a CA that is made"),
	{ .name = "policy", .argument = "NAME", .type = OPTION_TEXT, .fallback = "devices",
		.help = "the policy; made with rules for devices when missing" },
	NUMBER_OPTION("days", "DAYS", 1, 825, "365", "validity of certificates of a profile that is made"),
	CHOICE_OPTION("ra-bits", "BITS", "2048|3072|4096", "2048", "size of the RA's RSA key"),
	FILE_OPTION("challenge-file",
		"the file that holds the static challenge, - for standard input; without it one is generated and shown once"),
	PRESET_OPTION,
	LIST_OPTION("ciphers", "CIPHER,...", CIPHER_CHOICES, "content ciphers that are allowed, best first; without it all but des-cbc"),
	LIST_OPTION("digests", "DIGEST,...", DIGEST_CHOICES, "digests that are allowed, best first; without it sha256,sha512,sha384,sha1"),
	TEXT_OPTION("default-for-host", "HOST", "make it the endpoint of URLs without names, for this host name, or * for all"),
};

const struct command scepadm_setup = {
	"setup", NULL, "make a working endpoint in one go", OPTIONS(options), .role = ROLE_ADMIN, .run = run_setup
};
