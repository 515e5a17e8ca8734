#include <config.h>

#include "web/mdm_body.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "support/unit.h"
#include "web/mdm_field.h"
#include "web/mdm_json.h"
#include "web/mdm_xml.h"

#define HASH "00112233445566778899aabbccddeeff00112233445566778899AABBCCDDEEFF"

/* Jamf Pro's webhook as its documentation has the envelope, and Fleet's. */
#define JAMF_JSON "{\"webhook\":{\"eventTimestamp\":1790000000123,\"id\":7,\"name\":\"SCEP\",\"webhookEvent\":\"SCEPChallenge\"}," \
	"\"event\":{\"payloadIdentifier\":\"0A1B\",\"payloadTypes\":[\"com.apple.security.scep\"],\"scepServerUrl\":\"https://ca.example/scep/corp/devices\",\"targetDevice\":null}}"
#define JAMF_XML "<?xml version=\"1.0\" encoding=\"UTF-8\" standalone=\"yes\"?>\n<JSSEvent>\n <webhook>\n  <eventTimestamp>1790000000123</eventTimestamp>\n  <id>7</id>\n" \
	"  <name>SCEP</name>\n  <webhookEvent>SCEPChallenge</webhookEvent>\n </webhook>\n <event>\n  <payloadIdentifier>0A1B</payloadIdentifier>\n" \
	"  <payloadTypes><string>com.apple.security.scep</string></payloadTypes>\n  <scepServerUrl>https://ca.example/scep/corp/devices</scepServerUrl>\n </event>\n</JSSEvent>\n"
#define JAMF_CONTEXT "{\"webhook\": {\"eventTimestamp\": \"1790000000123\", \"id\": \"7\", \"name\": \"SCEP\"}, " \
	"\"event\": {\"payloadIdentifier\": \"0A1B\", \"scepServerUrl\": \"https://ca.example/scep/corp/devices\"}}"
#define JAMF_CONTEXT_XML "{\"webhook\": {\"eventTimestamp\": \"1790000000123\", \"id\": \"7\", \"name\": \"SCEP\"}, " \
	"\"event\": {\"payloadIdentifier\": \"0A1B\", \"payloadTypes\": {\"string\": \"com.apple.security.scep\"}, \"scepServerUrl\": \"https://ca.example/scep/corp/devices\"}}"

static enum err parse(struct bytes body, struct mdm_body *out, struct why *why)
{
	*why = (struct why){ 0 };
	return mdm_body_parse(body, out, why);
}

