#include <config.h>

#include "store/view.h"

#include <string.h>

#include "store/internal.h"

enum { VIEW_MAX_FILTERS = 16, VIEW_MAX_COLUMN_LEN = 63 };

static const struct {
	const char *name;
	const char *order;
} views[] = {
	[VIEW_APPLICATION] = { "applications", "name" },
	[VIEW_CA] = { "cas", "name" },
	[VIEW_POLICY] = { "policies", "name" },
	[VIEW_POLICY_RULE] = { "policy_rules", "policy, id" },
	[VIEW_PROFILE] = { "profiles", "name" },
	[VIEW_ENDPOINT] = { "endpoints", "application, profile" },
	[VIEW_RA_CERTIFICATE] = { "ra_certificates", "application, profile, state, id DESC" },
	[VIEW_STATIC_CHALLENGE] = { "static_challenges", "application, profile, name" },
	[VIEW_CERTIFICATE] = { "certificates", "id DESC" },
	[VIEW_TRANSACTION] = { "transactions", "updated_at DESC, id DESC" },
	[VIEW_AUDIT_EVENT] = { "audit_events", "id DESC" },
	[VIEW_CERTIFICATE_FILE] = { "certificate_files", "id DESC" },
	[VIEW_CA_NEXT] = { "next_cas", "ca" },
	[VIEW_CA_REQUEST] = { "ca_requests", "name" },
	[VIEW_PRIVATE_KEY] = { "private_keys", "id" },
	[VIEW_CRL] = { "crls", "ca, number DESC" },
	[VIEW_CRL_FILE] = { "crl_files", "ca, number DESC" },
	[VIEW_CHALLENGE] = { "challenges", "id DESC" },
	[VIEW_API_TOKEN] = { "api_tokens", "name" },
	[VIEW_APPROVAL_RULE] = { "approval_rules", "application, profile, id" },
	[VIEW_CERTIFICATE_COUNTER] = { "certificate_counters", "application, profile" },
	[VIEW_REQUEST] = { "transactions", "created_at, id" },
	[VIEW_CERTIFICATE_ENDING] = { "certificates", "not_after, id" },
	[VIEW_THROTTLE] = { "throttles", "application, profile, network" },
};

/* Names of columns are plain words, so they need no quoting rules beyond this. */
static bool is_column_name(const char *column)
{
	size_t len = strspn(column, "abcdefghijklmnopqrstuvwxyz0123456789_");

	return len > 0 && len <= VIEW_MAX_COLUMN_LEN && column[len] == '\0';
}

/* One condition, whose value is parameter number `i` + 1. */
static enum err condition_put(const char *column, const char *operator, size_t i, struct buf *sql, struct why *why)
{
	if (!is_column_name(column))
		return why_set(why, ERR_VALUE, "there is no column \"%s\"", column);
	return buf_append_format(sql, " %s \"%s\" %s $%zu", i == 0 ? "WHERE" : "AND", column, operator, i + 1);
}

enum err view_read_within(struct store *store, enum view view, const struct view_filter *filters, size_t filter_count, const struct view_bound *bounds, size_t bound_count, int limit,
	struct rowset *rows, struct why *why)
{
	struct db_param params[VIEW_MAX_FILTERS] = { 0 };
	struct db_rows *found = NULL;
	struct buf sql = { 0 };
	size_t count = 0;
	enum err e;

	if (filter_count + bound_count > VIEW_MAX_FILTERS)
		return why_set(why, ERR_VALUE, "at most %d filters can be given", VIEW_MAX_FILTERS);
	e = buf_append_format(&sql, "SELECT * FROM scepgate.%s", views[view].name);
	for (size_t i = 0; i < filter_count && e == ERR_OK; i++) {
		e = condition_put(filters[i].column, "=", count, &sql, why);
		params[count++] = db_text(filters[i].value);
	}
	for (size_t i = 0; i < bound_count && e == ERR_OK; i++) {
		e = condition_put(bounds[i].column, bounds[i].side == VIEW_BELOW ? "<" : ">=", count, &sql, why);
		params[count++] = db_text(bounds[i].value);
	}
	if (e == ERR_OK)
		e = buf_append_format(&sql, " ORDER BY %s", views[view].order);
	if (e == ERR_OK && limit > 0)
		e = buf_append_format(&sql, " LIMIT %d", limit);
	if (e == ERR_OK && (e = buf_terminate(&sql)) == ERR_OK &&
		(e = store_query(store, STORE_RETRY, (const char *)sql.ptr, params, count, DB_FORMAT_TEXT, &found, why)) == ERR_OK)
		e = rowset_copy(found, rows);
	db_rows_free(found);
	buf_clear(&sql);
	return e;
}

enum err view_read(struct store *store, enum view view, const struct view_filter *filters, size_t filter_count, int limit, struct rowset *rows, struct why *why)
{
	return view_read_within(store, view, filters, filter_count, NULL, 0, limit, rows, why);
}
