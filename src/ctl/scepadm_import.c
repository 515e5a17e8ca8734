#include <config.h>

#include "ctl/scepadm_commands.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/file.h"
#include "ctl/prompt.h"
#include "ctl/scepadm.h"
#include "ctl/scepadm_arguments.h"
#include "pki/pem.h"
#include "service/ca_import.h"
#include "service/ca_request.h"
#include "service/certificate_import.h"
#include "service/stored_key.h"

/* What comes from other products: CAs, RAs, certificates. */

enum { CERTIFICATE_FILE_MAX_LEN = 1 << 28 /* of an inventory */, FILES_MAX = COMMAND_MAX_REPEATED };

static enum err import_file(const char *path, struct bytes password, struct import *import, struct why *why)
{
	struct why cause = { 0 };
	struct buf file = { 0 };
	enum err e;

	if ((e = file_read(path, IMPORT_MAX_LEN, &file, why)) != ERR_OK)
		return e;
	if ((e = import_add(buf_bytes(&file), password, import, &cause)) != ERR_OK)
		e = why_set(why, e, "%s: %s", path, why_text(&cause, e));
	buf_clear(&file);
	return e;
}

/* All files of the command. @param password_file in: NULL when there is none. */
static enum err import_files(const struct command_line *line, const char *password_file, struct import *import, struct why *why)
{
	const char *path;
	struct buf password = { 0 };
	enum err e = ERR_OK;

	if (password_file != NULL)
		e = prompt_secret(password_file, "Password", &password, why);
	for (size_t i = 0; e == ERR_OK && (path = command_get_repeated(line, "FILE", i)) != NULL; i++)
		e = import_file(path, buf_bytes(&password), import, why);
	buf_clear(&password);
	return e;
}

/* A key that stays in its token stands beside the files, as if it had come from one. */
static enum err import_token_key(struct scepadm *scepadm, const struct command_line *line, struct import *import, struct why *why)
{
	const struct key_plan plan = { .uri = command_get(line, "key-uri") };

	if (plan.uri == NULL)
		return ERR_OK;
	if (import->key != NULL)
		return why_set(why, ERR_VALUE, "there is a private key in the files, beside the one of --key-uri");
	return stored_key_make(&scepadm->service.keys, &plan, &import->key, why);
}

static enum err run_ca_import(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	const struct ca_import_plan plan = { .name = command_get(line, "NAME"), .description = command_get(line, "description"), .is_link = command_is_set(line, "link"),
		.is_partial = command_is_set(line, "partial-chain") };
	struct import import = { 0 };
	enum err e;

	if ((e = import_files(line, command_get(line, "password-file"), &import, why)) == ERR_OK && (e = import_token_key(scepadm, line, &import, why)) == ERR_OK && (plan.is_link || (e = scepadm_secret_load(scepadm, why)) == ERR_OK) &&
	    (e = ca_import(&scepadm->service, &plan, &import, why)) == ERR_OK)
		e = scepadm_ca_print(scepadm, plan.name, why);
	import_clear(&import);
	return e;
}

static enum err run_ca_install(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	const char *name = command_get(line, "NAME");
	struct import import = { 0 };
	enum err e;

	if ((e = import_files(line, NULL, &import, why)) == ERR_OK && (e = scepadm_secret_load(scepadm, why)) == ERR_OK &&
	    (e = ca_install(&scepadm->service, name, command_is_set(line, "partial-chain"), &import, why)) == ERR_OK)
		e = scepadm_ca_print(scepadm, name, why);
	import_clear(&import);
	return e;
}

static enum err run_ra_import(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct scepadm_endpoint endpoint;
	struct import import = { 0 };
	enum err e;

	if ((e = scepadm_endpoint_parse(command_get(line, "ENDPOINT"), &endpoint, why)) == ERR_OK && (e = import_files(line, command_get(line, "password-file"), &import, why)) == ERR_OK &&
	    (e = import_token_key(scepadm, line, &import, why)) == ERR_OK && (e = scepadm_secret_load(scepadm, why)) == ERR_OK && (e = ra_import(&scepadm->service, endpoint.application, endpoint.profile, &import, why)) == ERR_OK)
		e = scepadm_endpoint_print(scepadm, &endpoint, why);
	import_clear(&import);
	return e;
}

/* A CRL, PEM or DER. */
static enum err crl_read(const char *path, struct crl **out, struct why *why)
{
	struct buf file = { 0 }, der = { 0 };
	struct bytes rest;
	enum err e;

	if ((e = file_read(path, CERTIFICATE_FILE_MAX_LEN, &file, why)) != ERR_OK)
		return e;
	rest = buf_bytes(&file);
	if (!pem_is_pem(rest))
		e = crl_parse(rest, out, why);
	else if ((e = file_next_pem(&rest, "X509 CRL", &der)) == ERR_OK)
		e = crl_parse(buf_bytes(&der), out, why);
	if (e == ERR_NOT_FOUND || e == ERR_TEXT)
		e = why_set(why, ERR_CRL_SYNTAX, "%s: there is no CRL in it", path);
	buf_clear(&file);
	buf_clear(&der);
	return e;
}

static enum err files_read(const struct command_line *line, struct buf *file, size_t *count, struct why *why)
{
	const char *path;
	enum err e = ERR_OK;

