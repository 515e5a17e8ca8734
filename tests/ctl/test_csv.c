#include <config.h>

#include "ctl/csv.h"

#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

/* Fields as "a|b;c|d": records between semicolons. */
static void read_all(const char *csv, size_t len, struct buf *out)
{
	struct csv_reader reader;
	struct csv_record record = { 0 };
	enum err e;

	csv_reader_init(&reader, bytes_from(csv, len));
	while ((e = csv_next(&reader, &record, NULL)) == ERR_OK) {
		if (out->len > 0)
			UNIT_ERR(ERR_OK, buf_append_str(out, ";"));
		for (size_t i = 0; i < record.count; i++)
			UNIT_ERR(ERR_OK, buf_append_format(out, "%s%s", i == 0 ? "" : "|", record.field[i]));
	}
	UNIT_ERR(ERR_NOT_FOUND, e);
	csv_record_clear(&record);
}

static void good(void)
{
	static const struct {
		const char *csv, *want;
	} rows[] = {
		{ "", "" },
		{ "\n\r\n\n", "" },
		{ "a", "a" },
		{ "a,b", "a|b" },
		{ "a,b\n", "a|b" },
		{ "a,b\r\nc,d\r\n", "a|b;c|d" },
		{ "a,b\nc,d", "a|b;c|d" },
		{ "a\n\nb\n", "a;b" },
		{ "a,\n,b\n", "a|;|b" },
		{ ",", "|" },
		{ "\"a\",\"b\"\n", "a|b" },
		{ "\"a,b\",c", "a,b|c" },
		{ "\"say \"\"hi\"\"\",c", "say \"hi\"|c" },
		{ "\"\"\"\"\n", "\"" },
		{ "\"\",x", "|x" },
		{ "\"a\r\nb\",c\n", "a\r\nb|c" },
		{ " a , b \n", " a | b " },
		{ "\xef\xbb\xbf" "a,b\n", "a|b" },
		{ "z\xc3\xbcrich,\"\xe2\x82\xac\"", "z\xc3\xbcrich|\xe2\x82\xac" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf out = { 0 };

		unit_row(rows[i].csv);
		read_all(rows[i].csv, strlen(rows[i].csv), &out);
		UNIT_BYTES(bytes_from_str(rows[i].want), buf_bytes(&out));
		buf_clear(&out);
	}
	unit_row(NULL);
}

static void bad(void)
{
	static const struct {
		const char *csv;
		size_t len;
		const char *says;
	} rows[] = {
		{ "a\"b", 3, "line 1: a quote inside" },
		{ "\"a\"b", 4, "line 1: something follows" },
		{ "\"a\" ,b", 6, "line 1: something follows" },
		{ "\"a", 2, "line 1: a quote is not closed" },
		{ "x\n\"a\nb", 6, "line 2: a quote is not closed" },
		{ "a\n\"b\nc\"\nd\"", 10, "line 4: a quote inside" },
		{ "a\nb\n\xff", 5, "line 3 is not UTF-8" },
		{ "a\0b", 3, "line 1 is not UTF-8" },
		{ "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a", 65, "more than 32 fields" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct csv_reader reader;
		struct csv_record record = { 0 };
		struct why why = { 0 };
		enum err e;

		unit_row(rows[i].says);
		csv_reader_init(&reader, bytes_from(rows[i].csv, rows[i].len));
		while ((e = csv_next(&reader, &record, &why)) == ERR_OK)
			;
		UNIT_ERR(ERR_VALUE, e);
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, rows[i].says));
		csv_record_clear(&record);
	}
	unit_row(NULL);
}

static void lines(void)
{
	static const char csv[] = "a\n\n\"b\nb\"\nc";
	static const size_t want[] = { 1, 3, 5 };
	struct csv_reader reader;
	struct csv_record record = { 0 };

	csv_reader_init(&reader, bytes_from_str(csv));
	for (size_t i = 0; i < 3; i++) {
		UNIT_ERR(ERR_OK, csv_next(&reader, &record, NULL));
		CU_ASSERT_EQUAL(record.line, want[i]);
	}
	UNIT_ERR(ERR_NOT_FOUND, csv_next(&reader, &record, NULL));
	csv_record_clear(&record);
}

/* One record of this length, plain or in quotes, with its line break. */
static enum err read_long(size_t len, char quote)
{
	char *text = malloc(len);
	struct csv_reader reader;
	struct csv_record record = { 0 };
	enum err e;

	CU_ASSERT_PTR_NOT_NULL_FATAL(text);
	memset(text, 'x', len);
	text[len - 1] = '\n';
	if (quote != 'x')
		text[0] = text[len - 2] = quote;
	csv_reader_init(&reader, bytes_from(text, len));
	e = csv_next(&reader, &record, NULL);
	csv_record_clear(&record);
	free(text);
	return e;
}

static void limits(void)
{
	static const char widest[] = "a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a,a";
	struct buf out = { 0 };

	UNIT_ERR(ERR_OK, read_long(CSV_MAX_RECORD_LEN, 'x'));
	UNIT_ERR(ERR_VALUE, read_long(CSV_MAX_RECORD_LEN + 1, 'x'));
	UNIT_ERR(ERR_VALUE, read_long(CSV_MAX_RECORD_LEN + 100, 'x'));
	UNIT_ERR(ERR_OK, read_long(CSV_MAX_RECORD_LEN, '"'));
	UNIT_ERR(ERR_VALUE, read_long(CSV_MAX_RECORD_LEN + 1, '"'));
	UNIT_ERR(ERR_VALUE, read_long(CSV_MAX_RECORD_LEN + 100, '"'));
	read_all(widest, strlen(widest), &out);
	CU_ASSERT_EQUAL(out.len, strlen(widest));
	buf_clear(&out);
}

static const struct unit_case cases[] = {
	{ "fields, quotes and line breaks are read as RFC 4180 section 2 says, and as spreadsheets write them", good },
	{ "what is no CSV is refused with its line, also behind quoted line breaks", bad },
	{ "a record has the number of the line where it begins", lines },
	{ "a record may have 8192 octets and 32 fields, and not one more", limits },
};

UNIT_MAIN("ctl/csv", cases)
