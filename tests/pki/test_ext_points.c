#include <config.h>

#include "pki/ext.h"

#include <string.h>

#include "pki/cert_ext.h"
#include "pki/name.h"
#include "support/unit.h"

#define SID "S-1-5-21-397955417-626881126-188441444-3623811015"

static void pointers(void)
{
	struct bytes url[EXT_MAX_URLS + 1];
	struct buf out = { 0 }, long_url = { 0 };
	struct why why = { 0 };

	for (size_t i = 0; i < EXT_MAX_URLS + 1; i++)
		url[i] = bytes_from_str("a:b");
	UNIT_ERR(ERR_OK, ext_put_crl_distribution_points(&out, (struct url_list){ url, 2 }, NULL));
	UNIT_BYTES(unit_hex("3019 0603551d1f 0412 3010 300e a00c a00a 8603613a62 8603613a62"), buf_bytes(&out));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, ext_put_freshest_crl(&out, (struct url_list){ url, 1 }, NULL));
	UNIT_BYTES(unit_hex("3014 0603551d2e 040d 300b 3009 a007 a005 8603613a62"), buf_bytes(&out));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, ext_put_authority_info_access(&out, (struct url_list){ url, 1 }, (struct url_list){ url, 1 }, NULL));
	UNIT_BYTES(unit_hex("3030 06082b06010505070101 0424 3022 300f 06082b06010505073002 8603613a62 300f 06082b06010505073001 8603613a62"), buf_bytes(&out));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, ext_put_delta_crl_indicator(&out, 255));
	UNIT_BYTES(unit_hex("300e 0603551d1b 0101ff 0404 020200ff"), buf_bytes(&out));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, ext_put_issuing_distribution_point(&out, &(struct crl_scope){ { url, 1 }, true, false }, NULL));
	UNIT_BYTES(unit_hex("3018 0603551d1c 0101ff 040e 300c a007 a005 8603613a62 8101ff"), buf_bytes(&out));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, ext_put_crl_distribution_points(&out, (struct url_list){ url, EXT_MAX_URLS }, NULL));
	buf_reset(&out);
	UNIT_ERR(ERR_VALUE, ext_put_crl_distribution_points(&out, (struct url_list){ url, EXT_MAX_URLS + 1 }, &why));
	UNIT_ERR(ERR_VALUE, ext_put_crl_distribution_points(&out, (struct url_list){ NULL, 0 }, NULL));
	UNIT_ERR(ERR_VALUE, ext_put_authority_info_access(&out, (struct url_list){ NULL, 0 }, (struct url_list){ NULL, 0 }, NULL));
	UNIT_ERR(ERR_VALUE, ext_put_issuing_distribution_point(&out, &(struct crl_scope){ { NULL, 0 }, false, false }, NULL));
	UNIT_ERR(ERR_VALUE, ext_put_issuing_distribution_point(&out, &(struct crl_scope){ { NULL, 0 }, true, true }, NULL));
	CU_ASSERT_EQUAL(out.len, 0);
	UNIT_ERR(ERR_OK, buf_append_str(&long_url, "a:"));
	while (long_url.len < EXT_MAX_SAN_LEN)
		UNIT_ERR(ERR_OK, buf_append_byte(&long_url, 'b'));
	url[0] = buf_bytes(&long_url);
	UNIT_ERR(ERR_OK, ext_put_freshest_crl(&out, (struct url_list){ url, 1 }, NULL));
	UNIT_ERR(ERR_OK, buf_append_byte(&long_url, 'b'));
	url[0] = buf_bytes(&long_url);
	UNIT_ERR(ERR_VALUE, ext_put_freshest_crl(&out, (struct url_list){ url, 1 }, NULL));
	buf_clear(&out);
	buf_clear(&long_url);
}

