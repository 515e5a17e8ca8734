#include <config.h>

#include "conf/conf.h"

#include <errno.h>
#include <ini.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "base/text.h"

enum { SECTION_AND_KEY_SIZE = 128, DECIMAL = 10 };

/* What a reader of the file carries along. */
struct reading {
	FILE *file;
	struct conf *conf;
	const char *path;
	struct why *why;
	int line;               /* of the line that was read last */
	bool starts_blank;      /* that line starts with a blank: it continues the value above */
	uint32_t seen;          /* bit n: row n of the table had its value */
	enum err error;         /* the first one */
	int error_line;
};

/* Store one value. NULL when it will do, else what it should be. */
typedef const char *conf_setter(struct conf *conf, const char *value, enum err *e);

static const char *set_string(char **field, const char *value, enum err *e)
{
	char *copy = strdup(value);

	if (copy == NULL) {
		*e = ERR_MEMORY;
		return NULL;
	}
	free(*field);
	*field = copy;
	return NULL;
}

static const char *set_needed(char **field, const char *value, enum err *e)
{
	return value[0] == '\0' ? "a text that is not empty" : set_string(field, value, e);
}

/* Empty is as good as not there. */
static const char *set_optional(char **field, const char *value, enum err *e)
{
	return value[0] == '\0' ? NULL : set_string(field, value, e);
}

static bool get_int(const char *value, long min, long max, int *out)
{
	char *end;
	long number;

	errno = 0;
	number = strtol(value, &end, DECIMAL);
	if (end == value || *end != '\0' || errno != 0 || number < min || number > max)
		return false;
	*out = (int)number;
	return true;
}

static const char *set_conninfo(struct conf *conf, const char *value, enum err *e)
{
	return set_needed(&conf->conninfo, value, e);
}

static const char *set_worker_user(struct conf *conf, const char *value, enum err *e)
{
	return set_needed(&conf->worker_user, value, e);
}

static const char *set_minter_user(struct conf *conf, const char *value, enum err *e)
{
	return set_needed(&conf->minter_user, value, e);
}

static const char *set_public_user(struct conf *conf, const char *value, enum err *e)
{
	return set_needed(&conf->public_user, value, e);
}

static const char *set_admin_user(struct conf *conf, const char *value, enum err *e)
{
	return set_optional(&conf->admin_user, value, e);
}

static const char *set_connect_timeout(struct conf *conf, const char *value, enum err *e)
{
	(void)e;
	return get_int(value, 1, 60, &conf->connect_timeout_s) ? NULL : "a number of seconds, 1..60";
}

static const char *set_statement_timeout(struct conf *conf, const char *value, enum err *e)
{
	(void)e;
	return get_int(value, 1, 600, &conf->statement_timeout_s) ? NULL : "a number of seconds, 1..600";
}

static const char *set_secret_file(struct conf *conf, const char *value, enum err *e)
{
	return set_needed(&conf->secret_file, value, e);
}

static const char *set_other_secret_file(struct conf *conf, const char *value, enum err *e)
{
	return set_optional(&conf->other_secret_file, value, e);
}

static const char *set_pkcs11_module(struct conf *conf, const char *value, enum err *e)
{
	return set_optional(&conf->pkcs11_module, value, e);
}

static const char *set_pkcs11_pin_file(struct conf *conf, const char *value, enum err *e)
{
	return set_optional(&conf->pkcs11_pin_file, value, e);
}

static const char *set_key_provider(struct conf *conf, const char *value, enum err *e)
{
	if (strcmp(value, "auto") != 0 && strcmp(value, "gnutls") != 0 && strcmp(value, "openssl") != 0)
		return "auto, gnutls or openssl";
	return set_string(&conf->key_provider, value, e);
}

static const char *set_log_target(struct conf *conf, const char *value, enum err *e)
{
	(void)e;
	if (strcmp(value, "stderr") == 0)
		conf->log_target = LOG_TARGET_STDERR;
	else if (strcmp(value, "syslog") == 0)
		conf->log_target = LOG_TARGET_SYSLOG;
	else
		return "stderr or syslog";
	return NULL;
}

