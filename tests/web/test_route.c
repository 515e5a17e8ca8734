#include <config.h>

#include "web/route.h"

#include <string.h>

#include "support/unit.h"

struct row {
	const char *path;
	enum route_kind kind;
	const char *application, *profile;
};

#define NAME_64 "a123456789a123456789a123456789a123456789a123456789a123456789a123"

static void check_rows(const struct row *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct route route = route_parse(bytes_from_str(rows[i].path));

		unit_row(rows[i].path);
		CU_ASSERT_EQUAL(route.kind, rows[i].kind);
		UNIT_BYTES(bytes_from_str(rows[i].application), route.application);
		UNIT_BYTES(bytes_from_str(rows[i].profile), route.profile);
	}
	unit_row(NULL);
}

#define CHECK_ROWS(rows) check_rows((rows), sizeof(rows) / sizeof((rows)[0]))

static void endpoints(void)
{
	static const struct row rows[] = {
		{ "/scep/corp/phones", ROUTE_ENDPOINT, "corp", "phones" },
		{ "/scep/corp/phones/", ROUTE_ENDPOINT, "corp", "phones" },
		{ "/scep/corp/phones/pkiclient.exe", ROUTE_ENDPOINT, "corp", "phones" },
		{ "/scep/corp/phones/cgi-bin/pkiclient.exe", ROUTE_ENDPOINT, "corp", "phones" },
		{ "/scep/corp/phones/certsrv/mscep/mscep.dll", ROUTE_ENDPOINT, "corp", "phones" },
		{ "/scep/corp/phones/any thing/at%all", ROUTE_ENDPOINT, "corp", "phones" },
		{ "/scep/corp-wifi_1.x/0", ROUTE_ENDPOINT, "corp-wifi_1.x", "0" },
		{ "/scep/" NAME_64 "/" NAME_64, ROUTE_ENDPOINT, NAME_64, NAME_64 },
		{ "/scep/applications/corp/profiles/phones", ROUTE_ENDPOINT, "corp", "phones" },
		{ "/scep/applications/corp/profiles/phones/pkiclient.exe", ROUTE_ENDPOINT, "corp", "phones" },
		{ "/scep/applications/applications/profiles/profiles", ROUTE_ENDPOINT, "applications", "profiles" },
		{ "/scep/corp/applications", ROUTE_ENDPOINT, "corp", "applications" },
		{ "/scep/scep/scep", ROUTE_ENDPOINT, "scep", "scep" },
		{ "/enrol/here/scep/corp/phones", ROUTE_ENDPOINT, "corp", "phones" },
		{ "/cgi-bin/scep.fcgi/scep/corp/phones", ROUTE_ENDPOINT, "corp", "phones" },
		{ "//scep//corp///phones//", ROUTE_ENDPOINT, "corp", "phones" }
	};

	CHECK_ROWS(rows);
}

