#include <config.h>

#include "web/route.h"

#include <string.h>

#include "base/text.h"

/* Take the next segment that is not empty off the front of a path. False at the end. */
static bool segment_take(struct bytes *path, struct bytes *segment)
{
	const uint8_t *slash;

	while (path->len > 0 && path->ptr[0] == '/')
		*path = bytes_from(path->ptr + 1, path->len - 1);
	if (path->len == 0)
		return false;
	slash = memchr(path->ptr, '/', path->len);
	*segment = bytes_from(path->ptr, slash == NULL ? path->len : (size_t)(slash - path->ptr));
	*path = bytes_from(path->ptr + segment->len, path->len - segment->len);
	return true;
}

static bool has_dot_segment(struct bytes path)
{
	struct bytes segment;

	while (segment_take(&path, &segment))
		if (bytes_is_str(segment, ".") || bytes_is_str(segment, ".."))
			return true;
	return false;
}

static bool name_take(struct bytes *path, struct bytes *name)
{
	return segment_take(path, name) && text_is_name(*name);
}

/* What follows /scep. */
static struct route parse_endpoint(struct bytes rest)
{
	struct route route = { .kind = ROUTE_ENDPOINT };
	struct bytes word;

	if (!name_take(&rest, &route.application))
		return (struct route){ .kind = ROUTE_NONE };
	if (!bytes_is_str(route.application, "applications"))
		return name_take(&rest, &route.profile) ? route : (struct route){ .kind = ROUTE_NONE };
	if (!name_take(&rest, &route.application) || !segment_take(&rest, &word) || !bytes_is_str(word, "profiles") || !name_take(&rest, &route.profile))
		return (struct route){ .kind = ROUTE_NONE };
	return route;
}

/* The paths that devices build into their requests when their administrator gives a host alone: Cisco IOS and Windows. */
static bool is_default(struct bytes segment, struct bytes rest)
{
	struct bytes next;

	if (!segment_take(&rest, &next))
		return false;
	return (bytes_is_str_nocase(segment, "cgi-bin") && bytes_is_str_nocase(next, "pkiclient.exe")) ||
		(bytes_is_str_nocase(segment, "certsrv") && bytes_is_str_nocase(next, "mscep"));
}

struct route route_parse(struct bytes path)
{
	struct bytes segment;

	if (path.len == 0 || path.ptr[0] != '/' || has_dot_segment(path))
		return (struct route){ .kind = ROUTE_NONE };
	while (segment_take(&path, &segment)) {
		if (bytes_is_str(segment, "scep"))
			return parse_endpoint(path);
		if (is_default(segment, path))
			return (struct route){ .kind = ROUTE_DEFAULT };
	}
	return (struct route){ .kind = ROUTE_NONE };
}
