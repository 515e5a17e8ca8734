#include <config.h>

#include "web/mscep_page.h"

#include <string.h>

#include "support/unit.h"
#include "web/scrapers.h"

/* What each known reader could stumble over: no letter, no digit, the ends that a script strips, what looks like a fingerprint. */
static const char *const challenges[] = {
	"0123456789ABCDEF0123456789ABCDEF", "00000000000000000000000000000000", "BBBBBBBBBBBBBBBBBBBBBBBBBBBBBBBB", "FFFFFFFFFFFFFFFFFFFFFFFFFFFFFFFF",
	"12345678901234567890123456789012", "BA56FA66AB12B433A2DA5CF7CC153D9B",
};

static bool is_read(const struct scraper *scraper, enum mscep_encoding encoding)
{
	switch (encoding) {
	case MSCEP_UTF_16LE_BOM:
		return scraper->reads_utf_16le_bom;
	case MSCEP_UTF_16LE:
		return scraper->reads_utf_16le;
	case MSCEP_UTF_8:
		return scraper->reads_utf_8;
	}
	return false;
}

static void each_scraper(void)
{
	for (size_t i = 0; i < scraper_count; i++)
		for (enum mscep_encoding encoding = MSCEP_UTF_16LE_BOM; encoding <= MSCEP_UTF_8; encoding++)
			for (size_t j = 0; j < sizeof challenges / sizeof challenges[0]; j++) {
				struct buf page = { 0 };
				struct scraped scraped;

				unit_row(scrapers[i].name);
				UNIT_ERR(ERR_OK, mscep_page_encode_challenge(challenges[j], bytes_from_str("a CA certificate"), 60, encoding, &page));
				scraped = scrapers[i].scrape(buf_bytes(&page), mscep_page_media_type(encoding));
				CU_ASSERT_EQUAL(is_read(&scrapers[i], encoding), scraped.has_challenge);
				if (scraped.has_challenge)
					CU_ASSERT_STRING_EQUAL(challenges[j], scraped.challenge);
				CU_ASSERT_FALSE(scraped.is_full || scraped.is_forbidden);
				buf_clear(&page);
			}
	unit_row(NULL);
}

static void other_pages(void)
{
	for (size_t i = 0; i < scraper_count; i++)
		for (enum mscep_encoding encoding = MSCEP_UTF_16LE_BOM; encoding <= MSCEP_UTF_8; encoding++) {
			struct buf full = { 0 }, forbidden = { 0 };
			struct scraped scraped;
			bool is_readable = is_read(&scrapers[i], encoding);

			unit_row(scrapers[i].name);
			UNIT_ERR(ERR_OK, mscep_page_encode_full(encoding, &full));
			UNIT_ERR(ERR_OK, mscep_page_encode_forbidden(encoding, &forbidden));
			scraped = scrapers[i].scrape(buf_bytes(&full), mscep_page_media_type(encoding));
			CU_ASSERT_FALSE(scraped.has_challenge || scraped.is_forbidden);
			CU_ASSERT_EQUAL(is_readable && scrapers[i].tells_full, scraped.is_full);
			scraped = scrapers[i].scrape(buf_bytes(&forbidden), mscep_page_media_type(encoding));
			CU_ASSERT_FALSE(scraped.has_challenge || scraped.is_full);
			CU_ASSERT_EQUAL(is_readable && scrapers[i].tells_forbidden, scraped.is_forbidden);
			buf_clear(&full);
			buf_clear(&forbidden);
		}
	unit_row(NULL);
}

static bool has(const struct buf *page, const char *text)
{
	return memmem(page->ptr, page->len, text, strlen(text)) != NULL;
}

