#ifndef SCEPGATE_TESTS_WEB_SCRAPERS_H
#define SCEPGATE_TESTS_WEB_SCRAPERS_H

/*
 * Programs that read Microsoft's challenge page, played: how each decodes what came, and where it cuts. Made from what is known of them; none of their code.
 */

#include "base/bytes.h"

enum { SCRAPERS_CHALLENGE_LEN = 32 };

/** What a scraper made of a page. */
struct scraped {
	bool has_challenge;
	char challenge[128];
	bool is_full;          /* it saw that the cache is full; false for those that do not look */
	bool is_forbidden;
};

struct scraper {
	const char *name;
	bool reads_utf_16le_bom, reads_utf_16le, reads_utf_8;
	bool tells_full, tells_forbidden;
	struct scraped (*scrape)(struct bytes page, const char *media_type);
};

extern const struct scraper scrapers[];
extern const size_t scraper_count;

#endif
