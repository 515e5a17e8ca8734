#ifndef SCEPGATE_PKI_NAME_H
#define SCEPGATE_PKI_NAME_H

/*
 * Distinguished names: reading one attribute at a time, text for people, building from text, and comparison. A name that goes into a certificate is copied
 * byte for byte or built here; it is never rebuilt from its text.
 */

#include "base/bytes.h"
#include "base/why.h"
#include "pki/der.h"
#include "pki/oid.h"

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

/** Append what stands for the text of one value, whose escapes are resolved. @return ERR_OK; any error, which ends the reading. */
typedef enum err name_expand(void *context, struct bytes text, struct buf *out, struct why *why);

/**
 * The same, with something else in the place of each value. What `expand` gives is a value whatever is in it: it is not read as part of the text. Values in
 * hexadecimal are taken as they are.
 *
 * @return as name_parse_text(); ERR_TEXT too for what the type of an attribute does not allow; what `expand` says.
 */
enum err name_parse_template(const char *text, name_expand *expand, void *context, struct buf *out, struct why *why);

/** Append a name with one CN, UTF8String. @param cn in: 1..64 characters of UTF-8. @return ERR_OK; ERR_VALUE; ERR_MEMORY. */
enum err name_from_cn(struct bytes cn, struct buf *out);

/**
 * Append one AttributeTypeAndValue, as an RDN (a SET OF them) is made of, in the string type of name_parse_text().
 *
 * @param type in: OID content octets. @param text in: the value, UTF-8, nothing escaped.
 * @return ERR_OK; ERR_TEXT when it is no text, too long or not of the type's alphabet; ERR_MEMORY.
 */
enum err name_put_attribute(struct bytes type, struct bytes text, struct buf *out, struct why *why);

/**
 * Append text escaped so that name_parse_text() reads it as one value or part of one, whatever is in it (RFC 4514 section 2.4).
 * @return ERR_OK; ERR_TEXT when it is no UTF-8; ERR_MEMORY.
 */
enum err name_escape_text(struct bytes text, struct buf *out);

/** Fold text in place as names are compared: ASCII letters small, no blanks at the ends, one blank for a run of them. */
void name_fold_text(struct buf *text);

/**
 * Append the form that all names have in common which are equal as name_is_equal() says: values that are text as folded UTF8Strings, and the attributes of an RDN in the order
 * of their octets. Unicode is not normalised: what looks alike stays different. For comparing; never to be certified.
 *
 * @param pass_over in: attribute types that are left out, and with them RDNs that have no others; may be NULL when there are none.
 * @param out out: one SEQUENCE is appended; untouched on error. @return ERR_OK; ERR_ASN1_SYNTAX; ERR_ASN1_LIMIT; ERR_MEMORY.
 */
enum err name_canonicalise(struct bytes name, const enum oid *pass_over, size_t pass_over_count, struct buf *out);

/** The same of one attribute: an AttributeTypeAndValue is appended. @return ERR_OK; ERR_MEMORY. */
enum err name_attribute_canonicalise(const struct name_attribute *attribute, struct buf *out);

/**
 * Equal as RFC 5280 section 7.1 compares: same structure, values compared as text after folding ASCII case and inner blanks, whatever the string type.
 * An encoding that is not a name equals nothing but its own bytes.
 */
bool name_is_equal(struct bytes a, struct bytes b);

#endif
