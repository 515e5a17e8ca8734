#include <config.h>

#include "conformance/checks.h"

#include "conformance/suite.h"

/* Is the certificate in one SUCCESS that in the other? Both must be opened. */
static enum err same_certificate(const struct exchange *a, const struct exchange *b, bool *is_same, struct why *why)
{
	struct cert *first = NULL, *second = NULL;
	enum err e;

	if ((e = exchange_issued(a, &first, why)) == ERR_OK && (e = exchange_issued(b, &second, why)) == ERR_OK)
		*is_same = bytes_is_equal(buf_bytes(&first->der), buf_bytes(&second->der));
	cert_free(first);
	cert_free(second);
	return e;
}

/*
 * Somebody else uses the same transactionID with another key: he may get a certificate of his own or a refusal, but never the first one,
 * and the first one's repeat must not suffer.
 */
enum verdict check_transaction_id_shared(struct suite *suite, struct why *detail)
{
	struct exchange first = { 0 }, other = { 0 }, again = { 0 };
	bool is_same = false;
	enum verdict verdict = suite_can_enrol(suite, detail);
	enum err e = ERR_OK;

	if (verdict != VERDICT_PASS || (verdict = exchange_must_succeed(suite, &(struct ask){ 0 }, &first, detail)) != VERDICT_PASS)
		goto out;
	if ((e = exchange_make(suite, &(struct ask){ .key = suite->other_key, .craft = { .transaction_id = buf_bytes(&first.transaction_id) } },
	    &other, detail)) != ERR_OK)
		goto out;
	if (other.reply == NULL) {
		verdict = VERDICT_FAILED(detail, "another requester with the same transactionID gets %s", other.reply_why.text);
		goto out;
	}
	/* With exchange_open() the key of the certificate is compared as well. */
	if (exchange_is_status(&other, PKI_STATUS_SUCCESS) &&
	    ((e = exchange_open(suite, &other, detail)) != ERR_OK || (e = same_certificate(&other, &other, &is_same, detail)) != ERR_OK))
		goto out;
	if ((e = exchange_repeat(suite, &first, &again, detail)) != ERR_OK)
		goto out;
	if (exchange_is_status(&again, PKI_STATUS_SUCCESS) && ((e = exchange_open(suite, &again, detail)) != ERR_OK ||
	    (e = same_certificate(&again, &again, &is_same, detail)) != ERR_OK))
		goto out;
out:
	if (e != ERR_OK)
		verdict = verdict_from_err(e, detail);
	exchange_clear(&first);
	exchange_clear(&other);
	exchange_clear(&again);
	return verdict;
}

/* The very same message once more, as a client sends it that got no reply, or that polls so. */
enum verdict check_resent_message(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct exchange again = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict = suite_success(suite, &success, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = exchange_repeat(suite, success, &again, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&again, answer, sizeof answer);
	if (!exchange_is_status(&again, PKI_STATUS_SUCCESS))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	else
		verdict = verdict_from_err(exchange_open(suite, &again, detail), detail);
	exchange_clear(&again);
	return verdict;
}

/* The same CSR and transactionID in a new message, with a fresh nonce and envelope. */
enum verdict check_repeated_request(struct suite *suite, struct why *detail)
{
	struct exchange first = { 0 }, again = { 0 };
	bool is_same = false;
	enum verdict verdict = suite_can_enrol(suite, detail);
	enum err e;

	if (verdict != VERDICT_PASS || (verdict = exchange_must_succeed(suite, &(struct ask){ 0 }, &first, detail)) != VERDICT_PASS ||
	    (verdict = exchange_must_succeed(suite, &(struct ask){ .csr = buf_bytes(&first.csr),
		.craft = { .signer = &first.signer, .transaction_id = buf_bytes(&first.transaction_id) } }, &again, detail)) != VERDICT_PASS)
		goto out;
	if ((e = same_certificate(&first, &again, &is_same, detail)) != ERR_OK)
		verdict = verdict_from_err(e, detail);
	else if (!is_same)
		verdict = VERDICT_FAILED(detail, "the repeated request gets a second certificate");
out:
	exchange_clear(&first);
	exchange_clear(&again);
	return verdict;
}

/* Another CSR of the same key under the same transactionID: a certificate for what it asks, or a refusal, but not the first certificate. */
enum verdict check_repeated_other_csr(struct suite *suite, struct why *detail)
{
	struct exchange first = { 0 }, other = { 0 };
	bool is_same = false;
	enum verdict verdict = suite_can_enrol(suite, detail);
	enum err e = ERR_OK;

	if (verdict != VERDICT_PASS || (verdict = exchange_must_succeed(suite, &(struct ask){ 0 }, &first, detail)) != VERDICT_PASS)
		goto out;
	if ((e = exchange_make(suite, &(struct ask){ .craft = { .transaction_id = buf_bytes(&first.transaction_id) } }, &other, detail)) != ERR_OK)
		goto out;
	if (other.reply == NULL)
		verdict = VERDICT_FAILED(detail, "the answer is no CertRep: %s", other.reply_why.text);
	else if (exchange_is_status(&other, PKI_STATUS_SUCCESS) && (e = exchange_open(suite, &other, detail)) == ERR_OK &&
	    (e = same_certificate(&first, &other, &is_same, detail)) == ERR_OK && is_same)
		verdict = VERDICT_FAILED(detail, "another request gets the certificate of the first one");
out:
	if (e != ERR_OK)
		verdict = verdict_from_err(e, detail);
	exchange_clear(&first);
	exchange_clear(&other);
	return verdict;
}
