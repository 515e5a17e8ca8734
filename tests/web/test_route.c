#include <config.h>

#include "web/route.h"

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
		{ "/certsrv/mscep_admin", ROUTE_NONE, NULL, NULL },
		{ "/certsrv/mscep_admin/", ROUTE_NONE, NULL, NULL },
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
	{ "everything else names nothing", nothing },
	{ "a dot segment names nothing, whatever a web server made of it (RFC 3986 section 5.2.4)", dot_segments }
};

UNIT_MAIN("route", cases)
