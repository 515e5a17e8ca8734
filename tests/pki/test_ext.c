#include <config.h>

#include "pki/ext.h"

#include <string.h>

#include "pki/der.h"
#include "support/unit.h"

/* Append an Extension: identifier and value as hexadecimal. */
static void put_extension(struct buf *list, enum oid oid, const char *value_hex)
{
	struct buf inside = { 0 };

	der_put(&inside, DER_OID, oid_get(oid));
	der_put(&inside, DER_OCTET_STRING, unit_hex(value_hex));
	der_put(list, DER_SEQUENCE, buf_bytes(&inside));
	buf_clear(&inside);
}

/* Parse Extensions of one extension. `storage` keeps what the request borrows from. */
static enum err parse_one(enum oid oid, const char *value_hex, struct buf *storage, struct ext_request *request, struct why *why)
{
	struct buf list = { 0 };

	put_extension(&list, oid, value_hex);
	buf_reset(storage);
	der_put(storage, DER_SEQUENCE, buf_bytes(&list));
	buf_clear(&list);
	return ext_request_parse(buf_bytes(storage), request, why);
}

static void test_key_usage_names(void)
{
	static const char *const names[] = { "digitalSignature", "nonRepudiation", "keyEncipherment", "dataEncipherment", "keyAgreement", "keyCertSign", "cRLSign",
		"encipherOnly", "decipherOnly" };

	for (unsigned i = 0; i < 9; i++) {
		unit_row(names[i]);
		CU_ASSERT_STRING_EQUAL(key_usage_name((enum key_usage)(1 << i)), names[i]);
		CU_ASSERT_EQUAL(key_usage_from_name(bytes_from_str(names[i])), 1 << i);
	}
	unit_row(NULL);
	CU_ASSERT_EQUAL(key_usage_from_name(bytes_from_str("CRLSIGN")), KEY_USAGE_CRL_SIGN);
	CU_ASSERT_EQUAL(key_usage_from_name(bytes_from_str("")), 0);
	CU_ASSERT_EQUAL(key_usage_from_name(bytes_from_str("digitalSignature ")), 0);
	CU_ASSERT_PTR_NULL(key_usage_name((enum key_usage)0));
	CU_ASSERT_PTR_NULL(key_usage_name((enum key_usage)3));
	CU_ASSERT_PTR_NULL(key_usage_name((enum key_usage)(1 << 9)));
}

static void test_san_type_names(void)
{
	for (enum san_type t = SAN_OTHER; t <= SAN_REGISTERED_ID; t++)
		CU_ASSERT_EQUAL(san_type_from_name(bytes_from_str(san_type_name(t))), t);
	CU_ASSERT_EQUAL(san_type_from_name(bytes_from_str("DNS")), SAN_DNS);
	CU_ASSERT_EQUAL(san_type_from_name(bytes_from_str("nosuch")), SAN_OTHER);
}

static void test_key_usage(void)
{
	static const struct {
		const char *row, *value;
		enum err e;
		unsigned usage;
	} rows[] = {
		{ "digitalSignature", "03020780", ERR_OK, KEY_USAGE_DIGITAL_SIGNATURE },
		{ "with keyEncipherment", "030205a0", ERR_OK, KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT },
		{ "decipherOnly is in the second octet", "0303070080", ERR_OK, KEY_USAGE_DECIPHER_ONLY },
		{ "all nine", "030307ff80", ERR_OK, 0x1ff },
		{ "unused bits are not looked at", "030207ff", ERR_OK, KEY_USAGE_DIGITAL_SIGNATURE },
		{ "trailing zero bits", "0303008000", ERR_OK, KEY_USAGE_DIGITAL_SIGNATURE },
		{ "a tenth bit", "030306ffc0", ERR_CSR_SYNTAX, 0 },
		{ "no bit", "03020700", ERR_CSR_SYNTAX, 0 },
		{ "no octet", "030100", ERR_CSR_SYNTAX, 0 },
		{ "nothing", "0300", ERR_CSR_SYNTAX, 0 },
		{ "eight unused bits", "03020880", ERR_CSR_SYNTAX, 0 },
		{ "another type", "04020780", ERR_CSR_SYNTAX, 0 },
		{ "trailing octet", "0302078000", ERR_CSR_SYNTAX, 0 },
		{ "empty value", "", ERR_CSR_SYNTAX, 0 },
	};
	struct buf storage = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ext_request request = { 0 };
		struct why why = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].e, parse_one(OID_KEY_USAGE, rows[i].value, &storage, &request, &why));
		CU_ASSERT_EQUAL(request.has_key_usage, rows[i].e == ERR_OK);
		CU_ASSERT_EQUAL(request.key_usage, rows[i].usage);
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].e == ERR_OK);
	}
	unit_row(NULL);
	buf_clear(&storage);
}

