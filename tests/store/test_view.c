#include <config.h>

#include <string.h>

#include "store/fixture.h"
#include "store/view.h"

static const struct {
	const char *row;
	enum view view;
	const char *column, *value; /* of a filter */
	enum err expected;
	size_t row_count;
	const char *cell_column, *cell; /* of the first row */
} reads[] = {
	{ "text", VIEW_APPLICATION, NULL, NULL, ERR_OK, 1, "name", "corp" },
	{ "a boolean", VIEW_APPLICATION, "enabled", "true", ERR_OK, 1, "enabled", "true" },
	{ "a pattern", VIEW_POLICY_RULE, "item", "CN", ERR_OK, 1, "pattern", "*.example" },
	{ "a boolean, false", VIEW_STATIC_CHALLENGE, "name", "timed", ERR_OK, 1, "expired", "false" },
	{ "a number", VIEW_POLICY, NULL, NULL, ERR_OK, 1, "rsa_max_bits", "4096" },
	{ "an array", VIEW_POLICY, NULL, NULL, ERR_OK, 1, "ec_curves", "p256,p521" },
	{ "octets", VIEW_CA, "name", "root", ERR_OK, 1, "certificate", "30a0" },
	{ "a digest", VIEW_CA, "name", "root", ERR_OK, 1, "sha256", "7cbe3373d2ac185d08991bd067305ca1e88805cae833fe30a6422ef3819d11a5" },
	{ "null", VIEW_CA, "name", "root", ERR_OK, 1, "issuer", NULL },
	{ "a reference by name", VIEW_CA, "name", "sub", ERR_OK, 1, "issuer", "root" },
	{ "a time", VIEW_STATIC_CHALLENGE, "name", "timed", ERR_OK, 1, "expires_at", "2030-06-01T12:00:00Z" },
	{ "an endpoint", VIEW_ENDPOINT, "application", "corp", ERR_OK, 1, "allowed_ciphers", "aes128-cbc,aes192-cbc,aes256-cbc,des3-cbc" },
	{ "an RA certificate", VIEW_RA_CERTIFICATE, "state", "current", ERR_OK, 1, "subject", "CN=ra" },
	{ "a profile", VIEW_PROFILE, NULL, NULL, ERR_OK, 1, "extended_key_usage", "clientAuth,1.3.6.1.5.5.7.3.14" },
	{ "a dynamic challenge", VIEW_CHALLENGE, "application", "corp", ERR_OK, 1, "state", "live" },
	{ "what it is bound to", VIEW_CHALLENGE, "device", "SN1", ERR_OK, 1, "spki_sha256", "0000000000000000000000000000000000000000000000000000000000000000" },
	{ "what was said of it", VIEW_CHALLENGE, "state", "live", ERR_OK, 1, "context", "{\"a\": [1, 2]}" },
	{ "a token", VIEW_API_TOKEN, "name", "jamf", ERR_OK, 1, "endpoints", "corp/wifi" },
	{ "an approval rule", VIEW_APPROVAL_RULE, "kind", "subject", ERR_OK, 1, "pattern", "*.example" },
	{ "an address", VIEW_THROTTLE, "application", "corp", ERR_OK, 1, "network", "192.0.2.7" },
	{ "how many are pending", VIEW_ENDPOINT, "dynamic_challenges", "1", ERR_OK, 1, "challenge_max_pending", "100" },
	{ "no rows", VIEW_CERTIFICATE, NULL, NULL, ERR_OK, 0, NULL, NULL },
	{ "no rows either", VIEW_TRANSACTION, NULL, NULL, ERR_OK, 0, NULL, NULL },
	{ "no files", VIEW_CERTIFICATE_FILE, NULL, NULL, ERR_OK, 0, NULL, NULL },
	{ "a filter that nothing meets", VIEW_APPLICATION, "name", "none", ERR_OK, 0, NULL, NULL },
	{ "a column that is not there", VIEW_APPLICATION, "colour", "red", ERR_VALUE, 0, NULL, NULL },
	{ "a column that is SQL", VIEW_APPLICATION, "name\" OR true --", "x", ERR_VALUE, 0, NULL, NULL },
	{ "an empty column", VIEW_APPLICATION, "", "x", ERR_VALUE, 0, NULL, NULL },
	{ "a value that does not fit", VIEW_CERTIFICATE, "id", "x", ERR_VALUE, 0, NULL, NULL },
	{ "a value that is SQL", VIEW_APPLICATION, "name", "x' OR true --", ERR_OK, 0, NULL, NULL },
};

