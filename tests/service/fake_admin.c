#include <config.h>

#include "service/fake_admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "service/endpoint_preset.h"
#include "store/view.h"

static void must(bool is_ok)
{
	if (!is_ok)
		abort();
}

struct bytes fake_admin_get(const struct store *store, const char *name)
{
	for (size_t i = 0; i < store->count; i++)
		if (strcmp(store->argument[i].name, name) == 0)
			return buf_bytes(&store->argument[i].value);
	return (struct bytes){ NULL, 0 };
}

static void forget_call(struct store *store)
{
	for (size_t i = 0; i < store->count; i++)
		buf_clear(&store->argument[i].value);
	store->count = 0;
}

void fake_admin_clear(struct store *store)
{
	forget_call(store);
	for (size_t i = 0; i < store->crl_count; i++)
		buf_clear(&store->crl[i].der);
	buf_clear(&store->ca_der);
	buf_clear(&store->ca_pkcs8);
	buf_clear(&store->sub_der);
	buf_clear(&store->sub_pkcs8);
}

enum err admin_call(struct store *store, enum admin_call call, const struct admin_argument *arguments, size_t count, struct rowset *result,
	struct why *why)
{
	must(count <= FAKE_ADMIN_MAX_ARGUMENTS && result == NULL);
	if (store->call_error != ERR_OK)
		return why_set(why, store->call_error, "the fake refuses");
	forget_call(store);
	for (size_t i = 0; i < count; i++) {
		struct fake_argument *argument = &store->argument[i];

		snprintf(argument->name, sizeof argument->name, "%s", arguments[i].name);
		must(buf_append(&argument->value, arguments[i].value) == ERR_OK);
	}
	store->count = count;
	store->call = call;
	store->calls++;
	return ERR_OK;
}

enum err admin_ca_load(struct store *store, const char *name, struct buf *cert_der, struct buf *key_stored, struct why *why)
{
	bool is_sub = strcmp(name, "sub") == 0;
	const struct buf *der = is_sub ? &store->sub_der : &store->ca_der, *pkcs8 = is_sub ? &store->sub_pkcs8 : &store->ca_pkcs8;

	if (!is_sub && strcmp(name, "root") != 0)
		return why_set(why, ERR_NOT_FOUND, "there is no CA \"%s\"", name);
	must(buf_append(cert_der, buf_bytes(der)) == ERR_OK && buf_append(key_stored, buf_bytes(pkcs8)) == ERR_OK);
	return ERR_OK;
}

enum err admin_ca_request_load(struct store *store, const char *name, struct buf *csr_der, struct buf *key_stored, struct why *why)
{
	(void)store;
	(void)csr_der;
	(void)key_stored;
	return why_set(why, ERR_NOT_FOUND, "there is no request of a CA \"%s\"", name);
}

enum err admin_begin(struct store *store, struct why *why)
{
	(void)why;
	must(!store->in_transaction);
	store->in_transaction = true;
	return ERR_OK;
}

enum err admin_commit(struct store *store, struct why *why)
{
	(void)why;
	must(store->in_transaction);
	store->in_transaction = false;
	store->commits++;
	return ERR_OK;
}

void admin_rollback(struct store *store)
{
	must(store->in_transaction);
	store->in_transaction = false;
}

/* --- CRLs --- */

enum err crl_due_load(struct store *store, const char *ca, struct crl_due *due, struct why *why)
{
	(void)why;
	must(ca == NULL || strcmp(ca, "root") == 0);
	*due = (struct crl_due){ 0 };
	if (store->due_count == 0)
		return ERR_OK;
	due->item = calloc(store->due_count, sizeof *due->item);
	must(due->item != NULL);
	for (; due->count < store->due_count; due->count++) {
		due->item[due->count] = store->due[due->count];
		due->item[due->count].ca = strdup(store->due[due->count].ca);
		must(due->item[due->count].ca != NULL);
	}
	return ERR_OK;
}

void crl_due_clear(struct crl_due *due)
{
	for (size_t i = 0; i < due->count; i++)
		free(due->item[i].ca);
	free(due->item);
	*due = (struct crl_due){ 0 };
}

/* Entries are walked by `row`; what is appended is in `texts`. */
enum err crl_draft_begin(struct store *store, const struct crl_kind *kind, bool only_if_due, struct crl_draft *draft, struct why *why)
{
	*draft = (struct crl_draft){ .store = store, .kind = *kind, .number = store->crl_number + 1, .validity_hours = 168 };
	store->drafts++;
	if (kind->partition > 0)
		draft->crl_url[draft->crl_url_count++] = bytes_from_str("http://pki.example/root/1.crl");
	if (kind->is_delta) {
		draft->base_number = store->crl_number;
		draft->validity_hours = store->delta_crl_hours == NULL ? 0 : atoi(store->delta_crl_hours);
	} else if (store->delta_crl_hours != NULL) {
		draft->delta_url[draft->delta_url_count++] = bytes_from_str("http://pki.example/root/delta.crl");
	}
	return only_if_due && store->is_not_due ? why_set(why, ERR_STALE, "a rival was first") : ERR_OK;
}