static const char *set_log_level(struct conf *conf, const char *value, enum err *e)
{
	(void)e;
	return log_level_from_name(value, &conf->log_level) ? NULL : "error, warning, notice, info or debug";
}

static const char *set_base_url(struct conf *conf, const char *value, enum err *e)
{
	size_t len = strlen(value);
	size_t scheme = strncmp(value, "http://", 7) == 0 ? 7 : strncmp(value, "https://", 8) == 0 ? 8 : 0;
	const char *what;

	if (scheme == 0 || value[scheme] == '\0' || value[scheme] == '/' || strpbrk(value, " \"<>?#") != NULL)
		return "a URL that starts with http:// or https://, without query";
	what = set_string(&conf->base_url, value, e);
	while (*e == ERR_OK && conf->base_url[len - 1] == '/')
		conf->base_url[--len] = '\0';
	return what;
}

static const struct {
	const char *section;
	const char *key;
	conf_setter *set;
	const char *initial;    /* as it would stand in the file; NULL: none */
} keys[] = {
	{ "database", "conninfo", set_conninfo, "host=/run/postgresql dbname=scepgate" },
	{ "database", "worker_user", set_worker_user, "scepgate_worker" },
	{ "database", "minter_user", set_minter_user, "scepgate_minter" },
	{ "database", "public_user", set_public_user, "scepgate_public" },
	{ "database", "admin_user", set_admin_user, NULL },
	{ "database", "connect_timeout", set_connect_timeout, "5" },
	{ "database", "statement_timeout", set_statement_timeout, "15" },
	{ "keys", "secret_file", set_secret_file, "key.secret" },
	{ "keys", "other_secret_file", set_other_secret_file, NULL },
	{ "keys", "pkcs11_module", set_pkcs11_module, NULL },
	{ "keys", "pkcs11_pin_file", set_pkcs11_pin_file, NULL },
	{ "keys", "provider", set_key_provider, "auto" },
	{ "log", "target", set_log_target, "stderr" },
	{ "log", "level", set_log_level, "info" },
	{ "url", "base", set_base_url, "http://localhost" },
};
enum { KEY_COUNT = sizeof keys / sizeof keys[0] };

void conf_clear(struct conf *conf)
{
	free(conf->path);
	free(conf->conninfo);
	free(conf->worker_user);
	free(conf->minter_user);
	free(conf->public_user);
	free(conf->admin_user);
	free(conf->secret_file);
	free(conf->other_secret_file);
	free(conf->pkcs11_module);
	free(conf->pkcs11_pin_file);
	free(conf->key_provider);
	free(conf->base_url);
	*conf = (struct conf){ 0 };
}

/* Remember the first error; the rest of the file is read without effect. @return what inih takes for an error. */
static int fail(struct reading *r, enum err e, const char *what, const char *which)
{
	if (r->error == ERR_OK) {
		r->error = why_set(r->why, e, "%s:%d: %s%s", r->path, r->line, what, which);
		r->error_line = r->line;
	}
	return 0;
}

/* One line for inih, which would silently take the tail of a long line for a line of its own. */
static char *read_line(char *line, int size, void *stream)
{
	struct reading *r = stream;
	size_t len;

	if (fgets(line, size, r->file) == NULL)
		return NULL;
	r->line++;
	len = strlen(line);
	r->starts_blank = line[0] == ' ' || line[0] == '\t';
	if (len > 0 && line[len - 1] != '\n' && !feof(r->file)) {
		fail(r, ERR_CONF, "the line is too long (a value can go on in the next line, which then starts with a blank)", "");
		return NULL;
	}
	return line;
}

static const char *add_to_conninfo(struct conf *conf, const char *value, enum err *e)
{
	char *joined;

	if (asprintf(&joined, "%s %s", conf->conninfo, value) < 0) {
		*e = ERR_MEMORY;
		return NULL;
	}
	free(conf->conninfo);
	conf->conninfo = joined;
	return NULL;
}

