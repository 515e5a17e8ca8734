#include <config.h>

#include "policy/scene.h"

#include <stdio.h>
#include <string.h>

#include "base/text.h"
#include "pki/der.h"

/* Known ways to get more from a certificate authority than one should: each case is named after its class. */

static void test_escalation(void)
{
	static const struct row rows[] = {
		{ "CA:TRUE", NULL, REFUSE, { .is_ca = true }, "no: basicConstraints CA:TRUE is never given" },
		{ "CA:TRUE where others are dropped", NULL, DROP, { .is_ca = true }, "no: basicConstraints CA:TRUE is never given" },
		{ "CA:TRUE where all is allowed", "allow subject * *|allow eku *", DROP, { .is_ca = true }, "no: basicConstraints CA:TRUE is never given" },
		{ "keyCertSign", NULL, REFUSE, { .key_usage = DEFAULT_USAGE | KEY_USAGE_KEY_CERT_SIGN }, "no: keyUsage keyCertSign is never given" },
		{ "keyCertSign where others are dropped", NULL, DROP, { .key_usage = DEFAULT_USAGE | KEY_USAGE_KEY_CERT_SIGN }, "no: keyUsage keyCertSign is never given" },
		{ "keyCertSign although a rule allows it", "allow ku keyCertSign", REFUSE, { .key_usage = DEFAULT_USAGE | KEY_USAGE_KEY_CERT_SIGN },
			"no: keyUsage keyCertSign is never given" },
		{ "cRLSign", NULL, DROP, { .key_usage = DEFAULT_USAGE | KEY_USAGE_CRL_SIGN }, "no: keyUsage cRLSign is never given" },
		{ "anyExtendedKeyUsage", "allow eku *", REFUSE, { .eku = "anyExtendedKeyUsage" }, "no: extKeyUsage anyExtendedKeyUsage is not allowed" },
		{ "anyExtendedKeyUsage dropped, the profile's instead", "allow eku *", DROP, { .eku = "anyExtendedKeyUsage" },
			"CN=device-1 |" DEFAULTS "extKeyUsage anyExtendedKeyUsage dropped" },
		{ "OCSPSigning", "allow eku *", REFUSE, { .eku = "OCSPSigning" }, "no: extKeyUsage OCSPSigning is not allowed" },
		{ "codeSigning", "allow eku *", REFUSE, { .eku = "codeSigning" }, "no: extKeyUsage codeSigning is not allowed" },
		{ "timeStamping", "allow eku *", REFUSE, { .eku = "timeStamping" }, "no: extKeyUsage timeStamping is not allowed" },
		{ "smartcardLogon", "allow eku *", REFUSE, { .eku = "msSmartcardLogin" }, "no: extKeyUsage msSmartcardLogin is not allowed" },
		{ "certificate request agent", "allow eku *", REFUSE, { .eku = "certificateRequestAgent" }, "no: extKeyUsage certificateRequestAgent is not allowed" },
		{ "a rule may name codeSigning", "allow eku codeSigning", REFUSE, { .eku = "codeSigning" }, "CN=device-1 | | digitalSignature+keyEncipherment | codeSigning | " },
		{ "a star does not require it either", "require eku *", REFUSE, { .eku = "OCSPSigning" }, "no: extKeyUsage OCSPSigning is not allowed; extKeyUsage * is required" },
		{ "ms application policies do not count", NULL, REFUSE, { .others = "1.3.6.1.4.1.311.21.10" }, "CN=device-1 |" DEFAULTS "extension application policies dropped" },
		{ "ms template name does not count", NULL, REFUSE, { .others = "1.3.6.1.4.1.311.20.2" }, "CN=device-1 |" DEFAULTS "extension certificate template name dropped" },
		{ "ms template does not count", NULL, REFUSE, { .others = "!1.3.6.1.4.1.311.21.7" }, "CN=device-1 |" DEFAULTS "extension certificate template dropped" },
		{ "key identifiers do not count", NULL, REFUSE, { .others = "2.5.29.14,2.5.29.35" },
			"CN=device-1 |" DEFAULTS "extension subjectKeyIdentifier dropped; extension authorityKeyIdentifier dropped" },
		{ "S/MIME capabilities do not count", NULL, REFUSE, { .others = "1.2.840.113549.1.9.15" }, "CN=device-1 |" DEFAULTS "extension S/MIME capabilities dropped" },
		{ "nameConstraints", NULL, REFUSE, { .others = "!2.5.29.30" }, "no: critical extension 2.5.29.30 is not allowed" },
		{ "AIA and CDP", NULL, REFUSE, { .others = "1.3.6.1.5.5.7.1.1,2.5.29.31" }, "no: extension 1.3.6.1.5.5.7.1.1 is not allowed; extension 2.5.29.31 is not allowed" },
		{ "AIA and CDP dropped", NULL, DROP, { .others = "1.3.6.1.5.5.7.1.1,2.5.29.31" },
			"CN=device-1 |" DEFAULTS "extension 1.3.6.1.5.5.7.1.1 dropped; extension 2.5.29.31 dropped" },
		{ "SID extension", NULL, REFUSE, { .others = "1.3.6.1.4.1.311.25.2" }, "no: extension 1.3.6.1.4.1.311.25.2 is not allowed" },
		{ "SID extension dropped", NULL, DROP, { .others = "1.3.6.1.4.1.311.25.2" }, "CN=device-1 |" DEFAULTS "extension 1.3.6.1.4.1.311.25.2 dropped" },
		{ "critical unknown extension", NULL, REFUSE, { .others = "!1.2.3.4" }, "no: critical extension 1.2.3.4 is not allowed" },
		{ "SID URI under a wide rule", "allow san uri *", REFUSE, { .san_hex = "8640 7461673a6d6963726f736f66742e636f6d2c323032322d30392d31343a7369643a532d312d352d32312d312d322d332d34353637383930313233343536373839" },
			"no: subjectAltName uri \"tag:microsoft.com,2022-09-14:sid:S-1-5-21-1-2-3-4567890123456789\" (an account that nobody asserted) is not allowed" },
		{ "SID URI under a rule that names it", "allow san uri tag:microsoft.com,2022-09-14:sid:S-1-5-21-*", REFUSE,
			{ .san_hex = "862b 7461673a6d6963726f736f66742e636f6d2c323032322d30392d31343a7369643a532d312d352d32312d31" },
			"no: subjectAltName uri \"tag:microsoft.com,2022-09-14:sid:S-1-5-21-1\" (an account that nobody asserted) is not allowed" },
		{ "certmonger: CA:FALSE, critical", NULL, REFUSE, { .has_ca_false = true }, "CN=device-1 |" DEFAULTS },
	};

	RUN(rows);
}

