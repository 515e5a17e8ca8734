#include <config.h>

#include <stdio.h>
#include <string.h>

#include "service/outcome.h"

/* The certification request behind the envelope: what is odd with it, and who is refused for it. */

static void check_csr(struct fixture *f, const char *row, const struct crafted_csr *csr, struct outcome expected)
{
	outcome_check(f, row, &(struct crafted){ .content = crafted_csr(f, csr) }, expected);
}

static struct outcome malformed(void)
{
	return refused(FAIL_BAD_REQUEST, ERR_CSR_SYNTAX);
}

static struct outcome without_right(void)
{
	return refused(FAIL_BAD_REQUEST, ERR_CHALLENGE);
}

/* One RDN of these AttributeTypeAndValues, in this order. */
static struct bytes rdn_value(enum oid type, struct bytes value)
{
	return CRAFT(DER_SEQUENCE, craft_oid(type), value);
}

static void versions(void)
{
	static const char *const versions[] = { "00", "01", "02", "7f", "ff" };
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof versions / sizeof versions[0]; i++)
		check_csr(&f, versions[i], &(struct crafted_csr){ .version = craft_hex(versions[i]) }, issued());
	crafted_forget();
	fixture_stop(&f);
}

static void no_attributes(void)
{
	struct fixture f;

	fixture_start(&f);
	check_csr(&f, "no [0], so no challenge", &(struct crafted_csr){ .no_attributes = true }, without_right());
	check_csr(&f, "an empty [0]", &(struct crafted_csr){ .no_challenge = true }, without_right());
	fixture_stop(&f);
	fixture_start(&f);
	f.store->challenge_mode = ENDPOINT_CHALLENGE_NONE;
	f.store->approval = ENDPOINT_APPROVAL_ALWAYS;
	check_csr(&f, "no [0], where none is asked", &(struct crafted_csr){ .no_attributes = true }, pending());
	crafted_forget();
	fixture_stop(&f);
}

static void unsorted_sets(void)
{
	struct bytes cn, serial, unsorted, extensions;
	struct scep_message *reply = NULL;
	struct buf content = { 0 };
	struct fixture f;
	struct cert *cert;

	fixture_start(&f);
	cn = rdn_value(OID_AT_CN, craft_text(DER_PRINTABLE_STRING, "router-1"));
	serial = rdn_value(OID_AT_SERIAL_NUMBER, craft_text(DER_PRINTABLE_STRING, "FTX1234"));
	/* In DER the shorter one comes first. */
	unsorted = CRAFT(DER_SEQUENCE, CRAFT(DER_SET, cn, serial));
	if (cn.ptr[1] < serial.ptr[1])
		unsorted = CRAFT(DER_SEQUENCE, CRAFT(DER_SET, serial, cn));
	outcome_exchange(&f, "an RDN of two values", &(struct crafted){ .content = crafted_csr(&f, &(struct crafted_csr){ .subject = unsorted }) }, issued(), &reply, &content);
	cert = outcome_certificate(&content);
	UNIT_BYTES(unsorted, cert->subject); /* byte for byte */
	extensions = crafted_extension_request(OID_EXTENSION_REQUEST, crafted_san(1));
	check_csr(&f, "attributes, the longer first", &(struct crafted_csr){ .no_challenge = true, .more = CRAFT_JOIN(extensions,
		craft_attribute(OID_CHALLENGE_PASSWORD, craft_text(DER_PRINTABLE_STRING, FIXTURE_CHALLENGE))) }, issued());
	check_csr(&f, "attributes, the longer last", &(struct crafted_csr){ .more = extensions }, issued());
	cert_free(cert);
	scep_message_free(reply);
	buf_clear(&content);
	crafted_forget();
	fixture_stop(&f);
}

static void usual_challenges(void)
{
	struct fixture f;

	fixture_start(&f);
	check_csr(&f, "PrintableString", &(struct crafted_csr){ .challenge = craft_text(DER_PRINTABLE_STRING, FIXTURE_CHALLENGE) }, issued());
	check_csr(&f, "UTF8String", &(struct crafted_csr){ .challenge = craft_text(DER_UTF8_STRING, FIXTURE_CHALLENGE) }, issued());
	check_csr(&f, "wrong", &(struct crafted_csr){ .challenge = craft_text(DER_UTF8_STRING, "wrong horse battery") }, without_right());
	crafted_forget();
	fixture_stop(&f);
}

