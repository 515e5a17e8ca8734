#include <config.h>

#include "conformance/checks.h"

#include "conformance/suite.h"

/* Poll for a transaction of `first`, naming the CA as given. */
static enum err poll(const struct suite *suite, const struct exchange *first, struct bytes issuer, struct bytes transaction_id,
	struct exchange *out, struct why *why)
{
	struct buf body = { 0 };
	enum err e;

	if ((e = craft_issuer_and_subject(issuer, first->subject.len > 0 ? buf_bytes(&first->subject) : first->signer.cert->subject, &body)) == ERR_OK)
		e = exchange_make(suite, &(struct ask){ .body = buf_bytes(&body),
			.craft = { .message_type = "20", .signer = &first->signer, .transaction_id = transaction_id } }, out, why);
	buf_clear(&body);
	return e;
}

/* The subject of the CA that issues: that of a CA certificate of the set, else the recipient's. */
static struct bytes ca_subject(const struct suite *suite)
{
	for (size_t i = 0; i < suite->ca.count; i++)
		if (ca_set_is_ca(&suite->ca, i))
			return suite->ca.cert[i]->subject;
	return suite->recipient->subject;
}

enum verdict check_pending_shape(struct suite *suite, struct why *detail)
{
	const struct exchange *pending;
	struct der_element value;
	enum verdict verdict = suite_pending(suite, &pending, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	if (pending->reply->cms->has_content)
		return VERDICT_FAILED(detail, "the PENDING has an eContent");
	if (cms_signed_get_attribute(pending->reply->cms, OID_SCEP_PKI_STATUS, &value) != ERR_OK || !bytes_is_str(value.value, "3"))
		return VERDICT_FAILED(detail, "the PENDING has no pkiStatus \"3\"");
	return verdict_from_err(exchange_check_reply(suite->at_pending, pending, detail), detail);
}

/* A poll for the pending transaction must be answered by PENDING, since nobody approves while this runs. */
static enum verdict expect_pending(struct suite *suite, const struct exchange *pending, struct bytes issuer, struct why *detail)
{
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict;
	enum err e = poll(suite->at_pending, pending, issuer, buf_bytes(&pending->transaction_id), &exchange, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (!exchange_is_status(&exchange, PKI_STATUS_PENDING))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	else
		verdict = verdict_from_err(exchange_check_reply(suite->at_pending, &exchange, detail), detail);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_poll_pending(struct suite *suite, struct why *detail)
{
	const struct exchange *pending;
	enum verdict verdict = suite_pending(suite, &pending, detail);

	return verdict == VERDICT_PASS ? expect_pending(suite, pending, ca_subject(suite->at_pending), detail) : verdict;
}

enum verdict check_poll_foreign_names(struct suite *suite, struct why *detail)
{
	const struct exchange *pending;
	enum verdict verdict = suite_pending(suite, &pending, detail);

	return verdict == VERDICT_PASS ? expect_pending(suite, pending, suite->at_pending->recipient->subject, detail) : verdict;
}

enum verdict check_pending_repeat(struct suite *suite, struct why *detail)
{
	const struct exchange *pending;
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict = suite_pending(suite, &pending, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = exchange_repeat(suite->at_pending, pending, &exchange, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (!exchange_is_status(&exchange, PKI_STATUS_PENDING))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_poll_unknown(struct suite *suite, struct why *detail)
{
	const struct exchange *failure;
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict = suite_failure(suite, &failure, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = poll(suite, failure, ca_subject(suite), bytes_from_str("a transaction that never was"), &exchange, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (!exchange_is_status(&exchange, PKI_STATUS_FAILURE))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_poll_issued(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct exchange exchange = { 0 };
	struct cert *first = NULL, *again = NULL;
	char answer[WHY_MAX_LEN];
	enum verdict verdict;
	enum err e;

	if (suite->at_pending == NULL)
		return VERDICT_SKIPPED(detail, "needs --pending-url, as a sign that the server serves CertPoll");
	if ((verdict = suite_success(suite, &success, detail)) != VERDICT_PASS)
		return verdict;
	if ((e = poll(suite, success, ca_subject(suite), buf_bytes(&success->transaction_id), &exchange, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	exchange.key = success->key;
	if (!exchange_is_status(&exchange, PKI_STATUS_SUCCESS))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	else if ((e = exchange_open(suite, &exchange, detail)) != ERR_OK || (e = exchange_issued(&exchange, &again, detail)) != ERR_OK ||
	    (e = exchange_issued(success, &first, detail)) != ERR_OK)
		verdict = verdict_from_err(e, detail);
	else if (!bytes_is_equal(buf_bytes(&first->der), buf_bytes(&again->der)))
		verdict = VERDICT_FAILED(detail, "the poll gives another certificate than the request");
	cert_free(first);
	cert_free(again);
	exchange_clear(&exchange);
	return verdict;
}