static void octets(void)
{
	struct buf utf_8 = { 0 }, little = { 0 }, marked = { 0 };

	UNIT_ERR(ERR_OK, mscep_page_encode_challenge("0123456789ABCDEF0123456789ABCDEF", bytes_from_str("abc"), 17, MSCEP_UTF_8, &utf_8));
	UNIT_ERR(ERR_OK, mscep_page_encode_challenge("0123456789ABCDEF0123456789ABCDEF", bytes_from_str("abc"), 17, MSCEP_UTF_16LE, &little));
	UNIT_ERR(ERR_OK, mscep_page_encode_challenge("0123456789ABCDEF0123456789ABCDEF", bytes_from_str("abc"), 17, MSCEP_UTF_16LE_BOM, &marked));
	/* MD5 of "abc": RFC 1321 appendix A.5. */
	CU_ASSERT_TRUE(has(&utf_8, "The thumbprint (hash value) for the CA certificate is: <B> 90015098 3CD24FB0 D6963F7D 28E17F72 </B> <P> "
		"The enrollment challenge password is: <B> 0123456789ABCDEF0123456789ABCDEF </B> <P> This password can be used only once and will expire within 17 minutes."));
	CU_ASSERT_TRUE(has(&utf_8, "<TITLE>Network Device Enrollment Service</TITLE>"));
	CU_ASSERT_FALSE(has(&utf_8, "\n"));
	CU_ASSERT_EQUAL(2 * utf_8.len, little.len);
	for (size_t i = 0; i < utf_8.len && 2 * i + 1 < little.len; i++)
		CU_ASSERT_TRUE(utf_8.ptr[i] < 0x80 && little.ptr[2 * i] == utf_8.ptr[i] && little.ptr[2 * i + 1] == 0);
	CU_ASSERT_EQUAL(little.len + 2, marked.len);
	UNIT_BYTES(unit_hex("ff fe"), bytes_from(marked.ptr, 2));
	UNIT_BYTES(buf_bytes(&little), bytes_from(marked.ptr + 2, marked.len - 2));
	buf_clear(&utf_8);
	buf_clear(&little);
	buf_clear(&marked);
}

static void without_ca(void)
{
	struct buf page = { 0 };

	UNIT_ERR(ERR_OK, mscep_page_encode_challenge("X", (struct bytes){ NULL, 0 }, 1, MSCEP_UTF_8, &page));
	CU_ASSERT_FALSE(has(&page, "thumbprint"));
	CU_ASSERT_TRUE(has(&page, "> The enrollment challenge password is: <B> X </B> <P> This password can be used only once and will expire within 1 minutes."));
	buf_clear(&page);
}

static void no_mark(void)
{
	struct buf full = { 0 }, forbidden = { 0 };

	UNIT_ERR(ERR_OK, mscep_page_encode_full(MSCEP_UTF_8, &full));
	UNIT_ERR(ERR_OK, mscep_page_encode_forbidden(MSCEP_UTF_8, &forbidden));
	CU_ASSERT_TRUE(has(&full, "The password cache is full."));
	CU_ASSERT_TRUE(has(&forbidden, "You do not have sufficient permission to enroll with SCEP."));
	CU_ASSERT_FALSE(has(&full, "challenge password") || has(&full, "<B>") || has(&full, "permission"));
	CU_ASSERT_FALSE(has(&forbidden, "challenge password") || has(&forbidden, "<B>") || has(&forbidden, "cache"));
	buf_clear(&full);
	buf_clear(&forbidden);
}

static void names(void)
{
	static const struct {
		const char *name, *media_type;
	} rows[] = {
		{ "utf-16le-bom", "text/html; charset=utf-16" }, { "utf-16le", "text/html; charset=utf-16le" }, { "utf-8", "text/html; charset=utf-8" },
		{ "", "text/html; charset=utf-16" }, { "UTF-8", "text/html; charset=utf-16" }, { "latin-1", "text/html; charset=utf-16" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i].name);
		CU_ASSERT_STRING_EQUAL(rows[i].media_type, mscep_page_media_type(mscep_encoding_from_name(rows[i].name)));
	}
	unit_row(NULL);
}

static const struct unit_case cases[] = {
	{ "each reader cuts the challenge out of the page in every encoding that it reads, and nothing else ever", each_scraper },
	{ "no reader takes anything from the pages without a challenge, and those that look see why", other_pages },
	{ "the page, to the octet, in each encoding", octets },
	{ "a page without a CA has no fingerprint", without_ca },
	{ "the pages without a challenge have no mark of one", no_mark },
	{ "the names of the encodings and their media types (RFC 2781)", names }
};

UNIT_MAIN("mscep_page", cases)
