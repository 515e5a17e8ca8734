#include <config.h>

#include "conformance/checks.h"

#include <string.h>

#include "conformance/suite.h"

/* Run a look at the standard FAILURE, and at the standard SUCCESS when one can be had. */
static enum verdict each_reply(struct suite *suite,
	enum verdict (*look)(const struct suite *suite, const struct exchange *exchange, struct why *detail), struct why *detail)
{
	const struct exchange *exchange;
	enum verdict verdict = suite_failure(suite, &exchange, detail);

	if (verdict == VERDICT_PASS)
		verdict = look(suite, exchange, detail);
	if (verdict != VERDICT_PASS || (suite->options.challenge == NULL && !suite->options.is_open))
		return verdict;
	verdict = suite_success(suite, &exchange, detail);
	return verdict == VERDICT_PASS ? look(suite, exchange, detail) : verdict;
}

static enum verdict look_content_type(const struct suite *suite, const struct exchange *exchange, struct why *detail)
{
	(void)suite;
	return oid_is(exchange->reply->cms->content_type, OID_DATA) ? VERDICT_PASS :
		VERDICT_FAILED(detail, "the eContentType of the CertRep is not id-data");
}

enum verdict check_reply_signed_data(struct suite *suite, struct why *detail)
{
	return each_reply(suite, look_content_type, detail);
}

enum verdict check_reply_envelope(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct der outer, info;
	struct der_element type;
	enum verdict verdict = suite_success(suite, &success, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	outer = (struct der){ buf_bytes(&success->reply->cms->content) };
	if (!success->reply->cms->has_content)
		return VERDICT_FAILED(detail, "the SUCCESS has no eContent");
	return der_enter(&outer, DER_SEQUENCE, &info) == ERR_OK && der_end(&outer) == ERR_OK && der_read_tag(&info, DER_OID, &type) == ERR_OK &&
		oid_is(type.value, OID_ENVELOPED_DATA) ? VERDICT_PASS : VERDICT_FAILED(detail, "the eContent is not a ContentInfo { envelopedData }");
}

enum verdict check_failure_without_envelope(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict == VERDICT_PASS && failure->reply->cms->has_content)
		verdict = VERDICT_FAILED(detail, "the FAILURE has an eContent of %zu bytes", failure->reply->cms->content.len);
	return verdict;
}

static enum verdict look_attributes(const struct suite *suite, const struct exchange *exchange, struct why *detail)
{
	static const struct { enum oid oid; const char *name; bool is_of_failure; } wanted[] = {
		{ OID_CONTENT_TYPE, "contentType", false }, { OID_MESSAGE_DIGEST, "messageDigest", false }, { OID_SCEP_MESSAGE_TYPE, "messageType", false },
		{ OID_SCEP_TRANSACTION_ID, "transactionID", false }, { OID_SCEP_SENDER_NONCE, "senderNonce", false },
		{ OID_SCEP_PKI_STATUS, "pkiStatus", false },
		{ OID_SCEP_RECIPIENT_NONCE, "recipientNonce", false }, { OID_SCEP_FAIL_INFO, "failInfo", true },
	};
	struct der_element value;

	(void)suite;
	for (size_t i = 0; i < sizeof wanted / sizeof *wanted; i++)
		if ((!wanted[i].is_of_failure || exchange_is_status(exchange, PKI_STATUS_FAILURE)) &&
		    cms_signed_get_attribute(exchange->reply->cms, wanted[i].oid, &value) != ERR_OK)
			return VERDICT_FAILED(detail, "%s is not there with one value", wanted[i].name);
	return VERDICT_PASS;
}

enum verdict check_reply_attributes(struct suite *suite, struct why *detail)
{
	return each_reply(suite, look_attributes, detail);
}

static enum verdict look_signer(const struct suite *suite, const struct exchange *exchange, struct why *detail)
{
	return verdict_from_err(exchange_check_reply(suite, exchange, detail), detail);
}

enum verdict check_reply_signer(struct suite *suite, struct why *detail)
{
	return each_reply(suite, look_signer, detail);
}

