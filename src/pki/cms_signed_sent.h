#ifndef SCEPGATE_PKI_CMS_SIGNED_SENT_H
#define SCEPGATE_PKI_CMS_SIGNED_SENT_H

/* The signed attributes of a BER message as they stood on the wire, for signers that hash them so. Internal to pki. */

#include "base/bytes.h"
#include "base/why.h"

/**
 * Find signedAttrs [0] of the only SignerInfo.
 *
 * @param ber  in: a SignedData that has been read in normalised form. @param sent out: the whole element as sent, borrowed from `ber`.
 * @return ERR_OK; ERR_CMS_SYNTAX; ERR_MEMORY. Cost: linear.
 */
enum err cms_signed_find_sent_attributes(struct bytes ber, struct bytes *sent);

#endif
