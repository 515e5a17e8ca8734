#include <config.h>

#include "e2e/tools/blast_request.h"

#include <stdio.h>
#include <string.h>

#include "pki/crypto.h"
#include "pki/name.h"

enum { SIGNER_BITS = 2048 };

const char *blast_verdict_name(enum blast_verdict verdict)
{
	static const char *const name[] = { "issued", "refused", "pending", "wrong" };

	return name[verdict];
}

enum err blast_signer_make(const struct random *random, struct blast_signer *out, struct why *why)
{
	const struct clock clock = clock_system();
	struct buf subject = { 0 }, der = { 0 };
	enum err e;

	if ((e = key_generate(KEY_KIND_RSA, SIGNER_BITS, &out->key, why)) == ERR_OK && (e = key_use_library(out->key, KEY_LIBRARY_AUTO, why)) == ERR_OK &&
	    (e = name_from_cn(bytes_from_str("blast"), &subject)) == ERR_OK &&
	    (e = scep_self_signed(buf_bytes(&subject), out->key, clock_now_utc(&clock), random, &der, why)) == ERR_OK)
		e = cert_parse(buf_bytes(&der), &out->cert, why);
	buf_clear(&subject);
	buf_clear(&der);
	return e;
}

void blast_signer_clear(struct blast_signer *signer)
{
	key_free(signer->key);
	cert_free(signer->cert);
}

static const struct key *certified_key(const struct blast_request *request)
{
	return request->own_key != NULL ? request->own_key : request->signer->key;
}

static struct scep_request_plan message_plan(const struct blast_plan *plan, const struct blast_request *request)
{
	return (struct scep_request_plan){
		.type = SCEP_PKCS_REQ, .content = buf_bytes(&request->csr), .signer = request->signer->cert, .key = request->signer->key, .recipient = plan->ra,
		.cipher = plan->cipher, .digest = plan->digest, .framing = CMS_FRAMING_DER, .transaction_id = buf_bytes(&request->transaction_id),
		.sender_nonce = bytes_from(request->nonce, sizeof request->nonce),
	};
}

enum err blast_request_make(const struct blast_plan *plan, size_t index, struct blast_request *out, struct why *why)
{
	struct scep_request_plan message;
	struct csr_template csr;
	char cn[64];
	enum err e;

	snprintf(cn, sizeof cn, "%.40s-%zu", plan->name, index);
	out->signer = &plan->signer[index % plan->signer_count];
	if ((plan->has_own_keys && (e = key_generate(KEY_KIND_EC_P256, 0, &out->own_key, why)) != ERR_OK) ||
	    (e = name_from_cn(bytes_from_str(cn), &out->subject)) != ERR_OK ||
	    (e = buf_append_str(&out->transaction_id, plan->transaction_id != NULL ? plan->transaction_id : cn)) != ERR_OK ||
	    (e = random_fill(&plan->random, out->nonce, sizeof out->nonce)) != ERR_OK)
		return e;
	csr = (struct csr_template){ .subject = buf_bytes(&out->subject), .challenge = plan->challenge[index % plan->challenge_count] };
	if ((e = csr_encode(&csr, certified_key(out), plan->digest, &out->csr, why)) != ERR_OK)
		return e;
	message = message_plan(plan, out);
	return scep_request_encode(&message, &plan->random, &out->message, why);
}

void blast_request_clear(struct blast_request *request)
{
	key_free(request->own_key);
	buf_clear(&request->subject);
	buf_clear(&request->csr);
	buf_clear(&request->transaction_id);
	buf_clear(&request->message);
	*request = (struct blast_request){ 0 };
}

/* The first certificate is the device's: its key, its name, and signed by the CA. */
static enum err check_certificate(const struct blast_plan *plan, const struct blast_request *request, struct bytes der, struct why *why)
{
	struct cert *cert = NULL;
	enum err e;

	if ((e = cert_parse(der, &cert, why)) != ERR_OK)
		return e;
	if (!bytes_is_equal(cert->spki, key_get_spki(certified_key(request))))
		e = why_set(why, ERR_SCEP_REPLY, "the certificate is for another key");
	else if (!name_is_equal(cert->subject, buf_bytes(&request->subject)))
		e = why_set(why, ERR_SCEP_REPLY, "the certificate is for another subject");
	else
		e = cert_verify_issued(cert, plan->ca, why);
	cert_free(cert);
	return e;
}

enum blast_verdict blast_judge(const struct blast_plan *plan, const struct blast_request *request, struct bytes reply, uint8_t sha256[32], struct why *why)
{
	struct scep_request_plan message = message_plan(plan, request);
	struct bytes found[CMS_MAX_CERTIFICATES];
	struct buf content = { 0 }, der = { 0 };
	struct scep_message *certrep = NULL;
	uint8_t digest[DIGEST_MAX_LEN];
	size_t count = 0;
	enum err e;

	if ((e = scep_certrep_open(reply, &message, plan->ra, &plan->random, &certrep, &content, why)) == ERR_OK &&
	    (e = cms_certs_only_parse(buf_bytes(&content), &der, found, &count, why)) == ERR_OK &&
	    (e = count > 0 ? ERR_OK : why_set(why, ERR_SCEP_REPLY, "there is no certificate")) == ERR_OK &&
	    (e = check_certificate(plan, request, found[0], why)) == ERR_OK && (e = crypto_digest(DIGEST_SHA256, found[0], digest)) == ERR_OK)
		memcpy(sha256, digest, 32);
	if (e == ERR_SCEP_FAILURE && certrep != NULL) {
		*why = (struct why){ 0 };
		why_set(why, e, "%s: %.*s", fail_info_name(certrep->fail_info), (int)certrep->fail_info_text.len, certrep->fail_info_text.ptr);
	}
	scep_message_free(certrep);
	buf_clear(&content);
	buf_clear(&der);
	return e == ERR_OK ? BLAST_ISSUED : e == ERR_SCEP_FAILURE ? BLAST_REFUSED : e == ERR_SCEP_PENDING ? BLAST_PENDING : BLAST_WRONG;
}
