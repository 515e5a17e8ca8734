#ifndef SCEPGATE_CTL_OUTPUT_H
#define SCEPGATE_CTL_OUTPUT_H

/*
 * Data on standard output in one of four forms. jansson is known here alone.
 *
 * table: for people: aligned columns, SQL NULL as "-", control characters (C0, C1, DEL) as "?". Its layout may change.
 * tsv:   for scripts: a line of column names, then a line a row, fields separated by tabs; backslash, tab, newline and carriage return
 *        stand as \\ \t \n \r, NULL is empty.
 * csv:   for programs that import it, such as an MDM (RFC 4180): a line of column names, then a line a row, fields separated by commas; a field with
 *        a comma, a quote or a line break stands in quotes, with its quotes doubled. NULL is empty. Lines end with CR LF.
 * json:  for programs: an array of objects (lists) or one object (records). Numbers, booleans, lists and JSON of the database stay what
 *        they are; all else is a string or null.
 */

#include <stdbool.h>
#include <stdio.h>

#include "base/why.h"
#include "store/rowset.h"

enum output_format { OUTPUT_TABLE, OUTPUT_JSON, OUTPUT_TSV, OUTPUT_CSV };

/** The words of --format, for the table of commands. */
#define OUTPUT_FORMATS "table|json|tsv|csv"

/** @param name in: one of OUTPUT_FORMATS. */
enum output_format output_format_from_name(const char *name);

/**
 * Write rows as a list.
 *
 * @param columns in: names of the columns that the table form shows, ending with NULL; NULL shows all. The other forms always have all.
 * @return ERR_OK; ERR_MEMORY; ERR_TEXT when a value is not UTF-8 (json). A stream that cannot be written shows in ferror().
 */
enum err output_rows(FILE *out, enum output_format format, const struct rowset *rows, const char *const *columns, struct why *why);

/** Forms that can be written bit by bit. */
enum output_lines { OUTPUT_LINES_JSON /* an object a line */, OUTPUT_LINES_CSV };

/** Write rows that are a part of many. @param is_first in: CSV begins with a line of column names. Errors as above. */
enum err output_lines(FILE *out, enum output_lines form, const struct rowset *rows, bool is_first, struct why *why);

/** Rows that belong to a record, under a name: the rules of a policy. */
struct output_part {
	const char *name;
	const struct rowset *rows;
	const char *const *columns; /* as for output_rows() */
};

/** Write the first row as a record, a line a column, and what belongs to it. The record must have a row. Errors as above. */
enum err output_record(FILE *out, enum output_format format, const struct rowset *record, const struct output_part *parts,
	size_t part_count, struct why *why);

/** One value of a record that does not come from the database. */
struct output_field {
	const char *name;
	const char *value; /* NULL allowed */
	enum rowset_kind kind;
};

/** Write fields as a record. Errors as above. */
enum err output_fields(FILE *out, enum output_format format, const struct output_field *fields, size_t count, struct why *why);

#endif
