#include <config.h>

#include "base/err.h"

#include <string.h>

#include "base/random.h"
#include "base/why.h"
#include "support/unit.h"

#define ROW(name, text, http, fail, exit, level) name,
static const enum err all[] = { ERR_TABLE(ROW) };
#undef ROW
enum { COUNT = sizeof all / sizeof all[0] };

static void table(void)
{
	for (size_t i = 0; i < COUNT; i++) {
		int status = err_http_status(all[i]);

		unit_row(err_name(all[i]));
		CU_ASSERT_EQUAL(i, all[i]);
		CU_ASSERT_EQUAL(0, strncmp("ERR_", err_name(all[i]), 4));
		CU_ASSERT_TRUE(strlen(err_text(all[i])) > 3);
		CU_ASSERT_NOT_EQUAL('.', err_text(all[i])[strlen(err_text(all[i])) - 1]);
		CU_ASSERT_TRUE(status == 200 || (status >= 400 && status <= 503));
		/* What a CertRep reports needs a failInfo. */
		CU_ASSERT_TRUE(all[i] == ERR_OK || status != 200 || err_fail_info(all[i]) != NO_FAIL_INFO);
	}
	CU_ASSERT_EQUAL(EXIT_STATUS_DONE, err_exit_status(ERR_OK));
	CU_ASSERT_EQUAL(EXIT_STATUS_NO_DATABASE, err_exit_status(ERR_DB_AWAY));
	CU_ASSERT_EQUAL(400, err_http_status(ERR_ALG_CIPHER));
	CU_ASSERT_EQUAL(LOG_LEVEL_ERROR, err_log_level(ERR_MEMORY));
}

static void sentence(void)
{
	struct why why = { 0 };
	char longest[WHY_MAX_LEN * 2 + 1];

	CU_ASSERT_STRING_EQUAL(err_text(ERR_IO), why_text(&why, ERR_IO));
	CU_ASSERT_STRING_EQUAL(err_text(ERR_IO), why_text(NULL, ERR_IO));
	UNIT_ERR(ERR_IO, why_set(NULL, ERR_IO, "unheard"));
	UNIT_ERR(ERR_IO, why_set(&why, ERR_IO, "first\n%d", 1));
	UNIT_ERR(ERR_TEXT, why_set(&why, ERR_TEXT, "second"));
	CU_ASSERT_STRING_EQUAL("first?1", why_text(&why, ERR_IO));
	memset(longest, 'x', sizeof longest - 1);
	longest[sizeof longest - 1] = '\0';
	why = (struct why){ 0 };
	UNIT_ERR(ERR_IO, why_set(&why, ERR_IO, "%s", longest));
	CU_ASSERT_EQUAL(WHY_MAX_LEN, strlen(why.text));
}

static void randomness(void)
{
	struct random system = random_system();
	uint64_t seed = 1, same = 1;
	struct random counter = random_counter(&seed);
	struct random twin = random_counter(&same);
	uint8_t a[32] = { 0 }, b[32] = { 0 }, zero[32] = { 0 };

	UNIT_ERR(ERR_OK, random_fill(&system, a, sizeof a));
	UNIT_ERR(ERR_OK, random_fill(&system, b, sizeof b));
	CU_ASSERT_NOT_EQUAL(0, memcmp(a, b, sizeof a));
	CU_ASSERT_NOT_EQUAL(0, memcmp(a, zero, sizeof a));
	UNIT_ERR(ERR_OK, random_fill(&counter, a, sizeof a));
	UNIT_ERR(ERR_OK, random_fill(&twin, b, sizeof b));
	UNIT_BYTES(bytes_from(a, sizeof a), bytes_from(b, sizeof b));
	UNIT_ERR(ERR_OK, random_fill(&counter, b, sizeof b));
	CU_ASSERT_NOT_EQUAL(0, memcmp(a, b, sizeof a));
}

static const struct unit_case cases[] = {
	{ "every error has a name, a text, a status, and a failInfo where a CertRep reports it (RFC 8894 section 3.2.1.4.5)", table },
	{ "the first sentence stays, control characters become question marks, and it is cut at its limit", sentence },
	{ "the kernel's octets differ each time, a counter's repeat", randomness },
};

UNIT_MAIN("err", cases)
