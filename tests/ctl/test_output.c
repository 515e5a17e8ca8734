#include <config.h>

#include "ctl/output.h"

#include <stdlib.h>
#include <string.h>

#include "support/unit.h"

static char *names[] = { (char[]){ "name" }, (char[]){ "note" }, (char[]){ "days" } };
static char *cells[] = {
	(char[]){ "corp" }, (char[]){ "a \"b\" \\ c" }, (char[]){ "365" },
	(char[]){ "z\xc3\xbcrich" }, NULL, (char[]){ "" },
	(char[]){ "x" }, (char[]){ "tab\there\nline\rend" }, (char[]){ "1" },
};
static const struct rowset three = { 3, 3, names, NULL, cells };
static const struct rowset none = { 3, 0, names, NULL, NULL };

static char *bad_cells[] = { (char[]){ "a" }, (char[]){ "\xff" }, (char[]){ "b" } };
static const struct rowset not_utf8 = { 3, 1, names, NULL, bad_cells };

static const char *const two_columns[] = { "name", "days", NULL };

/* What a form looks like; the caller frees it. */
static char *written(enum output_format format, const struct rowset *rows, const char *const *columns, const struct output_part *parts,
	size_t part_count)
{
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);
	enum err e;

	if (out == NULL)
		abort();
	e = parts != NULL ? output_record(out, format, rows, parts, part_count, NULL) : output_rows(out, format, rows, columns, NULL);
	fclose(out);
	UNIT_ERR(ERR_OK, e);
	return text;
}

static void check_text(char *text, const char *want)
{
	CU_ASSERT_STRING_EQUAL(text, want);
	if (strcmp(text, want) != 0)
		printf("# got: %s\n", text);
	free(text);
}

static void words_of_format(void)
{
	CU_ASSERT_EQUAL(output_format_from_name("table"), OUTPUT_TABLE);
	CU_ASSERT_EQUAL(output_format_from_name("json"), OUTPUT_JSON);
	CU_ASSERT_EQUAL(output_format_from_name("tsv"), OUTPUT_TSV);
	CU_ASSERT_EQUAL(output_format_from_name("csv"), OUTPUT_CSV);
}

static void tables(void)
{
	check_text(written(OUTPUT_TABLE, &three, two_columns, NULL, 0), "name    days\ncorp    365\nz\xc3\xbcrich  -\nx       1\n");
	check_text(written(OUTPUT_TABLE, &none, two_columns, NULL, 0), "name  days\n");
	check_text(written(OUTPUT_TABLE, &three, NULL, NULL, 0),
		"name    note               days\n"
		"corp    a \"b\" \\ c          365\n"
		"z\xc3\xbcrich  -                  -\n"
		"x       tab?here?line?end  1\n");
}

static void terminal_controls(void)
{
	char *values[] = { (char[]){ "\x1b[31m\x7f" }, (char[]){ "\xc2\x9b" "31m\xc2\x80\xc2\xa0\xc3\x9b" }, (char[]){ "end\xc2" } };
	struct rowset rows = { 3, 1, names, NULL, values };

	check_text(written(OUTPUT_TABLE, &rows, NULL, NULL, 0), "name    note     days\n?[31m?  ?31m?\xc2\xa0\xc3\x9b  end\xc2\n");
}

static void tsv(void)
{
	check_text(written(OUTPUT_TSV, &three, two_columns, NULL, 0),
		"name\tnote\tdays\n"
		"corp\ta \"b\" \\\\ c\t365\n"
		"z\xc3\xbcrich\t\t\n"
		"x\ttab\\there\\nline\\rend\t1\n");
	check_text(written(OUTPUT_TSV, &none, NULL, NULL, 0), "name\tnote\tdays\n");
}

static void csv(void)
{
	char *values[] = { (char[]){ "a,b" }, (char[]){ "say \"hi\"" }, (char[]){ "two\r\nlines" } };
	struct rowset quoted = { 3, 1, names, NULL, values };

	check_text(written(OUTPUT_CSV, &three, two_columns, NULL, 0),
		"name,note,days\r\ncorp,\"a \"\"b\"\" \\ c\",365\r\nz\xc3\xbcrich,,\r\nx,\"tab\there\nline\rend\",1\r\n");
	check_text(written(OUTPUT_CSV, &quoted, NULL, NULL, 0), "name,note,days\r\n\"a,b\",\"say \"\"hi\"\"\",\"two\r\nlines\"\r\n");
	check_text(written(OUTPUT_CSV, &none, NULL, NULL, 0), "name,note,days\r\n");
}

