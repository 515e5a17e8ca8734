#include <config.h>

#include "web/pki_handler.h"

#include <string.h>

#include "base/text.h"
#include "web/http_date.h"
#include "web/route.h"

#define ALLOWED_METHODS "GET, HEAD"

enum { MAX_PARTITION = 256 };

/* Cut an ending off. False when the text does not have it, or is nothing else. */
static bool ending_cut(struct bytes *text, const char *ending)
{
	size_t len = strlen(ending);

	if (text->len <= len || memcmp(text->ptr + text->len - len, ending, len) != 0)
		return false;
	text->len -= len;
	return true;
}

static bool partition_read(struct bytes text, int *partition)
{
	*partition = 0;
	if (text.len == 0 || text.len > 3 || (text.len > 1 && text.ptr[0] == '0'))
		return false;
	for (size_t i = 0; i < text.len; i++) {
		if (text.ptr[i] < '0' || text.ptr[i] > '9')
			return false;
		*partition = *partition * 10 + (text.ptr[i] - '0');
	}
	return *partition <= MAX_PARTITION;
}

/* CA.crt, CA.cer, CA.p7c, CA.crl: the last segment alone. */
static bool parse_file(struct bytes file, struct publication_name *name)
{
	name->ca = file;
	if (ending_cut(&name->ca, ".crl"))
		name->kind = PUBLICATION_CRL;
	else if (ending_cut(&name->ca, ".p7c"))
		name->kind = PUBLICATION_CHAIN;
	else if (ending_cut(&name->ca, ".crt") || ending_cut(&name->ca, ".cer"))
		name->kind = PUBLICATION_CERTIFICATE;
	else
		return false;
	return text_is_name(name->ca);
}

/* What follows the CA's name: N.crl, delta.crl, N/delta.crl. */
static bool parse_crl(struct bytes rest, struct publication_name *name)
{
	struct bytes segment, more;

	if (!text_is_name(name->ca) || !route_take_segment(&rest, &segment))
		return false;
	if (!route_take_segment(&rest, &more)) {
		name->kind = bytes_is_str(segment, "delta.crl") ? PUBLICATION_DELTA_CRL : PUBLICATION_CRL;
		return name->kind == PUBLICATION_DELTA_CRL || (ending_cut(&segment, ".crl") && partition_read(segment, &name->partition));
	}
	name->kind = PUBLICATION_DELTA_CRL;
	return partition_read(segment, &name->partition) && bytes_is_str(more, "delta.crl") && !route_take_segment(&rest, &more);
}

bool pki_path_parse(struct bytes path, struct publication_name *name)
{
	struct publication_name parsed = { 0 };
	struct bytes segment, look;

	do
		if (!route_take_segment(&path, &segment))
			return false;
	while (!bytes_is_str(segment, "pki"));
	if (!route_take_segment(&path, &parsed.ca))
		return false;
	look = path;
	if (route_take_segment(&look, &segment) ? !parse_crl(path, &parsed) : !parse_file(parsed.ca, &parsed))
		return false;
	*name = parsed;
	return true;
}

static enum err check_request(const struct http_request *request, struct publication_name *name, struct why *why)
{
	if (request->method != HTTP_GET && request->method != HTTP_HEAD)
		return why_set(why, ERR_HTTP_METHOD, "neither GET nor HEAD");
	if (request->target_error != ERR_OK)
		return why_set(why, request->target_error, "the path is not valid");
	return pki_path_parse(request->path, name) ? ERR_OK : why_set(why, ERR_NOT_FOUND, "the path names neither a certificate nor a CRL");
}

/* Is the tag one of a list? Weak ones compare as strong ones do, since nothing but the whole body is ever sent (RFC 9110 section 13.1.2). */
static bool has_tag(struct bytes list, const char *tag)
{
	size_t len = strlen(tag);

	if (bytes_is_str(list, "*"))
		return true;
	for (size_t i = 0; i + len <= list.len; i++)
		if (memcmp(list.ptr + i, tag, len) == 0)
			return true;
	return false;
}

static bool is_known(const struct http_request *request, const struct publication *found)
{
	int64_t since_utc;

	if (request->if_none_match.len > 0)
		return has_tag(request->if_none_match, found->etag);
	return http_date_parse(request->if_modified_since, &since_utc) && found->last_modified_utc <= since_utc;
}

static void answer(const struct http_request *request, const struct publication *found, struct http_reply *reply)
{
	reply->status = is_known(request, found) ? 304 : 200;
	memcpy(reply->etag, found->etag, sizeof(found->etag));
	reply->last_modified_utc = found->last_modified_utc;
	reply->max_age_s = found->max_age_s;
	if (reply->status == 304)
		return;
	reply->media_type = found->media_type;
	reply->lent_body = found->body;
}

void pki_handler(void *context, const struct http_request *request, struct http_reply *reply)
{
	const struct pki_site *site = context;
	struct publication_name name;
	struct publication found;
	struct why why = { 0 };
	enum err e;

	if ((e = check_request(request, &name, &why)) == ERR_OK)
		e = publication_find(site->service, site->cache, &name, &found, &why);
	if (e == ERR_OK) {
		answer(request, &found, reply);
		return;
	}
	http_reply_error(reply, e, NULL);
	if (e == ERR_HTTP_METHOD)
		reply->allow = ALLOWED_METHODS;
	LOG_EVENT(site->service->log, err_log_level(e), "http-error", log_bytes("path", request->path), log_str("error", err_name(e)), log_number("status", reply->status),
		log_str("detail", why_text(&why, e)), log_str("client", request->client_address), log_str("agent", request->user_agent));
}
