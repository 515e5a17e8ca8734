#include <config.h>

#include "store/schema.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "store/internal.h"
#include "store/value.h"

enum { SCHEMA_MAX_FILE_LEN = 1 << 20, SCHEMA_READ_LEN = 4096, SCHEMA_VERSION_DIGITS = 4 };

static const char as_owner[] = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL client_min_messages = warning;"
	" SET LOCAL ROLE scepgate_owner";
static const char as_self[] = "BEGIN; SET LOCAL statement_timeout = 0; SET LOCAL search_path = pg_catalog, pg_temp; SET LOCAL client_min_messages = warning";

/* --- the folder --- */

/* Files of one folder in order of their names. */
struct file_list {
	char **path;
	size_t count;
};

static void file_list_clear(struct file_list *list)
{
	for (size_t i = 0; i < list->count; i++)
		free(list->path[i]);
	free(list->path);
	*list = (struct file_list){ 0 };
}

static int is_sql_file(const struct dirent *entry)
{
	size_t len = strlen(entry->d_name);

	return len > 4 && entry->d_name[0] != '.' && strcmp(entry->d_name + len - 4, ".sql") == 0;
}

static enum err file_list_read(const char *folder, const char *sub, struct file_list *out, struct why *why)
{
	struct file_list list = { 0 };
	struct dirent **entries = NULL;
	char *dir = NULL;
	int count = -1;
	enum err e = ERR_MEMORY;

	if (asprintf(&dir, "%s/%s", folder, sub) < 0) {
		dir = NULL;
		goto out;
	}
	if ((count = scandir(dir, &entries, is_sql_file, alphasort)) <= 0) {
		e = why_set(why, ERR_CONF, "%s: %s", dir, count < 0 ? strerror(errno) : "no SQL files");
		goto out;
	}
	if ((list.path = calloc((size_t)count, sizeof(*list.path))) == NULL)
		goto out;
	for (int i = 0; i < count; i++) {
		if (asprintf(&list.path[i], "%s/%s", dir, entries[i]->d_name) < 0) {
			list.path[i] = NULL;
			goto out;
		}
		list.count++;
	}
	*out = list;
	list = (struct file_list){ 0 };
	e = ERR_OK;
out:
	for (int i = 0; i < count; i++)
		free(entries[i]);
	free(entries);
	free(dir);
	file_list_clear(&list);
	return e;
}

/* "…/0001-first-tables.sql" is 1. @return 0 for a name of another form. */
static int file_version(const char *path)
{
	const char *name = strrchr(path, '/');
	int version = 0;

	name = name == NULL ? path : name + 1;
	for (int i = 0; i < SCHEMA_VERSION_DIGITS; i++) {
		if (!isdigit((unsigned char)name[i]))
			return 0;
		version = version * 10 + (name[i] - '0');
	}
	return name[SCHEMA_VERSION_DIGITS] == '-' ? version : 0;
}

/* Append a file. A text with a NUL would be cut by whoever reads it as a C string, so it is refused. */
static enum err file_read(const char *path, struct buf *out, struct why *why)
{
	FILE *file = fopen(path, "re");
	uint8_t chunk[SCHEMA_READ_LEN];
	size_t len, before = out->len;
	enum err e = ERR_OK;

	if (file == NULL)
		return why_set(why, ERR_CONF, "%s: %s", path, strerror(errno));
	while (e == ERR_OK && (len = fread(chunk, 1, sizeof(chunk), file)) > 0) {
		if (out->len - before + len > SCHEMA_MAX_FILE_LEN || memchr(chunk, '\0', len) != NULL)
			e = why_set(why, ERR_CONF, "%s is no SQL file, or longer than %d octets", path, SCHEMA_MAX_FILE_LEN);
		else
			e = buf_append(out, bytes_from(chunk, len));
	}
	if (e == ERR_OK && ferror(file))
		e = why_set(why, ERR_CONF, "%s cannot be read", path);
	fclose(file);
	return e;
}

/* Everything that is installed from. */
struct folder {
	const char *path;
	struct file_list migrations;   /* [i] is version i + 1 */
	struct file_list api;
};

static void folder_clear(struct folder *folder)
{
	file_list_clear(&folder->migrations);
	file_list_clear(&folder->api);
}

static enum err folder_read(const char *path, struct folder *out, struct why *why)
{
	struct folder folder = { path, { 0 }, { 0 } };
	enum err e;