static int on_value(void *user, const char *section, const char *key, const char *value)
{
	struct reading *r = user;
	char name[SECTION_AND_KEY_SIZE];
	const char *should_be;
	enum err e = ERR_OK;
	size_t i = 0;

	if (r->error != ERR_OK)
		return 0;
	snprintf(name, sizeof name, "[%s] %s", section, key);
	while (i < KEY_COUNT && (strcmp(keys[i].section, section) != 0 || strcmp(keys[i].key, key) != 0))
		i++;
	if (i == KEY_COUNT)
		return fail(r, ERR_CONF, "unknown key ", name);
	if (!text_is_utf8(bytes_from_str(value)) || text_has_control(bytes_from_str(value)))
		return fail(r, ERR_CONF, "not a line of text: ", name);
	if ((r->seen >> i & 1) == 0)
		should_be = keys[i].set(r->conf, value, &e);
	else if (r->starts_blank && keys[i].set == set_conninfo)
		should_be = add_to_conninfo(r->conf, value, &e);
	else
		return fail(r, ERR_CONF, "a second time: ", name);
	r->seen |= UINT32_C(1) << i;
	if (e != ERR_OK)
		return fail(r, e, err_text(e), "");
	if (should_be != NULL) {
		size_t len = strlen(name);

		snprintf(name + len, sizeof name - len, " must be ");
		return fail(r, ERR_CONF, name, should_be);
	}
	return 1;
}

static enum err set_initial(struct conf *conf)
{
	enum err e = ERR_OK;

	for (size_t i = 0; i < KEY_COUNT && e == ERR_OK; i++)
		if (keys[i].initial != NULL)
			(void)keys[i].set(conf, keys[i].initial, &e);
	return e;
}

/* A relative path starts at the folder of the configuration file. */
static enum err place_file(const struct conf *conf, char **file)
{
	const char *slash = strrchr(conf->path, '/');
	char *placed;

	if (*file == NULL || **file == '/' || slash == NULL)
		return ERR_OK;
	if (asprintf(&placed, "%.*s%s", (int)(slash + 1 - conf->path), conf->path, *file) < 0)
		return ERR_MEMORY;
	free(*file);
	*file = placed;
	return ERR_OK;
}

static enum err place_files(struct conf *conf)
{
	char **const files[] = { &conf->secret_file, &conf->other_secret_file, &conf->pkcs11_module, &conf->pkcs11_pin_file };
	enum err e = ERR_OK;

	for (size_t i = 0; i < sizeof files / sizeof files[0] && e == ERR_OK; i++)
		e = place_file(conf, files[i]);
	return e;
}

static enum err read_file(struct reading *r)
{
	int rc = ini_parse_stream(read_line, r, on_value, r);

	/* A positive result is the first line that inih or on_value() did not like. */
	if (rc > 0 && (r->error == ERR_OK || rc < r->error_line)) {
		*r->why = (struct why){ 0 };
		r->line = rc;
		r->error = ERR_OK;
		fail(r, ERR_CONF, "neither a [section] nor key = value nor a ; comment", "");
	}
	if (r->error == ERR_OK && rc < 0)
		r->error = ERR_MEMORY;
	if (r->error == ERR_OK && ferror(r->file))
		r->error = why_set(r->why, ERR_CONF, "%s: %s", r->path, strerror(errno));
	return r->error;
}

static const char *find_path(const char *path)
{
	const char *named = getenv(CONF_ENV);

	if (path != NULL)
		return path;
	return named != NULL && named[0] != '\0' ? named : CONF_DEFAULT_PATH;
}

enum err conf_load(const char *path, struct conf *conf, struct why *why)
{
	struct conf made = { 0 };
	struct why own = { 0 };
	struct reading r = { .conf = &made, .path = find_path(path), .why = &own };
	enum err e;

	if ((r.file = fopen(r.path, "re")) == NULL)
		return why_set(why, ERR_CONF, "%s: %s", r.path, strerror(errno));
	if ((e = bytes_copy_str(bytes_from_str(r.path), &made.path)) != ERR_OK || (e = set_initial(&made)) != ERR_OK || (e = read_file(&r)) != ERR_OK ||
	    (e = place_files(&made)) != ERR_OK) {
		e = why_set(why, e, "%s", why_text(&own, e));
		goto out;
	}
	*conf = made;
	made = (struct conf){ 0 };
out:
	fclose(r.file);
	conf_clear(&made);
	return e;
}
