#include <config.h>

#include "base/text.h"

#include <string.h>

#include "base/clock.h"
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

static void invisible_characters(void)
{
	static const struct {
		const char *hex;
		bool has;
	} rows[] = {
		{ "", false }, { "61", false }, { "0a", false },
		{ "e2808a", false }, { "e2808b", true }, { "e2808f", true }, { "e28090", false },
		{ "e280a7", false }, { "e280a8", true }, { "e280aa", true }, { "e280ae", true }, { "e280af", false },
		{ "e2819f", false }, { "e281a0", true }, { "e281a9", true }, { "e281aa", false },
		{ "d89b", false }, { "d89c", true }, { "d89d", false }, { "e1a08d", false }, { "e1a08e", true }, { "e1a08f", false },
		{ "f3a08080", true }, { "f3a081bf", true }, { "f3a08280", false }, { "f3a080", false }, { "f39fbfbf", false },
		{ "efbbbe", false }, { "efbbbf", true }, { "efbcbf", false }, { "e2828b", false }, { "61e280ae62", true }, { "c3a4efbbbf", true }, { "e280", false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].hex);
		CU_ASSERT_EQUAL(rows[i].has, text_has_invisible(unit_hex(rows[i].hex)));
	}
}

/* A joiner or non-joiner where words need it, and where it is there to deceive. */
static void joiners(void)
{
	static const struct {
		const char *row, *text;
		bool has;
	} rows[] = {
		{ "Persian, before an ending", "\u0645\u06cc\u200c\u062e\u0648\u0627\u0647\u0645", false },
		{ "Arabic, after a vowel mark", "\u0628\u064e\u200d\u0628", false },
		{ "Syriac", "\u0712\u200d\u0713", false },
		{ "Devanagari, after a virama", "\u0915\u094d\u200d\u0937", false },
		{ "Devanagari, a non-joiner", "\u0915\u094d\u200c\u0937", false },
		{ "Bengali", "\u09b0\u200d\u09cd\u09af", false },
		{ "Tamil", "\u0b95\u0bcd\u200c\u0bb7", false },
		{ "Malayalam", "\u0d28\u0d4d\u200d\u0d2e", false },
		{ "Sinhala", "\u0dc1\u0dca\u200d\u0dbb", false },
		{ "Khmer", "\u1780\u200c\u17d2", false },
		{ "Mongolian", "\u1820\u200d\u1821", false },
		{ "twice in one text", "\u0645\u200c\u0645 \u0645\u200d\u0645", false },
		{ "a zero-width space is no joiner", "\u0645\u200b\u0645", true },
		{ "nor is a mark of direction", "\u0645\u200e\u0645", true },
		{ "a joiner, and a mark of direction elsewhere", "\u0645\u200c\u0645\u202e", true },
		{ "alone", "\u200c", true },
		{ "at the start", "\u200c\u0645", true },
		{ "at the end", "\u0645\u200c", true },
		{ "two of them", "\u0645\u200c\u200c\u0645", true },
		{ "two that differ", "\u0645\u200d\u200c\u0645", true },
		{ "between ASCII letters", "a\u200cb", true },
		{ "before an ASCII letter", "\u0645\u200ca", true },
		{ "behind an ASCII letter", "a\u200c\u0645", true },
		{ "between Latin letters", "\u00e9\u200d\u00e9", true },
		{ "between Cyrillic letters", "\u0430\u200d\u0431", true },
		{ "between Han characters", "\u4e00\u200d\u4e01", true },
		{ "between letters of two scripts", "\u0645\u200c\u0915", true },
		{ "between letters of two scripts of India", "\u0915\u200d\u0995", true },
		{ "before a digit", "\u0645\u200c\u0661", true },
		{ "behind a digit of India", "\u0967\u200d\u0915", true },
		{ "before an Arabic comma", "\u0645\u200c\u060c", true },
		{ "between blanks", " \u200c ", true },
		{ "in a picture of several characters", "\U0001f468\u200d\U0001f469", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].row);
		CU_ASSERT_EQUAL(rows[i].has, text_has_invisible(bytes_from_str(rows[i].text)));
	}
	unit_row(NULL);
	/* They are escaped wherever they are shown. */
	CU_ASSERT(text_is_invisible_octet(bytes_from_str(rows[0].text), 4));
	CU_ASSERT_FALSE(text_is_invisible_octet(bytes_from_str(rows[0].text), 3));
	/* What is no UTF-8 is read without going past its ends. */
	CU_ASSERT(text_has_invisible(unit_hex("d9 e2808c d9")));
	CU_ASSERT(text_has_invisible(unit_hex("d985 e2808c d9")));
	CU_ASSERT_FALSE(text_has_invisible(unit_hex("8080 80 d9")));
}

