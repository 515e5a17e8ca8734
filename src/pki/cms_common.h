#ifndef SCEPGATE_PKI_CMS_COMMON_H
#define SCEPGATE_PKI_CMS_COMMON_H

/* What the readers and writers of CMS messages share: the outermost level (RFC 5652 section 3) and fields that recur. Internal to pki. */

#include "pki/asn.h"
#include "pki/cert.h"
#include "pki/der.h"
#include "pki/oid.h"

/**
 * Enter a ContentInfo.
 *
 * @param der     in: one DER-framed element that has passed ber_normalise().
 * @param type    out: contentType, OID content octets. @param content out: a cursor on what stands in [0].
 * @return ERR_OK; ERR_CMS_SYNTAX.
 */
enum err cms_content_info_enter(struct bytes der, struct bytes *type, struct der *content, struct why *why);

/** Start a SignedData of version 1 without content and signers, to which certificates and CRLs are still to be added or omitted. @return as asn_new(). */
enum err cms_degenerate_new(struct asn **out);

/** Encode the tree of a content and append it inside a ContentInfo of this type. @return ERR_OK; what asn_encode() says. */
enum err cms_content_info_encode(enum oid type, struct asn *content, struct buf *out, struct why *why);

/** Fill an AlgorithmIdentifier at `path`. @param parameters in: the whole element; empty leaves it out. */
void cms_algorithm_set(struct asn *asn, const char *path, enum oid algorithm, struct bytes parameters);

/** The whole element NULL, as the parameters of the RSA algorithms are. Borrowed for ever. */
struct bytes cms_null_parameters(void);

/** Fill an IssuerAndSerialNumber at `path` with that of a certificate. @return ERR_OK; ERR_MEMORY. What asn.h remembers is not told here. */
enum err cms_issuer_and_serial_set(struct asn *asn, const char *path, const struct cert *cert);

/** Fill the certificates of a SignedData, in this order; none: leave them out. */
void cms_certificates_set(struct asn *asn, const struct bytes *certificates, size_t count);

#endif
