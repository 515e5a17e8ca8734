#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/prompt.h"
#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_endpoint_settings.h"
#include "ctl/scepadm_record.h"
#include "service/challenge_set.h"
#include "service/endpoint_attach.h"

static enum err split(const struct command_line *line, struct scepadm_endpoint *endpoint, struct why *why)
{
	return scepadm_endpoint_parse(command_get(line, "ENDPOINT"), endpoint, why);
}

/* Put the fingerprints of the current RA certificate into the record, and take the octets out of the list. */
static enum err show_ra(struct rowset *ra, struct rowset *record, struct why *why)
{
	struct buf cert_der = { 0 };
	enum err e = ERR_OK;

	if (ra->row_count > 0 && (e = record_octets(ra, "certificate", &cert_der, why)) == ERR_OK)
		e = record_add_fingerprints(record, "ra_", buf_bytes(&cert_der));
	record_drop(ra, "certificate");
	buf_clear(&cert_der);
	return e;
}

/* What is shown behind the settings. */
struct part {
	const char *name;
	enum view view;
	const char *const *columns;
};

enum err scepadm_endpoint_print(struct scepadm *scepadm, const struct scepadm_endpoint *endpoint, struct why *why)
{
	static const char *const ra_columns[] = { "state", "use", "subject", "not_before", "not_after", "sha256", NULL };
	static const char *const challenge_columns[] = { "name", "expires_at", "expired", "created_at", NULL };
	static const char *const rule_columns[] = { "kind", "item", "pattern", NULL };
	static const char *const throttle_columns[] = { "network", "blocked", "blocked_until", "blocks", "wrong_challenges", "suppressed", NULL };
	static const struct part parts[] = {
		{ "ra_certificate", VIEW_RA_CERTIFICATE, ra_columns }, { "static_challenge", VIEW_STATIC_CHALLENGE, challenge_columns },
		{ "approval_rule", VIEW_APPROVAL_RULE, rule_columns }, { "throttle", VIEW_THROTTLE, throttle_columns },
	};
	enum { PARTS = sizeof parts / sizeof parts[0] };
	struct view_filter filters[] = { { "application", endpoint->application }, { "profile", endpoint->profile } };
	struct rowset row = { 0 }, rows[PARTS] = { 0 };
	struct output_part output[PARTS];
	char what[192];
	enum err e;

	snprintf(what, sizeof what, "endpoint \"%s/%s\"", endpoint->application, endpoint->profile);
	if ((e = scepadm_read_one(scepadm, VIEW_ENDPOINT, filters, 2, what, &row, why)) != ERR_OK)
		goto out;
	if ((e = record_add_url(scepadm, &row, endpoint->application, endpoint->profile)) != ERR_OK)
		goto out;
	record_drop(&row, "challenges"); /* their number; they follow themselves */
	for (size_t i = 0; i < PARTS; i++) {
		if ((e = view_read(scepadm->store, parts[i].view, filters, 2, 0, &rows[i], why)) != ERR_OK)
			goto out;
		output[i] = (struct output_part){ parts[i].name, &rows[i], parts[i].columns };
	}
	if ((e = show_ra(&rows[0], &row, why)) == ERR_OK)
		e = output_record(stdout, scepadm->format, &row, output, PARTS, why);
out:
	rowset_clear(&row);
	for (size_t i = 0; i < PARTS; i++)
		rowset_clear(&rows[i]);
	return e;
}

static enum err read_ra_plan(const struct command_line *line, struct ra_plan *plan, struct why *why)
{
	plan->rsa_bits = (unsigned)command_get_number(line, "ra-bits");
	plan->self_signed = command_is_set(line, "ra-self-signed");
	plan->key_uri = command_get(line, "ra-key-uri");
	plan->is_split = command_is_set(line, "ra-split");
	plan->sign_key_uri = command_get(line, "ra-sign-key-uri");
	if (plan->sign_key_uri != NULL && !plan->is_split)
		return why_set(why, ERR_USAGE, "--ra-sign-key-uri is of no use without --ra-split");
	return ERR_OK;
}

/* Endpoint and challenge as one: neither without the other. */
static enum err attach(struct scepadm *scepadm, const struct scepadm_endpoint *endpoint, const struct command_line *line,
	struct bytes challenge, struct why *why)
{
	struct ra_plan plan = {
		.application = endpoint->application,
		.profile = endpoint->profile,
	};
	static const char *const except[] = { "ENDPOINT", "ra-bits", "ra-self-signed", "ra-key-uri", "ra-split", "ra-sign-key-uri", "challenge-file", "challenge-expires", "preset", NULL };
	struct scepadm_arguments settings;
	enum err e;

	scepadm_settings_collect(line, except, scepadm_preset_get(line), &settings);
	if ((e = read_ra_plan(line, &plan, why)) != ERR_OK)
		return e;
	if ((e = admin_begin(scepadm->store, why)) != ERR_OK)
		return e;
	e = endpoint_attach(&scepadm->service, &plan, settings.argument, settings.count, NULL, why);
	if (e == ERR_OK && challenge.len > 0)
		e = challenge_set(&scepadm->service, endpoint->application, endpoint->profile, NULL, challenge, command_get(line,
			"challenge-expires"), why);
	if (e == ERR_OK)
		return admin_commit(scepadm->store, why);
	admin_rollback(scepadm->store);
	return e;
}

