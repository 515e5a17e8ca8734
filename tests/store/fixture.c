#include <config.h>

#include "store/fixture.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

enum { LINE_SIZE = 4096, RING = 8, MAX_ARGUMENTS = 16, COMMAND_SIZE = 16384 };

static char log_text[LINE_SIZE];

const struct enrolment_evidence fixture_no_evidence = { NULL, NULL, "192.0.2.7" };

static void log_keep(void *context, enum log_level level, const char *line)
{
	size_t len = strlen(log_text);

	(void)context;
	(void)level;
	snprintf(log_text + len, sizeof(log_text) - len, "%s\n", line);
}

const char *fixture_log(void)
{
	static char copy[LINE_SIZE];

	memcpy(copy, log_text, sizeof(copy));
	log_text[0] = '\0';
	return copy;
}

const char *fixture_sql_folder(void)
{
	static char folder[LINE_SIZE];
	const char *source = getenv("SCEPGATE_SRCDIR");

	snprintf(folder, sizeof(folder), "%s/sql", source == NULL ? "." : source);
	return folder;
}

struct store *fixture_store_with(const struct store_options *options)
{
	struct store *store = NULL;
	struct why why = { 0 };

	UNIT_ERR(ERR_OK, store_new(options, &store, &why));
	return store;
}

struct store *fixture_store(const char *role)
{
	static struct log log;
	bool is_worker = strcmp(role, "scepgate_worker") == 0;

	log_init(&log, "test", LOG_TARGET_STDERR, LOG_LEVEL_DEBUG);
	log.write = log_keep;
	return fixture_store_with(&(struct store_options){ .conninfo = "", .user = role, .program = "test_store", .connect_timeout_s = 2, .statement_timeout_s = 2,
		.listen = is_worker, .check_schema = true, .log = &log });
}

const char *fixture_sql(const char *sql)
{
	static char line[LINE_SIZE];
	char command[COMMAND_SIZE];
	FILE *psql;

	setenv("TEST_SQL", sql, 1);
	/* The cluster's default is another level, under which nobody mints; the programs set theirs, and so does who uses psql. */
	snprintf(command, sizeof(command), "PGOPTIONS='-c default_transaction_isolation=read\\ committed'; export PGOPTIONS; printf '%%s\\n' \"$TEST_SQL\" | psql -XqAt -v ON_ERROR_STOP=1 -f - 2>&1");
	psql = popen(command, "r");
	line[0] = '\0';
	if (psql == NULL || fgets(line, sizeof(line), psql) == NULL)
		line[0] = '\0';
	while (psql != NULL && fgets(command, sizeof(command), psql) != NULL)
		;
	line[strcspn(line, "\n")] = '\0';
	if (psql == NULL || pclose(psql) != 0) {
		fprintf(stderr, "# %s: %s\n", sql, line);
		CU_FAIL("the DBA's statement failed");
	}
	return line;
}

void fixture_sql_is(const char *sql, const char *expected)
{
	const char *line = fixture_sql(sql);

	if (strcmp(line, expected) != 0)
		fprintf(stderr, "# %s\n#   gives    %s\n#   expected %s\n", sql, line, expected);
	CU_ASSERT_STRING_EQUAL(line, expected);
}

void fixture_shell(const char *line)
{
	char command[COMMAND_SIZE];

	snprintf(command, sizeof(command), ". \"$SCEPGATE_SRCDIR/tests/support/postgres.sh\"; %s", line);
	if (system(command) != 0) {
		fprintf(stderr, "# %s\n", line);
		CU_FAIL("the shell command failed");
	}
}