/* The challenge with so many octets a character. */
static struct bytes wide(size_t width)
{
	struct bytes out = craft_none();

	for (const char *c = FIXTURE_CHALLENGE; *c != '\0'; c++)
		out = CRAFT_JOIN(out, craft_octets(0, width - 1), bytes_from(c, 1));
	return out;
}

static void odd_challenges(void)
{
	struct fixture f;
	const struct { const char *name; struct bytes value; struct outcome expected; } rows[] = {
		{ "T61String", craft_text(DER_T61_STRING, FIXTURE_CHALLENGE), issued() },
		{ "IA5String", craft_text(DER_IA5_STRING, FIXTURE_CHALLENGE), issued() },
		{ "VisibleString", craft_text(DER_VISIBLE_STRING, FIXTURE_CHALLENGE), issued() },
		{ "BMPString", CRAFT(DER_BMP_STRING, wide(2)), issued() },
		{ "UniversalString", CRAFT(DER_UNIVERSAL_STRING, wide(4)), issued() },
		{ "OCTET STRING", craft_text(DER_OCTET_STRING, FIXTURE_CHALLENGE), issued() },
		{ "empty", craft_text(DER_PRINTABLE_STRING, ""), without_right() },
		{ "an empty BMPString", CRAFT(DER_BMP_STRING, craft_none()), without_right() },
		{ "a NUL behind", CRAFT(DER_PRINTABLE_STRING, bytes_from(FIXTURE_CHALLENGE, sizeof FIXTURE_CHALLENGE)), malformed() },
		{ "a NUL in front", CRAFT(DER_UTF8_STRING, craft_hex("00"), bytes_from_str(FIXTURE_CHALLENGE)), malformed() },
		{ "half a character", CRAFT(DER_BMP_STRING, wide(2), craft_hex("00")), malformed() },
		{ "no UTF-8", CRAFT(DER_UTF8_STRING, bytes_from_str(FIXTURE_CHALLENGE), craft_hex("ff")), malformed() },
		{ "an INTEGER", craft_hex("020101"), malformed() },
		{ "a SEQUENCE", CRAFT(DER_SEQUENCE, craft_text(DER_PRINTABLE_STRING, FIXTURE_CHALLENGE)), malformed() },
	};

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_csr(&f, rows[i].name, &(struct crafted_csr){ .challenge = rows[i].value }, rows[i].expected);
	crafted_forget();
	fixture_stop(&f);
}

static void doubled_challenges(void)
{
	struct bytes right = craft_text(DER_PRINTABLE_STRING, FIXTURE_CHALLENGE), wrong = craft_text(DER_PRINTABLE_STRING, "wrong horse battery");
	struct fixture f;

	fixture_start(&f);
	check_csr(&f, "two attributes", &(struct crafted_csr){ .more = craft_attribute(OID_CHALLENGE_PASSWORD, right) }, malformed());
	check_csr(&f, "two attributes, one wrong", &(struct crafted_csr){ .more = craft_attribute(OID_CHALLENGE_PASSWORD, wrong) }, malformed());
	check_csr(&f, "two values", &(struct crafted_csr){ .challenge = CRAFT_JOIN(right, wrong) }, malformed());
	check_csr(&f, "no value", &(struct crafted_csr){ .no_challenge = true, .more = craft_attribute(OID_CHALLENGE_PASSWORD, craft_none()) }, without_right());
	check_csr(&f, "no value, then one", &(struct crafted_csr){ .no_challenge = true,
		.more = CRAFT_JOIN(craft_attribute(OID_CHALLENGE_PASSWORD, craft_none()), craft_attribute(OID_CHALLENGE_PASSWORD, right)) }, malformed());
	crafted_forget();
	fixture_stop(&f);
}

static void long_challenges(void)
{
	struct fixture f;

	fixture_start(&f);
	/* Read, and judged: these are simply not the endpoint's. */
	check_csr(&f, "256 octets", &(struct crafted_csr){ .challenge = CRAFT(DER_UTF8_STRING, craft_octets('x', 256)) }, without_right());
	check_csr(&f, "the longest", &(struct crafted_csr){ .challenge = CRAFT(DER_UTF8_STRING, craft_octets('x', CSR_MAX_CHALLENGE_LEN)) }, without_right());
	check_csr(&f, "one too long", &(struct crafted_csr){ .challenge = CRAFT(DER_UTF8_STRING, craft_octets('x', CSR_MAX_CHALLENGE_LEN + 1)) }, malformed());
	check_csr(&f, "the longest once it is UTF-8", &(struct crafted_csr){ .challenge = CRAFT(DER_T61_STRING, craft_octets(0xe9, CSR_MAX_CHALLENGE_LEN / 2)) },
		without_right());
	check_csr(&f, "one too long once it is UTF-8", &(struct crafted_csr){ .challenge = CRAFT(DER_T61_STRING, craft_octets(0xe9, CSR_MAX_CHALLENGE_LEN / 2 + 1)) },
		malformed());
	crafted_forget();
	fixture_stop(&f);
}

