#ifndef SCEPGATE_WEB_ROUTE_H
#define SCEPGATE_WEB_ROUTE_H

/* From a URL path to what it names (scepgate-protocol(7), URLs). */

#include "base/bytes.h"

enum route_kind {
	ROUTE_NONE,       /* nothing of ours */
	ROUTE_ENDPOINT,   /* an application and a profile */
	ROUTE_DEFAULT     /* the default endpoint of the host: /cgi-bin/pkiclient.exe, /certsrv/mscep/…, any case */
};

struct route {
	enum route_kind kind;
	struct bytes application, profile;  /* borrowed from the path */
};

/**
 * Read a decoded path. `/scep/APPLICATION/PROFILE[/anything]` or `/scep/applications/APPLICATION/profiles/PROFILE[/anything]`, below any
 * prefix; names as text_is_name() allows. An application called "applications" is reached by the long form alone. The first segment that
 * is `scep`, or the first pair that is one of the default paths, decides; what follows the names is free. Empty segments (`//`) are
 * skipped; a path with a segment `.` or `..` names nothing, since a web server whose access rules go by path may have resolved it
 * otherwise.
 */
struct route route_parse(struct bytes path);

#endif
