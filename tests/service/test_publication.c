#include <config.h>

#include "service/publication.h"

#include <string.h>

#include "pki/cert.h"
#include "pki/cms_signed.h"
#include "store/publication.h"
#include "support/identity.h"
#include "support/unit.h"

static const int64_t start_utc = 1800000000;

/* The database behind the service, played by this test. */
static struct {
	enum err answer;
	struct published_ca ca;
	int64_t number;
	size_t len;                /* octets of the CRL */
	unsigned calls, sent;      /* how often it was asked, and how often it sent a body */
} fake;

static int64_t now_utc;

void published_ca_clear(struct published_ca *ca)
{
	buf_clear(&ca->cert_der);
	for (size_t i = 0; i < ca->chain_count; i++)
		buf_clear(&ca->chain[i]);
	*ca = (struct published_ca){ 0 };
}

enum err publication_load_ca(struct store *store, struct bytes name, struct published_ca *out, struct why *why)
{
	(void)store;
	(void)why;
	fake.calls++;
	if (fake.answer != ERR_OK || !bytes_is_str(name, "root"))
		return fake.answer != ERR_OK ? fake.answer : ERR_NOT_FOUND;
	fake.sent++;
	CU_ASSERT_EQUAL_FATAL(buf_append(&out->cert_der, buf_bytes(&fake.ca.cert_der)), ERR_OK);
	CU_ASSERT_EQUAL_FATAL(buf_append(&out->chain[0], buf_bytes(&fake.ca.cert_der)), ERR_OK);
	out->chain_count = 1;
	return ERR_OK;
}

enum err publication_load_crl(struct store *store, struct bytes ca, int partition, bool is_delta, int64_t known_number, struct published_crl *out, struct why *why)
{
	uint8_t *at;

	(void)store;
	(void)ca;
	(void)why;
	fake.calls++;
	if (fake.answer != ERR_OK)
		return fake.answer;
	*out = (struct published_crl){ .number = fake.number, .this_update_utc = start_utc - 10, .next_update_utc = start_utc + 1000 };
	if (known_number == fake.number)
		return ERR_OK;
	fake.sent++;
	CU_ASSERT_EQUAL_FATAL(buf_append_space(&out->der, fake.len, &at), ERR_OK);
	memset(at, (int)fake.number + partition + is_delta, fake.len);
	out->der.len = fake.len;
	return ERR_OK;
}

static struct service service_make(void)
{
	now_utc = start_utc;
	memset(&fake, 0, sizeof fake);
	fake.number = 1;
	fake.len = 100;
	return (struct service){ .clock = clock_fixed(&now_utc) };
}

static enum err find(const struct service *service, struct publication_cache *cache, enum publication_kind kind, const char *ca, int partition, struct publication *out)
{
	struct publication_name name = { kind, bytes_from_str(ca), partition };
	struct why why = { 0 };

	return publication_find(service, cache, &name, out, &why);
}

static void kept(void)
{
	struct service service = service_make();
	struct publication_cache *cache = publication_cache_new();
	struct publication out;
	char tag[sizeof out.etag];

	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	CU_ASSERT_EQUAL(out.body.len, 100);
	CU_ASSERT_EQUAL(out.max_age_s, PUBLICATION_CRL_MAX_AGE_S);
	CU_ASSERT_EQUAL(out.last_modified_utc, start_utc - 10);
	CU_ASSERT_EQUAL(strlen(out.etag), PUBLICATION_ETAG_LEN);
	strcpy(tag, out.etag);
	now_utc = start_utc + PUBLICATION_FRESH_S - 1;
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	CU_ASSERT_EQUAL(fake.calls, 1);
	now_utc = start_utc + PUBLICATION_FRESH_S;
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	CU_ASSERT_EQUAL(fake.calls, 2);
	CU_ASSERT_EQUAL(fake.sent, 1);
	CU_ASSERT_STRING_EQUAL(out.etag, tag);
	fake.number = 2;
	now_utc += PUBLICATION_FRESH_S;
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	CU_ASSERT_EQUAL(fake.sent, 2);
	CU_ASSERT_EQUAL(out.body.ptr[0], 2);
	CU_ASSERT_STRING_NOT_EQUAL(out.etag, tag);
	publication_cache_free(cache);
}

