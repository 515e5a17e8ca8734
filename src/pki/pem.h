#ifndef SCEPGATE_PKI_PEM_H
#define SCEPGATE_PKI_PEM_H

/* The textual encodings of RFC 7468: finding the blocks of a file one by one, and writing one. Text before, between and behind the blocks is skipped. */

#include "base/bytes.h"
#include "base/why.h"

/** One block; borrowed from the text. */
struct pem_block {
	struct bytes label;    /* "CERTIFICATE", "PRIVATE KEY", … */
	struct bytes body;     /* what stands between the two lines: base64 text, and maybe headers before it */
	struct bytes raw;      /* the whole block, with its two lines */
};

/** Is there a block? */
bool pem_is_pem(struct bytes text);

/**
 * Find the next block.
 *
 * @param rest in/out: the text; on return what stands behind the block.
 * @return ERR_OK; ERR_NOT_FOUND when there is none; ERR_TEXT when it has no end. Cost: linear.
 */
enum err pem_next(struct bytes *rest, struct pem_block *out);

/** Append the octets of a block. @return ERR_OK; ERR_TEXT when it is no base64, or has headers; ERR_MEMORY. */
enum err pem_decode(const struct pem_block *block, struct buf *out);

/** Append a block, 64 characters a line. @return ERR_OK; ERR_MEMORY. */
enum err pem_encode(const char *label, struct bytes der, struct buf *out);

#endif
