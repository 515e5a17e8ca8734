#ifndef SCEPGATE_PKI_NAME_H
#define SCEPGATE_PKI_NAME_H

/*
 * Distinguished names: reading one attribute at a time, text for people, building from text, and comparison. A name that goes into a certificate is copied
 * byte for byte or built here; it is never rebuilt from its text.
 */

#include "base/bytes.h"
#include "base/why.h"
#include "pki/der.h"

enum {
	NAME_MAX_LEN = 8192,      /* DER bytes of one name */
	NAME_MAX_ATTRIBUTES = 64, /* attributes in one name */
	NAME_MAX_VALUE_LEN = 1024 /* UTF-8 bytes of one value */
};

/** One attribute as it stands in a name; borrowed from it. */
struct name_attribute {
	struct bytes type;          /* OID content octets */
	struct der_element value;   /* the string as sent */
	bool starts_rdn;            /* false for the second and later attribute of a multi-valued RDN */
};

/** A cursor over the attributes of a name, in the order of the encoding. */
struct name_cursor {
	struct der rdns;
	struct der rdn;
	size_t count;
};

/** @param name in: the whole SEQUENCE. @return ERR_OK; ERR_ASN1_SYNTAX; ERR_ASN1_LIMIT when it is longer than NAME_MAX_LEN. */
enum err name_start(struct bytes name, struct name_cursor *cursor);

/** @return ERR_OK; ERR_NOT_FOUND at the end; ERR_ASN1_SYNTAX; ERR_ASN1_LIMIT at too many attributes. */
enum err name_next(struct name_cursor *cursor, struct name_attribute *out);

/** Walk a whole name. @return ERR_OK; ERR_ASN1_SYNTAX; ERR_ASN1_LIMIT. */
enum err name_check(struct bytes name);

bool name_is_empty(struct bytes name);

/** Append the text of RFC 4514 ("CN=printer-1,O=Example"; last RDN first, as the RFC wants), control characters and non-text as \XX or #hex. @return ERR_OK; ERR_ASN1_SYNTAX; ERR_ASN1_LIMIT; ERR_MEMORY. */
enum err name_format(struct bytes name, struct buf *out);

/**
 * Build a name from RFC 4514 text as an administrator writes it: "CN=Corp Root,O=Example,C=DE". Values become UTF8String; C, serialNumber and
 * dnQualifier PrintableString; DC and emailAddress IA5String. RDNs are encoded last first, as the RFC says.
 *
 * @param out out: DER is appended. @return ERR_OK; ERR_TEXT with the place; ERR_MEMORY.
 */
enum err name_parse_text(const char *text, struct buf *out, struct why *why);

/** Append a name with one CN, UTF8String. @param cn in: 1..64 characters of UTF-8. @return ERR_OK; ERR_VALUE; ERR_MEMORY. */
enum err name_from_cn(struct bytes cn, struct buf *out);

/** Fold text in place as names are compared: ASCII letters small, no blanks at the ends, one blank for a run of them. */
void name_fold_text(struct buf *text);

/**
 * Equal as RFC 5280 section 7.1 compares: same structure, values compared as text after folding ASCII case and inner blanks, whatever the string type.
 * An encoding that is not a name equals nothing but its own bytes.
 */
bool name_is_equal(struct bytes a, struct bytes b);

#endif
