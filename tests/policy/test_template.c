#include <config.h>

#include "policy/template.h"

#include <string.h>

#include "policy/scene.h"

/* Names that a profile builds from what is known of the device. */

static const struct policy_facts known = { .application = "corp", .device = "C02XL", .user = "joerg@corp.example" };

#define WIDE "allow subject * *|allow san dns *|allow san upn *|allow san uri *|allow san email *|allow san ip *|allow san registeredID *|allow ku digitalSignature|" \
	"allow ku keyEncipherment|allow eku clientAuth"
#define BUILT(what) " | digitalSignature+keyEncipherment | clientAuth | " what " built by the profile"

struct template_row {
	struct row row;
	const char *subject, *sans;
	bool knows_nothing;
};

static void run_templates(const struct template_row *rows, size_t count, const char *rules)
{
	for (size_t i = 0; i < count; i++) {
		struct stage stage = { .subject_template = rows[i].subject, .san_templates = rows[i].sans };
		struct buf line = { 0 };
		enum err e;

		if (!rows[i].knows_nothing)
			stage.facts = known;
		unit_row(rows[i].row.name);
		e = decide_on_stage(&rows[i].row, &stage, rules, DEFAULT_USAGE, "clientAuth", &line);
		UNIT_ERR(strncmp(rows[i].row.expected, "no: ", 4) == 0 ? ERR_POLICY : ERR_OK, e);
		UNIT_BYTES(bytes_from_str(rows[i].row.expected), buf_bytes(&line));
		if (!bytes_is_str(buf_bytes(&line), rows[i].row.expected))
			printf("# %s: %.*s\n", rows[i].row.name, (int)line.len, (const char *)line.ptr);
		buf_clear(&line);
	}
	unit_row(NULL);
}

#define RUN_TEMPLATES(rows, rules) run_templates((rows), sizeof(rows) / sizeof((rows)[0]), (rules))

static void test_words(void)
{
	static const struct template_row rows[] = {
		{ { "the device of the challenge", NULL, REFUSE, { .subject = "CN=whatever" }, "CN=C02XL,O=Corp |" BUILT("subject") }, "CN={challenge.device},O=Corp", NULL, false },
		{ { "its user as UPN", NULL, REFUSE, { .subject = "CN=x" }, "CN=x | UPN:joerg@corp.example" BUILT("subjectAltNames") }, NULL, "upn:{challenge.user}", false },
		{ { "application and profile", NULL, REFUSE, { .subject = "CN=x" }, "CN=x,OU=corp,O=wifi |" BUILT("subject") }, "CN={csr.CN},OU={application},O={profile}", NULL, false },
		{ { "an attribute by its short name", NULL, REFUSE, { .subject = "CN=x,serialNumber=S1" }, "CN=S1 |" BUILT("subject") }, "CN={csr.serialNumber}", NULL, false },
		{ { "an attribute by its identifier", NULL, REFUSE, { .subject = "CN=x,serialNumber=S1" }, "serialNumber=S1 |" BUILT("subject") }, "serialNumber={csr.2.5.4.5}", NULL, false },
		{ { "an alternative name of the request", NULL, REFUSE, { .subject = "CN=x", .san = "dns:a.example,ip:192.0.2.1" },
			"CN=a.example | DNS:a.example IP:192.0.2.1 URI:urn:x:192.0.2.1" BUILT("subject and subjectAltNames") },
			"CN={csr.san.dns}", "dns:{csr.san.dns}|ip:{csr.san.ip}|uri:urn:x:{csr.san.ip}", false },
		{ { "a registered identifier", NULL, REFUSE, { .subject = "CN=x" }, "CN=x | RID:1.2.3.4" BUILT("subjectAltNames") }, NULL, "registeredID:1.2.3.4", false },
		{ { "text around", NULL, REFUSE, { .subject = "CN=x" }, "CN=d-C02XL.corp |" BUILT("subject") }, "CN=d-{challenge.device}.{application}", NULL, false },
		{ { "a default that is not needed", NULL, REFUSE, { .subject = "CN=x" }, "CN=C02XL |" BUILT("subject") }, "CN={challenge.device|none}", NULL, false },
		{ { "a default that is", NULL, REFUSE, { .subject = "CN=x" }, "CN=x,OU=no one |" BUILT("subject") }, "CN=x,OU={challenge.user|no one}", NULL, true },
		{ { "doubled braces are braces", NULL, REFUSE, { .subject = "CN=x" }, "CN={C02XL} |" BUILT("subject") }, "CN={{{challenge.device}}}", NULL, false },
		{ { "the request's other names are not looked at", NULL, REFUSE, { .subject = "CN=evil,CN=two,OU=x", .san = "upn:ceo@corp.example" },
			"CN=C02XL | DNS:C02XL.corp.example" BUILT("subject and subjectAltNames") }, "CN={challenge.device}", "dns:{challenge.device}.corp.example", false },
	};

	RUN_TEMPLATES(rows, WIDE);
}

