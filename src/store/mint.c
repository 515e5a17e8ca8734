#include <config.h>

#include "store/mint.h"

#include <string.h>

#include "base/text.h"
#include "store/internal.h"
#include "store/value.h"

void minted_clear(struct minted *minted)
{
	buf_clear(&minted->ca_der);
	explicit_bzero(minted, sizeof(*minted));
}

/* Text from the web into a terminated array. @return false when it does not fit. */
static bool text_fits(struct bytes text, char *out, size_t size)
{
	if (text.len >= size)
		return false;
	if (text.len > 0)
		memcpy(out, text.ptr, text.len);
	out[text.len] = '\0';
	return true;
}

/* What is no name can only be one that nothing has; the database finds that out, after the credentials. */
static struct db_param name_or_empty(struct bytes name)
{
	return text_is_name(name) ? db_text_bytes(name) : db_text("");
}

static struct db_param text_or_null(const char *text)
{
	return text == NULL || *text == '\0' ? (struct db_param){ DB_PARAM_NULL, { NULL, 0 }, 0 } : db_text(text);
}

static struct db_param number_or_null(int number)
{
	return number == 0 ? (struct db_param){ DB_PARAM_NULL, { NULL, 0 }, 0 } : db_number(number);
}

static struct db_param octets_or_null(struct bytes octets)
{
	return octets.len == 0 ? (struct db_param){ DB_PARAM_NULL, { NULL, 0 }, 0 } : db_octets(octets);
}

/* Who did not get one is told why; nothing here repeats what the caller sent. */
static enum err outcome_refused(struct bytes outcome, struct why *why)
{
	if (bytes_is_str(outcome, "credentials"))
		return why_set(why, ERR_HTTP_CREDENTIALS, "there is no such token, it has expired or was revoked, or it has another name");
	if (bytes_is_str(outcome, "not_found"))
		return why_set(why, ERR_NOT_FOUND, "there is no such endpoint, or it is disabled");
	if (bytes_is_str(outcome, "forbidden"))
		return why_set(why, ERR_HTTP_FORBIDDEN, "the token is not for this endpoint");
	if (bytes_is_str(outcome, "not_dynamic"))
		return why_set(why, ERR_CONFLICT, "the endpoint takes no dynamic challenges");
	if (bytes_is_str(outcome, "full"))
		return why_set(why, ERR_HTTP_TOO_MANY, "as many challenges of this endpoint are pending as it allows");
	if (bytes_is_str(outcome, "value"))
		return why_set(why, ERR_VALUE, "a lifetime, a number of uses, a binding or the context is out of its limits");
	return why_set(why, ERR_DB_SCHEMA, "the database answers with an unexpected outcome: run scepadm db upgrade");
}

static enum err minted_read(const struct db_rows *rows, struct minted *minted, struct why *why)
{
	struct bytes outcome = db_rows_get(rows, 0, 0);
	enum err e = ERR_OK;

	if (db_rows_count(rows) != 1 || !text_fits(db_rows_get(rows, 0, 3), minted->page_encoding, sizeof(minted->page_encoding)))
		return why_set(why, ERR_DB_SCHEMA, "scepgate.challenge_request() gives an unexpected value: run scepadm db upgrade");
	if (!bytes_is_str(outcome, "minted"))
		return outcome_refused(outcome, why);
	if (db_rows_get(rows, 0, 1).len == 0 || !text_fits(db_rows_get(rows, 0, 1), minted->challenge, sizeof(minted->challenge)) ||
		!value_number(db_rows_get(rows, 0, 2), &minted->expires_utc))
		return why_set(why, ERR_DB_SCHEMA, "scepgate.challenge_request() gives an unexpected value: run scepadm db upgrade");
	if ((e = buf_append(&minted->ca_der, db_rows_get(rows, 0, 4))) != ERR_OK)
		explicit_bzero(minted->challenge, sizeof(minted->challenge));
	return e;
}

enum err mint_challenge(struct store *store, const struct mint_request *request, struct minted *out, struct why *why)
{
	static const char sql[] = "SELECT outcome, challenge, extract(epoch FROM expires_at)::bigint, page_encoding, ca_certificate"
		" FROM scepgate.challenge_request($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, coalesce($12::jsonb, '{}'), $13, $14)";
	const struct bytes token_name = bytes_from_str(request->token_name);
	const struct db_param params[] = { db_octets(request->token_sha256), db_text(text_is_utf8(token_name) ? request->token_name : "?"), name_or_empty(request->application),
		name_or_empty(request->profile),
		number_or_null(request->lifetime_minutes), number_or_null(request->uses), text_or_null(request->subject), text_or_null(request->sans),
		octets_or_null(request->spki_sha256), text_or_null(request->device), text_or_null(request->username), text_or_null(request->context),
		db_text(request->client_address), text_or_null(request->sid) };
	struct minted minted = { .expires_utc = 0 };
	struct db_rows *rows = NULL;
	enum err e;

	if (request->token_sha256.len != MINT_TOKEN_HASH_LEN)
		return why_set(why, ERR_INTERNAL, "the digest of a token does not have %d octets", MINT_TOKEN_HASH_LEN);
	/* Never a second time by itself: a challenge that was minted and whose reply was lost would stay behind. */
	if ((e = store_query(store, STORE_ONCE, sql, params, sizeof(params) / sizeof(params[0]), DB_FORMAT_BINARY, &rows, why)) != ERR_OK)
		goto out;
	e = minted_read(rows, &minted, why);
	if (e == ERR_OK || e == ERR_HTTP_TOO_MANY || e == ERR_HTTP_FORBIDDEN) {
		minted_clear(out);
		*out = minted;
		explicit_bzero(&minted, sizeof(minted));
	}
out:
	minted_clear(&minted);
	db_rows_free(rows);
	return e;
}