static void extension_requests(void)
{
	static const enum oid types[] = { OID_EXTENSION_REQUEST, OID_MS_EXTENSION_REQUEST };
	struct bytes san = crafted_san(1);
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof types / sizeof types[0]; i++) {
		struct scep_message *reply = NULL;
		struct buf content = { 0 };
		struct cert *cert;

		outcome_exchange(&f, "asks for a host name", &(struct crafted){ .content = crafted_csr(&f, &(struct crafted_csr){ .more = crafted_extension_request(types[i], san) }) },
			issued(), &reply, &content);
		cert = outcome_certificate(&content);
		CU_ASSERT_PTR_NOT_NULL(memmem(cert->tbs.ptr, cert->tbs.len, "host-0.example", strlen("host-0.example")));
		cert_free(cert);
		scep_message_free(reply);
		buf_clear(&content);
	}
	check_csr(&f, "both", &(struct crafted_csr){ .more = CRAFT_JOIN(crafted_extension_request(types[0], san), crafted_extension_request(types[1], san)) }, malformed());
	check_csr(&f, "one twice", &(struct crafted_csr){ .more = CRAFT_JOIN(crafted_extension_request(types[0], san), crafted_extension_request(types[0], san)) },
		malformed());
	crafted_forget();
	fixture_stop(&f);
}

static void digests(void)
{
	struct fixture f;

	fixture_start(&f);
	check_csr(&f, "SHA-512", &(struct crafted_csr){ .digest = DIGEST_SHA512 }, issued());
	/* It proves that the requester has the key, for which SHA-1 still suffices: macOS and Cisco IOS sign so. */
	check_csr(&f, "SHA-1", &(struct crafted_csr){ .digest = DIGEST_SHA1 }, issued());
	/* The answer is the one for all that goes wrong before the proof; the log and the audit row know better. */
	check_csr(&f, "MD5", &(struct crafted_csr){ .digest = DIGEST_MD5 }, refused(FAIL_BAD_REQUEST, ERR_ALG_DIGEST));
	crafted_forget();
	fixture_stop(&f);
}

static void subjects(void)
{
	struct fixture f;
	const struct { const char *name; struct bytes value; enum oid type; } rows[] = {
		{ "T61String", craft_text(DER_T61_STRING, "device-1"), OID_AT_CN },
		{ "IA5String", craft_text(DER_IA5_STRING, "device-1"), OID_AT_CN },
		{ "BMPString", CRAFT(DER_BMP_STRING, craft_hex("0064 0065 0076")), OID_AT_CN },
		{ "UniversalString", CRAFT(DER_UNIVERSAL_STRING, craft_hex("00000064 00000065")), OID_AT_CN },
		{ "T61String beyond ASCII", CRAFT(DER_T61_STRING, craft_hex("476572e474")), OID_AT_CN },
		{ "emailAddress as UTF8String", craft_text(DER_UTF8_STRING, "device@example.com"), OID_AT_EMAIL },
	};

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes subject = CRAFT(DER_SEQUENCE, CRAFT(DER_SET, rdn_value(rows[i].type, rows[i].value)));
		struct scep_message *reply = NULL;
		struct buf content = { 0 };
		struct cert *cert;

		outcome_exchange(&f, rows[i].name, &(struct crafted){ .content = crafted_csr(&f, &(struct crafted_csr){ .subject = subject }) }, issued(), &reply, &content);
		cert = outcome_certificate(&content);
		UNIT_BYTES(subject, cert->subject); /* byte for byte */
		cert_free(cert);
		scep_message_free(reply);
		buf_clear(&content);
	}
	check_csr(&f, "empty, with a host name", &(struct crafted_csr){ .subject = craft_hex("3000"), .more = crafted_extension_request(OID_EXTENSION_REQUEST, crafted_san(1)) },
		issued());
	/* Read, but nobody would be named. */
	check_csr(&f, "empty, and no other name", &(struct crafted_csr){ .subject = craft_hex("3000") }, refused(FAIL_BAD_REQUEST, ERR_POLICY));
	crafted_forget();
	fixture_stop(&f);
}

