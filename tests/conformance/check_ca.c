#include <config.h>

#include "conformance/checks.h"

#include <string.h>

#include "conformance/suite.h"

enum verdict check_ca_served(struct suite *suite, struct why *detail)
{
	return suite->has_ca ? VERDICT_PASS : VERDICT_FAILED(detail, "%s", suite->ca_why.text);
}

enum verdict check_ca_single(struct suite *suite, struct why *detail)
{
	struct der_element certificate;
	enum verdict verdict = check_ca_served(suite, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	if (suite->ca_is_message)
		return VERDICT_SKIPPED(detail, "the server gives several certificates");
	return der_read_only(buf_bytes(&suite->ca_reply.body), DER_SEQUENCE, &certificate) == ERR_OK ? VERDICT_PASS :
		VERDICT_FAILED(detail, "the body is not exactly one binary certificate");
}

/* Is it self-signed, or issued by another of the set? */
static bool has_issuer(const struct ca_set *set, size_t i)
{
	struct why why = { 0 };

	for (size_t j = 0; j < set->count; j++)
		if (cert_verify_issued(set->cert[i], set->cert[j], &why) == ERR_OK)
			return true;
	return false;
}

enum verdict check_ca_chain(struct suite *suite, struct why *detail)
{
	struct degenerate degenerate = { 0 };
	enum verdict verdict = check_ca_served(suite, detail);
	size_t without_issuer = 0, authorities = 0;

	if (verdict != VERDICT_PASS)
		return verdict;
	if (!suite->ca_is_message)
		return VERDICT_SKIPPED(detail, "the server gives a single certificate");
	if (degenerate_parse(buf_bytes(&suite->ca_reply.body), &degenerate, detail) != ERR_OK)
		return VERDICT_FAIL;
	degenerate_clear(&degenerate);
	for (size_t i = 0; i < suite->ca.count; i++) {
		without_issuer += !has_issuer(&suite->ca, i);
		authorities += ca_set_is_ca(&suite->ca, i);
	}
	if (authorities == 0)
		return VERDICT_FAILED(detail, "none of the %zu certificates is a CA's", suite->ca.count);
	return without_issuer <= 1 ? VERDICT_PASS :
		VERDICT_FAILED(detail, "%zu of the %zu certificates were issued by none of them", without_issuer, suite->ca.count);
}

enum verdict check_ca_usages(struct suite *suite, struct why *detail)
{
	const struct cert *recipient = suite->recipient, *signer;
	enum verdict verdict = check_ca_served(suite, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	signer = ca_set_signer(&suite->ca, NULL);
	if (recipient->has_key_usage && (recipient->key_usage & KEY_USAGE_KEY_ENCIPHERMENT) == 0)
		return VERDICT_FAILED(detail, "the certificate that requests are encrypted to has KeyUsage without keyEncipherment");
	if (signer->has_key_usage && (signer->key_usage & KEY_USAGE_DIGITAL_SIGNATURE) == 0)
		return VERDICT_FAILED(detail, "the certificate that signs replies has KeyUsage without digitalSignature");
	return VERDICT_PASS;
}

enum verdict check_ca_fingerprint(struct suite *suite, struct why *detail)
{
	if (suite->options.ca_fingerprint == NULL)
		return VERDICT_SKIPPED(detail, "needs --ca-fingerprint");
	if (!suite->has_ca)
		return check_ca_served(suite, detail);
	return verdict_from_err(ca_set_pin(&suite->ca, suite->options.ca_fingerprint, detail), detail);
}

enum verdict check_ca_identifier(struct suite *suite, struct why *detail)
{
	static const char *const identifier[] = { "CAIdentifier", "default", "0", "%2A" };
	enum verdict verdict = check_ca_served(suite, detail);

