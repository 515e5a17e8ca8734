#ifndef SCEPGATE_SERVICE_PUBLICATION_H
#define SCEPGATE_SERVICE_PUBLICATION_H

/*
 * What anybody may fetch: the certificate of a CA, its chain, its CRLs (the targets of AIA and CDP, RFC 5280 sections 4.2.1.13 and 4.2.2.1). A worker keeps what it
 * fetched: a CRL can have 40 MiB, so the database is asked for its number first and sends it only when it is another one.
 */

#include "service/service.h"

enum {
	PUBLICATION_FRESH_S = 2,             /* so long a worker answers from memory without asking the database */
	PUBLICATION_MAX_KEPT_LEN = 256 << 20, /* octets that a worker keeps at most */
	PUBLICATION_MAX_KEPT = 64,           /* things that a worker keeps at most */
	PUBLICATION_CRL_MAX_AGE_S = 300,     /* so long a cache may keep a CRL: a revocation is seen after that, not only at nextUpdate */
	PUBLICATION_CA_MAX_AGE_S = 3600,
	PUBLICATION_ETAG_LEN = 34            /* 32 hexadecimal digits in quotation marks */
};

enum publication_kind { PUBLICATION_CERTIFICATE, PUBLICATION_CHAIN, PUBLICATION_CRL, PUBLICATION_DELTA_CRL };

/** What is asked for. */
struct publication_name {
	enum publication_kind kind;
	struct bytes ca;                     /* borrowed */
	int partition;                       /* of a CRL; 0: the only one, or the first */
};

/** An answer. Borrowed from the cache until the next call. */
struct publication {
	const char *media_type;              /* a constant */
	struct bytes body;
	char etag[PUBLICATION_ETAG_LEN + 1]; /* with its quotation marks (RFC 9110 section 8.8.3) */
	int64_t last_modified_utc;           /* thisUpdate of a CRL, notBefore of a certificate */
	int max_age_s;                       /* at most until nextUpdate; 0 behind it */
};

struct publication_cache;

struct publication_cache *publication_cache_new(void);
void publication_cache_free(struct publication_cache *cache);

/**
 * Find it.
 *
 * @param service in: the store is that of the role scepgate_public. @param out out: untouched on error.
 * @return ERR_OK; ERR_NOT_FOUND; ERR_DB_AWAY, also when an older answer is in memory that is beyond PUBLICATION_FRESH_S and whose nextUpdate has passed: until then it is given
 *         out; ERR_DB; ERR_CERT_SYNTAX; ERR_MEMORY.
 */
enum err publication_find(const struct service *service, struct publication_cache *cache, const struct publication_name *name, struct publication *out, struct why *why);

#endif
