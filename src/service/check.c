#include <config.h>

#include "service/check.h"

#include <stdarg.h>
#include <stdio.h>

#include "conf/conf.h"
#include "service/check_ca.h"
#include "service/check_endpoint.h"
#include "service/check_report.h"
#include "store/schema.h"
#include "store/view.h"

static void add_finding(struct check *check, enum check_result result, const char *subject, const char *format, va_list args)
{
	char text[WHY_MAX_LEN + 128];

	vsnprintf(text, sizeof text, format, args);
	check->report(check->context, &(struct check_finding){ result, subject, text });
	check->failed += result == CHECK_FAILED;
}

void check_add(struct check *check, bool is_ok, const char *subject, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_finding(check, is_ok ? CHECK_OK : CHECK_FAILED, subject, format, args);
	va_end(args);
}

void check_warn(struct check *check, const char *subject, const char *format, ...)
{
	va_list args;

	va_start(args, format);
	add_finding(check, CHECK_WARNING, subject, format, args);
	va_end(args);
}

void check_add_expiry(struct check *check, const char *subject, const char *what, const struct cert *cert)
{
	int64_t now_utc = clock_now_utc(&check->service->clock);
	char not_before[CLOCK_ISO_SIZE], not_after[CLOCK_ISO_SIZE];

	if (!cert->has_times) {
		check_add(check, false, subject, "the validity of the %s certificate cannot be read", what);
		return;
	}
	clock_format_iso(cert->not_before_utc, not_before);
	clock_format_iso(cert->not_after_utc, not_after);
	if (now_utc < cert->not_before_utc)
		check_add(check, false, subject, "the %s certificate is not valid before %s", what, not_before);
	else if (now_utc >= cert->not_after_utc)
		check_add(check, false, subject, "the %s certificate has expired on %s", what, not_after);
	else if (cert->not_after_utc - now_utc < (int64_t)CHECK_EXPIRY_WARNING_DAYS * 86400)
		check_add(check, false, subject, "the %s certificate expires soon, on %s", what, not_after);
	else
		check_add(check, true, subject, "the %s key opens and fits its certificate, which is valid until %s", what, not_after);
}

static enum err check_database(struct check *check, struct why *why)
{
	const char *role;
	enum err e;

	if ((e = store_connect(check->service->store, why)) != ERR_OK || (e = store_role(check->service->store, &role, why)) != ERR_OK) {
		check_add(check, false, "database", "%s", why_text(why, e));
		return e;
	}
	check_add(check, true, "database", "connected as role %s", role);
	return ERR_OK;
}

static enum err check_schema(struct check *check, const char *sql_folder, struct why *why)
{
	struct schema_status status;
	struct why cause = { 0 };
	enum err e = schema_status_load(check->service->store, sql_folder, &status, &cause);

	if (e != ERR_OK) {
		/* Folders of SQL files are not needed to serve, so the rest can be checked without. */
		check_add(check, false, "schema", "%s", why_text(&cause, e));
		return e == ERR_CONF || e == ERR_IO ? ERR_OK : why_set(why, e, "%s", why_text(&cause, e));
	}
	if (!status.is_installed) {
		check_add(check, false, "schema", "not installed: use `scepadm db init`");
		return why_set(why, ERR_DB_SCHEMA, "the schema is not installed");
	}
	if (status.version != STORE_SCHEMA_VERSION) {
		check_add(check, false, "schema", "version %d is installed, this program needs %d", status.version, STORE_SCHEMA_VERSION);
		return why_set(why, ERR_DB_SCHEMA, "the schema has version %d, not %d", status.version, STORE_SCHEMA_VERSION);
	}
	check_add(check, true, "schema", "version %d", status.version);
	if (!status.api_is_current)
		check_add(check, false, "schema", "views and functions are not those of %s: use `scepadm db upgrade`", sql_folder);
	return ERR_OK;
}

static void check_secrets(struct check *check, const struct conf *conf, struct key_secrets *secrets)
{
	struct why cause = { 0 };
	enum err e = key_access_load(conf, secrets, &check->keys, &cause);

	if (e != ERR_OK)
		check_add(check, false, "key secret", "%s", why_text(&cause, e));
	else
		check_add(check, true, "key secret", "%s is there and closed to others", conf->secret_file);
	if (e == ERR_OK && conf->other_secret_file != NULL)
		check_warn(check, "key secret", "%s opens keys too, as it should while the secret is changed; `scepadm key list` tells which need it", conf->other_secret_file);
}

static void check_key_library(struct check *check)
{
	check_add(check, true, "key provider", "keys of the database are worked with by %s", key_library_version(check->service->keys.library));
}

static enum err check_each_ca(struct check *check, struct why *why)
{
	struct rowset rows = { 0 };
	enum err e;

	if ((e = view_read(check->service->store, VIEW_CA, NULL, 0, 0, &rows, why)) != ERR_OK)
		return e;
	for (size_t i = 0; e == ERR_OK && i < rows.row_count; i++)
		e = check_ca(check, rowset_find(&rows, i, "name"), why);
	rowset_clear(&rows);
	return e;
}

static enum err check_each_endpoint(struct check *check, struct why *why)
{
	struct rowset rows = { 0 };
	enum err e;

	if ((e = view_read(check->service->store, VIEW_ENDPOINT, NULL, 0, 0, &rows, why)) != ERR_OK)
		return e;
	if (rows.row_count == 0)
		check_add(check, true, "endpoints", "there is none yet: use `scepadm setup`");
	for (size_t i = 0; e == ERR_OK && i < rows.row_count; i++)
		e = check_endpoint(check, rowset_find(&rows, i, "application"), rowset_find(&rows, i, "profile"), why);
	rowset_clear(&rows);
	return e;
}

enum err check_run(struct service *service, const char *sql_folder, const struct conf *conf, check_report *report, void *context, int *failed,
	struct why *why)
{
	struct check check = { .service = service, .report = report, .context = context, .keys = service->keys };
	struct key_secrets secrets = { 0 };
	enum err e;

	check_secrets(&check, conf, &secrets);
	check_key_library(&check);
	if ((e = check_database(&check, why)) == ERR_OK && (e = check_schema(&check, sql_folder, why)) == ERR_OK &&
	    (e = check_each_ca(&check, why)) == ERR_OK)
		e = check_each_endpoint(&check, why);
	*failed = check.failed;
	key_secrets_clear(&secrets);
	return e;
}