static void webhooks(void)
{
	static const struct {
		const char *name, *body, *url, *context;
	} rows[] = {
		{ "nothing", "", "", "" },
		{ "blanks", " \r\n\t", "", "" },
		{ "a byte order mark alone", "\xef\xbb\xbf", "", "" },
		{ "an empty object", "{}", "", "" },
		{ "an empty document", "<JSSEvent/>", "", "" },
		{ "Jamf, JSON", JAMF_JSON, "https://ca.example/scep/corp/devices", JAMF_CONTEXT },
		{ "Jamf, JSON behind a byte order mark", "\xef\xbb\xbf" JAMF_JSON, "https://ca.example/scep/corp/devices", JAMF_CONTEXT },
		{ "Jamf, XML", JAMF_XML, "https://ca.example/scep/corp/devices", JAMF_CONTEXT_XML },
		{ "Fleet", "{\"webhook\":{\"webhookEvent\":\"SCEPChallenge\",\"eventTimestamp\":1790000000,\"id\":1,\"name\":\"SCEP challenge\"},\"event\":{\"scepServerUrl\":\"https://x/\","
			"\"payloadIdentifier\":\"c0ffee\",\"payloadTypes\":[\"com.apple.security.scep\"],\"device\":{\"uuid\":\"U-1\",\"serialNumber\":\"C02\"}}}", "https://x/",
			"{\"webhook\": {\"eventTimestamp\": \"1790000000\", \"id\": \"1\", \"name\": \"SCEP challenge\"}, \"event\": {\"scepServerUrl\": \"https://x/\", \"payloadIdentifier\": \"c0ffee\", "
			"\"device\": {\"uuid\": \"U-1\", \"serialNumber\": \"C02\"}}}" },
		{ "all kinds of scalars, and what is none", "{\"event\":{\"a\":1.5,\"b\":true,\"c\":false,\"d\":null,\"e\":[1],\"f\":-3,\"g\":\"\",\"h\":{\"i\":{\"j\":1}}}}", "",
			"{\"event\": {\"a\": \"1.5\", \"b\": \"true\", \"c\": \"false\", \"f\": \"-3\", \"g\": \"\"}}" },
		{ "unknown names everywhere", "{\"x\":{\"webhookEvent\":\"Other\"},\"webhook\":{\"webhookEvent\":\"SCEPChallenge\",\"secret\":\"s\"},\"y\":[{}],\"z\":9}", "", "" },
		{ "sections of another kind", "{\"webhook\":[1],\"event\":\"x\"}", "", "" },
		{ "characters that are escaped", "{\"event\":{\"n\":\"\\\"\\\\\\n\\u0001\\u00e4\"}}", "", "{\"event\": {\"n\": \"\\\"\\\\\\n\\u0001\xc3\xa4\"}}" },
		{ "CDATA, references, comments", "<JSSEvent><!-- x --><event a='1'><n> a&amp;b<![CDATA[<c>]]>&#228; </n></event></JSSEvent>", "", "{\"event\": {\"n\": \"a&b<c>\xc3\xa4\"}}" },
		{ "a name as value and as object", "<JSSEvent><event><d>x</d><d><e>y</e></d><d>z</d></event></JSSEvent>", "", "{\"event\": {\"d\": \"x\"}}" },
		{ "another encoding", "<?xml version='1.0' encoding='ISO-8859-1'?><JSSEvent><event><n>\xe4</n></event></JSSEvent>", "", "{\"event\": {\"n\": \"\xc3\xa4\"}}" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mdm_body got = { 0 };
		struct why why;

		unit_row(rows[i].name);
		UNIT_ERR(ERR_OK, parse(bytes_from_str(rows[i].body), &got, &why));
		CU_ASSERT_STRING_EQUAL("", why.text);
		UNIT_BYTES(bytes_from_str(rows[i].url), buf_bytes(&got.scep_url));
		UNIT_BYTES(bytes_from_str(rows[i].context), buf_bytes(&got.context));
		CU_ASSERT_EQUAL(0, got.subject.len + got.sans.len + got.device.len + got.username.len + got.key_sha256.len);
		CU_ASSERT_EQUAL(0, got.lifetime_minutes + got.uses);
		mdm_body_clear(&got);
	}
	unit_row(NULL);
}

static void utf_16(void)
{
	static const char text[] = "<JSSEvent><event><n>x</n></event></JSSEvent>";
	struct mdm_body got = { 0 };
	struct buf little = { 0 }, big = { 0 };
	struct why why;

	UNIT_ERR(ERR_OK, buf_append_str(&little, "\xff\xfe"));
	UNIT_ERR(ERR_OK, buf_append_str(&big, "\xfe\xff"));
	for (size_t i = 0; text[i] != '\0'; i++) {
		UNIT_ERR(ERR_OK, buf_append(&little, bytes_from((const char[]){ text[i], 0 }, 2)));
		UNIT_ERR(ERR_OK, buf_append(&big, bytes_from((const char[]){ 0, text[i] }, 2)));
	}
	UNIT_ERR(ERR_OK, parse(buf_bytes(&little), &got, &why));
	UNIT_BYTES(bytes_from_str("{\"event\": {\"n\": \"x\"}}"), buf_bytes(&got.context));
	mdm_body_clear(&got);
	UNIT_ERR(ERR_OK, parse(buf_bytes(&big), &got, &why));
	UNIT_BYTES(bytes_from_str("{\"event\": {\"n\": \"x\"}}"), buf_bytes(&got.context));
	mdm_body_clear(&got);
	buf_clear(&little);
	buf_clear(&big);
}

static void unreadable(void)
{
	static const struct {
		const char *body;
		enum err e;
		const char *why;
	} rows[] = {
		{ "x", ERR_TEXT, "neither empty nor JSON nor XML" },
		{ "challenge=1", ERR_TEXT, "neither" },
		{ "\"{}\"", ERR_TEXT, "neither" },
		{ "{", ERR_TEXT, "not JSON" },
		{ "{}x", ERR_TEXT, "not JSON" },
		{ "{\"a\":1,\"a\":2}", ERR_TEXT, "not JSON" },
		{ "{\"challenge\":{\"subject\":\"CN=a\",\"subject\":\"CN=b\"}}", ERR_TEXT, "not JSON" },
		{ "{'a':1}", ERR_TEXT, "not JSON" },
		{ "{\"a\":\"\xff\"}", ERR_TEXT, "not JSON" },
		{ "{\"a\":\"\\u0000\"}", ERR_TEXT, "not JSON" },
		{ "{\"a\":\"\\ud800\"}", ERR_TEXT, "not JSON" },
		{ "{\"a\":1e999}", ERR_TEXT, "not JSON" },
		{ "[]", ERR_TEXT, "no object" },
		{ "[{\"challenge\":{}}]", ERR_TEXT, "no object" },
		{ "<", ERR_TEXT, "not XML" },
		{ "<JSSEvent>", ERR_TEXT, "not XML" },
		{ "<JSSEvent></jssevent>", ERR_TEXT, "not XML" },
		{ "<JSSEvent/>x", ERR_TEXT, "not XML" },
		{ "<JSSEvent>&other;</JSSEvent>", ERR_TEXT, "not XML" },
		{ "<JSSEvent>\xff</JSSEvent>", ERR_TEXT, "not XML" },
		{ "<?xml version='1.0' encoding='EBCDIC-CP-US'?><JSSEvent/>", ERR_TEXT, "not XML" },
		{ "<event/>", ERR_TEXT, "its root is not JSSEvent" },
		{ "<JSSEvents/>", ERR_TEXT, "its root is not JSSEvent" },
		{ "<!DOCTYPE JSSEvent><JSSEvent/>", ERR_TEXT, "DOCTYPE" },
		{ "<!DOCTYPE JSSEvent [<!ENTITY a 'x'>]><JSSEvent><event><n>&a;</n></event></JSSEvent>", ERR_TEXT, "DOCTYPE" },
		{ "<!DOCTYPE JSSEvent SYSTEM 'file:///etc/passwd'><JSSEvent/>", ERR_TEXT, "DOCTYPE" },
		{ "<!DOCTYPE x [<!ENTITY a SYSTEM 'file:///etc/passwd'>]><JSSEvent>&a;</JSSEvent>", ERR_TEXT, "DOCTYPE" },
		{ "{\"webhook\":{\"webhookEvent\":\"ComputerAdded\"}}", ERR_HTTP_CONTENT, "another event" },
		{ "{\"webhook\":{\"webhookEvent\":\"\"}}", ERR_HTTP_CONTENT, "another event" },
		{ "{\"webhook\":{\"webhookEvent\":\"scepchallenge\"}}", ERR_HTTP_CONTENT, "another event" },
		{ "{\"webhook\":{\"webhookEvent\":null}}", ERR_HTTP_CONTENT, "another event" },
		{ "{\"webhook\":{\"webhookEvent\":[\"SCEPChallenge\"]}}", ERR_HTTP_CONTENT, "another event" },
		{ "<JSSEvent><webhook><webhookEvent>MobileDeviceEnrolled</webhookEvent></webhook></JSSEvent>", ERR_HTTP_CONTENT, "another event" },
		{ "<JSSEvent><webhook><webhookEvent><x/></webhookEvent></webhook></JSSEvent>", ERR_HTTP_CONTENT, "another event" },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mdm_body got = { .uses = 77 };
		struct why why;

		unit_row(rows[i].body);
		UNIT_ERR(rows[i].e, parse(bytes_from_str(rows[i].body), &got, &why));
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, rows[i].why));
		CU_ASSERT_EQUAL(77, got.uses);
	}
	unit_row(NULL);
}

