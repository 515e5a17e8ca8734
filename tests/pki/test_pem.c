#include <config.h>

#include "pki/pem.h"

#include <string.h>

#include "support/unit.h"

static void blocks(void)
{
	static const struct {
		const char *name, *text, *label, *octets, *rest;
		enum err next, decode;
	} rows[] = {
		{ "one", "-----BEGIN A B-----\nAQID\n-----END A B-----\n", "A B", "010203", "\n", ERR_OK, ERR_OK },
		{ "text around it", "x\n-----BEGIN A-----\r\nAQ\r\nID\r\n-----END A-----x", "A", "010203", "x", ERR_OK, ERR_OK },
		{ "blanks and tabs", "-----BEGIN A----- \tA Q\nI D -----END A-----", "A", "010203", "", ERR_OK, ERR_OK },
		{ "nothing inside", "-----BEGIN A----------END A-----", "A", "", "", ERR_OK, ERR_OK },
		{ "no label", "-----BEGIN -----AQID-----END -----", "", "010203", "", ERR_OK, ERR_OK },
		{ "dashes before", "-----BEGIN nothing\n-----BEGIN A-----\nAQID\n-----END A-----", "A", "010203", "", ERR_OK, ERR_OK },
		{ "headers", "-----BEGIN A-----\nProc-Type: 4,ENCRYPTED\n\nAQID\n-----END A-----", "A", NULL, "", ERR_OK, ERR_TEXT },
		{ "no end", "-----BEGIN A-----\nAQID\n", NULL, NULL, NULL, ERR_TEXT, ERR_OK },
		{ "another end", "-----BEGIN A-----\nAQID\n-----END B-----", NULL, NULL, NULL, ERR_TEXT, ERR_OK },
		{ "an end cut off", "-----BEGIN A-----\nAQID\n-----END A----", NULL, NULL, NULL, ERR_TEXT, ERR_OK },
		{ "nothing", "", NULL, NULL, NULL, ERR_NOT_FOUND, ERR_OK },
		{ "a label over two lines", "-----BEGIN A\nB-----\nAQID", NULL, NULL, NULL, ERR_NOT_FOUND, ERR_OK },
		{ "a label without an end", "-----BEGIN A", NULL, NULL, NULL, ERR_NOT_FOUND, ERR_OK },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes rest = bytes_from_str(rows[i].text);
		struct pem_block block;
		struct buf out = { 0 };

		unit_row(rows[i].name);
		UNIT_ERR(rows[i].next, pem_next(&rest, &block));
		if (rows[i].next == ERR_OK) {
			UNIT_BYTES(bytes_from_str(rows[i].label), block.label);
			UNIT_BYTES(bytes_from_str(rows[i].rest), rest);
			CU_ASSERT_TRUE(memcmp(block.raw.ptr, "-----BEGIN", 10) == 0 && memcmp(block.raw.ptr + block.raw.len - 5, "-----", 5) == 0);
			UNIT_ERR(rows[i].decode, pem_decode(&block, &out));
			if (rows[i].decode == ERR_OK)
				UNIT_BYTES(unit_hex(rows[i].octets), buf_bytes(&out));
		} else {
			CU_ASSERT_EQUAL(rest.len, strlen(rows[i].text));
		}
		buf_clear(&out);
	}
}

static void writing(void)
{
	struct buf out = { 0 };
	uint8_t octets[49] = { 0 };

	UNIT_ERR(ERR_OK, pem_encode("A", bytes_from(octets, 48), &out));
	UNIT_BYTES(bytes_from_str("-----BEGIN A-----\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\n-----END A-----\n"), buf_bytes(&out));
	buf_reset(&out);
	UNIT_ERR(ERR_OK, pem_encode("A", bytes_from(octets, 49), &out));
	UNIT_BYTES(bytes_from_str("-----BEGIN A-----\nAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\nAA==\n-----END A-----\n"), buf_bytes(&out));
	CU_ASSERT_TRUE(pem_is_pem(buf_bytes(&out)));
	CU_ASSERT_FALSE(pem_is_pem(bytes_from_str("-----BEGIN")));
	CU_ASSERT_FALSE(pem_is_pem(bytes_from(NULL, 0)));
	buf_clear(&out);
}

static const struct unit_case cases[] = {
	{ "blocks are found one by one, with what stands around them (RFC 7468 section 3)", blocks },
	{ "a block is written with 64 characters a line (RFC 7468 section 2)", writing },
};

UNIT_MAIN("pki/pem", cases)
