#include <config.h>

#include "ctl/scepadm_commands.h"

#include <stdio.h>

#include "base/text.h"
#include "ctl/scepadm.h"
#include "ctl/scepadm_crl.h"
#include "ctl/scepadm_matching.h"

enum { MAX_REVOKED = 10000 };

static const char *const columns[] = { "id", NULL };

/* --- those that are named --- */

/* Fingerprints as people paste them, like serial numbers. */
static enum err find_id(struct scepadm *scepadm, const struct command_line *line, const char *option, const char *column, struct buf *id, struct why *why)
{
	struct view_filter filters[2];
	struct rowset row = { 0 };
	struct buf hex = { 0 };
	size_t count = 1;
	char what[192];
	enum err e;

	if ((e = serial_normalise(command_get(line, option), &hex, why)) != ERR_OK)
		goto out;
	filters[0] = (struct view_filter){ column, (const char *)hex.ptr };
	if (command_has(line, "ca"))
		filters[count++] = (struct view_filter){ "ca", command_get(line, "ca") };
	snprintf(what, sizeof what, "certificate with the %s %.100s", column, (const char *)hex.ptr);
	if ((e = scepadm_read_one(scepadm, VIEW_CERTIFICATE, filters, count, what, &row, why)) == ERR_OK &&
	    (e = buf_append_str(id, rowset_find(&row, 0, "id"))) == ERR_OK)
		e = buf_terminate(id);
out:
	rowset_clear(&row);
	buf_clear(&hex);
	return e;
}

static enum err change_one(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, const char *id, struct scepadm_rows *changed, struct why *why)
{
	struct scepadm_arguments arguments = { .count = 0 };
	enum err e;

	scepadm_arguments_add(&arguments, "id", id);
	if (call == ADMIN_CERTIFICATE_REVOKE)
		scepadm_arguments_add(&arguments, "reason", command_get(line, "reason"));
	if (command_has(line, "note"))
		scepadm_arguments_add(&arguments, "note", command_get(line, "note"));
	if ((e = admin_call(scepadm->store, call, arguments.argument, arguments.count, NULL, why)) == ERR_OK)
		scepadm_rows_add(changed, &id);
	return e;
}

/* All of them, or none. */
static enum err change_named(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct scepadm_rows *changed, struct why *why)
{
	struct buf found = { 0 };
	const char *id;
	enum err e = ERR_OK;

	if (command_has(line, "serial"))
		e = find_id(scepadm, line, "serial", "serial", &found, why);
	else if (command_has(line, "fingerprint"))
		e = find_id(scepadm, line, "fingerprint", "sha256", &found, why);
	if (e != ERR_OK || (e = admin_begin(scepadm->store, why)) != ERR_OK)
		goto out;
	if (found.len > 0)
		e = change_one(scepadm, call, line, (const char *)found.ptr, changed, why);
	for (size_t i = 0; found.len == 0 && e == ERR_OK && (id = command_get_repeated(line, "ID", i)) != NULL; i++)
		e = change_one(scepadm, call, line, id, changed, why);
	if (e == ERR_OK)
		e = admin_commit(scepadm->store, why);
	else
		admin_rollback(scepadm->store);
out:
	buf_clear(&found);
	return e;
}

/* --- those that match --- */

static void collect_filters(const struct command_line *line, struct scepadm_arguments *arguments)
{
	static const char *const except[] = { "ID", "limit", "reason", "no-publish", NULL };

	scepadm_arguments_collect(line, except, arguments);
	scepadm_arguments_add(arguments, "reason", command_get(line, "reason"));
	scepadm_arguments_add(arguments, "at-most", command_get(line, "limit"));
}

static const char *const shown_columns[] = { "id", "serial", "application", "profile", "subject", "sans", "not_after", "state", "issued_at", NULL };

static const struct scepadm_matching matching = {
	ADMIN_CERTIFICATES_REVOKE, VIEW_CERTIFICATE, shown_columns, "certificate", "Revoke", "revoked", collect_filters
};

/* --- */

static size_t count_given(const struct command_line *line, const char *const *options)
{
	size_t count = 0;

	for (; *options != NULL; options++)
		count += command_has(line, *options);
	return count;
}

/* How certificates are named: by number, serial number or fingerprint; --ca then says whose, else it is a filter. */
static enum err check_names(const struct command_line *line, bool takes_filters, bool *is_named, struct why *why)
{
	static const char *const names[] = { "ID", "serial", "fingerprint", NULL };
	static const char *const filters[] = { "application", "profile", "subject", "sans", "lineage", "issued-before", "issued-after", NULL };
	size_t named = count_given(line, names), filtered = takes_filters ? count_given(line, filters) : 0;