/* A subject CN=device-…, of a string type and octets in hexadecimal. */
#define SUBJECT_CN(len_name, len_set, len_attribute, value) "30" len_name "31" len_set "30" len_attribute "0603550403" value

static void test_confusion(void)
{
	static const struct row rows[] = {
		{ "two common names", NULL, REFUSE, { .subject = "CN=device-1,CN=device-2" }, "no: the subject has 2 common names" },
		{ "two common names where one would be dropped", NULL, DROP, { .subject = "CN=device-1,CN=admin" }, "no: the subject has 2 common names" },
		{ "two common names where the policy lets them", NULL, REFUSE, { .subject = "CN=device-1,CN=device-2", .several_common_names = true },
			"CN=device-1,CN=device-2 |" DEFAULTS },
		{ "two common names, one of which the rules do not allow", NULL, REFUSE, { .subject = "CN=device-1,CN=admin", .several_common_names = true },
			"no: subject CN \"admin\" is not allowed" },
		{ "two common names in one RDN", NULL, REFUSE, { .subject = "CN=device-1+CN=device-2" }, "no: the subject has 2 common names" },
		{ "a NUL in the name", NULL, DROP, { .subject_hex = SUBJECT_CN("15", "13", "11", "0c0a 6465766963652d310078") },
			"no: subject CN is not valid text, or has a NUL; subject CN matching \"device-*\" is required" },
		{ "a line feed in the name", NULL, DROP, { .subject_hex = SUBJECT_CN("15", "13", "11", "0c0a 6465766963652d310a78") },
			"no: subject CN has control characters; subject CN matching \"device-*\" is required" },
		{ "a C1 control in a BMPString", "allow subject OU *", DROP, { .subject_hex = "3022 3111 300f 0603550403 1308 6465766963652d31 310d 300b 060355040b 1e04 00780085" },
			"no: subject OU has control characters" },
		{ "right-to-left override", "allow subject OU *", DROP, { .subject = "CN=device-1,OU=a\\E2\\80\\AEb" },
			"no: subject OU has invisible characters" },
		{ "isolate", "allow subject OU *", DROP, { .subject = "CN=device-1,OU=\\E2\\81\\A6" }, "no: subject OU has invisible characters" },
		{ "a zero-width space", "allow subject OU *", DROP, { .subject = "CN=device-1,OU=a\xe2\x80\x8b" "b" }, "no: subject OU has invisible characters" },
		{ "a non-joiner between Latin letters", "allow subject OU *", DROP, { .subject = "CN=device-1,OU=a\xe2\x80\x8c" "b" }, "no: subject OU has invisible characters" },
		{ "a non-joiner at the end of a Persian name", "allow subject OU *", DROP, { .subject = "CN=device-1,OU=\xd9\x85\xe2\x80\x8c" }, "no: subject OU has invisible characters" },
		{ "a non-joiner within a Persian name", "allow subject OU *", REFUSE, { .subject = "CN=device-1,OU=\xd9\x85\xdb\x8c\xe2\x80\x8c\xd8\xae" },
			"CN=device-1,OU=\xd9\x85\xdb\x8c\\E2\\80\\8C\xd8\xae |" DEFAULTS },
		{ "a joiner in a UPN of Devanagari", "allow san upn *", REFUSE, { .san = "upn:\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7@example" },
			"CN=device-1 | UPN:\xe0\xa4\x95\xe0\xa5\x8d\xe2\x80\x8d\xe0\xa4\xb7@example" DEFAULTS },
		{ "../ is text like any other", "allow subject CN device-1/*", REFUSE, { .subject = "CN=device-1/../../x" }, "CN=device-1/../../x |" DEFAULTS },
		{ "../ as a host", "allow san dns *", REFUSE, { .san = "dns:../x" }, "no: subjectAltName dns \"../x\" (no host name) is not allowed" },
		{ "T61 and BMP are read", "allow subject OU Gerät", REFUSE, { .subject_hex = "3028 3111 300f 0603550403 1408 6465766963652d31 3113 3011 060355040b 1e0a 0047 0065 0072 00e4 0074" },
			"OU=Gerät,CN=device-1 |" DEFAULTS },
		{ "a wildcard host", "allow san dns *", REFUSE, { .san = "dns:*.example.com" }, "no: subjectAltName dns \"*.example.com\" (a wildcard) is not allowed" },
		{ "a wildcard host under *.example.com", NULL, DROP, { .san = "dns:*.example.com" },
			"CN=device-1 |" DEFAULTS "subjectAltName dns \"*.example.com\" (a wildcard) dropped" },
		{ "a wildcard common name", "allow subject CN *", REFUSE, { .subject = "CN=*.example.com" },
			"no: subject CN \"*.example.com\" (a wildcard) is not allowed; subject CN matching \"device-*\" is required" },
		{ "a host with a dot at its end", "allow san dns *", REFUSE, { .san = "dns:a.example.com." }, "no: subjectAltName dns \"a.example.com.\" (no host name) is not allowed" },
		{ "two dots", "allow san dns *", REFUSE, { .san = "dns:a..example.com" }, "no: subjectAltName dns \"a..example.com\" (no host name) is not allowed" },
		{ "a hyphen at an end", "allow san dns *", REFUSE, { .san = "dns:-a.b" }, "no: subjectAltName dns \"-a.b\" (no host name) is not allowed" },
		{ "IDN in its ASCII form", NULL, REFUSE, { .san = "dns:xn--gert-loa.example.com" }, "CN=device-1 | DNS:xn--gert-loa.example.com" DEFAULTS },
		{ "an IPv4-mapped address", "allow san ip *", REFUSE, { .san = "ip:::ffff:10.0.0.1" }, "no: subjectAltName ip \"::ffff:10.0.0.1\" (an IPv4-mapped address) is not allowed" },
		{ "an e-mail address in the name", NULL, REFUSE, { .subject = "CN=device-1,emailAddress=a@b" }, "no: subject emailAddress \"a@b\" is not allowed" },
		{ "an empty value", "allow subject OU *", REFUSE, { .subject_hex = "301e 3111 300f 0603550403 1308 6465766963652d31 3109 3007 060355040b 1300" },
			"no: subject OU \"\" (empty) is not allowed" },
		{ "control characters in a directoryName", "allow san directoryName *", DROP, { .san_hex = "a40e 300c 310a 3008 0603550403 0c010a" },
			"no: subjectAltName directoryName has control characters" },
		{ "a turned UPN", "allow san upn *", DROP, { .san_hex = "a015 060a2b060104018237140203 a007 0c05 61e280ae62" },
			"no: subjectAltName upn has invisible characters" },
		{ "an e-mail address without @", "allow san email *", REFUSE, { .san_hex = "8105 61646d696e" }, "no: subjectAltName email \"admin\" (no e-mail address) is not allowed" },
		{ "two @ in an e-mail address", "allow san email *", REFUSE, { .san_hex = "8105 6140624063" }, "no: subjectAltName email \"a@b@c\" (no e-mail address) is not allowed" },
		{ "an e-mail address without a mailbox", "allow san email *", REFUSE, { .san_hex = "8102 4062" }, "no: subjectAltName email \"@b\" (no e-mail address) is not allowed" },
		{ "an e-mail address without a host", "allow san email *", REFUSE, { .san_hex = "8102 6140" }, "no: subjectAltName email \"a@\" (no e-mail address) is not allowed" },
		{ "two e-mail addresses in one", "allow san email *", REFUSE, { .san_hex = "8105 612c634062" }, "no: subjectAltName email \"a,c@b\" (no e-mail address) is not allowed" },
		{ "an e-mail address in angle brackets", "allow san email *", REFUSE, { .san_hex = "8105 3c6140623e" }, "no: subjectAltName email \"<a@b>\" (no e-mail address) is not allowed" },
		{ "an e-mail address that ends an angle bracket", "allow san email *", REFUSE, { .san_hex = "8104 613e4062" }, "no: subjectAltName email \"a>@b\" (no e-mail address) is not allowed" },
		{ "a quoted e-mail address", "allow san email *", REFUSE, { .san_hex = "8105 2261224062" }, "no: subjectAltName email \"\"a\"@b\" (no e-mail address) is not allowed" },
		{ "an apostrophe is of an e-mail address", "allow san email *", REFUSE, { .san_hex = "8107 6f27782b794062" }, "CN=device-1 | email:o'x+y@b" DEFAULTS },
		{ "two @ in an e-mail address, dropped", "allow san email *", DROP, { .san_hex = "8105 6140624063" },
			"CN=device-1 |" DEFAULTS "subjectAltName email \"a@b@c\" (no e-mail address) dropped" },
		{ "a rule denies two @ in an e-mail address", "deny san email *@c|allow san email *", DROP, { .san_hex = "8105 6140624063" },
			"no: subjectAltName email \"a@b@c\" is denied" },
		{ "a UPN without @", "allow san upn *", REFUSE, { .san_hex = "a015 060a2b060104018237140203 a007 0c05 61646d696e" }, "no: subjectAltName upn \"admin\" (no user principal name) is not allowed" },
		{ "a UPN that reads as two names", "allow san upn *", REFUSE, { .san_hex = "a019 060a2b060104018237140203 a00b 0c09 6140622c20444e533a" },
			"no: subjectAltName upn \"a@b, DNS:\" (no user principal name) is not allowed" },
		{ "two @ in a UPN", "allow san upn *", REFUSE, { .san_hex = "a015 060a2b060104018237140203 a007 0c05 6140624063" }, "no: subjectAltName upn \"a@b@c\" (no user principal name) is not allowed" },
		{ "a UPN without a user", "allow san upn *", REFUSE, { .san_hex = "a012 060a2b060104018237140203 a004 0c02 4062" }, "no: subjectAltName upn \"@b\" (no user principal name) is not allowed" },
		{ "a UPN without a realm", "allow san upn *", REFUSE, { .san_hex = "a012 060a2b060104018237140203 a004 0c02 6140" }, "no: subjectAltName upn \"a@\" (no user principal name) is not allowed" },
		{ "a UPN with a zero width space", "allow san upn *", DROP, { .san_hex = "a015 060a2b060104018237140203 a007 0c05 61e2808b62" },
			"no: subjectAltName upn has invisible characters" },
		{ "an attribute that is no text", "allow subject * *", REFUSE, { .subject_hex = "301f 3111 300f 0603550403 1308 6465766963652d31 310a 3008 060355042d 030100" },
			"no: subject 2.5.4.45 \"\" (not text) is not allowed" },
	};

	RUN(rows);
}

