#include <config.h>

#include <string.h>

#include "service/fixture.h"

static enum err get(struct fixture *f, const char *query, struct scep_answer *answer, struct buf *text)
{
	return scep_serve(&f->service, &(struct scep_call){ .application = bytes_from_str("corp"), .profile = bytes_from_str("phones"), .query = bytes_from_str(query),
		.client_address = "", .user_agent = "" }, answer, text);
}

static void caps(void)
{
	struct fixture f;
	struct scep_answer answer = { 0 };
	struct buf text = { 0 };

	fixture_start(&f);
	UNIT_ERR(ERR_OK, get(&f, "operation=GetCACaps&message=x", &answer, &text));
	CU_ASSERT_STRING_EQUAL(answer.media_type, "text/plain");
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&answer.body), ERR_OK);
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)answer.body.ptr, "POSTPKIOperation\n"));
	CU_ASSERT_PTR_NOT_NULL(strstr((const char *)answer.body.ptr, "Renewal\n"));
	CU_ASSERT_PTR_NULL(strstr((const char *)answer.body.ptr, "GetNextCACert"));
	buf_clear(&answer.body);
	UNIT_ERR(ERR_OK, get(&f, "operation=GetCACaps", &answer, &text));
	CU_ASSERT_EQUAL(f.store->load_count, 1);
	buf_clear(&answer.body);
	fixture_stop(&f);
	/* An endpoint that does not renew does not say that it does. */
	fixture_start(&f);
	f.store->renewal.is_allowed = false;
	UNIT_ERR(ERR_OK, get(&f, "operation=GetCACaps", &answer, &text));
	CU_ASSERT_EQUAL_FATAL(buf_terminate(&answer.body), ERR_OK);
	CU_ASSERT_PTR_NULL(strstr((const char *)answer.body.ptr, "Renewal"));
	buf_clear(&answer.body);
	fixture_stop(&f);
}

static void ca_cert(void)
{
	for (int with_chain = 0; with_chain < 2; with_chain++) {
		struct fixture f;
		struct scep_answer answer = { 0 };
		struct buf text = { 0 }, der = { 0 };
		struct bytes found[CMS_MAX_CERTIFICATES];
		size_t count = 0;

		fixture_start(&f);
		f.store->leave_chain_out = !with_chain;
		UNIT_ERR(ERR_OK, get(&f, "operation=GetCACert&message=whatever", &answer, &text));
		CU_ASSERT_STRING_EQUAL(answer.media_type, "application/x-x509-ca-ra-cert");
		CU_ASSERT_EQUAL_FATAL(cms_certs_only_parse(buf_bytes(&answer.body), &der, found, &count, NULL), ERR_OK);
		CU_ASSERT_EQUAL_FATAL(count, with_chain ? 2 : 1);
		UNIT_BYTES(buf_bytes(&f.ra_cert->der), found[0]);
		if (with_chain)
			UNIT_BYTES(buf_bytes(&f.ca_cert->der), found[1]);
		buf_clear(&der);
		buf_clear(&answer.body);
		fixture_stop(&f);
	}
}

