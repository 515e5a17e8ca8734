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
	if (call == ADMIN_CRL_PUBLISH && store->crl_rivals > 0) {
		store->crl_rivals--;
		store->crl_number++;
		return why_set(why, ERR_CONFLICT, "a rival was first");
	}
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

enum err admin_ca_load(struct store *store, const char *name, struct buf *cert_der, struct buf *key_pkcs8, struct why *why)
{
	bool is_sub = strcmp(name, "sub") == 0;
	const struct buf *der = is_sub ? &store->sub_der : &store->ca_der, *pkcs8 = is_sub ? &store->sub_pkcs8 : &store->ca_pkcs8;

	if (!is_sub && strcmp(name, "root") != 0)
		return why_set(why, ERR_NOT_FOUND, "there is no CA \"%s\"", name);
	must(buf_append(cert_der, buf_bytes(der)) == ERR_OK && buf_append(key_pkcs8, buf_bytes(pkcs8)) == ERR_OK);
	return ERR_OK;
}

enum err crl_material_load(struct store *store, const char *ca, struct crl_material *material, struct why *why)
{
	(void)why;
	must(strcmp(ca, "root") == 0);
	*material = (struct crl_material){ .number = store->crl_number + 1, .entries = store->revoked, .count = store->revoked_count };
	return ERR_OK;
}

void crl_material_clear(struct crl_material *material)
{
	*material = (struct crl_material){ 0 };
}

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
		answer(rows, filter_is(filters, "name", "sub"), (const char *[]){ "issuer" }, (const char *[]){ store->sub_issuer }, 1);
		return ERR_OK;
	case VIEW_ENDPOINT:
		must(filter_count == 2);
		answer_endpoint(store, filter_is(&filters[0], "application", "corp") && filter_is(&filters[1], "profile", "phones"), rows);
		return ERR_OK;
	}
	abort();
}
