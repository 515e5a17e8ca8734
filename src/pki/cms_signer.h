#ifndef SCEPGATE_PKI_CMS_SIGNER_H
#define SCEPGATE_PKI_CMS_SIGNER_H

/* Which embedded certificate is the signer's (RFC 5652 section 5.3, SignerIdentifier). Internal to pki. */

#include "pki/cert.h"
#include "pki/der.h"

/** SignerIdentifier and RecipientIdentifier: one of the two forms; borrowed. */
struct cms_identifier {
	struct bytes issuer; /* Name, whole SEQUENCE; empty for a key identifier */
	struct bytes serial; /* INTEGER content */
	struct bytes key_id; /* subjectKeyIdentifier; empty otherwise */
};

/**
 * Read the CHOICE at the cursor: issuerAndSerialNumber, or subjectKeyIdentifier [0], primitive or around one OCTET STRING.
 *
 * @param out out: untouched on error. @return ERR_OK; ERR_CMS_SYNTAX.
 */
enum err cms_identifier_read(struct der *der, struct cms_identifier *out);

/** Does this certificate have that issuer and serial (content octets), or that key identifier, in its extension or computed? */
bool cms_identifier_is_of(const struct cms_identifier *identifier, const struct cert *cert);

/**
 * Find the signer's certificate: the one that fits; if none fits and there is just one, that one.
 *
 * Elements that are no Certificate are skipped (row 36). Two different certificates that both fit are refused: nobody could say who signed.
 *
 * @param certificates in: content of SignedData.certificates. @param out out: the caller's, free with cert_free(); untouched on error.
 * @return ERR_OK; ERR_CMS_SYNTAX; ERR_ASN1_LIMIT above CMS_MAX_CERTIFICATES; ERR_MEMORY.
 */
enum err cms_signer_find(struct bytes certificates, const struct cms_identifier *sid, struct cert **out, struct why *why);

#endif
