#include <config.h>

#include "policy/approval.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "policy/scene.h"

/* Rules from "subject CN device-*|san dns *.example|first_time": kind, item, pattern. */
static void make_rules(const char *text, struct approval_rules *out)
{
	static const char *const kinds[] = { [APPROVAL_SUBJECT] = "subject", [APPROVAL_SAN] = "san", [APPROVAL_FIRST_TIME] = "first_time" };
	char *copy = strdup(text), *rest = copy, *line;

	*out = (struct approval_rules){ 0 };
	while (copy != NULL && (line = strsep(&rest, "|")) != NULL && line[0] != '\0') {
		char *kind = strsep(&line, " "), *item = strsep(&line, " ");
		struct approval_rule *rule;

		out->rule = realloc(out->rule, (out->count + 1) * sizeof *out->rule);
		if (out->rule == NULL)
			abort();
		rule = &out->rule[out->count++];
		*rule = (struct approval_rule){ .kind = APPROVAL_SUBJECT, .item = strdup(item == NULL ? "" : item), .pattern = strdup(line == NULL ? "*" : line) };
		for (size_t i = 0; i < 3; i++)
			if (strcmp(kind, kinds[i]) == 0)
				rule->kind = (enum approval_rule_kind)i;
	}
	free(copy);
}

static enum err ask(const char *rules_text, const struct ask *ask, struct buf *because)
{
	struct approval_rules rules;
	struct csr *csr = make_csr(ask);
	struct policy_verdict verdict;
	enum err e;

	make_template(csr, &verdict);
	make_rules(rules_text, &rules);
	e = approval_rules_ask(&rules, &verdict.tbs, because);
	approval_rules_clear(&rules);
	CU_ASSERT(rules.rule == NULL && rules.count == 0);
	csr_free(csr);
	return e;
}

