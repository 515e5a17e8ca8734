#ifndef SCEPGATE_PKI_CMS_REFRAME_H
#define SCEPGATE_PKI_CMS_REFRAME_H

/* A CMS message of ours in the BER that Java and streaming clients send, to test servers with. */

#include "base/bytes.h"

enum { CMS_BER_CHUNK_LEN = 1000 };

/**
 * Rewrite a SignedData or EnvelopedData in ContentInfo: indefinite lengths down to the content, which becomes a constructed string of chunks. Recipients, certificates
 * and SignerInfos stay as they are, so signatures hold.
 *
 * @param der in: DER, our own. @param out out: appended. @return ERR_OK; ERR_ASN1_SYNTAX; ERR_MEMORY.
 */
enum err cms_reframe_ber(struct bytes der, struct buf *out);

#endif
