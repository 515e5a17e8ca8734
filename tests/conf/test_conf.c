#include <config.h>

#include "conf/conf.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "support/unit.h"

static char folder[64];
static char path[128];

static void write_file(const char *name, const char *content, size_t len, mode_t mode)
{
	FILE *file;

	snprintf(path, sizeof path, "%s/%s", folder, name);
	unlink(path);
	if ((file = fopen(path, "w")) == NULL || fwrite(content, 1, len, file) != len || fclose(file) != 0 || chmod(path, mode) != 0)
		CU_FAIL_FATAL("a file cannot be written");
}

static enum err load(const char *content, struct conf *conf, struct why *why)
{
	write_file("scepgate.conf", content, strlen(content), 0644);
	*why = (struct why){ 0 };
	return conf_load(path, conf, why);
}

static void empty_file(void)
{
	struct conf conf;
	struct why why;
	char secret[128];

	UNIT_ERR(ERR_OK, load("", &conf, &why));
	CU_ASSERT_STRING_EQUAL(path, conf.path);
	CU_ASSERT_STRING_EQUAL("host=/run/postgresql dbname=scepgate", conf.conninfo);
	CU_ASSERT_STRING_EQUAL("scepgate_worker", conf.worker_user);
	CU_ASSERT_STRING_EQUAL("scepgate_minter", conf.minter_user);
	CU_ASSERT_STRING_EQUAL("scepgate_public", conf.public_user);
	CU_ASSERT_PTR_NULL(conf.admin_user);
	CU_ASSERT_EQUAL(5, conf.connect_timeout_s);
	CU_ASSERT_EQUAL(15, conf.statement_timeout_s);
	snprintf(secret, sizeof secret, "%s/key.secret", folder);
	CU_ASSERT_STRING_EQUAL(secret, conf.secret_file);
	CU_ASSERT_STRING_EQUAL("auto", conf.key_provider);
	CU_ASSERT_EQUAL(LOG_TARGET_STDERR, conf.log_target);
	CU_ASSERT_EQUAL(LOG_LEVEL_INFO, conf.log_level);
	CU_ASSERT_STRING_EQUAL("http://localhost", conf.base_url);
	conf_clear(&conf);
	conf_clear(&conf);
}

static void full_file(void)
{
	struct conf conf;
	struct why why;

	UNIT_ERR(ERR_OK, load("; a comment\n[database]\nconninfo = host=a,b ; two hosts\n   port=5432,5433\n\tdbname=x\nworker_user = w\nminter_user = m\npublic_user = p\nadmin_user=a\nconnect_timeout=60\n"
		"statement_timeout = 600\n[keys]\nsecret_file = /abs/secret\nprovider = gnutls\n# another\n[log]\ntarget = syslog\nlevel = debug\n[url]\nbase = https://scep.example.org:8443/x//\n",
		&conf, &why));
	CU_ASSERT_STRING_EQUAL("", why.text);
	CU_ASSERT_STRING_EQUAL("host=a,b port=5432,5433 dbname=x", conf.conninfo);
	CU_ASSERT_STRING_EQUAL("w", conf.worker_user);
	CU_ASSERT_STRING_EQUAL("m", conf.minter_user);
	CU_ASSERT_STRING_EQUAL("p", conf.public_user);
	CU_ASSERT_STRING_EQUAL("a", conf.admin_user);
	CU_ASSERT_EQUAL(60, conf.connect_timeout_s);
	CU_ASSERT_EQUAL(600, conf.statement_timeout_s);
	CU_ASSERT_STRING_EQUAL("/abs/secret", conf.secret_file);
	CU_ASSERT_STRING_EQUAL("gnutls", conf.key_provider);
	CU_ASSERT_EQUAL(LOG_TARGET_SYSLOG, conf.log_target);
	CU_ASSERT_EQUAL(LOG_LEVEL_DEBUG, conf.log_level);
	CU_ASSERT_STRING_EQUAL("https://scep.example.org:8443/x", conf.base_url);
	conf_clear(&conf);
}

