#include <config.h>

#include "policy/extension.h"

#include <string.h>

#include "pki/cert_ext.h"
#include "policy/scene.h"

/* Extensions that no request brings: of the profile, and the Windows account that whoever authorised the request asserts. */

#define SID "S-1-5-21-1-2-3-500"
/* OID 1.3.6.1.4.1.311.25.2, and in its value the identifier as text */
#define SID_EXTENSION "303306092b060104018237190204263024a022060a2b060104018237190201a0140412532d312d352d32312d312d322d332d353030"
#define SID_URI "tag:microsoft.com,2022-09-14:sid:" SID
#define WITH(extension) " | digitalSignature+keyEncipherment | clientAuth " extension " | "

static void decide_line(const struct row *row, const struct stage *stage, const char *rules)
{
	struct buf line = { 0 };
	enum err e;

	unit_row(row->name);
	e = decide_on_stage(row, stage, rules, DEFAULT_USAGE, "clientAuth", &line);
	UNIT_ERR(strncmp(row->expected, "no: ", 4) == 0 ? ERR_POLICY : ERR_OK, e);
	UNIT_BYTES(bytes_from_str(row->expected), buf_bytes(&line));
	if (!bytes_is_str(buf_bytes(&line), row->expected))
		printf("# %s: %.*s\n", row->name, (int)line.len, (const char *)line.ptr);
	buf_clear(&line);
	unit_row(NULL);
}

static void test_asserted(void)
{
	static const struct row rows[] = {
		{ "the extension is there without being asked", NULL, REFUSE, { .subject = NULL }, "CN=device-1 |" WITH(SID_EXTENSION) },
		{ "asked, it is made anew", NULL, REFUSE, { .others = "1.3.6.1.4.1.311.25.2" }, "CN=device-1 |" WITH(SID_EXTENSION) "extension for the account made anew" },
		{ "the URI is taken when it is asked, without a rule", NULL, REFUSE, { .san = "uri:" SID_URI }, "CN=device-1 | URI:" SID_URI WITH(SID_EXTENSION) },
		{ "another account's is not", NULL, REFUSE, { .san = "uri:" SID_URI "0" },
			"no: subjectAltName uri \"" SID_URI "0\" (an account that nobody asserted) is not allowed" },
		{ "and is dropped where others are", "allow san uri *", DROP, { .san = "uri:" SID_URI "0" },
			"CN=device-1 |" WITH(SID_EXTENSION) "subjectAltName uri \"" SID_URI "0\" (an account that nobody asserted) dropped" },
		{ "a rule may deny it", "deny san uri tag:*", REFUSE, { .san = "uri:" SID_URI }, "no: subjectAltName uri \"" SID_URI "\" is denied" },
	};
	static const struct stage stage = { .facts = { .sid = SID } };

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		/* the URI has a comma, which separates names in the other rows */
		struct row row = rows[i];
		struct buf element = { 0 }, hex = { 0 };

		if (row.ask.san != NULL) {
			UNIT_ERR(ERR_OK, san_encode_text(SAN_URI, bytes_from_str(row.ask.san + 4), &element, NULL));
			for (size_t k = 0; k < element.len; k++)
				buf_append_format(&hex, "%02x", element.ptr[k]);
			buf_terminate(&hex);
			row.ask.san = NULL;
			row.ask.san_hex = (const char *)hex.ptr;
		}
		if (row.more_rules == NULL)
			row.more_rules = "allow san dns none";
		decide_line(&row, &stage, BASE_RULES);
		buf_clear(&element);
		buf_clear(&hex);
	}
}

static void test_template_account(void)
{
	static const struct row row = { "by a template", NULL, REFUSE, { .subject = NULL }, "CN=device-1 | URI:" SID_URI WITH(SID_EXTENSION) "subjectAltNames built by the profile" };
	static const struct stage stage = { .facts = { .sid = SID }, .san_templates = "uri:tag:microsoft.com,2022-09-14:sid:{challenge.sid}" };
	static const struct row forged = { "by a template for something else", NULL, REFUSE, { .subject = "CN=device-S-1-5-21-1-2-3-512" },
		"no: subjectAltName uri \"tag:microsoft.com,2022-09-14:sid:device-S-1-5-21-1-2-3-512\" (an account that nobody asserted) is not allowed" };
	static const struct stage open = { .facts = { .sid = SID }, .san_templates = "uri:tag:microsoft.com,2022-09-14:sid:{csr.CN}" };

	decide_line(&row, &stage, BASE_RULES);
	decide_line(&forged, &open, BASE_RULES "|allow san uri *");
}