static void test_missing(void)
{
	static const struct template_row rows[] = {
		{ { "no device", NULL, REFUSE, { .subject = "CN=x" }, "no: there is no value for {challenge.device} of the profile's template" }, "CN={challenge.device}", NULL, true },
		{ { "no user", NULL, DROP, { .subject = "CN=x" }, "no: there is no value for {challenge.user} of the profile's template" }, NULL, "upn:{challenge.user}", true },
		{ { "no such attribute", NULL, REFUSE, { .subject = "CN=x" }, "no: there is no value for {csr.serialNumber} of the profile's template" }, "CN={csr.serialNumber}", NULL, false },
		{ { "no such alternative name", NULL, REFUSE, { .subject = "CN=x", .san = "ip:192.0.2.1" }, "no: there is no value for {csr.san.dns} of the profile's template" },
			"CN={csr.san.dns}", NULL, false },
		{ { "two of the attribute", NULL, REFUSE, { .subject = "CN=device-1,CN=admin" }, "no: the request has several values for {csr.CN} of the profile's template" },
			"CN={csr.CN}", NULL, false },
		{ { "two of the alternative name", NULL, REFUSE, { .subject = "CN=x", .san = "dns:a.example,dns:b.example" },
			"no: the request has several values for {csr.san.dns} of the profile's template" }, "CN={csr.san.dns}", NULL, false },
		{ { "an empty default makes an empty value", NULL, REFUSE, { .subject = "CN=x" },
			"no: 0 characters are too few" }, "CN=x,OU={challenge.user|}", NULL, true },
	};

	for (size_t i = 0; i + 1 < sizeof rows / sizeof rows[0]; i++)
		run_templates(&rows[i], 1, WIDE);
	/* What is wrong with an empty value the builder of names says; here it counts that it says no. */
	for (size_t i = sizeof rows / sizeof rows[0] - 1; i < sizeof rows / sizeof rows[0]; i++) {
		struct stage stage = { .subject_template = rows[i].subject };
		struct buf line = { 0 };

		UNIT_ERR(ERR_POLICY, decide_on_stage(&rows[i].row, &stage, WIDE, DEFAULT_USAGE, "clientAuth", &line));
		buf_clear(&line);
	}
}