/* --- what a challenge is to be bound to --- */

static void bindings(void)
{
	static const struct {
		const char *body, *subject, *sans, *device, *username;
		int lifetime_minutes, uses;
		bool has_key;
	} rows[] = {
		{ "{\"challenge\":{}}", "", "", "", "", 0, 0, false },
		{ "{\"challenge\":{\"subject\":\"CN=printer-17,O=Example\"}}", "CN=printer-17,O=Example", "", "", "", 0, 0, false },
		{ "{\"challenge\":{\"subject\":\"CN=a\",\"sans\":\"DNS:a.example, UPN:b@example\",\"device\":\"C02\",\"username\":\"J\xc3\xb6rg\",\"key_sha256\":\"" HASH "\","
			"\"lifetime_minutes\":30,\"uses\":2}}", "CN=a", "DNS:a.example, UPN:b@example", "C02", "J\xc3\xb6rg", 30, 2, true },
		{ "{\"challenge\":{\"lifetime_minutes\":\"43200\",\"uses\":\"1000\"}}", "", "", "", "", 43200, 1000, false },
		{ "{\"challenge\":{\"lifetime_minutes\":1,\"uses\":1}}", "", "", "", "", 1, 1, false },
		{ "<JSSEvent><challenge><subject> CN=a </subject><sans>none</sans><device>7</device><username>u</username><key_sha256>" HASH "</key_sha256>"
			"<lifetime_minutes>5</lifetime_minutes><uses>1</uses></challenge></JSSEvent>", "CN=a", "none", "7", "u", 5, 1, true },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mdm_body got = { 0 };
		struct why why;

		unit_row(rows[i].body);
		UNIT_ERR(ERR_OK, parse(bytes_from_str(rows[i].body), &got, &why));
		UNIT_BYTES(bytes_from_str(rows[i].subject), buf_bytes(&got.subject));
		UNIT_BYTES(bytes_from_str(rows[i].sans), buf_bytes(&got.sans));
		UNIT_BYTES(bytes_from_str(rows[i].device), buf_bytes(&got.device));
		UNIT_BYTES(bytes_from_str(rows[i].username), buf_bytes(&got.username));
		UNIT_BYTES(rows[i].has_key ? unit_hex(HASH) : bytes_from(NULL, 0), buf_bytes(&got.key_sha256));
		CU_ASSERT_EQUAL(rows[i].lifetime_minutes, got.lifetime_minutes);
		CU_ASSERT_EQUAL(rows[i].uses, got.uses);
		CU_ASSERT_EQUAL(0, got.context.len);
		mdm_body_clear(&got);
	}
	unit_row(NULL);
}

