#ifndef SCEPGATE_BASE_TEXT_H
#define SCEPGATE_BASE_TEXT_H

/* Text forms of bytes: hexadecimal and base64 (RFC 4648), and checks of text that comes from outside. */

#include <stdbool.h>

#include "base/bytes.h"

/** Append lower-case hexadecimal. @return ERR_OK; ERR_MEMORY. */
enum err text_encode_hex(struct bytes in, struct buf *out);

/** Append upper-case hexadecimal. @return ERR_OK; ERR_MEMORY. */
enum err text_encode_hex_upper(struct bytes in, struct buf *out);

/** The value of one hexadecimal digit of either case; -1 for anything else. */
int text_hex_value(uint8_t c);

/** Append what hexadecimal of either case says; colons and blanks between octets are skipped. @return ERR_OK; ERR_TEXT; ERR_MEMORY. */
enum err text_decode_hex(struct bytes in, struct buf *out);

/** Append base64 of RFC 4648 section 4, padded, without line breaks. @return ERR_OK; ERR_MEMORY. */
enum err text_encode_base64(struct bytes in, struct buf *out);

/**
 * Append what base64 says. Takes the alphabets of RFC 4648 sections 4 and 5, padding present or absent; a misplaced pad,
 * a single left-over character or any other byte is ERR_TEXT. Line breaks must have been removed before.
 */
enum err text_decode_base64(struct bytes in, struct buf *out);

/** Percent-decode in place, once (RFC 3986 section 2.1). @return ERR_OK; ERR_TEXT at a '%' without two hexadecimal digits: the text is then as it was. */
enum err text_decode_percent(struct buf *text);

/** Is this well-formed UTF-8 (RFC 3629: no overlong forms, no surrogates, nothing above U+10FFFF)? NUL counts as well-formed. */
bool text_is_utf8(struct bytes in);

/** Does it hold a C0 or C1 control character, DEL or NUL? `in` must be UTF-8. */
bool text_has_control(struct bytes in);

/** Is the octet at this index part of such a character? `in` must be UTF-8. */
bool text_is_control_octet(struct bytes in, size_t at);

/**
 * Does it hold a character that is not seen, but changes the direction, the lines or the comparison of what is shown: U+061C, U+180E, U+200B to U+200F, U+2028 to
 * U+202E, U+2060 to U+2069, U+FEFF, U+E0000 to U+E007F? The non-joiner U+200C and the joiner U+200D do not count between two letters of one script that is written with
 * them, as Persian and the languages of India are. `in` must be UTF-8.
 */
bool text_has_invisible(struct bytes in);

/** Is the octet at this index part of such a character, wherever that stands? */
bool text_is_invisible_octet(struct bytes in, size_t at);

/** How many characters (not octets) it has. `in` must be UTF-8. */
size_t text_count_characters(struct bytes in);

/** As much of it as fits into `max` octets, cut between characters. `in` must be UTF-8. Borrowed from `in`. */
struct bytes text_cut(struct bytes in, size_t max);

/**
 * Is this a name as applications, CAs, policies and profiles have: 1..64 of a-z 0-9 - _ . starting with a letter or digit?
 * Such a name stands in a URL path and in a file name without escaping.
 */
bool text_is_name(struct bytes in);

enum {
	TEXT_PATTERN_MAX_LEN = 1024, /* bytes of a pattern: 256 characters, as the database has them */
	TEXT_MATCHED_MAX_LEN = 16384 /* bytes of what is put against it */
};

/**
 * Does `text` match `pattern`, in which `*` stands for any run of characters, and everything else for itself (no case folding)? What is longer than the limits matches nothing.
 * The pattern comes from an administrator, the text from a device: the cost is that of one search through the text, however many stars there are.
 */
bool text_is_match(struct bytes pattern, struct bytes text);

#endif
