#ifndef SCEPGATE_SERVICE_LIVE_ENDPOINT_H
#define SCEPGATE_SERVICE_LIVE_ENDPOINT_H

/* An endpoint ready to serve: its row decoded, its keys opened and compared with their certificates, its constant replies made. */

#include "pki/cert.h"
#include "scep/reply.h"
#include "service/key_access.h"
#include "store/endpoint.h"

/** A certificate that requests are encrypted to, with its opened key. */
struct live_ra {
	struct cert *cert;
	struct key *key;
};

struct live_endpoint {
	struct endpoint *row;
	struct cert *ca_cert;
	struct key *ca_key;
	struct live_ra *ra;            /* that requests are encrypted for, the current one first. Where the CA plays RA it is the CA's */
	size_t ra_count;
	const struct live_ra *signer;  /* signs replies: the first of `ra`, or signer_alone */
	struct live_ra signer_alone;   /* the certificate that only signs; NULLs when there is none */
	struct bytes *chain;           /* CA and what is above it, as far as the endpoint shows it; borrowed from row */
	size_t chain_count;
	struct buf caps;               /* body of GetCACaps */
	struct buf ca_certs;           /* body of GetCACert */
	const char *ca_certs_type;     /* its media type, a constant */
	struct buf next_ca;            /* body of GetNextCACert; empty when there is none */
};

/**
 * Make one from its row.
 *
 * @param row        in: taken over on success; still the caller's on error.
 * @param keys       in: what opens its keys.
 * @param out        out: free with live_endpoint_free(); untouched on error.
 * @return ERR_OK; ERR_ENDPOINT_NOT_READY without an RA certificate, or when the CA shall play RA with a key that cannot decrypt; ERR_KEY_SECRET when the secret opens no key;
 *         ERR_KEY when a key does not fit its certificate; ERR_CONF when the library is not built in; ERR_CERT_SYNTAX; ERR_MEMORY.
 * Cost: one slow key derivation for each key.
 */
enum err live_endpoint_make(struct endpoint *row, const struct key_access *keys, struct live_endpoint **out, struct why *why);

void live_endpoint_free(struct live_endpoint *live);

#endif