static void invisible_octets(void)
{
	/* a, U+202E, b, U+FEFF, the euro sign */
	static const char is_part[] = "01110111000";
	struct bytes text = unit_hex("61 e280ae 62 efbbbf e282ac");

	for (size_t i = 0; i < text.len; i++)
		CU_ASSERT_EQUAL(is_part[i] == '1', text_is_invisible_octet(text, i));
	CU_ASSERT_FALSE(text_is_invisible_octet(unit_hex("e280"), 1));
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
		{ "a*a", "a", false }, { "a*a", "aa", true }, { "ab*ba", "aba", false }, { "ab*ba", "abba", true }, { "*a*", "bab", true }, { "*a*", "b", false }, { "a**b", "ab", true },
		{ "***", "", true }, { "*a", "", false }, { "a*", "", false }, { "*ab*b", "ab", false }, { "*ab*b", "abb", true }, { "a*bc*d", "abxbcd", true }, { "*\xc3\xa9*", "caf\xc3\xa9s", true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].pattern);
		CU_ASSERT_EQUAL(rows[i].fits, text_is_match(bytes_from_str(rows[i].pattern), bytes_from_str(rows[i].text)));
	}
}

static void hex_upper_case(void)
{
	struct buf out = { 0 };

	UNIT_ERR(ERR_OK, text_encode_hex_upper(unit_hex("00 09 0a 9f ff"), &out));
	UNIT_BYTES(bytes_from_str("00090A9FFF"), buf_bytes(&out));
	buf_clear(&out);
}

static void hex_digits(void)
{
	static const char digits[] = "0123456789abcdefABCDEF";

	for (int c = 0; c < 256; c++) {
		const char *found = c == 0 ? NULL : strchr(digits, c);
		int index = found == NULL ? -1 : (int)(found - digits);

		CU_ASSERT_EQUAL(index < 16 ? index : index - 6, text_hex_value((uint8_t)c));
	}
}

static void percent_forms(void)
{
	static const struct {
		const char *text;
		enum err e;
		const char *out;
	} rows[] = {
		{ "", ERR_OK, "" }, { "plain+ ", ERR_OK, "plain+ " }, { "%41", ERR_OK, "A" }, { "%2f%2F", ERR_OK, "//" }, { "a%20b%c3%A4", ERR_OK, "a b\xc3\xa4" },
		{ "%2541", ERR_OK, "%41" }, { "%", ERR_TEXT, "%" }, { "%4", ERR_TEXT, "%4" }, { "%41%4", ERR_TEXT, "%41%4" }, { "%g1", ERR_TEXT, "%g1" },
		{ "%1g", ERR_TEXT, "%1g" }, { "%%41", ERR_TEXT, "%%41" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf text = { 0 };

		unit_row(rows[i].text);
		UNIT_ERR(ERR_OK, buf_append_str(&text, rows[i].text));
		UNIT_ERR(rows[i].e, text_decode_percent(&text));
		UNIT_BYTES(bytes_from_str(rows[i].out), buf_bytes(&text));
		buf_clear(&text);
	}
}

static void control_octets(void)
{
	static const struct {
		const char *hex;
		size_t at;
		bool is_control;
	} rows[] = {
		{ "00", 0, true }, { "1f", 0, true }, { "20", 0, false }, { "7e", 0, false }, { "7f", 0, true },
		{ "c280", 0, true }, { "c280", 1, true }, { "c29f", 0, true }, { "c29f", 1, true }, { "c2a0", 0, false }, { "c2a0", 1, false },
		{ "c380", 0, false }, { "c380", 1, false }, { "e28280", 2, false }, { "c2", 0, false }, { "80", 0, false },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].hex);
		CU_ASSERT_EQUAL(rows[i].is_control, text_is_control_octet(unit_hex(rows[i].hex), rows[i].at));
	}
}

