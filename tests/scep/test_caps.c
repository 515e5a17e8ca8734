#include <config.h>

#include <string.h>

#include "scep/caps.h"
#include "support/unit.h"

static const struct {
	const char *name;
	struct cipher_list ciphers;
	struct digest_list digests;
	bool renewal, next_ca;
	const char *text;
} rows[] = {
	{ "the defaults", { { CIPHER_AES128_CBC, CIPHER_AES256_CBC, CIPHER_DES3_CBC }, 3 }, { { DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512, DIGEST_SHA1 }, 4 }, true, false,
		"AES\nDES3\nPOSTPKIOperation\nRenewal\nSCEPStandard\nSHA-1\nSHA-256\nSHA-384\nSHA-512\n" },
	{ "everything", { { CIPHER_AES128_CBC, CIPHER_DES3_CBC, CIPHER_DES_CBC }, 3 }, { { DIGEST_MD5, DIGEST_SHA1, DIGEST_SHA224, DIGEST_SHA256, DIGEST_SHA384, DIGEST_SHA512 }, 6 }, true, true,
		"AES\nDES3\nGetNextCACert\nPOSTPKIOperation\nRenewal\nSCEPStandard\nSHA-1\nSHA-256\nSHA-384\nSHA-512\n" },
	{ "the standard and no more", { { CIPHER_AES128_CBC }, 1 }, { { DIGEST_SHA256 }, 1 }, false, false, "AES\nPOSTPKIOperation\nSCEPStandard\nSHA-256\n" },
	{ "AES-256 alone is not AES", { { CIPHER_AES256_CBC }, 1 }, { { DIGEST_SHA256 }, 1 }, false, false, "POSTPKIOperation\nSHA-256\n" },
	{ "without SHA-256 it is not the standard", { { CIPHER_AES128_CBC }, 1 }, { { DIGEST_SHA512 }, 1 }, false, false, "AES\nPOSTPKIOperation\nSHA-512\n" },
	{ "nothing", { { CIPHER_NONE }, 0 }, { { DIGEST_NONE }, 0 }, false, false, "POSTPKIOperation\n" },
};

static void test_encode(void)
{
	for (size_t i = 0; i < sizeof(rows) / sizeof(rows[0]); i++) {
		struct scep_caps caps = scep_caps_make(&rows[i].ciphers, &rows[i].digests, rows[i].renewal, rows[i].next_ca);
		struct scep_caps read;
		struct buf text = { 0 };

		unit_row(rows[i].name);
		UNIT_ERR(ERR_OK, scep_caps_encode(&caps, &text));
		UNIT_BYTES(bytes_from_str(rows[i].text), buf_bytes(&text));
		CU_ASSERT(text.len <= SCEP_CAPS_MAX_LEN);
		CU_ASSERT_PTR_NULL(strstr(rows[i].text, "\n\n"));
		read = scep_caps_parse(buf_bytes(&text));
		CU_ASSERT_EQUAL(memcmp(&read, &caps, sizeof(read)), 0);
		buf_clear(&text);
	}
}

static const struct {
	const char *name, *text;
	struct scep_caps caps;
} replies[] = {
	{ "LF", "AES\nSHA-256\n", { .aes = true, .sha256 = true } },
	{ "CRLF", "AES\r\nSHA-256\r\n", { .aes = true, .sha256 = true } },
	{ "CR", "AES\rSHA-256", { .aes = true, .sha256 = true } },
	{ "no end of line", "Renewal", { .renewal = true } },
	{ "empty lines", "\n\n\nDES3\n\n", { .des3 = true } },
	{ "case counts (RFC 8894 section 3.5.2)", "aes\nsha-256\nRENEWAL\n", { .aes = false } },
	{ "unknown ones, prefixes and blanks", "Example.com-AES\nAES-128\nSHA-25\nSHA-2567\n SHA-1\nSHA-512 \n", { .aes = false } },
	{ "one twice", "SHA-512\nSHA-512\n", { .sha512 = true } },
	{ "the standard says nothing about the others here", "SCEPStandard\n", { .scep_standard = true } },
	{ "empty", "", { .aes = false } },
};

static void test_parse(void)
{
	struct scep_caps nothing = scep_caps_parse((struct bytes){ NULL, 0 }), empty = { 0 };

	CU_ASSERT_EQUAL(memcmp(&nothing, &empty, sizeof(nothing)), 0);
	for (size_t i = 0; i < sizeof(replies) / sizeof(replies[0]); i++) {
		struct scep_caps caps = scep_caps_parse(bytes_from_str(replies[i].text));

		unit_row(replies[i].name);
		CU_ASSERT_EQUAL(memcmp(&caps, &replies[i].caps, sizeof(caps)), 0);
	}
}

static const struct unit_case cases[] = {
	{ "what is allowed is advertised, keyword by keyword (RFC 8894 section 3.5.2)", test_encode },
	{ "a server's list is read (RFC 8894 section 3.5.2)", test_parse },
};

UNIT_MAIN("caps", cases)
