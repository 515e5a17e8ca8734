#include <config.h>

#include "web/challenge_handler.h"

#include "service/mint.h"
#include "web/credentials.h"
#include "web/mdm_body.h"
#include "web/mscep_page.h"
#include "web/route.h"

enum { MINUTE_S = 60, FIRST_SERVER_ERROR = 500 };

/** One request on its way. */
struct asking {
	const struct service *service;
	const struct http_request *request;
	struct route route;
	struct credentials credentials;
	struct mdm_body body;
	struct mint_names names;
	struct minted minted;
	struct why why;
};

static void asking_clear(struct asking *asking)
{
	credentials_clear(&asking->credentials);
	mdm_body_clear(&asking->body);
	mint_names_clear(&asking->names);
	minted_clear(&asking->minted);
}

static bool is_page(const struct asking *asking)
{
	return asking->route.purpose == ROUTE_CHALLENGE_PAGE;
}

/* --- before anybody is asked --- */

static enum err check_target(struct asking *asking)
{
	const struct http_request *request = asking->request;

	if (request->target_error == ERR_HTTP_URI_TOO_LONG)
		return why_set(&asking->why, ERR_HTTP_URI_TOO_LONG, "path and query have more than %d octets", HTTP_MAX_TARGET_LEN);
	if (request->target_error != ERR_OK)
		return why_set(&asking->why, request->target_error, "the path is not valid");
	asking->route = route_parse(request->path);
	if (asking->route.kind == ROUTE_NONE || asking->route.purpose == ROUTE_SCEP)
		return why_set(&asking->why, ERR_NOT_FOUND, "there is no challenge address at this path");
	if (request->method != (is_page(asking) ? HTTP_GET : HTTP_POST))
		return why_set(&asking->why, ERR_HTTP_METHOD, is_page(asking) ? "the page is there for GET alone" : "a challenge is asked for by POST");
	return ERR_OK;
}

static enum err check_body(struct asking *asking)
{
	if (is_page(asking) || asking->request->body_error == ERR_OK)
		return ERR_OK;
	if (asking->request->body_error == ERR_HTTP_TOO_LARGE)
		return why_set(&asking->why, ERR_HTTP_TOO_LARGE, "the body has more than %d octets", HTTP_MAX_BODY_LEN);
	return why_set(&asking->why, asking->request->body_error, "%s", err_text(asking->request->body_error));
}

/* --- minting --- */

static const char *text_of(const struct buf *terminated)
{
	return terminated->len == 0 ? "" : (const char *)terminated->ptr;
}

/* The address that the MDM will send its devices to, when it says so and it is one of ours: one below another prefix is a proxy's, such as Fleet's
 * /mdm/scep/proxy/…. @return ERR_OK; ERR_MEMORY. */
static enum err find_meant(const struct asking *asking, struct buf *path, struct mint_target *target, bool *is_told)
{
	struct route route;
	struct bytes host;
	enum err e;

	if ((e = route_parse_url(buf_bytes(&asking->body.scep_url), path, &host, &route)) != ERR_OK)
		return e;
	*is_told = route.kind != ROUTE_NONE && bytes_is_equal(route.prefix, asking->route.prefix);
	*target = (struct mint_target){ route.application, route.profile, host };
	return ERR_OK;
}

static enum err mint(struct asking *asking)
{
	const struct mdm_body *body = &asking->body;
	struct mint_target meant;
	struct mint_call call = {
		.token = buf_bytes(&asking->credentials.token),
		.target = { asking->route.application, asking->route.profile, asking->request->host },
		.request = {
			.token_name = text_of(&asking->credentials.name),
			.lifetime_minutes = body->lifetime_minutes,
			.uses = body->uses,
			.subject = text_of(&body->subject),
			.sans = text_of(&body->sans),
			.device = text_of(&body->device),
			.username = text_of(&body->username),
			.sid = text_of(&body->sid),
			.spki_sha256 = buf_bytes(&body->key_sha256),
			.context = text_of(&body->context),
			.client_address = asking->request->client_address,
		},
	};
	struct buf path = { 0 };
	bool is_told;
	enum err e;

	if ((e = find_meant(asking, &path, &meant, &is_told)) == ERR_OK) {
		call.meant = is_told ? &meant : NULL;
		e = mint_serve(asking->service, &call, &asking->names, &asking->minted, &asking->why);
	}
	buf_clear(&path);
	return e;
}

static enum err ask(struct asking *asking)
{
	enum err e;

