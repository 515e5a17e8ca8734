#ifndef SCEPGATE_PKI_EXT_PUT_H
#define SCEPGATE_PKI_EXT_PUT_H

/* What the writers of extensions have in common. Inside pki alone; nothing is checked here. */

#include "pki/ext.h"

/** Append the Extension that wraps `value`. @param oid in: content octets. */
enum err ext_put(struct buf *out, struct bytes oid, bool critical, struct bytes value);

/** The same, for a value that is a SEQUENCE of this content. */
enum err ext_put_sequence(struct buf *out, enum oid oid, bool critical, struct bytes content);

/** The same, for a value that is an INTEGER. */
enum err ext_put_number(struct buf *out, enum oid oid, bool critical, uint64_t number);

#endif