/* A name of one CN of `characters` times é, two octets each, in hexadecimal, terminated. */
static void build_long_name(size_t characters, struct buf *hex)
{
	struct buf value = { 0 }, attribute = { 0 }, set = { 0 }, rdn = { 0 }, name = { 0 };

	for (size_t i = 0; i < characters; i++)
		buf_append_str(&value, "é");
	der_put(&attribute, DER_OID, oid_get(OID_AT_CN));
	der_put(&attribute, DER_UTF8_STRING, buf_bytes(&value));
	der_put(&set, DER_SEQUENCE, buf_bytes(&attribute));
	der_put(&rdn, DER_SET, buf_bytes(&set));
	der_put(&name, DER_SEQUENCE, buf_bytes(&rdn));
	text_encode_hex(buf_bytes(&name), hex);
	buf_terminate(hex);
	buf_clear(&value);
	buf_clear(&attribute);
	buf_clear(&set);
	buf_clear(&rdn);
	buf_clear(&name);
}

static void test_long_names(void)
{
	static const struct {
		const char *row;
		size_t characters;
		enum err e;
	} rows[] = {
		{ "a common name of 64 characters", 64, ERR_OK },
		{ "a common name of 65 characters", 65, ERR_POLICY },
		{ "a common name of 512 characters, 1024 octets", 512, ERR_POLICY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct row row = { rows[i].row, NULL, DROP, { .subject_hex = NULL }, NULL };
		struct buf line = { 0 }, hex = { 0 };

		unit_row(rows[i].row);
		build_long_name(rows[i].characters, &hex);
		row.ask.subject_hex = (const char *)hex.ptr;
		UNIT_ERR(rows[i].e, decide(&row, "allow subject CN *", DEFAULT_USAGE, "clientAuth", &line));
		CU_ASSERT_EQUAL(memmem(line.ptr, line.len, "longer than 64 characters", 25) != NULL, rows[i].e != ERR_OK);
		buf_clear(&line);
		buf_clear(&hex);
	}
	unit_row(NULL);
}

/* Host names of RFC 1035 section 2.3.4: labels of 63 octets, 253 all in all as text. */
static void test_long_hosts(void)
{
	static const struct {
		const char *row;
		size_t label_len, last_len; /* three labels of the one, then the last */
		enum err e;
	} rows[] = {
		{ "labels of 63 octets, 253 in all", 63, 61, ERR_OK },
		{ "254 in all", 63, 62, ERR_POLICY },
		{ "a label of 63", 1, 63, ERR_OK },
		{ "a label of 64", 1, 64, ERR_POLICY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		char label[64 + 1], san[300];
		struct row row = { rows[i].row, NULL, REFUSE, { .san = san }, NULL };
		struct buf line = { 0 };

		unit_row(rows[i].row);
		memset(label, 'a', sizeof label);
		snprintf(san, sizeof san, "dns:%.*s.%.*s.%.*s.%.*s", (int)rows[i].label_len, label, (int)rows[i].label_len, label, (int)rows[i].label_len, label,
			(int)rows[i].last_len, label);
		UNIT_ERR(rows[i].e, decide(&row, BASE_RULES "|allow san dns *", DEFAULT_USAGE, "clientAuth", &line));
		CU_ASSERT_EQUAL(memmem(line.ptr, line.len, "no host name", 12) != NULL, rows[i].e != ERR_OK);
		buf_clear(&line);
	}
	unit_row(NULL);
}

/* --- weak keys ------------------------------------------------------------------------------------------------------------ */

/* An RSA SubjectPublicKeyInfo with a modulus of `bits` bits: all ones but for the last octet. */
static void build_rsa(unsigned bits, uint8_t last_octet, struct bytes exponent, struct buf *spki)
{
	struct buf modulus = { 0 }, numbers = { 0 }, key = { 0 }, string = { 0 }, content = { 0 };
	size_t len = (bits + 7) / 8;
	uint8_t *at;

	buf_append_space(&modulus, len, &at);
	memset(at, 0xff, len);
	at[0] = (uint8_t)(0xff >> (len * 8 - bits));
	at[len - 1] = last_octet;
	der_put_unsigned(&numbers, buf_bytes(&modulus));
	der_put_unsigned(&numbers, exponent);
	der_put(&key, DER_SEQUENCE, buf_bytes(&numbers));
	buf_append_byte(&string, 0);
	buf_append(&string, buf_bytes(&key));
	buf_append(&content, unit_hex("300d 06092a864886f70d010101 0500"));
	der_put(&content, DER_BIT_STRING, buf_bytes(&string));
	der_put(spki, DER_SEQUENCE, buf_bytes(&content));
	buf_clear(&modulus);
	buf_clear(&numbers);
	buf_clear(&key);
	buf_clear(&string);
	buf_clear(&content);
}

/* Read and decide under the widest policy there is. */
static enum err decide_key(struct bytes spki)
{
	struct policy policy;
	struct profile profile;
	struct policy_verdict *verdict = NULL;
	struct cert *issuer = load_issuer();
	struct csr *csr = NULL;
	enum err e;

	make_policy(&policy, "allow subject * *", POLICY_UNLISTED_DROP);
	policy.rsa_min_bits = 1;
	policy.rsa_max_bits = 1000000;
	policy.ec_p384 = true;
	policy.ec_p521 = true;
	make_profile(&profile, KEY_USAGE_DIGITAL_SIGNATURE, "clientAuth");
	e = wrap_request(unit_hex("300c310a300806035504030c0161"), spki, bytes_from(NULL, 0), &csr);
	if (e == ERR_OK)
		e = policy_decide(&policy, &profile, csr, issuer, NULL, issuer->not_before_utc, &verdict, NULL);
	policy_verdict_free(verdict);
	policy_clear(&policy);
	profile_clear(&profile);
	cert_free(issuer);
	csr_free(csr);
	return e;
}

static void test_weak_rsa(void)
{
	static const struct {
		const char *row;
		unsigned bits;
		uint8_t last_octet;
		const char *exponent;
		enum err e;
	} rows[] = {
		{ "RSA-2048", 2048, 0xe9, "010001", ERR_OK },
		{ "RSA of 2047 bits", 2047, 0xf1, "010001", ERR_ALG_KEY },
		{ "RSA-1024", 1024, 0xff, "010001", ERR_ALG_KEY },
		{ "RSA-512", 512, 0xff, "010001", ERR_ALG_KEY },
		{ "RSA-8192", 8192, 0xfb, "010001", ERR_OK },
		{ "RSA of 8193 bits", 8193, 0xff, "010001", ERR_ALG_KEY },
		{ "e = 3", 2048, 0xe9, "03", ERR_OK },
		{ "e = 1", 2048, 0xe9, "01", ERR_ALG_KEY },
		{ "e even", 2048, 0xe9, "010000", ERR_ALG_KEY },
		{ "e = 0", 2048, 0xe9, "00", ERR_ALG_KEY },
		{ "e of 40 bits", 2048, 0xe9, "8000000001", ERR_ALG_KEY },
		{ "a modulus that is a multiple of 3", 2048, 0xff, "010001", ERR_ALG_KEY },
		{ "even modulus", 2048, 0xfe, "010001", ERR_ALG_KEY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf spki = { 0 };

		unit_row(rows[i].row);
		build_rsa(rows[i].bits, rows[i].last_octet, unit_hex(rows[i].exponent), &spki);
		UNIT_ERR(rows[i].e, decide_key(buf_bytes(&spki)));
		buf_clear(&spki);
	}
	unit_row(NULL);
}

static void test_weak_others(void)
{
	static const struct {
		const char *row, *csr;
		bool is_broken; /* the last octet of the point is changed */
		enum err e;
	} rows[] = {
		{ "P-256", "csr/openssl_p256.der", false, ERR_OK },
		{ "point not on the curve", "csr/openssl_p256.der", true, ERR_ALG_KEY },
		{ "explicit parameters", "csr/openssl_explicit_p256.der", false, ERR_ALG_KEY },
		{ "a curve that is not served", "csr/openssl_secp256k1.der", false, ERR_ALG_KEY },
		{ "DSA", "csr/openssl_dsa.der", false, ERR_ALG_KEY },
		{ "RSA-1024", "csr/openssl_rsa1024.der", false, ERR_ALG_KEY },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct csr *csr = NULL;
		struct buf spki = { 0 };
		enum err e;

		unit_row(rows[i].row);
		e = csr_parse(unit_vector(rows[i].csr), &csr, NULL);
		if (e == ERR_OK) {
			buf_append(&spki, csr->spki);
			if (rows[i].is_broken)
				spki.ptr[spki.len - 1] ^= 1;
			e = decide_key(buf_bytes(&spki));
		}
		UNIT_ERR(rows[i].e, e);
		csr_free(csr);
		buf_clear(&spki);
	}
	unit_row(NULL);
}

/* 65537 to the power of 128 has 2049 bits and stands in the subgroup that 65537 makes modulo every small prime: the mark of the keys of CVE-2017-15361. */
static void test_roca(void)
{
	enum { POWER = 128, LEN = 257 };
	uint8_t modulus[LEN] = { [LEN - 1] = 1 };
	struct buf numbers = { 0 }, key = { 0 }, string = { 0 }, content = { 0 }, spki = { 0 };

	for (int i = 0; i < POWER; i++) {
		uint8_t shifted[LEN] = { 0 };
		unsigned carry = 0;

		memcpy(shifted, modulus + 2, LEN - 2); /* times 65536 */
		for (int at = LEN - 1; at >= 0; at--) {
			carry += (unsigned)modulus[at] + shifted[at];
			modulus[at] = (uint8_t)carry;
			carry >>= 8;
		}
	}
	der_put_unsigned(&numbers, bytes_from(modulus, LEN));
	der_put_unsigned(&numbers, unit_hex("010001"));
	der_put(&key, DER_SEQUENCE, buf_bytes(&numbers));
	buf_append_byte(&string, 0);
	buf_append(&string, buf_bytes(&key));
	buf_append(&content, unit_hex("300d 06092a864886f70d010101 0500"));
	der_put(&content, DER_BIT_STRING, buf_bytes(&string));
	der_put(&spki, DER_SEQUENCE, buf_bytes(&content));
	UNIT_ERR(ERR_ALG_KEY, decide_key(buf_bytes(&spki)));
	buf_clear(&numbers);
	buf_clear(&key);
	buf_clear(&string);
	buf_clear(&content);
	buf_clear(&spki);
}

static void test_foreign_parameters(void)
{
	/* a P-256 key whose identifier is that of RSA, and an RSA key whose identifier is that of an elliptic curve */
	struct csr *ec = NULL;
	struct buf rsa = { 0 }, spki = { 0 };
	struct bytes ec_algorithm = unit_hex("3013 06072a8648ce3d0201 06082a8648ce3d030107"), rsa_algorithm = unit_hex("300d 06092a864886f70d010101 0500");

	UNIT_ERR(ERR_OK, csr_parse(unit_vector("csr/openssl_p256.der"), &ec, NULL));
	build_rsa(2048, 0xff, unit_hex("010001"), &rsa);
	for (int i = 0; i < 2; i++) {
		struct der der = { i == 0 ? ec->spki : buf_bytes(&rsa) }, inside;
		struct der_element algorithm, bits;
		struct buf content = { 0 };

		UNIT_ERR(ERR_OK, der_enter(&der, DER_SEQUENCE, &inside));
		UNIT_ERR(ERR_OK, der_read(&inside, &algorithm));
		UNIT_ERR(ERR_OK, der_read(&inside, &bits));
		buf_append(&content, i == 0 ? rsa_algorithm : ec_algorithm);
		buf_append(&content, bits.raw);
		buf_reset(&spki);
		der_put(&spki, DER_SEQUENCE, buf_bytes(&content));
		UNIT_ERR(ERR_ALG_KEY, decide_key(buf_bytes(&spki)));
		buf_clear(&content);
	}
	csr_free(ec);
	buf_clear(&rsa);
	buf_clear(&spki);
}

static const struct unit_case cases[] = {
	{ "A request cannot raise its own powers: CA, usages, purposes, templates, accounts, unknown extensions", test_escalation },
	{ "Names that read as others are refused", test_confusion },
	{ "A common name has 64 characters at most (RFC 5280 appendix A.1, ub-common-name)", test_long_names },
	{ "A host name has 253 octets at most, each of its labels 63 (RFC 1035 section 2.3.4)", test_long_hosts },
	{ "Weak and broken RSA keys are refused as badAlg", test_weak_rsa },
	{ "Other weak and foreign keys are refused as badAlg", test_weak_others },
	{ "A key of the generator that made weak ones is refused as badAlg (CVE-2017-15361)", test_roca },
	{ "Keys whose parameters belong to another algorithm are refused as badAlg", test_foreign_parameters },
};

UNIT_MAIN("policy/security", cases)