static void json(void)
{
	check_text(written(OUTPUT_JSON, &three, two_columns, NULL, 0),
		"[\n"
		"  {\n    \"name\": \"corp\",\n    \"note\": \"a \\\"b\\\" \\\\ c\",\n    \"days\": \"365\"\n  },\n"
		"  {\n    \"name\": \"z\xc3\xbcrich\",\n    \"note\": null,\n    \"days\": \"\"\n  },\n"
		"  {\n    \"name\": \"x\",\n    \"note\": \"tab\\there\\nline\\rend\",\n    \"days\": \"1\"\n  }\n"
		"]\n");
	check_text(written(OUTPUT_JSON, &none, NULL, NULL, 0), "[]\n");
}

static void json_kinds(void)
{
	char *kind_names[] = { (char[]){ "a" }, (char[]){ "b" } };
	char *values[] = { (char[]){ "true" }, (char[]){ "x,y z" }, (char[]){ "-12" }, (char[]){ "" }, (char[]){ "{\"k\": [1]}" }, NULL,
		(char[]){ "no json" }, (char[]){ "one" } };
	enum rowset_kind kinds[] = { ROWSET_LITERAL, ROWSET_WORDS };
	struct rowset rows = { 2, 4, kind_names, kinds, values };

	check_text(written(OUTPUT_JSON, &rows, NULL, NULL, 0),
		"[\n"
		"  {\n    \"a\": true,\n    \"b\": [\n      \"x\",\n      \"y z\"\n    ]\n  },\n"
		"  {\n    \"a\": -12,\n    \"b\": []\n  },\n"
		"  {\n    \"a\": {\n      \"k\": [\n        1\n      ]\n    },\n    \"b\": null\n  },\n"
		"  {\n    \"a\": \"no json\",\n    \"b\": [\n      \"one\"\n    ]\n  }\n"
		"]\n");
}

static void json_needs_utf8(void)
{
	FILE *out = fopen("/dev/null", "w");
	struct why why = { 0 };

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	UNIT_ERR(ERR_TEXT, output_rows(out, OUTPUT_JSON, &not_utf8, NULL, &why));
	CU_ASSERT_TRUE(why.text[0] != '\0');
	fclose(out);
}

static void records(void)
{
	struct output_part parts[] = { { "rule", &three, two_columns }, { "other", &none, NULL } };

	check_text(written(OUTPUT_TABLE, &three, NULL, parts, 2),
		"name  corp\nnote  a \"b\" \\ c\ndays  365\n\nrule:\nname    days\ncorp    365\nz\xc3\xbcrich  -\nx       1\n\nother: none\n");
	check_text(written(OUTPUT_TSV, &three, NULL, parts, 2),
		"name\tnote\tdays\ncorp\ta \"b\" \\\\ c\t365\n\n"
		"name\tnote\tdays\ncorp\ta \"b\" \\\\ c\t365\nz\xc3\xbcrich\t\t\nx\ttab\\there\\nline\\rend\t1\n\n"
		"name\tnote\tdays\n");
	check_text(written(OUTPUT_JSON, &three, NULL, parts + 1, 1),
		"{\n  \"name\": \"corp\",\n  \"note\": \"a \\\"b\\\" \\\\ c\",\n  \"days\": \"365\",\n  \"other\": []\n}\n");
}

static void fields(void)
{
	static const struct output_field two[] = { { "installed", "true", ROWSET_LITERAL }, { "version", NULL, ROWSET_TEXT } };
	char *text = NULL;
	size_t len = 0;
	FILE *out = open_memstream(&text, &len);

	CU_ASSERT_PTR_NOT_NULL_FATAL(out);
	UNIT_ERR(ERR_OK, output_fields(out, OUTPUT_TABLE, two, 2, NULL));
	UNIT_ERR(ERR_OK, output_fields(out, OUTPUT_JSON, two, 2, NULL));
	fclose(out);
	check_text(text, "installed  true\nversion    -\n{\n  \"installed\": true,\n  \"version\": null\n}\n");
}

static const struct unit_case cases[] = {
	{ "the words of --format name the three forms", words_of_format },
	{ "a table is aligned by characters, shows the chosen columns, and no control character", tables },
	{ "no control character of a device's name reaches the terminal, C1 included", terminal_controls },
	{ "tsv has all columns and escapes backslash, tab and line ends", tsv },
	{ "csv quotes commas, quotes and line breaks, and ends lines with CR LF (RFC 4180 section 2)", csv },
	{ "json has all columns, escapes, and null for NULL", json },
	{ "json keeps numbers, booleans, lists and JSON", json_kinds },
	{ "json refuses what is not UTF-8", json_needs_utf8 },
	{ "a record has a line a column, and its parts behind it", records },
	{ "fields that do not come from the database make a record", fields },
};

UNIT_MAIN("ctl/output", cases)
