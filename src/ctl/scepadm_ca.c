#include <config.h>

#include "ctl/key_type.h"
#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "service/ca_create.h"
#include "service/ca_next.h"

static enum err read_ca(struct scepadm *scepadm, const char *name, struct rowset *row, struct buf *cert_der, struct why *why)
{
	struct view_filter filter = { "name", name };
	char what[96];
	enum err e;

	snprintf(what, sizeof what, "CA \"%s\"", name);
	if ((e = scepadm_read_one(scepadm, VIEW_CA, &filter, 1, what, row, why)) != ERR_OK)
		return e;
	return record_octets(row, "certificate", cert_der, why);
}

/* The first row of what belongs to a CA, without its octets, if it has some. */
static enum err read_part(struct scepadm *scepadm, enum view view, const char *name, const char *octets, struct rowset *rows, struct why *why)
{
	struct view_filter filter = { "ca", name };
	enum err e = view_read(scepadm->store, view, &filter, 1, 1, rows, why);

	if (e != ERR_OK)
		return e;
	record_drop(rows, "ca");
	if (octets != NULL)
		record_drop(rows, octets);
	return ERR_OK;
}

enum err scepadm_ca_print(struct scepadm *scepadm, const char *name, struct why *why)
{
	static const char *const next_columns[] = { "not_before", "not_after", "sha256", NULL };
	static const char *const crl_columns[] = { "number", "partition", "is_delta", "this_update", "next_update", NULL };
	struct rowset row = { 0 }, next = { 0 }, crl = { 0 };
	struct output_part parts[] = { { "next_certificate", &next, next_columns }, { "crl", &crl, crl_columns } };
	struct buf cert_der = { 0 };
	enum err e;

	if ((e = read_ca(scepadm, name, &row, &cert_der, why)) != ERR_OK)
		goto out;
	record_drop(&row, "certificate");
	record_drop(&row, "sha256");
	if ((e = record_add_fingerprints(&row, "", buf_bytes(&cert_der))) != ERR_OK ||
	    (e = read_part(scepadm, VIEW_CA_NEXT, name, "certificate", &next, why)) != ERR_OK ||
	    (e = read_part(scepadm, VIEW_CRL, name, NULL, &crl, why)) != ERR_OK)
		goto out;
	e = output_record(stdout, scepadm->format, &row, parts, 2, why);
out:
	rowset_clear(&row);
	rowset_clear(&next);
	rowset_clear(&crl);
	buf_clear(&cert_der);
	return e;
}

static enum err run_create(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct ca_create_plan plan = {
		.name = command_get(line, "NAME"),
		.description = command_get(line, "description"),
		.key_uri = command_get(line, "key-uri"),
		.subject = command_get(line, "subject"),
		.validity_days = (int)command_get_number(line, "days"),
		.has_encipherment = command_is_set(line, "encipherment"),
		.issuer = command_get(line, "issuer"),
		.has_path_len = command_has(line, "path-length"),
		.path_len = (int)command_get_number(line, "path-length"),
	};
	enum err e;

	key_type_from_name(command_get(line, "key"), &plan.key_kind, &plan.key_bits);
	if ((e = scepadm_secret_load(scepadm, why)) != ERR_OK || (e = ca_create(&scepadm->service, &plan, NULL, why)) != ERR_OK)
		return e;
	return scepadm_ca_print(scepadm, plan.name, why);
}

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "name", "enabled", "subject", "issuer", "not_before", "not_after", "profiles", NULL };

	(void)line;
	return scepadm_list(context, VIEW_CA, NULL, 0, 0, columns, why);
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_ca_print(context, command_get(line, "NAME"), why);
}

static enum err run_alter(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_alter(context, ADMIN_CA_ALTER, line, why);
}

static enum err run_delete(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_call(context, ADMIN_CA_DELETE, line, why);
}

static enum err run_next_create(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct ca_next_plan plan = {
		.ca = command_get(line, "NAME"),
		.has_key_kind = command_has(line, "key"),
		.key_uri = command_get(line, "key-uri"),
		.validity_days = (int)command_get_number(line, "days"),
	};
	enum err e;

	if (plan.has_key_kind)
		key_type_from_name(command_get(line, "key"), &plan.key_kind, &plan.key_bits);
	if ((e = scepadm_secret_load(scepadm, why)) != ERR_OK || (e = ca_next_create(&scepadm->service, &plan, NULL, why)) != ERR_OK)
		return e;
	return scepadm_ca_print(scepadm, plan.ca, why);
}

static enum err run_next_remove(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct admin_argument argument = { "ca", bytes_from_str(command_get(line, "NAME")) };

	return admin_call(scepadm->store, ADMIN_CA_NEXT_REMOVE, &argument, 1, NULL, why);
}

static enum err read_next(struct scepadm *scepadm, const char *name, struct rowset *row, struct buf *cert_der, struct why *why)
{
	struct view_filter filter = { "ca", name };
	char what[128];
	enum err e;

	snprintf(what, sizeof what, "next certificate of a CA \"%s\"", name);
	if ((e = scepadm_read_one(scepadm, VIEW_CA_NEXT, &filter, 1, what, row, why)) != ERR_OK)
		return e;
	return record_octets(row, "certificate", cert_der, why);
}

