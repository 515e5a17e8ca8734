#include <config.h>

#include "conformance/checks.h"

#include <ctype.h>
#include <stdio.h>
#include <string.h>

#include "conformance/suite.h"

enum { MAX_TEXT_LEN = SCEP_MAX_FAIL_INFO_TEXT_LEN, MIN_REFERENCE_LEN = 6, ATTACK_COUNT = 4 };

/* Requests that would succeed but for this must be refused. */
static enum verdict refuse_only_for(struct suite *suite, struct craft craft, const char *what, struct why *detail)
{
	struct why why = { 0 };
	enum verdict verdict = suite_can_enrol(suite, detail);

	if (verdict == VERDICT_PASS && exchange_must_refuse(suite, &(struct ask){ .craft = craft }, &why) != VERDICT_PASS)
		verdict = VERDICT_FAILED(detail, "%s: %s", what, why.text);
	return verdict;
}

enum verdict check_message_type_present(struct suite *suite, struct why *detail)
{
	return refuse_only_for(suite, (struct craft){ .oddities = CRAFT_NO_MESSAGE_TYPE }, "without messageType", detail);
}

enum verdict check_message_type_known(struct suite *suite, struct why *detail)
{
	static const char *const undefined[] = { "18", "0", "3", "4", "99", "119", "019", "-19", "abc", "" };
	enum verdict verdict = VERDICT_PASS;
	struct why why = { 0 };
	char what[64];

	/* Whoever forgets the check of the challenge for one type forgets it for a number like this. */
	if (!suite->options.is_open && (verdict = suite_can_ask(suite, detail)) == VERDICT_PASS &&
	    exchange_must_refuse(suite, &(struct ask){ .secret = SECRET_NONE, .craft = { .message_type = "18" } }, &why) != VERDICT_PASS)
		verdict = VERDICT_FAILED(detail, "messageType \"18\" without a challenge: %s", why.text);
	for (size_t i = 0; verdict == VERDICT_PASS && i < sizeof undefined / sizeof *undefined; i++) {
		snprintf(what, sizeof what, "messageType \"%s\"", undefined[i]);
		verdict = refuse_only_for(suite, (struct craft){ .message_type = undefined[i] }, what, detail);
	}
	return verdict;
}

enum verdict check_status_known(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	struct der_element value;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict == VERDICT_PASS && (cms_signed_get_attribute(failure->reply->cms, OID_SCEP_PKI_STATUS, &value) != ERR_OK ||
	    !bytes_is_str(value.value, "2")))
		verdict = VERDICT_FAILED(detail, "a FAILURE has no pkiStatus \"2\"");
	if (verdict != VERDICT_PASS || (suite->options.challenge == NULL && !suite->options.is_open))
		return verdict;
	if ((verdict = suite_success(suite, &failure, detail)) == VERDICT_PASS &&
	    (cms_signed_get_attribute(failure->reply->cms, OID_SCEP_PKI_STATUS, &value) != ERR_OK || !bytes_is_str(value.value, "0")))
		verdict = VERDICT_FAILED(detail, "a SUCCESS has no pkiStatus \"0\"");
	return verdict;
}

enum verdict check_fail_info_known(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	struct der_element value;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	if (cms_signed_get_attribute(failure->reply->cms, OID_SCEP_FAIL_INFO, &value) != ERR_OK)
		return VERDICT_FAILED(detail, "there is no failInfo");
	return value.value.len == 1 && value.value.ptr[0] >= '0' && value.value.ptr[0] <= '4' ? VERDICT_PASS :
		VERDICT_FAILED(detail, "failInfo is \"%.*s\"", (int)value.value.len, (const char *)value.value.ptr);
}

enum verdict check_failure_shape(struct suite *suite, struct why *detail)
{
	const struct exchange *failure, *success;
	struct der_element value;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict == VERDICT_PASS && (failure->reply->fail_info == NO_FAIL_INFO || failure->reply->cms->content.len > 0))
		verdict = VERDICT_FAILED(detail, "a FAILURE %s", failure->reply->cms->content.len > 0 ? "has an envelope" : "has no failInfo");
	if (verdict != VERDICT_PASS || (suite->options.challenge == NULL && !suite->options.is_open))
		return verdict;
	if ((verdict = suite_success(suite, &success, detail)) == VERDICT_PASS &&
	    cms_signed_get_attribute(success->reply->cms, OID_SCEP_FAIL_INFO, &value) != ERR_NOT_FOUND)
		verdict = VERDICT_FAILED(detail, "a SUCCESS has a failInfo");
	return verdict;
}

