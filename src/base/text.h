#ifndef SCEPGATE_BASE_TEXT_H
#define SCEPGATE_BASE_TEXT_H

/* Text forms of bytes: hexadecimal and base64 (RFC 4648), and checks of text that comes from outside. */

#include <stdbool.h>

#include "base/bytes.h"

/** Append lower-case hexadecimal. @return ERR_OK; ERR_MEMORY. */
enum err text_encode_hex(struct bytes in, struct buf *out);

/** Append what hexadecimal of either case says; colons and blanks between octets are skipped. @return ERR_OK; ERR_TEXT; ERR_MEMORY. */
enum err text_decode_hex(struct bytes in, struct buf *out);

/** Append base64 of RFC 4648 section 4, padded, without line breaks. @return ERR_OK; ERR_MEMORY. */
enum err text_encode_base64(struct bytes in, struct buf *out);

/**
 * Append what base64 says. Takes the alphabets of RFC 4648 sections 4 and 5, padding present or absent; a misplaced pad,
 * a single left-over character or any other byte is ERR_TEXT. Line breaks must have been removed before.
 */
enum err text_decode_base64(struct bytes in, struct buf *out);

/** Is this well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF)? NUL counts as well-formed. */
bool text_is_utf8(struct bytes in);

/** Does it hold a C0 or C1 control character, DEL or NUL? `in` must be UTF-8. */
bool text_has_control(struct bytes in);

/**
 * Is this a name as applications, CAs, policies and profiles have: 1..64 of a-z 0-9 - _ . starting with a letter or digit?
 * Such a name stands in a URL path and in a file name without escaping.
 */
bool text_is_name(struct bytes in);

/**
 * Does `text` match `pattern`, in which `*` stands for any run of characters, and everything else for itself (no case folding)?
 * Linear in the length of the text times the number of stars; the pattern comes from an administrator, the text from a device.
 */
bool text_is_match(struct bytes pattern, struct bytes text);

#endif