static void bad_bindings(void)
{
	static const char *const rows[] = {
		"{\"challenge\":null}", "{\"challenge\":\"\"}", "{\"challenge\":\"CN=a\"}", "{\"challenge\":[]}", "{\"challenge\":1}",
		"{\"challenge\":{\"sbject\":\"CN=a\"}}", "{\"challenge\":{\"Subject\":\"CN=a\"}}", "{\"challenge\":{\"\":\"x\"}}",
		"{\"challenge\":{\"subject\":\"\"}}", "{\"challenge\":{\"subject\":\" \"}}", "{\"challenge\":{\"subject\":null}}", "{\"challenge\":{\"subject\":[\"CN=a\"]}}", "{\"challenge\":{\"subject\":{}}}",
		"{\"challenge\":{\"subject\":\"CN=a\\nx\"}}", "{\"challenge\":{\"subject\":\"CN=a\\u202e\"}}", "{\"challenge\":{\"sans\":\"\"}}", "{\"challenge\":{\"sans\":[\"DNS:a\"]}}",
		"{\"challenge\":{\"device\":\"\"}}", "{\"challenge\":{\"device\":\"a\\u0085\"}}", "{\"challenge\":{\"username\":\"\"}}",
		"{\"challenge\":{\"key_sha256\":\"\"}}", "{\"challenge\":{\"key_sha256\":\"00\"}}", "{\"challenge\":{\"key_sha256\":\"" HASH "00\"}}", "{\"challenge\":{\"key_sha256\":\"x" HASH "\"}}",
		"{\"challenge\":{\"lifetime_minutes\":0}}", "{\"challenge\":{\"lifetime_minutes\":-1}}", "{\"challenge\":{\"lifetime_minutes\":43201}}", "{\"challenge\":{\"lifetime_minutes\":1.5}}",
		"{\"challenge\":{\"lifetime_minutes\":\"\"}}", "{\"challenge\":{\"lifetime_minutes\":\"1 \"}}", "{\"challenge\":{\"lifetime_minutes\":true}}",
		"{\"challenge\":{\"lifetime_minutes\":4294967297}}", "{\"challenge\":{\"lifetime_minutes\":\"0000000001\"}}",
		"{\"challenge\":{\"uses\":0}}", "{\"challenge\":{\"uses\":1001}}",
		"<JSSEvent><challenge/></JSSEvent>", "<JSSEvent><challenge>CN=a</challenge></JSSEvent>", "<JSSEvent><challenge><subject/></challenge></JSSEvent>",
		"<JSSEvent><challenge><subject> </subject></challenge></JSSEvent>", "<JSSEvent><challenge><subject>CN=a</subject><subject>CN=b</subject></challenge></JSSEvent>",
		"<JSSEvent><challenge><subject>CN=a<x/></subject></challenge></JSSEvent>", "<JSSEvent><challenge><subject><x>CN=a</x></subject></challenge></JSSEvent>",
		"<JSSEvent><challenge><sbject>CN=a</sbject></challenge></JSSEvent>", "<JSSEvent><challenge><uses>1</uses><uses>1</uses></challenge></JSSEvent>",
		"<JSSEvent><challenge><key_sha256>" HASH "</key_sha256><key_sha256>" HASH "</key_sha256></challenge></JSSEvent>",
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mdm_body got = { 0 };
		struct why why;

		unit_row(rows[i]);
		UNIT_ERR(ERR_VALUE, parse(bytes_from_str(rows[i]), &got, &why));
		CU_ASSERT_PTR_NOT_NULL(strstr(why.text, "challenge"));
		mdm_body_clear(&got);
	}
	unit_row(NULL);
}

