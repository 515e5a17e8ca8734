#include <config.h>

#include "service/setup.h"

#include <stdio.h>
#include <stdlib.h>

#include "service/challenge_set.h"
#include "service/endpoint_attach.h"

/* What devices ask, and nothing that makes a certificate more than a device's. */
static const struct {
	const char *target, *item;
} device_rules[] = {
	{ "subject", "CN" }, { "subject", "O" }, { "subject", "OU" }, { "subject", "C" }, { "subject", "ST" }, { "subject", "L" },
		{ "subject", "serialNumber" },
	{ "subject", "emailAddress" }, { "subject", "UID" }, { "subject", "DC" }, { "subject", "unstructuredName" }, { "subject",
		"unstructuredAddress" },
	{ "san", "dns" }, { "san", "ip" }, { "san", "email" }, { "san", "uri" }, { "san", "upn" },
	{ "key_usage", "digitalSignature" }, { "key_usage", "keyEncipherment" },
	{ "ext_key_usage", "clientAuth" },
};

enum err setup_exists(struct service *service, enum view view, const char *name, bool *exists, struct why *why)
{
	struct view_filter filter = { "name", name };
	struct rowset rows = { 0 };
	enum err e;

	if ((e = view_read(service->store, view, &filter, 1, 1, &rows, why)) != ERR_OK)
		return e;
	*exists = rows.row_count > 0;
	rowset_clear(&rows);
	return ERR_OK;
}

static enum err ensure_application(struct service *service, const char *name, struct why *why)
{
	struct admin_argument argument = { "name", bytes_from_str(name) };
	bool exists;
	enum err e = setup_exists(service, VIEW_APPLICATION, name, &exists, why);

	if (e != ERR_OK || exists)
		return e;
	return admin_call(service->store, ADMIN_APPLICATION_CREATE, &argument, 1, NULL, why);
}

static enum err ensure_ca(struct service *service, const struct ca_create_plan *plan, struct why *why)
{
	bool exists;
	enum err e = setup_exists(service, VIEW_CA, plan->name, &exists, why);

	if (e != ERR_OK || exists)
		return e;
	return ca_create(service, plan, NULL, why);
}

static enum err ensure_policy(struct service *service, const char *name, struct why *why)
{
	struct admin_argument create[] = { { "name", bytes_from_str(name) }, { "description", bytes_from_str("what devices ask") } };
	bool exists;
	enum err e = setup_exists(service, VIEW_POLICY, name, &exists, why);

	if (e != ERR_OK || exists)
		return e;
	e = admin_call(service->store, ADMIN_POLICY_CREATE, create, 2, NULL, why);
	for (size_t i = 0; e == ERR_OK && i < sizeof device_rules / sizeof device_rules[0]; i++) {
		struct admin_argument rule[] = {
			{ "policy", bytes_from_str(name) },
			{ "target", bytes_from_str(device_rules[i].target) },
			{ "effect", bytes_from_str("allow") },
			{ "item", bytes_from_str(device_rules[i].item) },
		};

		e = admin_call(service->store, ADMIN_POLICY_RULE_ADD, rule, 4, NULL, why);
	}
	return e;
}

/* A profile that exists keeps its CA and policy. */
static enum err ensure_profile(struct service *service, const struct setup_plan *plan, struct why *why)
{
	char days[16];
	struct admin_argument create[] = {
		{ "name", bytes_from_str(plan->profile) },
		{ "ca", bytes_from_str(plan->ca.name) },
		{ "policy", bytes_from_str(plan->policy) },
		{ "validity_days", { NULL, 0 } },
	};
	bool exists;
	enum err e = setup_exists(service, VIEW_PROFILE, plan->profile, &exists, why);

	if (e != ERR_OK || exists)
		return e;
	if ((e = ensure_ca(service, &plan->ca, why)) != ERR_OK || (e = ensure_policy(service, plan->policy, why)) != ERR_OK)
		return e;
	snprintf(days, sizeof days, "%d", plan->validity_days);
	create[3].value = bytes_from_str(days);
	return admin_call(service->store, ADMIN_PROFILE_CREATE, create, 4, NULL, why);
}

/* Names of CA and policy as the profile has them, and the CA's certificate. */
static enum err describe(struct service *service, const char *profile, struct setup_result *result, struct why *why)
{
	struct view_filter filter = { "name", profile };
	struct rowset rows = { 0 };
	struct buf key_stored = { 0 };
	enum err e;

	if ((e = view_read(service->store, VIEW_PROFILE, &filter, 1, 1, &rows, why)) != ERR_OK)
		return e;
	if (rows.row_count == 0) {
		e = why_set(why, ERR_NOT_FOUND, "there is no profile \"%s\"", profile);
		goto out;
	}
	if ((e = bytes_copy_str(bytes_from_str(rowset_find(&rows, 0, "ca")), &result->ca)) != ERR_OK ||
	    (e = bytes_copy_str(bytes_from_str(rowset_find(&rows, 0, "policy")), &result->policy)) != ERR_OK)
		goto out;
	e = admin_ca_load(service->store, result->ca, &result->ca_der, &key_stored, why);
out:
	buf_clear(&key_stored);
	rowset_clear(&rows);
	return e;
}

static enum err make_all(struct service *service, const struct setup_plan *plan, struct setup_result *result, struct why *why)
{
	struct ra_plan ra = { .application = plan->application, .profile = plan->profile, .rsa_bits = plan->ra_bits };
	enum err e;

	if ((e = ensure_application(service, plan->application, why)) != ERR_OK)
		return e;
	if ((e = ensure_profile(service, plan, why)) != ERR_OK)
		return e;
	if ((e = endpoint_attach(service, &ra, plan->settings, plan->setting_count, &result->ra_der, why)) != ERR_OK)
		return e;
	if ((e = challenge_set(service, plan->application, plan->profile, NULL, plan->challenge, NULL, why)) != ERR_OK)
		return e;
	return describe(service, plan->profile, result, why);
}

enum err setup_run(struct service *service, const struct setup_plan *plan, struct setup_result *result, struct why *why)
{
	struct setup_result made = { 0 };
	enum err e;

	if ((e = admin_begin(service->store, why)) != ERR_OK)
		return e;
	e = make_all(service, plan, &made, why);
	if (e == ERR_OK)
		e = admin_commit(service->store, why);
	else
		admin_rollback(service->store);
	if (e == ERR_OK) {
		*result = made;
		made = (struct setup_result){ 0 };
	}
	setup_result_clear(&made);
	return e;
}

void setup_result_clear(struct setup_result *result)
{
	free(result->ca);
	free(result->policy);
	buf_clear(&result->ca_der);
	buf_clear(&result->ra_der);
	*result = (struct setup_result){ 0 };
}
