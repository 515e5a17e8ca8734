#include <config.h>

#include "base/text.h"

#include <string.h>

#include "support/unit.h"

static void base64_vectors(void)
{
	static const struct {
		const char *plain, *encoded;
	} rows[] = {
		{ "", "" }, { "f", "Zg==" }, { "fo", "Zm8=" }, { "foo", "Zm9v" }, { "foob", "Zm9vYg==" }, { "fooba", "Zm9vYmE=" }, { "foobar", "Zm9vYmFy" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out;

		unit_row(rows[i].encoded);
		buf_init(&out);
		UNIT_ERR(ERR_OK, text_encode_base64(bytes_from_str(rows[i].plain), &out));
		UNIT_BYTES(bytes_from_str(rows[i].encoded), buf_bytes(&out));
		buf_reset(&out);
		UNIT_ERR(ERR_OK, text_decode_base64(bytes_from_str(rows[i].encoded), &out));
		UNIT_BYTES(bytes_from_str(rows[i].plain), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void base64_forms(void)
{
	static const struct {
		const char *encoded;
		enum err e;
		const char *hex;
	} rows[] = {
		{ "Zg", ERR_OK, "66" }, { "Zm8", ERR_OK, "666f" },
		{ "+/+/", ERR_OK, "fbffbf" }, { "-_-_", ERR_OK, "fbffbf" }, { "+_-/", ERR_OK, "fbffbf" },
		{ "A", ERR_TEXT, "" }, { "AAAAA", ERR_TEXT, "" },
		{ "=", ERR_TEXT, "" }, { "==", ERR_TEXT, "" }, { "====", ERR_TEXT, "" },
		{ "Zg=", ERR_TEXT, "" }, { "Zg===", ERR_TEXT, "" }, { "Zg======", ERR_TEXT, "" }, { "Zm8==", ERR_TEXT, "" }, { "Zm9v=", ERR_TEXT, "" }, { "Zm9v====", ERR_TEXT, "" },
		{ "Zg==Zg==", ERR_TEXT, "" }, { "=Zg=", ERR_TEXT, "" }, { "Z=g=", ERR_TEXT, "" },
		{ "Zm 9v", ERR_TEXT, "" }, { "Zm9v\n", ERR_TEXT, "" }, { "Zm9.", ERR_TEXT, "" }, { "\xc3\xa4zz", ERR_TEXT, "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out;

		unit_row(rows[i].encoded);
		buf_init(&out);
		UNIT_ERR(rows[i].e, text_decode_base64(bytes_from_str(rows[i].encoded), &out));
		UNIT_BYTES(unit_hex(rows[i].hex), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void base64_failure_keeps_what_was_there(void)
{
	struct buf out;

	buf_init(&out);
	UNIT_ERR(ERR_OK, buf_append_str(&out, "kept"));
	UNIT_ERR(ERR_TEXT, text_decode_base64(bytes_from_str("Zm9vYmF*"), &out));
	UNIT_ERR(ERR_TEXT, text_decode_hex(bytes_from_str("01020g"), &out));
	UNIT_BYTES(bytes_from_str("kept"), buf_bytes(&out));
	buf_clear(&out);
}

static void hex_forms(void)
{
	static const struct {
		const char *text;
		enum err e;
		const char *out;
	} rows[] = {
		{ "", ERR_OK, "" }, { "00ffA9", ERR_OK, "\x00\xff\xa9" }, { "de:ad be\tEF", ERR_OK, "\xde\xad\xbe\xef" }, { " 01 ", ERR_OK, "\x01" },
		{ "0", ERR_TEXT, "" }, { "012", ERR_TEXT, "" }, { "0:1", ERR_TEXT, "" }, { "0g", ERR_TEXT, "" }, { "g0", ERR_TEXT, "" }, { "01\n", ERR_TEXT, "" },
		{ "0x01", ERR_TEXT, "" },
	};
	static const size_t lens[] = { 0, 3, 4, 1, 0, 0, 0, 0, 0, 0, 0 };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out;

		unit_row(rows[i].text);
		buf_init(&out);
		UNIT_ERR(rows[i].e, text_decode_hex(bytes_from_str(rows[i].text), &out));
		UNIT_BYTES(bytes_from(rows[i].out, lens[i]), buf_bytes(&out));
		buf_clear(&out);
	}
}

static void hex_is_lower_case(void)
{
	struct buf out;

	buf_init(&out);
	UNIT_ERR(ERR_OK, text_encode_hex(bytes_from("\x00\x7f\x80\xab\xff", 5), &out));
	UNIT_BYTES(bytes_from_str("007f80abff"), buf_bytes(&out));
	buf_clear(&out);
}

static void utf8_forms(void)
{
	static const struct {
		const char *hex;
		bool is_utf8;
	} rows[] = {
		{ "", true }, { "00", true }, { "7f", true }, { "80", false }, { "bf", false },
		{ "c080", false }, { "c1bf", false }, { "c280", true }, { "dfbf", true }, { "c2", false }, { "c27f", false }, { "c2c0", false },
		{ "e09fbf", false }, { "e0a080", true }, { "e0a0", false }, { "ed9fbf", true }, { "eda080", false }, { "edbfbf", false }, { "ee8080", true },
		{ "efbfbf", true }, { "efbf7f", false },
		{ "f08fbfbf", false }, { "f0908080", true }, { "f48fbfbf", true }, { "f4908080", false }, { "f5808080", false }, { "f09080", false },
		{ "f0908041", false }, { "ff", false }, { "fe", false }, { "61c3a462", true }, { "61c3", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].hex);
		CU_ASSERT_EQUAL(rows[i].is_utf8, text_is_utf8(unit_hex(rows[i].hex)));
	}
}

static void control_characters(void)
{
	static const struct {
		const char *hex;
		bool has;
	} rows[] = {
		{ "", false }, { "00", true }, { "1f", true }, { "20", false }, { "7e", false }, { "7f", true }, { "c280", true }, { "c29f", true },
		{ "c2a0", false }, { "c3a4", false }, { "610a", true }, { "e28080", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].hex);
		CU_ASSERT_EQUAL(rows[i].has, text_has_control(unit_hex(rows[i].hex)));
	}
}

static void names(void)
{
	static const char *const good[] = { "a", "9", "corp-wifi", "a.b_c-d", "0123456789012345678901234567890123456789012345678901234567890123" };
	static const char *const bad[] = { "", "-a", ".a", "_a", "A", "aB", "a b", "a/b", "a%", "\xc3\xa4", "a\n",
		"01234567890123456789012345678901234567890123456789012345678901234" };

	for (size_t i = 0; i < sizeof good / sizeof good[0]; i++) {
		unit_row(good[i]);
		CU_ASSERT_TRUE(text_is_name(bytes_from_str(good[i])));
	}
	for (size_t i = 0; i < sizeof bad / sizeof bad[0]; i++) {
		unit_row(bad[i]);
		CU_ASSERT_FALSE(text_is_name(bytes_from_str(bad[i])));
	}
}

static void patterns(void)
{
	static const struct {
		const char *pattern, *text;
		bool fits;
	} rows[] = {
		{ "", "", true }, { "", "a", false }, { "*", "", true }, { "*", "abc", true }, { "**", "abc", true }, { "a", "a", true }, { "a", "A", false },
		{ "a", "ab", false }, { "a*", "a", true }, { "a*", "ba", false }, { "*.example.org", "host.example.org", true },
		{ "*.example.org", "host.example.orgx", false }, { "*.example.org", "example.org", false }, { "*a*b", "xaxbxb", true }, { "*a*b", "xbxa", false },
		{ "a*b*c", "abbbc", true }, { "a*b*c", "abbb", false }, { "?", "a", false }, { "[a]", "[a]", true }, { "*ab", "aab", true }, { "*aab", "aaaab", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].pattern);
		CU_ASSERT_EQUAL(rows[i].fits, text_is_match(bytes_from_str(rows[i].pattern), bytes_from_str(rows[i].text)));
	}
}

static const struct unit_case cases[] = {
	{ "base64 of RFC 4648 section 10", base64_vectors },
	{ "base64 without padding and in both alphabets is read, RFC 4648 sections 4 and 5; nothing else is", base64_forms },
	{ "what cannot be decoded leaves the buffer as it was", base64_failure_keeps_what_was_there },
	{ "hexadecimal of either case with colons and blanks between octets is read", hex_forms },
	{ "hexadecimal is written in lower case", hex_is_lower_case },
	{ "UTF-8 is well-formed as in RFC 3629 section 4", utf8_forms },
	{ "C0, DEL and C1 are control characters", control_characters },
	{ "a name has 1 to 64 of a-z 0-9 - _ . and starts with a letter or digit", names },
	{ "a star stands for any run of characters, and nothing else for anything but itself", patterns },
};

UNIT_MAIN("text", cases)