	if ((e = file_list_read(path, "migrations", &folder.migrations, why)) != ERR_OK || (e = file_list_read(path, "api", &folder.api, why)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < folder.migrations.count; i++) {
		if (file_version(folder.migrations.path[i]) != (int)i + 1) {
			e = why_set(why, ERR_CONF, "%s is not migration %zu", folder.migrations.path[i], i + 1);
			goto out;
		}
	}
	*out = folder;
	folder = (struct folder){ 0 };
out:
	folder_clear(&folder);
	return e;
}

/* --- the database --- */

/* The database's own SHA-256 of the API's files, names included. */
static enum err api_digest(struct store *store, const struct folder *folder, struct buf *out, struct why *why)
{
	struct db_rows *rows = NULL;
	struct buf all = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 0; i < folder->api.count && e == ERR_OK; i++)
		if ((e = buf_append_str(&all, strrchr(folder->api.path[i], '/'))) == ERR_OK && (e = buf_append_byte(&all, '\0')) == ERR_OK &&
			(e = file_read(folder->api.path[i], &all, why)) == ERR_OK)
			e = buf_append_byte(&all, '\0');
	if (e == ERR_OK && (e = store_query(store, STORE_ONCE, "SELECT pg_catalog.sha256($1)", (struct db_param[]){ db_octets(buf_bytes(&all)) }, 1, DB_FORMAT_BINARY, &rows, why)) == ERR_OK)
		e = buf_append(out, db_rows_get(rows, 0, 0));
	db_rows_free(rows);
	buf_clear(&all);
	return e;
}

static enum err is_installed(struct store *store, bool *out, struct why *why)
{
	struct db_rows *rows = NULL;
	enum err e;

	e = store_query(store, STORE_ONCE, "SELECT 1 FROM pg_catalog.pg_class c JOIN pg_catalog.pg_namespace n ON n.oid = c.relnamespace"
		" WHERE n.nspname = 'scepgate' AND c.relname IN ('schema_version', 'schema_api') HAVING count(*) = 2", NULL, 0, DB_FORMAT_TEXT, &rows, why);
	if (e == ERR_OK)
		*out = db_rows_count(rows) == 1;
	db_rows_free(rows);
	return e;
}

static enum err version_load(struct store *store, int *out, struct why *why)
{
	struct db_rows *rows = NULL;
	int64_t version = 0;
	enum err e;

	e = store_query(store, STORE_ONCE, STORE_VERSION_SQL, NULL, 0, DB_FORMAT_BINARY, &rows, why);
	if (e == ERR_OK && !value_number(db_rows_get(rows, 0, 0), &version))
		e = why_set(why, ERR_DB_SCHEMA, "the ledger scepgate.schema_version is not as expected");
	if (e == ERR_OK)
		*out = (int)version;
	db_rows_free(rows);
	return e;
}

static enum err api_is_current(struct store *store, const struct folder *folder, bool *out, struct why *why)
{
	struct db_rows *rows = NULL;
	struct buf digest = { 0 };
	enum err e;

	if ((e = api_digest(store, folder, &digest, why)) == ERR_OK &&
		(e = store_query(store, STORE_ONCE, "SELECT digest FROM scepgate.schema_api", NULL, 0, DB_FORMAT_BINARY, &rows, why)) == ERR_OK)
		*out = db_rows_count(rows) == 1 && bytes_is_equal(db_rows_get(rows, 0, 0), buf_bytes(&digest));
	db_rows_free(rows);
	buf_clear(&digest);
	return e;
}

enum err schema_status_load(struct store *store, const char *path, struct schema_status *out, struct why *why)
{
	struct schema_status status = { false, 0, 0, false };
	struct folder folder = { 0 };
	enum err e;

	if ((e = folder_read(path, &folder, why)) != ERR_OK || (e = is_installed(store, &status.is_installed, why)) != ERR_OK)
		goto out;
	status.available = (int)folder.migrations.count;
	if (status.is_installed && ((e = version_load(store, &status.version, why)) != ERR_OK || (e = api_is_current(store, &folder, &status.api_is_current, why)) != ERR_OK))
		goto out;
	*out = status;
out:
	folder_clear(&folder);
	return e;
}

/* --- upgrading --- */

static enum err file_run(struct store *store, const char *path, struct why *why)
{
	struct why cause = { 0 };
	struct buf sql = { 0 };
	enum err e;

