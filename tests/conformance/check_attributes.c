#include <config.h>

#include "conformance/checks.h"

#include <string.h>

#include "base/text.h"
#include "conformance/suite.h"

enum { LONGEST_TRANSACTION_ID = 255 };

/* The value of an attribute of a reply must be of this string type, and be decimal text if asked for. */
static enum verdict expect_encoding(const struct exchange *exchange, enum oid oid, uint8_t tag, bool is_decimal, struct why *detail)
{
	struct der_element value;

	if (cms_signed_get_attribute(exchange->reply->cms, oid, &value) != ERR_OK)
		return VERDICT_FAILED(detail, "the attribute is not there with one value");
	if (value.tag != tag)
		return VERDICT_FAILED(detail, "the value has the tag 0x%02x, not 0x%02x", value.tag, tag);
	for (size_t i = 0; is_decimal && i < value.value.len; i++)
		if (value.value.ptr[i] < '0' || value.value.ptr[i] > '9' || (i == 0 && value.value.ptr[i] == '0' && value.value.len > 1))
			return VERDICT_FAILED(detail, "the value \"%.*s\" is no decimal number", (int)value.value.len, (const char *)value.value.ptr);
	return value.value.len > 0 ? VERDICT_PASS : VERDICT_FAILED(detail, "the value is empty");
}

static enum verdict expect_in_failure(struct suite *suite, enum oid oid, uint8_t tag, bool is_decimal, struct why *detail)
{
	const struct exchange *failure;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	return verdict == VERDICT_PASS ? expect_encoding(failure, oid, tag, is_decimal, detail) : verdict;
}

enum verdict check_message_type_encoding(struct suite *suite, struct why *detail)
{
	return expect_in_failure(suite, OID_SCEP_MESSAGE_TYPE, DER_PRINTABLE_STRING, true, detail);
}

enum verdict check_status_encoding(struct suite *suite, struct why *detail)
{
	return expect_in_failure(suite, OID_SCEP_PKI_STATUS, DER_PRINTABLE_STRING, true, detail);
}

enum verdict check_fail_info_encoding(struct suite *suite, struct why *detail)
{
	return expect_in_failure(suite, OID_SCEP_FAIL_INFO, DER_PRINTABLE_STRING, true, detail);
}

enum verdict check_sender_nonce_encoding(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict == VERDICT_PASS && (verdict = expect_encoding(failure, OID_SCEP_SENDER_NONCE, DER_OCTET_STRING, false, detail)) == VERDICT_PASS &&
	    failure->reply->sender_nonce.len != SCEP_NONCE_LEN)
		verdict = VERDICT_FAILED(detail, "the senderNonce has %zu octets, not 16", failure->reply->sender_nonce.len);
	return verdict;
}

enum verdict check_recipient_nonce_encoding(struct suite *suite, struct why *detail)
{
	return expect_in_failure(suite, OID_SCEP_RECIPIENT_NONCE, DER_OCTET_STRING, false, detail);
}

enum verdict check_transaction_id_encoding(struct suite *suite, struct why *detail)
{
	return expect_in_failure(suite, OID_SCEP_TRANSACTION_ID, DER_PRINTABLE_STRING, false, detail);
}

enum verdict check_fail_info_text_encoding(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	struct der_element value;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	if (cms_signed_get_attribute(failure->reply->cms, OID_SCEP_FAIL_INFO_TEXT, &value) == ERR_NOT_FOUND)
		return VERDICT_SKIPPED(detail, "the server sends no failInfoText, which is optional");
	if ((verdict = expect_encoding(failure, OID_SCEP_FAIL_INFO_TEXT, DER_UTF8_STRING, false, detail)) == VERDICT_PASS && !text_is_utf8(value.value))
		verdict = VERDICT_FAILED(detail, "the text is not UTF-8");
	return verdict;
}

enum verdict check_transaction_id_echo(struct suite *suite, struct why *detail)
{
	const struct exchange *failure, *success;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict == VERDICT_PASS && !bytes_is_equal(failure->reply->transaction_id, buf_bytes(&failure->transaction_id)))
		verdict = VERDICT_FAILED(detail, "a FAILURE has another transactionID than its request");
	if (verdict != VERDICT_PASS || (suite->options.challenge == NULL && !suite->options.is_open))
		return verdict;
	if ((verdict = suite_success(suite, &success, detail)) == VERDICT_PASS &&
	    !bytes_is_equal(success->reply->transaction_id, buf_bytes(&success->transaction_id)))
		verdict = VERDICT_FAILED(detail, "a SUCCESS has another transactionID than its request");
	return verdict;
}

/*
 * Requests that differ from the standard one in transactionID and nonce alone: what the reply says of them must be what was sent. The
 * string type may become that of the RFC.
 */
