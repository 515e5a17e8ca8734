#ifndef SCEPGATE_CTL_CSV_H
#define SCEPGATE_CTL_CSV_H

/*
 * Comma-separated values in, a record at a time: RFC 4180 as spreadsheets write it. Lines end with CR LF or LF; a field in quotes may hold
 * commas, line breaks and doubled quotes; lines without any character are passed over. Writing is output.h's.
 */

#include "base/bytes.h"
#include "base/why.h"

enum { CSV_MAX_FIELDS = 32, CSV_MAX_RECORD_LEN = 8192 /* octets of a record, quotes and line break included */ };

/** Where reading stands. */
struct csv_reader {
	struct bytes rest;     /* borrowed */
	size_t line;           /* number of the line that is read next, from 1 */
};

/** One record. All zero is the initial value; csv_record_clear() at the end. */
struct csv_record {
	size_t line;           /* where it begins */
	size_t count;          /* of fields, at least 1 */
	const char *field[CSV_MAX_FIELDS]; /* unquoted; in `text` */
	struct buf text;
};

/** @param content in: borrowed while it is read; a byte order mark at its beginning is passed over. */
void csv_reader_init(struct csv_reader *reader, struct bytes content);

/**
 * Read the next record.
 *
 * @param record out: over what it held; undefined on error. @return ERR_OK; ERR_NOT_FOUND at the end; ERR_VALUE for what is no CSV, not UTF-8,
 * or too long, with the line in why; ERR_MEMORY.
 */
enum err csv_next(struct csv_reader *reader, struct csv_record *record, struct why *why);

void csv_record_clear(struct csv_record *record);

#endif
