#include <config.h>

#include "conformance/suite.h"

#include <stdlib.h>

#include "pki/crypto.h"

enum { KEY_BITS = 2048 };

enum err suite_get(const struct suite *suite, const char *suffix, const char *query, struct web_reply *reply, struct why *why)
{
	return web_send(&(struct web_request){
		.url = suite->options.url,
		.path_suffix = suffix,
		.query = query,
		.timeout_s = suite->options.timeout_s,
		.ca_file = suite->options.ca_file,
	}, reply, why);
}

static enum err ask_caps(struct suite *suite, struct why *why)
{
	enum err e = suite_get(suite, NULL, "operation=GetCACaps", &suite->caps_reply, why);

	if (e == ERR_OK && suite->caps_reply.status != 200)
		e = why_set(why, ERR_SCEP_REPLY, "GetCACaps is answered by HTTP status %ld", suite->caps_reply.status);
	if (e == ERR_OK)
		suite->caps = scep_caps_parse(buf_bytes(&suite->caps_reply.body));
	return e;
}

static enum err ask_ca(struct suite *suite, struct why *why)
{
	enum err e = suite_get(suite, NULL, "operation=GetCACert", &suite->ca_reply, why);

	if (e == ERR_OK && suite->ca_reply.status != 200)
		e = why_set(why, ERR_SCEP_REPLY, "GetCACert is answered by HTTP status %ld", suite->ca_reply.status);
	if (e == ERR_OK && (e = ca_set_parse(buf_bytes(&suite->ca_reply.body), &suite->ca_is_message, &suite->ca, why)) == ERR_OK)
		suite->recipient = ca_set_recipient(&suite->ca);
	return e == ERR_OK && suite->recipient == NULL ? why_set(why, ERR_SCEP_REPLY, "GetCACert gives no certificate") : e;
}

/* An endpoint may have certificates of its own, so it is asked for them as well. */
static enum err open_pending(const struct suite_options *options, struct suite *suite, struct why *why)
{
	struct suite_options pending = *options;

	pending.url = options->pending_url;
	pending.pending_url = NULL;
	suite->at_pending = calloc(1, sizeof *suite->at_pending);
	return suite->at_pending == NULL ? ERR_MEMORY : suite_open(&pending, suite->at_pending, why);
}

enum err suite_open(const struct suite_options *options, struct suite *suite, struct why *why)
{
	enum err e;

	*suite = (struct suite){ .options = *options, .random = random_system(), .clock = clock_system() };
	if ((e = crypto_init(why)) != ERR_OK || (e = key_generate(KEY_KIND_RSA, KEY_BITS, &suite->device_key, why)) != ERR_OK ||
	    (e = key_generate(KEY_KIND_RSA, KEY_BITS, &suite->other_key, why)) != ERR_OK)
		return e;
	suite->has_caps = ask_caps(suite, &suite->caps_why) == ERR_OK;
	suite->has_ca = ask_ca(suite, &suite->ca_why) == ERR_OK;
	return options->pending_url == NULL ? ERR_OK : open_pending(options, suite, why);
}

void suite_close(struct suite *suite)
{
	key_free(suite->device_key);
	key_free(suite->other_key);
	web_reply_clear(&suite->caps_reply);
	web_reply_clear(&suite->ca_reply);
	ca_set_clear(&suite->ca);
	exchange_clear(&suite->success.exchange);
	exchange_clear(&suite->failure.exchange);
	exchange_clear(&suite->pending.exchange);
	if (suite->at_pending != NULL)
		suite_close(suite->at_pending);
	free(suite->at_pending);
}

enum verdict suite_can_ask(const struct suite *suite, struct why *detail)
{
	return suite->has_ca ? VERDICT_PASS : VERDICT_FAILED(detail, "without the server's certificate no message can be made: %s", suite->ca_why.text);
}

enum verdict suite_can_enrol(const struct suite *suite, struct why *detail)
{
	if (suite->options.challenge == NULL && !suite->options.is_open)
		return VERDICT_SKIPPED(detail, "needs --challenge-file or --open");
	return suite_can_ask(suite, detail);
}

/* Hand out what was made before. */
static enum verdict recall(const struct suite_exchange *made, const struct exchange **out, struct why *detail)
{
	if (made->error != ERR_OK)
		return VERDICT_FAILED(detail, "%s", why_text(&made->why, made->error));
	*out = &made->exchange;
	return VERDICT_PASS;
}

enum verdict suite_success(struct suite *suite, const struct exchange **out, struct why *detail)
{
	struct suite_exchange *made = &suite->success;
	enum verdict verdict = suite_can_enrol(suite, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	if (!made->is_made) {
		made->is_made = true;
		if (exchange_must_succeed(suite, &(struct ask){ 0 }, &made->exchange, &made->why) != VERDICT_PASS)
			made->error = ERR_SCEP_REPLY;
	}
	return recall(made, out, detail);
}

/* Requests that a server must refuse: with a wrong secret, with a damaged signature, of a type that does not exist. */
static enum err make_failure(struct suite *suite, struct suite_exchange *made)
{
	const struct ask way[] = {
		{ .secret = SECRET_WRONG },
		{ .secret = SECRET_WRONG, .craft = { .oddities = CRAFT_BAD_SIGNATURE } },
		{ .secret = SECRET_WRONG, .craft = { .message_type = "18" } },
	};
	char answer[WHY_MAX_LEN] = "";
	enum err e;

	for (size_t i = 0; i < sizeof way / sizeof *way; i++) {
		if ((e = exchange_make(suite, &way[i], &made->exchange, &made->why)) != ERR_OK)
			return e;
		if (exchange_is_status(&made->exchange, PKI_STATUS_FAILURE))
			return ERR_OK;
		exchange_describe(&made->exchange, answer, sizeof answer);
		exchange_clear(&made->exchange);
	}
	return why_set(&made->why, ERR_SCEP_REPLY, "no request that must be refused is answered by a CertRep FAILURE; the last answer is %s", answer);
}

enum verdict suite_failure(struct suite *suite, const struct exchange **out, struct why *detail)
{
	struct suite_exchange *made = &suite->failure;
	enum verdict verdict = suite_can_ask(suite, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	if (!made->is_made) {
		made->is_made = true;
		made->error = make_failure(suite, made);
	}
	return recall(made, out, detail);
}

enum verdict suite_pending(struct suite *suite, const struct exchange **out, struct why *detail)
{
	struct suite_exchange *made = &suite->pending;
	enum verdict verdict;
	char answer[WHY_MAX_LEN];

	if (suite->at_pending == NULL)
		return VERDICT_SKIPPED(detail, "needs --pending-url");
	if ((verdict = suite_can_enrol(suite->at_pending, detail)) != VERDICT_PASS)
		return verdict;
	if (!made->is_made) {
		made->is_made = true;
		made->error = exchange_make(suite->at_pending, &(struct ask){ 0 }, &made->exchange, &made->why);
		if (made->error == ERR_OK && !exchange_is_status(&made->exchange, PKI_STATUS_PENDING)) {
			exchange_describe(&made->exchange, answer, sizeof answer);
			made->error = why_set(&made->why, ERR_SCEP_REPLY, "the answer of the endpoint that should say PENDING is %s", answer);
		}
	}
	return recall(made, out, detail);
}