static enum err run_export(void *context, const struct command_line *line, struct why *why)
{
	const char *name = command_get(line, "NAME");
	struct rowset row = { 0 };
	struct buf cert_der = { 0 };
	enum err e;

	e = command_is_set(line, "next") ? read_next(context, name, &row, &cert_der, why) : read_ca(context, name, &row, &cert_der, why);
	if (e == ERR_OK)
		e = record_write_der("CERTIFICATE", buf_bytes(&cert_der), command_get(line, "form"), command_get(line, "out"), why);
	rowset_clear(&row);
	buf_clear(&cert_der);
	return e;
}

static const struct command_option create_options[] = {
	POSITIONAL("NAME", "name of the CA: 1 to 64 of a-z 0-9 . _ -"),
	REQUIRED_OPTION("subject", "DN", "subject of its certificate, e.g. \"CN=Corp Root,O=Example,C=DE\""),
	TEXT_OPTION("issuer", "CA", "the CA that signs it; without it it signs itself"),
	PATH_LENGTH_OPTION,
	CHOICE_OPTION("key", "KEY", KEY_TYPE_CHOICES, "rsa:3072", "type and size of its key"),
	TEXT_OPTION("key-uri", "URI", "take this key of a PKCS#11 token, and make none"),
	NUMBER_OPTION("days", "DAYS", 1, CA_MAX_VALIDITY_DAYS, "3650", "validity of its certificate"),
	FLAG_OPTION("encipherment", "let it sign and decrypt messages, so that it can play RA itself (--ca-certs ca); RSA alone"),
	TEXT_OPTION("description", "TEXT", "a note for people"),
};
static const struct command_option name_options[] = {
	POSITIONAL("NAME", "name of the CA"),
};
static const struct command_option alter_options[] = {
	POSITIONAL("NAME", "name of the CA"),
	TEXT_OPTION("new-name", "NAME", "another name"),
	TEXT_OPTION("description", "TEXT", "another note"),
	BOOL_OPTION("enabled", "whether its endpoints serve"),
	LIST_OPTION("crl-urls", "URLS", NULL, "where its CRLs are fetched; {partition} stands for the number of a partition"),
	LIST_OPTION("delta-crl-urls", "URLS", NULL, "where its delta CRLs are fetched"),
	LIST_OPTION("ca-urls", "URLS", NULL, "where its certificate is fetched"),
	NUMBER_OPTION("crl-validity-hours", "HOURS", 1, 87600, NULL, "how long a CRL is good"),
	NUMBER_OPTION("delta-crl-hours", "HOURS", 0, 87600, NULL, "how long a delta CRL is good; 0: there are none"),
	NUMBER_OPTION("crl-partitions", "NUMBER", 1, 256, NULL, "among how many CRLs its certificates are spread; never fewer than before"),
	BOOL_OPTION("publish-on-revocation", "whether a revocation makes the next CRL due"),
};
static const struct command_option export_options[] = {
	POSITIONAL("NAME", "name of the CA"),
	FLAG_OPTION("next", "the certificate that is announced as its next one"),
	FORM_OPTIONS,
};
static const struct command_option next_create_options[] = {
	POSITIONAL("NAME", "name of the CA"),
	CHOICE_OPTION("key", "KEY", KEY_TYPE_CHOICES, NULL, "type and size of the new key; without it those of the present one"),
	TEXT_OPTION("key-uri", "URI", "take this key of a PKCS#11 token, and make none"),
	NUMBER_OPTION("days", "DAYS", 1, CA_MAX_VALIDITY_DAYS, "3650", "validity of the next certificate, from now"),
};

const struct command scepadm_ca_create = {
	"ca", "create", "make a CA, a root or one below another: its key and certificate", OPTIONS(create_options), .role = ROLE_ADMIN, .run = run_create
};
const struct command scepadm_ca_list = { "ca", "list", "list the CAs", .role = ROLE_AUDITOR, .run = run_list };
const struct command scepadm_ca_show = {
	"ca", "show", "show a CA with its fingerprints, next certificate and CRL", OPTIONS(name_options), .role = ROLE_AUDITOR, .run = run_show
};
const struct command scepadm_ca_alter = { "ca", "alter", "change a CA", OPTIONS(alter_options), .role = ROLE_ADMIN, .run = run_alter };
const struct command scepadm_ca_delete = {
	"ca", "delete", "delete a CA that nothing uses, and its key", OPTIONS(name_options), .role = ROLE_ADMIN, .is_destructive = true,
		.run = run_delete
};
const struct command scepadm_ca_export = {
	"ca", "export", "write the certificate of a CA, or its next one", OPTIONS(export_options), .role = ROLE_AUDITOR, .run = run_export
};
const struct command scepadm_ca_next_create = {
	"ca", "next-create", "make and announce the next certificate of a CA, with a new key", OPTIONS(next_create_options), .role = ROLE_ADMIN,
		.run = run_next_create
};
const struct command scepadm_ca_next_remove = {
	"ca", "next-remove", "take the next certificate of a CA back, with its key", OPTIONS(name_options), .role = ROLE_ADMIN, .is_destructive = true,
		.run = run_next_remove
};
