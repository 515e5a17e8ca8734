#ifndef SCEPGATE_PKI_ASN_H
#define SCEPGATE_PKI_ASN_H

/*
 * Writing the structures of src/pki/scepgate.asn with libtasn1. libtasn1's types stop at asn.c: a value here is a tree that is filled by path and encoded
 * once. Reading is der.h's.
 */

#include "base/bytes.h"
#include "base/why.h"

struct asn;

/** Start a value of a type of the module, e.g. "SignedData". @return ERR_OK; ERR_MEMORY; ERR_INTERNAL for an unknown type. */
enum err asn_new(const char *type, struct asn **out);
void asn_free(struct asn *asn);

/*
 * The setters remember the first error and then do nothing, so a caller fills the whole tree and looks at asn_encode() alone. A path is
 * libtasn1's: "signerInfos.?LAST.sid.issuerAndSerialNumber.issuer".
 */
void asn_set_bytes(struct asn *asn, const char *path, struct bytes value);      /* OCTET STRING, BIT STRING of whole octets, text, time; ANY takes the whole element */
void asn_set_oid(struct asn *asn, const char *path, struct bytes oid_content);
void asn_set_small(struct asn *asn, const char *path, int value);
void asn_set_integer(struct asn *asn, const char *path, struct bytes content);   /* content octets of an INTEGER, two's complement */
void asn_append(struct asn *asn, const char *path);                             /* a new last element of a SEQUENCE OF or SET OF */
void asn_choose(struct asn *asn, const char *path, const char *alternative);
void asn_omit(struct asn *asn, const char *path);                               /* leave an OPTIONAL element out; a DEFAULT one is out until it is set */

/** Append the DER encoding of the whole tree. @return ERR_OK; the first error of any setter; ERR_INTERNAL with libtasn1's words; ERR_MEMORY. */
enum err asn_encode(struct asn *asn, struct buf *out, struct why *why);

#endif
