#include <config.h>

#include "ctl/scepadm_commands.h"

#include "ctl/file.h"
#include "ctl/key_type.h"
#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_record.h"
#include "pki/pem.h"
#include "service/ca_create.h"
#include "service/ca_request.h"
#include "service/ca_sign.h"

/* Certificates between us and CAs elsewhere: we sign theirs, or they sign ours. */

/* A request, PEM or DER. */
static enum err csr_read(const char *path, struct buf *der, struct why *why)
{
	struct buf file = { 0 };
	struct bytes rest;
	enum err e;

	if ((e = file_read(path, FILE_MAX_LEN, &file, why)) != ERR_OK)
		return e;
	rest = buf_bytes(&file);
	if (!pem_is_pem(rest))
		e = buf_append(der, rest);
	else if ((e = file_next_pem(&rest, "CERTIFICATE REQUEST", der)) == ERR_NOT_FOUND || e == ERR_TEXT)
		e = why_set(why, ERR_CSR_SYNTAX, "%s: there is no certification request in it", path);
	buf_clear(&file);
	return e;
}

static enum err run_sign(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct ca_sign_plan plan = {
		.issuer = command_get(line, "NAME"),
		.path_len = command_has(line, "path-length") ? (int)command_get_number(line, "path-length") : CA_NO_PATH_LENGTH,
		.validity_days = (int)command_get_number(line, "days"),
	};
	struct buf csr_der = { 0 }, cert_der = { 0 };
	enum err e;

	if ((e = csr_read(command_get(line, "FILE"), &csr_der, why)) != ERR_OK || (e = scepadm_secret_load(scepadm, why)) != ERR_OK)
		goto out;
	plan.csr = buf_bytes(&csr_der);
	if ((e = ca_sign(&scepadm->service, &plan, &cert_der, why)) == ERR_OK)
		e = record_write_der("CERTIFICATE", buf_bytes(&cert_der), command_get(line, "form"), command_get(line, "out"), why);
out:
	buf_clear(&csr_der);
	buf_clear(&cert_der);
	return e;
}

static enum err run_request(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct ca_request_plan plan = {
		.name = command_get(line, "NAME"),
		.description = command_get(line, "description"),
		.key_uri = command_get(line, "key-uri"),
		.subject = command_get(line, "subject"),
		.has_path_len = command_has(line, "path-length"),
		.path_len = (int)command_get_number(line, "path-length"),
	};
	struct buf csr_der = { 0 };
	enum err e;

	key_type_from_name(command_get(line, "key"), &plan.key_kind, &plan.key_bits);
	if ((e = scepadm_secret_load(scepadm, why)) == ERR_OK && (e = ca_request(&scepadm->service, &plan, &csr_der, why)) == ERR_OK)
		e = record_write_der("CERTIFICATE REQUEST", buf_bytes(&csr_der), command_get(line, "form"), command_get(line, "out"), why);
	buf_clear(&csr_der);
	return e;
}

static enum err run_request_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "name", "subject", "key", "created_at", NULL };

	(void)line;
	return scepadm_list(context, VIEW_CA_REQUEST, NULL, 0, 0, columns, why);
}

static enum err run_request_export(void *context, const struct command_line *line, struct why *why)
{
	struct view_filter filter = { "name", command_get(line, "NAME") };
	struct rowset row = { 0 };
	struct buf csr_der = { 0 };
	enum err e;

	if ((e = scepadm_read_one(context, VIEW_CA_REQUEST, &filter, 1, "request of a CA of this name", &row, why)) == ERR_OK &&
	    (e = record_octets(&row, "csr", &csr_der, why)) == ERR_OK)
		e = record_write_der("CERTIFICATE REQUEST", buf_bytes(&csr_der), command_get(line, "form"), command_get(line, "out"), why);
	rowset_clear(&row);
	buf_clear(&csr_der);
	return e;
}

static enum err run_request_remove(void *context, const struct command_line *line, struct why *why)
{
	return scepadm_call(context, ADMIN_CA_REQUEST_DELETE, line, why);
}

static const struct command_option sign_options[] = {
	POSITIONAL("NAME", "name of the CA that signs"),
	{ .name = "FILE", .type = OPTION_FILE, .is_positional = true, .is_required = true, .help = "the certification request, PEM or DER; - for standard input" },
	PATH_LENGTH_OPTION,
	NUMBER_OPTION("days", "DAYS", 1, CA_MAX_VALIDITY_DAYS, "3650", "validity of the certificate"),
	FORM_OPTIONS,
};
static const struct command_option request_options[] = {
	POSITIONAL("NAME", "name that the CA will have"),
	REQUIRED_OPTION("subject", "DN", "subject that is asked for"),
	CHOICE_OPTION("key", "KEY", KEY_TYPE_CHOICES, "rsa:3072", "type and size of its key"),
	TEXT_OPTION("key-uri", "URI", "take this key of a PKCS#11 token, and make none"),
	PATH_LENGTH_OPTION,
	TEXT_OPTION("description", "TEXT", "a note for people"),
	FORM_OPTIONS,
};
static const struct command_option name_options[] = {
	POSITIONAL("NAME", "name of the request"),
};
static const struct command_option export_options[] = {
	POSITIONAL("NAME", "name of the request"),
	FORM_OPTIONS,
};

const struct command scepadm_ca_sign = {
	"ca", "sign", "sign the request of a subordinate CA that is elsewhere", OPTIONS(sign_options), .role = ROLE_ADMIN, .run = run_sign
};
const struct command scepadm_ca_request = {
	"ca", "request", "make the key of a CA that another one shall certify, and its request", OPTIONS(request_options), .role = ROLE_ADMIN, .run = run_request
};
const struct command scepadm_ca_request_list = { "ca", "request-list", "list the CAs that wait for their certificate", .role = ROLE_AUDITOR, .run = run_request_list };
const struct command scepadm_ca_request_export = {
	"ca", "request-export", "write the request of a CA again", OPTIONS(export_options), .role = ROLE_AUDITOR, .run = run_request_export
};
const struct command scepadm_ca_request_remove = {
	"ca", "request-remove", "forget the request of a CA, and its key", OPTIONS(name_options), .role = ROLE_ADMIN, .is_destructive = true, .run = run_request_remove
};