static void http_errors(void)
{
	static const struct { const char *query; enum err expected; const char *text; } rows[] = {
		{ "", ERR_HTTP_OPERATION, NULL },
		{ "message=x", ERR_HTTP_OPERATION, NULL },
		{ "operation=Nonsense", ERR_HTTP_OPERATION, "Nonsense" },
		{ "operation=getcacaps", ERR_HTTP_OPERATION, "getcacaps" },
		{ "operation=GetNextCACert", ERR_NOT_FOUND, NULL },
		{ "operation=PKIOperation", ERR_HTTP_QUERY, NULL },
		{ "operation=PKIOperation&message=", ERR_HTTP_QUERY, NULL },
		{ "operation=PKIOperation&message=!!!", ERR_HTTP_QUERY, NULL },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct scep_answer answer = { 0 };
		struct buf text = { 0 };

		unit_row(rows[i].query);
		fixture_start(&f);
		UNIT_ERR(rows[i].expected, get(&f, rows[i].query, &answer, &text));
		CU_ASSERT_TRUE(text.len > 0);
		CU_ASSERT_EQUAL_FATAL(buf_terminate(&text), ERR_OK);
		if (rows[i].text != NULL)
			CU_ASSERT_PTR_NOT_NULL(strstr((const char *)text.ptr, rows[i].text));
		buf_clear(&text);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void post_bodies(void)
{
	static uint8_t huge[SCEP_MAX_MESSAGE_LEN + 1];
	static const struct { const char *name; size_t len; enum err expected; } rows[] = {
		{ "empty", 0, ERR_HTTP_BODY }, { "one byte", 1, ERR_ASN1_SYNTAX }, { "largest, of zeros", SCEP_MAX_MESSAGE_LEN, ERR_ASN1_SYNTAX },
		{ "one too many", SCEP_MAX_MESSAGE_LEN + 1, ERR_HTTP_TOO_LARGE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct scep_answer answer = { 0 };
		struct buf text = { 0 };
		enum err e;

		unit_row(rows[i].name);
		fixture_start(&f);
		e = scep_serve(&f.service, &(struct scep_call){ .application = bytes_from_str("corp"), .profile = bytes_from_str("phones"), .is_post = true,
			.query = bytes_from_str("operation=Nonsense"), .body = bytes_from(huge, rows[i].len), .client_address = "", .user_agent = "" }, &answer, &text);
		CU_ASSERT_EQUAL(err_http_status(e), err_http_status(rows[i].expected));
		CU_ASSERT_EQUAL(f.store->refuse_count, 0);
		buf_clear(&text);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void endpoints_that_are_not_there(void)
{
	static const struct { const char *name; bool is_disabled, has_no_ra; enum err load_error, expected; } rows[] = {
		{ "disabled", true, false, ERR_OK, ERR_NOT_FOUND },
		{ "without an RA certificate", false, true, ERR_OK, ERR_ENDPOINT_NOT_READY },
		{ "unknown", false, false, ERR_NOT_FOUND, ERR_NOT_FOUND },
		{ "database away", false, false, ERR_DB_AWAY, ERR_DB_AWAY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct scep_answer answer = { 0 };
		struct buf text = { 0 };

		unit_row(rows[i].name);
		fixture_start(&f);
		f.store->is_disabled = rows[i].is_disabled;
		f.store->has_no_ra = rows[i].has_no_ra;
		f.store->load_error = rows[i].load_error;
		UNIT_ERR(rows[i].expected, get(&f, "operation=GetCACert", &answer, &text));
		buf_clear(&text);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

static void key_secret_is_wrong(void)
{
	struct fixture f;
	struct scep_answer answer = { 0 };
	struct buf text = { 0 };

	fixture_start(&f);
	f.service.keys.secret = bytes_from_str("another secret of thirty-two bytes");
	UNIT_ERR(ERR_KEY_SECRET, get(&f, "operation=GetCACert", &answer, &text));
	CU_ASSERT_EQUAL(err_http_status(ERR_KEY_SECRET), 503);
	buf_clear(&text);
	fixture_stop(&f);
}

static void notified_change_is_live(void)
{
	struct fixture f;
	struct scep_answer answer = { 0 };
	struct buf text = { 0 };

	fixture_start(&f);
	UNIT_ERR(ERR_OK, get(&f, "operation=GetCACaps", &answer, &text));
	buf_clear(&answer.body);
	f.store->has_legacy_algorithms = true;
	f.store->is_disabled = true;
	f.store->generation++;
	UNIT_ERR(ERR_NOT_FOUND, get(&f, "operation=GetCACaps", &answer, &text));
	buf_clear(&text);
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "GetCACaps comes from the cache and does not advertise what is not served (RFC 8894 section 3.5.2)", caps },
	{ "GetCACert has the RA certificate first, then the CA unless switched off (RFC 8894 section 4.2.1.2)", ca_cert },
	{ "queries that are no SCEP request are HTTP errors with a text", http_errors },
	{ "a POST is PKIOperation whatever its query says; its body has a limit (RFC 8894 section 4.3)", post_bodies },
	{ "an endpoint that is unknown, disabled or not ready serves nothing", endpoints_that_are_not_there },
	{ "a wrong key-encryption secret is 503 and serves nothing", key_secret_is_wrong },
	{ "a change is live as soon as its notification is there", notified_change_is_live },
};

UNIT_MAIN("scep_service", cases)
