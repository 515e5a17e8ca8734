#include <config.h>

#include "conformance/checks.h"

#include "conformance/suite.h"

enum verdict check_enrolled(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct cert *issued = NULL;
	enum verdict verdict = suite_success(suite, &success, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = exchange_issued(success, &issued, detail)) == ERR_OK && (e = ca_set_check_chain(&suite->ca, issued, detail)) == ERR_NOT_FOUND)
		e = ERR_OK;
	cert_free(issued);
	return verdict_from_err(e, detail);
}

/* Another subject and another key sign the message than those to be certified. */
enum verdict check_foreign_signer(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct exchange exchange = { 0 };
	struct cert *issued = NULL;
	enum verdict verdict = suite_success(suite, &success, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	verdict = exchange_must_succeed(suite, &(struct ask){ .key = suite->other_key, .craft = { .signer = &success->signer } }, &exchange, detail);
	if (verdict == VERDICT_PASS)
		verdict = verdict_from_err(exchange_issued(&exchange, &issued, detail), detail);
	cert_free(issued);
	exchange_clear(&exchange);
	return verdict;
}

/* A certificate of our own making with the names and the serial number of one that the CA issued. */
static enum err make_impostor(const struct suite *suite, const struct cert *issued, struct cert **out, struct why *why)
{
	struct buf der = { 0 };
	enum err e;

	if ((e = craft_impostor(issued, suite->other_key, clock_now_utc(&suite->clock), &der, why)) == ERR_OK)
		e = cert_parse(buf_bytes(&der), out, why);
	buf_clear(&der);
	return e;
}

static const char *const enrolling_type[] = { "19", "17" };

static enum verdict refuse_impostor(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct cert *issued = NULL, *impostor = NULL;
	struct party signer;
	enum verdict verdict = suite_success(suite, &success, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = exchange_issued(success, &issued, detail)) != ERR_OK || (e = make_impostor(suite, issued, &impostor, detail)) != ERR_OK) {
		verdict = verdict_from_err(e, detail);
	} else {
		signer = (struct party){ suite->other_key, impostor };
		for (size_t i = 0; verdict == VERDICT_PASS && i < 2; i++)
			verdict = exchange_must_refuse(suite, &(struct ask){ .secret = SECRET_NONE, .key = suite->other_key,
				.craft = { .message_type = enrolling_type[i], .signer = &signer } }, detail);
	}
	cert_free(issued);
	cert_free(impostor);
	return verdict;
}

enum verdict check_self_signed_is_no_authority(struct suite *suite, struct why *detail)
{
	enum verdict verdict = suite_can_ask(suite, detail);

	if (verdict == VERDICT_PASS && suite->options.is_open)
		return VERDICT_SKIPPED(detail, "the server enrols without a challenge: --open");
	for (size_t i = 0; verdict == VERDICT_PASS && i < 2; i++)
		verdict = exchange_must_refuse(suite, &(struct ask){ .secret = SECRET_NONE, .craft = { .message_type = enrolling_type[i] } }, detail);
	return verdict == VERDICT_PASS && suite->options.challenge != NULL ? refuse_impostor(suite, detail) : verdict;
}

/* A certificate that was just issued signs a request for a new key and the same names, without a challenge. */
static enum verdict renew(struct suite *suite, const char *message_type, struct why *detail)
{
	const struct exchange *success;
	struct exchange exchange = { 0 };
	struct cert *issued = NULL, *renewed = NULL;
	struct csr_template template = { 0 };
	struct buf csr = { 0 };
	struct party signer;
	enum verdict verdict;
	enum err e;

