#include <config.h>

#include "base/text.h"

/* Characters that are not seen, and where two of them are needed. */

/* The character that begins at `at`. @return its octets; 0 when none begins there. */
static size_t decode(struct bytes in, size_t at, uint32_t *character)
{
	uint8_t lead = in.ptr[at];
	size_t len = lead < 0x80 ? 1 : lead < 0xc2 ? 0 : lead < 0xe0 ? 2 : lead < 0xf0 ? 3 : lead < 0xf5 ? 4 : 0;
	uint32_t c = len == 1 ? lead : lead & (0x7f >> len);

	if (len == 0 || in.len - at < len)
		return 0;
	for (size_t i = 1; i < len; i++) {
		if ((in.ptr[at + i] & 0xc0) != 0x80)
			return 0;
		c = c << 6 | (in.ptr[at + i] & 0x3f);
	}
	*character = c;
	return len;
}

/* Where the character begins that the octet is of. */
static size_t find_start(struct bytes in, size_t at)
{
	for (int back = 0; back < 3 && at > 0 && (in.ptr[at] & 0xc0) == 0x80; back++)
		at--;
	return at;
}

static bool is_invisible(uint32_t c)
{
	static const struct {
		uint32_t first, last;
	} ranges[] = {
		{ 0x61c, 0x61c },     /* Arabic letter mark */
		{ 0x180e, 0x180e },   /* Mongolian vowel separator */
		{ 0x200b, 0x200f },   /* zero-width space, joiners, marks of direction */
		{ 0x2028, 0x202e },   /* line and paragraph separator, embedding and overriding of direction */
		{ 0x2060, 0x2069 },   /* word joiner, invisible operators, isolates of direction */
		{ 0xfeff, 0xfeff },   /* byte order mark */
		{ 0xe0000, 0xe007f }, /* tags */
	};

	for (size_t i = 0; i < sizeof ranges / sizeof ranges[0]; i++)
		if (c >= ranges[i].first && c <= ranges[i].last)
			return true;
	return false;
}

bool text_is_invisible_octet(struct bytes in, size_t at)
{
	size_t start = find_start(in, at), len;
	uint32_t c;

	len = decode(in, start, &c);
	return at < start + len && is_invisible(c);
}

/*
 * Letters and marks, without digits and punctuation, of scripts in whose words a joiner or a non-joiner stands between letters (Unicode, section 23.2): Persian writes a
 * non-joiner before its endings, the scripts of India choose with them between forms of a conjunct.
 */
static const struct {
	uint32_t first, last;
	enum script { NO_SCRIPT, ARABIC, SYRIAC, DEVANAGARI, BENGALI, GURMUKHI, GUJARATI, ORIYA, TAMIL, TELUGU, KANNADA, MALAYALAM, SINHALA, MYANMAR, KHMER, MONGOLIAN } script;
} letters[] = {
	{ 0x620, 0x655, ARABIC }, { 0x66e, 0x6d3, ARABIC }, { 0x6d5, 0x6dc, ARABIC }, { 0x6df, 0x6e8, ARABIC }, { 0x6ea, 0x6ef, ARABIC }, { 0x6fa, 0x6fc, ARABIC },
	{ 0x6ff, 0x6ff, ARABIC }, { 0x710, 0x74a, SYRIAC }, { 0x750, 0x77f, ARABIC }, { 0x8a0, 0x8e1, ARABIC }, { 0x8e3, 0x8ff, ARABIC },
	{ 0x900, 0x963, DEVANAGARI }, { 0x971, 0x97f, DEVANAGARI }, { 0x980, 0x9e3, BENGALI }, { 0x9f0, 0x9f1, BENGALI }, { 0xa01, 0xa5e, GURMUKHI }, { 0xa70, 0xa75, GURMUKHI },
	{ 0xa81, 0xae3, GUJARATI }, { 0xaf9, 0xaff, GUJARATI }, { 0xb01, 0xb63, ORIYA }, { 0xb71, 0xb71, ORIYA }, { 0xb82, 0xbd7, TAMIL }, { 0xc00, 0xc63, TELUGU },
	{ 0xc80, 0xce3, KANNADA }, { 0xd00, 0xd4e, MALAYALAM }, { 0xd54, 0xd57, MALAYALAM }, { 0xd5f, 0xd63, MALAYALAM }, { 0xd7a, 0xd7f, MALAYALAM }, { 0xd81, 0xddf, SINHALA },
	{ 0xdf2, 0xdf3, SINHALA }, { 0x1000, 0x103f, MYANMAR }, { 0x1050, 0x108f, MYANMAR }, { 0x1780, 0x17b3, KHMER }, { 0x17b6, 0x17d3, KHMER }, { 0x1820, 0x1878, MONGOLIAN },
	{ 0x1880, 0x18aa, MONGOLIAN },
};

static enum script find_script(uint32_t c)
{
	for (size_t i = 0; i < sizeof letters / sizeof letters[0]; i++)
		if (c >= letters[i].first && c <= letters[i].last)
			return letters[i].script;
	return NO_SCRIPT;
}

/* Does the joiner or non-joiner at `at` stand between two letters of one such script? */
static bool is_needed(struct bytes in, size_t at, size_t len)
{
	uint32_t before, after;
	enum script script;

	if (at == 0 || at + len == in.len || decode(in, find_start(in, at - 1), &before) == 0 || decode(in, at + len, &after) == 0)
		return false;
	script = find_script(before);
	return script != NO_SCRIPT && script == find_script(after);
}

bool text_has_invisible(struct bytes in)
{
	size_t step;

	for (size_t i = 0; i < in.len; i += step) {
		uint32_t c = 0;
		size_t len = decode(in, i, &c);

		step = len == 0 ? 1 : len;
		if (len > 0 && is_invisible(c) && !((c == 0x200c || c == 0x200d) && is_needed(in, i, len)))
			return true;
	}
	return false;
}
