#include <config.h>

#include "conformance/checks.h"

#include "conformance/password.h"
#include "conformance/suite.h"

enum verdict check_envelope_content_type(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct der outer, info, explicit, data, content;
	struct der_element element;
	enum verdict verdict = suite_success(suite, &success, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	outer = (struct der){ buf_bytes(&success->reply->envelope->der) };
	if (der_enter(&outer, DER_SEQUENCE, &info) != ERR_OK || der_read_tag(&info, DER_OID, &element) != ERR_OK ||
	    der_enter(&info, DER_CONTEXT_CONSTRUCTED(0), &explicit) != ERR_OK || der_enter(&explicit, DER_SEQUENCE, &data) != ERR_OK ||
	    der_read_tag(&data, DER_INTEGER, &element) != ERR_OK)
		return VERDICT_FAILED(detail, "the envelope of the SUCCESS is no ContentInfo { envelopedData }");
	der_read_optional(&data, DER_CONTEXT_CONSTRUCTED(0), &element);
	if (der_read_tag(&data, DER_SET, &element) != ERR_OK || der_enter(&data, DER_SEQUENCE, &content) != ERR_OK ||
	    der_read_tag(&content, DER_OID, &element) != ERR_OK)
		return VERDICT_FAILED(detail, "the envelope of the SUCCESS has no encryptedContentInfo");
	return oid_is(element.value, OID_DATA) ? VERDICT_PASS : VERDICT_FAILED(detail, "the content type in the envelope is not id-data");
}

/* The message is signed by another key than that to be certified: the reply must be for the signer. */
enum verdict check_envelope_recipient(struct suite *suite, struct why *detail)
{
	struct exchange first = { 0 }, second = { 0 };
	struct party signer;
	enum verdict verdict = suite_can_enrol(suite, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	/* The certificate that the first message made for itself signs the second. */
	if ((verdict = exchange_must_succeed(suite, &(struct ask){ .key = suite->other_key }, &first, detail)) != VERDICT_PASS)
		goto out;
	signer = first.signer;
	if ((verdict = exchange_must_succeed(suite, &(struct ask){ .craft = { .signer = &signer } }, &second, detail)) == VERDICT_PASS &&
	    !cms_enveloped_is_for(second.reply->envelope, signer.cert))
		verdict = VERDICT_FAILED(detail, "the recipient of the reply is not named by the signer's certificate");
out:
	exchange_clear(&first);
	exchange_clear(&second);
	return verdict;
}

/* What came back for a key that cannot decrypt: a certificate for it, under the challenge. */
static enum verdict judge_password_reply(struct suite *suite, struct exchange *exchange, struct why *detail)
{
	struct degenerate certs = { 0 };
	struct cert *issued = NULL;
	char answer[WHY_MAX_LEN];
	enum err e;

	exchange_describe(exchange, answer, sizeof answer);
	if (!exchange_is_status(exchange, PKI_STATUS_SUCCESS))
		return suite->options.has_password_recipient ? VERDICT_FAILED(detail, "the answer is %s", answer) :
			VERDICT_SKIPPED(detail, "the server refuses keys that cannot decrypt (else give --password-recipient): %s", answer);
	if ((e = exchange_check_reply(suite, exchange, detail)) == ERR_OK && (e = password_open(buf_bytes(&exchange->reply->cms->content),
	    bytes_from_str(suite->options.challenge), &exchange->certs, detail)) == ERR_OK &&
	    (e = degenerate_parse(buf_bytes(&exchange->certs), &certs, detail)) == ERR_OK)
		e = exchange_issued(exchange, &issued, detail);
	cert_free(issued);
	degenerate_clear(&certs);
	return verdict_from_err(e, detail);
}

enum verdict check_password_recipient(struct suite *suite, struct why *detail)
{
	struct exchange exchange = { 0 };
	struct key *key = NULL;
	enum verdict verdict = suite_can_enrol(suite, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	if ((e = key_generate(KEY_KIND_EC_P256, 0, &key, detail)) != ERR_OK ||
	    (e = exchange_make(suite, &(struct ask){ .key = key }, &exchange, detail)) != ERR_OK)
		verdict = verdict_from_err(e, detail);
	else
		verdict = judge_password_reply(suite, &exchange, detail);
	exchange_clear(&exchange);
	key_free(key);
	return verdict;
}

enum verdict check_mandatory_algorithms(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	enum verdict verdict = suite_success(suite, &success, detail);
	enum cipher cipher;
	enum digest digest;

	if (verdict != VERDICT_PASS)
		return verdict;
	cipher = success->reply->envelope->cipher;
	digest = success->reply->cms->digest;
	if (cipher == CIPHER_DES_CBC || cipher == CIPHER_NONE || digest == DIGEST_MD5 || digest == DIGEST_NONE)
		return VERDICT_FAILED(detail, "a request with AES-128 and SHA-256 is answered with %s and %s", cipher == CIPHER_NONE ?
			"an unknown cipher" : cipher_name(cipher),
			digest == DIGEST_NONE ? "an unknown digest" : digest_name(digest));
	return VERDICT_PASS;
}

enum verdict check_single_des(struct suite *suite, struct why *detail)
{
	enum verdict verdict = suite_can_enrol(suite, detail);

	if (verdict != VERDICT_PASS)
		return verdict;
	if (suite->options.legacy_cipher == CIPHER_DES_CBC)
		return VERDICT_SKIPPED(detail, "allowed by the operator: --legacy-cipher des-cbc");
	return exchange_must_refuse(suite, &(struct ask){ .cipher = CIPHER_DES_CBC }, detail);
}

enum verdict check_md5(struct suite *suite, struct why *detail)
{
	enum verdict verdict = suite_can_enrol(suite, detail);

	return verdict != VERDICT_PASS ? verdict : exchange_must_refuse(suite, &(struct ask){ .craft = { .digest = DIGEST_MD5 } }, detail);
}

enum verdict check_legacy_cipher(struct suite *suite, struct why *detail)
{
	struct exchange exchange = { 0 };
	enum verdict verdict;

	if (suite->options.legacy_cipher == CIPHER_NONE)
		return VERDICT_SKIPPED(detail, "needs --legacy-cipher");
	if ((verdict = suite_can_enrol(suite, detail)) != VERDICT_PASS)
		return verdict;
	verdict = exchange_must_succeed(suite, &(struct ask){ .cipher = suite->options.legacy_cipher, .craft = { .digest = DIGEST_SHA1 } },
		&exchange, detail);
	if (verdict == VERDICT_PASS && exchange.reply->envelope->cipher != suite->options.legacy_cipher)
		verdict = VERDICT_FAILED(detail, "the reply is encrypted with another cipher than the request");
	exchange_clear(&exchange);
	return verdict;
}

/* As clients do that encrypt for every certificate of the GetCACert reply: the right recipient stands last. */
enum verdict check_several_recipients(struct suite *suite, struct why *detail)
{
	const struct exchange *success;
	struct exchange exchange = { 0 };
	struct buf subject = { 0 }, csr = { 0 }, envelope = { 0 };
	struct craft_envelope craft = { .recipient_count = 2, .cipher = CIPHER_AES128_CBC };
	enum verdict verdict = suite_success(suite, &success, detail);
	enum err e;

	if (verdict != VERDICT_PASS)
		return verdict;
	craft.recipient[0] = success->signer.cert;
	craft.recipient[1] = suite->recipient;
	if ((e = exchange_make_csr(suite, suite->device_key, SECRET_GOOD, &csr, &subject, detail)) == ERR_OK) {
		craft.plain = buf_bytes(&csr);
		e = craft_envelope(&craft, &suite->random, &envelope, detail);
	}
	verdict = e != ERR_OK ? verdict_from_err(e, detail) :
		exchange_must_succeed(suite, &(struct ask){ .envelope = buf_bytes(&envelope) }, &exchange, detail);
	exchange_clear(&exchange);
	buf_clear(&subject);
	buf_clear(&csr);
	buf_clear(&envelope);
	return verdict;
}