static void test_structure(void)
{
	static const struct template_row rows[] = {
		{ { "a comma and an equals sign", NULL, REFUSE, { .subject = "CN=x\\,O\\=Admins" }, "CN=x\\,O=Admins,O=Corp |" BUILT("subject") }, "CN={csr.CN},O=Corp", NULL, false },
		{ { "a plus sign", NULL, REFUSE, { .subject = "CN=x\\+OU\\=y" }, "CN=x\\+OU=y |" BUILT("subject") }, "CN={csr.CN}", NULL, false },
		{ { "a backslash and quotation marks", NULL, REFUSE, { .subject = "CN=x\\\\\\\"y" }, "CN=x\\\\\\\"y |" BUILT("subject") }, "CN={csr.CN}", NULL, false },
		{ { "a number sign in front", NULL, REFUSE, { .subject = "CN=\\#0c0161" }, "CN=\\#0c0161 |" BUILT("subject") }, "CN={csr.CN}", NULL, false },
		{ { "a variable in a value", NULL, REFUSE, { .subject = "CN={challenge.user}" }, "CN={challenge.user} |" BUILT("subject") }, "CN={csr.CN}", NULL, false },
		{ { "another name in a host name", NULL, REFUSE, { .subject = "CN=a\\,upn:ceo@corp" },
			"no: subjectAltName dns \"a,upn:ceo@corp.corp.example\" (no host name) is not allowed" }, NULL, "dns:{csr.CN}.corp.example", false },
		{ { "a second @ in a UPN", NULL, REFUSE, { .subject = "CN=ceo@evil" }, "no: subjectAltName upn \"ceo@evil@corp.example\" (no user principal name) is not allowed" },
			NULL, "upn:{csr.CN}@corp.example", false },
		{ { "a line feed", NULL, REFUSE, { .subject_hex = "300e310c300a06035504030c03610a62" }, "no: a value of the name is not text, or has control characters" }, "CN={csr.CN}", NULL, false },
		{ { "a right-to-left override", NULL, REFUSE, { .subject = "CN=a\\E2\\80\\AEb" }, "no: subject CN has invisible characters" }, "CN={csr.CN}", NULL, false },
		{ { "a wildcard", NULL, REFUSE, { .subject = "CN=*.example" }, "no: subject CN \"*.example\" (a wildcard) is not allowed" }, "CN={csr.CN}", NULL, false },
	};

	RUN_TEMPLATES(rows, WIDE);
}

static void test_rules(void)
{
	static const struct template_row rows[] = {
		{ { "what is built must be allowed", NULL, REFUSE, { .subject = "CN=device-1" },
			"no: subject CN \"C02XL\" is not allowed; subject CN matching \"device-*\" is required" }, "CN={challenge.device}", NULL, false },
		{ { "or is dropped", "allow subject CN *", DROP, { .subject = "CN=device-1" },
			"CN=device-1 | | digitalSignature+keyEncipherment | clientAuth | subject built by the profile; subject L \"x\" dropped" }, "CN={csr.CN},L=x", NULL, false },
		{ { "and may be denied", "deny subject CN *-1", REFUSE, { .subject = "CN=device-1" }, "no: subject CN \"device-1\" is denied" },
			"CN={csr.CN}", NULL, false },
	};

	RUN_TEMPLATES(rows, BASE_RULES);
}

/* The first challenge said who it is; a renewal brings none, and the certificate says it. */
static void test_renewal(void)
{
	struct ask had = { .subject = "CN=C02XL,O=Corp", .san = "upn:joerg@corp.example" };
	struct cert *old = make_cert(&had, 0, 86400);
	static const struct row row = { "renewed", NULL, REFUSE, { .subject = "CN=somebody else", .san = "upn:ceo@corp.example" }, NULL };
	static const char expected[] =
		"CN=C02XL,O=Corp | UPN:joerg@corp.example | digitalSignature+keyEncipherment | clientAuth | subject and subjectAltNames of the certificate that is renewed";
	struct buf line = { 0 };

	for (int other = 0; other < 2; other++) {
		struct stage stage = { .facts = { .renewed = old, .device = other == 0 ? NULL : "another", .user = other == 0 ? NULL : "another@corp.example" },
			.subject_template = "CN={challenge.device},O=New", .san_templates = "upn:{challenge.user}" };

		buf_reset(&line);
		UNIT_ERR(ERR_OK, decide_on_stage(&row, &stage, WIDE, DEFAULT_USAGE, "clientAuth", &line));
		UNIT_BYTES(bytes_from_str(expected), buf_bytes(&line));
	}
	buf_clear(&line);
	cert_free(old);
}