static enum verdict expect_echo(struct suite *suite, struct craft craft, const char *what, struct why *detail)
{
	struct exchange exchange = { 0 };
	struct why why = { 0 };
	struct der_element value;
	char answer[WHY_MAX_LEN];
	uint8_t tag = craft.transaction_id_tag == 0 ? DER_PRINTABLE_STRING : craft.transaction_id_tag;
	enum verdict verdict = VERDICT_PASS;
	enum err e = exchange_make(suite, &(struct ask){ .secret = SECRET_WRONG, .craft = craft }, &exchange, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (exchange.reply == NULL)
		verdict = VERDICT_FAILED(detail, "with %s the answer is %s", what, answer);
	else if (exchange_check_reply(suite, &exchange, &why) != ERR_OK)
		verdict = VERDICT_FAILED(detail, "with %s: %s", what, why.text);
	else if (cms_signed_get_attribute(exchange.reply->cms, OID_SCEP_TRANSACTION_ID, &value) != ERR_OK ||
	    (value.tag != tag && value.tag != DER_PRINTABLE_STRING))
		verdict = VERDICT_FAILED(detail, "with %s the transactionID comes back as another string type", what);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_transaction_id_opaque(struct suite *suite, struct why *detail)
{
	enum verdict verdict = suite_can_ask(suite, detail);

	if (verdict == VERDICT_PASS)
		verdict = expect_echo(suite, (struct craft){ .transaction_id = bytes_from_str("00-1B-63-84-45-E6") },
			"a hardware address as transactionID", detail);
	if (verdict == VERDICT_PASS)
		verdict = expect_echo(suite, (struct craft){ .transaction_id = bytes_from_str("1") }, "the transactionID \"1\"", detail);
	return verdict;
}

enum verdict check_transaction_id_characters(struct suite *suite, struct why *detail)
{
	char longest[LONGEST_TRANSACTION_ID];
	const struct { struct craft craft; const char *what; } odd[] = {
		{ { .transaction_id = bytes_from_str("a+b/c=") }, "base64 characters" },
		{ { .transaction_id = bytes_from_str("host_1@example.org") }, "characters that PrintableString does not have" },
		{ { .transaction_id = bytes_from_str("utf8-1"), .transaction_id_tag = DER_UTF8_STRING }, "a UTF8String" },
		{ { .transaction_id = bytes_from_str("ia5-1"), .transaction_id_tag = DER_IA5_STRING }, "an IA5String" },
		{ { .transaction_id = bytes_from(longest, sizeof longest) }, "255 characters" },
	};
	enum verdict verdict = suite_can_ask(suite, detail);

	memset(longest, 'A', sizeof longest);
	for (size_t i = 0; verdict == VERDICT_PASS && i < sizeof odd / sizeof *odd; i++)
		verdict = expect_echo(suite, odd[i].craft, odd[i].what, detail);
	return verdict;
}

enum verdict check_recipient_nonce(struct suite *suite, struct why *detail)
{
	const struct exchange *failure, *success;
	enum verdict verdict = suite_failure(suite, &failure, detail);

	if (verdict == VERDICT_PASS && !bytes_is_equal(failure->reply->recipient_nonce, buf_bytes(&failure->sender_nonce)))
		verdict = VERDICT_FAILED(detail, "the recipientNonce of a FAILURE is not the senderNonce of its request");
	if (verdict != VERDICT_PASS || (suite->options.challenge == NULL && !suite->options.is_open))
		return verdict;
	if ((verdict = suite_success(suite, &success, detail)) == VERDICT_PASS &&
	    !bytes_is_equal(success->reply->recipient_nonce, buf_bytes(&success->sender_nonce)))
		verdict = VERDICT_FAILED(detail, "the recipientNonce of a SUCCESS is not the senderNonce of its request");
	return verdict;
}

enum verdict check_nonce_lengths(struct suite *suite, struct why *detail)
{
	enum verdict verdict = suite_can_ask(suite, detail);

	if (verdict == VERDICT_PASS)
		verdict = expect_echo(suite, (struct craft){ .sender_nonce = bytes_from_str("8 octets") }, "a nonce of 8 octets", detail);
	return verdict == VERDICT_PASS ? expect_echo(suite, (struct craft){ .sender_nonce = bytes_from_str("thirty-two octets of some nonce.") },
		"a nonce of 32 octets", detail) : verdict;
}

enum verdict check_sender_nonce_fresh(struct suite *suite, struct why *detail)
{
	const struct exchange *first;
	struct exchange second = { 0 };
	enum verdict verdict = suite_failure(suite, &first, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = exchange_repeat(suite, first, &second, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	if (second.reply == NULL)
		verdict = VERDICT_FAILED(detail, "the repeated request is not answered by a CertRep");
	else if (first->reply->sender_nonce.len == 0 || second.reply->sender_nonce.len == 0)
		verdict = VERDICT_FAILED(detail, "the CertRep has no senderNonce");
	else if (bytes_is_equal(first->reply->sender_nonce, buf_bytes(&first->sender_nonce)))
		verdict = VERDICT_FAILED(detail, "the senderNonce of the CertRep is that of the request");
	else if (bytes_is_equal(first->reply->sender_nonce, second.reply->sender_nonce))
		verdict = VERDICT_FAILED(detail, "two CertReps have the same senderNonce");
	exchange_clear(&second);
	return verdict;
}

enum verdict check_sender_nonce_length(struct suite *suite, struct why *detail)
{
	struct exchange exchange = { 0 };
	enum verdict verdict = suite_can_ask(suite, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	e = exchange_make(suite, &(struct ask){ .secret = SECRET_WRONG, .craft = { .sender_nonce = bytes_from_str("8 octets") } }, &exchange, detail);
	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	if (exchange.reply == NULL)
		verdict = VERDICT_FAILED(detail, "the answer is no CertRep: %s", exchange.reply_why.text);
	else if (exchange.reply->sender_nonce.len != 8)
		verdict = VERDICT_FAILED(detail, "to a nonce of 8 octets the server answers with one of %zu", exchange.reply->sender_nonce.len);
	exchange_clear(&exchange);
	return verdict;
}