/* --- limits --- */

static enum err parse_repeated(const char *start, const char *unit, size_t count, const char *end, struct mdm_body *out)
{
	struct buf body = { 0 };
	struct why why;
	enum err e;

	if (buf_append_str(&body, start) != ERR_OK)
		abort();
	for (size_t i = 0; i < count; i++)
		if (buf_append_str(&body, unit) != ERR_OK)
			abort();
	if (buf_append_str(&body, end) != ERR_OK)
		abort();
	e = parse(buf_bytes(&body), out, &why);
	buf_clear(&body);
	return e;
}

static void text_limits(void)
{
	static const struct {
		const char *start, *unit;
		size_t most;
	} rows[] = {
		{ "{\"challenge\":{\"subject\":\"", "x", MDM_MAX_NAMES_LEN }, { "{\"challenge\":{\"subject\":\"", "\xc3\xa4", MDM_MAX_NAMES_LEN },
		{ "{\"challenge\":{\"sans\":\"", "x", MDM_MAX_NAMES_LEN }, { "{\"challenge\":{\"device\":\"", "x", MDM_MAX_WORD_LEN },
		{ "{\"challenge\":{\"device\":\"", "\xc3\xa4", MDM_MAX_WORD_LEN }, { "{\"challenge\":{\"username\":\"", "x", MDM_MAX_WORD_LEN },
		{ "{\"event\":{\"scepServerUrl\":\"", "x", MDM_MAX_SCEP_URL_LEN },
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct mdm_body got = { 0 };

		unit_row(rows[i].start);
		UNIT_ERR(ERR_OK, parse_repeated(rows[i].start, rows[i].unit, rows[i].most, "\"}}", &got));
		mdm_body_clear(&got);
		UNIT_ERR(ERR_VALUE, parse_repeated(rows[i].start, rows[i].unit, rows[i].most + 1, "\"}}", &got));
	}
	unit_row(NULL);
}

