#include <config.h>

#include "conformance/checks.h"

#include "conformance/suite.h"
#include "pki/crl.h"

/* GetCert or GetCRL for a certificate, signed by the party. */
static enum err ask_for(const struct suite *suite, const char *message_type, const struct party *signer, struct bytes issuer,
	struct bytes serial,
	struct exchange *out, struct why *why)
{
	struct buf body = { 0 };
	enum err e;

	if ((e = craft_issuer_and_serial(issuer, serial, &body)) == ERR_OK)
		e = exchange_make(suite, &(struct ask){ .secret = SECRET_NONE, .body = buf_bytes(&body),
			.craft = { .message_type = message_type, .signer = signer } }, out, why);
	buf_clear(&body);
	return e;
}

enum verdict check_get_cert_unknown(struct suite *suite, struct why *detail)
{
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict = suite_can_ask(suite, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = ask_for(suite, "21", NULL, suite->recipient->issuer, bytes_from("\x01\x02\x03\x04\x05\x06\x07", 7), &exchange, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (!exchange_is_status(&exchange, PKI_STATUS_FAILURE))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	else if (suite->options.has_get_cert && exchange.reply->fail_info != FAIL_BAD_CERT_ID)
		verdict = VERDICT_FAILED(detail, "the answer is %s, not badCertId", answer);
	exchange_clear(&exchange);
	return verdict;
}

/* The issued certificate signs the request for itself. */
enum verdict check_get_cert(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct exchange exchange = { 0 };
	struct cert *issued = NULL, *got = NULL;
	struct party signer;
	char answer[WHY_MAX_LEN];
	enum verdict verdict;
	enum err e;

	if (!suite->options.has_get_cert)
		return VERDICT_SKIPPED(detail, "needs --get-cert");
	if ((verdict = suite_success(suite, &success, detail)) != VERDICT_PASS)
		return verdict;
	if ((e = exchange_issued(success, &issued, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	signer = (struct party){ success->key, issued };
	if ((e = ask_for(suite, "21", &signer, issued->issuer, issued->serial, &exchange, detail)) != ERR_OK) {
		verdict = verdict_from_err(e, detail);
		goto out;
	}
	exchange_describe(&exchange, answer, sizeof answer);
	exchange.key = success->key;
	if (!exchange_is_status(&exchange, PKI_STATUS_SUCCESS))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	else if ((e = exchange_open(suite, &exchange, detail)) != ERR_OK || (e = exchange_issued(&exchange, &got, detail)) != ERR_OK)
		verdict = verdict_from_err(e, detail);
	else if (!bytes_is_equal(buf_bytes(&got->der), buf_bytes(&issued->der)))
		verdict = VERDICT_FAILED(detail, "the certificate is another one");
out:
	cert_free(issued);
	cert_free(got);
	exchange_clear(&exchange);
	return verdict;
}

/* Somebody without any certificate of the CA asks for a device's. */
enum verdict check_get_cert_stranger(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct exchange exchange = { 0 };
	struct cert *issued = NULL;
	enum verdict verdict;
	enum err e;

	if (!suite->options.has_get_cert)
		return VERDICT_SKIPPED(detail, "needs --get-cert");
	if ((verdict = suite_success(suite, &success, detail)) != VERDICT_PASS)
		return verdict;
	if ((e = exchange_issued(success, &issued, detail)) != ERR_OK ||
	    (e = ask_for(suite, "21", NULL, issued->issuer, issued->serial, &exchange, detail)) != ERR_OK)
		verdict = verdict_from_err(e, detail);
	else if (exchange_is_status(&exchange, PKI_STATUS_SUCCESS))
		verdict = VERDICT_FAILED(detail, "a self-signed stranger gets the certificate of a device");
	cert_free(issued);
	exchange_clear(&exchange);
	return verdict;
}

/* The certificate of GetCACert that verifies the CRL. Where the CA is not among them, nobody can say. */
static enum err verify_crl(const struct suite *suite, const struct crl *crl, struct why *why)
{
	for (size_t i = 0; i < suite->ca.count; i++)
		if (ca_set_is_ca(&suite->ca, i) && bytes_is_equal(suite->ca.cert[i]->subject, crl->issuer))
			return crl_verify(crl, suite->ca.cert[i], why);
	return ERR_OK;
}

/* Nothing but one CRL, of the issuer that was asked for. */
static enum verdict judge_crl(const struct suite *suite, const struct degenerate *content, struct bytes issuer, struct why *detail)
{
	struct crl *crl = NULL;
	enum verdict verdict;
	enum err e;

	if (content->certificate_count != 0 || content->crl_count != 1)
		return VERDICT_FAILED(detail, "the reply holds %zu certificates and %zu CRLs", content->certificate_count, content->crl_count);
	if ((e = crl_parse(content->crls, &crl, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	verdict = !bytes_is_equal(crl->issuer, issuer) ? VERDICT_FAILED(detail, "the CRL is of another issuer") :
		verdict_from_err(verify_crl(suite, crl, detail), detail);
	crl_free(crl);
	return verdict;
}

enum verdict check_get_crl(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct exchange exchange = { 0 };
	struct degenerate content = { 0 };
	struct cert *issued = NULL;
	struct party signer;
	char answer[WHY_MAX_LEN];
	enum verdict verdict;
	enum err e;

	if (!suite->options.has_get_crl)
		return VERDICT_SKIPPED(detail, "needs --get-crl");
	if ((verdict = suite_success(suite, &success, detail)) != VERDICT_PASS)
		return verdict;
	if ((e = exchange_issued(success, &issued, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	signer = (struct party){ success->key, issued };
	if ((e = ask_for(suite, "22", &signer, issued->issuer, issued->serial, &exchange, detail)) != ERR_OK) {
		verdict = verdict_from_err(e, detail);
		goto out;
	}
	exchange_describe(&exchange, answer, sizeof answer);
	if (!exchange_is_status(&exchange, PKI_STATUS_SUCCESS))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	else if ((e = exchange_open(suite, &exchange, detail)) != ERR_OK ||
	    (e = degenerate_parse(buf_bytes(&exchange.certs), &content, detail)) != ERR_OK)
		verdict = verdict_from_err(e, detail);
	else
		verdict = judge_crl(suite, &content, issued->issuer, detail);
out:
	cert_free(issued);
	degenerate_clear(&content);
	exchange_clear(&exchange);
	return verdict;
}