static void test_basic_constraints(void)
{
	static const struct {
		const char *row, *value;
		enum err e;
		bool is_ca;
	} rows[] = {
		{ "empty", "3000", ERR_OK, false },
		{ "FALSE written out", "3003010100", ERR_OK, false },
		{ "TRUE", "30030101ff", ERR_OK, true },
		{ "TRUE in BER", "3003010101", ERR_OK, true },
		{ "path length", "30060101ff020100", ERR_OK, true },
		{ "path length alone", "3003020100", ERR_OK, false },
		{ "BOOLEAN of two octets", "30040102ff00", ERR_CSR_SYNTAX, false },
		{ "BOOLEAN of none", "30020100", ERR_CSR_SYNTAX, false },
		{ "more", "30050101ff0500", ERR_CSR_SYNTAX, false },
		{ "no SEQUENCE", "0101ff", ERR_CSR_SYNTAX, false },
	};
	struct buf storage = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct ext_request request = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].e, parse_one(OID_BASIC_CONSTRAINTS, rows[i].value, &storage, &request, NULL));
		CU_ASSERT_EQUAL(request.has_basic_constraints, rows[i].e == ERR_OK);
		CU_ASSERT_EQUAL(request.is_ca, rows[i].is_ca);
	}
	unit_row(NULL);
	buf_clear(&storage);
}

/* Extensions of one extension that is a SEQUENCE of `count` copies of an element. */
static enum err parse_many(enum oid oid, struct bytes element, size_t count, struct buf *storage, struct ext_request *request)
{
	struct buf content = { 0 }, value = { 0 }, inside = { 0 }, list = { 0 };

	for (size_t i = 0; i < count; i++)
		buf_append(&content, element);
	der_put(&value, DER_SEQUENCE, buf_bytes(&content));
	der_put(&inside, DER_OID, oid_get(oid));
	der_put(&inside, DER_OCTET_STRING, buf_bytes(&value));
	der_put(&list, DER_SEQUENCE, buf_bytes(&inside));
	buf_reset(storage);
	der_put(storage, DER_SEQUENCE, buf_bytes(&list));
	buf_clear(&content);
	buf_clear(&value);
	buf_clear(&inside);
	buf_clear(&list);
	return ext_request_parse(buf_bytes(storage), request, NULL);
}

static void test_ext_key_usage(void)
{
	struct ext_request request = { 0 };
	struct buf storage = { 0 };

	UNIT_ERR(ERR_OK, parse_one(OID_EXT_KEY_USAGE, "3014 06082b06010505070302 06082b06010505070301", &storage, &request, NULL));
	CU_ASSERT(request.has_eku);
	CU_ASSERT_EQUAL(request.eku_count, 2);
	CU_ASSERT(oid_is(request.eku[0], OID_KP_CLIENT_AUTH));
	CU_ASSERT(oid_is(request.eku[1], OID_KP_SERVER_AUTH));
	UNIT_ERR(ERR_CSR_SYNTAX, parse_one(OID_EXT_KEY_USAGE, "3000", &storage, &request, NULL));
	UNIT_ERR(ERR_CSR_SYNTAX, parse_one(OID_EXT_KEY_USAGE, "30020600", &storage, &request, NULL));
	UNIT_ERR(ERR_CSR_SYNTAX, parse_one(OID_EXT_KEY_USAGE, "30020500", &storage, &request, NULL));
	CU_ASSERT_EQUAL(request.eku_count, 2); /* untouched on error */
	UNIT_ERR(ERR_OK, parse_many(OID_EXT_KEY_USAGE, unit_hex("06022a03"), EXT_MAX_EKU, &storage, &request));
	CU_ASSERT_EQUAL(request.eku_count, EXT_MAX_EKU);
	UNIT_ERR(ERR_CSR_SYNTAX, parse_many(OID_EXT_KEY_USAGE, unit_hex("06022a03"), EXT_MAX_EKU + 1, &storage, &request));
	buf_clear(&storage);
}

