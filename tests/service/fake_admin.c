#include <config.h>

#include "service/fake_admin.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

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

enum err admin_ca_load(struct store *store, const char *name, struct buf *cert_der, struct buf *key_pkcs8, struct why *why)
{
	if (strcmp(name, "root") != 0)
		return why_set(why, ERR_NOT_FOUND, "there is no CA \"%s\"", name);
	must(buf_append(cert_der, buf_bytes(&store->ca_der)) == ERR_OK && buf_append(key_pkcs8, buf_bytes(&store->ca_pkcs8)) == ERR_OK);
	return ERR_OK;
}

/* VIEW_PROFILE by name, with the one column that matters. */
enum err view_read(struct store *store, enum view view, const struct view_filter *filters, size_t filter_count, int limit,
	struct rowset *rows, struct why *why)
{
	bool is_there = filter_count == 1 && strcmp(filters[0].column, "name") == 0 && strcmp(filters[0].value, "phones") == 0;

	(void)store;
	(void)limit;
	(void)why;
	must(view == VIEW_PROFILE);
	*rows = (struct rowset){ .column_count = 1, .row_count = is_there };
	rows->column = calloc(1, sizeof *rows->column);
	rows->cell = calloc(1, sizeof *rows->cell);
	must(rows->column != NULL && rows->cell != NULL);
	rows->column[0] = strdup("ca");
	rows->cell[0] = is_there ? strdup("root") : NULL;
	must(rows->column[0] != NULL && (!is_there || rows->cell[0] != NULL));
	return ERR_OK;
}
