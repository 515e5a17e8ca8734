#ifndef SCEPGATE_CTL_EXPLAIN_KIND_H
#define SCEPGATE_CTL_EXPLAIN_KIND_H

/* What a DER-framed element is, from its outline alone: enough to know which reader to give it to, and to say what is there when the reader refuses it. */

#include <stddef.h>

#include "base/bytes.h"

enum kind {
	KIND_UNKNOWN,
	KIND_SIGNED,             /* SignedData with signers */
	KIND_DEGENERATE,         /* SignedData without: certificates or CRLs */
	KIND_ENVELOPED,
	KIND_OTHER_CONTENT,      /* ContentInfo of another type */
	KIND_CSR, KIND_CERTIFICATE, KIND_CRL,
	KIND_ISSUER_AND_SERIAL, KIND_ISSUER_AND_SUBJECT
};

/** The outline. Borrowed. */
struct outline {
	enum kind kind;
	bool is_bare;                /* EnvelopedData without ContentInfo */
	struct bytes type;           /* of a ContentInfo: OID content octets */
	struct bytes content_type;   /* eContentType, or contentType of the encryptedContentInfo */
	bool has_content;            /* SignedData: eContent is there */
	size_t certificate_count, crl_count, signer_count;
	size_t key_trans_count, password_count, other_recipient_count;
};

/** @param der in: one element, DER-framed. */
struct outline outline_read(struct bytes der);

/** "a PKCS#10 certification request", … for a sentence. */
const char *kind_name(enum kind kind);

#endif