static void errors(void)
{
	static char long_line[600] = "[database]\nconninfo = ";
	const struct {
		const char *content, *place;
	} rows[] = {
		{ "[database]\n\nport = 1\n", ":3: unknown key [database] port" },
		{ "[databases]\nconninfo = x\n", ":2: unknown key [databases] conninfo" },
		{ "conninfo = x\n", ":1: unknown key [] conninfo" },
		{ "[log]\nlevel = loud\n", ":2: [log] level must be error, warning, notice, info or debug" },
		{ "[log]\ntarget = file\n", ":2: [log] target must be stderr or syslog" },
		{ "[keys]\nprovider = pkcs11\n", ":2: [keys] provider must be auto, gnutls or openssl" }, { "[keys]\nprovider =\n", ":2:" },
		{ "[log]\nlevel = info\nlevel = debug\n", ":3: a second time: [log] level" },
		{ "[database]\nconninfo = a\nconninfo = b\n", ":3: a second time: [database] conninfo" },
		{ "[database]\nworker_user = a\n  b\n", ":3: a second time: [database] worker_user" },
		{ "[database]\nworker_user =\n", ":2: [database] worker_user must be" },
		{ "[database]\nminter_user =\n", ":2: [database] minter_user must be" },
		{ "[database]\nconnect_timeout = 0\n", ":2: [database] connect_timeout must be a number of seconds, 1..60" },
		{ "[database]\nconnect_timeout = 61\n", ":2:" }, { "[database]\nconnect_timeout = 5s\n", ":2:" }, { "[database]\nconnect_timeout =\n", ":2:" },
		{ "[database]\nstatement_timeout = 601\n", ":2:" }, { "[database]\nstatement_timeout = 99999999999999999999\n", ":2:" },
		{ "[url]\nbase = ftp://x\n", ":2: [url] base must be a URL" }, { "[url]\nbase = https://\n", ":2:" }, { "[url]\nbase = https://x/?y\n", ":2:" },
		{ "[url]\nbase = https:///\n", ":2:" },
		{ "[log]\nnonsense\nlevel = info\n", ":2: neither" },
		{ "[log]\nnonsense\nlevel = loud\n", ":2: neither" },
		{ "[log]\nlevel = loud\nnonsense\n", ":2: [log] level" },
		{ "[log\nlevel = info\n", ":1: neither" },
		{ "[database]\nworker_user = a\x01\n", ":2: not a line of text: [database] worker_user" },
		{ "[database]\nworker_user = a\xff\n", ":2: not a line of text" },
		{ long_line, ":2: the line is too long" },
	};

	memset(long_line + strlen(long_line), 'x', sizeof long_line - 1 - strlen(long_line));
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct conf conf = { .connect_timeout_s = 77 };
		struct why why;

		unit_row(rows[i].content);
		UNIT_ERR(ERR_CONF, load(rows[i].content, &conf, &why));
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, path));
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, rows[i].place));
		if (strstr(why.text, rows[i].place) == NULL)
			printf("# got: %s\n", why.text);
		CU_ASSERT_EQUAL(77, conf.connect_timeout_s);
	}
}

static void finding_the_file(void)
{
	struct conf conf;
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, load("[database]\nworker_user = from_env\n", &conf, &why));
	conf_clear(&conf);
	setenv(CONF_ENV, path, 1);
	UNIT_ERR(ERR_OK, conf_load(NULL, &conf, &why));
	CU_ASSERT_STRING_EQUAL("from_env", conf.worker_user);
	conf_clear(&conf);
	setenv(CONF_ENV, "/nonexistent/scepgate.conf", 1);
	UNIT_ERR(ERR_CONF, conf_load(NULL, &conf, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "/nonexistent/scepgate.conf"));
	unsetenv(CONF_ENV);
	why = (struct why){ 0 };
	UNIT_ERR(ERR_CONF, conf_load(folder, &conf, &why));
}

static void secret_content(void)
{
	static char octets[CONF_SECRET_MAX_LEN + 4];
	const struct {
		const char *name;
		size_t len;
		const char *tail;
		enum err e;
		size_t out_len;
	} rows[] = {
		{ "one too few", CONF_SECRET_MIN_LEN - 1, "", ERR_KEY_SECRET, 0 },
		{ "one too few with a newline", CONF_SECRET_MIN_LEN - 1, "\n", ERR_KEY_SECRET, 0 },
		{ "the fewest", CONF_SECRET_MIN_LEN, "", ERR_OK, CONF_SECRET_MIN_LEN },
		{ "the fewest with a newline", CONF_SECRET_MIN_LEN, "\n", ERR_OK, CONF_SECRET_MIN_LEN },
		{ "two newlines", CONF_SECRET_MIN_LEN, "\n\n", ERR_KEY_SECRET, 0 },
		{ "the most", CONF_SECRET_MAX_LEN, "", ERR_OK, CONF_SECRET_MAX_LEN },
		{ "the most with a newline", CONF_SECRET_MAX_LEN, "\n", ERR_OK, CONF_SECRET_MAX_LEN },
		{ "one too many", CONF_SECRET_MAX_LEN + 1, "", ERR_KEY_SECRET, 0 },
		{ "one too many with a newline", CONF_SECRET_MAX_LEN + 1, "\n", ERR_KEY_SECRET, 0 },
		{ "not ASCII", CONF_SECRET_MIN_LEN, "\xc3\xa4", ERR_KEY_SECRET, 0 },
		{ "a carriage return", CONF_SECRET_MIN_LEN, "\r\n", ERR_KEY_SECRET, 0 },
		{ "nothing", 0, "", ERR_KEY_SECRET, 0 },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf secret;
		struct why why = { 0 };
		size_t tail = strlen(rows[i].tail);

		unit_row(rows[i].name);
		buf_init(&secret);
		memset(octets, 'k', rows[i].len);
		memcpy(octets + rows[i].len, rows[i].tail, tail + 1);
		write_file("key.secret", octets, rows[i].len + tail, 0600);
		UNIT_ERR(rows[i].e, conf_secret_load(path, &secret, &why));
		CU_ASSERT_EQUAL(rows[i].out_len, secret.len);
		CU_ASSERT_PTR_NULL(strstr(why.text, "kkk"));
		buf_clear(&secret);
	}
}

