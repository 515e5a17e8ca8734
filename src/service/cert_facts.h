#ifndef SCEPGATE_SERVICE_CERT_FACTS_H
#define SCEPGATE_SERVICE_CERT_FACTS_H

/* A certificate in words, as the database wants it beside its octets: for certificates that are recorded by administrators, not enrolled. */

#include "pki/cert.h"
#include "base/clock.h"
#include "store/admin.h"

enum { CERT_FACTS_ARGUMENTS = 6 };

/** All zero is the initial value; cert_facts_clear() at the end. */
struct cert_facts {
	struct bytes der, serial;      /* borrowed from the certificate */
	struct buf subject;            /* RFC 4514 text */
	struct buf sans;               /* "DNS:a, IP:192.0.2.1", or empty */
	uint8_t spki_sha256[DIGEST_SHA256_LEN];
	char not_before[CLOCK_ISO_SIZE], not_after[CLOCK_ISO_SIZE];
};

/**
 * Read them.
 *
 * @param facts out: borrows from `cert`; untouched on error. @return ERR_OK; ERR_CERT_SYNTAX when its times cannot be read or its serial number is longer than 20
 *              octets; ERR_CSR_SYNTAX when its extensions cannot be read; ERR_MEMORY.
 */
enum err cert_facts_read(const struct cert *cert, struct cert_facts *facts, struct why *why);
void cert_facts_clear(struct cert_facts *facts);

/** certificate, serial, spki_sha256, subject, not_before and not_after as arguments of an admin call; borrowed. */
void cert_facts_arguments(const struct cert_facts *facts, struct admin_argument out[CERT_FACTS_ARGUMENTS]);

#endif
