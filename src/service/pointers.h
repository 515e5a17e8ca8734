#ifndef SCEPGATE_SERVICE_POINTERS_H
#define SCEPGATE_SERVICE_POINTERS_H

/* Where one certificate says that its CRL and its issuer's certificate are (RFC 5280 sections 4.2.1.13 and 4.2.2.1). */

#include "base/random.h"
#include "store/endpoint.h"

/** All zero is the initial value; pointers_clear() at the end. */
struct pointers {
	int partition;             /* to whose CRL it points; 0 where the CA has no partitions */
	struct bytes crl_url[ENDPOINT_MAX_URLS], ca_url[ENDPOINT_MAX_URLS];
	size_t crl_url_count, ca_url_count;
	struct buf texts;          /* what some of them borrow from */
};

/**
 * Choose a partition by chance, where there are some, and put its number into the URLs that are for partitions; others are then left out. What a
 * certificate without partition points to are the others.
 *
 * @param settings in: borrowed until pointers_clear(). @param out out: untouched on error. @return ERR_OK; ERR_RANDOM; ERR_MEMORY.
 */
enum err pointers_make(const struct endpoint_pointers *settings, const struct random *random, struct pointers *out);
void pointers_clear(struct pointers *pointers);

#endif
