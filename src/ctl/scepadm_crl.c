#include <config.h>

#include "ctl/scepadm_crl.h"

#include <inttypes.h>
#include <limits.h>
#include <stdio.h>
#include <stdlib.h>

#include "ctl/scepadm_arguments.h"
#include "ctl/scepadm_commands.h"
#include "ctl/scepadm_record.h"
#include "ctl/scepadm_rows.h"
#include "service/crl_publish.h"

enum { MAX_FILTERS = 4 };

/* --- publishing --- */

static const char *const published_columns[] = { "ca", "number", "partition", "delta", "base_number", "revoked", "this_update", "next_update", NULL };
enum { PUBLISHED_COLUMNS = sizeof published_columns / sizeof published_columns[0] - 1 };

/* What is written as it is in JSON. */
static enum err set_kinds(struct rowset *rows)
{
	rows->kind = calloc(PUBLISHED_COLUMNS, sizeof *rows->kind);
	if (rows->kind == NULL)
		return ERR_MEMORY;
	for (size_t i = 0; i < PUBLISHED_COLUMNS; i++)
		rows->kind[i] = i >= 1 && i <= 5 ? ROWSET_LITERAL : ROWSET_TEXT;
	return ERR_OK;
}

static void tell_failure(const struct crl_kind *kind, const char *cause)
{
	if (kind->partition > 0)
		scepadm_say("The %s of partition %d of %s: %s", kind->is_delta ? "delta CRL" : "CRL", kind->partition, kind->ca, cause);
	else
		scepadm_say("The %s of %s: %s", kind->is_delta ? "delta CRL" : "CRL", kind->ca, cause);
}

/* A row for each; `context` is the rows. */
static void add_row(void *context, const struct crl_kind *kind, const struct crl_published *published, enum err e, const char *cause)
{
	char number[24], partition[16], base[24], revoked[24], this_update[CLOCK_ISO_SIZE], next_update[CLOCK_ISO_SIZE];
	const char *values[PUBLISHED_COLUMNS] = { kind->ca, number, partition, kind->is_delta ? "true" : "false", kind->is_delta ? base : NULL, revoked, this_update,
		next_update };

	(void)e;
	if (published == NULL) {
		tell_failure(kind, cause);
		return;
	}
	snprintf(number, sizeof number, "%" PRIu64, published->number);
	snprintf(partition, sizeof partition, "%d", kind->partition);
	snprintf(base, sizeof base, "%" PRIu64, published->base_number);
	snprintf(revoked, sizeof revoked, "%zu", published->revoked_count);
	clock_format_iso(published->this_update_utc, this_update);
	clock_format_iso(published->next_update_utc, next_update);
	scepadm_rows_add(context, values);
}

static enum err check_publish_line(const struct command_line *line, struct why *why)
{
	bool is_due = command_is_set(line, "due");

	if (!is_due && !command_has(line, "CA"))
		return why_set(why, ERR_USAGE, "name a CA, or give --due for what is due of all");
	if (is_due && (command_has(line, "hours") || command_is_set(line, "delta")))
		return why_set(why, ERR_USAGE, "what is due, and for how long, the CA says: --due stands without --hours and --delta");
	return ERR_OK;
}

static enum err run_publish(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	const char *ca = command_get(line, "CA");
	struct scepadm_rows rows = { 0 };
	struct why cause = { 0 };
	enum err e, published;

	if ((e = check_publish_line(line, why)) != ERR_OK || (e = scepadm_secret_load(scepadm, why)) != ERR_OK)
		return e;
	if ((e = scepadm_rows_init(&rows, published_columns)) != ERR_OK || (e = set_kinds(&rows.rows)) != ERR_OK)
		goto out;
	if (command_is_set(line, "due"))
		published = crl_publish_due(&scepadm->service, ca, add_row, &rows, &cause);
	else
		published = crl_publish_all(&scepadm->service, ca, command_is_set(line, "delta"), (int)command_get_number(line, "hours"), add_row, &rows, &cause);
	/* What went well is data also when something else did not. */
	if ((e = scepadm_rows_end(&rows)) == ERR_OK && (published == ERR_OK || rows.rows.row_count > 0))
		e = output_rows(stdout, scepadm->format, &rows.rows, NULL, why);
	if (e == ERR_OK && published != ERR_OK)
		e = why_set(why, published, "%s", why_text(&cause, published));
out:
	scepadm_rows_clear(&rows);
	return e;
}

static void tell(void *context, const struct crl_kind *kind, const struct crl_published *published, enum err e, const char *cause)
{
	(void)context;
	(void)e;
	if (published == NULL)
		tell_failure(kind, cause);
	else
		scepadm_say("%s %" PRIu64 " of %s is published.", kind->is_delta ? "Delta CRL" : "CRL", published->number, kind->ca);
}

enum err scepadm_crl_publish_after(struct scepadm *scepadm, const char *ca, struct why *why)
{
	struct why cause = { 0 };
	enum err e;

	if ((e = scepadm_secret_load(scepadm, &cause)) == ERR_OK)
		e = crl_publish_due(&scepadm->service, ca, tell, NULL, &cause);
	if (e == ERR_DB_DENIED || e == ERR_KEY_SECRET) {
		scepadm_say("The next `scepadm crl publish --due` publishes it: %s", why_text(&cause, e));
		return ERR_OK;
	}
	return e == ERR_OK ? ERR_OK : why_set(why, e, "%s", why_text(&cause, e));
}

