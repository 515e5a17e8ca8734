#include <config.h>

#include "pki/ber.h"

#include <stdlib.h>
#include <string.h>

#include "pki/der.h"
#include "support/unit.h"

static void definite(void)
{
	static const char *const rows[] = {
		"0500", "3000", "040161", "30 06 020105 040161", "a0 03 020105", "80 03 616263", "30 04 3002 3000", "3003 0101ff", "0303 04 aaf0", "0300", "0200",
		"0201 80", "06022a03", "0102 0000",
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes in = unit_hex(rows[i]);
		struct buf out;
		size_t used = 0;

		unit_row(rows[i]);
		buf_init(&out);
		UNIT_ERR(ERR_OK, ber_normalise(in, &out, &used, NULL));
		UNIT_BYTES(in, buf_bytes(&out));
		CU_ASSERT_EQUAL(in.len, used);
		buf_clear(&out);
	}
}

static void rewriting(void)
{
	static const struct {
		const char *in, *out;
	} rows[] = {
		/* indefinite lengths */
		{ "3080 0000", "3000" }, { "3080 020105 0000", "3003020105" }, { "3080 3080 0000 a080 0500 0000 0000", "30063000a0020500" },
		{ "3006 3080 0500 0000", "3004 3002 0500" }, { "3080 3002 0500 0000", "3004 3002 0500" },
		/* lengths that are not minimal */
		{ "04 81 01 61", "040161" }, { "04 84 00000001 61", "040161" }, { "30 82 0003 020105", "3003020105" }, { "04 8800000000 00000001 61", "040161" },
		{ "30 03 04 81 00", "30020400" },
		/* strings in pieces */
		{ "2400", "0400" }, { "2480 0000", "0400" }, { "2403 040161", "040161" }, { "2480 040161 04026263 0000", "0403616263" },
		{ "2407 040161 24020400", "040161" }, { "2480 2480 040161 0000 2403 040162 0000", "04026162" },
		{ "240a 2408 2406 2404 04026162", "04026162" },
		{ "2c80 0c0161 040162 0000", "0c026162" }, { "3680 040161 0000", "160161" }, { "3e05 1e030061 62", "1e03006162" }, { "3703 040132", "170132" },
		{ "3803 180132", "180132" }, { "3203 040131", "120131" }, { "3903 040161", "190161" }, { "3a03 040161", "1a0161" }, { "3b03 040132", "1b0132" }, { "3c03 040132", "1c0132" },
		{ "2380 0303 00aabb 0302 04f0 0000", "0304 04aabbf0" }, { "2300", "030100" }, { "2303 030100", "030100" }, { "2306 030100 030100", "030100" },
		{ "2307 2305 0303 00aabb", "030300aabb" },
		/* a context-specific element may be a string in pieces or not, and stays */
		{ "a080 040161 040162 0000", "a006040161040162" }, { "a080 2480 040161 0000 0000", "a003 040161" }, { "2200", "2200" }, { "3d03 040132", "3d03040132" },
		/* order is kept */
		{ "3180 0202 0001 020105 0000", "3107 02020001 020105" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes in = unit_hex(rows[i].in);
		struct buf out;
		size_t used = 0;

		unit_row(rows[i].in);
		buf_init(&out);
		UNIT_ERR(ERR_OK, ber_normalise(in, &out, &used, NULL));
		UNIT_BYTES(unit_hex(rows[i].out), buf_bytes(&out));
		CU_ASSERT_EQUAL(in.len, used);
		buf_clear(&out);
	}
}

static void refusing(void)
{
	static const struct {
		const char *in;
		enum err e;
	} rows[] = {
		{ "", ERR_ASN1_SYNTAX }, { "30", ERR_ASN1_SYNTAX }, { "0000", ERR_ASN1_SYNTAX }, { "2000", ERR_ASN1_SYNTAX }, { "0480", ERR_ASN1_SYNTAX },
		{ "0480 61 0000", ERR_ASN1_SYNTAX }, { "04ff", ERR_ASN1_SYNTAX }, { "0401", ERR_ASN1_SYNTAX }, { "048101", ERR_ASN1_SYNTAX }, { "0482", ERR_ASN1_SYNTAX },
		{ "1f2000", ERR_ASN1_SYNTAX }, { "bf2000", ERR_ASN1_SYNTAX }, { "3002 1f00", ERR_ASN1_SYNTAX },
		{ "3002 0000", ERR_ASN1_SYNTAX }, { "3080 2000 0000", ERR_ASN1_SYNTAX }, { "3080 00", ERR_ASN1_SYNTAX }, { "3080 0500", ERR_ASN1_SYNTAX },
		{ "3080 0500 00", ERR_ASN1_SYNTAX }, { "3080 008100", ERR_ASN1_SYNTAX }, { "3080 0001", ERR_ASN1_SYNTAX },
		{ "3003 0402 61", ERR_ASN1_SYNTAX }, { "3003 0402 6162", ERR_ASN1_SYNTAX }, { "3004 3080 0500 0000", ERR_ASN1_SYNTAX },
		/* 4 GiB, 2^64 - 1, and what does not fit 64 bits */
		{ "3084ffffffff", ERR_ASN1_SYNTAX }, { "30850100000000", ERR_ASN1_SYNTAX }, { "3088ffffffffffffffff 00", ERR_ASN1_SYNTAX },
		{ "30 89 010000000000000000 00", ERR_ASN1_SYNTAX }, { "30 89 010000000000000001 00", ERR_ASN1_SYNTAX },
		/* pieces that are no strings, or of another type */
		{ "2403 020105", ERR_ASN1_SYNTAX }, { "2405 3003 040161", ERR_ASN1_SYNTAX }, { "2403 800161", ERR_ASN1_SYNTAX }, { "2c03 130161", ERR_ASN1_SYNTAX },
		{ "2403 0c0161", ERR_ASN1_SYNTAX }, { "2404 a002 0400", ERR_ASN1_SYNTAX }, { "2c07 2405 2c03 130161", ERR_ASN1_SYNTAX },
		/* X.690 section 8.6.4: unused bits in the last piece alone */
		{ "2303 040161", ERR_ASN1_SYNTAX }, { "2302 0300", ERR_ASN1_SYNTAX }, { "2304 0302 08ff", ERR_ASN1_SYNTAX }, { "2303 030104", ERR_ASN1_SYNTAX },
		{ "2308 0302 04f0 0302 00ff", ERR_ASN1_SYNTAX }, { "2307 0302 04f0 030100", ERR_ASN1_SYNTAX },
		/* pieces of pieces of pieces … */
		{ "240a 2408 2406 2404 2402 0400", ERR_ASN1_LIMIT }, { "2480 2480 2480 2480 2480", ERR_ASN1_LIMIT },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct why why = { 0 };
		struct buf out;
		size_t used = 77;

		unit_row(rows[i].in);
		buf_init(&out);
		UNIT_ERR(ERR_OK, buf_append_str(&out, "kept"));
		UNIT_ERR(rows[i].e, ber_normalise(unit_hex(rows[i].in), &out, &used, &why));
		UNIT_BYTES(bytes_from_str("kept"), buf_bytes(&out));
		CU_ASSERT_EQUAL(77, used);
		CU_ASSERT_NOT_EQUAL('\0', why.text[0]);
		buf_clear(&out);
	}
}

static void trailing(void)
{
	struct buf out;
	size_t used;

	buf_init(&out);
	UNIT_ERR(ERR_OK, ber_normalise(unit_hex("3080 0500 0000 0a0a"), &out, &used, NULL));
	UNIT_BYTES(unit_hex("30020500"), buf_bytes(&out));
	CU_ASSERT_EQUAL(6, used);
	UNIT_ERR(ERR_OK, ber_normalise(unit_hex("040161 ff"), &out, NULL, NULL));
	UNIT_BYTES(unit_hex("30020500040161"), buf_bytes(&out));
	buf_clear(&out);
}

/* Every proper start of a message is refused, and reads nothing behind its end: each is a block of its own for the sanitizers. */
static void truncation(void)
{
	static const char *const rows[] = {
		"30 19 020105 24 80 040161 2403040162 0000 a005 0303 00aabb 0c01 61",
		"3080 020105 2480 040161 0402 6263 0000 a080 8001ff 0000 3082 0002 0500 0000",
		"30 84 0000000d 23 80 0303 00aabb 0302 04f0 0000",
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes whole = unit_hex(rows[i]);
		struct buf out;

		unit_row(rows[i]);
		buf_init(&out);
		for (size_t len = 0; len < whole.len; len++) {
			uint8_t *part = malloc(len == 0 ? 1 : len);

			memcpy(part, whole.ptr, len);
			UNIT_ERR(ERR_ASN1_SYNTAX, ber_normalise(bytes_from(part, len), &out, NULL, NULL));
			free(part);
		}
		UNIT_ERR(ERR_OK, ber_normalise(whole, &out, NULL, NULL));
		buf_clear(&out);
	}
}

static enum err nest(const char *open, const char *close, int levels, const char *inside)
{
	struct buf in, out;
	enum err e = ERR_OK;

	buf_init(&in);
	buf_init(&out);
	for (int i = 0; i < levels && e == ERR_OK; i++)
		e = buf_append(&in, unit_hex(open));
	if (e == ERR_OK)
		e = buf_append(&in, unit_hex(inside));
	for (int i = 0; i < levels && e == ERR_OK; i++)
		e = buf_append(&in, unit_hex(close));
	if (e == ERR_OK)
		e = ber_normalise(buf_bytes(&in), &out, NULL, NULL);
	buf_clear(&out);
	buf_clear(&in);
	return e;
}

static void depth(void)
{
	UNIT_ERR(ERR_OK, nest("3080", "0000", BER_MAX_DEPTH, ""));
	UNIT_ERR(ERR_OK, nest("3080", "0000", BER_MAX_DEPTH, "0500"));
	UNIT_ERR(ERR_ASN1_LIMIT, nest("3080", "0000", BER_MAX_DEPTH + 1, ""));
	UNIT_ERR(ERR_ASN1_LIMIT, nest("3080", "", 100000, ""));
	UNIT_ERR(ERR_OK, nest("2480", "0000", BER_MAX_STRING_DEPTH, "040161"));
	UNIT_ERR(ERR_ASN1_LIMIT, nest("2480", "0000", BER_MAX_STRING_DEPTH + 1, "040161"));
	UNIT_ERR(ERR_ASN1_LIMIT, nest("2480", "", 100000, ""));
}

static enum err many(const char *open, const char *element, size_t count, size_t *out_len)
{
	struct bytes one = unit_hex(element);
	struct buf in, out;
	enum err e;

	buf_init(&in);
	buf_init(&out);
	e = buf_append(&in, unit_hex(open));
	for (size_t i = 0; i < count && e == ERR_OK; i++)
		e = buf_append(&in, one);
	if (e == ERR_OK)
		e = buf_append(&in, unit_hex("0000"));
	if (e == ERR_OK)
		e = ber_normalise(buf_bytes(&in), &out, NULL, NULL);
	*out_len = out.len;
	buf_clear(&out);
	buf_clear(&in);
	return e;
}

static void elements(void)
{
	size_t len;

	UNIT_ERR(ERR_OK, many("3080", "0500", BER_MAX_ELEMENTS - 1, &len));
	CU_ASSERT_EQUAL(4 + 2 * (BER_MAX_ELEMENTS - 1), len);
	UNIT_ERR(ERR_ASN1_LIMIT, many("3080", "0500", BER_MAX_ELEMENTS, &len));
	UNIT_ERR(ERR_OK, many("2480", "040161", BER_MAX_ELEMENTS - 1, &len));
	CU_ASSERT_EQUAL(4 + BER_MAX_ELEMENTS - 1, len);
	UNIT_ERR(ERR_ASN1_LIMIT, many("2480", "040161", BER_MAX_ELEMENTS, &len));
	UNIT_ERR(ERR_ASN1_LIMIT, many("3080", "3000", 1000000, &len));
}

static void growing_lengths(void)
{
	/* An indefinite element has four octets around its content; a definite one of 64 KiB needs five in front, and more around it again. */
	static uint8_t content[70000];
	struct der_element element;
	struct buf in, out;
	struct der inside;

	buf_init(&in);
	buf_init(&out);
	UNIT_ERR(ERR_OK, buf_append(&in, unit_hex("3080 3080 3080")));
	UNIT_ERR(ERR_OK, der_put(&in, DER_OCTET_STRING, bytes_from(content, sizeof content)));
	UNIT_ERR(ERR_OK, buf_append(&in, unit_hex("0000 0000 0000")));
	UNIT_ERR(ERR_OK, ber_normalise(buf_bytes(&in), &out, NULL, NULL));
	CU_ASSERT_EQUAL(sizeof content + 20, out.len);
	inside = (struct der){ buf_bytes(&out) };
	for (int i = 0; i < 3; i++) {
		UNIT_ERR(ERR_OK, der_enter(&inside, DER_SEQUENCE, &inside));
	}
	UNIT_ERR(ERR_OK, der_read_only(inside.rest, DER_OCTET_STRING, &element));
	CU_ASSERT_EQUAL(sizeof content, element.value.len);
	buf_clear(&out);
	buf_clear(&in);
}

static const struct unit_case cases[] = {
	{ "what is DER comes out octet for octet, X.690 section 10", definite },
	{ "indefinite and long lengths become definite and minimal, strings in pieces are joined, X.690 sections 8.1.3, 8.6, 8.7, 8.23", rewriting },
	{ "what is no BER, or beyond a limit, is refused and leaves the output alone, X.690 section 8", refusing },
	{ "what follows the first element is left to the caller", trailing },
	{ "a message cut short at any octet is refused", truncation },
	{ "32 levels and 4 levels of strings are read, one more is not", depth },
	{ "4096 elements are read, one more is not", elements },
	{ "the output may be longer than the input", growing_lengths },
};

UNIT_MAIN("ber", cases)