void fixture_reset(void)
{
	fixture_sql("SET client_min_messages = warning;"
		"TRUNCATE scepgate.transaction, scepgate.certificate_name, scepgate.certificate_count, scepgate.certificate_count_change, scepgate.certificate, scepgate.audit_event, scepgate.challenge, scepgate.challenge_quota, scepgate.throttle, scepgate.api_token,"
		" scepgate.api_token_endpoint, scepgate.approval_rule, scepgate.endpoint, scepgate.static_challenge, scepgate.ra_certificate, scepgate.profile,"
		" scepgate.policy, scepgate.policy_rule, scepgate.application, scepgate.ca, scepgate.ca_next, scepgate.ca_request, scepgate.crl, scepgate.crl_sequence, scepgate.private_key RESTART IDENTITY;"
		"SELECT scepgate.ca_create('root', '\\x30a0', 'CN=root', now(), now() + interval '20 years');"
		"SELECT scepgate.ca_create('sub', '\\x30a1', 'CN=sub', now(), now() + interval '10 years', '\\x3000300006092a864886f70d01050d01', sha256('1'), issuer => 'root');"
		"SELECT scepgate.policy_create('p', rsa_max_bits => 4096, ec_curves => '{p256,p521}', ed25519 => true, unlisted => 'drop', allow_empty_subject => true, several_common_names => true);"
		"SELECT scepgate.policy_rule_add('p', 'subject', 'require', 'CN', '*.example'), scepgate.policy_rule_add('p', 'san', 'allow', 'dns'),"
		" scepgate.policy_rule_add('p', 'ext_key_usage', 'deny', '1.3.6.1.5.5.7.3.3'), scepgate.policy_rule_add('p', 'key_usage', 'allow', 'digitalSignature');"
		"SELECT scepgate.profile_create('wifi', 'sub', 'p', extended_key_usage => '{clientAuth,1.3.6.1.5.5.7.3.14}', validity_days => 30);"
		"SELECT scepgate.application_create('corp');"
		"SELECT scepgate.endpoint_attach('corp', 'wifi', '\\x30b0', '\\x3000300006092a864886f70d01050d02', sha256('2'), 'CN=ra', now(), now() + interval '1 year',"
		" default_for_host => '*', replay_window_seconds => 3600);"
		"SELECT scepgate.challenge_set('corp', 'wifi', '$2b$10$abcdefghijklmnopqrstuvABCDEFGHIJKLMNOPQRSTUV0123456789.');");
}

static size_t arguments_take(va_list list, struct admin_argument arguments[MAX_ARGUMENTS])
{
	const char *name;
	size_t count = 0;

	while (count < MAX_ARGUMENTS && (name = va_arg(list, const char *)) != NULL)
		arguments[count++] = (struct admin_argument){ name, bytes_from_str(va_arg(list, const char *)) };
	return count;
}

enum err fixture_call(struct store *store, enum admin_call call, struct why *why, ...)
{
	struct admin_argument arguments[MAX_ARGUMENTS];
	size_t count;
	va_list list;

	va_start(list, why);
	count = arguments_take(list, arguments);
	va_end(list);
	return admin_call(store, call, arguments, count, NULL, why);
}

struct rowset fixture_call_rows(struct store *store, enum admin_call call, ...)
{
	struct admin_argument arguments[MAX_ARGUMENTS];
	struct rowset rows = { 0 };
	struct why why = { 0 };
	size_t count;
	va_list list;

	va_start(list, call);
	count = arguments_take(list, arguments);
	va_end(list);
	UNIT_ERR(ERR_OK, admin_call(store, call, arguments, count, &rows, &why));
	if (*why.text != '\0')
		fprintf(stderr, "# %s\n", why.text);
	return rows;
}

struct bytes fixture_pkcs8(uint8_t last)
{
	static uint8_t ring[RING][16];
	static size_t next;
	uint8_t *key = ring[next++ % RING];

	memcpy(key, "\x30\x00\x30\x00\x06\x09\x2a\x86\x48\x86\xf7\x0d\x01\x05\x0d", 15);
	key[15] = last;
	return bytes_from(key, 16);
}

struct bytes fixture_hash(uint8_t value)
{
	static uint8_t ring[RING][ENROLMENT_HASH_LEN];
	static size_t next;
	uint8_t *hash = ring[next++ % RING];

	memset(hash, value, ENROLMENT_HASH_LEN);
	return bytes_from(hash, ENROLMENT_HASH_LEN);
}

int64_t fixture_now_ms(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}
