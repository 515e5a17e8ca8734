#ifndef SCEPGATE_TESTS_SUPPORT_IDENTITY_H
#define SCEPGATE_TESTS_SUPPORT_IDENTITY_H

/* Certificates and keys of tests/vectors/cms, and a structural attack on a message that the parsers of all layers must bear. */

#include "pki/cert.h"
#include "pki/key.h"

struct identity {
	struct cert *cert;
	struct key *key;
};

/** Load cms/NAME.crt and cms/NAME.key; aborts when one cannot be read. Give back with identity_clear(). */
struct identity identity_load(const char *name);
void identity_clear(struct identity *identity);

/**
 * Call `visit` with every prefix of the message that is shorter than it, each in memory of exactly its length, so that a sanitizer sees the first octet read too far.
 */
void identity_each_truncation(struct bytes message, void (*visit)(struct bytes damaged, void *context), void *context);

/** Call `visit` with every single-octet change by each of these masks. */
void identity_each_flip(struct bytes message, const uint8_t *masks, size_t mask_count, void (*visit)(struct bytes damaged, void *context), void *context);

#endif