	if (named > 1)
		return why_set(why, ERR_USAGE, "certificates are named by numbers, or one by --serial or --fingerprint");
	if (named == 0 && !takes_filters)
		return why_set(why, ERR_USAGE, "no certificate is named: give numbers, or --serial or --fingerprint");
	if ((named == 0 && filtered == 0 && !command_has(line, "ca")) || (named > 0 && filtered > 0))
		return why_set(why, ERR_USAGE, "either certificates are named, or options say which: --application, --subject and so on");
	*is_named = named > 0;
	return ERR_OK;
}

static enum err change(struct scepadm *scepadm, enum admin_call call, const struct command_line *line, struct why *why)
{
	struct scepadm_rows changed = { 0 };
	bool is_named = true;
	enum err e;

	if ((e = check_names(line, call == ADMIN_CERTIFICATE_REVOKE, &is_named, why)) != ERR_OK || (e = scepadm_rows_init(&changed, columns)) != ERR_OK)
		goto out;
	e = is_named ? change_named(scepadm, call, line, &changed, why) : scepadm_matching_decide(scepadm, &matching, line, &changed, why);
	if (e != ERR_OK || (e = scepadm_rows_end(&changed)) != ERR_OK || (e = output_rows(stdout, scepadm->format, &changed.rows, NULL, why)) != ERR_OK)
		goto out;
	if (changed.rows.row_count == 0)
		scepadm_say("No certificate that is not revoked matches.");
	else if (!command_is_set(line, "no-publish"))
		e = scepadm_crl_publish_after(scepadm, command_get(line, "ca"), why);
out:
	scepadm_rows_clear(&changed);
	return e;
}

static enum err run_revoke(void *context, const struct command_line *line, struct why *why)
{
	return change(context, ADMIN_CERTIFICATE_REVOKE, line, why);
}

static enum err run_unhold(void *context, const struct command_line *line, struct why *why)
{
	return change(context, ADMIN_CERTIFICATE_UNHOLD, line, why);
}

#define NAME_OPTIONS \
	{ .name = "ID", .type = OPTION_NUMBER, .min = 1, .max = 999999999999999, .is_positional = true, .is_repeated = true, \
		.help = "numbers of certificates, as list shows them; all or none of them" }, \
	TEXT_OPTION("serial", "HEX", "the one with this serial number"), \
	TEXT_OPTION("fingerprint", "HEX", "the one with this SHA-256 fingerprint")
#define REASONS "unspecified|keyCompromise|cACompromise|affiliationChanged|superseded|cessationOfOperation|certificateHold|privilegeWithdrawn|aACompromise"

static const struct command_option revoke_options[] = {
	NAME_OPTIONS,
	TEXT_OPTION("ca", "NAME", "the CA, where two have issued this serial number; alone: all of this CA"),
	TEXT_OPTION("application", "NAME", "those of this application"),
	TEXT_OPTION("profile", "NAME", "those of this profile"),
	TEXT_OPTION("subject", "PATTERN", "those with such a subject, * stands for anything"),
	TEXT_OPTION("sans", "PATTERN", "those with such alternative names, * stands for anything"),
	NUMBER_OPTION("lineage", "ID", 1, 999999999999999, NULL, "those of the lineage of this certificate: the first one, and all renewals that go back to it"),
	TEXT_OPTION("issued-before", "TIME", "those that were issued before this time, ISO 8601"),
	TEXT_OPTION("issued-after", "TIME", "those that were issued at this time or later"),
	CHOICE_OPTION("reason", "REASON", REASONS, "unspecified", "why; certificateHold can be taken back"),
	TEXT_OPTION("note", "TEXT", "recorded in the audit trail"),
	NUMBER_OPTION("limit", "NUMBER", 1, MAX_REVOKED, "1000", "at most so many at once, oldest first"),
	FLAG_OPTION("no-publish", "leave the CRL to the next publisher"),
};
static const struct command_option unhold_options[] = {
	NAME_OPTIONS,
	TEXT_OPTION("ca", "NAME", "the CA, where two have issued this serial number"),
	TEXT_OPTION("note", "TEXT", "recorded in the audit trail"),
	FLAG_OPTION("no-publish", "leave the CRL to the next publisher"),
};

const struct command scepadm_certificate_revoke = {
	"certificate", "revoke", "revoke certificates", OPTIONS(revoke_options), .role = ROLE_OPERATOR, .run = run_revoke
};
const struct command scepadm_certificate_unhold = {
	"certificate", "unhold", "take certificates off hold", OPTIONS(unhold_options), .role = ROLE_OPERATOR, .run = run_unhold
};