static void cutting(void)
{
	static const struct {
		const char *text;
		size_t characters, max;
		const char *cut;
	} rows[] = {
		{ "", 0, 0, "" }, { "abc", 3, 4, "abc" }, { "abc", 3, 3, "abc" }, { "abc", 3, 2, "ab" }, { "abc", 3, 0, "" },
		{ "a\xc3\xa4", 2, 3, "a\xc3\xa4" }, { "a\xc3\xa4", 2, 2, "a" }, { "a\xc3\xa4", 2, 1, "a" },
		{ "\xe2\x82\xac\xf0\x9f\x98\x80", 2, 6, "\xe2\x82\xac" }, { "\xe2\x82\xac\xf0\x9f\x98\x80", 2, 2, "" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct bytes text = bytes_from_str(rows[i].text);

		unit_row(rows[i].text);
		CU_ASSERT_EQUAL(rows[i].characters, text_count_characters(text));
		UNIT_BYTES(bytes_from_str(rows[i].cut), text_cut(text, rows[i].max));
	}
}

/* The star is slow where a text nearly fits again and again; here it must not be. */
static void pattern_limits(void)
{
	static char text[TEXT_MATCHED_MAX_LEN + 1], pattern[TEXT_PATTERN_MAX_LEN + 1];
	struct bytes whole = bytes_from(text, TEXT_MATCHED_MAX_LEN), most = bytes_from(pattern, TEXT_PATTERN_MAX_LEN);
	int64_t start_ms;

	memset(text, 'a', sizeof text);
	memset(pattern, 'a', sizeof pattern);
	pattern[0] = '*';
	CU_ASSERT(text_is_match(most, whole));
	CU_ASSERT_FALSE(text_is_match(most, bytes_from(text, TEXT_MATCHED_MAX_LEN + 1)));
	CU_ASSERT_FALSE(text_is_match(bytes_from(pattern, TEXT_PATTERN_MAX_LEN + 1), whole));
	start_ms = clock_monotonic_ms();
	/* each would take seconds if it were tried at every place in full */
	for (size_t shape = 0; shape < 3; shape++) {
		memset(pattern, 'a', sizeof pattern);
		for (size_t i = 0; i < TEXT_PATTERN_MAX_LEN; i += shape == 2 ? 512 : TEXT_PATTERN_MAX_LEN)
			pattern[i] = '*';
		pattern[TEXT_PATTERN_MAX_LEN - 1] = 'b';
		if (shape == 1)
			pattern[TEXT_PATTERN_MAX_LEN - 2] = 'b', pattern[TEXT_PATTERN_MAX_LEN - 1] = '*';
		for (int i = 0; i < 100; i++)
			CU_ASSERT_FALSE(text_is_match(most, whole));
	}
	CU_ASSERT(clock_monotonic_ms() - start_ms < 2000);
}

static const struct unit_case cases[] = {
	{ "base64 of RFC 4648 section 10", base64_vectors },
	{ "base64 without padding and in both alphabets is read, RFC 4648 sections 4 and 5; nothing else is", base64_forms },
	{ "what cannot be decoded leaves the buffer as it was", base64_failure_keeps_what_was_there },
	{ "hexadecimal of either case with colons and blanks between octets is read", hex_forms },
	{ "hexadecimal is written in lower case", hex_is_lower_case },
	{ "hexadecimal is written in upper case where that is asked", hex_upper_case },
	{ "22 octets are hexadecimal digits", hex_digits },
	{ "percent-encoding is taken off once, RFC 3986 section 2.1, or not at all", percent_forms },
	{ "UTF-8 is well-formed as in RFC 3629 section 4", utf8_forms },
	{ "C0, DEL and C1 are control characters", control_characters },
	{ "what turns the direction, breaks the line or has no width is invisible", invisible_characters },
	{ "joiners may stand where the words of a script need them (Unicode section 23.2), and nowhere else", joiners },
	{ "each octet of an invisible character is known as its part", invisible_octets },
	{ "both octets of a C1 character are found", control_octets },
	{ "text is counted in characters and cut between them, RFC 3629 section 3", cutting },
	{ "a name has 1 to 64 of a-z 0-9 - _ . and starts with a letter or digit", names },
	{ "a star stands for any run of characters, and nothing else for anything but itself", patterns },
	{ "patterns and what they are put against have a limit, and the longest take no time", pattern_limits },
};

UNIT_MAIN("text", cases)