	for (size_t i = 0; verdict == VERDICT_PASS && i < sizeof identifier / sizeof *identifier; i++) {
		struct web_reply reply = { 0 };
		struct buf query = { 0 };
		enum err e;

		if ((e = buf_append_format(&query, "operation=GetCACert&message=%s", identifier[i])) == ERR_OK && (e = buf_terminate(&query)) == ERR_OK)
			e = suite_get(suite, NULL, (const char *)query.ptr, &reply, detail);
		if (e != ERR_OK)
			verdict = verdict_from_err(e, detail);
		else if (reply.status != 200 || !bytes_is_equal(buf_bytes(&reply.body), buf_bytes(&suite->ca_reply.body)))
			verdict = VERDICT_FAILED(detail, "with the CA identifier %s GetCACert is answered by HTTP status %ld and %s", identifier[i], reply.status,
				reply.status == 200 ? "other certificates" : "not by certificates");
		buf_clear(&query);
		web_reply_clear(&reply);
	}
	return verdict;
}

enum verdict check_ra_is_not_ca(struct suite *suite, struct why *detail)
{
	enum verdict verdict = check_ca_served(suite, detail);

	if (verdict == VERDICT_PASS && suite->recipient->is_ca)
		verdict = VERDICT_FAILED(detail, "requests are encrypted to the CA's own key");
	return verdict;
}

/* --- GetNextCACert ------------------------------------------------------------------------------------------------------- */

/* Is there a certificate among them that GetCACert does not give already? */
static bool is_any_new(const struct suite *suite, const struct degenerate *next)
{
	for (size_t i = 0; i < next->certificate_count; i++) {
		bool is_known = false;

		for (size_t j = 0; j < suite->ca.count; j++)
			is_known = is_known || bytes_is_equal(buf_bytes(&suite->ca.cert[j]->der), next->certificate[i]);
		if (!is_known)
			return true;
	}
	return false;
}

/* Fetch and verify it. @param out out: the certificates to come; free with degenerate_clear(). */
static enum verdict get_next_ca(struct suite *suite, struct degenerate *out, struct why *detail)
{
	struct web_reply reply = { 0 };
	struct cms_signed *cms = NULL;
	bool is_of_ca = false;
	enum verdict verdict = VERDICT_FAIL;
	enum err e = suite_get(suite, NULL, "operation=GetNextCACert", &reply, detail);

	if (e != ERR_OK)
		goto out;
	if (reply.status != 200 || strcmp((const char *)reply.media_type.ptr, "application/x-x509-next-ca-cert") != 0) {
		verdict = VERDICT_FAILED(detail, "the answer is HTTP status %ld (%s)", reply.status, (const char *)reply.media_type.ptr);
		goto out;
	}
	if ((e = cms_signed_parse(buf_bytes(&reply.body), &cms, detail)) != ERR_OK || (e = cms_signed_verify(cms, detail)) != ERR_OK)
		goto out;
	for (size_t i = 0; i < suite->ca.count; i++)
		is_of_ca = is_of_ca || (ca_set_is_ca(&suite->ca, i) && bytes_is_equal(suite->ca.cert[i]->spki, cms->signer->spki));
	if (!is_of_ca) {
		verdict = VERDICT_FAILED(detail, "the message is not signed by the current CA key");
		goto out;
	}
	if ((e = degenerate_parse(buf_bytes(&cms->content), out, detail)) != ERR_OK)
		goto out;
	verdict = is_any_new(suite, out) ? VERDICT_PASS : VERDICT_FAILED(detail, "the message holds no certificate that GetCACert does not give already");
out:
	if (e != ERR_OK)
		verdict = verdict_from_err(e, detail);
	cms_signed_free(cms);
	web_reply_clear(&reply);
	return verdict;
}

enum verdict check_next_ca(struct suite *suite, struct why *detail)
{
	struct degenerate next = { 0 };
	enum verdict verdict;