static enum err run_attach(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct scepadm_endpoint endpoint;
	struct buf challenge = { 0 };
	enum err e;

	if (command_has(line, "challenge-expires") && !command_has(line, "challenge-file"))
		return why_set(why, ERR_USAGE, "--challenge-expires is of no use without --challenge-file");
	if ((e = split(line, &endpoint, why)) != ERR_OK || (e = scepadm_secret_load(scepadm, why)) != ERR_OK)
		goto out;
	if (command_has(line, "challenge-file") && (e = prompt_secret(command_get(line, "challenge-file"), "Challenge", &challenge,
		why)) != ERR_OK)
		goto out;
	if ((e = attach(scepadm, &endpoint, line, buf_bytes(&challenge), why)) == ERR_OK)
		e = scepadm_endpoint_print(scepadm, &endpoint, why);
out:
	buf_clear(&challenge);
	return e;
}

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "application", "profile", "ca", "policy", "active", "challenge_mode", "challenges",
		"dynamic_challenges", "renewal", "approval", "pending", "ra_not_after", NULL };
	struct view_filter filters[2];
	size_t count = 0;

	if (command_has(line, "application"))
		filters[count++] = (struct view_filter){ "application", command_get(line, "application") };
	if (command_has(line, "profile"))
		filters[count++] = (struct view_filter){ "profile", command_get(line, "profile") };
	return scepadm_list(context, VIEW_ENDPOINT, filters, count, 0, columns, why);
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm_endpoint endpoint;
	enum err e;

	if ((e = split(line, &endpoint, why)) != ERR_OK)
		return e;
	return scepadm_endpoint_print(context, &endpoint, why);
}

static enum err run_alter(void *context, const struct command_line *line, struct why *why)
{
	static const char *const except[] = { "ENDPOINT", NULL };
	struct scepadm_arguments arguments;

	scepadm_settings_collect(line, except, NULL, &arguments);
	if (arguments.count == 0)
		return why_set(why, ERR_USAGE, "nothing is given to alter");
	return scepadm_call_endpoint(context, ADMIN_ENDPOINT_ALTER, line, &arguments, why);
}

static enum err run_detach(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm_arguments arguments = { .count = 0 };

	return scepadm_call_endpoint(context, ADMIN_ENDPOINT_DETACH, line, &arguments, why);
}

static enum err run_renew_ra(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct scepadm_endpoint endpoint;
	struct ra_plan plan = { 0 };
	enum err e;

	if ((e = split(line, &endpoint, why)) != ERR_OK || (e = read_ra_plan(line, &plan, why)) != ERR_OK || (e = scepadm_secret_load(scepadm, why)) != ERR_OK)
		return e;
	plan.application = endpoint.application;
	plan.profile = endpoint.profile;
	if ((e = ra_certificate_renew(&scepadm->service, &plan, NULL, why)) != ERR_OK)
		return e;
	return scepadm_endpoint_print(scepadm, &endpoint, why);
}

#define ENDPOINT POSITIONAL("ENDPOINT", "the endpoint, as APPLICATION/PROFILE")
#define RA \
	CHOICE_OPTION("ra-bits", "BITS", "2048|3072|4096", "2048", "size of the RA's RSA key; some devices cannot use more than 2048"), \
	FLAG_OPTION("ra-self-signed", "let the RA certificate sign itself, not the CA"), \
	TEXT_OPTION("ra-key-uri", "URI", "take this RSA key of a PKCS#11 token for the RA, and make none"), \
	FLAG_OPTION("ra-split", "two RA certificates with a key each: one to encrypt requests for, one that signs replies"), \
	TEXT_OPTION("ra-sign-key-uri", "URI", "take this RSA key of a token for the one that signs")

static const struct command_option attach_options[] = {
	ENDPOINT,
	RA,
	PRESET_OPTION,
	ENDPOINT_SETTINGS,
	FILE_OPTION("challenge-file", "set the static challenge that stands in this file; - for standard input"),
	TEXT_OPTION("challenge-expires", "TIME", "when that challenge ends, ISO 8601"),
};
static const struct command_option list_options[] = {
	TEXT_OPTION("application", "NAME", "only those of this application"),
	TEXT_OPTION("profile", "NAME", "only those of this profile"),
};
static const struct command_option endpoint_options[] = {
	ENDPOINT,
};
static const struct command_option alter_options[] = {
	ENDPOINT,
	BOOL_OPTION("enabled", "whether it serves"),
	ENDPOINT_SETTINGS,
};
static const struct command_option renew_options[] = {
	ENDPOINT,
	RA,
};

const struct command scepadm_endpoint_attach = {
	"endpoint", "attach", "attach a profile to an application, with a new RA certificate", OPTIONS(attach_options), .role = ROLE_ADMIN,
		.run = run_attach
};
const struct command scepadm_endpoint_list = {
	"endpoint", "list", "list the endpoints", OPTIONS(list_options), .role = ROLE_AUDITOR, .run = run_list
};
const struct command scepadm_endpoint_show = {
	"endpoint", "show", "show an endpoint, its RA certificates, static challenges, approval rules and throttled networks", OPTIONS(endpoint_options), .role = ROLE_AUDITOR,
		.run = run_show
};
const struct command scepadm_endpoint_alter = {
	"endpoint", "alter", "change the settings of an endpoint", OPTIONS(alter_options), .role = ROLE_ADMIN, .run = run_alter
};
const struct command scepadm_endpoint_detach = {
	"endpoint", "detach", "remove an endpoint that has issued nothing, with its RA keys", OPTIONS(endpoint_options), .role = ROLE_ADMIN,
		.is_destructive = true, .run = run_detach
};
const struct command scepadm_endpoint_renew_ra = {
	"endpoint", "renew-ra", "make new RA certificates; the old ones go on decrypting", OPTIONS(renew_options), .role = ROLE_ADMIN,
		.run = run_renew_ra
};