/* A document with so many elements inside of each other, the root among them. */
static enum err parse_nested(size_t depth)
{
	struct mdm_body got = { 0 };
	struct buf ends = { 0 };
	enum err e = ERR_OK;

	for (size_t i = 1; i < depth && e == ERR_OK; i++)
		e = buf_append_str(&ends, "</a>");
	if (e != ERR_OK || buf_append_str(&ends, "</JSSEvent>") != ERR_OK || buf_terminate(&ends) != ERR_OK)
		abort();
	e = parse_repeated("<JSSEvent>", "<a>", depth - 1, (const char *)ends.ptr, &got);
	mdm_body_clear(&got);
	buf_clear(&ends);
	return e;
}

static void depth(void)
{
	struct mdm_body got = { 0 };

	UNIT_ERR(ERR_OK, parse_nested(1));
	UNIT_ERR(ERR_OK, parse_nested(MDM_MAX_XML_DEPTH));
	UNIT_ERR(ERR_TEXT, parse_nested(MDM_MAX_XML_DEPTH + 1));
	UNIT_ERR(ERR_TEXT, parse_nested(5000));
	UNIT_ERR(ERR_TEXT, parse_repeated("{\"a\":", "[", 60000, "", &got));
	UNIT_ERR(ERR_TEXT, parse_repeated("", "{\"a\":", 13000, "", &got));
}

static size_t count_of(struct bytes text, const char *part)
{
	size_t count = 0, len = strlen(part);

	for (size_t i = 0; i + len <= text.len; i++)
		count += memcmp(text.ptr + i, part, len) == 0;
	return count;
}

/* A body with so many members of an event, each of this value. */
static void parse_event(size_t members, const char *unit, size_t units, struct mdm_body *got)
{
	struct buf body = { 0 };
	struct why why;

	UNIT_ERR(ERR_OK, buf_append_str(&body, "{\"event\":{\"k\":\"v\""));
	for (size_t i = 1; i < members; i++) {
		UNIT_ERR(ERR_OK, buf_append_format(&body, ",\"k%zu\":\"", i));
		for (size_t j = 0; j < units; j++)
			UNIT_ERR(ERR_OK, buf_append_str(&body, unit));
		UNIT_ERR(ERR_OK, buf_append_str(&body, "\""));
	}
	UNIT_ERR(ERR_OK, buf_append_str(&body, "}}"));
	UNIT_ERR(ERR_OK, parse(buf_bytes(&body), got, &why));
	buf_clear(&body);
}