static void challenge_addresses(void)
{
	static const struct {
		const char *path;
		enum route_kind kind;
		enum route_purpose purpose;
	} rows[] = {
		{ "/scep/corp/phones/challenge", ROUTE_ENDPOINT, ROUTE_CHALLENGE },
		{ "/scep/corp/phones/challenge/", ROUTE_ENDPOINT, ROUTE_CHALLENGE },
		{ "/scep/corp/phones/CHALLENGE", ROUTE_ENDPOINT, ROUTE_CHALLENGE },
		{ "/scep/applications/corp/profiles/phones/challenge", ROUTE_ENDPOINT, ROUTE_CHALLENGE },
		{ "/enrol/scep/corp/phones//challenge", ROUTE_ENDPOINT, ROUTE_CHALLENGE },
		{ "/scep/corp/challenge", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/scep/challenge/challenge", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/scep/challenge/challenge/challenge", ROUTE_ENDPOINT, ROUTE_CHALLENGE },
		{ "/scep/applications/corp/profiles/challenge", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/scep/corp/phones/challenge/x", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/scep/corp/phones/x/challenge", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/scep/corp/phones/challenges", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/scep/corp/phones/certsrv/mscep_admin", ROUTE_ENDPOINT, ROUTE_CHALLENGE_PAGE },
		{ "/scep/corp/phones/CertSrv/MSCEP_Admin/", ROUTE_ENDPOINT, ROUTE_CHALLENGE_PAGE },
		{ "/scep/applications/corp/profiles/phones/certsrv/mscep_admin/", ROUTE_ENDPOINT, ROUTE_CHALLENGE_PAGE },
		{ "/scep/corp/phones/certsrv/mscep_admin/x", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/scep/corp/phones/mscep_admin", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/scep/corp/phones/certsrv", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/scep/corp/phones", ROUTE_ENDPOINT, ROUTE_SCEP },
		{ "/certsrv/mscep_admin", ROUTE_DEFAULT, ROUTE_CHALLENGE_PAGE },
		{ "/certsrv/mscep_admin/", ROUTE_DEFAULT, ROUTE_CHALLENGE_PAGE },
		{ "/CERTSRV/MSCEP_ADMIN//", ROUTE_DEFAULT, ROUTE_CHALLENGE_PAGE },
		{ "/enrol/CertSrv/mscep_admin", ROUTE_DEFAULT, ROUTE_CHALLENGE_PAGE },
		{ "/certsrv/mscep_admin/x", ROUTE_NONE, ROUTE_SCEP },
		{ "/certsrv/mscep_admins", ROUTE_NONE, ROUTE_SCEP },
		{ "/certsrv/mscep/mscep_admin", ROUTE_DEFAULT, ROUTE_SCEP },
		{ "/certsrv/mscep/mscep.dll", ROUTE_DEFAULT, ROUTE_SCEP },
		{ "/challenge", ROUTE_NONE, ROUTE_SCEP },
		{ "/scep/corp/phones/./challenge", ROUTE_NONE, ROUTE_SCEP }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct route route = route_parse(bytes_from_str(rows[i].path));

		unit_row(rows[i].path);
		CU_ASSERT_EQUAL(route.kind, rows[i].kind);
		CU_ASSERT_EQUAL(route.purpose, rows[i].purpose);
	}
	unit_row(NULL);
}

static void prefixes(void)
{
	static const char *const rows[][2] = {
		{ "/scep/corp/phones", "/" }, { "//scep/corp/phones", "//" }, { "/enrol/here/scep/corp/phones/scep/x/y", "/enrol/here/" }, { "/certsrv/mscep", "/" },
		{ "/x/certsrv/mscep_admin", "/x/" }, { "/x", "" }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		unit_row(rows[i][0]);
		UNIT_BYTES(bytes_from_str(rows[i][1]), route_parse(bytes_from_str(rows[i][0])).prefix);
	}
	unit_row(NULL);
}

static void urls(void)
{
	static const struct {
		const char *url;
		enum route_kind kind;
		const char *host, *application, *profile;
	} rows[] = {
		{ "http://ca.example/scep/corp/phones/pkiclient.exe", ROUTE_ENDPOINT, "ca.example", "corp", "phones" },
		{ "https://user:secret@ca.example:8443/scep/corp/phones?x=/scep/a/b", ROUTE_ENDPOINT, "ca.example", "corp", "phones" },
		{ "HTTPS://[2001:db8::1]:8443/scep/corp/phones#x", ROUTE_ENDPOINT, "[2001:db8::1]", "corp", "phones" },
		{ "https://[2001:db8::1]/scep/corp/phones", ROUTE_ENDPOINT, "[2001:db8::1]", "corp", "phones" },
		{ "https://[2001/scep/corp/phones", ROUTE_ENDPOINT, "[2001", "corp", "phones" },
		{ "http://ca.example/%73cep/corp/phones", ROUTE_ENDPOINT, "ca.example", "corp", "phones" },
		{ "http://ca.example/certsrv/mscep/mscep.dll", ROUTE_DEFAULT, "ca.example", NULL, NULL },
		{ "/scep/corp/phones", ROUTE_ENDPOINT, NULL, "corp", "phones" },
		{ "http://ca.example", ROUTE_NONE, "ca.example", NULL, NULL },
		{ "http://ca.example?/scep/corp/phones", ROUTE_NONE, "ca.example", NULL, NULL },
		{ "http:///scep/corp/phones", ROUTE_ENDPOINT, NULL, "corp", "phones" },
		{ "http://ca.example/scep/corp/%", ROUTE_NONE, "ca.example", NULL, NULL },
		{ "http://ca.example/scep/corp/phones%00", ROUTE_NONE, "ca.example", NULL, NULL },
		{ "ca.example/scep/corp/phones", ROUTE_NONE, NULL, NULL, NULL },
		{ "://", ROUTE_NONE, NULL, NULL, NULL },
		{ "", ROUTE_NONE, NULL, NULL, NULL }
	};

	for (size_t i = 0; i < sizeof rows / sizeof rows[0]; i++) {
		struct buf path = { 0 };
		struct bytes host;
		struct route route;

		unit_row(rows[i].url);
		UNIT_ERR(ERR_OK, route_parse_url(bytes_from_str(rows[i].url), &path, &host, &route));
		UNIT_BYTES(bytes_from_str(rows[i].host), host);
		CU_ASSERT_EQUAL(rows[i].kind, route.kind);
		UNIT_BYTES(bytes_from_str(rows[i].application), route.application);
		UNIT_BYTES(bytes_from_str(rows[i].profile), route.profile);
		buf_clear(&path);
	}
	unit_row(NULL);
}

static void url_limits(void)
{
	char url[ROUTE_MAX_URL_LEN + 2] = "/scep/corp/phones/";
	struct buf path = { 0 };
	struct bytes host;
	struct route route;

	memset(url + strlen(url), 'x', sizeof url - strlen(url));
	UNIT_ERR(ERR_OK, route_parse_url(bytes_from(url, ROUTE_MAX_URL_LEN), &path, &host, &route));
	CU_ASSERT_EQUAL(ROUTE_ENDPOINT, route.kind);
	UNIT_ERR(ERR_OK, route_parse_url(bytes_from(url, ROUTE_MAX_URL_LEN + 1), &path, &host, &route));
	CU_ASSERT_EQUAL(ROUTE_NONE, route.kind);
	UNIT_ERR(ERR_OK, route_parse_url(bytes_from("/scep/a/b\0", 10), &path, &host, &route));
	CU_ASSERT_EQUAL(ROUTE_NONE, route.kind);
	buf_clear(&path);
}

static void defaults(void)
{
	static const struct row rows[] = {
		{ "/cgi-bin/pkiclient.exe", ROUTE_DEFAULT, NULL, NULL },
		{ "/CGI-BIN/PKIClient.EXE", ROUTE_DEFAULT, NULL, NULL },
		{ "//cgi-bin//pkiclient.exe", ROUTE_DEFAULT, NULL, NULL },
		{ "/certsrv/mscep", ROUTE_DEFAULT, NULL, NULL },
		{ "/certsrv/mscep/", ROUTE_DEFAULT, NULL, NULL },
		{ "/CertSrv/MSCEP/mscep.dll", ROUTE_DEFAULT, NULL, NULL },
		{ "/certsrv/mscep/mscep.dll/pkiclient.exe", ROUTE_DEFAULT, NULL, NULL },
		{ "/enrol/certsrv/mscep/mscep.dll", ROUTE_DEFAULT, NULL, NULL },
		{ "/certsrv/mscep/scep/corp/phones", ROUTE_DEFAULT, NULL, NULL }
	};

	CHECK_ROWS(rows);
}

static void nothing(void)
{
	static const struct row rows[] = {
		{ NULL, ROUTE_NONE, NULL, NULL },
		{ "", ROUTE_NONE, NULL, NULL },
		{ "/", ROUTE_NONE, NULL, NULL },
		{ "scep/corp/phones", ROUTE_NONE, NULL, NULL },
		{ "/scep", ROUTE_NONE, NULL, NULL },
		{ "/scep/corp", ROUTE_NONE, NULL, NULL },
		{ "/scep/corp/", ROUTE_NONE, NULL, NULL },
		{ "/SCEP/corp/phones", ROUTE_NONE, NULL, NULL },
		{ "/scepx/corp/phones", ROUTE_NONE, NULL, NULL },
		{ "/scep/Corp/phones", ROUTE_NONE, NULL, NULL },
		{ "/scep/corp/pho nes", ROUTE_NONE, NULL, NULL },
		{ "/scep/-corp/phones", ROUTE_NONE, NULL, NULL },
		{ "/scep/" NAME_64 "x/phones", ROUTE_NONE, NULL, NULL },
		{ "/scep/corp/" NAME_64 "x", ROUTE_NONE, NULL, NULL },
		{ "/scep/Bad/scep/corp/phones", ROUTE_NONE, NULL, NULL },
		{ "/scep/applications/corp", ROUTE_NONE, NULL, NULL },
		{ "/scep/applications/corp/profiles", ROUTE_NONE, NULL, NULL },
		{ "/scep/applications/corp/phones/x", ROUTE_NONE, NULL, NULL },
		{ "/cgi-bin", ROUTE_NONE, NULL, NULL },
		{ "/cgi-bin/pkiclient.exe2", ROUTE_NONE, NULL, NULL },
		{ "/pkiclient.exe", ROUTE_NONE, NULL, NULL },
		{ "/certsrv/mscep_admin/x", ROUTE_NONE, NULL, NULL },
		{ "/certsrv", ROUTE_NONE, NULL, NULL }
	};

	CHECK_ROWS(rows);
}

static void dot_segments(void)
{
	static const struct row rows[] = {
		{ "/scep/corp/phones/../../open/phones", ROUTE_NONE, NULL, NULL },
		{ "/x/../scep/corp/phones", ROUTE_NONE, NULL, NULL },
		{ "/scep/./corp/phones", ROUTE_NONE, NULL, NULL },
		{ "/scep/corp/phones/.", ROUTE_NONE, NULL, NULL },
		{ "/cgi-bin/pkiclient.exe/..", ROUTE_NONE, NULL, NULL },
		{ "/scep/corp/phones/...", ROUTE_ENDPOINT, "corp", "phones" }
	};

	CHECK_ROWS(rows);
}

static const struct unit_case cases[] = {
	{ "both forms of an endpoint path, any suffix, any prefix", endpoints },
	{ "the default paths of Cisco and Windows in any case", defaults },
	{ "a challenge address is what stands behind the names to the end, in any case, or the page's path at the root", challenge_addresses },
	{ "what stands before an address of ours is told", prefixes },
	{ "an absolute URL is read as its path is, whatever its host (RFC 3986 section 3)", urls },
	{ "the longest URL is read, a longer one and a NUL name nothing", url_limits },
	{ "everything else names nothing", nothing },
	{ "a dot segment names nothing, whatever a web server made of it (RFC 3986 section 5.2.4)", dot_segments }
};

UNIT_MAIN("route", cases)