enum verdict check_signer_among_others(struct suite *suite, struct why *detail)
{
	enum verdict verdict = suite_can_ask(suite, detail);
	struct ask ask = { .secret = suite->options.challenge != NULL ? SECRET_GOOD : SECRET_NONE };

	if (verdict != VERDICT_PASS)
		return verdict;
	for (size_t i = 0; i < suite->ca.count && ask.craft.extra_count < 3; i++)
		ask.craft.extra[ask.craft.extra_count++] = suite->ca.cert[i];
	if (suite->options.challenge != NULL || suite->options.is_open) {
		struct exchange exchange = { 0 };

		verdict = exchange_must_succeed(suite, &ask, &exchange, detail);
		exchange_clear(&exchange);
		return verdict;
	}
	return exchange_must_answer(suite, &ask, detail);
}

enum verdict check_no_plain_content(struct suite *suite, struct why *detail)
{
	struct buf subject = { 0 }, csr = { 0 };
	enum verdict verdict = suite_can_enrol(suite, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	e = exchange_make_csr(suite, suite->device_key, SECRET_GOOD, &csr, &subject, detail);
	verdict = e != ERR_OK ? verdict_from_err(e, detail) :
		exchange_must_refuse(suite, &(struct ask){ .craft = { .content = buf_bytes(&csr) } }, detail);
	buf_clear(&subject);
	buf_clear(&csr);
	return verdict;
}

/* Each of these requests must be refused, although the challenge is right. */
static enum verdict refuse_each(struct suite *suite, const unsigned *oddities, const char *const *names, size_t count, struct why *detail)
{
	enum verdict verdict = suite_can_enrol(suite, detail);

	for (size_t i = 0; verdict == VERDICT_PASS && i < count; i++) {
		struct why why = { 0 };

		if (exchange_must_refuse(suite, &(struct ask){ .craft = { .oddities = oddities[i] } }, &why) != VERDICT_PASS)
			verdict = VERDICT_FAILED(detail, "%s: %s", names[i], why.text);
	}
	return verdict;
}

enum verdict check_one_signer(struct suite *suite, struct why *detail)
{
	static const unsigned oddities[] = { CRAFT_NO_SIGNER, CRAFT_TWO_SIGNERS };
	static const char *const names[] = { "no SignerInfo", "two SignerInfos" };

	return refuse_each(suite, oddities, names, 2, detail);
}

enum verdict check_double_attribute(struct suite *suite, struct why *detail)
{
	static const unsigned oddities[] = { CRAFT_DOUBLE_MESSAGE_TYPE, CRAFT_DOUBLE_TRANSACTION_ID };
	static const char *const names[] = { "messageType twice", "transactionID twice" };

	return refuse_each(suite, oddities, names, 2, detail);
}

enum verdict check_missing_attributes(struct suite *suite, struct why *detail)
{
	static const unsigned oddities[] = { CRAFT_NO_TRANSACTION_ID, CRAFT_NO_SENDER_NONCE };
	static const char *const names[] = { "no transactionID", "no senderNonce" };

	return refuse_each(suite, oddities, names, 2, detail);
}

/* A request with such an oddity must succeed. */
static enum verdict succeed_with(struct suite *suite, unsigned oddities, struct why *detail)
{
	struct exchange exchange = { 0 };
	enum verdict verdict = suite_can_enrol(suite, detail);

	if (verdict == VERDICT_PASS)
		verdict = exchange_must_succeed(suite, &(struct ask){ .craft = { .oddities = oddities } }, &exchange, detail);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_unknown_attribute(struct suite *suite, struct why *detail)
{
	return succeed_with(suite, CRAFT_UNKNOWN_ATTRIBUTE, detail);
}

enum verdict check_ber(struct suite *suite, struct why *detail)
{
	return succeed_with(suite, CRAFT_BER, detail);
}

enum verdict check_unsorted(struct suite *suite, struct why *detail)
{
	return succeed_with(suite, CRAFT_UNSORTED, detail);
}