static void context_limits(void)
{
	struct mdm_body got = { 0 };

	parse_event(MDM_MAX_CONTEXT_FIELDS, "v", 1, &got);
	CU_ASSERT_EQUAL(MDM_MAX_CONTEXT_FIELDS, count_of(buf_bytes(&got.context), "\"k"));
	CU_ASSERT_EQUAL(0, count_of(buf_bytes(&got.context), "\"cut\""));
	mdm_body_clear(&got);
	parse_event(MDM_MAX_CONTEXT_FIELDS + 1, "v", 1, &got);
	CU_ASSERT_EQUAL(MDM_MAX_CONTEXT_FIELDS, count_of(buf_bytes(&got.context), "\"k"));
	CU_ASSERT_EQUAL(1, count_of(buf_bytes(&got.context), "\"cut\": \"yes\""));
	mdm_body_clear(&got);
	/* A value is cut, between characters. */
	parse_event(2, "\xe2\x82\xac", 100, &got);
	CU_ASSERT_EQUAL(MDM_MAX_CONTEXT_VALUE_LEN / 3, count_of(buf_bytes(&got.context), "\xe2\x82\xac"));
	mdm_body_clear(&got);
	parse_event(2, "x", MDM_MAX_CONTEXT_VALUE_LEN + 1, &got);
	CU_ASSERT_EQUAL(MDM_MAX_CONTEXT_VALUE_LEN, count_of(buf_bytes(&got.context), "x"));
	mdm_body_clear(&got);
	/* The whole stays below its limit, also when what is escaped grows. */
	parse_event(60, "x", 250, &got);
	CU_ASSERT_TRUE(got.context.len <= MDM_MAX_CONTEXT_LEN && got.context.len > MDM_MAX_CONTEXT_LEN - 300);
	CU_ASSERT_EQUAL(1, count_of(buf_bytes(&got.context), "\"cut\": \"yes\""));
	mdm_body_clear(&got);
	parse_event(40, "\\u0001", 200, &got);
	CU_ASSERT_TRUE(got.context.len <= MDM_MAX_CONTEXT_LEN && got.context.len > MDM_MAX_CONTEXT_LEN - 1300);
	CU_ASSERT_EQUAL(1, count_of(buf_bytes(&got.context), "\"cut\": \"yes\""));
	mdm_body_clear(&got);
}

static void long_names(void)
{
	char name[MDM_MAX_KEY_LEN + 2], body[256];
	struct mdm_body got = { 0 };
	struct why why;

	memset(name, 'n', sizeof name);
	name[MDM_MAX_KEY_LEN] = '\0';
	for (int extra = 0; extra <= 1; extra++) {
		snprintf(body, sizeof body, "{\"event\":{\"%s\":\"v\"}}", name);
		UNIT_ERR(ERR_OK, parse(bytes_from_str(body), &got, &why));
		CU_ASSERT_EQUAL(1 - extra, (int)count_of(buf_bytes(&got.context), "\"v\""));
		mdm_body_clear(&got);
		snprintf(body, sizeof body, "<JSSEvent><event><%s>v</%s></event></JSSEvent>", name, name);
		UNIT_ERR(ERR_OK, parse(bytes_from_str(body), &got, &why));
		CU_ASSERT_EQUAL(1 - extra, (int)count_of(buf_bytes(&got.context), "\"v\""));
		mdm_body_clear(&got);
		snprintf(body, sizeof body, "{\"challenge\":{\"%s\":\"v\"}}", name);
		UNIT_ERR(ERR_VALUE, parse(bytes_from_str(body), &got, &why));
		name[MDM_MAX_KEY_LEN] = 'n';
		name[MDM_MAX_KEY_LEN + 1] = '\0';
	}
}

static const struct unit_case cases[] = {
	{ "the webhook of Jamf Pro as JSON and as XML, Fleet's, and no body at all are read, and what is known of them is kept", webhooks },
	{ "XML may come as UTF-16 with a byte order mark (XML 1.0 section 4.3.3)", utf_16 },
	{ "what cannot be read is refused, a DOCTYPE and every entity of a document's own too (RFC 8259, XML 1.0), and another event than SCEPChallenge", unreadable },
	{ "a challenge is bound to what its object names", bindings },
	{ "a binding that is misspelt, empty, given twice, no text or out of range is refused, and never no binding", bad_bindings },
	{ "the longest texts are taken, one character more is not", text_limits },
	{ "elements, lists and objects inside of each other end at a limit", depth },
	{ "what is kept ends at the limits of fields, values and of the whole, and says so", context_limits },
	{ "a name that is too long is kept nowhere, and refused where names count", long_names }
};

UNIT_MAIN("mdm_body", cases)