static void test_san_forms(void)
{
	static const struct {
		const char *row, *hex;
		enum err e;
		enum san_type type;
		const char *text;
	} rows[] = {
		{ "dNSName", "8203 612e62", ERR_OK, SAN_DNS, "DNS:a.b" },
		{ "rfc822Name", "8103 614062", ERR_OK, SAN_EMAIL, "email:a@b" },
		{ "URI", "8603 613a62", ERR_OK, SAN_URI, "URI:a:b" },
		{ "IPv4", "8704 c0000201", ERR_OK, SAN_IP, "IP:192.0.2.1" },
		{ "IPv6", "8710 20010db8000000000000000000000001", ERR_OK, SAN_IP, "IP:2001:db8::1" },
		{ "UPN", "a014 060a2b060104018237140203 a006 0c04 64406572", ERR_OK, SAN_UPN, "UPN:d@er" },
		{ "another otherName", "a009 06022a03 a003 0c0161", ERR_OK, SAN_OTHER, "other:1.2.3#a00906022a03a0030c0161" },
		{ "directoryName", "a40e 300c310a300806035504030c0161", ERR_OK, SAN_DIRECTORY_NAME, "DirName:CN=a" },
		{ "registeredID", "8802 2a03", ERR_OK, SAN_REGISTERED_ID, "RID:1.2.3" },
		{ "x400Address", "a302 3000", ERR_OK, SAN_OTHER, "other:#a3023000" },
		{ "ediPartyName", "a502 3000", ERR_OK, SAN_OTHER, "other:#a5023000" },
		{ "dNSName with a NUL", "8203 610062", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "dNSName with a blank", "8203 612062", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "dNSName with a line feed", "8203 610a62", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "dNSName with DEL", "8203 617f62", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "dNSName with an eighth bit", "8203 61e962", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "dNSName empty", "8200", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "rfc822Name with a NUL", "8103 610062", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "URI with a blank", "8601 20", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "address of 3 octets", "8703 c00002", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "address of 5 octets", "8705 c000020101", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "address and mask", "8708 c0000201ffffffff", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "UPN as PrintableString", "a014 060a2b060104018237140203 a006 1304 64406572", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "UPN empty", "a010 060a2b060104018237140203 a002 0c00", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "UPN with a NUL", "a012 060a2b060104018237140203 a004 0c02 6100", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "UPN no UTF-8", "a011 060a2b060104018237140203 a003 0c01 ff", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "UPN and more", "a014 060a2b060104018237140203 a006 0c0164 0c0164", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "otherName without a type", "a005 a003 0c0161", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "otherName without a value", "a004 06022a03", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "directoryName that is no name", "a402 0500", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "registeredID cut short", "8801 aa", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "a ninth form", "8901 61", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "constructed dNSName", "a205 0403 612e62", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "two elements", "820161 820161", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "cut short", "8203 61", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
		{ "nothing", "", ERR_CSR_SYNTAX, SAN_OTHER, NULL },
	};
	struct buf text = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct san san = { .type = SAN_OTHER };
		struct bytes element = unit_hex(rows[i].hex);

		unit_row(rows[i].row);
		buf_reset(&text);
		UNIT_ERR(rows[i].e, san_parse(element, &san, NULL));
		if (rows[i].e != ERR_OK)
			continue;
		CU_ASSERT_EQUAL(san.type, rows[i].type);
		UNIT_BYTES(element, san.raw);
		UNIT_ERR(ERR_OK, san_format(&san, &text));
		UNIT_BYTES(bytes_from_str(rows[i].text), buf_bytes(&text));
	}
	unit_row(NULL);
	buf_clear(&text);
}

