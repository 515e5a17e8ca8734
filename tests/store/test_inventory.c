#include <config.h>

#include <string.h>

#include "store/fixture.h"
#include "store/inventory.h"
#include "store/view.h"

/* Certificates 1 to 5 of corp/wifi: CN=dN.example, ending in N days; the third is revoked. */
static void fill(void)
{
	fixture_reset();
	fixture_sql("INSERT INTO scepgate.certificate (id, ca_id, serial, application_id, endpoint_id, der, csr_der, spki_sha256, subject, sans, not_before, not_after, message_type,"
		" authorisation, revoked_at, revocation_reason)"
		" SELECT n, p.ca_id, '\\x0a' || int4send(n), e.application_id, e.id, '\\x30' || int4send(n), 'csr', sha256('s'), 'CN=d' || n || '.example', 'DNS:d' || n || '.example', now(),"
		" now() + n * interval '1 day' + interval '1 hour', 19, 'static_challenge', CASE n WHEN 3 THEN now() END, CASE n WHEN 3 THEN 1 END"
		" FROM generate_series(1, 5) AS n, scepgate.endpoint e JOIN scepgate.profile p ON p.id = e.profile_id");
}

static const struct {
	const char *row;
	struct inventory_filter filter;
	const char *after;
	int at_most;
	enum err expected;
	const char *ids;
} reads[] = {
	{ "no filter", { 0 }, NULL, 0, ERR_OK, "54321" },
	{ "a page", { 0 }, NULL, 2, ERR_OK, "54" },
	{ "the next one", { 0 }, "4", 2, ERR_OK, "32" },
	{ "an application", { .application = "corp" }, NULL, 1, ERR_OK, "5" },
	{ "a profile", { .profile = "wifi" }, NULL, 1, ERR_OK, "5" },
	{ "a CA", { .ca = "sub" }, NULL, 1, ERR_OK, "5" },
	{ "a CA that issued nothing", { .ca = "root" }, NULL, 1, ERR_OK, "" },
	{ "a subject", { .subject = "cn=D2.*" }, NULL, 100, ERR_OK, "2" },
	{ "an alternative name", { .san = "DNS:*4.example" }, NULL, 100, ERR_OK, "4" },
	{ "a name", { .name = "d5*" }, NULL, 100, ERR_OK, "5" },
	{ "a serial number", { .serial = "0a00000001" }, NULL, 100, ERR_OK, "1" },
	{ "a fingerprint", { .sha256 = "00" }, NULL, 100, ERR_OK, "" },
	{ "a state", { .state = "revoked" }, NULL, 100, ERR_OK, "3" },
	{ "an end", { .expiring_within = "4 days" }, NULL, 100, ERR_OK, "12" },
	{ "a lineage", { .lineage = "4" }, NULL, 100, ERR_OK, "4" },
	{ "a challenge", { .challenge = "4" }, NULL, 100, ERR_OK, "" },
	{ "an application that is not there", { .application = "none" }, NULL, 100, ERR_NOT_FOUND, "" },
	{ "a state that is none", { .state = "good" }, NULL, 100, ERR_VALUE, "" },
	{ "no number", { .lineage = "x" }, NULL, 100, ERR_VALUE, "" },
};

static void test_reads(void)
{
	struct store *store = fixture_store("scepgate_auditor");

	fill();
	for (size_t i = 0; i < sizeof(reads) / sizeof(reads[0]); i++) {
		struct rowset rows = { 0 };
		struct why why = { 0 };
		char ids[8] = "";

		unit_row(reads[i].row);
		UNIT_ERR(reads[i].expected, inventory_read(store, &reads[i].filter, false, reads[i].after, reads[i].at_most, &rows, &why));
		for (size_t row = 0; row < rows.row_count && row + 1 < sizeof(ids); row++)
			ids[row] = rowset_find(&rows, row, "id")[0];
		CU_ASSERT_STRING_EQUAL(ids, reads[i].ids);
		CU_ASSERT_PTR_NULL(rows.row_count == 0 ? NULL : rowset_find(&rows, 0, "certificate"));
		rowset_clear(&rows);
	}
	unit_row(NULL);
	store_free(store);
}

static void test_files(void)
{
	struct store *store = fixture_store("scepgate_operator");
	struct rowset rows = { 0 };

	fill();
	UNIT_ERR(ERR_OK, inventory_read(store, &(struct inventory_filter){ 0 }, true, NULL, 1, &rows, NULL));
	CU_ASSERT_EQUAL_FATAL(rows.row_count, 1);
	CU_ASSERT_STRING_EQUAL(rowset_find(&rows, 0, "certificate"), "3000000005");
	rowset_clear(&rows);
	store_free(store);
}

static void test_denied(void)
{
	struct store *store = fixture_store("scepgate_worker");
	struct rowset rows = { 0 };

	UNIT_ERR(ERR_DB_DENIED, inventory_read(store, &(struct inventory_filter){ 0 }, false, NULL, 1, &rows, NULL));
	store_free(store);
}

static void test_bounds(void)
{
	const struct view_filter filter = { "state", "valid" };
	struct view_bound bounds[] = { { "id", VIEW_AT_LEAST, "2" }, { "id", VIEW_BELOW, "5" } };
	struct store *store = fixture_store("scepgate_auditor");
	struct rowset rows = { 0 };

	fill();
	UNIT_ERR(ERR_OK, view_read_within(store, VIEW_CERTIFICATE, &filter, 1, bounds, 2, 0, &rows, NULL));
	CU_ASSERT_EQUAL_FATAL(rows.row_count, 2);
	CU_ASSERT_STRING_EQUAL(rowset_find(&rows, 0, "id"), "4");
	CU_ASSERT_STRING_EQUAL(rowset_find(&rows, 1, "id"), "2");
	rowset_clear(&rows);
	bounds[0].column = "id\" OR true --";
	UNIT_ERR(ERR_VALUE, view_read_within(store, VIEW_CERTIFICATE, &filter, 1, bounds, 2, 0, &rows, NULL));
	store_free(store);
}

CASES(inventory,
	{ "certificates are found by every filter, page by page", test_reads },
	{ "with the certificates themselves", test_files },
	{ "the worker finds none", test_denied },
	{ "a view is read within bounds", test_bounds },
);