	if (!suite->options.has_renewal)
		return VERDICT_SKIPPED(detail, "needs --renewal");
	if ((verdict = suite_success(suite, &success, detail)) != VERDICT_PASS)
		return verdict;
	template.subject = buf_bytes(&success->subject);
	if ((e = exchange_issued(success, &issued, detail)) != ERR_OK ||
	    (e = csr_encode(&template, suite->other_key, DIGEST_SHA256, &csr, detail)) != ERR_OK) {
		verdict = verdict_from_err(e, detail);
		goto out;
	}
	signer = (struct party){ success->key, issued };
	verdict = exchange_must_succeed(suite, &(struct ask){ .secret = SECRET_NONE, .key = suite->other_key, .csr = buf_bytes(&csr),
		.craft = { .message_type = message_type, .signer = &signer } }, &exchange, detail);
	if (verdict == VERDICT_PASS)
		verdict = verdict_from_err(exchange_issued(&exchange, &renewed, detail), detail);
out:
	cert_free(issued);
	cert_free(renewed);
	buf_clear(&csr);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_renewal(struct suite *suite, struct why *detail)
{
	return renew(suite, "17", detail);
}

enum verdict check_renewal_by_pkcs_req(struct suite *suite, struct why *detail)
{
	return renew(suite, "19", detail);
}

enum verdict check_csr_signature(struct suite *suite, struct why *detail)
{
	enum verdict verdict = suite_can_enrol(suite, detail);

	return verdict != VERDICT_PASS ? verdict : exchange_must_refuse(suite, &(struct ask){ .has_bad_csr_signature = true }, detail);
}

enum verdict check_wrong_secret(struct suite *suite, struct why *detail)
{
	struct exchange exchange = { 0 };
	char answer[WHY_MAX_LEN];
	enum verdict verdict = suite_can_ask(suite, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if (suite->options.is_open)
		return VERDICT_SKIPPED(detail, "the server enrols without a challenge: --open");
	if ((e = exchange_make(suite, &(struct ask){ .secret = SECRET_WRONG }, &exchange, detail)) != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (exchange.reply == NULL || exchange_is_status(&exchange, PKI_STATUS_SUCCESS))
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	exchange_clear(&exchange);
	return verdict;
}

/* --- what is in a SUCCESS --------------------------------------------------------------------------------------------------- */

enum verdict check_degenerate(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct degenerate certs = { 0 };
	enum verdict verdict = suite_success(suite, &success, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	verdict = verdict_from_err(degenerate_parse(buf_bytes(&success->certs), &certs, detail), detail);
	if (verdict == VERDICT_PASS && certs.crl_count > 0)
		verdict = VERDICT_FAILED(detail, "a reply with certificates holds CRLs as well");
	degenerate_clear(&certs);
	return verdict;
}

/* Nothing in the reply was issued by the issued certificate, and it is there. */
enum verdict check_issued_is_leaf(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf der = { 0 };
	struct cert *issued = NULL;
	size_t count = 0;
	enum verdict verdict = suite_success(suite, &success, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = exchange_issued(success, &issued, detail)) == ERR_OK)
		e = cms_certs_only_parse(buf_bytes(&success->certs), &der, found, &count, detail);
	for (size_t i = 0; e == ERR_OK && i < count; i++) {
		struct cert *other = NULL;
		struct why why = { 0 };

		if (cert_parse(found[i], &other, &why) == ERR_OK && cert_verify_issued(other, issued, &why) == ERR_OK)
			e = why_set(detail, ERR_SCEP_REPLY, "the issued certificate is the issuer of another one in the reply");
		cert_free(other);
	}
	if (e == ERR_OK && issued->is_ca)
		e = why_set(detail, ERR_SCEP_REPLY, "the issued certificate is a CA's");
	cert_free(issued);
	buf_clear(&der);
	return verdict_from_err(e, detail);
}

enum verdict check_issued_is_first(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct degenerate certs = { 0 };
	struct cert *first = NULL;
	enum verdict verdict = suite_success(suite, &success, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = degenerate_parse(buf_bytes(&success->certs), &certs, detail)) == ERR_OK && certs.certificate_count == 0)
		e = why_set(detail, ERR_SCEP_REPLY, "the reply holds no certificate");
	if (e == ERR_OK && (e = cert_parse(certs.certificate[0], &first, detail)) == ERR_OK && !bytes_is_equal(first->spki, key_get_spki(success->key)))
		e = why_set(detail, ERR_SCEP_REPLY, "the first of %zu certificates is another one", certs.certificate_count);
	cert_free(first);
	degenerate_clear(&certs);
	return verdict_from_err(e, detail);
}
