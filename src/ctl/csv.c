#include <config.h>

#include "ctl/csv.h"

#include <string.h>

#include "base/text.h"

/* What follows a field. */
enum field_end { FIELD_END_COMMA, FIELD_END_LINE };

void csv_reader_init(struct csv_reader *reader, struct bytes content)
{
	static const char mark[] = "\xef\xbb\xbf";

	*reader = (struct csv_reader){ content, 1 };
	if (content.len >= 3 && memcmp(content.ptr, mark, 3) == 0)
		reader->rest = bytes_from(content.ptr + 3, content.len - 3);
}

void csv_record_clear(struct csv_record *record)
{
	buf_clear(&record->text);
	*record = (struct csv_record){ 0 };
}

/* The octet at an index of what is left; -1 behind its end. */
static int octet_at(const struct csv_reader *reader, size_t at)
{
	return at < reader->rest.len ? reader->rest.ptr[at] : -1;
}

/* How many octets of a line break stand at the index: 0, 1 for LF, 2 for CR LF. */
static size_t line_break_at(const struct csv_reader *reader, size_t at)
{
	if (octet_at(reader, at) == '\n')
		return 1;
	return octet_at(reader, at) == '\r' && octet_at(reader, at + 1) == '\n' ? 2 : 0;
}

/* Up to the closing quote, which *at is behind then. */
static enum err take_quoted(struct csv_reader *reader, size_t *at, struct csv_record *record, struct why *why)
{
	enum err e;

	for (;; ++*at) {
		int c = octet_at(reader, *at);

		if (c < 0 || *at >= CSV_MAX_RECORD_LEN)
			return why_set(why, ERR_VALUE, "line %zu: a quote is not closed within %d octets", record->line, CSV_MAX_RECORD_LEN);
		if (c == '"' && octet_at(reader, *at + 1) != '"') {
			++*at;
			return ERR_OK;
		}
		*at += c == '"';
		reader->line += c == '\n';
		if ((e = buf_append_byte(&record->text, (uint8_t)c)) != ERR_OK)
			return e;
	}
}

/* Up to the comma or the line break, where *at stands then. */
static enum err take_plain(struct csv_reader *reader, size_t *at, struct csv_record *record, struct why *why)
{
	enum err e;

	for (;; ++*at) {
		int c = octet_at(reader, *at);

		if (c < 0 || c == ',' || line_break_at(reader, *at) > 0)
			return ERR_OK;
		if (c == '"')
			return why_set(why, ERR_VALUE, "line %zu: a quote inside of a field that is not quoted", record->line);
		if (*at >= CSV_MAX_RECORD_LEN)
			return why_set(why, ERR_VALUE, "line %zu is longer than %d octets", record->line, CSV_MAX_RECORD_LEN);
		if ((e = buf_append_byte(&record->text, (uint8_t)c)) != ERR_OK)
			return e;
	}
}

/* One field with its terminator, and what ends it, which *at is behind then. */
static enum err take_field(struct csv_reader *reader, size_t *at, struct csv_record *record, enum field_end *end, struct why *why)
{
	size_t start = record->text.len, line_break;
	struct bytes text;
	enum err e;

	if (octet_at(reader, *at) == '"') {
		++*at;
		e = take_quoted(reader, at, record, why);
	} else {
		e = take_plain(reader, at, record, why);
	}
	if (e != ERR_OK)
		return e;
	line_break = line_break_at(reader, *at);
	if (octet_at(reader, *at) >= 0 && octet_at(reader, *at) != ',' && line_break == 0)
		return why_set(why, ERR_VALUE, "line %zu: something follows a closing quote", record->line);
	*end = octet_at(reader, *at) == ',' ? FIELD_END_COMMA : FIELD_END_LINE;
	*at += *end == FIELD_END_COMMA ? 1 : line_break;
	reader->line += line_break > 0;
	if ((e = buf_append_byte(&record->text, '\0')) != ERR_OK)
		return e;
	text = bytes_from(record->text.ptr + start, record->text.len - 1 - start);
	if (!text_is_utf8(text) || memchr(text.ptr, '\0', text.len) != NULL)
		return why_set(why, ERR_VALUE, "line %zu is not UTF-8 text", record->line);
	return ERR_OK;
}

static void skip_empty_lines(struct csv_reader *reader)
{
	for (size_t len; (len = line_break_at(reader, 0)) > 0; reader->line++)
		reader->rest = bytes_from(reader->rest.ptr + len, reader->rest.len - len);
}

enum err csv_next(struct csv_reader *reader, struct csv_record *record, struct why *why)
{
	enum field_end end = FIELD_END_COMMA;
	size_t at = 0, start = 0;
	enum err e;

	skip_empty_lines(reader);
	buf_reset(&record->text);
	record->line = reader->line;
	record->count = 0;
	if (reader->rest.len == 0)
		return ERR_NOT_FOUND;
	for (; end == FIELD_END_COMMA; record->count++) {
		if (record->count == CSV_MAX_FIELDS)
			return why_set(why, ERR_VALUE, "line %zu has more than %d fields", record->line, CSV_MAX_FIELDS);
		if ((e = take_field(reader, &at, record, &end, why)) != ERR_OK)
			return e;
	}
	if (at > CSV_MAX_RECORD_LEN)
		return why_set(why, ERR_VALUE, "line %zu is longer than %d octets", record->line, CSV_MAX_RECORD_LEN);
	reader->rest = bytes_from(reader->rest.ptr + at, reader->rest.len - at);
	/* The text does not move any more. */
	for (size_t i = 0; i < record->count; i++) {
		record->field[i] = (const char *)record->text.ptr + start;
		start += strlen(record->field[i]) + 1;
	}
	return ERR_OK;
}
