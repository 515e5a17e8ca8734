#ifndef SCEPGATE_PKI_BER_H
#define SCEPGATE_PKI_BER_H

/*
 * The gate for ASN.1 from the network: BER in, DER-framed bytes out, under limits. Indefinite lengths become definite, length octets minimal,
 * constructed strings are joined. Order is kept (SET OF is not sorted), values are not touched, and what was DER comes out byte for byte the same, so signatures
 * over parts of it still verify. Everything behind this gate (der.h) reads plain definite lengths and is bounded by what was checked here.
 */

#include "base/bytes.h"
#include "base/why.h"

enum {
	BER_MAX_DEPTH = 32,       /* nested constructed elements */
	BER_MAX_ELEMENTS = 4096,  /* elements in one message, chunks of strings included */
	BER_MAX_STRING_DEPTH = 4  /* constructed strings inside constructed strings */
};

/**
 * Rewrite the first element of `in` in definite form.
 *
 * High tag numbers (>= 31), reserved lengths, missing end-of-contents, lengths that point outside and primitive elements with indefinite length are
 * refused. A string type is any universal string or time tag, and a context-specific constructed element is joined only where the reader asks
 * for it (der_join_string()), because the tag alone does not tell.
 *
 * @param in       in, borrowed: hostile bytes.
 * @param out      out: the DER-framed element is appended.
 * @param used_len out: how many bytes of `in` the element took; the rest is the caller's to refuse or ignore. May be NULL.
 * @return ERR_OK; ERR_ASN1_SYNTAX; ERR_ASN1_LIMIT when one of the limits is passed; ERR_MEMORY.
 * Cost: linear in the length; memory at most twice the input.
 */
enum err ber_normalise(struct bytes in, struct buf *out, size_t *used_len, struct why *why);

#endif