enum err crl_draft_next(void *context, struct crl_entry *out, struct why *why)
{
	struct crl_draft *draft = context;

	(void)why;
	if (draft->row == draft->store->revoked_count)
		return ERR_NOT_FOUND;
	*out = draft->store->revoked[draft->row++];
	return ERR_OK;
}

enum err crl_draft_rewind(void *context, struct why *why)
{
	struct crl_draft *draft = context;

	(void)why;
	draft->row = 0;
	return ERR_OK;
}

enum err crl_draft_append(void *context, struct bytes piece, struct why *why)
{
	struct crl_draft *draft = context;

	if (draft->store->append_error != ERR_OK)
		return why_set(why, draft->store->append_error, "the fake takes no octets");
	return buf_append(&draft->texts, piece);
}

enum err crl_draft_publish(struct crl_draft *draft, int64_t this_update_utc, int64_t next_update_utc, size_t revoked, struct why *why)
{
	struct store *store = draft->store;
	struct fake_crl *crl = &store->crl[store->crl_count];

	if (store->publish_error != ERR_OK)
		return why_set(why, store->publish_error, "the fake publishes nothing");
	must(store->crl_count < FAKE_ADMIN_MAX_CRLS);
	*crl = (struct fake_crl){ draft->kind, draft->number, revoked, this_update_utc, next_update_utc, { 0 } };
	buf_move(&crl->der, &draft->texts);
	store->crl_count++;
	store->crl_number = draft->number;
	return ERR_OK;
}

void crl_draft_clear(struct crl_draft *draft)
{
	if (draft->store != NULL)
		draft->store->drafts--;
	buf_clear(&draft->texts);
	*draft = (struct crl_draft){ 0 };
}

/* --- views --- */

/* One row or none, with these columns. */
static void answer(struct rowset *rows, bool is_there, const char *const *columns, const char *const *values, size_t count)
{
	*rows = (struct rowset){ .column_count = count, .row_count = is_there };
	rows->column = calloc(count, sizeof *rows->column);
	rows->cell = calloc(count, sizeof *rows->cell);
	must(rows->column != NULL && rows->cell != NULL);
	for (size_t i = 0; i < count; i++) {
		rows->column[i] = strdup(columns[i]);
		must(rows->column[i] != NULL);
		if (is_there && values[i] != NULL)
			must((rows->cell[i] = strdup(values[i])) != NULL);
	}
}

static void answer_endpoint(const struct store *store, bool is_there, struct rowset *rows)
{
	const char *columns[ENDPOINT_PRESET_SETTINGS], *values[ENDPOINT_PRESET_SETTINGS];

	for (size_t i = 0; i < ENDPOINT_PRESET_SETTINGS; i++) {
		columns[i] = store->settings->setting[i].name;
		values[i] = store->settings->setting[i].value;
	}
	answer(rows, is_there, columns, values, ENDPOINT_PRESET_SETTINGS);
}

static void answer_ca(const struct store *store, bool is_sub, bool is_root, struct rowset *rows)
{
	const char *const columns[] = { "issuer", "crl_partitions", "delta_crl_hours" };
	const char *const values[] = { is_sub ? store->sub_issuer : NULL, store->crl_partitions, store->delta_crl_hours };

	answer(rows, is_sub || is_root, columns, values, 3);
}

static bool filter_is(const struct view_filter *filter, const char *column, const char *value)
{
	return strcmp(filter->column, column) == 0 && strcmp(filter->value, value) == 0;
}

/* VIEW_PROFILE, VIEW_CA and VIEW_ENDPOINT by their keys, with the columns that matter. */
enum err view_read(struct store *store, enum view view, const struct view_filter *filters, size_t filter_count, int limit,
	struct rowset *rows, struct why *why)
{
	(void)limit;
	(void)why;
	switch ((int)view) {
	case VIEW_PROFILE:
		must(filter_count == 1);
		answer(rows, filter_is(filters, "name", "phones"), (const char *[]){ "ca" }, (const char *[]){ "root" }, 1);
		return ERR_OK;
	case VIEW_CA:
		must(filter_count == 1);
		answer_ca(store, filter_is(filters, "name", "sub"), filter_is(filters, "name", "root"), rows);
		return ERR_OK;
	case VIEW_ENDPOINT:
		must(filter_count == 2);
		answer_endpoint(store, filter_is(&filters[0], "application", "corp") && filter_is(&filters[1], "profile", "phones"), rows);
		return ERR_OK;
	}
	abort();
}