/* --- attacks, and limits --- */

static void empty_sets(void)
{
	static const struct { const char *name; enum oid type; const char *value; } rows[] = {
		{ "subjectAltName", OID_SUBJECT_ALT_NAME, "3000" }, { "extKeyUsage", OID_EXT_KEY_USAGE, "3000" }, { "keyUsage", OID_KEY_USAGE, "030100" },
		{ "keyUsage of no octet", OID_KEY_USAGE, "0300" }, { "subjectAltName of nothing", OID_SUBJECT_ALT_NAME, "" }, { "extKeyUsage with an empty purpose", OID_EXT_KEY_USAGE, "3002 0600" },
		{ "subjectAltName with an empty host name", OID_SUBJECT_ALT_NAME, "3002 8200" },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++)
		check_csr(&f, rows[i].name, &(struct crafted_csr){ .more = crafted_extension_request(OID_EXTENSION_REQUEST, crafted_extension(rows[i].type, craft_hex(rows[i].value))) },
			malformed());
	check_csr(&f, "no extension: nothing is asked", &(struct crafted_csr){ .more = crafted_extension_request(OID_EXTENSION_REQUEST, craft_none()) }, issued());
	check_csr(&f, "an extensionRequest without value: nothing is asked", &(struct crafted_csr){ .more = craft_attribute(OID_EXTENSION_REQUEST, craft_none()) },
		issued());
	check_csr(&f, "an Extension of nothing", &(struct crafted_csr){ .more = crafted_extension_request(OID_EXTENSION_REQUEST, craft_hex("3000")) }, malformed());
	check_csr(&f, "an RDN of nothing", &(struct crafted_csr){ .subject = craft_hex("3002 3100") }, malformed());
	check_csr(&f, "an AttributeTypeAndValue of nothing", &(struct crafted_csr){ .subject = craft_hex("3004 3102 3000") }, malformed());
	crafted_forget();
	fixture_stop(&f);
}

static struct bytes ask(struct bytes extensions)
{
	return crafted_extension_request(OID_EXTENSION_REQUEST, extensions);
}

static void numbers_of_names(void)
{
	struct bytes purposes = craft_none();
	struct fixture f;

	fixture_start(&f);
	check_csr(&f, "as many host names as there may be", &(struct crafted_csr){ .more = ask(crafted_san(EXT_MAX_SAN)) }, issued());
	check_csr(&f, "one too many", &(struct crafted_csr){ .more = ask(crafted_san(EXT_MAX_SAN + 1)) }, malformed());
	for (int i = 0; i < EXT_MAX_EKU; i++)
		purposes = CRAFT_JOIN(purposes, craft_oid(OID_KP_CLIENT_AUTH));
	check_csr(&f, "as many purposes as there may be", &(struct crafted_csr){ .more = ask(crafted_extension(OID_EXT_KEY_USAGE, CRAFT(DER_SEQUENCE, purposes))) },
		issued());
	check_csr(&f, "one too many", &(struct crafted_csr){ .more = ask(crafted_extension(OID_EXT_KEY_USAGE, CRAFT(DER_SEQUENCE, purposes, craft_oid(OID_KP_CLIENT_AUTH)))) },
		malformed());
	crafted_forget();
	fixture_stop(&f);
}

/* Extensions that nobody knows. The policy refuses them; the limit is in front of it. */
static struct bytes unknown_extensions(int count)
{
	struct bytes out = craft_none();

	for (int i = 0; i < count; i++) {
		char dotted[40];

		snprintf(dotted, sizeof dotted, "1.3.6.1.4.1.99999.%d", i);
		out = CRAFT_JOIN(out, CRAFT(DER_SEQUENCE, craft_other_oid(dotted), craft_hex("0402 0500")));
	}
	return out;
}