static void test_san_limits(void)
{
	struct ext_request request = { 0 };
	struct buf storage = { 0 }, value = { 0 }, name = { 0 };
	uint8_t *at;

	UNIT_ERR(ERR_OK, parse_many(OID_SUBJECT_ALT_NAME, unit_hex("820161"), EXT_MAX_SAN, &storage, &request));
	CU_ASSERT_EQUAL(request.san_count, EXT_MAX_SAN);
	UNIT_ERR(ERR_CSR_SYNTAX, parse_many(OID_SUBJECT_ALT_NAME, unit_hex("820161"), EXT_MAX_SAN + 1, &storage, &request));
	UNIT_ERR(ERR_CSR_SYNTAX, parse_many(OID_SUBJECT_ALT_NAME, unit_hex("820161"), 0, &storage, &request));
	buf_append_space(&value, EXT_MAX_SAN_LEN - 4, &at);
	memset(at, 'a', EXT_MAX_SAN_LEN - 4);
	der_put(&name, DER_CONTEXT(2), buf_bytes(&value));
	CU_ASSERT_EQUAL(name.len, EXT_MAX_SAN_LEN);
	UNIT_ERR(ERR_OK, parse_many(OID_SUBJECT_ALT_NAME, buf_bytes(&name), 1, &storage, &request));
	buf_reset(&name);
	buf_append_byte(&value, 'a');
	der_put(&name, DER_CONTEXT(2), buf_bytes(&value));
	UNIT_ERR(ERR_CSR_SYNTAX, parse_many(OID_SUBJECT_ALT_NAME, buf_bytes(&name), 1, &storage, &request));
	buf_clear(&storage);
	buf_clear(&value);
	buf_clear(&name);
}

static void test_request(void)
{
	struct ext_request request = { 0 };
	struct why why = { 0 };

	/* 1.2.3 critical, then subjectKeyIdentifier */
	UNIT_ERR(ERR_OK, ext_request_parse(unit_hex("3016 3009 06022a03 0101ff 0400 3009 0603551d0e 0402 0400"), &request, NULL));
	CU_ASSERT_EQUAL(request.other_count, 2);
	UNIT_BYTES(unit_hex("2a03"), request.other[0].oid);
	CU_ASSERT(request.other[0].is_critical);
	CU_ASSERT(oid_is(request.other[1].oid, OID_SUBJECT_KEY_ID));
	CU_ASSERT(!request.other[1].is_critical);
	UNIT_ERR(ERR_OK, ext_request_parse(unit_hex("3000"), &request, NULL));
	CU_ASSERT_EQUAL(request.other_count, 0);
	UNIT_ERR(ERR_CSR_SYNTAX, ext_request_parse(unit_hex("3010 3006 06022a03 0400 3006 06022a03 0400"), &request, &why));
	CU_ASSERT_STRING_EQUAL(why.text, "the request asks for one extension twice");
}

static void test_request_malformed(void)
{
	static const char *const rows[] = { "", "0500", "3100", "3002 3000", "3004 3002 0500", "3006 3004 06022a03", "3006 3004 0600 0400", "3008 3006 06022a03 0500",
		"3009 3007 06022a03 0100 04", "300a 3008 06022a03 0400 0500", "300a 3008 06022a03 0100 0400", "3008 3006 06022a03 0401", "30020500" };
	struct ext_request request = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i]);
		UNIT_ERR(ERR_CSR_SYNTAX, ext_request_parse(unit_hex(rows[i]), &request, NULL));
	}
	unit_row(NULL);
}