	if (!suite->options.has_next_ca)
		return VERDICT_SKIPPED(detail, "needs --next-ca");
	if ((verdict = check_ca_served(suite, detail)) == VERDICT_PASS)
		verdict = get_next_ca(suite, &next, detail);
	degenerate_clear(&next);
	return verdict;
}

enum verdict check_next_ca_keyword(struct suite *suite, struct why *detail)
{
	struct web_reply reply = { 0 };
	enum verdict verdict = VERDICT_PASS;
	enum err e = suite_get(suite, NULL, "operation=GetNextCACert", &reply, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	if (!suite->caps.next_ca && reply.status < 400)
		verdict = VERDICT_FAILED(detail, "GetNextCACert is not advertised, but answered by HTTP status %ld", reply.status);
	else if (suite->options.has_next_ca && !suite->caps.next_ca)
		verdict = VERDICT_FAILED(detail, "there is a next CA certificate, but GetNextCACert is not advertised");
	else if (suite->caps.next_ca && reply.status >= 500)
		verdict = VERDICT_FAILED(detail, "GetNextCACert is advertised, but answered by HTTP status %ld", reply.status);
	web_reply_clear(&reply);
	return verdict;
}

/* Was the certificate issued by one of these? */
static bool is_issued_by_any(const struct cert *issued, const struct degenerate *authorities)
{
	bool is_issued = false;

	for (size_t i = 0; !is_issued && i < authorities->certificate_count; i++) {
		struct cert *authority = NULL;
		struct why why = { 0 };

		is_issued = cert_parse(authorities->certificate[i], &authority, &why) == ERR_OK && cert_verify_issued(issued, authority, &why) == ERR_OK;
		cert_free(authority);
	}
	return is_issued;
}

/* Enrol with the message enveloped for a certificate to come; replies may be signed by its key as well as by today's. */
static enum verdict enrol_with_next(struct suite *suite, const struct degenerate *next, const struct cert *recipient, struct why *detail)
{
	struct exchange exchange = { 0 };
	struct cert *issued = NULL;
	char answer[WHY_MAX_LEN];
	enum verdict verdict = VERDICT_FAIL;
	enum err e = exchange_make(suite, &(struct ask){ .recipient = recipient }, &exchange, detail);

	if (e != ERR_OK)
		return verdict_from_err(e, detail);
	exchange_describe(&exchange, answer, sizeof answer);
	if (!exchange_is_status(&exchange, PKI_STATUS_SUCCESS) || exchange.reply->envelope == NULL)
		verdict = VERDICT_FAILED(detail, "the answer is %s", answer);
	else if ((e = cms_enveloped_open(exchange.reply->envelope, exchange.signer.cert, exchange.signer.key, &suite->random, &exchange.certs,
	    detail)) != ERR_OK ||
	    (e = exchange_issued(&exchange, &issued, detail)) != ERR_OK)
		verdict = verdict_from_err(e, detail);
	else
		verdict = is_issued_by_any(issued, next) ? VERDICT_PASS : VERDICT_FAILED(detail, "the certificate was not issued by the next CA");
	cert_free(issued);
	exchange_clear(&exchange);
	return verdict;
}

enum verdict check_next_ca_envelope(struct suite *suite, struct why *detail)
{
	struct degenerate next = { 0 };
	struct cert *recipient = NULL;
	enum verdict verdict;

	if (!suite->options.has_rollover)
		return VERDICT_SKIPPED(detail, "needs --rollover");
	if ((verdict = suite_can_enrol(suite, detail)) != VERDICT_PASS || (verdict = get_next_ca(suite, &next, detail)) != VERDICT_PASS)
		goto out;
	for (size_t i = 0; recipient == NULL && i < next.certificate_count; i++) {
		if (cert_parse(next.certificate[i], &recipient, detail) == ERR_OK && recipient->has_key_usage &&
		    (recipient->key_usage & KEY_USAGE_KEY_ENCIPHERMENT) == 0) {
			cert_free(recipient);
			recipient = NULL;
		}
	}
	verdict = recipient != NULL ? enrol_with_next(suite, &next, recipient, detail) :
		VERDICT_FAILED(detail, "no next certificate may encipher keys");
out:
	cert_free(recipient);
	degenerate_clear(&next);
	return verdict;
}