/* --- reading --- */

static enum err run_list(void *context, const struct command_line *line, struct why *why)
{
	static const char *const columns[] = { "ca", "number", "partition", "is_delta", "revoked", "this_update", "next_update", "octets", NULL };
	struct view_filter filters[MAX_FILTERS];
	size_t count = 0;

	if (command_has(line, "ca"))
		filters[count++] = (struct view_filter){ "ca", command_get(line, "ca") };
	if (command_has(line, "partition"))
		filters[count++] = (struct view_filter){ "partition", command_get(line, "partition") };
	return scepadm_list(context, VIEW_CRL, filters, count, (int)command_get_number(line, "limit"), columns, why);
}

/* One: of a number; or the newest of its kind, which the views have first. */
static enum err read_crl(struct scepadm *scepadm, const struct command_line *line, enum view view, struct rowset *row, struct why *why)
{
	const char *ca = command_get(line, "CA");
	struct view_filter by_name = { "name", ca }, filters[MAX_FILTERS] = { { "ca", ca } };
	struct rowset exists = { 0 };
	size_t count = 1;
	char what[96];
	enum err e;

	snprintf(what, sizeof what, "CA \"%s\"", ca);
	e = scepadm_read_one(scepadm, VIEW_CA, &by_name, 1, what, &exists, why);
	rowset_clear(&exists);
	if (e != ERR_OK)
		return e;
	if (command_has(line, "number")) {
		filters[count++] = (struct view_filter){ "number", command_get(line, "number") };
	} else {
		filters[count++] = (struct view_filter){ "partition", command_get(line, "partition") };
		filters[count++] = (struct view_filter){ "is_delta", command_is_set(line, "delta") ? "true" : "false" };
	}
	if ((e = view_read(scepadm->store, view, filters, count, 1, row, why)) == ERR_OK && row->row_count == 0)
		e = why_set(why, ERR_NOT_FOUND, "the CA \"%s\" has published no such CRL: use `scepadm crl publish`", ca);
	return e;
}

static enum err run_show(void *context, const struct command_line *line, struct why *why)
{
	struct scepadm *scepadm = context;
	struct rowset row = { 0 };
	enum err e;

	if ((e = read_crl(scepadm, line, VIEW_CRL, &row, why)) == ERR_OK)
		e = output_record(stdout, scepadm->format, &row, NULL, 0, why);
	rowset_clear(&row);
	return e;
}

static enum err run_export(void *context, const struct command_line *line, struct why *why)
{
	struct rowset row = { 0 };
	struct buf crl_der = { 0 };
	enum err e;

	if ((e = read_crl(context, line, VIEW_CRL_FILE, &row, why)) == ERR_OK && (e = record_octets(&row, "crl", &crl_der, why)) == ERR_OK)
		e = record_write_der("X509 CRL", buf_bytes(&crl_der), command_get(line, "form"), command_get(line, "out"), why);
	rowset_clear(&row);
	buf_clear(&crl_der);
	return e;
}

#define WHICH_OPTIONS \
	POSITIONAL("CA", "name of the CA"), \
	NUMBER_OPTION("number", "NUMBER", 1, LONG_MAX, NULL, "the one with this number; without it the newest"), \
	NUMBER_OPTION("partition", "NUMBER", 0, 256, "0", "the newest of this partition; 0 is the one of everything"), \
	FLAG_OPTION("delta", "the newest delta")

static const struct command_option publish_options[] = {
	{ .name = "CA", .type = OPTION_TEXT, .is_positional = true, .help = "name of the CA; with --due it may be left out: all of them" },
	FLAG_OPTION("due", "only what is due: for a timer"),
	FLAG_OPTION("delta", "only delta CRLs"),
	NUMBER_OPTION("hours", "HOURS", 1, CRL_MAX_VALIDITY_HOURS, NULL, "when the next one comes at the latest; without it as the CA says"),
};
static const struct command_option list_options[] = {
	TEXT_OPTION("ca", "NAME", "only those of this CA"),
	NUMBER_OPTION("partition", "NUMBER", 0, 256, NULL, "only those of this partition"),
	NUMBER_OPTION("limit", "NUMBER", 0, 1000000, "100", "at most so many, newest first; 0 for all"),
};
static const struct command_option show_options[] = {
	WHICH_OPTIONS,
};
static const struct command_option export_options[] = {
	WHICH_OPTIONS,
	FORM_OPTIONS,
};

const struct command scepadm_crl_publish = {
	"crl", "publish", "sign and publish the next CRLs of a CA", OPTIONS(publish_options), .role = ROLE_ADMIN, .run = run_publish
};
const struct command scepadm_crl_list = { "crl", "list", "list published CRLs, newest first", OPTIONS(list_options), .role = ROLE_AUDITOR, .run = run_list };
const struct command scepadm_crl_show = { "crl", "show", "show a published CRL", OPTIONS(show_options), .role = ROLE_AUDITOR, .run = run_show };
const struct command scepadm_crl_export = { "crl", "export", "write a published CRL", OPTIONS(export_options), .role = ROLE_AUDITOR, .run = run_export };