static void test_request_limits(void)
{
	struct ext_request request = { 0 };
	struct buf list = { 0 }, whole = { 0 };

	for (unsigned count = 1; count <= EXT_MAX_COUNT + 1; count++) {
		uint8_t extension[] = { 0x30, 0x06, 0x06, 0x02, 0x2a, (uint8_t)count, 0x04, 0x00 };

		buf_append(&list, bytes_from(extension, sizeof extension));
		if (count < EXT_MAX_COUNT)
			continue;
		buf_reset(&whole);
		der_put(&whole, DER_SEQUENCE, buf_bytes(&list));
		UNIT_ERR(count == EXT_MAX_COUNT ? ERR_OK : ERR_CSR_SYNTAX, ext_request_parse(buf_bytes(&whole), &request, NULL));
	}
	CU_ASSERT_EQUAL(request.other_count, EXT_MAX_COUNT);
	buf_clear(&list);
	buf_clear(&whole);
}

static void test_put(void)
{
	struct bytes oids[] = { oid_get(OID_KP_CLIENT_AUTH), oid_get(OID_KP_SERVER_AUTH) };
	struct bytes names[] = { unit_hex("820161"), unit_hex("8704c0000201") };
	struct buf out = { 0 };

#define PUT(call, hex) \
	do { \
		buf_reset(&out); \
		UNIT_ERR(ERR_OK, call); \
		UNIT_BYTES(unit_hex(hex), buf_bytes(&out)); \
	} while (0)
	PUT(ext_put_basic_constraints(&out, false, -1), "300c 0603551d13 0101ff 0402 3000");
	PUT(ext_put_basic_constraints(&out, true, -1), "300f 0603551d13 0101ff 0405 3003 0101ff");
	PUT(ext_put_basic_constraints(&out, true, 0), "3012 0603551d13 0101ff 0408 3006 0101ff 020100");
	PUT(ext_put_basic_constraints(&out, true, 200), "3013 0603551d13 0101ff 0409 3007 0101ff 020200c8");
	PUT(ext_put_key_usage(&out, KEY_USAGE_DIGITAL_SIGNATURE), "300e 0603551d0f 0101ff 0404 03020780");
	PUT(ext_put_key_usage(&out, KEY_USAGE_DIGITAL_SIGNATURE | KEY_USAGE_KEY_ENCIPHERMENT), "300e 0603551d0f 0101ff 0404 030205a0");
	PUT(ext_put_key_usage(&out, KEY_USAGE_KEY_CERT_SIGN | KEY_USAGE_CRL_SIGN), "300e 0603551d0f 0101ff 0404 03020106");
	PUT(ext_put_key_usage(&out, KEY_USAGE_DECIPHER_ONLY), "300f 0603551d0f 0101ff 0405 0303070080");
	PUT(ext_put_key_usage(&out, KEY_USAGE_ENCIPHER_ONLY), "300e 0603551d0f 0101ff 0404 03020001");
	PUT(ext_put_ext_key_usage(&out, oids, 2, false), "301d 0603551d25 0416 3014 06082b06010505070302 06082b06010505070301");
	PUT(ext_put_ext_key_usage(&out, oids, 1, true), "3016 0603551d25 0101ff 040c 300a 06082b06010505070302");
	PUT(ext_put_san(&out, names, 2, false), "3012 0603551d11 040b 3009 820161 8704c0000201");
	PUT(ext_put_san(&out, names, 1, true), "300f 0603551d11 0101ff 0405 3003 820161");
	PUT(ext_put_subject_key_id(&out, unit_hex("0102")), "300b 0603551d0e 0404 04020102");
	PUT(ext_put_authority_key_id(&out, unit_hex("0102")), "300d 0603551d23 0406 3004 80020102");
#undef PUT
	buf_reset(&out);
	UNIT_ERR(ERR_VALUE, ext_put_basic_constraints(&out, false, 0));
	UNIT_ERR(ERR_VALUE, ext_put_basic_constraints(&out, true, 256));
	UNIT_ERR(ERR_VALUE, ext_put_basic_constraints(&out, true, -2));
	UNIT_ERR(ERR_VALUE, ext_put_key_usage(&out, 0));
	UNIT_ERR(ERR_VALUE, ext_put_key_usage(&out, 1 << 9));
	UNIT_ERR(ERR_VALUE, ext_put_ext_key_usage(&out, oids, 0, false));
	UNIT_ERR(ERR_VALUE, ext_put_san(&out, names, 0, false));
	UNIT_ERR(ERR_VALUE, ext_put_subject_key_id(&out, unit_hex("")));
	UNIT_ERR(ERR_VALUE, ext_put_authority_key_id(&out, unit_hex("")));
	CU_ASSERT_EQUAL(out.len, 0);
	buf_clear(&out);
}