static void test_reads(void)
{
	struct store *store = fixture_store("scepgate_auditor");

	fixture_reset();
	fixture_sql("SELECT scepgate.challenge_set('corp', 'wifi', '$2b$10$abcdefghijklmnopqrstuv', 'timed', '2030-06-01 14:00:00.5+02')");
	fixture_sql("SELECT scepgate.endpoint_alter('corp', 'wifi', challenge_mode => 'both'); SELECT scepgate.token_create('jamf', '{corp/wifi}');"
		"SELECT scepgate.challenge_create('corp', 'wifi', device => 'SN1', spki_sha256 => decode(repeat('00', 32), 'hex'), context => '{\"a\": [1, 2]}');"
		"SELECT scepgate.approval_rule_add('corp', 'wifi', 'subject', 'CN', '*.example'); INSERT INTO scepgate.throttle (endpoint_id, network) VALUES (1, '192.0.2.7')");
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		const struct view_filter filter = { reads[i].column, reads[i].value };
		struct rowset rows = { 0 };
		struct why why = { 0 };
		const char *cell;

		unit_row(reads[i].row);
		UNIT_ERR(reads[i].expected, view_read(store, reads[i].view, &filter, reads[i].column == NULL ? 0 : 1, 0, &rows, &why));
		CU_ASSERT_EQUAL(rows.row_count, reads[i].row_count);
		if (reads[i].cell_column != NULL && rows.row_count > 0) {
			cell = rowset_find(&rows, 0, reads[i].cell_column);
			if (reads[i].cell == NULL)
				CU_ASSERT_PTR_NULL(cell);
			if (reads[i].cell != NULL)
				CU_ASSERT_STRING_EQUAL(cell == NULL ? "(null)" : cell, reads[i].cell);
		}
		CU_ASSERT_PTR_NULL(rows.row_count == 0 ? NULL : rowset_find(&rows, 0, "hash"));
		rowset_clear(&rows);
	}
	unit_row(NULL);
	store_free(store);
}

static void test_order(void)
{
	struct store *store = fixture_store("scepgate_operator");
	struct rowset rows = { 0 };

	fixture_sql("SELECT scepgate.application_create('aaa'), scepgate.application_create('zzz')");
	UNIT_ERR(ERR_OK, view_read(store, VIEW_APPLICATION, NULL, 0, 2, &rows, NULL));
	CU_ASSERT_EQUAL_FATAL(rows.row_count, 2);
	CU_ASSERT_STRING_EQUAL(rowset_find(&rows, 0, "name"), "aaa");
	CU_ASSERT_STRING_EQUAL(rowset_find(&rows, 1, "name"), "corp");
	rowset_clear(&rows);
	UNIT_ERR(ERR_OK, view_read(store, VIEW_AUDIT_EVENT, NULL, 0, 1, &rows, NULL));
	CU_ASSERT_EQUAL_FATAL(rows.row_count, 1);
	CU_ASSERT_STRING_EQUAL(rowset_find(&rows, 0, "application"), "zzz");
	rowset_clear(&rows);
	UNIT_ERR(ERR_OK, view_read(store, VIEW_APPLICATION, (struct view_filter[]){ { "name", "aaa" }, { "enabled", "true" } }, 2, 0, &rows, NULL));
	CU_ASSERT_EQUAL(rows.row_count, 1);
	rowset_clear(&rows);
	store_free(store);
}

static void test_denied(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct rowset rows = { 0 };

	UNIT_ERR(ERR_DB_DENIED, view_read(store, VIEW_ENDPOINT, NULL, 0, 0, &rows, NULL));
	CU_ASSERT_PTR_NULL(rows.column);
	store_free(store);
}

CASES(view,
	{ "views give text, ISO times, true and false, hexadecimal and lists", test_reads },
	{ "views come in their order, newest first for events, and end at the limit", test_order },
	{ "the worker may read no view", test_denied },
);
