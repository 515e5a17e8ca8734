#include <config.h>

#include "conformance/report.h"

#include <jansson.h>
#include <string.h>

#include "base/text.h"

static const char *verdict_name(enum verdict verdict)
{
	switch (verdict) {
	case VERDICT_PASS:
		return "pass";
	case VERDICT_FAIL:
		return "fail";
	case VERDICT_SKIP:
		return "skip";
	}
	return "";
}

/* Text for a TAP line: '#' would start a directive. */
static void print_text(const char *text)
{
	for (; *text != '\0'; text++)
		putchar(*text == '#' ? '*' : *text);
}

/* What a server said may be no UTF-8, or be cut inside a character; JSON takes neither. */
static void make_ascii(char *text)
{
	if (!text_is_utf8(bytes_from_str(text)))
		for (; *text != '\0'; text++)
			if ((unsigned char)*text > '~')
				*text = '?';
}

void report_add(struct report *report, const struct requirement *requirement, enum verdict verdict, const struct why *detail)
{
	if (report->count == REPORT_MAX_RESULTS)
		return;
	report->result[report->count] = (struct report_result){ requirement, verdict, *detail };
	make_ascii(report->result[report->count++].detail.text);
	printf("%s %zu - %s %s, RFC 8894 section %s: ", verdict == VERDICT_FAIL ? "not ok" :
		"ok", report->count, requirement->id, level_name(requirement->level),
		requirement->section);
	print_text(requirement->sentence);
	if (verdict == VERDICT_SKIP) {
		printf(" # SKIP ");
		print_text(detail->text);
	}
	putchar('\n');
	if (verdict == VERDICT_FAIL)
		printf("# %s: %s\n", requirement->id, detail->text);
	fflush(stdout);
}

size_t report_count(const struct report *report, enum level level, enum verdict verdict)
{
	size_t count = 0;

	for (size_t i = 0; i < report->count; i++)
		count += report->result[i].requirement->level == level && report->result[i].verdict == verdict;
	return count;
}

void report_end(const struct report *report)
{
	size_t skipped = 0;

	printf("1..%zu\n#", report->count);
	for (int level = 0; level < LEVEL_COUNT; level++) {
		size_t passed = report_count(report, (enum level)level, VERDICT_PASS);

		printf(" %s %zu/%zu", level_name((enum level)level), passed, passed + report_count(report, (enum level)level, VERDICT_FAIL));
		skipped += report_count(report, (enum level)level, VERDICT_SKIP);
	}
	printf("\n# skipped %zu\n", skipped);
	fflush(stdout);
}

static json_t *pack_result(const struct report_result *result)
{
	const struct requirement *requirement = result->requirement;

	return json_pack("{s:s, s:s, s:s, s:s, s:s, s:s%}", "id", requirement->id, "level", level_name(requirement->level), "section",
		requirement->section,
		"sentence", requirement->sentence, "result", verdict_name(result->verdict), "detail", result->detail.text,
		strnlen(result->detail.text, WHY_MAX_LEN));
}

static json_t *pack_totals(const struct report *report)
{
	json_t *totals = json_object();

	for (int level = 0; totals != NULL && level < LEVEL_COUNT; level++) {
		json_t *counts = json_pack("{s:I, s:I, s:I}", "passed", (json_int_t)report_count(report, (enum level)level, VERDICT_PASS),
			"failed", (json_int_t)report_count(report, (enum level)level, VERDICT_FAIL), "skipped",
			(json_int_t)report_count(report, (enum level)level, VERDICT_SKIP));

		if (json_object_set_new(totals, level_name((enum level)level), counts) != 0) {
			json_decref(totals);
			totals = NULL;
		}
	}
	return totals;
}

enum err report_write_json(const struct report *report, const char *url, FILE *out)
{
	json_t *results = json_array(), *totals = pack_totals(report), *whole;
	enum err e = ERR_OK;

	for (size_t i = 0; e == ERR_OK && i < report->count; i++)
		if (json_array_append_new(results, pack_result(&report->result[i])) != 0)
			e = ERR_MEMORY;
	/* json_pack() takes over both, also when it fails. */
	whole = json_pack("{s:s, s:o, s:o}", "url", url, "requirements", results, "totals", totals);
	if (whole == NULL)
		return ERR_MEMORY;
	if (e == ERR_OK && (json_dumpf(whole, out, JSON_INDENT(1) | JSON_ENSURE_ASCII) != 0 || fputc('\n', out) == EOF))
		e = ERR_IO;
	json_decref(whole);
	return e;
}
