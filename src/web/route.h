#ifndef SCEPGATE_WEB_ROUTE_H
#define SCEPGATE_WEB_ROUTE_H

/* From a URL path to what it names (scepgate-protocol(7), URLs). */

#include "base/bytes.h"

enum { ROUTE_MAX_URL_LEN = 2048 };

enum route_kind {
	ROUTE_NONE,       /* nothing of ours */
	ROUTE_ENDPOINT,   /* an application and a profile */
	ROUTE_DEFAULT     /* the default endpoint of the host: /cgi-bin/pkiclient.exe, /certsrv/mscep/…, /certsrv/mscep_admin, any case */
};

/** What is wanted of it, and so which program serves it. */
enum route_purpose {
	ROUTE_SCEP,           /* scep.fcgi */
	ROUTE_CHALLENGE,      /* challenge.fcgi: /challenge behind the names, any case */
	ROUTE_CHALLENGE_PAGE  /* challenge.fcgi: /certsrv/mscep_admin, alone or behind the names, any case */
};

struct route {
	enum route_kind kind;
	enum route_purpose purpose;
	struct bytes prefix;                /* what stands before it, with the slash at its end; of an installation's own addresses all have the same */
	struct bytes application, profile;  /* borrowed from the path */
};

/**
 * Read a decoded path. `/scep/APPLICATION/PROFILE[/anything]` or `/scep/applications/APPLICATION/profiles/PROFILE[/anything]`, below any
 * prefix; names as text_is_name() allows. An application called "applications" is reached by the long form alone. The first segment that
 * is `scep`, or the first pair that is one of the default paths, decides; what follows the names is free, and SCEP unless it is
 * one of the two challenge addresses and nothing else. Empty segments (`//`) are skipped, so a slash may end any of them; a path with a segment
 * `.` or `..` names nothing, since a web server whose access rules go by path may have resolved it otherwise.
 */
struct route route_parse(struct bytes path);

/** Take the next segment that is not empty off the front of a path. @param segment out: borrowed from the path; untouched at its end. @return false at the end. */
bool route_take_segment(struct bytes *path, struct bytes *segment);

/**
 * Read an absolute URL, or an absolute path, in the same way. Scheme, user and port are not looked at.
 *
 * @param url   in: as an MDM has it in its settings, percent-encoded; what is no URL, and one of more than ROUTE_MAX_URL_LEN octets, names nothing.
 * @param path  out: the decoded path, which the route borrows from; the caller's, also on error.
 * @param host  out: borrowed from `url`; empty when there is none.
 * @return ERR_OK; ERR_MEMORY.
 */
enum err route_parse_url(struct bytes url, struct buf *path, struct bytes *host, struct route *route);

#endif