static void test_san_encode(void)
{
	static const struct {
		const char *row;
		enum san_type type;
		const char *text;
		enum err e;
		const char *hex;
	} rows[] = {
		{ "dns", SAN_DNS, "a.b", ERR_OK, "8203612e62" },
		{ "email", SAN_EMAIL, "a@b", ERR_OK, "8103614062" },
		{ "uri", SAN_URI, "a:b", ERR_OK, "8603613a62" },
		{ "IPv4", SAN_IP, "192.0.2.1", ERR_OK, "8704c0000201" },
		{ "IPv6", SAN_IP, "2001:db8::1", ERR_OK, "871020010db8000000000000000000000001" },
		{ "upn", SAN_UPN, "d@er", ERR_OK, "a014060a2b060104018237140203a0060c0464406572" },
		{ "directoryName", SAN_DIRECTORY_NAME, "CN=a", ERR_OK, "a40e300c310a300806035504030c0161" },
		{ "registeredID", SAN_REGISTERED_ID, "1.2.3", ERR_OK, "88022a03" },
		{ "other", SAN_OTHER, "a", ERR_VALUE, NULL },
		{ "dns empty", SAN_DNS, "", ERR_VALUE, NULL },
		{ "dns with a blank", SAN_DNS, "a b", ERR_VALUE, NULL },
		{ "dns not ASCII", SAN_DNS, "é", ERR_VALUE, NULL },
		{ "address with a mask", SAN_IP, "192.0.2.0/24", ERR_VALUE, NULL },
		{ "address empty", SAN_IP, "", ERR_VALUE, NULL },
		{ "upn with a line feed", SAN_UPN, "a\nb", ERR_VALUE, NULL },
		{ "directoryName without a type", SAN_DIRECTORY_NAME, "a", ERR_VALUE, NULL },
		{ "registeredID of words", SAN_REGISTERED_ID, "a.b", ERR_VALUE, NULL },
	};
	struct buf out = { 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct why why = { 0 };

		unit_row(rows[i].row);
		buf_reset(&out);
		UNIT_ERR(rows[i].e, san_encode_text(rows[i].type, bytes_from_str(rows[i].text), &out, &why));
		UNIT_BYTES(rows[i].hex == NULL ? bytes_from(NULL, 0) : unit_hex(rows[i].hex), buf_bytes(&out));
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].e == ERR_OK);
	}
	unit_row(NULL);
	buf_clear(&out);
}

static const struct unit_case cases[] = {
	{ "the nine key usages have the names of RFC 5280 section 4.2.1.3", test_key_usage_names },
	{ "the types of alternative names have names of their own", test_san_type_names },
	{ "KeyUsage is read by bits and refused when empty or unknown (RFC 5280 section 4.2.1.3)", test_key_usage },
	{ "BasicConstraints is read (RFC 5280 section 4.2.1.9)", test_basic_constraints },
	{ "ExtKeyUsage holds 1 to 32 purposes (RFC 5280 section 4.2.1.12)", test_ext_key_usage },
	{ "every form of GeneralName is read under its rules (RFC 5280 section 4.2.1.6)", test_san_forms },
	{ "SubjectAltName holds 1 to 64 names of up to 1024 bytes", test_san_limits },
	{ "foreign extensions are listed, doubled ones refused (RFC 5280 section 4.2)", test_request },
	{ "what is no Extensions of RFC 5280 section 4.1 is refused", test_request_malformed },
	{ "a request may ask for 32 extensions", test_request_limits },
	{ "extensions are written as DER (RFC 5280 section 4.2.1)", test_put },
	{ "text becomes a GeneralName that we would read", test_san_encode },
};

UNIT_MAIN("pki/ext", cases)
