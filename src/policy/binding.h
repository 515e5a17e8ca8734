#ifndef SCEPGATE_POLICY_BINDING_H
#define SCEPGATE_POLICY_BINDING_H

/* What a challenge was minted for: a request that comes with it must be for that and nothing else. */

#include "pki/cert.h"
#include "pki/csr.h"

/** Each NULL or empty: not bound to that. Borrowed. */
struct binding {
	const char *subject;        /* RFC 4514 text: the request's subject, canonically equal */
	const char *sans;           /* "DNS:a.example, UPN:b@example", as san_parse_text(): the request's SANs, as a set; "none" for a request that must have none */
	const char *device;         /* an identifier: a value of CN, serialNumber, UID or unstructuredName of the subject, or a dns or uri SAN; ASCII case does not count.
	                               Of the names beside it this says nothing: bind the subject or the SANs, or let the policy say what they may be */
	struct bytes spki_sha256;   /* 32 octets: SHA-256 of the SubjectPublicKeyInfo of the request */
};

/** @return ERR_OK; ERR_CHALLENGE with what differs in why; ERR_VALUE when the binding itself is malformed, which binds to nothing that exists; ERR_MEMORY. */
enum err binding_check(const struct binding *binding, const struct csr *csr, struct why *why);

/**
 * Does what is to be certified still name the device that the request had to name? A policy that drops what it does not list could take it away, and leave a certificate for
 * somebody else. Not for profiles whose templates build the names: those say themselves what becomes of the device.
 *
 * @param device in: NULL or empty: not bound to one. @return ERR_OK; ERR_POLICY; ERR_MEMORY.
 */
enum err binding_check_certified(const char *device, const struct cert_template *tbs, struct why *why);

/** Is it well formed? For whoever mints: what is not could never be met. @return ERR_OK; ERR_VALUE with what is wrong in why; ERR_MEMORY. */
enum err binding_validate(const struct binding *binding, struct why *why);

#endif