	if ((e = file_read(path, &sql, why)) != ERR_OK || (e = buf_terminate(&sql)) != ERR_OK)
		goto out;
	if ((e = store_script(store, (const char *)sql.ptr, &cause)) != ERR_OK)
		e = why_set(why, e, "%s: %s", path, why_text(&cause, e));
out:
	buf_clear(&sql);
	return e;
}

/* From BEGIN to COMMIT: a file, or all of the API. */
static enum err transaction_end(struct store *store, enum err e, struct why *why)
{
	if (e == ERR_OK)
		return store_script(store, "COMMIT", why);
	(void)store_script(store, "ROLLBACK", NULL);
	return e;
}

static enum err part_run(struct store *store, const char *folder, const char *name, struct why *why)
{
	char *path = NULL;
	enum err e;

	if (asprintf(&path, "%s/%s", folder, name) < 0)
		return ERR_MEMORY;
	if ((e = store_script(store, as_self, why)) == ERR_OK)
		e = transaction_end(store, file_run(store, path, why), why);
	free(path);
	return e;
}

static enum err migrations_run(struct store *store, const struct folder *folder, int *applied, struct why *why)
{
	int version = 0, count = 0;
	enum err e;

	if ((e = version_load(store, &version, why)) != ERR_OK)
		return e;
	while (version < (int)folder->migrations.count) {
		struct why cause = { 0 };

		if ((e = store_script(store, as_owner, why)) != ERR_OK)
			return e;
		e = transaction_end(store, file_run(store, folder->migrations.path[version], &cause), &cause);
		/* The ledger row was taken: somebody else applied this one meanwhile. */
		if (e == ERR_CONFLICT) {
			int before = version;

			if ((e = version_load(store, &version, why)) != ERR_OK)
				return e;
			if (version > before)
				continue;
			e = ERR_CONFLICT;
		}
		if (e != ERR_OK)
			return why_set(why, e == ERR_CONFLICT ? ERR_DB : e, "%s", why_text(&cause, e));
		version++;
		count++;
	}
	*applied = count;
	return ERR_OK;
}

static enum err api_run(struct store *store, const struct folder *folder, struct why *why)
{
	static const char record[] = "INSERT INTO scepgate.schema_api AS a (digest) VALUES ($1) ON CONFLICT (single) DO UPDATE SET digest = EXCLUDED.digest,"
		" applied_at = now(), applied_by = session_user WHERE a.digest IS DISTINCT FROM EXCLUDED.digest";
	struct buf digest = { 0 };
	enum err e;

	if ((e = api_digest(store, folder, &digest, why)) != ERR_OK || (e = store_script(store, as_owner, why)) != ERR_OK)
		goto out;
	e = store_script(store, "LOCK TABLE scepgate.schema_version IN SHARE ROW EXCLUSIVE MODE", why);
	for (size_t i = 0; i < folder->api.count && e == ERR_OK; i++)
		e = file_run(store, folder->api.path[i], why);
	if (e == ERR_OK)
		e = store_query(store, STORE_ONCE, record, (struct db_param[]){ db_octets(buf_bytes(&digest)) }, 1, DB_FORMAT_TEXT, NULL, why);
	/* Programs that listen check the version again. */
	if (e == ERR_OK)
		e = store_script(store, "SELECT pg_notify('scepgate_config', 'schema')", why);
	e = transaction_end(store, e, why);
out:
	buf_clear(&digest);
	return e;
}

enum err schema_upgrade(struct store *store, const char *path, int *applied, struct why *why)
{
	struct schema_status status;
	struct folder folder = { 0 };
	int count = 0;
	enum err e;

	if ((e = schema_status_load(store, path, &status, why)) != ERR_OK || (e = folder_read(path, &folder, why)) != ERR_OK)
		goto out;
	if (status.version > status.available) {
		e = why_set(why, ERR_DB_SCHEMA, "the database is at version %d and %s ends at %d: use a newer release", status.version, path, status.available);
		goto out;
	}
	if ((e = part_run(store, path, "roles.sql", why)) != ERR_OK || (e = part_run(store, path, "ledger.sql", why)) != ERR_OK ||
		(e = migrations_run(store, &folder, &count, why)) != ERR_OK || (e = api_run(store, &folder, why)) != ERR_OK)
		goto out;
	if (applied != NULL)
		*applied = count;
out:
	folder_clear(&folder);
	return e;
}