	if ((e = check_target(asking)) != ERR_OK || (e = check_body(asking)) != ERR_OK ||
	    (e = credentials_parse(asking->request->authorization, &asking->credentials, &asking->why)) != ERR_OK)
		return e;
	if (!is_page(asking) && (e = mdm_body_parse(asking->request->body, &asking->body, &asking->why)) != ERR_OK)
		return e;
	return mint(asking);
}

/* --- replies --- */

/* To the nearest: the database's clock has fractions of a second, and may be a little ahead. */
static int64_t minutes_left(const struct asking *asking)
{
	int64_t left_s = asking->minted.expires_utc - clock_now_utc(&asking->service->clock);

	return left_s < MINUTE_S ? 1 : (left_s + MINUTE_S / 2) / MINUTE_S;
}

/* What a scraper is to see: the challenge, or why there is none, both with status 200, since scrapers read nothing else. @return false when it is neither. */
static bool make_page(const struct asking *asking, enum err error, struct http_reply *reply)
{
	enum mscep_encoding encoding = mscep_encoding_from_name(asking->minted.page_encoding);
	enum err e = ERR_OK;

	if (error == ERR_OK)
		e = mscep_page_encode_challenge(asking->minted.challenge, buf_bytes(&asking->minted.ca_der), minutes_left(asking), encoding, &reply->body);
	else if (error == ERR_HTTP_TOO_MANY)
		e = mscep_page_encode_full(encoding, &reply->body);
	else if (error == ERR_HTTP_FORBIDDEN)
		e = mscep_page_encode_forbidden(encoding, &reply->body);
	else
		return false;
	reply->status = 200;
	reply->media_type = mscep_page_media_type(encoding);
	if (e != ERR_OK)
		http_reply_error(reply, e, NULL);
	return true;
}

/* The caller has a reason to know why: what was wrong is said in words, but for what concerns this server alone. */
static void make_error(const struct asking *asking, enum err error, struct http_reply *reply)
{
	http_reply_error(reply, error, err_http_status(error) < FIRST_SERVER_ERROR ? why_text(&asking->why, error) : NULL);
	if (error == ERR_HTTP_METHOD)
		reply->allow = is_page(asking) ? "GET" : "POST";
	if (error == ERR_HTTP_CREDENTIALS)
		reply->authenticate = is_page(asking) ? HTTP_AUTHENTICATE_BASIC : HTTP_AUTHENTICATE_BASIC_OR_BEARER;
}

static void make_reply(const struct asking *asking, enum err error, struct http_reply *reply)
{
	enum err e;

	if (is_page(asking) && make_page(asking, error, reply))
		return;
	if (error != ERR_OK) {
		make_error(asking, error, reply);
		return;
	}
	/* The challenge and nothing else: Fleet takes a newline for part of it. */
	reply->status = 200;
	reply->media_type = "text/plain";
	if ((e = buf_append_str(&reply->body, asking->minted.challenge)) != ERR_OK)
		http_reply_error(reply, e, NULL);
}

/* The name of a token stands in the log only when the token was right: who mistakes the fields of a form would otherwise have his secret there. A first request without
 * credentials is how many clients begin. */
static void write_log(const struct asking *asking, enum err error, const struct http_reply *reply)
{
	const struct http_request *request = asking->request;
	char expires[CLOCK_ISO_SIZE] = "";
	bool is_known = error == ERR_OK || error == ERR_HTTP_FORBIDDEN || error == ERR_HTTP_TOO_MANY;
	enum log_level level = error == ERR_OK || (error == ERR_HTTP_CREDENTIALS && request->authorization.len == 0) ? LOG_LEVEL_INFO : err_log_level(error);

	if (error == ERR_OK)
		clock_format_iso(asking->minted.expires_utc, expires);
	LOG_EVENT(asking->service->log, level, error == ERR_OK ? "challenge-minted" : "challenge-refused", log_bytes("path", request->path),
		log_str("application", asking->names.application), log_str("profile", asking->names.profile),
		log_str("token", is_known ? text_of(&asking->credentials.name) : ""), log_str("expires", expires), log_str("error", error == ERR_OK ? "" : err_name(error)),
		log_number("status", reply->status), log_str("detail", error == ERR_OK ? "" : why_text(&asking->why, error)),
		log_str("client", request->client_address), log_str("agent", request->user_agent));
}

void challenge_handler(void *context, const struct http_request *request, struct http_reply *reply)
{
	struct asking asking = { .service = context, .request = request };
	enum err e = ask(&asking);

	make_reply(&asking, e, reply);
	write_log(&asking, e, reply);
	asking_clear(&asking);
}
