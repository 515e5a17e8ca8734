#include <config.h>

/* What an MDM sends to challenge.fcgi: a body, as JSON or XML; the same octets as an Authorization field and as a SCEP address. */

#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "web/credentials.h"
#include "web/mdm_body.h"
#include "web/mdm_json.h"
#include "web/route.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void demand(bool holds)
{
	if (!holds)
		abort();
}

/* Terminated, and without a NUL inside. */
static bool is_string(const struct buf *text)
{
	return text->len == 0 || strlen((const char *)text->ptr) == text->len;
}

static void read_body(struct bytes input)
{
	struct mdm_body body = { 0 };
	struct why why = { 0 };
	enum err e = mdm_body_parse(input, &body, &why);

	demand(e == ERR_OK || e == ERR_TEXT || e == ERR_VALUE || e == ERR_HTTP_CONTENT);
	demand((e == ERR_OK) == (why.text[0] == '\0'));
	demand(body.context.len <= MDM_MAX_CONTEXT_LEN && body.scep_url.len <= MDM_MAX_SCEP_URL_LEN);
	demand(body.key_sha256.len == 0 || body.key_sha256.len == MDM_KEY_HASH_LEN);
	demand(body.lifetime_minutes >= 0 && body.lifetime_minutes <= MDM_MAX_LIFETIME_MINUTES && body.uses >= 0 && body.uses <= MDM_MAX_USES);
	demand(is_string(&body.subject) && is_string(&body.sans) && is_string(&body.device) && is_string(&body.username) && is_string(&body.context));
	mdm_body_clear(&body);
}

static void read_credentials(struct bytes input)
{
	struct credentials credentials = { 0 };
	struct why why = { 0 };
	enum err e = credentials_parse(input, &credentials, &why);

	demand(e == ERR_OK || e == ERR_HTTP_CREDENTIALS);
	demand((e == ERR_OK) == (credentials.token.len > 0) && credentials.token.len <= CREDENTIALS_MAX_TOKEN_LEN && is_string(&credentials.name));
	credentials_clear(&credentials);
}

static void read_url(struct bytes input)
{
	struct buf path = { 0 };
	struct bytes host;
	struct route route;

	demand(route_parse_url(input, &path, &host, &route) == ERR_OK);
	demand(host.len <= input.len && (route.kind != ROUTE_ENDPOINT || (route.application.len > 0 && route.profile.len > 0)));
	buf_clear(&path);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	read_body(bytes_from(data, size));
	read_credentials(bytes_from(data, size));
	read_url(bytes_from(data, size));
	return 0;
}
