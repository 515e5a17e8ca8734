#include <config.h>

#include "service/publication.h"

#include <stdlib.h>
#include <string.h>

#include "base/text.h"
#include "pki/cert.h"
#include "pki/cms_signed.h"
#include "pki/crypto.h"
#include "store/publication.h"

struct entry {
	struct publication_name name;        /* its CA borrows from ca */
	struct buf ca;
	int64_t number;                      /* of a CRL */
	int64_t fresh_until_utc;
	int64_t next_update_utc;             /* of a CRL; of a certificate its notAfter */
	uint64_t used;                       /* when it was asked for last, by the cache's own count */
	struct buf body;
	char etag[PUBLICATION_ETAG_LEN + 1];
	int64_t last_modified_utc;
};

struct publication_cache {
	struct entry entry[PUBLICATION_MAX_KEPT];
	uint64_t clock;
};

struct publication_cache *publication_cache_new(void)
{
	return calloc(1, sizeof(struct publication_cache));
}

static void entry_clear(struct entry *entry)
{
	buf_clear(&entry->ca);
	buf_clear(&entry->body);
	*entry = (struct entry){ 0 };
}

void publication_cache_free(struct publication_cache *cache)
{
	if (cache == NULL)
		return;
	for (size_t i = 0; i < PUBLICATION_MAX_KEPT; i++)
		entry_clear(&cache->entry[i]);
	free(cache);
}

static bool entry_is(const struct entry *entry, const struct publication_name *name)
{
	return entry->body.len > 0 && entry->name.kind == name->kind && entry->name.partition == name->partition && bytes_is_equal(buf_bytes(&entry->ca), name->ca);
}

static struct entry *entry_find(struct publication_cache *cache, const struct publication_name *name)
{
	for (size_t i = 0; i < PUBLICATION_MAX_KEPT; i++)
		if (entry_is(&cache->entry[i], name))
			return &cache->entry[i];
	return NULL;
}

/* The entry that was not asked for longest; an empty one before all others. */
static struct entry *entry_oldest(struct publication_cache *cache)
{
	struct entry *oldest = &cache->entry[0];

	for (size_t i = 1; i < PUBLICATION_MAX_KEPT; i++)
		if (cache->entry[i].used < oldest->used)
			oldest = &cache->entry[i];
	return oldest;
}

/* Room for so many octets: what was not asked for longest goes. A single answer may be larger than all room, and is then kept alone. */
static void make_room(struct publication_cache *cache, size_t len)
{
	for (;;) {
		struct entry *oldest = NULL;
		size_t kept = 0;

		for (size_t i = 0; i < PUBLICATION_MAX_KEPT; i++) {
			struct entry *entry = &cache->entry[i];

			kept += entry->body.len;
			if (entry->body.len > 0 && (oldest == NULL || entry->used < oldest->used))
				oldest = entry;
		}
		if (oldest == NULL || kept + len <= PUBLICATION_MAX_KEPT_LEN)
			return;
		entry_clear(oldest);
	}
}

static enum err entry_set_etag(struct entry *entry)
{
	uint8_t digest[DIGEST_MAX_LEN];
	struct buf hex = { 0 };
	enum err e;

	if ((e = crypto_digest(DIGEST_SHA256, buf_bytes(&entry->body), digest)) == ERR_OK &&
		(e = text_encode_hex(bytes_from(digest, (PUBLICATION_ETAG_LEN - 2) / 2), &hex)) == ERR_OK) {
		entry->etag[0] = entry->etag[PUBLICATION_ETAG_LEN - 1] = '"';
		memcpy(entry->etag + 1, hex.ptr, PUBLICATION_ETAG_LEN - 2);
	}
	buf_clear(&hex);
	return e;
}

static enum err encode_chain(const struct published_ca *ca, struct buf *out, struct why *why)
{
	struct bytes certificates[1 + PUBLICATION_MAX_CHAIN] = { buf_bytes(&ca->cert_der) };

	for (size_t i = 0; i < ca->chain_count; i++)
		certificates[1 + i] = buf_bytes(&ca->chain[i]);
	return cms_certs_only_encode(certificates, 1 + ca->chain_count, out, why);
}

static enum err fetch_ca(const struct service *service, const struct publication_name *name, struct entry *made, struct why *why)
{
	struct published_ca ca = { 0 };
	struct cert *cert = NULL;
	enum err e;