static void test_lists(void)
{
	static const struct {
		const char *row, *rules;
		struct ask ask;
		const char *because;
	} rows[] = {
		{ "no rules", "", { .subject = "CN=a" }, "" },
		{ "first time alone is not asked here", "first_time", { .subject = "CN=a" }, "" },
		{ "a value in the list", "subject CN device-*", { .subject = "CN=device-1,O=Other" }, "" },
		{ "a value in one of two patterns", "subject CN device-*|subject CN printer-*", { .subject = "CN=printer-1" }, "" },
		{ "case and blanks do not count", "subject CN my device*", { .subject = "CN=My  Device 1" }, "" },
		{ "a value outside", "subject CN device-*", { .subject = "CN=ceo" }, "subject CN \"ceo\" is in no list" },
		{ "a value outside of both", "subject CN device-*|subject CN printer-*", { .subject = "CN=ceo" }, "subject CN \"ceo\" is in no list" },
		{ "one of two values outside", "subject OU it*", { .subject = "CN=a,OU=it-1,OU=board" }, "subject OU \"board\" is in no list" },
		{ "no value of a listed item", "subject OU it*|subject OU hr*", { .subject = "CN=a" }, "no subject OU" },
		{ "lists of two items", "subject CN a*|subject OU it*", { .subject = "CN=b,OU=hr" }, "subject OU \"hr\" is in no list; subject CN \"b\" is in no list" },
		{ "a pattern of one item is none of another", "subject CN a*|subject OU *", { .subject = "CN=b,OU=hr" }, "subject CN \"b\" is in no list" },
		{ "an item without case", "subject cn a*", { .subject = "CN=a1" }, "" },
		{ "an item by its dotted form", "subject 2.5.4.3 a*", { .subject = "CN=b" }, "subject CN \"b\" is in no list" },
		{ "by both forms, it is one list", "subject 2.5.4.3 a*|subject CN b*", { .subject = "CN=b" }, "" },
		{ "SANs", "san dns *.example", { .subject = "CN=a", .san = "dns:b.example,ip:192.0.2.1" }, "" },
		{ "a SAN outside", "san dns *.example", { .subject = "CN=a", .san = "dns:b.example,dns:b.test" }, "subjectAltName dns \"b.test\" is in no list" },
		{ "no SAN of a listed type", "san upn *@example", { .subject = "CN=a", .san = "dns:b.example" }, "no subjectAltName upn" },
		{ "a subject rule is none for SANs", "subject CN *", { .subject = "CN=a", .san = "upn:ceo@example" }, "" },
		{ "first time beside a list", "first_time|subject CN device-*", { .subject = "CN=ceo" }, "subject CN \"ceo\" is in no list" },
		{ "an unknown item has no value ever", "subject nosuch *", { .subject = "CN=a" }, "no subject nosuch" },
		{ "a star is no item", "subject * *", { .subject = "CN=a" }, "no subject *" },
		{ "an empty subject", "subject CN *", { .subject = "", .san = "dns:a.example" }, "no subject CN" },
		{ "a wildcard is in no list", "san dns *", { .subject = "CN=a", .san = "dns:*.example" }, "subjectAltName dns \"*.example\" is in no list" },
		{ "a Windows account is in a list that names it alone", "san uri *", { .subject = "CN=a", .san_hex = "861b 7461673a6d6963726f736f66742e636f6d2c323032322d30393a73" },
			"subjectAltName uri \"tag:microsoft.com,2022-09:s\" is in no list" },
		{ "what is no text is in no list", "subject CN *", { .subject_hex = "300c 310a 3008 0603550403 0c01e9" }, "subject CN \"\" is in no list" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf because = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(ERR_OK, ask(rows[i].rules, &rows[i].ask, &because));
		UNIT_BYTES(bytes_from_str(rows[i].because), buf_bytes(&because));
		CU_ASSERT(because.ptr != NULL && because.ptr[because.len] == '\0');
		if (!bytes_is_str(buf_bytes(&because), rows[i].because))
			printf("# %s: %s\n", rows[i].row, (const char *)because.ptr);
		buf_clear(&because);
	}
	unit_row(NULL);
}

/* No longer than 255 bytes, and cut between characters. */
static void test_because_is_short(void)
{
	for (size_t extra = 0; extra < 4; extra++) {
		struct buf subject = { 0 }, because = { 0 };
		struct ask long_ask = { .subject = NULL };

		for (size_t i = 0; i < 12; i++)
			buf_append_format(&subject, "%sOU=%.*sää", i == 0 ? "" : ",", (int)extra, "xxx");
		buf_terminate(&subject);
		long_ask.subject = (const char *)subject.ptr;
		UNIT_ERR(ERR_OK, ask("subject OU it*", &long_ask, &because));
		CU_ASSERT(because.len > 250 && because.len <= 255);
		CU_ASSERT(because.len > 3 && memcmp(because.ptr + because.len - 3, "...", 3) == 0);
		CU_ASSERT(because.len > 3 && (because.ptr[because.len - 4] & 0xc0) != 0xc0);
		buf_clear(&subject);
		buf_clear(&because);
	}
}

/* A NULL item or pattern, as nobody should make them, lets everything wait. */
static void test_broken_rules(void)
{
	struct approval_rule broken[] = { { APPROVAL_SUBJECT, NULL, NULL }, { APPROVAL_SAN, NULL, NULL } };
	char item[] = "CN";
	struct approval_rule no_pattern = { APPROVAL_SUBJECT, item, NULL };
	struct ask asked = { .subject = "CN=a" };
	struct csr *csr = make_csr(&asked);
	struct policy_verdict verdict;
	struct buf because = { 0 };

	make_template(csr, &verdict);
	UNIT_ERR(ERR_OK, approval_rules_ask(&(struct approval_rules){ broken, 2 }, &verdict.tbs, &because));
	UNIT_BYTES(bytes_from_str("no subject ; no subjectAltName "), buf_bytes(&because));
	buf_reset(&because);
	UNIT_ERR(ERR_OK, approval_rules_ask(&(struct approval_rules){ &no_pattern, 1 }, &verdict.tbs, &because));
	UNIT_BYTES(bytes_from_str("subject CN \"a\" is in no list"), buf_bytes(&because));
	buf_clear(&because);
	csr_free(csr);
}

static const struct unit_case cases[] = {
	{ "a value outside the lists of its item waits, and so does an item without any", test_lists },
	{ "the reason has 255 bytes at most", test_because_is_short },
	{ "rules that say nothing let everything wait", test_broken_rules },
};

UNIT_MAIN("policy/approval", cases)