static void apart(void)
{
	struct service service = service_make();
	struct publication_cache *cache = publication_cache_new();
	struct publication out;

	for (int round = 0; round < 2; round++) {
		UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
		CU_ASSERT_EQUAL(out.body.ptr[0], 1);
		UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 7, &out));
		CU_ASSERT_EQUAL(out.body.ptr[0], 8);
		UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_DELTA_CRL, "root", 0, &out));
		CU_ASSERT_EQUAL(out.body.ptr[0], 2);
		UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "other", 0, &out));
	}
	CU_ASSERT_EQUAL(fake.calls, 4);
	publication_cache_free(cache);
}

static void away(void)
{
	struct service service = service_make();
	struct publication_cache *cache = publication_cache_new();
	struct publication out;

	fake.answer = ERR_DB_AWAY;
	UNIT_ERR(ERR_DB_AWAY, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	fake.answer = ERR_OK;
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	fake.answer = ERR_DB_AWAY;
	now_utc = start_utc + 999;
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	CU_ASSERT_EQUAL(out.max_age_s, 1);
	now_utc = start_utc + 999 + PUBLICATION_FRESH_S;
	UNIT_ERR(ERR_DB_AWAY, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	fake.answer = ERR_NOT_FOUND;
	UNIT_ERR(ERR_NOT_FOUND, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	publication_cache_free(cache);
}

static void many(void)
{
	struct service service = service_make();
	struct publication_cache *cache = publication_cache_new();
	struct publication out;

	for (int i = 0; i < PUBLICATION_MAX_KEPT + 1; i++)
		UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", i, &out));
	CU_ASSERT_EQUAL(fake.sent, PUBLICATION_MAX_KEPT + 1);
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 1, &out));
	CU_ASSERT_EQUAL(fake.sent, PUBLICATION_MAX_KEPT + 1);
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	CU_ASSERT_EQUAL(fake.sent, PUBLICATION_MAX_KEPT + 2);
	publication_cache_free(cache);
}

static void large(void)
{
	struct service service = service_make();
	struct publication_cache *cache = publication_cache_new();
	struct publication out;

	fake.len = PUBLICATION_MAX_KEPT_LEN / 2;
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 1, &out));
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	CU_ASSERT_EQUAL(fake.sent, 2);
	fake.len = 1;
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 2, &out));
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 0, &out));
	CU_ASSERT_EQUAL(fake.sent, 3);
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CRL, "root", 1, &out));
	CU_ASSERT_EQUAL(fake.sent, 4);
	publication_cache_free(cache);
}

static void certificates(void)
{
	struct service service = service_make();
	struct publication_cache *cache = publication_cache_new();
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct publication out;
	struct buf der = { 0 };
	struct why why = { 0 };
	struct identity root = identity_load("ra");
	size_t count;

	CU_ASSERT_EQUAL_FATAL(buf_append(&fake.ca.cert_der, buf_bytes(&root.cert->der)), ERR_OK);
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CERTIFICATE, "root", 0, &out));
	UNIT_BYTES(buf_bytes(&fake.ca.cert_der), out.body);
	CU_ASSERT_STRING_EQUAL(out.media_type, "application/pkix-cert");
	CU_ASSERT_EQUAL(out.last_modified_utc, root.cert->not_before_utc);
	now_utc = root.cert->not_after_utc - 100;
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CERTIFICATE, "root", 0, &out));
	CU_ASSERT_EQUAL(out.max_age_s, 100);
	UNIT_ERR(ERR_OK, find(&service, cache, PUBLICATION_CHAIN, "root", 0, &out));
	UNIT_ERR(ERR_OK, cms_certs_only_parse(out.body, &der, found, &count, &why));
	CU_ASSERT_EQUAL(count, 2);
	UNIT_ERR(ERR_NOT_FOUND, find(&service, cache, PUBLICATION_CERTIFICATE, "other", 0, &out));
	buf_clear(&der);
	published_ca_clear(&fake.ca);
	identity_clear(&root);
	publication_cache_free(cache);
}

static const struct unit_case cases[] = {
	{ "a CRL is kept, asked for by its number, and sent anew only when it is another one", kept },
	{ "lists of other partitions, kinds and CAs are other lists", apart },
	{ "without a database a CRL is given out until its nextUpdate, and not after", away },
	{ "so many are kept and no more; what was not asked for longest goes", many },
	{ "so many octets are kept and no more", large },
	{ "a certificate and its chain are given as they are (RFC 5280 section 4.2.2.1)", certificates },
};

UNIT_MAIN("publication", cases)