static void secret_file_rights(void)
{
	static const struct {
		mode_t mode;
		enum err e;
	} rows[] = {
		{ 0600, ERR_OK }, { 0400, ERR_OK }, { 0640, ERR_OK }, { 0440, ERR_OK }, { 0660, ERR_KEY_SECRET }, { 0620, ERR_KEY_SECRET }, { 0604, ERR_KEY_SECRET },
		{ 0602, ERR_KEY_SECRET }, { 0601, ERR_KEY_SECRET }, { 0644, ERR_KEY_SECRET },
	};
	struct buf secret;
	struct why why = { 0 };

	buf_init(&secret);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char mode[8];

		snprintf(mode, sizeof mode, "%04o", (unsigned)rows[i].mode);
		unit_row(mode);
		write_file("key.secret", "0123456789012345678901234567890123", 34, rows[i].mode);
		UNIT_ERR(rows[i].e, conf_secret_load(path, &secret, NULL));
	}
	unit_row(NULL);
	UNIT_ERR(ERR_KEY_SECRET, conf_secret_load(folder, &secret, &why));
	CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "not a regular file"));
	UNIT_ERR(ERR_KEY_SECRET, conf_secret_load("/nonexistent/key.secret", &secret, NULL));
	snprintf(path, sizeof path, "%s/fifo", folder);
	CU_ASSERT_EQUAL(0, mkfifo(path, 0600));
	UNIT_ERR(ERR_KEY_SECRET, conf_secret_load(path, &secret, NULL));
	unlink(path);
	if (geteuid() == 0) {
		write_file("key.secret", "0123456789012345678901234567890123", 34, 0600);
		CU_ASSERT_EQUAL(0, chown(path, 12345, 0));
		UNIT_ERR(ERR_KEY_SECRET, conf_secret_load(path, &secret, NULL));
	}
	buf_clear(&secret);
}

static void secret_creation(void)
{
	struct buf secret, again;
	struct stat st;

	buf_init(&secret);
	buf_init(&again);
	snprintf(path, sizeof path, "%s/new.secret", folder);
	UNIT_ERR(ERR_OK, conf_secret_create(path, NULL));
	CU_ASSERT_EQUAL(0, stat(path, &st));
	CU_ASSERT_EQUAL(0600, st.st_mode & 07777);
	CU_ASSERT_EQUAL(65, st.st_size);
	UNIT_ERR(ERR_OK, conf_secret_load(path, &secret, NULL));
	CU_ASSERT_EQUAL(64, secret.len);
	UNIT_ERR(ERR_CONFLICT, conf_secret_create(path, NULL));
	UNIT_ERR(ERR_OK, conf_secret_load(path, &again, NULL));
	UNIT_BYTES(buf_bytes(&secret), buf_bytes(&again));
	unlink(path);
	UNIT_ERR(ERR_OK, conf_secret_create(path, NULL));
	UNIT_ERR(ERR_OK, conf_secret_load(path, &again, NULL));
	CU_ASSERT_FALSE(bytes_is_equal(buf_bytes(&secret), buf_bytes(&again)));
	unlink(path);
	UNIT_ERR(ERR_KEY_SECRET, conf_secret_create("/nonexistent/key.secret", NULL));
	buf_clear(&again);
	buf_clear(&secret);
}

static const struct unit_case cases[] = {
	{ "an empty file gives the documented values", empty_file },
	{ "every key is read, a connection string goes on in lines that start with a blank", full_file },
	{ "an error names file, line and cause, and leaves the result alone", errors },
	{ "the file is the one that the caller or the environment names", finding_the_file },
	{ "the secret has its length and is one line of printable ASCII", secret_content },
	{ "the secret is refused when others can get at it, and when it is no regular file", secret_file_rights },
	{ "a new secret is random, private, and never written over another", secret_creation },
};

int main(void)
{
	const char *tmp = getenv("TMPDIR");
	int status;

	snprintf(folder, sizeof folder, "%s/test_conf.XXXXXX", tmp != NULL && strlen(tmp) < 40 ? tmp : "/tmp");
	if (mkdtemp(folder) == NULL) {
		printf("Bail out! no temporary folder\n");
		return EXIT_FAILURE;
	}
	status = unit_main("conf", cases, sizeof cases / sizeof cases[0]);
	snprintf(path, sizeof path, "%s/scepgate.conf", folder);
	unlink(path);
	snprintf(path, sizeof path, "%s/key.secret", folder);
	unlink(path);
	rmdir(folder);
	return status;
}