/* Neither a challenge of another account nor the request gives a renewal what the certificate does not have. */
static void test_renewed(void)
{
	static const struct row row = { "renewed", NULL, REFUSE, { .subject = NULL }, "CN=device-1 | | digitalSignature+keyEncipherment | clientAuth | " };
	static const struct row asks = { "renewed, and asked", NULL, REFUSE, { .others = "1.3.6.1.4.1.311.25.2" }, "no: extension 1.3.6.1.4.1.311.25.2 is not allowed" };
	static const struct row keeps = { "renewed, with the extension", NULL, REFUSE, { .subject = NULL }, "CN=device-1 |" WITH("300f06092b0601040182371902" "04020500") };
	struct ask had = { .subject = NULL };
	struct cert *old = make_cert(&had, 0, 86400);
	struct stage stage = { .facts = { .renewed = old, .sid = SID } };

	decide_line(&row, &stage, BASE_RULES);
	decide_line(&asks, &stage, BASE_RULES);
	cert_free(old);
	had.others = "1.3.6.1.4.1.311.25.2";
	old = make_cert(&had, 0, 86400);
	stage.facts = (struct policy_facts){ .renewed = old };
	decide_line(&keeps, &stage, BASE_RULES);
	cert_free(old);
}

static void test_extensions(void)
{
	static const struct row row = { "two of the profile", NULL, REFUSE, { .subject = NULL },
		"CN=device-1 | | digitalSignature+keyEncipherment | clientAuth 300a06032a030404030c0161 300c06032a03050101ff04020500 | " };
	static const struct stage stage = { .extensions = "1.2.3.4=0c0161|critical:1.2.3.5=0500" };
	static const struct row broken = { "one that is broken", NULL, DROP, { .subject = NULL }, "no: an extension cannot be given: the value of the extension is not exactly one element of DER" };
	static const struct stage broken_stage = { .extensions = "1.2.3.4=0c0261" };
	static const struct row many = { "one too many", NULL, DROP, { .subject = NULL }, "no: the profile has more than 8 extensions" };
	static const struct stage many_stage = { .extensions = "1.2.3=0500|1.2.4=0500|1.2.5=0500|1.2.6=0500|1.2.7=0500|1.2.8=0500|1.2.9=0500|1.2.10=0500|1.2.11=0500" };

	decide_line(&row, &stage, BASE_RULES);
	decide_line(&broken, &broken_stage, BASE_RULES);
	decide_line(&many, &many_stage, BASE_RULES);
}

static void test_extension_texts(void)
{
	static const struct {
		const char *text;
		enum err e;
	} rows[] = {
		{ "1.2.3.4=0500", ERR_OK },
		{ "critical:1.2.3.4=0500", ERR_OK },
		{ "2.5.29.32=3006300406022a03", ERR_OK },
		{ "1.2.3.4", ERR_VALUE },
		{ "1.2.3.4=", ERR_VALUE },
		{ "1.2.3.4=05", ERR_VALUE },
		{ "1.2.3.4=050", ERR_VALUE },
		{ "1.2.3.4=05000500", ERR_VALUE },
		{ "=0500", ERR_VALUE },
		{ "critical:=0500", ERR_VALUE },
		{ "x=0500", ERR_VALUE },
		{ "Critical:1.2.3=0500", ERR_VALUE },
		{ "2.5.29.19=30030101ff", ERR_VALUE },
		{ "critical:2.5.29.19=30030101ff", ERR_VALUE },
		{ "2.5.29.15=03020106", ERR_VALUE },
		{ "2.5.29.17=3003820161", ERR_VALUE },
		{ "2.5.29.37=30080606" "2b0601050507", ERR_VALUE },
		{ "1.3.6.1.4.1.311.25.2=0500", ERR_VALUE },
		{ "1.3.6.1.5.5.7.1.1=0500", ERR_VALUE },
		{ "2.5.29.31=0500", ERR_VALUE },
		{ "2.5.29.14=0500", ERR_VALUE },
		{ "2.5.29.35=0500", ERR_VALUE },
		{ "2.5.29.46=0500", ERR_VALUE },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf element = { 0 };
		struct why why = { 0 };

		unit_row(rows[i].text);
		UNIT_ERR(rows[i].e, extension_put(rows[i].text, &element, &why));
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].e == ERR_OK);
		CU_ASSERT_EQUAL(element.len == 0, rows[i].e != ERR_OK);
		buf_clear(&element);
	}
	unit_row(NULL);
}

static const struct unit_case cases[] = {
	{ "A Windows account is certified when the authoriser asserts that very account", test_asserted },
	{ "A template can write its URI, and cannot forge it", test_template_account },
	{ "A renewal keeps the account of its certificate, to the octet, and gets none that this does not have", test_renewed },
	{ "A profile gives extensions by identifier", test_extensions },
	{ "An extension is an identifier and DER, and none that scepgate decides on itself", test_extension_texts },
};

UNIT_MAIN("policy/given", cases)
