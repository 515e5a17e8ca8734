#ifndef SCEPGATE_PKI_CMS_SIGNED_PARTS_H
#define SCEPGATE_PKI_CMS_SIGNED_PARTS_H

/* The upper levels of a SignedData (RFC 5652 sections 3 and 5.1), for the readers of signed and of certificates-only messages. Internal to pki. */

#include "base/bytes.h"
#include "base/why.h"

/** What stands directly in a SignedData. Borrowed from the DER-framed bytes. */
struct cms_signed_parts {
	struct bytes content_type; /* eContentType, OID content octets */
	bool has_content;
	struct bytes content;      /* eContent */
	struct bytes certificates; /* content of [0]; empty when absent */
	struct bytes crls;         /* content of [1]; empty when absent */
	struct bytes signer_infos; /* content of the SET */
};

/**
 * Read ContentInfo { signedData } down to the parts. Versions and digestAlgorithms are not looked at: the SignerInfo alone counts.
 *
 * @param der in: one DER-framed element that has passed ber_normalise(). @param out out: untouched on error.
 * @return ERR_OK; ERR_CMS_SYNTAX.
 */
enum err cms_signed_parts_parse(struct bytes der, struct cms_signed_parts *out, struct why *why);

#endif