	for (*count = 0; e == ERR_OK && *count < FILES_MAX && (path = command_get_repeated(line, "FILE", *count)) != NULL; ++*count)
		e = file_read(path, CERTIFICATE_FILE_MAX_LEN, &file[*count], why);
	return e;
}

static enum err print_count(const struct scepadm *scepadm, const struct certificate_import_count *count, struct why *why)
{
	char imported[24], revoked[24], known[24], foreign[24];

	snprintf(imported, sizeof imported, "%zu", count->imported);
	snprintf(revoked, sizeof revoked, "%zu", count->revoked);
	snprintf(known, sizeof known, "%zu", count->known);
	snprintf(foreign, sizeof foreign, "%zu", count->foreign);
	return output_fields(stdout, scepadm->format, (const struct output_field[]){
		{ "imported", imported, ROWSET_LITERAL }, { "revoked", revoked, ROWSET_LITERAL }, { "known", known, ROWSET_LITERAL }, { "foreign", foreign, ROWSET_LITERAL },
	}, 4, why);
}

static enum err run_certificate_import(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct certificate_import_plan plan = { .skip_foreign = command_is_set(line, "skip-foreign") };
	struct certificate_import_count count;
	struct scepadm_endpoint endpoint;
	struct crl *crl = NULL;
	struct buf *file = calloc(FILES_MAX, sizeof *file);
	struct bytes *content = calloc(FILES_MAX, sizeof *content);
	size_t file_count = 0;
	enum err e = ERR_MEMORY;

	if (file == NULL || content == NULL)
		goto out;
	if ((e = scepadm_endpoint_parse(command_get(line, "ENDPOINT"), &endpoint, why)) != ERR_OK || (e = files_read(line, file, &file_count, why)) != ERR_OK)
		goto out;
	if (command_has(line, "crl") && (e = crl_read(command_get(line, "crl"), &crl, why)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < file_count; i++)
		content[i] = buf_bytes(&file[i]);
	plan.application = endpoint.application;
	plan.profile = endpoint.profile;
	plan.crl = crl;
	if ((e = certificate_import(&scepadm->service, &plan, content, file_count, &count, why)) == ERR_OK)
		e = print_count(scepadm, &count, why);
out:
	for (size_t i = 0; file != NULL && i < file_count; i++)
		buf_clear(&file[i]);
	free(file);
	free(content);
	crl_free(crl);
	return e;
}

#define FILES(help_) \
	{ .name = "FILE", .type = OPTION_FILE, .is_positional = true, .is_required = true, .is_repeated = true, .help = (help_) }
#define PARTIAL_CHAIN FLAG_OPTION("partial-chain", "take it although no root above it is there")
#define KEY_URI TEXT_OPTION("key-uri", "URI", "its key is this one of a PKCS#11 token, and stays there")
#define PASSWORD FILE_OPTION("password-file", "the file with the password of what is encrypted, one line; - for standard input")

static const struct command_option ca_import_options[] = {
	POSITIONAL("NAME", "name of the CA: 1 to 64 of a-z 0-9 . _ -"),
	FILES("its key, its certificate and those above it: PEM, DER, PKCS#8 or PKCS#12"),
	PASSWORD,
	KEY_URI,
	FLAG_OPTION("link", "it comes without a key, as a link of a chain alone"),
	PARTIAL_CHAIN,
	TEXT_OPTION("description", "TEXT", "a note for people"),
};
static const struct command_option ca_install_options[] = {
	POSITIONAL("NAME", "name that the request has"),
	FILES("its certificate and those above it: PEM, DER or PKCS#7"),
	PARTIAL_CHAIN,
};
static const struct command_option ra_import_options[] = {
	POSITIONAL("ENDPOINT", "the endpoint, as APPLICATION/PROFILE"),
	FILES("key and certificate of the RA: PEM, DER, PKCS#8 or PKCS#12"),
	PASSWORD,
	KEY_URI,
};
static const struct command_option certificate_import_options[] = {
	POSITIONAL("ENDPOINT", "the endpoint where they are to be renewed, as APPLICATION/PROFILE"),
	FILES("certificates, PEM or DER, any number in each"),
	FILE_OPTION("crl", "the last CRL of the CA: what it names is recorded as revoked"),
	FLAG_OPTION("skip-foreign", "pass over certificates that the CA of the endpoint has not issued"),
};

const struct command scepadm_ca_import = {
	"ca", "import", "take over a CA with its key from another product", OPTIONS(ca_import_options), .role = ROLE_ADMIN, .run = run_ca_import
};
const struct command scepadm_ca_install = {
	"ca", "install", "make a CA of a request and the certificate that has come for it", OPTIONS(ca_install_options), .role = ROLE_ADMIN, .run = run_ca_install
};
const struct command scepadm_endpoint_ra_import = {
	"endpoint", "ra-import", "take over an RA certificate with its key; the old one goes on decrypting", OPTIONS(ra_import_options), .role = ROLE_ADMIN, .run = run_ra_import
};
const struct command scepadm_certificate_import = {
	"certificate", "import", "take over certificates that another server issued, so that they can be renewed here", OPTIONS(certificate_import_options), .role = ROLE_ADMIN,
		.run = run_certificate_import
};
