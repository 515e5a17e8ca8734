#ifndef SCEPGATE_PKI_DER_H
#define SCEPGATE_PKI_DER_H

/*
 * Reading DER-framed bytes as a cursor over elements, keeping the raw slice of each, and writing single elements. For structures that we write, see
 * asn.h (libtasn1 with the compiled module). Single-byte tags only. Input has passed ber_normalise(), or is our own.
 */

#include "base/bytes.h"

/** Identifier octets used in X.509, PKCS#10 and CMS. */
enum der_tag {
	DER_BOOLEAN = 0x01, DER_INTEGER = 0x02, DER_BIT_STRING = 0x03, DER_OCTET_STRING = 0x04, DER_NULL = 0x05, DER_OID = 0x06, DER_ENUMERATED = 0x0a,
	DER_UTF8_STRING = 0x0c, DER_NUMERIC_STRING = 0x12, DER_PRINTABLE_STRING = 0x13, DER_T61_STRING = 0x14, DER_IA5_STRING = 0x16,
	DER_UTC_TIME = 0x17, DER_GENERALIZED_TIME = 0x18, DER_VISIBLE_STRING = 0x1a, DER_UNIVERSAL_STRING = 0x1c, DER_BMP_STRING = 0x1e,
	DER_SEQUENCE = 0x30, DER_SET = 0x31
};

/** Context-specific identifier octets: DER_CONTEXT(0) is [0] primitive, DER_CONTEXT_CONSTRUCTED(0) is [0] constructed. */
#define DER_CONTEXT(n) (0x80 | (n))
#define DER_CONTEXT_CONSTRUCTED(n) (0xa0 | (n))

/** One element: identifier octet, content, and the whole of it with identifier and length. Borrowed from what is read. */
struct der_element {
	uint8_t tag;
	struct bytes value;
	struct bytes raw;
};

/** A cursor: what is still to be read on one level. Start it as `struct der der = { slice };`. */
struct der {
	struct bytes rest;
};

static inline bool der_is_end(const struct der *der)
{
	return der->rest.len == 0;
}

/** Is the next element there and of this tag? Consumes nothing. */
bool der_is_next(const struct der *der, uint8_t tag);

/** Read the next element of any tag. @return ERR_OK; ERR_ASN1_SYNTAX, also at the end; the cursor is then unchanged. */
enum err der_read(struct der *der, struct der_element *out);

/** Read the next element, which must have this tag. @return ERR_OK; ERR_ASN1_SYNTAX; the cursor is then unchanged. */
enum err der_read_tag(struct der *der, uint8_t tag, struct der_element *out);

/** Read the next element if it has this tag. @return true when it was there. *out is zeroed otherwise. */
bool der_read_optional(struct der *der, uint8_t tag, struct der_element *out);

/** Read a constructed element of this tag and start a cursor inside it. @return ERR_OK; ERR_ASN1_SYNTAX. */
enum err der_enter(struct der *der, uint8_t tag, struct der *inside);

/** Nothing may be left. @return ERR_OK; ERR_ASN1_SYNTAX. */
enum err der_end(const struct der *der);

/** Read the only element of `in`, which must have this tag and leave nothing behind it. @return ERR_OK; ERR_ASN1_SYNTAX. */
enum err der_read_only(struct bytes in, uint8_t tag, struct der_element *out);

/** Is this of the alphabet of PrintableString, X.680 section 41.4? */
bool der_is_printable(struct bytes text);

/**
 * In which order do two elements of a SET OF stand (X.690 section 11.6)? Ascending as octet strings, the shorter one as if padded with zeros behind.
 * @return below 0, 0, above 0 as with memcmp().
 */
int der_compare(struct bytes a, struct bytes b);

/** Put elements of a SET OF into that order. For few: quadratic. */
void der_sort(struct bytes *element, size_t count);

/** Value of an INTEGER that fits 0..INT32_MAX. @return ERR_OK; ERR_ASN1_SYNTAX. */
enum err der_get_small(const struct der_element *element, int *out);

/** Count the elements of a level without interpreting them. @return ERR_OK; ERR_ASN1_SYNTAX. */
enum err der_count(struct bytes level, size_t *count);

/**
 * The content of a string that may have been sent constructed under an IMPLICIT tag (encryptedContent [0]): appends the content of a primitive
 * element, or of all OCTET STRINGs inside a constructed one, to `out`. @return ERR_OK; ERR_ASN1_SYNTAX; ERR_MEMORY.
 */
enum err der_join_string(const struct der_element *element, uint8_t primitive_tag, struct buf *out);

/** Octets of identifier and length in front of this many content octets. */
size_t der_header_len(size_t value_len);

/** Append identifier and minimal length alone; the content follows. @return ERR_OK; ERR_MEMORY. */
enum err der_put_header(struct buf *out, uint8_t tag, size_t value_len);

/** Append one element: identifier, minimal length, content. @return ERR_OK; ERR_MEMORY. */
enum err der_put(struct buf *out, uint8_t tag, struct bytes value);

/** Append an INTEGER from unsigned big-endian octets (leading zeros dropped, a sign octet added when needed). @return ERR_OK; ERR_MEMORY. */
enum err der_put_unsigned(struct buf *out, struct bytes big_endian);

/** Append UTCTime (years 1950..2049) or GeneralizedTime, RFC 5280 section 4.1.2.5. @return ERR_OK; ERR_VALUE outside 0..9999; ERR_MEMORY. */
enum err der_put_time(struct buf *out, int64_t utc);

/** Read UTCTime or GeneralizedTime in the forms of RFC 5280 (Z, seconds present). @return ERR_OK; ERR_ASN1_SYNTAX. */
enum err der_get_time(const struct der_element *element, int64_t *utc);

/**
 * The text of a DirectoryString or IA5String as UTF-8: T61 is read as Latin-1, BMP (surrogate pairs are put together, Windows writes them)
 * and Universal as big-endian, UTF8String as it is, the others as ASCII.
 *
 * @param out out: UTF-8 is appended. Control characters are kept; the caller judges them.
 * @return ERR_OK; ERR_TEXT when the octets are no such text or hold a NUL; ERR_ASN1_SYNTAX for a tag that is no string; ERR_MEMORY.
 */
enum err der_get_text(const struct der_element *element, struct buf *out);

#endif
