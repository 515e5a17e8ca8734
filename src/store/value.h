#ifndef SCEPGATE_STORE_VALUE_H
#define SCEPGATE_STORE_VALUE_H

/* PostgreSQL's forms of values: reading the binary ones, and turning the textual ones into those of rowset.h. Knows no connection. */

#include "base/bytes.h"
#include "store/rowset.h"

/** A binary int2, int4 or int8. @return false when it is none of these. */
bool value_number(struct bytes in, int64_t *out);

/** A binary boolean. @return false when it is none. */
bool value_bool(struct bytes in, bool *out);

/** A walk over a binary array of one dimension. */
struct value_array {
	struct bytes rest;
	size_t count;   /* elements not taken yet */
};

/** @return false when the bytes are no such array. An empty array has no elements. */
bool value_array_open(struct bytes in, struct value_array *out);

/** Take one element; borrowed. @return false when there is none left, it is null, or the array is malformed. */
bool value_array_next(struct value_array *array, struct bytes *element);

/**
 * Append a textual value of a type in the form of rowset.h: times ISO 8601 UTC, booleans "true" and "false", octets lower-case hexadecimal, arrays
 * comma-separated; other types as they are. The session must be set to UTC, ISO dates and hexadecimal bytea.
 *
 * @param type in: object identifier of the type. @return ERR_OK; ERR_MEMORY.
 */
enum err value_format(unsigned type, struct bytes text, struct buf *out);

/** What the text that value_format() gives for a type is. */
enum rowset_kind value_kind(unsigned type);

/** Append an array literal of a comma-separated list; blanks around commas are dropped, an empty list is an empty array. A literal in braces is taken as it is. @return ERR_OK; ERR_MEMORY. */
enum err value_put_array(struct bytes list, struct buf *out);

#endif