static void numbers_of_extensions_and_attributes(void)
{
	struct bytes attributes = craft_none(), one = craft_attribute(OID_FRIENDLY_NAME, craft_hex("0500"));
	struct fixture f;

	fixture_start(&f);
	check_csr(&f, "as many extensions as there may be", &(struct crafted_csr){ .more = ask(unknown_extensions(EXT_MAX_COUNT)) }, refused(FAIL_BAD_REQUEST, ERR_POLICY));
	check_csr(&f, "one too many", &(struct crafted_csr){ .more = ask(unknown_extensions(EXT_MAX_COUNT + 1)) }, malformed());
	for (int i = 1; i < CSR_MAX_ATTRIBUTES; i++)
		attributes = CRAFT_JOIN(attributes, one);
	check_csr(&f, "as many attributes as there may be", &(struct crafted_csr){ .more = attributes }, issued());
	check_csr(&f, "one too many", &(struct crafted_csr){ .more = CRAFT_JOIN(attributes, one) }, malformed());
	crafted_forget();
	fixture_stop(&f);
}

static void keys(void)
{
	static const struct { const char *name; size_t modulus_len; uint8_t octet; const char *exponent; enum err error; } rows[] = {
		{ "8192 bits: its signature is looked at", 1024, 0xff, "010001", ERR_CSR_SIGNATURE },
		{ "8200 bits", 1025, 0xff, "010001", ERR_ALG_KEY },
		{ "an even modulus", 256, 0xfe, "010001", ERR_ALG_KEY },
		{ "the exponent 1", 256, 0xff, "01", ERR_ALG_KEY },
		{ "an exponent of 33 bits", 256, 0xff, "0100000001", ERR_ALG_KEY },
		{ "511 bits", 64, 0x7f, "010001", ERR_ALG_KEY },
	};
	struct fixture f;

	fixture_start(&f);
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf numbers = { 0 };
		struct bytes spki;

		CU_ASSERT_EQUAL_FATAL(der_put_unsigned(&numbers, craft_octets(rows[i].octet, rows[i].modulus_len)), ERR_OK);
		CU_ASSERT_EQUAL_FATAL(der_put_unsigned(&numbers, craft_hex(rows[i].exponent)), ERR_OK);
		spki = CRAFT(DER_SEQUENCE, craft_algorithm(OID_RSA_ENCRYPTION, craft_hex("0500")), CRAFT(DER_BIT_STRING, craft_hex("00"), CRAFT(DER_SEQUENCE, craft_keep(&numbers))));
		check_csr(&f, rows[i].name, &(struct crafted_csr){ .spki = spki }, refused(FAIL_BAD_REQUEST, rows[i].error));
	}
	check_csr(&f, "somebody else's key", &(struct crafted_csr){ .spki = key_get_spki(fixture_other_key()) }, refused(FAIL_BAD_REQUEST, ERR_CSR_SIGNATURE));
	crafted_forget();
	fixture_stop(&f);
}

static const struct unit_case cases[] = {
	{ "a request of version 1 or 2 is read as one of version 0: macOS sends them (RFC 2986 section 4.1)", versions },
	{ "the attributes of a request may be missing altogether (RFC 2986 section 4.1)", no_attributes },
	{ "attributes and RDNs out of order verify over the octets as sent, and go into the certificate so (RFC 2986 section 4.2)", unsorted_sets },
	{ "the challengePassword is a PrintableString or UTF8String (RFC 2985 section 5.4.1)", usual_challenges },
	{ "the challengePassword may be a string of any other type; an empty one gives no right, and one with a NUL is refused (RFC 2985 section 5.4.1)", odd_challenges },
	{ "two challengePasswords are refused, one without a value is none (RFC 2985 section 5.4.1)", doubled_challenges },
	{ "a challengePassword of 8192 octets of UTF-8 is read, a longer one is refused (RFC 2985 section 5.4.1)", long_challenges },
	{ "Microsoft's extension attribute is read as extensionRequest; together they are refused (RFC 2985 section 5.4.2)", extension_requests },
	{ "a request signed with MD5 is refused, with SHA-1 it is not (RFC 8894 section 7.9)", digests },
	{ "subjects of any string type go into the certificate as sent; an empty one needs another name (RFC 5280 section 4.1.2.6)", subjects },
	{ "empty SETs and SEQUENCEs that must hold something are refused (RFC 5280 section 4.2)", empty_sets },
	{ "a request has 64 names and 32 purposes at most", numbers_of_names },
	{ "a request has 32 extensions and 32 attributes at most", numbers_of_extensions_and_attributes },
	{ "a key that is too large, too small or broken, or somebody else's, is refused like all before the proof of possession (RFC 8894 section 2.3)", keys },
};

UNIT_MAIN("corner_csr", cases)