static enum verdict expect_fail_info(struct suite *suite, const struct ask *ask, enum fail_info expected, const char *what, struct why *detail)
{
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict = VERDICT_PASS;
	enum err e = exchange_make(suite, ask, &exchange, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (!exchange_is_status(&exchange, PKI_STATUS_FAILURE) || exchange.reply->fail_info != expected)
		verdict = VERDICT_FAILED(detail, "%s is answered by %s, not by %s", what, answer, fail_info_name(expected));
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_fail_info_mapping(struct suite *suite, struct why *detail)
{
	const struct ask bad_signature = { .craft = { .oddities = CRAFT_BAD_SIGNATURE } }, no_challenge = { .secret = SECRET_WRONG };
	enum verdict verdict = suite_can_ask(suite, detail);

	if (verdict == VERDICT_PASS)
		verdict = expect_fail_info(suite, &bad_signature, FAIL_BAD_MESSAGE_CHECK, "a signature that does not verify", detail);
	if (verdict == VERDICT_PASS && !suite->options.is_open)
		verdict = expect_fail_info(suite, &no_challenge, FAIL_BAD_REQUEST, "a wrong challenge", detail);
	return verdict;
}

enum verdict check_bad_signature_answered(struct suite *suite, struct why *detail)
{
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict = suite_can_ask(suite, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = exchange_make(suite, &(struct ask){ .craft = { .oddities = CRAFT_BAD_SIGNATURE } }, &exchange, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (!exchange_is_status(&exchange, PKI_STATUS_FAILURE))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	else
		verdict = verdict_from_err(exchange_check_reply(suite, &exchange, detail), detail);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_bad_message_digest(struct suite *suite, struct why *detail)
{
	enum verdict verdict = refuse_only_for(suite, (struct craft){ .oddities = CRAFT_BAD_SIGNATURE }, "a signature that does not verify", detail);

	return verdict == VERDICT_PASS ? refuse_only_for(suite, (struct craft){ .oddities = CRAFT_BAD_MESSAGE_DIGEST },
		"a messageDigest of another content", detail) : verdict;
}

/* --- what a decryption failure tells ---------------------------------------------------------------------------------------- */

/* Describe an answer without what must differ: words of six and more hexadecimal digits are references to a log. */
static void describe_comparably(const struct exchange *exchange, char *out, size_t size)
{
	char answer[WHY_MAX_LEN];
	size_t length = 0;

	exchange_describe(exchange, answer, sizeof answer);
	for (const char *c = answer; *c != '\0' && length + 1 < size;) {
		size_t run = 0;

		while (isxdigit((unsigned char)c[run]))
			run++;
		if (run >= MIN_REFERENCE_LEN) {
			out[length++] = '*';
			c += run;
		} else {
			out[length++] = *c++;
		}
	}
	out[length] = '\0';
}

/* Envelopes that open to no request: another content key, damaged padding, random plaintext, half a request. */
static enum err make_attack(const struct suite *suite, int attack, struct bytes csr, struct buf *envelope, struct why *why)
{
	uint8_t noise[256];
	struct craft_envelope craft = { .plain = csr, .recipient = { suite->recipient }, .recipient_count = 1, .cipher = CIPHER_AES128_CBC };
	enum err e = random_fill(&suite->random, noise, sizeof noise);

	if (attack == 0)
		craft.has_wrong_key = true;
	else if (attack == 2)
		craft.plain = bytes_from(noise, sizeof noise);
	else if (attack == 3)
		craft.plain.len /= 2;
	if (e == ERR_OK && (e = craft_envelope(&craft, &suite->random, envelope, why)) == ERR_OK && attack == 1)
		envelope->ptr[envelope->len - 1] ^= 0x55;
	return e;
}

static enum verdict attack_answer(struct suite *suite, int attack, struct bytes csr, char *answer, size_t size, struct why *detail)
{
	struct exchange exchange = { 0 };
	struct buf envelope = { 0 };
	enum verdict verdict = VERDICT_PASS;
	enum err e;

	if ((e = make_attack(suite, attack, csr, &envelope, detail)) == ERR_OK)
		e = exchange_make(suite, &(struct ask){ .envelope = buf_bytes(&envelope) }, &exchange, detail);
	if (e != ERR_OK) {
		verdict = verdict_from_err(e, detail);
	} else {
		describe_comparably(&exchange, answer, size);
		if (exchange_is_status(&exchange, PKI_STATUS_SUCCESS))
			verdict = VERDICT_FAILED(detail, "an envelope that opens to no request is answered by SUCCESS");
	}
	buf_clear(&envelope);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_oracle(struct suite *suite, struct why *detail)
{
	static const char *const name[ATTACK_COUNT] = { "another content key", "damaged padding", "noise instead of a request", "half a request" };
	const struct exchange *failure;
	char first[WHY_MAX_LEN], other[WHY_MAX_LEN];
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict == VERDICT_PASS)
		verdict = attack_answer(suite, 0, buf_bytes(&failure->csr), first, sizeof first, detail);
	for (int i = 1; verdict == VERDICT_PASS && i < ATTACK_COUNT; i++) {
		verdict = attack_answer(suite, i, buf_bytes(&failure->csr), other, sizeof other, detail);
		if (verdict == VERDICT_PASS && strcmp(first, other) != 0)
			verdict = VERDICT_FAILED(detail, "%s is answered by %.120s, but %s by %.120s", name[0], first, name[i], other);
	}
	return verdict;
}

enum verdict check_no_echo(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	char text[MAX_TEXT_LEN + 1];
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	snprintf(text, sizeof text, "%.*s", (int)failure->reply->fail_info_text.len, failure->reply->fail_info_text.len > 0 ?
		(const char *)failure->reply->fail_info_text.ptr : "");
	return strstr(text, "certainly not the challenge") == NULL ? VERDICT_PASS :
		VERDICT_FAILED(detail, "failInfoText repeats the challenge that was sent");
}