static void urls(void)
{
	static const struct {
		const char *url;
		enum err expected;
	} rows[] = {
		{ "http://pki.example/a.crl", ERR_OK }, { "ldap:///cn=a?b", ERR_OK }, { "h2+x-y.z:1", ERR_OK }, { "", ERR_VALUE }, { "http", ERR_VALUE }, { "http:", ERR_VALUE },
		{ ":a", ERR_VALUE }, { "1a:b", ERR_VALUE }, { "/a.crl", ERR_VALUE }, { "pki.example/a.crl", ERR_VALUE }, { "http://a/b c", ERR_VALUE }, { "http://a/\x7f", ERR_VALUE },
		{ "http://a/\n", ERR_VALUE }, { "http://\xc3\xa4/", ERR_VALUE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes url = bytes_from_str(rows[i].url);
		struct buf out = { 0 };

		unit_row(rows[i].url);
		UNIT_ERR(rows[i].expected, ext_put_crl_distribution_points(&out, (struct url_list){ &url, 1 }, NULL));
		CU_ASSERT_EQUAL(out.len > 0, rows[i].expected == ERR_OK);
		buf_clear(&out);
	}
}

static void custom(void)
{
	static const struct {
		const char *name, *oid, *value, *expected;
	} rows[] = {
		{ "not critical", "2a03", "0500", "3008 06022a03 0402 0500" },
		{ "a SEQUENCE", "2a03", "3003 020101", "300b 06022a03 0405 3003 020101" },
		{ "no value", "2a03", "", NULL },
		{ "two elements", "2a03", "0500 0500", NULL },
		{ "cut off", "2a03", "0401", NULL },
		{ "an indefinite length", "2a03", "3080 0500 0000", NULL },
		{ "a length that is too long", "2a03", "048101aa", NULL },
		{ "no identifier", "", "0500", NULL },
		{ "an identifier that goes on", "2a83", "0500", NULL },
	};
	uint8_t large[EXT_MAX_VALUE_LEN + 1] = { 0x04, 0x82, (EXT_MAX_VALUE_LEN - 4) >> 8, (EXT_MAX_VALUE_LEN - 4) & 0xff };
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].name);
		buf_reset(&out);
		UNIT_ERR(rows[i].expected == NULL ? ERR_VALUE : ERR_OK, ext_put_custom(&out, unit_hex(rows[i].oid), false, unit_hex(rows[i].value), NULL));
		UNIT_BYTES(unit_hex(rows[i].expected == NULL ? "" : rows[i].expected), buf_bytes(&out));
	}
	unit_row(NULL);
	buf_reset(&out);
	UNIT_ERR(ERR_OK, ext_put_custom(&out, unit_hex("2a03"), true, unit_hex("0500"), NULL));
	UNIT_BYTES(unit_hex("300b 06022a03 0101ff 0402 0500"), buf_bytes(&out));
	UNIT_ERR(ERR_OK, ext_put_custom(&out, unit_hex("2a03"), true, bytes_from(large, EXT_MAX_VALUE_LEN), NULL));
	large[3]++;
	UNIT_ERR(ERR_VALUE, ext_put_custom(&out, unit_hex("2a03"), true, bytes_from(large, sizeof large), NULL));
	buf_clear(&out);
}

static void sids(void)
{
	static const struct {
		const char *sid;
		enum err expected;
	} rows[] = {
		{ SID, ERR_OK }, { "S-1-5-18", ERR_OK }, { "S-1-281474976710655-4294967295", ERR_OK }, { "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15", ERR_OK },
		{ "S-1-5-1-2-3-4-5-6-7-8-9-10-11-12-13-14-15-16", ERR_VALUE }, { "S-1-281474976710656-1", ERR_VALUE }, { "S-1-5-4294967296", ERR_VALUE }, { "S-1-5", ERR_VALUE },
		{ "S-1-", ERR_VALUE }, { "", ERR_VALUE }, { "s-1-5-18", ERR_VALUE }, { "S-2-5-18", ERR_VALUE }, { "S-1-5-18-", ERR_VALUE }, { "S-1-5--18", ERR_VALUE },
		{ "S-1-5-018", ERR_VALUE }, { "S-1-5-1 8", ERR_VALUE }, { "S-1-5-18\n", ERR_VALUE }, { "S-1-5-0", ERR_OK }, { "S-1-0x5-18", ERR_VALUE },
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].sid);
		UNIT_ERR(rows[i].expected, sid_check(bytes_from_str(rows[i].sid), NULL));
	}
	unit_row(NULL);
	UNIT_ERR(ERR_VALUE, ext_put_sid(&out, bytes_from_str("S-1-5"), NULL));
	UNIT_ERR(ERR_VALUE, san_encode_sid(bytes_from_str("S-1-5"), &out, NULL));
	CU_ASSERT_EQUAL(out.len, 0);
	UNIT_ERR(ERR_OK, ext_put_sid(&out, bytes_from_str("S-1-5-18"), NULL));
	UNIT_BYTES(unit_hex("3029 06092b0601040182371902 041c 301a a018 060a2b060104018237190201 a00a 0408 532d312d352d3138"), buf_bytes(&out));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, san_encode_sid(bytes_from_str("S-1-5-18"), &out, NULL));
	CU_ASSERT_EQUAL(out.ptr[0], 0x86);
	UNIT_BYTES(bytes_from_str("tag:microsoft.com,2022-09-14:sid:S-1-5-18"), bytes_from(out.ptr + 2, out.len - 2));
	buf_clear(&out);
}

/* --- in certificates --------------------------------------------------------------------------------------------------------- */

