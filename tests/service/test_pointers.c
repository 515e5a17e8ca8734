#include <config.h>

#include "service/pointers.h"

#include "support/unit.h"

static char all[] = "http://a.example/all.crl";
static char part[] = "http://a.example/" ENDPOINT_PARTITION ".crl";
static char twice[] = "ldap://b.example/p" ENDPOINT_PARTITION "/" ENDPOINT_PARTITION;

static const struct row {
	const char *name;
	int partitions;
	uint8_t octet;               /* what chance says */
	char *crl_url[3];
	int partition;
	const char *want[3];
} rows[] = {
	{ "no URLs", 1, 7, { NULL }, 0, { NULL } },
	{ "one partition is none: the URLs of everything", 1, 7, { all, part }, 0, { "http://a.example/all.crl" } },
	{ "the first partition is 1", 3, 0, { part }, 1, { "http://a.example/1.crl" } },
	{ "the last has the number of the partitions", 3, 2, { part }, 3, { "http://a.example/3.crl" } },
	{ "all of 256", 256, 255, { part }, 256, { "http://a.example/256.crl" } },
	{ "a certificate of a partition points to that alone, by all its URLs", 256, 40, { all, part, twice }, 41, { "http://a.example/41.crl", "ldap://b.example/p41/41" } },
};

static enum err give(void *context, uint8_t *out, size_t len)
{
	for (size_t i = 0; i < len; i++)
		out[i] = *(const uint8_t *)context;
	return ERR_OK;
}

static void urls(void)
{
	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		const struct row *row = &rows[i];
		uint8_t octet = row->octet;
		struct random random = { give, &octet };
		char *crl_url[3] = { row->crl_url[0], row->crl_url[1], row->crl_url[2] }, ca[] = "http://a.example/ca.crt", *ca_url[] = { ca };
		struct endpoint_pointers settings = { row->partitions, crl_url, 0, ca_url, 1 };
		struct pointers made = { 0 };
		size_t want = 0;

		while (settings.crl_url_count < 3 && crl_url[settings.crl_url_count] != NULL)
			settings.crl_url_count++;
		while (want < 3 && row->want[want] != NULL)
			want++;
		UNIT_ERR(ERR_OK, pointers_make(&settings, &random, &made));
		unit_row(row->name);
		CU_ASSERT_EQUAL(made.partition, row->partition);
		CU_ASSERT_TRUE(made.crl_url_count == want && made.ca_url_count == 1);
		for (size_t k = 0; k < want && k < made.crl_url_count; k++)
			UNIT_BYTES(bytes_from_str(row->want[k]), made.crl_url[k]);
		UNIT_BYTES(bytes_from_str("http://a.example/ca.crt"), made.ca_url[0]);
		pointers_clear(&made);
	}
}

static const struct unit_case cases[] = {
	{ "a certificate points to the CRL of its partition and to its issuer (RFC 5280 sections 4.2.1.13 and 4.2.2.1)", urls },
};

UNIT_MAIN("service/pointers", cases)