static void test_check(void)
{
	static const struct {
		const char *row, *text;
		bool is_san;
		enum err e;
	} rows[] = {
		{ "a plain name", "CN=x,O=Corp", false, ERR_OK },
		{ "variables in attributes of every type", "CN={csr.CN},serialNumber={csr.serialNumber},C={csr.C},emailAddress={csr.emailAddress},DC={application}", false, ERR_OK },
		{ "an unknown word", "CN={device}", false, ERR_VALUE },
		{ "an unknown attribute", "CN={csr.nonsense}", false, ERR_VALUE },
		{ "no word", "CN={}", false, ERR_VALUE },
		{ "a default without a word", "CN={|x}", false, ERR_VALUE },
		{ "an open brace", "CN={csr.CN", false, ERR_VALUE },
		{ "a closing brace", "CN=x}", false, ERR_VALUE },
		{ "an unknown attribute type", "nonsense=x", false, ERR_VALUE },
		{ "no name", "x", false, ERR_VALUE },
		{ "a country of three letters", "C=DEU", false, ERR_VALUE },
		{ "a host name", "dns:{csr.CN}.example", true, ERR_OK },
		{ "an address", "ip:{csr.san.ip}", true, ERR_OK },
		{ "a UPN", "upn:{challenge.user}", true, ERR_OK },
		{ "an account", "uri:tag:microsoft.com,2022-09-14:sid:{challenge.sid}", true, ERR_OK },
		{ "no type", "a.example", true, ERR_VALUE },
		{ "an unknown type", "x400:a", true, ERR_VALUE },
		{ "a variable for a type", "{csr.CN}:a", true, ERR_VALUE },
		{ "a directory name, which could only be put together from text", "directoryName:CN={csr.CN}", true, ERR_VALUE },
		{ "a directory name of the request", "dns:{csr.san.directoryName}", true, ERR_VALUE },
	};
	char text[TEMPLATE_MAX_LEN + 2];

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct why why = { 0 };

		unit_row(rows[i].row);
		UNIT_ERR(rows[i].e, rows[i].is_san ? template_check_san(rows[i].text, &why) : template_check_subject(rows[i].text, &why));
		CU_ASSERT_EQUAL(why.text[0] == '\0', rows[i].e == ERR_OK);
	}
	unit_row(NULL);
	for (size_t len = TEMPLATE_MAX_LEN; len <= TEMPLATE_MAX_LEN + 1; len++) {
		memset(text, 'a', len);
		memcpy(text, "uri:", 4);
		text[5] = ':';
		text[len] = '\0';
		UNIT_ERR(len <= TEMPLATE_MAX_LEN ? ERR_OK : ERR_VALUE, template_check_san(text, NULL));
	}
}

static void test_device(void)
{
	char *san[] = { (char[]){ "dns:{challenge.device}.example" } };
	struct profile profile = { .subject_template = (char[]){ "CN={challenge.device}" } };

	CU_ASSERT(template_names_device(&profile));
	profile.subject_template = (char[]){ "CN={challenge.device|none}" };
	CU_ASSERT(!template_names_device(&profile));
	profile.subject_template = NULL;
	CU_ASSERT(!template_names_device(&profile));
	profile.san_template = san;
	profile.san_template_count = 1;
	CU_ASSERT(template_names_device(&profile));
}

static const struct unit_case cases[] = {
	{ "Words stand for what is known of the request and of the challenge", test_words },
	{ "A word without a value, or with several, refuses", test_missing },
	{ "A value is a value, whatever is in it: it is never read as part of a name (RFC 4514 section 2.4)", test_structure },
	{ "What a template builds is judged by the rules", test_rules },
	{ "A renewal keeps the names of its certificate, whatever the request and its challenge say", test_renewal },
	{ "A template that cannot work is found out when it is set", test_check },
	{ "A device that the certificate is given needs not stand in the request", test_device },
};

UNIT_MAIN("policy/template", cases)