static void in_certificates(void)
{
	struct bytes url = bytes_from_str("http://pki.example/ca"), second = bytes_from_str("ldap:///cn=ca");
	struct bytes both[] = { url, second };
	struct buf sid = { 0 }, custom_one = { 0 }, eku = { 0 }, der = { 0 };
	struct bytes more[3];
	struct cert *issuer = NULL, *cert = NULL;
	struct key *issuer_key = NULL, *key = NULL;
	struct pubkey *pubkey = NULL;
	uint64_t seed = 9;
	struct random random = random_counter(&seed);
	struct cert_extension found;
	struct cert_template tbs = { .subject = unit_hex("300c310a300806035504030c0161"), .path_len = -1, .subject_key_id = unit_hex("0102030405"), .crl_urls = { both, 2 }, .delta_crl_urls = { &url, 1 },
		.ca_issuers_urls = { both, 2 }, .ocsp_urls = { &url, 1 }, .extensions = more, .extension_count = 2 };

	UNIT_ERR(ERR_OK, ext_put_sid(&sid, bytes_from_str(SID), NULL));
	UNIT_ERR(ERR_OK, ext_put_custom(&custom_one, unit_hex("2a030405"), true, unit_hex("0c0161"), NULL));
	UNIT_ERR(ERR_OK, ext_put_custom(&eku, oid_get(OID_EXT_KEY_USAGE), true, unit_hex("3000"), NULL));
	UNIT_ERR(ERR_OK, cert_parse_pem(unit_vector("cert/ca_rsa.pem"), &issuer, NULL));
	UNIT_ERR(ERR_OK, key_parse_pem(unit_vector("cert/ca_rsa.key"), &issuer_key, NULL));
	UNIT_ERR(ERR_OK, key_parse_pem(unit_vector("cert/device_p256.key"), &key, NULL));
	UNIT_ERR(ERR_OK, pubkey_parse(key_get_spki(key), &pubkey, NULL));
	more[0] = buf_bytes(&sid);
	more[1] = buf_bytes(&custom_one);
	tbs.spki = key_get_spki(key);
	tbs.not_before_utc = issuer->not_before_utc;
	tbs.not_after_utc = issuer->not_before_utc + 86400;
	UNIT_ERR(ERR_OK, cert_sign(&tbs, pubkey, issuer, issuer_key, &random, NULL, &der, NULL));
	UNIT_ERR(ERR_OK, cert_parse(buf_bytes(&der), &cert, NULL));
	CU_ASSERT_PTR_NOT_NULL_FATAL(cert);
	UNIT_BYTES(unit_hex("0102030405"), cert->subject_key_id);
	UNIT_ERR(ERR_OK, cert_find_extension(cert, unit_hex("2a030405"), &found));
	CU_ASSERT_TRUE(found.is_critical);
	UNIT_BYTES(unit_hex("0c0161"), found.value);
	UNIT_ERR(ERR_OK, cert_find_extension(cert, oid_get(OID_MS_SID), &found));
	CU_ASSERT_FALSE(found.is_critical);
	UNIT_ERR(ERR_OK, cert_find_extension(cert, oid_get(OID_CRL_DISTRIBUTION_POINTS), &found));
	UNIT_ERR(ERR_OK, cert_find_extension(cert, oid_get(OID_FRESHEST_CRL), &found));
	UNIT_ERR(ERR_OK, cert_find_extension(cert, oid_get(OID_AUTHORITY_INFO_ACCESS), &found));
	UNIT_ERR(ERR_NOT_FOUND, cert_find_extension(cert, oid_get(OID_EXT_KEY_USAGE), &found));

	more[2] = more[1];
	tbs.extension_count = 3;
	buf_reset(&der);
	UNIT_ERR(ERR_VALUE, cert_sign(&tbs, pubkey, issuer, issuer_key, &random, NULL, &der, NULL));
	more[2] = buf_bytes(&eku);
	UNIT_ERR(ERR_VALUE, cert_sign(&tbs, pubkey, issuer, issuer_key, &random, NULL, &der, NULL));
	more[2] = unit_hex("0500");
	UNIT_ERR(ERR_VALUE, cert_sign(&tbs, pubkey, issuer, issuer_key, &random, NULL, &der, NULL));
	tbs.extension_count = EXT_MAX_COUNT + 1;
	UNIT_ERR(ERR_VALUE, cert_sign(&tbs, pubkey, issuer, issuer_key, &random, NULL, &der, NULL));
	CU_ASSERT_EQUAL(der.len, 0);
	buf_clear(&sid);
	buf_clear(&custom_one);
	buf_clear(&eku);
	buf_clear(&der);
	cert_free(issuer);
	cert_free(cert);
	key_free(issuer_key);
	key_free(key);
	pubkey_free(pubkey);
}

static const struct unit_case cases[] = {
	{ "where CRLs, deltas, issuers and OCSP are, and what a CRL covers (RFC 5280 sections 4.2.1.13, 4.2.2.1 and 5.2)", pointers },
	{ "a URL has a scheme and no character that must be escaped (RFC 3986 section 3)", urls },
	{ "any extension, whose value is one element of DER", custom },
	{ "security identifiers, as extension and as URI", sids },
	{ "a certificate has them all, and none twice (RFC 5280 section 4.2)", in_certificates },
};

UNIT_MAIN("pki/ext_points", cases)
