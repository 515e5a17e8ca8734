#include <config.h>

#include <stdio.h>
#include <string.h>

#include "service/outcome.h"

/*
 * Attacks that enrolment servers have been open to, against the whole service on a store in memory: one case each, which also says what the honest device gets.
 *
 *   a messageType that is not checked as one             CVE-2026-30836 (step-ca)
 *   a second way in, an error taken for a yes            CVE-2025-44005 (step-ca)
 *   nothing configured means everybody may               PacketFence issue 7928
 *   a challenge that is good for any identity            VU#971035
 *   renewals with what may not be renewed                CVE-2020-25276, CVE-2020-28942 (EJBCA), micromdm/scep issues 117 and 235
 *   probing what the server knows of a certificate
 *   powers that the request asks for                     CVE-2024-49019, CVE-2022-26923 (AD CS)
 *   names that read as others; weak keys; no proof of possession
 *   secrets in logs, rows and replies                    CVE-2021-40086 (EJBCA)
 *   one challenge, two certificates; another's transaction; the inventory as an oracle
 *   replies that others can read or that are made of the request's own values; ciphers that are broken
 *   messages that cost more than they may                CVE-2024-43541, CVE-2024-43544 (Microsoft SCEP)
 *   a queue that anybody fills; other devices' certificates revoked by an enrolment; errors that nobody signed
 *
 * What needs a database, processes or a web server is shown elsewhere: races and limits in tests/sql and tests/e2e, database roles in tests/sql, headers of
 * proxies in tests/web, names and keys one by one in tests/policy.
 */

#define DYNAMIC "0123456789ABCDEF0123456789ABCDEF"

static struct outcome no_right(void)
{
	return refused(FAIL_BAD_REQUEST, ERR_CHALLENGE);
}

static struct outcome by_policy(void)
{
	return refused(FAIL_BAD_REQUEST, ERR_POLICY);
}

static void check_csr(struct fixture *f, const char *row, const struct crafted_csr *csr, struct outcome expected)
{
	outcome_check(f, row, &(struct crafted){ .content = crafted_csr(f, csr) }, expected);
}

static struct bytes printable(const char *text)
{
	return craft_text(DER_PRINTABLE_STRING, text);
}

static void stop(struct fixture *f)
{
	crafted_forget();
	fixture_stop(f);
}

/* --- types, errors, nothing configured --- */

