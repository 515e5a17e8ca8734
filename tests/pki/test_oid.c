#include <config.h>

#include "pki/oid.h"

#include <string.h>

#include "support/unit.h"

#define ROW(name, dotted) { OID_##name, #name, dotted },
static const struct {
	enum oid oid;
	const char *name, *dotted;
} known[] = { OID_TABLE(ROW) };
#undef ROW

static void table(void)
{
	CU_ASSERT_EQUAL(OID_COUNT, sizeof known / sizeof known[0]);
	for (size_t i = 0; i < OID_COUNT; i++) {
		struct buf out;

		unit_row(known[i].name);
		buf_init(&out);
		UNIT_ERR(ERR_OK, oid_parse(known[i].dotted, &out));
		UNIT_BYTES(buf_bytes(&out), oid_get(known[i].oid));
		CU_ASSERT_EQUAL(known[i].oid, oid_find(oid_get(known[i].oid)));
		buf_reset(&out);
		UNIT_ERR(ERR_OK, oid_format(oid_get(known[i].oid), &out));
		UNIT_BYTES(bytes_from_str(known[i].dotted), buf_bytes(&out));
		buf_clear(&out);
	}
	CU_ASSERT_EQUAL(OID_COUNT, oid_find(unit_hex("2a03")));
	CU_ASSERT_EQUAL(OID_COUNT, oid_find(bytes_from(NULL, 0)));
}

static void arcs(void)
{
	static const struct {
		const char *dotted, *hex;
	} rows[] = {
		{ "0.0", "00" }, { "0.39", "27" }, { "1.0", "28" }, { "1.39", "4f" }, { "2.0", "50" }, { "2.39", "77" }, { "2.47", "7f" }, { "2.48", "8100" },
		{ "2.999.3", "8837 03" }, { "1.2.127", "2a 7f" }, { "1.2.128", "2a 8100" }, { "1.2.16383", "2a ff7f" }, { "1.2.16384", "2a 818000" },
		{ "1.2.4294967295", "2a 8fffffff7f" }, { "1.2.18446744073709551616", "2a 82808080808080808000" },
		{ "2.25.340282366920938463463374607431768211455", "69 83ffffffffffffffffffffffffffffffffff7f" },
		{ "2.10384593717069655257060992658440191", "828080808080808080808080808080804f" },
		{ "1.2.10889035741470030830827987437816582766591", "2a ffffffffffffffffffffffffffffffffffff7f" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out;

		unit_row(rows[i].dotted);
		buf_init(&out);
		UNIT_ERR(ERR_OK, oid_parse(rows[i].dotted, &out));
		UNIT_BYTES(unit_hex(rows[i].hex), buf_bytes(&out));
		buf_reset(&out);
		UNIT_ERR(ERR_OK, oid_format(unit_hex(rows[i].hex), &out));
		UNIT_BYTES(bytes_from_str(rows[i].dotted), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void bad_octets(void)
{
	static const char *const rows[] = { "", "80", "8001", "2a80", "2a 8001", "2a 03 81", "81", "2a 81808080808080808080808080808080808080 00" };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out;

		unit_row(rows[i]);
		buf_init(&out);
		UNIT_ERR(ERR_OK, buf_append_str(&out, "kept"));
		UNIT_ERR(ERR_ASN1_SYNTAX, oid_format(unit_hex(rows[i]), &out));
		UNIT_BYTES(bytes_from_str("kept"), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void bad_text(void)
{
	static const char *const rows[] = { "", "1", "1.", ".1", "3.1", "1.40", "0.40", "0.128", "1.2.", "1..2", "1.2.a", "1.2 ", " 1.2", "1.02", "01.2", "1.2.-1", "1.2.+1", "CN",
		"1.2.10889035741470030830827987437816582766592" };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out;

		unit_row(rows[i]);
		buf_init(&out);
		UNIT_ERR(ERR_OK, buf_append_str(&out, "kept"));
		UNIT_ERR(ERR_TEXT, oid_parse(rows[i], &out));
		UNIT_BYTES(bytes_from_str("kept"), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void names(void)
{
	static const char *const all[] = { "CN", "O", "OU", "C", "ST", "L", "DC", "UID", "serialNumber", "emailAddress", "unstructuredName", "clientAuth", "serverAuth",
		"codeSigning", "emailProtection", "timeStamping", "OCSPSigning", "ipsecIKE", "eapOverLAN", "msSmartcardLogin", "certificateRequestAgent",
		"anyExtendedKeyUsage" };
	struct buf out;

	buf_init(&out);
	for (size_t i = 0; i < sizeof all / sizeof all[0]; i++) {
		struct buf text;

		unit_row(all[i]);
		buf_init(&text);
		buf_reset(&out);
		UNIT_ERR(ERR_OK, oid_from_name(all[i], &out));
		UNIT_ERR(ERR_OK, oid_format_name(buf_bytes(&out), &text));
		UNIT_BYTES(bytes_from_str(all[i]), buf_bytes(&text));
		buf_clear(&text);
	}
	unit_row(NULL);
	buf_reset(&out);
	UNIT_ERR(ERR_OK, oid_from_name("clientauth", &out));
	UNIT_BYTES(oid_get(OID_KP_CLIENT_AUTH), buf_bytes(&out));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, oid_from_name("1.3.6.1.4.1.99999", &out));
	UNIT_BYTES(unit_hex("2b 06 01 04 01 86 8d 1f"), buf_bytes(&out));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, oid_format_name(unit_hex("2b 06 01 04 01 86 8d 1f"), &out));
	UNIT_BYTES(bytes_from_str("1.3.6.1.4.1.99999"), buf_bytes(&out));
	UNIT_ERR(ERR_TEXT, oid_from_name("noSuchName", &out));
	CU_ASSERT_PTR_NULL(oid_name(OID_SHA256));
	CU_ASSERT_PTR_NULL(oid_name(OID_COUNT));
	buf_clear(&out);
}

static const struct unit_case cases[] = {
	{ "the octets of every known identifier are those of its dotted form", table },
	{ "arcs of one octet to 133 bits, X.690 section 8.19", arcs },
	{ "octets that are no identifier are refused", bad_octets },
	{ "text that is no identifier is refused", bad_text },
	{ "attribute types and key purposes have short names", names },
};

UNIT_MAIN("oid", cases)