	if ((e = publication_load_ca(service->store, name->ca, &ca, why)) != ERR_OK || (e = cert_parse(buf_bytes(&ca.cert_der), &cert, why)) != ERR_OK)
		goto out;
	e = name->kind == PUBLICATION_CHAIN ? encode_chain(&ca, &made->body, why) : buf_append(&made->body, buf_bytes(&ca.cert_der));
	made->last_modified_utc = cert->not_before_utc;
	made->next_update_utc = cert->not_after_utc;
out:
	cert_free(cert);
	published_ca_clear(&ca);
	return e;
}

/* @param known in: what is in memory, or NULL. When the database has the same one, the body comes back empty. */
static enum err fetch_crl(const struct service *service, const struct publication_name *name, const struct entry *known, struct entry *made, struct why *why)
{
	struct published_crl crl = { 0 };
	enum err e;

	e = publication_load_crl(service->store, name->ca, name->partition, name->kind == PUBLICATION_DELTA_CRL, known == NULL ? 0 : known->number, &crl, why);
	if (e == ERR_OK) {
		made->number = crl.number;
		made->last_modified_utc = crl.this_update_utc;
		made->next_update_utc = crl.next_update_utc;
		buf_move(&made->body, &crl.der);
	}
	buf_clear(&crl.der);
	return e;
}

/* Ask the database; keep the answer. @param kept in/out: what was in memory, or NULL; what is now. */
static enum err refresh(const struct service *service, struct publication_cache *cache, const struct publication_name *name, struct entry **kept, struct why *why)
{
	bool is_crl = name->kind == PUBLICATION_CRL || name->kind == PUBLICATION_DELTA_CRL;
	struct entry made = { .name = *name };
	enum err e;

	e = is_crl ? fetch_crl(service, name, *kept, &made, why) : fetch_ca(service, name, &made, why);
	if (e != ERR_OK || made.body.len == 0)
		goto out;
	if ((e = entry_set_etag(&made)) != ERR_OK || (e = buf_append(&made.ca, name->ca)) != ERR_OK)
		goto out;
	if (*kept != NULL)
		entry_clear(*kept);
	make_room(cache, made.body.len);
	*kept = entry_oldest(cache);
	entry_clear(*kept);
	**kept = made;
	(*kept)->name.ca = buf_bytes(&(*kept)->ca);
	made = (struct entry){ 0 };
out:
	entry_clear(&made);
	return e;
}

static const char *media_type(enum publication_kind kind)
{
	switch (kind) {
	case PUBLICATION_CERTIFICATE:
		return "application/pkix-cert";
	case PUBLICATION_CHAIN:
		return "application/pkcs7-mime; smime-type=certs-only";
	case PUBLICATION_CRL:
	case PUBLICATION_DELTA_CRL:
		return "application/pkix-crl";
	}
	return "application/octet-stream";
}

static int max_age(const struct entry *entry, int64_t now_utc)
{
	bool is_crl = entry->name.kind == PUBLICATION_CRL || entry->name.kind == PUBLICATION_DELTA_CRL;
	int limit = is_crl ? PUBLICATION_CRL_MAX_AGE_S : PUBLICATION_CA_MAX_AGE_S;
	int64_t left = entry->next_update_utc - now_utc;

	return left <= 0 ? 0 : left < limit ? (int)left : limit;
}

enum err publication_find(const struct service *service, struct publication_cache *cache, const struct publication_name *name, struct publication *out, struct why *why)
{
	int64_t now_utc = clock_now_utc(&service->clock);
	struct entry *entry = entry_find(cache, name);
	enum err e;

	if (entry == NULL || now_utc >= entry->fresh_until_utc || now_utc < entry->fresh_until_utc - PUBLICATION_FRESH_S) {
		e = refresh(service, cache, name, &entry, why);
		/* Without a database what is in memory is as good as what a cache on the way would give. */
		if (e == ERR_DB_AWAY && entry != NULL && now_utc < entry->next_update_utc)
			e = ERR_OK;
		if (e != ERR_OK)
			return e;
		entry->fresh_until_utc = now_utc + PUBLICATION_FRESH_S;
	}
	entry->used = ++cache->clock;
	*out = (struct publication){ .media_type = media_type(name->kind), .body = buf_bytes(&entry->body), .last_modified_utc = entry->last_modified_utc,
		.max_age_s = max_age(entry, now_utc) };
	memcpy(out->etag, entry->etag, sizeof(out->etag));
	return ERR_OK;
}
