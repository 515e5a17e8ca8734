#include <config.h>

#include "web/route.h"

#include <string.h>

#include "base/text.h"

bool route_take_segment(struct bytes *path, struct bytes *segment)
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

	while (route_take_segment(&path, &segment))
		if (bytes_is_str(segment, ".") || bytes_is_str(segment, ".."))
			return true;
	return false;
}

static bool name_take(struct bytes *path, struct bytes *name)
{
	return route_take_segment(path, name) && text_is_name(*name);
}

static bool is_end(struct bytes path)
{
	struct bytes segment;

	return !route_take_segment(&path, &segment);
}

/* What follows the names. */
static enum route_purpose parse_purpose(struct bytes rest)
{
	struct bytes segment;

	if (!route_take_segment(&rest, &segment))
		return ROUTE_SCEP;
	if (bytes_is_str_nocase(segment, "challenge") && is_end(rest))
		return ROUTE_CHALLENGE;
	if (bytes_is_str_nocase(segment, "certsrv") && route_take_segment(&rest, &segment) && bytes_is_str_nocase(segment, "mscep_admin") && is_end(rest))
		return ROUTE_CHALLENGE_PAGE;
	return ROUTE_SCEP;
}

/* What follows /scep. */
static struct route parse_endpoint(struct bytes rest)
{
	struct route route = { .kind = ROUTE_ENDPOINT };
	struct bytes word;

	if (!name_take(&rest, &route.application))
		return (struct route){ .kind = ROUTE_NONE };
	if (bytes_is_str(route.application, "applications") &&
	    (!name_take(&rest, &route.application) || !route_take_segment(&rest, &word) || !bytes_is_str(word, "profiles")))
		return (struct route){ .kind = ROUTE_NONE };
	if (!name_take(&rest, &route.profile))
		return (struct route){ .kind = ROUTE_NONE };
	route.purpose = parse_purpose(rest);
	return route;
}

/* The paths that devices and MDMs build into their requests when their administrator gives a host alone: Cisco IOS, Windows, and Ivanti's. */
static bool parse_default(struct bytes segment, struct bytes rest, enum route_purpose *purpose)
{
	struct bytes next;

	if (!route_take_segment(&rest, &next))
		return false;
	*purpose = ROUTE_SCEP;
	if (bytes_is_str_nocase(segment, "cgi-bin") && bytes_is_str_nocase(next, "pkiclient.exe"))
		return true;
	if (!bytes_is_str_nocase(segment, "certsrv"))
		return false;
	if (bytes_is_str_nocase(next, "mscep"))
		return true;
	*purpose = ROUTE_CHALLENGE_PAGE;
	return bytes_is_str_nocase(next, "mscep_admin") && is_end(rest);
}

struct route route_parse(struct bytes path)
{
	struct route route = { .kind = ROUTE_NONE };
	struct bytes rest = path, segment;

	if (path.len == 0 || path.ptr[0] != '/' || has_dot_segment(path))
		return route;
	while (route_take_segment(&rest, &segment)) {
		if (bytes_is_str(segment, "scep"))
			route = parse_endpoint(rest);
		else if (parse_default(segment, rest, &route.purpose))
			route.kind = ROUTE_DEFAULT;
		else
			continue;
		route.prefix = bytes_from(path.ptr, (size_t)(segment.ptr - path.ptr));
		return route;
	}
	return (struct route){ .kind = ROUTE_NONE };
}

/* Cut a part off the front: up to one of these octets, or all. */
static struct bytes part_take(struct bytes *text, const char *ends)
{
	struct bytes part = *text;

	for (part.len = 0; part.len < text->len && strchr(ends, text->ptr[part.len]) == NULL;)
		part.len++;
	*text = bytes_from(text->ptr + part.len, text->len - part.len);
	return part;
}

/* The host of "user@host:port"; "[::1]:80" keeps the brackets. */
static struct bytes authority_host(struct bytes authority)
{
	const uint8_t *at = authority.len == 0 ? NULL : memrchr(authority.ptr, '@', authority.len);
	size_t skipped = at == NULL ? 0 : (size_t)(at - authority.ptr) + 1;
	struct bytes host = bytes_from(authority.ptr + skipped, authority.len - skipped), bracketed;

	if (host.len > 0 && host.ptr[0] == '[') {
		bracketed = part_take(&host, "]");
		return bytes_from(bracketed.ptr, bracketed.len + (host.len > 0 ? 1 : 0));
	}
	return part_take(&host, ":");
}

enum err route_parse_url(struct bytes url, struct buf *path, struct bytes *host, struct route *route)
{
	const uint8_t *scheme_end = url.len == 0 ? NULL : memmem(url.ptr, url.len, "://", 3);
	struct bytes rest = url;
	enum err e;

	*host = (struct bytes){ NULL, 0 };
	*route = (struct route){ .kind = ROUTE_NONE };
	buf_reset(path);
	if (url.len == 0 || url.len > ROUTE_MAX_URL_LEN || memchr(url.ptr, '\0', url.len) != NULL)
		return ERR_OK;
	if (url.ptr[0] != '/') {
		if (scheme_end == NULL)
			return ERR_OK;
		rest = bytes_from(scheme_end + 3, url.len - (size_t)(scheme_end + 3 - url.ptr));
		*host = authority_host(part_take(&rest, "/?#"));
	}
	if ((e = buf_append(path, part_take(&rest, "?#"))) != ERR_OK || (e = text_decode_percent(path)) != ERR_OK)
		return e == ERR_TEXT ? ERR_OK : e;
	*route = route_parse(buf_bytes(path));
	return ERR_OK;
}