static void message_types(void)
{
	static const char *const odd[] = { "", "019", "19 ", " 19", "+19", "19.0", "0x13", "1x", "1900", "-17" };
	struct bytes without;
	struct fixture f;

	fixture_start(&f);
	without = crafted_csr(&f, &(struct crafted_csr){ .no_challenge = true });
	/* 18 has been let through by others as a kind of enrolment, without any question. */
	for (int type = 0; type < 100; type++) {
		bool asks = type == SCEP_PKCS_REQ || type == SCEP_RENEWAL_REQ;
		char text[12];

		snprintf(text, sizeof text, "%d", type);
		if (type == SCEP_CERT_POLL || type == SCEP_GET_CERT || type == SCEP_GET_CRL || type == SCEP_CERT_REP)
			continue;
		outcome_check(&f, text, &(struct crafted){ .message_type = printable(text), .content = without },
			asks ? no_right() : refused(FAIL_BAD_REQUEST, ERR_SCEP_MESSAGE_TYPE));
		outcome_check(&f, text, &(struct crafted){ .message_type = printable(text) }, asks ? issued() : refused(FAIL_BAD_REQUEST, ERR_SCEP_MESSAGE_TYPE));
	}
	for (size_t i = 0; i < sizeof odd / sizeof odd[0]; i++)
		outcome_check(&f, odd[i], &(struct crafted){ .message_type = printable(odd[i]) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "two values", &(struct crafted){ .message_type = CRAFT_JOIN(printable("19"), printable("18")) }, http_error(ERR_SCEP_ATTRIBUTE));
	outcome_check(&f, "a number", &(struct crafted){ .message_type = craft_hex("020113") }, http_error(ERR_SCEP_ATTRIBUTE));
	stop(&f);
}

static void errors(void)
{
	for (int e = ERR_OK + 1; e <= ERR_SCEP_REPLY; e++) {
		for (int at = 0; at < 3; at++) {
			struct scep_message *reply = NULL;
			struct buf content = { 0 };
			struct fixture f;

			unit_row(err_name((enum err)e));
			fixture_start(&f);
			f.store->lookup_error = at == 0 ? (enum err)e : ERR_OK;
			f.store->commit_error = at == 1 ? (enum err)e : ERR_OK;
			f.store->pend_error = at == 2 ? (enum err)e : ERR_OK;
			f.store->approval = at == 2 ? ENDPOINT_APPROVAL_ALWAYS : ENDPOINT_APPROVAL_NONE;
			CU_ASSERT_NOT_EQUAL(fixture_enrol(&f, &(struct fixture_request){ 0 }, &reply, &content), ERR_OK);
			CU_ASSERT_EQUAL(content.len, 0);
			CU_ASSERT_EQUAL(f.store->issued_count + f.store->waiting_count, 0);
			scep_message_free(reply);
			fixture_stop(&f);
		}
	}
	unit_row(NULL);
}

static void nothing_configured(void)
{
	static const struct { const char *name; const char *value; } empty[] = {
		{ "no value", "" }, { "a string of nothing", "1300" }, { "UTF-8 of nothing", "0c00" }, { "a blank", "130120" },
	};
	struct fixture f;

	for (int mode = ENDPOINT_CHALLENGE_NONE; mode <= (int)ENDPOINT_CHALLENGE_BOTH; mode++) {
		fixture_start(&f);
		f.store->challenge_mode = (enum endpoint_challenge_mode)mode;
		f.store->has_no_static_challenge = true;
		for (size_t i = 0; i < sizeof empty / sizeof empty[0]; i++)
			check_csr(&f, empty[i].name, &(struct crafted_csr){ .no_challenge = true, .more = craft_attribute(OID_CHALLENGE_PASSWORD, craft_hex(empty[i].value)) }, no_right());
		check_csr(&f, "no attribute", &(struct crafted_csr){ .no_challenge = true }, no_right());
		check_csr(&f, "any challenge", &(struct crafted_csr){ 0 }, no_right());
		stop(&f);
	}
	fixture_start(&f);
	check_csr(&f, "a NUL before the right one", &(struct crafted_csr){ .challenge = CRAFT(DER_UTF8_STRING, craft_hex("00"), bytes_from_str(FIXTURE_CHALLENGE)) },
		refused(FAIL_BAD_REQUEST, ERR_CSR_SYNTAX));
	check_csr(&f, "a NUL behind the right one", &(struct crafted_csr){ .challenge = CRAFT(DER_UTF8_STRING, bytes_from_str(FIXTURE_CHALLENGE), craft_hex("00")) },
		refused(FAIL_BAD_REQUEST, ERR_CSR_SYNTAX));
	stop(&f);
}

/* --- one identity's right for another --- */

static void challenge_for_another(void)
{
	struct fixture_request request = { .challenge = DYNAMIC };
	struct fixture f;

	fixture_start(&f);
	f.store->challenge_mode = ENDPOINT_CHALLENGE_DYNAMIC;
	f.store->dynamic = (struct fixture_dynamic){ .text = DYNAMIC, .state = ENROLMENT_CHALLENGE_LIVE, .subject = "CN=device-1", .sans = "none", .key = f.client_key };
	request.subject = "CN=administrator";
	fixture_expect_refused(&f, &request, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	request.subject = NULL;
	request.dns = "www.example";
	fixture_expect_refused(&f, &request, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	request.dns = NULL;
	request.csr_key = fixture_other_key();
	fixture_expect_refused(&f, &request, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	request.csr_key = NULL;
	fixture_expect_issued(&f, &request, "dynamic_challenge");
	/* Spent now. Another key that shows it is somebody else. */
	f.store->dynamic.is_anothers = true;
	request.transaction_id = "T2";
	fixture_expect_refused(&f, &request, FAIL_BAD_REQUEST, ERR_CHALLENGE, NULL);
	CU_ASSERT_EQUAL(f.store->breached_challenge_id, FIXTURE_DYNAMIC_CHALLENGE_ID);
	stop(&f);
	/* Who knows the static challenge of a fleet gets the names that the policy lists, and no others. */
	fixture_start(&f);
	fixture_expect_refused(&f, &(struct fixture_request){ .subject = "CN=device-1,OU=Domain Controllers" }, FAIL_BAD_REQUEST, ERR_POLICY, NULL);
	stop(&f);
}

static void renewals(void)
{
	static const struct { const char *name; struct fixture_certificate signer; bool is_unknown, is_self_signed, is_wrongly_signed; enum enrolment_signer_state state; const char *subject, *dns;
		enum oid eku; enum fail_info fail_info; enum err error; } rows[] = {
		{ .name = "self-signed, with the name of a good one", .is_self_signed = true, .fail_info = FAIL_BAD_REQUEST, .error = ERR_CHALLENGE },
		{ .name = "another CA's, with name and serial number of a good one", .signer = { .forged = true }, .is_unknown = true, .fail_info = FAIL_BAD_REQUEST, .error = ERR_CHALLENGE },
		{ .name = "the same CA's, for another endpoint or by hand", .is_unknown = true, .fail_info = FAIL_BAD_REQUEST, .error = ERR_CHALLENGE },
		{ .name = "revoked", .state = ENROLMENT_SIGNER_REVOKED, .fail_info = FAIL_BAD_CERT_ID, .error = ERR_RENEWAL },
		{ .name = "stopped", .state = ENROLMENT_SIGNER_STOPPED, .fail_info = FAIL_BAD_CERT_ID, .error = ERR_RENEWAL },
		{ .name = "expired", .signer = { .not_after_utc = FIXTURE_NOW_UTC - 1 }, .fail_info = FAIL_BAD_CERT_ID, .error = ERR_RENEWAL },
		{ .name = "not yet valid", .signer = { .not_before_utc = FIXTURE_NOW_UTC + 1 }, .fail_info = FAIL_BAD_CERT_ID, .error = ERR_RENEWAL },
		{ .name = "the right certificate, another key", .is_wrongly_signed = true, .fail_info = FAIL_BAD_MESSAGE_CHECK, .error = ERR_CMS_SIGNATURE },
		{ .name = "another common name", .subject = "CN=administrator", .fail_info = FAIL_BAD_REQUEST, .error = ERR_RENEWAL_IDENTITY },
		{ .name = "a name more", .dns = "www.example", .fail_info = FAIL_BAD_REQUEST, .error = ERR_RENEWAL_IDENTITY },
		{ .name = "a purpose more", .eku = OID_KP_EMAIL_PROTECTION, .fail_info = FAIL_BAD_REQUEST, .error = ERR_RENEWAL_IDENTITY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct fixture f;
		struct cert *signer;

		unit_row(rows[i].name);
		fixture_start(&f);
		signer = fixture_certificate(&f, &rows[i].signer);
		f.store->known_certificate = rows[i].is_unknown ? NULL : signer;
		f.store->known_state = rows[i].state == ENROLMENT_SIGNER_UNKNOWN ? ENROLMENT_SIGNER_LIVE : rows[i].state;
		fixture_expect_refused(&f, &(struct fixture_request){ .challenge = "", .signer = rows[i].is_self_signed ? NULL : signer,
			.signer_key = rows[i].is_wrongly_signed ? fixture_other_key() : NULL, .subject = rows[i].subject, .dns = rows[i].dns, .eku = rows[i].eku },
			rows[i].fail_info, rows[i].error, NULL);
		cert_free(signer);
		fixture_stop(&f);
	}
	unit_row(NULL);
}

/* All but the reference. */
static void cut_reference(struct buf *text)
{
	const size_t head_len = sizeof("reference : ") - 1 + ENROLMENT_REFERENCE_LEN;
	struct buf rest = { 0 };

	CU_ASSERT_FATAL(text->len > head_len);
	CU_ASSERT_EQUAL_FATAL(buf_append(&rest, bytes_from(text->ptr + head_len, text->len - head_len)), ERR_OK);
	buf_move(text, &rest);
}

static void probing(void)
{
	static const enum enrolment_signer_state states[] = { ENROLMENT_SIGNER_LIVE, ENROLMENT_SIGNER_REVOKED, ENROLMENT_SIGNER_STOPPED, ENROLMENT_SIGNER_UNKNOWN };
	static const int64_t ends[] = { 0, FIXTURE_NOW_UTC - 1 };
	struct buf first = { 0 };

	for (size_t i = 0; i < 2 * sizeof states / sizeof states[0]; i++) {
		struct buf text = { 0 };
		struct fixture f;
		struct cert *signer;

		fixture_start(&f);
		signer = fixture_certificate(&f, &(struct fixture_certificate){ .not_after_utc = ends[i % 2] });
		f.store->known_certificate = signer;
		f.store->known_state = states[i / 2];
		/* Anybody can have somebody's certificate; he has not its key. */
		fixture_expect_refused(&f, &(struct fixture_request){ .signer = signer, .signer_key = fixture_other_key(), .challenge = "" }, FAIL_BAD_MESSAGE_CHECK,
			ERR_CMS_SIGNATURE, &text);
		CU_ASSERT_EQUAL(f.store->lookup_count, 0);
		cut_reference(&text);
		if (i == 0)
			buf_move(&first, &text);
		else
			UNIT_BYTES(buf_bytes(&first), buf_bytes(&text));
		buf_clear(&text);
		cert_free(signer);
		fixture_stop(&f);
	}
	buf_clear(&first);
}

/* --- what the request asks for itself --- */

static struct bytes ask(enum oid type, struct bytes value)
{
	return crafted_extension_request(OID_EXTENSION_REQUEST, crafted_extension(type, value));
}

static void powers(void)
{
	static const enum oid purposes[] = { OID_KP_ANY, OID_KP_OCSP_SIGNING, OID_KP_CODE_SIGNING, OID_KP_TIME_STAMPING, OID_KP_MS_SMARTCARD_LOGON,
		OID_KP_MS_CERT_REQUEST_AGENT, OID_KP_SERVER_AUTH };
	static const enum oid hints[] = { OID_MS_TEMPLATE, OID_MS_APPLICATION_POLICIES };
	static const enum oid refused_always[] = { OID_MS_SID, OID_AUTHORITY_INFO_ACCESS, OID_CRL_DISTRIBUTION_POINTS };
	struct bytes client_auth, twice;
	struct fixture f;

	fixture_start(&f);
	check_csr(&f, "CA:TRUE", &(struct crafted_csr){ .more = ask(OID_BASIC_CONSTRAINTS, craft_hex("3003 0101ff")) }, by_policy());
	check_csr(&f, "keyCertSign", &(struct crafted_csr){ .more = ask(OID_KEY_USAGE, craft_hex("03020204")) }, by_policy());
	for (size_t i = 0; i < sizeof purposes / sizeof purposes[0]; i++)
		check_csr(&f, "a purpose that is not listed", &(struct crafted_csr){ .more = ask(OID_EXT_KEY_USAGE, CRAFT(DER_SEQUENCE, craft_oid(purposes[i]))) }, by_policy());
	for (size_t i = 0; i < sizeof refused_always / sizeof refused_always[0]; i++)
		check_csr(&f, "an extension that is not listed", &(struct crafted_csr){ .more = ask(refused_always[i], craft_hex("3000")) }, by_policy());
	client_auth = crafted_extension(OID_EXT_KEY_USAGE, CRAFT(DER_SEQUENCE, craft_oid(OID_KP_CLIENT_AUTH)));
	twice = crafted_extension_request(OID_EXTENSION_REQUEST, CRAFT_JOIN(client_auth, client_auth));
	check_csr(&f, "an extension twice", &(struct crafted_csr){ .more = twice }, refused(FAIL_BAD_REQUEST, ERR_CSR_SYNTAX));
	/* What Windows sends along is not put into the certificate. */
	for (size_t i = 0; i < sizeof hints / sizeof hints[0]; i++) {
		struct bytes value = CRAFT(DER_SEQUENCE, CRAFT(DER_SEQUENCE, craft_oid(OID_KP_MS_CERT_REQUEST_AGENT)));

		check_csr(&f, "a hint", &(struct crafted_csr){ .more = ask(hints[i], value) }, issued());
		CU_ASSERT_PTR_NULL(memmem(f.store->issued_der.ptr, f.store->issued_der.len, oid_get(hints[i]).ptr, oid_get(hints[i]).len));
		CU_ASSERT_PTR_NULL(memmem(f.store->issued_der.ptr, f.store->issued_der.len, oid_get(OID_KP_MS_CERT_REQUEST_AGENT).ptr, oid_get(OID_KP_MS_CERT_REQUEST_AGENT).len));
	}
	stop(&f);
}

static struct bytes common_name(struct bytes value)
{
	return CRAFT(DER_SET, CRAFT(DER_SEQUENCE, craft_oid(OID_AT_CN), value));
}

static void names(void)
{
	static const struct { const char *name; const char *value; } rows[] = {
		{ "a NUL", "0c06 612e6578 0062" }, { "a line feed", "0c03 610a62" }, { "right-to-left override", "0c05 61e280ae62" }, { "a zero width space", "0c05 61e2808b62" },
		{ "half a character", "0c02 61e2" }, { "an odd BMPString", "1e03 006100" }, { "nothing", "0c00" }, { "a wildcard", "0c09 2a2e6578616d706c65" },
	};
	struct fixture f;

	fixture_start(&f);
	check_csr(&f, "two common names", &(struct crafted_csr){ .subject = CRAFT(DER_SEQUENCE, common_name(printable("device-1")), common_name(printable("administrator"))) }, by_policy());
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct scep_message *reply = NULL;
		struct buf content = { 0 }, message = { 0 };
		struct scep_request_plan plan;

		unit_row(rows[i].name);
		crafted_message(&f, &(struct crafted){ .content = crafted_csr(&f, &(struct crafted_csr){ .subject = CRAFT(DER_SEQUENCE, common_name(craft_hex(rows[i].value))) }) }, &message, &plan);
		UNIT_ERR(ERR_SCEP_FAILURE, fixture_post(&f, &message, &plan, &reply, &content));
		CU_ASSERT_EQUAL(f.store->issued_count, 0);
		scep_message_free(reply);
		buf_clear(&message);
	}
	unit_row(NULL);
	check_csr(&f, "65 characters", &(struct crafted_csr){ .subject = CRAFT(DER_SEQUENCE, common_name(CRAFT(DER_UTF8_STRING, craft_octets('a', 65)))) }, by_policy());
	/* No file has this name. */
	check_csr(&f, "a path", &(struct crafted_csr){ .subject = craft_name("CN=../../etc/passwd") }, issued());
	CU_ASSERT_PTR_NOT_NULL(memmem(f.store->issued_der.ptr, f.store->issued_der.len, "../../etc/passwd", 16));
	stop(&f);
}

static void possession(void)
{
	struct bytes spki;
	struct fixture f;

	fixture_start(&f);
	fixture_expect_refused(&f, &(struct fixture_request){ .spoil_csr_signature = true }, FAIL_BAD_REQUEST, ERR_CSR_SIGNATURE, NULL);
	/* Somebody else's public key, in a request of one's own. */
	spki = key_get_spki(fixture_other_key());
	check_csr(&f, "the RA's key", &(struct crafted_csr){ .spki = f.ra_cert->spki }, refused(FAIL_BAD_REQUEST, ERR_CSR_SIGNATURE));
	check_csr(&f, "another device's key", &(struct crafted_csr){ .spki = spki }, refused(FAIL_BAD_REQUEST, ERR_CSR_SIGNATURE));
	/* Another signer is allowed, and can be forbidden. */
	fixture_expect_issued(&f, &(struct fixture_request){ .csr_key = fixture_other_key() }, "static_challenge");
	f.store->signer_key_must_match = true;
	f.store->generation++;
	fixture_expect_refused(&f, &(struct fixture_request){ .csr_key = fixture_other_key(), .transaction_id = "T2" }, FAIL_BAD_REQUEST, ERR_POLICY, NULL);
	stop(&f);
}

static void weak_keys(void)
{
	struct fixture f;

	fixture_start(&f);
	fixture_expect_refused(&f, &(struct fixture_request){ .csr_key = fixture_large_key() }, FAIL_BAD_ALG, ERR_ALG_KEY, NULL); /* not in the endpoint's list */
	fixture_expect_issued(&f, &(struct fixture_request){ .csr_key = fixture_ec_key() }, "static_challenge");
	check_csr(&f, "curve parameters instead of a curve's name", &(struct crafted_csr){ .spki = CRAFT(DER_SEQUENCE, craft_algorithm(OID_EC_PUBLIC_KEY, craft_hex("3003 020101")),
		CRAFT(DER_BIT_STRING, craft_hex("00"), craft_octets(4, 65))) }, refused(FAIL_BAD_REQUEST, ERR_ALG_KEY));
	check_csr(&f, "a point that is not on its curve", &(struct crafted_csr){ .spki = CRAFT(DER_SEQUENCE, craft_algorithm(OID_EC_PUBLIC_KEY, craft_oid(OID_SECP256R1)),
		CRAFT(DER_BIT_STRING, craft_hex("00"), craft_octets(4, 65))) }, refused(FAIL_BAD_REQUEST, ERR_ALG_KEY));
	stop(&f);
}

static const struct unit_case cases[] = {
	{ "a messageType that is unknown, odd or doubled issues nothing, whatever comes with it (CVE-2026-30836)", message_types },
	{ "no error of the database is a yes (CVE-2025-44005)", errors },
	{ "where nothing is configured nobody enrols, and no challenge is no challenge (PacketFence 7928)", nothing_configured },
	{ "a challenge for one identity does not serve another, and a spent one tells of a breach (VU#971035)", challenge_for_another },
	{ "no certificate is a right to renew but a live one of this endpoint, byte for byte, for the same identity (CVE-2020-25276, CVE-2020-28942)", renewals },
	{ "without its key nobody learns what the server knows of a certificate", probing },
	{ "the request's extensions raise no powers (CVE-2024-49019, CVE-2022-26923)", powers },
	{ "names that read as others are refused", names },
	{ "weak and broken keys are not certified", weak_keys },
	{ "nobody gets a certificate for a key that he has not shown to hold", possession },
};

UNIT_MAIN("attacks", cases)
